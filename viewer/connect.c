/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/connect.h"

#include "base/error.h"
#include "base/text.h"
#include "viewer/connect-private.h"
#include "viewer/outcome.h"

enum { LEAVE_MS = 1000 }; /* how long a goodbye may take */

void ra_connect_finish(RaConnect *connect, const char *reason, GError *error)
{
    g_autoptr(GError) owned = error;
    g_autofree char *text = g_strdup(connect->leaving ? "you ended the session" : reason);
    if (connect->leaving)
        g_clear_error(&owned);
    ra_connect_drop_link(connect);
    g_clear_handle_id(&connect->tick, g_source_remove);
    connect->link = RA_CONNECT_ENDED;
    connect->resuming = FALSE;
    connect->rights = 0;
    connect->callbacks.ended(connect, text, owned, connect->data);
}

void ra_connect_finish_broken(RaConnect *connect, const char *what)
{
    ra_connect_finish(connect, "this computer's session program failed",
                      g_error_new(RA_ERROR, RA_ERROR_FAILED,
                                  "The session was ended because its worker broke the rules (%s). "
                                  "Please report this.",
                                  what));
}

/* What the worker says. Each may free CONNECT. */

static void take_attempt_failed(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    const guint id = message->attempt.id;
    if (connect->link != RA_CONNECT_DIALLING)
        return; /* it crossed with SECURED */
    const char *host = g_hash_table_lookup(connect->pending, GUINT_TO_POINTER(id));
    if (host == NULL) {
        ra_connect_finish_broken(connect, "it tells of a socket that it was not given");
        return;
    }
    g_ptr_array_add(connect->failures,
                    ra_failure_new(host, message->attempt.text, message->attempt.tls));
    g_hash_table_remove(connect->pending, GUINT_TO_POINTER(id));
    if (connect->dialer != NULL)
        connect->parts->dialer_attempt_failed(connect->dialer, id);
    ra_connect_settle(connect);
}

static void take_secured(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)fd;
    if (!g_hash_table_contains(connect->pending, GUINT_TO_POINTER(message->connection.id))) {
        ra_connect_finish_broken(connect, "it secured a socket that it was not given");
        return;
    }
    connect->link = RA_CONNECT_WAITING;
    if (connect->resuming) { /* the try's limit holds on */
        ra_connect_drop_dialer(connect);
        return;
    }
    ra_connect_stop_dialling(connect);
    connect->callbacks.state(connect, RA_CONNECT_WAITING, connect->data);
}

static void begin_sharing(RaConnect *connect)
{
    if (connect->link == RA_CONNECT_SHARING)
        return;
    connect->link = RA_CONNECT_SHARING;
    connect->rights |= RA_RIGHT_VIEW;
    if (connect->resuming)
        ra_connect_resumed(connect);
    connect->callbacks.state(connect, RA_CONNECT_SHARING, connect->data);
}

static void take_screen(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    GError *error = NULL;
    if (!connect->callbacks.screen(connect, message, fd, connect->data, &error))
        ra_connect_finish(connect, "their screen cannot be shown here", error);
    else
        begin_sharing(connect);
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
    connect->rights = message->rights.rights & ra_invitation_rights(connect->invitation);
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
    const gboolean begun = connect->link == RA_CONNECT_SHARING || connect->resuming;
    g_autofree char *reason = ra_outcome_reason(message);
    GError *error = ra_outcome_ended(connect->name, message, begun);
    if (message->ended.reason == RA_GOODBYE_LINK && !message->ended.ours)
        ra_connect_lost(connect, reason, error);
    else
        ra_connect_finish(connect, reason, error);
}

/* What a message belongs to; 0: nothing that is offered. */
static guint32 feature_of(const RaIpcMessage *message)
{
    if (message->kind == RA_IPC_SOUND)
        return RA_FEATURE_VOICE;
    if (message->kind == RA_IPC_CLIPBOARD)
        return RA_FEATURE_CLIPBOARD;
    switch (message->assist.kind) {
    case RA_ASSIST_CHAT:
    case RA_ASSIST_CHAT_SEEN:
        return RA_FEATURE_CHAT;
    case RA_ASSIST_FILE_OFFER:
    case RA_ASSIST_FILE_ANSWER:
    case RA_ASSIST_FILE_DATA:
    case RA_ASSIST_FILE_TAKEN:
    case RA_ASSIST_FILE_END:
    case RA_ASSIST_FILE_CLOSE:
        return RA_FEATURE_FILES;
    case RA_ASSIST_VOICE_WANT:
    case RA_ASSIST_VOICE_ANSWER:
    case RA_ASSIST_VOICE_MUTED:
    case RA_ASSIST_VOICE_END:
        return RA_FEATURE_VOICE;
    case RA_ASSIST_CLIPBOARD_SHARED:
        return RA_FEATURE_CLIPBOARD;
    case RA_ASSIST_POINT:
        return RA_FEATURE_POINT;
    default:
        return 0;
    }
}

static gboolean offered(const RaConnect *connect, const RaIpcMessage *message)
{
    const guint32 feature = feature_of(message);
    return feature == 0 || (connect->featured && (connect->offered & feature) != 0);
}

