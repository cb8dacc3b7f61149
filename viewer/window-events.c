/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window-private.h"

enum {
    REVEAL_MS = 350, /* full screen: how long the pointer rests at the top for the toolbar */
    KEY_STEP = 60,   /* pixels that an arrow key moves a larger picture */
};

static gboolean on_reveal(gpointer data)
{
    RaWindow *window = data;
    window->reveal_timer = 0;
    ra_window_reveal(window, TRUE);
    return G_SOURCE_REMOVE;
}

/* Full screen: the toolbar comes when the pointer rests at the screen's upper edge, and goes when
 * the pointer leaves it. */
static void follow_pointer(RaWindow *window, int y)
{
    const RaUi *ui = window->shell.ui;
    if (!window->fullscreen)
        return;
    if (window->parts.revealed) {
        if (y > window->bar->box.height && !ra_ui_is_modal(ui) &&
            !ra_widget_is_inside(ra_ui_focused(ui), window->bar))
            ra_window_reveal(window, FALSE);
    } else if (y > 0) {
        if (window->reveal_timer != 0)
            g_source_remove(window->reveal_timer);
        window->reveal_timer = 0;
    } else if (window->reveal_timer == 0 && !ra_input_is_held(window)) {
        window->reveal_timer = g_timeout_add(REVEAL_MS, on_reveal, window);
    }
}

static void leave_widgets(RaWindow *window)
{
    ra_ui_focus(window->shell.ui, NULL);
    ra_window_reveal(window, FALSE);
    if (window->fullscreen || ra_frame_is_narrow(window->frame))
        ra_window_show_pane(window, FALSE);
}

/* Keys that no widget wants and that do not go to the other end. */
static void take_own_key(RaWindow *window, const SDL_Keysym *key)
{
    RaUi *ui = window->shell.ui;
    const gboolean back = (key->mod & KMOD_SHIFT) != 0;
    switch (key->sym) {
    case SDLK_TAB:
        ra_window_reveal(window, TRUE);
        ra_ui_layout(ui);
        if (back)
            ra_ui_focus_next(ui, -1);
        else
            ra_bar_focus(window->bar);
        break;
    case SDLK_ESCAPE:
        if (window->ended)
            ra_window_command(RA_COMMAND_CLOSE, window);
        else
            leave_widgets(window);
        break;
    case SDLK_LEFT:
    case SDLK_RIGHT:
        ra_window_pan(window, key->sym == SDLK_LEFT ? -KEY_STEP : KEY_STEP, 0);
        break;
    case SDLK_UP:
    case SDLK_DOWN:
        ra_window_pan(window, 0, key->sym == SDLK_UP ? -KEY_STEP : KEY_STEP);
        break;
    default:
        break;
    }
}

/* The space that pressed a button must not be typed into what it opened. */
static void drop_text_behind(void)
{
    SDL_Event next;
    if (SDL_PeepEvents(&next, 1, SDL_PEEKEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) == 1 &&
        next.type == SDL_TEXTINPUT)
        SDL_PeepEvents(&next, 1, SDL_GETEVENT, SDL_TEXTINPUT, SDL_TEXTINPUT);
}

static void take_key(RaWindow *window, const SDL_KeyboardEvent *event)
{
    RaUi *ui = window->shell.ui;
    const gboolean down = event->type == SDL_KEYDOWN;
    const RaWidget *focused = ra_ui_focused(ui);
    const gboolean own = !window->controlling || focused != NULL || ra_ui_is_modal(ui);
    if (down && event->repeat == 0 && ra_window_shortcut(window, &event->keysym))
        return;
    if (!own || !down) {
        ra_input_key(window, event);
        return;
    }
    const RaUiKey key = ra_window_ui_key(&event->keysym, event->repeat != 0);
    const gboolean taken = ra_ui_key(ui, &key);
    if (window->shell.gone)
        return;
    if (ra_ui_focused(ui) != focused)
        drop_text_behind();
    if (!taken && (event->repeat == 0 || focused == NULL))
        take_own_key(window, &event->keysym);
}

static void take_text(RaWindow *window, const char *text)
{
    RaUi *ui = window->shell.ui;
    if (ra_ui_focused(ui) == NULL && !ra_ui_is_modal(ui))
        ra_input_text(window, text);
    else if ((ra_window_ui_mods() & (RA_MOD_CTRL | RA_MOD_ALT | RA_MOD_SUPER)) == 0)
        ra_ui_type(ui, text);
}

static void take_motion(RaWindow *window, const SDL_MouseMotionEvent *event)
{
    SDL_Event next;
    int x = event->x, y = event->y;
    /* Only the last of several matters: a fast mouse sends a thousand a second. */
    while (SDL_PeepEvents(&next, 1, SDL_PEEKEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) == 1 &&
           next.type == SDL_MOUSEMOTION) {
        SDL_PeepEvents(&next, 1, SDL_GETEVENT, SDL_MOUSEMOTION, SDL_MOUSEMOTION);
        x = next.motion.x;
        y = next.motion.y;
    }
    const RaUiPointer move = {.kind = RA_POINTER_MOVE, .x = x, .y = y, .mods = ra_window_ui_mods()};
    if (!ra_input_is_held(window))
        ra_ui_pointer(window->shell.ui, &move);
    if (window->shell.gone)
        return;
    ra_input_motion(window, x, y);
    follow_pointer(window, y);
}

