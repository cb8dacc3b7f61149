/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells photos from what must stay exact.
 *
 * How many pixels are unlike their left neighbour, of 1000, measured in tiles of 64 x 64: text of
 * usual sizes 0 to 450, windows up to 520, smooth wallpapers and gradients up to 300, gradients
 * with dithering 250 to 450; photos and films 850 to 1000. But letters of 6 to 9 pixels in lines
 * without space reach 900, and patterns 1000. They have what photos lack: few colours; or many
 * sharp edges (text 250 to 760 of 1000 pixels, photos up to 45), and one colour again and again at
 * these (text 7 to 275 of 1000 pixels, 3 to 40 if it is written on a photo; photos up to 4).
 */
#include "wire/lossy.h"

#include <string.h>

/* gcc makes vectors of a loop over pixels only where it is told to optimise this much. */
#if defined __GNUC__ && !defined __clang__
#define HOT __attribute__((optimize("O3")))
#else
#define HOT
#endif

enum {
    ROW_STEP = 8, /* rows: one of so many is looked at */
    FEW = 24,     /* colours of something drawn */
    SHARP = 64,   /* steps of a colour's 255 between two pixels */
    FIELD = 0x1ff & ~(2 * SHARP - 1),
    SHARP_LEAST = 60, /* of 1000 */
    INK_LEAST = 9,    /* the same */
    SLOTS = 64,       /* of a table of colours */
};

static guint32 colour_at(const guint8 *row, guint x)
{
    guint32 pixel;
    memcpy(&pixel, row + (gsize)x * 4, 4);
    return GUINT32_FROM_LE(pixel) & 0xffffff;
}

static guint slot_of(guint32 colour)
{
    return (guint)(colour * 0x9e3779b1u >> 26);
}

/* Of N pixels all but the last: how many are unlike the next one. */
HOT static guint unlike(const guint8 *pixels, guint n)
{
    const guint end = n - 1;
    guint sum = 0;
    for (guint i = 0; i < end; i++)
        sum += colour_at(pixels, i) != colour_at(pixels, i + 1);
    return sum;
}

/* TRUE if a colour of two pixels differs by SHARP or more (or, upwards, by one more). Each has a
 * field of 16 bits: 256 + SHARP + the difference; the others are those from 256 on, below 256 +
 * 2 * SHARP. */
static inline gboolean is_sharp(guint32 a, guint32 b)
{
    const guint32 outer = (a & 0xff00ff) + 0x10001 * (256 + SHARP) - (b & 0xff00ff);
    const guint32 green = (a >> 8 & 0xff) + (256 + SHARP) - (b >> 8 & 0xff);
    return (((outer & 0x10001 * FIELD) ^ 0x10001 * 256) | ((green & FIELD) ^ 256)) != 0;
}

/* The same as unlike() for sharp edges. */
HOT static guint sharp(const guint8 *pixels, guint n)
{
    const guint end = n - 1;
    guint sum = 0;
    for (guint i = 0; i < end; i++)
        sum += (guint)is_sharp(colour_at(pixels, i), colour_at(pixels, i + 1));
    return sum;
}

/* The part of a picture that is looked at. */
typedef struct {
    const RaFrameView *picture;
    guint x0, x1, y0, y1; /* Y0 is the first row */
} Patch;

static const guint8 *row_at(const Patch *patch, guint y)
{
    return patch->picture->pixels + (gsize)y * patch->picture->stride;
}

static gboolean few_colours(const Patch *patch)
{
    guint32 slots[SLOTS] = {0};
    guint n = 0;
    for (guint y = patch->y0; y < patch->y1; y += ROW_STEP) {
        for (guint x = patch->x0; x < patch->x1; x++) {
            const guint32 colour = colour_at(row_at(patch, y), x);
            guint at = slot_of(colour);
            while (slots[at] != 0 && slots[at] != ~colour)
                at = (at + 1) % SLOTS;
            if (slots[at] != 0)
                continue;
            if (++n > FEW)
                return FALSE;
            slots[at] = ~colour; /* never 0 */
        }
    }
    return TRUE;
}

static guint per_mille(guint n, guint all)
{
    return all == 0 ? 0 : n * 1000 / all;
}

/* Sharp edges, of 1000 pixels. */
static guint count_sharp(const Patch *patch)
{
    guint n = 0, sum = 0;
    for (guint y = patch->y0; y < patch->y1; y += 2 * ROW_STEP) {
        sum += sharp(row_at(patch, y) + (gsize)patch->x0 * 4, patch->x1 - patch->x0);
        n += patch->x1 - patch->x0 - 1;
    }
    return per_mille(sum, n);
}

typedef struct {
    guint32 colour;
    guint n;
} Ink;

/* Another colour in the same slot speaks against it. */
static void count_ink(Ink *inks, guint32 colour)
{
    Ink *ink = &inks[slot_of(colour)];
    if (ink->n == 0)
        *ink = (Ink){colour, 1};
    else if (ink->colour == colour)
        ink->n++;
    else
        ink->n--;
}

/* How often the one colour that sharp edges have most often is met at them, of 1000 pixels. */
static guint find_ink(const Patch *patch)
{
    Ink inks[SLOTS] = {{0, 0}};
    guint n = 0, most = 0;
    for (guint y = patch->y0; y < patch->y1; y += ROW_STEP) {
        guint32 left = colour_at(row_at(patch, y), patch->x0);
        for (guint x = patch->x0 + 1; x < patch->x1; x++, n++) {
            const guint32 right = colour_at(row_at(patch, y), x);
            if (is_sharp(left, right)) {
                count_ink(inks, left);
                count_ink(inks, right);
            }
            left = right;
        }
    }
    for (guint i = 0; i < SLOTS; i++)
        most = MAX(most, inks[i].n);
    return per_mille(most, n);
}

static Patch patch_of(const RaFrameView *picture, const RaGridTile *box)
{
    const guint half = MIN(ROW_STEP, box->y1 - box->y0) / 2;
    return (Patch){picture, box->x0, MIN(box->x1, picture->width), box->y0 + half,
                   MIN(box->y1, picture->height)};
}

/* Too small to be looked at. */
static gboolean is_empty(const Patch *patch)
{
    return patch->x1 < patch->x0 + 2 || patch->y1 <= patch->y0;
}

guint ra_lossy_busy(const RaFrameView *picture, const RaGridTile *box)
{
    const Patch patch = patch_of(picture, box);
    guint n = 0, sum = 0;
    if (is_empty(&patch))
        return 1000;
    for (guint y = patch.y0; y < patch.y1; y += ROW_STEP, n += patch.x1 - patch.x0 - 1)
        sum += unlike(row_at(&patch, y) + (gsize)patch.x0 * 4, patch.x1 - patch.x0);
    return per_mille(sum, n);
}

gboolean ra_lossy_drawn(const RaFrameView *picture, const RaGridTile *box)
{
    const Patch patch = patch_of(picture, box);
    return is_empty(&patch) || few_colours(&patch);
}

gboolean ra_lossy_written(const RaFrameView *picture, const RaGridTile *box)
{
    const Patch patch = patch_of(picture, box);
    return is_empty(&patch) ||
           (count_sharp(&patch) >= SHARP_LEAST && find_ink(&patch) >= INK_LEAST);
}
