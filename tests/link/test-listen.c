/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/link/test-link.h"

#include "base/error.h"
#include "link/half-open.h"
#include "link/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const loopback[] = {"127.0.0.1", NULL};

typedef struct {
    guint count, last_id;
    int fds[64];
    char peer[64];
    gboolean free_it;
} Got;

static void on_accepted(RaListener *listener, guint id, int fd, const char *peer, gpointer data)
{
    Got *got = data;
    g_assert_cmpuint(got->count, <, G_N_ELEMENTS(got->fds));
    got->fds[got->count++] = fd;
    got->last_id = id;
    g_strlcpy(got->peer, peer, sizeof got->peer);
    if (got->free_it)
        ra_listener_free(listener);
}

static void got_clear(Got *got)
{
    for (guint i = 0; i < got->count; i++)
        close(got->fds[i]);
}

static guint run_for(guint milliseconds)
{
    const gint64 end = g_get_monotonic_time() + (gint64)milliseconds * 1000;
    guint dispatched = 0;
    for (guint i = 0; i < 20 || g_get_monotonic_time() < end; i++) {
        if (g_main_context_iteration(NULL, FALSE))
            dispatched++;
        else
            g_usleep(1000);
    }
    return dispatched;
}

static void wait_count(const Got *got, guint count)
{
    const gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (got->count < count && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_cmpuint(got->count, ==, count);
}

/* Connects to PORT of loopback from 127.0.0.HOST. */
static int call(guint16 port, guint host)
{
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr = {.s_addr = htonl(0x7F000000u + host)}};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&from, sizeof from), ==, 0);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&to, sizeof to), ==, 0);
    return fd;
}

/* The other end closed FD. */
static gboolean is_closed(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char byte;
    return poll(&p, 1, 0) > 0 && recv(fd, &byte, 1, MSG_DONTWAIT) <= 0;
}

static void test_accept(void)
{
    Got got = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaListener) listener = ra_listener_new(loopback, 0, FALSE, on_accepted, &got, &error);
    g_assert_no_error(error);
    const int fd = call(ra_listener_port(listener), 1);
    wait_count(&got, 1);
    g_assert_cmpstr(got.peer, ==, "127.0.0.1");
    g_assert_cmpuint(got.last_id, !=, 0);
    g_assert_cmpint(fcntl(got.fds[0], F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
    g_autofree char *own = g_strdup_printf("127.0.0.1:%u", ra_listener_port(listener));
    g_auto(GStrv) hosts = ra_listener_hosts(listener, NULL, 4);
    g_assert_cmpuint(g_strv_length(hosts), ==, 1);
    g_assert_cmpstr(hosts[0], ==, own);
    close(fd);
    got_clear(&got);
}

static void test_limit_by_address(void)
{
    Got got = {0};
    g_autoptr(RaListener) listener = ra_listener_new(loopback, 0, FALSE, on_accepted, &got, NULL);
    const guint16 port = ra_listener_port(listener);
    int fds[6];
    for (guint i = 0; i < 5; i++)
        fds[i] = call(port, 1);
    wait_count(&got, RA_LISTENER_HALF_OPEN_ADDRESS_MAX);
    (void)run_for(50);
    g_assert_cmpuint(got.count, ==, RA_LISTENER_HALF_OPEN_ADDRESS_MAX);
    g_assert_false(is_closed(fds[3]));
    g_assert_true(is_closed(fds[4]));
    ra_listener_settled(listener, got.last_id);
    ra_listener_settled(listener, got.last_id); /* once only */
    fds[5] = call(port, 1);
    wait_count(&got, RA_LISTENER_HALF_OPEN_ADDRESS_MAX + 1);
    g_assert_false(is_closed(fds[5]));
    for (guint i = 0; i < 6; i++)
        close(fds[i]);
    got_clear(&got);
}

static void test_limit_of_all(void)
{
    Got got = {0};
    g_autoptr(RaListener) listener = ra_listener_new(loopback, 0, FALSE, on_accepted, &got, NULL);
    int fds[RA_LISTENER_HALF_OPEN_MAX + 1];
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = call(ra_listener_port(listener), 1 + i / 3);
        (void)run_for(2);
    }
    (void)run_for(50);
    g_assert_cmpuint(got.count, ==, RA_LISTENER_HALF_OPEN_MAX);
    g_assert_true(is_closed(fds[RA_LISTENER_HALF_OPEN_MAX]));
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    got_clear(&got);
}

