/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/pointer.h"

#include "viewer/shape.h"

#include <SDL.h>
#include <string.h>

enum { DOT = 5 }; /* pixels: the shape that stands for none */

struct _RaPointer {
    RaShape shape;
    SDL_Cursor *arrow, *remote;
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
    if (was_shown && cursor->arrow != NULL)
        SDL_SetCursor(cursor->arrow); /* the old shape must not be in use when it goes */
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
    SDL_Cursor *shown = remote ? cursor->remote : cursor->arrow;
    if (shown != NULL)
        SDL_SetCursor(shown);
}
