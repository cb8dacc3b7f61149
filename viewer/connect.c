/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/connect.h"

#include "base/error.h"
#include "base/text.h"
#include "viewer/outcome.h"

#include <string.h>
#include <unistd.h>

enum { LEAVE_MS = 1000 }; /* how long a goodbye may take */

struct _RaConnect {
    const RaConnectParts *parts;
    RaConnectCallbacks callbacks;
    gpointer data;
    RaConnectState state;
    RaRights offered; /* by the invitation */
    RaRights rights;
    gboolean leaving;
    char *name;
    RaWorker *worker;
    RaDialer *dialer;
    gboolean exhausted;
    GHashTable *pending; /* attempt (guint) to host: sockets that the worker has */
    GPtrArray *failures; /* RaFailure */
    guint timer;
};

static void stop_timer(RaConnect *connect)
{
    if (connect->timer != 0)
        g_source_remove(connect->timer);
    connect->timer = 0;
}

static void drop_dialer(RaConnect *connect)
{
    if (connect->dialer != NULL)
        connect->parts->dialer_free(connect->dialer);
    connect->dialer = NULL;
}

/* The one way to the end. ERROR (NULL if we left) is the callee's; may free CONNECT. */
static void finish(RaConnect *connect, const char *reason, GError *error)
{
    g_autoptr(GError) owned = error;
    g_autofree char *text = g_strdup(connect->leaving ? "you ended the session" : reason);
    if (connect->leaving)
        g_clear_error(&owned);
    stop_timer(connect);
    drop_dialer(connect);
    if (connect->worker != NULL)
        connect->parts->worker_free(connect->worker);
    connect->worker = NULL;
    connect->state = RA_CONNECT_ENDED;
    connect->rights = 0;
    connect->callbacks.ended(connect, text, owned, connect->data);
}

static void finish_broken(RaConnect *connect, const char *what)
{
    finish(connect, "this computer's session program failed",
           g_error_new(RA_ERROR, RA_ERROR_FAILED,
                       "The session was ended because its worker broke the rules (%s). Please "
                       "report this.",
                       what));
}

/* Ends it if nothing is left that could still succeed. May free CONNECT. */
static void settle(RaConnect *connect)
{
    if (connect->state != RA_CONNECT_DIALLING || !connect->exhausted ||
        g_hash_table_size(connect->pending) > 0)
        return;
    GError *error = ra_outcome_unreached(connect->name, connect->failures);
    finish(connect,
           error->code == RA_ERROR_PASSWORD ? "their computer does not accept this invitation"
                                            : "their computer cannot be reached",
           error);
}

/* What the worker says. Each may free CONNECT. */

static void take_attempt_failed(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    const guint id = message->attempt.id;
    if (connect->state != RA_CONNECT_DIALLING)
        return; /* it crossed with SECURED */
    const char *host = g_hash_table_lookup(connect->pending, GUINT_TO_POINTER(id));
    if (host == NULL) {
        finish_broken(connect, "it tells of a socket that it was not given");
        return;
    }
    g_ptr_array_add(connect->failures,
                    ra_failure_new(host, message->attempt.text, message->attempt.tls));
    g_hash_table_remove(connect->pending, GUINT_TO_POINTER(id));
    if (connect->dialer != NULL)
        connect->parts->dialer_attempt_failed(connect->dialer, id);
    settle(connect);
}

static void take_secured(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    if (!g_hash_table_contains(connect->pending, GUINT_TO_POINTER(message->connection.id))) {
        finish_broken(connect, "it secured a socket that it was not given");
        return;
    }
    stop_timer(connect);
    drop_dialer(connect);
    connect->state = RA_CONNECT_WAITING;
    connect->callbacks.state(connect, connect->state, connect->data);
}

static void take_screen(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    GError *error = NULL;
    if (!connect->callbacks.screen(connect, message, fd, connect->data, &error)) {
        finish(connect, "their screen cannot be shown here", error);
        return;
    }
    if (connect->state == RA_CONNECT_SHARING)
        return;
    connect->state = RA_CONNECT_SHARING;
    connect->rights |= RA_RIGHT_VIEW;
    connect->callbacks.state(connect, connect->state, connect->data);
}

static void take_changed(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    connect->callbacks.changed(connect, message, connect->data);
}

static void take_cursor(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    connect->callbacks.cursor(connect, message, connect->data);
}

static void take_pointer(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    connect->callbacks.pointer(connect, message, connect->data);
}

static void take_rights(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    connect->rights = message->rights.rights & connect->offered;
    connect->callbacks.rights(connect, connect->rights, connect->data);
}

static void take_control_answer(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    if (!message->allow.yes) /* a yes comes as rights */
        connect->callbacks.control_denied(connect, connect->data);
}

