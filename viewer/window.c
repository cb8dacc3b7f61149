/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window.h"

#include "base/error.h"
#include "viewer/loop.h"
#include "viewer/window-private.h"

#include <locale.h>
#include <string.h>

enum {
    START_WIDTH = 960, /* pixels, before there is a picture */
    START_HEIGHT = 640,
    MIN_WIDTH = 640,
    MIN_HEIGHT = 320,
    SCREEN_PERCENT = 90, /* of the helper's screen, at the most, when the window gets its size */
};

static const char TAKE[] = "Take Control", STOP[] = "Stop Control";
static const char FIT[] = "Fit to Window", ACTUAL[] = "Actual Size";
static const char FULL[] = "Full Screen", LEAVE[] = "Leave Full Screen";

/* Drawing. */

static void fill(RaDrawing *drawing, RaBox box)
{
    for (int y = box.y; y < box.y + box.height; y++) {
        guint8 *row = drawing->pixels + (gsize)y * drawing->stride;
        for (int x = box.x; x < box.x + box.width; x++) {
            const guint32 colour = RA_PAINT_BACKDROP;
            memcpy(row + (gsize)x * 4, &colour, sizeof colour);
        }
    }
}

/* What the picture leaves free of the area. */
static void fill_around(RaDrawing *drawing, RaBox part, RaBox area, RaBox seen)
{
    const int right = seen.x + seen.width, below = seen.y + seen.height;
    const RaBox sides[] = {
        {area.x, area.y, area.width, seen.y - area.y},
        {area.x, below, area.width, area.y + area.height - below},
        {area.x, seen.y, seen.x - area.x, seen.height},
        {right, seen.y, area.x + area.width - right, seen.height},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sides); i++)
        fill(drawing, ra_box_intersect(sides[i], part));
}

static void draw_pixels(RaWindow *window, RaDrawing *drawing, RaBox part)
{
    const RaBox *shown = &window->view.shown;
    const gsize stride = ra_picture_stride(window->picture);
    const guint8 *from = ra_picture_pixels(window->picture);
    guint8 *to = drawing->pixels + (gsize)part.y * drawing->stride + (gsize)part.x * 4;
    const RaBox inner = {part.x - shown->x, part.y - shown->y, part.width, part.height};
    if (window->scaler != NULL) {
        ra_scaler_draw(window->scaler, from, stride, to, drawing->stride, inner);
        return;
    }
    from += (gsize)inner.y * stride + (gsize)inner.x * 4;
    for (int y = 0; y < part.height; y++, from += stride, to += drawing->stride)
        memcpy(to, from, (gsize)part.width * 4);
}

static void draw_by_hand(RaDrawing *drawing, RaBox part, gpointer data)
{
    RaWindow *window = data;
    const RaBox area = window->chrome.area;
    if (window->picture == NULL) {
        fill(drawing, ra_box_intersect(area, part));
        return;
    }
    const RaBox seen = ra_box_intersect(window->view.shown, area);
    fill_around(drawing, part, area, seen);
    const RaBox drawn = ra_box_intersect(seen, part);
    if (ra_box_is_empty(drawn))
        return;
    draw_pixels(window, drawing, drawn);
    ra_novice_pointer_draw(window->novice_pointer, drawing, drawn);
}

static gboolean touches(RaBox part, RaBox box)
{
    return !ra_box_is_empty(ra_box_intersect(part, box));
}

static void draw_by_cairo(RaDrawing *drawing, RaBox part, gpointer data)
{
    RaWindow *window = data;
    const RaChrome *chrome = &window->chrome;
    if (window->picture != NULL && (ra_view_pans_x(&window->view) || ra_view_pans_y(&window->view)))
        ra_paint_scrollbars(drawing->cairo, &window->view);
    if (window->ended)
        ra_paint_dim(drawing->cairo, chrome->area);
    if (chrome->panel_shown)
        ra_paint_panel(drawing->cairo, chrome, window->heading, window->text);
    if (touches(part, chrome->toolbar))
        ra_paint_toolbar(drawing->cairo, chrome, window->fullscreen ? window->line : NULL);
    if (touches(part, chrome->status))
        ra_paint_status(drawing->cairo, chrome, window->light, window->line, window->size);
}

static gboolean on_flush(gpointer data)
{
    RaWindow *window = data;
    window->flush = 0;
    ra_canvas_flush(window->canvas, draw_by_hand, draw_by_cairo, window);
    return G_SOURCE_REMOVE;
}

/* Drawing waits for the end of this turn of the loop, so that what comes together is drawn
 * together; at the same priority as the events, so that neither starves the other. */
