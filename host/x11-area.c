/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-area.h"

#include "base/error.h"
#include "base/text.h"
#include "wire/ipc.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/randr.h>

enum { RANDR_MAJOR = 1, RANDR_MINOR = 5 }; /* the first with monitors */
enum { RESOURCES_MAX = 64 * 1024 };

void ra_x11_area_watch(RaX11 *x11, guint8 *first_event)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const xcb_query_extension_reply_t *randr = xcb_get_extension_data(xcb, &xcb_randr_id);
    const guint32 mask = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
    xcb_change_window_attributes(xcb, ra_x11_root(x11), XCB_CW_EVENT_MASK, &mask);
    *first_event = 0;
    if (randr == NULL || !randr->present)
        return;
    *first_event = randr->first_event;
    xcb_discard_reply(xcb, xcb_randr_query_version(xcb, RANDR_MAJOR, RANDR_MINOR).sequence);
    xcb_randr_select_input(xcb, ra_x11_root(x11),
                           XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE | XCB_RANDR_NOTIFY_MASK_CRTC_CHANGE |
                               XCB_RANDR_NOTIFY_MASK_OUTPUT_CHANGE);
}

gboolean ra_x11_area_event(RaX11 *x11, guint8 first_event, const xcb_generic_event_t *event)
{
    const guint8 type = event->response_type & 0x7f;
    if (type == XCB_CONFIGURE_NOTIFY)
        return ((const xcb_configure_notify_event_t *)event)->window == ra_x11_root(x11);
    return first_event != 0 && (type == first_event + XCB_RANDR_SCREEN_CHANGE_NOTIFY ||
                                type == first_event + XCB_RANDR_NOTIFY);
}

static gboolean has_monitors(RaX11 *x11)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const xcb_query_extension_reply_t *randr = xcb_get_extension_data(xcb, &xcb_randr_id);
    if (randr == NULL || !randr->present)
        return FALSE;
    xcb_randr_query_version_reply_t *version = xcb_randr_query_version_reply(
        xcb, xcb_randr_query_version(xcb, RANDR_MAJOR, RANDR_MINOR), NULL);
    const gboolean good =
        version != NULL &&
        (version->major_version > RANDR_MAJOR ||
         (version->major_version == RANDR_MAJOR && version->minor_version >= RANDR_MINOR));
    free(version);
    return good;
}

static char *atom_name(xcb_connection_t *xcb, xcb_atom_t atom)
{
    xcb_get_atom_name_reply_t *reply =
        xcb_get_atom_name_reply(xcb, xcb_get_atom_name(xcb, atom), NULL);
    if (reply == NULL)
        return g_strdup("");
    char *name =
        g_strndup(xcb_get_atom_name_name(reply), (gsize)xcb_get_atom_name_name_length(reply));
    free(reply);
    return name;
}

/* TRUE if an output has the name MONITOR, whether it shows something or not; adds the names of
 * the others to NAMES. */
static gboolean output_exists(RaX11 *x11, const char *monitor, GString *names)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_randr_get_screen_resources_current_reply_t *all =
        xcb_randr_get_screen_resources_current_reply(
            xcb, xcb_randr_get_screen_resources_current(xcb, ra_x11_root(x11)), NULL);
    if (all == NULL)
        return FALSE;
    const xcb_randr_output_t *outputs = xcb_randr_get_screen_resources_current_outputs(all);
    const int n = xcb_randr_get_screen_resources_current_outputs_length(all);
    gboolean found = FALSE;
    for (int i = 0; i < n && !found; i++) {
        xcb_randr_get_output_info_reply_t *info = xcb_randr_get_output_info_reply(
            xcb, xcb_randr_get_output_info(xcb, outputs[i], all->config_timestamp), NULL);
        if (info == NULL)
            continue;
        g_autofree char *name = g_strndup((const char *)xcb_randr_get_output_info_name(info),
                                          (gsize)xcb_randr_get_output_info_name_length(info));
        found = g_str_equal(name, monitor);
        if (info->connection != XCB_RANDR_CONNECTION_DISCONNECTED)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
        free(info);
    }
    free(all);
    return found;
}

/* The monitor's place, uncut; FALSE where none of that name shows anything. */
static gboolean find_monitor(RaX11 *x11, const char *monitor, RaX11Area *ret)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_randr_get_monitors_reply_t *reply = xcb_randr_get_monitors_reply(
        xcb, xcb_randr_get_monitors(xcb, ra_x11_root(x11), TRUE), NULL);
    if (reply == NULL)
        return FALSE;
    gboolean found = FALSE;
    for (xcb_randr_monitor_info_iterator_t i = xcb_randr_get_monitors_monitors_iterator(reply);
         i.rem > 0 && !found; xcb_randr_monitor_info_next(&i)) {
        g_autofree char *name = atom_name(xcb, i.data->name);
        if (!g_str_equal(name, monitor))
            continue;
        found = TRUE;
        *ret = (RaX11Area){i.data->x, i.data->y, i.data->width, i.data->height};
    }
    free(reply);
    return found;
}

static gboolean query_monitor(RaX11 *x11, const char *monitor, RaX11Area *ret, GError **error)
{
    if (!has_monitors(x11)) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The X server cannot tell its monitors apart (RandR 1.5 is missing): share the "
                    "whole desktop instead");
        return FALSE;
    }
    if (find_monitor(x11, monitor, ret))
        return TRUE;
    g_autoptr(GString) names = g_string_new(NULL);
    if (output_exists(x11, monitor, names)) {
        *ret = (RaX11Area){0};
        return TRUE;
    }
    g_autofree char *shown = ra_text_line(monitor, RA_TEXT_NAME_MAX);
    g_autofree char *known = ra_text_line(names->str, RA_TEXT_LINE_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "There is no monitor \"%s\": there is %s", shown,
                known[0] != '\0' ? known : "none");
    return FALSE;
}

