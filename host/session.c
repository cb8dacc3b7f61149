/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "host/session-private.h"

void ra_helper_session_set_state(RaHelperSession *session, RaHelperSessionState state)
{
    if (session->state == state)
        return;
    session->state = state;
    session->was_controlled |= state == RA_HELPER_SESSION_CONTROLLING;
    session->setting->events->changed(session, session->setting->data);
}

void ra_helper_session_note(RaHelperSession *session, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_autofree char *line = g_strdup_vprintf(format, values);
    va_end(values);
    session->setting->events->note(line, session->setting->data);
}

const char *ra_helper_session_who(const RaHelperSession *session)
{
    return session->helper[0] != '\0' ? session->helper : "the helper";
}

/* For the log in English, for the history in the novice's language. */
static void tell_ending(RaHelperSession *session, const char *log, const char *text)
{
    if (session->talk == NULL || session->told_ending)
        return;
    session->told_ending = TRUE;
    ra_case_tell(session->talk, text);
    session->setting->events->ending(log, session->setting->data);
}

/* NAMED and UNNAMED, not translated yet, as ra_text_named() has them; MORE, too, or NULL. */
static void tell_ending_of(RaHelperSession *session, const char *named, const char *unnamed,
                           const char *more)
{
    g_autofree char *log = ra_text_named(session->helper, named, unnamed);
    g_autofree char *text = ra_text_named(session->helper, _(named), _(unnamed));
    g_autofree char *whole_log = g_strjoin(": ", log, more, NULL);
    g_autofree char *whole = g_strjoin(": ", text, more != NULL ? _(more) : NULL, NULL);
    tell_ending(session, whole_log, whole);
}

static gboolean tell_ended(gpointer data)
{
    RaHelperSession *session = data;
    session->ended_idle = 0;
    session->setting->events->ended(session, session->setting->data);
    return G_SOURCE_REMOVE;
}

static void withdraw_question(RaHelperSession *session)
{
    const guint question = session->question;
    session->question = 0;
    ra_questions_withdraw(session->setting->questions, question);
}

/* First of all that ends a session: after this nothing leaves and nothing enters, and nobody comes
 * back. */
static void drop_power(RaHelperSession *session)
{
    g_clear_pointer(&session->resume, ra_resume_free);
    if (session->talk != NULL)
        ra_case_close(session->talk);
    g_clear_pointer(&session->sharing, ra_sharing_free);
    withdraw_question(session);
    g_clear_handle_id(&session->timer, g_source_remove);
}

void ra_helper_session_finish(RaHelperSession *session)
{
    drop_power(session);
    g_clear_pointer(&session->worker, ra_peer_free);
    if (session->ended_idle == 0)
        session->ended_idle = g_idle_add(tell_ended, session);
    ra_helper_session_set_state(session, RA_HELPER_SESSION_OVER);
}

static gboolean on_time_out(gpointer data)
{
    RaHelperSession *session = data;
    session->timer = 0;
    if (session->state == RA_HELPER_SESSION_NEW)
        ra_helper_session_note(session, "%s: connected but did not ask in time", session->address);
    ra_helper_session_finish(session);
    return G_SOURCE_REMOVE;
}

static void set_leaving(RaHelperSession *session)
{
    drop_power(session);
    session->timer = g_timeout_add_seconds(RA_HELPER_SESSION_LEAVE_SECONDS, on_time_out, session);
    ra_helper_session_set_state(session, RA_HELPER_SESSION_LEAVING);
}

static const char *how_we_leave(RaGoodbye reason)
{
    switch (reason) {
    case RA_GOODBYE_ENDED:
        return N_("The session is over: you ended it");
    case RA_GOODBYE_SHUTTING_DOWN:
        return N_("The session is over: Remote Assistance or this desktop session is closing");
    case RA_GOODBYE_NO_SCREEN:
        return N_("The session is over: this screen can no longer be shared");
    case RA_GOODBYE_EXPIRED:
        return N_("The session is over: the invitation has expired or was cancelled");
    default:
        return N_("The session is over");
    }
}

void ra_helper_session_leave(RaHelperSession *session, RaGoodbye reason)
{
    if (session->state >= RA_HELPER_SESSION_LEAVING)
        return;
    tell_ending(session, how_we_leave(reason), _(how_we_leave(reason)));
    if (session->worker == NULL) {
        ra_helper_session_finish(session);
        return;
    }
    const RaIpcMessage bye = {.kind = RA_IPC_BYE, .ended.reason = reason, .ended.ours = TRUE};
    ra_peer_send(session->worker, &bye, -1);
    set_leaving(session);
}

void ra_helper_session_refuse(RaHelperSession *session, RaGoodbye reason)
{
    const RaIpcMessage no = {.kind = RA_IPC_ALLOW, .allow.reason = reason};
    ra_peer_send(session->worker, &no, -1);
    set_leaving(session);
}

