/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/box.h"

#include "base/error.h"
#include "mailer/imap/inner.h"
#include "mailer/imap/uids.h"

enum {
    IDLE_SECONDS = 25 * 60, /* RFC 2177: less than 29 minutes */
    POLL_SECONDS = 30,      /* where there is no IDLE */
    PAUSE = 400,            /* milliseconds */
    BATCH = 500,            /* at first */
};

guint32 ra_imap_uid_parse(const char *text)
{
    guint64 uid;
    return g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32, &uid, NULL) ? (guint32)uid : 0;
}

static void entry_free(gpointer data)
{
    RaImapEntry *entry = data;
    ra_mark_free(entry->mark);
    g_free(entry);
}

static void unref_bytes(gpointer data)
{
    g_bytes_unref(data);
}

static void box_free(RaBox *box)
{
    RaImapBox *self = (RaImapBox *)box;
    ra_imap_session_free(self->session);
    ra_imap_target_free(self->target);
    g_hash_table_unref(self->entries);
    g_hash_table_unref(self->rivals);
    ra_imap_ahead_forget(self);
    g_hash_table_unref(self->ahead);
    g_free(self);
}

static void disconnect(RaImapBox *self)
{
    g_clear_pointer(&self->session, ra_imap_session_free);
}

static gboolean connect(RaImapBox *self, GCancellable *cancel, GError **error)
{
    disconnect(self);
    RaImapLink *link = self->dial(self->target, self->dial_data, cancel, error);
    if (link == NULL)
        return FALSE;
    self->session = ra_imap_session_new(link, self->target, cancel, error);
    if (self->session == NULL)
        return FALSE;
    self->writable = FALSE;
    self->reopened = TRUE;
    if (ra_imap_session_open(self->session, FALSE, &self->folder, cancel, error))
        return TRUE;
    disconnect(self);
    return FALSE;
}

static gboolean is_alive(const RaImapBox *self)
{
    return self->session != NULL && !ra_imap_session_is_dead(self->session);
}

/* Runs STEP; over a new connection where the old one turns out to be broken. */
static gboolean run(RaImapBox *self, RaImapStep step, gpointer call, GCancellable *cancel,
                    GError **error)
{
    const gboolean fresh = !is_alive(self);
    g_autoptr(GError) problem = NULL;
    if (fresh && !connect(self, cancel, error))
        return FALSE;
    if (step(self, call, cancel, &problem))
        return TRUE;
    if (fresh || is_alive(self) || !g_error_matches(problem, RA_ERROR, RA_ERROR_UNREACHABLE)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    return connect(self, cancel, error) && step(self, call, cancel, error);
}

static gboolean box_refresh(RaBox *box, RaBoxFunc report, void (*reset)(gpointer data),
                            gpointer data, GCancellable *cancel, GError **error)
{
    RaImapRefresh call = {report, reset, data};
    return run((RaImapBox *)box, ra_imap_refresh, &call, cancel, error);
}

static gboolean no_message(GError **error)
{
    g_set_error_literal(error, RA_ERROR, RA_ERROR_NO_TICKET, "the message is not there any more");
    return FALSE;
}

static GBytes *box_fetch(RaBox *box, const char *id, GCancellable *cancel, GError **error)
{
    RaImapFetch call = {ra_imap_uid_parse(id), NULL};
    if (call.uid == 0)
        (void)no_message(error);
    else if (run((RaImapBox *)box, ra_imap_fetch, &call, cancel, error))
        return call.ret;
    return NULL;
}

static gboolean box_change(RaBox *box, const char *id, const RaMark *expected, const RaMark *wanted,
                           RaMark **now, GCancellable *cancel, GError **error)
{
    RaImapChange call = {.uid = ra_imap_uid_parse(id), .expected = expected, .wanted = wanted};
    if (call.uid == 0)
        return no_message(error);
    if (run((RaImapBox *)box, ra_imap_change, &call, cancel, error))
        return TRUE;
    if (call.now != NULL && now != NULL)
        *now = g_steal_pointer(&call.now);
    ra_mark_free(call.now);
    return FALSE;
}

/* Waits without IDLE: TRUE where cancelled. */
static gboolean sleep_until(gint64 until, GCancellable *cancel, GError **error)
{
    GPollFD stop = {.fd = -1, .events = G_IO_IN};
    const gboolean may_stop = cancel != NULL && g_cancellable_make_pollfd(cancel, &stop);
    const gint64 left = (until - g_get_monotonic_time()) / 1000;
    if (left > 0)
        (void)g_poll(&stop, may_stop ? 1 : 0, (int)MIN(left, G_MAXINT));
    if (may_stop)
        g_cancellable_release_fd(cancel);
    return g_cancellable_set_error_if_cancelled(cancel, error);
}

/* CALL is the moment to return at. */
static gboolean wait_step(RaImapBox *self, gpointer call, GCancellable *cancel, GError **error)
{
    const gint64 until = *(gint64 *)call;
    for (;;) {
        if (self->reopened || ra_imap_session_take_news(self->session))
            return TRUE;
        const gint64 now = g_get_monotonic_time();
        if (now >= until)
            return TRUE;
        const gboolean idle = ra_imap_session_can(self->session, "IDLE");
        const gint64 pause = (idle ? IDLE_SECONDS : POLL_SECONDS) * G_USEC_PER_SEC;
        const gint64 next = MIN(until, now + pause);
        if (idle && !ra_imap_session_idle(self->session, next, cancel, error))
            return FALSE;
        if (!idle && (sleep_until(next, cancel, error) ||
                      !ra_imap_session_ask(self->session, "NOOP", NULL, NULL, cancel, error)))
            return FALSE;
    }
}

static gboolean box_wait(RaBox *box, guint seconds, GCancellable *cancel, GError **error)
{
    gint64 until = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
    return run((RaImapBox *)box, wait_step, &until, cancel, error);
}

static const RaBoxClass imap_box = {"imap", box_refresh, box_fetch, box_change, box_wait, box_free};

RaBox *ra_imap_box_new_over(const RaImapServer *server, RaImapDial dial, gpointer data,
                            GError **error)
{
    RaImapTarget *target = ra_imap_target_new(server, error);
    if (target == NULL)
        return NULL;
    RaImapBox *self = g_new0(RaImapBox, 1);
    self->box.class = &imap_box;
    self->target = target;
    self->dial = dial;
    self->dial_data = data;
    self->bids = target->no_condstore;
    self->pause = PAUSE;
    self->batch = BATCH;
    self->ahead_run = 1;
    self->ahead = g_hash_table_new_full(NULL, NULL, NULL, unref_bytes);
    self->entries = g_hash_table_new_full(NULL, NULL, NULL, entry_free);
    self->rivals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return &self->box;
}

RaBox *ra_imap_box_new(const RaImapServer *server, GError **error)
{
    return ra_imap_box_new_over(server, ra_imap_dial, NULL, error);
}
