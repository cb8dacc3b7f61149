/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks a guess: what a shift would bring is counted in cells, a part of one row each, and the
 * rectangle of cells with the largest sum is found; then its edges are put to the pixel.
 */
#include "wire/movement-private.h"

/* The compiler makes vectors of these loops. */
#ifdef __clang__
#define HOT
#else
#define HOT __attribute__((optimize("O3")))
#endif

enum {
    COLUMNS_MAX = 32, /* cells beside each other */
    BANDS_MAX = 128,  /* and below each other: one row of each band is looked at */
    SEGMENT_MIN = 16, /* pixels; a cell's width */
    REACH = 64,       /* pixels that are looked at beyond an edge, at least */
    WEIGHED_ROWS = 32,
    LEAST_SHARE = 3, /* of the wrong pixels one in so many has to come right */
};

struct _RaMoveCutter {
    gint8 cells[COLUMNS_MAX][BANDS_MAX]; /* 1: it comes right, -1: it comes wrong */
    gint sums[BANDS_MAX];
    gint gains[RA_SCREEN_SIDE_MAX]; /* of columns or rows of pixels */
};

RaMoveCutter *ra_move_cutter_new(void)
{
    return g_new0(RaMoveCutter, 1);
}

void ra_move_cutter_free(RaMoveCutter *cutter)
{
    g_free(cutter);
}

/* Where something may come right, and how it is divided. */
typedef struct {
    const RaMoveCase *c;
    gint dx, dy;
    guint x0, y0, x1, y1;
    guint segment, columns; /* pixels; cells */
    guint band, bands;
} Area;

/* In cells, then in pixels: x0 <= x < x1. */
typedef struct {
    guint x0, y0, x1, y1;
} Box;

static gboolean find_area(const RaMoveCase *c, const RaShift *shift, Area *ret)
{
    const gint dx = shift->x, dy = shift->y;
    const RaRect *bounds = &c->bounds;
    const gint x0 = MAX(bounds->x, dx), x1 = MIN(bounds->x + bounds->width, (gint)c->width + dx);
    const gint y0 = MAX(bounds->y, dy), y1 = MIN(bounds->y + bounds->height, (gint)c->height + dy);
    if (x1 < x0 + SEGMENT_MIN || y1 <= y0)
        return FALSE;
    *ret = (Area){c, dx, dy, (guint)x0, (guint)y0, (guint)x1, (guint)y1, SEGMENT_MIN, 0, 1, 0};
    while ((guint)(x1 - x0) > ret->segment * COLUMNS_MAX)
        ret->segment *= 2;
    ret->columns = ((guint)(x1 - x0) + ret->segment - 1) / ret->segment;
    ret->band = ((guint)(y1 - y0) + BANDS_MAX - 1) / BANDS_MAX;
    ret->bands = ((guint)(y1 - y0) + ret->band - 1) / ret->band;
    return TRUE;
}

/* The row of a band that is looked at: not always the same one, since lines of text are often
 * equally far apart. */
static guint row_of(const Area *area, guint band)
{
    return MIN(area->y0 + band * area->band + band * 5 % area->band, area->y1 - 1);
}

static const guint8 *source(const Area *area, guint x, guint y)
{
    return ra_move_pixel(area->c->before, (guint)((gint)x - area->dx), (guint)((gint)y - area->dy));
}

static void measure(RaMoveCutter *cutter, const Area *area)
{
    for (guint band = 0; band < area->bands; band++) {
        const guint y = row_of(area, band);
        for (guint i = 0; i < area->columns; i++) {
            const guint x = area->x0 + i * area->segment;
            const gsize size = (gsize)MIN(area->segment, area->x1 - x) * 4;
            const guint8 *now = ra_move_pixel(area->c->after, x, y);
            const gint was_right = memcmp(ra_move_pixel(area->c->before, x, y), now, size) == 0;
            const gint right = memcmp(source(area, x, y), now, size) == 0;
            cutter->cells[i][band] = (gint8)(right - was_right);
        }
    }
}

