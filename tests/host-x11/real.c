/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-x11/real.h"

#include <stdlib.h>
#include <sys/uio.h>
#include <xcb/xcbext.h>
#include <xcb/xinput.h>
#include <xcb/xtest.h>

enum { MORE_FOLLOWS = 0x80 }; /* bit of an event's device */

struct _RaRealMouse {
    xcb_connection_t *xcb;
    guint8 device, first_event;
};

/* Xvfb's devices are called so; each test program has a server of its own. */
static const char KEYBOARD[] = "Xvfb keyboard", MOUSE[] = "Xvfb mouse";

static guint8 open_device(xcb_connection_t *xcb, const char *name)
{
    xcb_input_device_id_t id = 0;
    free(xcb_input_xi_query_version_reply(xcb, xcb_input_xi_query_version(xcb, 2, 2), NULL));
    xcb_input_xi_query_device_reply_t *all = xcb_input_xi_query_device_reply(
        xcb, xcb_input_xi_query_device(xcb, XCB_INPUT_DEVICE_ALL), NULL);
    g_assert_nonnull(all);
    for (xcb_input_xi_device_info_iterator_t i = xcb_input_xi_query_device_infos_iterator(all);
         i.rem > 0; xcb_input_xi_device_info_next(&i)) {
        g_autofree char *its = g_strndup(xcb_input_xi_device_info_name(i.data), i.data->name_len);
        if (g_str_equal(its, name))
            id = i.data->deviceid;
    }
    free(all);
    g_assert_cmpuint(id, !=, 0);
    free(xcb_input_open_device_reply(xcb, xcb_input_open_device(xcb, (guint8)id), NULL));
    return (guint8)id;
}

static void settle(xcb_connection_t *xcb)
{
    free(xcb_get_input_focus_reply(xcb, xcb_get_input_focus(xcb), NULL));
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

void ra_real_key(xcb_connection_t *xcb, guint8 keycode)
{
    const guint8 id = open_device(xcb, KEYBOARD);
    const guint8 first = xcb_get_extension_data(xcb, &xcb_input_id)->first_event;
    xcb_test_fake_input(xcb, first + XCB_INPUT_DEVICE_KEY_PRESS, keycode, 0, 0, 0, 0, id);
    xcb_test_fake_input(xcb, first + XCB_INPUT_DEVICE_KEY_RELEASE, keycode, 0, 0, 0, 0, id);
    free(xcb_get_input_focus_reply(xcb, xcb_get_input_focus(xcb), NULL));
}

RaRealMouse *ra_real_mouse_new(xcb_connection_t *xcb)
{
    RaRealMouse *mouse = g_new0(RaRealMouse, 1);
    mouse->xcb = xcb;
    mouse->device = open_device(xcb, MOUSE);
    mouse->first_event = xcb_get_extension_data(xcb, &xcb_input_id)->first_event;
    return mouse;
}

void ra_real_mouse_free(RaRealMouse *mouse)
{
    g_free(mouse);
}

/* A request of XTEST for a device: the event, and behind it one that carries the axes. XCB has no
 * function for the two together. */
void ra_real_mouse_move(RaRealMouse *mouse, int x, int y)
{
    struct {
        guint32 head; /* XCB fills it in */
        xcb_input_device_key_press_event_t event;
        xcb_input_device_valuator_event_t axes;
    } request = {
        .event = {.response_type = (guint8)(mouse->first_event + XCB_INPUT_DEVICE_MOTION_NOTIFY),
                  .device_id = mouse->device | MORE_FOLLOWS},
        .axes = {.response_type = (guint8)(mouse->first_event + XCB_INPUT_DEVICE_VALUATOR),
                 .device_id = mouse->device,
                 .num_valuators = 2,
                 .valuators = {x, y}},
    };
    const xcb_protocol_request_t about = {
        .count = 1, .ext = &xcb_test_id, .opcode = XCB_TEST_FAKE_INPUT, .isvoid = TRUE};
    struct iovec parts[] = {{0}, {0}, {&request, sizeof request}}; /* XCB uses the first two */
    xcb_send_request(mouse->xcb, 0, parts + 2, &about);
    settle(mouse->xcb);
}

void ra_real_mouse_button(RaRealMouse *mouse, gboolean down)
{
    xcb_test_fake_input(mouse->xcb,
                        mouse->first_event + (down ? XCB_INPUT_DEVICE_BUTTON_PRESS
                                                   : XCB_INPUT_DEVICE_BUTTON_RELEASE),
                        1, 0, 0, 0, 0, mouse->device);
    settle(mouse->xcb);
}
