/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/agent.h"

#include "base/error.h"
#include "host/gate.h"
#include "host/session.h"

typedef struct {
    const RaAgentEvents *events;
    gpointer data;
} Watcher;

struct _RaAgent {
    RaAgentConfig config;
    RaQuestions *questions;
    RaInvitations *invitations;
    RaGate *gate;             /* NULL: does not listen */
    GPtrArray *sessions;      /* of RaHelperSession */
    RaHelperSession *current; /* the one that the novice was asked about; NULL for none */
    RaHelperSessionSetting setting;
    GArray *watchers;
    gint64 keep_until, prepared_until; /* boot clock */
    guint timer, update_idle;
    gboolean shutting_down, finished;
};

static void tell_changed(RaAgent *agent)
{
    for (guint i = 0; i < agent->watchers->len; i++) {
        const Watcher *watcher = &g_array_index(agent->watchers, Watcher, i);
        if (watcher->events->changed != NULL)
            watcher->events->changed(watcher->data);
    }
}

static void tell_note(const char *line, gpointer data)
{
    RaAgent *agent = data;
    for (guint i = 0; i < agent->watchers->len; i++) {
        const Watcher *watcher = &g_array_index(agent->watchers, Watcher, i);
        if (watcher->events->note != NULL)
            watcher->events->note(line, watcher->data);
    }
}

static void tell_finished(RaAgent *agent)
{
    for (guint i = 0; i < agent->watchers->len; i++) {
        const Watcher *watcher = &g_array_index(agent->watchers, Watcher, i);
        if (watcher->events->finished != NULL)
            watcher->events->finished(watcher->data);
    }
}

static void on_asked(const RaQuestion *question, gpointer data)
{
    RaAgent *agent = data;
    if (agent->current != NULL)
        ra_helper_session_hold(agent->current);
    for (guint i = 0; i < agent->watchers->len; i++) {
        const Watcher *watcher = &g_array_index(agent->watchers, Watcher, i);
        if (watcher->events->asked != NULL)
            watcher->events->asked(question, watcher->data);
    }
}

static void on_settled(const RaQuestion *question, RaOutcome outcome, gpointer data)
{
    RaAgent *agent = data;
    if (question->kind == RA_QUESTION_CONNECT && outcome != RA_OUTCOME_TIMEOUT &&
        agent->current != NULL)
        ra_invitations_answered(agent->invitations, ra_helper_session_invitation(agent->current),
                                outcome == RA_OUTCOME_YES);
    for (guint i = 0; i < agent->watchers->len; i++) {
        const Watcher *watcher = &g_array_index(agent->watchers, Watcher, i);
        if (watcher->events->settled != NULL)
            watcher->events->settled(question, outcome, watcher->data);
    }
}

/* TRUE while SESSION keeps the novice busy. */
static gboolean under_way(const RaHelperSession *session)
{
    return session != NULL && ra_helper_session_state(session) >= RA_HELPER_SESSION_ASKING &&
           ra_helper_session_state(session) < RA_HELPER_SESSION_LEAVING;
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

static void schedule_update(RaAgent *agent);

static RaGoodbye on_admit(RaHelperSession *session, const char *id, RaHelperSessionTerms *ret,
                          gpointer data)
{
    RaAgent *agent = data;
    if (agent->shutting_down)
        return RA_GOODBYE_SHUTTING_DOWN;
    if (agent->current != session && under_way(agent->current))
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
    ret->recipients = ra_invitations_recipients(agent->invitations, id);
    agent->current = session;
    return RA_GOODBYE_UNKNOWN;
}

static void on_began(RaHelperSession *session, gpointer data)
{
    RaAgent *agent = data;
    g_autoptr(GError) error = NULL;
    if (!ra_invitations_mark_used(agent->invitations, ra_helper_session_invitation(session),
                                  &error))
        tell_note(error->message, agent);
}

static void on_session_changed(RaHelperSession *session, gpointer data)
{
    (void)session;
    tell_changed(data);
}

static void on_session_ended(RaHelperSession *session, gpointer data)
{
    RaAgent *agent = data;
    if (agent->current == session)
        agent->current = NULL;
    g_ptr_array_remove(agent->sessions, session);
    agent->keep_until =
        MAX(agent->keep_until, ra_clock_boot(agent->config.clock) +
                                   agent->config.linger_seconds * (gint64)G_USEC_PER_SEC);
    tell_changed(agent);
    schedule_update(agent);
}

static RaPeer *on_start_worker(gpointer data, GError **error)
{
    RaAgent *agent = data;
    return agent->config.start_worker(agent->config.worker_data, error);
}

static RaInvitation *on_find(const char *id, gpointer data)
{
    return ra_invitations_find(((RaAgent *)data)->invitations, id);
}

static void on_authenticated(RaPeer *worker, const char *address, GHashTable *identities,
                             gpointer data)
{
    RaAgent *agent = data;
    if (agent->sessions->len >= RA_AGENT_SESSIONS_MAX) {
        tell_note("too many helpers connect at once: one was turned away", agent);
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
                                        .note = tell_note};
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
        tell_note(line, agent);
    }
    g_autoptr(GError) local = NULL;
    if (port != kept && !ra_store_set_port(agent->config.store, port, &local))
        tell_note(local->message, agent);
    tell_changed(agent);
    return TRUE;
}

