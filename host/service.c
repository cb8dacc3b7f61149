/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/service.h"

#include "base/error.h"
#include "base/i18n.h"
#include "bus/host1.h"
#include "bus/names.h"
#include "host/consent.h"
#include "host/own-window.h"
#include "host/service-error.h"
#include "host/window.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

struct _RaService {
    RaAgent *agent;
    GDBusConnection *bus;
    RaBusHost1 *host1;
    gboolean attach;
    RaOwnWindow *own;        /* NULL: none is started */
    RaConsentWindow *window; /* another program's; NULL: none is attached */
    RaConsent *consent;      /* on the bus itself: only with bus_answers, else NULL */
    guint invitations_timer;
};

static void show_state(RaService *service)
{
    ra_bus_host1_set_state(service->host1, ra_agent_state_name(ra_agent_state(service->agent)));
    ra_bus_host1_set_helper(service->host1, ra_agent_helper(service->agent));
    ra_bus_host1_set_paused(service->host1, ra_agent_paused(service->agent));
    ra_bus_host1_set_helper_lost(service->host1, ra_agent_link_lost(service->agent));
    RaCase *talk = ra_agent_case(service->agent);
    const RaVoiceStatus *voice = talk != NULL ? ra_case_voice(talk) : NULL;
    ra_bus_host1_set_talking(service->host1, voice != NULL && voice->state == RA_VOICE_ON);
    ra_bus_host1_set_microphone(service->host1, voice != NULL && voice->microphone_open);
}

static void show_questions(RaService *service)
{
    ra_bus_host1_set_questions(service->host1,
                               ra_questions_list(ra_agent_questions(service->agent)));
    g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(service->host1));
}

static void on_asked(const RaQuestion *question, gpointer data)
{
    RaService *service = data;
    show_questions(service);
    ra_bus_host1_emit_asked(service->host1, question->number, ra_question_what(question->kind),
                            question->details);
}

static void on_settled(const RaQuestion *question, RaOutcome outcome, gpointer data)
{
    RaService *service = data;
    show_questions(service);
    ra_bus_host1_emit_settled(service->host1, question->number, ra_outcome_name(outcome));
}

static void on_changed(gpointer data)
{
    show_state(data);
}

static gboolean tell_invitations(gpointer data)
{
    RaService *service = data;
    service->invitations_timer = 0;
    ra_bus_host1_emit_invitations_changed(service->host1);
    return G_SOURCE_REMOVE;
}

/* One change of the store is often several of its files. */
static void on_invitations(gpointer data)
{
    RaService *service = data;
    if (service->invitations_timer == 0)
        service->invitations_timer =
            g_timeout_add(RA_SERVICE_INVITATIONS_MS, tell_invitations, service);
}

static gboolean present(RaService *service, const char *what, GError **error)
{
    if (service->consent != NULL)
        ra_consent_present(service->consent, what);
    if (service->own != NULL)
        return ra_own_window_present(service->own, what, error);
    if (service->window != NULL)
        ra_consent_window_present(service->window, what);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "the agent runs without a window (--terminal or --no-window)");
    return service->window != NULL;
}

static void on_present(const char *what, gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    if (!present(service, what, &error))
        ra_agent_note(service->agent, error->message);
}

static gboolean on_prepare(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) hosts = NULL;
    guint16 port = 0;
    if (ra_agent_prepare(service->agent, &port, &hosts, &error))
        ra_bus_host1_complete_prepare(host1, invocation, port, (const char *const *)hosts);
    else
        ra_service_return_error(invocation, error);
    return TRUE;
}

static gboolean on_register(RaBusHost1 *host1, GDBusMethodInvocation *invocation, const char *id,
                            gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    if (ra_agent_register(service->agent, id, &error))
        ra_bus_host1_complete_register(host1, invocation);
    else
        ra_service_return_error(invocation, error);
    return TRUE;
}

