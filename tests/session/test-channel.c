/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/channel.h"
#include "tests/session/test-session.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    RaChannel *channel;
    GString *log; /* a word per callback */
    int fd;
    gboolean free_at_once;
} End;

static void on_message(const RaIpcMessage *message, int fd, gpointer data)
{
    End *end = data;
    g_string_append_printf(end->log, "%d ", message->kind);
    if (fd >= 0)
        end->fd = fd;
    if (end->free_at_once)
        g_clear_pointer(&end->channel, ra_channel_free);
}

static void on_gone(const char *reason G_GNUC_UNUSED, gpointer data)
{
    End *end = data;
    g_string_append(end->log, "gone ");
}

static const RaChannelCallbacks callbacks = {.message = on_message, .gone = on_gone};

static void make_pair(int pair[2])
{
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
}

/* Lets the main loop run until nothing is left to do. */
static void settle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static End make_end(int fd, RaIpcDirection incoming, End *end)
{
    end->log = g_string_new(NULL);
    end->fd = -1;
    end->channel = ra_channel_new(fd, incoming, &callbacks, end);
    return *end;
}

static void clear_end(End *end)
{
    ra_channel_free(end->channel);
    g_string_free(end->log, TRUE);
    if (end->fd >= 0)
        close(end->fd);
}

static void test_both_ways(void)
{
    int pair[2];
    make_pair(pair);
    End host = {0}, worker = {0};
    make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
    make_end(pair[1], RA_IPC_FROM_HOST, &worker);
    RaIpcMessage connection = {.kind = RA_IPC_CONNECTION, .connection.id = 7};
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    g_assert_true(ra_channel_send(host.channel, &connection, null));
    g_assert_cmpint(fcntl(null, F_GETFD), >=, 0); /* still ours */
    close(null);
    RaIpcMessage want = {.kind = RA_IPC_WANT_PIXELS};
    g_assert_true(ra_channel_send(worker.channel, &want, -1));
    settle();
    g_assert_cmpstr(worker.log->str, ==, "1 ");
    g_assert_cmpint(fcntl(worker.fd, F_GETFD), ==, FD_CLOEXEC);
    char host_log[16];
    g_snprintf(host_log, sizeof host_log, "%d ", RA_IPC_WANT_PIXELS);
    g_assert_cmpstr(host.log->str, ==, host_log);
    clear_end(&worker);
    settle();
    g_assert_true(g_str_has_suffix(host.log->str, "gone "));
    g_assert_false(ra_channel_is_liar(host.channel));
    g_assert_false(ra_channel_send(host.channel, &connection, 0));
    clear_end(&host);
}

/* What a worker that lies could send: each ends the channel and delivers nothing. */
static void test_refused(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        guint fds;
    } cases[] = {
        {"\x01\0\0\0\x07\0\0", 7, 1},              /* the host's message, from its worker */
        {"\x64\0\0", 3, 0},                        /* trailing bytes */
        {"\x64", 1, 1},                            /* a descriptor where none belongs */
        {"\x82\0\x01\0\x01\0\0\0\x04\0\0", 11, 1}, /* the viewer's worker's message */
        {"\xFF", 1, 0},                            /* no such message */
        {"\x64", 1, 3},                            /* several descriptors */
    };
    G_STATIC_ASSERT(RA_IPC_WANT_PIXELS == 0x64 && RA_IPC_SCREEN == 0x82);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        int pair[2];
        make_pair(pair);
        End host = {0};
        make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
        int fds[3] = {STDIN_FILENO, STDIN_FILENO, STDIN_FILENO};
        char control[CMSG_SPACE(sizeof fds)] = {0};
        struct iovec iov = {(void *)(gintptr)cases[i].bytes, cases[i].size};
        struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};
        if (cases[i].fds > 0) {
            header.msg_control = control;
            header.msg_controllen = CMSG_SPACE(cases[i].fds * sizeof(int));
            struct cmsghdr *c = CMSG_FIRSTHDR(&header);
            c->cmsg_level = SOL_SOCKET;
            c->cmsg_type = SCM_RIGHTS;
            c->cmsg_len = CMSG_LEN(cases[i].fds * sizeof(int));
            memcpy(CMSG_DATA(c), fds, cases[i].fds * sizeof(int));
        }
        g_assert_cmpint(sendmsg(pair[1], &header, 0), ==, (gssize)cases[i].size);
        settle();
        g_assert_cmpstr(host.log->str, ==, "gone ");
        g_assert_true(ra_channel_is_liar(host.channel));
        close(pair[1]);
        clear_end(&host);
    }
}

