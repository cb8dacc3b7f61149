/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves for the worker: the novice's pointer and the screen, while the session shares and no
 * longer. */
#include "host/sharing.h"
#include "tests/host-agent/fakes.h"
#include "tests/host-agent/tests.h"
#include "tests/support/memory-screen.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    FakeDesktop desktop;
    FakeWorker *worker;
    RaSharing *sharing;
    guint lies;
} Fixture;

static void on_lied(gpointer data)
{
    ((Fixture *)data)->lies++;
}

static void set_up(Fixture *f)
{
    static const RaSharingEvents events = {.lied = on_lied};
    g_autoptr(GError) error = NULL;
    f->lies = 0;
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

static void assert_pixels(Fixture *f, guint n)
{
    fake_settle();
    g_assert_cmpuint(fake_worker_count(f->worker, RA_IPC_PIXELS), ==, n);
    g_assert_cmpuint(ra_memory_screen_fetches(f->desktop.screen), ==, n);
}

/* The frame is fetched into while it is ours alone, and at once where something has changed: when
 * it comes back, or when something changes later. */
static void test_bell(void)
{
    Fixture f;
    set_up(&f);
    ra_sharing_begin(f.sharing);
    g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_BELL), ==, 1);
    assert_pixels(&f, 0);
    fake_worker_ring(f.worker); /* of the frame: all of it is due */
    assert_pixels(&f, 1);
    /* What changes while it is away comes in one go. */
    ra_memory_screen_fill(f.desktop.screen, (RaRect){0, 0, 10, 10}, 1);
    assert_pixels(&f, 1);
    ra_memory_screen_fill(f.desktop.screen, (RaRect){30, 20, 5, 5}, 2);
    assert_pixels(&f, 1);
    fake_worker_ring(f.worker);
    assert_pixels(&f, 2);
    fake_worker_ring(f.worker); /* nothing is due */
    assert_pixels(&f, 2);
    ra_memory_screen_fill(f.desktop.screen, (RaRect){0, 0, 10, 10}, 3);
    assert_pixels(&f, 3);
    /* The message means the same. */
    ra_memory_screen_fill(f.desktop.screen, (RaRect){0, 0, 10, 10}, 4);
    assert_pixels(&f, 3);
    g_assert_true(ra_sharing_want_pixels(f.sharing));
    assert_pixels(&f, 4);
    g_assert_cmpuint(f.lies, ==, 0);
    tear_down(&f);
}

/* One that gives back what it has not; or as much as a socket holds. */
static void test_bell_lies(void)
{
    for (guint rings = 2; rings < 100; rings += 97) {
        Fixture f;
        set_up(&f);
        ra_sharing_begin(f.sharing);
        for (guint i = 0; i < rings; i++)
            fake_worker_ring(f.worker);
        fake_settle();
        g_assert_cmpuint(f.lies, >, 0);
        g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_PIXELS), ==, 0);
        tear_down(&f);
    }
}

/* With another worker there is another bell; what the first rings is nobody's business. */
static void test_bell_regained(void)
{
    Fixture f;
    g_autoptr(GError) error = NULL;
    set_up(&f);
    ra_sharing_begin(f.sharing);
    const int old = fcntl(f.worker->bell, F_DUPFD_CLOEXEC, 0);
    ra_sharing_lose_link(f.sharing);
    g_assert_cmpint(send(old, "xx", 2, MSG_DONTWAIT | MSG_NOSIGNAL), ==, -1);
    close(old);
    g_assert_true(ra_sharing_regain(f.sharing, f.worker->peer, &error));
    ra_sharing_begin(f.sharing);
    g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_BELL), ==, 2);
    fake_worker_ring(f.worker);
    assert_pixels(&f, 1);
    g_assert_cmpuint(f.lies, ==, 0);
    tear_down(&f);
}

void add_sharing_tests(void)
{
    g_test_add_func("/host/sharing/bell", test_bell);
    g_test_add_func("/host/sharing/bell-lies", test_bell_lies);
    g_test_add_func("/host/sharing/bell-regained", test_bell_regained);
    g_test_add_func("/host/sharing/pointer", test_pointer);
    g_test_add_func("/host/sharing/pointer-slow-worker", test_slow);
    g_test_add_func("/host/sharing/pointer-halted", test_halted);
}