static int button_of(const SDL_MouseButtonEvent *event)
{
    if (event->button == SDL_BUTTON_LEFT)
        return 1;
    return event->button == SDL_BUTTON_RIGHT ? 3 : 2;
}

static void take_button(RaWindow *window, const SDL_MouseButtonEvent *event)
{
    RaUi *ui = window->shell.ui;
    const gboolean down = event->type == SDL_MOUSEBUTTONDOWN;
    const RaUiPointer pointer = {.kind = down ? RA_POINTER_DOWN : RA_POINTER_UP,
                                 .x = event->x,
                                 .y = event->y,
                                 .button = button_of(event),
                                 .clicks = event->clicks,
                                 .mods = ra_window_ui_mods()};
    if (!ra_input_is_held(window) && ra_ui_pointer(ui, &pointer))
        return;
    if (down && ra_ui_focused(ui) != NULL && !window->ended)
        ra_ui_focus(ui, NULL); /* back to the remote screen */
    ra_input_button(window, event);
}

static void take_wheel(RaWindow *window, const SDL_MouseWheelEvent *event)
{
    const int flip = event->direction == SDL_MOUSEWHEEL_FLIPPED ? -1 : 1;
    const RaUiPointer pointer = {.kind = RA_POINTER_WHEEL,
                                 .x = window->mouse_x,
                                 .y = window->mouse_y,
                                 .wheel_x = flip * event->preciseX,
                                 .wheel_y = -flip * event->preciseY,
                                 .mods = ra_window_ui_mods()};
    if (!ra_ui_pointer(window->shell.ui, &pointer))
        ra_input_wheel(window, event->x, event->y);
}

static void take_window_event(RaWindow *window, const SDL_WindowEvent *event)
{
    RaUi *ui = window->shell.ui;
    switch (event->event) {
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        ra_canvas_reset(window->canvas);
        ra_window_relayout(window);
        break;
    case SDL_WINDOWEVENT_DISPLAY_CHANGED:
        ra_window_restyle(window);
        ra_window_relayout(window);
        break;
    case SDL_WINDOWEVENT_FOCUS_GAINED:
        ra_ui_set_active(ui, TRUE);
        ra_input_focus_changed(window, TRUE);
        ra_window_note_read(window);
        break;
    case SDL_WINDOWEVENT_FOCUS_LOST:
        ra_ui_set_active(ui, FALSE);
        ra_input_focus_changed(window, FALSE);
        break;
    case SDL_WINDOWEVENT_LEAVE:
        window->mouse_x = window->mouse_y = -1;
        ra_ui_pointer(ui, &(RaUiPointer){.kind = RA_POINTER_LEAVE, .x = -1, .y = -1});
        ra_input_update(window);
        break;
    case SDL_WINDOWEVENT_CLOSE:
        ra_shell_do(&window->shell, RA_ACT_CLOSE, FALSE);
        break;
    default:
        break;
    }
}

static void take_drop(RaWindow *window, const SDL_DropEvent *event)
{
    GPtrArray *dropped = window->dropped;
    if (event->type == SDL_DROPBEGIN)
        g_ptr_array_set_size(dropped, 0);
    if (event->type == SDL_DROPFILE && event->file != NULL && dropped->len < RA_FILES_OPEN_MAX)
        g_ptr_array_add(dropped, g_strdup(event->file));
    SDL_free(event->file);
    if (event->type != SDL_DROPCOMPLETE || dropped->len == 0)
        return;
    g_ptr_array_add(dropped, NULL);
    ra_input_release_all(window);
    ra_dialogs_drop(window->dialogs, (const char *const *)dropped->pdata);
    g_ptr_array_set_size(dropped, 0);
}

static void take(RaWindow *window, const SDL_Event *event)
{
    switch (event->type) {
    case SDL_WINDOWEVENT:
        take_window_event(window, &event->window);
        break;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
        take_key(window, &event->key);
        break;
    case SDL_TEXTINPUT:
        take_text(window, event->text.text);
        break;
    case SDL_TEXTEDITING:
        ra_ui_preedit(window->shell.ui, event->edit.text, event->edit.start);
        break;
    case SDL_MOUSEMOTION:
        take_motion(window, &event->motion);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        take_button(window, &event->button);
        break;
    case SDL_MOUSEWHEEL:
        take_wheel(window, &event->wheel);
        break;
    case SDL_DROPBEGIN:
    case SDL_DROPFILE:
    case SDL_DROPTEXT:
    case SDL_DROPCOMPLETE:
        take_drop(window, &event->drop);
        break;
    default:
        break;
    }
}

void ra_window_event(const SDL_Event *event, gpointer data)
{
    RaWindow *window = data;
    ra_shell_enter(&window->shell);
    if (!window->shell.gone)
        take(window, event);
    ra_shell_leave(&window->shell);
}
