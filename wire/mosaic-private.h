/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both ends of Mosaic know of its form ("Mosaic" in doc/PROTOCOL.md). */
#pragma once

#include "wire/mosaic.h"

#include <string.h>

#if defined __GNUC__ && !defined __clang__
#define RA_MOSAIC_HOT __attribute__((optimize("O3")))
#else
#define RA_MOSAIC_HOT
#endif

enum {
    RA_MOSAIC_WINDOW_LOG = 21, /* of zstd's window, which a decoder has to keep: 2 MiB */
    RA_MOSAIC_LENGTH_MAX = 4,  /* bytes of a rectangle's length */
    RA_MOSAIC_HEAD_MAX = 1 + 4 * 3,
    RA_MOSAIC_COLOURS_MAX = 16,
    RA_MOSAIC_BITS_MAX = 4,
    RA_MOSAIC_PIXEL = 3,       /* bytes of a colour: blue, green, red */
    RA_MOSAIC_FEW_STRIP = 8,   /* rows whose bits make up a byte */
    RA_MOSAIC_PLANE_STRIP = 4, /* rows whose bytes stand beside each other */
};

/* The first byte of a part: its form, and whether it is the last one. */
typedef enum {
    RA_MOSAIC_FLAT,
    RA_MOSAIC_FEW,
    RA_MOSAIC_GREY,
    RA_MOSAIC_PLANES,
    RA_MOSAIC_FULL,
    RA_MOSAIC_LAST = 128,
} RaMosaicKind;

/* Bits of a pixel that has one of N colours. */
static inline guint ra_mosaic_bits(guint n)
{
    return n <= 2 ? 1 : n <= 4 ? 2 : n <= 8 ? 3 : 4;
}

/* A little-endian number at any place. */
static inline guint32 ra_mosaic_get_u32(const guint8 *from)
{
    guint32 value;
    memcpy(&value, from, sizeof value);
    return GUINT32_FROM_LE(value);
}

static inline guint64 ra_mosaic_get_u64(const guint8 *from)
{
    guint64 value;
    memcpy(&value, from, sizeof value);
    return GUINT64_FROM_LE(value);
}

static inline void ra_mosaic_put_u64(guint8 *to, guint64 value)
{
    value = GUINT64_TO_LE(value);
    memcpy(to, &value, sizeof value);
}

static inline void ra_mosaic_put_u32(guint8 *to, guint32 value)
{
    value = GUINT32_TO_LE(value);
    memcpy(to, &value, sizeof value);
}
