/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of a part, as the encoder writes them. Inside the room only. */
#pragma once

#include "wire/mosaic-private.h"

enum {
    /* Bytes behind a part's data that may be written over, and of all but its pixels. */
    RA_MOSAIC_SLACK = 2,
    RA_MOSAIC_EXTRA_MAX = 1 + RA_MOSAIC_COLOURS_MAX * RA_MOSAIC_PIXEL,
};

/* Room to work in. */
typedef struct {
    guint32 palette[RA_MOSAIC_COLOURS_MAX];
    guint8 *bytes;        /* three for each pixel of a part */
    guint8 *zeros;        /* a row */
    guint32 *above, *row; /* of pixels */
} RaMosaicForms;

void ra_mosaic_forms_init(RaMosaicForms *forms);
void ra_mosaic_forms_clear(RaMosaicForms *forms);

/* The most bytes that AREA pixels can take up: four bits of each in strips of one row are most. */
static inline gsize ra_mosaic_most(gsize area, gboolean flat)
{
    return flat ? RA_MOSAIC_PIXEL : area * 4 + RA_MOSAIC_EXTRA_MAX;
}

/* Writes the data of RECT of PICTURE, as ra_mosaic_add() has it, in the form that suits it: *KIND.
 * Returns their end. */
guint8 *ra_mosaic_write_part(RaMosaicForms *forms, const RaFrameView *picture, const RaRect *rect,
                             gboolean flat, guint8 *to, RaMosaicKind *kind);
