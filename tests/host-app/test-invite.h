/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void add_invite_result_tests(void);
