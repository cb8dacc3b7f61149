/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of a part, as the encoder writes them. */
#include "wire/mosaic-forms.h"

#define COLOUR GUINT32_TO_LE(0xffffff)

static const guint32 *row_of(const RaFrameView *picture, const RaRect *rect, guint y)
{
    return (const guint32 *)(const void *)(picture->pixels +
                                           (gsize)(rect->y + y) * picture->stride) +
           rect->x;
}

static guint8 *put_colour(guint8 *to, guint32 native)
{
    const guint32 pixel = GUINT32_FROM_LE(native);
    to[0] = (guint8)pixel;
    to[1] = (guint8)(pixel >> 8);
    to[2] = (guint8)(pixel >> 16);
    return to + RA_MOSAIC_PIXEL;
}

/* Sets *RET to the first pixel that has not the colour of the very first; FALSE if all have it. */
static gboolean find_second(const RaFrameView *picture, const RaRect *rect, guint32 *ret)
{
    const guint32 first = row_of(picture, rect, 0)[0];
    const guint width = rect->width;
    for (guint y = 0; y < rect->height; y++) {
        const guint32 *row = row_of(picture, rect, y);
        if (row[0] == first && memcmp(row, row + 1, (width - 1u) * sizeof *row) == 0)
            continue; /* each is as the next */
        for (guint x = 0; x < width; x++) {
            if (((row[x] ^ first) & COLOUR) == 0)
                continue;
            *ret = row[x] & COLOUR;
            return TRUE;
        }
    }
    return FALSE;
}

/* BIT for a pixel of colour ONE, 0 for one of ZERO; any other clears *ONLY. */
static inline guint32 bit_of(guint32 pixel, guint32 zero, guint32 one, guint32 bit, guint32 *only)
{
    const guint32 is_zero = (pixel & COLOUR) == zero ? G_MAXUINT32 : 0;
    const guint32 is_one = (pixel & COLOUR) == one ? G_MAXUINT32 : 0;
    *only &= is_zero | is_one;
    return is_one & bit;
}

/* Eight rows of pixels that have one of two colours, a bit of each, the first row's lowest. FALSE
 * if there are others. */
RA_MOSAIC_HOT static gboolean pack_two(const guint32 *const *rows, guint width, guint32 zero,
                                       guint32 one, guint8 *to)
{
    const guint32 *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    const guint32 *e = rows[4], *f = rows[5], *g = rows[6], *h = rows[7];
    guint32 only = G_MAXUINT32;
    for (guint x = 0; x < width; x++) {
        to[x] = (guint8)(bit_of(a[x], zero, one, 1, &only) | bit_of(b[x], zero, one, 2, &only) |
                         bit_of(c[x], zero, one, 4, &only) | bit_of(d[x], zero, one, 8, &only) |
                         bit_of(e[x], zero, one, 16, &only) | bit_of(f[x], zero, one, 32, &only) |
                         bit_of(g[x], zero, one, 64, &only) | bit_of(h[x], zero, one, 128, &only));
    }
    return only == G_MAXUINT32;
}

static guint8 *put_palette(guint8 *to, const guint32 *palette, guint n)
{
    *to++ = (guint8)n;
    for (guint i = 0; i < n; i++)
        to = put_colour(to, palette[i]);
    return to;
}

/* The first two of the palette. NULL if there are more. */
static guint8 *write_two(const RaMosaicForms *forms, const RaFrameView *picture, const RaRect *rect,
                         guint8 *to)
{
    const guint32 zero = forms->palette[0], one = forms->palette[1];
    to = put_palette(to, forms->palette, 2);
    ra_fill_pixels(forms->above, rect->width, zero);
    for (guint y = 0; y < rect->height; y += RA_MOSAIC_FEW_STRIP, to += rect->width) {
        const guint32 *rows[RA_MOSAIC_FEW_STRIP];
        for (guint i = 0; i < RA_MOSAIC_FEW_STRIP; i++)
            rows[i] = y + i < rect->height ? row_of(picture, rect, y + i) : forms->above;
        if (!pack_two(rows, rect->width, zero, one, to))
            return NULL;
    }
    return to;
}

