/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/plan.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/inbox/maildir-box.h"

#include <string.h>

enum {
    SINCE = 31 * RA_DAY,    /* an invitation lives 30 days at the most */
    SECRET_MAX = 16 * 1024, /* bytes of a password or a token: those of some clouds are long */
};

/* OPTION, or the setting KEY where it is not given. A setting that the administrator locked wins,
 * and an option that says otherwise is refused, not passed over. *RET is borrowed. */
static gboolean choose(const char **ret, const char *option, const char *name,
                       const RaSettings *settings, const char *key, GError **error)
{
    const char *value = ra_settings_string(settings, key);
    if (option != NULL && ra_settings_locked(settings, key) && g_strcmp0(option, value) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                    "the administrator has set %s: leave out --%s", key, name);
        return FALSE;
    }
    *ret = option != NULL ? option : value;
    return TRUE;
}

/* --- which mailbox --- */

static gboolean is_imap(const char *url)
{
    return g_ascii_strncasecmp(url, "imap://", 7) == 0 ||
           g_ascii_strncasecmp(url, "imaps://", 8) == 0;
}

/* "maildir:/path", "~/path" or a path, as a path. */
static char *maildir_path(const char *url)
{
    const char *path = g_ascii_strncasecmp(url, "maildir:", 8) == 0 ? url + 8 : url;
    if (g_str_has_prefix(path, "///")) /* maildir:///path */
        path += 2;
    if (g_str_has_prefix(path, "~/"))
        return g_build_filename(g_get_home_dir(), path + 2, NULL);
    return g_strdup(path);
}

static gboolean parse_tls(const char *text, RaImapTls *ret, GError **error)
{
    static const char *const names[] = {
        [RA_IMAP_TLS_AUTO] = "auto",
        [RA_IMAP_TLS_REQUIRED] = "required",
        [RA_IMAP_TLS_NONE] = "none",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        *ret = (RaImapTls)i;
        return TRUE;
    }
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                        "--tls (Inbox.Tls) is one of auto, required, none");
    return FALSE;
}

static gboolean read_secret(const char *file, RaSecret **ret, GError **error)
{
    if (file == NULL)
        return TRUE;
    *ret = ra_secret_read_line(file, SECRET_MAX, error);
    return *ret != NULL;
}

/* The settings' login belongs to the settings' server: it is never sent to another one that the
 * command line names. */
static gboolean plan_server(RaInboxPlan *plan, const RaInboxOptions *options,
                            const RaSettings *settings, const char *url, GError **error)
{
    const char *user = NULL, *password = NULL, *token = NULL, *ca = NULL, *tls = NULL;
    if (!choose(&user, options->user, "user", settings, "Inbox.User", error) ||
        !choose(&password, options->password_file, "password-file", settings, "Inbox.PasswordFile",
                error) ||
        !choose(&token, options->token_file, "token-file", settings, "Inbox.TokenFile", error) ||
        !choose(&ca, options->ca, "ca", settings, "Inbox.Ca", error) ||
        !choose(&tls, options->tls, "tls", settings, "Inbox.Tls", error) ||
        !parse_tls(tls, &plan->server.tls, error))
        return FALSE;
    if (g_strcmp0(url, ra_settings_string(settings, "Inbox.Url")) != 0) {
        user = options->user;
        password = options->password_file;
        token = options->token_file;
    } else if (options->token_file != NULL && options->password_file == NULL) {
        password = NULL;
    } else if (options->password_file != NULL && options->token_file == NULL) {
        token = NULL;
    }
    plan->server.url = plan->server_url = g_strdup(url);
    plan->server.user = plan->user = g_strdup(user);
    plan->server.ca_file = plan->ca_file = g_strdup(ca);
    plan->server.timeout = ra_settings_integer(settings, "Mail.Timeout");
    plan->server.since = plan->since;
    plan->server.bidder = plan->name;
    return read_secret(password, &plan->server.password, error) &&
           read_secret(token, &plan->server.token, error);
}

static gboolean plan_inbox(RaInboxPlan *plan, const RaInboxOptions *options,
                           const RaSettings *settings, GError **error)
{
    const char *url = NULL;
    if (!choose(&url, options->inbox, "inbox", settings, "Inbox.Url", error))
        return FALSE;
    if (url == NULL || *url == '\0') {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                            "say which mailbox: --inbox imaps://USER@HOST/FOLDER, --inbox "
                            "/path/of/a/Maildir, or the setting Inbox.Url");
        return FALSE;
    }
    g_autofree char *display = g_filename_display_name(url);
    plan->url = ra_text_line(display, RA_TEXT_LINE_MAX);
    if (is_imap(url))
        return plan_server(plan, options, settings, url, error);
    if (strstr(url, "://") != NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "\"%s\" is no mailbox that can be read: give imap://, imaps:// or a Maildir",
                    plan->url);
        return FALSE;
    }
    plan->maildir = maildir_path(url);
    return TRUE;
}

/* --- the rest --- */

