/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real worker processes, a test in the place of their programs. */
#include "base/error.h"
#include "tests/session/programs.h"
#include "tests/session/test-session.h"
#include "wire/assist.h"
#include "wire/handshake.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void simple(Program *program, RaIpcKind kind)
{
    const RaIpcMessage message = {.kind = kind};
    ra_worker_send(program->worker, &message, -1);
}

static void test_session(void)
{
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    const guint8 *picture = show(&host, &viewer, &frame);
    assert_same_picture(picture, frame.pixels);

    (void)expect(&host, RA_IPC_WANT_PIXELS);
    for (guint i = 0; i < 40; i++)
        frame.pixels[(50 + i / 8) * STRIDE + (60 + i % 8) * 4 + i % 3] = (guint8)(i * 5);
    send_pixels(&host, (RaRect){60, 50, 8, 5});
    (void)expect(&viewer, RA_IPC_CHANGED);
    assert_same_picture(picture, frame.pixels);
    linger(); /* one for each FRAME and PIXELS, no more */
    (void)expect(&host, RA_IPC_WANT_PIXELS);
    g_assert_false(find(&host, RA_IPC_WANT_PIXELS, NULL));

    const RaIpcMessage bye = {.kind = RA_IPC_BYE, .ended.reason = RA_GOODBYE_ENDED};
    ra_worker_send(host.worker, &bye, -1);
    const RaIpcMessage ended = expect(&viewer, RA_IPC_ENDED);
    g_assert_cmpint(ended.ended.reason, ==, RA_GOODBYE_ENDED);
    g_assert_false(ended.ended.ours);
    g_assert_true(expect(&host, RA_IPC_ENDED).ended.ours);
    expect_gone(&host);
    expect_gone(&viewer);
    munmap((void *)(gintptr)picture, STRIDE * HEIGHT);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

/* Runs the main loop until the worker has rung. */
static void expect_ring(int bell)
{
    char ring = 1;
    for (int i = 0; i < 6000 && recv(bell, &ring, 1, MSG_DONTWAIT) != 1; i++)
        linger();
    g_assert_cmpint(ring, ==, 0);
}

/* With a bell the worker sends no WANT_PIXELS, and rings as often. */
static void test_bell(void)
{
    Program host, viewer;
    Frame frame;
    int pair[2];
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    const guint8 *picture = show(&host, &viewer, &frame);
    (void)expect(&host, RA_IPC_WANT_PIXELS);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
    const RaIpcMessage bell = {.kind = RA_IPC_BELL};
    ra_worker_send(host.worker, &bell, pair[1]);
    close(pair[1]);
    for (guint8 i = 0; i < 3; i++) {
        memset(frame.pixels + 50 * STRIDE, i * 3 + 1, STRIDE * 2);
        send_pixels(&host, (RaRect){0, 50, WIDTH, 2});
        wait_same_picture(&viewer, picture, frame.pixels);
        expect_ring(pair[0]);
    }
    linger();
    char ring;
    g_assert_cmpint(recv(pair[0], &ring, 1, MSG_DONTWAIT), ==, -1);
    g_assert_false(find(&host, RA_IPC_WANT_PIXELS, NULL));
    close(pair[0]);
    munmap((void *)(gintptr)picture, STRIDE * HEIGHT);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

static void test_resize(void)
{
    Program host, viewer;
    Frame frame, other;
    frame_make(&frame, 0x40);
    frame_make(&other, 0x90);
    meet(&host, &viewer);
    const guint8 *picture = show(&host, &viewer, &frame);
    /* The new frame comes while the old one's token may be on its way. */
    RaIpcMessage message = {.kind = RA_IPC_FRAME};
    message.frame.width = WIDTH / 2;
    message.frame.height = HEIGHT * 2;
    message.frame.stride = STRIDE / 2;
    ra_worker_send(host.worker, &message, other.fd);
    (void)expect(&host, RA_IPC_WANT_PIXELS);
    (void)expect(&host, RA_IPC_WANT_PIXELS);
    send_pixels(&host, (RaRect){0, 0, WIDTH / 2, HEIGHT * 2});
    const RaIpcMessage screen = expect(&viewer, RA_IPC_SCREEN);
    g_assert_cmpuint(screen.frame.width, ==, WIDTH / 2);
    g_assert_cmpuint(screen.frame.height, ==, HEIGHT * 2);
    const guint8 *wide = mmap(NULL, STRIDE * HEIGHT, PROT_READ, MAP_SHARED, viewer.fd, 0);
    wait_same_picture(&viewer, wide, other.pixels);
    munmap((void *)(gintptr)wide, STRIDE * HEIGHT);
    munmap((void *)(gintptr)picture, STRIDE * HEIGHT);
    frame_clear(&frame);
    frame_clear(&other);
    program_stop(&host);
    program_stop(&viewer);
}

static void test_control(void)
{
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    munmap((void *)(gintptr)show(&host, &viewer, &frame), STRIDE * HEIGHT);
    RaIpcMessage press = {.kind = RA_IPC_KEY_PRESS, .key = {TRUE, 'a', 30}};
    RaIpcMessage move = {.kind = RA_IPC_POINTER, .pointer = {11, 12, 1}};
    ra_worker_send(viewer.worker, &press, -1);
    ra_worker_send(viewer.worker, &move, -1);
    linger();
    g_assert_false(find(&host, RA_IPC_KEY_PRESS, NULL));
    g_assert_false(find(&host, RA_IPC_POINTER, NULL));
    g_assert_false(find(&host, RA_IPC_WANT_CONTROL, NULL)); /* ours asks in words */

    simple(&viewer, RA_IPC_WANT_CONTROL_OUT);
    (void)expect(&host, RA_IPC_WANT_CONTROL);
    RaIpcMessage no = {.kind = RA_IPC_CONTROL_ANSWER};
    no.allow.reason = RA_GOODBYE_DECLINED;
    ra_worker_send(host.worker, &no, -1);
    g_assert_cmpint(expect(&viewer, RA_IPC_CONTROL_ANSWER).allow.reason, ==, RA_GOODBYE_DECLINED);

    simple(&viewer, RA_IPC_WANT_CONTROL_OUT);
    (void)expect(&host, RA_IPC_WANT_CONTROL);
    send_rights(&host, RA_RIGHTS_ALL);
    g_assert_cmpuint(expect(&viewer, RA_IPC_RIGHTS).rights.rights, ==, RA_RIGHTS_ALL);
    ra_worker_send(viewer.worker, &press, -1);
    ra_worker_send(viewer.worker, &move, -1);
    const RaIpcMessage key_press = expect(&host, RA_IPC_KEY_PRESS);
    g_assert_true(key_press.key.down);
    g_assert_cmpuint(key_press.key.keysym, ==, 'a');
    g_assert_cmpuint(key_press.key.code, ==, 30);
    const RaIpcMessage pointer = expect(&host, RA_IPC_POINTER);
    g_assert_cmpuint(pointer.pointer.x, ==, 11);
    g_assert_cmpuint(pointer.pointer.buttons, ==, 1);
    simple(&viewer, RA_IPC_RETURN_CONTROL_OUT);
    (void)expect(&host, RA_IPC_RETURN_CONTROL);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

static void test_refused(void)
{
    static const RaGoodbye reasons[] = {RA_GOODBYE_DECLINED, RA_GOODBYE_NO_ANSWER, RA_GOODBYE_BUSY,
                                        RA_GOODBYE_EXPIRED};
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
        Program host, viewer;
        meet(&host, &viewer);
        send_allow(&host, FALSE, reasons[i]);
        const RaIpcMessage ended = expect(&viewer, RA_IPC_ENDED);
        g_assert_cmpint(ended.ended.reason, ==, reasons[i]);
        g_assert_false(ended.ended.ours);
        g_assert_false(find(&viewer, RA_IPC_SCREEN, NULL));
        expect_gone(&host);
        program_stop(&host);
        program_stop(&viewer);
    }
}

static void test_strangers(void)
{
    static const guint8 wrong[RA_LINK_KEY_SIZE] = "another key, of 32 bytes as well";
    Program host;
    program_start(&host, RA_WORKER_HOST);
    const struct {
        const char *identity;
        const guint8 *with;
    } cases[] = {{IDENTITY, wrong}, {"ffffffffffffffffffffffffffffffff", key}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Program viewer;
        program_start(&viewer, RA_WORKER_VIEWER);
        introduce(&viewer, cases[i].identity, cases[i].with);
        offer_socket(&viewer, i, connect_to(&host, i + 20));
        g_assert_cmpuint(expect(&host, RA_IPC_HANDSHAKE_FAILED).connection.id, ==, i + 20);
        const RaIpcMessage failed = expect(&viewer, RA_IPC_ATTEMPT_FAILED);
        g_assert_cmpuint(failed.attempt.id, ==, i);
        g_assert_true(failed.attempt.tls);
        program_stop(&viewer);
    }
    /* Somebody who speaks no TLS at all. */
    const int stranger = connect_to(&host, 30);
    g_assert_cmpint(send(stranger, "RFB 003.008\n", 12, 0), ==, 12);
    g_assert_cmpuint(expect(&host, RA_IPC_HANDSHAKE_FAILED).connection.id, ==, 30);
    close(stranger);
    g_assert_false(host.gone); /* the gate is still there */
    program_stop(&host);
}

/* Whoever has the key but does not speak as agreed: the session ends, nobody is asked. */
static void test_liars(void)
{
    static const struct {
        const char *bytes;
        gsize size;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 35},
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 16},
        {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Program host;
        Liar liar;
        program_start(&host, RA_WORKER_HOST);
        liar_handshake(&liar, connect_to(&host, 1), TRUE);
        (void)expect(&host, RA_IPC_AUTHENTICATED);
        liar_say(&liar, cases[i].bytes, cases[i].size);
        g_assert_cmpint(expect(&host, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_PROTOCOL);
        g_assert_false(find(&host, RA_IPC_ASK, NULL));
        expect_gone(&host);
        liar_clear(&liar);
        program_stop(&host);
    }
}

void ra_test_worker(void)
{
    g_test_add_func("/session/worker/session", test_session);
    g_test_add_func("/session/worker/bell", test_bell);
    g_test_add_func("/session/worker/resize", test_resize);
    g_test_add_func("/session/worker/control", test_control);
    g_test_add_func("/session/worker/refused", test_refused);
    g_test_add_func("/session/worker/strangers", test_strangers);
    g_test_add_func("/session/worker/liars", test_liars);
}
