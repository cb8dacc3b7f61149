/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/screen-private.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef enum { THEN_SAY, THEN_OPEN, THEN_NOTHING } Then;

/* An act under way; what follows it. */
typedef struct {
    RaScreen *screen;
    char *who;
    Then then;
} Errand;

static Errand *errand_new(RaScreen *screen, const RaCase *item, Then then)
{
    Errand *errand = g_new0(Errand, 1);
    errand->screen = screen;
    errand->who = ra_row_who(item);
    errand->then = then;
    return errand;
}

static void errand_free(Errand *errand)
{
    g_free(errand->who);
    g_free(errand);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Errand, errand_free)

/* Replies */

static void on_told(RaCase *item, RaCaseEvent event, gboolean sent, const GError *error,
                    gpointer data)
{
    RaScreen *screen = data;
    g_autofree char *who = ra_row_who(item);
    screen->telling--;
    if (error != NULL)
        ra_screen_say(screen, TRUE, "%s was not told (%s): %s", who, ra_case_event_name(event),
                      error->message);
    else if (sent)
        ra_screen_say(screen, FALSE, "%s was told by mail: %s", who, ra_case_event_name(event));
    if (screen->leaving && screen->telling == 0)
        g_main_loop_quit(screen->loop);
}

static void tell(RaScreen *screen, const char *id, RaCaseEvent event, gint64 seconds)
{
    RaCase *item = ra_screen_find(screen, id);
    if (item == NULL || !ra_teller_tells(screen->plan->teller, event))
        return;
    screen->telling++;
    ra_case_tell_async(screen->plan->teller, screen->queue, item, event, seconds, on_told, screen);
}

void ra_screen_tell_expired(RaScreen *screen)
{
    if (!ra_teller_tells(screen->plan->teller, RA_EVENT_EXPIRED))
        return;
    g_autoptr(GPtrArray) all = g_ptr_array_ref(screen->all); /* telling may list them anew */
    for (guint i = 0; i < all->len; i++) {
        const RaCase *item = all->pdata[i];
        const RaCaseState state = ra_case_state(item, screen->now);
        if (state == RA_CASE_OPEN || state == RA_CASE_CLAIMED)
            g_hash_table_add(screen->waiting, g_strdup(item->id));
        else if (g_hash_table_remove(screen->waiting, item->id) && state == RA_CASE_EXPIRED)
            tell(screen, item->id, RA_EVENT_EXPIRED, 0);
    }
}

/* How long the sessions of a case were, for the reply that says that it is done. */
static void note_seconds(RaScreen *screen, const RaCase *item, gint64 seconds)
{
    gint64 *sum = g_hash_table_lookup(screen->seconds, item->id);
    if (sum == NULL) {
        sum = g_new0(gint64, 1);
        g_hash_table_insert(screen->seconds, g_strdup(item->id), sum);
    }
    *sum += seconds;
}

/* Acts */

static void start(RaScreen *screen, RaCase *item);

/* The race is lost, or something else. */
static void say_refused(RaScreen *screen, const char *who, const RaCase *item, const GError *error)
{
    if (item == NULL || item->mark->owner == NULL ||
        !g_error_matches(error, RA_ERROR, RA_ERROR_DECLINED)) {
        ra_screen_say(screen, TRUE, "%s: %s", who, error->message);
        return;
    }
    g_autofree char *owner = ra_text_line(item->mark->owner, RA_OWNER_MAX);
    if (ra_row_is_mine(item, screen->plan->name))
        ra_screen_say(screen, TRUE, "You are in session with %s. F if that is over", who);
    else
        ra_screen_say(screen, TRUE, "%s has %s. F takes it over", owner, who);
}

static void on_acted(RaQueue *queue, const char *id, RaCaseAct act, const GError *error,
                     gpointer data)
{
    (void)queue;
    g_autoptr(Errand) errand = data;
    RaScreen *screen = errand->screen;
    ra_screen_update(screen);
    RaCase *item = ra_screen_find(screen, id);
    const gint64 *seconds = g_hash_table_lookup(screen->seconds, id);
    if (error != NULL) {
        say_refused(screen, errand->who, item, error);
        return;
    }
    if (errand->then == THEN_NOTHING)
        return;
    switch (act) {
    case RA_ACT_CLAIM:
        ra_screen_say(screen, FALSE, "You have %s", errand->who);
        tell(screen, id, RA_EVENT_CLAIMED, 0);
        if (errand->then == THEN_OPEN && item != NULL)
            start(screen, item);
        break;
    case RA_ACT_RELEASE:
        ra_screen_say(screen, FALSE, "%s is open again", errand->who);
        break;
    case RA_ACT_DONE:
        ra_screen_say(screen, FALSE, "%s is done", errand->who);
        tell(screen, id, RA_EVENT_FINISHED, seconds != NULL ? *seconds : 0);
        break;
    case RA_ACT_SESSION:
    case RA_ACT_OVER:
        break;
    }
}

/* What failed stays in the table, and is tried again. */
static void on_over(RaQueue *queue, const char *id, RaCaseAct act, const GError *error,
                    gpointer data)
{
    (void)queue, (void)act;
    RaScreen *screen = data;
    if (!g_error_matches(error, RA_ERROR, RA_ERROR_UNREACHABLE))
        (void)g_hash_table_remove(screen->over, id);
    ra_screen_update(screen);
}

