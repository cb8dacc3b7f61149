/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/i18n.h"
#include "base/text.h"
#include "host/session-private.h"

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
    ra_helper_session_note(data, "the screen can no longer be shared: %s", error->message);
    ra_helper_session_leave(data, RA_GOODBYE_NO_SCREEN);
}

static void on_sharing_pause(gboolean paused, gpointer data)
{
    ra_helper_session_pause(data, paused);
}

static void on_sharing_mute(gboolean muted, gpointer data)
{
    (void)ra_case_mute(((RaHelperSession *)data)->talk, muted, NULL);
}

static void on_sharing_chat(gpointer data)
{
    RaHelperSession *session = data;
    session->setting->events->chat(session, session->setting->data);
}

GVariant *ra_helper_session_details(const RaHelperSession *session)
{
    GVariantDict dict;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "name", "s", session->helper);
    g_variant_dict_insert(&dict, "peer", "s", session->address);
    g_variant_dict_insert(&dict, "invitation", "s", session->invitation);
    g_variant_dict_insert(&dict, "to", "^as", session->recipients);
    g_variant_dict_insert(&dict, "start", "x", session->start);
    g_variant_dict_insert(&dict, "control", "b", (session->rights & RA_RIGHT_CONTROL) != 0);
    if (session->seal != RA_INVITATIONS_SEAL_UNKNOWN)
        g_variant_dict_insert(&dict, "password", "b", session->seal == RA_INVITATIONS_PASSWORD);
    return g_variant_dict_end(&dict);
}

static void take_terms(RaHelperSession *session, const RaHelperSessionTerms *terms)
{
    session->rights = terms->rights;
    session->features = terms->features & ~(guint)RA_FEATURE_CONTROL;
    if (!session->native) /* RFB itself has a clipboard and input */
        session->features &= RA_FEATURE_CLIPBOARD;
    if ((terms->rights & RA_RIGHT_CONTROL) != 0)
        session->features |= RA_FEATURE_CONTROL;
    g_strfreev(session->recipients);
    g_free(session->novice);
    g_free(session->downloads);
    session->recipients = g_strdupv((GStrv)terms->recipients);
    session->novice = ra_text_line(terms->novice != NULL ? terms->novice : "", RA_TEXT_NAME_MAX);
    session->downloads = g_strdup(terms->downloads);
    session->start = terms->start;
    session->seal = terms->seal;
}

static void open_case(RaHelperSession *session)
{
    g_autoptr(GVariant) details = g_variant_ref_sink(ra_helper_session_details(session));
    const RaCaseSetting setting = {.questions = session->setting->questions,
                                   .desktop = session->setting->desktop,
                                   .events = session->setting->case_events,
                                   .data = session->setting->data};
    const RaCaseTerms terms = {.novice = session->novice,
                               .helper = session->helper,
                               .features = session->features,
                               .native = session->native,
                               .downloads = session->downloads,
                               .details = details};
    session->talk = ra_case_new(&setting, &terms);
}

/* How to come back: a new one for each link. */
static void send_resume(RaHelperSession *session)
{
    g_clear_pointer(&session->resume, ra_resume_free);
    if (!session->native)
        return;
    RaAssist message;
    session->resume = ra_resume_new();
    ra_resume_write(session->resume, &message);
    ra_helper_session_send_assist(session, &message);
    ra_assist_clear(&message);
}

/* The screen and the rest for the worker that has just been told yes. */
static void begin_link(RaHelperSession *session)
{
    const RaIpcMessage yes = {.kind = RA_IPC_ALLOW, .allow.yes = TRUE};
    const RaAssist features = {.kind = RA_ASSIST_FEATURES, .features = session->features};
    ra_peer_send(session->worker, &yes, -1);
    ra_helper_session_send_rights(session, RA_RIGHT_VIEW);
    ra_helper_session_send_assist(session, &features);
    ra_sharing_begin(session->sharing);
    if (ra_sharing_paused(session->sharing))
        ra_helper_session_send_paused(session);
    send_resume(session);
    session->revoked_at = 0;
    ra_helper_session_set_state(session, RA_HELPER_SESSION_VIEWING);
    ra_case_link(session->talk, session->worker, session->sharing);
}