static void take_ended(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    g_autofree char *reason = ra_outcome_reason(message);
    finish(connect, reason,
           ra_outcome_ended(connect->name, message, connect->state == RA_CONNECT_SHARING));
}

enum {
    DIALLING = RA_CONNECT_DIALLING,
    WAITING = RA_CONNECT_WAITING,
    SHARING = RA_CONNECT_SHARING,
};

/* The state machine: what the worker may say when, and who acts on it. */
static const struct {
    RaIpcKind kind;
    guint states;
    void (*take)(RaConnect *connect, const RaIpcMessage *message, int fd);
} rules[] = {
    {RA_IPC_ATTEMPT_FAILED, DIALLING | WAITING | SHARING, take_attempt_failed},
    {RA_IPC_SECURED, DIALLING, take_secured},
    {RA_IPC_SCREEN, WAITING | SHARING, take_screen},
    {RA_IPC_CHANGED, SHARING, take_changed},
    {RA_IPC_CURSOR, SHARING, take_cursor},
    {RA_IPC_POINTER, SHARING, take_pointer},
    {RA_IPC_RIGHTS, WAITING | SHARING, take_rights},
    {RA_IPC_CONTROL_ANSWER, SHARING, take_control_answer},
    {RA_IPC_ENDED, DIALLING | WAITING | SHARING, take_ended},
};

static void take_message(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == message->kind && (rules[i].states & connect->state) != 0) {
            rules[i].take(connect, message, fd);
            return;
        }
    }
    finish_broken(connect, "it sent what it may not send now");
}

static void on_worker_message(RaWorker *worker, const RaIpcMessage *message, int fd, gpointer data)
{
    (void)worker;
    take_message(data, message, fd); /* may free the RaConnect: nothing of it is used after */
    if (fd >= 0)
        close(fd);
}

static void on_worker_gone(RaWorker *worker, const GError *error, gpointer data)
{
    (void)worker;
    finish(data, "this computer's session program failed", g_error_copy(error));
}

/* What the dialler says. */

static void send_socket(RaConnect *connect, guint attempt, int fd, const char *host)
{
    RaIpcMessage message = {.kind = RA_IPC_SOCKET};
    message.connection.id = attempt;
    g_strlcpy(message.connection.peer, host, sizeof message.connection.peer);
    connect->parts->worker_send(connect->worker, &message, fd);
}

static void on_connected(RaDialer *dialer, guint attempt, int fd, const char *host, gpointer data)
{
    (void)dialer;
    RaConnect *connect = data;
    if (connect->state == RA_CONNECT_DIALLING) {
        g_hash_table_replace(connect->pending, GUINT_TO_POINTER(attempt), g_strdup(host));
        send_socket(connect, attempt, fd, host);
    }
    close(fd);
}

static void on_dial_failed(RaDialer *dialer, guint attempt, const char *host, const GError *error,
                           gpointer data)
{
    (void)dialer;
    (void)attempt;
    RaConnect *connect = data;
    g_ptr_array_add(connect->failures, ra_failure_new(host, error->message, FALSE));
}

static gboolean on_settle_time(gpointer data)
{
    RaConnect *connect = data;
    connect->timer = 0;
    GHashTableIter iter;
    gpointer host;
    g_hash_table_iter_init(&iter, connect->pending);
    while (g_hash_table_iter_next(&iter, NULL, &host))
        g_ptr_array_add(connect->failures,
                        ra_failure_new(host, "it answered, but not as it should", FALSE));
    g_hash_table_remove_all(connect->pending);
    settle(connect);
    return G_SOURCE_REMOVE;
}

static void on_exhausted(RaDialer *dialer, gpointer data)
{
    (void)dialer;
    RaConnect *connect = data;
    connect->exhausted = TRUE;
    if (connect->state == RA_CONNECT_DIALLING && connect->timer == 0)
        connect->timer = g_timeout_add_seconds(RA_CONNECT_SETTLE_SECONDS, on_settle_time, connect);
    settle(connect);
}

static void send_identity(RaConnect *connect, RaInvitation *invitation, const char *helper)
{
    RaIpcMessage message = {.kind = RA_IPC_IDENTITY};
    RaSecret *key = ra_invitation_key(invitation);
    g_strlcpy(message.secret.identity, ra_invitation_id(invitation),
              sizeof message.secret.identity);
    message.secret.known = TRUE;
    memcpy(message.secret.key, ra_secret_bytes(key), MIN(ra_secret_size(key), RA_IPC_KEY_SIZE));
    g_autofree char *name = ra_text_line(helper, RA_TEXT_NAME_MAX);
    g_strlcpy(message.secret.name, name, sizeof message.secret.name);
    if (!g_utf8_validate(message.secret.name, -1, NULL))
        message.secret.name[0] = '\0';
    connect->parts->worker_send(connect->worker, &message, -1);
    ra_ipc_message_clear(&message);
}

