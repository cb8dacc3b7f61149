/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/mail-client.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/send/mail-client-words.h"
#include "mailer/send/mail-portal.h"
#include "mailer/send/spawn.h"

#include <string.h>

enum {
    GRACE_SECONDS = 5,    /* a mail program that still runs then has come up */
    CHOICE_SECONDS = 120, /* for the user to choose a program where the portal asks */
};

void ra_mail_client_report_free(RaMailClientReport *report)
{
    if (report == NULL)
        return;
    g_free(report->name);
    g_free(report);
}

static char *name_of(GAppInfo *info)
{
    g_autofree char *name =
        info != NULL ? ra_text_line(g_app_info_get_display_name(info), RA_TEXT_NAME_MAX) : NULL;
    return name != NULL && *name != '\0' ? g_steal_pointer(&name) : g_strdup("your mail program");
}

static RaMailClientReport *report_new(GAppInfo *info, const char *means)
{
    RaMailClientReport *report = g_new0(RaMailClientReport, 1);
    report->name = name_of(info);
    report->means = means;
    return report;
}

/* Starts ARGV: a mail program, or what becomes one and ends only when that does. What it says when
 * it fails is in its own words, so what to do stands behind them. */
static gboolean start(const char *const *argv, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(RaSpawned) process = ra_spawn(argv, NULL, TRUE, &local);
    if (process != NULL &&
        (!ra_spawned_wait(process, GRACE_SECONDS) || ra_spawned_check(process, &local)))
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_MAIL,
                "%s; start your mail program by hand and look whether it works, or send by --smtp "
                "or --sendmail, or --save the invitation as a file",
                local->message);
    return FALSE;
}

/* A program whose options are known. */
static RaMailClientReport *open_known(GAppInfo *info, const RaClient *client, const RaDraft *draft,
                                      GError **error)
{
    g_autofree char *attach = client->sandbox != NULL
                                  ? ra_portal_share(draft->file, client->sandbox)
                                  : g_strdup(draft->file);
    g_auto(GStrv) argv = ra_client_argv(client, draft, attach);
    if (!start((const char *const *)argv, error))
        return NULL;
    RaMailClientReport *report = report_new(info, ra_client_means(client->kind));
    report->attached = attach != NULL;
    report->in_text = attach == NULL;
    return report;
}

static RaMailClientReport *open_portal(GAppInfo *info, const RaDraft *draft, GError **error)
{
    g_autofree char *why = NULL;
    const RaPortalAnswer answer = ra_portal_compose(draft, CHOICE_SECONDS, &why);
    if (answer == RA_PORTAL_DECLINED)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_DECLINED,
                            "you chose not to write the message: the invitation was not sent");
    else if (answer == RA_PORTAL_ABSENT)
        ra_spawn_fail(error, "the desktop's mail portal", "cannot be used", why);
    if (answer != RA_PORTAL_DONE)
        return NULL;
    RaMailClientReport *report = report_new(info, "portal");
    report->in_text = TRUE;
    return report;
}

/* By a mailto: URL, which programs that do not know "attach" (browsers that hand it to webmail)
 * take without the file, and long ones not at all. */
static RaMailClientReport *open_xdg_email(GAppInfo *info, const RaDraft *draft, GError **error)
{
    if (!ra_mail_client_check(error))
        return NULL;
    g_autofree char *program = g_find_program_in_path("xdg-email");
    g_autofree char *whole = ra_mailto(draft, draft->text_with_ticket, draft->file);
    const gboolean fits = strlen(whole) <= RA_MAILTO_MAX;
    const char *text = fits ? draft->text_with_ticket : draft->text;
    g_autofree char *url = ra_mailto(draft, text, NULL);
    const char *const argv[] = {program, "--attach", draft->file, url, NULL};
    if (!start(argv, error))
        return NULL;
    RaMailClientReport *report = report_new(info, "xdg-email");
    report->in_text = fits;
    return report;
}

RaMailClientReport *ra_mail_client_open(const RaDraft *draft, GError **error)
{
    if (ra_portal_is_sandboxed())
        return open_portal(NULL, draft, error);
    g_autoptr(GAppInfo) info = g_app_info_get_default_for_uri_scheme("mailto");
    RaClient client;
    ra_client_from_exec(&client, info != NULL ? g_app_info_get_commandline(info) : NULL);
    g_autoptr(GError) local = NULL;
    RaMailClientReport *report = NULL;
    if (client.kind != RA_CLIENT_OTHER) {
        report = open_known(info, &client, draft, error);
    } else {
        report = open_portal(info, draft, &local);
        if (report == NULL && g_error_matches(local, RA_ERROR, RA_ERROR_DECLINED))
            g_propagate_error(error, g_steal_pointer(&local));
        else if (report == NULL)
            report = open_xdg_email(info, draft, error);
    }
    ra_client_clear(&client);
    return report;
}

gboolean ra_mail_client_check(GError **error)
{
    if (ra_portal_is_sandboxed())
        return TRUE;
    g_autoptr(GAppInfo) info = g_app_info_get_default_for_uri_scheme("mailto");
    g_autofree char *program = g_find_program_in_path("xdg-email");
    return info != NULL || program != NULL ||
           ra_spawn_fail(error, "xdg-email", "is not installed",
                         "install the package xdg-utils, or send by --smtp or --sendmail");
}

char *ra_mail_client_name(void)
{
    g_autoptr(GAppInfo) info = g_app_info_get_default_for_uri_scheme("mailto");
    return info != NULL || ra_portal_is_sandboxed() ? name_of(info) : NULL;
}
