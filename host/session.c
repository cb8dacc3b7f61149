/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/session.h"

#include "base/text.h"
#include "host/sharing.h"

#include <string.h>

struct _RaHelperSession {
    const RaHelperSessionSetting *setting;
    RaPeer *worker;
    GHashTable *identities; /* whose keys the worker was given */
    RaHelperSessionState state;
    char *address, *helper, *invitation; /* safe to show, all of them */
    GStrv recipients;                    /* of the invitation */
    RaRights rights;                     /* what may be granted */
    guint question;                      /* the one that is open; 0 for none */
    guint refusals;
    gint64 revoked_at; /* monotonic; 0: control was never granted */
    RaSharing *sharing;
    guint timer, ended_idle;
};

static void set_state(RaHelperSession *session, RaHelperSessionState state)
{
    if (session->state == state)
        return;
    session->state = state;
    session->setting->events->changed(session, session->setting->data);
}

G_GNUC_PRINTF(2, 3)
static void note(RaHelperSession *session, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_autofree char *line = g_strdup_vprintf(format, values);
    va_end(values);
    session->setting->events->note(line, session->setting->data);
}

static const char *who(const RaHelperSession *session)
{
    return session->helper[0] != '\0' ? session->helper : "the helper";
}

static gboolean tell_ended(gpointer data)
{
    RaHelperSession *session = data;
    session->ended_idle = 0;
    session->setting->events->ended(session, session->setting->data);
    return G_SOURCE_REMOVE;
}

/* First of all that ends a session: after this nothing leaves and nothing enters. */
static void drop_power(RaHelperSession *session)
{
    g_clear_pointer(&session->sharing, ra_sharing_free);
    const guint question = session->question;
    session->question = 0;
    ra_questions_withdraw(session->setting->questions, question);
    g_clear_handle_id(&session->timer, g_source_remove);
}

static void finish(RaHelperSession *session)
{
    drop_power(session);
    g_clear_pointer(&session->worker, ra_peer_free);
    if (session->ended_idle == 0)
        session->ended_idle = g_idle_add(tell_ended, session);
    set_state(session, RA_HELPER_SESSION_OVER);
}

static gboolean on_time_out(gpointer data)
{
    RaHelperSession *session = data;
    session->timer = 0;
    if (session->state == RA_HELPER_SESSION_NEW)
        note(session, "%s: connected but did not ask in time", session->address);
    finish(session);
    return G_SOURCE_REMOVE;
}

static void set_leaving(RaHelperSession *session)
{
    drop_power(session);
    session->timer = g_timeout_add_seconds(RA_HELPER_SESSION_LEAVE_SECONDS, on_time_out, session);
    set_state(session, RA_HELPER_SESSION_LEAVING);
}

void ra_helper_session_leave(RaHelperSession *session, RaGoodbye reason)
{
    if (session->state >= RA_HELPER_SESSION_LEAVING)
        return;
    const RaIpcMessage bye = {.kind = RA_IPC_BYE, .ended.reason = reason, .ended.ours = TRUE};
    ra_peer_send(session->worker, &bye, -1);
    set_leaving(session);
}

/* The worker asked, and the answer is no: it says so to the helper and leaves. */
static void refuse(RaHelperSession *session, RaGoodbye reason)
{
    const RaIpcMessage no = {.kind = RA_IPC_ALLOW, .allow.reason = reason};
    ra_peer_send(session->worker, &no, -1);
    set_leaving(session);
}

static void send_rights(RaHelperSession *session, RaRights rights)
{
    const RaIpcMessage message = {.kind = RA_IPC_RIGHTS, .rights.rights = rights};
    ra_peer_send(session->worker, &message, -1);
}

static void answer_control(RaHelperSession *session, gboolean yes, RaGoodbye reason)
{
    const RaIpcMessage message = {
        .kind = RA_IPC_CONTROL_ANSWER, .allow.yes = yes, .allow.reason = reason};
    ra_peer_send(session->worker, &message, -1);
}

