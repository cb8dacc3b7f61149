/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/agent-private.h"

/* Calls EVENT of each watcher that has it; one of them may unwatch meanwhile. */
#define TELL(agent, event, ...)                                                               \
    for (guint i = 0; i < (agent)->watchers->len; i++) {                                      \
        const RaAgentWatcher *watcher = &g_array_index((agent)->watchers, RaAgentWatcher, i); \
        if (watcher->events->event != NULL)                                                   \
            watcher->events->event(__VA_ARGS__, watcher->data);                               \
    }

void ra_agent_tell_asked(RaAgent *agent, const RaQuestion *question)
{
    TELL(agent, asked, question)
}

void ra_agent_tell_settled(RaAgent *agent, const RaQuestion *question, RaOutcome outcome)
{
    TELL(agent, settled, question, outcome)
}

void ra_agent_tell_note(const char *line, gpointer agent)
{
    TELL((RaAgent *)agent, note, line)
}

void ra_agent_tell_changed(RaAgent *agent)
{
    for (guint i = 0; i < agent->watchers->len; i++) {
        const RaAgentWatcher *watcher = &g_array_index(agent->watchers, RaAgentWatcher, i);
        if (watcher->events->changed != NULL)
            watcher->events->changed(watcher->data);
    }
}

void ra_agent_tell_finished(RaAgent *agent)
{
    for (guint i = 0; i < agent->watchers->len; i++) {
        const RaAgentWatcher *watcher = &g_array_index(agent->watchers, RaAgentWatcher, i);
        if (watcher->events->finished != NULL)
            watcher->events->finished(watcher->data);
    }
}

static void on_history(const RaHistoryEntry *entry, gpointer data)
{
    RaAgent *agent = data;
    TELL(agent, history, entry)
}

static void on_transfer(const RaTransfer *transfer, gpointer data)
{
    RaAgent *agent = data;
    TELL(agent, transfer, transfer)
}

static void on_changed(gpointer data)
{
    ra_agent_tell_changed(data);
}

static void on_levels(guint ours, guint theirs, gpointer data)
{
    RaAgent *agent = data;
    TELL(agent, levels, ours, theirs)
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
