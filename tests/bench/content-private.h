/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of content.h. */
#pragma once

#include "tests/bench/content.h"

#include <cairo.h>

/* Numbers without a pattern, the same ones everywhere. */
typedef struct {
    guint32 state;
} RaDice;

static inline guint32 ra_dice_mix(guint32 value)
{
    value = (value ^ value >> 16) * 0x7feb352dU;
    value = (value ^ value >> 15) * 0x846ca68bU;
    return value ^ value >> 16;
}

static inline RaDice ra_dice(guint32 seed)
{
    return (RaDice){ra_dice_mix(seed + 0x9e3779b9U) | 1};
}

static inline guint32 ra_dice_next(RaDice *dice)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 17;
    dice->state ^= dice->state << 5;
    return dice->state;
}

/* 0 <= number < N */
static inline guint ra_dice_roll(RaDice *dice, guint n)
{
    return (guint)((guint64)ra_dice_next(dice) * n >> 32);
}

/* 0 <= number < 1 */
static inline double ra_dice_share(RaDice *dice)
{
    return ra_dice_next(dice) / 4294967296.0;
}

static inline void ra_paint(cairo_t *cairo, guint32 rgb)
{
    cairo_set_source_rgb(cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
                         (rgb & 255) / 255.0);
}

typedef struct {
    RaDice dice;
    cairo_t *cairo;
    double width, height; /* pixels */
} RaSheet;

/* Chooses a font: FAMILY of cairo's, SIZE in pixels; returns how far lines are apart. */
double ra_sheet_font(RaSheet *sheet, const char *family, gboolean bold, double size);
/* Writes made-up words from X, Y (of the base line) up to RIGHT, in the current font and colour;
 * returns where they end. */
double ra_sheet_words(RaSheet *sheet, double x, double y, double right);
/* One made-up word; valid until the next call. */
const char *ra_sheet_word(RaSheet *sheet);

void ra_content_text(RaSheet *sheet);
void ra_content_terminal(RaSheet *sheet);
void ra_content_document(RaSheet *sheet);
void ra_content_ui(RaSheet *sheet);
void ra_content_wallpaper(RaSheet *sheet);

/* FRAME of the film of the scene that SEED is; NOISE of the sensor in the order of one step. */
void ra_content_scene(guint32 seed, guint frame, guint noise, guint width, guint height,
                      guint8 *pixels, gsize stride);
