/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few colours of a small picture. Inside the room only. */
#pragma once

#include <glib.h>

enum {
    RA_PALETTE_MAX = 256,
    RA_PALETTE_SLOTS = 1024, /* a power of two, well over RA_PALETTE_MAX */
};

typedef struct {
    guint n;
    guint32 colour[RA_PALETTE_MAX];  /* in order of appearance */
    guint16 slots[RA_PALETTE_SLOTS]; /* hash table: index + 1 */
} RaPalette;

/* Collects the colours of N pixels. FALSE if there are more than MAX. */
gboolean ra_palette_build(RaPalette *palette, const guint32 *pixels, gsize n, guint max);
/* The index of a colour that is in it. */
guint8 ra_palette_index(const RaPalette *palette, guint32 colour);
