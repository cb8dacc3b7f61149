/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "host/x11-icons.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

/* Lengths in pixels at 96 dpi. */
static const double HEIGHT = 44, RADIUS = 12, EDGE = 14, ICON = 22, ICON_GAP = 11, TEXT_GAP = 20;
static const double BUTTON_HEIGHT = 30, BUTTON_EDGE = 13, BUTTON_GAP = 8, BUTTON_RADIUS = 7;
static const double SMALL_ICON = 17, SMALL_GAP = 6, LINE_GAP = 1;
static const double DPI = 96, SCALE_MAX = 4;
enum { UNREAD_MAX = 99 };
static const char FONT[] = "Sans 10.5", SMALL_FONT[] = "Sans 9";

typedef struct {
    double r, g, b, a;
} Colour;

/* White text has a contrast of 7:1 and more on each ground, dark text of 11:1 on the amber. */
static const Colour calm = {0x1b / 255., 0x2a / 255., 0x3c / 255., 1};
static const Colour warning = {0xa8 / 255., 0x24 / 255., 0x14 / 255., 1};
static const Colour dim = {0x3a / 255., 0x3d / 255., 0x42 / 255., 1};
static const Colour amber = {0xff / 255., 0xc9 / 255., 0x40 / 255., 1};
static const Colour dark = {0x1d / 255., 0x14 / 255., 0, 1};
static const Colour white = {1, 1, 1, 1};
static const guint32 WARNING_FRAME = 0xf04a24;

typedef struct {
    gboolean there;
    PangoLayout *text; /* NULL: an icon alone */
    double x, width;
} Button;

/* What it shows, from all that a session can be at once. */
typedef enum { VIEW, CONTROL, HIDDEN, LOST } Look;

struct _RaPanel {
    cairo_surface_t *surface; /* for measuring */
    cairo_t *cr;
    double scale;
    Look look;
    gboolean microphone, paused;
    guint unread;
    double width;
    PangoLayout *title, *hint; /* hint NULL: no room */
    double text_width;
    char *text;
    Button button[RA_PANEL_PARTS];
};

/* From full words to those for the narrowest screen. */
static const struct {
    int name_max; /* characters */
    gboolean full_words, full_title, hint, chat;
} steps[] = {{32, TRUE, TRUE, TRUE, TRUE},
             {18, TRUE, TRUE, TRUE, TRUE},
             {18, FALSE, TRUE, TRUE, TRUE},
             {18, FALSE, TRUE, TRUE, FALSE},
             {12, FALSE, FALSE, FALSE, FALSE}};

/* A text with the helper's name for %s, and the same where that is not known. */
typedef struct {
    const char *named, *unnamed;
} Text;

/* In full, and in short for narrow screens. */
/* Translators: <b> and </b> stand around what is set in bold; %s is the helper's name. */
static const Text titles[][2] = {
    [VIEW] = {{N_("<b>%s</b> sees your screen"), N_("<b>Your helper</b> sees your screen")},
              {N_("<b>%s</b> watches"), N_("<b>Your helper</b> watches")}},
    [CONTROL] = {{N_("<b>%s</b> controls your computer"),
                  N_("<b>Your helper</b> controls your computer")},
                 {N_("<b>%s</b> has control"), N_("<b>Your helper</b> has control")}},
    [HIDDEN] = {{N_("<b>Your screen is hidden</b>"), N_("<b>Your screen is hidden</b>")},
                {N_("<b>Screen hidden</b>"), N_("<b>Screen hidden</b>")}},
    [LOST] = {{N_("<b>Connection lost</b>"), N_("<b>Connection lost</b>")},
              {N_("<b>Connection lost</b>"), N_("<b>Connection lost</b>")}},
};