/* Connections that say nothing keep nobody out for long. */
static void test_room(void)
{
    Got got = {0};
    g_autoptr(RaListener) listener = ra_listener_new(loopback, 0, FALSE, on_accepted, &got, NULL);
    const guint16 port = ra_listener_port(listener);
    int fds[RA_LISTENER_HALF_OPEN_MAX];
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = call(port, 2 + i / RA_LISTENER_HALF_OPEN_ADDRESS_MAX);
        wait_count(&got, i + 1);
    }
    const int early = call(port, 1);
    (void)run_for(50);
    g_assert_true(is_closed(early));
    (void)run_for(RA_HALF_OPEN_CHANCE_SECONDS * 1000);
    const int same = call(port, 3);
    wait_count(&got, G_N_ELEMENTS(fds) + 1);
    const int other = call(port, 1);
    wait_count(&got, G_N_ELEMENTS(fds) + 2);
    (void)run_for(50);
    g_assert_false(is_closed(same) || is_closed(other));
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) /* the oldest of 127.0.0.3, and of all */
        g_assert_cmpint(is_closed(fds[i]), ==, i == 0 || i == RA_LISTENER_HALF_OPEN_ADDRESS_MAX);
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    close(early);
    close(same);
    close(other);
    got_clear(&got);
}

static struct sockaddr_storage address_of(const char *text)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)&address;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)&address;
    const gboolean ipv6 = strchr(text, ':') != NULL;
    address.ss_family = ipv6 ? AF_INET6 : AF_INET;
    g_assert_cmpint(
        inet_pton(address.ss_family, text, ipv6 ? (void *)&in6->sin6_addr : (void *)&in->sin_addr),
        ==, 1);
    return address;
}

/* Each case is counted after those before it, AT seconds from the start. */
static const struct {
    const char *peer;
    gint64 at;
    gboolean passes;
} half_opens[] = {
    {"2001:db8:0:1::1", 0, TRUE},   {"2001:db8:0:1::2", 0, TRUE},
    {"2001:db8:0:1::3", 1, TRUE},   {"2001:db8:0:1:ffff::4", 1, TRUE},
    {"2001:db8:0:1::5", 2, FALSE},  {"2001:db8:0:2::5", 2, TRUE},
    {"192.0.2.1", 2, TRUE},         {"192.0.2.2", 2, TRUE},
    {"192.0.2.1", 2, TRUE},         {"192.0.2.1", 2, TRUE},
    {"192.0.2.1", 2, TRUE},         {"192.0.2.1", 2, FALSE},
    {"2001:db8:0:1::5", 14, FALSE}, {"2001:db8:0:1::5", 15, TRUE},
    {"2001:db8:0:1::5", 15, TRUE},  {"2001:db8:0:1::5", 15, FALSE},
    {"192.0.2.1", 16, FALSE},       {"192.0.2.1", 17, TRUE},
};

static void test_half_open(void)
{
    RaHalfOpen half_open = {0};
    guint last = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(half_opens); i++) {
        const struct sockaddr_storage peer = address_of(half_opens[i].peer);
        g_test_message("case %zu", i);
        const guint id = ra_half_open_add(&half_open, &peer, half_opens[i].at * G_USEC_PER_SEC);
        g_assert_cmpint(id != 0, ==, half_opens[i].passes);
        g_assert_true(id == 0 || id > last);
        last = MAX(last, id);
    }
}

