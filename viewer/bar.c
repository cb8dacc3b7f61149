/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/bar.h"

#include "viewer/containers.h"
#include "viewer/frame.h"
#include "viewer/widgets.h"

enum {
    GAP = 4, /* dp */
    MARGIN = 8,
    GROUP_GAP = 10,
};

typedef struct {
    RaWidget base;
    RaShell *shell;
    RaCommandFunc command;
    gpointer data;
    RaWidget *row, *line;
    RaWidget *button[RA_COMMAND_COUNT]; /* NULL: not in the toolbar */
} Bar;

/* In the order in which they stand, and what each is called. */
static const struct {
    RaCommand command;
    RaButtonKind kind;
    RaIcon icon;
    const char *label, *tip;
} buttons[] = {
    {RA_COMMAND_CONTROL, RA_BUTTON_ACCENT, RA_ICON_CONTROL, "Take Control",
     "Use their mouse and keyboard (Ctrl+Alt+C)"},
    {RA_COMMAND_SEND_FILE, RA_BUTTON_FLAT, RA_ICON_SEND_FILE, "Send a File",
     "Send a File (Ctrl+Alt+F)"},
    {RA_COMMAND_TALK, RA_BUTTON_FLAT, RA_ICON_TALK, "Start Talking", "Talk (Ctrl+Alt+T)"},
    {RA_COMMAND_SETTINGS, RA_BUTTON_FLAT, RA_ICON_SETTINGS, "Settings", "Settings"},
    {RA_COMMAND_DISCONNECT, RA_BUTTON_DANGER, RA_ICON_DISCONNECT, "Disconnect",
     "Disconnect (Ctrl+Alt+Q)"},
    {RA_COMMAND_HELP, RA_BUTTON_FLAT, RA_ICON_HELP, "Help", "Help (F1 or Ctrl+Alt+H)"},
    {RA_COMMAND_CHAT, RA_BUTTON_FLAT, RA_ICON_CHAT, NULL, "Show or hide the chat"},
    {RA_COMMAND_POINT, RA_BUTTON_FLAT, RA_ICON_POINT, NULL,
     "Point: draw on their screen for a moment (Ctrl+Alt+P)"},
    {RA_COMMAND_KEYS, RA_BUTTON_FLAT, RA_ICON_KEYS, NULL,
     "Send Ctrl+Alt+Del and other keys (Ctrl+Alt+K)"},
    {RA_COMMAND_MONITOR, RA_BUTTON_FLAT, RA_ICON_MONITOR, NULL, "The next monitor"},
    {RA_COMMAND_SCALE, RA_BUTTON_FLAT, RA_ICON_ACTUAL, NULL, "Actual size (Ctrl+Alt+S)"},
    {RA_COMMAND_FULLSCREEN, RA_BUTTON_FLAT, RA_ICON_FULLSCREEN, NULL, "Full screen (F11)"},
};

/* Words go in this order where there is no room for all. */
static const RaCommand compacted[] = {RA_COMMAND_HELP, RA_COMMAND_SETTINGS,   RA_COMMAND_SEND_FILE,
                                      RA_COMMAND_TALK, RA_COMMAND_DISCONNECT, RA_COMMAND_CONTROL};

static void on_pressed(RaWidget *button, gpointer data)
{
    const Bar *bar = data;
    for (int i = 0; i < RA_COMMAND_COUNT; i++) {
        if (bar->button[i] != button)
            continue;
        bar->command((RaCommand)i, bar->data);
        return;
    }
}

static int bar_height(RaWidget *widget, int width)
{
    const Bar *bar = (Bar *)widget;
    const int margin = ra_ui_px(widget->ui, MARGIN);
    return MAX(ra_ui_px(widget->ui, RA_FRAME_BAR),
               ra_widget_height(bar->row, width - 2 * margin) + 2 * margin);
}

static void bar_width(RaWidget *widget, int *min, int *natural)
{
    (void)widget;
    *min = *natural = 0;
}

/* Words away until it fits. */
static void fit(const Bar *bar, int room)
{
    int used, line = 0;
    gboolean compact = FALSE;
    ra_widget_want(bar->row, NULL, &used);
    ra_widget_want(bar->line, NULL, &line); /* it takes what is left */
    used -= line;
    for (gsize i = 0; i < G_N_ELEMENTS(compacted); i++) {
        RaWidget *button = bar->button[compacted[i]];
        int now;
        ra_widget_want(button, NULL, &now);
        used += ra_button_width_if(button, FALSE) - now;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(compacted); i++) {
        RaWidget *button = bar->button[compacted[i]];
        compact = used > room;
        ra_button_set_compact(button, compact);
        if (compact)
            used -= ra_button_width_if(button, FALSE) - ra_button_width_if(button, TRUE);
    }
}

