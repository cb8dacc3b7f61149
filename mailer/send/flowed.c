/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/flowed.h"

#include <string.h>

/* Columns of SIZE bytes of UTF-8 on a terminal. */
static gsize columns(const char *text, gsize size)
{
    gsize n = 0;
    for (const char *p = text; p < text + size; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (!g_unichar_iszerowidth(c))
            n += g_unichar_iswide(c) ? 2 : 1;
    }
    return n;
}

/* RFC 3676 4.4: a space goes before what a reader, or a mailbox file, would take for something
 * else. */
static void append_line(GString *out, const char *line, gsize size, gboolean soft)
{
    if (size > 0 && (*line == ' ' || *line == '>' || (size >= 5 && memcmp(line, "From ", 5) == 0)))
        g_string_append_c(out, ' ');
    g_string_append_len(out, line, (gssize)size);
    g_string_append(out, soft ? " \n" : "\n");
}

/* RFC 3676 4.3: "-- " alone is a signature's separator, not a flowed line. */
static gboolean is_separator(const char *line, gsize size)
{
    return size == 2 && memcmp(line, "--", 2) == 0;
}

/* The length of the first line of TEXT when it is wrapped: as many words as fit, one at least. */
static gsize fitting(const char *text, gsize size)
{
    gsize best = 0;
    for (gsize i = 0; i <= size; i++) {
        if (i < size && text[i] != ' ')
            continue;
        if (best > 0 && !is_separator(text, best) && columns(text, i) > RA_FLOWED_WIDTH)
            return best;
        best = i;
    }
    return size;
}

static void append_paragraph(GString *out, const char *text, gsize size)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    for (;;) {
        const gsize n = fitting(text, size);
        append_line(out, text, n, n < size);
        if (n == size)
            return;
        text += n + 1; /* the space is the soft line break's */
        size -= n + 1;
    }
}

void ra_flowed_append(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (line[1] != NULL || **line != '\0')
            append_paragraph(out, *line, strlen(*line));
    }
}

void ra_flowed_append_fixed(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_strchomp(*line);
        if (line[1] != NULL || **line != '\0')
            append_line(out, *line, strlen(*line), FALSE);
    }
}
