/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes that must not leak: kept in pages of their own that are locked into memory where the limit
 * allows it, left out of core dumps and of forked children, and wiped when freed.
 */
#pragma once

#include <glib.h>

typedef struct _RaSecret RaSecret;

enum { RA_SECRET_MAX = 1024 * 1024 }; /* bytes; a larger one is a programming error */

/* SIZE zero bytes, to be filled through ra_secret_bytes(). The data has one more zero byte behind
 * it, so that text in it is a C string. Never NULL: aborts when there is no memory. */
RaSecret *ra_secret_new(gsize size);
/* A copy of DATA; the caller wipes its own. */
RaSecret *ra_secret_new_copy(const void *data, gsize size);
/* SIZE bytes from the kernel's random source. */
RaSecret *ra_secret_new_random(gsize size);
RaSecret *ra_secret_ref(RaSecret *secret);
void ra_secret_unref(RaSecret *secret); /* NULL is fine; the last one wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSecret, ra_secret_unref)

guint8 *ra_secret_bytes(RaSecret *secret);    /* borrowed */
const char *ra_secret_text(RaSecret *secret); /* the same, as a string; borrowed */
gsize ra_secret_size(const RaSecret *secret);
/* Makes the secret shorter and wipes what is cut off. */
void ra_secret_truncate(RaSecret *secret, gsize size);
/* In constant time for equal sizes. */
gboolean ra_secret_equal(const RaSecret *a, const RaSecret *b);

/* Reads FD to its end, MAX bytes at the most: more is RA_ERROR_USAGE. Does not close FD. */
RaSecret *ra_secret_read(int fd, gsize max, GError **error);
/* The first line of FILE ("-" is standard input) without its line end: how passwords are given to
 * programs. RA_ERROR_USAGE where it cannot be read, is empty, or is longer than MAX bytes. */
RaSecret *ra_secret_read_line(const char *file, gsize max, GError **error);
/* A sealed memfd that holds the secret, at offset 0, close-on-exec: to be inherited by the one
 * program that shall read it. The caller closes it. -1 and RA_ERROR_FAILED on failure. */
int ra_secret_to_fd(const RaSecret *secret, GError **error);

/* Called first in main() of each program that holds a secret: no core dumps, no tracing by the
 * user's other programs. */
void ra_secret_harden_process(void);
