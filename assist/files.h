/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files, both ways: offers, answers, what is on its way and what became of it (the table of
 * messages is doc/PROTOCOL.md's section 4). All access to the disk is here, in slices that do not
 * hold up the main loop. One transfer a direction moves at a time; others are queued.
 *
 * A file that comes is written beside its final name as ".NAME.XXXXXX.part" into a folder that was
 * opened once and is never left (openat2 with RESOLVE_BENEATH or the like), gets its SHA-256
 * checked, is synced, and only then linked to its final name, which never replaces anything: "NAME
 * (2).EXT" and so on. Names are cleaned: no folders, no control or bidirectional characters, no
 * leading dot, 255 bytes at the most.
 */
#pragma once

#include "assist/port.h"

typedef enum {
    RA_TRANSFER_OFFERED, /* ours: no answer yet; theirs: the person is to be asked */
    RA_TRANSFER_QUEUED,  /* agreed on, others are before it */
    RA_TRANSFER_MOVING,
    RA_TRANSFER_BROKEN, /* the link is gone: goes on where it was when it is back */
    RA_TRANSFER_OVER,   /* see `end` */
} RaTransferState;

enum {
    RA_FILES_OPEN_MAX = 64, /* transfers not over, each way; more are refused */
};

/* Everything is safe to show but PATH, which is a file's name as the system has it. */
typedef struct {
    guint handle;      /* from 1, never used twice in a process */
    gboolean incoming; /* from the other end to us */
    RaTransferState state;
    RaFileEnd end;
    const char *name; /* as it is called here */
    const char *type; /* media type, may be empty */
    gboolean can_run; /* a program, a script, a document with macros, a .desktop file, ...: opening
                         it deserves a warning */
    guint64 size, done; /* bytes */
    guint64 rate;       /* bytes a second, 0: not known yet */
    guint seconds_left; /* G_MAXUINT: not known */
    const char *path;   /* incoming and over with RA_FILE_DONE: where it is; else NULL */
} RaTransfer;

typedef struct {
    /* Something changed; progress no more than four times a second for each. */
    void (*changed)(const RaTransfer *transfer, gpointer data);
} RaFilesEvents;

typedef struct _RaFiles RaFiles;

/* PORT and EVENTS are borrowed. FOLDER is where files go that are accepted without another folder;
 * NULL: the user's Downloads. */
RaFiles *ra_files_new(const RaPort *port, const char *folder, const RaFilesEvents *events,
                      gpointer data);
/* Where they go, in the file system's encoding; it may not be there yet. The caller frees it. */
char *ra_files_folder(const RaFiles *files);
/* What is on its way is given up; no partly written file stays. */
void ra_files_free(RaFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaFiles, ra_files_free)

/* Offers PATH, which must be a regular file. Returns its handle, 0 with RA_ERROR_FAILED or
 * RA_ERROR_USAGE (a folder, a device, too many). */
guint ra_files_offer(RaFiles *files, const char *path, GError **error);
/* Answers an offer. FOLDER (NULL: as above) must exist. RA_ERROR_FAILED where it cannot be written
 * to or its file system has no room for the file: the offer stays open. */
gboolean ra_files_answer(RaFiles *files, guint handle, gboolean yes, const char *folder,
                         GError **error);
/* At any time, either end; what came so far is removed. */
void ra_files_cancel(RaFiles *files, guint handle);
/* Any RA_ASSIST_FILE_* message. FALSE: it breaks the rules, the session has to end. */
gboolean ra_files_take(RaFiles *files, const RaAssist *message);
/* The link is gone (transfers wait), is there (they go on), the session is over (they end). */
void ra_files_unlinked(RaFiles *files);
void ra_files_linked(RaFiles *files);
void ra_files_end(RaFiles *files);

/* All since the start, oldest first: elements are RaTransfer, borrowed until the next change. */
GPtrArray *ra_files_list(RaFiles *files);
const RaTransfer *ra_files_get(RaFiles *files, guint handle); /* NULL: no such */

/* For people: "report.pdf (1.2 MB) has come: in /home/anna/Downloads" and the like, for every state
 * and end. The caller's. */
char *ra_transfer_text(const RaTransfer *transfer);
/* Opens what came with the desktop's program for it, or the folder it lies in with the file
 * selected (org.freedesktop.FileManager1, else the folder). RA_ERROR_FAILED, RA_ERROR_USAGE where
 * it is not there (any more). A file that can run is only ever shown. */
gboolean ra_files_open(const RaTransfer *transfer, GError **error);
gboolean ra_files_show(const RaTransfer *transfer, GError **error);
