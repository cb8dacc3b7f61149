/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others than our own client send to a server. */
#include "tests/link/test-link.h"

#include "base/error.h"
#include "tests/link/link-pair.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 50, ALERT_SIZE = 7, STRIDE = 7 };

#define LONG_64  PAIR_IDENTITY PAIR_IDENTITY
#define LONG_65  LONG_64 "0"
#define LONG_192 LONG_64 LONG_64 LONG_64

/* Clients that OpenSSL makes, with the right key, through its older callback as s_client does. */
static const struct {
    const char *name;
    int version;
    const char *suites, *groups, *alpn, *identity; /* NULL: OpenSSL's own; no identity: no key */
    gboolean passes, native;
    guint asked;
} clients[] = {
    {"plain", TLS1_3_VERSION, NULL, NULL, NULL, PAIR_IDENTITY, TRUE, FALSE, 1},
    {"ChaCha20", TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256", NULL, NULL, PAIR_IDENTITY, TRUE,
     FALSE, 1},
    {"AES-256 first", TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256", NULL, NULL,
     PAIR_IDENTITY, TRUE, FALSE, 1},
    {"AES-256 alone", TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384", NULL, NULL, PAIR_IDENTITY, FALSE,
     FALSE, 0},
    {"AES-CCM alone", TLS1_3_VERSION, "TLS_AES_128_CCM_SHA256", NULL, NULL, PAIR_IDENTITY, FALSE,
     FALSE, 0},
    {"P-256", TLS1_3_VERSION, NULL, "P-256", NULL, PAIR_IDENTITY, TRUE, FALSE, 1},
    {"asked to retry", TLS1_3_VERSION, NULL, "P-384:P-256", NULL, PAIR_IDENTITY, TRUE, FALSE, 2},
    {"no group in common", TLS1_3_VERSION, NULL, "P-384", NULL, PAIR_IDENTITY, FALSE, FALSE, 1},
    {"ALPN h2", TLS1_3_VERSION, NULL, NULL, "\2h2", PAIR_IDENTITY, TRUE, FALSE, 1},
    {"ALPN ra/2", TLS1_3_VERSION, NULL, NULL, "\4ra/2", PAIR_IDENTITY, TRUE, FALSE, 1},
    {"ALPN h2, ra/1", TLS1_3_VERSION, NULL, NULL, "\2h2\4ra/1", PAIR_IDENTITY, TRUE, TRUE, 1},
    {"TLS 1.2", TLS1_2_VERSION, NULL, NULL, NULL, PAIR_IDENTITY, FALSE, FALSE, 0},
    {"TLS 1.2, no key", TLS1_2_VERSION, NULL, NULL, NULL, NULL, FALSE, FALSE, 0},
    {"no key", TLS1_3_VERSION, NULL, NULL, NULL, NULL, FALSE, FALSE, 0},
    {"identity of 64", TLS1_3_VERSION, NULL, NULL, NULL, LONG_64, FALSE, FALSE, 1},
    {"identity of 65", TLS1_3_VERSION, NULL, NULL, NULL, LONG_65, FALSE, FALSE, 0},
    {"identity of 192", TLS1_3_VERSION, NULL, NULL, NULL, LONG_192, FALSE, FALSE, 0},
};

static unsigned int give_key(SSL *ssl, const char *hint G_GNUC_UNUSED, char *identity,
                             unsigned int identity_size, unsigned char *key, unsigned int key_size)
{
    const char *own = SSL_get_app_data(ssl);
    g_assert_cmpuint(key_size, >=, RA_LINK_KEY_SIZE);
    if (g_strlcpy(identity, own, identity_size) >= identity_size)
        return 0;
    memcpy(key, pair_key, RA_LINK_KEY_SIZE);
    return RA_LINK_KEY_SIZE;
}

static SSL *client_new(gsize i, int fd)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    g_assert_true(SSL_CTX_set_max_proto_version(context, clients[i].version));
    if (clients[i].suites != NULL)
        g_assert_true(SSL_CTX_set_ciphersuites(context, clients[i].suites));
    if (clients[i].groups != NULL)
        g_assert_true(SSL_CTX_set1_groups_list(context, clients[i].groups));
    if (clients[i].identity != NULL)
        SSL_CTX_set_psk_client_callback(context, give_key);
    SSL *ssl = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_app_data(ssl, (char *)clients[i].identity);
    if (clients[i].alpn != NULL)
        g_assert_cmpint(SSL_set_alpn_protos(ssl, (const guint8 *)clients[i].alpn,
                                            (guint)strlen(clients[i].alpn)),
                        ==, 0);
    g_assert_true(SSL_set_fd(ssl, fd));
    SSL_set_connect_state(ssl);
    return ssl;
}

