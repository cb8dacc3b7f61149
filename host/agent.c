/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "host/agent-private.h"

static void on_asked(const RaQuestion *question, gpointer data)
{
    RaAgent *agent = data;
    ra_agent_open_guard(agent);
    if (agent->current != NULL)
        ra_helper_session_hold(agent->current);
    ra_agent_tell_asked(agent, question);
}

static void on_settled(const RaQuestion *question, RaOutcome outcome, gpointer data)
{
    RaAgent *agent = data;
    ra_agent_close_guard(agent);
    if (question->kind == RA_QUESTION_CONNECT && outcome != RA_OUTCOME_TIMEOUT &&
        agent->current != NULL)
        ra_invitations_answered(agent->invitations, ra_helper_session_invitation(agent->current),
                                outcome == RA_OUTCOME_YES);
    ra_agent_tell_settled(agent, question, outcome);
}

static gboolean on_controlled(gpointer data)
{
    return ra_agent_state(data) == RA_AGENT_CONTROLLING;
}

static gboolean allowed(const RaAgent *agent, GError **error)
{
    if (ra_settings_boolean(agent->config.settings, "Invitation.Enabled"))
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                "asking for help is switched off on this computer%s",
                ra_settings_locked(agent->config.settings, "Invitation.Enabled")
                    ? ": ask your administrator"
                    : " (Invitation.Enabled in the settings)");
    return FALSE;
}

static RaFeatures features(const RaSettings *settings)
{
    static const struct {
        const char *key;
        RaFeatures feature;
    } table[] = {
        {"Session.Chat", RA_FEATURE_CHAT},      {"Session.Files", RA_FEATURE_FILES},
        {"Session.Voice", RA_FEATURE_VOICE},    {"Session.Clipboard", RA_FEATURE_CLIPBOARD},
        {"Session.Pointing", RA_FEATURE_POINT},
    };
    guint ret = RA_FEATURE_CONTROL; /* has a rule of its own: RaRights */
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        if (ra_settings_boolean(settings, table[i].key))
            ret |= table[i].feature;
    }
    return ret;
}

static void schedule_update(RaAgent *agent);

static RaGoodbye on_admit(RaHelperSession *session, const char *id, RaHelperSessionTerms *ret,
                          gpointer data)
{
    RaAgent *agent = data;
    if (agent->shutting_down)
        return RA_GOODBYE_SHUTTING_DOWN;
    if (agent->current != session && ra_agent_under_way(agent))
        return RA_GOODBYE_BUSY;
    if (!allowed(agent, NULL))
        return RA_GOODBYE_FORBIDDEN;
    g_autoptr(RaInvitation) invitation = ra_invitations_find(agent->invitations, id);
    if (invitation == NULL)
        return RA_GOODBYE_EXPIRED;
    if (ra_helper_session_state(session) == RA_HELPER_SESSION_NEW &&
        !ra_invitations_may_ask(agent->invitations, id))
        return RA_GOODBYE_DECLINED;
    ret->rights = ra_invitation_rights(invitation);
    if (!ra_settings_boolean(agent->config.settings, "Invitation.AllowControl"))
        ret->rights &= ~(guint)RA_RIGHT_CONTROL;
    ret->features = features(agent->config.settings);
    ret->recipients = ra_invitations_recipients(agent->invitations, id);
    ret->novice = ra_invitations_novice(agent->invitations, id);
    ret->start = ra_invitation_start(invitation);
    ret->seal = ra_invitations_seal(agent->invitations, id);
    ret->downloads = ra_settings_string(agent->config.settings, "Session.Downloads");
    agent->current = session;
    return RA_GOODBYE_UNKNOWN;
}

static void on_began(RaHelperSession *session, gpointer data)
{
    RaAgent *agent = data;
    g_autoptr(GError) error = NULL;
    ra_case_unref(agent->talk);
    agent->talk = ra_case_ref(ra_helper_session_case(session));
    if (!ra_invitations_mark_used(agent->invitations, ra_helper_session_invitation(session),
                                  &error))
        ra_agent_tell_note(error->message, agent);
    if (agent->guarded == NULL)
        ra_agent_open_guard(agent);
    agent->guarded = session;
    ra_agent_tell_invitations(agent);
    ra_agent_show_chat(agent);
}

static RaHelperSession *on_resumes(const char *identity, gpointer data)
{
    RaAgent *agent = data;
    if (agent->shutting_down || !ra_agent_under_way(agent) || !allowed(agent, NULL))
        return NULL;
    g_autoptr(RaSecret) key = ra_helper_session_resume_key(agent->current, identity);
    return key != NULL ? agent->current : NULL;
}

