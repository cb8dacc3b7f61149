/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/mailer-send/tests.h"

#include <glib.h>
#include <locale.h>

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_setenv("TZ", "Europe/Berlin", TRUE);
    /* No mail program that happens to be installed. */
    g_setenv("XDG_DATA_DIRS", "/nonexistent", TRUE);
    if (!g_strv_contains((const char *const *)argv, "--GTestSubprocess"))
        g_setenv("XDG_DATA_HOME", "/nonexistent", TRUE);
    g_setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
    g_test_init(&argc, &argv, NULL);
    add_address_tests();
    add_compose_tests();
    add_defaults_tests();
    add_local_tests();
    add_mail_client_tests();
    add_plan_tests();
    add_smtp_tests();
    return g_test_run();
}
