/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/gate.h"

#include "base/error.h"
#include "base/text.h"
#include "link/listen.h"

#include <string.h>
#include <unistd.h>

typedef struct {
    char *address;
    gint64 since; /* monotonic */
} Connection;

struct _RaGate {
    const RaGateEvents *events;
    gpointer data;
    RaListener *listener;
    RaPeer *worker;          /* NULL while one that died is not replaced yet */
    gint64 started;          /* monotonic, of the worker */
    GHashTable *connections; /* id to Connection: in the worker's hands */
    GHashTable *identities;  /* those whose keys the worker has */
    guint back_off, restart_timer, check_timer;
};

static void connection_free(gpointer pointer)
{
    Connection *connection = pointer;
    g_free(connection->address);
    g_free(connection);
}

static GHashTable *new_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void settle_all(RaGate *gate)
{
    GHashTableIter iter;
    gpointer id = NULL;
    g_hash_table_iter_init(&iter, gate->connections);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        g_hash_table_iter_remove(&iter);
        ra_listener_settled(gate->listener, GPOINTER_TO_UINT(id));
    }
}

static void note(RaGate *gate, const char *line)
{
    gate->events->note(line, gate->data);
}

static gboolean start_worker(RaGate *gate, GError **error);

static gboolean on_restart(gpointer data)
{
    RaGate *gate = data;
    g_autoptr(GError) error = NULL;
    gate->restart_timer = 0;
    if (start_worker(gate, &error))
        return G_SOURCE_REMOVE;
    note(gate, error->message);
    gate->back_off = MIN(gate->back_off * 2, RA_GATE_BACK_OFF_MAX_MS);
    gate->restart_timer = g_timeout_add(gate->back_off, on_restart, gate);
    return G_SOURCE_REMOVE;
}

/* The worker is of no use any more: its connections are gone with it. */
static void replace_worker(RaGate *gate, const char *why)
{
    const gint64 lived = g_get_monotonic_time() - gate->started;
    g_clear_pointer(&gate->worker, ra_peer_free);
    g_hash_table_remove_all(gate->identities);
    settle_all(gate);
    note(gate, why);
    gate->back_off = lived >= (gint64)RA_GATE_STEADY_SECONDS * G_USEC_PER_SEC
                         ? RA_GATE_BACK_OFF_MS
                         : MIN(gate->back_off * 2, RA_GATE_BACK_OFF_MAX_MS);
    if (gate->restart_timer == 0)
        gate->restart_timer = g_timeout_add(gate->back_off, on_restart, gate);
}

/* The worker limits handshakes in time; one that does not hangs, and its connections with it. */
static gboolean on_check(gpointer data)
{
    RaGate *gate = data;
    const gint64 now = g_get_monotonic_time();
    GHashTableIter iter;
    gpointer value = NULL;
    if (g_hash_table_size(gate->connections) == 0) {
        gate->check_timer = 0;
        return G_SOURCE_REMOVE;
    }
    g_hash_table_iter_init(&iter, gate->connections);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Connection *connection = value;
        if (now - connection->since < (gint64)RA_GATE_HANDSHAKE_SECONDS * G_USEC_PER_SEC)
            continue;
        replace_worker(gate, "the worker that takes connections hung and was ended");
        break;
    }
    return G_SOURCE_CONTINUE;
}

static void on_accepted(RaListener *listener, guint id, int fd, const char *peer, gpointer data)
{
    RaGate *gate = data;
    if (gate->worker == NULL) {
        close(fd);
        ra_listener_settled(listener, id);
        return;
    }
    Connection *connection = g_new0(Connection, 1);
    connection->address = g_strdup(peer);
    connection->since = g_get_monotonic_time();
    g_hash_table_insert(gate->connections, GUINT_TO_POINTER(id), connection);
    if (gate->check_timer == 0)
        gate->check_timer = g_timeout_add_seconds(RA_GATE_HANDSHAKE_SECONDS / 4, on_check, gate);
    RaIpcMessage message = {.kind = RA_IPC_CONNECTION, .connection.id = id};
    g_strlcpy(message.connection.peer, peer, sizeof message.connection.peer);
    ra_peer_send(gate->worker, &message, fd);
    close(fd);
}

