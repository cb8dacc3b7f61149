/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/agent-private.h"

gboolean ra_agent_under_way(const RaAgent *agent)
{
    const RaHelperSession *session = agent->current;
    return session != NULL && ra_helper_session_state(session) >= RA_HELPER_SESSION_ASKING &&
           ra_helper_session_state(session) < RA_HELPER_SESSION_LEAVING;
}

void ra_agent_end(RaAgent *agent)
{
    if (ra_agent_under_way(agent))
        ra_helper_session_leave(agent->current, RA_GOODBYE_ENDED);
}

void ra_agent_take_back_control(RaAgent *agent)
{
    if (ra_agent_under_way(agent))
        ra_helper_session_take_back(agent->current);
}

void ra_agent_pause(RaAgent *agent, gboolean paused)
{
    if (ra_agent_under_way(agent))
        ra_helper_session_pause(agent->current, paused);
}

gboolean ra_agent_paused(const RaAgent *agent)
{
    return ra_agent_under_way(agent) && ra_helper_session_paused(agent->current);
}

gboolean ra_agent_link_lost(const RaAgent *agent)
{
    return ra_agent_under_way(agent) &&
           ra_helper_session_state(agent->current) == RA_HELPER_SESSION_BROKEN;
}

RaCase *ra_agent_case(RaAgent *agent)
{
    return agent->talk;
}

RaAgentState ra_agent_state(const RaAgent *agent)
{
    if (!ra_agent_under_way(agent))
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
    return ra_agent_under_way(agent) ? ra_helper_session_helper(agent->current) : "";
}

gboolean ra_agent_to_show(const RaAgent *agent)
{
    return ra_agent_under_way(agent) || agent->talk != NULL;
}

gboolean ra_agent_was_controlled(const RaAgent *agent)
{
    return ra_agent_under_way(agent) && ra_helper_session_was_controlled(agent->current);
}

void ra_agent_show_chat(RaAgent *agent)
{
    RaCase *talk = ra_agent_under_way(agent) ? ra_helper_session_case(agent->current) : NULL;
    if (talk == NULL)
        return;
    const gboolean window = agent->config.own_window || agent->attached > 0;
    ra_helper_session_show_chat(agent->current,
                                window && (ra_case_features(talk) & RA_FEATURE_CHAT) != 0,
                                ra_history_unread(ra_case_history(talk)));
}
