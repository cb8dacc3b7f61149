/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void add_ask_tests(void);
void add_connect_tests(void);
void add_resume_tests(void);
void add_session_tests(void);
void add_open_tests(void);
void add_picture_tests(void);
void add_report_tests(void);
