/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-pixels.h"

#include "base/error.h"

#include <string.h>

static const xcb_format_t *format_of_depth(const xcb_setup_t *setup, guint8 depth)
{
    xcb_format_iterator_t format = xcb_setup_pixmap_formats_iterator(setup);
    for (; format.rem > 0; xcb_format_next(&format))
        if (format.data->depth == depth)
            return format.data;
    return NULL;
}

/* FALSE where MASK has more bits than we have levels for, or none. */
static gboolean set_colour(RaX11Pixels *pixels, guint colour, guint32 mask)
{
    if (mask == 0)
        return FALSE;
    guint shift = 0;
    while ((mask >> shift & 1) == 0)
        shift++;
    const guint32 most = mask >> shift;
    if (most >= RA_X11_PIXELS_LEVELS)
        return FALSE;
    pixels->mask[colour] = mask;
    pixels->shift[colour] = shift;
    for (guint32 i = 0; i <= most; i++)
        pixels->level[colour][i] = (guint8)((i * 255 + most / 2) / most);
    return TRUE;
}

gboolean ra_x11_pixels_init(RaX11Pixels *pixels, RaX11 *x11, GError **error)
{
    const xcb_setup_t *setup = xcb_get_setup(ra_x11_xcb(x11));
    const xcb_screen_t *screen = ra_x11_screen(x11);
    const xcb_visualtype_t *visual = ra_x11_visual(x11);
    const xcb_format_t *format = format_of_depth(setup, screen->root_depth);
    RaX11Pixels found = {0};
    gboolean good = visual != NULL && format != NULL &&
                    visual->_class == XCB_VISUAL_CLASS_TRUE_COLOR &&
                    (format->bits_per_pixel == 16 || format->bits_per_pixel == 24 ||
                     format->bits_per_pixel == 32);
    good = good && set_colour(&found, 0, visual->red_mask) &&
           set_colour(&found, 1, visual->green_mask) && set_colour(&found, 2, visual->blue_mask);
    if (!good) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The screen has %u bits a pixel without true colours: set it to 16 or 24",
                    screen->root_depth);
        return FALSE;
    }
    found.bits = format->bits_per_pixel;
    found.row_bits = format->scanline_pad;
    found.big_endian = setup->image_byte_order == XCB_IMAGE_ORDER_MSB_FIRST;
    *pixels = found;
    return TRUE;
}

gboolean ra_x11_pixels_are_ours(const RaX11Pixels *pixels)
{
    return pixels->bits == 32 && !pixels->big_endian && pixels->mask[0] == 0xff0000 &&
           pixels->mask[1] == 0xff00 && pixels->mask[2] == 0xff;
}

gsize ra_x11_pixels_stride(const RaX11Pixels *pixels, guint width)
{
    const gsize bits = (gsize)width * pixels->bits;
    return (bits + pixels->row_bits - 1) / pixels->row_bits * pixels->row_bits / 8;
}

static guint32 read_pixel(const guint8 *at, guint bytes, gboolean big_endian)
{
    guint32 pixel = 0;
    for (guint i = 0; i < bytes; i++)
        pixel |= (guint32)at[i] << (big_endian ? (bytes - 1 - i) * 8 : i * 8);
    return pixel;
}

void ra_x11_pixels_convert(const RaX11Pixels *pixels, const guint8 *row, guint width, guint8 *to)
{
    const guint bytes = pixels->bits / 8;
    if (ra_x11_pixels_are_ours(pixels)) {
        memcpy(to, row, (gsize)width * 4);
        return;
    }
    for (guint x = 0; x < width; x++, row += bytes, to += 4) {
        const guint32 pixel = read_pixel(row, bytes, pixels->big_endian);
        for (guint colour = 0; colour < 3; colour++)
            to[2 - colour] =
                pixels->level[colour][(pixel & pixels->mask[colour]) >> pixels->shift[colour]];
        to[3] = 0;
    }
}
