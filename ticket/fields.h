/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one binary form that this room uses, for associated data, the sealed part, packed
 * invitations and the store: fields, each a big-endian 32-bit length and that many bytes. Both
 * sides know the order; nothing is named. Built and read in secrets, so that no copy is left
 * behind. (doc/TICKET.md, "Fields")
 */
#pragma once

#include "base/secret.h"

#include <glib.h>

enum { RA_FIELDS_MAX = 256 * 1024 }; /* bytes of a whole sequence */

typedef struct {
    RaSecret *secret;
    gsize used;
} RaFieldWriter;

void ra_field_writer_init(RaFieldWriter *writer);
void ra_field_put(RaFieldWriter *writer, const void *data, gsize size);
void ra_field_put_text(RaFieldWriter *writer, const char *text);
/* In decimal. */
void ra_field_put_number(RaFieldWriter *writer, gint64 number);
/* The sequence; the writer is empty afterwards. */
RaSecret *ra_field_writer_finish(RaFieldWriter *writer);

/* Fails once and for all: read everything, then ask ra_field_reader_done(). */
typedef struct {
    const guint8 *data; /* borrowed */
    gsize size, at;
    gboolean failed;
} RaFieldReader;

void ra_field_reader_init(RaFieldReader *reader, const void *data, gsize size);
/* TRUE while there is another field and nothing failed. */
gboolean ra_field_more(const RaFieldReader *reader);
/* Borrowed from the data; NULL, *RET_SIZE 0, on failure. */
const guint8 *ra_field_get(RaFieldReader *reader, gsize *ret_size);
/* Exactly SIZE bytes, copied to DATA, which is zeroed on failure. */
void ra_field_get_exact(RaFieldReader *reader, void *data, gsize size);
/* MAX bytes of valid UTF-8 at the most; without control characters unless LINES, which allows line
 * ends and tabs. Never NULL: "" on failure. Caller frees. */
char *ra_field_get_text(RaFieldReader *reader, gsize max, gboolean lines);
/* Between MIN and MAX, in the form that ra_field_put_number() writes; MIN on failure. */
gint64 ra_field_get_number(RaFieldReader *reader, gint64 min, gint64 max);
/* TRUE if nothing failed and nothing is left. */
gboolean ra_field_reader_done(const RaFieldReader *reader);
