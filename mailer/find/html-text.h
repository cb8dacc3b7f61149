/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of an HTML page, as far as a block of armour needs it: tags go (those that start a line
 * become a line end), character references are decoded. Not a parser of HTML. */
#pragma once

#include <glib.h>

typedef struct _RaHtmlText RaHtmlText;

RaHtmlText *ra_html_text_new(void);
void ra_html_text_free(RaHtmlText *html); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaHtmlText, ra_html_text_free)

/* Takes a piece of the page, appends its text to OUT (at most SIZE bytes and a few). */
void ra_html_text_push(RaHtmlText *html, const char *data, gsize size, GString *out);
