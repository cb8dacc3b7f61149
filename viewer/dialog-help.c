/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A short guide inside the window, and the way to the whole manual page. */
#include "viewer/dialogs-private.h"
#include "viewer/manual.h"

#include <gio/gio.h>

enum { WIDTH = 620, KEYS_WIDTH = 150 /* dp */ };
enum { CLOSE, MANUAL };

typedef struct {
    RaIcon icon;
    const char *what, *text;
} Item;

static const Item buttons[] = {
    {RA_ICON_CONTROL, "Take Control",
     "asks for their mouse and keyboard. Nothing that you do is sent before they agree. They can "
     "take it back at any time, with Esc on their own keyboard. While they use the mouse "
     "themselves, yours waits."},
    {RA_ICON_SEND_FILE, "Send a File",
     "offers one or more files; they choose whether to take them. You can also drop files onto "
     "this window."},
    {RA_ICON_TALK, "Start Talking",
     "asks to talk. When both agree, the microphones are on, and each side sees that they are."},
    {RA_ICON_SETTINGS, "Settings",
     "has the quality of the picture, their screens, the clipboard and how this window looks."},
    {RA_ICON_DISCONNECT, "Disconnect",
     "ends the session. What was said stays here, and can be saved, until you close the window."},
};

static const struct {
    const char *keys, *text;
} shortcuts[] = {
    {"Ctrl+Alt+C", "take control, or give it back"},
    {"Ctrl+Alt+F", "send a file"},
    {"Ctrl+Alt+T", "start talking, or stop"},
    {"Ctrl+Alt+M", "write a message"},
    {"Ctrl+Alt+P", "point, or stop pointing"},
    {"Ctrl+Alt+K", "in control: send Ctrl+Alt+Del, Super and the like"},
    {"Ctrl+Alt+S", "actual size, or fit to the window"},
    {"F11", "full screen, and back"},
    {"Ctrl+Alt+B", "to the buttons, in control too"},
    {"Ctrl+Alt+Q", "disconnect"},
    {"F1, Ctrl+Alt+H", "this help (F1: while you are not in control)"},
    {"Tab, Enter, Esc", "move among the buttons, press one, go back"},
};

static void add_heading(RaWidget *column, const char *text)
{
    ra_widget_add(column, ra_label_new(column->ui, RA_FONT_STRONG, RA_COLOUR_TEXT, text));
}

static void add_paragraph(RaWidget *column, const char *text)
{
    ra_widget_add(column, ra_label_new(column->ui, RA_FONT_BODY, RA_COLOUR_TEXT, text));
}

static void add_button(RaWidget *column, const Item *item)
{
    RaUi *ui = column->ui;
    RaWidget *row = ra_row_new(ui, 12);
    RaWidget *icon = ra_icon_new(ui, item->icon, 20, RA_COLOUR_QUIET);
    g_autofree char *text = g_strdup_printf("%s %s", item->what, item->text);
    RaWidget *label = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_TEXT, text);
    ra_widget_set_align(icon, RA_ALIGN_CENTRE, RA_ALIGN_START);
    ra_widget_set_expands(label, TRUE);
    ra_widget_add(row, icon);
    ra_widget_add(row, label);
    ra_widget_add(column, row);
}

static void add_shortcut(RaWidget *column, const char *keys, const char *text)
{
    RaUi *ui = column->ui;
    RaWidget *row = ra_row_new(ui, 12);
    RaWidget *left = ra_label_new(ui, RA_FONT_MONO, RA_COLOUR_TEXT, keys);
    RaWidget *right = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_TEXT, text);
    left->min_width = KEYS_WIDTH;
    ra_widget_set_expands(right, TRUE);
    ra_widget_add(row, left);
    ra_widget_add(row, right);
    ra_widget_add(column, row);
}

static RaWidget *new_guide(RaUi *ui)
{
    RaWidget *column = ra_column_new(ui, 10);
    add_paragraph(column, "You see the screen of somebody who asked for help; they do not see "
                          "yours. They agree to each step, and can stop it at once.");
    add_heading(column, "The buttons");
    for (gsize i = 0; i < G_N_ELEMENTS(buttons); i++)
        add_button(column, &buttons[i]);
    add_heading(column, "On the picture");
    add_paragraph(column, "While you only look, you can point: press the mouse button and draw or "
                          "circle, and they see it on their screen for a moment. The pencil above "
                          "does the same in control, and on a screen that is larger than the "
                          "window; that one moves with the mouse or the wheel.");
    add_heading(column, "The chat");
    add_paragraph(column, "Enter sends, Shift+Enter makes a new line. Links are opened only when "
                          "you say so.");
    add_heading(column, "Keys");
    for (gsize i = 0; i < G_N_ELEMENTS(shortcuts); i++)
        add_shortcut(column, shortcuts[i].keys, shortcuts[i].text);
    add_paragraph(column, "In control all other keys go to their computer. Alt is the left one.");
    return column;
}

static void on_launched(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    (void)data;
    (void)g_app_info_launch_default_for_uri_finish(result, NULL);
}

static void on_answer(RaWidget *card, int id, gpointer data)
{
    RaDialogs *dialogs = data;
    if (id == CLOSE) {
        ra_dialogs_close(&dialogs->help);
        return;
    }
    g_autofree char *uri = ra_manual_uri();
    if (uri == NULL)
        ra_dialog_set_message(card, "The manual is not installed as a web page. In a terminal, "
                                    "type: man ra-viewer");
    else
        g_app_info_launch_default_for_uri_async(uri, NULL, NULL, on_launched, NULL);
}

void ra_help_open(RaDialogs *dialogs)
{
    if (dialogs->help != NULL)
        return;
    RaWidget *card =
        ra_dialog_new(dialogs->shell->ui, RA_ICON_HELP, "Help", WIDTH, on_answer, dialogs);
    dialogs->help = card;
    ra_dialog_add(card, new_guide(card->ui));
    (void)ra_dialog_add_side_button(card, MANUAL, "Open the Manual", RA_ANSWER_STAYS);
    (void)ra_dialog_add_button(card, CLOSE, "Close",
                               RA_ANSWER_DEFAULT | RA_ANSWER_CANCEL | RA_ANSWER_STAYS);
    ra_dialog_show(card);
}
