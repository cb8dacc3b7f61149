/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <string.h>

enum { MARKS_MAX = 3, EMPTY_LINES_MAX = 2 };

/* Shows nothing, whatever its category: a name of these alone would be none. */
static gboolean is_blank(gunichar c)
{
    static const gunichar blanks[] = {0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0};
    for (gsize i = 0; i < G_N_ELEMENTS(blanks); i++) {
        if (blanks[i] == c)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_joiner(gunichar c)
{
    return c == 0x200C || c == 0x200D;
}

/* A character that has no business in what a person reads; joiners are kept, since Persian,
 * Indic scripts and emoji need them. */
static gboolean is_unsafe(gunichar c)
{
    if (is_joiner(c))
        return FALSE;
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean is_line_end(gunichar c)
{
    return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

typedef struct {
    GString *out;
    gsize max, count; /* characters */
    gboolean base;    /* something that marks and joiners belong to */
    guint marks;      /* of those since */
    guint newlines;   /* pending */
    gboolean space;   /* pending */
} Cleaner;

/* Appends C and what was pending before it; FALSE once the text is full. */
static gboolean put(Cleaner *cleaner, gunichar c)
{
    if (cleaner->out->len > 0 && cleaner->newlines > 0) {
        for (guint i = 0; i < MIN(cleaner->newlines, EMPTY_LINES_MAX + 1); i++) {
            g_string_append_c(cleaner->out, '\n');
            cleaner->count++;
        }
    } else if (cleaner->out->len > 0 && cleaner->space) {
        g_string_append_c(cleaner->out, ' ');
        cleaner->count++;
    }
    cleaner->newlines = 0;
    cleaner->space = FALSE;
    if (cleaner->count >= cleaner->max)
        return FALSE;
    g_string_append_unichar(cleaner->out, c);
    cleaner->count++;
    return TRUE;
}

/* Cuts to max - 1 characters and ends with an ellipsis. */
static void cut(Cleaner *cleaner)
{
    const char *end = g_utf8_offset_to_pointer(cleaner->out->str, (glong)cleaner->max - 1);
    g_string_truncate(cleaner->out, (gsize)(end - cleaner->out->str));
    g_string_append(cleaner->out, "\xE2\x80\xA6");
}

static char *clean(const char *text, gsize max, gboolean keep_lines)
{
    g_return_val_if_fail(max > 0, g_strdup(""));
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    Cleaner cleaner = {.out = g_string_new(NULL), .max = max};
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (keep_lines && is_line_end(c)) {
            if (c != '\r' || p[1] != '\n')
                cleaner.newlines++;
            cleaner.base = FALSE;
            continue;
        }
        if (is_unsafe(c) || is_blank(c) || g_unichar_isspace(c)) {
            cleaner.space = TRUE;
            cleaner.base = FALSE;
            continue;
        }
        const gboolean mark = g_unichar_ismark(c) || is_joiner(c);
        if (mark && !cleaner.base)
            continue;
        cleaner.base = TRUE;
        cleaner.marks = mark ? cleaner.marks + 1 : 0;
        if (cleaner.marks > MARKS_MAX)
            continue;
        if (!put(&cleaner, c)) {
            cut(&cleaner);
            break;
        }
    }
    return g_string_free(cleaner.out, FALSE);
}

char *ra_text_line(const char *text, gsize max)
{
    return clean(text, max, FALSE);
}

/* All that any language opens or closes a quotation with, but for the apostrophes that names have,
 * and what looks like it. */
static gboolean is_quotation_mark(gunichar c)
{
    static const gunichar marks[] = {'"',    0x00AB, 0x00BB, 0x02BA, 0x02DD, 0x02EE, 0x05F4,
                                     0x2033, 0x2034, 0x2036, 0x2037, 0x2039, 0x203A, 0x2057,
                                     0x275D, 0x275E, 0x2760, 0x2E42, 0x3003, 0xFF02};
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (marks[i] == c)
            return TRUE;
    }
    return (c >= 0x201C && c <= 0x201F) || (c >= 0x300A && c <= 0x300F) ||
           (c >= 0x301D && c <= 0x301F) || (c >= 0x1F676 && c <= 0x1F678);
}

char *ra_text_name(const char *text)
{
    g_autofree char *line = ra_text_line(text, RA_TEXT_NAME_MAX);
    GString *name = g_string_new(NULL);
    for (const char *p = line; *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        g_string_append_unichar(name, is_quotation_mark(c) ? '\'' : c);
    }
    return g_string_free(name, FALSE);
}

char *ra_text_message(const char *text, gsize max)
{
    return clean(text, max, TRUE);
}

gboolean ra_text_is_plain_line(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return FALSE;
    }
    return TRUE;
}

/* By the blocks that Unicode keeps for such scripts (DerivedBidiClass.txt). */
static gboolean is_from_right_to_left(gunichar c)
{
    return (c >= 0x590 && c <= 0x8FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
           (c >= 0xFE70 && c <= 0xFEFE) || (c >= 0x10800 && c <= 0x10FFF) ||
           (c >= 0x1E800 && c <= 0x1EFFF);
}

static gboolean has_right_to_left(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        if (is_from_right_to_left(g_utf8_get_char(text)))
            return TRUE;
    }
    return FALSE;
}

const char *ra_text_mark(const char *name, const char *sentence)
{
    gboolean in_tag = FALSE;
    if (!has_right_to_left(name))
        return "";
    for (const char *p = sentence; *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (c == '<' || c == '>')
            in_tag = c == '<';
        else if (c == '%' && p[1] != '\0')
            p++; /* and what stands behind it */
        else if (!in_tag && g_unichar_isalpha(c))
            return is_from_right_to_left(c) ? "\u200f" : "\u200e";
    }
    return "\u200e";
}

char *ra_text_named(const char *name, const char *named, const char *unnamed)
{
    const char *place = strstr(named, "%s");
    if (name[0] == '\0')
        return g_strdup(unnamed);
    if (place == NULL)
        return g_strdup(named);
    return g_strdup_printf("%.*s%s%s", (int)(place - named), named, name, place + strlen("%s"));
}

char *ra_text_about(const char *name, const char *named, const char *unnamed)
{
    if (!has_right_to_left(name))
        return ra_text_named(name, named, unnamed);
    g_autofree char *isolated = g_strconcat("\u2068", name, "\u2069", NULL);
    g_autofree char *text = ra_text_named(isolated, named, unnamed);
    return g_strconcat(ra_text_mark(name, named), text, NULL);
}
