/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/watch.h"

#include "base/duration.h"
#include "base/io.h"

#include <string.h>

enum { NAP_MAX = 60 }; /* seconds: clocks are set, and computers sleep */

typedef struct {
    RaCase *item;
    RaCaseState state;
} Seen;

struct _RaInboxWatch {
    const RaQueue *queue;
    RaInboxWatchFunc func;
    gpointer data;
    GHashTable *seen; /* id -> Seen */
    GSource *timer;   /* when the clock changes the next one */
};

static void free_seen(gpointer data)
{
    Seen *seen = data;
    ra_case_unref(seen->item);
    g_free(seen);
}

RaInboxWatch *ra_inbox_watch_new(const RaQueue *queue, RaInboxWatchFunc func, gpointer data)
{
    RaInboxWatch *watch = g_new0(RaInboxWatch, 1);
    watch->queue = queue;
    watch->func = func;
    watch->data = data;
    watch->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_seen);
    return watch;
}

void ra_inbox_watch_free(RaInboxWatch *watch)
{
    if (watch == NULL)
        return;
    ra_source_drop(&watch->timer);
    g_hash_table_unref(watch->seen);
    g_free(watch);
}

static void look_at(RaInboxWatch *watch, RaCase *item, gint64 now)
{
    const RaCaseState state = ra_case_state(item, now);
    Seen *seen = g_hash_table_lookup(watch->seen, item->id);
    const gboolean is_new = seen == NULL;
    if (is_new) {
        seen = g_new0(Seen, 1);
        g_hash_table_insert(watch->seen, g_strdup(item->id), seen);
    }
    const RaCaseState before = is_new ? state : seen->state;
    const gboolean same =
        !is_new && before == state && g_strcmp0(seen->item->mark->owner, item->mark->owner) == 0;
    ra_case_unref(seen->item);
    seen->item = ra_case_ref(item);
    seen->state = state;
    if (!same)
        watch->func(is_new ? RA_WATCH_NEW : RA_WATCH_CHANGED, item, before, watch->data);
}

static void look_for_gone(RaInboxWatch *watch, const GPtrArray *cases)
{
    g_autoptr(GHashTable) present = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < cases->len; i++)
        g_hash_table_add(present, ((RaCase *)cases->pdata[i])->id);
    GHashTableIter iter;
    gpointer id = NULL, value = NULL;
    g_hash_table_iter_init(&iter, watch->seen);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        const Seen *seen = value;
        if (g_hash_table_contains(present, id))
            continue;
        g_autoptr(RaCase) item = ra_case_ref(seen->item);
        const RaCaseState before = seen->state;
        g_hash_table_iter_remove(&iter);
        watch->func(RA_WATCH_GONE, item, before, watch->data);
    }
}

/* Seconds until the clock changes one of CASES; 0: none. */
static gint64 next_moment(const GPtrArray *cases, gint64 now)
{
    gint64 next = 0;
    for (guint i = 0; i < cases->len; i++) {
        const RaCase *item = cases->pdata[i];
        const RaCaseState state = ra_case_state(item, now);
        if (state != RA_CASE_OPEN && state != RA_CASE_CLAIMED)
            continue;
        const gint64 left = MAX(ra_found_end(item->found) + 1 - now, 1);
        next = next == 0 ? left : MIN(next, left);
    }
    return next;
}

static gboolean time_is_up(gpointer data)
{
    RaInboxWatch *watch = data;
    ra_source_drop(&watch->timer);
    ra_inbox_watch_look(watch);
    return G_SOURCE_REMOVE;
}

void ra_inbox_watch_look(RaInboxWatch *watch)
{
    const gint64 now = ra_moment_now();
    g_autoptr(GPtrArray) cases = ra_queue_cases(watch->queue, now);
    for (guint i = 0; i < cases->len; i++)
        look_at(watch, cases->pdata[i], now);
    look_for_gone(watch, cases);
    const gint64 next = next_moment(cases, now);
    ra_source_drop(&watch->timer);
    if (next == 0)
        return;
    watch->timer = g_timeout_source_new_seconds((guint)MIN(next, NAP_MAX));
    g_source_set_callback(watch->timer, time_is_up, watch, NULL);
    (void)g_source_attach(watch->timer, g_main_context_get_thread_default());
}