static void take_features(RaConnect *connect, guint32 features)
{
    connect->features = features;
    connect->offered |= features;
    connect->featured = TRUE;
    if (connect->resuming) /* a hidden screen does not come, but the old picture is there */
        begin_sharing(connect);
    connect->callbacks.features(connect, features, connect->data);
}

/* ASSIST, SOUND, CLIPBOARD */
static void take_passed_on(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    const gboolean assist = message->kind == RA_IPC_ASSIST;
    if (assist && message->assist.kind == RA_ASSIST_FEATURES)
        take_features(connect, message->assist.features);
    else if (assist && message->assist.kind == RA_ASSIST_RESUME)
        ra_resume_take(connect->resume, &message->assist);
    else if (!offered(connect, message))
        ra_connect_finish_broken(connect, "it sent what was not offered");
    else if (!connect->callbacks.message(connect, message, fd, connect->data))
        ra_connect_finish_broken(connect, "it sent what was not agreed on");
}

static void take_meter(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    (void)connect->callbacks.message(connect, message, fd, connect->data);
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
    {RA_IPC_ASSIST, WAITING | SHARING, take_passed_on},
    {RA_IPC_SOUND, SHARING, take_passed_on},
    {RA_IPC_CLIPBOARD, SHARING, take_passed_on},
    {RA_IPC_METER, WAITING | SHARING, take_meter},
    {RA_IPC_ENDED, DIALLING | WAITING | SHARING, take_ended},
};

void ra_connect_take(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    if (connect->leaving && message->kind != RA_IPC_ENDED)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == message->kind && (rules[i].states & connect->link) != 0) {
            rules[i].take(connect, message, fd);
            return;
        }
    }
    ra_connect_finish_broken(connect, "it sent what it may not send now");
}

RaConnect *ra_connect_new(RaInvitation *invitation, const char *helper, const char *proxy,
                          const RaConnectParts *parts, const RaConnectCallbacks *callbacks,
                          gpointer data, GError **error)
{
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
    connect->link = RA_CONNECT_DIALLING;
    connect->invitation = ra_invitation_ref(invitation);
    connect->name = g_steal_pointer(&name);
    connect->helper = g_strdup(helper);
    connect->proxy = g_strdup(proxy);
    connect->pending = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    connect->failures = g_ptr_array_new_with_free_func((GDestroyNotify)ra_failure_free);
    connect->resume = ra_resume_new(parts->second_ms);
    return ra_connect_dial(connect, error) ? g_steal_pointer(&connect) : NULL;
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
    if (connect->worker != NULL && !connect->leaving)
        send_bye(connect);
    ra_connect_drop_link(connect);
    g_clear_handle_id(&connect->tick, g_source_remove);
    g_hash_table_unref(connect->pending);
    g_ptr_array_unref(connect->failures);
    ra_resume_free(connect->resume);
    ra_invitation_unref(connect->invitation);
    g_free(connect->name);
    g_free(connect->helper);
    g_free(connect->proxy);
    g_free(connect);
}

RaConnectState ra_connect_state(const RaConnect *connect)
{
    return connect->resuming ? RA_CONNECT_RESUMING : connect->link;
}

RaRights ra_connect_rights(const RaConnect *connect)
{
    return connect->rights;
}

guint ra_connect_resuming(const RaConnect *connect)
{
    return connect->resuming ? ra_resume_left(connect->resume, g_get_monotonic_time()) : 0;
}

const char *ra_connect_name(const RaConnect *connect)
{
    return connect->name;
}

static gboolean sharing(const RaConnect *connect)
{
    return connect->link == RA_CONNECT_SHARING && !connect->leaving;
}

static gboolean controlling(const RaConnect *connect)
{
    return sharing(connect) && (connect->rights & RA_RIGHT_CONTROL) != 0;
}

void ra_connect_want_control(RaConnect *connect)
{
    if (sharing(connect) && (ra_invitation_rights(connect->invitation) & RA_RIGHT_CONTROL) != 0)
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

void ra_connect_send(RaConnect *connect, const RaIpcMessage *message, int fd)
{
    if (connect->featured && !connect->leaving && offered(connect, message))
        connect->parts->worker_send(connect->worker, message, fd);
}

guint ra_connect_queued(const RaConnect *connect)
{
    return connect->worker != NULL ? connect->parts->worker_queued(connect->worker) : 0;
}

static gboolean on_leave_time(gpointer data)
{
    RaConnect *connect = data;
    connect->timer = 0;
    ra_connect_finish(connect, "you ended the session", NULL);
    return G_SOURCE_REMOVE;
}

void ra_connect_leave(RaConnect *connect)
{
    if (connect->leaving || connect->link == RA_CONNECT_ENDED)
        return;
    connect->leaving = TRUE;
    ra_connect_stop_dialling(connect);
    g_clear_handle_id(&connect->tick, g_source_remove);
    if (connect->worker != NULL)
        send_bye(connect);
    connect->timer = g_timeout_add(connect->worker != NULL ? LEAVE_MS : 0, on_leave_time, connect);
}