/* The number of COLOUR in the palette, put behind the *N that there are if need be;
 * RA_MOSAIC_COLOURS_MAX if there is no room. */
static guint find_colour(guint32 *palette, guint *n, guint32 colour)
{
    guint index = 0;
    while (index < *n && palette[index] != colour)
        index++;
    if (index == *n && index < RA_MOSAIC_COLOURS_MAX)
        palette[(*n)++] = colour;
    return index;
}

/* Fills in the palette and the indices of all pixels. The number of colours; 0 if they are too
 * many. Most pixels have the colour of the last one, and most others that of the one before. */
static guint find_few(RaMosaicForms *forms, const RaFrameView *picture, const RaRect *rect)
{
    guint32 last = forms->palette[0], before = forms->palette[1];
    guint index = 0, index_before = 1, n = 2;
    const guint width = rect->width;
    guint8 *to = forms->bytes;
    for (guint y = 0; y < rect->height; y++, to += width) {
        const guint32 *row = row_of(picture, rect, y);
        if (y > 0 && memcmp(row, row_of(picture, rect, y - 1), width * sizeof *row) == 0) {
            memcpy(to, to - width, width);
            continue;
        }
        for (guint x = 0; x < width; x++) {
            const guint32 pixel = row[x] & COLOUR;
            if (pixel != last) {
                const guint other = index;
                index = pixel == before ? index_before : find_colour(forms->palette, &n, pixel);
                if (index == RA_MOSAIC_COLOURS_MAX)
                    return 0;
                before = last;
                index_before = other;
                last = pixel;
            }
            to[x] = (guint8)index;
        }
    }
    return n;
}

/* Bit MASK of eight rows of indices. */
RA_MOSAIC_HOT static void pack_strip(const guint8 *const *rows, guint width, guint8 mask,
                                     guint8 *to)
{
    const guint8 *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    const guint8 *e = rows[4], *f = rows[5], *g = rows[6], *h = rows[7];
    for (guint x = 0; x < width; x++) {
        const guint8 low = (guint8)((a[x] & mask ? 1 : 0) | (b[x] & mask ? 2 : 0) |
                                    (c[x] & mask ? 4 : 0) | (d[x] & mask ? 8 : 0));
        const guint8 high = (guint8)((e[x] & mask ? 16 : 0) | (f[x] & mask ? 32 : 0) |
                                     (g[x] & mask ? 64 : 0) | (h[x] & mask ? 128 : 0));
        to[x] = low | high;
    }
}

/* NULL if there are too many colours. */
static guint8 *write_few(RaMosaicForms *forms, const RaFrameView *picture, const RaRect *rect,
                         guint8 *to)
{
    const guint n = find_few(forms, picture, rect), bits = ra_mosaic_bits(n);
    if (n == 0)
        return NULL;
    to = put_palette(to, forms->palette, n);
    for (guint y = 0; y < rect->height; y += RA_MOSAIC_FEW_STRIP) {
        const guint8 *rows[RA_MOSAIC_FEW_STRIP];
        for (guint i = 0; i < RA_MOSAIC_FEW_STRIP; i++)
            rows[i] =
                y + i < rect->height ? forms->bytes + (gsize)(y + i) * rect->width : forms->zeros;
        for (guint bit = 0; bit < bits; bit++, to += rect->width)
            pack_strip(rows, rect->width, (guint8)(1u << bit), to);
    }
    return to;
}

/* One colour of each pixel; FALSE if the three differ anywhere. */
RA_MOSAIC_HOT static gboolean take_grey(const guint32 *row, guint width, guint8 *to)
{
    guint32 bad = 0;
    for (guint x = 0; x < width; x++) {
        const guint32 pixel = GUINT32_FROM_LE(row[x]);
        bad |= pixel ^ pixel >> 8;
        to[x] = (guint8)pixel;
    }
    return (bad & 0xffff) == 0;
}

