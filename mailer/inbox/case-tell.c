/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/case-tell.h"

#include "base/duration.h"
#include "base/error.h"
#include "mailer/inbox/tell-limit.h"
#include "mailer/send/address.h"
#include "mailer/send/compose.h"
#include "mailer/send/send.h"

#include <string.h>

enum { SECRET_MAX = 16 * 1024 }; /* bytes of a password or a token: those of some clouds are long */

struct _RaTeller {
    guint events; /* bits, 1 << RaCaseEvent */
    char *helper, *from;
    char *url, *user, *ca_file; /* what `server` borrows */
    RaSmtpServer server;        /* url NULL: by sendmail */
    char *sendmail;
    RaTellLimit *unasked; /* of replies that no helper decided to send */
};

static gboolean take_events(RaTeller *teller, const char *const *events, GError **error)
{
    for (; *events != NULL; events++) {
        RaCaseEvent event;
        if (!ra_case_event_parse(*events, &event)) {
            g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                        "there is no event \"%s\" to tell: claimed, connected, finished, expired",
                        *events);
            return FALSE;
        }
        teller->events |= 1u << event;
    }
    return TRUE;
}

static gboolean take_secret(const char *file, RaSecret **secret, GError **error)
{
    if (file == NULL)
        return TRUE;
    *secret = ra_secret_read_line(file, SECRET_MAX, error);
    return *secret != NULL;
}

static gboolean take_server(RaTeller *teller, const RaSettings *settings, GError **error)
{
    RaSmtpServer *server = &teller->server;
    server->timeout = ra_settings_integer(settings, "Mail.Timeout");
    server->url = teller->url = g_strdup(ra_settings_string(settings, "Mail.Smtp"));
    if (server->url == NULL) {
        teller->sendmail = ra_sendmail_find();
        if (teller->sendmail == NULL)
            g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                                "replies cannot be sent: set Mail.Smtp, or install a sendmail");
        return teller->sendmail != NULL;
    }
    server->user = teller->user = g_strdup(ra_settings_string(settings, "Mail.SmtpUser"));
    server->ca_file = teller->ca_file = g_strdup(ra_settings_string(settings, "Mail.SmtpCa"));
    return ra_smtp_tls_parse(ra_settings_string(settings, "Mail.SmtpTls"), &server->tls, error) &&
           take_secret(ra_settings_string(settings, "Mail.SmtpPasswordFile"), &server->password,
                       error) &&
           take_secret(ra_settings_string(settings, "Mail.SmtpTokenFile"), &server->token, error) &&
           ra_smtp_server_check(server, error);
}

static gboolean take_from(RaTeller *teller, const RaSettings *settings, GError **error)
{
    const char *address = ra_settings_string(settings, "Inbox.Address");
    if (address == NULL) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                            "replies need an address to come from: set Inbox.Address");
        return FALSE;
    }
    teller->from = ra_address_parse(address, error);
    return teller->from != NULL && ra_letter_check(teller->helper, NULL, error);
}

RaTeller *ra_teller_new(const RaSettings *settings, const char *const *events, const char *helper,
                        GError **error)
{
    g_autoptr(RaTeller) teller = g_atomic_rc_box_new0(RaTeller);
    teller->helper = g_strdup(helper);
    teller->unasked = ra_tell_limit_new();
    if (!take_events(teller, events != NULL ? events : ra_settings_list(settings, "Inbox.Tell"),
                     error))
        return NULL;
    if (teller->events != 0 &&
        (!take_from(teller, settings, error) || !take_server(teller, settings, error)))
        return NULL;
    return g_steal_pointer(&teller);
}

static void clear_teller(gpointer data)
{
    RaTeller *teller = data;
    ra_secret_unref(teller->server.password);
    ra_secret_unref(teller->server.token);
    g_free(teller->helper);
    g_free(teller->from);
    g_free(teller->url);
    g_free(teller->user);
    g_free(teller->ca_file);
    g_free(teller->sendmail);
    ra_tell_limit_free(teller->unasked);
}

void ra_teller_free(RaTeller *teller)
{
    if (teller != NULL)
        g_atomic_rc_box_release_full(teller, clear_teller);
}

gboolean ra_teller_tells(const RaTeller *teller, RaCaseEvent event)
{
    return (teller->events & 1u << event) != 0;
}

/* A reply on its way. */
typedef struct {
    RaTeller *teller; /* a reference: it sends in a thread of its own */
    RaQueue *queue;
    RaCase *item;
    RaCaseEvent event;
    char *to;
    GBytes *message;
    RaTellFunc func;
    gpointer data;
    GError *error; /* of sending */
} Errand;

static void errand_free(Errand *errand)
{
    ra_teller_free(errand->teller);
    ra_case_unref(errand->item);
    g_free(errand->to);
    g_clear_pointer(&errand->message, g_bytes_unref);
    g_clear_error(&errand->error);
    g_free(errand);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Errand, errand_free)

/* An invitation expires by itself; all else a helper has done. */
static gboolean is_allowed(const RaTeller *teller, const Errand *errand, gint64 now, GError **error)
{
    if (errand->event != RA_EVENT_EXPIRED)
        return TRUE;
    ra_tell_limit_look(teller->unasked, errand->queue, now);
    return ra_tell_limit_take(teller->unasked, errand->item->id, errand->to, now, error);
}

