/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session/test-session.h"

#include <glib.h>
#include <signal.h>

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    g_test_init(&argc, &argv, NULL);
    ra_test_worker();
    ra_test_pointer();
    ra_test_assist();
    ra_test_clipboard();
    ra_test_flow();
    ra_test_pause();
    return g_test_run();
}
