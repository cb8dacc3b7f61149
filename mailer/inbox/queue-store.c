/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/queue-store.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/inbox/queue-case.h"

#include <string.h>

enum {
    TRIES = 3,   /* to fetch a message that cannot be read */
    ROUNDS = 10, /* to change a mark that others change as well */
};

/* A message that is to be looked into. */
typedef struct {
    RaBoxMessage message; /* id and mark are owned */
    guint tries;
    gboolean gone;
} Pending;

struct _RaQueueStore {
    RaBox *box;
    char *owner;
    RaExtractOptions options;
    GPtrArray *pending;        /* of Pending, the newest last */
    GHashTable *pending_by_id; /* those that are not gone */
    GHashTable *others;        /* ids of messages that are no cases */
    gboolean *changed;         /* during refresh */
    GMutex lock;               /* of the following */
    GHashTable *cases;         /* id -> RaCase */
    gsize bytes;               /* that they keep */
    guint left_out;
};

static void free_pending(gpointer data)
{
    Pending *pending = data;
    g_free(pending->message.id);
    ra_mark_free(pending->message.mark);
    g_free(pending);
}

static void unref_case(gpointer data)
{
    ra_case_unref(data);
}

RaQueueStore *ra_queue_store_new(RaBox *box, const char *owner, const RaExtractOptions *options)
{
    RaQueueStore *store = g_new0(RaQueueStore, 1);
    store->box = box;
    store->owner = g_strdup(owner);
    if (options != NULL)
        store->options = *options;
    store->pending = g_ptr_array_new_with_free_func(free_pending);
    store->pending_by_id = g_hash_table_new(g_str_hash, g_str_equal);
    store->others = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    store->cases = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unref_case);
    g_mutex_init(&store->lock);
    return store;
}

void ra_queue_store_free(RaQueueStore *store)
{
    if (store == NULL)
        return;
    ra_box_free(store->box);
    g_hash_table_unref(store->pending_by_id);
    g_ptr_array_unref(store->pending);
    g_hash_table_unref(store->others);
    g_hash_table_unref(store->cases);
    g_mutex_clear(&store->lock);
    g_free(store->owner);
    g_free(store);
}

RaBox *ra_queue_store_box(const RaQueueStore *store)
{
    return store->box;
}

const char *ra_queue_store_owner(const RaQueueStore *store)
{
    return store->owner;
}

/* --- cases --- */

/* A reference, or NULL. */
static RaCase *get(RaQueueStore *store, const char *id)
{
    g_mutex_lock(&store->lock);
    RaCase *item = g_hash_table_lookup(store->cases, id);
    if (item != NULL)
        ra_case_ref(item);
    g_mutex_unlock(&store->lock);
    return item;
}

/* Takes ITEM. */
static void put(RaQueueStore *store, RaCase *item)
{
    g_mutex_lock(&store->lock);
    const RaCase *old = g_hash_table_lookup(store->cases, item->id);
    store->bytes += ra_case_size(item) - (old != NULL ? ra_case_size(old) : 0);
    g_hash_table_replace(store->cases, item->id, item);
    g_mutex_unlock(&store->lock);
}

static gboolean drop(RaQueueStore *store, const char *id)
{
    g_mutex_lock(&store->lock);
    const RaCase *old = g_hash_table_lookup(store->cases, id);
    if (old != NULL) {
        store->bytes -= ra_case_size(old);
        g_hash_table_remove(store->cases, id);
    }
    g_mutex_unlock(&store->lock);
    return old != NULL;
}

/* TRUE if the mark of ITEM changed by that. */
static gboolean put_mark(RaQueueStore *store, const RaCase *item, const RaMark *mark)
{
    if (ra_mark_equal(item->mark, mark))
        return FALSE;
    put(store, ra_case_new_marked(item, mark));
    return TRUE;
}

GPtrArray *ra_queue_store_cases(RaQueueStore *store, gint64 now)
{
    GPtrArray *cases = g_ptr_array_new_with_free_func(unref_case);
    GHashTableIter iter;
    gpointer item = NULL;
    g_mutex_lock(&store->lock);
    g_hash_table_iter_init(&iter, store->cases);
    while (g_hash_table_iter_next(&iter, NULL, &item))
        g_ptr_array_add(cases, ra_case_ref(item));
    g_mutex_unlock(&store->lock);
    g_ptr_array_sort_with_data(cases, ra_case_compare, &now);
    return cases;
}

/* How many ids begin with PREFIX; *RET becomes one of them. */
static guint count_matches(RaQueueStore *store, const char *prefix, RaCase **ret)
{
    GHashTableIter iter;
    gpointer id = NULL, item = NULL;
    guint matches = 0;
    g_hash_table_iter_init(&iter, store->cases);
    while (g_hash_table_iter_next(&iter, &id, &item)) {
        if (!g_str_has_prefix(id, prefix))
            continue;
        matches++;
        *ret = item;
    }
    return matches;
}

