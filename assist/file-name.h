/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files that come from elsewhere, and what may hide behind them. Pure. */
#pragma once

#include <glib.h>

enum {
    RA_FILE_NAME_MAX = 255, /* bytes, as every file system of Linux takes */
    RA_FILE_HEAD_SIZE = 64, /* bytes of a file's start that tell what it is */
};

/*
 * One component of a path that can do no harm: what stands behind the last '/' or '\', in valid
 * UTF-8, without control, format or bidirectional characters and what Windows forbids (<>:"|?*),
 * without dots and spaces at the ends (a leading '-' becomes '_' too), not one of Windows' devices
 * ("CON", "nul.txt"), at most RA_FILE_NAME_MAX bytes, the extension kept. "file" where nothing is
 * left. The caller's.
 */
char *ra_file_name_clean(const char *name);
/* At most MAX bytes of NAME, the extension kept where it has 32 bytes or less; cut between
 * characters. */
char *ra_file_name_cut(const char *name, gsize max);
/* "report (2).pdf", "archive (2).tar.gz"; at most RA_FILE_NAME_MAX bytes. */
char *ra_file_name_numbered(const char *name, guint number);

/* TRUE for a name whose extension says that opening it can run something: programs, scripts,
 * installers, starters, documents with macros; those of other systems too. */
gboolean ra_file_name_can_run(const char *name);
/* The same by a file's first bytes (RA_FILE_HEAD_SIZE or all): ELF, "#!", MZ, Mach-O, Java classes,
 * .desktop files. */
gboolean ra_file_head_can_run(const guint8 *head, gsize size);
