/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/consent.h"

#include "base/error.h"
#include "base/i18n.h"
#include "bus/host1.h"
#include "bus/names.h"
#include "host/service-error.h"

struct _RaConsent {
    RaAgent *agent;
    RaAnswerChannel channel;
    RaBusConsent1 *consent1;
    gboolean listens;       /* it asked for the history, and so knows how to listen */
    const char *to_present; /* once it does; NULL: nothing */
};

static GVariant *describe_entry(RaHistory *history, const RaHistoryEntry *entry)
{
    static const char *const who[] = {"me", "them", "event"};
    GVariantDict dict;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "number", "u", entry->number);
    g_variant_dict_insert(&dict, "who", "s", who[entry->who]);
    g_variant_dict_insert(&dict, "name", "s", ra_history_name(history, entry->who));
    g_variant_dict_insert(&dict, "time", "x", entry->time);
    g_variant_dict_insert(&dict, "text", "s", entry->text);
    g_variant_dict_insert(&dict, "read", "b", entry->read);
    g_variant_dict_insert(&dict, "there", "b", entry->there);
    return g_variant_dict_end(&dict);
}

static GVariant *describe_transfer(const RaTransfer *transfer)
{
    static const char *const states[] = {"offered", "queued", "moving", "broken", "over"};
    static const char *const ends[] = {"done",     "cancelled",  "refused",   "altered",
                                       "no-space", "unreadable", "unwritable"};
    const gboolean over = transfer->state == RA_TRANSFER_OVER;
    g_autofree char *text = ra_transfer_text(transfer);
    GVariantDict dict;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "transfer", "u", transfer->handle);
    g_variant_dict_insert(&dict, "incoming", "b", transfer->incoming);
    g_variant_dict_insert(&dict, "state", "s", states[transfer->state]);
    if (over)
        g_variant_dict_insert(&dict, "end", "s", ends[transfer->end]);
    g_variant_dict_insert(&dict, "name", "s", transfer->name);
    g_variant_dict_insert(&dict, "type", "s", transfer->type);
    g_variant_dict_insert(&dict, "can-run", "b", transfer->can_run);
    g_variant_dict_insert(&dict, "size", "t", transfer->size);
    g_variant_dict_insert(&dict, "done", "t", transfer->done);
    g_variant_dict_insert(&dict, "rate", "t", transfer->rate);
    g_variant_dict_insert(&dict, "seconds-left", "u", transfer->seconds_left);
    if (transfer->path != NULL)
        g_variant_dict_insert(&dict, "path", "^ay", transfer->path);
    g_variant_dict_insert(&dict, "text", "s", text);
    return g_variant_dict_end(&dict);
}

static GVariant *describe_voice(const RaVoiceStatus *status)
{
    static const char *const states[] = {"off", "asking", "asked", "on"};
    GVariantDict dict;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "state", "s", states[status->state]);
    g_variant_dict_insert(&dict, "muted", "b", status->muted);
    g_variant_dict_insert(&dict, "their-muted", "b", status->their_muted);
    g_variant_dict_insert(&dict, "microphone-open", "b", status->microphone_open);
    g_variant_dict_insert(&dict, "no-microphone", "b", status->no_microphone);
    g_variant_dict_insert(&dict, "no-loudspeaker", "b", status->no_loudspeaker);
    g_variant_dict_insert(&dict, "refused", "b", status->refused);
    return g_variant_dict_end(&dict);
}

static void show_features(RaConsent *consent, RaCase *talk)
{
    static const char *const names[] = {"control", "chat",      "files",
                                        "voice",   "clipboard", "pointing"};
    const char *shown[G_N_ELEMENTS(names) + 1] = {NULL};
    guint n = 0;
    for (guint i = 0; talk != NULL && !ra_case_closed(talk) && i < G_N_ELEMENTS(names); i++) {
        if ((ra_case_features(talk) & (1u << i)) != 0)
            shown[n++] = names[i];
    }
    ra_bus_consent1_set_features(consent->consent1, shown);
}

static void show_unread(RaConsent *consent)
{
    RaCase *talk = ra_agent_case(consent->agent);
    ra_bus_consent1_set_unread(consent->consent1,
                               talk != NULL ? ra_history_unread(ra_case_history(talk)) : 0);
}

