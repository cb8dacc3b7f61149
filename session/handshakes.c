/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/handshakes.h"

#include "base/io.h"
#include "link/listen.h"

#include <string.h>

enum { KEY_SECONDS = 5 }; /* for our own program to answer with a key */

typedef struct {
    RaHandshakes *handshakes;
    guint32 connection;
    RaLink *link;
    GSource *socket, *timer;
    char name[RA_IPC_TEXT_MAX + 1]; /* the novice's, with the key */
} HalfOpen;

struct _RaHandshakes {
    RaChannel *channel;
    RaHandshakesFunc done;
    gpointer data;
    GPtrArray *half_open; /* of HalfOpen */
};

static void half_open_free(HalfOpen *half)
{
    ra_source_drop(&half->socket);
    ra_source_drop(&half->timer);
    ra_link_free(half->link);
    g_free(half);
}

/* The one moment in which the worker waits for its program: OpenSSL wants the key now. */
static gboolean find_key(const char *identity, guint8 *key, gpointer data)
{
    HalfOpen *half = data;
    RaIpcMessage want = {.kind = RA_IPC_WANT_KEY};
    g_strlcpy(want.identity.identity, identity, sizeof want.identity.identity);
    RaIpcMessage answer;
    if (!ra_channel_send(half->handshakes->channel, &want, -1) ||
        !ra_channel_wait(half->handshakes->channel, RA_IPC_KEY, KEY_SECONDS, &answer))
        return FALSE;
    const gboolean known = answer.secret.known && strcmp(answer.secret.identity, identity) == 0;
    if (known) {
        memcpy(key, answer.secret.key, RA_LINK_KEY_SIZE);
        g_strlcpy(half->name, answer.secret.name, sizeof half->name);
    }
    ra_ipc_message_clear(&answer);
    return known;
}

static void give_up(HalfOpen *half)
{
    RaIpcMessage failed = {.kind = RA_IPC_HANDSHAKE_FAILED};
    failed.connection.id = half->connection;
    (void)ra_channel_send(half->handshakes->channel, &failed, -1);
    g_ptr_array_remove(half->handshakes->half_open, half);
}

static gboolean on_time_out(gpointer data)
{
    give_up(data);
    return G_SOURCE_REMOVE;
}

static gboolean on_socket(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                          gpointer data);

static void wait_for(HalfOpen *half, GIOCondition condition)
{
    ra_source_watch(&half->socket, ra_link_fd(half->link), condition, on_socket, half);
}

static void step(HalfOpen *half)
{
    g_autoptr(GError) error = NULL;
    switch (ra_link_handshake(half->link, &error)) {
    case RA_LINK_OK: {
        RaHandshakes *handshakes = half->handshakes;
        RaLink *link = g_steal_pointer(&half->link);
        const guint32 connection = half->connection;
        g_autofree char *name = g_strdup(half->name);
        g_ptr_array_remove(handshakes->half_open, half);
        handshakes->done(link, connection, name, handshakes->data);
        break;
    }
    case RA_LINK_WANT_READ:
        wait_for(half, G_IO_IN);
        break;
    case RA_LINK_WANT_WRITE:
        wait_for(half, G_IO_OUT);
        break;
    case RA_LINK_CLOSED:
    case RA_LINK_FAILED:
        g_debug("Handshake of connection %u failed: %s", half->connection,
                error != NULL ? error->message : "closed");
        give_up(half);
        break;
    }
}

static gboolean on_socket(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                          gpointer data)
{
    step(data);
    return G_SOURCE_CONTINUE; /* whether or not the source still stands */
}

RaHandshakes *ra_handshakes_new(RaChannel *channel, RaHandshakesFunc done, gpointer data)
{
    RaHandshakes *handshakes = g_new0(RaHandshakes, 1);
    handshakes->channel = channel;
    handshakes->done = done;
    handshakes->data = data;
    handshakes->half_open = g_ptr_array_new_with_free_func((GDestroyNotify)half_open_free);
    return handshakes;
}

void ra_handshakes_free(RaHandshakes *handshakes)
{
    if (handshakes == NULL)
        return;
    g_ptr_array_unref(handshakes->half_open);
    g_free(handshakes);
}

void ra_handshakes_add(RaHandshakes *handshakes, guint32 connection, int fd)
{
    HalfOpen *half = g_new0(HalfOpen, 1);
    half->handshakes = handshakes;
    half->connection = connection;
    half->link = ra_link_new_server(fd, find_key, half);
    half->timer = g_timeout_source_new_seconds(RA_LISTENER_HANDSHAKE_SECONDS);
    g_source_set_callback(half->timer, on_time_out, half, NULL);
    g_source_attach(half->timer, g_main_context_get_thread_default());
    g_ptr_array_add(handshakes->half_open, half);
    wait_for(half, G_IO_IN);
}
