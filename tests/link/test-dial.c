/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/link/test-link.h"

#include "base/error.h"
#include "link/dial.h"
#include "tests/link/proxy.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ATTEMPTS = 8 };

typedef enum { NEVER, ON_CONNECTED, ON_FAILED, ON_EXHAUSTED } When;

/* What came of dialling. */
typedef struct {
    GMainLoop *loop;
    When free_when;
    gboolean handshakes_fail; /* every connection led to a stranger */
    gint64 begun;
    int fds[ATTEMPTS];             /* -1: not connected */
    char *errors[ATTEMPTS];        /* NULL: not failed */
    gint64 milliseconds[ATTEMPTS]; /* when that was known */
    guint connected, failed, exhausted;
    guint stop_after; /* connections; 0: at exhaustion */
} Story;

static void note(Story *story, RaDialer *dialer, When what, gboolean over)
{
    if (story->free_when == what)
        ra_dialer_free(dialer);
    if (over)
        g_main_loop_quit(story->loop);
}

static void on_connected(RaDialer *dialer, guint attempt, int fd, const char *host, gpointer data)
{
    Story *story = data;
    g_assert_nonnull(host);
    g_assert_cmpuint(attempt, <, ATTEMPTS);
    g_assert_cmpint(story->fds[attempt], ==, -1);
    g_assert_cmpint(fcntl(fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
    story->fds[attempt] = fd;
    story->milliseconds[attempt] = (g_get_monotonic_time() - story->begun) / 1000;
    story->connected++;
    if (story->handshakes_fail)
        ra_dialer_attempt_failed(dialer, attempt);
    note(story, dialer, ON_CONNECTED, story->connected == story->stop_after);
}

static void on_failed(RaDialer *dialer, guint attempt, const char *host, const GError *error,
                      gpointer data)
{
    Story *story = data;
    g_assert_cmpuint(attempt, <, ATTEMPTS);
    g_assert_null(story->errors[attempt]);
    g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
    g_assert_null(strpbrk(error->message, "\r\n"));
    g_test_message("%s: %s", host, error->message);
    story->errors[attempt] = g_strdup(error->message);
    story->milliseconds[attempt] = (g_get_monotonic_time() - story->begun) / 1000;
    story->failed++;
    note(story, dialer, ON_FAILED, story->free_when == ON_FAILED);
}

static void on_exhausted(RaDialer *dialer, gpointer data)
{
    Story *story = data;
    story->exhausted++;
    note(story, dialer, ON_EXHAUSTED, TRUE);
}

static const RaDialerCallbacks callbacks = {on_connected, on_failed, on_exhausted};

static gboolean on_too_long(gpointer data G_GNUC_UNUSED)
{
    g_error("dialling went nowhere");
    return G_SOURCE_REMOVE;
}

/* Dials until the story's end. */
static void dial(Story *story, const char *const *hosts, const char *proxy)
{
    for (guint i = 0; i < ATTEMPTS; i++)
        story->fds[i] = -1;
    story->loop = g_main_loop_new(NULL, FALSE);
    const guint too_long = g_timeout_add_seconds(10, on_too_long, NULL);
    story->begun = g_get_monotonic_time();
    RaDialer *dialer = ra_dialer_new(hosts, proxy, &callbacks, story);
    g_assert_cmpuint(story->connected + story->failed + story->exhausted, ==, 0);
    g_main_loop_run(story->loop);
    /* Nothing more is told after a free, and the end once only. */
    for (guint i = 0; i < 20; i++) {
        (void)g_main_context_iteration(NULL, FALSE);
        g_usleep(500);
    }
    if (story->free_when == NEVER)
        ra_dialer_free(dialer);
    g_source_remove(too_long);
}

static void story_clear(Story *story)
{
    for (guint i = 0; i < ATTEMPTS; i++) {
        if (story->fds[i] >= 0)
            close(story->fds[i]);
        g_free(story->errors[i]);
    }
    g_main_loop_unref(story->loop);
}

static char *local(guint16 port)
{
    return g_strdup_printf("127.0.0.1:%u", port);
}

/* An address that swallows SYNs: a listening socket whose queue is full. FILLERS keep it full. */
static int black_hole(guint16 *port, int fillers[4])
{
    const int fd = loopback_socket(0, port);
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(*port),
                                        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    for (guint i = 0; i < 4; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(fillers[i], (const struct sockaddr *)&address, sizeof address);
        g_usleep(2000);
    }
    return fd;
}

static void test_race(void)
{
    guint16 hole_port, refusing_port, right_port;
    int fillers[4];
    const int hole = black_hole(&hole_port, fillers);
    const int refusing = loopback_socket(-1, &refusing_port);
    const int right = loopback_socket(4, &right_port);
    g_autofree char *a = local(hole_port), *b = local(refusing_port), *c = local(right_port);
    const char *const hosts[] = {a, b, b, b, b, b, c, NULL};
    Story story = {.stop_after = 1};
    dial(&story, hosts, "");
    g_assert_cmpint(story.fds[6], >=, 0);
    g_assert_cmpuint(story.failed, ==, 5);
    g_assert_nonnull(strstr(story.errors[1], "refused"));
    /* The second waits for its turn; each later one goes as soon as the one before has failed. */
    g_assert_cmpint(story.milliseconds[1], >=, RA_DIAL_STAGGER_MS - 10);
    g_assert_cmpint(story.milliseconds[6] - story.milliseconds[1], <, 4 * RA_DIAL_STAGGER_MS);
    /* What it hands out is a live connection. */
    const int peer = accept4(right, NULL, NULL, SOCK_CLOEXEC);
    char text[8] = "";
    g_assert_cmpint(send(story.fds[6], "hello", 5, MSG_NOSIGNAL), ==, 5);
    g_assert_cmpint(recv(peer, text, 5, MSG_WAITALL), ==, 5);
    g_assert_cmpstr(text, ==, "hello");
    close(peer);
    story_clear(&story);
    for (guint i = 0; i < 4; i++)
        close(fillers[i]);
    close(hole);
    close(refusing);
    close(right);
}

/* Connections to strangers: each failed handshake starts the next, and then it is over. */
static void test_strangers(void)
{
    guint16 one_port, two_port, refusing_port;
    const int one = loopback_socket(4, &one_port), two = loopback_socket(4, &two_port);
    const int refusing = loopback_socket(-1, &refusing_port);
    g_autofree char *a = local(one_port), *b = local(two_port), *c = local(refusing_port);
    const char *const hosts[] = {a, "not an address", b, c, NULL};
    Story story = {.handshakes_fail = TRUE};
    dial(&story, hosts, "");
    g_assert_cmpuint(story.connected, ==, 2);
    g_assert_cmpuint(story.failed, ==, 2);
    g_assert_nonnull(story.errors[1]);
    g_assert_nonnull(story.errors[3]);
    g_assert_cmpuint(story.exhausted, ==, 1);
    g_assert_cmpint(story.milliseconds[3], <, 3 * RA_DIAL_STAGGER_MS);
    story_clear(&story);
    close(one);
    close(two);
    close(refusing);
}

static void test_nothing(void)
{
    static const char *const hosts[] = {NULL};
    Story story = {0};
    dial(&story, hosts, "");
    g_assert_cmpuint(story.exhausted, ==, 1);
    story_clear(&story);
}

static void test_free_inside(void)
{
    guint16 open_port, refusing_port;
    const int open_fd = loopback_socket(8, &open_port);
    const int refusing = loopback_socket(-1, &refusing_port);
    g_autofree char *a = local(open_port), *b = local(refusing_port);
    const char *const connecting[] = {a, a, b, NULL};
    const char *const failing[] = {b, b, b, NULL};
    Story connected = {.free_when = ON_CONNECTED, .stop_after = 1};
    dial(&connected, connecting, "");
    g_assert_cmpuint(connected.connected, ==, 1);
    g_assert_cmpuint(connected.failed + connected.exhausted, ==, 0);
    story_clear(&connected);
    Story failed = {.free_when = ON_FAILED};
    dial(&failed, failing, "");
    g_assert_cmpuint(failed.failed, ==, 1);
    g_assert_cmpuint(failed.exhausted, ==, 0);
    story_clear(&failed);
    Story exhausted = {.free_when = ON_EXHAUSTED};
    dial(&exhausted, failing, "");
    g_assert_cmpuint(exhausted.failed, ==, 3);
    g_assert_cmpuint(exhausted.exhausted, ==, 1);
    story_clear(&exhausted);
    close(open_fd);
    close(refusing);
}

/* By environment or by argument, the proxy is asked for the name as it stands. */
static void through_proxy(ProxyKind kind, const char *variable)
{
    guint16 port;
    const int right = loopback_socket(4, &port);
    Proxy *proxy = proxy_new(kind, FALSE, port);
    g_autofree char *url = proxy_url(proxy);
    static const char *const hosts[] = {"novice.invalid:3389", NULL};
    if (variable != NULL)
        g_setenv(variable, url, TRUE);
    Story story = {.stop_after = 1};
    dial(&story, hosts, variable != NULL ? NULL : url);
    if (variable != NULL)
        g_unsetenv(variable);
    g_assert_cmpint(story.fds[0], >=, 0);
    const int peer = accept4(right, NULL, NULL, SOCK_CLOEXEC);
    char text[8] = "";
    g_assert_cmpint(send(peer, "first", 5, MSG_NOSIGNAL), ==, 5);
    struct pollfd ready = {.fd = story.fds[0], .events = POLLIN};
    g_assert_cmpint(poll(&ready, 1, 5000), ==, 1);
    g_assert_cmpint(recv(story.fds[0], text, sizeof text, 0), ==, 5);
    g_assert_cmpstr(text, ==, "first");
    g_assert_cmpint(send(story.fds[0], "later", 5, MSG_NOSIGNAL), ==, 5);
    g_assert_cmpint(recv(peer, text, 5, MSG_WAITALL), ==, 5);
    g_assert_cmpstr(text, ==, "later");
    close(peer);
    story_clear(&story);
    g_autofree char *asked = proxy_end(proxy);
    g_assert_cmpstr(asked, ==, "novice.invalid:3389");
    close(right);
}

static void refused_by_proxy(ProxyKind kind)
{
    Proxy *proxy = proxy_new(kind, TRUE, 0);
    g_autofree char *url = proxy_url(proxy);
    static const char *const hosts[] = {"novice.invalid:3389", NULL};
    Story story = {0};
    dial(&story, hosts, url);
    g_assert_cmpuint(story.exhausted, ==, 1);
    g_assert_nonnull(strstr(story.errors[0], "the proxy refused"));
    story_clear(&story);
    g_autofree char *asked = proxy_end(proxy);
    g_assert_cmpstr(asked, ==, "novice.invalid:3389");
}

static void test_socks(void)
{
    through_proxy(PROXY_SOCKS5, NULL);
    through_proxy(PROXY_SOCKS5, "all_proxy");
    refused_by_proxy(PROXY_SOCKS5);
}

static void test_http_proxy(void)
{
    through_proxy(PROXY_HTTP, NULL);
    through_proxy(PROXY_HTTP, "https_proxy");
    refused_by_proxy(PROXY_HTTP);
}

static const char *const bad_proxies[] = {
    "https://127.0.0.1:1", "gopher://127.0.0.1:1", "http://127.0.0.1:99999", "http://\n", "http://",
    "127.0.0.1:x"};

static void test_bad_proxies(void)
{
    static const char *const hosts[] = {"127.0.0.1:1", NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(bad_proxies); i++) {
        Story story = {0};
        dial(&story, hosts, bad_proxies[i]);
        g_assert_cmpuint(story.failed, ==, 1);
        g_assert_nonnull(strstr(story.errors[0], "prox"));
        g_assert_cmpuint(story.exhausted, ==, 1);
        story_clear(&story);
    }
}

void add_dial_tests(void)
{
    static const char *const variables[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                            "ALL_PROXY",   "no_proxy",    "NO_PROXY"};
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_unsetenv(variables[i]);
    g_test_add_func("/link/dial/race", test_race);
    g_test_add_func("/link/dial/strangers", test_strangers);
    g_test_add_func("/link/dial/nothing", test_nothing);
    g_test_add_func("/link/dial/free-inside", test_free_inside);
    g_test_add_func("/link/dial/socks", test_socks);
    g_test_add_func("/link/dial/http-proxy", test_http_proxy);
    g_test_add_func("/link/dial/bad-proxies", test_bad_proxies);
}
