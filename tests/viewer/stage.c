/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/viewer/stage.h"

#include "tests/support/xvfb.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>
#include <xcb/xfixes.h>
#include <xcb/xtest.h>

enum { WAIT_MS = 60000 };

struct _Stage {
    RaXvfb *server;
    xcb_connection_t *x;
    xcb_window_t root, window;
};

static Stage *start(int width, int height, const char *const *extra)
{
    if (!ra_xvfb_or_skip())
        return NULL;
    g_autofree char *screen = g_strdup_printf("%dx%dx24", width, height);
    Stage *stage = g_new0(Stage, 1);
    stage->server = ra_xvfb_start(screen, extra);
    g_setenv("DISPLAY", ra_xvfb_display(stage->server), TRUE);
    g_setenv("SDL_VIDEODRIVER", "x11", TRUE);
    stage->x = xcb_connect(ra_xvfb_display(stage->server), NULL);
    g_assert_cmpint(xcb_connection_has_error(stage->x), ==, 0);
    stage->root = xcb_setup_roots_iterator(xcb_get_setup(stage->x)).data->root;
    return stage;
}

Stage *stage_new(int width, int height)
{
    return start(width, height, NULL);
}

Stage *stage_new_without(int width, int height, const char *extension)
{
    const char *const extra[] = {"-extension", extension, NULL};
    return start(width, height, extra);
}

static char *state_folder; /* NULL: not made yet */

static char *choices_file(void)
{
    return g_build_filename(state_folder, "remote-assistance", "viewer", NULL);
}

void stage_choices(const char *text)
{
    g_autoptr(GError) error = NULL;
    if (state_folder == NULL) {
        state_folder = g_dir_make_tmp("test-viewer.XXXXXX", &error);
        g_assert_no_error(error);
        g_setenv("XDG_STATE_HOME", state_folder, TRUE);
    }
    g_autofree char *file = choices_file();
    g_autofree char *folder = g_path_get_dirname(file);
    g_mkdir_with_parents(folder, 0700);
    g_file_set_contents(file, text, -1, &error);
    g_assert_no_error(error);
}

static void remove_choices(void)
{
    if (state_folder == NULL)
        return;
    g_autofree char *file = choices_file();
    g_autofree char *folder = g_path_get_dirname(file);
    g_unlink(file);
    g_rmdir(folder);
    g_rmdir(state_folder);
    g_clear_pointer(&state_folder, g_free);
}

void stage_free(Stage *stage)
{
    remove_choices();
    if (stage == NULL)
        return;
    xcb_disconnect(stage->x);
    ra_xvfb_free(stage->server);
    g_free(stage);
}

gboolean stage_wait(gboolean (*check)(gpointer data), gpointer data)
{
    const gint64 end = g_get_monotonic_time() + WAIT_MS * 1000;
    while (!check(data)) {
        if (g_get_monotonic_time() > end)
            return FALSE;
        stage_run(5);
    }
    return TRUE;
}

