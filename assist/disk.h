/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file on disk, read or written by a thread, so that a slow disk never holds up the main loop.
 * Work on one file is done piece after piece: no two jobs of a file at a time. Its SHA-256 is taken
 * on the way: each byte counts once, in order, however often it is read.
 */
#pragma once

#include <glib.h>

enum { RA_DISK_SHA256_SIZE = 32 };

typedef struct _RaDisk RaDisk;
typedef struct _RaDiskJob RaDiskJob;

/* ERROR is an errno, 0 for success. BYTES (borrowed) and SHA256 are those of ra_disk_read(). */
typedef void (*RaDiskFunc)(int error, GBytes *bytes, const guint8 *sha256, gpointer data);

/* To be read. Neither links are followed nor anything opened but regular files: ELOOP, EISDIR,
 * EINVAL. NULL and errno on failure; *SIZE is set otherwise. */
RaDisk *ra_disk_open(const char *path, guint64 *size);
/* To be written, as ra_new_file_create() makes it in FOLDER. NULL and errno. */
RaDisk *ra_disk_create(int folder, const char *name);
/* Lets go of it; a job under way goes on to its end unheard. What was not kept is removed. */
void ra_disk_release(RaDisk *disk);

/* Up to MAX of the first bytes, at once: returns how many. Only before the first job. */
gsize ra_disk_head(RaDisk *disk, guint8 *head, gsize max);

/* FUNC is called once from the caller's main context, unless the job is dropped before. */

/* SIZE bytes at OFFSET, which is not behind what has been read before. EIO where there are fewer.
 * With the last byte of the file (SIZE 0 for an empty one) FUNC gets its SHA256; ESTALE where it
 * was changed since it was opened. */
RaDiskJob *ra_disk_read(RaDisk *disk, guint64 offset, gsize size, RaDiskFunc func, gpointer data);
/* Takes BYTES; they follow those written before. What is all zeros makes a hole. */
RaDiskJob *ra_disk_write(RaDisk *disk, GByteArray *bytes, RaDiskFunc func, gpointer data);
/* All was written: compares the checksum (EBADMSG) and has the disk keep it. */
RaDiskJob *ra_disk_finish(RaDisk *disk, const guint8 *sha256, RaDiskFunc func, gpointer data);
/* FUNC will not be called. */
void ra_disk_job_drop(RaDiskJob *job);

/* After ra_disk_finish(): gives the file its name, or "NAME (2)"…. The caller's; NULL and errno. */
char *ra_disk_keep(RaDisk *disk);
