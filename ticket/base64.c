/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/internal.h"

#include <string.h>

GBytes *ra_base64_read(const char *text, gsize size, gboolean spaces)
{
    g_autofree char *packed = g_malloc(size + 1);
    gsize n = 0;
    for (gsize i = 0; i < size; i++) {
        if (text[i] == '\0')
            return NULL;
        if (!spaces || strchr(" \t\r\n", text[i]) == NULL)
            packed[n++] = text[i];
    }
    packed[n] = '\0';
    /* GLib's decoder skips what it does not know: so what it read must come out the same again. */
    gsize length = 0;
    g_autofree guchar *data = g_base64_decode(packed, &length);
    g_autofree char *again = g_base64_encode(data, length);
    if (strcmp(packed, again) != 0)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&data), length);
}

char *ra_base64_lines(const void *data, gsize size, guint width)
{
    g_autofree char *text = g_base64_encode(data, size);
    GString *lines = g_string_new(NULL);
    const gsize length = strlen(text);
    for (gsize at = 0; at < length; at += width) {
        g_string_append_len(lines, text + at, (gssize)MIN(width, length - at));
        g_string_append_c(lines, '\n');
    }
    return g_string_free(lines, FALSE);
}
