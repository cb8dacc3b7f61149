/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/spelling.h"

#include "base/i18n.h"

/* Translators: the words of the spelling alphabet that people use on the telephone in your
 * language, for the letters A to Z. */
static const char *const alphabet[] = {
    NC_("spelling alphabet", "Alfa"),    NC_("spelling alphabet", "Bravo"),
    NC_("spelling alphabet", "Charlie"), NC_("spelling alphabet", "Delta"),
    NC_("spelling alphabet", "Echo"),    NC_("spelling alphabet", "Foxtrot"),
    NC_("spelling alphabet", "Golf"),    NC_("spelling alphabet", "Hotel"),
    NC_("spelling alphabet", "India"),   NC_("spelling alphabet", "Juliett"),
    NC_("spelling alphabet", "Kilo"),    NC_("spelling alphabet", "Lima"),
    NC_("spelling alphabet", "Mike"),    NC_("spelling alphabet", "November"),
    NC_("spelling alphabet", "Oscar"),   NC_("spelling alphabet", "Papa"),
    NC_("spelling alphabet", "Quebec"),  NC_("spelling alphabet", "Romeo"),
    NC_("spelling alphabet", "Sierra"),  NC_("spelling alphabet", "Tango"),
    NC_("spelling alphabet", "Uniform"), NC_("spelling alphabet", "Victor"),
    NC_("spelling alphabet", "Whiskey"), NC_("spelling alphabet", "X-ray"),
    NC_("spelling alphabet", "Yankee"),  NC_("spelling alphabet", "Zulu"),
};
G_STATIC_ASSERT(G_N_ELEMENTS(alphabet) == 26);

char *ra_spelling_of(const char *word)
{
    GString *out = g_string_sized_new(256); /* so that it need not move, and leave copies */
    for (const char *p = word; *p != '\0'; p = g_utf8_next_char(p)) {
        if (out->len > 0)
            g_string_append_c(out, ' ');
        if (g_ascii_isalpha(*p))
            g_string_append(
                out, g_dpgettext2(NULL, "spelling alphabet", alphabet[g_ascii_tolower(*p) - 'a']));
        else
            g_string_append_unichar(out, g_utf8_get_char(p));
    }
    return g_string_free(out, FALSE);
}
