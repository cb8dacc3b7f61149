/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/connect-private.h"

#include "base/error.h"
#include "base/text.h"
#include "viewer/outcome.h"

#include <string.h>
#include <unistd.h>

void ra_connect_drop_dialer(RaConnect *connect)
{
    if (connect->dialer != NULL)
        connect->parts->dialer_free(connect->dialer);
    connect->dialer = NULL;
}

void ra_connect_stop_dialling(RaConnect *connect)
{
    ra_connect_drop_dialer(connect);
    g_clear_handle_id(&connect->timer, g_source_remove);
    g_clear_handle_id(&connect->pause, g_source_remove);
}

void ra_connect_drop_link(RaConnect *connect)
{
    ra_connect_stop_dialling(connect);
    if (connect->worker != NULL)
        connect->parts->worker_free(connect->worker);
    connect->worker = NULL;
    connect->featured = FALSE;
    connect->exhausted = FALSE;
    g_hash_table_remove_all(connect->pending);
    g_ptr_array_set_size(connect->failures, 0);
}

/* Coming back */

static gboolean on_tick(gpointer data);
static gboolean on_pause_over(gpointer data);

static void finish_lost(RaConnect *connect)
{
    ra_connect_finish(connect, "the connection was lost and did not come back",
                      g_error_new(RA_ERROR, RA_ERROR_UNREACHABLE,
                                  "Disconnected from %s: the connection was lost and did not come "
                                  "back; check the network of both computers.",
                                  connect->name));
}

static void finish_refused(RaConnect *connect)
{
    ra_connect_finish(connect, "the connection was lost, and their computer has ended the session",
                      g_error_new(RA_ERROR, RA_ERROR_DECLINED,
                                  "Disconnected from %s: the connection was lost, and their "
                                  "computer has ended the session.",
                                  connect->name));
}

static void try_again(RaConnect *connect)
{
    ra_connect_drop_link(connect);
    connect->link = RA_CONNECT_DIALLING;
    if (connect->tick == 0)
        connect->tick = g_timeout_add(connect->parts->second_ms, on_tick, connect);
    connect->pause = g_timeout_add(ra_resume_pause(connect->resume), on_pause_over, connect);
}

static void try_failed(RaConnect *connect)
{
    gboolean known = FALSE;
    for (guint i = 0; i < connect->failures->len; i++)
        known |= ((const RaFailure *)g_ptr_array_index(connect->failures, i))->tls;
    if (ra_resume_left(connect->resume, g_get_monotonic_time()) == 0)
        finish_lost(connect);
    else if (known && ra_resume_refused(connect->resume))
        finish_refused(connect);
    else
        try_again(connect);
}

static gboolean on_try_time(gpointer data)
{
    RaConnect *connect = data;
    connect->timer = 0;
    try_failed(connect);
    return G_SOURCE_REMOVE;
}

static gboolean on_pause_over(gpointer data)
{
    RaConnect *connect = data;
    connect->pause = 0;
    connect->timer =
        g_timeout_add(RA_CONNECT_TRY_SECONDS * connect->parts->second_ms, on_try_time, connect);
    if (!ra_connect_dial(connect, NULL))
        try_failed(connect);
    return G_SOURCE_REMOVE;
}

static gboolean on_tick(gpointer data)
{
    RaConnect *connect = data;
    /* A try that has got so far has a limit of its own. */
    const gboolean nearly = connect->link == RA_CONNECT_WAITING;
    if (ra_resume_left(connect->resume, g_get_monotonic_time()) == 0 && !nearly) {
        connect->tick = 0;
        finish_lost(connect);
        return G_SOURCE_REMOVE;
    }
    connect->callbacks.state(connect, RA_CONNECT_RESUMING, connect->data);
    return G_SOURCE_CONTINUE;
}

void ra_connect_lost(RaConnect *connect, const char *reason, GError *error)
{
    if (connect->leaving || !ra_resume_possible(connect->resume) ||
        (connect->link != RA_CONNECT_SHARING && !connect->resuming)) {
        ra_connect_finish(connect, reason, error);
        return;
    }
    g_clear_error(&error);
    if (connect->resuming) {
        try_failed(connect);
        return;
    }
    ra_resume_broken(connect->resume, g_get_monotonic_time());
    connect->resuming = TRUE;
    connect->rights = 0;
    try_again(connect);
    connect->callbacks.state(connect, RA_CONNECT_RESUMING, connect->data);
}