static void test_too_large(void)
{
    int pair[2];
    make_pair(pair);
    End host = {0};
    make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
    g_autofree char *large = g_malloc0(RA_IPC_MAX + 1);
    g_assert_cmpint(send(pair[1], large, RA_IPC_MAX + 1, 0), ==, RA_IPC_MAX + 1);
    settle();
    g_assert_cmpstr(host.log->str, ==, "gone ");
    close(pair[1]);
    clear_end(&host);
}

static void test_wait_keeps_order(void)
{
    int pair[2];
    make_pair(pair);
    End host = {0}, worker = {0};
    make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
    make_end(pair[1], RA_IPC_FROM_HOST, &worker);
    RaIpcMessage rights = {.kind = RA_IPC_RIGHTS, .rights.rights = RA_RIGHT_VIEW};
    RaIpcMessage bye = {.kind = RA_IPC_BYE};
    RaIpcMessage key = {.kind = RA_IPC_KEY, .secret.identity = "abc", .secret.known = TRUE};
    g_assert_true(ra_channel_send(host.channel, &rights, -1));
    g_assert_true(ra_channel_send(host.channel, &key, -1));
    g_assert_true(ra_channel_send(host.channel, &bye, -1));
    RaIpcMessage got;
    g_assert_true(ra_channel_wait(worker.channel, RA_IPC_KEY, 1, &got));
    g_assert_cmpstr(got.secret.identity, ==, "abc");
    g_assert_cmpstr(worker.log->str, ==, "");
    settle();
    g_autofree char *expected = g_strdup_printf("%d %d ", RA_IPC_RIGHTS, RA_IPC_BYE);
    g_assert_cmpstr(worker.log->str, ==, expected);
    g_assert_false(ra_channel_wait(worker.channel, RA_IPC_KEY, 0, &got));
    clear_end(&host);
    g_assert_false(ra_channel_wait(worker.channel, RA_IPC_KEY, 5, &got));
    clear_end(&worker);
}

static void test_queue_limit(void)
{
    int pair[2];
    make_pair(pair);
    End host = {0};
    make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
    static guint8 pixels[128 * 128 * 4];
    RaIpcMessage cursor = {.kind = RA_IPC_CURSOR};
    cursor.cursor.width = cursor.cursor.height = 128;
    cursor.cursor.pixels = pixels;
    guint sent = 0;
    while (ra_channel_send(host.channel, &cursor, -1))
        sent++;
    g_assert_cmpuint(sent, >=, RA_CHANNEL_QUEUE_MAX);
    g_assert_cmpuint(sent, <, RA_CHANNEL_QUEUE_MAX + 64);
    /* All of them arrive once somebody reads, in one piece each. */
    End worker = {0};
    make_end(pair[1], RA_IPC_FROM_HOST, &worker);
    for (guint i = 0; i < 10000 && ra_channel_queued(host.channel) > 0; i++)
        g_main_context_iteration(NULL, FALSE);
    settle();
    g_assert_cmpuint(worker.log->len, ==, sent * strlen("160 "));
    clear_end(&host);
    clear_end(&worker);
}

static void test_free_in_callback(void)
{
    int pair[2];
    make_pair(pair);
    End host = {0}, worker = {0};
    make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
    make_end(pair[1], RA_IPC_FROM_HOST, &worker);
    worker.free_at_once = TRUE;
    RaIpcMessage bye = {.kind = RA_IPC_BYE};
    for (guint i = 0; i < 3; i++)
        g_assert_true(ra_channel_send(host.channel, &bye, -1));
    settle();
    g_assert_cmpstr(worker.log->str, ==, "64 ");
    g_assert_cmpstr(host.log->str, ==, "gone ");
    clear_end(&host);
    clear_end(&worker);
}

