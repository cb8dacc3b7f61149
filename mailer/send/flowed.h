/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as text/plain; format=flowed (RFC 3676, without DelSp): a line that ends with a space goes
 * on in the next one, so that a reader can wrap it anew; any other line stays as it is. */
#pragma once

#include <glib.h>

enum { RA_FLOWED_WIDTH = 72 }; /* columns; the RFC advises 78 at the most */

/* Appends TEXT (valid UTF-8): each of its lines is a paragraph, wrapped between words where it is
 * longer than RA_FLOWED_WIDTH; a longer word stays whole. */
void ra_flowed_append(GString *out, const char *text);
/* Appends TEXT line by line, never wrapped: for what must arrive as it is. */
void ra_flowed_append_fixed(GString *out, const char *text);
