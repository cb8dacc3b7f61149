/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which messages could hold an invitation, and what changed about them: doc/MAIL.md. */
#include "base/error.h"
#include "mailer/imap/inner.h"
#include "mailer/imap/marks.h"
#include "mailer/imap/uids.h"

#include <string.h>

enum {
    BATCH_MIN = 25, /* messages that are asked about at once: as many as take about a second */
    BATCH_MAX = 8000,
    DAY = 24 * 60 * 60,     /* seconds */
    BID_SECONDS_KEPT = 600, /* how long a bid that is gone is remembered */
};

/* What could stand in the text of a message: our block, and files that are uuencoded. The subject
 * and the header are ours, and what XP wrote. */
static const char text_keys[] =
    "OR OR OR OR BODY \"BEGIN REMOTE ASSISTANCE\" BODY \"raticket\" BODY \"MsRcIncident\" "
    "SUBJECT \"REMOTE ASSISTANCE\" HEADER X-Remote-Assistance-Expires \"\"";

static gpointer key_of(guint32 uid)
{
    return GUINT_TO_POINTER(uid);
}

/* ---- searching ---- */

/* "SEARCH 1 2 3", or "ESEARCH (TAG "a1") UID ALL 1:3" (RFC 4731). */
typedef struct {
    GArray *uids;
    gboolean cut;
} Found;

static void take_found(const char *data, gsize size, gboolean cut, gpointer user)
{
    Found *found = user;
    RaImapScan scan = ra_imap_scan(data, size);
    if (ra_imap_scan_word(&scan, "SEARCH")) {
        found->cut = found->cut || cut;
        ra_imap_scan_spaces(&scan);
        while (!scan.bad && scan.at < scan.end && g_ascii_isdigit(*scan.at)) {
            ra_imap_uids_scan(&scan, found->uids, 10 * RA_BOX_MESSAGES_MAX);
            ra_imap_scan_spaces(&scan);
        }
    } else if (ra_imap_scan_word(&scan, "ESEARCH")) {
        found->cut = found->cut || cut;
        while (!scan.bad && scan.at < scan.end) {
            ra_imap_scan_spaces(&scan);
            if (ra_imap_scan_word(&scan, "ALL")) {
                ra_imap_scan_spaces(&scan);
                ra_imap_uids_scan(&scan, found->uids, 10 * RA_BOX_MESSAGES_MAX);
            } else {
                ra_imap_scan_skip(&scan);
            }
        }
    }
}

/* The UIDs that KEYS find, in order. NULL on failure. */
static GArray *search(RaImapBox *self, const char *keys, GCancellable *cancel, GError **error)
{
    g_autoptr(GArray) uids = ra_imap_uids_new();
    Found found = {uids, FALSE};
    const gboolean short_form = ra_imap_session_can(self->session, "ESEARCH");
    g_autofree char *command =
        g_strdup_printf("UID SEARCH %s%s", short_form ? "RETURN (ALL) " : "", keys);
    if (!ra_imap_session_ask(self->session, command, take_found, &found, cancel, error))
        return NULL;
    if (found.cut) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                            "the folder holds more messages than can be looked at: use one for "
                            "requests alone, or look at newer messages only");
        return NULL;
    }
    ra_imap_uids_sort(uids);
    return g_steal_pointer(&uids);
}

gboolean ra_imap_is_there(RaImapBox *self, guint32 uid, gboolean *ret, GCancellable *cancel,
                          GError **error)
{
    g_autofree char *keys = g_strdup_printf("UID %u", uid);
    /* NOOP first: a server that has not told yet that a message is gone still finds it. */
    if (!ra_imap_session_ask(self->session, "NOOP", NULL, NULL, cancel, error))
        return FALSE;
    g_autoptr(GArray) uids = search(self, keys, cancel, error);
    if (uids != NULL)
        *ret = ra_imap_uids_hold(uids, uid);
    return uids != NULL;
}

/* ---- reporting ---- */

static void report(const RaImapRefresh *call, const RaImapEntry *entry, gboolean gone)
{
    char id[16];
    g_snprintf(id, sizeof id, "%u", entry->uid);
    const RaBoxMessage message = {
        .id = id, .received = entry->received, .mark = entry->mark, .gone = gone};
    call->report(&message, call->data);
}