void ra_window_damage(RaWindow *window, RaBox part)
{
    ra_canvas_damage(window->canvas, part);
    if (window->flush == 0 && ra_canvas_damaged(window->canvas))
        window->flush = g_idle_add_full(G_PRIORITY_DEFAULT, on_flush, window, NULL);
}

static void damage_all(RaWindow *window)
{
    int width, height;
    SDL_GetWindowSize(window->sdl, &width, &height);
    ra_window_damage(window, (RaBox){0, 0, width, height});
}

void ra_window_damage_chrome(RaWindow *window)
{
    ra_window_damage(window, window->chrome.toolbar);
    ra_window_damage(window, window->chrome.status);
    ra_window_damage(window, window->chrome.panel);
}

/* Layout. */

static void label_buttons(RaWindow *window)
{
    RaButton *button = window->chrome.button;
    const gboolean full = window->fullscreen;
    const gboolean smaller = window->picture != NULL && ra_view_is_scaled(&window->view);
    button[RA_BUTTON_CONTROL].label = window->controlling ? STOP : TAKE;
    button[RA_BUTTON_CONTROL].icon = window->controlling ? RA_ICON_STOP : RA_ICON_CONTROL;
    button[RA_BUTTON_CONTROL].style = window->controlling ? RA_STYLE_WARM : RA_STYLE_ACCENT;
    button[RA_BUTTON_SCALE].label = smaller ? ACTUAL : FIT;
    button[RA_BUTTON_SCALE].icon = smaller ? RA_ICON_ACTUAL : RA_ICON_FIT;
    button[RA_BUTTON_SCALE].enabled = window->picture != NULL && !window->ended;
    button[RA_BUTTON_FULLSCREEN].label = full ? LEAVE : FULL;
    button[RA_BUTTON_FULLSCREEN].icon = full ? RA_ICON_WINDOW : RA_ICON_FULLSCREEN;
}

static void update_scaler(RaWindow *window)
{
    const RaView *view = &window->view;
    if (!ra_view_is_scaled(view)) {
        g_clear_pointer(&window->scaler, ra_scaler_free);
    } else if (window->scaler == NULL ||
               !ra_scaler_fits(window->scaler, view->picture_width, view->picture_height,
                               view->shown.width, view->shown.height)) {
        g_clear_pointer(&window->scaler, ra_scaler_free);
        window->scaler = ra_scaler_new(view->picture_width, view->picture_height, view->shown.width,
                                       view->shown.height);
    }
}

void ra_window_relayout(RaWindow *window)
{
    int width, height;
    SDL_GetWindowSize(window->sdl, &width, &height);
    window->chrome.fullscreen = window->fullscreen;
    ra_chrome_layout(&window->chrome, width, height);
    if (window->picture != NULL) {
        window->view.picture_width = ra_picture_width(window->picture);
        window->view.picture_height = ra_picture_height(window->picture);
        window->view.area = window->chrome.area;
        ra_view_layout(&window->view);
        update_scaler(window);
        g_free(window->size);
        window->size = ra_status_size(&window->view);
    }
    label_buttons(window);
    ra_chrome_settle(&window->chrome);
    ra_input_update(window);
    damage_all(window);
}

/* In control and over the picture, the helper's own pointer is the novice's: the same one a second
 * time, late by the way there and back, would only be in the way. */
void ra_window_update_pointer(RaWindow *window)
{
    RaBox before, now;
    const gboolean own = window->controlling && (window->over_picture || window->held.buttons != 0);
    const RaView *view = window->picture == NULL || own ? NULL : &window->view;
    if (!ra_novice_pointer_place(window->novice_pointer, view, &before, &now))
        return;
    ra_window_damage(window, before);
    ra_window_damage(window, now);
}

void ra_window_pan(RaWindow *window, int dx, int dy)
{
    const int x = window->view.pan_x, y = window->view.pan_y;
    window->view.pan_x += dx;
    window->view.pan_y += dy;
    ra_view_layout(&window->view);
    if (window->view.pan_x == x && window->view.pan_y == y)
        return;
    ra_window_damage(window, window->chrome.area);
    ra_window_update_pointer(window);
}

