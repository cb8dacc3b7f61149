/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of tests/test-host-agent, a file each. */
#pragma once

void add_questions_tests(void);
void add_session_tests(void);
void add_sharing_tests(void);
void add_terminal_tests(void);
void add_invitations_tests(void);
void add_gate_tests(void);
void add_service_tests(void);
void add_case_tests(void);
void add_hands_tests(void);
void add_resume_tests(void);
void add_own_window_tests(void);