/* Control ends before the next event: nothing is injected once the state has changed. */
static void end_control(RaHelperSession *session)
{
    set_state(session, RA_HELPER_SESSION_VIEWING);
    session->revoked_at = g_get_monotonic_time();
    ra_sharing_set_rights(session->sharing, RA_RIGHT_VIEW);
    send_rights(session, RA_RIGHT_VIEW);
}

void ra_helper_session_take_back(RaHelperSession *session)
{
    if (session->state == RA_HELPER_SESSION_CONTROLLING) {
        end_control(session);
    } else if (session->state == RA_HELPER_SESSION_REQUESTED) {
        const guint question = session->question;
        session->question = 0;
        ra_questions_withdraw(session->setting->questions, question);
        session->refusals++;
        answer_control(session, FALSE, RA_GOODBYE_DECLINED);
        set_state(session, RA_HELPER_SESSION_VIEWING);
    }
}

void ra_helper_session_hold(RaHelperSession *session)
{
    if (session->sharing != NULL)
        ra_sharing_release_input(session->sharing);
}

static void on_sharing_stop(gpointer data)
{
    ra_helper_session_take_back(data);
}

static void on_sharing_end(gpointer data)
{
    ra_helper_session_leave(data, RA_GOODBYE_ENDED);
}

static void on_sharing_lost(const GError *error, gpointer data)
{
    note(data, "the screen can no longer be shared: %s", error->message);
    ra_helper_session_leave(data, RA_GOODBYE_NO_SCREEN);
}

static GVariant *details(const RaHelperSession *session)
{
    GVariantDict dict;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "name", "s", session->helper);
    g_variant_dict_insert(&dict, "peer", "s", session->address);
    g_variant_dict_insert(&dict, "invitation", "s", session->invitation);
    g_variant_dict_insert(&dict, "to", "^as", session->recipients);
    return g_variant_dict_end(&dict);
}

/* Makes what the novice's yes allows. NULL: *REASON tells the helper why not. */
static RaSharing *start_sharing(RaHelperSession *session, RaGoodbye *reason)
{
    static const RaSharingEvents events = {
        .stop = on_sharing_stop, .end = on_sharing_end, .lost = on_sharing_lost};
    g_autoptr(GError) error = NULL;
    RaHelperSessionTerms terms = {0};
    *reason = session->setting->events->admit(session, session->invitation, &terms,
                                              session->setting->data);
    if (*reason != RA_GOODBYE_UNKNOWN)
        return NULL;
    session->rights = terms.rights;
    RaSharing *sharing = ra_sharing_new(session->setting->desktop, session->helper, session->worker,
                                        &events, session, &error);
    if (sharing == NULL) {
        *reason = RA_GOODBYE_NO_SCREEN;
        note(session, "the screen cannot be shared: %s", error->message);
    }
    return sharing;
}

static void on_connect_answered(guint number, RaOutcome outcome, gpointer data)
{
    RaHelperSession *session = data;
    (void)number;
    session->question = 0;
    RaGoodbye reason = outcome == RA_OUTCOME_TIMEOUT ? RA_GOODBYE_NO_ANSWER : RA_GOODBYE_DECLINED;
    RaSharing *sharing = outcome == RA_OUTCOME_YES ? start_sharing(session, &reason) : NULL;
    if (sharing == NULL) {
        note(session, "%s may not connect: %s", who(session), ra_goodbye_text(reason));
        refuse(session, reason);
        return;
    }
    session->sharing = sharing;
    const RaIpcMessage yes = {.kind = RA_IPC_ALLOW, .allow.yes = TRUE};
    ra_peer_send(session->worker, &yes, -1);
    send_rights(session, RA_RIGHT_VIEW);
    ra_sharing_begin(sharing);
    set_state(session, RA_HELPER_SESSION_VIEWING);
    session->setting->events->began(session, session->setting->data);
}

