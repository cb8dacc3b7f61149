/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/zstream.h"

#include <string.h>

void ra_deflate(RaDeflate *deflate_, int level, const guint8 *data, gsize size, GByteArray *out)
{
    z_stream *z = &deflate_->stream;
    if (!deflate_->open && deflateInit(z, level) != Z_OK)
        g_error("zlib cannot start a stream");
    deflate_->open = TRUE;
    z->next_in = (Bytef *)data;
    z->avail_in = (uInt)size;
    gsize room = deflateBound(z, (uLong)size) + 64;
    do {
        const guint before = out->len;
        g_byte_array_set_size(out, (guint)(before + room));
        z->next_out = out->data + before;
        z->avail_out = (uInt)room;
        const int result = deflate(z, Z_SYNC_FLUSH);
        g_byte_array_set_size(out, (guint)(before + room - z->avail_out));
        g_assert(result == Z_OK || result == Z_BUF_ERROR);
        room = 4096;
    } while (z->avail_out == 0);
}

void ra_deflate_clear(RaDeflate *deflate)
{
    if (deflate->open)
        deflateEnd(&deflate->stream);
    deflate->open = FALSE;
}

void ra_inflate_reset(RaInflate *inflate)
{
    if (inflate->open)
        inflateReset(&inflate->stream);
}

void ra_inflate_clear(RaInflate *inflate)
{
    if (inflate->open)
        inflateEnd(&inflate->stream);
    inflate->open = FALSE;
}

static void start(RaInflate *inflate, const guint8 *data, gsize size)
{
    if (!inflate->open && inflateInit(&inflate->stream) != Z_OK)
        g_error("zlib cannot start a stream");
    inflate->open = TRUE;
    inflate->stream.next_in = (Bytef *)data;
    inflate->stream.avail_in = (uInt)size;
}

/* Up to SIZE bytes; how many came, or -1 for data that is no stream. */
static gssize pull(RaInflate *inflate_, guint8 *out, gsize size)
{
    z_stream *z = &inflate_->stream;
    z->next_out = out;
    z->avail_out = (uInt)size;
    const int result = inflate(z, Z_SYNC_FLUSH);
    if (result != Z_OK && result != Z_BUF_ERROR)
        return -1;
    return (gssize)(size - z->avail_out);
}

/* TRUE if the input is used up and gives nothing more. */
static gboolean drained(RaInflate *inflate)
{
    guint8 extra;
    return pull(inflate, &extra, 1) == 0 && inflate->stream.avail_in == 0;
}

gboolean ra_inflate_exact(RaInflate *inflate, const guint8 *data, gsize size, guint8 *out,
                          gsize want)
{
    start(inflate, data, size);
    return pull(inflate, out, want) == (gssize)want && drained(inflate);
}

void ra_inflate_begin(RaInflateReader *reader, RaInflate *inflate, const guint8 *data, gsize size)
{
    start(inflate, data, size);
    reader->inflate = inflate;
    reader->at = reader->end = 0;
}

const guint8 *ra_inflate_take(RaInflateReader *reader, gsize size)
{
    if (size > reader->end - reader->at) {
        memmove(reader->window, reader->window + reader->at, reader->end - reader->at);
        reader->end -= reader->at;
        reader->at = 0;
        const gssize got = pull(reader->inflate, reader->window + reader->end,
                                sizeof reader->window - reader->end);
        if (got < 0)
            return NULL;
        reader->end += (gsize)got;
    }
    if (size > reader->end - reader->at)
        return NULL;
    const guint8 *bytes = reader->window + reader->at;
    reader->at += size;
    return bytes;
}

gboolean ra_inflate_end(RaInflateReader *reader)
{
    return reader->at == reader->end && drained(reader->inflate);
}
