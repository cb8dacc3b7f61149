/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of letters. */
#include "tests/bench/content-private.h"

#include <string.h>

double ra_sheet_font(RaSheet *sheet, const char *family, gboolean bold, double size)
{
    cairo_font_extents_t extents;
    cairo_select_font_face(sheet->cairo, family, CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(sheet->cairo, size);
    cairo_font_extents(sheet->cairo, &extents);
    return extents.height;
}

const char *ra_sheet_word(RaSheet *sheet)
{
    static const char *const heads[] = {"b",  "d",  "f", "g", "h",  "k",  "l",  "m", "n",  "p",
                                        "r",  "s",  "t", "t", "th", "w",  "st", "c", "ch", "v",
                                        "pr", "tr", "s", "",  "",   "qu", "j",  "x", "z",  "y"};
    static const char *const hearts[] = {"a", "e", "e", "e", "i", "o", "u", "ai", "ea", "ou"};
    static const char *const tails[] = {"", "", "n", "s", "r", "t", "nd", "l", "ck", "ng"};
    static char word[40];
    const guint parts = 1 + ra_dice_roll(&sheet->dice, 3) * ra_dice_roll(&sheet->dice, 2);
    word[0] = '\0';
    for (guint i = 0; i < parts; i++) {
        g_strlcat(word, heads[ra_dice_roll(&sheet->dice, G_N_ELEMENTS(heads))], sizeof word);
        g_strlcat(word, hearts[ra_dice_roll(&sheet->dice, G_N_ELEMENTS(hearts))], sizeof word);
        g_strlcat(word, tails[ra_dice_roll(&sheet->dice, G_N_ELEMENTS(tails))], sizeof word);
    }
    switch (ra_dice_roll(&sheet->dice, 16)) {
    case 0:
        g_strlcat(word, ".", sizeof word);
        break;
    case 1:
        g_strlcat(word, ",", sizeof word);
        break;
    case 2:
        word[0] = g_ascii_toupper(word[0]);
        break;
    case 3:
        g_snprintf(word, sizeof word, "%u", ra_dice_roll(&sheet->dice, 3000));
        break;
    default:
        break;
    }
    return word;
}

/* One word, if it fits; where it ends, or -1. */
static double show(RaSheet *sheet, const char *text, double x, double y, double right)
{
    cairo_text_extents_t extents;
    cairo_text_extents(sheet->cairo, text, &extents);
    if (x + extents.x_advance > right)
        return -1;
    cairo_move_to(sheet->cairo, x, y);
    cairo_show_text(sheet->cairo, text);
    return x + extents.x_advance;
}

double ra_sheet_words(RaSheet *sheet, double x, double y, double right)
{
    cairo_text_extents_t space;
    cairo_text_extents(sheet->cairo, "n", &space);
    const double gap = (double)(int)(space.x_advance * 0.6 + 0.5);
    for (;;) {
        const double end = show(sheet, ra_sheet_word(sheet), x, y, right);
        if (end < 0)
            return x;
        x = end + gap;
    }
}

void ra_content_text(RaSheet *sheet)
{
    ra_paint(sheet->cairo, 0xffffff);
    cairo_paint(sheet->cairo);
    ra_paint(sheet->cairo, 0x000000);
    ra_sheet_font(sheet, "DejaVu Sans Mono", FALSE, 12);
    for (int y = 12; y < sheet->height + 15; y += 15) {
        const guint kind = ra_dice_roll(&sheet->dice, 12);
        if (kind == 0)
            continue;
        const double share = kind < 4 ? 0.2 + 0.7 * ra_dice_share(&sheet->dice) : 1;
        ra_sheet_words(sheet, kind < 3 ? 40 : 4, y, (sheet->width - 4) * share);
    }
}

/* A bar of coloured cells, as monitors of the system draw them. */
static void bars(RaSheet *sheet, double y)
{
    static const guint32 colours[] = {0x4e9a06, 0xc4a000, 0xcc0000, 0x3465a4};
    double x = 60;
    while (x < sheet->width * 0.8) {
        const double width = 7 * (1 + ra_dice_roll(&sheet->dice, 18));
        ra_paint(sheet->cairo, colours[ra_dice_roll(&sheet->dice, G_N_ELEMENTS(colours))]);
        cairo_rectangle(sheet->cairo, x, y - 13, width, 17);
        cairo_fill(sheet->cairo);
        x += width + 7 * ra_dice_roll(&sheet->dice, 4);
    }
}

void ra_content_terminal(RaSheet *sheet)
{
    static const guint32 colours[] = {0xd3d7cf, 0xd3d7cf, 0xd3d7cf, 0x8ae234, 0x729fcf,
                                      0xfce94f, 0xef2929, 0xad7fa8, 0x34e2e2, 0x888a85};
    ra_paint(sheet->cairo, ra_dice_roll(&sheet->dice, 2) == 0 ? 0x1d1f21 : 0x300a24);
    cairo_paint(sheet->cairo);
    for (int y = 13; y < sheet->height + 17; y += 17) {
        double x = 2;
        const guint kind = ra_dice_roll(&sheet->dice, 16);
        if (kind == 0) {
            bars(sheet, y);
            continue;
        }
        ra_sheet_font(sheet, "DejaVu Sans Mono", kind == 1, 12);
        const double right = sheet->width * (0.3 + 0.7 * ra_dice_share(&sheet->dice));
        while (x < right) {
            const double end = MIN(right, x + 14 * (2 + ra_dice_roll(&sheet->dice, 12)));
            ra_paint(sheet->cairo, colours[ra_dice_roll(&sheet->dice, G_N_ELEMENTS(colours))]);
            ra_sheet_words(sheet, x, y, end);
            x = end + 14;
        }
    }
}

typedef struct {
    guint32 paper, ink, heading, link, shade, rule;
} Look;

static const Look looks[] = {
    {0xffffff, 0x202122, 0x000000, 0x3366cc, 0xf8f9fa, 0xa2a9b1},
    {0xfdf6e3, 0x586e75, 0x073642, 0x268bd2, 0xeee8d5, 0x93a1a1},
    {0xffffff, 0x333333, 0x1a1a6e, 0xb03060, 0xeef2f7, 0xd0d7de},
    {0x1e1e1e, 0xd4d4d4, 0xffffff, 0x569cd6, 0x252526, 0x3c3c3c},
};

/* Links one beneath the other. */
static void side(RaSheet *sheet, const Look *look, double width)
{
    ra_paint(sheet->cairo, look->shade);
    cairo_rectangle(sheet->cairo, 0, 0, width, sheet->height);
    cairo_fill(sheet->cairo);
    const int step = (int)ra_sheet_font(sheet, "DejaVu Sans", FALSE, 12) + 6;
    ra_paint(sheet->cairo, look->link);
    for (int y = 40; y < sheet->height + step; y += step) {
        if (ra_dice_roll(&sheet->dice, 9) > 0)
            ra_sheet_words(sheet, 16, y, width * (0.5 + 0.5 * ra_dice_share(&sheet->dice)));
    }
}

/* Lines of code before a shade. */
static double code(RaSheet *sheet, const Look *look, double x, double y, double right)
{
    const double step = ra_sheet_font(sheet, "DejaVu Sans Mono", FALSE, 12) + 2;
    const guint n = 3 + ra_dice_roll(&sheet->dice, 8);
    ra_paint(sheet->cairo, look->shade);
    cairo_rectangle(sheet->cairo, x, y - step, right - x, step * n + 8);
    cairo_fill(sheet->cairo);
    for (guint i = 0; i < n; i++) {
        const double indent = 10 + 29 * ra_dice_roll(&sheet->dice, 4);
        const double middle = x + indent + (right - x - indent) * ra_dice_share(&sheet->dice) * 0.7;
        ra_paint(sheet->cairo, look->link);
        const double end = ra_sheet_words(sheet, x + indent, y, (x + indent + middle) / 2);
        ra_paint(sheet->cairo, look->ink);
        ra_sheet_words(sheet, end, y, middle);
        y += step;
    }
    return y + 20;
}

static double heading(RaSheet *sheet, const Look *look, double x, double y, double right)
{
    const double step =
        ra_sheet_font(sheet, "DejaVu Serif", TRUE, 15 + 3 * ra_dice_roll(&sheet->dice, 4));
    ra_paint(sheet->cairo, look->heading);
    y += step * 0.6;
    ra_sheet_words(sheet, x, y, x + (right - x) * (0.3 + 0.4 * ra_dice_share(&sheet->dice)));
    ra_paint(sheet->cairo, look->rule);
    cairo_rectangle(sheet->cairo, x, (int)y + 7, right - x, 1);
    cairo_fill(sheet->cairo);
    return y + step * 1.2;
}

static double paragraph(RaSheet *sheet, const Look *look, const char *font, double size, double x,
                        double y, double right)
{
    const double step = (double)(int)(ra_sheet_font(sheet, font, FALSE, size) * 1.2 + 0.5);
    const guint n = 2 + ra_dice_roll(&sheet->dice, 7);
    for (guint i = 0; i < n; i++) {
        const double end = i + 1 < n ? right : x + (right - x) * ra_dice_share(&sheet->dice);
        double at = x;
        if (ra_dice_roll(&sheet->dice, 4) == 0) {
            at = ra_sheet_words(sheet, x, y, x + (end - x) * ra_dice_share(&sheet->dice));
            ra_paint(sheet->cairo, look->link);
            at = ra_sheet_words(sheet, at, y, MIN(end, at + size * 14));
        }
        ra_paint(sheet->cairo, look->ink);
        ra_sheet_words(sheet, at, y, end);
        y += step;
    }
    return y + step * 0.8;
}

void ra_content_document(RaSheet *sheet)
{
    const Look *look = &looks[ra_dice_roll(&sheet->dice, G_N_ELEMENTS(looks))];
    const char *font = ra_dice_roll(&sheet->dice, 3) == 0 ? "DejaVu Serif" : "DejaVu Sans";
    const double size = 12 + ra_dice_roll(&sheet->dice, 4);
    const double left = sheet->width * 0.14;
    ra_paint(sheet->cairo, look->paper);
    cairo_paint(sheet->cairo);
    side(sheet, look, (double)(int)(left * 0.85));
    for (double y = 30; y < sheet->height + 40;) {
        const guint kind = ra_dice_roll(&sheet->dice, 9);
        if (kind == 0)
            y = code(sheet, look, left, (double)(int)y, sheet->width * 0.9);
        else if (kind < 3)
            y = heading(sheet, look, left, (double)(int)y, sheet->width * 0.96);
        else
            y = paragraph(sheet, look, font, size, left, (double)(int)y, sheet->width * 0.96);
    }
}
