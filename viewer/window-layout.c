/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window-private.h"

enum {
    MIN_WIDTH = 640, /* pixels */
    MIN_HEIGHT = 320,
    SCREEN_PERCENT = 90, /* of the helper's screen, at the most, when the window gets its size */
    TIGHT_PERCENT = 98,  /* the same where nothing must be made smaller for it, or for the chat */
    WORTH_PERCENT = 85,  /* of a picture that is made smaller anyhow: so much is left by the chat */
    PANE_LEAST = 260,    /* dp: a chat that gets its width by what the picture leaves */
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
    window->parts.pane_width =
        window->pane_given > 0 ? window->pane_given : window->shell.choices.pane_width;
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
    ra_window_damage_picture(window, before);
    ra_window_damage_picture(window, now);
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

/* The size in which the picture is shown where ROOM_X times ROOM_Y pixels are left for it: never
 * enlarged. */
static RaBox fit(const RaWindow *window, int room_x, int room_y)
{
    RaView view = {.picture_width = ra_picture_width(window->picture),
                   .picture_height = ra_picture_height(window->picture),
                   .area = {0, 0, MAX(room_x, 1), MAX(room_y, 1)}};
    if (view.picture_width <= room_x && view.picture_height <= room_y)
        return (RaBox){0, 0, view.picture_width, view.picture_height};
    ra_view_layout(&view);
    return view.shown;
}

/* The chat beside the picture, which would be ALONE in size without it: as wide as it was chosen,
 * or a little narrower. 0: the picture would suffer, so the chat is closed. */
static int give_pane(RaWindow *window, const SDL_Rect *usable, int room_y, int wide,
                     const RaBox *alone)
{
    RaUi *ui = window->shell.ui;
    const int room_x = usable->w * TIGHT_PERCENT / 100;
    const int least = MIN(ra_ui_px(ui, PANE_LEAST), wide);
    const int beside = CLAMP(room_x - alone->width, least, wide);
    const RaBox with = fit(window, room_x - beside, room_y);
    const gboolean exact = alone->width == ra_picture_width(window->picture);
    if (with.width < (exact ? alone->width : alone->width * WORTH_PERCENT / 100))
        return 0;
    if (beside < wide)
        window->pane_given = beside * 100 / MAX(ra_ui_px(ui, 100), 1);
    return beside;
}

/* The picture with all that surrounds it, if the screen has room for it: with a narrower chat, or
 * none, rather than made smaller. */
void ra_window_size_to_picture(RaWindow *window)
{
    SDL_Rect usable;
    if (window->sized || !is_free(window, &usable))
        return;
    window->sized = TRUE;
    int beside, around;
    ra_frame_around(window->frame, window->shell.choices.pane, &beside, &around);
    int room_y = usable.h * SCREEN_PERCENT / 100 - around;
    RaBox alone = fit(window, usable.w * SCREEN_PERCENT / 100, room_y);
    const int most_y = usable.h * TIGHT_PERCENT / 100 - around;
    const RaBox tight = fit(window, usable.w * TIGHT_PERCENT / 100, most_y);
    if (tight.width == ra_picture_width(window->picture)) { /* pixel by pixel, if only just */
        room_y = MAX(room_y, most_y);
        alone = tight;
    }
    RaBox shown = alone;
    if (beside > 0) {
        beside = give_pane(window, &usable, room_y, beside, &alone);
        window->pane_closed = beside == 0;
        if (beside > 0)
            shown = fit(window, MIN(alone.width, usable.w * TIGHT_PERCENT / 100 - beside), room_y);
    }
    give_size(window, &usable, shown.width + beside, shown.height + around);
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

/* The window that the program gave its size grows to the left by the chat, as far as the screen
 * goes, so that the picture stays as it is; and shrinks again. FALSE: it cannot. */
static gboolean resize_for_pane(RaWindow *window, gboolean shown)
{
    SDL_Rect usable;
    int width, height, x, y, beside, around;
    SDL_GetWindowSize(window->sdl, &width, &height);
    SDL_GetWindowPosition(window->sdl, &x, &y);
    if (!is_free(window, &usable) || width != window->given.width ||
        height != window->given.height || window->picture == NULL)
        return FALSE;
    ra_frame_around(window->frame, TRUE, &beside, &around);
    beside = MIN(beside, usable.w * TIGHT_PERCENT / 100 - width);
    if (shown ? beside < ra_ui_px(window->shell.ui, PANE_LEAST) / 2 : window->grown == 0)
        return FALSE;
    const int by = shown ? beside : -window->grown;
    window->grown = shown ? beside : 0;
    window->given = (RaBox){0, 0, width + by, height};
    SDL_SetWindowSize(window->sdl, width + by, height);
    SDL_SetWindowPosition(window->sdl, MAX(x - by, usable.x), y);
    window->pane_closed = FALSE;
    window->shell.choices.pane = shown;
    return TRUE;
}

void ra_window_show_pane(RaWindow *window, gboolean shown)
{
    if (shown != ra_window_pane_shown(window) && resize_for_pane(window, shown)) {
        ra_window_save_choices(window);
        ra_window_relayout(window);
        ra_window_note_read(window);
        return;
    }
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
    if (window->parts.pane_width == width)
        return;
    window->pane_given = 0;
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
