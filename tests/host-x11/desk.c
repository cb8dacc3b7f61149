/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-x11/desk.h"

#include <stdlib.h>
#include <xkbcommon/xkbcommon-x11.h>

static void on_escape(gpointer data)
{
    ((Desk *)data)->escapes++;
}

static void on_active(gpointer data)
{
    ((Desk *)data)->actives++;
}

static void on_pause(gpointer data)
{
    ((Desk *)data)->pauses++;
}

const RaInputEvents desk_events = {
    .escape = on_escape, .novice_active = on_active, .pause = on_pause};

void desk_settle(Desk *f)
{
    free(xcb_get_input_focus_reply(f->xcb, xcb_get_input_focus(f->xcb), NULL));
}

static void open_window(Desk *f)
{
    const xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(f->xcb)).data;
    const guint32 values[] = {
        TRUE, XCB_EVENT_MASK_KEY_PRESS | XCB_EVENT_MASK_KEY_RELEASE | XCB_EVENT_MASK_BUTTON_PRESS |
                  XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION};
    f->root = screen->root;
    f->window = xcb_generate_id(f->xcb);
    xcb_create_window(f->xcb, XCB_COPY_FROM_PARENT, f->window, screen->root, 0, 0,
                      screen->width_in_pixels, screen->height_in_pixels, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
    xcb_map_window(f->xcb, f->window);
    desk_settle(f);
    xcb_set_input_focus(f->xcb, XCB_INPUT_FOCUS_POINTER_ROOT, f->window, XCB_CURRENT_TIME);
    desk_settle(f);
}

gboolean desk_start(Desk *f, const char *layout)
{
    if (!ra_xvfb_or_skip())
        return FALSE;
    g_autofree char *setxkbmap = g_find_program_in_path("setxkbmap");
    if (setxkbmap == NULL) {
        g_test_skip("setxkbmap is not installed");
        return FALSE;
    }
    g_autoptr(GError) error = NULL;
    *f = (Desk){.xvfb = ra_xvfb_start("640x480x24", NULL)};
    g_autofree char *command =
        g_strdup_printf("%s -display %s %s", setxkbmap, ra_xvfb_display(f->xvfb), layout);
    int status = -1;
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    f->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(f->xcb), ==, 0);
    f->context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
    g_assert_true(xkb_x11_setup_xkb_extension(f->xcb, 1, 0, 0, NULL, NULL, &f->xkb_event, NULL));
    f->device = xkb_x11_get_core_keyboard_device_id(f->xcb);
    open_window(f);
    f->input = ra_x11_input_new(ra_xvfb_display(f->xvfb), NULL, &error);
    g_assert_no_error(error);
    g_assert_true(f->input->class->start(f->input, &desk_events, f, &error));
    g_assert_no_error(error);
    return TRUE;
}

void desk_end(Desk *f)
{
    ra_input_free(f->input);
    xkb_keymap_unref(f->keymap);
    xkb_context_unref(f->context);
    xcb_disconnect(f->xcb);
    ra_xvfb_free(f->xvfb);
}

void desk_key(Desk *f, gboolean down, guint32 keysym, guint32 code)
{
    const RaIpcMessage message = {.kind = RA_IPC_KEY_PRESS, .key = {down, keysym, code}};
    f->input->class->inject(f->input, &message);
}

void desk_pointer(Desk *f, guint16 x, guint16 y, guint16 buttons)
{
    const RaIpcMessage message = {.kind = RA_IPC_POINTER, .pointer = {x, y, buttons}};
    f->input->class->inject(f->input, &message);
}

void desk_sync(Desk *f)
{
    desk_key(f, TRUE, XKB_KEY_NoSymbol, 1 << 20); /* asks for the state, presses nothing */
    desk_settle(f);
}

/* What a toolkit makes of a key press: the keysym under the layout and modifiers of the moment. */
static xkb_keysym_t meaning(Desk *f, const xcb_key_press_event_t *press)
{
    xkb_keymap_unref(f->keymap);
    f->keymap = xkb_x11_keymap_new_from_device(f->context, f->xcb, f->device, 0);
    struct xkb_state *state = xkb_state_new(f->keymap);
    xkb_state_update_mask(state, press->state & 0xffu, 0, 0, 0, 0, press->state >> 13 & 3u);
    const xkb_keysym_t keysym = xkb_state_key_get_one_sym(state, press->detail);
    xkb_state_unref(state);
    return keysym;
}

char *desk_typed(Desk *f)
{
    g_autoptr(GString) all = g_string_new(NULL);
    desk_sync(f);
    xcb_generic_event_t *event;
    while ((event = xcb_poll_for_event(f->xcb)) != NULL) {
        char name[64];
        if ((event->response_type & 0x7f) == XCB_KEY_PRESS) {
            xkb_keysym_get_name(meaning(f, (xcb_key_press_event_t *)event), name, sizeof name);
            g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", name);
        }
        free(event);
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

guint desk_keys_down(Desk *f)
{
    desk_sync(f);
    xcb_query_keymap_reply_t *reply =
        xcb_query_keymap_reply(f->xcb, xcb_query_keymap(f->xcb), NULL);
    guint n = 0;
    for (gsize i = 0; i < sizeof reply->keys; i++)
        n += (guint)__builtin_popcount(reply->keys[i]);
    free(reply);
    return n;
}
