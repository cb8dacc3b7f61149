/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/keys.h"
#include "viewer/window-private.h"

enum {
    EDGE = 24,      /* pixels from the area's edge, where a larger picture begins to move */
    EDGE_STEP = 12, /* pixels it moves each time */
    EDGE_MS = 16,
    WHEEL_MAX = 8,   /* notches that one event can stand for */
    WHEEL_STEP = 60, /* pixels that one notch moves a larger picture */
};

/* RFB's buttons 4 to 7. */
enum { WHEEL_UP = 1 << 3, WHEEL_DOWN = 1 << 4, WHEEL_LEFT = 1 << 5, WHEEL_RIGHT = 1 << 6 };

static void send_key(RaWindow *window, gboolean down, guint32 keysym, guint32 code)
{
    ra_shell_act(&window->shell, &(RaAct){.kind = RA_ACT_KEY, .key = {down, keysym, code}});
}

static void send_pointer(RaWindow *window)
{
    const RaHeld *held = &window->held;
    ra_shell_act(&window->shell,
                 &(RaAct){.kind = RA_ACT_POINTER, .pointer = {held->x, held->y, held->buttons}});
}

void ra_input_release_all(RaWindow *window)
{
    RaHeld *held = &window->held;
    for (int i = 0; i < SDL_NUM_SCANCODES; i++) {
        if (!held->down[i])
            continue;
        held->down[i] = FALSE;
        send_key(window, FALSE, held->keysym[i], ra_key_code((SDL_Scancode)i));
    }
    if (held->buttons != 0) {
        held->buttons = 0;
        send_pointer(window);
    }
    SDL_CaptureMouse(SDL_FALSE);
}

gboolean ra_input_is_held(const RaWindow *window)
{
    return window->held.buttons != 0 || window->dragging || window->stroking;
}

/* Do keys go to the other end? */
static gboolean keys_go(const RaWindow *window)
{
    const RaUi *ui = window->shell.ui;
    return window->controlling && window->focused && ra_ui_focused(ui) == NULL &&
           !ra_ui_is_modal(ui);
}

/* Does the mouse? Not while it points. */
static gboolean mouse_goes(const RaWindow *window)
{
    return window->controlling && !window->pointing;
}

void ra_input_update(RaWindow *window)
{
    RaUi *ui = window->shell.ui;
    if (window->canvas == NULL || window->shell.gone)
        return;
    window->over_picture = window->picture != NULL &&
                           ra_box_contains(ra_box_intersect(window->view.shown, window->view.area),
                                           window->mouse_x, window->mouse_y) &&
                           !ra_ui_is_over(ui);
    const gboolean keys = keys_go(window), text = keys || window->typing;
    if ((SDL_GetWindowKeyboardGrab(window->sdl) == SDL_TRUE) != keys)
        SDL_SetWindowKeyboardGrab(window->sdl, keys ? SDL_TRUE : SDL_FALSE);
    if ((SDL_IsTextInputActive() == SDL_TRUE) != text) {
        if (text)
            SDL_StartTextInput();
        else
            SDL_StopTextInput();
    }
    RaPointerShape shape = ra_ui_pointer_shape(ui);
    if (window->over_picture && window->pointing)
        shape = RA_SHAPE_CROSS;
    ra_pointer_set_own(window->cursor, shape);
    ra_pointer_show(window->cursor, mouse_goes(window) && window->over_picture,
                    window->picture != NULL ? ra_view_percent(&window->view) : 100);
    ra_window_update_pointer(window);
}

void ra_input_set_controlling(RaWindow *window, gboolean controlling)
{
    if (window->controlling == controlling)
        return;
    if (!controlling) {
        /* The other end lets go of everything itself when it takes control away. */
        window->held = (RaHeld){.x = window->held.x, .y = window->held.y};
        SDL_CaptureMouse(SDL_FALSE);
    }
    window->controlling = controlling;
    window->dragging = FALSE;
    ra_input_update(window);
}

void ra_input_focus_changed(RaWindow *window, gboolean focused)
{
    window->focused = focused;
    if (!focused)
        ra_input_release_all(window);
    ra_input_update(window);
}