/* Answers with the one key, or with none: the handshake then fails as with a wrong one. */
static gboolean take_want_key(RaGate *gate, const RaIpcMessage *want)
{
    if (g_hash_table_size(gate->connections) == 0)
        return FALSE;
    g_autofree char *name = NULL;
    g_autoptr(RaSecret) key = gate->events->find(want->identity.identity, &name, gate->data);
    RaIpcMessage answer = {.kind = RA_IPC_KEY};
    g_strlcpy(answer.secret.identity, want->identity.identity, sizeof answer.secret.identity);
    if (key != NULL) {
        g_assert(ra_secret_size(key) == RA_IPC_KEY_SIZE);
        memcpy(answer.secret.key, ra_secret_bytes(key), RA_IPC_KEY_SIZE);
        g_autofree char *safe = ra_text_line(name, RA_TEXT_NAME_MAX);
        g_strlcpy(answer.secret.name, safe, sizeof answer.secret.name);
        answer.secret.known = TRUE;
        g_hash_table_add(gate->identities, g_strdup(want->identity.identity));
    }
    ra_peer_send(gate->worker, &answer, -1);
    ra_ipc_message_clear(&answer);
    return TRUE;
}

static gboolean take_handshake_failed(RaGate *gate, const RaIpcMessage *message)
{
    if (!g_hash_table_remove(gate->connections, GUINT_TO_POINTER(message->connection.id)))
        return FALSE;
    ra_listener_settled(gate->listener, message->connection.id);
    return TRUE;
}

static gboolean take_authenticated(RaGate *gate, const RaIpcMessage *message)
{
    const Connection *connection =
        g_hash_table_lookup(gate->connections, GUINT_TO_POINTER(message->connection.id));
    if (connection == NULL || g_hash_table_size(gate->identities) == 0)
        return FALSE;
    g_autofree char *address = g_strdup(connection->address);
    RaPeer *worker = g_steal_pointer(&gate->worker);
    GHashTable *identities = g_steal_pointer(&gate->identities);
    gate->identities = new_set();
    ra_peer_set_events(worker, NULL, NULL);
    settle_all(gate); /* the worker has closed the others */
    gate->back_off = RA_GATE_BACK_OFF_MS;
    (void)on_restart(gate);
    gate->events->authenticated(worker, address, identities, gate->data);
    return TRUE;
}

/* Whatever else a gate's worker says breaks the rules. */
static const struct {
    RaIpcKind kind;
    gboolean (*take)(RaGate *gate, const RaIpcMessage *message);
} rules[] = {
    {RA_IPC_WANT_KEY, take_want_key},
    {RA_IPC_HANDSHAKE_FAILED, take_handshake_failed},
    {RA_IPC_AUTHENTICATED, take_authenticated},
};

static void on_message(RaPeer *peer, const RaIpcMessage *message, int fd, gpointer data)
{
    RaGate *gate = data;
    (void)peer, (void)fd;
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == message->kind && rules[i].take(gate, message))
            return;
    }
    replace_worker(gate, "the worker that takes connections broke the rules and was ended");
}

static void on_gone(RaPeer *peer, const GError *error, gpointer data)
{
    (void)peer;
    g_autofree char *line =
        g_strdup_printf("the worker that takes connections ended: %s", error->message);
    replace_worker(data, line);
}

static gboolean start_worker(RaGate *gate, GError **error)
{
    static const RaPeerEvents events = {.message = on_message, .gone = on_gone};
    RaPeer *worker = gate->events->start_worker(gate->data, error);
    if (worker == NULL)
        return FALSE;
    ra_peer_set_events(worker, &events, gate);
    gate->worker = worker;
    gate->started = g_get_monotonic_time();
    return TRUE;
}

RaGate *ra_gate_new(const RaGatePlace *place, const RaGateEvents *events, gpointer data,
                    GError **error)
{
    g_autoptr(RaGate) gate = g_new0(RaGate, 1);
    gate->events = events;
    gate->data = data;
    gate->back_off = RA_GATE_BACK_OFF_MS;
    gate->connections = g_hash_table_new_full(NULL, NULL, NULL, connection_free);
    gate->identities = new_set();
    gate->listener =
        ra_listener_new(place->addresses, place->port, place->exact, on_accepted, gate, error);
    if (gate->listener == NULL || !start_worker(gate, error))
        return NULL;
    return g_steal_pointer(&gate);
}

void ra_gate_free(RaGate *gate)
{
    if (gate == NULL)
        return;
    g_clear_handle_id(&gate->restart_timer, g_source_remove);
    g_clear_handle_id(&gate->check_timer, g_source_remove);
    ra_peer_free(gate->worker);
    ra_listener_free(gate->listener);
    g_hash_table_unref(gate->connections);
    g_hash_table_unref(gate->identities);
    g_free(gate);
}

guint16 ra_gate_port(const RaGate *gate)
{
    return ra_listener_port(gate->listener);
}

GStrv ra_gate_hosts(const RaGate *gate, const char *const *advertise, guint max)
{
    return ra_listener_hosts(gate->listener, advertise, max);
}