void ra_screen_end_sessions(RaScreen *screen)
{
    GHashTableIter iter;
    gpointer id = NULL;
    g_hash_table_iter_init(&iter, screen->over);
    while (g_hash_table_iter_next(&iter, &id, NULL))
        ra_queue_act_async(screen->queue, id, RA_ACT_OVER, FALSE, on_over, screen);
}

void ra_screen_act(RaScreen *screen, RaCase *item, RaCaseAct act, gboolean force)
{
    ra_queue_act_async(screen->queue, item->id, act, force, on_acted,
                       errand_new(screen, item, THEN_SAY));
}

/* Opening */

/* A session, or what leads to it. */
typedef struct {
    RaScreen *screen;
    char *id;
    RaOpening *opening;
    int said; /* a memory file: what the program says; -1: it has the terminal */
} Opened;

void ra_screen_opened_free(gpointer data)
{
    Opened *opened = data;
    ra_opening_free(opened->opening);
    if (opened->said >= 0)
        close(opened->said);
    g_free(opened->id);
    g_free(opened);
}

static void on_connected(gpointer data)
{
    const Opened *opened = data;
    RaScreen *screen = opened->screen;
    RaCase *item = ra_screen_find(screen, opened->id);
    if (item == NULL)
        return;
    g_autofree char *who = ra_row_who(item);
    (void)g_hash_table_remove(screen->over, item->id);
    ra_screen_act(screen, item, RA_ACT_SESSION, FALSE);
    ra_screen_say(screen, FALSE, "You are connected to %s", who);
    tell(screen, opened->id, RA_EVENT_CONNECTED, 0);
}

/* The last line of it, "" where there is none. Caller frees. */
static char *last_words(const Opened *opened)
{
    enum { SAID_MAX = 4096 };
    char text[SAID_MAX + 1];
    const off_t size = opened->said >= 0 ? lseek(opened->said, 0, SEEK_END) : 0;
    const ssize_t n = size > 0 ? pread(opened->said, text, SAID_MAX, MAX(size - SAID_MAX, 0)) : 0;
    text[MAX(n, 0)] = '\0';
    g_strchomp(text);
    const char *last = strrchr(text, '\n');
    return ra_text_line(last != NULL ? last + 1 : text, RA_TEXT_LINE_MAX);
}

/* It stays the helper's, who says what becomes of it. */
static void on_ended(int code, gint64 seconds, gpointer data)
{
    Opened *opened = data;
    RaScreen *screen = opened->screen;
    RaCase *item = ra_screen_find(screen, opened->id);
    g_autofree char *who = item != NULL ? ra_row_who(item) : g_strdup("The case");
    g_autofree char *said = last_words(opened);
    if (screen->away)
        ra_screen_step_in(screen);
    if (item != NULL && seconds > 0) {
        note_seconds(screen, item, seconds);
        g_hash_table_add(screen->over, g_strdup(item->id));
        ra_screen_end_sessions(screen); /* the session is over, not the case */
    }
    if (seconds > 0)
        ra_screen_say(screen, FALSE,
                      "%s: the session is over (%" G_GINT64_FORMAT
                      " min). d: done, r: let go, o: open again",
                      who, (seconds + RA_MINUTE - 1) / RA_MINUTE);
    else if (code == 0)
        ra_screen_say(screen, FALSE, "%s: no session came of it", who);
    else
        ra_screen_say(screen, TRUE, "%s: %s", who, *said != '\0' ? said : "no session came of it");
    g_ptr_array_remove_fast(screen->opens, opened);
}

static gboolean is_open(const RaScreen *screen, const char *id)
{
    for (guint i = 0; i < screen->opens->len; i++) {
        const Opened *opened = screen->opens->pdata[i];
        if (strcmp(opened->id, id) == 0)
            return TRUE;
    }
    return FALSE;
}

static void start(RaScreen *screen, RaCase *item)
{
    static const RaOpeningFuncs funcs = {.connected = on_connected, .ended = on_ended};
    const gboolean window = g_getenv("DISPLAY") != NULL || g_getenv("WAYLAND_DISPLAY") != NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *who = ra_row_who(item);
    Opened *opened = g_new0(Opened, 1);
    opened->screen = screen;
    opened->id = g_strdup(item->id);
    opened->said = window ? memfd_create("ra-said", MFD_CLOEXEC) : -1;
    const RaOpeningOptions options = {
        .key_file = screen->plan->key_file, .window = window, .said_fd = MAX(opened->said, 0)};
    if (!window)
        ra_screen_step_out(screen);
    opened->opening = ra_opening_new(item, &options, &funcs, opened, &error);
    if (opened->opening != NULL) {
        g_ptr_array_add(screen->opens, opened);
        ra_screen_say(screen, FALSE, "Opening %s", who);
        return;
    }
    ra_screen_opened_free(opened);
    if (!window)
        ra_screen_step_in(screen);
    ra_screen_say(screen, TRUE, "%s: %s", who, error->message);
}

void ra_screen_open(RaScreen *screen, RaCase *item)
{
    g_autoptr(GError) error = NULL;
    if (is_open(screen, item->id))
        ra_screen_say(screen, TRUE, "Its window is open already");
    else if (item->found == NULL)
        ra_screen_say(screen, TRUE, "There is nothing to open: %s",
                      item->problem != NULL ? item->problem : "the invitation is damaged");
    else if (!ra_found_check_time(item->found, screen->now, &error))
        ra_screen_say(screen, TRUE, "%s", error->message);
    else
        ra_queue_act_async(screen->queue, item->id, RA_ACT_CLAIM, FALSE, on_acted,
                           errand_new(screen, item, THEN_OPEN));
}
