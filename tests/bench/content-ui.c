/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desktop: windows with what is in them, icons, a panel, a wallpaper. */
#include "tests/bench/content-private.h"

#define FULL_TURN 6.283185307179586

static void gradient(cairo_t *cairo, double x, double y, double width, double height, guint32 top,
                     guint32 bottom)
{
    cairo_pattern_t *pattern = cairo_pattern_create_linear(0, y, 0, y + height);
    cairo_pattern_add_color_stop_rgb(pattern, 0, (top >> 16 & 255) / 255.0,
                                     (top >> 8 & 255) / 255.0, (top & 255) / 255.0);
    cairo_pattern_add_color_stop_rgb(pattern, 1, (bottom >> 16 & 255) / 255.0,
                                     (bottom >> 8 & 255) / 255.0, (bottom & 255) / 255.0);
    cairo_set_source(cairo, pattern);
    cairo_rectangle(cairo, x, y, width, height);
    cairo_fill(cairo);
    cairo_pattern_destroy(pattern);
}

static void box(cairo_t *cairo, guint32 rgb, double x, double y, double width, double height)
{
    ra_paint(cairo, rgb);
    cairo_rectangle(cairo, x, y, width, height);
    cairo_fill(cairo);
}

static void frame(cairo_t *cairo, guint32 rgb, double x, double y, double width, double height)
{
    ra_paint(cairo, rgb);
    cairo_set_line_width(cairo, 1);
    cairo_rectangle(cairo, x + 0.5, y + 0.5, width - 1, height - 1);
    cairo_stroke(cairo);
}

/* A disc that light falls on, with a sign in it. */
static void icon(RaSheet *sheet, double x, double y, double side)
{
    cairo_t *cairo = sheet->cairo;
    const double radius = side / 2;
    cairo_pattern_t *pattern = cairo_pattern_create_radial(
        x + radius * 0.7, y + radius * 0.6, radius * 0.1, x + radius, y + radius, radius);
    const double red = ra_dice_share(&sheet->dice), green = ra_dice_share(&sheet->dice);
    const double blue = ra_dice_share(&sheet->dice);
    cairo_pattern_add_color_stop_rgb(pattern, 0, 0.5 + red / 2, 0.5 + green / 2, 0.5 + blue / 2);
    cairo_pattern_add_color_stop_rgb(pattern, 1, red * 0.7, green * 0.7, blue * 0.7);
    cairo_set_source(cairo, pattern);
    cairo_arc(cairo, x + radius, y + radius, radius, 0, FULL_TURN);
    cairo_fill(cairo);
    cairo_pattern_destroy(pattern);
    ra_paint(cairo, 0xffffff);
    for (guint i = 0; i < 3; i++) {
        cairo_move_to(cairo, x + side * (0.25 + 0.5 * ra_dice_share(&sheet->dice)),
                      y + side * (0.25 + 0.5 * ra_dice_share(&sheet->dice)));
        cairo_line_to(cairo, x + side * (0.25 + 0.5 * ra_dice_share(&sheet->dice)),
                      y + side * (0.25 + 0.5 * ra_dice_share(&sheet->dice)));
    }
    cairo_set_line_width(cairo, side / 12);
    cairo_stroke(cairo);
}

static void button(RaSheet *sheet, double x, double y, double width)
{
    gradient(sheet->cairo, x, y, width, 26, 0xfdfdfd, 0xe0e0de);
    frame(sheet->cairo, 0xa9a9a5, x, y, width, 26);
    ra_paint(sheet->cairo, 0x202020);
    ra_sheet_words(sheet, x + 10, y + 17, x + width - 6);
}

static void list(RaSheet *sheet, double x, double y, double width, double height)
{
    box(sheet->cairo, 0xffffff, x, y, width, height);
    guint row = 0;
    for (int at = (int)y; at + 24 <= y + height; at += 24, row++) {
        const gboolean chosen = row == 3;
        box(sheet->cairo, chosen ? 0x3584e4 : (row & 1) ? 0xf4f4f3 : 0xffffff, x, at, width, 24);
        icon(sheet, x + 6, at + 4, 16);
        ra_paint(sheet->cairo, chosen ? 0xffffff : 0x202020);
        ra_sheet_words(sheet, x + 30, at + 17, x + width * 0.5);
        ra_sheet_words(sheet, x + width * 0.55, at + 17, x + width * 0.75);
        ra_sheet_words(sheet, x + width * 0.8, at + 17, x + width - 4);
    }
}

static void sheet_of_numbers(RaSheet *sheet, double x, double y, double width, double height)
{
    cairo_t *cairo = sheet->cairo;
    box(cairo, 0xffffff, x, y, width, height);
    box(cairo, 0xe8e8e6, x, y, width, 20);
    box(cairo, 0xe8e8e6, x, y, 40, height);
    for (int at = (int)(y + 20); at < y + height; at += 20)
        box(cairo, 0xd0d0ce, x, at, width, 1);
    for (int across = (int)(x + 40); across < x + width; across += 84)
        box(cairo, 0xd0d0ce, across, y, 1, height);
    ra_paint(cairo, 0x101010);
    for (int at = (int)(y + 34); at < y + height; at += 20) {
        for (int across = (int)(x + 44); across + 80 < x + width; across += 84) {
            char number[16];
            if (ra_dice_roll(&sheet->dice, 3) == 0)
                continue;
            g_snprintf(number, sizeof number, "%u.%02u", ra_dice_roll(&sheet->dice, 20000),
                       ra_dice_roll(&sheet->dice, 100));
            cairo_move_to(cairo, across + 20, at);
            cairo_show_text(cairo, number);
        }
    }
}

