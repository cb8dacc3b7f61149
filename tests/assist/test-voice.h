/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void test_codec_add(void);
