/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session/test-session.h"

void ra_test_flow(void)
{
}
