/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/handshake.h"

#include "tests/wire/test-wire.h"

#include <string.h>

/* Both ends, and the bytes between them. */
typedef struct {
    RaServerHandshake *server;
    RaClientHandshake *client;
    GByteArray *to_server, *to_client;
    gsize step;       /* bytes that arrive at once */
    char events[100]; /* what happened: one letter each */
    RaServerHandshakeEvent server_event;
    RaClientHandshakeEvent client_event, hello_event;
} Pair;

static const RaHello helper = {RA_HELLO_VERSION, 4096, "Helper"};
static const RaHello novice = {RA_HELLO_VERSION, 8192, "Novice"};

static void pair_init(Pair *p, gboolean native, gsize step)
{
    *p = (Pair){.to_server = g_byte_array_new(), .to_client = g_byte_array_new(), .step = step};
    p->server = ra_server_handshake_new(native ? &novice : NULL, p->to_client);
    p->client = ra_client_handshake_new(native ? &helper : NULL, p->to_server);
}

static void pair_clear(Pair *p)
{
    ra_server_handshake_free(p->server);
    ra_client_handshake_free(p->client);
    g_byte_array_unref(p->to_server);
    g_byte_array_unref(p->to_client);
}

static void note(Pair *p, const char *letter)
{
    g_strlcat(p->events, letter, sizeof p->events);
}

/* Lets the server take what has come; TRUE if it took anything. */
static gboolean serve(Pair *p, gsize *seen)
{
    gsize used = 0;
    const gsize size = MIN(p->to_server->len, *seen + p->step);
    RaServerHandshakeEvent event;
    const RaDecode result =
        ra_server_handshake_step(p->server, p->to_server->data, size, &used, &event, p->to_client);
    g_assert_cmpint(result, !=, RA_DECODE_BAD);
    if (used > 0)
        g_byte_array_remove_range(p->to_server, 0, (guint)used);
    const gboolean more = size > *seen || used > 0;
    *seen = size - used;
    if (result == RA_DECODE_OK) {
        p->server_event = event;
        note(p, event.kind == RA_SERVER_ASK ? "A" : "R");
    }
    return more;
}

static gboolean view(Pair *p, gsize *seen)
{
    static const char *const letters[] = {"?", "h", "w", "a", "x", "r"};
    gsize used = 0;
    const gsize size = MIN(p->to_client->len, *seen + p->step);
    RaClientHandshakeEvent event;
    const RaDecode result =
        ra_client_handshake_step(p->client, p->to_client->data, size, &used, &event, p->to_server);
    g_assert_cmpint(result, !=, RA_DECODE_BAD);
    if (used > 0)
        g_byte_array_remove_range(p->to_client, 0, (guint)used);
    const gboolean more = size > *seen || used > 0;
    *seen = size - used;
    if (result == RA_DECODE_OK) {
        p->client_event = event;
        if (event.kind == RA_CLIENT_HELLO)
            p->hello_event = event;
        note(p, letters[event.kind]);
    }
    return more;
}

static gboolean over(const Pair *p)
{
    const gsize n = strlen(p->events);
    return n > 0 && (p->events[n - 1] == 'R' || p->events[n - 1] == 'r' || p->events[n - 1] == 'x');
}

static void run(Pair *p)
{
    gsize at_server = 0, at_client = 0;
    gboolean moved = TRUE;
    while (moved && !over(p)) {
        moved = p->to_server->len > 0 && serve(p, &at_server);
        if (!over(p) && p->to_client->len > 0)
            moved |= view(p, &at_client);
    }
}

static void test_allowed(void)
{
    for (guint native = 0; native < 2; native++) {
        for (gsize step = 1; step < 100; step += 33) {
            Pair p;
            pair_init(&p, native != 0, step);
            run(&p);
            /* Nothing but names has left before the yes. */
            g_assert_true(strchr(p.events, 'A') != NULL && strchr(p.events, 'w') != NULL);
            g_assert_cmpint(p.to_client->len, ==, 0);
            g_assert_cmpstr(p.server_event.hello.name, ==, native ? "Helper" : "");
            g_assert_cmpint(p.server_event.hello.payload_max, ==, native ? 4096 : 0);
            g_assert_true((strchr(p.events, 'h') != NULL) == (native != 0));
            if (native)
                g_assert_cmpstr(p.hello_event.hello.name, ==, "Novice");
            ra_server_handshake_allow(p.server, p.to_client);
            g_assert_cmpint(p.to_client->len, ==, 4);
            run(&p);
            g_assert_true(g_str_has_suffix(p.events, "aR"));
            g_assert_true(p.server_event.shared);
            ra_rfb_write_server_init(p.to_client, 640, 480, &ra_pixel_format_native, "K\xC3\xBC");
            p.events[0] = '\0';
            run(&p);
            g_assert_cmpstr(p.events, ==, "r");
            g_assert_cmpint(p.client_event.ready.width, ==, 640);
            g_assert_cmpint(p.client_event.ready.height, ==, 480);
            g_assert_cmpstr(p.client_event.ready.name, ==, "K\xC3\xBC");
            g_assert_true(
                ra_pixel_format_equal(&p.client_event.ready.format, &ra_pixel_format_native));
            pair_clear(&p);
        }
    }
}

