/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/invite-plan.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/send/address.h"
#include "mailer/send/compose.h"
#include "mailer/send/mail-client.h"
#include "ticket/password.h"
#include "ticket/ticket.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    TOKEN_MAX = 16 * 1024,        /* bytes of an OAuth 2 access token */
    SMTP_PASSWORD_MAX = 1024,     /* bytes */
    MESSAGE_FILE_MAX = 64 * 1024, /* bytes; the characters are counted later */
};

static gboolean fail(RaError code, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean fail(RaError code, GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, RA_ERROR, (int)code, text);
    return FALSE;
}

void ra_invite_options_clear(RaInviteOptions *options)
{
    char **const texts[] = {
        &options->from,
        &options->name,
        &options->message,
        &options->message_file,
        &options->expires,
        &options->password_file,
        &options->smtp,
        &options->smtp_user,
        &options->smtp_password_file,
        &options->smtp_token_file,
        &options->smtp_ca,
        &options->smtp_tls,
        &options->save,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*texts[i]);
    g_strfreev(options->to);
    g_strfreev(options->seal_to);
    g_strfreev(options->advertise);
    memset(options, 0, sizeof *options);
}

/* OPTION, or the setting KEY where it is not given. A setting that the administrator locked wins,
 * and an option that says otherwise is refused, not passed over. *RET is borrowed. */
static gboolean choose(const char **ret, const char *option, const char *name,
                       const RaSettings *settings, const char *key, GError **error)
{
    const char *value = ra_settings_string(settings, key);
    if (option != NULL && ra_settings_locked(settings, key) && g_strcmp0(option, value) != 0)
        return fail(RA_ERROR_FORBIDDEN, error, "the administrator has set %s: leave out --%s", key,
                    name);
    *ret = option != NULL ? option : value;
    return TRUE;
}

/* In Invitation.SendingWays. */
static const char *const way_names[] = {[RA_MAIL_NONE] = "file",
                                        [RA_MAIL_SMTP] = "smtp",
                                        [RA_MAIL_SENDMAIL] = "sendmail",
                                        [RA_MAIL_CLIENT] = "mail-client"};

static gboolean check_allowed(const RaSettings *settings, const char *way, GError **error)
{
    if (g_strv_contains(ra_settings_list(settings, "Invitation.SendingWays"), way))
        return TRUE;
    g_autofree char *ways =
        g_strjoinv(", ", (GStrv)ra_settings_list(settings, "Invitation.SendingWays"));
    return fail(RA_ERROR_FORBIDDEN, error,
                "the settings do not allow sending by %s (Invitation.SendingWays); they allow: %s",
                way, *ways != '\0' ? ways : "nothing");
}

/* Which of the ways of sending mail; RA_MAIL_NONE if the ticket goes elsewhere. */
static gboolean plan_way(RaInvitePlan *plan, const RaInviteOptions *options,
                         const RaSettings *settings, GError **error)
{
    if ((options->smtp != NULL) + options->sendmail + options->mail_client > 1)
        return fail(RA_ERROR_USAGE, error, "choose one of --smtp, --sendmail and --mail-client");
    const char *const *allowed = ra_settings_list(settings, "Invitation.SendingWays");
    plan->sendmail = ra_sendmail_find();
    if (options->smtp != NULL)
        plan->way = RA_MAIL_SMTP;
    else if (options->sendmail)
        plan->way = RA_MAIL_SENDMAIL;
    else if (options->mail_client)
        plan->way = RA_MAIL_CLIENT;
    else if (options->save != NULL || options->print)
        plan->way = RA_MAIL_NONE;
    else if (ra_settings_string(settings, "Mail.Smtp") != NULL && g_strv_contains(allowed, "smtp"))
        plan->way = RA_MAIL_SMTP;
    else if (plan->sendmail != NULL && g_strv_contains(allowed, "sendmail"))
        plan->way = RA_MAIL_SENDMAIL;
    else
        return fail(RA_ERROR_USAGE, error,
                    "say how to send the invitation: --smtp URL, --sendmail, --mail-client, "
                    "--save FILE or --print");
    if (plan->way == RA_MAIL_SENDMAIL && plan->sendmail == NULL)
        return fail(RA_ERROR_MAIL, error,
                    "there is no sendmail program here: install one, or use --smtp URL");
    if (plan->way != RA_MAIL_NONE && !check_allowed(settings, way_names[plan->way], error))
        return FALSE;
    if (plan->way == RA_MAIL_CLIENT && !ra_mail_client_check(error))
        return FALSE;
    if ((options->save != NULL || options->print) &&
        !check_allowed(settings, way_names[RA_MAIL_NONE], error))
        return FALSE;
    return options->save == NULL || ra_save_check(options->save, options->force, error);
}

