/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window-private.h"

enum {
    REVEAL_MS = 350, /* full screen: how long the pointer rests at the top for the toolbar */
    KEY_STEP = 60,   /* pixels that an arrow key moves a larger picture */
};

static void reveal(RaWindow *window, gboolean revealed)
{
    if (window->reveal_timer != 0)
        g_source_remove(window->reveal_timer);
    window->reveal_timer = 0;
    if (!window->fullscreen || window->chrome.revealed == revealed)
        return;
    ra_window_damage(window, window->chrome.toolbar);
    window->chrome.revealed = revealed;
    ra_window_relayout(window);
}

static gboolean on_reveal(gpointer data)
{
    RaWindow *window = data;
    window->reveal_timer = 0;
    reveal(window, TRUE);
    return G_SOURCE_REMOVE;
}

/* Full screen: the toolbar comes when the pointer rests at the screen's upper edge, and goes when
 * the pointer leaves it. */
static void follow_pointer(RaWindow *window, int y)
{
    if (!window->fullscreen)
        return;
    if (window->chrome.revealed) {
        if (y > RA_CHROME_TOOLBAR && window->chrome.focused == RA_BUTTON_NONE)
            reveal(window, FALSE);
    } else if (y > 0) {
        if (window->reveal_timer != 0)
            g_source_remove(window->reveal_timer);
        window->reveal_timer = 0;
    } else if (window->reveal_timer == 0 && window->held.buttons == 0) {
        window->reveal_timer = g_timeout_add(REVEAL_MS, on_reveal, window);
    }
}

static void focus_toolbar(RaWindow *window, int step)
{
    if (window->chrome.focused == RA_BUTTON_NONE) {
        ra_input_release_all(window);
        reveal(window, TRUE);
    }
    ra_chrome_focus_next(&window->chrome, step);
    ra_input_update(window);
    ra_window_damage_chrome(window);
}

static void leave_toolbar(RaWindow *window)
{
    window->chrome.focused = RA_BUTTON_NONE;
    reveal(window, FALSE);
    ra_input_update(window);
    ra_window_damage_chrome(window);
}

/* Keys that are the viewer's own at any time. TRUE if this was one. May free WINDOW. */
static gboolean take_shortcut(RaWindow *window, const SDL_Keysym *key)
{
    static const struct {
        SDL_Keycode sym;
        RaButtonId button;
    } shortcuts[] = {
        {SDLK_c, RA_BUTTON_CONTROL},
        {SDLK_s, RA_BUTTON_SCALE},
        {SDLK_q, RA_BUTTON_DISCONNECT},
    };
    if (key->sym == SDLK_F11) {
        ra_input_release_all(window);
        ra_window_press_button(window, RA_BUTTON_FULLSCREEN);
        return TRUE;
    }
    if ((key->mod & KMOD_CTRL) == 0 || (key->mod & KMOD_LALT) == 0)
        return FALSE;
    if (key->sym == SDLK_b) {
        focus_toolbar(window, 1);
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
        if (shortcuts[i].sym != key->sym)
            continue;
        ra_input_release_all(window);
        if (window->chrome.button[shortcuts[i].button].enabled)
            ra_window_press_button(window, shortcuts[i].button);
        return TRUE;
    }
    return FALSE;
}

/* Keys while they do not go to the other end. May free WINDOW. */
static void take_own_key(RaWindow *window, const SDL_Keysym *key)
{
    const RaButtonId focused = window->chrome.focused;
    const gboolean back = (key->mod & KMOD_SHIFT) != 0;
    switch (key->sym) {
    case SDLK_TAB:
        focus_toolbar(window, back ? -1 : 1);
        break;
    case SDLK_RETURN:
    case SDLK_KP_ENTER:
    case SDLK_SPACE:
        ra_window_press_button(window, focused);
        break;
    case SDLK_ESCAPE:
        if (window->ended)
            ra_window_press_button(window, RA_BUTTON_PANEL);
        else
            leave_toolbar(window);
        break;
    case SDLK_LEFT:
    case SDLK_RIGHT:
        if (focused != RA_BUTTON_NONE)
            focus_toolbar(window, key->sym == SDLK_LEFT ? -1 : 1);
        else
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

static void take_key(RaWindow *window, const SDL_KeyboardEvent *event)
{
    const gboolean down = event->type == SDL_KEYDOWN;
    const gboolean own = !window->controlling || window->chrome.focused != RA_BUTTON_NONE;
    if (down && event->repeat == 0 && take_shortcut(window, &event->keysym))
        return;
    if (!own || !down)
        ra_input_key(window, event);
    else
        take_own_key(window, &event->keysym);
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
    if (ra_chrome_motion(&window->chrome, x, y))
        ra_window_damage_chrome(window);
    ra_input_motion(window, x, y);
    follow_pointer(window, y);
}

/* May free WINDOW. */
static void take_button(RaWindow *window, const SDL_MouseButtonEvent *event)
{
    const gboolean down = event->type == SDL_MOUSEBUTTONDOWN;
    RaChrome *chrome = &window->chrome;
    if (chrome->pressed != RA_BUTTON_NONE && !down && event->button == SDL_BUTTON_LEFT) {
        const RaButtonId id = ra_chrome_release(chrome, event->x, event->y);
        ra_window_damage_chrome(window);
        ra_window_press_button(window, id);
        return;
    }
    if (down && window->held.buttons == 0) {
        if (event->button == SDL_BUTTON_LEFT && ra_chrome_press(chrome, event->x, event->y)) {
            ra_window_damage_chrome(window);
            ra_input_update(window);
        }
        if (ra_chrome_contains(chrome, event->x, event->y))
            return;
    }
    ra_input_button(window, event);
}

/* May free WINDOW. */
static void take_window_event(RaWindow *window, const SDL_WindowEvent *event)
{
    switch (event->event) {
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        ra_canvas_reset(window->canvas);
        ra_window_relayout(window);
        break;
    case SDL_WINDOWEVENT_FOCUS_GAINED:
        ra_input_focus_changed(window, TRUE);
        break;
    case SDL_WINDOWEVENT_FOCUS_LOST:
        ra_input_focus_changed(window, FALSE);
        break;
    case SDL_WINDOWEVENT_LEAVE:
        window->mouse_x = window->mouse_y = -1;
        if (ra_chrome_motion(&window->chrome, -1, -1))
            ra_window_damage_chrome(window);
        ra_input_update(window);
        break;
    case SDL_WINDOWEVENT_CLOSE:
        ra_window_act(window, &(RaAct){.kind = RA_ACT_CLOSE});
        break;
    default:
        break;
    }
}

void ra_window_event(const SDL_Event *event, gpointer data)
{
    RaWindow *window = data;
    switch (event->type) {
    case SDL_WINDOWEVENT:
        take_window_event(window, &event->window);
        break;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
        take_key(window, &event->key);
        break;
    case SDL_TEXTINPUT:
        if (window->controlling && window->chrome.focused == RA_BUTTON_NONE)
            ra_input_text(window, event->text.text);
        break;
    case SDL_MOUSEMOTION:
        take_motion(window, &event->motion);
        break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        take_button(window, &event->button);
        break;
    case SDL_MOUSEWHEEL:
        ra_input_wheel(window, event->wheel.x, event->wheel.y);
        break;
    default:
        break;
    }
}