static void test_refused(void)
{
    for (guint native = 0; native < 2; native++) {
        for (gsize step = 1; step < 100; step += 33) {
            Pair p;
            pair_init(&p, native != 0, step);
            run(&p);
            ra_server_handshake_refuse(p.server, RA_GOODBYE_BUSY, step == 1 ? "go \xFF away" : NULL,
                                       p.to_client);
            run(&p);
            g_assert_true(g_str_has_suffix(p.events, "x"));
            g_assert_cmpstr(p.client_event.refused.text, ==,
                            step == 1 ? "go \xEF\xBF\xBD away" : ra_goodbye_text(RA_GOODBYE_BUSY));
            g_assert_cmpint(p.client_event.refused.reason, ==,
                            native ? RA_GOODBYE_BUSY : RA_GOODBYE_UNKNOWN);
            g_assert_cmpint(p.to_client->len, ==, 0);
            pair_clear(&p);
        }
    }
}

/* What a viewer sends (until the answer, then the rest) and what a server says to it. */
static const struct {
    const char *name, *first;
    gsize first_size;
    const char *greeting; /* after the version, before the answer */
    gsize greeting_size;
    const char *allowed;
    gsize allowed_size;
    const char *refused;
    gsize refused_size;
    const char *rest;
    gsize rest_size;
} versions[] = {
    {"3.8", "RFB 003.008\n\1", 13, "\1\1", 2, "\0\0\0\0", 4, "\0\0\0\1\0\0\0\2no", 10, "\1", 1},
    {"3.7", "RFB 003.007\n", 12, "", 0, "\1\1", 2, "\0\0\0\0\2no", 7, "\1\1", 2},
    {"3.3", "RFB 003.003\n", 12, "", 0, "\0\0\0\1", 4, "\0\0\0\0\0\0\0\2no", 10, "\0", 1},
};

static void test_versions(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        for (guint yes = 0; yes < 2; yes++) {
            g_autoptr(GByteArray) out = g_byte_array_new();
            g_autoptr(RaServerHandshake) server = ra_server_handshake_new(NULL, out);
            RaServerHandshakeEvent event;
            gsize used = 0;
            g_test_message("%s", versions[i].name);
            g_assert_cmpmem(out->data, out->len, "RFB 003.008\n", 12);
            g_byte_array_set_size(out, 0);
            const guint8 *first = (const guint8 *)versions[i].first;
            g_assert_cmpint(
                ra_server_handshake_step(server, first, versions[i].first_size, &used, &event, out),
                ==, RA_DECODE_OK);
            g_assert_cmpint(used, ==, versions[i].first_size);
            g_assert_cmpint(event.kind, ==, RA_SERVER_ASK);
            g_assert_cmpmem(out->data, out->len, versions[i].greeting, versions[i].greeting_size);
            /* A viewer that does not wait is not read. */
            const guint8 *rest = (const guint8 *)versions[i].rest;
            g_assert_cmpint(
                ra_server_handshake_step(server, rest, versions[i].rest_size, &used, &event, out),
                ==, RA_DECODE_MORE);
            g_assert_cmpint(used, ==, 0);
            g_byte_array_set_size(out, 0);
            if (!yes) {
                ra_server_handshake_refuse(server, RA_GOODBYE_DECLINED, "no", out);
                g_assert_cmpmem(out->data, out->len, versions[i].refused, versions[i].refused_size);
                continue;
            }
            ra_server_handshake_allow(server, out);
            g_assert_cmpmem(out->data, out->len, versions[i].allowed, versions[i].allowed_size);
            g_assert_cmpint(
                ra_server_handshake_step(server, rest, versions[i].rest_size, &used, &event, out),
                ==, RA_DECODE_OK);
            g_assert_cmpint(event.kind, ==, RA_SERVER_READY);
            g_assert_cmpint(event.shared, ==, i != 2);
        }
    }
}