static gboolean plan_tls(RaInvitePlan *plan, const RaInviteOptions *options,
                         const RaSettings *settings, GError **error)
{
    const char *tls = NULL;
    return choose(&tls, options->smtp_tls, "smtp-tls", settings, "Mail.SmtpTls", error) &&
           ra_smtp_tls_parse(tls, &plan->server.tls, error);
}

/* The SMTP server with its secrets. The settings' login belongs to the settings' server: it is
 * never sent to another one that the command line names. */
static gboolean plan_server(RaInvitePlan *plan, const RaInviteOptions *options,
                            const RaSettings *settings, GError **error)
{
    const char *url = NULL, *user = NULL, *password = NULL, *token = NULL, *ca = NULL;
    if (!choose(&url, options->smtp, "smtp", settings, "Mail.Smtp", error) ||
        !choose(&user, options->smtp_user, "smtp-user", settings, "Mail.SmtpUser", error) ||
        !choose(&password, options->smtp_password_file, "smtp-password-file", settings,
                "Mail.SmtpPasswordFile", error) ||
        !choose(&token, options->smtp_token_file, "smtp-token-file", settings, "Mail.SmtpTokenFile",
                error) ||
        !choose(&ca, options->smtp_ca, "smtp-ca", settings, "Mail.SmtpCa", error) ||
        !plan_tls(plan, options, settings, error))
        return FALSE;
    if (g_strcmp0(url, ra_settings_string(settings, "Mail.Smtp")) != 0) {
        user = options->smtp_user;
        password = options->smtp_password_file;
        token = options->smtp_token_file;
    } else if (options->smtp_token_file != NULL && options->smtp_password_file == NULL) {
        password = NULL;
    } else if (options->smtp_password_file != NULL && options->smtp_token_file == NULL) {
        token = NULL;
    }
    plan->server.url = plan->smtp_url = g_strdup(url);
    plan->server.user = plan->smtp_user = g_strdup(user);
    plan->server.ca_file = plan->smtp_ca = g_strdup(ca);
    plan->server.timeout = ra_settings_integer(settings, "Mail.Timeout");
    if (password != NULL)
        plan->server.password = ra_secret_read_line(password, SMTP_PASSWORD_MAX, error);
    if (token != NULL && (password == NULL || plan->server.password != NULL))
        plan->server.token = ra_secret_read_line(token, TOKEN_MAX, error);
    return (password == NULL || plan->server.password != NULL) &&
           (token == NULL || plan->server.token != NULL) &&
           ra_smtp_server_check(&plan->server, error);
}

/* One recipient, once. Those that the administrator set are the only ones. */
static gboolean add_recipient(GStrvBuilder *builder, GHashTable *seen, const char *text,
                              const RaSettings *settings, GError **error)
{
    g_autofree char *address = ra_address_parse(text, error);
    if (address == NULL)
        return FALSE;
    if (ra_settings_locked(settings, "Invitation.HelpDesk") &&
        !g_strv_contains(ra_settings_list(settings, "Invitation.HelpDesk"), text))
        return fail(RA_ERROR_FORBIDDEN, error,
                    "the administrator allows invitations only to the help desk "
                    "(Invitation.HelpDesk), not to %s",
                    address);
    if (g_hash_table_add(seen, g_strdup(address)))
        g_strv_builder_add(builder, address);
    return TRUE;
}

static gboolean plan_recipients(RaInvitePlan *plan, const RaInviteOptions *options,
                                const RaSettings *settings, gboolean resend, GError **error)
{
    const char *const *given = (const char *const *)options->to;
    if (given == NULL && !resend && plan->way != RA_MAIL_NONE)
        given = ra_settings_list(settings, "Invitation.HelpDesk");
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (; given != NULL && *given != NULL; given++) {
        if (!add_recipient(builder, seen, *given, settings, error))
            return FALSE;
    }
    plan->to = g_strv_builder_end(builder);
    if (plan->to[0] == NULL && plan->way != RA_MAIL_NONE && !resend)
        return fail(RA_ERROR_USAGE, error, "say whom to invite: --to ADDRESS");
    return TRUE;
}

/* The setting, or the account's own name; GLib says "Unknown" where there is none. */
static const char *own_name(const char *set)
{
    if (set != NULL && *set != '\0')
        return set;
    return g_str_equal(g_get_real_name(), "Unknown") ? g_get_user_name() : g_get_real_name();
}

static gboolean plan_sender(RaInvitePlan *plan, const RaInviteOptions *options,
                            const RaSettings *settings, gboolean resend, GError **error)
{
    const char *from = NULL, *name = NULL;
    if (!choose(&from, options->from, "from", settings, "Invitation.Address", error) ||
        !choose(&name, options->name, "name", settings, "Invitation.Name", error))
        return FALSE;
    if (from == NULL && !resend && (plan->way != RA_MAIL_NONE || options->print))
        return fail(RA_ERROR_USAGE, error, "say who you are: --from ADDRESS");
    plan->from = from != NULL ? ra_address_parse(from, error) : g_strdup("");
    if (plan->from == NULL)
        return FALSE;
    plan->name = g_strdup(own_name(name));
    return ra_letter_check(plan->name, NULL, error);
}