static void on_control_answered(guint number, RaOutcome outcome, gpointer data)
{
    RaHelperSession *session = data;
    (void)number;
    session->question = 0;
    if (outcome != RA_OUTCOME_YES) {
        session->refusals++;
        answer_control(session, FALSE,
                       outcome == RA_OUTCOME_TIMEOUT ? RA_GOODBYE_NO_ANSWER : RA_GOODBYE_DECLINED);
        set_state(session, RA_HELPER_SESSION_VIEWING);
        return;
    }
    /* In sight before it is in force. */
    ra_sharing_set_rights(session->sharing, RA_RIGHTS_ALL);
    set_state(session, RA_HELPER_SESSION_CONTROLLING);
    send_rights(session, RA_RIGHTS_ALL); /* first: with the answer the worker may ask again */
    answer_control(session, TRUE, RA_GOODBYE_UNKNOWN);
}

static gboolean take_ask(RaHelperSession *session, const RaIpcMessage *message)
{
    const char *identity = message->ask.identity;
    if (!g_hash_table_contains(session->identities, identity))
        return FALSE;
    g_clear_handle_id(&session->timer, g_source_remove);
    g_free(session->helper);
    g_free(session->invitation);
    session->helper = ra_text_line(message->ask.name, RA_TEXT_NAME_MAX);
    session->invitation = g_strdup(identity);
    RaHelperSessionTerms terms = {0};
    const RaGoodbye no =
        session->setting->events->admit(session, identity, &terms, session->setting->data);
    if (no != RA_GOODBYE_UNKNOWN) {
        note(session, "%s at %s may not connect: %s", who(session), session->address,
             ra_goodbye_text(no));
        refuse(session, no);
        return TRUE;
    }
    session->rights = terms.rights;
    session->recipients = g_strdupv((GStrv)terms.recipients);
    set_state(session, RA_HELPER_SESSION_ASKING);
    session->question = ra_questions_ask(session->setting->questions, RA_QUESTION_CONNECT,
                                         details(session), on_connect_answered, session);
    if (session->question == 0)
        refuse(session, RA_GOODBYE_NO_ANSWER);
    return TRUE;
}

static gboolean take_want_pixels(RaHelperSession *session, const RaIpcMessage *message)
{
    (void)message;
    return ra_sharing_want_pixels(session->sharing);
}

static gboolean take_want_control(RaHelperSession *session, const RaIpcMessage *message)
{
    (void)message;
    if ((session->rights & RA_RIGHT_CONTROL) == 0 || !ra_sharing_has_input(session->sharing)) {
        answer_control(session, FALSE, RA_GOODBYE_FORBIDDEN);
        return TRUE;
    }
    if (session->refusals < RA_HELPER_SESSION_REFUSALS_MAX) {
        set_state(session, RA_HELPER_SESSION_REQUESTED);
        session->question = ra_questions_ask(session->setting->questions, RA_QUESTION_CONTROL,
                                             details(session), on_control_answered, session);
    }
    if (session->question == 0) {
        answer_control(session, FALSE, RA_GOODBYE_DECLINED);
        set_state(session, RA_HELPER_SESSION_VIEWING);
    }
    return TRUE;
}

static gboolean take_return_control(RaHelperSession *session, const RaIpcMessage *message)
{
    (void)message;
    ra_helper_session_take_back(session);
    return TRUE;
}

static gboolean take_input(RaHelperSession *session, const RaIpcMessage *message)
{
    if (ra_questions_hold_input(session->setting->questions))
        return TRUE;
    ra_questions_injected(session->setting->questions);
    ra_sharing_inject(session->sharing, message);
    return TRUE;
}

/* Input that was under way when control was taken back; never injected. */
static gboolean take_late_input(RaHelperSession *session, const RaIpcMessage *message)
{
    (void)message;
    return session->revoked_at != 0 && g_get_monotonic_time() - session->revoked_at <
                                           (gint64)RA_HELPER_SESSION_GRACE_SECONDS * G_USEC_PER_SEC;
}

static gboolean take_ended(RaHelperSession *session, const RaIpcMessage *message)
{
    g_autofree char *detail = ra_text_line(message->ended.text, RA_TEXT_LINE_MAX);
    if (session->state != RA_HELPER_SESSION_LEAVING)
        note(session, "%s left: %s%s%s", who(session), ra_goodbye_text(message->ended.reason),
             detail[0] != '\0' ? ": " : "", detail);
    finish(session);
    return TRUE;
}

/* What came before the worker heard that it should leave. */
static gboolean take_nothing(RaHelperSession *session, const RaIpcMessage *message)
{
    (void)session, (void)message;
    return TRUE;
}

