/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/shape.h"

#include "viewer/scale.h"

#include <string.h>

enum {
    SIDE_MIN = 12, /* pixels: a reduced shape stays at least this large */
    PERCENT_MAX = 200,
};

void ra_shape_clear(RaShape *shape)
{
    g_free(shape->pixels);
    *shape = (RaShape){0};
}

void ra_shape_set(RaShape *shape, const RaIpcMessage *message)
{
    const int width = message->cursor.width, height = message->cursor.height;
    ra_shape_clear(shape);
    if (width == 0 || height == 0)
        return;
    *shape = (RaShape){
        .width = width,
        .height = height,
        .hot_x = MIN(message->cursor.hot_x, width - 1),
        .hot_y = MIN(message->cursor.hot_y, height - 1),
        .pixels = g_memdup2(message->cursor.pixels, (gsize)width * (gsize)height * 4),
    };
}

/* The alpha channel goes through the scaler by itself, which handles three channels. */
static guint8 *resize(const RaShape *shape, int width, int height)
{
    const gsize n = (gsize)shape->width * (gsize)shape->height, to = (gsize)width * (gsize)height;
    g_autoptr(RaScaler) scaler = ra_scaler_new(shape->width, shape->height, width, height);
    const RaBox all = {0, 0, width, height};
    guint8 *colours = g_malloc(to * 4);
    g_autofree guint8 *alpha = g_malloc(n * 4);
    g_autofree guint8 *scaled = g_malloc(to * 4);
    for (gsize i = 0; i < n; i++)
        memset(alpha + i * 4, shape->pixels[i * 4 + 3], 4);
    ra_scaler_draw(scaler, shape->pixels, (gsize)shape->width * 4, colours, (gsize)width * 4, all);
    ra_scaler_draw(scaler, alpha, (gsize)shape->width * 4, scaled, (gsize)width * 4, all);
    for (gsize i = 0; i < to; i++)
        colours[i * 4 + 3] = scaled[i * 4];
    return colours;
}

RaShape ra_shape_scaled(const RaShape *shape, int percent)
{
    int width = shape->width, height = shape->height;
    percent = CLAMP(percent, 1, PERCENT_MAX);
    if (percent != 100) {
        width = MAX(width * percent / 100, MIN(width, SIDE_MIN));
        height = MAX(height * percent / 100, MIN(height, SIDE_MIN));
    }
    return (RaShape){.width = width,
                     .height = height,
                     .hot_x = shape->hot_x * width / shape->width,
                     .hot_y = shape->hot_y * height / shape->height,
                     .pixels = resize(shape, width, height)};
}
