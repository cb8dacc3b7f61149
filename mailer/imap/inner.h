/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the IMAP box: what its parts share. */
#pragma once

#include "mailer/imap/fetched.h"
#include "mailer/imap/session.h"

/* A message that may hold an invitation. */
typedef struct {
    guint32 uid;
    gint64 received; /* seconds since 1970 UTC */
    gint64 size;     /* bytes; -1: not known */
    RaMark *mark;
    gboolean there;   /* while looking for what is gone */
    gboolean fetched; /* together with others */
} RaImapEntry;

typedef struct {
    RaBox box;
    RaImapTarget *target;
    RaImapDial dial;
    gpointer dial_data;
    RaImapSession *session; /* NULL: not connected */
    RaImapFolder folder;    /* as it was opened last */
    gboolean writable;      /* opened by SELECT */
    gboolean reopened;      /* since the last look */
    gboolean bids;          /* marks change by bids: no CONDSTORE, or none to rely on */
    guint pause;            /* milliseconds between two looks at a bid, at the most */
    gboolean known;         /* what follows is of a folder: */
    guint32 validity;       /* its UIDVALIDITY */
    guint32 highest;        /* UIDs up to this one were looked at */
    guint64 modseq;         /* changes up to this one are known; 0: no CONDSTORE */
    GHashTable *entries;    /* UID to RaImapEntry */
    guint batch;            /* new messages that are asked about at once */
    GHashTable *ahead;      /* UID to GBytes: messages that are likely to be asked for next */
    gsize ahead_bytes;      /* of them */
    guint ahead_run;        /* how many messages to fetch at once */
    GArray *ahead_order;    /* UIDs of all entries, in order; NULL: not made yet */
    GHashTable *rivals;     /* "UID KEYWORD" of others' bids to gint64 *: when it was seen first */
} RaImapBox;

/* One call of the box, on a session that is open. May be called twice, when the connection breaks
 * in it. */
typedef gboolean (*RaImapStep)(RaImapBox *self, gpointer call, GCancellable *cancel,
                               GError **error);

/* The box, over links that DIAL makes. */
RaBox *ra_imap_box_new_over(const RaImapServer *server, RaImapDial dial, gpointer data,
                            GError **error);

/* TEXT as a UID; 0 for anything else. */
guint32 ra_imap_uid_parse(const char *text);

/* The steps, and what they are called with. */
typedef struct {
    RaBoxFunc report;
    void (*reset)(gpointer data);
    gpointer data;
} RaImapRefresh;
gboolean ra_imap_refresh(RaImapBox *self, gpointer data, GCancellable *cancel, GError **error);

typedef struct {
    guint32 uid;
    GBytes *ret;
} RaImapFetch;
gboolean ra_imap_fetch(RaImapBox *self, gpointer data, GCancellable *cancel, GError **error);

/* Messages that are fetched together with another, since whoever asks for one after the other waits
 * for each: first one, then two, then four, the next lower UIDs. */
/* UID's, if it is there: a reference, taken out. May ask the server. NULL with *ERROR empty where
 * the message has to be fetched by itself. */
GBytes *ra_imap_ahead_fetch(RaImapBox *self, guint32 uid, GCancellable *cancel, GError **error);
void ra_imap_ahead_forget(RaImapBox *self);

/* The UIDs of the entries, in order. */
GArray *ra_imap_known_uids(const RaImapBox *self);
/* Whether the server still has the message, after it refused something. */
gboolean ra_imap_is_there(RaImapBox *self, guint32 uid, gboolean *ret, GCancellable *cancel,
                          GError **error);

typedef struct {
    guint32 uid;
    const RaMark *expected, *wanted;
    RaMark *now;      /* set with RA_ERROR_DECLINED */
    gboolean sent;    /* a change was sent already, over a connection that broke since */
    gboolean has_bid; /* our bid is there */
} RaImapChange;
gboolean ra_imap_change(RaImapBox *self, gpointer data, GCancellable *cancel, GError **error);
