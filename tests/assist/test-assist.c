/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/assist/test-assist.h"

#include <signal.h>

int main(int argc, char **argv)
{
    (void)signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files shows as EFBIG */
    g_test_init(&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
    ra_test_chat();
    ra_test_file_name();
    ra_test_files();
    ra_test_files_big();
    ra_test_files_rules();
    ra_test_files_show();
    ra_test_history();
    ra_test_new_file();
    ra_test_pace();
    return g_test_run();
}