/* Bids of others are seen here too, so that a dead one is known when it is in the way. */
static void note_rivals(RaImapBox *self, guint32 uid, const GPtrArray *keywords)
{
    for (guint i = 0; i < keywords->len; i++) {
        if (!ra_imap_keyword_is_bid(keywords->pdata[i]))
            continue;
        g_autofree char *key = g_strdup_printf("%u %s", uid, (char *)keywords->pdata[i]);
        if (g_hash_table_contains(self->rivals, key))
            continue;
        gint64 *first = g_new(gint64, 1);
        *first = g_get_monotonic_time();
        g_hash_table_insert(self->rivals, g_steal_pointer(&key), first);
    }
}

/* ---- new messages ---- */

typedef struct {
    RaImapBox *self;
    const GArray *asked;
    GHashTable *looks; /* UID to Look */
} Looking;

typedef struct {
    gint64 received, size;
    GPtrArray *keywords;
    RaImapPartKind kind;
} Look;

static void look_free(gpointer data)
{
    Look *look = data;
    g_clear_pointer(&look->keywords, g_ptr_array_unref);
    g_free(look);
}

/* What has no structure that can be read may hold anything. */
static void take_look(const char *data, gsize size, gboolean cut G_GNUC_UNUSED, gpointer user)
{
    Looking *looking = user;
    g_auto(RaImapFetched) fetched = {0};
    if (!ra_imap_fetched_read(&fetched, data, size))
        return;
    if (fetched.uid == 0 || !ra_imap_uids_hold(looking->asked, fetched.uid)) {
        ra_imap_session_note_news(looking->self->session);
        return;
    }
    Look *look = g_hash_table_lookup(looking->looks, key_of(fetched.uid));
    if (look == NULL) {
        look = g_new0(Look, 1);
        *look = (Look){.received = G_MININT64, .size = -1, .kind = RA_IMAP_PART_MAYBE};
        g_hash_table_insert(looking->looks, key_of(fetched.uid), look);
    }
    if (fetched.received != G_MININT64)
        look->received = fetched.received;
    if (fetched.size >= 0)
        look->size = fetched.size;
    if (fetched.structure != NULL)
        look->kind = ra_imap_structure_judge(fetched.structure);
    if (fetched.keywords != NULL) {
        g_clear_pointer(&look->keywords, g_ptr_array_unref);
        look->keywords = g_steal_pointer(&fetched.keywords);
    }
}

static void add_entry(RaImapBox *self, guint32 uid, const Look *look, const RaImapRefresh *call)
{
    static const GPtrArray none = {NULL, 0};
    if (g_hash_table_size(self->entries) >= RA_BOX_MESSAGES_MAX)
        return;
    RaImapEntry *entry = g_new0(RaImapEntry, 1);
    entry->uid = uid;
    entry->received = look->received != G_MININT64 ? look->received : 0;
    entry->size = look->size;
    entry->mark = ra_imap_mark_read(look->keywords != NULL ? look->keywords : &none);
    if (look->keywords != NULL)
        note_rivals(self, uid, look->keywords);
    g_hash_table_replace(self->entries, key_of(uid), entry);
    report(call, entry, FALSE);
}

/* Of the messages TEXTS, those whose text the server finds something in. */
static GArray *search_texts(RaImapBox *self, GArray *texts, GCancellable *cancel, GError **error)
{
    g_autoptr(GArray) hits = ra_imap_uids_new();
    for (guint at = 0; at < texts->len;) {
        g_autofree char *set = ra_imap_uids_take(texts, &at, texts->len);
        g_autofree char *keys = g_strdup_printf("UID %s %s", set, text_keys);
        g_autoptr(GArray) some = search(self, keys, cancel, error);
        if (some == NULL)
            return NULL;
        g_array_append_vals(hits, some->data, some->len);
    }
    ra_imap_uids_sort(hits);
    return g_steal_pointer(&hits);
}

/* BATCH, which is SET. */
static gboolean look_at(RaImapBox *self, const GArray *batch, const char *set,
                        const RaImapRefresh *call, GCancellable *cancel, GError **error)
{
    g_autoptr(GHashTable) looks = g_hash_table_new_full(NULL, NULL, NULL, look_free);
    Looking looking = {self, batch, looks};
    g_autofree char *command =
        g_strdup_printf("UID FETCH %s (UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE)", set);
    if (!ra_imap_session_ask(self->session, command, take_look, &looking, cancel, error))
        return FALSE;
    g_autoptr(GArray) texts = ra_imap_uids_new();
    for (guint i = 0; i < batch->len; i++) {
        const guint32 uid = g_array_index(batch, guint32, i);
        const Look *look = g_hash_table_lookup(looks, key_of(uid));
        if (look != NULL && look->kind == RA_IMAP_PART_TEXT)
            g_array_append_val(texts, uid);
    }
    g_autoptr(GArray) hits = search_texts(self, texts, cancel, error);
    if (hits == NULL)
        return FALSE;
    for (guint i = 0; i < batch->len; i++) {
        const guint32 uid = g_array_index(batch, guint32, i);
        const Look *look = g_hash_table_lookup(looks, key_of(uid));
        if (look == NULL || (look->received != G_MININT64 && look->received < self->target->since))
            continue;
        if (look->kind == RA_IMAP_PART_MAYBE ||
            (look->kind == RA_IMAP_PART_TEXT && ra_imap_uids_hold(hits, uid)))
            add_entry(self, uid, look, call);
    }
    return TRUE;
}

