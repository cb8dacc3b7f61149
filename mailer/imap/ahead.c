/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches small messages together: over a slow link each question costs as long as a message. */
#include "base/error.h"
#include "mailer/imap/inner.h"
#include "mailer/imap/uids.h"

enum {
    SMALL_MAX = RA_IMAP_PIECE / 2, /* bytes of a message that is fetched with others */
    BYTES_MAX = 2 * 1024 * 1024,   /* of what is fetched at once, and of what is kept */
    RUN_MAX = 64,                  /* messages */
};

static gpointer key_of(guint32 uid)
{
    return GUINT_TO_POINTER(uid);
}

void ra_imap_ahead_forget(RaImapBox *self)
{
    g_hash_table_remove_all(self->ahead);
    g_clear_pointer(&self->ahead_order, g_array_unref);
    self->ahead_bytes = 0;
    self->ahead_run = 1;
}

static GBytes *take_out(RaImapBox *self, guint32 uid)
{
    gpointer bytes = NULL;
    if (!g_hash_table_steal_extended(self->ahead, key_of(uid), NULL, &bytes))
        return NULL;
    self->ahead_bytes -= g_bytes_get_size(bytes);
    return bytes;
}

static RaImapEntry *small_entry(const RaImapBox *self, guint32 uid)
{
    RaImapEntry *entry = g_hash_table_lookup(self->entries, key_of(uid));
    return entry != NULL && entry->size >= 0 && entry->size <= SMALL_MAX ? entry : NULL;
}

/* UID and those before it that were not fetched yet, in order. */
static GArray *choose(RaImapBox *self, guint32 uid)
{
    GArray *chosen = ra_imap_uids_new();
    gsize bytes = self->ahead_bytes;
    guint at = 0;
    if (self->ahead_order == NULL)
        self->ahead_order = ra_imap_known_uids(self);
    if (!ra_imap_uids_find(self->ahead_order, uid, &at))
        return chosen;
    for (guint i = at + 1; i > 0 && chosen->len < self->ahead_run; i--) {
        const guint32 next = g_array_index(self->ahead_order, guint32, i - 1);
        RaImapEntry *entry = small_entry(self, next);
        if (entry == NULL || (next != uid && entry->fetched))
            continue;
        bytes += (gsize)entry->size;
        if (next != uid && bytes > BYTES_MAX)
            break;
        entry->fetched = TRUE;
        g_array_append_val(chosen, next);
    }
    ra_imap_uids_sort(chosen);
    return chosen;
}

typedef struct {
    RaImapBox *self;
    const GArray *chosen;
} Taking;

/* What is not as it was announced is left out, and fetched by itself. */
static void take_message(const char *data, gsize size, gboolean cut, gpointer user)
{
    Taking *taking = user;
    RaImapBox *self = taking->self;
    g_auto(RaImapFetched) fetched = {0};
    if (!ra_imap_fetched_read(&fetched, data, size))
        return;
    if (!ra_imap_uids_hold(taking->chosen, fetched.uid) || fetched.body == NULL) {
        ra_imap_session_note_news(self->session);
        return;
    }
    if (cut || fetched.body_size >= RA_IMAP_PIECE ||
        self->ahead_bytes + fetched.body_size > BYTES_MAX + RA_IMAP_PIECE ||
        g_hash_table_contains(self->ahead, key_of(fetched.uid)))
        return;
    self->ahead_bytes += fetched.body_size;
    g_hash_table_insert(self->ahead, key_of(fetched.uid),
                        g_bytes_new(fetched.body, fetched.body_size));
}

GBytes *ra_imap_ahead_fetch(RaImapBox *self, guint32 uid, GCancellable *cancel, GError **error)
{
    GBytes *bytes = take_out(self, uid);
    if (bytes != NULL || small_entry(self, uid) == NULL)
        return bytes;
    g_autoptr(GArray) chosen = choose(self, uid);
    guint at = 0;
    if (chosen->len < 2) {
        self->ahead_run = MIN(2 * self->ahead_run, (guint)RUN_MAX);
        return NULL;
    }
    g_autofree char *set = ra_imap_uids_take(chosen, &at, chosen->len);
    g_autofree char *command =
        g_strdup_printf("UID FETCH %s (UID BODY.PEEK[]<0.%d>)", set, RA_IMAP_PIECE);
    Taking taking = {self, chosen};
    g_auto(RaImapAnswer) answer = {0};
    /* NO: some of them are gone. What came is as good. */
    if (!ra_imap_session_run(self->session, command, take_message, &taking, &answer, cancel, error))
        return NULL;
    self->ahead_run = answer.status == RA_IMAP_OK ? MIN(2 * self->ahead_run, (guint)RUN_MAX) : 1;
    return take_out(self, uid);
}