static void test_ports(void)
{
    Got got = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaListener) first = ra_listener_new(loopback, 0, FALSE, on_accepted, &got, &error);
    g_assert_no_error(error);
    const guint16 port = ra_listener_port(first);
    g_assert_null(ra_listener_new(loopback, port, TRUE, on_accepted, &got, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    g_clear_error(&error);
    /* All addresses include the taken one. */
    g_assert_null(ra_listener_new(NULL, port, TRUE, on_accepted, &got, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    g_clear_error(&error);
    if (port < G_MAXUINT16 - 64) {
        g_autoptr(RaListener) next =
            ra_listener_new(loopback, port, FALSE, on_accepted, &got, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(ra_listener_port(next), >, port);
        g_assert_cmpuint(ra_listener_port(next), <=, port + 64);
    }
    g_clear_pointer(&first, ra_listener_free);
    first = ra_listener_new(loopback, port, TRUE, on_accepted, &got, &error);
    g_assert_no_error(error);
}

static void test_everywhere(void)
{
    Got got = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaListener) listener = ra_listener_new(NULL, 0, FALSE, on_accepted, &got, &error);
    g_assert_no_error(error);
    const int fd = call(ra_listener_port(listener), 1);
    wait_count(&got, 1);
    g_assert_cmpstr(got.peer, ==, "127.0.0.1");
    struct sockaddr_in6 to = {.sin6_family = AF_INET6,
                              .sin6_port = htons(ra_listener_port(listener)),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const int fd6 = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd6 >= 0 && connect(fd6, (struct sockaddr *)&to, sizeof to) == 0) {
        wait_count(&got, 2);
        g_assert_cmpstr(got.peer, ==, "::1");
    } else {
        g_test_message("this computer has no IPv6");
    }
    if (fd6 >= 0)
        close(fd6);
    close(fd);
    got_clear(&got);
}

static void test_bad_addresses(void)
{
    static const char *const bad[] = {"localhost", "",          "127.0.0.1:80",
                                      "[::1]",     "1.2.3.4.5", "x\ny"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        const char *const addresses[] = {"127.0.0.1", bad[i], NULL};
        g_autoptr(GError) error = NULL;
        g_test_message("'%s'", bad[i]);
        g_assert_null(ra_listener_new(addresses, 0, FALSE, on_accepted, NULL, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        g_assert_null(strchr(error->message, '\n'));
    }
    static const char *const foreign[] = {"203.0.113.77", NULL};
    g_autoptr(GError) error = NULL;
    g_assert_null(ra_listener_new(foreign, 0, FALSE, on_accepted, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
}

/* Out of descriptors the listener waits, instead of spinning, and goes on afterwards. */
static void test_no_descriptors(void)
{
    Got got = {0};
    g_autoptr(RaListener) listener = ra_listener_new(loopback, 0, FALSE, on_accepted, &got, NULL);
    const int caller = call(ra_listener_port(listener), 1);
    struct rlimit before, low;
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    low = before;
    const int highest = dup(caller);
    low.rlim_cur = (rlim_t)highest;
    close(highest);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &low), ==, 0);
    const guint dispatched = run_for(300);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    g_assert_cmpuint(got.count, ==, 0);
    g_assert_cmpuint(dispatched, >=, 1);
    g_assert_cmpuint(dispatched, <=, 5);
    wait_count(&got, 1);
    close(caller);
    got_clear(&got);
}

static void test_free_inside(void)
{
    Got got = {.free_it = TRUE};
    RaListener *listener = ra_listener_new(loopback, 0, FALSE, on_accepted, &got, NULL);
    const guint16 port = ra_listener_port(listener);
    const int one = call(port, 1), two = call(port, 1);
    wait_count(&got, 1);
    (void)run_for(20);
    g_assert_cmpuint(got.count, ==, 1);
    close(one);
    close(two);
    got_clear(&got);
}

void add_listen_tests(void)
{
    g_test_add_func("/link/listen/accept", test_accept);
    g_test_add_func("/link/listen/limit-by-address", test_limit_by_address);
    g_test_add_func("/link/listen/limit-of-all", test_limit_of_all);
    g_test_add_func("/link/listen/half-open", test_half_open);
    g_test_add_func("/link/listen/room", test_room);
    g_test_add_func("/link/listen/ports", test_ports);
    g_test_add_func("/link/listen/everywhere", test_everywhere);
    g_test_add_func("/link/listen/bad-addresses", test_bad_addresses);
    g_test_add_func("/link/listen/no-descriptors", test_no_descriptors);
    g_test_add_func("/link/listen/free-inside", test_free_inside);
}
