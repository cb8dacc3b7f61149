/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/paths.h"

char *ra_path_state_dir(void)
{
    return g_build_filename(g_get_user_state_dir(), "remote-assistance", NULL);
}

char *ra_path_config_dir(void)
{
    return g_build_filename(g_get_user_config_dir(), "remote-assistance", NULL);
}

char *ra_path_program(const char *name)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *dir = self != NULL ? g_path_get_dirname(self) : g_strdup(RA_BINDIR);
    char *candidates[] = {
        g_build_filename(dir, name, NULL),
        g_build_filename(dir, "..", name, NULL), /* for tests, one folder down in a build tree */
        g_build_filename(dir, "..", "libexec", "remote-assistance", name, NULL),
        g_build_filename(dir, "..", "..", "bin", name, NULL),
        g_build_filename(RA_LIBEXECDIR, name, NULL),
        g_build_filename(RA_BINDIR, name, NULL),
    };
    gsize found = 0;
    while (found < G_N_ELEMENTS(candidates) - 1 &&
           !g_file_test(candidates[found], G_FILE_TEST_IS_EXECUTABLE))
        found++;
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        if (i != found)
            g_free(candidates[i]);
    }
    return candidates[found];
}
