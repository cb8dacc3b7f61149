/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/dialog.h"

enum {
    WIDTH = 440, /* dp */
    MARGIN = 20, /* inside the card */
    RING = 4,    /* more, for the ring around what has the focus */
    OUTSIDE = 16,
    GAP = 12,
    RADIUS = 12,
    DIM = 45, /* percent */
    LATER_MS = 1000,
    ICON = 26,
};

typedef struct {
    RaWidget *widget;
    int id;
    RaAnswerFlags flags;
} Answer;

struct _RaDialog {
    RaWidget base;
    RaWidget *card, *scroll, *body, *message, *buttons, *side;
    GArray *answers; /* of Answer */
    RaWidget *focus;
    int width; /* dp */
    guint later_timer;
    gboolean shown;
    RaDialogFunc answered;
    gpointer data;
};

static void answer(RaDialog *dialog, const Answer *given)
{
    const RaDialogFunc answered = dialog->answered;
    const gpointer data = dialog->data;
    const int id = given->id;
    if ((given->flags & RA_ANSWER_STAYS) == 0)
        ra_dialog_close(&dialog->base);
    if (answered != NULL)
        answered(&dialog->base, id, data);
}

static const Answer *find_answer(const RaDialog *dialog, RaAnswerFlags flag)
{
    for (guint i = 0; i < dialog->answers->len; i++) {
        const Answer *at = &g_array_index(dialog->answers, Answer, i);
        if ((at->flags & flag) != 0)
            return at;
    }
    return NULL;
}

static void on_pressed(RaWidget *button, gpointer data)
{
    RaDialog *dialog = data;
    for (guint i = 0; i < dialog->answers->len; i++) {
        const Answer given = g_array_index(dialog->answers, Answer, i);
        if (given.widget != button)
            continue;
        answer(dialog, &given);
        return;
    }
}

static gboolean dialog_key(RaWidget *widget, const RaUiKey *event)
{
    const RaDialog *dialog = (RaDialog *)widget;
    const Answer *at = NULL;
    if (event->mods != 0)
        return FALSE;
    if (event->key == RA_UI_KEY_ENTER && !event->repeat)
        at = find_answer(dialog, RA_ANSWER_DEFAULT);
    else if (event->key == RA_UI_KEY_ESCAPE && !event->repeat)
        at = find_answer(dialog, RA_ANSWER_CANCEL);
    if (at == NULL) /* where the buttons have the focus, keys still move what is read */
        return dialog->scroll->class->key(dialog->scroll, event);
    ra_button_press(at->widget);
    return TRUE;
}

/* What comes after the body has its height in any case; the body takes what the window has left. */
static void place_dialog(RaWidget *widget)
{
    const RaDialog *dialog = (RaDialog *)widget;
    const RaBox *box = &widget->box;
    const int outside = ra_ui_px(widget->ui, OUTSIDE);
    const int width = MIN(ra_ui_px(widget->ui, dialog->width), MAX(box->width - 2 * outside, 1));
    const int height =
        MIN(ra_widget_height(dialog->card, width), MAX(box->height - 2 * outside, 1));
    ra_widget_place(dialog->card, (RaBox){box->x + (box->width - width) / 2,
                                          box->y + (box->height - height) * 2 / 5, width, height});
}

static void draw_shadow(RaWidget *widget, cairo_t *cairo)
{
    const RaDialog *dialog = (RaDialog *)widget;
    const int unit = ra_ui_px(widget->ui, 1);
    for (int i = 8; i > 0; i--) {
        const RaBox *box = &dialog->card->box;
        const int out = i * unit;
        const RaBox shadow = {box->x - out, box->y - out + 3 * unit, box->width + 2 * out,
                              box->height + 2 * out};
        cairo_set_source_rgba(cairo, 0, 0, 0, 0.035);
        ra_ui_round(cairo, shadow, ra_ui_px(widget->ui, RADIUS) + out);
        cairo_fill(cairo);
    }
}

