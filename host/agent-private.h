/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of host/agent.h share: agent.c (listening, admitting, leaving), agent-watch.c
 * (who is told), agent-session.c (the session under way, and the last one),
 * agent-guard.c (what it sees of how questions are answered). */
#pragma once

#include "host/agent.h"
#include "host/gate.h"
#include "host/session.h"

typedef struct {
    const RaAgentEvents *events;
    gpointer data;
} RaAgentWatcher;

struct _RaAgent {
    RaAgentConfig config;
    RaQuestions *questions;
    RaInvitations *invitations;
    RaGate *gate;             /* NULL: does not listen */
    GPtrArray *sessions;      /* of RaHelperSession */
    RaHelperSession *current; /* the one that the novice was asked about; NULL for none */
    RaCase *talk;             /* of the last session that began; NULL for none */
    RaHelperSessionSetting setting;
    GArray *watchers;                  /* of RaAgentWatcher */
    gint64 keep_until, prepared_until; /* boot clock */
    guint timer, update_idle;
    guint attached;                 /* windows */
    RaGuard *guard;                 /* while a question is open */
    guint asked;                    /* questions that are open, and one more for a session */
    const RaHelperSession *guarded; /* that session; NULL: none */
    gboolean shutting_down, finished;
};

/* TRUE while there is a session that keeps the novice busy. */
gboolean ra_agent_under_way(const RaAgent *agent);

/* agent-guard.c: when a question opens, before anybody hears of it, and when it is settled. */
void ra_agent_open_guard(RaAgent *agent);
void ra_agent_close_guard(RaAgent *agent);

/* Whether "Chat" is on the sign of the session under way, and how much was not read yet. */
void ra_agent_show_chat(RaAgent *agent);

/* agent-watch.c */
void ra_agent_tell_asked(RaAgent *agent, const RaQuestion *question);
void ra_agent_tell_settled(RaAgent *agent, const RaQuestion *question, RaOutcome outcome);
void ra_agent_tell_changed(RaAgent *agent);
void ra_agent_tell_invitations(RaAgent *agent);
void ra_agent_tell_present(RaAgent *agent, const char *what);
void ra_agent_tell_note(const char *line, gpointer data); /* DATA: the agent */
void ra_agent_tell_ending(const char *line, gpointer data);
void ra_agent_tell_finished(RaAgent *agent);
extern const RaCaseEvents ra_agent_case_events; /* their data is the agent */
