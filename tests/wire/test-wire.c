/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/wire/test-wire.h"

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_picture_tests();
    return g_test_run();
}
