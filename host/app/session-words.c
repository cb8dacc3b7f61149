/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/session-words.h"

#include "base/i18n.h"
#include "base/text.h"

char *ra_words_about(RaWords words, const char *helper)
{
    return ra_text_about(helper, _(words.named), _(words.unnamed));
}

char *ra_words_plain(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "_", -1);
    return g_strjoinv("__", parts);
}
