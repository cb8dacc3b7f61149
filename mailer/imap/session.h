/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A conversation with an IMAP server that has taken our login: commands, their answers, and what
 * the server says unasked (RFC 3501 7). One call at a time. After a call that failed with an
 * RA_ERROR or was cancelled the session is dead, unless said otherwise.
 */
#pragma once

#include "mailer/imap/link.h"
#include "mailer/imap/scan.h"

typedef struct _RaImapSession RaImapSession;

typedef enum { RA_IMAP_OK, RA_IMAP_NO, RA_IMAP_BAD } RaImapStatus;

typedef struct {
    RaImapStatus status;
    char *text;        /* what came with it, response code too; clean */
    gboolean modified; /* [MODIFIED ...]: RFC 7162 3.1.3 */
} RaImapAnswer;

void ra_imap_answer_clear(RaImapAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RaImapAnswer, ra_imap_answer_clear)

/* One untagged response, behind its "* ". CUT: DATA is only how it begins. */
typedef void (*RaImapUntagged)(const char *data, gsize size, gboolean cut, gpointer user);

/* What the server said about the folder when it was opened. */
typedef struct {
    guint32 validity; /* UIDVALIDITY; 0: none */
    guint32 next;     /* UIDNEXT; 0: not said */
    guint64 modseq;   /* HIGHESTMODSEQ; 0: there is none for this folder */
    gboolean writable;
    gboolean keywords; /* new ones can be made: PERMANENTFLAGS has "\*" */
} RaImapFolder;

/* Takes LINK. Asks for what the server can do. */
RaImapSession *ra_imap_session_new(RaImapLink *link, const RaImapTarget *target,
                                   GCancellable *cancel, GError **error);
void ra_imap_session_free(RaImapSession *session); /* NULL is fine; says nothing more */
gboolean ra_imap_session_is_dead(const RaImapSession *session);

/* "IDLE", in capitals. */
gboolean ra_imap_session_can(const RaImapSession *session, const char *capability);

/* Opens the target's folder. A refusal is RA_ERROR_USAGE, and leaves the session alive. */
gboolean ra_imap_session_open(RaImapSession *session, gboolean writable, RaImapFolder *ret,
                              GCancellable *cancel, GError **error);

/* Sends COMMAND (without tag and line end), and waits for its answer. UNTAGGED (may be NULL) is
 * given what comes meanwhile. NO and BAD are no failures. */
gboolean ra_imap_session_run(RaImapSession *session, const char *command, RaImapUntagged untagged,
                             gpointer user, RaImapAnswer *answer, GCancellable *cancel,
                             GError **error);

/* The same, but NO is RA_ERROR_UNREACHABLE and BAD is RA_ERROR_MALFORMED; the session lives. */
gboolean ra_imap_session_ask(RaImapSession *session, const char *command, RaImapUntagged untagged,
                             gpointer user, GCancellable *cancel, GError **error);

/* Whether the server told of anything new, changed or gone since this was last asked. A FETCH in a
 * command with an UNTAGGED of its own may be the answer: that one decides. */
gboolean ra_imap_session_take_news(RaImapSession *session);
void ra_imap_session_note_news(RaImapSession *session);
/* The same, of messages that are gone; others (FETCH, EXISTS) apart. */
gboolean ra_imap_session_take_gone(RaImapSession *session);
/* The same, and it is still to be taken. */
gboolean ra_imap_session_has_gone(const RaImapSession *session);

/* IDLE (RFC 2177) until there is news, or until UNTIL. A cancelled one leaves the session alive. */
gboolean ra_imap_session_idle(RaImapSession *session, gint64 until, GCancellable *cancel,
                              GError **error);