static void form(RaSheet *sheet, double x, double y, double width, double height)
{
    box(sheet->cairo, 0xf6f5f4, x, y, width, height);
    for (int at = (int)(y + 12); at + 40 < y + height - 40; at += 40) {
        ra_paint(sheet->cairo, 0x202020);
        ra_sheet_words(sheet, x + 14, at + 18, x + width * 0.35);
        box(sheet->cairo, 0xffffff, x + width * 0.38, at, width * 0.55, 27);
        frame(sheet->cairo, 0xb6b6b3, x + width * 0.38, at, width * 0.55, 27);
        ra_paint(sheet->cairo, 0x202020);
        ra_sheet_words(sheet, x + width * 0.38 + 8, at + 18,
                       x + width * (0.5 + 0.4 * ra_dice_share(&sheet->dice)));
    }
    button(sheet, x + width - 220, y + height - 38, 100);
    button(sheet, x + width - 110, y + height - 38, 100);
}

static void shadow(cairo_t *cairo, double x, double y, double width, double height)
{
    for (guint i = 0; i < 10; i++) {
        cairo_set_source_rgba(cairo, 0, 0, 0, 0.03);
        cairo_rectangle(cairo, x - i, y - i + 4, width + 2 * i, height + 2 * i);
        cairo_fill(cairo);
    }
}

static void window(RaSheet *sheet, double x, double y, double width, double height, guint kind)
{
    cairo_t *cairo = sheet->cairo;
    shadow(cairo, x, y, width, height);
    gradient(cairo, x, y, width, 30, 0xebebe9, 0xd2d1cf);
    ra_paint(cairo, 0x2e3436);
    ra_sheet_font(sheet, "DejaVu Sans", TRUE, 12);
    ra_sheet_words(sheet, x + width * 0.4, y + 20, x + width * 0.6);
    for (guint i = 0; i < 3; i++)
        icon(sheet, x + width - 24 * (i + 1), y + 8, 15);
    ra_sheet_font(sheet, "DejaVu Sans", FALSE, 12);
    box(cairo, 0xf6f5f4, x, y + 30, width, 66);
    ra_paint(cairo, 0x202020);
    ra_sheet_words(sheet, x + 10, y + 46, x + width * 0.6);
    for (int at = (int)(x + 8); at + 40 < x + width * 0.7; at += 40)
        icon(sheet, at, y + 60, 26);
    const double inside = y + 96, rest = height - 97;
    if (kind % 3 == 0)
        list(sheet, x + 1, inside, width - 2, rest);
    else if (kind % 3 == 1)
        sheet_of_numbers(sheet, x + 1, inside, width - 2, rest);
    else
        form(sheet, x + 1, inside, width - 2, rest);
    frame(cairo, 0x8a8a86, x, y, width, height);
}

void ra_content_ui(RaSheet *sheet)
{
    const double width = sheet->width, height = sheet->height;
    ra_content_wallpaper(sheet);
    ra_sheet_font(sheet, "DejaVu Sans", FALSE, 12);
    for (int y = 20; y + 80 < height - 60; y += 96) {
        icon(sheet, 24, y, 48);
        ra_paint(sheet->cairo, 0xffffff);
        ra_sheet_words(sheet, 16, y + 66, 120);
    }
    const guint n = 3 + ra_dice_roll(&sheet->dice, 3);
    for (guint i = 0; i < n; i++) {
        const double wide = (int)(width * (0.3 + 0.3 * ra_dice_share(&sheet->dice)));
        const double high = (int)(height * (0.35 + 0.35 * ra_dice_share(&sheet->dice)));
        const double x = (int)((width - wide) * ra_dice_share(&sheet->dice));
        const double y = (int)((height - high) * ra_dice_share(&sheet->dice));
        window(sheet, x, y, wide, high, i);
    }
    gradient(sheet->cairo, 0, height - 34, width, 34, 0x40464a, 0x24282a);
    for (int x = 6; x < width * 0.4; x += 170) {
        icon(sheet, x, height - 29, 24);
        ra_paint(sheet->cairo, 0xeeeeec);
        ra_sheet_words(sheet, x + 32, height - 12, x + 160);
    }
}

void ra_content_wallpaper(RaSheet *sheet)
{
    static const guint32 colours[][2] = {
        {0x2c5aa0, 0xb5d3f2}, {0x1f3b2d, 0x9fc08a}, {0x4b2a5c, 0xe8a87c}, {0x20262c, 0x5d6c7a}};
    const guint32 *pair = colours[ra_dice_roll(&sheet->dice, G_N_ELEMENTS(colours))];
    const double width = sheet->width, height = sheet->height;
    gradient(sheet->cairo, 0, 0, width, height, pair[0], pair[1]);
    for (guint i = 0; i < 5; i++) {
        const double x = width * ra_dice_share(&sheet->dice);
        const double y = height * ra_dice_share(&sheet->dice);
        const double radius = height * (0.3 + 0.7 * ra_dice_share(&sheet->dice));
        cairo_pattern_t *pattern = cairo_pattern_create_radial(x, y, 0, x, y, radius);
        const double light = i & 1;
        cairo_pattern_add_color_stop_rgba(pattern, 0, light, light, light, 0.25);
        cairo_pattern_add_color_stop_rgba(pattern, 1, light, light, light, 0);
        cairo_set_source(sheet->cairo, pattern);
        cairo_paint(sheet->cairo);
        cairo_pattern_destroy(pattern);
    }
}
