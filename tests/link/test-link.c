/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/link/test-link.h"

#include "base/error.h"
#include "tests/link/link-pair.h"
#include "tests/support/tcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BIG = 5 * 1024 * 1024 };

/* 65 characters: one more than an identity has. */
#define TOO_LONG "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"

static const struct {
    const char *name, *identity;
    gboolean right_key, native, passes;
    guint asked;
} handshakes[] = {
    {"right key", PAIR_IDENTITY, TRUE, TRUE, TRUE, 1},
    {"right key, plain RFB", PAIR_IDENTITY, TRUE, FALSE, TRUE, 1},
    {"wrong key", PAIR_IDENTITY, FALSE, TRUE, FALSE, 1},
    {"unknown identity", "ffffffffffffffffffffffffffffffff", TRUE, TRUE, FALSE, 1},
    {"not printable", "a\tb", TRUE, TRUE, FALSE, 0},
    {"not ASCII", "\xC3\xA4", TRUE, TRUE, FALSE, 0},
};

static void test_handshakes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(handshakes); i++) {
        g_test_message("%s", handshakes[i].name);
        Wire wire;
        wire_init(&wire);
        guint asked = 0;
        guint8 key[RA_LINK_KEY_SIZE];
        memcpy(key, pair_key, sizeof key);
        if (!handshakes[i].right_key)
            key[31] ^= 1;
        g_autoptr(RaLink) server = ra_link_new_server(wire.ends[0], pair_find_key, &asked);
        g_autoptr(RaLink) client =
            ra_link_new_client(wire.ends[1], handshakes[i].identity, key, handshakes[i].native);
        Outcome outcome;
        pair_shake(&wire, server, client, &outcome);
        g_assert_cmpuint(asked, ==, handshakes[i].asked);
        if (handshakes[i].passes) {
            g_assert_cmpint(outcome.server, ==, RA_LINK_OK);
            g_assert_cmpint(outcome.client, ==, RA_LINK_OK);
            g_assert_cmpstr(ra_link_identity(server), ==, handshakes[i].identity);
            g_assert_cmpstr(ra_link_identity(client), ==, handshakes[i].identity);
        } else {
            g_assert_cmpint(outcome.server, ==, RA_LINK_FAILED);
            g_assert_cmpint(outcome.client, ==, RA_LINK_FAILED);
            g_assert_error(outcome.server_error, RA_ERROR, RA_ERROR_PASSWORD);
            g_assert_error(outcome.client_error, RA_ERROR, RA_ERROR_PASSWORD);
            g_assert_null(ra_link_identity(server));
            g_assert_null(ra_link_identity(client));
        }
        const gboolean native = handshakes[i].passes && handshakes[i].native;
        g_assert_cmpint(ra_link_native(server), ==, native);
        g_assert_cmpint(ra_link_native(client), ==, native);
        outcome_clear(&outcome);
        wire_clear(&wire);
    }
}

/* All that a server sends to a client that has IDENTITY and KEY. */
static GByteArray *answer_to(const char *identity, const guint8 *key)
{
    Wire wire;
    wire_init(&wire);
    g_autoptr(RaLink) server = ra_link_new_server(wire.ends[0], pair_find_key, NULL);
    g_autoptr(RaLink) client = ra_link_new_client(wire.ends[1], identity, key, TRUE);
    Outcome outcome;
    pair_shake(&wire, server, client, &outcome);
    g_assert_cmpint(outcome.server, ==, RA_LINK_FAILED);
    outcome_clear(&outcome);
    GByteArray *seen = g_byte_array_ref(wire.seen[0]);
    wire_clear(&wire);
    return seen;
}

