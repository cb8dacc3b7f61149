/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void test_codec_add(void);
void test_conversation_add(void);
void test_echo_add(void);
void test_jitter_add(void);
void test_voice_add(void);
