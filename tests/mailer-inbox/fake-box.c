/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/mailer-inbox/fake-box.h"

#include "base/duration.h"
#include "base/error.h"
#include "ticket/armour.h"
#include "ticket/ticket.h"

#include <string.h>

static Fake *fake_of(RaBox *box)
{
    return (Fake *)box;
}

static gboolean fails(Fake *fake, GError **error)
{
    if (fake->trouble != NULL)
        g_propagate_error(error, g_error_copy(fake->trouble));
    return fake->trouble != NULL;
}

static gboolean fake_refresh(RaBox *box, RaBoxFunc report, void (*reset)(gpointer data),
                             gpointer data, GCancellable *cancel, GError **error)
{
    Fake *fake = fake_of(box);
    (void)cancel;
    g_mutex_lock(&fake->lock);
    fake->refreshes++;
    const gboolean failed = fails(fake, error);
    if (!failed && fake->reset)
        reset(data);
    for (guint i = 0; !failed && i < fake->mails->len; i++) {
        Mail *mail = fake->mails->pdata[i];
        if (fake->reset)
            g_clear_pointer(&mail->told, ra_mark_free);
        const gboolean same = mail->told != NULL && ra_mark_equal(mail->told, mail->mark);
        const RaBoxMessage message = {mail->id, mail->received, mail->mark, mail->gone};
        if (!same || mail->gone)
            report(&message, data);
        ra_mark_free(mail->told);
        mail->told = ra_mark_copy(mail->mark);
    }
    if (!failed)
        fake->reset = FALSE;
    g_mutex_unlock(&fake->lock);
    return !failed;
}

Mail *fake_mail(const Fake *fake, const char *id)
{
    for (guint i = 0; i < fake->mails->len; i++) {
        Mail *mail = fake->mails->pdata[i];
        if (strcmp(mail->id, id) == 0 && !mail->gone)
            return mail;
    }
    return NULL;
}

static GBytes *fake_fetch(RaBox *box, const char *id, GCancellable *cancel, GError **error)
{
    Fake *fake = fake_of(box);
    GBytes *bytes = NULL;
    (void)cancel;
    g_mutex_lock(&fake->lock);
    fake->fetches++;
    if (strcmp(id, "bad") == 0 && fake->unreadable > 0) {
        fake->unreadable--;
        g_set_error_literal(error, RA_ERROR, RA_ERROR_MALFORMED, "nonsense");
    } else if (!fails(fake, error)) {
        const Mail *mail = fake_mail(fake, id);
        if (mail != NULL)
            bytes = g_bytes_ref(mail->bytes);
        else
            g_set_error_literal(error, RA_ERROR, RA_ERROR_NO_TICKET, "gone");
    }
    g_mutex_unlock(&fake->lock);
    return bytes;
}

void fake_set_mark(Mail *mail, RaMark *mark)
{
    ra_mark_free(mail->mark);
    mail->mark = mark;
}

static void interfere(Fake *fake, Mail *mail)
{
    if (fake->faster != NULL)
        fake_set_mark(mail, ra_mark_new(fake->faster, FALSE, FALSE));
    fake->faster = NULL;
    if (fake->told_meanwhile > 0)
        mail->mark->told ^= RA_TOLD_EXPIRED;
    fake->told_meanwhile -= fake->told_meanwhile > 0;
}

static gboolean fake_change(RaBox *box, const char *id, const RaMark *expected,
                            const RaMark *wanted, RaMark **now, GCancellable *cancel,
                            GError **error)
{
    Fake *fake = fake_of(box);
    gboolean done = FALSE;
    (void)cancel;
    g_mutex_lock(&fake->lock);
    Mail *mail = fake_mail(fake, id);
    if (!fails(fake, error) && mail != NULL) {
        interfere(fake, mail);
        done = ra_mark_equal(mail->mark, expected);
        if (done) {
            fake_set_mark(mail, ra_mark_copy(wanted));
        } else {
            *now = ra_mark_copy(mail->mark);
            g_set_error_literal(error, RA_ERROR, RA_ERROR_DECLINED, "changed");
        }
    }
    g_mutex_unlock(&fake->lock);
    return done;
}

