/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the test program of link/. */
#pragma once

void add_link_tests(void);
void add_stranger_tests(void);
void add_hosts_tests(void);
void add_listen_tests(void);
void add_dial_tests(void);