/* What is put off keeps its descriptor, whatever the sender does with its own. */
static void test_put_off(void)
{
    int pair[2], pipes[2];
    make_pair(pair);
    g_assert_cmpint(pipe(pipes), ==, 0);
    End host = {0}, worker = {0};
    make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
    static guint8 pixels[128 * 128 * 4];
    RaIpcMessage cursor = {.kind = RA_IPC_CURSOR};
    cursor.cursor.width = cursor.cursor.height = 128;
    cursor.cursor.pixels = pixels;
    while (ra_channel_queued(host.channel) == 0)
        g_assert_true(ra_channel_send(host.channel, &cursor, -1));
    RaIpcMessage connection = {.kind = RA_IPC_CONNECTION, .connection.id = 7};
    g_assert_true(ra_channel_send(host.channel, &connection, pipes[1]));
    close(pipes[1]);
    make_end(pair[1], RA_IPC_FROM_HOST, &worker);
    for (guint i = 0; i < 10000 && ra_channel_queued(host.channel) > 0; i++)
        g_main_context_iteration(NULL, FALSE);
    settle();
    g_assert_true(g_str_has_suffix(worker.log->str, " 1 "));
    g_assert_cmpint(write(worker.fd, "x", 1), ==, 1);
    char got = 0;
    g_assert_cmpint(read(pipes[0], &got, 1), ==, 1);
    g_assert_cmpint(got, ==, 'x');
    close(pipes[0]);
    clear_end(&host);
    clear_end(&worker);
}

static void wait_inside(const RaIpcMessage *message, int fd, gpointer data)
{
    End *end = data;
    RaIpcMessage key = {0};
    g_assert_cmpint(fd, ==, -1);
    if (message->kind != RA_IPC_CURSOR) {
        g_string_append_printf(end->log, "%d ", message->kind);
        return;
    }
    g_assert_true(ra_channel_wait(end->channel, RA_IPC_KEY, 60, &key));
    for (guint i = 0; i < 128 * 128 * 4; i++)
        g_assert_cmpuint(message->cursor.pixels[i], ==, 7);
    g_string_append_printf(end->log, "%s ", key.secret.identity);
}

/* What a message borrows lasts for the call, even if that waits for others. */
static void test_wait_in_callback(void)
{
    static const RaChannelCallbacks waiting = {.message = wait_inside, .gone = on_gone};
    static guint8 pixels[128 * 128 * 4];
    int pair[2];
    make_pair(pair);
    End host = {0}, worker = {.log = g_string_new(NULL), .fd = -1};
    make_end(pair[0], RA_IPC_FROM_HOST_WORKER, &host);
    worker.channel = ra_channel_new(pair[1], RA_IPC_FROM_HOST, &waiting, &worker);
    memset(pixels, 7, sizeof pixels);
    RaIpcMessage cursor = {.kind = RA_IPC_CURSOR}, bye = {.kind = RA_IPC_BYE};
    RaIpcMessage key = {.kind = RA_IPC_KEY, .secret.identity = "abc", .secret.known = TRUE};
    cursor.cursor.width = cursor.cursor.height = 128;
    cursor.cursor.pixels = pixels;
    for (int round = 0; round < 3; round++) {
        g_string_truncate(worker.log, 0);
        g_assert_true(ra_channel_send(host.channel, &cursor, -1));
        g_assert_true(ra_channel_send(host.channel, &bye, -1));
        g_assert_true(ra_channel_send(host.channel, &key, -1));
        settle();
        g_assert_cmpstr(worker.log->str, ==, "abc 64 ");
    }
    clear_end(&host);
    clear_end(&worker);
}

void ra_test_channel(void)
{
    g_test_add_func("/session/channel/both-ways", test_both_ways);
    g_test_add_func("/session/channel/refused", test_refused);
    g_test_add_func("/session/channel/too-large", test_too_large);
    g_test_add_func("/session/channel/wait-keeps-order", test_wait_keeps_order);
    g_test_add_func("/session/channel/queue-limit", test_queue_limit);
    g_test_add_func("/session/channel/free-in-callback", test_free_in_callback);
    g_test_add_func("/session/channel/put-off", test_put_off);
    g_test_add_func("/session/channel/wait-in-callback", test_wait_in_callback);
}
