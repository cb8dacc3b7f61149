/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/notice.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* Desktop Notifications Specification 1.2, freedesktop.org. */
#define SERVER   "org.freedesktop.Notifications"
#define PATH     "/org/freedesktop/Notifications"
#define CRITICAL 2 /* urgency: servers keep it until it is closed */

typedef struct {
    gboolean shown; /* somebody is helping */
    gboolean control;
    char *text;
} Content;

struct _RaNotice {
    GDBusConnection *bus;
    RaAgentLink *link;
    void (*present)(gpointer data);
    gpointer data;
    guint watch, signals;
    guint id;                       /* the server's number for it; 0: none */
    char *last;                     /* what was shown last, or tried; NULL: nothing */
    gboolean actions, markup, body; /* what the server can */
    gboolean asked;                 /* the server was asked what it can */
    gboolean busy, again;           /* a call is under way; and something changed meanwhile */
    gboolean freed;
};

static void update(RaNotice *notice);

/* Sentences of a state: with the helper's name, and without. */
typedef struct {
    const char *named, *nameless;
} Sentence;

static const Sentence sentences[] = {
    {N_("“%s” uses your mouse and keyboard. Press Esc to stop it."),
     N_("Your helper uses your mouse and keyboard. Press Esc to stop it.")},
    {N_("“%s” sees your screen."), N_("Your helper sees your screen.")},
    {N_("Your screen is hidden from “%s”."), N_("Your screen is hidden from your helper.")},
    {N_("“%s” lost the connection and may come back."),
     N_("Your helper lost the connection and may come back.")},
};

static Content content_of(const RaNotice *notice)
{
    RaBusHost1 *host = ra_agent_link_host(notice->link);
    const char *state = ra_bus_host1_get_state(host), *name = ra_bus_host1_get_helper(host);
    Content content = {.control = g_strcmp0(state, "controlling") == 0};
    const GDBusConnection *agent = g_dbus_proxy_get_connection(G_DBUS_PROXY(host));
    content.shown = (content.control || g_strcmp0(state, "viewing") == 0) &&
                    !g_dbus_connection_is_closed((GDBusConnection *)agent);
    if (!content.shown)
        return content;
    const gsize which = ra_bus_host1_get_helper_lost(host) ? 3
                        : ra_bus_host1_get_paused(host)    ? 2
                        : content.control                  ? 0
                                                           : 1;
    if (name == NULL || name[0] == '\0') {
        content.text = g_strdup(_(sentences[which].nameless));
        return content;
    }
    g_autofree char *isolated = g_strconcat("\u2068", name, "\u2069", NULL);
    g_autofree char *text = ra_text_named(isolated, _(sentences[which].named), "");
    content.text = g_strconcat(ra_text_mark(name, _(sentences[which].named)), text, NULL);
    return content;
}

static void free_notice(RaNotice *notice)
{
    g_object_unref(notice->bus);
    g_free(notice->last);
    g_free(notice);
}

/* A call is over: what waited for it goes on. Returns FALSE where the notice is freed. */
static gboolean call_over(RaNotice *notice)
{
    notice->busy = FALSE;
    if (!notice->freed)
        return TRUE;
    free_notice(notice);
    return FALSE;
}

static void go_on(RaNotice *notice)
{
    if (notice->again) {
        notice->again = FALSE;
        update(notice);
    }
}

static void call_close(const RaNotice *notice, guint id)
{
    g_dbus_connection_call(notice->bus, SERVER, PATH, SERVER, "CloseNotification",
                           g_variant_new("(u)", id), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                           NULL, NULL, NULL);
}

static void on_notified(GObject *source, GAsyncResult *result, gpointer data)
{
    RaNotice *notice = data;
    guint id = 0;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
    if (reply != NULL)
        g_variant_get(reply, "(u)", &id);
    if (notice->freed && id != 0)
        call_close(notice, id);
    notice->id = id;
    if (call_over(notice))
        go_on(notice);
}

static GVariant *actions_of(const RaNotice *notice, const Content *content)
{
    GVariantBuilder actions;
    g_variant_builder_init(&actions, G_VARIANT_TYPE("as"));
    if (notice->actions) {
        g_variant_builder_add(&actions, "s", "default");
        g_variant_builder_add(&actions, "s", _("Show"));
    }
    if (notice->actions && content->control) {
        g_variant_builder_add(&actions, "s", "stop");
        g_variant_builder_add(&actions, "s", _("Stop control"));
    }
    if (notice->actions) {
        g_variant_builder_add(&actions, "s", "end");
        g_variant_builder_add(&actions, "s", _("End session"));
    }
    return g_variant_builder_end(&actions);
}

static GVariant *hints(void)
{
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&builder, "{sv}", "urgency", g_variant_new_byte(CRITICAL));
    g_variant_builder_add(&builder, "{sv}", "resident", g_variant_new_boolean(TRUE));
    g_variant_builder_add(&builder, "{sv}", "suppress-sound", g_variant_new_boolean(TRUE));
    return g_variant_builder_end(&builder);
}

/* There are servers that read markup without saying so (dunst): what it is made of becomes what
 * looks like it. */
static char *without_markup(const char *text)
{
    static const struct {
        const char *mark, *looks;
    } marks[] = {{"<", "\u2039"}, {">", "\u203a"}, {"&", "\uff06"}};
    GString *plain = g_string_new(text);
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
        (void)g_string_replace(plain, marks[i].mark, marks[i].looks, 0);
    return g_string_free(plain, FALSE);
}