static gboolean on_time(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

void stage_run(guint ms)
{
    gboolean done = FALSE;
    g_timeout_add(ms, on_time, &done);
    while (!done)
        g_main_context_iteration(NULL, TRUE);
}

static gboolean find_window(gpointer data)
{
    Stage *stage = data;
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(stage->x, xcb_query_tree(stage->x, stage->root), NULL);
    stage->window = 0;
    for (int i = 0; i < xcb_query_tree_children_length(tree); i++) {
        const xcb_window_t child = xcb_query_tree_children(tree)[i];
        xcb_get_window_attributes_reply_t *attributes = xcb_get_window_attributes_reply(
            stage->x, xcb_get_window_attributes(stage->x, child), NULL);
        if (attributes != NULL && attributes->map_state == XCB_MAP_STATE_VIEWABLE)
            stage->window = child;
        free(attributes);
    }
    free(tree);
    return stage->window != 0;
}

gboolean stage_look(Stage *stage, RaBox *ret)
{
    if (!find_window(stage))
        return FALSE;
    xcb_get_geometry_reply_t *geometry =
        xcb_get_geometry_reply(stage->x, xcb_get_geometry(stage->x, stage->window), NULL);
    if (geometry != NULL)
        *ret = (RaBox){geometry->x, geometry->y, geometry->width, geometry->height};
    free(geometry);
    return geometry != NULL;
}

RaBox stage_window(Stage *stage)
{
    RaBox box = {0};
    g_assert_true(stage_wait(find_window, stage));
    g_assert_true(stage_look(stage, &box));
    return box;
}

void stage_focus(Stage *stage, gboolean window)
{
    xcb_set_input_focus(stage->x, XCB_INPUT_FOCUS_NONE, window ? stage->window : XCB_NONE,
                        XCB_CURRENT_TIME);
    xcb_flush(stage->x);
    stage_run(300); /* SDL takes its time with focus changes */
}

static xcb_atom_t atom(Stage *stage, const char *name)
{
    xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(
        stage->x, xcb_intern_atom(stage->x, 0, (guint16)strlen(name), name), NULL);
    const xcb_atom_t value = reply->atom;
    free(reply);
    return value;
}

char *stage_title(Stage *stage)
{
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        stage->x,
        xcb_get_property(stage->x, 0, stage->window, atom(stage, "_NET_WM_NAME"),
                         atom(stage, "UTF8_STRING"), 0, 256),
        NULL);
    char *title =
        g_strndup(xcb_get_property_value(reply), (gsize)xcb_get_property_value_length(reply));
    free(reply);
    return title;
}

guint32 *stage_grab(Stage *stage, RaBox part)
{
    xcb_get_image_reply_t *reply = xcb_get_image_reply(
        stage->x,
        xcb_get_image(stage->x, XCB_IMAGE_FORMAT_Z_PIXMAP, stage->root, (gint16)part.x,
                      (gint16)part.y, (guint16)part.width, (guint16)part.height, ~0u),
        NULL);
    g_assert_nonnull(reply);
    const gsize n = (gsize)part.width * (gsize)part.height;
    g_assert_cmpint(xcb_get_image_data_length(reply), ==, n * 4);
    guint32 *pixels = g_memdup2(xcb_get_image_data(reply), n * 4);
    free(reply);
    for (gsize i = 0; i < n; i++)
        pixels[i] &= 0xffffff;
    return pixels;
}

void stage_resize(Stage *stage, int width, int height)
{
    const guint32 values[] = {(guint32)width, (guint32)height};
    xcb_configure_window(stage->x, stage->window,
                         XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, values);
    xcb_flush(stage->x);
    stage_run(300);
}

guint32 stage_pointer(Stage *stage, int *width, int *height)
{
    free(xcb_xfixes_query_version_reply(stage->x, xcb_xfixes_query_version(stage->x, 4, 0), NULL));
    xcb_xfixes_get_cursor_image_reply_t *reply =
        xcb_xfixes_get_cursor_image_reply(stage->x, xcb_xfixes_get_cursor_image(stage->x), NULL);
    g_assert_nonnull(reply);
    *width = reply->width;
    *height = reply->height;
    const guint32 first = xcb_xfixes_get_cursor_image_cursor_image(reply)[0];
    free(reply);
    return first;
}

static void fake(Stage *stage, guint8 type, int detail, int x, int y)
{
    xcb_test_fake_input(stage->x, type, (guint8)detail, XCB_CURRENT_TIME, stage->root, (gint16)x,
                        (gint16)y, 0);
    xcb_flush(stage->x);
    stage_run(40);
}

void stage_move(Stage *stage, int x, int y)
{
    fake(stage, XCB_MOTION_NOTIFY, 0, x, y);
}

void stage_button(Stage *stage, int button, gboolean down)
{
    fake(stage, down ? XCB_BUTTON_PRESS : XCB_BUTTON_RELEASE, button, 0, 0);
}

void stage_key(Stage *stage, int keycode, gboolean down)
{
    fake(stage, down ? XCB_KEY_PRESS : XCB_KEY_RELEASE, keycode, 0, 0);
}
