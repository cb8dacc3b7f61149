/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/agent-private.h"

/* The index behind the watcher at I, that of DATA, which may have gone meanwhile. */
static guint behind(const RaAgent *agent, guint i, gconstpointer data)
{
    const gboolean there =
        i < agent->watchers->len && g_array_index(agent->watchers, RaAgentWatcher, i).data == data;
    return there ? i + 1 : i;
}

/* Calls EVENT of each watcher that has it, with ARGUMENTS in brackets; one may unwatch itself. */
#define TELL(agent, event, arguments)                                                       \
    for (guint i = 0; i < (agent)->watchers->len;) {                                        \
        const RaAgentWatcher watcher = g_array_index((agent)->watchers, RaAgentWatcher, i); \
        if (watcher.events->event != NULL)                                                  \
            watcher.events->event arguments;                                                \
        i = behind(agent, i, watcher.data);                                                 \
    }

void ra_agent_tell_asked(RaAgent *agent, const RaQuestion *question)
{
    TELL(agent, asked, (question, watcher.data))
}

void ra_agent_tell_settled(RaAgent *agent, const RaQuestion *question, RaOutcome outcome)
{
    TELL(agent, settled, (question, outcome, watcher.data))
}

void ra_agent_tell_note(const char *line, gpointer data)
{
    RaAgent *agent = data;
    TELL(agent, note, (line, watcher.data))
}

void ra_agent_tell_ending(const char *line, gpointer data)
{
    RaAgent *agent = data;
    TELL(agent, ending, (line, watcher.data))
}

void ra_agent_tell_changed(RaAgent *agent)
{
    TELL(agent, changed, (watcher.data))
}

void ra_agent_tell_finished(RaAgent *agent)
{
    TELL(agent, finished, (watcher.data))
}

void ra_agent_tell_invitations(RaAgent *agent)
{
    TELL(agent, invitations, (watcher.data))
}

void ra_agent_tell_present(RaAgent *agent, const char *what)
{
    TELL(agent, present, (what, watcher.data))
}

void ra_agent_note(RaAgent *agent, const char *line)
{
    ra_agent_tell_note(line, agent);
}

static void on_history(const RaHistoryEntry *entry, gpointer data)
{
    RaAgent *agent = data;
    ra_agent_show_chat(agent);
    TELL(agent, history, (entry, watcher.data))
}

static void on_transfer(const RaTransfer *transfer, gpointer data)
{
    RaAgent *agent = data;
    TELL(agent, transfer, (transfer, watcher.data))
}

static void on_changed(gpointer data)
{
    ra_agent_tell_changed(data);
}

static void on_levels(guint ours, guint theirs, gpointer data)
{
    RaAgent *agent = data;
    TELL(agent, levels, (ours, theirs, watcher.data))
}

const RaCaseEvents ra_agent_case_events = {
    .history = on_history, .transfer = on_transfer, .changed = on_changed, .levels = on_levels};

void ra_agent_watch(RaAgent *agent, const RaAgentEvents *events, gpointer data)
{
    const RaAgentWatcher watcher = {events, data};
    g_array_append_val(agent->watchers, watcher);
}

void ra_agent_unwatch(RaAgent *agent, gpointer data)
{
    for (guint i = 0; i < agent->watchers->len; i++) {
        if (g_array_index(agent->watchers, RaAgentWatcher, i).data == data) {
            g_array_remove_index(agent->watchers, i);
            return;
        }
    }
}