/* The name stands in the text, which a server may read as markup; the summary is never that. */
static void call_notify(RaNotice *notice, const Content *content)
{
    g_autofree char *text = notice->markup && notice->body ? g_markup_escape_text(content->text, -1)
                                                           : without_markup(content->text);
    notice->busy = TRUE;
    g_dbus_connection_call(
        notice->bus, SERVER, PATH, SERVER, "Notify",
        g_variant_new("(susss@as@a{sv}i)", "Remote Assistance", notice->id, "remote-assistance",
                      notice->body ? _("You are being helped") : text, notice->body ? text : "",
                      actions_of(notice, content), hints(), 0),
        G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_notified, notice);
}

static void on_capabilities(GObject *source, GAsyncResult *result, gpointer data)
{
    RaNotice *notice = data;
    g_autofree const char **names = NULL;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
    if (!call_over(notice))
        return;
    if (reply == NULL)
        return; /* no server: the next change asks again */
    g_variant_get(reply, "(^a&s)", &names);
    notice->actions = g_strv_contains(names, "actions");
    notice->markup = g_strv_contains(names, "body-markup");
    notice->body = g_strv_contains(names, "body");
    notice->asked = TRUE;
    notice->again = FALSE;
    update(notice);
}

static void ask_capabilities(RaNotice *notice)
{
    notice->busy = TRUE;
    g_dbus_connection_call(notice->bus, SERVER, PATH, SERVER, "GetCapabilities", NULL,
                           G_VARIANT_TYPE("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                           on_capabilities, notice);
}

static void take_away(RaNotice *notice)
{
    if (notice->id != 0)
        call_close(notice, notice->id);
    notice->id = 0;
    g_clear_pointer(&notice->last, g_free);
}

static void update(RaNotice *notice)
{
    Content content = content_of(notice);
    if (notice->busy)
        notice->again = TRUE;
    else if (!content.shown)
        take_away(notice);
    else if (!notice->asked)
        ask_capabilities(notice);
    else if (g_strcmp0(notice->last, content.text) != 0) {
        g_free(notice->last);
        notice->last = g_strdup(content.text);
        call_notify(notice, &content);
    }
    g_free(content.text);
}

static void on_called(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)data; /* what it changes is told by Host1 */
    GVariant *reply = g_dbus_proxy_call_finish(G_DBUS_PROXY(source), result, NULL);
    g_clear_pointer(&reply, g_variant_unref);
}

static void on_signal(GDBusConnection *bus, const char *sender, const char *path,
                      const char *interface, const char *signal, GVariant *parameters,
                      gpointer data)
{
    static const struct {
        const char *key, *method;
    } calls[] = {{"stop", "TakeBackControl"}, {"end", "End"}};
    RaNotice *notice = data;
    const char *key = "";
    guint id = 0;
    (void)bus, (void)sender, (void)path, (void)interface;
    if (strcmp(signal, "NotificationClosed") == 0 &&
        g_variant_is_of_type(parameters, G_VARIANT_TYPE("(uu)"))) {
        g_variant_get(parameters, "(uu)", &id, NULL);
        if (id == notice->id)
            notice->id = 0; /* away until something changes */
    }
    if (strcmp(signal, "ActionInvoked") != 0 ||
        !g_variant_is_of_type(parameters, G_VARIANT_TYPE("(us)")))
        return;
    g_variant_get(parameters, "(u&s)", &id, &key);
    if (id == 0 || id != notice->id)
        return;
    if (strcmp(key, "default") == 0)
        notice->present(notice->data);
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        if (strcmp(key, calls[i].key) == 0)
            g_dbus_proxy_call(G_DBUS_PROXY(ra_agent_link_host(notice->link)), calls[i].method, NULL,
                              G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_called, NULL);
    }
}

static void forget_server(RaNotice *notice)
{
    notice->asked = FALSE;
    notice->id = 0;
    g_clear_pointer(&notice->last, g_free);
}

/* A server that comes, another one perhaps, knows nothing of ours. */
static void on_appeared(GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
    (void)bus, (void)name, (void)owner;
    RaNotice *notice = data;
    if (!notice->busy && notice->id == 0)
        forget_server(notice);
    update(notice);
}

static void on_vanished(GDBusConnection *bus, const char *name, gpointer data)
{
    (void)bus, (void)name;
    forget_server(data);
}

RaNotice *ra_notice_new(GDBusConnection *bus, RaAgentLink *link, void (*present)(gpointer data),
                        gpointer data)
{
    static const char *const properties[] = {"notify::state", "notify::helper", "notify::paused",
                                             "notify::helper-lost"};
    RaNotice *notice = g_new0(RaNotice, 1);
    notice->bus = g_object_ref(bus);
    notice->link = link;
    notice->present = present;
    notice->data = data;
    for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
        g_signal_connect_swapped(ra_agent_link_host(link), properties[i], G_CALLBACK(update),
                                 notice);
    notice->signals = g_dbus_connection_signal_subscribe(
        bus, SERVER, SERVER, NULL, PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, notice, NULL);
    notice->watch = g_bus_watch_name_on_connection(bus, SERVER, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                   on_appeared, on_vanished, notice, NULL);
    update(notice);
    return notice;
}

void ra_notice_free(RaNotice *notice)
{
    if (notice == NULL)
        return;
    g_signal_handlers_disconnect_by_data(ra_agent_link_host(notice->link), notice);
    g_dbus_connection_signal_unsubscribe(notice->bus, notice->signals);
    g_bus_unwatch_name(notice->watch);
    take_away(notice);
    (void)g_dbus_connection_flush_sync(notice->bus, NULL, NULL); /* the program may end now */
    notice->freed = TRUE;
    if (!notice->busy)
        free_notice(notice);
}