/* The part of N values with the largest sum, if that is above LEAST. */
static gint best_part(const gint *values, guint n, gint least, guint *start, guint *end)
{
    gint sum = 0;
    guint from = 0;
    for (guint i = 0; i < n; i++) {
        if (sum <= 0) {
            sum = 0;
            from = i;
        }
        sum += values[i];
        if (sum > least) {
            least = sum;
            *start = from;
            *end = i + 1;
        }
    }
    return least;
}

/* The rectangle of cells with the largest sum. Left sides beyond which too little could be won are
 * left out: mostly all but the first. */
static gint best_cells(RaMoveCutter *cutter, const Area *area, Box *ret)
{
    gint best = 0, left_over = 0;
    gint good[COLUMNS_MAX] = {0};
    for (guint i = 0; i < area->columns; i++) {
        for (guint band = 0; band < area->bands; band++)
            good[i] += cutter->cells[i][band] > 0;
        left_over += good[i];
    }
    for (guint left = 0; left < area->columns && left_over > best; left++) {
        memset(cutter->sums, 0, area->bands * sizeof *cutter->sums);
        for (guint right = left; right < area->columns && good[left] > 0; right++) {
            for (guint band = 0; band < area->bands; band++)
                cutter->sums[band] += cutter->cells[right][band];
            const gint sum = best_part(cutter->sums, area->bands, best, &ret->y0, &ret->y1);
            if (sum > best) {
                ret->x0 = left;
                ret->x1 = right + 1;
                best = sum;
            }
        }
        left_over -= good[left];
    }
    return best;
}

static guint32 pixel_of(const guint8 *row, guint i)
{
    guint32 pixel;
    memcpy(&pixel, row + (gsize)i * 4, 4);
    return pixel;
}

/* Adds to GAINS what each of WIDTH pixels of row Y from X on gains. */
HOT static void add_gains(const Area *area, guint x, guint y, guint width, gint *gains)
{
    const guint8 *now = ra_move_pixel(area->c->after, x, y);
    const guint8 *was = ra_move_pixel(area->c->before, x, y);
    const guint8 *moved = source(area, x, y);
    for (guint i = 0; i < width; i++)
        gains[i] +=
            (pixel_of(moved, i) == pixel_of(now, i)) - (pixel_of(was, i) == pixel_of(now, i));
}

/* Pixels of a row that the shift makes right, less those that it makes wrong; *WRONG: those that
 * were wrong before. */
HOT static gint row_gain(const Area *area, guint x, guint y, guint width, gint *wrong)
{
    const guint8 *now = ra_move_pixel(area->c->after, x, y);
    const guint8 *was = ra_move_pixel(area->c->before, x, y);
    const guint8 *moved = source(area, x, y);
    gint differ = 0, still = 0;
    for (guint i = 0; i < width; i++) {
        differ += pixel_of(was, i) != pixel_of(now, i);
        still += pixel_of(moved, i) != pixel_of(now, i);
    }
    *wrong = differ;
    return differ - still;
}

/* How many of N lines, from the first or backwards from the last, are to be taken: those with the
 * largest sum, and what neither gains nor loses beyond them. */
static guint best_reach(const gint *gains, guint n, gboolean backwards)
{
    gint sum = 0, best = 0;
    guint ret = 0;
    for (guint i = 0; i < n; i++) {
        sum += gains[backwards ? n - 1 - i : i];
        if (sum >= best) {
            best = sum;
            ret = i + 1;
        }
    }
    return ret;
}

/* The gains of columns x0 <= x < x1 in the rows that are looked at. */
static guint column_gains(RaMoveCutter *cutter, const Area *area, const Box *cells, guint x0,
                          guint x1)
{
    memset(cutter->gains, 0, (gsize)(x1 - x0) * sizeof *cutter->gains);
    for (guint band = cells->y0; band < cells->y1; band++)
        add_gains(area, x0, row_of(area, band), x1 - x0, cutter->gains);
    return x1 - x0;
}