/* What four rows have more than their left neighbours, from the second pixel on. */
RA_MOSAIC_HOT static void subtract_four(const guint8 *row, guint width, guint8 *to)
{
    const guint8 *a = row, *b = a + width, *c = b + width, *d = c + width;
    for (guint x = 1; x < width; x++) {
        const guint32 value =
            (guint32)(guint8)(a[x] - a[x - 1]) | (guint32)(guint8)(b[x] - b[x - 1]) << 8 |
            (guint32)(guint8)(c[x] - c[x - 1]) << 16 | (guint32)(guint8)(d[x] - d[x - 1]) << 24;
        ra_mosaic_put_u32(to + (gsize)x * RA_MOSAIC_PLANE_STRIP, value);
    }
}

/* A byte of each pixel, in strips, as what it has more than its left neighbour. */
static guint8 *write_plane(const guint8 *plane, guint width, guint height, guint8 *to)
{
    const guint8 first = *to++ = plane[0];
    for (guint y = 0; y < height; y += RA_MOSAIC_PLANE_STRIP) {
        const guint n = MIN(height - y, RA_MOSAIC_PLANE_STRIP);
        for (guint i = 0; i < n; i++)
            to[i] = (guint8)(plane[(gsize)i * width] - first);
        if (n == RA_MOSAIC_PLANE_STRIP)
            subtract_four(plane, width, to);
        for (gsize x = 1; n < RA_MOSAIC_PLANE_STRIP && x < width; x++) {
            for (guint i = 0; i < n; i++)
                to[x * n + i] =
                    (guint8)(plane[(gsize)i * width + x] - plane[(gsize)i * width + x - 1]);
        }
        plane += (gsize)n * width;
        to += (gsize)n * width;
    }
    return to;
}

/* NULL if it is not grey. */
static guint8 *write_grey(const RaMosaicForms *forms, const RaFrameView *picture,
                          const RaRect *rect, guint8 *to)
{
    for (guint y = 0; y < rect->height; y++) {
        if (!take_grey(row_of(picture, rect, y), rect->width,
                       forms->bytes + (gsize)y * rect->width))
            return NULL;
    }
    return write_plane(forms->bytes, rect->width, rect->height, to);
}

/* Red less green in bits 16 to 23, blue less green in bits 0 to 7. */
static inline guint32 tint_of(guint32 native)
{
    const guint32 pixel = GUINT32_FROM_LE(native), green = pixel >> 8 & 0xff;
    return ((pixel | 0xff00ff00) - (green | green << 16)) & 0xff00ff;
}

/* TRUE if few of the pixels that are unlike their left neighbour have another tint, too: letters in
 * black and a little colour. Looks at some rows. */
static gboolean mostly_grey(const RaFrameView *picture, const RaRect *rect)
{
    enum { EVERY = 8, SHARE = 4 };
    guint unlike = 0, tinted = 0;
    for (guint y = EVERY / 2; y < rect->height; y += EVERY) {
        const guint32 *row = row_of(picture, rect, y);
        for (guint x = 1; x < rect->width; x++) {
            if (((row[x] ^ row[x - 1]) & COLOUR) == 0)
                continue;
            unlike++;
            tinted += tint_of(row[x]) != tint_of(row[x - 1]);
        }
    }
    return tinted * SHARE < unlike;
}

/* Green, and red and blue less green. */
RA_MOSAIC_HOT static void take_planes(const guint32 *row, guint width, guint8 *green, guint8 *red,
                                      guint8 *blue)
{
    for (guint x = 0; x < width; x++) {
        const guint32 pixel = GUINT32_FROM_LE(row[x]);
        green[x] = (guint8)(pixel >> 8);
        red[x] = (guint8)((pixel >> 16) - (pixel >> 8));
        blue[x] = (guint8)(pixel - (pixel >> 8));
    }
}

static guint8 *write_planes(const RaMosaicForms *forms, const RaFrameView *picture,
                            const RaRect *rect, guint8 *to)
{
    const gsize area = (gsize)rect->width * rect->height;
    for (guint y = 0; y < rect->height; y++) {
        guint8 *green = forms->bytes + (gsize)y * rect->width;
        take_planes(row_of(picture, rect, y), rect->width, green, green + area, green + 2 * area);
    }
    for (guint i = 0; i < RA_MOSAIC_PIXEL; i++)
        to = write_plane(forms->bytes + i * area, rect->width, rect->height, to);
    return to;
}

