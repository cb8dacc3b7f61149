/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/i18n.h"

#include "base/paths.h"

#include <libintl.h>
#include <locale.h>

static char *find_translations(void)
{
    static const char *const places[] = {"po", "../share/locale"};
    g_autofree char *program = ra_path_program("ra-host");
    g_autofree char *folder = g_path_get_dirname(program);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *place = g_canonicalize_filename(places[i], folder);
        g_autofree char *german =
            g_build_filename(place, "de", "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);
        if (g_file_test(german, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&place);
    }
    return g_strdup(RA_LOCALEDIR);
}

void ra_i18n_init(void)
{
    g_autofree char *folder = find_translations();
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain(GETTEXT_PACKAGE, folder);
    (void)bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    (void)textdomain(GETTEXT_PACKAGE);
}
