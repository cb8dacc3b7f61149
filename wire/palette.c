/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/palette.h"

#include <string.h>

/* Where COLOUR is, or where it would go. */
static guint find_slot(const RaPalette *palette, guint32 colour)
{
    guint slot = (guint)(colour * 2654435761u >> 22);
    while (palette->slots[slot] != 0 && palette->colour[palette->slots[slot] - 1] != colour)
        slot = (slot + 1) % RA_PALETTE_SLOTS;
    return slot;
}

gboolean ra_palette_build(RaPalette *palette, const guint32 *pixels, gsize n, guint max)
{
    guint32 last = 0;
    palette->n = 0;
    memset(palette->slots, 0, sizeof palette->slots);
    for (gsize i = 0; i < n; i++) {
        if (i > 0 && pixels[i] == last)
            continue;
        last = pixels[i];
        const guint slot = find_slot(palette, last);
        if (palette->slots[slot] != 0)
            continue;
        if (palette->n == max)
            return FALSE;
        palette->colour[palette->n++] = last;
        palette->slots[slot] = (guint16)palette->n;
    }
    return TRUE;
}

guint8 ra_palette_index(const RaPalette *palette, guint32 colour)
{
    return (guint8)(palette->slots[find_slot(palette, colour)] - 1);
}