static void on_session_changed(RaHelperSession *session, gpointer data)
{
    RaAgent *agent = data;
    (void)session;
    ra_agent_tell_changed(agent);
    if (!ra_agent_under_way(agent))
        schedule_update(agent); /* nobody comes back to it: perhaps nobody is listened for */
}

static void on_session_ended(RaHelperSession *session, gpointer data)
{
    RaAgent *agent = data;
    if (agent->current == session)
        agent->current = NULL;
    if (agent->guarded == session) {
        agent->guarded = NULL;
        ra_agent_close_guard(agent);
    }
    g_ptr_array_remove(agent->sessions, session);
    agent->keep_until =
        MAX(agent->keep_until, ra_clock_boot(agent->config.clock) +
                                   agent->config.linger_seconds * (gint64)G_USEC_PER_SEC);
    ra_agent_tell_changed(agent);
    schedule_update(agent);
}

static RaPeer *on_start_worker(gpointer data, GError **error)
{
    RaAgent *agent = data;
    return agent->config.start_worker(agent->config.worker_data, error);
}

static RaSecret *on_find(const char *identity, char **name, gpointer data)
{
    RaAgent *agent = data;
    if (ra_resume_is_identity(identity)) {
        RaHelperSession *session = on_resumes(identity, agent);
        if (session == NULL)
            return NULL;
        *name = g_strdup(ra_helper_session_novice(session));
        return ra_helper_session_resume_key(session, identity);
    }
    g_autoptr(RaInvitation) invitation = ra_invitations_find(agent->invitations, identity);
    if (invitation == NULL)
        return NULL;
    *name = g_strdup(ra_invitation_name(invitation));
    return ra_secret_ref(ra_invitation_key(invitation));
}

static void on_authenticated(RaPeer *worker, const char *address, GHashTable *identities,
                             gpointer data)
{
    RaAgent *agent = data;
    if (agent->sessions->len >= RA_AGENT_SESSIONS_MAX) {
        ra_agent_tell_note("too many helpers connect at once: one was turned away", agent);
        ra_peer_free(worker);
        g_hash_table_unref(identities);
        return;
    }
    g_ptr_array_add(agent->sessions,
                    ra_helper_session_new(worker, address, identities, &agent->setting));
}

/* Where to listen. Tickets that are out name a port: it is kept while any of them is open. */
static RaGatePlace place(RaAgent *agent)
{
    const RaSettings *settings = agent->config.settings;
    RaGatePlace place = {.addresses = agent->config.listen != NULL
                                          ? agent->config.listen
                                          : ra_settings_list(settings, "Link.Listen"),
                         .port = agent->config.port,
                         .exact = agent->config.port != 0};
    if (place.port == 0 && ra_invitations_count(agent->invitations) > 0)
        place.port = ra_store_port(agent->config.store);
    if (place.port == 0)
        place.port = (guint16)ra_settings_integer(settings, "Link.Port");
    return place;
}

static gboolean open_gate(RaAgent *agent, GError **error)
{
    static const RaGateEvents events = {.start_worker = on_start_worker,
                                        .find = on_find,
                                        .authenticated = on_authenticated,
                                        .note = ra_agent_tell_note};
    if (agent->gate != NULL)
        return TRUE;
    const guint16 kept = ra_store_port(agent->config.store);
    const gboolean named = kept != 0 && ra_invitations_count(agent->invitations) > 0;
    const RaGatePlace where = place(agent);
    agent->gate = ra_gate_new(&where, &events, agent, error);
    if (agent->gate == NULL)
        return FALSE;
    const guint16 port = ra_gate_port(agent->gate);
    if (named && port != kept) {
        g_autofree char *line = g_strdup_printf(
            "listens on port %u, but invitations that are open name port %u: helpers who have "
            "them cannot connect; cancel them and invite again",
            port, kept);
        ra_agent_tell_note(line, agent);
    }
    g_autoptr(GError) local = NULL;
    if (port != kept && !ra_store_set_port(agent->config.store, port, &local))
        ra_agent_tell_note(local->message, agent);
    ra_agent_tell_changed(agent);
    return TRUE;
}

static void close_gate(RaAgent *agent)
{
    if (agent->gate == NULL)
        return;
    g_clear_pointer(&agent->gate, ra_gate_free);
    ra_agent_tell_changed(agent);
}