void ra_helper_session_send_assist(RaHelperSession *session, const RaAssist *assist)
{
    if (session->worker == NULL)
        return;
    RaIpcMessage message = {.kind = RA_IPC_ASSIST, .assist = *assist};
    ra_peer_send(session->worker, &message, -1);
    ra_ipc_message_clear(&message);
}

void ra_helper_session_send_rights(RaHelperSession *session, RaRights rights)
{
    const RaIpcMessage message = {.kind = RA_IPC_RIGHTS, .rights.rights = rights};
    ra_peer_send(session->worker, &message, -1);
}

/* Once a second: the main loop's timers stand still while the computer sleeps. */
static gboolean on_broken(gpointer data)
{
    RaHelperSession *session = data;
    if (ra_clock_boot(session->setting->clock) < session->broken_until)
        return G_SOURCE_CONTINUE;
    session->timer = 0;
    tell_ending_of(session,
                   N_("The session is over: the connection was lost, and %s did not come back "
                      "within a minute"),
                   N_("The session is over: the connection was lost, and your helper did not come "
                      "back within a minute"),
                   NULL);
    ra_helper_session_finish(session);
    return G_SOURCE_REMOVE;
}

void ra_helper_session_break(RaHelperSession *session, const char *why)
{
    if (session->resume == NULL) {
        g_autofree char *log =
            g_strdup_printf("The session is over: the connection was lost (%s)", why);
        tell_ending(session, log, _("The session is over: the connection was lost"));
        ra_helper_session_finish(session);
        return;
    }
    ra_case_unlink(session->talk);
    ra_sharing_lose_link(session->sharing);
    withdraw_question(session);
    g_clear_pointer(&session->worker, ra_peer_free);
    session->broken_until =
        ra_clock_boot(session->setting->clock) + RA_RESUME_SECONDS * (gint64)G_USEC_PER_SEC;
    g_clear_handle_id(&session->timer, g_source_remove);
    session->timer = g_timeout_add_seconds(1, on_broken, session);
    ra_helper_session_set_state(session, RA_HELPER_SESSION_BROKEN);
    ra_helper_session_note(session, "the connection to %s was lost: %s",
                           ra_helper_session_who(session), why);
    ra_case_event(session->talk,
                  _("The connection was lost: %s sees nothing now, and can come back within a "
                    "minute"),
                  _("The connection was lost: your helper sees nothing now, and can come back "
                    "within a minute"));
}

static gboolean take_want_pixels(RaHelperSession *session, const RaIpcMessage *message, int fd)
{
    (void)message, (void)fd;
    return ra_sharing_want_pixels(session->sharing);
}

static gboolean take_case(RaHelperSession *session, const RaIpcMessage *message, int fd)
{
    return ra_case_take(session->talk, message, fd);
}

static gboolean take_ended(RaHelperSession *session, const RaIpcMessage *message, int fd)
{
    (void)fd;
    const RaGoodbye reason = message->ended.reason;
    const gboolean shared = session->sharing != NULL;
    g_autofree char *detail = ra_text_line(message->ended.text, RA_TEXT_LINE_MAX);
    if (shared && reason == RA_GOODBYE_LINK) {
        ra_helper_session_break(session, detail[0] != '\0' ? detail : ra_goodbye_text(reason));
        return TRUE;
    }
    if (shared && reason == RA_GOODBYE_ENDED)
        tell_ending_of(session, N_("The session is over: %s ended it"),
                       N_("The session is over: your helper ended it"), NULL);
    else if (shared)
        tell_ending_of(session, N_("The session is over: %s left"),
                       N_("The session is over: your helper left"),
                       detail[0] != '\0' ? detail : ra_goodbye_text(reason));
    else if (session->state != RA_HELPER_SESSION_LEAVING)
        ra_helper_session_note(session, "%s left: %s%s%s", ra_helper_session_who(session),
                               ra_goodbye_text(reason), detail[0] != '\0' ? ": " : "", detail);
    ra_helper_session_finish(session);
    return TRUE;
}