/* What came since the last look, in pieces, so that a connection that breaks costs one of them. */
static gboolean look_for_new(RaImapBox *self, const RaImapRefresh *call, GCancellable *cancel,
                             GError **error)
{
    if (self->highest == G_MAXUINT32)
        return TRUE;
    g_autofree char *day = ra_imap_day_format(MAX(self->target->since - DAY, 0));
    g_autofree char *keys = g_strdup_printf("UID %u:4294967295%s%s", self->highest + 1,
                                            self->target->since > 0 ? " SINCE " : "",
                                            self->target->since > 0 ? day : "");
    g_autoptr(GArray) uids = search(self, keys, cancel, error);
    if (uids == NULL)
        return FALSE;
    guint first = uids->len > RA_BOX_MESSAGES_MAX ? uids->len - RA_BOX_MESSAGES_MAX : 0;
    /* Not "n:*": that gives the last message even if it is older than n, and GNU Mailutils finds
     * nothing by it. Some servers read the highest number as "*". */
    while (first < uids->len && g_array_index(uids, guint32, first) <= self->highest)
        first++;
    while (first < uids->len) {
        const guint begin = first;
        const gint64 start = g_get_monotonic_time();
        g_autoptr(GArray) batch = ra_imap_uids_new();
        g_autofree char *set = ra_imap_uids_take(uids, &first, self->batch);
        g_array_append_vals(batch, &g_array_index(uids, guint32, begin), first - begin);
        if (!look_at(self, batch, set, call, cancel, error)) {
            self->batch = MAX(self->batch / 2, (guint)BATCH_MIN);
            return FALSE;
        }
        self->highest = g_array_index(batch, guint32, batch->len - 1);
        const gint64 took = g_get_monotonic_time() - start;
        if (took < G_USEC_PER_SEC && batch->len >= self->batch)
            self->batch = MIN(2 * self->batch, (guint)BATCH_MAX);
        else if (took > 3 * G_USEC_PER_SEC)
            self->batch = MAX(self->batch / 2, (guint)BATCH_MIN);
    }
    return TRUE;
}

/* ---- messages that are known ---- */

typedef struct {
    RaImapBox *self;
    const RaImapRefresh *call;
    guint64 modseq; /* the highest that came */
} Changes;

static void take_change(const char *data, gsize size, gboolean cut G_GNUC_UNUSED, gpointer user)
{
    Changes *changes = user;
    g_auto(RaImapFetched) fetched = {0};
    if (!ra_imap_fetched_read(&fetched, data, size))
        return;
    if (fetched.uid == 0) {
        ra_imap_session_note_news(changes->self->session);
        return;
    }
    changes->modseq = MAX(changes->modseq, fetched.modseq);
    RaImapEntry *entry = g_hash_table_lookup(changes->self->entries, key_of(fetched.uid));
    if (entry == NULL || fetched.keywords == NULL)
        return;
    entry->there = TRUE;
    note_rivals(changes->self, fetched.uid, fetched.keywords);
    RaMark *mark = ra_imap_mark_read(fetched.keywords);
    if (ra_mark_equal(mark, entry->mark)) {
        ra_mark_free(mark);
        return;
    }
    ra_mark_free(entry->mark);
    entry->mark = mark;
    report(changes->call, entry, FALSE);
}

GArray *ra_imap_known_uids(const RaImapBox *self)
{
    GArray *uids = ra_imap_uids_new();
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, self->entries);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        const guint32 uid = GPOINTER_TO_UINT(key);
        g_array_append_val(uids, uid);
    }
    ra_imap_uids_sort(uids);
    return uids;
}

