/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/scale.h"

#include <math.h>
#include <string.h>

/* gcc makes vectors of the loops over pixels only where it is told to optimise this much. */
#if defined __GNUC__ && !defined __clang__
#define HOT __attribute__((optimize("O3")))
#else
#define HOT
#endif

enum {
    WEIGHT_BITS = 16,
    WEIGHT_ONE = (1 << WEIGHT_BITS) - 1, /* what the weights of one pixel add up to */
    ROW_SHIFT = WEIGHT_BITS - 8,         /* rows in between keep 8 bits more than a pixel has */
    PIXEL_SHIFT = WEIGHT_BITS + 8,       /* from a weighted sum of those to a pixel */
    /* Source pixels that make one of the target, where there is a faster way: made smaller to no
       less than half, or larger. It cuts each product to 16 bits, which leaves less than three of
       256 parts of a shade out. */
    FEW = 3,
};

/* One direction: which source pixels make each target pixel, and with what weights. */
typedef struct {
    int from, to;
    int *first;      /* of each target pixel: its first source pixel */
    int *count;      /* and how many */
    int most;        /* of any */
    guint *start;    /* where its weights begin */
    guint16 *weight; /* of all */
} Axis;

struct _RaScaler {
    Axis x, y;
    guint32 *sum;              /* one row: weighted sums of source rows */
    guint16 *row;              /* the same, shifted */
    gboolean few;              /* each pixel is made of FEW by FEW */
    guint16 *weights[FEW];     /* `few`: of the columns, for blue, green, red and X */
    guint16 *start;            /* `few`: what the sums begin with: half a shade; an X of 0xFF */
    guint16 *gathered, *total; /* `few`: one row of the target each */
};

/* The source pixels under target pixel I, as a range of real numbers. */
static void cover(const Axis *axis, int i, double *from, double *to)
{
    const double ratio = (double)axis->from / axis->to;
    if (axis->from > axis->to) {
        *from = i * ratio;
        *to = (i + 1) * ratio;
        return;
    }
    /* Linear interpolation is the average over a range of one pixel around the middle. */
    const double middle = (i + 0.5) * ratio;
    *from = MAX(middle - 0.5, 0.0);
    *to = MIN(middle + 0.5, (double)axis->from);
}

/* Integer weights of RANGE's pixels from FIRST on; what rounding leaves goes to the largest. */
static void weigh(double from, double to, int first, int count, guint16 *weight)
{
    int sum = 0, largest = 0;
    for (int k = 0; k < count; k++) {
        const double left = MAX(from, (double)(first + k));
        const double right = MIN(to, (double)(first + k + 1));
        const double part = MAX(right - left, 0.0) / (to - from);
        weight[k] = (guint16)floor(part * WEIGHT_ONE + 0.5);
        sum += weight[k];
        if (weight[k] > weight[largest])
            largest = k;
    }
    weight[largest] = (guint16)(weight[largest] + WEIGHT_ONE - sum);
}

static void axis_init(Axis *axis, int from, int to)
{
    *axis = (Axis){.from = from, .to = to};
    axis->first = g_new(int, to);
    axis->count = g_new0(int, to);
    axis->start = g_new(guint, to);
    guint total = 0;
    for (int i = 0; i < to; i++) {
        double left, right;
        cover(axis, i, &left, &right);
        axis->first[i] = CLAMP((int)floor(left + 1e-9), 0, from - 1);
        axis->count[i] = CLAMP((int)ceil(right - 1e-9), axis->first[i] + 1, from) - axis->first[i];
        axis->start[i] = total;
        axis->most = MAX(axis->most, axis->count[i]);
        total += (guint)axis->count[i];
    }
    axis->weight = g_new0(guint16, total);
    for (int i = 0; i < to; i++) {
        double left, right;
        cover(axis, i, &left, &right);
        weigh(left, right, axis->first[i], axis->count[i], axis->weight + axis->start[i]);
    }
}

static void axis_clear(Axis *axis)
{
    g_free(axis->first);
    g_free(axis->count);
    g_free(axis->start);
    g_free(axis->weight);
}

static void spread_weights(RaScaler *scaler)
{
    const Axis *axis = &scaler->x;
    scaler->gathered = g_new(guint16, (gsize)axis->to * 4);
    scaler->total = g_new(guint16, (gsize)axis->to * 4);
    scaler->start = g_new(guint16, (gsize)axis->to * 4);
    for (int i = 0; i < axis->to * 4; i++)
        scaler->start[i] = i % 4 == 3 ? 0xff00 : 128;
    for (int k = 0; k < FEW; k++) {
        scaler->weights[k] = g_new0(guint16, (gsize)axis->to * 4);
        for (int i = 0; i < axis->to * 4; i++) {
            if (k < axis->count[i / 4] && i % 4 != 3)
                scaler->weights[k][i] = axis->weight[axis->start[i / 4] + (guint)k];
        }
    }
}

RaScaler *ra_scaler_new(int from_width, int from_height, int to_width, int to_height)
{
    RaScaler *scaler = g_new0(RaScaler, 1);
    axis_init(&scaler->x, from_width, to_width);
    axis_init(&scaler->y, from_height, to_height);
    scaler->few = scaler->x.most <= FEW && scaler->y.most <= FEW;
    scaler->row = g_new0(guint16, ((gsize)from_width + FEW) * 4);
    if (scaler->few)
        spread_weights(scaler);
    else
        scaler->sum = g_new(guint32, (gsize)from_width * 4);
    return scaler;
}

