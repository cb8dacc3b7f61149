/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/utf7.h"

/* Base64 of UTF-16BE, with "," for "/" and nothing at the end. */
static void append_shifted(GString *out, const GByteArray *units)
{
    g_autofree char *text = g_base64_encode(units->data, units->len);
    g_string_append_c(out, '&');
    for (const char *p = text; *p != '\0' && *p != '='; p++)
        g_string_append_c(out, *p == '/' ? ',' : *p);
    g_string_append_c(out, '-');
}

static void append_unit(GByteArray *units, guint unit)
{
    const guint8 bytes[] = {(guint8)(unit >> 8), (guint8)unit};
    g_byte_array_append(units, bytes, sizeof bytes);
}

static void append_character(GByteArray *units, gunichar c)
{
    if (c >= 0x10000) {
        append_unit(units, 0xD800 + ((c - 0x10000) >> 10));
        append_unit(units, 0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
        append_unit(units, c);
    }
}

char *ra_imap_utf7_encode(const char *text)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GByteArray) units = g_byte_array_new();
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (c < 0x20 || c > 0x7E) {
            append_character(units, c);
            continue;
        }
        if (units->len > 0)
            append_shifted(out, units);
        g_byte_array_set_size(units, 0);
        g_string_append_c(out, (char)c);
        if (c == '&')
            g_string_append_c(out, '-');
    }
    if (units->len > 0)
        append_shifted(out, units);
    return g_string_free(out, FALSE);
}
