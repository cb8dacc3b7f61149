/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The replies that tell the novice, and every system that reads the thread, how a case goes:
 * RFC 5322 3.6.4 (In-Reply-To, References), RFC 3834 (Auto-Submitted, who gets one, who does not).
 */
#pragma once

#include "mailer/find/headers.h"

typedef enum {
    RA_EVENT_CLAIMED,
    RA_EVENT_CONNECTED,
    RA_EVENT_FINISHED,
    RA_EVENT_EXPIRED,
} RaCaseEvent;

/* "claimed", "connected", "finished", "expired". */
const char *ra_case_event_name(RaCaseEvent event);
gboolean ra_case_event_parse(const char *name, RaCaseEvent *ret);

/* Borrowed. */
typedef struct {
    const RaMessageInfo *message; /* of the novice */
    RaCaseEvent event;
    const char *from;   /* the help desk's address, from ra_address_parse() */
    const char *helper; /* whose case it is; "" to name nobody */
    gint64 now;         /* seconds since 1970 UTC */
    gint64 seconds;     /* FINISHED: how long the session was; 0: not known */
    gint64 end;         /* EXPIRED: when the invitation did */
} RaCaseLetter;

/* To whom it goes: Reply-To, else From (RFC 5322 3.6.2). NULL with RA_ERROR_DECLINED where nothing
 * may be sent: no address, a mailing list, a bounce, or a message that was itself sent by a program
 * other than ours (RFC 3834 2). Caller frees. */
char *ra_case_letter_recipient(const RaMessageInfo *message, GError **error);
/* The message with CRLF line ends, to ra_case_letter_recipient(), whose errors it has; also
 * RA_ERROR_DECLINED where that is FROM, RA_ERROR_USAGE for a bad address or name. */
GBytes *ra_case_letter_compose(const RaCaseLetter *letter, GError **error);
