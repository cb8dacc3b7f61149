/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/link/test-link.h"

#include <glib.h>

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_link_tests();
    add_stranger_tests();
    add_hosts_tests();
    add_listen_tests();
    add_dial_tests();
    return g_test_run();
}
