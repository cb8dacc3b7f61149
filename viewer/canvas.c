/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/canvas.h"

enum { PARTS_MAX = 32 }; /* sent by themselves; more are joined to one */

struct _RaCanvas {
    SDL_Window *window;
    SDL_Surface *shown; /* the window's, borrowed; NULL: to be fetched */
    SDL_Surface *own;   /* where the window's has another pixel format: drawn on instead */
    cairo_surface_t *cairo_surface;
    cairo_region_t *damage;
};

void ra_canvas_set_hints(void)
{
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
}

RaCanvas *ra_canvas_new(SDL_Window *window)
{
    RaCanvas *canvas = g_new0(RaCanvas, 1);
    canvas->window = window;
    canvas->damage = cairo_region_create();
    return canvas;
}

static void drop_surfaces(RaCanvas *canvas)
{
    g_clear_pointer(&canvas->cairo_surface, cairo_surface_destroy);
    g_clear_pointer(&canvas->own, SDL_FreeSurface);
    canvas->shown = NULL;
}

void ra_canvas_free(RaCanvas *canvas)
{
    if (canvas == NULL)
        return;
    drop_surfaces(canvas);
    cairo_region_destroy(canvas->damage);
    g_free(canvas);
}

static gboolean is_native(const SDL_Surface *surface)
{
    return surface->format->format == SDL_PIXELFORMAT_RGB888 ||
           surface->format->format == SDL_PIXELFORMAT_ARGB8888;
}

static SDL_Surface *drawn(const RaCanvas *canvas)
{
    return canvas->own != NULL ? canvas->own : canvas->shown;
}

/* FALSE if there is no surface to draw on. */
static gboolean fetch_surfaces(RaCanvas *canvas)
{
    if (canvas->cairo_surface != NULL)
        return TRUE;
    canvas->shown = SDL_GetWindowSurface(canvas->window);
    if (canvas->shown == NULL)
        return FALSE;
    if (!is_native(canvas->shown))
        canvas->own = SDL_CreateRGBSurfaceWithFormat(0, canvas->shown->w, canvas->shown->h, 32,
                                                     SDL_PIXELFORMAT_RGB888);
    SDL_Surface *surface = drawn(canvas);
    if (!is_native(surface))
        return FALSE;
    canvas->cairo_surface = cairo_image_surface_create_for_data(
        surface->pixels, CAIRO_FORMAT_RGB24, surface->w, surface->h, surface->pitch);
    return TRUE;
}

void ra_canvas_reset(RaCanvas *canvas)
{
    int width, height;
    drop_surfaces(canvas);
    SDL_GetWindowSize(canvas->window, &width, &height);
    ra_canvas_damage(canvas, (RaBox){0, 0, width, height});
}

void ra_canvas_damage(RaCanvas *canvas, RaBox part)
{
    const cairo_rectangle_int_t rect = {part.x, part.y, part.width, part.height};
    if (!ra_box_is_empty(part))
        cairo_region_union_rectangle(canvas->damage, &rect);
}

static void draw_part(RaCanvas *canvas, RaBox part, RaDrawFunc by_hand, RaDrawFunc by_cairo,
                      gpointer data)
{
    SDL_Surface *surface = drawn(canvas);
    RaDrawing drawing = {.pixels = surface->pixels,
                         .stride = (gsize)surface->pitch,
                         .width = surface->w,
                         .height = surface->h};
    cairo_surface_flush(canvas->cairo_surface);
    by_hand(&drawing, part, data);
    cairo_surface_mark_dirty_rectangle(canvas->cairo_surface, part.x, part.y, part.width,
                                       part.height);
    drawing.cairo = cairo_create(canvas->cairo_surface);
    cairo_rectangle(drawing.cairo, part.x, part.y, part.width, part.height);
    cairo_clip(drawing.cairo);
    by_cairo(&drawing, part, data);
    cairo_destroy(drawing.cairo);
    cairo_surface_flush(canvas->cairo_surface);
}

gboolean ra_canvas_flush(RaCanvas *canvas, RaDrawFunc by_hand, RaDrawFunc by_cairo, gpointer data)
{
    SDL_Rect sent[PARTS_MAX];
    if (!fetch_surfaces(canvas))
        return FALSE;
    SDL_Surface *surface = drawn(canvas);
    const cairo_rectangle_int_t whole = {0, 0, surface->w, surface->h};
    cairo_region_intersect_rectangle(canvas->damage, &whole);
    cairo_rectangle_int_t rect;
    int n = cairo_region_num_rectangles(canvas->damage);
    if (n > PARTS_MAX) {
        cairo_region_get_extents(canvas->damage, &rect);
        cairo_region_union_rectangle(canvas->damage, &rect);
        n = 1;
    }
    for (int i = 0; i < n; i++) {
        cairo_region_get_rectangle(canvas->damage, i, &rect);
        draw_part(canvas, (RaBox){rect.x, rect.y, rect.width, rect.height}, by_hand, by_cairo,
                  data);
        sent[i] = (SDL_Rect){rect.x, rect.y, rect.width, rect.height};
        SDL_Rect to = sent[i]; /* SDL changes it */
        if (canvas->own != NULL)
            SDL_BlitSurface(canvas->own, &sent[i], canvas->shown, &to);
    }
    cairo_region_destroy(canvas->damage);
    canvas->damage = cairo_region_create();
    if (n > 0)
        SDL_UpdateWindowSurfaceRects(canvas->window, sent, n);
    return TRUE;
}
