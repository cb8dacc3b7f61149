/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The characters of a Microsoft invitation: which encoding its bytes are in, and the XML that real
 * files should have had. */
#include "ticket/msra-internal.h"

#include <string.h>

enum { DECLARATION_MAX = 256, CHARSET_MAX = 32 };

gsize ra_msra_from_utf16(const guint8 *data, gsize size, gboolean big_endian, char *out)
{
    gsize n = 0;
    for (gsize i = 0; i + 1 < size; i += 2) {
        const guint at_high = big_endian ? 0 : 1;
        gunichar unit = (gunichar)data[i + at_high] << 8 | data[i + 1 - at_high];
        if (unit >= 0xD800 && unit < 0xE000) {
            gunichar next = 0;
            if (i + 3 < size)
                next = (gunichar)data[i + 2 + at_high] << 8 | data[i + 3 - at_high];
            if (unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
                i += 2;
            } else {
                unit = 0xFFFD;
            }
        }
        n += (gsize)g_unichar_to_utf8(unit, out + n);
    }
    return n;
}

RaSecret *ra_msra_to_utf16(const char *text, gsize size)
{
    RaSecret *wide = ra_secret_new(2 * size);
    guint8 *out = ra_secret_bytes(wide);
    gsize n = 0;
    for (const char *p = text; p < text + size; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c >= 0x10000) {
            const gunichar high = 0xD800 + ((c - 0x10000) >> 10);
            out[n++] = (guint8)high;
            out[n++] = (guint8)(high >> 8);
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        out[n++] = (guint8)c;
        out[n++] = (guint8)(c >> 8);
    }
    ra_secret_truncate(wide, n);
    return wide;
}

static char *wide_text(const guint8 *data, gsize size, gboolean big_endian, gsize *ret_length)
{
    char *text = g_malloc(size / 2 * 3 + 1);
    *ret_length = ra_msra_from_utf16(data, size, big_endian, text);
    text[*ret_length] = '\0';
    return text;
}

/* The value of "encoding" in the XML declaration, "" without. */
static void declared_charset(const char *data, gsize size, char ret[CHARSET_MAX + 1])
{
    ret[0] = '\0';
    if (size < 5 || memcmp(data, "<?xml", 5) != 0)
        return;
    const gssize head = (gssize)MIN(size, (gsize)DECLARATION_MAX);
    const char *end = g_strstr_len(data, head, "?>");
    const char *p = end != NULL ? g_strstr_len(data, end - data, "encoding") : NULL;
    if (p == NULL)
        return;
    p += strlen("encoding");
    while (p < end && strchr(" \t\r\n='\"", *p) != NULL)
        p++;
    gsize n = 0;
    while (p + n < end && n < CHARSET_MAX && (g_ascii_isalnum(p[n]) || p[n] == '-' || p[n] == '_'))
        n++;
    memcpy(ret, p, n);
    ret[n] = '\0';
}

/* Charsets that a Windows may have written, in which every byte below 128 that matters to XML is
 * ASCII. */
