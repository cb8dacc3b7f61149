/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many replies go out that nobody decided to send: those about invitations that expired.
 * Whoever writes to the help desk names any address as theirs, and invitations that end in a minute
 * cost nothing: without a limit a thousand of them are a thousand replies to somebody who has never
 * asked (RFC 3834 2). What others have told is seen in the marks, so that a restart and more
 * helpers make hardly more of them.
 */
#pragma once

#include "mailer/inbox/queue.h"

enum {
    RA_TELL_LIMIT_ADDRESS = 3, /* to one address in a day */
    RA_TELL_LIMIT_ALL = 60,    /* to all in an hour */
};

typedef struct _RaTellLimit RaTellLimit;

RaTellLimit *ra_tell_limit_new(void);
void ra_tell_limit_free(RaTellLimit *limit); /* NULL is fine */
/* Notes that somebody told the case ID to the address TO at the moment AT. */
void ra_tell_limit_note(RaTellLimit *limit, const char *id, const char *to, gint64 at);
/* The same for all cases in QUEUE that say so; does nothing if that was done within a minute. */
void ra_tell_limit_look(RaTellLimit *limit, const RaQueue *queue, gint64 now);
/* Notes it, if TO may be told of the case ID now; else RA_ERROR_DECLINED. */
gboolean ra_tell_limit_take(RaTellLimit *limit, const char *id, const char *to, gint64 now,
                            GError **error);
