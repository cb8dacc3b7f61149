/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/content-private.h"

#include <string.h>

enum {
    FILM = 1977,     /* the scene of the film */
    PHOTO_NOISE = 3, /* of 255 */
    FILM_NOISE = 2,
};

static const struct {
    const char *name;
    void (*draw)(RaSheet *sheet);
    cairo_antialias_t letters;
} kinds[RA_CONTENT_KINDS] = {
    [RA_CONTENT_TEXT] = {"text", ra_content_text, CAIRO_ANTIALIAS_NONE},
    [RA_CONTENT_TERMINAL] = {"terminal", ra_content_terminal, CAIRO_ANTIALIAS_GRAY},
    [RA_CONTENT_GREY] = {"grey", ra_content_document, CAIRO_ANTIALIAS_GRAY},
    [RA_CONTENT_SUBPIXEL] = {"subpixel", ra_content_document, CAIRO_ANTIALIAS_SUBPIXEL},
    [RA_CONTENT_UI] = {"ui", ra_content_ui, CAIRO_ANTIALIAS_GRAY},
    [RA_CONTENT_PHOTO] = {"photo", NULL, CAIRO_ANTIALIAS_NONE},
    [RA_CONTENT_VIDEO] = {"video", NULL, CAIRO_ANTIALIAS_NONE},
    [RA_CONTENT_WALLPAPER] = {"wallpaper", ra_content_wallpaper, CAIRO_ANTIALIAS_NONE},
};

const char *ra_content_name(RaContent kind)
{
    return kinds[kind].name;
}

gboolean ra_content_named(const char *name, RaContent *ret)
{
    for (guint i = 0; i < RA_CONTENT_KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *ret = i;
            return TRUE;
        }
    }
    return FALSE;
}

static void draw_sheet(RaContent kind, guint32 seed, guint width, guint height, guint8 *pixels,
                       gsize stride)
{
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        pixels, CAIRO_FORMAT_RGB24, (int)width, (int)height, (int)stride);
    RaSheet sheet = {ra_dice(seed), cairo_create(surface), width, height};
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, kinds[kind].letters);
    cairo_font_options_set_subpixel_order(options, CAIRO_SUBPIXEL_ORDER_RGB);
    cairo_font_options_set_hint_style(options, kinds[kind].letters == CAIRO_ANTIALIAS_NONE
                                                   ? CAIRO_HINT_STYLE_FULL
                                                   : CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
    cairo_set_font_options(sheet.cairo, options);
    cairo_font_options_destroy(options);
    kinds[kind].draw(&sheet);
    cairo_destroy(sheet.cairo);
    cairo_surface_flush(surface);
    cairo_surface_destroy(surface);
    for (guint y = 0; y < height; y++) {
        guint32 *row = (guint32 *)(void *)(pixels + y * stride);
        for (guint x = 0; x < width; x++)
            row[x] &= GUINT32_TO_LE(0xffffff);
    }
}

void ra_content_draw(RaContent kind, guint32 seed, guint width, guint height, guint8 *pixels,
                     gsize stride)
{
    g_return_if_fail(kind < RA_CONTENT_KINDS && width > 0 && height > 0 && stride >= width * 4);
    if (kind == RA_CONTENT_PHOTO)
        ra_content_scene(seed, 0, PHOTO_NOISE, width, height, pixels, stride);
    else if (kind == RA_CONTENT_VIDEO)
        ra_content_scene(FILM, seed, FILM_NOISE, width, height, pixels, stride);
    else
        draw_sheet(kind, seed, width, height, pixels, stride);
}

void ra_content_copy(const guint8 *from, gsize from_stride, guint x, guint y, guint width,
                     guint height, guint8 *to, gsize to_stride)
{
    from += y * from_stride + x * 4u;
    for (guint i = 0; i < height; i++, from += from_stride, to += to_stride)
        memcpy(to, from, width * 4u);
}