/* The second is for while the helper's input waits. */
static const Text hints[][2] = {
    [VIEW] = {{N_("They can look, but not touch anything"),
               N_("They can look, but not touch anything")},
              {NULL, NULL}},
    [CONTROL] = {{N_("Press Esc to stop"), N_("Press Esc to stop")},
                 {N_("Waiting while you use mouse or keyboard"),
                  N_("Waiting while you use mouse or keyboard")}},
    [HIDDEN] = {{N_("%s sees nothing of it now"), N_("Your helper sees nothing of it now")},
                {NULL, NULL}},
    [LOST] = {{N_("Waiting for %s to come back"), N_("Waiting for your helper to come back")},
              {NULL, NULL}},
};

/* The two words of each button, in full and short; room is kept for the longer one. */
static const char *const words[RA_PANEL_PARTS][2][2] = {
    [RA_PANEL_CHAT] = {{N_("Chat"), N_("Chat")}, {NULL, NULL}},
    [RA_PANEL_MICROPHONE] = {{N_("Microphone on"), NULL}, {N_("Microphone off"), NULL}},
    [RA_PANEL_STOP_CONTROL] = {{N_("<b>Stop control</b> (Esc)"), N_("<b>Stop</b> (Esc)")},
                               {NULL, NULL}},
    [RA_PANEL_PAUSE] = {{N_("Hide my screen"), N_("Hide")},
                        {N_("<b>Show my screen</b>"), N_("<b>Show</b>")}},
    [RA_PANEL_END] = {{N_("End session"), N_("End")}, {NULL, NULL}},
};

static PangoLayout *new_layout(RaPanel *panel, const char *font_name, const char *markup)
{
    PangoLayout *layout = pango_cairo_create_layout(panel->cr);
    PangoFontDescription *font = pango_font_description_from_string(font_name);
    pango_cairo_context_set_resolution(pango_layout_get_context(layout), DPI * panel->scale);
    pango_layout_context_changed(layout);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_markup(layout, markup, -1);
    pango_font_description_free(font);
    return layout;
}

static double layout_width(PangoLayout *layout)
{
    int width = 0;
    pango_layout_get_pixel_size(layout, &width, NULL);
    return width;
}

static double width_of(RaPanel *panel, const char *font, const char *markup)
{
    PangoLayout *layout = new_layout(panel, font, markup);
    const double width = layout_width(layout);
    g_object_unref(layout);
    return width;
}

static char *sentence(const Text *text, const char *who, int name_max)
{
    g_autofree char *shown = ra_text_line(who, (gsize)name_max);
    g_autofree char *name = g_markup_escape_text(shown, -1);
    return ra_text_about(name, _(text->named), _(text->unnamed));
}

/* Sets the texts of a step; FALSE where they have no room. */
static gboolean fit_text(RaPanel *panel, const RaSignState *state, guint step, double text_max)
{
    const int name_max = steps[step].name_max;
    const gboolean waits = state->held && hints[panel->look][1].named != NULL;
    const Text *const text = &titles[panel->look][steps[step].full_title ? 0 : 1];
    g_autofree char *title = sentence(text, state->who, name_max);
    g_clear_object(&panel->title);
    g_clear_object(&panel->hint);
    g_free(panel->text);
    panel->title = new_layout(panel, FONT, title);
    panel->text_width = layout_width(panel->title);
    for (guint i = 0; i < 2; i++) {
        if (hints[panel->look][i].named == NULL)
            continue;
        g_autofree char *hint = sentence(&hints[panel->look][i], state->who, name_max);
        PangoLayout *layout = new_layout(panel, SMALL_FONT, hint);
        if (steps[step].hint)
            panel->text_width = MAX(panel->text_width, layout_width(layout));
        if (i == (waits ? 1 : 0))
            panel->hint = g_steal_pointer(&layout);
        g_clear_object(&layout);
    }
    panel->text = g_strdup_printf("%s \xE2\x80\x93 %s", pango_layout_get_text(panel->title),
                                  pango_layout_get_text(panel->hint));
    if (!steps[step].hint)
        g_clear_object(&panel->hint);
    return panel->text_width <= text_max;
}

static void cut_text(RaPanel *panel, double text_max)
{
    panel->text_width = MAX(text_max, 0);
    pango_layout_set_width(panel->title, (int)(panel->text_width * PANGO_SCALE));
    pango_layout_set_ellipsize(panel->title, PANGO_ELLIPSIZE_END);
}

