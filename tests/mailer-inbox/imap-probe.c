/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A box over an IMAP server, worked by hand or by a test: commands on standard input, what came of
 * them on standard output, each answer ended by "ok" or "error CODE TEXT".
 *
 *   refresh                    message ID RECEIVED MARK | gone ID | reset
 *   fetch ID                   found N BYTES
 *   change ID MARK MARK        (now MARK)
 *   wait SECONDS [CANCEL]      stopped by another thread after CANCEL milliseconds
 *   race ID N                  won NAME ...: N boxes, each in its own thread, claim ID at once
 *   close                      the box, to begin with a new one
 *
 * MARK: OWNER[+session][+done][+told=N]; "-" for nobody.
 */
#include "base/error.h"
#include "mailer/find/extract.h"
#include "mailer/imap/box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static RaImapServer server = {.timeout = 10};

static void end(gboolean ok, GError *error)
{
    if (ok)
        printf("ok\n");
    else
        printf("error %d %s\n", error->domain == RA_ERROR ? error->code : -error->code,
               error->message);
    fflush(stdout);
    g_clear_error(&error);
}

static guint number(const char *text)
{
    return (guint)g_ascii_strtoull(text, NULL, 10);
}

static RaMark *mark_parse(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, "+", -1);
    RaMark *mark = ra_mark_new(strcmp(words[0], "-") != 0 ? words[0] : NULL, FALSE, FALSE);
    for (guint i = 1; words[i] != NULL; i++) {
        mark->session = mark->session || strcmp(words[i], "session") == 0;
        mark->done = mark->done || strcmp(words[i], "done") == 0;
        if (g_str_has_prefix(words[i], "told="))
            mark->told = number(words[i] + 5);
    }
    return mark;
}

static char *mark_format(const RaMark *mark)
{
    g_autofree char *told = mark->told != 0 ? g_strdup_printf("+told=%u", mark->told) : NULL;
    return g_strconcat(mark->owner != NULL ? mark->owner : "-", mark->session ? "+session" : "",
                       mark->done ? "+done" : "", told, NULL);
}

static void show(const RaBoxMessage *message, gpointer data G_GNUC_UNUSED)
{
    g_autofree char *mark = mark_format(message->mark);
    if (message->gone)
        printf("gone %s\n", message->id);
    else
        printf("message %s %" G_GINT64_FORMAT " %s\n", message->id, message->received, mark);
}

static void ignore(const RaBoxMessage *message G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
}

static void show_reset(gpointer data G_GNUC_UNUSED)
{
    printf("reset\n");
}

static gboolean fetch(RaBox *box, const char *id, GError **error)
{
    g_autoptr(GBytes) bytes = box->class->fetch(box, id, NULL, error);
    if (bytes == NULL)
        return FALSE;
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, error);
    if (extraction == NULL)
        return FALSE;
    printf("found %u %" G_GSIZE_FORMAT "\n", extraction->found->len, g_bytes_get_size(bytes));
    return TRUE;
}

static gboolean change(RaBox *box, char **words, GError **error)
{
    g_autoptr(RaMark) expected = mark_parse(words[2]), wanted = mark_parse(words[3]), now = NULL;
    const gboolean ok = box->class->change(box, words[1], expected, wanted, &now, NULL, error);
    g_autofree char *text = now != NULL ? mark_format(now) : NULL;
    if (now != NULL)
        printf("now %s\n", text);
    return ok;
}

static gpointer cancel_later(gpointer data)
{
    GCancellable *cancel = data;
    g_usleep(GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(cancel), "after")) * 1000);
    g_cancellable_cancel(cancel);
    g_object_unref(cancel);
    return NULL;
}

static gboolean wait_for(RaBox *box, char **words, GError **error)
{
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    GThread *thread = NULL;
    if (words[2] != NULL) {
        g_object_set_data(G_OBJECT(cancel), "after", GUINT_TO_POINTER(number(words[2])));
        thread = g_thread_new("cancel", cancel_later, g_object_ref(cancel));
    }
    const gboolean ok = box->class->wait(box, number(words[1]), cancel, error);
    if (thread != NULL)
        g_thread_join(thread);
    return ok;
}

typedef struct {
    const char *id;
    char *name;
    RaBox *box;
    gboolean won;
    GError *error;
    gint *ready;
    gint all;
} Racer;

