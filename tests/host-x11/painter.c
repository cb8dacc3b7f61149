/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-x11/painter.h"

#include "host/x11-choice.h"

#include "base/error.h"

#include <stdlib.h>
#include <sys/mman.h>

static void on_damaged(gpointer data)
{
    ((Painter *)data)->damaged++;
}

static void on_resized(gpointer data)
{
    ((Painter *)data)->resized++;
}

static void on_cursor(const RaIpcMessage *cursor, gpointer data)
{
    Painter *f = data;
    f->cursors++;
    f->cursor = *cursor;
    g_byte_array_set_size(f->cursor_pixels, 0);
    g_byte_array_append(f->cursor_pixels, cursor->cursor.pixels,
                        (guint)cursor->cursor.width * cursor->cursor.height * 4);
}

static void on_pointer(guint16 x, guint16 y, gpointer data)
{
    Painter *f = data;
    f->pointers++;
    f->pointer_x = x;
    f->pointer_y = y;
}

static void on_lost(const GError *error, gpointer data)
{
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    ((Painter *)data)->lost++;
}

static void on_monitors(gpointer data)
{
    ((Painter *)data)->monitors++;
}

const RaScreenEvents painter_events = {on_damaged, on_resized, on_cursor,
                                       on_pointer, on_lost,    on_monitors};

void painter_connect(Painter *f, const char *mode, const char *const *extra)
{
    *f = (Painter){.cursor_pixels = g_byte_array_new()};
    f->xvfb = ra_xvfb_start(mode, extra);
    f->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(f->xcb), ==, 0);
    f->root = xcb_setup_roots_iterator(xcb_get_setup(f->xcb)).data;
    f->gc = xcb_generate_id(f->xcb);
    const guint32 values[] = {XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, 0};
    xcb_create_gc(f->xcb, f->gc, f->root->root, XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES,
                  values);
}

RaScreen *painter_open(Painter *f, const char *monitor)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaX11Choice) choice = ra_x11_choice_new(monitor);
    RaScreen *screen = ra_x11_screen_new(ra_xvfb_display(f->xvfb), choice, &error);
    g_assert_no_error(error);
    return screen;
}

void painter_start(Painter *f, const char *mode, const char *const *extra, const char *monitor)
{
    g_autoptr(GError) error = NULL;
    painter_connect(f, mode, extra);
    f->screen = painter_open(f, monitor);
    g_assert_true(f->screen->class->start(f->screen, &painter_events, f, &error));
    g_assert_no_error(error);
}

void painter_end(Painter *f)
{
    if (f->map != NULL)
        munmap((void *)f->map, f->map_size);
    ra_screen_free(f->screen);
    xcb_disconnect(f->xcb);
    ra_xvfb_free(f->xvfb);
    g_byte_array_unref(f->cursor_pixels);
}

void painter_fill(Painter *f, gint16 x, gint16 y, guint16 width, guint16 height, guint32 pixel)
{
    const xcb_rectangle_t rect = {x, y, width, height};
    xcb_change_gc(f->xcb, f->gc, XCB_GC_FOREGROUND, &pixel);
    xcb_poly_fill_rectangle(f->xcb, f->root->root, f->gc, 1, &rect);
}

void painter_settle(Painter *f)
{
    free(xcb_get_input_focus_reply(f->xcb, xcb_get_input_focus(f->xcb), NULL));
}

RaIpcMessage painter_frame(Painter *f)
{
    RaIpcMessage frame;
    const int fd = f->screen->class->frame(f->screen, &frame);
    g_assert_cmpint(fd, >=, 0);
    if (f->map != NULL)
        munmap((void *)f->map, f->map_size);
    f->map_size = (gsize)frame.frame.stride * frame.frame.height;
    f->map = mmap(NULL, f->map_size, PROT_READ, MAP_SHARED, fd, 0);
    g_assert_true(f->map != MAP_FAILED);
    return frame;
}

RaIpcMessage painter_fetch(Painter *f)
{
    RaIpcMessage pixels;
    g_assert_true(f->screen->class->fetch(f->screen, &pixels));
    g_assert_cmpint(pixels.kind, ==, RA_IPC_PIXELS);
    g_assert_cmpuint(pixels.rects.n, <=, RA_IPC_RECTS_MAX);
    return pixels;
}

void painter_assert_true(Painter *f, const RaIpcMessage *frame, int at_x, int at_y)
{
    const guint16 width = frame->frame.width, height = frame->frame.height;
    xcb_get_image_reply_t *image =
        xcb_get_image_reply(f->xcb,
                            xcb_get_image(f->xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, f->root->root,
                                          (gint16)at_x, (gint16)at_y, width, height, ~0u),
                            NULL);
    g_assert_nonnull(image);
    const guint32 *truth = (const guint32 *)(const void *)xcb_get_image_data(image);
    for (guint y = 0; y < height; y++) {
        const guint32 *row = (const guint32 *)(const void *)(f->map + y * frame->frame.stride);
        for (guint x = 0; x < width; x++)
            if ((row[x] & 0xffffff) != (truth[y * width + x] & 0xffffff))
                g_error("pixel %u,%u is %06x, not %06x", x, y, row[x] & 0xffffff,
                        truth[y * width + x] & 0xffffff);
    }
    free(image);
}

gboolean painter_covers(const RaIpcMessage *pixels, int x, int y)
{
    for (guint i = 0; i < pixels->rects.n; i++) {
        const RaRect r = pixels->rects.rect[i];
        if (x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height)
            return TRUE;
    }
    return FALSE;
}

gsize painter_area(const RaIpcMessage *pixels)
{
    gsize sum = 0;
    for (guint i = 0; i < pixels->rects.n; i++)
        sum += (gsize)pixels->rects.rect[i].width * pixels->rects.rect[i].height;
    return sum;
}