static gboolean on_timer(gpointer data)
{
    RaAgent *agent = data;
    agent->timer = 0;
    schedule_update(agent);
    return G_SOURCE_REMOVE;
}

/* What was asked for an invitation that is over now is withdrawn. */
static void leave_if_over(RaAgent *agent)
{
    if (agent->current == NULL ||
        ra_helper_session_state(agent->current) != RA_HELPER_SESSION_ASKING)
        return;
    g_autoptr(RaInvitation) invitation =
        ra_invitations_find(agent->invitations, ra_helper_session_invitation(agent->current));
    if (invitation == NULL)
        ra_helper_session_leave(agent->current, RA_GOODBYE_EXPIRED);
}

/* Makes what runs agree with what is needed; the one place where the gate closes. */
static gboolean update(gpointer data)
{
    RaAgent *agent = data;
    g_autoptr(GError) error = NULL;
    agent->update_idle = 0;
    g_clear_handle_id(&agent->timer, g_source_remove);
    leave_if_over(agent);
    const gint64 now = ra_clock_boot(agent->config.clock);
    const gboolean listen =
        !agent->shutting_down &&
        (ra_invitations_count(agent->invitations) > 0 || now < agent->prepared_until ||
         (ra_agent_under_way(agent) && ra_helper_session_resumable(agent->current)));
    if (!listen)
        close_gate(agent);
    else if (!open_gate(agent, &error))
        ra_agent_tell_note(error->message, agent);
    const gboolean busy = listen || agent->sessions->len > 0;
    const gboolean keep = !agent->shutting_down &&
                          (agent->config.stay || agent->attached > 0 || now < agent->keep_until);
    if (!busy && !keep && !agent->finished) {
        agent->finished = TRUE;
        ra_agent_tell_finished(agent);
    } else {
        const gint64 next = MAX(agent->keep_until, agent->prepared_until) - now;
        const gint64 wait = next > 0 ? next / 1000 + 1 : RA_AGENT_LINGER_SECONDS * 1000;
        agent->timer =
            g_timeout_add((guint)MIN(wait, RA_AGENT_LINGER_SECONDS * 1000), on_timer, agent);
    }
    return G_SOURCE_REMOVE;
}

static void schedule_update(RaAgent *agent)
{
    if (agent->update_idle == 0)
        agent->update_idle = g_idle_add(update, agent);
}

static void on_invitations_changed(gpointer data)
{
    schedule_update(data);
    ra_agent_tell_invitations(data);
}

static void on_chat(RaHelperSession *session, gpointer data)
{
    RaAgent *agent = data;
    if (session == agent->current)
        ra_agent_tell_present(agent, "chat");
}

static void touch(RaAgent *agent)
{
    agent->keep_until =
        ra_clock_boot(agent->config.clock) + agent->config.linger_seconds * (gint64)G_USEC_PER_SEC;
    agent->finished = FALSE;
    schedule_update(agent);
}

/* The administrator's word on where to listen stands above the options. */
static gboolean check_policy(const RaAgentConfig *config, GError **error)
{
    const RaSettings *settings = config->settings;
    const char *const *set = ra_settings_list(settings, "Link.Listen");
    const char *locked = NULL;
    if (config->port != 0 && ra_settings_locked(settings, "Link.Port") &&
        config->port != ra_settings_integer(settings, "Link.Port"))
        locked = "port (Link.Port): leave out --port";
    for (guint i = 0; config->listen != NULL && config->listen[i] != NULL; i++) {
        if (ra_settings_locked(settings, "Link.Listen") && !g_strv_contains(set, config->listen[i]))
            locked = "addresses to listen at (Link.Listen): leave out --listen";
    }
    if (locked == NULL)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN, "a policy on this computer sets the %s",
                locked);
    return FALSE;
}