static void test_server_hostile(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        gboolean native;
    } cases[] = {
        {"RFB 004.001\n", 12, FALSE},
        {"RFB 003.009\n", 12, FALSE},
        {"RFB 003.0080", 12, FALSE},
        {"GET", 3, FALSE},
        {"\x16", 1, FALSE},
        {"RFB 003.008\n\2", 13, FALSE},
        {"RFB 003.008\n\0", 13, FALSE},
        {"RFB 003.008\n", 12, TRUE},
        {"RAH0", 4, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        g_autoptr(RaServerHandshake) server =
            ra_server_handshake_new(cases[i].native ? &novice : NULL, out);
        RaServerHandshakeEvent event;
        gsize used = 77;
        const guint8 *bytes = (const guint8 *)cases[i].bytes;
        g_assert_cmpint(ra_server_handshake_step(server, bytes, cases[i].size, &used, &event, out),
                        ==, RA_DECODE_BAD);
        g_assert_cmpint(ra_server_handshake_step(server, bytes, 1, &used, &event, out), ==,
                        RA_DECODE_BAD);
        g_assert_cmpint(used, ==, 77);
        /* There is nobody to refuse. */
        g_byte_array_set_size(out, 0);
        ra_server_handshake_refuse(server, RA_GOODBYE_PROTOCOL, NULL, out);
        g_assert_cmpint(out->len, ==, 0);
    }
}

/* Bytes that are no UTF-8 become three each, and the text is still cut to its limit. */
static void test_long_reason(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(RaClientHandshake) client = ra_client_handshake_new(NULL, out);
    RaClientHandshakeEvent event;
    gsize used;
    g_byte_array_append(bytes, (const guint8 *)"RFB 003.008\n\0\0\0\4\0", 17);
    g_byte_array_set_size(bytes, 17 + RA_RFB_REASON_MAX);
    memset(bytes->data + 17, 0xff, RA_RFB_REASON_MAX);
    g_assert_cmpint(ra_client_handshake_step(client, bytes->data, bytes->len, &used, &event, out),
                    ==, RA_DECODE_OK);
    g_assert_cmpint(event.kind, ==, RA_CLIENT_REFUSED);
    g_assert_true(g_utf8_validate(event.refused.text, -1, NULL));
    g_assert_cmpint(strlen(event.refused.text), ==, RA_RFB_REASON_MAX / 3 * 3);
}

#define HELLO "RFB 003.008\n"
#define INIT  "\0\1\0\1\x20\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0"

static void test_client_hostile(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        RaDecode last;
    } cases[] = {
        {"RFB 003.003\n", 12, RA_DECODE_BAD},
        {"SSH-2.0", 7, RA_DECODE_BAD},
        {HELLO "\1\2", 14, RA_DECODE_BAD},                          /* VNC authentication */
        {HELLO "\2\2\1\0\0\0\0", 19, RA_DECODE_MORE},               /* a choice, with None */
        {HELLO "\0\0\0\4\1", 17, RA_DECODE_BAD},                    /* reason of 1025 bytes */
        {HELLO "\1\1\0\0\0\1\xff\xff\xff\xff", 22, RA_DECODE_BAD},  /* of 4 GiB */
        {HELLO "\1\1\0\0\0\0" INIT "\0\0\0\0", 42, RA_DECODE_MORE}, /* as it should be */
        {HELLO "\1\1\0\0\0\0" INIT "\0\0\1\0", 42, RA_DECODE_BAD},  /* name of 256 bytes */
        {HELLO "\1\1\0\0\0\0\0\0\0\1"
               "123456789012345678901234",
         46, RA_DECODE_BAD}, /* 0 wide */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        g_autoptr(RaClientHandshake) client = ra_client_handshake_new(NULL, out);
        RaClientHandshakeEvent event;
        RaDecode result = RA_DECODE_OK;
        gboolean ready = FALSE;
        gsize at = 0, used = 0;
        g_test_message("case %zu", i);
        while (result == RA_DECODE_OK && !ready) {
            used = 0;
            result = ra_client_handshake_step(client, (const guint8 *)cases[i].bytes + at,
                                              cases[i].size - at, &used, &event, out);
            at += used;
            ready = result == RA_DECODE_OK && event.kind == RA_CLIENT_READY;
        }
        g_assert_cmpint(ready ? RA_DECODE_MORE : result, ==, cases[i].last);
    }
}

void add_handshake_tests(void)
{
    g_test_add_func("/wire/handshake/allowed", test_allowed);
    g_test_add_func("/wire/handshake/refused", test_refused);
    g_test_add_func("/wire/handshake/versions", test_versions);
    g_test_add_func("/wire/handshake/server-hostile", test_server_hostile);
    g_test_add_func("/wire/handshake/long-reason", test_long_reason);
    g_test_add_func("/wire/handshake/client-hostile", test_client_hostile);
}
