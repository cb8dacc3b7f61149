/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/wire/test-wire.h"

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_assist_tests();
    add_buffer_tests();
    add_busy_tests();
    add_clipboard_tests();
    add_grid_tests();
    add_ipc_tests();
    add_message_tests();
    add_movement_tests();
    add_mosaic_tests();
    add_handshake_tests();
    add_picture_tests();
    add_piece_tests();
    add_quality_tests();
    add_rect_tests();
    add_format_tests();
    add_stream_tests();
    return g_test_run();
}
