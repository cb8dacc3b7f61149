/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/talk-view.h"

#include "base/i18n.h"
#include "host/app/session-words.h"

#include <string.h>

typedef struct {
    RaCalls *calls; /* borrowed */
    GtkWidget *root, *words, *levels, *ours, *theirs, *theirs_label, *buttons, *talk, *mute, *stop,
        *stop_label;
    gboolean open;
    char *helper;
} TalkView;

/* Consent1.Voice. */
typedef struct {
    const char *state;
    gboolean muted, their_muted, no_microphone, no_loudspeaker, refused;
} Voice;

static TalkView *of(GtkWidget *root)
{
    return g_object_get_data(G_OBJECT(root), "ra-talk-view");
}

static void view_free(gpointer data)
{
    TalkView *view = data;
    g_free(view->helper);
    g_free(view);
}

/* What is borrowed in it lives as long as VALUE. */
static Voice read_voice(GVariant *value)
{
    Voice voice = {.state = "off"};
    if (value == NULL)
        return voice;
    (void)g_variant_lookup(value, "state", "&s", &voice.state);
    (void)g_variant_lookup(value, "muted", "b", &voice.muted);
    (void)g_variant_lookup(value, "their-muted", "b", &voice.their_muted);
    (void)g_variant_lookup(value, "no-microphone", "b", &voice.no_microphone);
    (void)g_variant_lookup(value, "no-loudspeaker", "b", &voice.no_loudspeaker);
    (void)g_variant_lookup(value, "refused", "b", &voice.refused);
    return voice;
}

/* In the order of words_on(). */
static const RaWords words_while_on[] = {
    {N_("No microphone and no loudspeaker was found: you cannot hear each other."),
     N_("No microphone and no loudspeaker was found: you cannot hear each other.")},
    {N_("No microphone was found: %s cannot hear you."),
     N_("No microphone was found: your helper cannot hear you.")},
    {N_("No loudspeaker was found: you cannot hear %s."),
     N_("No loudspeaker was found: you cannot hear your helper.")},
    {N_("Your microphone is off: %s cannot hear you."),
     N_("Your microphone is off: your helper cannot hear you.")},
    {N_("%s has switched the microphone off."), N_("Your helper has switched the microphone off.")},
    {N_("You can talk with %s now."), N_("You can talk with your helper now.")},
};

static const RaWords words_asking = {N_("Waiting for %s to say yes to talking."),
                                     N_("Waiting for your helper to say yes to talking.")};
static const RaWords words_asked = {
    N_("%s would like to talk. Answer the question that is shown."),
    N_("Your helper would like to talk. Answer the question that is shown.")};
static const RaWords words_refused = {N_("%s does not want to talk now."),
                                      N_("Your helper does not want to talk now.")};

static const RaWords *words_on(const Voice *voice)
{
    const gboolean is[] = {voice->no_microphone && voice->no_loudspeaker,
                           voice->no_microphone,
                           voice->no_loudspeaker,
                           voice->muted,
                           voice->their_muted,
                           TRUE};
    gsize i = 0;
    while (!is[i])
        i++;
    return &words_while_on[i];
}

/* NULL: nothing needs to be said. */
static const RaWords *words_of(const Voice *voice)
{
    if (strcmp(voice->state, "on") == 0)
        return words_on(voice);
    if (strcmp(voice->state, "asking") == 0)
        return &words_asking;
    if (strcmp(voice->state, "asked") == 0)
        return &words_asked;
    return voice->refused ? &words_refused : NULL;
}

static void update(TalkView *view)
{
    RaBusConsent1 *consent = ra_calls_consent(view->calls);
    g_autoptr(GVariant) value = ra_bus_consent1_dup_voice(consent);
    const Voice voice = read_voice(value);
    const gboolean on = strcmp(voice.state, "on") == 0, off = strcmp(voice.state, "off") == 0;
    const gboolean focus = gtk_widget_is_focus(view->talk) || gtk_widget_has_focus(view->stop) ||
                           gtk_widget_is_focus(view->mute);
    const RaWords *about = words_of(&voice);
    g_autofree char *words = about != NULL ? ra_words_about(*about, view->helper) : g_strdup("");
    gtk_label_set_text(GTK_LABEL(view->words), words);
    gtk_widget_set_visible(view->words, about != NULL);
    gtk_widget_set_visible(view->root, view->open && about != NULL);
    gtk_label_set_text(GTK_LABEL(view->theirs_label),
                       view->helper[0] != '\0' ? view->helper : _("Your helper"));
    gtk_widget_set_visible(view->levels, on);
    gtk_widget_set_visible(view->talk, off);
    gtk_widget_set_visible(view->mute, on && !voice.no_microphone);
    gtk_widget_set_visible(view->stop, on || strcmp(voice.state, "asking") == 0);
    gtk_label_set_text_with_mnemonic(GTK_LABEL(view->stop_label),
                                     on ? _("Stop ta_lking") : _("Do not ta_lk"));
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(view->mute), voice.muted);
    if (!on) {
        gtk_level_bar_set_value(GTK_LEVEL_BAR(view->ours), 0);
        gtk_level_bar_set_value(GTK_LEVEL_BAR(view->theirs), 0);
    }
    if (focus && !off)
        gtk_widget_grab_focus(view->stop);
    else if (focus)
        gtk_widget_grab_focus(view->talk);
}

