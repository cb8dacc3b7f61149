/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/wire/test-wire.h"

#include <string.h>

Picture picture_new(guint width, guint height)
{
    return (Picture){(guint16)width, (guint16)height, g_new0(guint32, (gsize)width * height)};
}

void picture_clear(Picture *picture)
{
    g_clear_pointer(&picture->pixels, g_free);
}

static void fill(Picture *p, guint x0, guint y0, guint width, guint height, guint32 colour)
{
    for (guint y = y0; y < MIN(y0 + height, p->height); y++) {
        for (guint x = x0; x < MIN(x0 + width, p->width); x++)
            p->pixels[(gsize)y * p->width + x] = colour;
    }
}

static guint32 colour_at(Content content, GRand *random, guint x, guint y)
{
    const guint32 noise = g_rand_int(random);
    switch (content) {
    case CONTENT_NOISE:
        return noise & 0xffffff;
    case CONTENT_TEXT:
        return y % 16 < 11 && x % 9 < 7 && (noise & 3) == 0 ? 0x202020 : 0xfafafa;
    case CONTENT_GRADIENT:
        return (x & 255) << 16 | (y & 255) << 8 | ((x + y) / 2 & 255);
    case CONTENT_PHOTO:
        return ((x / 2 + (noise & 3)) & 255) << 16 | ((y + (noise >> 2 & 3)) & 255) << 8 |
               ((x + y) & 255);
    default:
        return 0x336699;
    }
}

void picture_draw(Picture *picture, Content content, guint32 seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    const gsize n = (gsize)picture->width * picture->height;
    for (gsize i = 0; i < n; i++)
        picture->pixels[i] =
            colour_at(content, random, (guint)(i % picture->width), (guint)(i / picture->width));
    for (guint i = 0; content == CONTENT_WINDOWS && i < 12; i++) {
        const guint32 colour = g_rand_int(random) & 0xffffff;
        fill(picture, (guint)g_rand_int_range(random, 0, picture->width),
             (guint)g_rand_int_range(random, 0, picture->height),
             (guint)g_rand_int_range(random, 1, 200), (guint)g_rand_int_range(random, 1, 200),
             colour);
    }
    for (gsize i = 0; content == CONTENT_COLOURS && i < n;) {
        const guint32 colour = (guint32)g_rand_int_range(random, 0, 100) * 0x020305;
        const gsize run = (gsize)g_rand_int_range(random, 1, 400), end = MIN(n, i + run);
        for (; i < end; i++)
            picture->pixels[i] = colour;
    }
    g_rand_free(random);
}

RaFrameView picture_view(const Picture *picture)
{
    return (RaFrameView){(const guint8 *)picture->pixels, picture->width, picture->height,
                         picture->width * 4u};
}

void picture_assert_equal(const RaFrameView *a, const RaFrameView *b)
{
    g_assert_cmpint(a->width, ==, b->width);
    g_assert_cmpint(a->height, ==, b->height);
    for (guint y = 0; y < a->height; y++) {
        for (guint x = 0; x < a->width; x++) {
            guint32 one, two;
            memcpy(&one, a->pixels + (gsize)y * a->stride + x * 4u, 4);
            memcpy(&two, b->pixels + (gsize)y * b->stride + x * 4u, 4);
            if (((one ^ two) & 0xffffff) != 0)
                g_error("pixel %u, %u is %06x, not %06x", x, y, one, two);
        }
    }
}
