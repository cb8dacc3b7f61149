/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/pointer.h"

#include "viewer/shape.h"

#include <SDL.h>
#include <string.h>

enum { DOT = 5 }; /* pixels: the shape that stands for none */

struct _RaPointer {
    RaShape shape;
    SDL_Cursor *own[RA_SHAPE_COUNT];
    SDL_Cursor *remote;
    RaPointerShape own_shape;
    int percent; /* that `remote` was made for */
    gboolean remote_shown;
};

static void set_dot(RaPointer *cursor)
{
    cursor->shape = (RaShape){DOT, DOT, DOT / 2, DOT / 2, g_malloc((gsize)DOT * DOT * 4)};
    for (int i = 0; i < DOT * DOT; i++) {
        const int x = i % DOT, y = i / DOT;
        const gboolean edge = x == 0 || y == 0 || x == DOT - 1 || y == DOT - 1;
        const guint8 pixel[4] = {edge ? 255 : 0, edge ? 255 : 0, edge ? 255 : 0, 255};
        memcpy(cursor->shape.pixels + (gsize)i * 4, pixel, sizeof pixel);
    }
}

RaPointer *ra_pointer_new(void)
{
    RaPointer *cursor = g_new0(RaPointer, 1);
    static const SDL_SystemCursor system[RA_SHAPE_COUNT] = {
        [RA_SHAPE_ARROW] = SDL_SYSTEM_CURSOR_ARROW,
        [RA_SHAPE_HAND] = SDL_SYSTEM_CURSOR_HAND,
        [RA_SHAPE_TEXT] = SDL_SYSTEM_CURSOR_IBEAM,
        [RA_SHAPE_SIDEWAYS] = SDL_SYSTEM_CURSOR_SIZEWE,
        [RA_SHAPE_CROSS] = SDL_SYSTEM_CURSOR_CROSSHAIR,
    };
    for (int i = 0; i < RA_SHAPE_COUNT; i++)
        cursor->own[i] = SDL_CreateSystemCursor(system[i]);
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
    for (int i = 0; i < RA_SHAPE_COUNT; i++) {
        if (cursor->own[i] != NULL)
            SDL_FreeCursor(cursor->own[i]);
    }
    ra_shape_clear(&cursor->shape);
    g_free(cursor);
}

void ra_pointer_set_shape(RaPointer *cursor, const RaIpcMessage *message)
{
    ra_shape_set(&cursor->shape, message);
    if (cursor->shape.pixels == NULL)
        set_dot(cursor);
    const gboolean was_shown = cursor->remote_shown;
    const int percent = cursor->percent;
    if (was_shown && cursor->own[RA_SHAPE_ARROW] != NULL)
        SDL_SetCursor(
            cursor->own[RA_SHAPE_ARROW]); /* the old shape must not be in use when it goes */
    drop_remote(cursor);
    cursor->remote_shown = FALSE;
    if (was_shown)
        ra_pointer_show(cursor, TRUE, percent);
}

static SDL_Cursor *make(const RaPointer *cursor, int percent)
{
    RaShape shape = ra_shape_scaled(&cursor->shape, percent);
    SDL_Cursor *made = NULL;
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormatFrom(
        shape.pixels, shape.width, shape.height, 32, shape.width * 4, SDL_PIXELFORMAT_ARGB8888);
    if (surface != NULL)
        made = SDL_CreateColorCursor(surface, shape.hot_x, shape.hot_y);
    SDL_FreeSurface(surface);
    ra_shape_clear(&shape);
    return made;
}

void ra_pointer_show(RaPointer *cursor, gboolean remote, int percent)
{
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
    SDL_Cursor *shown = remote ? cursor->remote : cursor->own[cursor->own_shape];
    if (shown != NULL)
        SDL_SetCursor(shown);
}

void ra_pointer_set_own(RaPointer *cursor, RaPointerShape shape)
{
    if (cursor->own_shape == shape)
        return;
    cursor->own_shape = shape;
    if (!cursor->remote_shown && cursor->own[shape] != NULL)
        SDL_SetCursor(cursor->own[shape]);
}