static void place_bar(RaWidget *widget)
{
    const Bar *bar = (Bar *)widget;
    const RaBox *box = &widget->box;
    const int margin = ra_ui_px(widget->ui, MARGIN);
    const int room = MAX(box->width - 2 * margin, 1);
    fit(bar, room);
    const int height = ra_widget_height(bar->row, room);
    ra_widget_place(bar->row,
                    (RaBox){box->x + margin, box->y + (box->height - height) / 2, room, height});
}

static void draw_bar(RaWidget *widget, cairo_t *cairo)
{
    const RaBox *box = &widget->box;
    const int line = ra_ui_px(widget->ui, 1);
    ra_ui_set_colour(widget->ui, cairo, RA_COLOUR_BAR);
    cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
    cairo_fill(cairo);
    ra_ui_set_colour(widget->ui, cairo, RA_COLOUR_EDGE);
    cairo_rectangle(cairo, box->x, box->y + box->height - line, box->width, line);
    cairo_fill(cairo);
}

static gboolean bar_pointer(RaWidget *widget, const RaUiPointer *event)
{
    (void)widget;
    return event->kind != RA_POINTER_WHEEL;
}

/* Arrows go along the toolbar. */
static gboolean bar_key(RaWidget *widget, const RaUiKey *event)
{
    if (event->mods != 0 || (event->key != RA_UI_KEY_LEFT && event->key != RA_UI_KEY_RIGHT))
        return FALSE;
    const int step = event->key == RA_UI_KEY_LEFT ? -1 : 1;
    ra_ui_focus_next(widget->ui, step);
    if (!ra_widget_is_inside(ra_ui_focused(widget->ui), widget))
        ra_ui_focus_next(widget->ui, -step);
    return TRUE;
}

static const RaWidgetClass bar_class = {.name = "toolbar",
                                        .size = sizeof(Bar),
                                        .width = bar_width,
                                        .height = bar_height,
                                        .place = place_bar,
                                        .draw = draw_bar,
                                        .clips = TRUE,
                                        .pointer = bar_pointer,
                                        .key = bar_key};

RaWidget *ra_bar_new(RaShell *shell, RaCommandFunc command, gpointer data)
{
    static const char *const control[] = {"Take Control", "Stop Control", NULL};
    static const char *const talk[] = {"Start Talking", "Stop Talking", NULL};
    RaUi *ui = shell->ui;
    RaWidget *widget = ra_widget_new(ui, &bar_class);
    Bar *bar = (Bar *)widget;
    bar->shell = shell;
    bar->command = command;
    bar->data = data;
    bar->row = ra_row_new(ui, GAP);
    for (gsize i = 0; i < G_N_ELEMENTS(buttons); i++) {
        if (buttons[i].command == RA_COMMAND_CHAT) {
            bar->line = ra_label_new(ui, RA_FONT_SMALL, RA_COLOUR_QUIET, "");
            ra_label_set_one_line(bar->line, FALSE);
            ra_widget_set_align(bar->line, RA_ALIGN_CENTRE, RA_ALIGN_CENTRE);
            ra_widget_set_expands(bar->line, TRUE);
            ra_widget_set_hidden(bar->line, TRUE);
            ra_widget_add(bar->row, ra_spacer_new(ui, GROUP_GAP));
            ra_widget_add(bar->row, bar->line);
            ra_widget_add(bar->row, ra_spacer_new(ui, 0));
        }
        RaWidget *button =
            ra_button_new(ui, buttons[i].kind, buttons[i].icon, buttons[i].label, on_pressed, bar);
        ra_widget_set_tip(button, buttons[i].tip);
        bar->button[buttons[i].command] = button;
        ra_widget_add(bar->row, button);
    }
    ra_button_reserve(bar->button[RA_COMMAND_CONTROL], control);
    ra_button_reserve(bar->button[RA_COMMAND_TALK], talk);
    ra_widget_add(widget, bar->row);
    return widget;
}

static void enable(const Bar *bar, RaCommand command, gboolean enabled)
{
    ra_widget_set_disabled(bar->button[command], !enabled);
}