static gboolean on_cancel(RaBusHost1 *host1, GDBusMethodInvocation *invocation, const char *id,
                          gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    if (ra_agent_cancel(service->agent, id, &error))
        ra_bus_host1_complete_cancel(host1, invocation);
    else
        ra_service_return_error(invocation, error);
    return TRUE;
}

static GVariant *describe(const RaStoreEntry *entry)
{
    GVariantDict dict;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "id", "s", ra_store_entry_id(entry));
    g_variant_dict_insert(&dict, "state", "s", ra_store_entry_state_name(entry));
    g_variant_dict_insert(&dict, "to", "^as", ra_store_entry_recipients(entry));
    g_variant_dict_insert(&dict, "start", "x", ra_store_entry_start(entry));
    g_variant_dict_insert(&dict, "end", "x", ra_store_entry_end(entry));
    g_variant_dict_insert(&dict, "name", "s", ra_store_entry_name(entry));
    g_variant_dict_insert(&dict, "sent", "b", ra_store_entry_sent(entry));
    return g_variant_dict_end(&dict);
}

static gboolean on_list(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) entries = ra_agent_list(service->agent, &error);
    if (entries == NULL) {
        ra_service_return_error(invocation, error);
        return TRUE;
    }
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < entries->len; i++)
        g_variant_builder_add_value(&builder, describe(g_ptr_array_index(entries, i)));
    ra_bus_host1_complete_list(host1, invocation, g_variant_builder_end(&builder));
    return TRUE;
}

static gboolean on_end(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    ra_agent_end(((RaService *)data)->agent);
    ra_bus_host1_complete_end(host1, invocation);
    return TRUE;
}

static gboolean on_take_back(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    ra_agent_take_back_control(((RaService *)data)->agent);
    ra_bus_host1_complete_take_back_control(host1, invocation);
    return TRUE;
}

static gboolean on_hide(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    ra_agent_pause(((RaService *)data)->agent, TRUE);
    ra_bus_host1_complete_hide(host1, invocation);
    return TRUE;
}

static gboolean on_answer(RaBusHost1 *host1, GDBusMethodInvocation *invocation, guint question,
                          gboolean yes, gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    if (ra_questions_answer(ra_agent_questions(service->agent), question, yes, RA_ANSWER_BUS,
                            &error))
        ra_bus_host1_complete_answer(host1, invocation);
    else
        ra_service_return_error(invocation, error);
    return TRUE;
}

static gboolean on_show_window(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    if (!ra_agent_to_show(service->agent))
        g_set_error(&error, RA_ERROR, RA_ERROR_NO_TICKET,
                    _("Nobody asks to help, nobody helps, and nobody has helped: there is nothing "
                      "to show."));
    if (error == NULL && present(service, "session", &error))
        ra_bus_host1_complete_show_window(host1, invocation);
    else
        ra_service_return_error(invocation, error);
    return TRUE;
}

static void on_window_gone(RaConsentWindow *window, gpointer data)
{
    RaService *service = data;
    service->window = NULL;
    ra_consent_window_free(window);
}

/* The helper could attach a window of their own, which would then say yes to everything; so could
 * what they left running. */
static gboolean may_attach(const RaService *service, GError **error)
{
    if (!service->attach)
        g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                    "the agent has a window of its own: another one can be attached only to "
                    "ra-host --no-window");
    else if (ra_agent_was_controlled(service->agent))
        g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                    "no window can be attached in a session in which the helper had control: end "
                    "it first");
    else
        return TRUE;
    return FALSE;
}

/* The window's end of its socket; -1. */
static int attach_window(RaService *service, const char *owner, GError **error)
{
    int ours = -1, theirs = -1;
    if (!ra_consent_window_pair(&ours, &theirs, error))
        return -1;
    service->window =
        ra_consent_window_new(service->agent, G_DBUS_INTERFACE_SKELETON(service->host1), ours,
                              RA_SERVICE_ATTACH_SECONDS, on_window_gone, service, error);
    if (service->window == NULL) {
        close(theirs);
        return -1;
    }
    if (owner != NULL)
        ra_consent_window_follow(service->window, service->bus, owner);
    return theirs;
}

