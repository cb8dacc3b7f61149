/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that has its name only once it is complete. Where the file system can (O_TMPFILE), it has
 * none before, and nothing is left of it after a crash; elsewhere it is called ".NAME.XXXXXX.part"
 * until then. No existing file is ever replaced, no link followed, no other folder entered.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct _RaNewFile RaNewFile;

/* FOLDER is the descriptor of a folder and is duplicated; NAME is the final name, without '/'. MODE
 * goes through the umask. PLAIN: with a temporary name even where it could be avoided. NULL and
 * errno where it cannot be made. */
RaNewFile *ra_new_file_create(int folder, const char *name, mode_t mode, gboolean plain);
/* Closes; without ra_new_file_keep() nothing is left. NULL is fine. */
void ra_new_file_free(RaNewFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaNewFile, ra_new_file_free)

int ra_new_file_fd(const RaNewFile *file); /* to write to; borrowed */
/* Gives it the NAME it was made for. With ANY_NUMBER "NAME (2).EXT" and so on where that exists.
 * Returns the name it got, the caller's; NULL and errno (EEXIST) on failure, it is unnamed then. */
char *ra_new_file_keep(RaNewFile *file, gboolean any_number);
/* Removes what has no final name yet at once, while somebody may still be writing to it. */
void ra_new_file_discard(RaNewFile *file);
