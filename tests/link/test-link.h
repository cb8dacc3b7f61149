/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the test program of link/. */
#pragma once

void add_link_tests(void);
void add_stranger_tests(void);