/* Makes what the novice's yes allows. NULL: *REASON tells the helper why not. */
static RaSharing *start_sharing(RaHelperSession *session, RaGoodbye *reason)
{
    static const RaSharingEvents events = {.stop = on_sharing_stop,
                                           .end = on_sharing_end,
                                           .lost = on_sharing_lost,
                                           .lied = ra_helper_session_on_lied,
                                           .held = ra_helper_session_on_held,
                                           .pause = on_sharing_pause,
                                           .mute = on_sharing_mute,
                                           .chat = on_sharing_chat};
    g_autoptr(GError) error = NULL;
    RaHelperSessionTerms terms = {0};
    *reason = session->setting->events->admit(session, session->invitation, &terms,
                                              session->setting->data);
    if (*reason != RA_GOODBYE_UNKNOWN)
        return NULL;
    take_terms(session, &terms);
    RaSharing *sharing = ra_sharing_new(session->setting->desktop, session->helper, session->worker,
                                        &events, session, &error);
    if (sharing == NULL) {
        *reason = RA_GOODBYE_NO_SCREEN;
        ra_helper_session_note(session, "the screen cannot be shared: %s", error->message);
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
        ra_helper_session_note(session, "%s may not connect: %s", ra_helper_session_who(session),
                               ra_goodbye_text(reason));
        ra_helper_session_refuse(session, reason);
        return;
    }
    session->sharing = sharing;
    open_case(session);
    session->setting->events->began(session, session->setting->data);
    begin_link(session);
    ra_case_event(session->talk, _("%s sees your screen now"),
                  _("Your helper sees your screen now"));
}

/* A helper who comes back: this worker goes on with the session that they left. */
static gboolean take_return(RaHelperSession *session, const RaIpcMessage *message)
{
    RaHelperSession *old =
        session->setting->events->resumes(message->ask.identity, session->setting->data);
    if (old != NULL && old != session && message->ask.native) {
        ra_helper_session_adopt(old, session);
        return TRUE;
    }
    ra_helper_session_note(session, "%s: came back too late, or a second time", session->address);
    ra_helper_session_refuse(session, RA_GOODBYE_EXPIRED);
    return TRUE;
}

gboolean ra_helper_session_take_ask(RaHelperSession *session, const RaIpcMessage *message, int fd)
{
    const char *identity = message->ask.identity;
    (void)fd;
    if (!g_hash_table_contains(session->identities, identity))
        return FALSE;
    g_clear_handle_id(&session->timer, g_source_remove);
    if (ra_resume_is_identity(identity))
        return take_return(session, message);
    g_free(session->helper);
    g_free(session->invitation);
    session->helper = ra_text_name(message->ask.name);
    session->invitation = g_strdup(identity);
    session->native = message->ask.native;
    RaHelperSessionTerms terms = {0};
    const RaGoodbye no =
        session->setting->events->admit(session, identity, &terms, session->setting->data);
    if (no != RA_GOODBYE_UNKNOWN) {
        ra_helper_session_note(session, "%s at %s may not connect: %s",
                               ra_helper_session_who(session), session->address,
                               ra_goodbye_text(no));
        ra_helper_session_refuse(session, no);
        return TRUE;
    }
    take_terms(session, &terms);
    ra_helper_session_set_state(session, RA_HELPER_SESSION_ASKING);
    session->question =
        ra_questions_ask(session->setting->questions, RA_QUESTION_CONNECT,
                         ra_helper_session_details(session), on_connect_answered, session);
    if (session->question == 0)
        ra_helper_session_refuse(session, RA_GOODBYE_NO_ANSWER);
    return TRUE;
}

void ra_helper_session_adopt(RaHelperSession *session, RaHelperSession *fresh)
{
    g_autoptr(GError) error = NULL;
    if (session->state != RA_HELPER_SESSION_BROKEN)
        ra_helper_session_break(session, "they have come back over a new one");
    g_clear_handle_id(&session->timer, g_source_remove);
    session->worker = g_steal_pointer(&fresh->worker);
    g_hash_table_unref(session->identities);
    session->identities = g_hash_table_ref(fresh->identities);
    g_free(session->address);
    session->address = g_strdup(fresh->address);
    ra_peer_set_events(session->worker, &ra_helper_session_peer_events, session);
    ra_helper_session_finish(fresh);
    if (!ra_sharing_regain(session->sharing, session->worker, &error)) {
        on_sharing_lost(error, session);
        return;
    }
    begin_link(session);
    ra_case_event(session->talk, _("%s is back, and sees your screen again"),
                  _("Your helper is back, and sees your screen again"));
}