static gboolean on_attach(RaBusHost1 *host1, GDBusMethodInvocation *invocation,
                          GUnixFDList *fd_list, gpointer data)
{
    RaService *service = data;
    g_autoptr(GError) error = NULL;
    (void)fd_list;
    if (!may_attach(service, &error)) {
        ra_service_return_error(invocation, error);
        return TRUE;
    }
    if (service->window != NULL) {
        ra_service_return_busy(invocation, "a Remote Assistance window is open already");
        return TRUE;
    }
    const int fd = attach_window(service, g_dbus_method_invocation_get_sender(invocation), &error);
    if (fd < 0) {
        ra_service_return_error(invocation, error);
        return TRUE;
    }
    g_autoptr(GUnixFDList) list = g_unix_fd_list_new_from_array(&fd, 1);
    ra_bus_host1_complete_attach_window(host1, invocation, list, g_variant_new_handle(0));
    return TRUE;
}

static void connect_methods(RaService *service)
{
    static const struct {
        const char *signal;
        GCallback handler;
    } methods[] = {
        {"handle-prepare", G_CALLBACK(on_prepare)},
        {"handle-register", G_CALLBACK(on_register)},
        {"handle-list", G_CALLBACK(on_list)},
        {"handle-cancel", G_CALLBACK(on_cancel)},
        {"handle-end", G_CALLBACK(on_end)},
        {"handle-take-back-control", G_CALLBACK(on_take_back)},
        {"handle-hide", G_CALLBACK(on_hide)},
        {"handle-show-window", G_CALLBACK(on_show_window)},
        {"handle-attach-window", G_CALLBACK(on_attach)},
        {"handle-answer", G_CALLBACK(on_answer)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
        g_signal_connect(service->host1, methods[i].signal, methods[i].handler, service);
}

RaService *ra_service_new(RaAgent *agent, GDBusConnection *bus, const RaServiceOptions *options,
                          GError **error)
{
    static const RaAgentEvents events = {.asked = on_asked,
                                         .settled = on_settled,
                                         .changed = on_changed,
                                         .invitations = on_invitations,
                                         .present = on_present};
    g_autoptr(RaService) service = g_new0(RaService, 1);
    service->agent = agent;
    service->bus = g_object_ref(bus);
    service->host1 = ra_bus_host1_skeleton_new();
    service->attach = options->attach;
    connect_methods(service);
    show_state(service);
    show_questions(service);
    ra_agent_watch(agent, &events, service);
    if (!g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(service->host1), bus,
                                          RA_BUS_PATH, error))
        return NULL;
    if (options->bus_answers) {
        service->consent = ra_consent_new(agent, RA_ANSWER_BUS);
        if (!ra_consent_export(service->consent, bus, error))
            return NULL;
    }
    if (options->window_program != NULL)
        service->own = ra_own_window_new(agent, options->window_program, options->clock,
                                         G_DBUS_INTERFACE_SKELETON(service->host1));
    return g_steal_pointer(&service);
}

void ra_service_free(RaService *service)
{
    if (service == NULL)
        return;
    ra_agent_unwatch(service->agent, service);
    g_clear_handle_id(&service->invitations_timer, g_source_remove);
    g_clear_pointer(&service->own, ra_own_window_free);
    g_clear_pointer(&service->window, ra_consent_window_free);
    g_clear_pointer(&service->consent, ra_consent_free);
    g_signal_handlers_disconnect_by_data(service->host1, service);
    if (g_dbus_interface_skeleton_get_connection(G_DBUS_INTERFACE_SKELETON(service->host1)) != NULL)
        g_dbus_interface_skeleton_unexport(G_DBUS_INTERFACE_SKELETON(service->host1));
    g_object_unref(service->host1);
    g_object_unref(service->bus);
    g_free(service);
}
