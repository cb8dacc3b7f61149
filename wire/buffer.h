/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading and writing of big-endian messages.
 *
 * A reader's error is sticky: read everything, then ask once with ra_reader_done(). A failed read
 * gives zero and touches nothing else. A writer has a limit from birth; what goes beyond it is
 * dropped and makes ra_writer_ok() FALSE.
 */
#pragma once

#include <glib.h>

typedef struct {
    const guint8 *data;
    gsize size, at;
    gboolean failed;
} RaReader;

RaReader ra_reader_init(const void *data, gsize size);
guint8 ra_reader_u8(RaReader *reader);
guint16 ra_reader_u16(RaReader *reader);
guint32 ra_reader_u32(RaReader *reader);
guint64 ra_reader_u64(RaReader *reader);
gint32 ra_reader_s32(RaReader *reader);
/* SIZE bytes inside the reader's data, NULL if there are fewer. Borrowed. */
const guint8 *ra_reader_bytes(RaReader *reader, gsize size);
void ra_reader_skip(RaReader *reader, gsize size);
/* A u16 length, then as many bytes of valid UTF-8 without NUL; MAX bytes at the most. Copied into
 * RET, which has MAX + 1 bytes. */
void ra_reader_text(RaReader *reader, char *ret, gsize max);
gsize ra_reader_left(const RaReader *reader);
void ra_reader_fail(RaReader *reader);
/* TRUE if nothing failed, whatever is left. */
gboolean ra_reader_ok(const RaReader *reader);
/* TRUE if nothing failed and nothing is left. */
gboolean ra_reader_done(const RaReader *reader);

typedef struct {
    GByteArray *bytes; /* borrowed: appended to */
    gsize limit;       /* of bytes->len */
    gboolean failed;
} RaWriter;

RaWriter ra_writer_init(GByteArray *bytes, gsize limit);
void ra_writer_u8(RaWriter *writer, guint8 value);
void ra_writer_u16(RaWriter *writer, guint16 value);
void ra_writer_u32(RaWriter *writer, guint32 value);
void ra_writer_u64(RaWriter *writer, guint64 value);
void ra_writer_s32(RaWriter *writer, gint32 value);
void ra_writer_bytes(RaWriter *writer, const void *data, gsize size);
/* SIZE zero bytes, to be filled by the caller; NULL beyond the limit. Valid until the next call. */
guint8 *ra_writer_reserve(RaWriter *writer, gsize size);
/* As ra_reader_text() reads it; fails for text of over MAX bytes. */
void ra_writer_text(RaWriter *writer, const char *text, gsize max);
gboolean ra_writer_ok(const RaWriter *writer);