/* "Chat", or with how much was not read; room is kept for the longest. */
static double measure_chat(RaPanel *panel, Button *button)
{
    /* Translators: on a button; the number of messages that were not read yet, and where there are
     * too many to count. */
    g_autofree char *some = g_strdup_printf(_("Chat (%u)"), MIN(panel->unread, UNREAD_MAX));
    const char *const many = _("Chat (99+)");
    const char *const text = panel->unread > UNREAD_MAX ? many : some;
    g_autofree char *bold = g_markup_printf_escaped("<b>%s</b>", text);
    g_autofree char *room = g_markup_printf_escaped("<b>%s</b>", many);
    const double width = width_of(panel, FONT, room);
    if (panel->unread == 0)
        return width;
    g_object_unref(button->text);
    button->text = new_layout(panel, FONT, bold);
    return MAX(width, layout_width(button->text));
}

/* Sets the words of a button, and its width. */
static void measure_button(RaPanel *panel, int part, guint step)
{
    const double scale = panel->scale;
    const gboolean second = (part == RA_PANEL_MICROPHONE && !panel->microphone) ||
                            (part == RA_PANEL_PAUSE && panel->paused);
    Button *button = &panel->button[part];
    double width = 0;
    for (guint k = 0; k < 2; k++) {
        const char *word = words[part][k][steps[step].full_words ? 0 : 1];
        if (word == NULL)
            continue;
        width = MAX(width, width_of(panel, FONT, _(word)));
        if (k == (second ? 1 : 0))
            button->text = new_layout(panel, FONT, _(word));
    }
    if (part == RA_PANEL_MICROPHONE)
        width += (SMALL_ICON + (button->text != NULL ? SMALL_GAP : 0)) * scale;
    else if (part == RA_PANEL_CHAT)
        width = MAX(width, measure_chat(panel, button));
    button->width = ceil(width + 2 * BUTTON_EDGE * scale);
}

/* Sets the words of the buttons, and returns the room that all of them need. */
static double measure_buttons(RaPanel *panel, const RaSignState *state, guint step)
{
    double all = 0;
    panel->button[RA_PANEL_CHAT].there = state->chat && steps[step].chat;
    for (int i = 0; i < RA_PANEL_PARTS; i++) {
        g_clear_object(&panel->button[i].text);
        if (!panel->button[i].there)
            continue;
        measure_button(panel, i, step);
        all += panel->button[i].width + BUTTON_GAP * panel->scale;
    }
    return all;
}

/* From the left: the mark, the text, the buttons. */
static void arrange(RaPanel *panel, const RaSignState *state, double max_width)
{
    const double scale = panel->scale, before = (EDGE + ICON + ICON_GAP) * scale;
    double text_max = 0;
    gboolean fits = FALSE;
    for (guint step = 0; step < G_N_ELEMENTS(steps) && !fits; step++) {
        text_max =
            floor(max_width - before - TEXT_GAP * scale - measure_buttons(panel, state, step)) - 1;
        fits = fit_text(panel, state, step, text_max);
    }
    if (!fits)
        cut_text(panel, text_max);
    double x = before + panel->text_width + TEXT_GAP * scale;
    for (int i = 0; i < RA_PANEL_PARTS; i++) {
        Button *button = &panel->button[i];
        if (!button->there)
            continue;
        button->x = round(x);
        x = button->x + button->width + BUTTON_GAP * scale;
    }
    panel->width = ceil(x);
}

static Look look_of(const RaSignState *state)
{
    if (state->lost)
        return LOST;
    if (state->paused)
        return HIDDEN;
    return (state->rights & RA_RIGHT_CONTROL) != 0 ? CONTROL : VIEW;
}