void ra_scaler_free(RaScaler *scaler)
{
    if (scaler == NULL)
        return;
    axis_clear(&scaler->x);
    axis_clear(&scaler->y);
    g_free(scaler->sum);
    g_free(scaler->row);
    g_free(scaler->gathered);
    g_free(scaler->total);
    g_free(scaler->start);
    for (int k = 0; k < FEW; k++)
        g_free(scaler->weights[k]);
    g_free(scaler);
}

gboolean ra_scaler_fits(const RaScaler *scaler, int from_width, int from_height, int to_width,
                        int to_height)
{
    return scaler->x.from == from_width && scaler->y.from == from_height &&
           scaler->x.to == to_width && scaler->y.to == to_height;
}

/* The weighted sum of the source rows that make target row Y, N bytes wide, from byte OFFSET. Plain
 * loops over bytes, which the compiler turns into vectors. */
HOT static void mix_rows(RaScaler *scaler, const guint8 *from, gsize stride, int y, gsize offset,
                         gsize n)
{
    const Axis *axis = &scaler->y;
    guint32 *restrict sum = scaler->sum;
    guint16 *restrict row = scaler->row;
    memset(sum, 0, n * sizeof *sum);
    for (int k = 0; k < axis->count[y]; k++) {
        const guint8 *restrict line = from + (gsize)(axis->first[y] + k) * stride + offset;
        const guint32 weight = axis->weight[axis->start[y] + (guint)k];
        for (gsize i = 0; i < n; i++)
            sum[i] += weight * line[i];
    }
    for (gsize i = 0; i < n; i++)
        row[i] = (guint16)(sum[i] >> ROW_SHIFT);
}

/* One row of the target from the mixed row, which begins at source pixel BASE. */
HOT static void mix_columns(const RaScaler *scaler, guint8 *to, int x0, int x1, int base)
{
    const Axis *axis = &scaler->x;
    for (int x = x0; x < x1; x++, to += 4) {
        const guint16 *pixel = scaler->row + (gsize)(axis->first[x] - base) * 4;
        const guint16 *weight = axis->weight + axis->start[x];
        guint32 b = 1u << (PIXEL_SHIFT - 1), g = b, r = b;
        for (int k = 0; k < axis->count[x]; k++, pixel += 4) {
            b += (guint32)weight[k] * pixel[0];
            g += (guint32)weight[k] * pixel[1];
            r += (guint32)weight[k] * pixel[2];
        }
        const guint32 value =
            0xff000000u | r >> PIXEL_SHIFT << 16 | g >> PIXEL_SHIFT << 8 | b >> PIXEL_SHIFT;
        memcpy(to, &value, sizeof value);
    }
}

static guint16 share(guint16 value, guint16 weight)
{
    return (guint16)((guint32)value * weight >> 16);
}

/* As mix_rows(), of FEW rows at the most: all in one go. */
HOT static void mix_few_rows(RaScaler *scaler, const guint8 *from, gsize stride, int y,
                             gsize offset, gsize n)
{
    const Axis *axis = &scaler->y;
    const guint8 *line[FEW];
    guint16 weight[FEW];
    guint16 *restrict row = scaler->row;
    for (int k = 0; k < FEW; k++) {
        const gboolean there = k < axis->count[y];
        line[k] = from + (gsize)(axis->first[y] + (there ? k : 0)) * stride + offset;
        weight[k] = there ? axis->weight[axis->start[y] + (guint)k] : 0;
    }
    const guint8 *restrict a = line[0], *restrict b = line[1], *restrict c = line[2];
    const guint16 of_a = weight[0], of_b = weight[1], of_c = weight[2];
    for (gsize i = 0; i < n; i++)
        row[i] = (guint16)(share((guint16)(a[i] << 8), of_a) + share((guint16)(b[i] << 8), of_b) +
                           share((guint16)(c[i] << 8), of_c));
}

/* As mix_columns(): the K-th source pixel of each target pixel is laid beside the others, so that
 * the rest is a plain loop. */
HOT static void mix_few_columns(RaScaler *scaler, guint8 *to, int x0, int x1, int base)
{
    const int *first = scaler->x.first + x0;
    const gsize n = (gsize)(x1 - x0);
    guint16 *restrict gathered = scaler->gathered;
    guint16 *restrict sum = scaler->total;
    memcpy(sum, scaler->start, n * 4 * sizeof *sum);
    for (int k = 0; k < FEW; k++) {
        const guint16 *restrict weight = scaler->weights[k] + (gsize)x0 * 4;
        const guint16 *row = scaler->row + (gsize)k * 4;
        for (gsize x = 0; x < n; x++)
            memcpy(gathered + x * 4, row + (gsize)(first[x] - base) * 4, 4 * sizeof *row);
        for (gsize i = 0; i < n * 4; i++)
            sum[i] = (guint16)(sum[i] + share(gathered[i], weight[i]));
    }
    for (gsize i = 0; i < n * 4; i++)
        to[i] = (guint8)(sum[i] >> 8);
}

void ra_scaler_draw(RaScaler *scaler, const guint8 *from, gsize from_stride, guint8 *to,
                    gsize to_stride, RaBox part)
{
    const Axis *axis = &scaler->x;
    if (part.width <= 0 || part.height <= 0)
        return;
    const int last = part.x + part.width - 1;
    const int base = axis->first[part.x];
    const gsize columns = (gsize)(axis->first[last] + axis->count[last] - base);
    for (int y = part.y; y < part.y + part.height; y++, to += to_stride) {
        if (scaler->few) {
            mix_few_rows(scaler, from, from_stride, y, (gsize)base * 4, columns * 4);
            mix_few_columns(scaler, to, part.x, part.x + part.width, base);
        } else {
            mix_rows(scaler, from, from_stride, y, (gsize)base * 4, columns * 4);
            mix_columns(scaler, to, part.x, part.x + part.width, base);
        }
    }
}
