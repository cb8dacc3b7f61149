/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/canvas.h"

#include "viewer/direct.h"
#include "wire/rects.h"

enum { PIECES_MAX = 256 };

/* Boxes that do not overlap. */
typedef struct {
    RaBox box[PIECES_MAX];
    guint n;
} Pieces;

struct _RaCanvas {
    SDL_Window *window;
    SDL_Surface *shown; /* the window's, borrowed; NULL: to be fetched */
    SDL_Surface *own;   /* where the window's has another pixel format: drawn on instead */
    cairo_surface_t *cairo_surface;
    RaRect damage[RA_CANVAS_PARTS_MAX];
    guint n_damage;
    RaDirect *direct; /* NULL: not possible, or there is no picture */
    gboolean no_direct;
    Pieces plain, mixed; /* of the flush that is under way */
    SDL_Rect sent[2 * PIECES_MAX];
    int n_sent;
    RaCanvasCount count;
};

void ra_canvas_set_hints(void)
{
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
}

RaCanvas *ra_canvas_new(SDL_Window *window)
{
    RaCanvas *canvas = g_new0(RaCanvas, 1);
    canvas->window = window;
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
    ra_direct_free(canvas->direct);
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
    const RaBox all = {0, 0, G_MAXUINT16, G_MAXUINT16};
    part = ra_box_intersect(part, all);
    ra_rects_add(
        canvas->damage, &canvas->n_damage, RA_CANVAS_PARTS_MAX,
        (RaRect){(guint16)part.x, (guint16)part.y, (guint16)part.width, (guint16)part.height});
}

void ra_canvas_set_picture(RaCanvas *canvas, const RaPicture *picture)
{
    if (canvas->direct == NULL && !canvas->no_direct && picture != NULL)
        canvas->direct = ra_direct_new(canvas->window);
    canvas->no_direct |= canvas->direct == NULL && picture != NULL;
    if (canvas->direct != NULL && !ra_direct_set_picture(canvas->direct, picture))
        g_clear_pointer(&canvas->direct, ra_direct_free);
}

/* Cutting. */

/* FALSE: there is no room for what may come of one piece. */
static gboolean has_room(const Pieces *pieces)
{
    return pieces->n + 4 <= PIECES_MAX;
}

/* What of the picture, from FIRST on in `plain`, lies under OVER becomes `mixed`. */
static gboolean cut_out(RaCanvas *canvas, guint first, RaBox over)
{
    Pieces *plain = &canvas->plain, *mixed = &canvas->mixed;
    RaBox rest[4];
    for (guint i = plain->n; i > first; i--) {
        const RaBox piece = plain->box[i - 1], common = ra_box_intersect(piece, over);
        if (ra_box_is_empty(common))
            continue;
        if (!has_room(plain) || !has_room(mixed))
            return FALSE;
        mixed->box[mixed->n++] = common;
        plain->box[i - 1] = plain->box[--plain->n];
        const guint n = ra_box_subtract(piece, over, rest);
        for (guint k = 0; k < n; k++)
            plain->box[plain->n++] = rest[k];
    }
    return TRUE;
}

/* Sorts PART, damaged, into picture alone and the rest. */
static gboolean cut(RaCanvas *canvas, const RaScene *scene, RaBox part)
{
    const RaBox picture = ra_box_intersect(part, scene->picture);
    const guint first = canvas->plain.n;
    if (!has_room(&canvas->plain) || !has_room(&canvas->mixed))
        return FALSE;
    canvas->mixed.n += ra_box_subtract(part, picture, canvas->mixed.box + canvas->mixed.n);
    if (ra_box_is_empty(picture))
        return TRUE;
    canvas->plain.box[canvas->plain.n++] = picture;
    for (guint i = 0; i < scene->n_over; i++) {
        if (!cut_out(canvas, first, scene->over[i]))
            return FALSE;
    }
    return TRUE;
}

/* All that is damaged, in pieces. */
static void cut_all(RaCanvas *canvas, const RaScene *scene, RaBox whole)
{
    gboolean fits = TRUE;
    canvas->plain.n = canvas->mixed.n = 0;
    for (guint i = 0; i < canvas->n_damage && fits; i++) {
        const RaRect *rect = &canvas->damage[i];
        fits = cut(canvas, scene,
                   ra_box_intersect((RaBox){rect->x, rect->y, rect->width, rect->height}, whole));
    }
    if (fits)
        return;
    canvas->plain.n = 0; /* more than anybody can see at once: all */
    canvas->mixed.n = 1;
    canvas->mixed.box[0] = whole;
}