RaAgent *ra_agent_new(const RaAgentConfig *config, GError **error)
{
    static const RaQuestionsEvents questions = {
        .asked = on_asked, .settled = on_settled, .controlled = on_controlled};
    static const RaHelperSessionEvents sessions = {.admit = on_admit,
                                                   .resumes = on_resumes,
                                                   .began = on_began,
                                                   .changed = on_session_changed,
                                                   .ended = on_session_ended,
                                                   .chat = on_chat,
                                                   .ending = ra_agent_tell_ending,
                                                   .note = ra_agent_tell_note};
    if (!check_policy(config, error))
        return NULL;
    g_autoptr(RaAgent) agent = g_new0(RaAgent, 1);
    agent->config = *config;
    agent->watchers = g_array_new(FALSE, FALSE, sizeof(RaAgentWatcher));
    agent->sessions = g_ptr_array_new_with_free_func((GDestroyNotify)ra_helper_session_free);
    agent->questions = ra_questions_new(config->question_seconds, config->bus_answers,
                                        config->clock, &questions, agent);
    agent->setting = (RaHelperSessionSetting){.questions = agent->questions,
                                              .desktop = config->desktop,
                                              .clock = config->clock,
                                              .events = &sessions,
                                              .case_events = &ra_agent_case_events,
                                              .data = agent};
    agent->invitations =
        ra_invitations_new(config->store, config->clock, on_invitations_changed, agent);
    if (!ra_invitations_reload(agent->invitations, error))
        return NULL;
    if (config->store_dir != NULL)
        ra_invitations_watch(agent->invitations, config->store_dir);
    touch(agent);
    return g_steal_pointer(&agent);
}

void ra_agent_free(RaAgent *agent)
{
    if (agent == NULL)
        return;
    g_array_set_size(agent->watchers, 0);
    agent->current = NULL;
    g_ptr_array_unref(agent->sessions);
    ra_case_unref(agent->talk);
    ra_gate_free(agent->gate);
    ra_questions_free(agent->questions);
    ra_guard_free(agent->guard);
    ra_invitations_free(agent->invitations);
    g_clear_handle_id(&agent->timer, g_source_remove);
    g_clear_handle_id(&agent->update_idle, g_source_remove);
    g_array_unref(agent->watchers);
    g_free(agent);
}

gboolean ra_agent_prepare(RaAgent *agent, guint16 *port, GStrv *hosts, GError **error)
{
    touch(agent);
    if (!allowed(agent, error) || !open_gate(agent, error))
        return FALSE;
    agent->prepared_until =
        ra_clock_boot(agent->config.clock) + RA_AGENT_LINGER_SECONDS * (gint64)G_USEC_PER_SEC;
    g_autoptr(GStrvBuilder) advertise = g_strv_builder_new();
    if (agent->config.advertise != NULL)
        g_strv_builder_addv(advertise, (const char **)agent->config.advertise);
    g_strv_builder_addv(advertise,
                        (const char **)ra_settings_list(agent->config.settings, "Link.Advertise"));
    g_auto(GStrv) all = g_strv_builder_end(advertise);
    *port = ra_gate_port(agent->gate);
    *hosts = ra_gate_hosts(agent->gate, (const char *const *)all, RA_AGENT_HOSTS_MAX);
    return TRUE;
}

gboolean ra_agent_register(RaAgent *agent, const char *id, GError **error)
{
    touch(agent);
    if (!allowed(agent, error) || !ra_invitations_reload(agent->invitations, error))
        return FALSE;
    g_autoptr(RaInvitation) invitation = ra_invitations_find(agent->invitations, id);
    if (invitation != NULL)
        return open_gate(agent, error);
    g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                "there is no invitation with this id that can be used now");
    return FALSE;
}

gboolean ra_agent_cancel(RaAgent *agent, const char *id, GError **error)
{
    touch(agent);
    const gboolean done = ra_invitations_cancel(agent->invitations, id, error);
    leave_if_over(agent);
    return done;
}

GPtrArray *ra_agent_list(RaAgent *agent, GError **error)
{
    touch(agent);
    if (!ra_invitations_reload(agent->invitations, error))
        return NULL;
    return ra_store_list(agent->config.store, NULL, error);
}

void ra_agent_shut_down(RaAgent *agent)
{
    agent->shutting_down = TRUE;
    for (guint i = 0; i < agent->sessions->len; i++)
        ra_helper_session_leave(g_ptr_array_index(agent->sessions, i), RA_GOODBYE_SHUTTING_DOWN);
    schedule_update(agent);
}

RaQuestions *ra_agent_questions(RaAgent *agent)
{
    return agent->questions;
}

void ra_agent_attach(RaAgent *agent)
{
    agent->attached++;
    ra_agent_show_chat(agent);
    touch(agent);
}

void ra_agent_detach(RaAgent *agent)
{
    g_return_if_fail(agent->attached > 0);
    agent->attached--;
    ra_agent_show_chat(agent);
    touch(agent);
}

guint16 ra_agent_port(const RaAgent *agent)
{
    return agent->gate != NULL ? ra_gate_port(agent->gate) : 0;
}