enum {
    NEW = 1 << RA_HELPER_SESSION_NEW,
    ASKING = 1 << RA_HELPER_SESSION_ASKING,
    VIEWING = 1 << RA_HELPER_SESSION_VIEWING,
    REQUESTED = 1 << RA_HELPER_SESSION_REQUESTED,
    CONTROLLING = 1 << RA_HELPER_SESSION_CONTROLLING,
    LEAVING = 1 << RA_HELPER_SESSION_LEAVING,
    SHARING = VIEWING | REQUESTED | CONTROLLING,
};

/* The session: what the worker may say in which state. Anything else ends it. */
static const struct {
    RaIpcKind kind;
    guint states;
    gboolean (*take)(RaHelperSession *session, const RaIpcMessage *message);
} rules[] = {
    {RA_IPC_ENDED, NEW | ASKING | SHARING | LEAVING, take_ended},
    {RA_IPC_ASK, NEW, take_ask},
    {RA_IPC_WANT_PIXELS, SHARING, take_want_pixels},
    {RA_IPC_WANT_CONTROL, VIEWING, take_want_control},
    {RA_IPC_RETURN_CONTROL, SHARING, take_return_control},
    {RA_IPC_POINTER, CONTROLLING, take_input},
    {RA_IPC_KEY_PRESS, CONTROLLING, take_input},
    {RA_IPC_POINTER, VIEWING | REQUESTED, take_late_input},
    {RA_IPC_KEY_PRESS, VIEWING | REQUESTED, take_late_input},
    {RA_IPC_WANT_PIXELS, LEAVING, take_nothing},
    {RA_IPC_WANT_CONTROL, LEAVING, take_nothing},
    {RA_IPC_RETURN_CONTROL, LEAVING, take_nothing},
    {RA_IPC_POINTER, LEAVING, take_nothing},
    {RA_IPC_KEY_PRESS, LEAVING, take_nothing},
};

static void on_message(RaPeer *peer, const RaIpcMessage *message, gpointer data)
{
    RaHelperSession *session = data;
    (void)peer;
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == message->kind && (rules[i].states & (1u << session->state)) != 0 &&
            rules[i].take(session, message))
            return;
    }
    note(session, "the worker of this session broke the rules (message %u, state %u): ended",
         (guint)message->kind, (guint)session->state);
    finish(session);
}

static void on_gone(RaPeer *peer, const GError *error, gpointer data)
{
    RaHelperSession *session = data;
    (void)peer;
    if (session->state != RA_HELPER_SESSION_LEAVING)
        note(session, "the session ended: %s", error->message);
    finish(session);
}

RaHelperSession *ra_helper_session_new(RaPeer *worker, const char *address, GHashTable *identities,
                                       const RaHelperSessionSetting *setting)
{
    static const RaPeerEvents events = {.message = on_message, .gone = on_gone};
    RaHelperSession *session = g_new0(RaHelperSession, 1);
    session->setting = setting;
    session->worker = worker;
    session->identities = identities;
    session->address = ra_text_line(address, RA_TEXT_NAME_MAX);
    session->helper = g_strdup("");
    session->invitation = g_strdup("");
    session->timer = g_timeout_add_seconds(RA_HELPER_SESSION_ASK_SECONDS, on_time_out, session);
    ra_peer_set_events(worker, &events, session);
    return session;
}

void ra_helper_session_free(RaHelperSession *session)
{
    if (session == NULL)
        return;
    drop_power(session);
    g_clear_handle_id(&session->ended_idle, g_source_remove);
    ra_peer_free(session->worker);
    g_hash_table_unref(session->identities);
    g_free(session->address);
    g_free(session->helper);
    g_free(session->invitation);
    g_strfreev(session->recipients);
    g_free(session);
}

RaHelperSessionState ra_helper_session_state(const RaHelperSession *session)
{
    return session->state;
}

const char *ra_helper_session_helper(const RaHelperSession *session)
{
    return session->helper;
}

const char *ra_helper_session_invitation(const RaHelperSession *session)
{
    return session->invitation;
}