static gboolean query_whole(RaX11 *x11, RaX11Area *ret)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_get_geometry_reply_t *root =
        xcb_get_geometry_reply(xcb, xcb_get_geometry(xcb, ra_x11_root(x11)), NULL);
    if (root == NULL)
        return FALSE;
    *ret = (RaX11Area){0, 0, root->width, root->height};
    free(root);
    return TRUE;
}

/* A monitor can reach beyond the root window while the two are changed one after the other. */
static RaX11Area cut(RaX11Area area, const RaX11Area *whole)
{
    const int left = CLAMP(area.x, 0, whole->width), top = CLAMP(area.y, 0, whole->height);
    area.width = (guint16)(CLAMP(area.x + area.width, left, whole->width) - left);
    area.height = (guint16)(CLAMP(area.y + area.height, top, whole->height) - top);
    area.x = left;
    area.y = top;
    if (area.width == 0 || area.height == 0)
        area = (RaX11Area){0};
    return area;
}

gboolean ra_x11_area_query(RaX11 *x11, const char *monitor, RaX11Area *ret, GError **error)
{
    RaX11Area whole;
    if (!query_whole(x11, &whole)) {
        ra_x11_set_error(error, "tell the size of its screen");
        return FALSE;
    }
    RaX11Area area = whole;
    if (monitor != NULL && !query_monitor(x11, monitor, &area, error))
        return FALSE;
    area = cut(area, &whole);
    if (area.width > RA_IPC_SCREEN_SIDE_MAX || area.height > RA_IPC_SCREEN_SIDE_MAX) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The screen is too large (%u x %u pixels): share one monitor instead",
                    area.width, area.height);
        return FALSE;
    }
    *ret = area;
    return TRUE;
}

static void clear_monitor(gpointer data)
{
    g_free(((RaX11Monitor *)data)->name);
}

static int compare_monitors(gconstpointer a, gconstpointer b)
{
    const RaX11Monitor *one = a, *other = b;
    if (one->area.x != other->area.x)
        return one->area.x < other->area.x ? -1 : 1;
    if (one->area.y != other->area.y)
        return one->area.y < other->area.y ? -1 : 1;
    return strcmp(one->name, other->name);
}

GArray *ra_x11_area_monitors(RaX11 *x11)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    GArray *all = g_array_new(FALSE, FALSE, sizeof(RaX11Monitor));
    g_array_set_clear_func(all, clear_monitor);
    RaX11Area whole;
    xcb_randr_get_monitors_reply_t *reply = NULL;
    if (query_whole(x11, &whole) && has_monitors(x11))
        reply = xcb_randr_get_monitors_reply(
            xcb, xcb_randr_get_monitors(xcb, ra_x11_root(x11), TRUE), NULL);
    if (reply == NULL)
        return all;
    for (xcb_randr_monitor_info_iterator_t i = xcb_randr_get_monitors_monitors_iterator(reply);
         i.rem > 0; xcb_randr_monitor_info_next(&i)) {
        const RaX11Area uncut = {i.data->x, i.data->y, i.data->width, i.data->height};
        RaX11Monitor monitor = {.area = cut(uncut, &whole)};
        if (monitor.area.width == 0)
            continue;
        monitor.name = atom_name(xcb, i.data->name);
        g_array_append_val(all, monitor);
        /* cppcheck-suppress memleak ; the array frees the name */
    }
    free(reply);
    g_array_sort(all, compare_monitors);
    return all;
}

void ra_x11_area_primary(RaX11 *x11, RaX11Area *ret)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    RaX11Area found = {0};
    if (!ra_x11_area_query(x11, NULL, &found, NULL))
        found = (RaX11Area){0, 0, ra_x11_screen(x11)->width_in_pixels,
                            ra_x11_screen(x11)->height_in_pixels};
    xcb_randr_get_monitors_reply_t *reply = NULL;
    if (has_monitors(x11))
        reply = xcb_randr_get_monitors_reply(
            xcb, xcb_randr_get_monitors(xcb, ra_x11_root(x11), TRUE), NULL);
    if (reply != NULL) {
        xcb_randr_monitor_info_iterator_t i = xcb_randr_get_monitors_monitors_iterator(reply);
        gboolean chosen = FALSE; /* the primary one, else the first */
        for (; i.rem > 0; xcb_randr_monitor_info_next(&i)) {
            if (chosen && !i.data->primary)
                continue;
            found = (RaX11Area){i.data->x, i.data->y, i.data->width, i.data->height};
            chosen = TRUE;
        }
        free(reply);
    }
    *ret = found;
}

/* "Xft.dpi: 192" among the server's resources. */
double ra_x11_area_dpi(RaX11 *x11)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        xcb,
        xcb_get_property(xcb, FALSE, ra_x11_root(x11), XCB_ATOM_RESOURCE_MANAGER, XCB_ATOM_STRING,
                         0, RESOURCES_MAX / 4),
        NULL);
    double dpi = RA_X11_DPI;
    if (reply != NULL && reply->format == 8) {
        g_autofree char *text =
            g_strndup(xcb_get_property_value(reply), (gsize)xcb_get_property_value_length(reply));
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (guint i = 0; lines[i] != NULL; i++)
            if (g_str_has_prefix(lines[i], "Xft.dpi:"))
                dpi = g_ascii_strtod(lines[i] + strlen("Xft.dpi:"), NULL);
    }
    free(reply);
    return dpi >= RA_X11_DPI && dpi < 10 * RA_X11_DPI ? dpi : RA_X11_DPI;
}
