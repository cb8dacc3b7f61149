/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/agent-bus.h"

#include "base/i18n.h"
#include "base/text.h"
#include "bus/names.h"

enum { RESTART_SECONDS = 30 }; /* between starting an agent that died, and the next time */

struct _RaAgentBus {
    RaBusHost1 *host; /* NULL: not there yet, or never */
    GCancellable *cancel;
    void (*changed)(gpointer data);
    gpointer data;
    guint first; /* source: tells the beginning */
    GVariant *invitations;
    char *problem;
    gboolean looks;      /* the novice wants to see the invitations */
    gboolean listing;    /* a call of List is under way */
    gboolean list_again; /* its answer is old already */
    gint64 restarted;    /* monotonic, in microseconds; 0: never */
};

static void list(RaAgentBus *agent);

char *ra_agent_bus_message(const GError *error)
{
    g_autofree char *name = g_dbus_error_get_remote_error(error);
    g_autoptr(GError) plain = g_error_copy(error);
    (void)g_dbus_error_strip_remote_error(plain);
    if (name != NULL && g_str_has_prefix(name, RA_BUS_ERROR))
        return ra_text_line(plain->message, RA_TEXT_LINE_MAX);
    g_autofree char *line = ra_text_line(plain->message, RA_TEXT_LINE_MAX);
    /* Translators: %s is the system's own reason. */
    return g_strdup_printf(_("Remote Assistance cannot work in the background: %s"), line);
}

static gboolean agent_runs(RaAgentBus *agent)
{
    g_autofree char *owner =
        agent->host != NULL ? g_dbus_proxy_get_name_owner(G_DBUS_PROXY(agent->host)) : NULL;
    return owner != NULL;
}

static void set_problem(RaAgentBus *agent, char *problem)
{
    g_free(agent->problem);
    agent->problem = problem;
}

/* The list */

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
    RaAgentBus *agent = data;
    g_autoptr(GError) error = NULL;
    GVariant *invitations = NULL;
    const gboolean ok =
        ra_bus_host1_call_list_finish(RA_BUS_HOST1(source), &invitations, result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* AGENT is gone */
    agent->listing = FALSE;
    if (ok) {
        g_clear_pointer(&agent->invitations, g_variant_unref);
        agent->invitations = invitations;
    }
    set_problem(agent, ok ? NULL : ra_agent_bus_message(error));
    if (agent->list_again)
        list(agent);
    agent->changed(agent->data);
}

static void list(RaAgentBus *agent)
{
    agent->list_again = agent->listing;
    if (agent->listing)
        return;
    agent->listing = TRUE;
    ra_bus_host1_call_list(agent->host, agent->cancel, on_listed, agent);
}

static void on_invitations_changed(RaBusHost1 *host, gpointer data)
{
    (void)host;
    list(data);
}

/* The agent comes and goes */

static void on_owner(GObject *object, GParamSpec *property, gpointer data)
{
    RaAgentBus *agent = data;
    const gint64 now = g_get_monotonic_time();
    (void)object, (void)property;
    if (agent_runs(agent)) {
        list(agent);
    } else if (agent->looks && ra_agent_bus_open(agent) > 0 &&
               (agent->restarted == 0 ||
                now - agent->restarted > RESTART_SECONDS * G_USEC_PER_SEC)) {
        agent->restarted = now;
        list(agent);
    }
    agent->changed(agent->data);
}

static void on_properties(GDBusProxy *proxy, GVariant *changed, const char *const *invalidated,
                          gpointer data)
{
    RaAgentBus *agent = data;
    (void)proxy, (void)changed, (void)invalidated;
    agent->changed(agent->data);
}

static void on_proxy(GObject *source, GAsyncResult *result, gpointer data)
{
    RaAgentBus *agent = data;
    g_autoptr(GError) error = NULL;
    RaBusHost1 *host = ra_bus_host1_proxy_new_finish(result, &error);
    (void)source;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    agent->host = host;
    if (host == NULL) {
        set_problem(agent, ra_agent_bus_message(error));
    } else {
        g_signal_connect(host, "invitations-changed", G_CALLBACK(on_invitations_changed), agent);
        g_signal_connect(host, "notify::g-name-owner", G_CALLBACK(on_owner), agent);
        g_signal_connect(host, "g-properties-changed", G_CALLBACK(on_properties), agent);
        if (agent->looks || agent_runs(agent))
            list(agent);
    }
    agent->changed(agent->data);
}

static gboolean on_first(gpointer data)
{
    RaAgentBus *agent = data;
    agent->first = 0;
    agent->changed(agent->data);
    return G_SOURCE_REMOVE;
}

RaAgentBus *ra_agent_bus_new(GDBusConnection *bus, void (*changed)(gpointer data), gpointer data)
{
    RaAgentBus *agent = g_new0(RaAgentBus, 1);
    agent->changed = changed;
    agent->data = data;
    agent->cancel = g_cancellable_new();
    if (bus != NULL) {
        ra_bus_host1_proxy_new(bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION,
                               RA_BUS_NAME, RA_BUS_PATH, agent->cancel, on_proxy, agent);
        return agent;
    }
    agent->problem = g_strdup(_("Your invitations cannot be shown: this desktop session has no "
                                "message bus (D-Bus). Inviting somebody works."));
    agent->first = g_idle_add(on_first, agent);
    return agent;
}

void ra_agent_bus_free(RaAgentBus *agent)
{
    if (agent == NULL)
        return;
    g_cancellable_cancel(agent->cancel);
    g_object_unref(agent->cancel);
    g_clear_handle_id(&agent->first, g_source_remove);
    if (agent->host != NULL)
        g_signal_handlers_disconnect_by_data(agent->host, agent);
    g_clear_object(&agent->host);
    g_clear_pointer(&agent->invitations, g_variant_unref);
    g_free(agent->problem);
    g_free(agent);
}

RaBusHost1 *ra_agent_bus_host(RaAgentBus *agent)
{
    return agent->host;
}

const char *ra_agent_bus_state(RaAgentBus *agent)
{
    const char *state = agent->host != NULL ? ra_bus_host1_get_state(agent->host) : NULL;
    return state != NULL ? state : "idle";
}

const char *ra_agent_bus_helper(RaAgentBus *agent)
{
    const char *helper = agent->host != NULL ? ra_bus_host1_get_helper(agent->host) : NULL;
    return helper != NULL ? helper : "";
}

gboolean ra_agent_bus_watched(RaAgentBus *agent)
{
    const char *state = ra_agent_bus_state(agent);
    return g_str_equal(state, "asking") || g_str_equal(state, "viewing") ||
           g_str_equal(state, "controlling");
}

void ra_agent_bus_look(RaAgentBus *agent)
{
    agent->looks = TRUE;
    if (agent->host != NULL)
        list(agent);
}

GVariant *ra_agent_bus_invitations(RaAgentBus *agent)
{
    return agent->invitations;
}

guint ra_agent_bus_open(RaAgentBus *agent)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    const gsize count = agent->invitations != NULL ? g_variant_n_children(agent->invitations) : 0;
    guint open = 0;
    for (gsize i = 0; i < count; i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(agent->invitations, i);
        const char *state = "";
        gint64 end = 0;
        if (g_variant_lookup(one, "state", "&s", &state) && g_variant_lookup(one, "end", "x", &end))
            open += end > now && (g_str_equal(state, "open") || g_str_equal(state, "used"));
    }
    return open;
}

const char *ra_agent_bus_problem(RaAgentBus *agent)
{
    return agent->problem;
}