RaPanel *ra_panel_new(const RaSignState *state, double dpi, int max_width)
{
    RaPanel *panel = g_new0(RaPanel, 1);
    panel->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    panel->cr = cairo_create(panel->surface);
    panel->scale = CLAMP(dpi / DPI, 1, SCALE_MAX);
    panel->look = look_of(state);
    panel->microphone = state->microphone;
    panel->paused = state->paused;
    panel->unread = state->unread;
    panel->button[RA_PANEL_MICROPHONE].there = state->talking || state->microphone;
    panel->button[RA_PANEL_STOP_CONTROL].there =
        (state->rights & RA_RIGHT_CONTROL) != 0 && !state->lost;
    panel->button[RA_PANEL_PAUSE].there = !state->lost;
    panel->button[RA_PANEL_END].there = TRUE;
    arrange(panel, state, max_width);
    return panel;
}

void ra_panel_free(RaPanel *panel)
{
    if (panel == NULL)
        return;
    for (int i = 0; i < RA_PANEL_PARTS; i++)
        g_clear_object(&panel->button[i].text);
    g_clear_object(&panel->title);
    g_clear_object(&panel->hint);
    cairo_destroy(panel->cr);
    cairo_surface_destroy(panel->surface);
    g_free(panel->text);
    g_free(panel);
}

int ra_panel_width(const RaPanel *panel)
{
    return (int)panel->width;
}

int ra_panel_height(const RaPanel *panel)
{
    return (int)lround(HEIGHT * panel->scale);
}

int ra_panel_room(double dpi)
{
    return (int)lround(HEIGHT * CLAMP(dpi / DPI, 1, SCALE_MAX));
}

int ra_panel_radius(const RaPanel *panel)
{
    return (int)lround(RADIUS * panel->scale);
}

const char *ra_panel_text(const RaPanel *panel)
{
    return panel->text;
}

static double button_y(const RaPanel *panel)
{
    return round((HEIGHT - BUTTON_HEIGHT) / 2 * panel->scale);
}

RaPanelPart ra_panel_at(const RaPanel *panel, int x, int y)
{
    const double top = button_y(panel);
    for (int i = 0; i < RA_PANEL_PARTS; i++) {
        const Button *button = &panel->button[i];
        if (button->there && x >= button->x && x < button->x + button->width && y >= top &&
            y < top + BUTTON_HEIGHT * panel->scale)
            return (RaPanelPart)i;
    }
    return RA_PANEL_REST;
}

gboolean ra_panel_middle(const RaPanel *panel, RaPanelPart part, int *x, int *y)
{
    const Button *button = &panel->button[part];
    if (!button->there)
        return FALSE;
    *x = (int)(button->x + button->width / 2);
    *y = ra_panel_height(panel) / 2;
    return TRUE;
}

static void set_colour(cairo_t *cr, Colour colour)
{
    cairo_set_source_rgba(cr, colour.r, colour.g, colour.b, colour.a);
}

static void round_rectangle(cairo_t *cr, double x, double y, double width, double height, double r)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + width - r, y + r, r, -G_PI_2, 0);
    cairo_arc(cr, x + width - r, y + height - r, r, 0, G_PI_2);
    cairo_arc(cr, x + r, y + height - r, r, G_PI_2, G_PI);
    cairo_arc(cr, x + r, y + r, r, G_PI, G_PI + G_PI_2);
    cairo_close_path(cr);
}

static double layout_height(PangoLayout *layout)
{
    int height = 0;
    pango_layout_get_pixel_size(layout, NULL, &height);
    return height;
}

static void draw_layout(cairo_t *cr, PangoLayout *layout, double x, double y)
{
    cairo_move_to(cr, round(x), round(y));
    pango_cairo_show_layout(cr, layout);
}

static Colour ground_of(const RaPanel *panel)
{
    static const Colour *const grounds[] = {
        [VIEW] = &calm, [CONTROL] = &warning, [HIDDEN] = &dim, [LOST] = &dim};
    return *grounds[panel->look];
}

