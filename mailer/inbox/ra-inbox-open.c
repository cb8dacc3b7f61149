/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "ra-inbox open": claims a case, opens its invitation, and keeps its mark while the session lasts.
 */
#include "base/error.h"
#include "base/prompt.h"
#include "mailer/inbox/opening.h"
#include "mailer/inbox/ra-inbox.h"
#include "mailer/open/text.h"

#include <glib-unix.h>
#include <signal.h>

typedef struct {
    RaInboxRun *run;
    GMainLoop *loop;
    RaOpening *opening;
    gboolean connected, interrupted;
} Session;

/* For as long as the server cannot be reached, within reason. */
static gboolean act_patiently(RaInboxRun *run, RaCaseAct what, GError **error)
{
    for (guint pause = 1;; pause *= 2) {
        g_autoptr(GError) problem = NULL;
        if (ra_queue_act(run->queue, run->result.item->id, what, FALSE, NULL, &problem))
            return TRUE;
        if (pause > 16 || !g_error_matches(problem, RA_ERROR, RA_ERROR_UNREACHABLE)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        g_usleep(pause * G_USEC_PER_SEC);
    }
}

static void session_connected(gpointer data)
{
    Session *session = data;
    RaInboxRun *run = session->run;
    g_autoptr(GError) error = NULL;
    session->connected = TRUE;
    if (!ra_queue_act(run->queue, run->result.item->id, RA_ACT_SESSION, FALSE, NULL, &error) ||
        !ra_inbox_tell(run, RA_EVENT_CONNECTED, &error))
        ra_inbox_warn(error->message);
}

static void session_ended(int code, gint64 seconds, gpointer data)
{
    Session *session = data;
    session->run->result.code = code;
    session->run->result.seconds = seconds;
    g_main_loop_quit(session->loop);
}

static gboolean interrupted(gpointer data)
{
    Session *session = data;
    session->interrupted = TRUE;
    ra_opening_stop(session->opening);
    return G_SOURCE_CONTINUE;
}

/* Runs the program that opens the invitation to its end. */
static gboolean open_and_follow(Session *session, GError **error)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    guint sources[G_N_ELEMENTS(signals)];
    const gboolean desktop = g_getenv("DISPLAY") != NULL || g_getenv("WAYLAND_DISPLAY") != NULL;
    const RaInboxOptions *options = &session->run->options;
    const RaOpeningOptions how = {
        .key_file = session->run->plan->key_file,
        .password_file = options->invitation_password_file,
        .yes = options->yes,
        .window = desktop && !ra_prompt_possible(),
        .quiet = options->json,
    };
    const RaOpeningFuncs funcs = {.connected = session_connected, .ended = session_ended};
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
        sources[i] = g_unix_signal_add(signals[i], interrupted, session);
    session->opening = ra_opening_new(session->run->result.item, &how, &funcs, session, error);
    if (session->opening != NULL)
        g_main_loop_run(session->loop);
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(sources[i]);
    return session->opening != NULL;
}

/* After a session that came to its end; codes as in ra-viewer(1): 8 is the novice's goodbye. */
static gboolean ask_whether_done(const Session *session)
{
    const int code = session->run->result.code;
    return session->connected && !session->interrupted && !session->run->options.json &&
           ra_prompt_possible() && (code == 0 || code == RA_ERROR_DECLINED) &&
           ra_prompt_yes_no("Is the case done? [y/N] ", 0);
}

static gboolean after_session(Session *session, GError **error)
{
    RaInboxRun *run = session->run;
    /* First of all: nobody is in session any more, whatever comes. */
    if (session->connected && !act_patiently(run, RA_ACT_OVER, error)) {
        g_prefix_error_literal(error, "the case may still be marked as in session: ");
        return FALSE;
    }
    const gboolean done = ask_whether_done(session);
    if (done && !act_patiently(run, RA_ACT_DONE, error))
        return FALSE;
    ra_inbox_look_again(run, run->id);
    ra_inbox_say_case(run, done ? "The case" : "You still have the case", done ? " is done" : "");
    if (done && !ra_inbox_tell(run, RA_EVENT_FINISHED, error))
        return FALSE;
    if (session->interrupted)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_FAILED, "interrupted");
    return !session->interrupted;
}

gboolean ra_inbox_open(RaInboxRun *run, GError **error)
{
    if (!ra_inbox_act(run, RA_ACT_CLAIM, error))
        return FALSE;
    run->result.opened = TRUE;
    ra_inbox_say_case(run, "You have the case", " now");
    g_autofree char *words = ra_open_words(run->result.item->found->message);
    ra_inbox_say(run, "%s", words);
    g_auto(GStrv) warnings = ra_open_warnings(run->result.item->found);
    for (gsize i = 0; warnings[i] != NULL; i++)
        ra_inbox_warn(warnings[i]);
    if (!ra_inbox_tell(run, RA_EVENT_CLAIMED, error))
        return FALSE;
    Session session = {.run = run, .loop = g_main_loop_new(NULL, FALSE)};
    gboolean done = open_and_follow(&session, error) && after_session(&session, error);
    ra_opening_free(session.opening);
    g_main_loop_unref(session.loop);
    return done;
}
