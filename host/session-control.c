/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/i18n.h"
#include "host/session-private.h"

static void answer_control(RaHelperSession *session, gboolean yes, RaGoodbye reason)
{
    const RaIpcMessage message = {
        .kind = RA_IPC_CONTROL_ANSWER, .allow.yes = yes, .allow.reason = reason};
    ra_peer_send(session->worker, &message, -1);
}

void ra_helper_session_update_clipboard(RaHelperSession *session)
{
    ra_case_set_control(session->talk, session->state == RA_HELPER_SESSION_CONTROLLING &&
                                           !ra_sharing_paused(session->sharing));
}

/* Control ends before the next event: nothing is injected once the rights have changed. */
static void end_control(RaHelperSession *session)
{
    session->revoked_at = g_get_monotonic_time();
    ra_sharing_set_rights(session->sharing, RA_RIGHT_VIEW);
    ra_helper_session_send_rights(session, RA_RIGHT_VIEW);
    ra_helper_session_set_state(session, RA_HELPER_SESSION_VIEWING);
    ra_helper_session_update_clipboard(session);
}

/* FALSE: there was no question. */
static gboolean drop_question(RaHelperSession *session)
{
    if (session->state != RA_HELPER_SESSION_REQUESTED)
        return FALSE;
    const guint question = session->question;
    session->question = 0;
    ra_questions_withdraw(session->setting->questions, question);
    session->refusals++;
    answer_control(session, FALSE, RA_GOODBYE_DECLINED);
    ra_helper_session_set_state(session, RA_HELPER_SESSION_VIEWING);
    return TRUE;
}

void ra_helper_session_take_back(RaHelperSession *session)
{
    if (session->state != RA_HELPER_SESSION_CONTROLLING) {
        (void)drop_question(session);
        return;
    }
    end_control(session);
    ra_case_event(session->talk, _("You took control back from %s"),
                  _("You took control back from your helper"));
}

void ra_helper_session_hold(RaHelperSession *session)
{
    if (session->sharing == NULL)
        return;
    ra_sharing_release_input(session->sharing);
    ra_sharing_clear_points(session->sharing);
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
        ra_helper_session_set_state(session, RA_HELPER_SESSION_VIEWING);
        ra_case_event(session->talk, _("%s asked for control, and did not get it"),
                      _("Your helper asked for control, and did not get it"));
        return;
    }
    /* In sight before it is in force. */
    ra_sharing_set_rights(session->sharing, RA_RIGHTS_ALL);
    ra_helper_session_set_state(session, RA_HELPER_SESSION_CONTROLLING);
    /* First: with the answer the worker may ask again. */
    ra_helper_session_send_rights(session, RA_RIGHTS_ALL);
    answer_control(session, TRUE, RA_GOODBYE_UNKNOWN);
    ra_helper_session_update_clipboard(session);
    ra_case_event(session->talk, _("%s controls your computer now: Esc stops it"),
                  _("Your helper controls your computer now: Esc stops it"));
}

gboolean ra_helper_session_take_want_control(RaHelperSession *session, const RaIpcMessage *message,
                                             int fd)
{
    (void)message, (void)fd;
    if ((session->rights & RA_RIGHT_CONTROL) == 0 || !ra_sharing_has_input(session->sharing)) {
        answer_control(session, FALSE, RA_GOODBYE_FORBIDDEN);
        return TRUE;
    }
    if (session->refusals < RA_HELPER_SESSION_REFUSALS_MAX) {
        ra_helper_session_set_state(session, RA_HELPER_SESSION_REQUESTED);
        session->question =
            ra_questions_ask(session->setting->questions, RA_QUESTION_CONTROL,
                             ra_helper_session_details(session), on_control_answered, session);
    }
    if (session->question == 0) {
        answer_control(session, FALSE, RA_GOODBYE_DECLINED);
        ra_helper_session_set_state(session, RA_HELPER_SESSION_VIEWING);
    }
    return TRUE;
}

gboolean ra_helper_session_take_return_control(RaHelperSession *session,
                                               const RaIpcMessage *message, int fd)
{
    (void)message, (void)fd;
    if (session->state != RA_HELPER_SESSION_CONTROLLING) {
        (void)drop_question(session);
        return TRUE;
    }
    end_control(session);
    ra_case_event(session->talk, _("%s gave control back"), _("Your helper gave control back"));
    return TRUE;
}

gboolean ra_helper_session_take_input(RaHelperSession *session, const RaIpcMessage *message, int fd)
{
    (void)fd;
    if (ra_questions_hold_input(session->setting->questions))
        ra_sharing_drop_input(session->sharing, message);
    else if (ra_sharing_inject(session->sharing, message))
        ra_questions_injected(session->setting->questions);
    return TRUE;
}

/* Input that was under way when control was taken back; never injected. */
gboolean ra_helper_session_take_late_input(RaHelperSession *session, const RaIpcMessage *message,
                                           int fd)
{
    (void)fd;
    ra_sharing_drop_input(session->sharing, message);
    return session->revoked_at != 0 && g_get_monotonic_time() - session->revoked_at <
                                           (gint64)RA_HELPER_SESSION_GRACE_SECONDS * G_USEC_PER_SEC;
}

void ra_helper_session_on_held(gboolean held, gpointer data)
{
    const RaAssist message = {.kind = RA_ASSIST_HELD, .flag = held};
    ra_helper_session_send_assist(data, &message);
}

void ra_helper_session_send_paused(RaHelperSession *session)
{
    const RaAssist message = {.kind = RA_ASSIST_PAUSED,
                              .flag = ra_sharing_paused(session->sharing)};
    ra_helper_session_send_assist(session, &message);
}

void ra_helper_session_pause(RaHelperSession *session, gboolean paused)
{
    if (session->sharing == NULL || ra_sharing_paused(session->sharing) == paused)
        return;
    ra_sharing_set_paused(session->sharing, paused);
    ra_helper_session_send_paused(session);
    ra_helper_session_update_clipboard(session);
    if (paused)
        ra_case_event(session->talk, _("You hid your screen from %s"),
                      _("You hid your screen from your helper"));
    else
        ra_case_event(session->talk, _("You show your screen to %s again"),
                      _("You show your screen to your helper again"));
    session->setting->events->changed(session, session->setting->data);
}

gboolean ra_helper_session_paused(const RaHelperSession *session)
{
    return session->sharing != NULL && ra_sharing_paused(session->sharing);
}

void ra_helper_session_show_chat(RaHelperSession *session, gboolean chat, guint unread)
{
    if (session->sharing != NULL)
        ra_sharing_set_chat(session->sharing, chat, unread);
}

gboolean ra_helper_session_was_controlled(const RaHelperSession *session)
{
    return session->was_controlled;
}
