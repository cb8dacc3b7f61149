/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/agent-private.h"

static gboolean blind_sees(RaGuard *guard)
{
    (void)guard;
    return FALSE;
}

static RaGuardHands blind_hands(RaGuard *guard)
{
    (void)guard;
    return (RaGuardHands){0};
}

static void blind_keep(RaGuard *guard, guint32 window)
{
    (void)guard, (void)window;
}

static gint64 blind_in_sight_since(RaGuard *guard)
{
    (void)guard;
    return 0;
}

static void blind_free(RaGuard *guard)
{
    (void)guard;
}

/* Stands where the real one cannot be had: who keeps the agent from looking wins no yes by that. */
static RaGuard *blind_guard(void)
{
    static const RaGuardClass class = {.sees = blind_sees,
                                       .hands = blind_hands,
                                       .keep = blind_keep,
                                       .in_sight_since = blind_in_sight_since,
                                       .free = blind_free};
    static RaGuard guard = {&class};
    return &guard;
}

void ra_agent_open_guard(RaAgent *agent)
{
    const RaDesktop *desktop = agent->config.desktop;
    g_autoptr(GError) error = NULL;
    agent->asked++;
    if (agent->guard != NULL && !agent->guard->class->sees(agent->guard)) {
        ra_questions_set_guard(agent->questions, NULL, FALSE); /* perhaps another one does */
        g_clear_pointer(&agent->guard, ra_guard_free);
    }
    if (agent->guard != NULL || desktop->guard == NULL)
        return;
    agent->guard = desktop->guard(desktop->data, &error);
    if (agent->guard == NULL) {
        g_autofree char *line = g_strdup_printf(
            "%s. A yes counts only on a terminal now: start ra-host --terminal", error->message);
        ra_agent_tell_note(line, agent);
        agent->guard = blind_guard();
    }
    ra_questions_set_guard(agent->questions, agent->guard,
                           ra_settings_boolean(agent->config.settings, "Session.AssistiveInput"));
}

void ra_agent_close_guard(RaAgent *agent)
{
    if (--agent->asked > 0 || agent->guard == NULL)
        return;
    ra_questions_set_guard(agent->questions, NULL, FALSE);
    g_clear_pointer(&agent->guard, ra_guard_free);
}
