/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The headers of a message or of a part of one (RFC 5322, 2045, 2047, 2183, 2231), taken line by
 * line: only those that the opener needs are kept, so that no block of headers is too large to
 * read. GMime decodes their values.
 */
#pragma once

#include "mailer/find/lines.h"

#include <gmime/gmime.h>

enum {
    RA_HEADER_MAX = 16 * 1024, /* bytes of one value, unfolded; the rest is dropped */
};

/* Who sent a message, as its headers claim: nothing of it is proven. Reference-counted. Texts are
 * valid UTF-8, otherwise as written: clean them (base/text.h) before showing. */
typedef struct {
    char *from_name;     /* "" where there is none */
    char *from_address;  /* the first one; "" where there is none */
    gboolean from_many;  /* it names several, which a mail program may show otherwise */
    char *sender;        /* address or "" */
    char *reply_to;      /* address or "" */
    char *subject;       /* or "" */
    char *message_id;    /* without the brackets, or "" */
    gint64 date;         /* seconds since 1970 UTC, 0 where there is none */
    char *references;    /* identifiers as References (else In-Reply-To) has them, or "" */
    char *automatic;     /* Auto-Submitted's keyword in lower case, or "" */
    gboolean invitation; /* ra-invite's header X-Remote-Assistance-Expires is there */
    char *text;    /* what its person writes (mailer/find/words.h), as far as it was read; or "" */
    gboolean bulk; /* from a list or in bulk: List-*, Precedence; or a bounce: Return-Path <> */
} RaMessageInfo;

RaMessageInfo *ra_message_info_ref(RaMessageInfo *info);
void ra_message_info_unref(RaMessageInfo *info); /* NULL is fine */

/* What the headers of a part say about its content. */
typedef struct {
    char *type;      /* "text/plain", in lower case; "" where nothing is said */
    char *charset;   /* in lower case, or "" */
    char *boundary;  /* NULL where there is none */
    char *file_name; /* decoded, valid UTF-8; "" where there is none. Never to be trusted */
    GMimeContentEncoding encoding;
} RaPartInfo;

void ra_part_info_clear(RaPartInfo *info);

typedef struct _RaHeaders RaHeaders;

RaHeaders *ra_headers_new(void);
void ra_headers_free(RaHeaders *headers); /* NULL is fine */
/* Takes LINE. FALSE if it is no header's: the block is over, LINE belongs to the body (an empty
 * LINE, which ends the block, is not a header's either). */
gboolean ra_headers_take(RaHeaders *headers, const RaLine *line);
/* TRUE if LINE could be the first of a header: a name, then a colon. */
gboolean ra_headers_is_first_line(const RaLine *line);
/* TRUE if LINE is the first of a header that mail is known by. */
gboolean ra_headers_is_known(const RaLine *line);
/* Adds decoded bytes of the message's text in CHARSET ("": unknown): the first RA_WORDS_READ bytes
 * of it count. */
void ra_headers_add_text(RaHeaders *headers, const char *charset, const char *data, gsize size);
gboolean ra_headers_have_text(const RaHeaders *headers);
/* TRUE if they say who a message is from. */
gboolean ra_headers_have_from(const RaHeaders *headers);

/* What they say about the message; decoded when it is first asked for, since most messages of a
 * mailbox hold nothing. Borrowed. */
RaMessageInfo *ra_headers_message(RaHeaders *headers);
/* Fills INFO; to be cleared by the caller. */
void ra_headers_part(const RaHeaders *headers, RaPartInfo *info);
