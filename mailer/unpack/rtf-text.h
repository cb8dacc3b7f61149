/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text in RTF, without its looks; the page of HTML, where one is wrapped in it (MS-OXRTFEX). */
#pragma once

#include "mailer/unpack/rtf-unpack.h"

typedef struct _RaRtfText RaRtfText;

RaRtfText *ra_rtf_text_new(RaRtfFunc func, gpointer user);
void ra_rtf_text_push(RaRtfText *text, const char *data, gsize size);
void ra_rtf_text_end(RaRtfText *text); /* gives what is held, frees */