static gpointer race_one(gpointer data)
{
    Racer *racer = data;
    g_autoptr(RaMark) expected = ra_mark_new(NULL, FALSE, FALSE);
    g_autoptr(RaMark) wanted = ra_mark_new(racer->name, FALSE, FALSE);
    g_autoptr(RaMark) now = NULL;
    /* Connected first, so that they meet. */
    (void)racer->box->class->refresh(racer->box, ignore, show_reset, NULL, NULL, NULL);
    g_atomic_int_inc(racer->ready);
    while (g_atomic_int_get(racer->ready) < racer->all)
        g_usleep(1000);
    racer->won = racer->box->class->change(racer->box, racer->id, expected, wanted, &now, NULL,
                                           &racer->error);
    return NULL;
}

static void race(const char *id, int n)
{
    g_autofree Racer *racers = g_new0(Racer, n);
    g_autofree GThread **threads = g_new0(GThread *, n);
    gint ready = 0;
    for (int i = 0; i < n; i++) {
        racers[i] = (Racer){.id = id, .name = g_strdup_printf("h%d", i), .ready = &ready, .all = n};
        server.bidder = racers[i].name;
        racers[i].box = ra_imap_box_new(&server, NULL);
        threads[i] = g_thread_new("racer", race_one, &racers[i]);
    }
    for (int i = 0; i < n; i++) {
        g_thread_join(threads[i]);
        if (racers[i].won)
            printf("won %s\n", racers[i].name);
        else if (!g_error_matches(racers[i].error, RA_ERROR, RA_ERROR_DECLINED))
            printf("trouble %s\n", racers[i].error->message);
        g_clear_error(&racers[i].error);
        g_free(racers[i].name);
        ra_box_free(racers[i].box);
    }
    server.bidder = NULL;
}

static void obey(RaBox **box, char **words)
{
    GError *error = NULL;
    gboolean ok = TRUE;
    const guint count = g_strv_length(words);
    const char *verb = count > 0 ? words[0] : "";
    if (*box == NULL && strcmp(verb, "race") != 0)
        *box = ra_imap_box_new(&server, &error);
    if (strcmp(verb, "race") == 0 && count == 3)
        race(words[1], number(words[2]));
    else if (*box == NULL)
        ok = error == NULL;
    else if (strcmp(verb, "refresh") == 0)
        ok = (*box)->class->refresh(*box, show, show_reset, NULL, NULL, &error);
    else if (strcmp(verb, "fetch") == 0 && count == 2)
        ok = fetch(*box, words[1], &error);
    else if (strcmp(verb, "change") == 0 && count == 4)
        ok = change(*box, words, &error);
    else if (strcmp(verb, "wait") == 0 && count >= 2)
        ok = wait_for(*box, words, &error);
    else if (strcmp(verb, "close") == 0)
        g_clear_pointer(box, ra_box_free);
    end(ok, error);
}

int main(int argc, char **argv)
{
    g_autofree char *user = NULL, *password = NULL, *token = NULL, *ca = NULL, *tls = NULL;
    gboolean no_condstore = FALSE;
    gint64 since = 0, timeout = 10;
    const GOptionEntry entries[] = {
        {"user", 0, 0, G_OPTION_ARG_STRING, &user, "", ""},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &password, "", ""},
        {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &token, "", ""},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &ca, "", ""},
        {"tls", 0, 0, G_OPTION_ARG_STRING, &tls, "auto, required, none", ""},
        {"no-condstore", 0, 0, G_OPTION_ARG_NONE, &no_condstore, "", ""},
        {"since", 0, 0, G_OPTION_ARG_INT64, &since, "", ""},
        {"timeout", 0, 0, G_OPTION_ARG_INT64, &timeout, "", ""},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) options = g_option_context_new("URL");
    g_option_context_add_main_entries(options, entries, NULL);
    if (!g_option_context_parse(options, &argc, &argv, NULL) || argc != 2)
        return 2;
    g_autoptr(RaSecret) password_secret =
        password != NULL ? ra_secret_read_line(password, 1024, NULL) : NULL;
    g_autoptr(RaSecret) token_secret =
        token != NULL ? ra_secret_read_line(token, 8192, NULL) : NULL;
    server = (RaImapServer){.url = argv[1], .user = user, .ca_file = ca, .timeout = timeout};
    server.password = password_secret;
    server.token = token_secret;
    server.since = since;
    server.no_condstore = no_condstore;
    server.tls = g_strcmp0(tls, "required") == 0 ? RA_IMAP_TLS_REQUIRED
                 : g_strcmp0(tls, "none") == 0   ? RA_IMAP_TLS_NONE
                                                 : RA_IMAP_TLS_AUTO;
    RaBox *box = NULL;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), " ", -1);
        obey(&box, words);
    }
    free(line);
    ra_box_free(box);
    return 0;
}