/* An open microphone has a colour of its own, the button to find in a hurry is white. */
static void button_colours(const RaPanel *panel, RaPanelPart part, Colour *face, Colour *ink)
{
    const gboolean open = part == RA_PANEL_MICROPHONE && panel->microphone;
    const gboolean urgent =
        part == RA_PANEL_STOP_CONTROL || (part == RA_PANEL_PAUSE && panel->paused);
    *face = open ? amber : white;
    *ink = open ? dark : urgent ? ground_of(panel) : white;
    if (!open && !urgent)
        face->a = 0.16;
}

static void draw_button(const RaPanel *panel, cairo_t *cr, RaPanelPart part, gboolean hover,
                        gboolean pressed)
{
    const Button *button = &panel->button[part];
    const double scale = panel->scale, y = button_y(panel), height = HEIGHT * scale;
    Colour face, ink;
    button_colours(panel, part, &face, &ink);
    if (hover)
        face.a = face.a < 0.5 ? (pressed ? 0.08 : 0.28) : (pressed ? 0.78 : 0.9);
    round_rectangle(cr, button->x, y, button->width, BUTTON_HEIGHT * scale, BUTTON_RADIUS * scale);
    set_colour(cr, face);
    cairo_fill(cr);
    set_colour(cr, ink);
    const gboolean icon = part == RA_PANEL_MICROPHONE;
    const double text_width = button->text != NULL ? layout_width(button->text) : 0;
    const double icon_width =
        icon ? (SMALL_ICON + (button->text != NULL ? SMALL_GAP : 0)) * scale : 0;
    const double x = button->x + (button->width - text_width - icon_width) / 2;
    if (icon)
        ra_icon_draw(cr, panel->microphone ? RA_ICON_MICROPHONE : RA_ICON_MICROPHONE_OFF, round(x),
                     round((height - SMALL_ICON * scale) / 2), SMALL_ICON * scale);
    if (button->text != NULL)
        draw_layout(cr, button->text, x + icon_width, (height - layout_height(button->text)) / 2);
}

static void draw_text(const RaPanel *panel, cairo_t *cr)
{
    const double scale = panel->scale, x = (EDGE + ICON + ICON_GAP) * scale;
    const double title = layout_height(panel->title);
    const double hint = panel->hint != NULL ? layout_height(panel->hint) : 0;
    const double gap = panel->hint != NULL ? LINE_GAP * scale : 0;
    const double y = (HEIGHT * scale - title - gap - hint) / 2;
    set_colour(cr, white);
    draw_layout(cr, panel->title, x, y);
    if (panel->hint == NULL)
        return;
    set_colour(cr, (Colour){1, 1, 1, 0.86});
    draw_layout(cr, panel->hint, x, y + title + gap);
}

void ra_panel_draw(const RaPanel *panel, cairo_t *cr, RaPanelPart hover, gboolean pressed)
{
    static const RaIcon icons[] = {[VIEW] = RA_ICON_EYE,
                                   [CONTROL] = RA_ICON_POINTER,
                                   [HIDDEN] = RA_ICON_EYE_CLOSED,
                                   [LOST] = RA_ICON_BROKEN};
    const double scale = panel->scale, height = HEIGHT * scale;
    cairo_push_group(cr); /* no flicker */
    set_colour(cr, ground_of(panel));
    cairo_paint(cr);
    set_colour(cr, white);
    ra_icon_draw(cr, icons[panel->look], EDGE * scale, (HEIGHT - ICON) / 2 * scale, ICON * scale);
    draw_text(panel, cr);
    for (int i = 0; i < RA_PANEL_PARTS; i++)
        if (panel->button[i].there)
            draw_button(panel, cr, (RaPanelPart)i, hover == (RaPanelPart)i, pressed);
    /* A light seam sets it off from dark windows below. */
    round_rectangle(cr, 0.5, -height, panel->width - 1, 2 * height - 0.5, RADIUS * scale);
    cairo_set_line_width(cr, scale);
    set_colour(cr, (Colour){1, 1, 1, 0.35});
    cairo_stroke(cr);
    cairo_pop_group_to_source(cr);
    cairo_paint(cr);
}

guint32 ra_panel_warning_colour(void)
{
    return WARNING_FRAME;
}