static void on_changed(gpointer data)
{
    RaConsent *consent = data;
    RaCase *talk = ra_agent_case(consent->agent);
    show_features(consent, talk);
    show_unread(consent);
    ra_bus_consent1_set_voice(consent->consent1,
                              talk != NULL ? describe_voice(ra_case_voice(talk))
                                           : g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
    ra_bus_consent1_set_clipboard_shared(consent->consent1,
                                         talk != NULL && ra_case_clipboard_shared(talk));
}

static void on_history_changed(const RaHistoryEntry *entry, gpointer data)
{
    RaConsent *consent = data;
    RaCase *talk = ra_agent_case(consent->agent);
    if (talk == NULL)
        return;
    show_unread(consent);
    ra_bus_consent1_emit_history_changed(consent->consent1,
                                         describe_entry(ra_case_history(talk), entry));
}

static void on_transfer(const RaTransfer *transfer, gpointer data)
{
    RaConsent *consent = data;
    ra_bus_consent1_emit_transfer_changed(consent->consent1, describe_transfer(transfer));
}

static void on_levels(guint ours, guint theirs, gpointer data)
{
    RaConsent *consent = data;
    ra_bus_consent1_emit_levels(consent->consent1, ours, theirs);
}

/* What is asked of the case; NULL with an error before the first session. */
static RaCase *find_case(RaConsent *consent, GError **error)
{
    RaCase *talk = ra_agent_case(consent->agent);
    if (talk == NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE, _("there is no session"));
    return talk;
}

/* The same for what gives the helper something, which no injected click may do. */
static RaCase *case_by_hand(RaConsent *consent, GError **error)
{
    if (!ra_questions_by_hand(ra_agent_questions(consent->agent), consent->channel, error))
        return NULL;
    return find_case(consent, error);
}

/* For a button that gives at once. Files may be dragged, and are chosen in other windows: the last
 * press for them may be long ago. */
static RaCase *case_by_press(RaConsent *consent, GError **error)
{
    if (!ra_questions_by_press(ra_agent_questions(consent->agent), consent->channel, error))
        return NULL;
    return find_case(consent, error);
}

/* Answers a call that returns nothing. ERROR is where the error is: a caller's DONE sets it while
 * the arguments are made, in whatever order that is. */
static gboolean answer_call(GDBusMethodInvocation *invocation, gboolean done, GError *const *error)
{
    if (done)
        g_dbus_method_invocation_return_value(invocation, NULL);
    else
        ra_service_return_error(invocation, *error);
    return TRUE;
}

static gboolean on_answer(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                          guint question, gboolean yes, gpointer data)
{
    RaConsent *consent = data;
    g_autoptr(GError) error = NULL;
    (void)consent1;
    const gboolean done = ra_questions_answer(ra_agent_questions(consent->agent), question, yes,
                                              consent->channel, &error);
    return answer_call(invocation, done, &error);
}

static gboolean on_shown(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation, guint question,
                         guint window, gpointer data)
{
    RaConsent *consent = data;
    g_autoptr(GError) error = NULL;
    (void)consent1;
    /* Over the bus anybody could call it, and have another window kept on top. */
    const gboolean done =
        consent->channel == RA_ANSWER_BUS ||
        ra_questions_shown(ra_agent_questions(consent->agent), question, window, &error);
    return answer_call(invocation, done, &error);
}

static gboolean on_say(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation, const char *text,
                       gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = find_case(data, &error);
    return answer_call(invocation, talk != NULL && ra_case_say(talk, text, &error), &error);
}

static gboolean on_send_file(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                             const char *path, gpointer data)
{
    g_autoptr(GError) error = NULL;
    RaCase *talk = case_by_hand(data, &error);
    const guint handle = talk != NULL ? ra_case_send_file(talk, path, &error) : 0;
    if (handle != 0)
        ra_bus_consent1_complete_send_file(consent1, invocation, handle);
    else
        ra_service_return_error(invocation, error);
    return TRUE;
}

static gboolean on_cancel_file(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                               guint transfer, gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = find_case(data, &error);
    return answer_call(invocation, talk != NULL && ra_case_cancel_file(talk, transfer, &error),
                       &error);
}

static gboolean on_open_file(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                             guint transfer, gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = case_by_hand(data, &error);
    return answer_call(invocation, talk != NULL && ra_case_open_file(talk, transfer, &error),
                       &error);
}

static gboolean on_show_file(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                             guint transfer, gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = case_by_hand(data, &error);
    return answer_call(invocation, talk != NULL && ra_case_show_file(talk, transfer, &error),
                       &error);
}

static gboolean on_talk(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                        gboolean talking, gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = talking ? case_by_press(data, &error) : find_case(data, &error);
    return answer_call(invocation, talk != NULL && ra_case_talk(talk, talking, &error), &error);
}

static gboolean on_mute(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation, gboolean muted,
                        gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = muted ? find_case(data, &error) : case_by_press(data, &error);
    return answer_call(invocation, talk != NULL && ra_case_mute(talk, muted, &error), &error);
}

static gboolean on_share_clipboard(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                                   gboolean shared, gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = shared ? case_by_press(data, &error) : find_case(data, &error);
    return answer_call(invocation, talk != NULL && ra_case_share_clipboard(talk, shared, &error),
                       &error);
}

static gboolean on_show(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation, gpointer data)
{
    RaConsent *consent = data;
    g_autoptr(GError) error = NULL;
    (void)consent1;
    const gboolean done = case_by_press(consent, &error) != NULL;
    if (done)
        ra_agent_pause(consent->agent, FALSE);
    return answer_call(invocation, done, &error);
}

static gboolean on_history(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                           gpointer data)
{
    RaConsent *consent = data;
    RaCase *talk = ra_agent_case(consent->agent);
    RaHistory *history = talk != NULL ? ra_case_history(talk) : NULL;
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; history != NULL && i < ra_history_length(history); i++)
        g_variant_builder_add_value(&builder, describe_entry(history, ra_history_get(history, i)));
    ra_bus_consent1_complete_history(consent1, invocation, g_variant_builder_end(&builder));
    consent->listens = TRUE;
    if (consent->to_present != NULL)
        ra_consent_present(consent, consent->to_present);
    return TRUE;
}