static void measure_buttons(RaChrome *chrome)
{
    static const struct {
        RaButtonId id;
        const char *one, *other;
    } labels[] = {
        {RA_BUTTON_CONTROL, TAKE, STOP},
        {RA_BUTTON_SCALE, FIT, ACTUAL},
        {RA_BUTTON_FULLSCREEN, FULL, LEAVE},
        {RA_BUTTON_DISCONNECT, "Disconnect", "Disconnect"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        chrome->button[labels[i].id].width = MAX(ra_paint_button_width(labels[i].one, TRUE),
                                                 ra_paint_button_width(labels[i].other, TRUE));
}

/* The picture with all that surrounds it, if the screen has room for it. */
static void size_to_picture(RaWindow *window)
{
    SDL_Rect usable;
    const int display = MAX(SDL_GetWindowDisplayIndex(window->sdl), 0);
    if (window->sized || window->fullscreen || SDL_GetDisplayUsableBounds(display, &usable) != 0)
        return;
    window->sized = TRUE;
    const guint32 flags = SDL_GetWindowFlags(window->sdl);
    if ((flags & (SDL_WINDOW_MAXIMIZED | SDL_WINDOW_FULLSCREEN)) != 0)
        return;
    const int chrome = RA_CHROME_TOOLBAR + RA_CHROME_STATUS;
    const int room_x = usable.w * SCREEN_PERCENT / 100;
    const int room_y = usable.h * SCREEN_PERCENT / 100;
    int width = ra_picture_width(window->picture), height = ra_picture_height(window->picture);
    if (width > room_x || height > room_y - chrome) {
        RaView view = {.picture_width = width,
                       .picture_height = height,
                       .area = {0, 0, room_x, room_y - chrome}};
        ra_view_layout(&view);
        width = view.shown.width;
        height = view.shown.height;
    }
    width = MAX(width, MIN_WIDTH);
    height = MAX(height + chrome, MIN_HEIGHT);
    SDL_SetWindowSize(window->sdl, width, height);
    SDL_SetWindowPosition(window->sdl, usable.x + (usable.w - width) / 2,
                          usable.y + (usable.h - height) / 2);
}

/* The public side. */

/* In a locale without UTF-8 Xlib can neither set a title in it nor tell what a key types. */
static void need_utf8(void)
{
    if (!g_get_charset(NULL))
        setlocale(LC_CTYPE, "C.UTF-8");
}

static SDL_Window *open_sdl(gboolean fullscreen)
{
    need_utf8();
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_ALLOW_ALT_TAB_WHILE_GRABBED, "0");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_APP_NAME, "Remote Assistance");
    ra_canvas_set_hints();
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return NULL;
    const guint32 flags = SDL_WINDOW_RESIZABLE | (fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    return SDL_CreateWindow("Remote Assistance", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                            START_WIDTH, START_HEIGHT, flags);
}

RaWindow *ra_window_new(const RaWindowOptions *options, const RaModel *model, RaActFunc act,
                        gpointer data, GError **error)
{
    SDL_Window *sdl = open_sdl(options->fullscreen);
    if (sdl == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "No window can be opened (%s); start this on a graphical desktop.",
                    SDL_GetError());
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
        return NULL;
    }
    SDL_SetWindowMinimumSize(sdl, MIN_WIDTH, MIN_HEIGHT);
    SDL_StopTextInput();
    RaWindow *window = g_new0(RaWindow, 1);
    window->model = model;
    window->act = act;
    window->data = data;
    window->sdl = sdl;
    window->fullscreen = options->fullscreen;
    window->canvas = ra_canvas_new(sdl);
    window->cursor = ra_pointer_new();
    window->novice_pointer = ra_novice_pointer_new();
    window->line = g_strdup("");
    window->size = g_strdup("");
    window->view = (RaView){.mode = RA_VIEW_AUTO, .picture_width = 1, .picture_height = 1};
    ra_chrome_init(&window->chrome);
    measure_buttons(&window->chrome);
    window->events = ra_event_source_new(sdl, ra_window_event, window);
    ra_window_relayout(window);
    return window;
}

static void stop_source(guint *source)
{
    if (*source != 0)
        g_source_remove(*source);
    *source = 0;
}

void ra_window_free(RaWindow *window)
{
    if (window == NULL)
        return;
    stop_source(&window->flush);
    stop_source(&window->pan_timer);
    stop_source(&window->reveal_timer);
    g_source_destroy(window->events);
    g_source_unref(window->events);
    ra_pointer_free(window->cursor);
    ra_novice_pointer_free(window->novice_pointer);
    ra_scaler_free(window->scaler);
    ra_picture_free(window->picture);
    ra_canvas_free(window->canvas);
    ra_paint_forget_fonts();
    SDL_DestroyWindow(window->sdl);
    SDL_QuitSubSystem(SDL_INIT_VIDEO); /* sound may still be in use */
    g_free(window->line);
    g_free(window->size);
    g_free(window->heading);
    g_free(window->text);
    g_free(window);
}

static RaLight light_of(const RaStatus *status, gboolean controlling)
{
    if (status->state == RA_CONNECT_ENDED)
        return RA_LIGHT_GREY;
    if (status->state != RA_CONNECT_SHARING)
        return RA_LIGHT_AMBER;
    return controlling ? RA_LIGHT_ORANGE : RA_LIGHT_GREEN;
}