/* A stranger who tries identities learns nothing from the bytes that come back. */
static void test_same_alert(void)
{
    static const guint8 wrong[RA_LINK_KEY_SIZE] = {1};
    static const guint8 alert[] = {21, 3, 3, 0, 2, 2, 47}; /* fatal, illegal_parameter */
    static const char *const identities[] = {PAIR_IDENTITY, "0", "ffffffffffffffff", "\x01"};
    for (gsize i = 0; i < G_N_ELEMENTS(identities); i++) {
        g_autoptr(GByteArray) seen = answer_to(identities[i], wrong);
        g_assert_cmpmem(seen->data, seen->len, alert, sizeof alert);
    }
}

static void test_identity_too_long(void)
{
    Wire wire;
    wire_init(&wire);
    g_autoptr(RaLink) client = ra_link_new_client(wire.ends[1], TOO_LONG, pair_key, TRUE);
    g_autoptr(RaLink) server = ra_link_new_server(wire.ends[0], pair_find_key, NULL);
    Outcome outcome;
    pair_shake(&wire, server, client, &outcome);
    g_assert_cmpint(outcome.client, ==, RA_LINK_FAILED);
    g_assert_cmpint(outcome.server, ==, RA_LINK_FAILED);
    outcome_clear(&outcome);
    wire_clear(&wire);
}

typedef struct {
    Wire wire;
    RaLink *server, *client;
} Pair;

static void pair_init(Pair *pair)
{
    wire_init(&pair->wire);
    pair->server = ra_link_new_server(pair->wire.ends[0], pair_find_key, NULL);
    pair->client = ra_link_new_client(pair->wire.ends[1], PAIR_IDENTITY, pair_key, TRUE);
    Outcome outcome;
    pair_shake(&pair->wire, pair->server, pair->client, &outcome);
    g_assert_no_error(outcome.server_error);
    g_assert_no_error(outcome.client_error);
    g_assert_cmpint(outcome.server, ==, RA_LINK_OK);
    g_assert_cmpint(outcome.client, ==, RA_LINK_OK);
}

static void pair_clear(Pair *pair)
{
    ra_link_free(pair->server);
    ra_link_free(pair->client);
    wire_clear(&pair->wire);
}

static guint8 byte_at(gsize at, guint8 salt)
{
    return (guint8)((at * 7 + at / 251) ^ salt);
}

typedef struct {
    RaLink *link;
    guint8 *out, *in;
    gsize sent, got;
    guint partial; /* writes that took less than was offered, or nothing */
} Mover;

/* Writes until the wire is full, then reads what there is. */
static void move(Mover *mover)
{
    g_autoptr(GError) error = NULL;
    RaLinkStatus status = RA_LINK_OK;
    while (status == RA_LINK_OK && mover->sent < BIG) {
        gsize wrote = 0;
        const gsize size = BIG - mover->sent;
        status = ra_link_write(mover->link, mover->out + mover->sent, size, &wrote, &error);
        g_assert_no_error(error);
        mover->partial += wrote < size;
        mover->sent += wrote;
    }
    for (status = RA_LINK_OK; status == RA_LINK_OK;) {
        gsize got = 0;
        status =
            ra_link_read(mover->link, mover->in + mover->got, BIG + 1 - mover->got, &got, &error);
        g_assert_no_error(error);
        g_assert_true(status != RA_LINK_OK || got > 0);
        mover->got += got;
        g_assert_cmpuint(mover->got, <=, BIG);
    }
    g_assert_cmpint(status, ==, RA_LINK_WANT_READ);
    g_assert_false(ra_link_pending(mover->link));
}

static void mover_init(Mover *mover, RaLink *link, guint8 salt)
{
    *mover = (Mover){.link = link, .out = g_malloc(BIG), .in = g_malloc0(BIG + 1)};
    for (gsize i = 0; i < BIG; i++)
        mover->out[i] = byte_at(i, salt);
}

