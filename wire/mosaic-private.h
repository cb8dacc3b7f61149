/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both ends of Mosaic know of its form ("Mosaic" in doc/PROTOCOL.md). */
#pragma once

#include "wire/mosaic.h"

#if defined __GNUC__ && !defined __clang__
#define RA_MOSAIC_HOT __attribute__((optimize("O3")))
#else
#define RA_MOSAIC_HOT
#endif

enum {
    RA_MOSAIC_WINDOW_LOG = 19, /* zstd's window, which a decoder has to keep */
    RA_MOSAIC_HEAD_MAX = 1 + 4 * 3,
    RA_MOSAIC_COLOURS_MAX = 16,
    /* The first byte of a part. */
    RA_MOSAIC_FORM = 7,  /* bits: one of the forms */
    RA_MOSAIC_GREEN = 8, /* bits: the planes of RA_MOSAIC_UP that are there */
    RA_MOSAIC_RED = 16,
    RA_MOSAIC_BLUE = 32,
    RA_MOSAIC_LAST = 128, /* bit: no part follows */
    RA_MOSAIC_FLAT = 0,
    RA_MOSAIC_FEW = 1,
    RA_MOSAIC_UP = 2,
};

/* Bits of a pixel that has one of N colours. */
static inline guint ra_mosaic_bits(guint n)
{
    return n <= 2 ? 1 : n <= 4 ? 2 : 4;
}
