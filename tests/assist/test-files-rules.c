/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/assist/test-assist.h"

void ra_test_files_rules(void)
{
}
