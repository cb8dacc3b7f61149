/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes a mark so that of all who want to one does: doc/MAIL.md, "Marks on an IMAP server". */
#include "base/error.h"
#include "base/text.h"
#include "mailer/imap/inner.h"
#include "mailer/imap/marks.h"

#include <string.h>

enum {
    LOOKS_MAX = 3,    /* for a message that does not show */
    LOOKS_KNOWN = 30, /* the same, where it was seen before and the server tells of no loss */
    MISSING_MAX = 2,  /* times that a search does not find it either before it is gone */
    TRIES_MAX = 50,   /* of a STORE that other changes of the message (\Seen) came before */
    BID_SECONDS = 60, /* a bid that stays so long has nobody behind it */
    GIVE_UP_SECONDS = 90,
};

/* A message's flags as they are. */
typedef struct {
    RaImapSession *session;
    guint32 uid;
    GPtrArray *keywords; /* NULL: it is gone */
    guint64 modseq;
} Flags;

static void flags_clear(Flags *flags)
{
    g_clear_pointer(&flags->keywords, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Flags, flags_clear)

static void take_flags(const char *data, gsize size, gboolean cut G_GNUC_UNUSED, gpointer user)
{
    Flags *flags = user;
    g_auto(RaImapFetched) fetched = {0};
    if (!ra_imap_fetched_read(&fetched, data, size))
        return;
    if (fetched.uid != flags->uid || fetched.keywords == NULL) {
        ra_imap_session_note_news(flags->session);
        return;
    }
    g_clear_pointer(&flags->keywords, g_ptr_array_unref);
    flags->keywords = g_steal_pointer(&fetched.keywords);
    flags->modseq = fetched.modseq;
}

static gboolean pause_between(const RaImapBox *self, GCancellable *cancel, GError **error)
{
    GPollFD stop = {.fd = -1, .events = G_IO_IN};
    const gboolean may_stop = cancel != NULL && g_cancellable_make_pollfd(cancel, &stop);
    (void)g_poll(&stop, may_stop ? 1 : 0,
                 g_random_int_range((int)self->pause / 8, (int)self->pause));
    if (may_stop)
        g_cancellable_release_fd(cancel);
    return !g_cancellable_set_error_if_cancelled(cancel, error);
}

/* How often a message that does not show is asked for. */
static guint looks_max(const RaImapBox *self, guint32 uid)
{
    const gboolean known = g_hash_table_contains(self->entries, GUINT_TO_POINTER(uid));
    return known && !ra_imap_session_has_gone(self->session) ? LOOKS_KNOWN : LOOKS_MAX;
}

/* NOOP first: a server may answer FETCH with what this connection knew before. One that is busy
 * with others' changes may even leave out what is there, or say NO: a message is gone only if a
 * search does not find it either, twice. */
static gboolean look(RaImapBox *self, guint32 uid, Flags *flags, GCancellable *cancel,
                     GError **error)
{
    g_autofree char *command = g_strdup_printf("UID FETCH %u (UID FLAGS%s)", uid,
                                               self->folder.modseq > 0 ? " MODSEQ" : "");
    flags_clear(flags);
    *flags = (Flags){.session = self->session, .uid = uid};
    guint missing = 0;
    for (guint i = 0; i < looks_max(self, uid); i++) {
        g_auto(RaImapAnswer) answer = {0};
        gboolean there = FALSE;
        if (i > 0 && !pause_between(self, cancel, error))
            return FALSE;
        if (!ra_imap_session_ask(self->session, "NOOP", NULL, NULL, cancel, error) ||
            !ra_imap_session_run(self->session, command, take_flags, flags, &answer, cancel, error))
            return FALSE;
        if (flags->keywords != NULL)
            return TRUE;
        if (!ra_imap_is_there(self, uid, &there, cancel, error))
            return FALSE;
        missing += there ? 0 : 1;
    }
    if (missing >= MISSING_MAX || ra_imap_session_has_gone(self->session))
        g_set_error_literal(error, RA_ERROR, RA_ERROR_NO_TICKET,
                            "the message is not there any more");
    else
        g_set_error_literal(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                            "the IMAP server does not say whose the case is: try again later");
    return FALSE;
}

/* "+FLAGS.SILENT (a b)"; never FLAGS alone, which would take away others' flags. SINCE 0: whatever
 * happened. *MODIFIED: it was not done, the message has changed since. */
static gboolean store(RaImapBox *self, guint32 uid, guint64 since, char sign, const char *keywords,
                      gboolean *modified, GCancellable *cancel, GError **error)
{
    g_autofree char *condition =
        since > 0 ? g_strdup_printf(" (UNCHANGEDSINCE %" G_GUINT64_FORMAT ")", since)
                  : g_strdup("");
    g_autofree char *command =
        g_strdup_printf("UID STORE %u%s %cFLAGS.SILENT (%s)", uid, condition, sign, keywords);
    g_auto(RaImapAnswer) answer = {0};
    if (!ra_imap_session_run(self->session, command, NULL, NULL, &answer, cancel, error))
        return FALSE;
    *modified = answer.modified;
    if (answer.status == RA_IMAP_OK || answer.modified)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "the IMAP server does not keep a mark at the message (%s): ask its administrator, "
                "or choose a shorter helper's name",
                answer.text);
    return FALSE;
}

