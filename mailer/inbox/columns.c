/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/columns.h"

#include <string.h>
#include <wchar.h>

enum { WIDTH_MIN = 10 };

/* Asks for another form of the character before; terminals do not agree on how wide that is. */
static gboolean is_selector(gunichar c)
{
    return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) ||
           (c >= 0x1F3FB && c <= 0x1F3FF); /* skin colours */
}

/* Columns of C, and what stands for it: 0 for nothing. */
static int width_of(gunichar c, gunichar *shown)
{
    const int width = wcwidth((wchar_t)c);
    *shown = is_selector(c) ? 0 : c;
    if (is_selector(c))
        return 0;
    if (width >= 0)
        return width;
    *shown = g_unichar_ismark(c) ? 0 : '?';
    return *shown != 0 ? 1 : 0;
}

int ra_columns_width(const char *text)
{
    int width = 0;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar shown;
        width += width_of(g_utf8_get_char(p), &shown);
    }
    return width;
}

/* Appends what fits into WIDTH columns; returns how many it takes. */
static int append(GString *out, const char *text, int width)
{
    int used = 0;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar shown;
        const int more = width_of(g_utf8_get_char(p), &shown);
        if (used + more > width)
            break;
        if (shown != 0)
            g_string_append_unichar(out, shown);
        used += more;
    }
    return used;
}

char *ra_columns_fit(const char *text, int width, gboolean right)
{
    GString *out = g_string_new(NULL);
    const int wanted = ra_columns_width(text);
    int used = 0;
    if (width <= 0)
        return g_string_free(out, FALSE);
    if (wanted <= width) {
        for (; right && used < width - wanted; used++)
            g_string_append_c(out, ' ');
        used += append(out, text, width);
    } else {
        used = append(out, text, width - 1);
        used += append(out, wcwidth(0x2026) == 1 ? "\u2026" : "~", 1);
    }
    for (; used < width; used++)
        g_string_append_c(out, ' ');
    return g_string_free(out, FALSE);
}

/* The bytes of TEXT that fit into WIDTH columns, up to a space where there is one. */
static gsize line_length(const char *text, int width)
{
    int used = 0;
    const char *space = NULL, *p = text;
    for (; *p != '\0' && *p != '\n'; p = g_utf8_next_char(p)) {
        gunichar shown;
        used += width_of(g_utf8_get_char(p), &shown);
        if (used > width)
            return (gsize)((space != NULL ? space : p) - text);
        if (*p == ' ' && p > text)
            space = p;
    }
    return (gsize)(p - text);
}

GStrv ra_columns_wrap(const char *text, int width, int indent)
{
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
    width = MAX(width, WIDTH_MIN);
    indent = CLAMP(indent, 0, width / 2);
    for (int before = 0; *text != '\0';) {
        gsize length = line_length(text, width - before);
        if (length == 0 && *text != '\n') /* one character is too wide: as far as it gets */
            length = (gsize)(g_utf8_next_char(text) - text);
        g_autofree char *line = g_strdup_printf("%*s%.*s", before, "", (int)length, text);
        g_strv_builder_add(lines, line);
        text += length;
        before = *text == '\n' ? 0 : indent;
        text += *text == '\n' ? 1 : strspn(text, " ");
    }
    return g_strv_builder_end(lines);
}
