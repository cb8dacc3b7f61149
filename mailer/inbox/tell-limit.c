/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/tell-limit.h"

#include "base/duration.h"
#include "base/error.h"

#include <string.h>

typedef struct {
    char *to; /* in lower case */
    gint64 at;
} Told;

struct _RaTellLimit {
    GHashTable *told; /* id -> Told */
    gint64 looked;
};

static void told_free(gpointer data)
{
    Told *told = data;
    g_free(told->to);
    g_free(told);
}

RaTellLimit *ra_tell_limit_new(void)
{
    RaTellLimit *limit = g_new0(RaTellLimit, 1);
    limit->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, told_free);
    limit->looked = G_MININT64 / 2;
    return limit;
}

void ra_tell_limit_free(RaTellLimit *limit)
{
    if (limit == NULL)
        return;
    g_hash_table_unref(limit->told);
    g_free(limit);
}

void ra_tell_limit_note(RaTellLimit *limit, const char *id, const char *to, gint64 at)
{
    Told *told = g_new0(Told, 1);
    told->to = g_ascii_strdown(to, -1);
    told->at = at;
    g_hash_table_replace(limit->told, g_strdup(id), told);
}

void ra_tell_limit_look(RaTellLimit *limit, const RaQueue *queue, gint64 now)
{
    if (now - limit->looked < RA_MINUTE && now >= limit->looked)
        return;
    limit->looked = now;
    g_autoptr(GPtrArray) cases = ra_queue_cases(queue, now);
    for (guint i = 0; i < cases->len; i++) {
        const RaCase *item = cases->pdata[i];
        if ((item->mark->told & 1U << RA_EVENT_EXPIRED) == 0 || item->message == NULL ||
            item->found == NULL || now - ra_found_end(item->found) > RA_DAY ||
            g_hash_table_contains(limit->told, item->id))
            continue;
        g_autofree char *to = ra_case_letter_recipient(item->message, NULL);
        if (to != NULL)
            ra_tell_limit_note(limit, item->id, to, ra_found_end(item->found));
    }
}

static gboolean decline(GError **error, const char *why)
{
    g_set_error(error, RA_ERROR, RA_ERROR_DECLINED, "no reply goes out: %s", why);
    return FALSE;
}

gboolean ra_tell_limit_take(RaTellLimit *limit, const char *id, const char *to, gint64 now,
                            GError **error)
{
    guint same = 0, all = 0;
    g_autofree char *wanted = g_ascii_strdown(to, -1);
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    g_hash_table_iter_init(&iter, limit->told);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const Told *told = value;
        if (now - told->at > RA_DAY || strcmp(key, id) == 0) {
            g_hash_table_iter_remove(&iter);
            continue;
        }
        same += strcmp(told->to, wanted) == 0;
        all += now - told->at < RA_HOUR;
    }
    if (same >= RA_TELL_LIMIT_ADDRESS)
        return decline(error, "this address has got as many of these today as is good for it");
    if (all >= RA_TELL_LIMIT_ALL)
        return decline(error, "more invitations have expired in this hour than are answered");
    ra_tell_limit_note(limit, id, to, now);
    return TRUE;
}
