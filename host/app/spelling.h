/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A password read over a bad line. Pure. */
#pragma once

#include <glib.h>

/* The letters of WORD by the spelling alphabet of the language (English: that of the ITU's Radio
 * Regulations, appendix 14): "Alfa Papa Romeo". What is no letter of ASCII stands for itself. The
 * caller wipes and frees it. */
char *ra_spelling_of(const char *word);