/* What came before the worker heard that it should leave; what a program may leave unheeded. */
static gboolean take_nothing(RaHelperSession *session, const RaIpcMessage *message, int fd)
{
    (void)session, (void)message, (void)fd;
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
    gboolean (*take)(RaHelperSession *session, const RaIpcMessage *message, int fd);
} rules[] = {
    {RA_IPC_ENDED, NEW | ASKING | SHARING | LEAVING, take_ended},
    {RA_IPC_ASK, NEW, ra_helper_session_take_ask},
    {RA_IPC_WANT_PIXELS, SHARING, take_want_pixels},
    {RA_IPC_WANT_CONTROL, VIEWING, ra_helper_session_take_want_control},
    {RA_IPC_RETURN_CONTROL, SHARING, ra_helper_session_take_return_control},
    {RA_IPC_POINTER, CONTROLLING, ra_helper_session_take_input},
    {RA_IPC_KEY_PRESS, CONTROLLING, ra_helper_session_take_input},
    {RA_IPC_POINTER, VIEWING | REQUESTED, ra_helper_session_take_late_input},
    {RA_IPC_KEY_PRESS, VIEWING | REQUESTED, ra_helper_session_take_late_input},
    {RA_IPC_ASSIST, SHARING, take_case},
    {RA_IPC_SOUND, SHARING, take_case},
    {RA_IPC_CLIPBOARD, SHARING, take_case},
    {RA_IPC_METER, SHARING, take_nothing},
    {RA_IPC_WANT_PIXELS, LEAVING, take_nothing},
    {RA_IPC_WANT_CONTROL, LEAVING, take_nothing},
    {RA_IPC_RETURN_CONTROL, LEAVING, take_nothing},
    {RA_IPC_POINTER, LEAVING, take_nothing},
    {RA_IPC_KEY_PRESS, LEAVING, take_nothing},
    {RA_IPC_ASSIST, LEAVING, take_nothing},
    {RA_IPC_SOUND, LEAVING, take_nothing},
    {RA_IPC_CLIPBOARD, LEAVING, take_nothing},
    {RA_IPC_METER, LEAVING, take_nothing},
};

/* Not to be resumed: what a worker says that was taken over may be what its helper wants. */
static void end_liar(RaHelperSession *session)
{
    tell_ending_of(session, N_("The session is over: the side of %s broke its rules"),
                   N_("The session is over: the other side broke its rules"), NULL);
    ra_helper_session_finish(session);
}

void ra_helper_session_on_lied(gpointer data)
{
    RaHelperSession *session = data;
    ra_helper_session_note(session,
                           "the worker of this session gave back a frame that it had not: ended");
    end_liar(session);
}

static void on_message(RaPeer *peer, const RaIpcMessage *message, int fd, gpointer data)
{
    RaHelperSession *session = data;
    (void)peer;
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == message->kind && (rules[i].states & (1u << session->state)) != 0 &&
            rules[i].take(session, message, fd))
            return;
    }
    ra_helper_session_note(
        session, "the worker of this session broke the rules (message %u.%u, state %u): ended",
        (guint)message->kind, message->kind == RA_IPC_ASSIST ? (guint)message->assist.kind : 0,
        (guint)session->state);
    end_liar(session);
}

static void on_gone(RaPeer *peer, const GError *error, gpointer data)
{
    RaHelperSession *session = data;
    (void)peer;
    if (session->sharing != NULL) {
        if (g_error_matches(error, RA_ERROR, RA_ERROR_MALFORMED))
            end_liar(session);
        else
            ra_helper_session_break(session, error->message);
        return;
    }
    if (session->state != RA_HELPER_SESSION_LEAVING)
        ra_helper_session_note(session, "the session ended: %s", error->message);
    ra_helper_session_finish(session);
}

const RaPeerEvents ra_helper_session_peer_events = {.message = on_message, .gone = on_gone};

RaHelperSession *ra_helper_session_new(RaPeer *worker, const char *address, GHashTable *identities,
                                       const RaHelperSessionSetting *setting)
{
    RaHelperSession *session = g_new0(RaHelperSession, 1);
    session->setting = setting;
    session->worker = worker;
    session->identities = identities;
    session->address = ra_text_line(address, RA_TEXT_NAME_MAX);
    session->helper = g_strdup("");
    session->invitation = g_strdup("");
    session->novice = g_strdup("");
    session->timer = g_timeout_add_seconds(RA_HELPER_SESSION_ASK_SECONDS, on_time_out, session);
    ra_peer_set_events(worker, &ra_helper_session_peer_events, session);
    return session;
}

void ra_helper_session_free(RaHelperSession *session)
{
    if (session == NULL)
        return;
    drop_power(session);
    g_clear_handle_id(&session->ended_idle, g_source_remove);
    ra_peer_free(session->worker);
    ra_case_unref(session->talk);
    g_hash_table_unref(session->identities);
    g_free(session->address);
    g_free(session->helper);
    g_free(session->invitation);
    g_free(session->novice);
    g_free(session->downloads);
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

RaSecret *ra_helper_session_resume_key(const RaHelperSession *session, const char *identity)
{
    if (session->resume == NULL || !g_str_equal(ra_resume_identity(session->resume), identity))
        return NULL;
    if (session->state == RA_HELPER_SESSION_BROKEN &&
        ra_clock_boot(session->setting->clock) >= session->broken_until)
        return NULL;
    return ra_secret_ref(ra_resume_key(session->resume));
}

gboolean ra_helper_session_resumable(const RaHelperSession *session)
{
    return session->resume != NULL;
}

const char *ra_helper_session_novice(const RaHelperSession *session)
{
    return session->novice;
}

RaCase *ra_helper_session_case(const RaHelperSession *session)
{
    return session->talk;
}
