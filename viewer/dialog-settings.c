/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings: each is applied at once, remembered, and says what it does. */
#include "viewer/dialogs-private.h"

enum { WIDTH = 660 /* dp: the five qualities fit beside each other */ };

struct _RaSettingsPage {
    RaWidget *card, *quality, *quality_note, *monitor, *clipboard, *clipboard_note;
    guint monitors; /* as offered: their number */
    char names[RA_MONITORS_MAX][64];
};

static const char *const qualities[] = {"Automatic", "Low", "Medium", "High", "Lossless", NULL};
static const char *const quality_notes[] = {
    "As good as the connection allows, and exact as soon as nothing moves.",
    "For very slow connections: photos and films are coarse.",
    "For slow connections: photos and films lose some detail.",
    "For good connections: hardly any loss is to be seen.",
    "Every pixel exactly as it is there; slow where much moves.",
};
G_STATIC_ASSERT(G_N_ELEMENTS(quality_notes) == RA_QUALITY_LAST + 1);

static const char *const themes[] = {"As the desktop", "Light", "Dark", "High contrast", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(themes) == RA_THEME_LAST + 2);

static const char *const text_sizes[] = {"Small", "Normal", "Large", "Larger", NULL};
static const int text_percents[] = {85, 100, 125, 150};

static void act_number(RaDialogs *dialogs, RaActKind kind, guint number)
{
    const RaAct act = {.kind = kind, .number = number};
    (void)ra_shell_act(dialogs->shell, &act);
}

static void on_quality(RaWidget *widget, gpointer data)
{
    RaDialogs *dialogs = data;
    RaChoices choices = dialogs->shell->choices;
    choices.quality = (RaQuality)ra_choice_chosen(widget);
    ra_label_set_text(dialogs->settings->quality_note, quality_notes[choices.quality]);
    ra_shell_choose(dialogs->shell, &choices);
    act_number(dialogs, RA_ACT_QUALITY, choices.quality);
}

static void on_monitor(RaWidget *widget, gpointer data)
{
    const guint chosen = ra_choice_chosen(widget); /* all of them come first */
    act_number(data, RA_ACT_MONITOR, chosen == 0 ? RA_MONITOR_ALL : chosen - 1);
}

static void on_clipboard(RaWidget *widget, gpointer data)
{
    RaDialogs *dialogs = data;
    RaChoices choices = dialogs->shell->choices;
    choices.clipboard = ra_switch_on(widget);
    ra_shell_choose(dialogs->shell, &choices);
    (void)ra_shell_do(dialogs->shell, RA_ACT_CLIPBOARD, choices.clipboard);
}

static void on_theme(RaWidget *widget, gpointer data)
{
    RaDialogs *dialogs = data;
    RaChoices choices = dialogs->shell->choices;
    choices.theme = (RaThemeKind)ra_choice_chosen(widget);
    ra_shell_choose(dialogs->shell, &choices);
}

static void on_text(RaWidget *widget, gpointer data)
{
    RaDialogs *dialogs = data;
    RaChoices choices = dialogs->shell->choices;
    choices.text = text_percents[ra_choice_chosen(widget)];
    ra_shell_choose(dialogs->shell, &choices);
}

static void on_pane(RaWidget *widget, gpointer data)
{
    RaDialogs *dialogs = data;
    RaChoices choices = dialogs->shell->choices;
    choices.pane = ra_switch_on(widget);
    ra_shell_choose(dialogs->shell, &choices);
}

/* The nearest that can be chosen. */
static guint text_index(int percent)
{
    guint best = 0;
    for (guint i = 1; i < G_N_ELEMENTS(text_percents); i++) {
        if (ABS(text_percents[i] - percent) < ABS(text_percents[best] - percent))
            best = i;
    }
    return best;
}

/* A heading, and what belongs to it in a column of its own; TAKES is taken. */
static RaWidget *add_group(RaWidget *card, const char *heading, RaWidget *takes, const char *note)
{
    RaWidget *group = ra_column_new(card->ui, 6);
    RaWidget *label = ra_label_new(card->ui, RA_FONT_SMALL, RA_COLOUR_QUIET, note);
    if (heading != NULL)
        ra_widget_add(group, ra_label_new(card->ui, RA_FONT_STRONG, RA_COLOUR_TEXT, heading));
    ra_widget_add(group, takes);
    ra_widget_add(group, label);
    ra_dialog_add(card, group);
    return label;
}