/* Presses beside the card are nobody's. */
static gboolean dialog_pointer(RaWidget *widget, const RaUiPointer *event)
{
    (void)widget;
    return event->kind != RA_POINTER_WHEEL;
}

static void free_dialog(RaWidget *widget)
{
    RaDialog *dialog = (RaDialog *)widget;
    if (dialog->later_timer != 0)
        g_source_remove(dialog->later_timer);
    g_array_unref(dialog->answers);
}

static const RaWidgetClass dialog_class = {.name = "dialog",
                                           .size = sizeof(RaDialog),
                                           .place = place_dialog,
                                           .draw = draw_shadow,
                                           .pointer = dialog_pointer,
                                           .key = dialog_key,
                                           .free = free_dialog};

static RaDialog *as_dialog(const RaWidget *widget)
{
    g_assert(widget->class == &dialog_class);
    return (RaDialog *)widget;
}

static RaWidget *inset(RaUi *ui, RaWidget *widget)
{
    RaWidget *room = ra_padding_new(ui, RING, 0);
    ra_widget_add(room, widget);
    return room;
}

RaWidget *ra_dialog_new(RaUi *ui, RaIcon icon, const char *title, int width, RaDialogFunc answered,
                        gpointer data)
{
    RaWidget *widget = ra_widget_new(ui, &dialog_class);
    RaDialog *dialog = (RaDialog *)widget;
    dialog->answers = g_array_new(FALSE, TRUE, sizeof(Answer));
    dialog->width = width > 0 ? width : WIDTH;
    dialog->answered = answered;
    dialog->data = data;
    dialog->card = ra_padding_new(ui, MARGIN, MARGIN);
    ra_padding_set_ground(dialog->card, RA_COLOUR_CARD, RADIUS, TRUE);
    RaWidget *column = ra_column_new(ui, GAP), *head = ra_row_new(ui, GAP);
    if (icon != RA_ICON_NONE) {
        RaWidget *sign = ra_icon_new(ui, icon, ICON, RA_COLOUR_FOCUS);
        ra_widget_set_align(sign, RA_ALIGN_FILL, RA_ALIGN_START);
        ra_widget_add(head, sign);
    }
    RaWidget *heading = ra_label_new(ui, RA_FONT_HEADING, RA_COLOUR_TEXT, title);
    ra_widget_add(head, heading);
    ra_widget_set_expands(heading, TRUE);
    ra_widget_set_align(heading, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    dialog->scroll = ra_scroll_new(ui, 0, 0);
    dialog->body = ra_column_new(ui, GAP);
    RaWidget *room = ra_padding_new(ui, RING, RING);
    ra_widget_add(room, dialog->body);
    ra_widget_add(dialog->scroll, room);
    ra_widget_set_expands(dialog->scroll, TRUE);
    dialog->message = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_ERROR, "");
    RaWidget *foot = ra_row_new(ui, GAP);
    dialog->side = ra_row_new(ui, GAP);
    dialog->buttons = ra_flow_new(ui, 8);
    ra_widget_set_expands(dialog->buttons, TRUE);
    ra_widget_add(foot, dialog->side);
    ra_widget_add(foot, dialog->buttons);
    ra_widget_set_hidden(dialog->side, TRUE);
    ra_widget_add(column, inset(ui, head));
    ra_widget_add(column, dialog->scroll);
    ra_widget_add(column, inset(ui, dialog->message));
    ra_widget_set_hidden(dialog->message->parent, TRUE);
    ra_widget_add(column, ra_spacer_new(ui, 2));
    ra_widget_add(column, inset(ui, foot));
    ra_widget_add(dialog->card, column);
    ra_widget_add(widget, dialog->card);
    return widget;
}

