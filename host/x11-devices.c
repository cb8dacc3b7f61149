/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-devices.h"

#include "base/error.h"

#include <stdlib.h>
#include <xcb/xinput.h>

/* 2.2 is the first whose raw events come in spite of grabs for certain. */
enum { XI_MAJOR = 2, XI_MINOR = 2 };

struct _RaX11Devices {
    RaX11 *x11;
    guint8 opcode;
    xcb_atom_t is_xtest; /* the property that the server gives to devices that inject */
    GArray *injecting;   /* guint16: their ids */
};

static gboolean injects(RaX11Devices *devices, xcb_input_device_id_t id)
{
    xcb_connection_t *xcb = ra_x11_xcb(devices->x11);
    xcb_input_xi_get_property_reply_t *reply =
        xcb_input_xi_get_property_reply(xcb,
                                        xcb_input_xi_get_property(xcb, id, FALSE, devices->is_xtest,
                                                                  XCB_GET_PROPERTY_TYPE_ANY, 0, 1),
                                        NULL);
    const gboolean marked = reply != NULL && reply->num_items > 0 && reply->format == 8 &&
                            *(guint8 *)xcb_input_xi_get_property_items(reply) != 0;
    free(reply);
    return marked;
}

static void list_injecting(RaX11Devices *devices)
{
    xcb_connection_t *xcb = ra_x11_xcb(devices->x11);
    xcb_input_xi_query_device_reply_t *all = xcb_input_xi_query_device_reply(
        xcb, xcb_input_xi_query_device(xcb, XCB_INPUT_DEVICE_ALL), NULL);
    if (all == NULL)
        return;
    g_array_set_size(devices->injecting, 0);
    for (xcb_input_xi_device_info_iterator_t i = xcb_input_xi_query_device_infos_iterator(all);
         i.rem > 0; xcb_input_xi_device_info_next(&i))
        if (injects(devices, i.data->deviceid))
            g_array_append_val(devices->injecting, i.data->deviceid);
    free(all);
}

gboolean ra_x11_devices_is_real(const RaX11Devices *devices, guint16 source)
{
    for (guint i = 0; i < devices->injecting->len; i++)
        if (g_array_index(devices->injecting, xcb_input_device_id_t, i) == source)
            return FALSE;
    return TRUE;
}

RaX11Devices *ra_x11_devices_new(RaX11 *x11, GError **error)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const xcb_query_extension_reply_t *input =
        ra_x11_extension(x11, &xcb_input_id, "XInputExtension", error);
    if (input == NULL)
        return NULL;
    xcb_input_xi_query_version_reply_t *version = xcb_input_xi_query_version_reply(
        xcb, xcb_input_xi_query_version(xcb, XI_MAJOR, XI_MINOR), NULL);
    const gboolean good =
        version != NULL &&
        (version->major_version > XI_MAJOR ||
         (version->major_version == XI_MAJOR && version->minor_version >= XI_MINOR));
    free(version);
    if (!good) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The X server is too old to tell the real keyboard from the helper's keys "
                    "(XInput 2.2 is missing): this desktop can be shown, but not controlled");
        return NULL;
    }
    RaX11Devices *devices = g_new0(RaX11Devices, 1);
    devices->x11 = x11;
    devices->opcode = input->major_opcode;
    devices->is_xtest = ra_x11_atom(x11, "XTEST Device");
    devices->injecting = g_array_new(FALSE, FALSE, sizeof(xcb_input_device_id_t));
    return devices;
}

void ra_x11_devices_free(RaX11Devices *devices)
{
    if (devices == NULL)
        return;
    g_array_unref(devices->injecting);
    g_free(devices);
}

static void select_events(RaX11Devices *devices, xcb_window_t window, xcb_input_device_id_t which,
                          guint32 events)
{
    const struct {
        xcb_input_event_mask_t head;
        guint32 mask;
    } selection = {{which, 1}, events};
    xcb_input_xi_select_events(ra_x11_xcb(devices->x11), window, 1, &selection.head);
}

void ra_x11_devices_watch(RaX11Devices *devices)
{
    const xcb_window_t root = ra_x11_root(devices->x11);
    select_events(devices, root, XCB_INPUT_DEVICE_ALL, XCB_INPUT_XI_EVENT_MASK_HIERARCHY);
    /* Of the masters: each event comes once, and names the device that it began at. */
    select_events(devices, root, XCB_INPUT_DEVICE_ALL_MASTER,
                  XCB_INPUT_XI_EVENT_MASK_RAW_KEY_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_PRESS |
                      XCB_INPUT_XI_EVENT_MASK_RAW_MOTION | XCB_INPUT_XI_EVENT_MASK_RAW_TOUCH_BEGIN);
    list_injecting(devices);
}

void ra_x11_devices_watch_window(RaX11Devices *devices, xcb_window_t window, guint32 events)
{
    select_events(devices, ra_x11_root(devices->x11), XCB_INPUT_DEVICE_ALL,
                  XCB_INPUT_XI_EVENT_MASK_HIERARCHY);
    select_events(devices, window, XCB_INPUT_DEVICE_ALL_MASTER, events);
    list_injecting(devices);
}

gboolean ra_x11_devices_is_theirs(RaX11Devices *devices, const xcb_generic_event_t *event)
{
    const xcb_ge_generic_event_t *it = (const xcb_ge_generic_event_t *)event;
    /* One that another program sent has another bit, and is not the server's word. */
    if (event->response_type != XCB_GE_GENERIC || it->extension != devices->opcode)
        return FALSE;
    if (it->event_type == XCB_INPUT_HIERARCHY)
        list_injecting(devices);
    return TRUE;
}

RaX11Raw ra_x11_devices_raw(RaX11Devices *devices, const xcb_generic_event_t *event)
{
    /* All kinds of raw events have one layout. */
    const xcb_input_raw_key_press_event_t *raw = (const xcb_input_raw_key_press_event_t *)event;
    RaX11Raw ret = {.kind = RA_X11_RAW_NONE};
    if (!ra_x11_devices_is_theirs(devices, event))
        return ret;
    switch (raw->event_type) {
    case XCB_INPUT_RAW_KEY_PRESS:
        ret.kind = RA_X11_RAW_KEY;
        break;
    case XCB_INPUT_RAW_BUTTON_PRESS:
        ret.kind = RA_X11_RAW_BUTTON;
        break;
    case XCB_INPUT_RAW_TOUCH_BEGIN:
        ret.kind = RA_X11_RAW_TOUCH;
        break;
    case XCB_INPUT_RAW_MOTION:
        ret.kind = RA_X11_RAW_MOTION;
        break;
    default:
        return ret;
    }
    ret.real = ra_x11_devices_is_real(devices, raw->sourceid);
    ret.device = raw->deviceid;
    ret.detail = raw->detail;
    ret.time = raw->time;
    return ret;
}

RaX11Input ra_x11_devices_event(RaX11Devices *devices, const xcb_generic_event_t *event,
                                guint *keycode)
{
    const RaX11Raw raw = ra_x11_devices_raw(devices, event);
    if (raw.kind == RA_X11_RAW_NONE || !raw.real)
        return RA_X11_NO_INPUT;
    if (raw.kind != RA_X11_RAW_KEY)
        return RA_X11_REAL_OTHER;
    *keycode = raw.detail;
    return RA_X11_REAL_KEY;
}
