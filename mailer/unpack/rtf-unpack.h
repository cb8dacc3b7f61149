/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text body as Outlook keeps it: RTF, compressed (MS-OXRTFCP), in which a page of HTML may be
 * wrapped once more (MS-OXRTFEX). Gives its text, so far that an armoured block in it is whole. */
#pragma once

#include <glib.h>

enum { RA_RTF_MAX = 64 * 1024 * 1024 }; /* bytes of RTF; what goes beyond is left */

/* TEXT in the charset of CODE_PAGE (0: not said); HTML: it is a page. Not called for nothing. */
typedef void (*RaRtfFunc)(const char *text, gsize size, gboolean html, guint32 code_page,
                          gpointer user);

typedef struct _RaRtf RaRtf;

RaRtf *ra_rtf_new(RaRtfFunc func, gpointer user);
/* Takes compressed bytes, in pieces of any size. */
void ra_rtf_push(RaRtf *rtf, const guint8 *data, gsize size);
/* The end; frees. FALSE where the data was no compressed RTF, or cut short. NULL is fine. */
gboolean ra_rtf_end(RaRtf *rtf);
