/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/scale.h"

#include <math.h>
#include <string.h>

/* gcc makes vectors of the loops over pixels only where it is told to optimise this much: a full
 * screen takes 8 ms instead of 13. */
#if defined __GNUC__ && !defined __clang__
#define HOT __attribute__((optimize("O3")))
#else
#define HOT
#endif

enum {
    WEIGHT_BITS = 14, /* the weights of one pixel add up to 1 << WEIGHT_BITS */
    WEIGHT_ONE = 1 << WEIGHT_BITS,
    ROW_SHIFT = WEIGHT_BITS - 8,   /* rows in between keep 8 bits more than a pixel has */
    PIXEL_SHIFT = WEIGHT_BITS + 8, /* from a weighted sum of those to a pixel */
};

/* One direction: which source pixels make each target pixel, and with what weights. */
typedef struct {
    int from, to;
    int *first;      /* of each target pixel: its first source pixel */
    int *count;      /* and how many */
    guint *start;    /* where its weights begin */
    guint16 *weight; /* of all */
} Axis;

struct _RaScaler {
    Axis x, y;
    guint32 *sum; /* one row: weighted sums of source rows */
    guint16 *row; /* the same, shifted */
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
    axis->count = g_new(int, to);
    axis->start = g_new(guint, to);
    guint total = 0;
    for (int i = 0; i < to; i++) {
        double left, right;
        cover(axis, i, &left, &right);
        axis->first[i] = CLAMP((int)floor(left + 1e-9), 0, from - 1);
        axis->count[i] = CLAMP((int)ceil(right - 1e-9), axis->first[i] + 1, from) - axis->first[i];
        axis->start[i] = total;
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

RaScaler *ra_scaler_new(int from_width, int from_height, int to_width, int to_height)
{
    RaScaler *scaler = g_new0(RaScaler, 1);
    axis_init(&scaler->x, from_width, to_width);
    axis_init(&scaler->y, from_height, to_height);
    scaler->sum = g_new(guint32, (gsize)from_width * 4);
    scaler->row = g_new(guint16, (gsize)from_width * 4);
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
        mix_rows(scaler, from, from_stride, y, (gsize)base * 4, columns * 4);
        mix_columns(scaler, to, part.x, part.x + part.width, base);
    }
}