static void on_voice(GObject *consent, GParamSpec *property, gpointer data)
{
    (void)consent;
    (void)property;
    update(of(data));
}

static void on_levels(RaBusConsent1 *consent, guint ours, guint theirs, gpointer data)
{
    const TalkView *view = of(data);
    (void)consent;
    if (!gtk_widget_get_visible(view->levels))
        return;
    gtk_level_bar_set_value(GTK_LEVEL_BAR(view->ours), MIN(ours, 100));
    gtk_level_bar_set_value(GTK_LEVEL_BAR(view->theirs), MIN(theirs, 100));
}

static void on_talk(GtkButton *button, gpointer data)
{
    const TalkView *view = data;
    ra_calls_call(view->calls, ra_calls_consent(view->calls), "Talk",
                  g_variant_new("(b)", GTK_WIDGET(button) == view->talk), NULL, NULL);
}

/* The button shows what the agent says, not what was asked of it. */
static void on_muted(GVariant *result, const char *reason, gpointer data)
{
    TalkView *view = data;
    (void)result;
    ra_calls_show(view->calls, reason);
    update(view);
}

static void on_mute(GtkButton *button, gpointer data)
{
    TalkView *view = data;
    g_autoptr(GVariant) value = ra_bus_consent1_dup_voice(ra_calls_consent(view->calls));
    const gboolean muted = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(button));
    if (muted != read_voice(value).muted)
        ra_calls_call(view->calls, ra_calls_consent(view->calls), "Mute",
                      g_variant_new("(b)", muted), on_muted, view);
}

/* One colour, however loud: a bar that changes its colour looks like an alarm. */
static void calm(GtkWidget *bar)
{
    static const char *const offsets[] = {GTK_LEVEL_BAR_OFFSET_LOW, GTK_LEVEL_BAR_OFFSET_HIGH,
                                          GTK_LEVEL_BAR_OFFSET_FULL};
    for (gsize i = 0; i < G_N_ELEMENTS(offsets); i++)
        gtk_level_bar_remove_offset_value(GTK_LEVEL_BAR(bar), offsets[i]);
}

static void build(TalkView *view, GtkBuilder *builder)
{
    view->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(view->root), GTK_WIDGET(gtk_builder_get_object(builder, "view")));
    view->words = GTK_WIDGET(gtk_builder_get_object(builder, "words"));
    view->levels = GTK_WIDGET(gtk_builder_get_object(builder, "levels"));
    view->ours = GTK_WIDGET(gtk_builder_get_object(builder, "ours"));
    view->theirs = GTK_WIDGET(gtk_builder_get_object(builder, "theirs"));
    view->theirs_label = GTK_WIDGET(gtk_builder_get_object(builder, "theirs-label"));
    view->talk = GTK_WIDGET(gtk_builder_get_object(builder, "talk"));
    view->buttons = GTK_WIDGET(gtk_builder_get_object(builder, "buttons"));
    view->stop_label = GTK_WIDGET(gtk_builder_get_object(builder, "stop-talking-label"));
    view->mute = GTK_WIDGET(gtk_builder_get_object(builder, "mute"));
    view->stop = GTK_WIDGET(gtk_builder_get_object(builder, "stop-talking"));
    calm(view->ours);
    calm(view->theirs);
    g_signal_connect(view->talk, "clicked", G_CALLBACK(on_talk), view);
    g_signal_connect(view->stop, "clicked", G_CALLBACK(on_talk), view);
    g_signal_connect(view->mute, "clicked", G_CALLBACK(on_mute), view);
}

GtkWidget *ra_talk_view_new(RaCalls *calls, GtkBox *row)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/talk-view.ui");
    TalkView *view = g_new0(TalkView, 1);
    RaBusConsent1 *consent = ra_calls_consent(calls);
    view->calls = calls;
    view->helper = g_strdup("");
    build(view, builder);
    gtk_box_append(row, view->buttons);
    g_object_set_data_full(G_OBJECT(view->root), "ra-talk-view", view, view_free);
    g_signal_connect_object(consent, "notify::voice", G_CALLBACK(on_voice), view->root, 0);
    g_signal_connect_object(consent, "levels", G_CALLBACK(on_levels), view->root, 0);
    update(view);
    return view->root;
}

void ra_talk_view_set_helper(GtkWidget *root, const char *helper)
{
    TalkView *view = of(root);
    g_free(view->helper);
    view->helper = g_strdup(helper);
    update(view);
}

void ra_talk_view_set_open(GtkWidget *root, gboolean open)
{
    TalkView *view = of(root);
    view->open = open;
    gtk_widget_set_visible(view->buttons, open);
    update(view);
}
