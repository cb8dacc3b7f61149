/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends the replies of mailer/inbox/case-letter.h: which events are told, from which address, by
 * which way; each event of a case at most once, whoever else watches the mailbox (doc/MAIL.md). */
#pragma once

#include "base/settings.h"
#include "mailer/inbox/queue.h"

typedef struct _RaTeller RaTeller;

/*
 * EVENTS are names of ra_case_event_parse(), NULL-terminated; NULL: Inbox.Tell; none at all is
 * fine. HELPER is this helper's name, "" to name nobody. Mail goes out from Inbox.Address by
 * Mail.Smtp, or sendmail(1) where that is not set. RA_ERROR_USAGE for an unknown event, for a way
 * or address that is missing or cannot work, and as ra_smtp_server_check().
 */
RaTeller *ra_teller_new(const RaSettings *settings, const char *const *events, const char *helper,
                        GError **error);
void ra_teller_free(RaTeller *teller); /* NULL is fine; what is being sent is sent */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaTeller, ra_teller_free)
gboolean ra_teller_tells(const RaTeller *teller, RaCaseEvent event);

/*
 * Tells EVENT in the thread of ITEM, which lies in QUEUE. SECONDS is how long a session was (0: not
 * known). TRUE where it was sent, and where there was nothing to do: the event is not told, or
 * somebody told it already. RA_ERROR_DECLINED where this novice must not be written to,
 * or has been often enough (mailer/inbox/tell-limit.h),
 * RA_ERROR_MAIL where the mail server refused or could not be reached (the event can be told
 * again then), and the errors of ra_queue_tell(). Blocks: for commands that end at once.
 */
gboolean ra_case_tell(const RaTeller *teller, RaQueue *queue, RaCase *item, RaCaseEvent event,
                      gint64 seconds, GCancellable *cancel, GError **error);
/* The same where the queue follows its box. FUNC is called once, perhaps before this returns, else
 * from the main loop: ERROR is NULL where all is well, SENT says whether mail went out. QUEUE
 * outlives that, unless the main loop is never run again. */
typedef void (*RaTellFunc)(RaCase *item, RaCaseEvent event, gboolean sent, const GError *error,
                           gpointer data);
void ra_case_tell_async(const RaTeller *teller, RaQueue *queue, RaCase *item, RaCaseEvent event,
                        gint64 seconds, RaTellFunc func, gpointer data);
