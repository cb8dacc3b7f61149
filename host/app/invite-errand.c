/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/invite-errand.h"

#include <string.h>

void ra_invite_errand_clear(RaInviteErrand *errand)
{
    ra_invite_words_clear(&errand->words);
    ra_invite_words_clear(&errand->made);
    ra_secret_unref(errand->password);
    ra_secret_unref(errand->made_password);
    g_strfreev(errand->reached);
    g_free(errand->file);
    g_free(errand->kept);
    memset(errand, 0, sizeof *errand);
}

RaInviteOrder ra_invite_errand_order(const RaInviteErrand *errand, GStrv to)
{
    const RaInviteOrder order = {.way = errand->way,
                                 .to = (const char *const *)(to != NULL ? to : errand->words.to),
                                 .name = errand->words.name,
                                 .from = errand->words.from,
                                 .message = errand->words.message,
                                 .lifetime = errand->words.lifetime,
                                 .view_only = errand->words.view_only,
                                 .password = errand->password,
                                 .file = errand->file,
                                 .overwrite = errand->file != NULL};
    return order;
}

/* Whether the kept invitation is still the one that is wanted. */
static gboolean is_wanted(const RaInviteErrand *errand)
{
    const RaInviteWords *now = &errand->words, *then = &errand->made;
    return errand->kept != NULL && g_strcmp0(now->name, then->name) == 0 &&
           (errand->way == RA_INVITE_FILE || g_strcmp0(now->from, then->from) == 0) &&
           g_strcmp0(now->message, then->message) == 0 && now->lifetime == then->lifetime &&
           now->view_only == then->view_only &&
           ra_secret_equal(errand->password, errand->made_password);
}

/* Those who do not have it yet, or all. The caller frees it. */
static GStrv still_to_reach(const RaInviteErrand *errand)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (char **to = errand->words.to; *to != NULL; to++) {
        if (errand->reached == NULL || !g_strv_contains((const char *const *)errand->reached, *to))
            g_strv_builder_add(builder, *to);
    }
    GStrv rest = g_strv_builder_end(builder);
    if (rest[0] != NULL)
        return rest;
    g_strfreev(rest);
    return g_strdupv(errand->words.to);
}

char *ra_invite_errand_run(RaInviteErrand *errand, RaInviter *inviter, RaInviterFunc done,
                           gpointer data)
{
    if (is_wanted(errand)) {
        g_auto(GStrv) to = still_to_reach(errand);
        const RaInviteOrder order = ra_invite_errand_order(errand, to);
        ra_inviter_resend(inviter, errand->kept, &order, done, data);
        return NULL;
    }
    const RaInviteOrder order = ra_invite_errand_order(errand, NULL);
    const gboolean useless = errand->reached == NULL || errand->reached[0] == NULL;
    char *old = useless ? g_steal_pointer(&errand->kept) : NULL;
    g_clear_pointer(&errand->kept, g_free);
    ra_inviter_invite(inviter, &order, done, data);
    return old;
}

/* A new invitation was made, from what is ordered now. */
static void keep(RaInviteErrand *errand, const char *id)
{
    g_free(errand->kept);
    errand->kept = g_strdup(id);
    g_clear_pointer(&errand->reached, g_strfreev);
    ra_invite_words_clear(&errand->made);
    errand->made.name = g_strdup(errand->words.name);
    errand->made.from = g_strdup(errand->words.from);
    errand->made.message = g_strdup(errand->words.message);
    errand->made.lifetime = errand->words.lifetime;
    errand->made.view_only = errand->words.view_only;
    ra_secret_unref(errand->made_password);
    errand->made_password = ra_secret_ref(errand->password);
}

GStrv ra_invite_reached(const RaInviteOutcome *outcome)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (char **to = outcome->to; *to != NULL; to++) {
        g_autofree char *prefix = g_strconcat(*to, ": ", NULL);
        gboolean refused = !outcome->sent;
        for (char **line = outcome->refused; *line != NULL; line++)
            refused = refused || g_str_has_prefix(*line, prefix);
        if (!refused)
            g_strv_builder_add(builder, *to);
    }
    return g_strv_builder_end(builder);
}

void ra_invite_errand_learn(RaInviteErrand *errand, const RaInviteOutcome *outcome)
{
    if (*outcome->id == '\0')
        return;
    if (g_strcmp0(errand->kept, outcome->id) != 0)
        keep(errand, outcome->id);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) reached = ra_invite_reached(outcome);
    if (errand->reached != NULL)
        g_strv_builder_addv(builder, (const char **)errand->reached);
    g_strv_builder_addv(builder, (const char **)reached);
    g_strfreev(errand->reached);
    errand->reached = g_strv_builder_end(builder);
}
