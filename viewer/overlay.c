/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/overlay.h"

#include "viewer/containers.h"
#include "viewer/widgets.h"

enum {
    CARD_WIDTH = 400, /* dp */
    CARD_MARGIN = 28,
    OUTSIDE = 12,
};

typedef struct {
    RaWidget base;
    RaShell *shell;
    RaCommandFunc command;
    gpointer data;
    RaWidget *card, *icon, *heading, *text, *gap, *buttons;
    RaWidget *cancel, *save, *reconnect, *close;
    RaWidget *pill, *pill_text; /* a line at the upper edge */
    double dim;                 /* 0 to 1 */
    int covered;                /* pixels on the left */
} Overlay;

static void on_cancel(RaWidget *button, gpointer data)
{
    const Overlay *overlay = data;
    (void)button;
    overlay->command(overlay->shell->model->status.state == RA_CONNECT_RESUMING
                         ? RA_COMMAND_DISCONNECT
                         : RA_COMMAND_CLOSE,
                     overlay->data);
}

static void on_save(RaWidget *button, gpointer data)
{
    const Overlay *overlay = data;
    (void)button;
    overlay->command(RA_COMMAND_SAVE_HISTORY, overlay->data);
}

static void on_reconnect(RaWidget *button, gpointer data)
{
    const Overlay *overlay = data;
    (void)button;
    overlay->command(RA_COMMAND_RECONNECT, overlay->data);
}

static void on_close(RaWidget *button, gpointer data)
{
    const Overlay *overlay = data;
    (void)button;
    overlay->command(RA_COMMAND_CLOSE, overlay->data);
}

static void draw_overlay(RaWidget *widget, cairo_t *cairo)
{
    const Overlay *overlay = (Overlay *)widget;
    const RaBox *box = &widget->box;
    if (overlay->dim <= 0)
        return;
    const guint32 rgb = ra_ui_colour(widget->ui, RA_COLOUR_BACKDROP);
    const double dark = ra_ui_theme(widget->ui) == RA_THEME_LIGHT ? 0.25 : 0.9;
    if (overlay->dim >= 1) /* nothing of the screen is to be guessed */
        cairo_set_source_rgb(cairo, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
                             (rgb & 0xff) / 255.0);
    else
        cairo_set_source_rgba(cairo, 0.06 * dark, 0.07 * dark, 0.09 * dark, overlay->dim);
    cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
    cairo_fill(cairo);
}

static gboolean is_clear(const RaWidget *widget)
{
    return ((const Overlay *)widget)->dim <= 0;
}

static void place_overlay(RaWidget *widget)
{
    const Overlay *overlay = (Overlay *)widget;
    const RaBox whole = widget->box;
    const RaBox free = {whole.x + overlay->covered, whole.y, MAX(whole.width - overlay->covered, 1),
                        whole.height};
    const RaBox *box = &free;
    const int outside = ra_ui_px(widget->ui, OUTSIDE);
    const int room = MAX(box->width - 2 * outside, 1);
    int width;
    const int wide = MIN(ra_ui_px(widget->ui, CARD_WIDTH), room);
    const int height = MIN(ra_widget_height(overlay->card, wide), box->height);
    ra_widget_place(overlay->card,
                    (RaBox){box->x + (box->width - wide) / 2,
                            box->y + MAX((box->height - height) / 2, 0), wide, height});
    ra_widget_want(overlay->pill, NULL, &width);
    width = MIN(width, room);
    ra_widget_place(overlay->pill, (RaBox){box->x + (box->width - width) / 2, box->y + outside,
                                           width, ra_widget_height(overlay->pill, width)});
}

static const RaWidgetClass overlay_class = {.name = "overlay",
                                            .size = sizeof(Overlay),
                                            .place = place_overlay,
                                            .draw = draw_overlay,
                                            .clear = is_clear};

static void build_card(Overlay *overlay)
{
    RaUi *ui = overlay->base.ui;
    RaWidget *column = ra_column_new(ui, 8);
    overlay->card = ra_padding_new(ui, CARD_MARGIN - 4, CARD_MARGIN - 8);
    ra_padding_set_ground(overlay->card, RA_COLOUR_CARD, 12, TRUE);
    overlay->icon = ra_icon_new(ui, RA_ICON_INFO, 34, RA_COLOUR_FOCUS);
    overlay->heading = ra_label_new(ui, RA_FONT_HEADING, RA_COLOUR_TEXT, "");
    overlay->text = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_QUIET, "");
    ra_label_set_centred(overlay->heading);
    ra_label_set_centred(overlay->text);
    overlay->buttons = ra_flow_new(ui, 8);
    overlay->cancel =
        ra_button_new(ui, RA_BUTTON_PLAIN, RA_ICON_NONE, "Cancel", on_cancel, overlay);
    overlay->save =
        ra_button_new(ui, RA_BUTTON_PLAIN, RA_ICON_NONE, "Save History…", on_save, overlay);
    overlay->reconnect =
        ra_button_new(ui, RA_BUTTON_PLAIN, RA_ICON_NONE, "Reconnect", on_reconnect, overlay);
    overlay->close = ra_button_new(ui, RA_BUTTON_ACCENT, RA_ICON_NONE, "Close", on_close, overlay);
    RaWidget *const buttons[] = {overlay->save, overlay->reconnect, overlay->cancel,
                                 overlay->close};
    for (gsize i = 0; i < G_N_ELEMENTS(buttons); i++) {
        buttons[i]->min_width = 88;
        ra_widget_add(overlay->buttons, buttons[i]);
    }
    ra_widget_set_align(overlay->buttons, RA_ALIGN_CENTRE, RA_ALIGN_FILL);
    ra_widget_add(column, overlay->icon);
    ra_widget_add(column, ra_spacer_new(ui, 2));
    ra_widget_add(column, overlay->heading);
    ra_widget_add(column, overlay->text);
    overlay->gap = ra_spacer_new(ui, 6);
    ra_widget_add(column, overlay->gap);
    ra_widget_add(column, overlay->buttons);
    RaWidget *scroll = ra_scroll_new(ui, 0, 0), *room = ra_padding_new(ui, 4, 4);
    ra_widget_add(room, column);
    ra_widget_add(scroll, room);
    ra_widget_add(overlay->card, scroll);
}