/* "-" is standard input. NULL on failure. */
static char *read_message(const char *file, GError **error)
{
    const int fd = g_str_equal(file, "-") ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    g_autoptr(RaSecret) text = fd < 0 ? NULL : ra_secret_read(fd, MESSAGE_FILE_MAX, NULL);
    if (fd > STDIN_FILENO)
        close(fd);
    if (text != NULL && memchr(ra_secret_bytes(text), '\0', ra_secret_size(text)) == NULL)
        return g_strdup(ra_secret_text(text));
    g_autofree char *shown = ra_text_line(file, RA_TEXT_LINE_MAX);
    fail(RA_ERROR_USAGE, error, "cannot read a personal message of at most 64 KiB from %s", shown);
    return NULL;
}

static gboolean plan_message(RaInvitePlan *plan, const RaInviteOptions *options, GError **error)
{
    if (options->message != NULL && options->message_file != NULL)
        return fail(RA_ERROR_USAGE, error, "choose one of --message and --message-file");
    if (options->message_file != NULL) {
        g_autofree char *text = read_message(options->message_file, error);
        if (text == NULL)
            return FALSE;
        g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1); /* a file from elsewhere */
        plan->message = g_strjoinv("\n", lines);
    } else {
        plan->message = g_strdup(options->message);
    }
    return ra_letter_check("", plan->message, error);
}

gint64 ra_invite_preset_lifetime(const RaSettings *settings)
{
    return MIN(ra_settings_integer(settings, "Invitation.Lifetime"),
               ra_settings_integer(settings, "Invitation.MaximumLifetime"));
}

static gboolean plan_lifetime(RaInvitePlan *plan, const RaInviteOptions *options,
                              const RaSettings *settings, GError **error)
{
    const gint64 maximum = ra_settings_integer(settings, "Invitation.MaximumLifetime");
    gint64 wanted = ra_invite_preset_lifetime(settings);
    if (options->expires != NULL && !ra_duration_parse(options->expires, &wanted, error))
        return FALSE;
    if (wanted < RA_INVITATION_LIFETIME_MIN || wanted > RA_INVITATION_LIFETIME_MAX)
        return fail(RA_ERROR_USAGE, error,
                    "an invitation lasts between one minute and 30 days: change --expires");
    if (wanted > maximum) {
        g_autofree char *most = ra_duration_format(maximum);
        return fail(RA_ERROR_FORBIDDEN, error,
                    "the settings allow invitations of at most %s "
                    "(Invitation.MaximumLifetime): change --expires",
                    most);
    }
    plan->lifetime = wanted;
    return TRUE;
}

static void plan_seal(RaInvitePlan *plan, const RaInviteOptions *options,
                      const RaSettings *settings)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_addv(builder, (const char **)ra_settings_list(settings, "Invitation.SealTo"));
    if (options->seal_to != NULL)
        g_strv_builder_addv(builder, (const char **)options->seal_to);
    plan->seal_to = g_strv_builder_end(builder);
}

static gboolean check_sealed(const RaSettings *settings, gboolean sealed, GError **error)
{
    if (sealed || !ra_settings_boolean(settings, "Invitation.RequireSealTo"))
        return TRUE;
    return fail(RA_ERROR_FORBIDDEN, error,
                "the settings require invitations to be sealed to a certificate "
                "(Invitation.RequireSealTo): give --seal-to CERT.pem");
}

static gboolean plan_password(RaInvitePlan *plan, const RaInviteOptions *options,
                              const RaSettings *settings, GError **error)
{
    if (!check_sealed(settings, plan->seal_to[0] != NULL, error))
        return FALSE;
    if ((options->password_file != NULL) + options->generate_password + options->no_password > 1)
        return fail(RA_ERROR_USAGE, error,
                    "choose one of --password-file, --generate-password and --no-password");
    if (options->no_password && plan->seal_to[0] == NULL)
        return fail(RA_ERROR_USAGE, error,
                    "an invitation without a password must be sealed to a certificate: give "
                    "--seal-to CERT.pem");
    if (options->no_password)
        return TRUE;
    plan->generated = options->password_file == NULL;
    plan->password = plan->generated ? ra_password_generate_for(plan->lifetime)
                                     : ra_secret_read_line(options->password_file,
                                                           RA_TICKET_PASSWORD_MAX, error);
    return plan->password != NULL && (plan->generated || ra_password_check(plan->password, error));
}

