/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/statusbar.h"

#include "viewer/containers.h"
#include "viewer/frame.h"
#include "viewer/widgets.h"

enum {
    MARGIN = 12, /* dp */
    LIGHT = 8,
    GAP = 8,
};

/* The light. */

typedef struct {
    RaWidget base;
    RaColour colour;
} Light;

static void light_width(RaWidget *widget, int *min, int *natural)
{
    *min = *natural = ra_ui_px(widget->ui, LIGHT);
}

static void draw_light(RaWidget *widget, cairo_t *cairo)
{
    const RaBox *box = &widget->box;
    const double radius = ra_ui_px(widget->ui, LIGHT) / 2.0;
    ra_ui_set_colour(widget->ui, cairo, ((Light *)widget)->colour);
    cairo_arc(cairo, box->x + box->width / 2.0, box->y + box->height / 2.0, radius, 0, 2 * G_PI);
    cairo_fill(cairo);
}

static const RaWidgetClass light_class = {
    .name = "light", .size = sizeof(Light), .width = light_width, .draw = draw_light};

/* The status line. */

typedef struct {
    RaWidget base;
    RaWidget *row, *light, *line, *meter, *size;
} Status;

static int status_height(RaWidget *widget, int width)
{
    const Status *status = (Status *)widget;
    const int room = MAX(width - 2 * ra_ui_px(widget->ui, MARGIN), 1);
    return MAX(ra_ui_px(widget->ui, RA_FRAME_STATUS),
               ra_widget_height(status->row, room) + ra_ui_px(widget->ui, GAP));
}

static int natural_of(RaWidget *label)
{
    int min, natural;
    label->class->width(label, &min, &natural);
    return natural + ra_ui_px(label->ui, GAP);
}

/* What the words need goes before the figures. */
static void fit(const Status *status, int room)
{
    room -= natural_of(status->line) + ra_ui_px(status->base.ui, LIGHT + 2 * GAP + GAP);
    room -= natural_of(status->meter);
    ra_widget_set_hidden(status->meter, room < 0);
    room -= natural_of(status->size);
    ra_widget_set_hidden(status->size, room < 0);
}

static void place_status(RaWidget *widget)
{
    RaBox box = widget->box;
    box.x += ra_ui_px(widget->ui, MARGIN);
    box.width = MAX(box.width - 2 * ra_ui_px(widget->ui, MARGIN), 1);
    fit((Status *)widget, box.width);
    ra_widget_place(((Status *)widget)->row, box);
}

static void draw_status(RaWidget *widget, cairo_t *cairo)
{
    const RaBox *box = &widget->box;
    ra_ui_set_colour(widget->ui, cairo, RA_COLOUR_BAR);
    cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
    cairo_fill(cairo);
    ra_ui_set_colour(widget->ui, cairo, RA_COLOUR_EDGE);
    cairo_rectangle(cairo, box->x, box->y, box->width, ra_ui_px(widget->ui, 1));
    cairo_fill(cairo);
}

static gboolean status_pointer(RaWidget *widget, const RaUiPointer *event)
{
    (void)widget;
    return event->kind != RA_POINTER_WHEEL;
}

static const RaWidgetClass status_class = {.name = "status line",
                                           .size = sizeof(Status),
                                           .height = status_height,
                                           .place = place_status,
                                           .draw = draw_status,
                                           .clips = TRUE,
                                           .pointer = status_pointer};

static RaWidget *add_line(Status *status, RaColour colour)
{
    RaWidget *line = ra_label_new(status->base.ui, RA_FONT_SMALL, colour, "");
    ra_label_set_one_line(line, FALSE);
    ra_widget_add(status->row, line);
    return line;
}

RaWidget *ra_statusbar_new(RaUi *ui)
{
    RaWidget *widget = ra_widget_new(ui, &status_class);
    Status *status = (Status *)widget;
    status->row = ra_row_new(ui, GAP);
    status->light = ra_widget_new(ui, &light_class);
    ((Light *)status->light)->colour = RA_COLOUR_OFF;
    ra_widget_add(status->row, status->light);
    status->line = add_line(status, RA_COLOUR_TEXT);
    ra_widget_set_expands(status->line, TRUE);
    status->meter = add_line(status, RA_COLOUR_QUIET);
    ra_widget_set_tip(status->meter, "How much arrives, and how long an answer takes");
    ra_widget_add(status->row, ra_spacer_new(ui, 6));
    status->size = add_line(status, RA_COLOUR_QUIET);
    ra_widget_set_tip(status->size, "Their screen, and the scale at which it is shown");
    ra_widget_add(widget, status->row);
    return widget;
}

static RaColour light_of(const RaModel *model, gboolean controlling)
{
    if (model->status.state == 0)
        return RA_COLOUR_OFF;
    switch (model->status.state) {
    case RA_CONNECT_ENDED:
        return RA_COLOUR_OFF;
    case RA_CONNECT_SHARING:
        if (model->paused || model->held)
            return RA_COLOUR_BUSY;
        return controlling ? RA_COLOUR_HOT : RA_COLOUR_GOOD;
    default:
        return RA_COLOUR_BUSY;
    }
}