static gboolean plan_name(RaInboxPlan *plan, const RaInboxOptions *options,
                          const RaSettings *settings, GError **error)
{
    const char *name = NULL;
    if (!choose(&name, options->name, "name", settings, "Inbox.Name", error))
        return FALSE;
    if (name == NULL || *name == '\0')
        name = ra_settings_string(settings, "Helper.Name");
    if (name == NULL || *name == '\0')
        name = g_get_real_name();
    if (name == NULL || *name == '\0' || strcmp(name, "Unknown") == 0)
        name = g_get_user_name();
    g_autofree char *clean = ra_text_line(name, RA_TEXT_NAME_MAX);
    if (*clean == '\0' || strcmp(clean, name) != 0 || strlen(name) > RA_OWNER_MAX) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "\"%s\" cannot be a helper's name (1 to %d bytes of plain text): give another "
                    "one with --name",
                    clean, RA_OWNER_MAX);
        return FALSE;
    }
    plan->name = g_strdup(name);
    return TRUE;
}

static gboolean plan_since(RaInboxPlan *plan, const RaInboxOptions *options, gint64 now,
                           GError **error)
{
    gint64 length = SINCE;
    if (options->since != NULL && !ra_duration_parse(options->since, &length, error)) {
        g_prefix_error_literal(error, "--since: ");
        return FALSE;
    }
    plan->since = now - length;
    return TRUE;
}

static gboolean add_state(RaInboxPlan *plan, const char *name, GError **error)
{
    for (guint state = RA_CASE_OPEN; state <= RA_CASE_INVALID; state++) {
        if (strcmp(name, ra_case_state_name(state)) != 0)
            continue;
        plan->states |= 1U << state;
        return TRUE;
    }
    g_autofree char *clean = ra_text_line(name, RA_TEXT_NAME_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "there is no state \"%s\": open, claimed, in-session, done, expired, invalid",
                clean);
    return FALSE;
}

static gboolean plan_states(RaInboxPlan *plan, const RaInboxOptions *options, GError **error)
{
    const guint all = (2U << RA_CASE_INVALID) - 1;
    if (options->all)
        plan->states = all;
    else if (options->states == NULL)
        plan->states = all & ~(1U << RA_CASE_DONE) & ~(1U << RA_CASE_EXPIRED);
    g_auto(GStrv) names = g_strsplit(options->states != NULL ? options->states : "", ",", -1);
    for (char **name = names; *name != NULL; name++) {
        if (!add_state(plan, g_strstrip(*name), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean plan_replies(RaInboxPlan *plan, const RaInboxOptions *options,
                             const RaSettings *settings, GError **error)
{
    g_auto(GStrv) events = options->tell != NULL ? g_strsplit(options->tell, ",", -1) : NULL;
    if (events != NULL && ra_settings_locked(settings, "Inbox.Tell")) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                            "the administrator has set Inbox.Tell: leave out --tell");
        return FALSE;
    }
    plan->teller = ra_teller_new(settings, (const char *const *)events, plan->name, error);
    return plan->teller != NULL;
}

static gboolean check_secrets(const RaInboxOptions *options, GError **error)
{
    const char *const files[] = {options->password_file, options->token_file,
                                 options->invitation_password_file};
    guint on_input = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        on_input += g_strcmp0(files[i], "-") == 0;
    if (on_input > 1)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                            "only one secret can be read from standard input");
    else if (options->all && options->states != NULL)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE, "choose one of --all and --state");
    else
        return TRUE;
    return FALSE;
}

RaInboxPlan *ra_inbox_plan_new(const RaInboxOptions *options, const RaSettings *settings,
                               gint64 now, GError **error)
{
    g_autoptr(RaInboxPlan) plan = g_new0(RaInboxPlan, 1);
    plan->key_file = g_strdup(options->key_file != NULL ? options->key_file
                                                        : ra_settings_string(settings, "Open.Key"));
    plan->signers_ca = g_strdup(ra_settings_string(settings, "Open.Ca"));
    if (!check_secrets(options, error) || !plan_since(plan, options, now, error) ||
        !plan_states(plan, options, error) || !plan_name(plan, options, settings, error) ||
        !plan_inbox(plan, options, settings, error) ||
        !plan_replies(plan, options, settings, error))
        return NULL;
    return g_steal_pointer(&plan);
}

void ra_inbox_plan_free(RaInboxPlan *plan)
{
    if (plan == NULL)
        return;
    ra_teller_free(plan->teller);
    ra_secret_unref(plan->server.password);
    ra_secret_unref(plan->server.token);
    g_free(plan->url);
    g_free(plan->maildir);
    g_free(plan->server_url);
    g_free(plan->user);
    g_free(plan->ca_file);
    g_free(plan->name);
    g_free(plan->key_file);
    g_free(plan->signers_ca);
    g_free(plan);
}

RaQueue *ra_inbox_plan_queue(const RaInboxPlan *plan, const RaQueueFuncs *funcs, gpointer data,
                             GError **error)
{
    const RaExtractOptions options = {.key_file = plan->key_file, .ca_file = plan->signers_ca};
    RaBox *box = plan->maildir != NULL ? ra_maildir_box_new(plan->maildir, plan->since, error)
                                       : ra_imap_box_new(&plan->server, error);
    return box != NULL ? ra_queue_new(box, plan->name, &options, funcs, data) : NULL;
}
