/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cable that is pulled: both ends find out by themselves, in time, and say so. Needs a network of
 * its own, which a namespace gives; skipped where there is none. Takes about 25 seconds. */
#include "base/io.h"
#include "tests/session/programs.h"
#include "tests/support/tcp.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUSY_SECONDS = 25, IDLE_SECONDS = 35 };
static gboolean have_network;

static gboolean set_network(gboolean up)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = up ? IFF_UP : 0};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const gboolean ok = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

typedef struct {
    Program host, viewer;
} Session;

static void start(Session *s, const Frame *frame)
{
    static const RaAssist features = {RA_ASSIST_FEATURES, .features = RA_FEATURES_ALL};
    int pair[2];
    ra_tcp_pair(pair);
    program_start(&s->host, RA_WORKER_HOST);
    program_start(&s->viewer, RA_WORKER_VIEWER);
    introduce(&s->viewer, IDENTITY, key);
    const RaIpcMessage connection = {.kind = RA_IPC_CONNECTION, .connection.id = 1};
    ra_worker_send(s->host.worker, &connection, pair[1]);
    close(pair[1]);
    offer_socket(&s->viewer, 1, pair[0]);
    (void)expect(&s->host, RA_IPC_ASK);
    munmap((void *)(gintptr)show(&s->host, &s->viewer, frame), STRIDE * HEIGHT);
    say(&s->host, &features);
    g_byte_array_unref(expect_word(&s->viewer, RA_ASSIST_FEATURES));
}

/* Seconds until the program hears that the link broke; fails after LIMIT. */
static double seconds_to_end(Program *program, gint64 since, guint limit)
{
    RaIpcMessage ended;
    while (!find(program, RA_IPC_ENDED, &ended)) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(5000);
        g_assert_cmpint(g_get_monotonic_time() - since, <, (gint64)limit * G_USEC_PER_SEC);
    }
    g_assert_cmpint(ended.ended.reason, ==, RA_GOODBYE_LINK);
    return (double)(g_get_monotonic_time() - since) / G_USEC_PER_SEC;
}

static void test_dead_link(void)
{
    static const RaAssist chat = {RA_ASSIST_CHAT, .chat = {1, 2, "hi"}};
    if (!have_network) {
        g_test_skip("no network namespace");
        return;
    }
    Session busy, idle;
    Frame frame;
    frame_make(&frame, 0x40);
    start(&idle, &frame);
    start(&busy, &frame);
    (void)g_usleep(3 * G_USEC_PER_SEC); /* the last pings are answered */
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_true(set_network(FALSE));
    const gint64 since = g_get_monotonic_time();
    say(&busy.host, &chat);
    say(&busy.viewer, &chat);
    g_test_message("busy: host %.1f s", seconds_to_end(&busy.host, since, BUSY_SECONDS));
    g_test_message("busy: viewer %.1f s", seconds_to_end(&busy.viewer, since, BUSY_SECONDS));
    g_test_message("idle: host %.1f s", seconds_to_end(&idle.host, since, IDLE_SECONDS));
    g_test_message("idle: viewer %.1f s", seconds_to_end(&idle.viewer, since, IDLE_SECONDS));
    program_stop(&busy.host);
    program_stop(&busy.viewer);
    program_stop(&idle.host);
    program_stop(&idle.viewer);
    frame_clear(&frame);
}

int main(int argc, char **argv)
{
    /* Before anything starts a thread. */
    have_network = (unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) &&
                   set_network(TRUE);
    (void)signal(SIGPIPE, SIG_IGN);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/dead-link", test_dead_link);
    return g_test_run();
}
