/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/encoder-private.h"

#include <string.h>

/* ExtendedDesktopSize: who asked for the size, and what became of it (rfbproto). */
enum { REASON_SERVER = 0, REASON_CLIENT = 1, STATUS_OK = 0, STATUS_PROHIBITED = 1 };

void ra_encoder_set_cursor(RaEncoder *encoder, guint16 width, guint16 height, guint16 hot_x,
                           guint16 hot_y, const guint8 *pixels)
{
    if (width > RA_CURSOR_SIDE_MAX || height > RA_CURSOR_SIDE_MAX || width == 0 || height == 0)
        width = height = hot_x = hot_y = 0;
    g_free(encoder->cursor.pixels);
    encoder->cursor = (RaCursor){width, height, hot_x, hot_y, NULL};
    /* One byte more, so that no pointer at all is not taken for none known. */
    const gsize size = (gsize)width * height * 4;
    encoder->cursor.pixels = g_malloc0(size + 1);
    if (size > 0)
        memcpy(encoder->cursor.pixels, pixels, size);
    encoder->cursor_new = TRUE;
}

void ra_encoder_set_pointer(RaEncoder *encoder, guint16 x, guint16 y)
{
    encoder->pointer_new |=
        !encoder->pointer_known || encoder->pointer_x != x || encoder->pointer_y != y;
    encoder->pointer_known = TRUE;
    encoder->pointer_x = x;
    encoder->pointer_y = y;
}

void ra_encoder_refuse_resize(RaEncoder *encoder)
{
    encoder->size_refused = ra_encoder_takes(encoder, RA_RFB_EXTENDED_DESKTOP_SIZE);
}

static gboolean cursor_pending(const RaEncoder *e)
{
    return e->cursor_new &&
           (ra_encoder_takes(e, RA_RFB_CURSOR) || ra_encoder_takes(e, RA_RFB_CURSOR_WITH_ALPHA));
}

static gboolean pointer_outside(const RaEncoder *e)
{
    return e->pointer_x >= e->grid.width || e->pointer_y >= e->grid.height;
}

/* What a foreign viewer makes of a point outside is not known. */
static gboolean pointer_pending(const RaEncoder *e)
{
    return e->pointer_new && ra_encoder_takes(e, RA_RFB_POINTER_POSITION) &&
           (!pointer_outside(e) || ra_encoder_takes(e, RA_RFB_ASSIST));
}

static gboolean extended_key_pending(const RaEncoder *e)
{
    return !e->extended_key_announced && ra_encoder_takes(e, RA_RFB_QEMU_EXTENDED_KEY);
}

gboolean ra_encoder_size_pending(const RaEncoder *e)
{
    return e->size_new || e->size_refused ||
           (!e->size_announced && ra_encoder_takes(e, RA_RFB_EXTENDED_DESKTOP_SIZE));
}

gboolean ra_encoder_extras_pending(const RaEncoder *e)
{
    return cursor_pending(e) || pointer_pending(e) || extended_key_pending(e) ||
           ra_encoder_size_pending(e);
}

void ra_encoder_rect_head(GByteArray *out, const RaRect *rect, gint32 encoding)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u16(&writer, rect->x);
    ra_writer_u16(&writer, rect->y);
    ra_writer_u16(&writer, rect->width);
    ra_writer_u16(&writer, rect->height);
    ra_writer_s32(&writer, encoding);
}

void ra_encoder_update_head(GByteArray *out, guint n)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u8(&writer, RA_RFB_SERVER_UPDATE);
    ra_writer_u8(&writer, 0);
    ra_writer_u16(&writer, (guint16)n);
}

void ra_encoder_write_size(RaEncoder *e, GByteArray *out)
{
    RaRect rect = {0, 0, e->grid.width, e->grid.height};
    ra_encoder_update_head(out, 1);
    if (!ra_encoder_takes(e, RA_RFB_EXTENDED_DESKTOP_SIZE)) {
        ra_encoder_rect_head(out, &rect, RA_RFB_DESKTOP_SIZE);
    } else {
        const RaRect screen = rect;
        const gboolean refusal = e->size_refused && !e->size_new;
        rect.x = refusal ? REASON_CLIENT : REASON_SERVER;
        rect.y = refusal ? STATUS_PROHIBITED : STATUS_OK;
        ra_encoder_rect_head(out, &rect, RA_RFB_EXTENDED_DESKTOP_SIZE);
        RaWriter writer = ra_writer_init(out, G_MAXUINT);
        ra_writer_u32(&writer, 1u << 24); /* one screen, padding */
        ra_writer_u32(&writer, 0);        /* its id */
        ra_writer_u16(&writer, screen.x);
        ra_writer_u16(&writer, screen.y);
        ra_writer_u16(&writer, screen.width);
        ra_writer_u16(&writer, screen.height);
        ra_writer_u32(&writer, 0); /* its flags */
        e->size_announced = TRUE;
        if (refusal)
            e->size_refused = FALSE;
    }
    e->size_new = FALSE;
}

static guint write_pointer(RaEncoder *e, GByteArray *out)
{
    if (!pointer_pending(e))
        return 0;
    RaRect rect = {e->pointer_x, e->pointer_y, 0, 0};
    if (pointer_outside(e))
        rect.x = rect.y = G_MAXUINT16;
    ra_encoder_rect_head(out, &rect, RA_RFB_POINTER_POSITION);
    e->pointer_new = FALSE;
    return 1;
}

gboolean ra_encoder_update_pointer(RaEncoder *encoder, GByteArray *out)
{
    if (ra_encoder_size_pending(encoder) || !pointer_pending(encoder))
        return FALSE;
    ra_encoder_update_head(out, 1);
    write_pointer(encoder, out);
    return TRUE;
}

guint ra_encoder_write_extras(RaEncoder *e, GByteArray *out)
{
    guint n = 0;
    if (extended_key_pending(e)) {
        ra_encoder_rect_head(out, &(RaRect){0}, RA_RFB_QEMU_EXTENDED_KEY);
        e->extended_key_announced = TRUE;
        n++;
    }
    if (cursor_pending(e)) {
        if (ra_encoder_takes(e, RA_RFB_CURSOR_WITH_ALPHA))
            ra_cursor_write_with_alpha(&e->cursor, out);
        else
            ra_cursor_write(&e->cursor, &e->rects.format, out);
        e->cursor_new = FALSE;
        n++;
    }
    return n + write_pointer(e, out);
}
