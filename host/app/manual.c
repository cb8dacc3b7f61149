/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/manual.h"

#include "base/paths.h"
#include "config.h"

static const char file[] = "guide.html";

char *ra_manual_find(void)
{
    static const char *const places[] = {"doc", "../share/doc/" PACKAGE_TARNAME};
    g_autofree char *program = ra_path_program("remote-assistance");
    g_autofree char *folder = g_path_get_dirname(program);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *place = g_build_filename(folder, places[i], file, NULL);
        g_autofree char *path = g_canonicalize_filename(place, "/");
        if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
            return g_filename_to_uri(path, NULL, NULL);
    }
    return NULL;
}
