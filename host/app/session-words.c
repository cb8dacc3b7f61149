/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/session-words.h"

#include "base/i18n.h"

char *ra_words_about(RaWords words, const char *helper)
{
    if (helper[0] == '\0')
        return g_strdup(_(words.unnamed));
    g_auto(GStrv) parts = g_strsplit(_(words.named), "%s", 2);
    return g_strconcat(parts[0], parts[1] != NULL ? helper : NULL, parts[1], NULL);
}

char *ra_words_plain(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "_", -1);
    return g_strjoinv("__", parts);
}
