/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/lines.h"

#include <string.h>

struct _RaLines {
    RaLineFunc func;
    gpointer data;
    GByteArray *pending; /* the start of a line whose end has not come; RA_LINE_MAX at the most */
    gboolean cr;         /* pending ends with a CR: an LF may follow */
    gboolean inside;     /* a piece of this line was given already */
};

RaLines *ra_lines_new(RaLineFunc func, gpointer data)
{
    RaLines *lines = g_new0(RaLines, 1);
    lines->func = func;
    lines->data = data;
    lines->pending = g_byte_array_new();
    return lines;
}

void ra_lines_free(RaLines *lines)
{
    if (lines == NULL)
        return;
    g_byte_array_unref(lines->pending);
    g_free(lines);
}

static void give(RaLines *lines, const char *text, gsize length, gsize size, gboolean complete)
{
    const RaLine line = {.text = text, .length = length, .size = size, .starts = !lines->inside};
    lines->inside = !complete;
    lines->func(&line, lines->data);
}

/* Gives what is pending, whose last END bytes are the line end. */
static void give_pending(RaLines *lines, gsize end, gboolean complete)
{
    /* The callee may not push into these lines again, so the array stays as it is meanwhile. */
    give(lines, (const char *)lines->pending->data, lines->pending->len - end, lines->pending->len,
         complete);
    g_byte_array_set_size(lines->pending, 0);
    lines->cr = FALSE;
}

static void keep(RaLines *lines, const char *data, gsize size)
{
    while (size > 0) {
        const gsize n = MIN(size, (gsize)RA_LINE_MAX - lines->pending->len);
        g_byte_array_append(lines->pending, (const guint8 *)data, (guint)n);
        data += n;
        size -= n;
        if (lines->pending->len == RA_LINE_MAX)
            give_pending(lines, 0, FALSE);
    }
}

/* The first C in SIZE bytes, or SIZE. */
static gsize find(const char *data, gsize size, char c)
{
    const char *at = memchr(data, c, size);
    return at != NULL ? (gsize)(at - data) : size;
}

/* Gives one line that starts and ends in DATA, in pieces where it is long; a CR that is the last
 * byte is kept until it is known what follows. CR is how far away the next one is, or SIZE. Returns
 * the bytes used. */
static gsize take_line(RaLines *lines, const char *data, gsize size, gsize cr)
{
    const gsize length = MIN(find(data, cr, '\n'), cr);
    if (length == size) {
        keep(lines, data, size);
        return size;
    }
    if (data[length] == '\r' && length + 1 == size) {
        keep(lines, data, length);
        g_byte_array_append(lines->pending, (const guint8 *)"\r", 1);
        lines->cr = TRUE;
        return size;
    }
    const gsize end = data[length] == '\r' && data[length + 1] == '\n' ? 2 : 1;
    if (lines->pending->len == 0 && length <= RA_LINE_MAX) {
        give(lines, data, length, length + end, TRUE);
    } else {
        keep(lines, data, length);
        g_byte_array_append(lines->pending, (const guint8 *)data + length, (guint)end);
        give_pending(lines, end, TRUE);
    }
    return length + end;
}

void ra_lines_push(RaLines *lines, const char *data, gsize size)
{
    if (size == 0)
        return;
    if (lines->cr) {
        gsize end = 1;
        if (data[0] == '\n') {
            g_byte_array_append(lines->pending, (const guint8 *)"\n", 1);
            data++;
            size--;
            end = 2;
        }
        give_pending(lines, end, TRUE);
    }
    /* Most text has no CR or one behind each line, so it is looked for only when the last one that
     * was found is behind: no byte is looked at more than twice. */
    gsize cr = find(data, size, '\r');
    while (size > 0) {
        const gsize used = take_line(lines, data, size, cr);
        data += used;
        size -= used;
        cr = cr >= used ? cr - used : find(data, size, '\r');
    }
}

void ra_lines_end(RaLines *lines)
{
    if (lines->pending->len > 0)
        give_pending(lines, lines->cr ? 1 : 0, TRUE);
    lines->inside = FALSE;
}

gboolean ra_line_has_prefix(const RaLine *line, const char *prefix)
{
    const gsize length = strlen(prefix);
    return line->length >= length && g_ascii_strncasecmp(line->text, prefix, length) == 0;
}
