/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that hold no invitation as such (pictures, archives, films ...), known by how they begin.
 */
#pragma once

#include <glib.h>

/* "a picture", "a ZIP archive" ...; NULL for text, for what could be anything, and for the
 * wrappings that are searched. HEAD is the first 4 KiB, or all there is. */
const char *ra_file_kind(const char *head, gsize size);
