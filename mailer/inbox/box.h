/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The help desk's mailbox, wherever it is: what ra-inbox's queue needs of it, and no more. Two
 * kinds: a folder on an IMAP server (mailer/imap/box.h) and a local Maildir
 * (mailer/inbox/maildir-box.h). doc/MAIL.md says what each writes, and why that is safe between
 * helpers.
 *
 * A box belongs to one thread at a time; its calls block until done, failed, or cancelled
 * (G_IO_ERROR_CANCELLED). It mends a broken connection by itself, once per call; errors are then
 * RA_ERROR_UNREACHABLE (the server), RA_ERROR_PASSWORD (the login), RA_ERROR_USAGE (there is no
 * such mailbox; it cannot be written to), RA_ERROR_MALFORMED (the server does not keep to the
 * protocol), one line each.
 *
 * Nothing is ever moved, deleted, or marked as read.
 */
#pragma once

#include <gio/gio.h>

/* Replies that were sent, or are being sent, so that none is sent twice: bits of RaMark's told. */
typedef enum {
    RA_TOLD_CLAIMED = 1 << 0, /* in the order of RaCaseEvent (mailer/inbox/case-letter.h) */
    RA_TOLD_CONNECTED = 1 << 1,
    RA_TOLD_FINISHED = 1 << 2,
    RA_TOLD_EXPIRED = 1 << 3,
} RaTold;

/* What helpers have written at a message. */
typedef struct {
    char *owner;      /* the helper who claimed it, UTF-8; NULL: nobody. Clean before showing */
    gboolean session; /* in session with the novice */
    gboolean done;
    guint told;   /* RaTold; whoever changes the rest leaves it as it is */
    gint64 since; /* of a session: seconds since 1970 UTC when it was marked, 0 where the box
                     cannot tell. Does not count in comparisons */
} RaMark;

/* With told and since 0. */
RaMark *ra_mark_new(const char *owner, gboolean session, gboolean done);
RaMark *ra_mark_copy(const RaMark *mark);
void ra_mark_free(RaMark *mark); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaMark, ra_mark_free)
gboolean ra_mark_equal(const RaMark *first, const RaMark *second);

enum {
    RA_OWNER_MAX = 64,                     /* bytes of a helper's name, UTF-8 */
    RA_BOX_MESSAGE_MAX = 64 * 1024 * 1024, /* bytes of a message that is fetched */
    RA_BOX_MESSAGES_MAX = 100000,          /* messages that one box reports */
};

/* A message that may hold an invitation. */
typedef struct {
    char *id;        /* names it for as long as the box is what it is: an IMAP UID, or the first
                        twelve digits of the SHA-256 of a Maildir name; for command lines too */
    gint64 received; /* seconds since 1970 UTC */
    RaMark *mark;
    gboolean gone; /* it is not there any more: nothing else counts */
} RaBoxMessage;

typedef void (*RaBoxFunc)(const RaBoxMessage *message, gpointer data);

typedef struct _RaBox RaBox;
typedef struct {
    const char *kind; /* "imap", "maildir" */
    /* Reports what is new, changed or gone since the last call; all of it at the first one, and
     * after the box has become another (RESET is then called first). */
    gboolean (*refresh)(RaBox *box, RaBoxFunc report, void (*reset)(gpointer data), gpointer data,
                        GCancellable *cancel, GError **error);
    /* What of the message ID ra_extract() needs to find its invitations: all of it, or its headers
     * and those parts. NULL with RA_ERROR_NO_TICKET where it is gone. */
    GBytes *(*fetch)(RaBox *box, const char *id, GCancellable *cancel, GError **error);
    /*
     * Turns the mark of ID from EXPECTED into WANTED, atomically: of any number of helpers who call
     * this at once with the same EXPECTED, one gets TRUE. FALSE with RA_ERROR_DECLINED where it was
     * not as EXPECTED, *NOW (to be freed) saying how it is then; with another error where that
     * could not be done, nothing having changed.
     */
    gboolean (*change)(RaBox *box, const char *id, const RaMark *expected, const RaMark *wanted,
                       RaMark **now, GCancellable *cancel, GError **error);
    /* Waits until there may be something to refresh, or SECONDS have passed. */
    gboolean (*wait)(RaBox *box, guint seconds, GCancellable *cancel, GError **error);
    void (*free)(RaBox *box);
} RaBoxClass;

struct _RaBox {
    const RaBoxClass *class; /* the first field of every kind */
};

void ra_box_free(RaBox *box); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaBox, ra_box_free)

/* "alice" as an IMAP keyword and a file may hold it, and back: letters a to z, digits, "-" and "."
 * stand for themselves, every other byte is "_" and two digits in lower case. NULL for what was
 * never made so. Callers free. */
char *ra_owner_encode(const char *owner);
char *ra_owner_decode(const char *text);
