/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/lossy.h"

#include <string.h>

enum {
    FRAME_MS = 55,       /* automatic quality: the link should carry all photos that change in so
                            many milliseconds, 18 pictures a second of a film */
    QUALITY_MIN = 35,    /* of what that leads to */
    COLOUR_SHARE = 1600, /* bytes with colours at full resolution, in 1024 parts */
    SIDE_MIN = 8,        /* pixels; what is smaller is cheap in any case */
    AREA_MIN = 512,      /* pixels */
    SIDE_SURE = 32,      /* pixels; what is smaller may be a line of text */
    BUSY_PHOTO = 750,    /* of ra_lossy_busy(); measured: wire/busy.c */
    BUSY_MANY = 300,     /* the same for what has many colours: antialiased text among it */
};

/* Measured on photos, with colours at half resolution: bytes in 1024 parts of RA_LOSSY_USUAL's. */
static const struct {
    int quality;
    guint share;
} steps[] = {{95, 2450}, {92, 1740}, {88, 1400}, {RA_LOSSY_USUAL, 1024},
             {75, 890},  {70, 810},  {60, 700},  {50, 615},
             {45, 580},  {35, 495},  {30, 440},  {15, 280}};

RaLossy ra_lossy_of(RaQuality quality, guint64 rate)
{
    switch (quality) {
    case RA_QUALITY_LOW:
        return (RaLossy){TRUE, TRUE, 30, FALSE, 0};
    case RA_QUALITY_MEDIUM:
        return (RaLossy){TRUE, FALSE, 75, FALSE, 0};
    case RA_QUALITY_HIGH:
        return (RaLossy){TRUE, FALSE, 92, TRUE, 0};
    case RA_QUALITY_LOSSLESS:
        return (RaLossy){0};
    case RA_QUALITY_AUTO:
        break;
    }
    const gsize enough = rate > 0 ? (gsize)MAX(rate / 1000 * FRAME_MS, 1) : 0;
    return (RaLossy){TRUE, FALSE, RA_LOSSY_USUAL, FALSE, enough};
}

guint ra_lossy_share(const RaLossy *lossy)
{
    gsize i = 0;
    while (i + 1 < G_N_ELEMENTS(steps) && steps[i].quality > lossy->quality)
        i++;
    return steps[i].share * (lossy->colour ? COLOUR_SHARE : 1024) / 1024;
}

RaLossy ra_lossy_fit(const RaLossy *lossy, gsize pixels, guint cost)
{
    RaLossy ret = *lossy;
    if (lossy->enough == 0)
        return ret;
    const guint64 usual = (guint64)pixels * cost / 1024;
    for (gsize i = 0; i < G_N_ELEMENTS(steps) && ret.quality > QUALITY_MIN; i++) {
        if (steps[i].quality > lossy->quality)
            continue;
        ret.quality = MAX(steps[i].quality, QUALITY_MIN);
        if (usual * ra_lossy_share(&ret) / 1024 <= lossy->enough)
            break;
    }
    return ret;
}

RaLossy ra_lossy_of_level(int level)
{
    static const int qualities[] = {15, 30, 40, 50, 60, 70, 75, 80, 88, 95};
    level = CLAMP(level, 0, 9);
    return (RaLossy){TRUE, FALSE, qualities[level], level >= 8, 0};
}

gboolean ra_lossy_suits(const RaLossy *lossy, const RaFrameView *picture, guint busy,
                        const RaGridTile *box)
{
    return lossy->some && box->x1 - box->x0 >= SIDE_MIN && box->y1 - box->y0 >= SIDE_MIN &&
           (box->x1 - box->x0) * (box->y1 - box->y0) >= AREA_MIN &&
           busy > (lossy->most ? BUSY_MANY : BUSY_PHOTO) && !ra_lossy_drawn(picture, box) &&
           (lossy->most || !ra_lossy_written(picture, box));
}

gboolean ra_lossy_narrow(const RaGridTile *box)
{
    return box->x1 - box->x0 < SIDE_SURE || box->y1 - box->y0 < SIDE_SURE;
}

void ra_blur_init(RaBlur *blur, const RaGrid *grid)
{
    blur->tiles = (gsize)grid->columns * grid->rows;
    blur->age = g_new0(guint8, blur->tiles);
    blur->before = g_new0(guint8, blur->tiles);
    blur->n = blur->n_due = 0;
}

void ra_blur_clear(RaBlur *blur)
{
    g_clear_pointer(&blur->age, g_free);
    g_clear_pointer(&blur->before, g_free);
    blur->tiles = blur->n = blur->n_due = 0;
}

static void set_age(RaBlur *blur, gsize tile, guint8 age)
{
    blur->n_due -= (guint)ra_blur_due(blur, tile);
    blur->n -= (guint)(blur->age[tile] > 0);
    blur->age[tile] = age;
    blur->n += (guint)(age > 0);
    blur->n_due += (guint)ra_blur_due(blur, tile);
}

void ra_blur_sent(RaBlur *blur, const RaGrid *grid, gsize tile, gboolean lossy)
{
    const RaGridTile *box = &grid->tiles[tile];
    RaGridTile whole;
    ra_grid_whole(grid, tile, &whole);
    const gboolean all =
        box->x0 == whole.x0 && box->y0 == whole.y0 && box->x1 == whole.x1 && box->y1 == whole.y1;
    if (lossy)
        set_age(blur, tile, 1);
    else if (all)
        set_age(blur, tile, 0); /* else the rest of it goes on resting */
}

/* TRUE if anything of RECT was blurred, by BEFORE. */
static gboolean any_blurred(const guint8 *before, const RaGrid *grid, const RaRect *rect)
{
    const guint x1 = (rect->x + rect->width - 1u) / RA_GRID_TILE;
    const guint y1 = (rect->y + rect->height - 1u) / RA_GRID_TILE;
    for (guint y = rect->y / RA_GRID_TILE; y <= y1; y++) {
        for (guint x = rect->x / RA_GRID_TILE; x <= x1; x++) {
            if (before[(gsize)y * grid->columns + x] > 0)
                return TRUE;
        }
    }
    return FALSE;
}

void ra_blur_moved(RaBlur *blur, const RaGrid *grid, const RaRect *to, guint from_x, guint from_y)
{
    if (blur->n == 0)
        return;
    memcpy(blur->before, blur->age, blur->tiles);
    const guint x1 = to->x + to->width, y1 = to->y + to->height;
    for (guint row = to->y / RA_GRID_TILE; row * RA_GRID_TILE < y1; row++) {
        const guint top = MAX(row * RA_GRID_TILE, to->y);
        const guint bottom = MIN((row + 1) * RA_GRID_TILE, y1);
        for (guint column = to->x / RA_GRID_TILE; column * RA_GRID_TILE < x1; column++) {
            const guint left = MAX(column * RA_GRID_TILE, to->x);
            const guint right = MIN((column + 1) * RA_GRID_TILE, x1);
            const RaRect from = {(guint16)(left - to->x + from_x), (guint16)(top - to->y + from_y),
                                 (guint16)(right - left), (guint16)(bottom - top)};
            const gsize tile = (gsize)row * grid->columns + column;
            const gboolean blurred =
                blur->before[tile] > 0 || any_blurred(blur->before, grid, &from);
            set_age(blur, tile, blurred ? 1 : 0);
        }
    }
}

void ra_blur_rest(RaBlur *blur)
{
    for (gsize i = 0; blur->n > 0 && i < blur->tiles; i++) {
        if (blur->age[i] > 0 && blur->age[i] <= RA_BLUR_RESTED)
            set_age(blur, i, (guint8)(blur->age[i] + 1));
    }
}