/* The character that a key press makes with this layout and these modifiers, for keysyms that SDL's
 * key codes do not tell ("!", "é", Cyrillic). SDL queues it right behind the press. */
static gboolean take_text_behind(char *text, gsize size)
{
    SDL_Event next;
    if (SDL_PeepEvents(&next, 1, SDL_PEEKEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) != 1 ||
        next.type != SDL_TEXTINPUT)
        return FALSE;
    SDL_PeepEvents(&next, 1, SDL_GETEVENT, SDL_TEXTINPUT, SDL_TEXTINPUT);
    g_strlcpy(text, next.text.text, size);
    return g_utf8_validate(text, -1, NULL) && *text != '\0';
}

static void press_key(RaWindow *window, const SDL_Keysym *key)
{
    char text[SDL_TEXTINPUTEVENT_TEXT_SIZE];
    const char *rest = "";
    guint32 keysym = 0;
    if (take_text_behind(text, sizeof text)) {
        keysym = ra_key_keysym_of_character(g_utf8_get_char(text));
        rest = g_utf8_next_char(text);
    }
    if (keysym == 0)
        keysym = ra_key_keysym(key->sym, (SDL_Keymod)key->mod);
    const guint32 code = ra_key_code(key->scancode);
    if (keysym == 0 && code == 0)
        return;
    window->held.down[key->scancode] = TRUE;
    window->held.keysym[key->scancode] = keysym;
    send_key(window, TRUE, keysym, code);
    ra_input_text(window, rest);
}

void ra_input_key(RaWindow *window, const SDL_KeyboardEvent *event)
{
    const SDL_Keysym *key = &event->keysym;
    RaHeld *held = &window->held;
    if ((guint)key->scancode >= SDL_NUM_SCANCODES)
        return;
    if (event->type == SDL_KEYDOWN) {
        char text[SDL_TEXTINPUTEVENT_TEXT_SIZE];
        /* A held key repeats by itself at the other end: what this end repeats is not sent. */
        if (held->down[key->scancode] || event->repeat != 0)
            take_text_behind(text, sizeof text);
        else if (keys_go(window))
            press_key(window, key);
    } else if (held->down[key->scancode]) {
        held->down[key->scancode] = FALSE;
        send_key(window, FALSE, held->keysym[key->scancode], ra_key_code(key->scancode));
    }
}

/* Text that no key made: an input method's. */
void ra_input_text(RaWindow *window, const char *text)
{
    if (!keys_go(window) || !g_utf8_validate(text, -1, NULL))
        return;
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        const guint32 keysym = ra_key_keysym_of_character(g_utf8_get_char(text));
        if (keysym == 0)
            continue;
        send_key(window, TRUE, keysym, 0);
        send_key(window, FALSE, keysym, 0);
    }
}

/* How far the picture moves with the pointer at AT in an area from START, LENGTH long. */
static int edge_step(int at, int start, int length)
{
    if (at < start + EDGE)
        return -EDGE_STEP;
    return at >= start + length - EDGE ? EDGE_STEP : 0;
}

static gboolean on_edge(gpointer data)
{
    RaWindow *window = data;
    const RaBox *area = &window->view.area;
    const int x = window->view.pan_x, y = window->view.pan_y;
    if (ra_box_contains(*area, window->mouse_x, window->mouse_y) && window->picture != NULL)
        ra_window_pan(window, edge_step(window->mouse_x, area->x, area->width),
                      edge_step(window->mouse_y, area->y, area->height));
    if (x == window->view.pan_x && y == window->view.pan_y) {
        window->pan_timer = 0; /* nothing moves any more */
        return G_SOURCE_REMOVE;
    }
    if (mouse_goes(window) && ra_view_to_picture(&window->view, window->mouse_x, window->mouse_y,
                                                 &window->held.x, &window->held.y))
        send_pointer(window);
    return G_SOURCE_CONTINUE;
}

static void start_edge_pan(RaWindow *window)
{
    const RaBox *area = &window->view.area;
    const gboolean at_edge = edge_step(window->mouse_x, area->x, area->width) != 0 ||
                             edge_step(window->mouse_y, area->y, area->height) != 0;
    if (window->pan_timer == 0 && at_edge && mouse_goes(window) &&
        (ra_view_pans_x(&window->view) || ra_view_pans_y(&window->view)))
        window->pan_timer = g_timeout_add(EDGE_MS, on_edge, window);
}