/* What ROW has more than ABOVE: green, and blue and red less green. */
RA_MOSAIC_HOT static void subtract(const guint32 *row, const guint32 *above, guint width,
                                   guint32 *to)
{
    for (guint x = 0; x < width; x++) {
        const guint32 a = GUINT32_FROM_LE(row[x]), b = GUINT32_FROM_LE(above[x]);
        const guint32 green = ((a >> 8) - (b >> 8)) & 0xff;
        const guint32 others = (a | 0xff00ff00) - (b & 0xff00ff) - (green | green << 16);
        to[x] = (others & 0xff00ff) | green << 8;
    }
}

/* Three bytes of each, two at once; writes up to RA_MOSAIC_SLACK bytes more behind them. */
static guint8 *pack_row(const guint32 *from, guint width, guint8 *to)
{
    guint x = 0;
    for (; x + 2 <= width; x += 2, to += 2 * RA_MOSAIC_PIXEL)
        ra_mosaic_put_u64(to, from[x] | (guint64)from[x + 1] << 24);
    if (x == width)
        return to;
    ra_mosaic_put_u32(to, from[x]);
    return to + RA_MOSAIC_PIXEL;
}

static guint8 *write_full(const RaMosaicForms *forms, const RaFrameView *picture,
                          const RaRect *rect, guint8 *to)
{
    const guint32 *above = forms->above;
    const gsize n_same = (rect->height + 7u) / 8;
    guint8 *same = put_colour(to, row_of(picture, rect, 0)[0]);
    memset(same, 0, n_same);
    to = same + n_same;
    ra_fill_pixels(forms->above, rect->width, row_of(picture, rect, 0)[0]);
    for (guint y = 0; y < rect->height; y++) {
        const guint32 *row = row_of(picture, rect, y);
        if (memcmp(row, above, (gsize)rect->width * sizeof *row) == 0) {
            same[y / 8] |= (guint8)(1u << y % 8);
        } else {
            subtract(row, above, rect->width, forms->row);
            to = pack_row(forms->row, rect->width, to);
        }
        above = row;
    }
    return to;
}

void ra_mosaic_forms_init(RaMosaicForms *forms)
{
    forms->bytes = g_malloc((gsize)RA_MOSAIC_AREA_MAX * RA_MOSAIC_PIXEL);
    forms->zeros = g_malloc0(RA_SCREEN_SIDE_MAX);
    forms->above = g_new(guint32, RA_SCREEN_SIDE_MAX);
    forms->row = g_new(guint32, RA_SCREEN_SIDE_MAX);
}

void ra_mosaic_forms_clear(RaMosaicForms *forms)
{
    g_free(forms->bytes);
    g_free(forms->zeros);
    g_free(forms->above);
    g_free(forms->row);
}

guint8 *ra_mosaic_write_part(RaMosaicForms *forms, const RaFrameView *picture, const RaRect *rect,
                             gboolean flat, guint8 *to, RaMosaicKind *kind)
{
    guint8 *end;
    forms->palette[0] = row_of(picture, rect, 0)[0] & COLOUR;
    if (flat || !find_second(picture, rect, &forms->palette[1])) {
        *kind = RA_MOSAIC_FLAT;
        return put_colour(to, forms->palette[0]);
    }
    *kind = RA_MOSAIC_FEW;
    if ((end = write_two(forms, picture, rect, to)) != NULL ||
        (end = write_few(forms, picture, rect, to)) != NULL)
        return end;
    *kind = RA_MOSAIC_GREY;
    if ((end = write_grey(forms, picture, rect, to)) != NULL)
        return end;
    *kind = RA_MOSAIC_PLANES;
    if (mostly_grey(picture, rect))
        return write_planes(forms, picture, rect, to);
    *kind = RA_MOSAIC_FULL;
    return write_full(forms, picture, rect, to);
}
