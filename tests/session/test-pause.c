/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen that the novice hides. */
#include "tests/session/programs.h"
#include "tests/session/test-session.h"

#include <string.h>
#include <sys/mman.h>

static void pause_screen(Program *host, gboolean paused)
{
    const RaAssist message = {RA_ASSIST_PAUSED, .flag = paused};
    say(host, &message);
}

static gboolean shows(const guint8 *picture, guint8 shade)
{
    for (guint i = 0; i < STRIDE * HEIGHT; i++) {
        if (i % 4 != 3 && picture[i] == shade)
            return TRUE;
    }
    return FALSE;
}

/* Nothing of the screen is left at the other end, nothing comes whatever is asked for, and all of
 * it is there again afterwards. */
static void test_pause(void)
{
    static const RaAssist features = {RA_ASSIST_FEATURES, .features = 0};
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x47);
    meet(&host, &viewer);
    const guint8 *picture = show(&host, &viewer, &frame);
    say(&host, &features);
    g_assert_true(shows(picture, 0x47));
    /* Changed, told, and hidden before it is looked at or right after. */
    memset(frame.pixels, 0x93, STRIDE * HEIGHT / 2);
    pause_screen(&host, TRUE);
    send_pixels(&host, (RaRect){0, 0, WIDTH, HEIGHT});
    g_byte_array_unref(expect_word(&viewer, RA_ASSIST_PAUSED));
    (void)expect(&viewer, RA_IPC_CHANGED);
    linger();
    g_assert_false(shows(picture, 0x47) || shows(picture, 0x93));
    /* The pointer is hidden too. */
    const RaIpcMessage pointer = {.kind = RA_IPC_POINTER, .pointer = {20, 30, 0}};
    while (find(&viewer, RA_IPC_POINTER, NULL))
        ;
    ra_worker_send(host.worker, &pointer, -1);
    linger();
    g_assert_false(find(&viewer, RA_IPC_POINTER, NULL));
    g_assert_false(shows(picture, 0x47) || shows(picture, 0x93));

    while (find(&viewer, RA_IPC_CHANGED, NULL))
        ;
    pause_screen(&host, FALSE);
    (void)expect(&viewer, RA_IPC_CHANGED);
    const RaIpcMessage shown = expect(&viewer, RA_IPC_POINTER);
    g_assert_cmpuint(shown.pointer.x, ==, 20);
    linger();
    assert_same_picture(picture, frame.pixels);
    munmap((void *)(gintptr)picture, STRIDE * HEIGHT);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

/* Hidden from the start, and by a viewer that asks for all of it: the cover. */
static void test_stock_pause(void)
{
    static const gint32 raw[] = {RA_RFB_RAW};
    Program host;
    Liar liar;
    Frame frame;
    frame_make(&frame, 0x47);
    meet_liar(&host, &liar, &frame, 0, raw, 1);
    pause_screen(&host, TRUE);
    linger();
    g_byte_array_set_size(liar.got, 0);
    RaRfbClientMessage request = {.kind = RA_RFB_UPDATE_REQUEST};
    request.request.rect = (RaRect){0, 0, WIDTH, HEIGHT};
    for (guint i = 0; i < 3; i++) {
        liar_encode(&liar, &request);
        liar_listen(&liar, 50);
    }
    liar_hear(&liar, STRIDE * HEIGHT + 1);
    for (guint i = 0; i + 8 < liar.got->len; i++)
        g_assert_false(memcmp(liar.got->data + i, "\x47\x47\x47", 3) == 0);
    liar_clear(&liar);
    frame_clear(&frame);
    program_stop(&host);
}

void ra_test_pause(void)
{
    g_test_add_func("/session/pause", test_pause);
    g_test_add_func("/session/pause/stock", test_stock_pause);
}
