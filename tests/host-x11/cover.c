/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-x11/cover.h"

#include "host/x11.h"

#include <stdlib.h>
#include <string.h>

enum { BORDER = 20 };

void cover_sync(xcb_connection_t *xcb)
{
    free(xcb_get_input_focus_reply(xcb, xcb_get_input_focus(xcb), NULL));
}

xcb_atom_t cover_atom(Cover *f, const char *name)
{
    xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(
        f->app, xcb_intern_atom(f->app, FALSE, (guint16)strlen(name), name), NULL);
    const xcb_atom_t atom = reply->atom;
    free(reply);
    return atom;
}

static xcb_connection_t *open_connection(Cover *f)
{
    xcb_connection_t *xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(xcb), ==, 0);
    return xcb;
}

static void open_display(Cover *f)
{
    g_autoptr(GError) error = NULL;
    *f = (Cover){.xvfb = ra_xvfb_start("1024x768x24", NULL)};
    f->app = open_connection(f);
    f->foe = open_connection(f);
    f->screen = xcb_setup_roots_iterator(xcb_get_setup(f->app)).data;
    f->root = f->screen->root;
    f->guard = ra_x11_guard_new(ra_xvfb_display(f->xvfb), &error);
    g_assert_no_error(error);
}

static void open_window(Cover *f)
{
    f->window = xcb_generate_id(f->app);
    xcb_create_window(f->app, XCB_COPY_FROM_PARENT, f->window, f->root, COVER_LEFT, COVER_TOP,
                      COVER_WIDTH, COVER_HEIGHT, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      XCB_COPY_FROM_PARENT, XCB_CW_BACK_PIXEL, &f->screen->white_pixel);
    xcb_map_window(f->app, f->window);
    cover_sync(f->app);
}

gboolean cover_start(Cover *f, gboolean kept)
{
    if (!ra_xvfb_or_skip())
        return FALSE;
    open_display(f);
    open_window(f);
    if (kept)
        f->guard->class->keep(f->guard, f->window);
    return TRUE;
}

static gboolean has_property(Cover *f, xcb_window_t window, const char *name, xcb_atom_t value)
{
    xcb_get_property_reply_t *reply =
        xcb_get_property_reply(f->app,
                               xcb_get_property(f->app, FALSE, window, cover_atom(f, name),
                                                XCB_GET_PROPERTY_TYPE_ANY, 0, 64),
                               NULL);
    g_assert_nonnull(reply);
    const guint32 *values = xcb_get_property_value(reply);
    const int n = xcb_get_property_value_length(reply) / (int)sizeof *values;
    gboolean has = value == 0 && n > 0;
    for (int i = 0; i < n; i++)
        has |= values[i] == value;
    free(reply);
    return has;
}

static void await_property(Cover *f, xcb_window_t window, const char *name, xcb_atom_t value,
                           gboolean there)
{
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    while (has_property(f, window, name, value) != there && g_get_monotonic_time() < end)
        ra_pump(5);
    g_assert_cmpint(has_property(f, window, name, value), ==, there);
}

/* What asks to be shown while the window manager starts may be overheard. */
static void await_managed(Cover *f)
{
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    while (!has_property(f, f->window, "WM_STATE", 0) && g_get_monotonic_time() < end) {
        xcb_map_window(f->app, f->window);
        ra_pump(50);
    }
    g_assert_true(has_property(f, f->window, "WM_STATE", 0));
}

gboolean cover_start_managed(Cover *f)
{
    g_autofree char *path = g_find_program_in_path("openbox");
    g_autoptr(GError) error = NULL;
    if (path == NULL) {
        g_test_skip("openbox is not installed");
        return FALSE;
    }
    if (!ra_xvfb_or_skip())
        return FALSE;
    open_display(f);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_subprocess_launcher_setenv(launcher, "DISPLAY", ra_xvfb_display(f->xvfb), TRUE);
    f->manager = g_subprocess_launcher_spawn(launcher, &error, path, "--sm-disable", NULL);
    g_assert_no_error(error);
    await_property(f, f->root, "_NET_SUPPORTING_WM_CHECK", 0, TRUE);
    open_window(f);
    await_managed(f);
    return TRUE;
}

void cover_end(Cover *f)
{
    ra_guard_free(f->guard);
    xcb_disconnect(f->app);
    xcb_disconnect(f->foe);
    ra_xvfb_free(f->xvfb); /* the window manager goes with it */
    if (f->manager != NULL)
        g_subprocess_wait(f->manager, NULL, NULL);
    g_clear_object(&f->manager);
}

xcb_window_t cover_new(Cover *f, CoverKind kind, int x, int y, guint16 width, guint16 height)
{
    const gboolean input_only = kind == COVER_INPUT_ONLY;
    const guint32 redirect = kind != COVER_MANAGED;
    const xcb_window_t window = xcb_generate_id(f->foe);
    xcb_create_window(f->foe, input_only ? 0 : XCB_COPY_FROM_PARENT, window, f->root, (gint16)x,
                      (gint16)y, width, height, kind == COVER_BORDER ? BORDER : 0,
                      input_only ? XCB_WINDOW_CLASS_INPUT_ONLY : XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      XCB_COPY_FROM_PARENT, XCB_CW_OVERRIDE_REDIRECT, &redirect);
    if (kind == COVER_MANAGED) {
        const xcb_atom_t above = cover_atom(f, "_NET_WM_STATE_ABOVE");
        xcb_change_property(f->foe, XCB_PROP_MODE_REPLACE, window, cover_atom(f, "_NET_WM_STATE"),
                            XCB_ATOM_ATOM, 32, 1, &above);
    }
    if (kind != COVER_UNMAPPED)
        xcb_map_window(f->foe, window);
    cover_sync(f->foe);
    return window;
}

xcb_window_t cover_topmost(Cover *f)
{
    xcb_window_t topmost = 0;
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(f->app, xcb_query_tree(f->app, f->root), NULL);
    const xcb_window_t *children = xcb_query_tree_children(tree);
    for (int i = xcb_query_tree_children_length(tree) - 1; i >= 0 && topmost == 0; i--) {
        xcb_get_window_attributes_reply_t *a = xcb_get_window_attributes_reply(
            f->app, xcb_get_window_attributes(f->app, children[i]), NULL);
        if (a != NULL && a->map_state == XCB_MAP_STATE_VIEWABLE)
            topmost = children[i];
        free(a);
    }
    free(tree);
    return topmost;
}

void cover_await_above(Cover *f, xcb_window_t window, gboolean above)
{
    await_property(f, window, "_NET_WM_STATE", cover_atom(f, "_NET_WM_STATE_ABOVE"), above);
}

gint64 cover_since(Cover *f)
{
    return f->guard->class->in_sight_since(f->guard);
}

gint64 cover_await_sight(Cover *f)
{
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    gint64 since = 0;
    while ((since = cover_since(f)) == 0 && g_get_monotonic_time() < end)
        ra_pump(5);
    g_assert_cmpint(since, !=, 0);
    return since;
}
