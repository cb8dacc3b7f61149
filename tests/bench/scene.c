/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/scene.h"

#include <string.h>

enum {
    LINES = 45, /* pixels that text scrolls by: three lines */
    ODD = 37,   /* the same in the window */
    ASIDE = 23, /* pixels that the page moves by */
    DRAG_X = 17,
    DRAG_Y = 11,
    TYPED_WIDTH = 10,
    TYPED_HEIGHT = 18,
    /* Of turned pages: each comes again after so many, when a stream has forgotten it. */
    PAGES = 8,
    PAGES_OF_TEXT = RA_SCENE_CYCLE,
    HALF = RA_SCENE_CYCLE / 2,
};

static RaRect whole(const RaScene *s)
{
    return (RaRect){0, 0, s->width, s->height};
}

/* There and back: 0, 1, ..., HALF, ..., 1. */
static guint swing(guint step)
{
    const guint at = step % RA_SCENE_CYCLE;
    return at <= HALF ? at : RA_SCENE_CYCLE - at;
}

/* Pages are kept for all scenes until the program ends: they take longer to draw than most of what
 * is measured. */
static guint8 *draw_page(RaContent content, guint32 seed, guint width, guint height)
{
    static GHashTable *kept;
    g_autofree char *name = g_strdup_printf("%d %u %u %u", (int)content, seed, width, height);
    if (kept == NULL)
        kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guint8 *page = g_hash_table_lookup(kept, name);
    if (page == NULL) {
        page = g_malloc((gsize)width * height * 4);
        ra_content_draw(content, seed, width, height, page, width * 4u);
        g_hash_table_insert(kept, g_steal_pointer(&name), page);
    }
    return page;
}

static void make_page(RaScene *s, guint n, RaContent content, guint32 seed, guint width,
                      guint height)
{
    if (s->pages[n] == NULL)
        s->pages[n] = draw_page(content, seed, width, height);
}

/* The window in which text scrolls, and the one that is dragged. */
static RaRect window_of(const RaScene *s)
{
    return (RaRect){(guint16)(s->width / 6 + 1), (guint16)(s->height / 7 + 3),
                    (guint16)(s->width / 2 + 7), (guint16)(s->height * 3 / 5 + 1)};
}

static RaRect dragged_of(const RaScene *s)
{
    const guint at = swing(s->step);
    return (RaRect){(guint16)(s->width / 5 + at * DRAG_X), (guint16)(s->height / 6 + at * DRAG_Y),
                    (guint16)(s->width * 2 / 5), (guint16)(s->height / 2)};
}

/* RECT of the frame is page N from X, Y on. */
static void show(RaScene *s, const RaRect *rect, guint n, guint x, guint y)
{
    ra_content_copy(s->pages[n], s->page_width * 4u, x, y, rect->width, rect->height,
                    s->frame + ((gsize)rect->y * s->width + rect->x) * 4, s->width * 4u);
}

static void make_pages(RaScene *s)
{
    const RaRect all = whole(s), window = window_of(s);
    s->page_width = s->width;
    s->page_height = s->height;
    switch (s->kind) {
    case RA_SCENE_SCROLL:
        s->page_height += HALF * LINES;
        make_page(s, 0, RA_CONTENT_TEXT, 1, s->page_width, s->page_height);
        break;
    case RA_SCENE_ACROSS:
        s->page_width += HALF * ASIDE;
        make_page(s, 0, RA_CONTENT_GREY, 1, s->page_width, s->page_height);
        break;
    case RA_SCENE_WINDOW:
        make_page(s, 1, RA_CONTENT_UI, 2, s->page_width, s->page_height);
        show(s, &all, 1, 0, 0);
        s->page_width = window.width;
        s->page_height = window.height + HALF * ODD;
        make_page(s, 0, RA_CONTENT_SUBPIXEL, 3, s->page_width, s->page_height);
        break;
    case RA_SCENE_DRAG:
        make_page(s, 0, RA_CONTENT_WALLPAPER, 1, s->page_width, s->page_height);
        make_page(s, 1, RA_CONTENT_UI, 1, s->page_width, s->page_height);
        break;
    default:
        break;
    }
}