static gboolean fail_folder(const RaImapBox *self, const char *why, GError **error)
{
    g_autofree char *name = ra_text_line(self->target->folder, RA_TEXT_NAME_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "nothing can be claimed in the folder %s of the IMAP server: %s", name, why);
    return FALSE;
}

/* Looking is done by EXAMINE; from the first change on the folder is open for writing. */
static gboolean open_for_writing(RaImapBox *self, GCancellable *cancel, GError **error)
{
    if (!self->writable) {
        RaImapFolder folder;
        if (!ra_imap_session_open(self->session, TRUE, &folder, cancel, error)) {
            /* Without a folder the session is of no use. */
            g_clear_pointer(&self->session, ra_imap_session_free);
            return FALSE;
        }
        self->folder = folder;
        self->writable = TRUE;
        self->reopened = TRUE;
    }
    if (self->known && self->validity != self->folder.validity) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_NO_TICKET,
                            "the message is not there any more");
        return FALSE;
    }
    if (!self->folder.writable)
        return fail_folder(self, "you may read it, but not write to it", error);
    if (!self->folder.keywords)
        return fail_folder(self, "it keeps no keywords", error);
    return TRUE;
}

static gboolean decline(RaImapChange *call, RaMark *now, GError **error)
{
    ra_mark_free(call->now);
    call->now = now;
    g_set_error_literal(error, RA_ERROR, RA_ERROR_DECLINED, "somebody else was faster");
    return FALSE;
}

/* Is the mark as it has to be? Otherwise it is what we have made it before the connection broke
 * (*DONE), or the case is somebody else's. */
static gboolean compare(RaImapChange *call, const Flags *flags, gboolean *done, GError **error)
{
    g_autoptr(RaMark) now = ra_imap_mark_read(flags->keywords);
    *done = FALSE;
    if (ra_mark_equal(now, call->expected))
        return TRUE;
    /* Without any owner that could as well have been somebody else. */
    const gboolean owned = call->wanted->owner != NULL || call->expected->owner != NULL;
    if (call->sent && owned && ra_mark_equal(now, call->wanted)) {
        *done = TRUE;
        return TRUE;
    }
    return decline(call, g_steal_pointer(&now), error);
}

/* ---- with CONDSTORE ---- */

/* An owner that AFTER has, and neither BEFORE nor WANTED: the server let two by. */
static gboolean has_stranger(const Flags *before, const Flags *after, const RaMark *wanted)
{
    g_autofree char *wanted_owner = wanted->owner != NULL ? ra_owner_encode(wanted->owner) : NULL;
    for (guint i = 0; i < after->keywords->len; i++) {
        const char *keyword = after->keywords->pdata[i];
        if (g_str_has_prefix(keyword, "ra-by-") &&
            !ra_imap_keywords_hold(before->keywords, keyword) &&
            g_strcmp0(keyword + strlen("ra-by-"), wanted_owner) != 0)
            return TRUE;
    }
    return FALSE;
}