void ra_connect_resumed(RaConnect *connect)
{
    connect->resuming = FALSE;
    g_clear_handle_id(&connect->timer, g_source_remove);
    g_clear_handle_id(&connect->tick, g_source_remove);
    ra_resume_back(connect->resume, g_get_monotonic_time());
}

/* Dialling */

void ra_connect_settle(RaConnect *connect)
{
    if (connect->link != RA_CONNECT_DIALLING || !connect->exhausted ||
        g_hash_table_size(connect->pending) > 0)
        return;
    if (connect->resuming) {
        try_failed(connect);
        return;
    }
    GError *error = ra_outcome_unreached(connect->name, connect->failures);
    ra_connect_finish(connect,
                      error->code == RA_ERROR_PASSWORD
                          ? "their computer does not accept this invitation"
                          : "their computer cannot be reached",
                      error);
}

static void on_worker_message(RaWorker *worker, const RaIpcMessage *message, int fd, gpointer data)
{
    (void)worker;
    ra_connect_take(data, message, fd); /* may free the RaConnect: nothing of it is used after */
    if (fd >= 0)
        close(fd);
}

static void on_worker_gone(RaWorker *worker, const GError *error, gpointer data)
{
    (void)worker;
    ra_connect_lost(data, "this computer's session program failed", g_error_copy(error));
}

static void on_worker_rest(RaWorker *worker, gpointer data)
{
    (void)worker;
    RaConnect *connect = data;
    connect->callbacks.rest(connect, connect->data);
}

static void on_connected(RaDialer *dialer, guint attempt, int fd, const char *host, gpointer data)
{
    (void)dialer;
    RaConnect *connect = data;
    RaIpcMessage message = {.kind = RA_IPC_SOCKET};
    if (connect->link == RA_CONNECT_DIALLING) {
        g_hash_table_replace(connect->pending, GUINT_TO_POINTER(attempt), g_strdup(host));
        message.connection.id = attempt;
        g_strlcpy(message.connection.peer, host, sizeof message.connection.peer);
        connect->parts->worker_send(connect->worker, &message, fd);
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
    ra_connect_settle(connect);
    return G_SOURCE_REMOVE;
}

static void on_exhausted(RaDialer *dialer, gpointer data)
{
    (void)dialer;
    RaConnect *connect = data;
    connect->exhausted = TRUE;
    if (connect->link == RA_CONNECT_DIALLING && connect->timer == 0)
        connect->timer = g_timeout_add_seconds(RA_CONNECT_SETTLE_SECONDS, on_settle_time, connect);
    ra_connect_settle(connect);
}

/* An environment that names a proxy counts even where it would not be used: no harm is done. */
static gboolean is_proxied(const RaConnect *connect)
{
    if (connect->proxy != NULL)
        return connect->proxy[0] != '\0';
    return g_getenv("all_proxy") != NULL || g_getenv("ALL_PROXY") != NULL;
}

static void send_identity(RaConnect *connect)
{
    RaIpcMessage message = {.kind = RA_IPC_IDENTITY};
    if (connect->resuming) {
        ra_resume_identity(connect->resume, &message);
    } else {
        RaSecret *key = ra_invitation_key(connect->invitation);
        g_strlcpy(message.secret.identity, ra_invitation_id(connect->invitation),
                  sizeof message.secret.identity);
        memcpy(message.secret.key, ra_secret_bytes(key), MIN(ra_secret_size(key), RA_IPC_KEY_SIZE));
    }
    message.secret.known = !is_proxied(connect);
    g_autofree char *name = ra_text_line(connect->helper, RA_TEXT_NAME_MAX);
    g_strlcpy(message.secret.name, name, sizeof message.secret.name);
    if (!g_utf8_validate(message.secret.name, -1, NULL))
        message.secret.name[0] = '\0';
    connect->parts->worker_send(connect->worker, &message, -1);
    ra_ipc_message_clear(&message);
}

gboolean ra_connect_dial(RaConnect *connect, GError **error)
{
    static const RaWorkerCallbacks worker_callbacks = {on_worker_message, on_worker_gone,
                                                       on_worker_rest};
    static const RaDialerCallbacks dialer_callbacks = {on_connected, on_dial_failed, on_exhausted};
    connect->worker =
        connect->parts->worker_new(RA_WORKER_VIEWER, &worker_callbacks, connect, error);
    if (connect->worker == NULL)
        return FALSE;
    send_identity(connect);
    connect->dialer = connect->parts->dialer_new(ra_invitation_hosts(connect->invitation),
                                                 connect->proxy, &dialer_callbacks, connect);
    return TRUE;
}