static void type(RaScene *s)
{
    const guint at = s->step % RA_SCENE_CYCLE;
    const RaRect letter = {(guint16)(s->width / 3 + at * TYPED_WIDTH), (guint16)(s->height / 2),
                           TYPED_WIDTH, TYPED_HEIGHT};
    make_page(s, 0, RA_CONTENT_GREY, 1, s->width, s->height);
    if (s->step == 0) {
        const RaRect all = whole(s);
        show(s, &all, 0, 0, 0);
        s->dirty[0] = all;
        return;
    }
    /* Whatever stands elsewhere on the page, another piece each time that it comes round. */
    show(s, &letter, 0, s->width / 4 + s->step * 53 % 400, s->height / 8 + s->step * 31 % 200);
    s->dirty[0] = letter;
}

static void drag(RaScene *s, const RaRect *before)
{
    const RaRect now = dragged_of(s);
    show(s, before, 0, before->x, before->y);
    show(s, &now, 1, s->width / 4, s->height / 4);
    s->dirty[0] = *before;
    s->dirty[1] = now;
    s->n_dirty = 2;
}

static void turn_page(RaScene *s, RaContent content)
{
    const guint n = s->step % (content == RA_CONTENT_TEXT ? PAGES_OF_TEXT : PAGES);
    const RaRect all = whole(s);
    make_page(s, n, content, n + 1, s->width, s->height);
    show(s, &all, n, 0, 0);
}

/* BEFORE: where the window that is dragged was, or all. */
static void draw(RaScene *s, const RaRect *before)
{
    static const RaContent turned[RA_SCENE_KINDS] = {
        [RA_SCENE_TEXT] = RA_CONTENT_TEXT,         [RA_SCENE_GREY] = RA_CONTENT_GREY,
        [RA_SCENE_SUBPIXEL] = RA_CONTENT_SUBPIXEL, [RA_SCENE_UI] = RA_CONTENT_UI,
        [RA_SCENE_VIDEO] = RA_CONTENT_VIDEO,
    };
    const RaRect all = whole(s), window = window_of(s);
    const guint at = swing(s->step);
    s->n_dirty = 1;
    s->dirty[0] = all;
    switch (s->kind) {
    case RA_SCENE_STILL:
        if (s->step == 0)
            turn_page(s, RA_CONTENT_UI);
        break;
    case RA_SCENE_TYPING:
        type(s);
        break;
    case RA_SCENE_SCROLL:
        show(s, &all, 0, 0, at * LINES);
        break;
    case RA_SCENE_ACROSS:
        show(s, &all, 0, at * ASIDE, 0);
        break;
    case RA_SCENE_WINDOW:
        show(s, &window, 0, 0, at * ODD);
        s->dirty[0] = s->step == 0 ? all : window;
        break;
    case RA_SCENE_DRAG:
        drag(s, before);
        break;
    default:
        turn_page(s, turned[s->kind]);
        break;
    }
}

void ra_scene_init(RaScene *scene, RaSceneKind kind, guint16 width, guint16 height)
{
    *scene = (RaScene){.kind = kind, .width = width, .height = height};
    scene->frame = g_malloc0((gsize)width * height * 4);
    make_pages(scene);
    const RaRect all = whole(scene);
    draw(scene, &all);
}

void ra_scene_next(RaScene *scene)
{
    const RaRect before = dragged_of(scene);
    scene->step++;
    draw(scene, &before);
}

void ra_scene_clear(RaScene *scene)
{
    g_free(scene->frame);
}

RaFrameView ra_scene_view(const RaScene *scene)
{
    return (RaFrameView){scene->frame, scene->width, scene->height, scene->width * 4u};
}
