/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/gunzip.h"

#include "mailer/find/content.h"

#include <string.h>

enum {
    PIECE = 64 * 1024,
    BLOCK = 4096,    /* decompressed at once: a damaged one is lost, however it was read */
    RATIO_MAX = 200, /* mail reaches 20; a file of zeros a thousand */
    FREE = RA_EXTRACT_MESSAGE_MAX / 64, /* bytes that may come out whatever the ratio */
};

struct _RaGunzip {
    RaExtractor *extractor;
    gboolean counts; /* what comes out is part of a message */
    RaContent *content;
    GConverter *converter;
    char *piece;
    char block[BLOCK]; /* what came, until there is enough of it */
    gsize filled;
    guint64 in, out;
    gboolean over;
};

gboolean ra_gunzip_wants(const char *head, gsize size)
{
    return size >= 4 && memcmp(head, "\x1F\x8B\x08", 3) == 0 && (guchar)head[3] < 0x20;
}

RaGunzip *ra_gunzip_new(RaExtractor *extractor, const RaPlace *place)
{
    RaGunzip *gunzip = g_new0(RaGunzip, 1);
    RaPlace inner = *place;
    inner.depth++;
    gunzip->extractor = extractor;
    gunzip->counts = place->message != NULL;
    gunzip->content = ra_content_new(extractor, &inner);
    gunzip->converter = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    gunzip->piece = g_malloc(PIECE);
    return gunzip;
}

static gboolean is_allowed(RaGunzip *gunzip, gsize size)
{
    gunzip->out += size;
    if (gunzip->out > FREE && gunzip->out > RATIO_MAX * gunzip->in) {
        ra_extractor_limit(gunzip->extractor, "a compressed file holds far too much for its size");
        return FALSE;
    }
    return gunzip->counts ? ra_extractor_count_bytes(gunzip->extractor, size)
                          : ra_extractor_wants_more(gunzip->extractor);
}

static void push_block(RaGunzip *gunzip)
{
    const char *data = gunzip->block;
    gsize size = gunzip->filled;
    gunzip->filled = 0;
    while (size > 0 && !gunzip->over) {
        gsize used = 0, made = 0;
        const GConverterResult result = g_converter_convert(
            gunzip->converter, data, size, gunzip->piece, PIECE, 0, &used, &made, NULL);
        if (result == G_CONVERTER_ERROR) { /* it is damaged, or ends here */
            gunzip->over = TRUE;
            return;
        }
        data += used;
        size -= used;
        gunzip->in += used;
        if (made > 0 && !is_allowed(gunzip, made))
            gunzip->over = TRUE;
        else if (made > 0)
            ra_content_push(gunzip->content, gunzip->piece, made);
        if (result == G_CONVERTER_FINISHED) /* another file may follow at once */
            g_converter_reset(gunzip->converter);
    }
}

void ra_gunzip_push(RaGunzip *gunzip, const char *data, gsize size)
{
    while (size > 0 && !gunzip->over) {
        const gsize n = MIN(size, BLOCK - gunzip->filled);
        memcpy(gunzip->block + gunzip->filled, data, n);
        gunzip->filled += n;
        data += n;
        size -= n;
        if (gunzip->filled == BLOCK)
            push_block(gunzip);
    }
}

void ra_gunzip_end(RaGunzip *gunzip)
{
    if (gunzip == NULL)
        return;
    push_block(gunzip);
    ra_content_end(gunzip->content);
    g_object_unref(gunzip->converter);
    g_free(gunzip->piece);
    g_free(gunzip);
}