void ra_consent_present(RaConsent *consent, const char *what)
{
    consent->to_present = consent->listens ? NULL : what;
    if (consent->listens)
        ra_bus_consent1_emit_present(consent->consent1, what);
}

static gboolean on_mark_read(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                             gpointer data)
{
    RaConsent *consent = data;
    RaCase *talk = ra_agent_case(consent->agent);
    if (talk != NULL)
        ra_history_mark_read(ra_case_history(talk));
    show_unread(consent);
    ra_bus_consent1_complete_mark_read(consent1, invocation);
    return TRUE;
}

static gboolean on_save_history(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                                const char *path, gpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)consent1;
    RaCase *talk = find_case(data, &error);
    return answer_call(
        invocation, talk != NULL && ra_history_save(ra_case_history(talk), path, &error), &error);
}

static gboolean on_transfers(RaBusConsent1 *consent1, GDBusMethodInvocation *invocation,
                             gpointer data)
{
    const RaConsent *consent = data;
    RaCase *talk = ra_agent_case(consent->agent);
    GPtrArray *list = talk != NULL ? ra_files_list(ra_case_files(talk)) : NULL;
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; list != NULL && i < list->len; i++)
        g_variant_builder_add_value(&builder, describe_transfer(g_ptr_array_index(list, i)));
    ra_bus_consent1_complete_transfers(consent1, invocation, g_variant_builder_end(&builder));
    return TRUE;
}

static void connect_methods(RaConsent *consent)
{
    static const struct {
        const char *signal;
        GCallback handler;
    } methods[] = {
        {"handle-shown", G_CALLBACK(on_shown)},
        {"handle-answer", G_CALLBACK(on_answer)},
        {"handle-say", G_CALLBACK(on_say)},
        {"handle-send-file", G_CALLBACK(on_send_file)},
        {"handle-cancel-file", G_CALLBACK(on_cancel_file)},
        {"handle-open-file", G_CALLBACK(on_open_file)},
        {"handle-show-file", G_CALLBACK(on_show_file)},
        {"handle-talk", G_CALLBACK(on_talk)},
        {"handle-mute", G_CALLBACK(on_mute)},
        {"handle-share-clipboard", G_CALLBACK(on_share_clipboard)},
        {"handle-show", G_CALLBACK(on_show)},
        {"handle-history", G_CALLBACK(on_history)},
        {"handle-mark-read", G_CALLBACK(on_mark_read)},
        {"handle-save-history", G_CALLBACK(on_save_history)},
        {"handle-transfers", G_CALLBACK(on_transfers)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
        g_signal_connect(consent->consent1, methods[i].signal, methods[i].handler, consent);
}

RaConsent *ra_consent_new(RaAgent *agent, RaAnswerChannel channel)
{
    static const RaAgentEvents events = {.changed = on_changed,
                                         .history = on_history_changed,
                                         .transfer = on_transfer,
                                         .levels = on_levels};
    RaConsent *consent = g_new0(RaConsent, 1);
    consent->agent = agent;
    consent->channel = channel;
    consent->listens = channel == RA_ANSWER_BUS; /* there is nobody to wait for */
    consent->consent1 = ra_bus_consent1_skeleton_new();
    connect_methods(consent);
    on_changed(consent);
    ra_agent_watch(agent, &events, consent);
    return consent;
}

void ra_consent_free(RaConsent *consent)
{
    if (consent == NULL)
        return;
    GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON(consent->consent1);
    ra_agent_unwatch(consent->agent, consent);
    g_signal_handlers_disconnect_by_data(consent->consent1, consent);
    if (g_dbus_interface_skeleton_get_connection(skeleton) != NULL)
        g_dbus_interface_skeleton_unexport(skeleton);
    g_object_unref(consent->consent1);
    g_free(consent);
}

gboolean ra_consent_export(RaConsent *consent, GDBusConnection *connection, GError **error)
{
    return g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(consent->consent1),
                                            connection, RA_BUS_PATH, error);
}