static void wake(GCancellable *cancel, gpointer data)
{
    Fake *fake = data;
    (void)cancel;
    g_mutex_lock(&fake->lock);
    g_cond_signal(&fake->news);
    g_mutex_unlock(&fake->lock);
}

static gboolean fake_wait(RaBox *box, guint seconds, GCancellable *cancel, GError **error)
{
    Fake *fake = fake_of(box);
    const gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
    const gulong handler = g_cancellable_connect(cancel, G_CALLBACK(wake), fake, NULL);
    g_mutex_lock(&fake->lock);
    while (!fake->has_news && !g_cancellable_is_cancelled(cancel) &&
           g_cond_wait_until(&fake->news, &fake->lock, end))
        ;
    fake->has_news = FALSE;
    const gboolean failed = fails(fake, error);
    g_mutex_unlock(&fake->lock);
    g_cancellable_disconnect(cancel, handler);
    return !failed && !g_cancellable_set_error_if_cancelled(cancel, error);
}

static void free_mail(gpointer data)
{
    Mail *mail = data;
    g_free(mail->id);
    g_bytes_unref(mail->bytes);
    ra_mark_free(mail->mark);
    ra_mark_free(mail->told);
    g_free(mail);
}

static void fake_free(RaBox *box)
{
    Fake *fake = fake_of(box);
    g_ptr_array_unref(fake->mails);
    g_clear_error(&fake->trouble);
    g_mutex_clear(&fake->lock);
    g_cond_clear(&fake->news);
    g_free(fake);
}

const RaBoxClass fake_class = {"fake", fake_refresh, fake_fetch, fake_change, fake_wait, fake_free};

Fake *fake_new(void)
{
    Fake *fake = g_new0(Fake, 1);
    fake->parent.class = &fake_class;
    fake->mails = g_ptr_array_new_with_free_func(free_mail);
    g_mutex_init(&fake->lock);
    g_cond_init(&fake->news);
    return fake;
}

void fake_signal(Fake *fake)
{
    fake->has_news = TRUE;
    g_cond_signal(&fake->news);
}

/* --- what lies in it --- */

char *fake_armours[4]; /* as TIMES */
static const gint64 times[4][2] = {{-60, 3600}, {-60, 600}, {-7200, -3600}, {RA_HOUR, 2 * RA_HOUR}};

void fake_make_armours(void)
{
    static const char *const hosts[] = {"127.0.0.1:3389", NULL};
    g_autoptr(RaSecret) password = ra_secret_new_copy("four-odd-words-here", 19);
    const gint64 now = ra_moment_now();
    for (gsize i = 0; i < G_N_ELEMENTS(fake_armours); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaInvitation) invitation =
            ra_invitation_new("Jo \xe6\x9d\xb1", "jo@example.org", now + times[i][0],
                              now + times[i][1], RA_RIGHTS_ALL, hosts, &error);
        g_assert_no_error(error);
        g_autoptr(GBytes) ticket = ra_ticket_seal(invitation, password, NULL, &error);
        g_assert_no_error(error);
        fake_armours[i] = ra_armour(ticket);
    }
}

void fake_add(Fake *fake, const char *id, gint64 received, const char *body)
{
    Mail *mail = g_new0(Mail, 1);
    char *text = g_strdup_printf("From: jo@example.org\nSubject: Help %s\n\n%s\n", id, body);
    mail->id = g_strdup(id);
    mail->received = received;
    mail->bytes = g_bytes_new_take(text, strlen(text));
    mail->mark = ra_mark_new(NULL, FALSE, FALSE);
    g_mutex_lock(&fake->lock);
    g_ptr_array_add(fake->mails, mail);
    fake_signal(fake);
    g_mutex_unlock(&fake->lock);
}

Fake *fake_full(void)
{
    Fake *fake = fake_new();
    g_autofree char *cut = g_strndup(fake_armours[LONG], 200);
    fake_add(fake, "1", 100, fake_armours[LONG]);
    fake_add(fake, "2", 200, fake_armours[SHORT]);
    fake_add(fake, "3", 300, fake_armours[OVER]);
    fake_add(fake, "4", 400, fake_armours[EARLY]);
    fake_add(fake, "5", 500, cut);
    fake_add(fake, "6", 600, "no invitation");
    return fake;
}
