/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the opener: what the steps of one search share. Bytes flow
 *
 *   content (what is it?) -> mailbox -> message -> part decoder -> content ...
 *                         -> ticket, or text with blocks in it
 *
 * and each step frees the next. */
#pragma once

#include "mailer/extract.h"

typedef struct {
    RaExtractOptions options;
    RaExtraction *out;
    GHashTable *known;    /* fingerprints of what was found */
    GHashTable *charsets; /* name to whether ASCII looks otherwise in it */
    gsize message_bytes;  /* read of the present message */
    guint message_parts;  /* seen in it */
    guint mailbox_index;  /* of the present message, 0 outside mailboxes */
    const char *path;     /* of the present file of a folder, NULL elsewhere */
    gsize found_bytes;    /* what is found takes about this */
    gint64 reported;      /* monotonic time of the last report */
    gsize unpack_held;    /* bytes of Outlook's documents that are held now */
    gsize unpacked;       /* bytes that came out of those of the present message */
    guint unpack_slow;    /* of them took too long, in the whole input */
    gboolean skip;        /* the present message hit a limit: nothing more of it counts */
    gboolean full;        /* more were found than are listed: nothing more counts at all */
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
} RaPlace;

/* Beginning and end of a search; OPTIONS may be NULL. The caller owns what the end returns. */
void ra_extractor_start(RaExtractor *extractor, const RaExtractOptions *options);
RaExtraction *ra_extractor_finish(RaExtractor *extractor);
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

/* Takes a candidate: parsed, added unless it is known already, counted as damaged otherwise. */
void ra_extractor_candidate(RaExtractor *extractor, const RaPlace *place, RaFoundAs as,
                            const void *data, gsize size);
/* Something meant to be an invitation that is no candidate: WHY for a person. */
void ra_extractor_damaged(RaExtractor *extractor, const char *why);
/* Something that was not searched, or not to its end: WHY follows "no invitation was found, but".
 */
void ra_extractor_limit(RaExtractor *extractor, const char *why);
void ra_extractor_foreign(RaExtractor *extractor);
