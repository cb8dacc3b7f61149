/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves for the worker: the novice's pointer, while the session shares and no longer. */
#include "host/sharing.h"
#include "tests/host-agent/fakes.h"
#include "tests/host-agent/tests.h"
#include "tests/support/memory-screen.h"

typedef struct {
    FakeDesktop desktop;
    FakeWorker *worker;
    RaSharing *sharing;
} Fixture;

static void set_up(Fixture *f)
{
    static const RaSharingEvents events = {0};
    g_autoptr(GError) error = NULL;
    fake_desktop_init(&f->desktop);
    f->worker = fake_worker_new();
    f->sharing = ra_sharing_new(&f->desktop.desktop, "Hanna", f->worker->peer, &events, f, &error);
    g_assert_no_error(error);
}

static void tear_down(Fixture *f)
{
    ra_sharing_free(f->sharing);
    fake_desktop_clear(&f->desktop);
    ra_peer_free(f->worker->peer);
    fake_worker_free(f->worker);
}

static void assert_pointer(Fixture *f, guint n, guint16 x, guint16 y)
{
    fake_settle();
    g_assert_cmpuint(fake_worker_count(f->worker, RA_IPC_POINTER), ==, n);
    if (n == 0)
        return;
    const RaIpcMessage *last = fake_worker_last(f->worker, RA_IPC_POINTER);
    g_assert_cmpuint(last->pointer.x, ==, x);
    g_assert_cmpuint(last->pointer.y, ==, y);
    g_assert_cmpuint(last->pointer.buttons, ==, 0);
}

static void test_pointer(void)
{
    Fixture f;
    set_up(&f);
    ra_memory_screen_point(f.desktop.screen, 3, 4);
    assert_pointer(&f, 0, 0, 0);
    ra_sharing_begin(f.sharing);
    assert_pointer(&f, 1, 3, 4); /* where it is, and behind the frame */
    g_assert_cmpint(g_array_index(f.worker->sent, RaIpcMessage, 0).kind, ==, RA_IPC_FRAME);
    ra_memory_screen_point(f.desktop.screen, 5, 6);
    assert_pointer(&f, 2, 5, 6);
    ra_memory_screen_point(f.desktop.screen, RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    assert_pointer(&f, 3, RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    tear_down(&f);
}

/* A worker that does not keep up gets the last place when it does. */
static void test_slow(void)
{
    Fixture f;
    set_up(&f);
    ra_sharing_begin(f.sharing);
    assert_pointer(&f, 1, 0, 0);
    f.worker->queued = 100;
    for (guint16 i = 1; i < 50; i++) {
        ra_memory_screen_point(f.desktop.screen, i, i);
        assert_pointer(&f, 1, 0, 0);
    }
    f.worker->queued = 0;
    g_assert_true(ra_sharing_want_pixels(f.sharing));
    assert_pointer(&f, 2, 49, 49);
    g_assert_true(ra_sharing_want_pixels(f.sharing)); /* of the pixels */
    assert_pointer(&f, 2, 49, 49);
    tear_down(&f);
}

static void test_halted(void)
{
    Fixture f;
    set_up(&f);
    ra_sharing_begin(f.sharing);
    assert_pointer(&f, 1, 0, 0);
    ra_memory_screen_point(f.desktop.screen, 7, 7);
    ra_sharing_free(g_steal_pointer(&f.sharing));
    assert_pointer(&f, 1, 0, 0);
    tear_down(&f);
}

void add_sharing_tests(void)
{
    g_test_add_func("/host/sharing/pointer", test_pointer);
    g_test_add_func("/host/sharing/pointer-slow-worker", test_slow);
    g_test_add_func("/host/sharing/pointer-halted", test_halted);
}