static gboolean ask_changes(RaImapBox *self, const char *set, Changes *changes,
                            GCancellable *cancel, GError **error)
{
    g_autofree char *command =
        self->modseq > 0
            ? g_strdup_printf("UID FETCH %s (UID FLAGS MODSEQ) (CHANGEDSINCE %" G_GUINT64_FORMAT
                              ")",
                              set, self->modseq)
            : g_strdup_printf("UID FETCH %s (UID FLAGS)", set);
    return ra_imap_session_ask(self->session, command, take_change, changes, cancel, error);
}

/* Those not there any more, after `there` was set where they are. */
static void drop_gone(RaImapBox *self, const RaImapRefresh *call)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, self->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const RaImapEntry *entry = value;
        if (entry->there)
            continue;
        report(call, entry, TRUE);
        g_hash_table_iter_remove(&iter);
    }
}

static void set_there(RaImapBox *self, gboolean there)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, self->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        ((RaImapEntry *)value)->there = there;
}

static gboolean look_for_gone(RaImapBox *self, const GArray *uids, const RaImapRefresh *call,
                              GCancellable *cancel, GError **error)
{
    set_there(self, FALSE);
    for (guint at = 0; at < uids->len;) {
        g_autofree char *set = ra_imap_uids_take(uids, &at, BATCH_MAX);
        g_autofree char *keys = g_strdup_printf("UID %s", set);
        g_autoptr(GArray) left = search(self, keys, cancel, error);
        if (left == NULL)
            return FALSE;
        for (guint i = 0; i < left->len; i++) {
            const guint32 uid = g_array_index(left, guint32, i);
            RaImapEntry *entry = g_hash_table_lookup(self->entries, key_of(uid));
            if (entry != NULL)
                entry->there = TRUE;
        }
    }
    drop_gone(self, call);
    return TRUE;
}

static gboolean look_for_changes(RaImapBox *self, const RaImapRefresh *call, gboolean gone,
                                 GCancellable *cancel, GError **error)
{
    g_autoptr(GArray) uids = ra_imap_known_uids(self);
    if (uids->len == 0)
        return TRUE;
    Changes changes = {self, call, self->modseq};
    if (self->modseq == 0) {
        set_there(self, FALSE);
        for (guint at = 0; at < uids->len;) {
            g_autofree char *set = ra_imap_uids_take(uids, &at, BATCH_MAX);
            if (!ask_changes(self, set, &changes, cancel, error))
                return FALSE;
        }
        drop_gone(self, call);
        return TRUE;
    }
    g_autofree char *range = g_strdup_printf("%u:%u", g_array_index(uids, guint32, 0),
                                             g_array_index(uids, guint32, uids->len - 1));
    if (!ask_changes(self, range, &changes, cancel, error))
        return FALSE;
    self->modseq = changes.modseq;
    return !gone || look_for_gone(self, uids, call, cancel, error);
}

/* ---- all of it ---- */

static void forget(RaImapBox *self)
{
    g_hash_table_remove_all(self->entries);
    g_hash_table_remove_all(self->rivals);
    self->highest = 0;
}

static gboolean is_long_gone(gpointer key G_GNUC_UNUSED, gpointer value, gpointer now)
{
    return *(gint64 *)value + BID_SECONDS_KEPT * G_USEC_PER_SEC < *(gint64 *)now;
}

gboolean ra_imap_refresh(RaImapBox *self, gpointer data, GCancellable *cancel, GError **error)
{
    const RaImapRefresh *call = data;
    gint64 now = g_get_monotonic_time();
    (void)g_hash_table_foreach_remove(self->rivals, is_long_gone, &now);
    ra_imap_ahead_forget(self);
    if (self->known && self->validity != self->folder.validity) {
        forget(self);
        call->reset(call->data);
        self->known = FALSE;
    }
    if (!self->known) {
        self->known = TRUE;
        self->validity = self->folder.validity;
        self->modseq = self->target->no_condstore ? 0 : self->folder.modseq;
    }
    /* Where this look fails, the next one does all of it. */
    const gboolean opened = self->reopened;
    self->reopened = TRUE;
    if (!opened && !ra_imap_session_ask(self->session, "NOOP", NULL, NULL, cancel, error))
        return FALSE;
    (void)ra_imap_session_take_news(self->session); /* what comes from here on is news again */
    const gboolean gone = ra_imap_session_take_gone(self->session) || opened;
    if (!look_for_changes(self, call, gone, cancel, error) ||
        !look_for_new(self, call, cancel, error))
        return FALSE;
    self->reopened = FALSE;
    return TRUE;
}