/* New keys that the other end asks for, in the middle of the stream. */
static void test_key_update(void)
{
    Wire wire;
    wire_init(&wire);
    g_autoptr(RaLink) server = ra_link_new_server(wire.ends[0], pair_find_key, NULL);
    SSL *client = client_new(0, wire.ends[1]);
    RaLinkStatus status = RA_LINK_WANT_READ;
    for (guint round = 0; round < ROUNDS && status == RA_LINK_WANT_READ; round++) {
        (void)SSL_do_handshake(client);
        (void)wire_carry(&wire);
        status = ra_link_handshake(server, NULL);
        (void)wire_carry(&wire);
    }
    g_assert_cmpint(status, ==, RA_LINK_OK);
    for (guint i = 0; i < 3; i++) {
        char data[8] = "";
        gsize n = 0;
        g_autoptr(GError) error = NULL;
        g_assert_true(SSL_key_update(client, SSL_KEY_UPDATE_REQUESTED));
        g_assert_cmpint(SSL_write(client, "ask", 3), ==, 3);
        (void)wire_carry(&wire);
        status = ra_link_read(server, data, sizeof data, &n, &error);
        g_assert_no_error(error);
        g_assert_cmpint(status, ==, RA_LINK_OK);
        g_assert_cmpmem(data, n, "ask", 3);
        g_assert_cmpint(ra_link_write(server, "answer", 6, &n, &error), ==, RA_LINK_OK);
        (void)wire_carry(&wire);
        g_assert_cmpint(SSL_read(client, data, sizeof data), ==, 6);
        g_assert_cmpstr(data, ==, "answer");
    }
    SSL_free(client);
    close(wire.ends[1]);
    wire_clear(&wire);
}

static void test_client(gsize i)
{
    Wire wire;
    guint asked = 0;
    wire_init(&wire);
    g_autoptr(RaLink) server = ra_link_new_server(wire.ends[0], pair_find_key, &asked);
    SSL *client = client_new(i, wire.ends[1]);
    g_autoptr(GError) error = NULL;
    RaLinkStatus status = RA_LINK_WANT_READ;
    int done = 0;
    for (guint round = 0; round < ROUNDS; round++) {
        if (done != 1)
            done = SSL_do_handshake(client);
        (void)wire_carry(&wire);
        if (status == RA_LINK_WANT_READ)
            status = ra_link_handshake(server, &error);
        (void)wire_carry(&wire);
    }
    g_assert_cmpuint(asked, ==, clients[i].asked);
    g_assert_cmpint(ra_link_native(server), ==, clients[i].native);
    if (clients[i].passes) {
        g_assert_no_error(error);
        g_assert_cmpint(status, ==, RA_LINK_OK);
        g_assert_cmpint(done, ==, 1);
        g_assert_cmpstr(ra_link_identity(server), ==, clients[i].identity);
        if (clients[i].suites != NULL && strstr(clients[i].suites, "CHACHA") != NULL)
            g_assert_cmpstr(SSL_get_cipher_name(client), ==, clients[i].suites);
    } else {
        g_assert_cmpint(status, ==, RA_LINK_FAILED);
        g_assert_nonnull(error);
        g_assert_cmpint(done, !=, 1);
        g_assert_null(ra_link_identity(server));
        g_assert_cmpuint(wire.seen[0]->len, ==, ALERT_SIZE);
    }
    SSL_free(client);
    ERR_clear_error();
    close(wire.ends[1]);
    wire_clear(&wire);
}

static void test_clients(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++) {
        g_test_message("%s", clients[i].name);
        test_client(i);
    }
}

#define BYTES(text) text, sizeof text - 1

