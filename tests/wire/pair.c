/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/wire/pair.h"

#include <string.h>

static void renew(Viewer *viewer, const RaRect *rect)
{
    g_assert_true(ra_rect_inside(rect, viewer->screen.width, viewer->screen.height));
    for (guint y = rect->y; y < (guint)rect->y + rect->height; y++) {
        const gsize at = (gsize)y * viewer->screen.width + rect->x;
        memcpy(viewer->told.pixels + at, viewer->screen.pixels + at, (gsize)rect->width * 4);
    }
}

/* Nothing was drawn that was not told. */
static void assert_told(const Viewer *viewer)
{
    const RaFrameView drawn = picture_view(&viewer->screen), told = picture_view(&viewer->told);
    picture_assert_equal(&drawn, &told);
}

static void viewer_take(Viewer *viewer, const RaServerEvent *event)
{
    switch (event->kind) {
    case RA_EVENT_RESIZE:
        picture_clear(&viewer->screen);
        picture_clear(&viewer->told);
        viewer->told = picture_new(event->resize.width, event->resize.height);
        viewer->screen = picture_new(event->resize.width, event->resize.height);
        ra_decoder_set_frame(viewer->decoder, (guint8 *)viewer->screen.pixels,
                             viewer->screen.width * 4u);
        break;
    case RA_EVENT_RECT:
        viewer->rects++;
        g_assert_cmpuint(event->drawn.n, >=, 1);
        g_assert_cmpuint(event->drawn.n, <=, RA_DECODER_DRAWN_MAX);
        for (guint i = 0; i < event->drawn.n; i++)
            renew(viewer, &event->drawn.rect[i]);
        break;
    case RA_EVENT_UPDATE_END:
        viewer->updates++;
        assert_told(viewer);
        break;
    case RA_EVENT_EXTENDED_KEY:
        viewer->extended_key = TRUE;
        break;
    case RA_EVENT_CURSOR:
        viewer->cursor_width = event->cursor.width;
        viewer->cursor_height = event->cursor.height;
        memcpy(viewer->cursor, event->cursor.pixels,
               (gsize)event->cursor.width * event->cursor.height * 4);
        break;
    case RA_EVENT_POINTER:
        viewer->pointers++;
        viewer->pointer_x = event->pointer.x;
        viewer->pointer_y = event->pointer.y;
        break;
    default:
        g_assert_not_reached();
    }
}

void viewer_feed(Viewer *viewer, const GByteArray *bytes, gsize step)
{
    gsize at = 0, end = MIN(step, bytes->len);
    for (;;) {
        RaServerEvent event;
        gsize used = 0;
        const RaDecode result =
            ra_decoder_step(viewer->decoder, bytes->data + at, end - at, &used, &event);
        g_assert_cmpint(result, !=, RA_DECODE_BAD);
        g_assert_cmpint(used, <=, end - at);
        at += used;
        if (result == RA_DECODE_OK) {
            viewer_take(viewer, &event);
            continue;
        }
        if (end == bytes->len)
            break;
        end = MIN(end + step, bytes->len);
    }
    g_assert_cmpint(at, ==, bytes->len);
}

void viewer_init(Viewer *viewer, guint width, guint height)
{
    static guint8 none;
    const GByteArray nothing = {&none, 0};
    *viewer = (Viewer){.decoder = ra_decoder_new((guint16)width, (guint16)height)};
    viewer_feed(viewer, &nothing, 1);
}

void viewer_clear(Viewer *viewer)
{
    ra_decoder_free(viewer->decoder);
    picture_clear(&viewer->screen);
    picture_clear(&viewer->told);
}

void session_init(Session *s, guint width, guint height, const gint32 *encodings, guint n)
{
    *s = (Session){.screen = picture_new(width, height), .step = G_MAXSIZE};
    s->encoder = ra_encoder_new((guint16)width, (guint16)height);
    ra_encoder_set_encodings(s->encoder, encodings, n);
    viewer_init(&s->viewer, width, height);
}

void session_clear(Session *s)
{
    viewer_clear(&s->viewer);
    ra_encoder_free(s->encoder);
    picture_clear(&s->screen);
}

gboolean session_update(Session *s, const RaRect *dirty, guint n)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const RaFrameView frame = picture_view(&s->screen);
    const gboolean changed = ra_encoder_update(s->encoder, &frame, dirty, n, bytes);
    g_assert_true(changed == (bytes->len > 0));
    if (changed)
        viewer_feed(&s->viewer, bytes, s->step);
    if (!s->lossy) {
        const RaFrameView shown = picture_view(&s->viewer.screen);
        const RaFrameView model = ra_encoder_model(s->encoder);
        picture_assert_equal(&shown, &model);
    }
    s->bytes = bytes->len;
    return changed;
}

void session_settle(Session *s)
{
    const RaRect all = {0, 0, s->screen.width, s->screen.height};
    const RaFrameView frame = picture_view(&s->screen);
    session_update(s, &all, 1);
    while (ra_encoder_pending(s->encoder))
        session_update(s, NULL, 0);
    const RaFrameView shown = picture_view(&s->viewer.screen);
    picture_assert_equal(&shown, &frame);
    g_assert_false(session_update(s, &all, 1));
}
