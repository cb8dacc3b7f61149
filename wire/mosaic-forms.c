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
    for (guint y = 0; y < rect->height; y++) {
        const guint32 *row = row_of(picture, rect, y);
        for (guint x = 0; x < rect->width; x++) {
            if (((row[x] ^ first) & COLOUR) == 0)
                continue;
            *ret = row[x] & COLOUR;
            return TRUE;
        }
    }
    return FALSE;
}

/* The indices of pixels that have one of two colours; FALSE if some have not. */
RA_MOSAIC_HOT static gboolean index_two(const guint32 *row, guint width, const guint32 *palette,
                                        guint8 *to)
{
    const guint32 zero = palette[0], one = palette[1];
    guint8 bad = 0;
    for (guint x = 0; x < width; x++) {
        const guint32 pixel = row[x] & COLOUR;
        const guint8 is_one = pixel == one;
        bad |= (guint8)((pixel != zero) ^ is_one);
        to[x] = is_one;
    }
    return bad == 0;
}

/* The same for more; *N grows with what is new. */
static gboolean index_many(const guint32 *row, guint width, guint32 *palette, guint *n, guint8 *to)
{
    guint32 last = palette[0];
    guint index = 0;
    for (guint x = 0; x < width; x++) {
        const guint32 pixel = row[x] & COLOUR;
        if (pixel != last) {
            last = pixel;
            for (index = 0; index < *n && palette[index] != pixel;)
                index++;
            if (index == *n) {
                if (*n == RA_MOSAIC_COLOURS_MAX)
                    return FALSE;
                palette[(*n)++] = pixel;
            }
        }
        to[x] = (guint8)index;
    }
    return TRUE;
}

/* Fills in PALETTE and INDICES. The number of colours; 0 if they are too many. */
static guint find_few(const RaFrameView *picture, const RaRect *rect, guint32 *palette,
                      guint8 *indices)
{
    guint n = 2;
    palette[0] = row_of(picture, rect, 0)[0] & COLOUR;
    if (!find_second(picture, rect, &palette[1]))
        return 1;
    for (guint y = 0; y < rect->height; y++, indices += rect->width) {
        const guint32 *row = row_of(picture, rect, y);
        if (!(n == 2 && index_two(row, rect->width, palette, indices)) &&
            !index_many(row, rect->width, palette, &n, indices))
            return 0;
    }
    return n;
}

/* Bit number BIT of eight rows of indices, the first lowest. */
RA_MOSAIC_HOT static void pack_strip(const guint8 *const *rows, guint width, guint bit, guint8 *to)
{
    const guint8 *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    const guint8 *e = rows[4], *f = rows[5], *g = rows[6], *h = rows[7];
    for (guint x = 0; x < width; x++) {
        to[x] = (guint8)((a[x] >> bit & 1) | (b[x] >> bit & 1) << 1 | (c[x] >> bit & 1) << 2 |
                         (d[x] >> bit & 1) << 3 | (e[x] >> bit & 1) << 4 | (f[x] >> bit & 1) << 5 |
                         (g[x] >> bit & 1) << 6 | (h[x] >> bit & 1) << 7);
    }
}

static guint8 *write_few(const RaMosaicForms *forms, const RaRect *rect, guint n, guint8 *to)
{
    const guint bits = ra_mosaic_bits(n);
    *to++ = (guint8)n;
    for (guint i = 0; i < n; i++)
        to = put_colour(to, forms->palette[i]);
    for (guint y = 0; y < rect->height; y += RA_MOSAIC_FEW_STRIP) {
        const guint8 *rows[RA_MOSAIC_FEW_STRIP];
        for (guint i = 0; i < RA_MOSAIC_FEW_STRIP; i++)
            rows[i] =
                y + i < rect->height ? forms->bytes + (gsize)(y + i) * rect->width : forms->zeros;
        for (guint bit = 0; bit < bits; bit++, to += rect->width)
            pack_strip(rows, rect->width, bit, to);
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
        ra_mosaic_put_u32(to + (gsize)x * RA_MOSAIC_GREY_STRIP, value);
    }
}

/* NULL if it is not grey. */
static guint8 *write_grey(const RaMosaicForms *forms, const RaFrameView *picture,
                          const RaRect *rect, guint8 *to)
{
    const gsize width = rect->width;
    guint8 *row = forms->bytes;
    for (guint y = 0; y < rect->height; y++) {
        if (!take_grey(row_of(picture, rect, y), rect->width, row + y * width))
            return NULL;
    }
    const guint8 first = *to++ = row[0];
    for (guint y = 0; y < rect->height; y += RA_MOSAIC_GREY_STRIP) {
        const guint n = MIN(rect->height - y, RA_MOSAIC_GREY_STRIP);
        for (guint i = 0; i < n; i++)
            to[i] = (guint8)(row[i * width] - first);
        if (n == RA_MOSAIC_GREY_STRIP)
            subtract_four(row, rect->width, to);
        for (gsize x = 1; n < RA_MOSAIC_GREY_STRIP && x < width; x++) {
            for (guint i = 0; i < n; i++)
                to[x * n + i] = (guint8)(row[i * width + x] - row[i * width + x - 1]);
        }
        row += n * width;
        to += n * width;
    }
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

/* Three bytes of each; writes one more behind them. */
static guint8 *pack_row(const guint32 *from, guint width, guint8 *to)
{
    for (guint x = 0; x < width; x++, to += RA_MOSAIC_PIXEL)
        ra_mosaic_put_u32(to, from[x]);
    return to;
}

static guint8 *write_full(const RaMosaicForms *forms, const RaFrameView *picture,
                          const RaRect *rect, guint8 *to)
{
    const guint32 *row = row_of(picture, rect, 0), *above = forms->above;
    to = put_colour(to, row[0]);
    ra_fill_pixels(forms->above, rect->width, row[0]);
    for (guint y = 0; y < rect->height; y++) {
        row = row_of(picture, rect, y);
        subtract(row, above, rect->width, forms->row);
        to = pack_row(forms->row, rect->width, to);
        above = row;
    }
    return to;
}

void ra_mosaic_forms_init(RaMosaicForms *forms)
{
    forms->bytes = g_malloc(RA_MOSAIC_AREA_MAX);
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
    const guint n = flat ? 1 : find_few(picture, rect, forms->palette, forms->bytes);
    if (n == 1) {
        *kind = RA_MOSAIC_FLAT;
        return put_colour(to, row_of(picture, rect, 0)[0]);
    }
    if (n > 1) {
        *kind = RA_MOSAIC_FEW;
        return write_few(forms, rect, n, to);
    }
    guint8 *end = write_grey(forms, picture, rect, to);
    *kind = end != NULL ? RA_MOSAIC_GREY : RA_MOSAIC_FULL;
    return end != NULL ? end : write_full(forms, picture, rect, to);
}
