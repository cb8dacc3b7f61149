/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/armour.h"

#include "ticket/internal.h"

#include <openssl/evp.h>
#include <string.h>

enum {
    LINE_WIDTH = 64,
    SUM_BYTES = 6, /* of the SHA-256 that end the block: against damage, not against people */
    SUM_TEXT = 8,  /* the same in Base64 */
    PREFIX_MAX = 64,
    BLOCK_MAX = RA_TICKET_MAX / 3 * 4 + 8 + 1 + SUM_TEXT, /* characters that count */
};

/* TEXT must hold SUM_TEXT + 1 bytes. */
static void checksum(const void *data, gsize size, char *text)
{
    guint8 digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL) != 1)
        g_error("SHA-256 does not work here");
    g_autofree char *sum = g_base64_encode(digest, SUM_BYTES);
    g_strlcpy(text, sum, SUM_TEXT + 1);
}

char *ra_armour(GBytes *ticket)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(ticket, &size);
    char sum[SUM_TEXT + 1];
    checksum(data, size, sum);
    g_autofree char *lines = ra_base64_lines(data, size, LINE_WIDTH);
    return g_strconcat(RA_ARMOUR_BEGIN "\n", lines, "=", sum, "\n" RA_ARMOUR_END "\n", NULL);
}

/* What mail programs put between characters, in bytes of any charset: white space, quote marks,
 * no-break spaces (UTF-8, Latin-1), zero-width ones and byte order marks. 0 where P is none. */
static gsize filler_at(const char *p, const char *end)
{
    static const char *const fillers[] = {
        " ",
        "\t",
        "\r",
        "\n",
        "\f",
        "\v",
        "!\n", /* where a gateway broke an overlong line */
        "!\r\n",
        ">",
        "|",
        "\xC2\xA0",
        "\xA0",
        "\xC2\xAD",
        "\xE2\x80\x8B",
        "\xE2\x80\x8C",
        "\xE2\x80\x8D",
        "\xE2\x80\xAF",
        "\xE2\x81\xA0",
        "\xEF\xBB\xBF",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fillers); i++) {
        const gsize length = strlen(fillers[i]);
        if ((gsize)(end - p) >= length && memcmp(p, fillers[i], length) == 0)
            return length;
    }
    return 0;
}

/* The end of MARKER at P, where a space of the marker may be any filler; NULL where it is not. */
static const char *marker_at(const char *p, const char *end, const char *marker)
{
    for (; *marker != '\0'; marker++) {
        if (p == end)
            return NULL;
        if (*marker != ' ') {
            if (*p++ != *marker)
                return NULL;
            continue;
        }
        gsize n = filler_at(p, end);
        if (n == 0)
            return NULL;
        for (; n > 0; n = filler_at(p, end))
            p += n;
    }
    return p;
}

/* What a mail program wrote before BEGIN on its line, and perhaps before each line of the block. */
static gsize prefix_before(const char *text, const char *begin)
{
    const char *p = begin;
    while (p > text && p[-1] != '\n' && p[-1] != '\r' && begin - p < PREFIX_MAX)
        p--;
    return (gsize)(begin - p);
}

static gboolean is_base64(char c)
{
    return g_ascii_isalnum(c) || c == '+' || c == '/' || c == '=';
}

/* The document in the characters of a block; NULL if it is damaged. */
static GBytes *decode(const GString *block)
{
    if (block->len > BLOCK_MAX || block->len <= 1 + SUM_TEXT)
        return NULL;
    const gsize length = block->len - 1 - SUM_TEXT;
    if (block->str[length] != '=')
        return NULL;
    g_autoptr(GBytes) document = ra_base64_read(block->str, length, FALSE);
    if (document == NULL || g_bytes_get_size(document) == 0 ||
        g_bytes_get_size(document) > RA_TICKET_MAX)
        return NULL;
    char sum[SUM_TEXT + 1];
    checksum(g_bytes_get_data(document, NULL), g_bytes_get_size(document), sum);
    return memcmp(sum, block->str + length + 1, SUM_TEXT) == 0 ? g_steal_pointer(&document) : NULL;
}

/* The block that starts at P, behind its BEGIN, whose line had PREFIX before it. *NEXT is where to
 * go on: behind END, or at what cannot belong to the block. */
static GBytes *read_block(const char *p, const char *end, const char *prefix, gsize prefix_size,
                          const char **next)
{
    g_autoptr(GString) block = g_string_new(NULL);
    while (p < end) {
        const char *behind = marker_at(p, end, RA_ARMOUR_END);
        if (behind != NULL) {
            *next = behind;
            return decode(block);
        }
        const gboolean line_start = p[-1] == '\n' || p[-1] == '\r';
        if (line_start && prefix_size > 0 && (gsize)(end - p) >= prefix_size &&
            memcmp(p, prefix, prefix_size) == 0) {
            p += prefix_size;
            continue;
        }
        const gsize filler = filler_at(p, end);
        if (filler == 0 && !is_base64(*p))
            break;
        if (filler == 0 && block->len <= BLOCK_MAX)
            g_string_append_c(block, *p);
        p += filler > 0 ? filler : 1;
    }
    *next = p;
    return NULL;
}

GPtrArray *ra_dearmour(const char *text, gsize size, guint max, guint *damaged)
{
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    const char *end = text + size;
    guint broken = 0;
    for (const char *p = text; p < end && found->len < max;) {
        const char *dash = memchr(p, '-', (gsize)(end - p));
        if (dash == NULL)
            break;
        const char *behind = marker_at(dash, end, RA_ARMOUR_BEGIN);
        p = dash + 1;
        if (behind == NULL)
            continue;
        const gsize prefix_size = prefix_before(text, dash);
        GBytes *document = read_block(behind, end, dash - prefix_size, prefix_size, &p);
        if (document != NULL)
            g_ptr_array_add(found, document);
        else
            broken++;
    }
    if (damaged != NULL)
        *damaged = broken;
    return found;
}