/* Drawing. */

static RaDrawing drawing_on(const RaCanvas *canvas)
{
    SDL_Surface *surface = drawn(canvas);
    return (RaDrawing){.pixels = surface->pixels,
                       .stride = (gsize)surface->pitch,
                       .width = surface->w,
                       .height = surface->h};
}

static void note_drawn(RaCanvas *canvas, RaBox part)
{
    const SDL_Rect rect = {part.x, part.y, part.width, part.height};
    SDL_Rect to = rect; /* SDL changes it */
    if (canvas->own != NULL)
        SDL_BlitSurface(canvas->own, &rect, canvas->shown, &to);
    canvas->sent[canvas->n_sent++] = rect;
    canvas->count.drawn_area += (gint64)part.width * part.height;
}

static void draw_plain(RaCanvas *canvas, const RaScene *scene, RaBox part)
{
    RaDrawing drawing = drawing_on(canvas);
    scene->by_hand(&drawing, part, scene->data);
    cairo_surface_mark_dirty_rectangle(canvas->cairo_surface, part.x, part.y, part.width,
                                       part.height);
    note_drawn(canvas, part);
    canvas->count.by_hand++;
}

static void draw_mixed(RaCanvas *canvas, const RaScene *scene, RaBox part)
{
    RaDrawing drawing = drawing_on(canvas);
    scene->by_hand(&drawing, part, scene->data);
    cairo_surface_mark_dirty_rectangle(canvas->cairo_surface, part.x, part.y, part.width,
                                       part.height);
    drawing.cairo = cairo_create(canvas->cairo_surface);
    cairo_rectangle(drawing.cairo, part.x, part.y, part.width, part.height);
    cairo_clip(drawing.cairo);
    scene->by_cairo(&drawing, part, scene->data);
    cairo_destroy(drawing.cairo);
    cairo_surface_flush(canvas->cairo_surface);
    note_drawn(canvas, part);
    canvas->count.by_cairo++;
}

/* Straight to the server, which draws while the rest is being drawn here. */
static void put_plain(RaCanvas *canvas, const RaScene *scene)
{
    for (guint i = 0; i < canvas->plain.n; i++) {
        const RaBox *part = &canvas->plain.box[i];
        const RaBox from = {part->x - scene->picture.x + scene->x,
                            part->y - scene->picture.y + scene->y, part->width, part->height};
        ra_direct_put(canvas->direct, from, part->x, part->y);
        canvas->count.direct_area += (gint64)part->width * part->height;
    }
    canvas->count.direct = canvas->plain.n;
    ra_direct_send(canvas->direct);
    canvas->plain.n = 0;
}

gboolean ra_canvas_flush(RaCanvas *canvas, const RaScene *scene)
{
    if (!fetch_surfaces(canvas))
        return FALSE;
    canvas->count = (RaCanvasCount){0};
    canvas->n_sent = 0;
    cut_all(canvas, scene, (RaBox){0, 0, canvas->shown->w, canvas->shown->h});
    canvas->n_damage = 0;
    const gboolean put = canvas->direct != NULL && scene->exact && canvas->plain.n > 0;
    if (put)
        put_plain(canvas, scene);
    for (guint i = 0; i < canvas->plain.n; i++)
        draw_plain(canvas, scene, canvas->plain.box[i]);
    for (guint i = 0; i < canvas->mixed.n; i++)
        draw_mixed(canvas, scene, canvas->mixed.box[i]);
    if (canvas->n_sent > 0)
        SDL_UpdateWindowSurfaceRects(canvas->window, canvas->sent, canvas->n_sent);
    if (!put || ra_direct_wait(canvas->direct))
        return TRUE;
    g_clear_pointer(&canvas->direct, ra_direct_free); /* as without it, then */
    ra_canvas_reset(canvas);
    return ra_canvas_flush(canvas, scene);
}

const RaCanvasCount *ra_canvas_count(const RaCanvas *canvas)
{
    return &canvas->count;
}