RaWidget *ra_overlay_new(RaShell *shell, RaCommandFunc command, gpointer data)
{
    RaUi *ui = shell->ui;
    RaWidget *widget = ra_widget_new(ui, &overlay_class);
    Overlay *overlay = (Overlay *)widget;
    overlay->shell = shell;
    overlay->command = command;
    overlay->data = data;
    build_card(overlay);
    overlay->pill = ra_padding_new(ui, 14, 8);
    ra_padding_set_ground(overlay->pill, RA_COLOUR_WARM, 18, FALSE);
    overlay->pill_text = ra_label_new(ui, RA_FONT_STRONG, RA_COLOUR_ON_ACCENT, "");
    ra_label_set_centred(overlay->pill_text);
    ra_widget_add(overlay->pill, overlay->pill_text);
    ra_widget_add(widget, overlay->pill);
    ra_widget_add(widget, overlay->card);
    ra_widget_set_hidden(overlay->card, TRUE);
    ra_widget_set_hidden(overlay->pill, TRUE);
    return widget;
}

static RaIcon icon_of(const RaModel *model)
{
    switch (model->status.state) {
    case RA_CONNECT_RESUMING:
        return RA_ICON_RECONNECT;
    case RA_CONNECT_SHARING:
        return RA_ICON_PAUSE;
    case RA_CONNECT_WAITING:
        return RA_ICON_PERSON;
    case RA_CONNECT_DIALLING:
        return RA_ICON_MONITOR;
    default:
        return RA_ICON_INFO;
    }
}

static void show_card(const Overlay *overlay, const char *heading, const char *text,
                      const char *cancel)
{
    const RaModel *model = overlay->shell->model;
    const gboolean ended = model->status.state == RA_CONNECT_ENDED;
    ra_widget_set_hidden(overlay->card, heading == NULL);
    if (heading == NULL)
        return;
    ra_icon_set(overlay->icon, icon_of(model), RA_COLOUR_FOCUS);
    ra_label_set_text(overlay->heading, heading);
    ra_label_set_text(overlay->text, text);
    ra_widget_set_hidden(overlay->cancel, ended || cancel == NULL);
    if (cancel != NULL)
        ra_button_set(overlay->cancel, RA_BUTTON_PLAIN, RA_ICON_NONE, cancel);
    ra_widget_set_hidden(overlay->close, !ended);
    ra_widget_set_hidden(overlay->reconnect, !ended || !model->can_reconnect);
    ra_widget_set_hidden(overlay->save, !ended || model->history == NULL ||
                                            ra_history_length(model->history) == 0);
    ra_widget_set_hidden(overlay->buttons, cancel == NULL && !ended);
    ra_widget_set_hidden(overlay->gap, overlay->buttons->hidden);
}

static void show_pill(Overlay *overlay, const char *text)
{
    ra_widget_set_hidden(overlay->pill, text == NULL);
    if (text != NULL)
        ra_label_set_text(overlay->pill_text, text);
}

/* A picture of now is not dimmed, the last one of a session that broke or ended is; else there is
 * none to be seen. */
static double dim_of(const RaModel *model)
{
    switch (model->status.state) {
    case RA_CONNECT_SHARING:
        return model->paused ? 1 : 0;
    case RA_CONNECT_RESUMING:
        return 0.62;
    case RA_CONNECT_ENDED:
        return model->status.begun ? 0.62 : 1;
    default:
        return 1;
    }
}

void ra_overlay_set_covered(RaWidget *widget, int left)
{
    ((Overlay *)widget)->covered = left;
}

void ra_overlay_update(RaWidget *widget)
{
    Overlay *overlay = (Overlay *)widget;
    const RaModel *model = overlay->shell->model;
    const RaStatus *status = &model->status;
    const gboolean sharing = status->state == RA_CONNECT_SHARING;
    g_autofree char *heading = NULL, *text = NULL, *pill = NULL;
    const char *button = NULL;
    const char *name = status->name != NULL ? status->name : "";
    if (model->prompt.kind == RA_PROMPT_NONE)
        ra_status_panel(status, &heading, &text, &button);
    if (sharing && model->paused) {
        g_free(heading);
        g_free(text);
        heading = g_strdup_printf("%s has hidden the screen", name);
        text = g_strdup_printf("You see it again when %s shows it.", name);
        button = NULL;
    } else if (sharing && model->held) {
        pill = g_strdup_printf("%s is using the mouse – your input waits", name);
    }
    show_card(overlay, heading, text, button);
    show_pill(overlay, pill);
    overlay->dim = dim_of(model);
    ra_widget_resize(widget);
}

gboolean ra_overlay_focus(RaWidget *widget)
{
    const Overlay *overlay = (Overlay *)widget;
    if (overlay->card->hidden)
        return FALSE;
    if (!overlay->close->hidden)
        ra_ui_focus(widget->ui, overlay->close);
    return ra_widget_is_inside(ra_ui_focused(widget->ui), widget);
}
