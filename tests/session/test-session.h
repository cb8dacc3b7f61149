/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void ra_test_assist(void);
void ra_test_channel(void);
void ra_test_clipboard(void);
void ra_test_flow(void);
void ra_test_pause(void);
void ra_test_pointer(void);
void ra_test_worker(void);