static void test_big_transfers(void)
{
    Pair pair;
    pair_init(&pair);
    Mover movers[2];
    mover_init(&movers[0], pair.server, 0x00);
    mover_init(&movers[1], pair.client, 0x5A);
    const gint64 deadline = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (movers[0].got < BIG || movers[1].got < BIG) {
        move(&movers[0]);
        move(&movers[1]);
        while (wire_carry(&pair.wire))
            ;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
    for (guint i = 0; i < 2; i++) {
        g_assert_cmpmem(movers[i].in, movers[i].got, movers[1 - i].out, BIG);
        g_assert_cmpuint(movers[i].partial, >, 0);
    }
    for (guint i = 0; i < 2; i++) {
        g_free(movers[i].in);
        g_free(movers[i].out);
    }
    pair_clear(&pair);
}

/* What is left of a record that was read in part is told by ra_link_pending(). */
static void test_pending(void)
{
    Pair pair;
    pair_init(&pair);
    char data[8];
    gsize n = 0;
    g_assert_cmpint(ra_link_write(pair.client, "0123456789", 10, &n, NULL), ==, RA_LINK_OK);
    g_assert_cmpuint(n, ==, 10);
    while (wire_carry(&pair.wire))
        ;
    g_assert_false(ra_link_pending(pair.server));
    g_assert_cmpint(ra_link_read(pair.server, data, 4, &n, NULL), ==, RA_LINK_OK);
    g_assert_cmpmem(data, n, "0123", 4);
    g_assert_true(ra_link_pending(pair.server));
    g_assert_cmpint(ra_link_read(pair.server, data, 8, &n, NULL), ==, RA_LINK_OK);
    g_assert_cmpmem(data, n, "456789", 6);
    g_assert_false(ra_link_pending(pair.server));
    n = 77;
    g_assert_cmpint(ra_link_read(pair.server, data, 8, &n, NULL), ==, RA_LINK_WANT_READ);
    g_assert_cmpuint(n, ==, 77);
    pair_clear(&pair);
}

/* Freeing a link closes in order; a socket that just goes away is a failure. Neither raises SIGPIPE
 * in the end that goes on writing. */
static void test_close(void)
{
    Pair pair;
    char byte;
    gsize n = 77;
    pair_init(&pair);
    g_clear_pointer(&pair.client, ra_link_free);
    while (wire_carry(&pair.wire))
        ;
    g_assert_cmpint(ra_link_read(pair.server, &byte, 1, &n, NULL), ==, RA_LINK_CLOSED);
    g_assert_cmpuint(n, ==, 77);
    pair_clear(&pair);

    g_autoptr(GError) error = NULL;
    pair_init(&pair);
    g_assert_cmpint(shutdown(pair.wire.inner[0], SHUT_RDWR), ==, 0);
    g_assert_cmpint(ra_link_read(pair.server, &byte, 1, &n, &error), ==, RA_LINK_FAILED);
    g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
    pair_clear(&pair);

    g_clear_error(&error);
    pair_init(&pair);
    g_assert_cmpint(shutdown(pair.wire.inner[0], SHUT_RDWR), ==, 0);
    g_assert_cmpint(ra_link_write(pair.server, "x", 1, &n, &error), ==, RA_LINK_FAILED);
    g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
    g_clear_error(&error);
    g_assert_cmpint(ra_link_write(pair.server, "x", 1, &n, &error), ==, RA_LINK_FAILED);
    g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
    g_assert_cmpuint(n, ==, 77);
    pair_clear(&pair);
}

static void test_not_before_handshake(void)
{
    Wire wire;
    wire_init(&wire);
    g_autoptr(RaLink) server = ra_link_new_server(wire.ends[0], pair_find_key, NULL);
    g_autoptr(RaLink) client = ra_link_new_client(wire.ends[1], PAIR_IDENTITY, pair_key, TRUE);
    g_autoptr(GError) error = NULL;
    char byte = 0;
    gsize n = 77;
    g_assert_cmpint(ra_link_read(server, &byte, 1, &n, NULL), ==, RA_LINK_FAILED);
    g_assert_cmpint(ra_link_write(client, &byte, 1, &n, &error), ==, RA_LINK_FAILED);
    g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
    g_assert_cmpuint(n, ==, 77);
    while (wire_carry(&wire))
        ;
    g_assert_cmpuint(wire.seen[1]->len, ==, 0);
    wire_clear(&wire);
}

static int tcp_option(int fd, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    g_assert_cmpint(getsockopt(fd, IPPROTO_TCP, name, &value, &size), ==, 0);
    return value;
}

/* A link over TCP. */
static void tcp_link(RaLink **server, RaLink **client)
{
    int ends[2];
    ra_tcp_pair(ends);
    *server = ra_link_new_server(ends[1], pair_find_key, NULL);
    *client = ra_link_new_client(ends[0], PAIR_IDENTITY, pair_key, TRUE);
    RaLinkStatus s = RA_LINK_WANT_READ, c = RA_LINK_WANT_READ;
    const gint64 deadline = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (s != RA_LINK_OK || c != RA_LINK_OK) {
        c = ra_link_handshake(*client, NULL);
        s = ra_link_handshake(*server, NULL);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
}

/* Writes until the kernel takes no more; how much it took. */
static gsize write_all(RaLink *link)
{
    enum { CHUNK = 64 * 1024, ENOUGH = 256 * 1024 * 1024 };
    g_autofree guint8 *data = g_malloc0(CHUNK);
    gsize total = 0, n = 0;
    RaLinkStatus status;
    while ((status = ra_link_write(link, data, CHUNK, &n, NULL)) == RA_LINK_OK) {
        total += n;
        g_assert_cmpuint(total, <, ENOUGH);
    }
    g_assert_cmpint(status, ==, RA_LINK_WANT_WRITE);
    return total;
}

/* With nobody reading at the other end what waits in the kernel stays small, and is told. */
static void test_unsent(void)
{
    RaLink *server, *client;
    tcp_link(&server, &client);
    const int fd = ra_link_fd(server);
    g_assert_cmpint(tcp_option(fd, TCP_NODELAY), ==, 1);
    g_assert_cmpint(tcp_option(fd, TCP_NOTSENT_LOWAT), ==, 16 * 1024);
    (void)write_all(server);
    g_usleep(20000);
    g_assert_cmpuint(ra_link_unsent(server), >, 0);
    g_assert_cmpuint(ra_link_unsent(server), <, 512 * 1024);
    g_assert_cmpuint(ra_link_unsent(client), ==, 0);
    ra_link_free(server);
    ra_link_free(client);
}

/* What was written before a link is freed arrives, though the other end's bytes lie unread. */
static void test_last_words(void)
{
    RaLink *server, *client;
    tcp_link(&server, &client);
    gsize n = 0, got = 0;
    g_assert_cmpint(ra_link_write(client, "unread", 6, &n, NULL), ==, RA_LINK_OK);
    g_usleep(20000);
    const gsize wrote = write_all(server);
    ra_link_free(server);
    g_autofree guint8 *data = g_malloc(64 * 1024);
    const gint64 deadline = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    RaLinkStatus status = RA_LINK_OK;
    while (status != RA_LINK_FAILED && status != RA_LINK_CLOSED) {
        status = ra_link_read(client, data, 64 * 1024, &n, NULL);
        got += status == RA_LINK_OK ? n : 0;
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
    g_assert_cmpuint(got, >=, wrote);
    ra_link_free(client);
}

void add_link_tests(void)
{
    g_test_add_func("/link/handshakes", test_handshakes);
    g_test_add_func("/link/same-alert", test_same_alert);
    g_test_add_func("/link/identity-too-long", test_identity_too_long);
    g_test_add_func("/link/big-transfers", test_big_transfers);
    g_test_add_func("/link/pending", test_pending);
    g_test_add_func("/link/close", test_close);
    g_test_add_func("/link/not-before-handshake", test_not_before_handshake);
    g_test_add_func("/link/unsent", test_unsent);
    g_test_add_func("/link/last-words", test_last_words);
}