/* The first word of LIST stands for all of it: they were stored together. */
static gboolean was_kept(const Flags *flags, const char *list)
{
    g_auto(GStrv) words = g_strsplit(list, " ", -1);
    return words[0] == NULL || ra_imap_keywords_hold(flags->keywords, words[0]);
}

typedef enum { DONE, AGAIN, BROKEN } Outcome;

static Outcome change_once(RaImapBox *self, RaImapChange *call, GCancellable *cancel,
                           GError **error)
{
    g_auto(Flags) before = {0}, after = {0};
    gboolean done, modified;
    if (!look(self, call->uid, &before, cancel, error) || !compare(call, &before, &done, error))
        return BROKEN;
    g_autofree char *add = NULL, *remove = NULL;
    ra_imap_mark_plan(before.keywords, call->wanted, &add, &remove);
    if (done || (*add == '\0' && *remove == '\0'))
        return DONE;
    if (before.modseq == 0) {
        self->bids = TRUE; /* CONDSTORE in name only */
        return AGAIN;
    }
    const gboolean adds = *add != '\0';
    call->sent = TRUE;
    if (!store(self, call->uid, before.modseq, adds ? '+' : '-', adds ? add : remove, &modified,
               cancel, error))
        return BROKEN;
    if (modified)
        return AGAIN;
    if (!look(self, call->uid, &after, cancel, error))
        return BROKEN;
    if (adds && has_stranger(&before, &after, call->wanted)) {
        self->bids = TRUE; /* UNCHANGEDSINCE is not kept */
        call->sent = FALSE;
        return store(self, call->uid, 0, '-', add, &modified, cancel, error) ? AGAIN : BROKEN;
    }
    if (adds && !was_kept(&after, add)) {
        (void)fail_folder(self, "it did not keep the mark", error);
        return BROKEN;
    }
    if (adds && *remove != '\0' &&
        !store(self, call->uid, 0, '-', remove, &modified, cancel, error))
        return BROKEN;
    return DONE;
}

/* ---- with bids ---- */

/* Another's bid, the first by name; one that is dead is put into *DEAD instead. */
static const char *find_rival(RaImapBox *self, const RaImapChange *call, const Flags *flags,
                              const char *mine, const char **dead)
{
    const char *rival = NULL;
    const gint64 now = g_get_monotonic_time();
    for (guint i = 0; i < flags->keywords->len; i++) {
        const char *keyword = flags->keywords->pdata[i];
        if (!ra_imap_keyword_is_bid(keyword) || (call->has_bid && strcmp(keyword, mine) == 0))
            continue;
        g_autofree char *key = g_strdup_printf("%u %s", call->uid, keyword);
        gint64 *first = g_hash_table_lookup(self->rivals, key);
        if (first == NULL) {
            first = g_new(gint64, 1);
            *first = now;
            g_hash_table_insert(self->rivals, g_steal_pointer(&key), first);
        }
        if (now - *first > BID_SECONDS * G_USEC_PER_SEC)
            *dead = keyword;
        else if (rival == NULL || strcmp(keyword, rival) < 0)
            rival = keyword;
    }
    return rival;
}

/* What is not there any more has to be new when it comes back. */
static void forget_rivals(RaImapBox *self, guint32 uid, const Flags *flags)
{
    GHashTableIter iter;
    gpointer key;
    g_autofree char *prefix = g_strdup_printf("%u ", uid);
    g_hash_table_iter_init(&iter, self->rivals);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (g_str_has_prefix(key, prefix) &&
            !ra_imap_keywords_hold(flags->keywords, (char *)key + strlen(prefix)))
            g_hash_table_iter_remove(&iter);
    }
}

static gboolean take_back(RaImapBox *self, RaImapChange *call, const char *mine,
                          GCancellable *cancel, GError **error)
{
    gboolean modified;
    if (!call->has_bid)
        return TRUE;
    call->has_bid = FALSE;
    return store(self, call->uid, 0, '-', mine, &modified, cancel, error);
}

