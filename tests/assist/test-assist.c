/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/assist/test-assist.h"

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ra_test_chat();
    ra_test_file_name();
    ra_test_history();
    ra_test_new_file();
    return g_test_run();
}
