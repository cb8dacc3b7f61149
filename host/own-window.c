/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/own-window.h"

#include "base/error.h"
#include "base/i18n.h"
#include "host/window-program.h"
#include "host/window.h"

#include <unistd.h>

struct _RaOwnWindow {
    RaAgent *agent;
    char *program;
    const RaClock *clock;
    GDBusInterfaceSkeleton *host1;
    RaWindowProgram *process;              /* NULL: none runs */
    RaConsentWindow *window;               /* NULL: its socket is closed */
    const char *to_present;                /* when the one that leaves has left; NULL: nothing */
    gboolean died;                         /* the last one did not leave when it was due */
    gboolean told;                         /* that it is not started again */
    gint64 again[RA_OWN_WINDOW_AGAIN_MAX]; /* boot clock: the last starts after it died */
    guint next;                            /* the oldest of them */
};

/* Something that the novice has to see now: a question, a session. */
static gboolean is_needed(const RaOwnWindow *own)
{
    return ra_agent_state(own->agent) >= RA_AGENT_ASKING;
}

/* One that dies at once would be started for ever. */
static gboolean may_start(RaOwnWindow *own, GError **error)
{
    const gint64 now = ra_clock_boot(own->clock);
    const gint64 oldest = own->again[own->next];
    if (!own->died)
        return TRUE;
    if (oldest != 0 && now - oldest < RA_OWN_WINDOW_AGAIN_SECONDS * (gint64)G_USEC_PER_SEC) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    _("The Remote Assistance window ended unexpectedly again and again: it is not "
                      "started for some minutes."));
        return FALSE;
    }
    own->again[own->next] = now;
    own->next = (own->next + 1) % RA_OWN_WINDOW_AGAIN_MAX;
    own->told = FALSE;
    return TRUE;
}

static void on_gone(RaConsentWindow *window, gpointer data)
{
    RaOwnWindow *own = data;
    own->window = NULL;
    ra_consent_window_free(window);
    if (own->process != NULL)
        ra_window_program_stop(own->process);
}

static void on_ended(gboolean well, gpointer data);

static gboolean start(RaOwnWindow *own, GError **error)
{
    int ours = -1, theirs = -1;
    if (!may_start(own, error))
        return FALSE;
    own->died = TRUE; /* until it leaves by itself */
    if (!ra_consent_window_pair(&ours, &theirs, error))
        return FALSE;
    own->process = ra_window_program_new(own->program, theirs, on_ended, own, error);
    if (own->process == NULL) {
        close(ours);
        return FALSE;
    }
    own->window = ra_consent_window_new(own->agent, own->host1, ours, RA_OWN_WINDOW_HELLO_SECONDS,
                                        on_gone, own, error);
    if (own->window != NULL)
        return TRUE;
    g_clear_pointer(&own->process, ra_window_program_free); /* has no socket: it leaves */
    return FALSE;
}

static void start_or_tell(RaOwnWindow *own)
{
    g_autoptr(GError) error = NULL;
    if (own->process != NULL || start(own, &error))
        return;
    if (!own->told)
        ra_agent_note(own->agent, error->message);
    own->told = TRUE;
}

/* Where it showed only what was said and done, the novice closed it. */
static void on_ended(gboolean well, gpointer data)
{
    RaOwnWindow *own = data;
    const gboolean needed = is_needed(own);
    const char *what = g_steal_pointer(&own->to_present);
    g_clear_pointer(&own->process, ra_window_program_free);
    g_clear_pointer(&own->window, ra_consent_window_free);
    own->died = !well || needed;
    if (own->died)
        ra_agent_note(own->agent, "the Remote Assistance window ended unexpectedly");
    if (what != NULL)
        (void)ra_own_window_present(own, what, NULL);
    else if (needed || (!well && ra_agent_to_show(own->agent)))
        start_or_tell(own);
}

gboolean ra_own_window_present(RaOwnWindow *own, const char *what, GError **error)
{
    if (own->process != NULL && own->window == NULL) {
        own->to_present = what; /* it is leaving */
        return TRUE;
    }
    if (own->process == NULL && !start(own, error))
        return FALSE;
    ra_consent_window_present(own->window, what);
    return TRUE;
}

static void on_asked(const RaQuestion *question, gpointer data)
{
    (void)question;
    start_or_tell(data);
}

RaOwnWindow *ra_own_window_new(RaAgent *agent, const char *program, const RaClock *clock,
                               GDBusInterfaceSkeleton *host1)
{
    static const RaAgentEvents events = {.asked = on_asked};
    RaOwnWindow *own = g_new0(RaOwnWindow, 1);
    own->agent = agent;
    own->program = g_strdup(program);
    own->clock = clock;
    own->host1 = g_object_ref(host1);
    ra_agent_watch(agent, &events, own);
    return own;
}

void ra_own_window_free(RaOwnWindow *own)
{
    if (own == NULL)
        return;
    ra_agent_unwatch(own->agent, own);
    ra_window_program_free(own->process);
    ra_consent_window_free(own->window);
    g_object_unref(own->host1);
    g_free(own->program);
    g_free(own);
}
