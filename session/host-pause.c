/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hidden screen at the host's worker. While the novice hides it, updates are made from a cover
 * instead of the frame: grey, with the two bars that mean a pause, which a stock viewer shows as it
 * is. The encoder's model becomes the cover, so that nothing of the screen is left in it to be sent
 * by whatever asks for pixels; when the screen is shown again, all of it is sent anew. The pointer
 * is hidden with it, and a shape that it takes meanwhile is told afterwards.
 */
#include "session/host-private.h"

#include <string.h>

enum { GREY = 0x3b4252, BAR = 0xd8dee9 };

/* Two upright bars in the middle, a fifth of the height. */
static gboolean in_bars(guint width, guint height, guint x, guint y)
{
    const guint bar = MAX(height / 5, 4), thick = MAX(bar / 4, 1);
    const guint from_left = x >= width / 2 ? x - width / 2 : width / 2 - x;
    const guint from_top = y >= height / 2 ? y - height / 2 : height / 2 - y;
    return from_top < bar / 2 && from_left >= thick / 2 && from_left < thick / 2 + thick;
}

static guint32 *draw_cover(const RaFrameView *like)
{
    guint32 *pixels = g_new(guint32, (gsize)like->width * like->height);
    for (guint y = 0; y < like->height; y++) {
        for (guint x = 0; x < like->width; x++)
            pixels[(gsize)y * like->width + x] =
                GUINT32_TO_LE(in_bars(like->width, like->height, x, y) ? BAR : GREY);
    }
    return pixels;
}

gboolean ra_host_pause_begin(RaHostSession *s)
{
    RaFrameView view = ra_frame_map_view(s->frame);
    const RaRect all = {0, 0, view.width, view.height};
    g_autofree guint32 *pixels = draw_cover(&view);
    view.pixels = (const guint8 *)pixels;
    view.stride = view.width * 4u;
    s->covered = TRUE;
    return ra_encoder_begin(s->encoder, &view, &all, 1);
}

static void show_pointer(RaHostSession *s)
{
    ra_encoder_set_pointer(s->encoder, s->pointer[0], s->pointer[1]);
    if (s->cursor.kind != RA_IPC_CURSOR)
        return;
    ra_encoder_set_cursor(s->encoder, s->cursor.cursor.width, s->cursor.cursor.height,
                          s->cursor.cursor.hot_x, s->cursor.cursor.hot_y, s->cursor_pixels);
    s->cursor.kind = 0;
    g_clear_pointer(&s->cursor_pixels, g_free);
}

void ra_host_pause_set(RaHostSession *s, gboolean paused)
{
    if (s->paused == paused)
        return;
    s->paused = paused;
    s->covered = FALSE;
    g_array_set_size(s->dirty, 0);
    if (s->encoder == NULL) /* there is no frame yet */
        return;
    if (paused) {
        ra_encoder_set_pointer(s->encoder, RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    } else {
        ra_encoder_invalidate(s->encoder, NULL);
        show_pointer(s);
    }
    ra_host_rfb_pump(s);
}

void ra_host_pause_pointer(RaHostSession *s, guint16 x, guint16 y)
{
    s->pointer[0] = x;
    s->pointer[1] = y;
    if (!s->paused)
        ra_encoder_set_pointer(s->encoder, x, y);
}

void ra_host_pause_cursor(RaHostSession *s, const RaIpcMessage *message)
{
    g_clear_pointer(&s->cursor_pixels, g_free);
    s->cursor = *message;
    s->cursor_pixels = g_memdup2(message->cursor.pixels,
                                 (gsize)message->cursor.width * message->cursor.height * 4);
    if (!s->paused)
        show_pointer(s);
}
