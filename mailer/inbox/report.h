/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-inbox prints under --json: objects as ra-inbox(1) documents them. Callers free. */
#pragma once

#include "mailer/inbox/queue.h"

/* Of a command: "ok" and "error", and what of the rest is set. Ends with a line end. */
typedef struct {
    const GError *error;    /* NULL: it was done */
    const RaQueue *queue;   /* NULL: not reached */
    const GPtrArray *cases; /* of RaCase: what is listed; NULL: nothing is */
    RaCase *item;           /* the one that it was about; NULL: none */
    const char *taken_from; /* who had it; NULL: nobody */
    gboolean opened;        /* an invitation was to be opened: the next two count */
    int code;               /* the exit code of ra-open */
    gint64 seconds;         /* of the session; 0: there was none */
    const char *inbox;      /* the mailbox, for persons; NULL: not known */
    gint64 now;
} RaInboxResult;

char *ra_inbox_report(const RaInboxResult *result);

/* Of watch, one object in a line: "event" is "case" with that case, "gone" with its id, "trouble"
 * with the error, or "back". */
char *ra_inbox_report_event(const char *event, const RaCase *item, const GError *error,
                            const char *owner, gint64 now);
