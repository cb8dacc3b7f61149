/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/eye.h"

typedef struct {
    guint columns, rows, width, height; /* blocks, and the size of each */
} Form;

static const Form forms[] = {
    [EYE_STRIP] = {16, 1, 12, 12},
    [EYE_BOX] = {2, 3, 5, 6},
};

guint16 eye_mark_width(EyeForm form)
{
    return (guint16)(forms[form].columns * forms[form].width);
}

guint16 eye_mark_height(EyeForm form)
{
    return (guint16)(forms[form].rows * forms[form].height);
}

static guint check_bits(guint number)
{
    return ((number ^ number >> 4 ^ number >> 8) + 5) & 15;
}

/* The blocks, the first one as the lowest bit; white is one. */
static guint bits_of(EyeForm form, guint number)
{
    if (form == EYE_STRIP)
        return (number & 0xFFF) | check_bits(number & 0xFFF) << 12;
    const guint low = number & 31;
    const guint odd = (low ^ low >> 1 ^ low >> 2 ^ low >> 3 ^ low >> 4) & 1;
    return low | (odd ^ 1) << 5; /* odd in all: neither black nor white is a number */
}

void eye_mark_draw(EyeDisplay *display, xcb_drawable_t drawable, const EyeMark *mark, guint number)
{
    const Form *form = &forms[mark->form];
    const guint bits = bits_of(mark->form, number);
    for (guint white = 0; white < 2; white++) {
        const guint32 colour = white ? 0xFFFFFF : 0;
        xcb_rectangle_t blocks[16];
        guint count = 0;
        for (guint i = 0; i < form->columns * form->rows; i++)
            if ((bits >> i & 1) == white)
                blocks[count++] =
                    (xcb_rectangle_t){(gint16)((guint)mark->x + i % form->columns * form->width),
                                      (gint16)((guint)mark->y + i / form->columns * form->height),
                                      (guint16)form->width, (guint16)form->height};
        xcb_change_gc(display->xcb, display->gc, XCB_GC_FOREGROUND, &colour);
        xcb_poly_fill_rectangle(display->xcb, drawable, display->gc, count, blocks);
    }
}

/* The sum of the green of a block's inner pixels, and how many they are. */
static guint inner(const guint32 *pixels, gsize stride, const Form *form, guint i, guint *count)
{
    guint sum = 0;
    const guint left = i % form->columns * form->width, top = i / form->columns * form->height;
    *count = 0;
    for (guint y = top + 2; y < top + form->height - 2; y++)
        for (guint x = left + 1; x < left + form->width - 1; x++, (*count)++)
            sum += pixels[y * stride + x] >> 8 & 0xFF;
    return sum;
}

gint eye_mark_read(const guint32 *pixels, gsize stride, EyeForm kind)
{
    const Form *form = &forms[kind];
    guint bits = 0;
    for (guint i = 0; i < form->columns * form->rows; i++) {
        guint count;
        const guint sum = inner(pixels, stride, form, i, &count);
        bits |= (guint)(sum >= 128 * count) << i;
    }
    const guint number = kind == EYE_STRIP ? bits & 0xFFF : bits & 31;
    return bits == bits_of(kind, number) ? (gint)number : -1;
}

/* How far from the strip's black and white the pixels are. */
static guint distance(const guint32 *pixels, gsize stride, guint bits)
{
    const Form *form = &forms[EYE_STRIP];
    guint sum = 0;
    for (guint y = 0; y < form->height; y++)
        for (guint x = 0; x < form->columns * form->width; x++) {
            const guint green = pixels[y * stride + x] >> 8 & 0xFF;
            sum += bits >> (x / form->width) & 1 ? 255 - green : green;
        }
    return sum;
}

gboolean eye_mark_find(const guint32 *pixels, guint16 width, guint16 height, guint number, gint *x,
                       gint *y)
{
    const guint wide = eye_mark_width(EYE_STRIP), high = eye_mark_height(EYE_STRIP);
    const guint bits = bits_of(EYE_STRIP, number), block = forms[EYE_STRIP].width;
    guint best = wide * high * 40;
    for (guint row = 0; row + high <= height; row++)
        for (guint column = 0; column + wide <= width; column++) {
            const guint32 *at = pixels + (gsize)row * width + column;
            guint i = 0; /* one row through the middles tells nearly everything */
            while (i < 16 &&
                   (at[high / 2 * width + i * block + block / 2] >> 15 & 1) == (bits >> i & 1))
                i++;
            if (i < 16)
                continue;
            const guint off = distance(at, width, bits);
            if (off < best) {
                best = off;
                *x = (gint)column;
                *y = (gint)row;
            }
        }
    return best < wide * high * 40;
}
