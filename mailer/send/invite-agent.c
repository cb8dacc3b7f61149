/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/invite-agent.h"

#include "base/error.h"
#include "base/text.h"
#include "bus/host1.h"
#include "bus/names.h"

#include <string.h>

struct _RaInviteAgent {
    RaBusHost1 *proxy;
};

static RaInviteAgent *connect_agent(GDBusProxyFlags flags, GError **error)
{
    RaBusHost1 *proxy =
        ra_bus_host1_proxy_new_for_bus_sync(G_BUS_TYPE_SESSION,
                                            flags | G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                                                G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                            RA_BUS_NAME, RA_BUS_PATH, NULL, error);
    if (proxy == NULL)
        return NULL;
    g_dbus_proxy_set_default_timeout(G_DBUS_PROXY(proxy), RA_INVITE_AGENT_TIMEOUT_MS);
    RaInviteAgent *agent = g_new0(RaInviteAgent, 1);
    agent->proxy = proxy;
    return agent;
}

void ra_invite_agent_free(RaInviteAgent *agent)
{
    if (agent == NULL)
        return;
    g_object_unref(agent->proxy);
    g_free(agent);
}

/* The part of the agent's own error that tells them apart ("NotAllowed"); NULL for an error that
 * comes from the bus: nobody answered. The caller frees it. */
static char *agent_error(const GError *error)
{
    g_autofree char *name = g_dbus_error_get_remote_error(error);
    if (name == NULL || !g_str_has_prefix(name, RA_BUS_ERROR))
        return NULL;
    return g_strdup(name + strlen(RA_BUS_ERROR));
}

static char *words(const GError *error)
{
    g_autoptr(GError) copy = g_error_copy(error);
    g_dbus_error_strip_remote_error(copy);
    return ra_text_line(copy->message, RA_TEXT_LINE_MAX);
}

/* Always FALSE. */
static gboolean pass_on(const GError *from, GError **error)
{
    g_autofree char *name = agent_error(from);
    g_autofree char *said = words(from);
    g_set_error(error, RA_ERROR,
                g_strcmp0(name, "NotAllowed") == 0 ? RA_ERROR_FORBIDDEN : RA_ERROR_FAILED,
                "the agent that shares your screen says no: %s", said);
    return FALSE;
}

gboolean ra_invite_agent_prepare(RaInviteAgent **ret, guint16 *port, GStrv *hosts, char **why,
                                 GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(RaInviteAgent) agent = connect_agent(G_DBUS_PROXY_FLAGS_NONE, &local);
    g_auto(GStrv) found = NULL;
    guint16 number;
    if (agent != NULL &&
        ra_bus_host1_call_prepare_sync(agent->proxy, &number, &found, NULL, &local)) {
        *ret = g_steal_pointer(&agent);
        *port = number;
        *hosts = g_steal_pointer(&found);
        return TRUE;
    }
    g_autofree char *name = agent_error(local);
    if (name != NULL)
        return pass_on(local, error);
    *ret = NULL;
    *why = words(local);
    return TRUE;
}

gboolean ra_invite_agent_register(RaInviteAgent *agent, const char *id, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (ra_bus_host1_call_register_sync(agent->proxy, id, NULL, &local))
        return TRUE;
    return pass_on(local, error);
}

gboolean ra_invite_agent_cancel(const char *id, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(RaInviteAgent) agent = connect_agent(G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, &local);
    if (agent == NULL || ra_bus_host1_call_cancel_sync(agent->proxy, id, NULL, &local))
        return TRUE;
    g_autofree char *name = agent_error(local);
    return name == NULL || g_str_equal(name, "NotFound") || pass_on(local, error);
}
