/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "viewer/manual.h"

static const char file[] = "ra-viewer.html";

char *ra_manual_uri(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *dir = self != NULL ? g_path_get_dirname(self) : g_strdup(RA_BINDIR);
    g_autofree char *beside = g_build_filename(dir, "doc", file, NULL);
    g_autofree char *relative =
        g_build_filename(dir, "..", "share", "doc", PACKAGE_TARNAME, file, NULL);
    g_autofree char *installed = g_build_filename(RA_HTMLDIR, file, NULL);
    const char *const places[] = {beside, relative, installed};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_canonicalize_filename(places[i], "/");
        if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
            return g_filename_to_uri(path, NULL, NULL);
    }
    return NULL;
}