RaCase *ra_queue_store_find(RaQueueStore *store, const char *id, GError **error)
{
    g_autofree char *prefix = g_ascii_strdown(id, -1);
    guint matches = 1;
    g_mutex_lock(&store->lock);
    RaCase *item = g_hash_table_lookup(store->cases, prefix);
    if (item == NULL)
        matches = *prefix != '\0' ? count_matches(store, prefix, &item) : 0;
    if (matches == 1)
        ra_case_ref(item);
    g_mutex_unlock(&store->lock);
    if (matches == 1)
        return item;
    g_autofree char *shown = ra_text_line(id, RA_TEXT_NAME_MAX);
    if (matches == 0)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "there is no case \"%s\": the list shows the cases that there are", shown);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "%u cases begin with \"%s\": give more of the one that you mean", matches,
                    shown);
    return NULL;
}

guint ra_queue_store_left_out(RaQueueStore *store)
{
    g_mutex_lock(&store->lock);
    const guint count = store->left_out;
    g_mutex_unlock(&store->lock);
    return count;
}

/* --- looking --- */

static void note_change(const RaQueueStore *store)
{
    if (store->changed != NULL)
        *store->changed = TRUE;
}

static void take_gone(RaQueueStore *store, const char *id)
{
    Pending *pending = g_hash_table_lookup(store->pending_by_id, id);
    if (pending != NULL) {
        pending->gone = TRUE;
        g_hash_table_remove(store->pending_by_id, id);
    }
    g_hash_table_remove(store->others, id);
    if (drop(store, id))
        note_change(store);
}

static void take_message(const RaBoxMessage *message, gpointer data)
{
    RaQueueStore *store = data;
    if (message->gone) {
        take_gone(store, message->id);
        return;
    }
    Pending *pending = g_hash_table_lookup(store->pending_by_id, message->id);
    g_autoptr(RaCase) item = get(store, message->id);
    if (pending != NULL) {
        ra_mark_free(pending->message.mark);
        pending->message.mark = ra_mark_copy(message->mark);
    } else if (item != NULL) {
        if (put_mark(store, item, message->mark))
            note_change(store);
    } else if (!g_hash_table_contains(store->others, message->id)) {
        pending = g_new0(Pending, 1);
        pending->message.id = g_strdup(message->id);
        pending->message.received = message->received;
        pending->message.mark = ra_mark_copy(message->mark);
        g_ptr_array_add(store->pending, pending);
        g_hash_table_insert(store->pending_by_id, pending->message.id, pending);
    }
}

static void forget_pending(RaQueueStore *store)
{
    g_hash_table_remove_all(store->pending_by_id);
    g_ptr_array_set_size(store->pending, 0);
}

static void forget_all(gpointer data)
{
    RaQueueStore *store = data;
    forget_pending(store);
    g_hash_table_remove_all(store->others);
    g_mutex_lock(&store->lock);
    g_hash_table_remove_all(store->cases);
    store->bytes = 0;
    store->left_out = 0;
    g_mutex_unlock(&store->lock);
    note_change(store);
}

static gint newest_last(gconstpointer a, gconstpointer b)
{
    const Pending *first = *(Pending *const *)a, *second = *(Pending *const *)b;
    const gint64 one = first->message.received, two = second->message.received;
    return one < two ? -1 : one > two;
}

gboolean ra_queue_store_refresh(RaQueueStore *store, gboolean *changed, GCancellable *cancel,
                                GError **error)
{
    store->changed = changed;
    const gboolean done =
        store->box->class->refresh(store->box, take_message, forget_all, store, cancel, error);
    store->changed = NULL;
    g_ptr_array_sort(store->pending, newest_last);
    return done;
}

void ra_queue_store_only(RaQueueStore *store, const char *id)
{
    g_autofree char *prefix = g_ascii_strdown(id, -1);
    const gboolean exact = g_hash_table_contains(store->pending_by_id, prefix);
    for (guint i = 0; i < store->pending->len; i++) {
        Pending *pending = store->pending->pdata[i];
        if (exact ? strcmp(pending->message.id, prefix) != 0
                  : !g_str_has_prefix(pending->message.id, prefix))
            pending->gone = TRUE;
    }
}

static gboolean is_full(RaQueueStore *store)
{
    g_mutex_lock(&store->lock);
    const gboolean full =
        g_hash_table_size(store->cases) >= RA_QUEUE_CASES_MAX || store->bytes >= RA_QUEUE_BYTES_MAX;
    store->left_out += full;
    g_mutex_unlock(&store->lock);
    return full;
}

/* What became of PENDING's message: a case, or none. */
static void settle(RaQueueStore *store, const Pending *pending, RaCase *item, gboolean *changed)
{
    if (item == NULL) {
        g_hash_table_add(store->others, g_strdup(pending->message.id));
        return;
    }
    put(store, item);
    *changed = TRUE;
}

