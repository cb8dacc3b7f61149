/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the opener: what the steps of one search share. Bytes flow
 *
 *   content (what is it?) -> mailbox -> message -> part decoder -> content ...
 *                         -> ticket, or text with blocks in it
 *
 * and each step frees the next. */
#pragma once

#include "mailer/find/extract.h"

/* Something signed while it is read: mailer/sign/signing.h. */
typedef struct _RaSigning RaSigning;
/* What S/MIME needs once for all messages: mailer/sign/smime-keys.h. */
typedef struct _RaSmimeKeys RaSmimeKeys;

typedef struct {
    RaExtractOptions options;
    RaExtraction *out;
    GHashTable *known;    /* fingerprints of what was found */
    GHashTable *charsets; /* name to whether ASCII looks otherwise in it */
    RaSmimeKeys *smime;
    GError *failure;     /* a file of the options cannot be used: the search fails, or NULL */
    gsize message_bytes; /* read of the present message */
    gsize kept;          /* bytes of it that are kept to check signatures */
    guint message_parts; /* seen in it */
    guint mailbox_index; /* of the present message, 0 outside mailboxes */
    const char *path;    /* of the present file of a folder, NULL elsewhere */
    gsize found_bytes;   /* what is found takes about this */
    gint64 reported;     /* monotonic time of the last report */
    gsize unpack_held;   /* bytes of Outlook's documents that are held now */
    gsize unpacked;      /* bytes that came out of those of the present message */
    guint unpack_slow;   /* of them took too long, in the whole input */
    gboolean skip;       /* the present message hit a limit: nothing more of it counts */
    gboolean full;       /* more were found than are listed: nothing more counts at all */
} RaExtractor;

/* Where a content lies. */
typedef struct {
    RaHeaders *message; /* of the innermost message around; NULL outside messages; borrowed */
    const char *part;
    const char *file_name;
    const char *type;    /* as declared, or "" */
    const char *charset; /* as declared, or "" */
    guint depth;         /* multiparts and messages around it */
    guint wrapped;       /* how often a decoded part was a message */
    gboolean encrypted;  /* a key opened what is around it */
    gboolean entity;     /* it was inside a signed or encrypted content: MESSAGE is its own too */
    RaSigning *signing;  /* the innermost signed part around it, or NULL; borrowed */
} RaPlace;

/* Beginning and end of a search; OPTIONS may be NULL. The caller owns what the end returns:
 * NULL and RA_ERROR_USAGE where a file of OPTIONS could not be used. */
void ra_extractor_start(RaExtractor *extractor, const RaExtractOptions *options);
RaExtraction *ra_extractor_finish(RaExtractor *extractor, GError **error);
/* The outermost place. */
extern const RaPlace ra_place_outside;
/* TRUE while there is reason to read on: a mailbox goes on after a message that hit a limit. */
gboolean ra_extractor_wants_more(const RaExtractor *extractor);
/* Tells whoever wants to know, from time to time, that READ is done with; may end the search. */
void ra_extractor_report(RaExtractor *extractor, guint64 read);
/* A new file of a folder, at PATH, which must live until the next: counts start again. */
void ra_extractor_next_file(RaExtractor *extractor, const char *path);

/* Counts; TRUE while the limits allow to go on with the present message. */
gboolean ra_extractor_count_bytes(RaExtractor *extractor, gsize size);
gboolean ra_extractor_count_part(RaExtractor *extractor);
/* TRUE where DEPTH and WRAPPED allow one more of each; otherwise notes the limit. */
gboolean ra_extractor_may_nest(RaExtractor *extractor, guint depth, guint wrapped);
/* A new message of a mailbox: counts start again. */
void ra_extractor_next_message(RaExtractor *extractor);

/* Takes a candidate, of ours or Microsoft's: parsed, added unless it is known already, counted as
 * damaged otherwise. */
void ra_extractor_candidate(RaExtractor *extractor, const RaPlace *place, RaFoundAs as,
                            const void *data, gsize size);
/* Something meant to be an invitation that is no candidate: WHY for a person. */
void ra_extractor_damaged(RaExtractor *extractor, const char *why);
/* Something that was not searched, or not to its end: WHY follows "no invitation was found, but".
 */
void ra_extractor_limit(RaExtractor *extractor, const char *why);
/* An encrypted message that stays shut: CODE as RaExtraction.shut, WHY for a person. */
void ra_extractor_locked(RaExtractor *extractor, int code, const char *why);
