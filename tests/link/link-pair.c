/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/link/link-pair.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 100 };

const guint8 pair_key[RA_LINK_KEY_SIZE] = "the key that both of the ends kn";

gboolean pair_find_key(const char *identity, guint8 *key, gpointer data)
{
    guint *asked = data;
    if (asked != NULL)
        (*asked)++;
    if (strcmp(identity, PAIR_IDENTITY) != 0)
        return FALSE;
    memcpy(key, pair_key, RA_LINK_KEY_SIZE);
    return TRUE;
}

void wire_init(Wire *wire)
{
    for (guint i = 0; i < 2; i++) {
        int pair[2];
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair),
                        ==, 0);
        wire->ends[i] = pair[0];
        wire->inner[i] = pair[1];
        wire->seen[i] = g_byte_array_new();
        wire->limit[i] = wire->flip[i] = G_MAXSIZE;
    }
}

void wire_clear(Wire *wire)
{
    for (guint i = 0; i < 2; i++) {
        close(wire->inner[i]);
        g_byte_array_unref(wire->seen[i]);
    }
}

/* Moves what can move from ends[I]. */
static gboolean carry_from(Wire *wire, guint i)
{
    guint8 bytes[4096];
    const gsize before = wire->seen[i]->len;
    const gsize room = MIN(sizeof bytes, wire->limit[i] - before);
    /* Takes no more than the other side has room for. */
    const ssize_t waiting = recv(wire->inner[i], bytes, room, MSG_PEEK);
    if (waiting == 0)
        (void)shutdown(wire->inner[1 - i], SHUT_WR);
    if (waiting <= 0)
        return FALSE;
    if (wire->flip[i] >= before && wire->flip[i] < before + (gsize)waiting)
        bytes[wire->flip[i] - before] ^= 0x10;
    const ssize_t n = send(wire->inner[1 - i], bytes, (size_t)waiting, MSG_NOSIGNAL);
    if (n <= 0)
        return FALSE;
    g_byte_array_append(wire->seen[i], bytes, (guint)n);
    g_assert_cmpint(recv(wire->inner[i], bytes, (size_t)n, 0), ==, n);
    return TRUE;
}

gboolean wire_carry(Wire *wire)
{
    const gboolean moved = carry_from(wire, 0);
    return carry_from(wire, 1) || moved;
}

static gboolean is_final(RaLinkStatus status)
{
    return status != RA_LINK_WANT_READ && status != RA_LINK_WANT_WRITE;
}

void pair_shake(Wire *wire, RaLink *server, RaLink *client, Outcome *outcome)
{
    outcome->server = outcome->client = RA_LINK_WANT_READ;
    outcome->server_error = outcome->client_error = NULL;
    for (guint i = 0; i < ROUNDS; i++) {
        if (!is_final(outcome->client))
            outcome->client = ra_link_handshake(client, &outcome->client_error);
        (void)wire_carry(wire);
        if (!is_final(outcome->server))
            outcome->server = ra_link_handshake(server, &outcome->server_error);
        (void)wire_carry(wire);
    }
}

void outcome_clear(Outcome *outcome)
{
    g_clear_error(&outcome->server_error);
    g_clear_error(&outcome->client_error);
}