static void set_panel(RaWindow *window, const RaStatus *status)
{
    RaChrome *chrome = &window->chrome;
    RaButton *button = &chrome->button[RA_BUTTON_PANEL];
    g_free(window->heading);
    g_free(window->text);
    ra_status_panel(status, &window->heading, &window->text, &button->label);
    chrome->panel_shown = window->heading != NULL;
    if (!chrome->panel_shown)
        return;
    chrome->panel_height = ra_paint_panel_height(window->heading, window->text);
    button->width = ra_paint_button_width(button->label, FALSE) + 2 * RA_CHROME_GAP;
    button->style = status->state == RA_CONNECT_ENDED ? RA_STYLE_ACCENT : RA_STYLE_PLAIN;
}

static void show_status(RaWindow *window, const RaStatus *status)
{
    RaButton *button = window->chrome.button;
    const gboolean sharing = status->state == RA_CONNECT_SHARING;
    const gboolean control =
        sharing && !status->view_only && (status->rights & RA_RIGHT_CONTROL) != 0;
    g_autofree char *title = ra_status_title(status);
    SDL_SetWindowTitle(window->sdl, title);
    g_free(window->line);
    window->line = ra_status_line(status);
    window->light = light_of(status, control);
    window->ended = status->state == RA_CONNECT_ENDED;
    button[RA_BUTTON_CONTROL].enabled = sharing && !status->view_only && !status->asking;
    button[RA_BUTTON_DISCONNECT].enabled = !window->ended;
    set_panel(window, status);
    ra_input_set_controlling(window, control);
    ra_window_relayout(window);
    if (window->ended)
        window->chrome.focused = RA_BUTTON_PANEL;
}

void ra_window_update(RaWindow *window, RaModelPart parts)
{
    if ((parts & RA_MODEL_STATUS) != 0)
        show_status(window, &window->model->status);
}

void ra_window_set_picture(RaWindow *window, RaPicture *picture)
{
    ra_picture_free(window->picture);
    window->picture = picture;
    size_to_picture(window);
    ra_window_relayout(window);
}

void ra_window_changed(RaWindow *window, const RaIpcMessage *message)
{
    if (window->picture == NULL)
        return;
    for (guint i = 0; i < message->rects.n; i++) {
        const RaBox part = ra_picture_clip(window->picture, &message->rects.rect[i]);
        if (!ra_box_is_empty(part))
            ra_window_damage(window, ra_view_to_window(&window->view, part));
    }
}

void ra_window_set_cursor(RaWindow *window, const RaIpcMessage *message)
{
    ra_pointer_set_shape(window->cursor, message);
    ra_novice_pointer_set_shape(window->novice_pointer, message);
    ra_window_update_pointer(window);
}

void ra_window_set_pointer(RaWindow *window, const RaIpcMessage *message)
{
    ra_novice_pointer_set_position(window->novice_pointer, message);
    ra_window_update_pointer(window);
}

void ra_window_set_mode(RaWindow *window, RaViewMode mode)
{
    window->view.mode = mode;
    ra_window_relayout(window);
}

void ra_window_set_fullscreen(RaWindow *window, gboolean fullscreen)
{
    window->fullscreen = fullscreen;
    window->chrome.revealed = FALSE;
    SDL_SetWindowFullscreen(window->sdl, fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    if (!fullscreen && window->picture != NULL)
        size_to_picture(window);
    ra_window_relayout(window);
}

void ra_window_act(RaWindow *window, const RaAct *act)
{
    g_autofree char *problem = window->act(act, window->data);
    if (problem != NULL)
        g_message("%s", problem);
}

void ra_window_press_button(RaWindow *window, RaButtonId id)
{
    switch (id) {
    case RA_BUTTON_CONTROL:
        if (window->controlling)
            ra_input_release_all(window);
        ra_window_act(window, &(RaAct){.kind = RA_ACT_CONTROL, .flag = !window->controlling});
        break;
    case RA_BUTTON_SCALE:
        ra_window_set_mode(window, ra_view_is_scaled(&window->view) ? RA_VIEW_ACTUAL : RA_VIEW_FIT);
        break;
    case RA_BUTTON_FULLSCREEN:
        ra_window_set_fullscreen(window, !window->fullscreen);
        break;
    case RA_BUTTON_DISCONNECT:
        ra_window_act(window, &(RaAct){.kind = RA_ACT_DISCONNECT});
        break;
    case RA_BUTTON_PANEL:
        ra_window_act(window, &(RaAct){.kind = RA_ACT_CLOSE});
        break;
    case RA_BUTTON_NONE:
        break;
    }
}
