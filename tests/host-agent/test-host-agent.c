/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/tests.h"

#include "tests/host-agent/stand-in.h"

#include <glib.h>

int main(int argc, char **argv)
{
    /* No sound device is touched, and no network is asked for one. */
    g_setenv("SDL_AUDIODRIVER", "dummy", TRUE);
    if (argc == 3 && g_str_equal(argv[1], "--consent-fd"))
        return stand_in_run(argv[2]);
    g_test_init(&argc, &argv, NULL);
    add_questions_tests();
    add_invitations_tests();
    add_session_tests();
    add_sharing_tests();
    add_hands_tests();
    add_case_tests();
    add_resume_tests();
    add_gate_tests();
    add_service_tests();
    add_own_window_tests();
    add_terminal_tests();
    return g_test_run();
}
