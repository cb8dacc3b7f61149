/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the novice's pointer is, from the host's program to the viewer's. */
#include "tests/session/programs.h"
#include "tests/session/test-session.h"

#include <string.h>
#include <sys/mman.h>

static void send_pointer(Program *host, guint16 x, guint16 y)
{
    const RaIpcMessage message = {.kind = RA_IPC_POINTER, .pointer = {.x = x, .y = y}};
    ra_worker_send(host->worker, &message, -1);
}

/* The novice's pointer: where it ends is told, whatever was left out; it keeps no pixels away. */
static void test_pointer(void)
{
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    const guint8 *picture = show(&host, &viewer, &frame);
    send_pointer(&host, 17, 23);
    const RaIpcMessage pointer = expect(&viewer, RA_IPC_POINTER);
    g_assert_cmpuint(pointer.pointer.x, ==, 17);
    g_assert_cmpuint(pointer.pointer.y, ==, 23);
    send_pointer(&host, 17, 23); /* has not moved */
    linger();
    g_assert_false(find(&viewer, RA_IPC_POINTER, NULL));

    (void)expect(&host, RA_IPC_WANT_PIXELS);
    for (guint16 i = 1; i <= 40; i++) {
        memset(frame.pixels, i, STRIDE * HEIGHT);
        send_pointer(&host, i, i);
        send_pixels(&host, (RaRect){0, 0, WIDTH, HEIGHT});
        send_pointer(&host, (guint16)(i + 1), i);
        (void)expect(&viewer, RA_IPC_CHANGED);
        (void)expect(&host, RA_IPC_WANT_PIXELS);
    }
    assert_same_picture(picture, frame.pixels);
    send_pointer(&host, RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    RaIpcMessage last = expect(&viewer, RA_IPC_POINTER);
    while (last.pointer.x != RA_IPC_OUTSIDE)
        last = expect(&viewer, RA_IPC_POINTER);
    linger();
    g_assert_false(find(&viewer, RA_IPC_POINTER, NULL));
    munmap((void *)(gintptr)picture, STRIDE * HEIGHT);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

void ra_test_pointer(void)
{
    g_test_add_func("/session/pointer", test_pointer);
}