static RaWidget *new_monitors(RaDialogs *dialogs)
{
    RaSettingsPage *page = dialogs->settings;
    const RaModel *model = dialogs->shell->model;
    const char *labels[RA_MONITORS_MAX + 2] = {"All screens"};
    page->monitors = MIN(model->monitors.n, RA_MONITORS_MAX);
    memcpy(page->names, model->monitors.name, sizeof page->names);
    for (guint i = 0; i < page->monitors; i++)
        labels[i + 1] = page->names[i];
    return ra_choice_new(dialogs->shell->ui, labels, 0, on_monitor, dialogs);
}

static void refresh(RaDialogs *dialogs)
{
    RaSettingsPage *page = dialogs->settings;
    const RaModel *model = dialogs->shell->model;
    ra_choice_set(page->quality, MIN(model->quality, RA_QUALITY_LAST));
    ra_label_set_text(page->quality_note, quality_notes[MIN(model->quality, RA_QUALITY_LAST)]);
    if (page->monitor != NULL)
        ra_choice_set(page->monitor,
                      model->monitors.current < page->monitors ? model->monitors.current + 1 : 0);
    ra_switch_set(page->clipboard, model->clipboard);
    g_autofree char *off =
        g_strdup_printf("%s has switched the clipboard off.", ra_dialogs_name(dialogs));
    ra_label_set_text(page->clipboard_note,
                      model->clipboard && !model->their_clipboard &&
                              model->status.state == RA_CONNECT_SHARING
                          ? off
                          : "What is copied on one computer can be pasted on the other.");
}

static void on_closed(RaWidget *card, int id, gpointer data)
{
    (void)card;
    (void)id;
    RaDialogs *dialogs = data;
    g_clear_pointer(&dialogs->settings, g_free);
}

static void build_session(RaDialogs *dialogs, RaWidget *card)
{
    RaUi *ui = card->ui;
    RaSettingsPage *page = dialogs->settings;
    page->quality = ra_choice_new(ui, qualities, 0, on_quality, dialogs);
    page->quality_note = add_group(card, "Quality of the picture", page->quality, "");
    if (dialogs->shell->model->monitors.n > 1) {
        page->monitor = new_monitors(dialogs);
        (void)add_group(card, "Which screen of theirs", page->monitor,
                        "One alone is larger here, and moves faster.");
    }
    page->clipboard =
        ra_switch_new(ui, "Share the clipboard while in control", FALSE, on_clipboard, dialogs);
    page->clipboard_note = add_group(card, NULL, page->clipboard, "");
}

static void build_window(RaDialogs *dialogs, RaWidget *card)
{
    RaUi *ui = card->ui;
    const RaChoices *choices = &dialogs->shell->choices;
    RaWidget *theme =
        ra_choice_new(ui, themes, MIN(choices->theme, RA_THEME_LAST), on_theme, dialogs);
    RaWidget *text = ra_choice_new(ui, text_sizes, text_index(choices->text), on_text, dialogs);
    RaWidget *pane = ra_switch_new(ui, "Show the chat", choices->pane, on_pane, dialogs);
    (void)add_group(card, "Colours", theme, "Of this window. Their screen stays as it is.");
    (void)add_group(card, "Size of text", text, "In this window alone.");
    (void)add_group(card, NULL, pane, "Beside the screen, where the window is wide enough.");
}

void ra_settings_open(RaDialogs *dialogs)
{
    if (dialogs->settings != NULL)
        return;
    RaSettingsPage *page = g_new0(RaSettingsPage, 1);
    dialogs->settings = page;
    page->card =
        ra_dialog_new(dialogs->shell->ui, RA_ICON_SETTINGS, "Settings", WIDTH, on_closed, dialogs);
    build_session(dialogs, page->card);
    build_window(dialogs, page->card);
    refresh(dialogs);
    (void)ra_dialog_add_button(page->card, 0, "Close", RA_ANSWER_DEFAULT | RA_ANSWER_CANCEL);
    ra_dialog_set_focus(page->card, page->quality);
    ra_dialog_show(page->card);
}

void ra_settings_close(RaDialogs *dialogs)
{
    if (dialogs->settings == NULL)
        return;
    ra_dialogs_close(&dialogs->settings->card);
    g_clear_pointer(&dialogs->settings, g_free);
}

void ra_settings_update(RaDialogs *dialogs)
{
    RaSettingsPage *page = dialogs->settings;
    const RaModel *model = dialogs->shell->model;
    if (page == NULL)
        return;
    const guint monitors = page->monitor != NULL ? page->monitors : 0;
    const guint now = model->monitors.n > 1 ? MIN(model->monitors.n, RA_MONITORS_MAX) : 0;
    if (monitors != now ||
        (now > 0 && memcmp(page->names, model->monitors.name, now * sizeof page->names[0]) != 0)) {
        ra_settings_close(dialogs);
        ra_settings_open(dialogs);
    } else {
        refresh(dialogs);
    }
}
