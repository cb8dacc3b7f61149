/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences about the helper, whose name may not be known. Pure; the caller frees what is returned.
 */
#pragma once

#include <glib.h>

/* A sentence in the source language (N_()): NAMED has one %s for the name, UNNAMED none. */
typedef struct {
    const char *named, *unnamed;
} RaWords;

/* WORDS in the novice's language about HELPER ("": nobody knows who it is). */
char *ra_words_about(RaWords words, const char *helper);
/* TEXT for a label with mnemonics in which it has none itself. */
char *ra_words_plain(const char *text);