/* TRUE where PENDING is done with. */
static gboolean look_into(RaQueueStore *store, Pending *pending, gboolean *changed,
                          GCancellable *cancel, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (is_full(store)) {
        settle(store, pending, NULL, changed);
        return TRUE;
    }
    g_autoptr(GBytes) bytes =
        store->box->class->fetch(store->box, pending->message.id, cancel, &problem);
    if (bytes != NULL) {
        RaCase *item = NULL;
        if (!ra_case_new(&pending->message, bytes, &store->options, ra_moment_now(), &item, error))
            return FALSE;
        settle(store, pending, item, changed);
        return TRUE;
    }
    if (g_error_matches(problem, RA_ERROR, RA_ERROR_NO_TICKET))
        return TRUE; /* gone: the next look says so, or finds it again */
    if (g_error_matches(problem, RA_ERROR, RA_ERROR_MALFORMED) && ++pending->tries >= TRIES) {
        settle(store, pending, ra_case_new_unreadable(&pending->message, problem->message),
               changed);
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

gboolean ra_queue_store_fetch(RaQueueStore *store, gboolean *changed, GCancellable *cancel,
                              GError **error)
{
    gboolean ignored = FALSE;
    while (store->pending->len > 0) {
        const guint last = store->pending->len - 1;
        Pending *pending = store->pending->pdata[last];
        const gboolean gone = pending->gone;
        if (!gone &&
            !look_into(store, pending, changed != NULL ? changed : &ignored, cancel, error))
            return FALSE;
        g_hash_table_remove(store->pending_by_id, pending->message.id);
        g_ptr_array_remove_index(store->pending, last);
        if (!gone)
            return TRUE;
    }
    return FALSE;
}

/* --- changing --- */

/* What a mark is to be; NULL with ERROR where it is to stay. */
typedef RaMark *(*Decide)(const RaCase *item, gconstpointer data, GError **error);

/* Changes the mark of ID as DECIDE has it, which is asked again whenever somebody else was faster.
 */
static gboolean change(RaQueueStore *store, const char *id, Decide decide, gconstpointer data,
                       GCancellable *cancel, GError **error)
{
    for (guint round = 0; round < ROUNDS; round++) {
        g_autoptr(RaCase) item = get(store, id);
        if (item == NULL) {
            g_autofree char *shown = ra_text_line(id, RA_TEXT_NAME_MAX);
            g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "there is no case \"%s\" any more", shown);
            return FALSE;
        }
        g_autoptr(RaMark) wanted = decide(item, data, error);
        if (wanted == NULL)
            return FALSE;
        if (ra_mark_equal(wanted, item->mark))
            return TRUE;
        g_autoptr(RaMark) now = NULL;
        g_autoptr(GError) problem = NULL;
        if (store->box->class->change(store->box, id, item->mark, wanted, &now, cancel, &problem)) {
            (void)put_mark(store, item, wanted);
            return TRUE;
        }
        if (!g_error_matches(problem, RA_ERROR, RA_ERROR_DECLINED) || now == NULL) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        (void)put_mark(store, item, now);
    }
    g_set_error_literal(error, RA_ERROR, RA_ERROR_FAILED,
                        "others change this case all the time: try again in a moment");
    return FALSE;
}

typedef struct {
    RaCaseAct act;
    const char *owner, *taken_from; /* the owner whose case is taken over; NULL: nobody's */
    gboolean force;
} Act;

static RaMark *decide_act(const RaCase *item, gconstpointer data, GError **error)
{
    const Act *act = data;
    /* Force is meant for the owner that the helper saw, not for whoever was faster just now. */
    const gboolean force = act->force && (act->taken_from == NULL ||
                                          g_strcmp0(item->mark->owner, act->taken_from) == 0);
    return ra_case_decide(item, act->act, act->owner, force, ra_moment_now(), error);
}

gboolean ra_queue_store_act(RaQueueStore *store, const char *id, RaCaseAct act, gboolean force,
                            GCancellable *cancel, GError **error)
{
    g_autoptr(RaCase) seen = get(store, id);
    const Act what = {.act = act,
                      .owner = store->owner,
                      .taken_from = seen != NULL ? seen->mark->owner : NULL,
                      .force = force && seen != NULL && seen->mark->owner != NULL};
    return change(store, id, decide_act, &what, cancel, error);
}

typedef struct {
    guint bit;
    gboolean told;
} Tell;

static RaMark *decide_tell(const RaCase *item, gconstpointer data, GError **error)
{
    const Tell *tell = data;
    if (tell->told && item->mark->told & tell->bit) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_DECLINED,
                            "this was told in the case's thread already");
        return NULL;
    }
    RaMark *wanted = ra_mark_copy(item->mark);
    wanted->told = tell->told ? wanted->told | tell->bit : wanted->told & ~tell->bit;
    return wanted;
}

gboolean ra_queue_store_tell(RaQueueStore *store, const char *id, RaCaseEvent event, gboolean told,
                             GCancellable *cancel, GError **error)
{
    const Tell tell = {.bit = 1U << event, .told = told};
    return change(store, id, decide_tell, &tell, cancel, error);
}
