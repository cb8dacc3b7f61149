/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/assist/test-assist.h"

#include <signal.h>

int main(int argc, char **argv)
{
    (void)signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files shows as EFBIG */
    /* The user's own settings play no part, and stay as they are. */
    g_autofree char *home = g_dir_make_tmp("ra-assist-home-XXXXXX", NULL);
    g_assert_nonnull(home);
    (void)g_setenv("XDG_CONFIG_HOME", home, TRUE);
    (void)g_setenv("XDG_DATA_HOME", home, TRUE);
    g_test_init(&argc, &argv, NULL);
    ra_test_chat();
    ra_test_file_name();
    ra_test_files();
    ra_test_files_big();
    ra_test_files_rules();
    ra_test_files_show();
    ra_test_history();
    ra_test_new_file();
    ra_test_pace();
    const int failed = g_test_run();
    test_folder_remove(g_steal_pointer(&home));
    return failed;
}
