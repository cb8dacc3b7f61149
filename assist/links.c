/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where links lie in a text that a person wrote. */
#include "assist/history.h"

#include <string.h>

/* Bytes of the scheme that begins at TEXT, 0 if none does. */
static gsize scheme_size(const char *text)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:"};
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        const gsize size = strlen(schemes[i]);
        if (g_ascii_strncasecmp(text, schemes[i], size) == 0)
            return size;
    }
    return 0;
}

static gboolean ends_link(gunichar c)
{
    return g_unichar_isspace(c) || g_unichar_iscntrl(c) || c == '<' || c == '>' || c == '"' ||
           c == '`' || c == '{' || c == '}' || c == '|' || c == '\\' || c == '^' || c == 0xAB ||
           c == 0xBB || (c >= 0x2018 && c <= 0x201F) || (c >= 0x3001 && c <= 0x3002);
}

static guint count(const char *start, const char *end, char c)
{
    guint n = 0;
    for (const char *p = start; p < end; p++)
        n += *p == c;
    return n;
}

/* Without the punctuation of the sentence around it; a bracket stays where it was opened inside. */
static const char *without_punctuation(const char *start, const char *end)
{
    while (end > start) {
        const char last = end[-1];
        if ((last == ')' && count(start, end, '(') < count(start, end, ')')) ||
            (last == ']' && count(start, end, '[') < count(start, end, ']')) ||
            strchr(".,;:!?'*_~", last) != NULL)
            end--;
        else
            break;
    }
    return end;
}

/* The end of the link that begins at TEXT with a scheme of SIZE bytes; NULL if it is none. */
static const char *link_end(const char *text, gsize size)
{
    const char *rest = text + size, *end = rest;
    while (*end != '\0' && !ends_link(g_utf8_get_char(end)))
        end = g_utf8_next_char(end);
    end = without_punctuation(rest, end);
    if (end == rest)
        return NULL;
    if (g_ascii_tolower(text[0]) == 'm')
        return memchr(rest + 1, '@', (gsize)(end - rest - 1)) != NULL ? end : NULL;
    return *rest == '[' || g_unichar_isalnum(g_utf8_get_char(rest)) ? end : NULL;
}

GArray *ra_history_links(const char *text)
{
    GArray *links = g_array_new(FALSE, FALSE, sizeof(gsize));
    gunichar before = ' ';
    for (const char *p = text; *p != '\0';) {
        const gsize size = g_unichar_isalnum(before) ? 0 : scheme_size(p);
        const char *end = size > 0 ? link_end(p, size) : NULL;
        if (end == NULL) {
            before = g_utf8_get_char(p);
            p = g_utf8_next_char(p);
            continue;
        }
        const gsize pair[] = {(gsize)(p - text), (gsize)(end - text)};
        g_array_append_vals(links, pair, 2);
        before = ' ';
        p = end;
    }
    return links;
}
