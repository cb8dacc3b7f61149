/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What has been copied, as RFB carries it in cut text messages: Latin-1 (RFC 6143, 7.5.6), or,
 * where both ends speak it, the extended clipboard (pseudo-encoding 0xC0A1E5CE of rfbproto) in
 * messages with a negative length. Of the latter only text is spoken: UTF-8, whose lines end with
 * CR LF on the wire and with LF here. All that is here is the content behind the message's head.
 */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

/* Of the formats we have one. */
enum { RA_CLIP_TEXT = 1u << 0 };

/* What a message is for; bits, since caps list those that their sender takes. */
typedef enum {
    RA_CLIP_CAPS = 1u << 24,    /* this is what I speak */
    RA_CLIP_REQUEST = 1u << 25, /* answer with PROVIDE */
    RA_CLIP_PEEK = 1u << 26,    /* answer with NOTIFY */
    RA_CLIP_NOTIFY = 1u << 27,  /* these formats are there now, perhaps none */
    RA_CLIP_PROVIDE = 1u << 28, /* this is it */
    RA_CLIP_ACTIONS = 0x1fu << 24,
} RaClipAction;

typedef struct {
    RaClipAction action;
    guint32 formats;  /* CAPS: that it takes; else that are meant. Others than ours may be there */
    guint32 actions;  /* CAPS: that it takes */
    guint32 text_max; /* CAPS: bytes of text (as on the wire) that it takes without having asked */
    GBytes *text; /* PROVIDE: UTF-8 with LF, no NUL, RA_CLIPBOARD_TEXT_MAX bytes at the most; NULL
                     where it has no text, or one that is too long */
} RaClip;

/* FALSE, *RET untouched: it breaks the format. At most RA_CLIPBOARD_TEXT_MAX * 2 + 1 bytes are
 * inflated. What is not UTF-8 in it is replaced. Free with ra_clip_clear(). */
gboolean ra_clip_decode(const guint8 *data, gsize size, RaClip *ret);
void ra_clip_clear(RaClip *clip);

/* Append one content each. */
void ra_clip_write_caps(GByteArray *out);
/* NOTIFY, REQUEST or PEEK. */
void ra_clip_write(GByteArray *out, RaClipAction action, guint32 formats);
/* FALSE, OUT as it was, for text that is longer than RA_CLIPBOARD_TEXT_MAX, or whose content would
 * be longer than a message may be. */
gboolean ra_clip_write_provide(GByteArray *out, GBytes *text);
/* Bytes of the text as PROVIDE has it, its NUL included. */
gsize ra_clip_wire_size(GBytes *text);

/* Latin-1 with any line ends, from and to. The former is NULL beyond RA_CLIPBOARD_TEXT_MAX; the
 * latter has a question mark where Latin-1 lacks a character, and is cut to RA_RFB_CUT_TEXT_MAX. */
GBytes *ra_clip_from_latin1(const guint8 *data, gsize size);
GBytes *ra_clip_to_latin1(GBytes *text);