RaConnect *ra_connect_new(RaInvitation *invitation, const char *helper, const char *proxy,
                          const RaConnectParts *parts, const RaConnectCallbacks *callbacks,
                          gpointer data, GError **error)
{
    static const RaWorkerCallbacks worker_callbacks = {on_worker_message, on_worker_gone};
    static const RaDialerCallbacks dialer_callbacks = {on_connected, on_dial_failed, on_exhausted};
    g_autofree char *name = ra_text_line(ra_invitation_name(invitation), RA_TEXT_NAME_MAX);
    if (*name == '\0') {
        g_free(name);
        name = g_strdup("the novice");
    }
    if (ra_invitation_hosts(invitation)[0] == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                    "The invitation names no address of %s's computer; ask for a new one.", name);
        return NULL;
    }
    g_autoptr(RaConnect) connect = g_new0(RaConnect, 1);
    connect->parts = parts;
    connect->callbacks = *callbacks;
    connect->data = data;
    connect->state = RA_CONNECT_DIALLING;
    connect->offered = ra_invitation_rights(invitation);
    connect->name = g_steal_pointer(&name);
    connect->pending = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    connect->failures = g_ptr_array_new_with_free_func((GDestroyNotify)ra_failure_free);
    connect->worker = parts->worker_new(RA_WORKER_VIEWER, &worker_callbacks, connect, error);
    if (connect->worker == NULL)
        return NULL;
    send_identity(connect, invitation, helper);
    connect->dialer =
        parts->dialer_new(ra_invitation_hosts(invitation), proxy, &dialer_callbacks, connect);
    return g_steal_pointer(&connect);
}

static void send_simple(RaConnect *connect, RaIpcKind kind)
{
    RaIpcMessage message = {.kind = kind};
    connect->parts->worker_send(connect->worker, &message, -1);
}

static void send_bye(RaConnect *connect)
{
    RaIpcMessage message = {.kind = RA_IPC_BYE};
    message.ended.reason = RA_GOODBYE_ENDED;
    message.ended.ours = TRUE;
    connect->parts->worker_send(connect->worker, &message, -1);
}

void ra_connect_free(RaConnect *connect)
{
    if (connect == NULL)
        return;
    stop_timer(connect);
    drop_dialer(connect);
    if (connect->worker != NULL) {
        if (!connect->leaving)
            send_bye(connect);
        connect->parts->worker_free(connect->worker);
    }
    g_clear_pointer(&connect->pending, g_hash_table_unref);
    g_clear_pointer(&connect->failures, g_ptr_array_unref);
    g_free(connect->name);
    g_free(connect);
}

RaConnectState ra_connect_state(const RaConnect *connect)
{
    return connect->state;
}

RaRights ra_connect_rights(const RaConnect *connect)
{
    return connect->rights;
}

const char *ra_connect_name(const RaConnect *connect)
{
    return connect->name;
}

static gboolean sharing(const RaConnect *connect)
{
    return connect->state == RA_CONNECT_SHARING && !connect->leaving;
}

static gboolean controlling(const RaConnect *connect)
{
    return sharing(connect) && (connect->rights & RA_RIGHT_CONTROL) != 0;
}

void ra_connect_want_control(RaConnect *connect)
{
    if (sharing(connect) && (connect->offered & RA_RIGHT_CONTROL) != 0)
        send_simple(connect, RA_IPC_WANT_CONTROL_OUT);
}

void ra_connect_return_control(RaConnect *connect)
{
    if (sharing(connect))
        send_simple(connect, RA_IPC_RETURN_CONTROL_OUT);
}

void ra_connect_pointer(RaConnect *connect, guint16 x, guint16 y, guint16 buttons)
{
    RaIpcMessage message = {.kind = RA_IPC_POINTER, .pointer = {x, y, buttons}};
    if (controlling(connect))
        connect->parts->worker_send(connect->worker, &message, -1);
}

void ra_connect_key(RaConnect *connect, gboolean down, guint32 keysym, guint32 code)
{
    RaIpcMessage message = {.kind = RA_IPC_KEY_PRESS, .key = {down, keysym, code}};
    if (controlling(connect))
        connect->parts->worker_send(connect->worker, &message, -1);
}

static gboolean on_leave_time(gpointer data)
{
    RaConnect *connect = data;
    connect->timer = 0;
    finish(connect, "you ended the session", NULL);
    return G_SOURCE_REMOVE;
}

void ra_connect_leave(RaConnect *connect)
{
    if (connect->leaving || connect->state == RA_CONNECT_ENDED)
        return;
    connect->leaving = TRUE;
    drop_dialer(connect);
    stop_timer(connect);
    send_bye(connect);
    connect->timer = g_timeout_add(LEAVE_MS, on_leave_time, connect);
}