RaWidget *ra_dialog_add_text(RaWidget *widget, const char *text)
{
    RaWidget *label = ra_label_new(widget->ui, RA_FONT_BODY, RA_COLOUR_TEXT, text);
    ra_widget_add(as_dialog(widget)->body, label);
    return label;
}

void ra_dialog_add(RaWidget *widget, RaWidget *child)
{
    ra_widget_add(as_dialog(widget)->body, child);
}

void ra_dialog_set_message(RaWidget *widget, const char *message)
{
    const RaDialog *dialog = as_dialog(widget);
    const gboolean empty = message == NULL || *message == '\0';
    ra_label_set_text(dialog->message, empty ? "" : message);
    ra_widget_set_hidden(dialog->message->parent, empty);
}

static RaWidget *add_button(RaDialog *dialog, RaWidget *row, int id, const char *label,
                            RaAnswerFlags flags)
{
    RaButtonKind kind = RA_BUTTON_PLAIN;
    if ((flags & RA_ANSWER_DANGER) != 0)
        kind = RA_BUTTON_DANGER;
    else if ((flags & RA_ANSWER_DEFAULT) != 0)
        kind = RA_BUTTON_ACCENT;
    RaWidget *button =
        ra_button_new(dialog->base.ui, kind, RA_ICON_NONE, label, on_pressed, dialog);
    button->min_width = 84;
    const Answer given = {button, id, flags};
    g_array_append_val(dialog->answers, given);
    ra_widget_add(row, button);
    if ((flags & RA_ANSWER_LATER) != 0)
        ra_widget_set_disabled(button, TRUE);
    return button;
}

RaWidget *ra_dialog_add_button(RaWidget *widget, int id, const char *label, RaAnswerFlags flags)
{
    RaDialog *dialog = as_dialog(widget);
    return add_button(dialog, dialog->buttons, id, label, flags);
}

RaWidget *ra_dialog_add_side_button(RaWidget *widget, int id, const char *label,
                                    RaAnswerFlags flags)
{
    RaDialog *dialog = as_dialog(widget);
    ra_widget_set_hidden(dialog->side, FALSE);
    return add_button(dialog, dialog->side, id, label, flags);
}

void ra_dialog_set_focus(RaWidget *widget, RaWidget *focus)
{
    as_dialog(widget)->focus = focus;
    if (as_dialog(widget)->shown)
        ra_ui_focus(widget->ui, focus);
}

/* To whom it was given, else to the default button, if they can have it (yet). */
static void focus_first(RaDialog *dialog)
{
    const Answer *first = find_answer(dialog, RA_ANSWER_DEFAULT);
    if (dialog->focus != NULL)
        ra_ui_focus(dialog->base.ui, dialog->focus);
    else if (first != NULL)
        ra_ui_focus(dialog->base.ui, first->widget);
}

static gboolean on_later(gpointer data)
{
    RaDialog *dialog = data;
    dialog->later_timer = 0;
    for (guint i = 0; i < dialog->answers->len; i++) {
        const Answer *at = &g_array_index(dialog->answers, Answer, i);
        if ((at->flags & RA_ANSWER_LATER) != 0)
            ra_widget_set_disabled(at->widget, FALSE);
    }
    if (ra_ui_focused(dialog->base.ui) == NULL && ra_ui_top(dialog->base.ui) == &dialog->base)
        focus_first(dialog);
    return G_SOURCE_REMOVE;
}

void ra_dialog_show(RaWidget *widget)
{
    RaDialog *dialog = as_dialog(widget);
    if (dialog->shown)
        return;
    dialog->shown = TRUE;
    ra_ui_push(widget->ui, widget, DIM);
    if (find_answer(dialog, RA_ANSWER_LATER) != NULL)
        dialog->later_timer = g_timeout_add(LATER_MS, on_later, dialog);
    focus_first(dialog);
}

void ra_dialog_close(RaWidget *widget)
{
    (void)as_dialog(widget);
    ra_widget_free(widget);
}