static gboolean is_8_bit_charset(const char *charset)
{
    static const char *const families[] = {"windows-125", "iso-8859-", "cp125", "koi8-"};
    static const char *const names[] = {"windows-874", "shift_jis", "gb2312", "gbk",   "gb18030",
                                        "big5",        "euc-kr",    "euc-jp", "cp932", "cp949"};
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        if (g_ascii_strncasecmp(charset, families[i], strlen(families[i])) == 0)
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strcasecmp(charset, names[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Windows-1252; the five bytes that have no meaning there become what they are in ISO 8859-1. */
static char *western_text(const char *data, gsize size, gsize *ret_length)
{
    g_autoptr(GString) text = g_string_sized_new(size);
    for (gsize i = 0; i < size; i++) {
        g_autofree char *one = NULL;
        if ((guint8)data[i] >= 0x80 && (guint8)data[i] < 0xA0)
            one = g_convert(data + i, 1, "UTF-8", "WINDOWS-1252", NULL, NULL, NULL);
        if (one != NULL)
            g_string_append(text, one);
        else
            g_string_append_unichar(text, (guint8)data[i]);
    }
    *ret_length = text->len;
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* By what it declares, where that is a charset of 8 bits and it has no byte order MARK; else UTF-8,
 * where it is that; else Windows-1252. Without the zeros behind it. */
static char *narrow_text(const char *data, gsize size, gboolean mark, gsize *ret_length)
{
    char charset[CHARSET_MAX + 1];
    char *text = NULL;
    while (size > 0 && data[size - 1] == '\0')
        size--;
    declared_charset(data, size, charset);
    if (!mark && is_8_bit_charset(charset))
        text = g_convert(data, (gssize)size, "UTF-8", charset, NULL, ret_length, NULL);
    if (text != NULL)
        return text;
    if (!g_utf8_validate_len(data, size, NULL))
        return western_text(data, size, ret_length);
    *ret_length = size;
    return g_strndup(data, size);
}

/* Without what stands around the root element's line, and without the declaration. */
static char *strip(char *text)
{
    char *start = text + strspn(text, " \t\r\n");
    if (g_str_has_prefix(start, "\xEF\xBB\xBF"))
        start += 3;
    if (g_str_has_prefix(start, "<?xml") && start[5] != '\0' && g_ascii_isspace(start[5])) {
        const char *end = g_strstr_len(start, DECLARATION_MAX, "?>");
        if (end == NULL)
            return NULL;
        start = (char *)end + 2;
    }
    return g_strdup(start);
}

char *ra_msra_text(const void *data, gsize size)
{
    const guint8 *bytes = data;
    const gboolean marked = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    gsize length = 0;
    g_autofree char *text = NULL;
    if (size >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE)
        text = wide_text(bytes + 2, size - 2, FALSE, &length);
    else if (size >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF)
        text = wide_text(bytes + 2, size - 2, TRUE, &length);
    else if (size >= 4 && bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0)
        text = wide_text(bytes, size, FALSE, &length);
    else if (size >= 4 && bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0 && bytes[3] != 0)
        text = wide_text(bytes, size, TRUE, &length);
    else if (marked)
        text = narrow_text((const char *)bytes + 3, size - 3, TRUE, &length);
    else
        text = narrow_text(data, size, FALSE, &length);
    while (length > 0 && text[length - 1] == '\0')
        length--;
    return strlen(text) == length ? strip(text) : NULL;
}

/* "&amp;", "&#38;": the length of a reference at P, 0 where there is none. */
static gsize reference(const char *p)
{
    gsize n = 1;
    while (g_ascii_isalnum(p[n]) || (n == 1 && p[n] == '#'))
        n++;
    return n > 1 && p[n] == ';' ? n + 1 : 0;
}

/* The value that begins behind its QUOTE at P; returns where it ends. */
static const char *mend_value(GString *out, const char *p, char quote)
{
    for (; *p != '\0' && *p != quote; p++) {
        if (*p == '<')
            g_string_append(out, "&lt;");
        else if (*p == '&' && reference(p) == 0)
            g_string_append(out, "&amp;");
        else
            g_string_append_c(out, *p);
    }
    return p;
}

/* The tag at P; returns what follows it. */
static const char *mend_tag(GString *out, const char *p)
{
    while (*p != '\0' && *p != '>') {
        const char quote = *p;
        g_string_append_c(out, *p++);
        if (quote != '"' && quote != '\'')
            continue;
        p = mend_value(out, p, quote);
        if (*p == '\0')
            break;
        g_string_append_c(out, *p++);
        if (g_ascii_isalpha(*p))
            g_string_append_c(out, ' ');
    }
    return p;
}

/* A comment, a processing instruction or such at P, as it is; returns what follows it. */
static const char *skip_markup(GString *out, const char *p)
{
    static const char *const marks[][2] = {
        {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}};
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (!g_str_has_prefix(p, marks[i][0]))
            continue;
        const char *end = strstr(p + strlen(marks[i][0]), marks[i][1]);
        end = end != NULL ? end + strlen(marks[i][1]) : p + strlen(p);
        g_string_append_len(out, p, end - p);
        return end;
    }
    return p;
}

char *ra_msra_mend(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 64);
    const char *p = text;
    while (*p != '\0') {
        if (*p == '<' && (p[1] == '!' || p[1] == '?'))
            p = skip_markup(out, p);
        else if (*p == '<')
            p = mend_tag(out, p);
        else
            g_string_append_c(out, *p++);
    }
    return g_string_free(out, FALSE);
}
