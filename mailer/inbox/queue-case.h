/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the queue: how cases are made, and the rules that their marks follow. */
#pragma once

#include "mailer/inbox/queue.h"

/* Looks into BYTES, the message. *RET becomes NULL where they hold nothing that is meant to be an
 * invitation. Fails as ra_extract_bytes() does: because of OPTIONS. */
gboolean ra_case_new(const RaBoxMessage *message, GBytes *bytes, const RaExtractOptions *options,
                     gint64 now, RaCase **ret, GError **error);
/* Of a message that cannot be read: invalid, because of WHY. */
RaCase *ra_case_new_unreadable(const RaBoxMessage *message, const char *why);
/* The same case with another mark. */
RaCase *ra_case_new_marked(const RaCase *item, const RaMark *mark);
/* About how many bytes it keeps. */
gsize ra_case_size(const RaCase *item);
/* The order of ra_queue_cases(), for g_ptr_array_sort_with_data(): NOW points to a gint64. */
gint ra_case_compare(gconstpointer a, gconstpointer b, gpointer now);

/* What the mark of ITEM is to be after OWNER did ACT to it; equal to the present one where nothing
 * is to be done. NULL where it may not be: ra_queue_act() says when. Caller frees. */
RaMark *ra_case_decide(const RaCase *item, RaCaseAct act, const char *owner, gboolean force,
                       gint64 now, GError **error);
