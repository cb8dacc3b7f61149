/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/pointer.h"

#include "viewer/scale.h"

#include <SDL.h>
#include <string.h>

enum {
    DOT = 5,       /* pixels: the shape that stands for none */
    SIDE_MIN = 12, /* a reduced shape stays at least this large */
    PERCENT_MAX = 200,
};

struct _RaPointer {
    guint8 *pixels; /* B G R A, premultiplied */
    int width, height, hot_x, hot_y;
    SDL_Cursor *arrow, *remote;
    int percent; /* that `remote` was made for */
    gboolean remote_shown;
};

static void set_dot(RaPointer *cursor)
{
    cursor->width = cursor->height = DOT;
    cursor->hot_x = cursor->hot_y = DOT / 2;
    cursor->pixels = g_malloc((gsize)DOT * DOT * 4);
    for (int i = 0; i < DOT * DOT; i++) {
        const int x = i % DOT, y = i / DOT;
        const gboolean edge = x == 0 || y == 0 || x == DOT - 1 || y == DOT - 1;
        const guint8 pixel[4] = {edge ? 255 : 0, edge ? 255 : 0, edge ? 255 : 0, 255};
        memcpy(cursor->pixels + (gsize)i * 4, pixel, sizeof pixel);
    }
}

RaPointer *ra_pointer_new(void)
{
    RaPointer *cursor = g_new0(RaPointer, 1);
    cursor->arrow = SDL_CreateSystemCursor(SDL_SYSTEM_CURSOR_ARROW);
    set_dot(cursor);
    return cursor;
}

static void drop_remote(RaPointer *cursor)
{
    if (cursor->remote != NULL)
        SDL_FreeCursor(cursor->remote);
    cursor->remote = NULL;
}

void ra_pointer_free(RaPointer *cursor)
{
    if (cursor == NULL)
        return;
    drop_remote(cursor);
    if (cursor->arrow != NULL)
        SDL_FreeCursor(cursor->arrow);
    g_free(cursor->pixels);
    g_free(cursor);
}

void ra_pointer_set_shape(RaPointer *cursor, const RaIpcMessage *message)
{
    const int width = message->cursor.width, height = message->cursor.height;
    g_free(cursor->pixels);
    if (width == 0 || height == 0) {
        set_dot(cursor);
    } else {
        cursor->width = width;
        cursor->height = height;
        cursor->hot_x = MIN(message->cursor.hot_x, width - 1);
        cursor->hot_y = MIN(message->cursor.hot_y, height - 1);
        cursor->pixels = g_memdup2(message->cursor.pixels, (gsize)width * (gsize)height * 4);
    }
    const gboolean was_shown = cursor->remote_shown;
    const int percent = cursor->percent;
    if (was_shown && cursor->arrow != NULL)
        SDL_SetCursor(cursor->arrow); /* the old shape must not be in use when it goes */
    drop_remote(cursor);
    cursor->remote_shown = FALSE;
    if (was_shown)
        ra_pointer_show(cursor, TRUE, percent);
}

/* The alpha channel goes through the scaler by itself, which handles three channels. */
static guint8 *resize(const RaPointer *cursor, int width, int height)
{
    const gsize n = (gsize)cursor->width * (gsize)cursor->height, to = (gsize)width * (gsize)height;
    g_autoptr(RaScaler) scaler = ra_scaler_new(cursor->width, cursor->height, width, height);
    const RaBox all = {0, 0, width, height};
    guint8 *colours = g_malloc(to * 4);
    g_autofree guint8 *alpha = g_malloc(n * 4);
    g_autofree guint8 *scaled = g_malloc(to * 4);
    for (gsize i = 0; i < n; i++)
        memset(alpha + i * 4, cursor->pixels[i * 4 + 3], 4);
    ra_scaler_draw(scaler, cursor->pixels, (gsize)cursor->width * 4, colours, (gsize)width * 4,
                   all);
    ra_scaler_draw(scaler, alpha, (gsize)cursor->width * 4, scaled, (gsize)width * 4, all);
    for (gsize i = 0; i < to; i++)
        colours[i * 4 + 3] = scaled[i * 4];
    return colours;
}

static SDL_Cursor *make(const RaPointer *cursor, int percent)
{
    int width = cursor->width, height = cursor->height;
    if (percent != 100) {
        width = MAX(width * percent / 100, MIN(width, SIDE_MIN));
        height = MAX(height * percent / 100, MIN(height, SIDE_MIN));
    }
    g_autofree guint8 *pixels = resize(cursor, width, height);
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormatFrom(pixels, width, height, 32, width * 4,
                                                              SDL_PIXELFORMAT_ARGB8888);
    if (surface == NULL)
        return NULL;
    SDL_Cursor *made = SDL_CreateColorCursor(surface, cursor->hot_x * width / cursor->width,
                                             cursor->hot_y * height / cursor->height);
    SDL_FreeSurface(surface);
    return made;
}

void ra_pointer_show(RaPointer *cursor, gboolean remote, int percent)
{
    percent = CLAMP(percent, 1, PERCENT_MAX);
    if (remote == cursor->remote_shown && (!remote || percent == cursor->percent))
        return;
    cursor->remote_shown = remote;
    if (remote && (cursor->remote == NULL || cursor->percent != percent)) {
        SDL_Cursor *old = cursor->remote;
        cursor->remote = make(cursor, percent);
        cursor->percent = percent;
        if (cursor->remote != NULL)
            SDL_SetCursor(cursor->remote);
        if (old != NULL)
            SDL_FreeCursor(old);
        return;
    }
    SDL_Cursor *shown = remote ? cursor->remote : cursor->arrow;
    if (shown != NULL)
        SDL_SetCursor(shown);
}