static gboolean check_enabled(const RaSettings *settings, GError **error)
{
    if (ra_settings_boolean(settings, "Invitation.Enabled"))
        return TRUE;
    return fail(RA_ERROR_FORBIDDEN, error,
                "asking for help is switched off (Invitation.Enabled): ask your administrator");
}

static gboolean check_standard_input(const RaInviteOptions *options, GError **error)
{
    const char *const files[] = {options->password_file, options->smtp_password_file,
                                 options->smtp_token_file, options->message_file};
    guint uses = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        uses += g_strcmp0(files[i], "-") == 0;
    return uses <= 1 ||
           fail(RA_ERROR_USAGE, error, "only one thing can be read from standard input (-)");
}

RaInvitePlan *ra_invite_plan_new(const RaInviteOptions *options, const RaSettings *settings,
                                 gboolean resend, GError **error)
{
    g_autoptr(RaInvitePlan) plan = g_new0(RaInvitePlan, 1);
    const gboolean control = ra_settings_boolean(settings, "Invitation.AllowControl");
    plan->rights = options->view_only || !control ? RA_RIGHT_VIEW : RA_RIGHTS_ALL;
    plan->save = g_strdup(options->save);
    plan->force = options->force;
    plan->print = options->print;
    plan->advertise =
        options->advertise != NULL ? g_strdupv(options->advertise) : g_new0(char *, 1);
    plan_seal(plan, options, settings);
    if (!check_enabled(settings, error) || !check_standard_input(options, error) ||
        !plan_way(plan, options, settings, error) ||
        !plan_recipients(plan, options, settings, resend, error) ||
        !plan_sender(plan, options, settings, resend, error) ||
        !plan_message(plan, options, error) || !plan_lifetime(plan, options, settings, error) ||
        (plan->way == RA_MAIL_SMTP && !plan_server(plan, options, settings, error)) ||
        (!resend && !plan_password(plan, options, settings, error)))
        return NULL;
    plan->server.timeout = ra_settings_integer(settings, "Mail.Timeout");
    return g_steal_pointer(&plan);
}

/* What a plan that has nothing but WAY would run into. */
static gboolean try_way(RaMailWay way, const RaSettings *settings, GError **error)
{
    g_autofree char *smtp =
        way == RA_MAIL_SMTP ? g_strdup(ra_settings_string(settings, "Mail.Smtp")) : NULL;
    const RaInviteOptions options = {.smtp = smtp,
                                     .sendmail = way == RA_MAIL_SENDMAIL,
                                     .mail_client = way == RA_MAIL_CLIENT,
                                     .print = way == RA_MAIL_NONE};
    g_autoptr(RaInvitePlan) plan = g_new0(RaInvitePlan, 1);
    return plan_way(plan, &options, settings, error) &&
           (way != RA_MAIL_SMTP || plan_server(plan, &options, settings, error));
}

RaWayState ra_invite_way_state(RaMailWay way, const RaSettings *settings, char **why)
{
    g_autoptr(GError) error = NULL;
    if (!check_allowed(settings, way_names[way], &error)) {
        *why = g_strdup(error->message);
        return RA_WAY_FORBIDDEN;
    }
    const char *absent = NULL;
    g_autofree char *client = way == RA_MAIL_CLIENT ? ra_mail_client_name() : NULL;
    if (way == RA_MAIL_SMTP && ra_settings_string(settings, "Mail.Smtp") == NULL)
        absent = "no mail server is set: see Mail.Smtp in the settings";
    else if (way == RA_MAIL_CLIENT && client == NULL)
        absent = "the desktop knows no mail program: install one, or choose one in its settings";
    if (absent == NULL && try_way(way, settings, &error))
        return RA_WAY_USABLE;
    *why = g_strdup(absent != NULL ? absent : error->message);
    return absent != NULL || g_error_matches(error, RA_ERROR, RA_ERROR_MAIL) ? RA_WAY_ABSENT
                                                                             : RA_WAY_FAULTY;
}

gboolean ra_invite_check(const RaSettings *settings, GError **error)
{
    const gboolean sealed = ra_settings_list(settings, "Invitation.SealTo")[0] != NULL;
    return check_enabled(settings, error) && check_sealed(settings, sealed, error);
}

const char *ra_invite_preset_name(const RaSettings *settings)
{
    return own_name(ra_settings_string(settings, "Invitation.Name"));
}

void ra_invite_plan_free(RaInvitePlan *plan)
{
    if (plan == NULL)
        return;
    g_strfreev(plan->to);
    g_strfreev(plan->seal_to);
    g_strfreev(plan->advertise);
    char *const texts[] = {plan->from,      plan->name,    plan->message,  plan->smtp_url,
                           plan->smtp_user, plan->smtp_ca, plan->sendmail, plan->save};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    ra_secret_unref(plan->password);
    ra_secret_unref(plan->server.password);
    ra_secret_unref(plan->server.token);
    g_free(plan);
}
