/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/viewer-session.h"

#include "base/error.h"
#include "base/io.h"
#include "base/secret.h"

#include <string.h>

enum { HANDSHAKE_SECONDS = 10 };

typedef struct {
    RaRace *race;
    guint32 attempt;
    RaLink *link;
    GSource *socket, *timer;
} Runner;

struct _RaRace {
    RaChannel *channel;
    char identity[RA_IPC_IDENTITY_MAX + 1];
    RaSecret *key;
    RaRaceFunc won;
    gpointer data;
    GPtrArray *runners; /* of Runner */
};

static void runner_free(Runner *runner)
{
    ra_source_drop(&runner->socket);
    ra_source_drop(&runner->timer);
    ra_link_free(runner->link);
    g_free(runner);
}

static void give_up(Runner *runner, gboolean key_did_not_fit, const char *why)
{
    RaIpcMessage failed = {.kind = RA_IPC_ATTEMPT_FAILED};
    failed.attempt.id = runner->attempt;
    failed.attempt.tls = key_did_not_fit;
    g_strlcpy(failed.attempt.text, why, sizeof failed.attempt.text);
    (void)ra_channel_send(runner->race->channel, &failed, -1);
    g_ptr_array_remove(runner->race->runners, runner);
}

static gboolean on_time_out(gpointer data)
{
    give_up(data, FALSE, "it answered, but not as Remote Assistance does");
    return G_SOURCE_REMOVE;
}

static gboolean on_socket(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                          gpointer data);

static void wait_for(Runner *runner, GIOCondition condition)
{
    ra_source_watch(&runner->socket, ra_link_fd(runner->link), condition, on_socket, runner);
}

static void step(Runner *runner)
{
    g_autoptr(GError) error = NULL;
    switch (ra_link_handshake(runner->link, &error)) {
    case RA_LINK_OK: {
        RaRace *race = runner->race;
        RaLink *link = g_steal_pointer(&runner->link);
        const guint32 attempt = runner->attempt;
        g_ptr_array_remove(race->runners, runner);
        race->won(link, attempt, race->data);
        break;
    }
    case RA_LINK_WANT_READ:
        wait_for(runner, G_IO_IN);
        break;
    case RA_LINK_WANT_WRITE:
        wait_for(runner, G_IO_OUT);
        break;
    case RA_LINK_CLOSED:
    case RA_LINK_FAILED:
        give_up(runner, g_error_matches(error, RA_ERROR, RA_ERROR_PASSWORD),
                error != NULL ? error->message : "it closed the connection");
        break;
    }
}

static gboolean on_socket(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                          gpointer data)
{
    step(data);
    return G_SOURCE_CONTINUE; /* whether or not the source still stands */
}

RaRace *ra_race_new(RaChannel *channel, const RaIpcMessage *identity, RaRaceFunc won, gpointer data)
{
    RaRace *race = g_new0(RaRace, 1);
    race->channel = channel;
    race->won = won;
    race->data = data;
    race->runners = g_ptr_array_new_with_free_func((GDestroyNotify)runner_free);
    race->key = ra_secret_new_copy(identity->secret.key, sizeof identity->secret.key);
    g_strlcpy(race->identity, identity->secret.identity, sizeof race->identity);
    return race;
}

void ra_race_free(RaRace *race)
{
    if (race == NULL)
        return;
    g_ptr_array_unref(race->runners);
    ra_secret_unref(race->key);
    g_free(race);
}

static gboolean on_start(gpointer data)
{
    Runner *runner = data;
    ra_source_drop(&runner->socket);
    step(runner);
    return G_SOURCE_REMOVE;
}

void ra_race_add(RaRace *race, guint32 attempt, int fd)
{
    Runner *runner = g_new0(Runner, 1);
    runner->race = race;
    runner->attempt = attempt;
    runner->link = ra_link_new_client(fd, race->identity, ra_secret_bytes(race->key), TRUE);
    runner->timer = g_timeout_source_new_seconds(HANDSHAKE_SECONDS);
    g_source_set_callback(runner->timer, on_time_out, runner, NULL);
    g_source_attach(runner->timer, g_main_context_get_thread_default());
    g_ptr_array_add(race->runners, runner);
    /* The first step may end the race: not while the caller still holds it. */
    runner->socket = g_idle_source_new();
    g_source_set_callback(runner->socket, on_start, runner, NULL);
    g_source_attach(runner->socket, g_main_context_get_thread_default());
}
