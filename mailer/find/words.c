/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/words.h"

#include <string.h>

/* Lines of ra-invite's letters (mailer/send/compose.c). */
#define PERSONAL "Personal message:"
#define AFTER    "This invitation expires:"

/* Without carriage returns, and without zero bytes, which would end it. */
static GString *read_text(const char *text, gsize size, const char *charset)
{
    gsize converted = 0;
    g_autofree char *utf8 = *charset != '\0'
                                ? g_convert_with_fallback(text, (gssize)size, "UTF-8", charset, "?",
                                                          NULL, &converted, NULL)
                                : NULL;
    const char *from = utf8 != NULL ? utf8 : text;
    const gsize n = utf8 != NULL ? converted : size;
    GString *out = g_string_sized_new(n);
    for (gsize i = 0; i < n; i++) {
        if (from[i] != '\r' && from[i] != '\0')
            g_string_append_c(out, from[i]);
    }
    return out;
}

/* The line that is LINE, or begins with it; NULL where there is none. */
static const char *find_line(const char *text, const char *line, gboolean whole)
{
    const gsize length = strlen(line);
    for (const char *p = text; p != NULL; p = strchr(p, '\n')) {
        p += p > text || *p == '\n';
        if (strncmp(p, line, length) == 0 && (!whole || p[length] == '\n' || p[length] == '\0'))
            return p;
    }
    return NULL;
}

/* RFC 3676: a line that ends with a space goes on in the next; a first space is stuffing. */
static char *unfold(const char *text)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const gsize length = strlen(*line);
        g_string_append(out, **line == ' ' ? *line + 1 : *line);
        if (line[1] != NULL && (length == 0 || (*line)[length - 1] != ' '))
            g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void cut(GString *text, const char *at)
{
    if (at != NULL)
        g_string_truncate(text, (gsize)(at - text->str));
}

/* Valid, bounded, without blank lines around. */
static char *bounded(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_strstrip(valid);
    if (strlen(valid) <= RA_WORDS_MAX)
        return g_steal_pointer(&valid);
    *g_utf8_find_prev_char(valid, valid + RA_WORDS_MAX + 1) = '\0';
    return g_strdup(valid);
}

char *ra_message_words(const char *text, gsize size, const char *charset)
{
    GString *all = read_text(text, size, charset);
    g_autofree char *words = NULL;
    const char *personal = find_line(all->str, PERSONAL, TRUE);
    if (personal != NULL || find_line(all->str, AFTER, TRUE) != NULL) {
        if (personal != NULL)
            cut(all, find_line(personal, AFTER, TRUE));
        words = unfold(personal != NULL ? personal + strlen(PERSONAL) : "");
    } else {
        cut(all, find_line(all->str, "-----BEGIN ", FALSE));
        cut(all, find_line(all->str, "-- ", TRUE));
        words = g_strdup(all->str);
    }
    g_string_free(all, TRUE);
    return bounded(words);
}