/* NULL without an error where there is nothing to do. */
static Errand *prepare(const RaTeller *teller, RaQueue *queue, RaCase *item, RaCaseEvent event,
                       gint64 seconds, GError **error)
{
    if (!ra_teller_tells(teller, event) || (item->mark->told & 1u << event) != 0)
        return NULL;
    if (item->message == NULL) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_DECLINED,
                            "no reply goes out: the message has no headers");
        return NULL;
    }
    g_autoptr(Errand) errand = g_new0(Errand, 1);
    errand->teller = g_atomic_rc_box_acquire((RaTeller *)teller);
    errand->queue = queue;
    errand->item = ra_case_ref(item);
    errand->event = event;
    const RaCaseLetter letter = {
        .message = item->message,
        .event = event,
        .from = teller->from,
        .helper = event == RA_EVENT_EXPIRED ? "" : teller->helper,
        .now = ra_moment_now(),
        .seconds = seconds,
        .end = item->found != NULL ? ra_found_end(item->found) : item->received,
    };
    errand->to = ra_case_letter_recipient(item->message, error);
    errand->message = errand->to != NULL ? ra_case_letter_compose(&letter, error) : NULL;
    if (errand->message == NULL || !is_allowed(teller, errand, letter.now, error))
        return NULL;
    return g_steal_pointer(&errand);
}

/* What the server said of the only recipient there is. */
static gboolean refused(const GPtrArray *refusals, GError **error)
{
    const RaRefusal *refusal = refusals->pdata[0];
    g_set_error(error, RA_ERROR, RA_ERROR_MAIL, "the mail server refused the reply to %s: %s",
                refusal->address, refusal->reason);
    return FALSE;
}

/* The envelope's sender is the help desk: mail servers for submission take no empty one, and where
 * the novice's mail comes back the help desk should know. No answer of ours follows a bounce. */
static gboolean send_errand(const Errand *errand, GError **error)
{
    const RaTeller *teller = errand->teller;
    const char *const to[] = {errand->to, NULL};
    if (teller->server.url == NULL) {
        return ra_send_sendmail(teller->sendmail, teller->from, to, errand->message,
                                teller->server.timeout, error);
    }
    g_autoptr(GPtrArray) refusals = ra_refusals_new();
    if (!ra_send_smtp(&teller->server, teller->from, to, errand->message, refusals, error))
        return FALSE;
    return refusals->len == 0 || refused(refusals, error);
}

gboolean ra_case_tell(const RaTeller *teller, RaQueue *queue, RaCase *item, RaCaseEvent event,
                      gint64 seconds, GCancellable *cancel, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(Errand) errand = prepare(teller, queue, item, event, seconds, &problem);
    if (errand == NULL && problem != NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    if (errand == NULL)
        return TRUE;
    if (!ra_queue_tell(queue, item->id, event, TRUE, cancel, &problem)) {
        const gboolean told = g_error_matches(problem, RA_ERROR, RA_ERROR_DECLINED);
        if (!told)
            g_propagate_error(error, g_steal_pointer(&problem));
        return told;
    }
    if (send_errand(errand, error))
        return TRUE;
    (void)ra_queue_tell(queue, item->id, event, FALSE, cancel,
                        NULL); /* what failed is said above */
    return FALSE;
}

/* The same step by step: mark, send in a thread, take the mark back where that failed. */

static void finish(Errand *errand, gboolean sent, const GError *error)
{
    errand->func(errand->item, errand->event, sent, error, errand->data);
    errand_free(errand);
}

static void on_taken_back(RaQueue *queue, const char *id, RaCaseEvent event, gboolean told,
                          const GError *error, gpointer data)
{
    (void)queue, (void)id, (void)event, (void)told, (void)error;
    Errand *errand = data;
    finish(errand, FALSE, errand->error);
}

static void send_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancel)
{
    (void)source, (void)cancel;
    GError *error = NULL;
    if (send_errand(data, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    Errand *errand = data;
    if (g_task_propagate_boolean(G_TASK(result), &errand->error))
        finish(errand, TRUE, NULL);
    else
        ra_queue_tell_async(errand->queue, errand->item->id, errand->event, FALSE, on_taken_back,
                            errand);
}

static void on_marked(RaQueue *queue, const char *id, RaCaseEvent event, gboolean told,
                      const GError *error, gpointer data)
{
    (void)queue, (void)id, (void)event, (void)told;
    Errand *errand = data;
    if (error != NULL) {
        const gboolean was_told = g_error_matches(error, RA_ERROR, RA_ERROR_DECLINED);
        finish(errand, FALSE, was_told ? NULL : error);
        return;
    }
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_sent, errand);
    g_task_set_task_data(task, errand, NULL);
    g_task_run_in_thread(task, send_in_thread);
}

void ra_case_tell_async(const RaTeller *teller, RaQueue *queue, RaCase *item, RaCaseEvent event,
                        gint64 seconds, RaTellFunc func, gpointer data)
{
    g_autoptr(GError) error = NULL;
    Errand *errand = prepare(teller, queue, item, event, seconds, &error);
    if (errand == NULL) {
        func(item, event, FALSE, error, data);
        return;
    }
    errand->func = func;
    errand->data = data;
    ra_queue_tell_async(queue, item->id, event, TRUE, on_marked, errand);
}
