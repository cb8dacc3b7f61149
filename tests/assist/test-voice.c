/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/assist/test-voice.h"

#include <glib.h>

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    test_codec_add();
    test_echo_add();
    test_jitter_add();
    test_voice_add();
    test_conversation_add();
    return g_test_run();
}