static void close_gate(RaAgent *agent)
{
    if (agent->gate == NULL)
        return;
    g_clear_pointer(&agent->gate, ra_gate_free);
    tell_changed(agent);
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
        (ra_invitations_count(agent->invitations) > 0 || now < agent->prepared_until);
    if (!listen)
        close_gate(agent);
    else if (!open_gate(agent, &error))
        tell_note(error->message, agent);
    const gboolean busy = listen || agent->sessions->len > 0;
    const gboolean keep = !agent->shutting_down && (agent->config.stay || now < agent->keep_until);
    if (!busy && !keep && !agent->finished) {
        agent->finished = TRUE;
        tell_finished(agent);
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
    static const RaQuestionsEvents questions = {.asked = on_asked, .settled = on_settled};
    static const RaHelperSessionEvents sessions = {.admit = on_admit,
                                                   .began = on_began,
                                                   .changed = on_session_changed,
                                                   .ended = on_session_ended,
                                                   .note = tell_note};
    if (!check_policy(config, error))
        return NULL;
    g_autoptr(RaAgent) agent = g_new0(RaAgent, 1);
    agent->config = *config;
    agent->watchers = g_array_new(FALSE, FALSE, sizeof(Watcher));
    agent->sessions = g_ptr_array_new_with_free_func((GDestroyNotify)ra_helper_session_free);
    agent->questions = ra_questions_new(config->question_seconds, config->bus_answers,
                                        config->clock, &questions, agent);
    agent->setting = (RaHelperSessionSetting){.questions = agent->questions,
                                              .desktop = config->desktop,
                                              .events = &sessions,
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
    ra_gate_free(agent->gate);
    ra_questions_free(agent->questions);
    ra_invitations_free(agent->invitations);
    g_clear_handle_id(&agent->timer, g_source_remove);
    g_clear_handle_id(&agent->update_idle, g_source_remove);
    g_array_unref(agent->watchers);
    g_free(agent);
}

void ra_agent_watch(RaAgent *agent, const RaAgentEvents *events, gpointer data)
{
    const Watcher watcher = {events, data};
    g_array_append_val(agent->watchers, watcher);
}

void ra_agent_unwatch(RaAgent *agent, gpointer data)
{
    for (guint i = 0; i < agent->watchers->len; i++) {
        if (g_array_index(agent->watchers, Watcher, i).data == data) {
            g_array_remove_index(agent->watchers, i);
            return;
        }
    }
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

void ra_agent_end(RaAgent *agent)
{
    if (under_way(agent->current))
        ra_helper_session_leave(agent->current, RA_GOODBYE_ENDED);
}

void ra_agent_take_back_control(RaAgent *agent)
{
    if (under_way(agent->current))
        ra_helper_session_take_back(agent->current);
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

RaAgentState ra_agent_state(const RaAgent *agent)
{
    if (!under_way(agent->current))
        return agent->gate != NULL ? RA_AGENT_LISTENING : RA_AGENT_IDLE;
    switch (ra_helper_session_state(agent->current)) {
    case RA_HELPER_SESSION_ASKING:
        return RA_AGENT_ASKING;
    case RA_HELPER_SESSION_CONTROLLING:
        return RA_AGENT_CONTROLLING;
    default:
        return RA_AGENT_VIEWING;
    }
}

const char *ra_agent_state_name(RaAgentState state)
{
    static const char *const names[] = {"idle", "listening", "asking", "viewing", "controlling"};
    return names[state];
}

const char *ra_agent_helper(const RaAgent *agent)
{
    return under_way(agent->current) ? ra_helper_session_helper(agent->current) : "";
}

guint16 ra_agent_port(const RaAgent *agent)
{
    return agent->gate != NULL ? ra_gate_port(agent->gate) : 0;
}