/* Nobody else has a bid: whoever makes one from now on sees ours, or what comes of it. Unless this
 * computer slept since, so long that ours was taken for dead: so both look once more at what they
 * wrote, and whoever sees another's claim beside it gives way. */
static Outcome win(RaImapBox *self, RaImapChange *call, const Flags *flags, const char *mine,
                   GCancellable *cancel, GError **error)
{
    gboolean modified;
    g_auto(Flags) after = {0};
    g_autofree char *add = NULL, *remove = NULL;
    ra_imap_mark_plan(flags->keywords, call->wanted, &add, &remove);
    call->sent = TRUE;
    if (*add != '\0' && (!store(self, call->uid, 0, '+', add, &modified, cancel, error) ||
                         !look(self, call->uid, &after, cancel, error)))
        return BROKEN;
    if (*add != '\0' && has_stranger(flags, &after, call->wanted)) {
        call->sent = FALSE;
        return store(self, call->uid, 0, '-', add, &modified, cancel, error) &&
                       take_back(self, call, mine, cancel, error) &&
                       pause_between(self, cancel, error)
                   ? AGAIN
                   : BROKEN;
    }
    g_autofree char *rest = g_strconcat(mine, " ", remove, NULL);
    g_strchomp(rest);
    call->has_bid = FALSE;
    return store(self, call->uid, 0, '-', rest, &modified, cancel, error) ? DONE : BROKEN;
}

static Outcome bid_once(RaImapBox *self, RaImapChange *call, const char *mine, GCancellable *cancel,
                        GError **error)
{
    g_auto(Flags) flags = {0};
    gboolean done, modified;
    if (!look(self, call->uid, &flags, cancel, error))
        return BROKEN;
    forget_rivals(self, call->uid, &flags);
    if (!compare(call, &flags, &done, error)) {
        (void)take_back(self, call, mine, cancel, NULL);
        return BROKEN;
    }
    if (done)
        return take_back(self, call, mine, cancel, error) ? DONE : BROKEN;
    const char *dead = NULL, *rival = find_rival(self, call, &flags, mine, &dead);
    if (dead != NULL)
        return store(self, call->uid, 0, '-', dead, &modified, cancel, error) ? AGAIN : BROKEN;
    if (rival == NULL && call->has_bid)
        return win(self, call, &flags, mine, cancel, error);
    if (rival == NULL) {
        if (!store(self, call->uid, 0, '+', mine, &modified, cancel, error))
            return BROKEN;
        call->has_bid = TRUE;
        return AGAIN;
    }
    /* The first by name stays and waits for the others to give way. */
    if (strcmp(rival, mine) < 0 && !take_back(self, call, mine, cancel, error))
        return BROKEN;
    return pause_between(self, cancel, error) ? AGAIN : BROKEN;
}

gboolean ra_imap_change(RaImapBox *self, gpointer data, GCancellable *cancel, GError **error)
{
    RaImapChange *call = data;
    g_clear_pointer(&call->now, ra_mark_free);
    if (!open_for_writing(self, cancel, error))
        return FALSE;
    self->bids = self->bids || self->folder.modseq == 0;
    g_autofree char *mine = ra_imap_bid_keyword(self->target->bidder);
    const gint64 end = g_get_monotonic_time() + GIVE_UP_SECONDS * G_USEC_PER_SEC;
    guint tries = 0;
    Outcome outcome = AGAIN;
    while (outcome == AGAIN && g_get_monotonic_time() < end && tries < TRIES_MAX) {
        tries += self->bids ? 0 : 1;
        outcome = self->bids ? bid_once(self, call, mine, cancel, error)
                             : change_once(self, call, cancel, error);
    }
    if (outcome == AGAIN)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                            "the IMAP server does not settle whose the case is: try again later");
    if (self->session != NULL && !ra_imap_session_is_dead(self->session))
        (void)take_back(self, call, mine, NULL, NULL);
    return outcome == DONE;
}