static void show_talk(const Bar *bar, gboolean sharing)
{
    const RaModel *model = bar->shell->model;
    const RaVoiceState state = model->voice.state;
    const gboolean off = state == RA_VOICE_OFF || state == RA_VOICE_ASKED;
    RaWidget *button = bar->button[RA_COMMAND_TALK];
    ra_button_set(button, RA_BUTTON_FLAT, RA_ICON_TALK,
                  off                        ? "Start Talking"
                  : state == RA_VOICE_ASKING ? "Asking…"
                                             : "Stop Talking");
    ra_button_set_on(button, !off);
    enable(bar, RA_COMMAND_TALK, sharing && (model->features & RA_FEATURE_VOICE) != 0);
}

static void show_monitors(const Bar *bar, gboolean sharing)
{
    const RaModel *model = bar->shell->model;
    RaWidget *button = bar->button[RA_COMMAND_MONITOR];
    ra_widget_set_hidden(button, model->monitors.n < 2 || !sharing);
    if (model->monitors.n < 2)
        return;
    const gboolean all = model->monitors.current >= model->monitors.n;
    g_autofree char *tip =
        g_strdup_printf("Now: %s – show the next monitor",
                        all ? "all monitors" : model->monitors.name[model->monitors.current]);
    ra_widget_set_tip(button, tip);
}

void ra_bar_update(RaWidget *widget, const RaBarState *state)
{
    const Bar *bar = (Bar *)widget;
    const RaModel *model = bar->shell->model;
    const RaStatus *status = &model->status;
    const gboolean sharing = status->state == RA_CONNECT_SHARING;
    const gboolean ended = status->state == RA_CONNECT_ENDED;
    ra_button_set(bar->button[RA_COMMAND_CONTROL],
                  state->controlling ? RA_BUTTON_WARM : RA_BUTTON_ACCENT,
                  state->controlling ? RA_ICON_STOP : RA_ICON_CONTROL,
                  state->controlling ? "Stop Control" : "Take Control");
    enable(bar, RA_COMMAND_CONTROL, sharing && !status->view_only && !status->asking);
    enable(bar, RA_COMMAND_SEND_FILE, sharing && (model->features & RA_FEATURE_FILES) != 0);
    show_talk(bar, sharing);
    show_monitors(bar, sharing);
    enable(bar, RA_COMMAND_DISCONNECT, !ended);
    enable(bar, RA_COMMAND_POINT,
           sharing && state->has_picture && (model->features & RA_FEATURE_POINT) != 0);
    ra_button_set_on(bar->button[RA_COMMAND_POINT], state->pointing);
    ra_widget_set_hidden(bar->button[RA_COMMAND_KEYS], !state->controlling);
    ra_button_set_on(bar->button[RA_COMMAND_CHAT], state->pane);
    ra_button_set_badge(bar->button[RA_COMMAND_CHAT],
                        model->history == NULL ? 0 : ra_history_unread(model->history));
    enable(bar, RA_COMMAND_SCALE, state->has_picture && !ended);
    ra_button_set(bar->button[RA_COMMAND_SCALE], RA_BUTTON_FLAT,
                  state->scaled ? RA_ICON_ACTUAL : RA_ICON_FIT, NULL);
    ra_widget_set_tip(bar->button[RA_COMMAND_SCALE],
                      state->scaled ? "Actual size (Ctrl+Alt+S)" : "Fit to window (Ctrl+Alt+S)");
    ra_button_set(bar->button[RA_COMMAND_FULLSCREEN], RA_BUTTON_FLAT,
                  state->fullscreen ? RA_ICON_WINDOW : RA_ICON_FULLSCREEN, NULL);
    ra_widget_set_tip(bar->button[RA_COMMAND_FULLSCREEN],
                      state->fullscreen ? "Leave full screen (F11)" : "Full screen (F11)");
    ra_label_set_text(bar->line, state->line != NULL ? state->line : "");
    ra_widget_set_hidden(bar->line, state->line == NULL);
}

gboolean ra_bar_allows(const RaWidget *widget, RaCommand command)
{
    const RaWidget *button = ((const Bar *)widget)->button[command];
    return button == NULL || (!button->hidden && !button->disabled);
}

void ra_bar_focus(RaWidget *widget)
{
    const Bar *bar = (Bar *)widget;
    for (gsize i = 0; i < G_N_ELEMENTS(buttons); i++) {
        if (!ra_bar_allows(widget, buttons[i].command))
            continue;
        ra_ui_focus(widget->ui, bar->button[buttons[i].command]);
        return;
    }
}
