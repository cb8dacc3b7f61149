/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The agent: listens while an invitation can be used, puts the helpers' requests to the novice as
 * questions, and holds the one session there is. Knows nothing of D-Bus or terminals: those watch
 * it (host/service.h, host/terminal.h).
 */
#pragma once

#include "base/settings.h"
#include "host/case.h"
#include "host/clock.h"
#include "host/desktop.h"
#include "host/invitations.h"
#include "host/peer.h"
#include "host/questions.h"

enum {
    RA_AGENT_LINGER_SECONDS = 60, /* with nothing to do, before it is idle; and how long it
                                     listens for an invitation that is being prepared */
    RA_AGENT_SESSIONS_MAX = 8,    /* at once: one is held, the others are being turned away */
    RA_AGENT_HOSTS_MAX = 16,      /* addresses in a ticket */
};

typedef struct {
    RaStore *store; /* all borrowed, to outlive the agent */
    const RaSettings *settings;
    const RaClock *clock;
    const RaDesktop *desktop;
    RaPeer *(*start_worker)(gpointer data, GError **error);
    gpointer worker_data;
    const char *store_dir;        /* watched for what other programs write; NULL: it is not */
    const char *const *listen;    /* addresses, NULL for those of the settings */
    const char *const *advertise; /* before those of the settings; may be NULL */
    guint16 port;                 /* exactly this one; 0: that of the store or the settings */
    gboolean bus_answers;
    guint question_seconds;
    guint linger_seconds; /* 0: idle at once where there is no invitation */
    gboolean stay;        /* never idle: a person started it */
    gboolean own_window;  /* there is a window to be started where none is attached */
} RaAgentConfig;

typedef enum {
    RA_AGENT_IDLE,
    RA_AGENT_LISTENING,
    RA_AGENT_ASKING,
    RA_AGENT_VIEWING, /* while the link is lost, too: ra_agent_link_lost() */
    RA_AGENT_CONTROLLING,
} RaAgentState;

/* Any may be NULL. */
typedef struct {
    void (*asked)(const RaQuestion *question, gpointer data);
    void (*settled)(const RaQuestion *question, RaOutcome outcome, gpointer data);
    /* State, helper, voice, whether the screen is hidden or the clipboard shared: one changed. */
    void (*changed)(gpointer data);
    /* What ra_agent_list() tells may be another story. */
    void (*invitations)(gpointer data);
    /* The novice wants to see the window; WHAT: "session", "chat". */
    void (*present)(const char *what, gpointer data);
    /* An entry of the history is new or changed; a file goes on; the levels of voice. */
    void (*history)(const RaHistoryEntry *entry, gpointer data);
    void (*transfer)(const RaTransfer *transfer, gpointer data);
    void (*levels)(guint ours, guint theirs, gpointer data);
    /* A session is over: a line for the log alone, since the history has it too. */
    void (*ending)(const char *line, gpointer data);
    /* A line for the log, safe to show. */
    void (*note)(const char *line, gpointer data);
    /* Nothing left to do, or shut down: the program may leave. */
    void (*finished)(gpointer data);
} RaAgentEvents;

typedef struct _RaAgent RaAgent;

/* Takes the invitations in the store, and listens from the main loop on if there are any.
 * RA_ERROR_FAILED where the store cannot be read; RA_ERROR_FORBIDDEN where CONFIG's port or
 * addresses are not those that a policy sets. */
RaAgent *ra_agent_new(const RaAgentConfig *config, GError **error);
void ra_agent_free(RaAgent *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaAgent, ra_agent_free)

/* EVENTS and DATA are borrowed until ra_agent_unwatch() with the same DATA. */
void ra_agent_watch(RaAgent *agent, const RaAgentEvents *events, gpointer data);
void ra_agent_unwatch(RaAgent *agent, gpointer data);

/* Listens for RA_AGENT_LINGER_SECONDS at the least, and tells where. *HOSTS is the caller's.
 * RA_ERROR_FORBIDDEN by policy; as ra_gate_new() fails. */
gboolean ra_agent_prepare(RaAgent *agent, guint16 *port, GStrv *hosts, GError **error);
/* Takes a new invitation from the store. RA_ERROR_NO_TICKET where it is not there or over;
 * RA_ERROR_FORBIDDEN by policy. */
gboolean ra_agent_register(RaAgent *agent, const char *id, GError **error);
gboolean ra_agent_cancel(RaAgent *agent, const char *id, GError **error);
/* All in the store, as ra_store_list(). */
GPtrArray *ra_agent_list(RaAgent *agent, GError **error);
/* These do nothing without a session. */
void ra_agent_end(RaAgent *agent);
void ra_agent_take_back_control(RaAgent *agent);
/* Hides the screen at once, or shows it again: that is for a person at this computer. */
void ra_agent_pause(RaAgent *agent, gboolean paused);
/* A window is there (or not any more): the agent stays while there is one. */
void ra_agent_attach(RaAgent *agent);
void ra_agent_detach(RaAgent *agent);
/* Tells those who watch: a line for the log, safe to show. */
void ra_agent_note(RaAgent *agent, const char *line);
/* Ends all in order; `finished` follows. */
void ra_agent_shut_down(RaAgent *agent);

RaQuestions *ra_agent_questions(RaAgent *agent); /* borrowed */
RaAgentState ra_agent_state(const RaAgent *agent);
/* "idle", "listening", "asking", "viewing", "controlling". */
const char *ra_agent_state_name(RaAgentState state);
/* Who is helping or asks to, safe to show; "" if nobody. Borrowed. */
const char *ra_agent_helper(const RaAgent *agent);
gboolean ra_agent_paused(const RaAgent *agent);
/* TRUE where a window has something to show: a question, a session, what was said and done. */
gboolean ra_agent_to_show(const RaAgent *agent);
/* TRUE from the first moment of control until that session is over: the helper may have left a
 * program behind. */
gboolean ra_agent_was_controlled(const RaAgent *agent);
gboolean ra_agent_link_lost(const RaAgent *agent);
/* Of the session under way or the last one, until the next begins; NULL before the first.
 * Borrowed. */
RaCase *ra_agent_case(RaAgent *agent);
guint16 ra_agent_port(const RaAgent *agent); /* 0: does not listen */
