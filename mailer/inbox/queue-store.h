/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the queue: the cases as of the last look at the box, and what is done to them. The box is
 * used by one thread; the cases may be read from any.
 */
#pragma once

#include "mailer/inbox/queue.h"

typedef struct _RaQueueStore RaQueueStore;

/* As ra_queue_new(). */
RaQueueStore *ra_queue_store_new(RaBox *box, const char *owner, const RaExtractOptions *options);
void ra_queue_store_free(RaQueueStore *store);

/* --- by the thread that has the box --- */

RaBox *ra_queue_store_box(const RaQueueStore *store);
/* Asks the box for what is new. *CHANGED (if not NULL) becomes TRUE where a case has changed. */
gboolean ra_queue_store_refresh(RaQueueStore *store, gboolean *changed, GCancellable *cancel,
                                GError **error);
/* Fetches the next of the messages that are new, the newest first, and looks into it. FALSE with no
 * ERROR where there is none left. */
gboolean ra_queue_store_fetch(RaQueueStore *store, gboolean *changed, GCancellable *cancel,
                              GError **error);
/* Forgets the new messages whose ids do not begin with ID. */
void ra_queue_store_only(RaQueueStore *store, const char *id);
/* As ra_queue_act() and ra_queue_tell(). */
gboolean ra_queue_store_act(RaQueueStore *store, const char *id, RaCaseAct act, gboolean force,
                            GCancellable *cancel, GError **error);
gboolean ra_queue_store_tell(RaQueueStore *store, const char *id, RaCaseEvent event, gboolean told,
                             GCancellable *cancel, GError **error);

/* --- by any --- */

const char *ra_queue_store_owner(const RaQueueStore *store);
GPtrArray *ra_queue_store_cases(RaQueueStore *store, gint64 now);
RaCase *ra_queue_store_find(RaQueueStore *store, const char *id, GError **error);
guint ra_queue_store_left_out(RaQueueStore *store);