/* The helper's own: a larger picture is panned, or something is pointed at. */
static void own_motion(RaWindow *window, int dx, int dy)
{
    guint16 x, y;
    if (window->dragging)
        ra_window_pan(window, -dx, -dy);
    if (!window->stroking)
        return;
    ra_view_to_picture(&window->view, window->mouse_x, window->mouse_y, &x, &y);
    ra_point_move(window, x, y);
}

void ra_input_motion(RaWindow *window, int x, int y)
{
    const int dx = x - window->mouse_x, dy = y - window->mouse_y;
    RaHeld *held = &window->held;
    window->mouse_x = x;
    window->mouse_y = y;
    ra_input_update(window);
    if (window->picture == NULL)
        return;
    if (window->dragging || window->stroking)
        own_motion(window, dx, dy);
    if (!mouse_goes(window))
        return;
    const guint16 old_x = held->x, old_y = held->y;
    const gboolean inside = ra_view_to_picture(&window->view, x, y, &held->x, &held->y) &&
                            !ra_ui_is_over(window->shell.ui);
    if (!inside && held->buttons == 0) { /* the pointer is elsewhere, on the toolbar perhaps */
        held->x = old_x;
        held->y = old_y;
        return;
    }
    if (held->x != old_x || held->y != old_y)
        send_pointer(window);
    start_edge_pan(window);
}

static void own_button(RaWindow *window, gboolean down, gboolean inside, guint16 x, guint16 y)
{
    const gboolean pans = ra_view_pans_x(&window->view) || ra_view_pans_y(&window->view);
    window->dragging = FALSE;
    if (!down) {
        ra_point_end(window);
    } else if (inside && ra_point_allowed(window) && (window->pointing || !pans)) {
        ra_point_begin(window, x, y);
    } else if (inside) {
        window->dragging = TRUE;
    }
    SDL_CaptureMouse(window->dragging || window->stroking ? SDL_TRUE : SDL_FALSE);
}

void ra_input_button(RaWindow *window, const SDL_MouseButtonEvent *event)
{
    RaHeld *held = &window->held;
    const guint16 bit = ra_key_button(event->button);
    const gboolean down = event->type == SDL_MOUSEBUTTONDOWN;
    guint16 x, y;
    if (window->picture == NULL || bit == 0)
        return;
    const gboolean inside = ra_view_to_picture(&window->view, event->x, event->y, &x, &y);
    if (!mouse_goes(window) || window->stroking) {
        if (event->button == SDL_BUTTON_LEFT)
            own_button(window, down, inside, x, y);
        return;
    }
    if (down && !inside)
        return;
    if (!down && (held->buttons & bit) == 0)
        return;
    held->x = x;
    held->y = y;
    held->buttons = (guint16)(down ? held->buttons | bit : held->buttons & ~bit);
    SDL_CaptureMouse(held->buttons != 0 ? SDL_TRUE : SDL_FALSE);
    ra_window_update_pointer(window);
    send_pointer(window);
}

static void turn_wheel(RaWindow *window, int notches, guint16 bit)
{
    for (int i = 0; i < MIN(notches, WHEEL_MAX); i++) {
        window->held.buttons |= bit;
        send_pointer(window);
        window->held.buttons = (guint16)(window->held.buttons & ~bit);
        send_pointer(window);
    }
}

void ra_input_wheel(RaWindow *window, int x, int y)
{
    if (window->picture == NULL)
        return;
    if (!mouse_goes(window)) {
        x = CLAMP(x, -WHEEL_MAX, WHEEL_MAX);
        y = CLAMP(y, -WHEEL_MAX, WHEEL_MAX);
        ra_window_pan(window, x * WHEEL_STEP, -y * WHEEL_STEP);
        return;
    }
    turn_wheel(window, y, WHEEL_UP);
    turn_wheel(window, -y, WHEEL_DOWN);
    turn_wheel(window, -x, WHEEL_LEFT);
    turn_wheel(window, x, WHEEL_RIGHT);
}