static guint row_gains(RaMoveCutter *cutter, const Area *area, const Box *box, guint y0, guint y1)
{
    gint wrong;
    for (guint y = y0; y < y1; y++)
        cutter->gains[y - y0] = row_gain(area, box->x0, y, box->x1 - box->x0, &wrong);
    return y1 - y0;
}

static guint less(guint a, guint b, guint least)
{
    return a > least + b ? a - b : least;
}

/* Puts the edges of CELLS to the pixel: each is looked for beyond the next cell, too: what
 * moved may have no more than a line there. */
static Box find_edges(RaMoveCutter *cutter, const Area *area, const Box *cells)
{
    Box box = {area->x0 + cells->x0 * area->segment, row_of(area, cells->y0),
               MIN(area->x0 + cells->x1 * area->segment, area->x1),
               row_of(area, cells->y1 - 1) + 1};
    guint near = MIN(box.x0 + area->segment, box.x1),
          far = less(box.x0, MAX(area->segment, REACH), area->x0);
    guint n = column_gains(cutter, area, cells, far, near);
    box.x0 = near - best_reach(cutter->gains, n, TRUE);
    near = less(box.x1, area->segment, box.x0);
    n = column_gains(cutter, area, cells, near, MIN(box.x1 + MAX(area->segment, REACH), area->x1));
    box.x1 = near + best_reach(cutter->gains, n, FALSE);

    near = MIN(box.y0 + area->band, box.y1);
    n = row_gains(cutter, area, &box, less(box.y0, MAX(2 * area->band, REACH), area->y0), near);
    box.y0 = near - best_reach(cutter->gains, n, TRUE);
    near = less(box.y1, area->band, box.y0);
    n = row_gains(cutter, area, &box, near, MIN(box.y1 + MAX(2 * area->band, REACH), area->y1));
    box.y1 = near + best_reach(cutter->gains, n, FALSE);
    return box;
}

typedef struct {
    gint64 gain, loss, wrong; /* pixels: of rows that gain, of rows that lose, before */
} Weight;

static Weight weigh(const Area *area, const Box *box, guint step)
{
    Weight ret = {0};
    for (guint y = box->y0 + step / 2; y < box->y1; y += step) {
        gint wrong;
        const gint sum = row_gain(area, box->x0, y, box->x1 - box->x0, &wrong);
        *(sum > 0 ? &ret.gain : &ret.loss) += ABS(sum);
        ret.wrong += wrong;
    }
    return ret;
}

/* Pixels that come right in BOX, a cell that comes right may have been wrong in one pixel only; 0
 * if most stays wrong, as if by chance. All rows are looked at where some lose what others gain. */
static gsize count_gain(const Area *area, const Box *box)
{
    guint step = (box->y1 - box->y0) / WEIGHED_ROWS + 1;
    Weight weight = weigh(area, box, step);
    if (step > 1 && weight.loss > 0 && weight.loss * 4 > weight.gain) {
        step = 1;
        weight = weigh(area, box, step);
    }
    const gint64 gain = weight.gain - weight.loss;
    return gain > 0 && gain * LEAST_SHARE >= weight.wrong ? (gsize)gain * step : 0;
}

gsize ra_move_cut(RaMoveCutter *cutter, const RaMoveCase *c, const RaShift *shift, RaRect *to)
{
    Area area;
    Box cells = {0};
    if (!find_area(c, shift, &area))
        return 0;
    measure(cutter, &area);
    if (best_cells(cutter, &area, &cells) <= 0)
        return 0;
    const Box box = find_edges(cutter, &area, &cells);
    if (box.x0 >= box.x1 || box.y0 >= box.y1)
        return 0;
    *to = (RaRect){(guint16)box.x0, (guint16)box.y0, (guint16)(box.x1 - box.x0),
                   (guint16)(box.y1 - box.y0)};
    return count_gain(&area, &box);
}
