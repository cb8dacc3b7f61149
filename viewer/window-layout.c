/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window-private.h"

enum {
    MIN_WIDTH = 640, /* pixels */
    MIN_HEIGHT = 320,
    SCREEN_PERCENT = 90, /* of the helper's screen, at the most, when the window gets its size */
    SAVE_MS = 2000,
};

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

void ra_window_place_picture(RaWindow *window)
{
    const RaBox before = window->view.shown;
    window->view.area = ra_frame_area(window->frame);
    window->view.mode = window->shell.choices.mode;
    if (window->picture != NULL) {
        window->view.picture_width = ra_picture_width(window->picture);
        window->view.picture_height = ra_picture_height(window->picture);
        ra_view_layout(&window->view);
        update_scaler(window);
        g_free(window->size);
        window->size = ra_status_size(&window->view);
    }
    const RaBox *now = &window->view.shown;
    if (now->x != before.x || now->y != before.y || now->width != before.width ||
        now->height != before.height)
        ra_window_damage(window, window->view.area);
    ra_input_update(window);
}

static void set_frame(RaWindow *window)
{
    const RaVoiceState voice = window->shell.model->voice.state;
    window->parts.fullscreen = window->fullscreen;
    window->parts.pane = window->shell.choices.pane && !window->pane_closed;
    window->parts.pane_width = window->shell.choices.pane_width;
    window->parts.talking = voice == RA_VOICE_ON || voice == RA_VOICE_ASKING;
    ra_frame_set(window->frame, &window->parts);
}

void ra_window_relayout(RaWindow *window)
{
    int width, height;
    SDL_GetWindowSize(window->sdl, &width, &height);
    ra_ui_set_size(window->shell.ui, width, height);
    set_frame(window);
    ra_ui_layout(window->shell.ui);
    ra_window_place_picture(window);
    ra_window_show(window);
    ra_window_damage(window, (RaBox){0, 0, width, height});
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
    ra_window_damage(window, window->view.area);
    ra_window_update_pointer(window);
}

/* The window's size. */

static gboolean is_free(RaWindow *window, SDL_Rect *usable)
{
    const guint32 flags = SDL_GetWindowFlags(window->sdl);
    const int display = MAX(SDL_GetWindowDisplayIndex(window->sdl), 0);
    return !window->fullscreen && (flags & (SDL_WINDOW_MAXIMIZED | SDL_WINDOW_FULLSCREEN)) == 0 &&
           SDL_GetDisplayUsableBounds(display, usable) == 0;
}

static void give_size(RaWindow *window, const SDL_Rect *usable, int width, int height)
{
    width = MAX(width, MIN_WIDTH);
    height = MAX(height, MIN_HEIGHT);
    SDL_SetWindowSize(window->sdl, width, height);
    SDL_SetWindowPosition(window->sdl, usable->x + (usable->w - width) / 2,
                          usable->y + (usable->h - height) / 2);
    window->given = (RaBox){0, 0, width, height};
}

/* The picture with all that surrounds it, if the screen has room for it: without the chat rather
 * than made smaller. */
void ra_window_size_to_picture(RaWindow *window)
{
    SDL_Rect usable;
    if (window->sized || !is_free(window, &usable))
        return;
    window->sized = TRUE;
    const int room_x = usable.w * SCREEN_PERCENT / 100;
    const int room_y = usable.h * SCREEN_PERCENT / 100;
    int width = ra_picture_width(window->picture), height = ra_picture_height(window->picture);
    int beside, around;
    gboolean pane = window->shell.choices.pane;
    ra_frame_around(window->frame, pane, &beside, &around);
    if (pane && width <= room_x && width + beside > room_x)
        window->pane_closed = TRUE;
    if (window->pane_closed || !pane)
        beside = 0;
    if (width > room_x - beside || height > room_y - around) {
        RaView view = {.picture_width = width,
                       .picture_height = height,
                       .area = {0, 0, MAX(room_x - beside, 1), MAX(room_y - around, 1)}};
        ra_view_layout(&view);
        width = view.shown.width;
        height = view.shown.height;
    }
    give_size(window, &usable, width + beside, height + around);
}

void ra_window_keep_place(RaWindow *window)
{
    RaBox box = {0};
    RaChoices *choices = &window->shell.choices;
    const guint32 flags = SDL_GetWindowFlags(window->sdl);
    if (window->fullscreen)
        return;
    choices->maximised = (flags & SDL_WINDOW_MAXIMIZED) != 0;
    if (choices->maximised)
        return;
    SDL_GetWindowSize(window->sdl, &box.width, &box.height);
    SDL_GetWindowPosition(window->sdl, &box.x, &box.y);
    /* A size that the helper chose, not one that followed from a picture. */
    if (box.width != window->given.width || box.height != window->given.height)
        choices->window = box;
}

/* The chat. */

gboolean ra_window_pane_shown(const RaWindow *window)
{
    const gboolean over = window->fullscreen || ra_frame_is_narrow(window->frame);
    return over ? window->parts.pane_over : window->shell.choices.pane && !window->pane_closed;
}

void ra_window_show_pane(RaWindow *window, gboolean shown)
{
    if (window->fullscreen || ra_frame_is_narrow(window->frame)) {
        window->parts.pane_over = shown;
    } else {
        window->pane_closed = FALSE;
        window->shell.choices.pane = shown;
        ra_window_save_choices(window);
    }
    ra_window_relayout(window);
    ra_window_note_read(window);
}

void ra_window_pane_resized(int width, gpointer data)
{
    RaWindow *window = data;
    if (window->shell.choices.pane_width == width)
        return;
    window->shell.choices.pane_width = width;
    ra_window_save_choices(window);
    ra_window_relayout(window);
}

void ra_window_reveal(RaWindow *window, gboolean revealed)
{
    if (window->reveal_timer != 0)
        g_source_remove(window->reveal_timer);
    window->reveal_timer = 0;
    if (!window->fullscreen || window->parts.revealed == revealed)
        return;
    window->parts.revealed = revealed;
    ra_window_relayout(window);
}

/* Choices. */

void ra_window_restyle(RaWindow *window)
{
    const RaChoices *choices = &window->shell.choices;
    const RaThemeKind kind =
        choices->theme == RA_THEME_DESKTOP ? ra_desktop_theme(window->desktop) : choices->theme;
    const int scale = window->scale > 0 ? window->scale : ra_desktop_scale(window->sdl);
    ra_ui_set_style(window->shell.ui, kind, scale, choices->text);
}

void ra_window_chosen(RaShell *shell)
{
    RaWindow *window = ra_window_of(shell);
    ra_window_restyle(window);
    ra_window_relayout(window);
    ra_window_save_choices(window);
}

static gboolean on_save(gpointer data)
{
    RaWindow *window = data;
    g_autoptr(GError) error = NULL;
    window->save_timer = 0;
    ra_window_keep_place(window);
    if (!ra_choices_save(&window->shell.choices, &error))
        ra_ui_announce(window->shell.ui, error->message);
    return G_SOURCE_REMOVE;
}

void ra_window_save_choices(RaWindow *window)
{
    if (window->save_timer == 0)
        window->save_timer = g_timeout_add(SAVE_MS, on_save, window);
}