void ra_statusbar_update(RaWidget *widget, const RaModel *model, gboolean controlling,
                         const char *size)
{
    const Status *status = (Status *)widget;
    g_autofree char *line = ra_status_line(&model->status);
    const gboolean flows = model->status.state == RA_CONNECT_SHARING;
    g_autofree char *meter =
        ra_status_meter(flows ? model->meter.in : 0, flows ? model->meter.delay : 0);
    const RaColour light = light_of(model, controlling);
    if (((Light *)status->light)->colour != light) {
        ((Light *)status->light)->colour = light;
        ra_widget_redraw(status->light);
    }
    ra_label_set_text(status->line, line);
    ra_label_set_text(status->meter, meter);
    ra_label_set_text(status->size, size);
}

/* The strip. */

typedef struct {
    RaShell *shell;
    RaWidget *sign, *words, *ours, *theirs, *mute;
} Strip;

static void on_mute(RaWidget *button, gpointer data)
{
    RaShell *shell = data;
    (void)button;
    ra_shell_do(shell, RA_ACT_MUTE, !shell->model->voice.muted);
}

static void on_end(RaWidget *button, gpointer data)
{
    (void)button;
    ra_shell_do(data, RA_ACT_TALK, FALSE);
}

static RaWidget *add_meter(RaUi *ui, RaWidget *row, RaIcon icon, const char *tip)
{
    RaWidget *meter = ra_meter_new(ui), *sign = ra_icon_new(ui, icon, 16, RA_COLOUR_QUIET);
    ra_widget_set_align(sign, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_set_align(meter, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_set_tip(meter, tip);
    ra_widget_add(row, sign);
    ra_widget_add(row, meter);
    return meter;
}

RaWidget *ra_strip_new(RaShell *shell)
{
    RaUi *ui = shell->ui;
    Strip *strip = g_new0(Strip, 1);
    RaWidget *card = ra_padding_new(ui, 12, 8), *all = ra_flow_new(ui, 8);
    RaWidget *row = ra_row_new(ui, 8), *buttons = ra_row_new(ui, 8);
    ra_padding_set_ground(card, RA_COLOUR_CARD, 10, TRUE);
    strip->shell = shell;
    strip->sign = ra_icon_new(ui, RA_ICON_TALK, 18, RA_COLOUR_HOT);
    strip->words = ra_label_new(ui, RA_FONT_SMALL_STRONG, RA_COLOUR_TEXT, "");
    ra_widget_set_align(strip->words, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_set_align(strip->sign, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_add(row, strip->sign);
    ra_widget_add(row, strip->words);
    ra_widget_add(row, ra_spacer_new(ui, 4));
    strip->ours = add_meter(ui, row, RA_ICON_PERSON, "Your voice");
    strip->theirs = add_meter(ui, row, RA_ICON_SPEAKER, "Their voice");
    ra_widget_add(row, ra_spacer_new(ui, 4));
    strip->mute = ra_button_new(ui, RA_BUTTON_PLAIN, RA_ICON_MUTED, "Mute", on_mute, shell);
    static const char *const labels[] = {"Mute", "Unmute", NULL};
    ra_button_reserve(strip->mute, labels);
    ra_widget_add(buttons, strip->mute);
    ra_widget_add(buttons, ra_button_new(ui, RA_BUTTON_DANGER, RA_ICON_STOP, "End", on_end, shell));
    ra_widget_add(all, row);
    ra_widget_add(all, buttons);
    ra_widget_add(card, all);
    ra_widget_set_data(card, strip, g_free);
    return card;
}

static const char *voice_words(const RaVoiceStatus *voice)
{
    if (voice->state == RA_VOICE_ASKING)
        return "Waiting for an answer";
    if (voice->no_microphone)
        return voice->no_loudspeaker ? "No microphone, no loudspeaker" : "No microphone";
    if (voice->muted)
        return "Microphone off";
    if (voice->no_loudspeaker)
        return "Microphone on, no loudspeaker";
    return voice->microphone_open ? "Microphone on" : "Microphone off";
}

void ra_strip_update(RaWidget *widget)
{
    const Strip *strip = ra_widget_data(widget);
    const RaModel *model = strip->shell->model;
    const RaVoiceStatus *voice = &model->voice;
    ra_icon_set(strip->sign, voice->microphone_open ? RA_ICON_TALK : RA_ICON_MUTED,
                voice->microphone_open ? RA_COLOUR_HOT : RA_COLOUR_QUIET);
    ra_label_set_text(strip->words, voice_words(voice));
    ra_meter_set(strip->ours, model->level_ours, voice->muted || !voice->microphone_open);
    ra_meter_set(strip->theirs, model->level_theirs, voice->their_muted);
    ra_button_set(strip->mute, RA_BUTTON_PLAIN, voice->muted ? RA_ICON_TALK : RA_ICON_MUTED,
                  voice->muted ? "Unmute" : "Mute");
    ra_widget_set_disabled(strip->mute, voice->state != RA_VOICE_ON);
}