static const struct {
    const char *bytes;
    gsize size;
} garbage[] = {
    {BYTES("GET / HTTP/1.1\r\nHost: x\r\n\r\n")},
    {BYTES("RFB 003.008\n")},
    {BYTES("SSH-2.0-OpenSSH_9.2\r\n")},
    {BYTES("\x03\x00\x00\x13\x0E\xE0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00")},
    {BYTES("\x16\x03\x01\xFF\xFF")},                                 /* too long a record */
    {BYTES("\x16\x03\x01\x00\x04\x01\xFF\xFF\xFF")},                 /* too long a hello */
    {BYTES("\x16\x03\x01\x00\x04\x02\x00\x00\x00")},                 /* a server's hello */
    {BYTES("\x17\x03\x03\x00\x05hello")},                            /* data at once */
    {BYTES("\x15\x03\x03\x00\x02\x02\x28")},                         /* an alert at once */
    {BYTES("\x16\x03\x01\x00\x06\x01\x00\x00\x02\x03\x03")},         /* a hello of two bytes */
    {BYTES("\x80\x2E\x01\x00\x02\x00\x15\x00\x00\x00\x10\x01\x00")}, /* SSL 2 */
    {BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
    {BYTES("")},
};

static void test_garbage(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(garbage); i++) {
        int pair[2];
        guint asked = 0;
        char answer[256];
        g_autoptr(GError) error = NULL;
        g_test_message("case %zu", i);
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
        g_autoptr(RaLink) server = ra_link_new_server(pair[0], pair_find_key, &asked);
        g_assert_cmpint(send(pair[1], garbage[i].bytes, garbage[i].size, 0), ==, garbage[i].size);
        g_assert_cmpint(shutdown(pair[1], SHUT_WR), ==, 0);
        g_assert_cmpint(ra_link_handshake(server, &error), ==, RA_LINK_FAILED);
        g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
        g_assert_null(strpbrk(error->message, "\r\n"));
        g_assert_cmpuint(asked, ==, 0);
        g_assert_cmpint(recv(pair[1], answer, sizeof answer, MSG_DONTWAIT), <=, ALERT_SIZE);
        g_clear_error(&error);
        g_assert_cmpint(ra_link_handshake(server, &error), ==, RA_LINK_FAILED);
        g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
        close(pair[1]);
    }
}

/* A handshake over a wire that SET has spoilt; what each end sent, where SENT is not NULL. */
static void spoilt(guint side, gsize limit, gsize flip, Outcome *outcome, gsize sent[2])
{
    Wire wire;
    wire_init(&wire);
    wire.limit[side] = limit;
    wire.flip[side] = flip;
    g_autoptr(RaLink) server = ra_link_new_server(wire.ends[0], pair_find_key, NULL);
    g_autoptr(RaLink) client = ra_link_new_client(wire.ends[1], PAIR_IDENTITY, pair_key, TRUE);
    pair_shake(&wire, server, client, outcome);
    for (guint i = 0; sent != NULL && i < 2; i++)
        sent[i] = wire.seen[i]->len;
    wire_clear(&wire);
}

/* The other end goes away after any number of bytes. */
static void test_cut_off(void)
{
    Outcome outcome;
    gsize sent[2];
    spoilt(0, G_MAXSIZE, G_MAXSIZE, &outcome, sent);
    g_assert_cmpint(outcome.server, ==, RA_LINK_OK);
    for (gsize limit = 0; limit < sent[1]; limit += STRIDE) {
        spoilt(1, limit, G_MAXSIZE, &outcome, NULL);
        g_assert_cmpint(outcome.server, ==, RA_LINK_FAILED);
        g_assert_error(outcome.server_error, RA_ERROR, RA_ERROR_UNREACHABLE);
        outcome_clear(&outcome);
    }
    for (gsize limit = 0; limit < sent[0]; limit += STRIDE) {
        spoilt(0, limit, G_MAXSIZE, &outcome, NULL);
        g_assert_cmpint(outcome.client, ==, RA_LINK_FAILED);
        g_assert_error(outcome.client_error, RA_ERROR, RA_ERROR_UNREACHABLE);
        outcome_clear(&outcome);
    }
}

/* One byte of the client's hello, or of the server's, is altered on the way. */
static void test_altered(void)
{
    enum { HEADER = 5 }; /* a record's header is not part of what is authenticated */
    Outcome outcome;
    gsize sent[2];
    spoilt(1, G_MAXSIZE, G_MAXSIZE, &outcome, sent);
    g_assert_cmpint(outcome.client, ==, RA_LINK_OK);
    /* The hello is followed by a flight of 6 + 58 bytes: change_cipher_spec and Finished. */
    for (gsize at = HEADER; at < sent[1] - 64; at += STRIDE) {
        spoilt(1, G_MAXSIZE, at, &outcome, NULL);
        g_assert_cmpint(outcome.server, ==, RA_LINK_FAILED);
        g_assert_cmpint(outcome.client, ==, RA_LINK_FAILED);
        outcome_clear(&outcome);
    }
    for (gsize at = HEADER; at < 64; at++) {
        spoilt(0, G_MAXSIZE, at, &outcome, NULL);
        g_assert_cmpint(outcome.server, ==, RA_LINK_FAILED);
        g_assert_cmpint(outcome.client, ==, RA_LINK_FAILED);
        outcome_clear(&outcome);
    }
}

void add_stranger_tests(void)
{
    g_test_add_func("/link/strangers/clients", test_clients);
    g_test_add_func("/link/strangers/key-update", test_key_update);
    g_test_add_func("/link/strangers/garbage", test_garbage);
    g_test_add_func("/link/strangers/cut-off", test_cut_off);
    g_test_add_func("/link/strangers/altered", test_altered);
}
