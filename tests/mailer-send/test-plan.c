/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options under settings under policy. */
#include "base/duration.h"
#include "base/error.h"
#include "mailer/send/invite-plan.h"
#include "tests/mailer-send/tests.h"

#include <glib/gstdio.h>
#include <string.h>

RaSettings *test_settings_new(const char *user, const char *policy)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("ra-plan-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *user_file = g_build_filename(folder, "config", NULL);
    g_autofree char *policy_file = g_build_filename(folder, "policy.conf", NULL);
    g_assert_true(g_file_set_contents(user_file, user, -1, NULL));
    g_assert_true(g_file_set_contents(policy_file, policy, -1, NULL));
    RaSettings *settings = ra_settings_load(folder, user_file, &error);
    g_assert_no_error(error);
    g_assert_null(ra_settings_problems(settings)[0]);
    g_remove(user_file);
    g_remove(policy_file);
    g_rmdir(folder);
    return settings;
}

/* OPTIONS: words "name=value" or "name", separated by spaces. */
static void set_options(RaInviteOptions *options, const char *text)
{
    const struct {
        const char *name;
        char **value;
        gboolean *flag;
        GStrv *list;
    } known[] = {
        {"from", &options->from},
        {"name", &options->name},
        {"message", &options->message},
        {"message-file", &options->message_file},
        {"expires", &options->expires},
        {"password-file", &options->password_file},
        {"smtp", &options->smtp},
        {"smtp-user", &options->smtp_user},
        {"smtp-password-file", &options->smtp_password_file},
        {"smtp-token-file", &options->smtp_token_file},
        {"smtp-tls", &options->smtp_tls},
        {"save", &options->save},
        {"generate", NULL, &options->generate_password},
        {"no-password", NULL, &options->no_password},
        {"view-only", NULL, &options->view_only},
        {"sendmail", NULL, &options->sendmail},
        {"mail-client", NULL, &options->mail_client},
        {"print", NULL, &options->print},
        {"to", NULL, NULL, &options->to},
        {"seal-to", NULL, NULL, &options->seal_to},
    };
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (char **word = words; *word != NULL && **word != '\0'; word++) {
        g_auto(GStrv) pair = g_strsplit(*word, "=", 2);
        gboolean found = FALSE;
        for (gsize i = 0; i < G_N_ELEMENTS(known) && !found; i++) {
            found = g_str_equal(known[i].name, pair[0]);
            if (found && known[i].value != NULL)
                *known[i].value = g_strdup(pair[1]);
            else if (found && known[i].flag != NULL)
                *known[i].flag = TRUE;
            else if (found)
                *known[i].list = g_strsplit(pair[1], ",", -1);
        }
        g_assert_true(found);
    }
}

static RaInvitePlan *plan(const char *text, const char *user, const char *policy, gboolean resend,
                          GError **error)
{
    g_autoptr(RaSettings) settings = test_settings_new(user, policy);
    RaInviteOptions options = {0};
    set_options(&options, text);
    RaInvitePlan *made = ra_invite_plan_new(&options, settings, resend, error);
    ra_invite_options_clear(&options);
    return made;
}

#define ME   "to=a@example.com from=me@example.com name=Me "
#define SMTP ME "smtp=smtp://localhost:2525 "

static void test_refused(void)
{
    static const struct {
        const char *options, *user, *policy;
        int code;
    } cases[] = {
        {ME "mail-client", "", "", RA_ERROR_MAIL}, /* PATH holds nothing */
        {"save=x", "", "[Invitation]\nEnabled=false\n", RA_ERROR_FORBIDDEN},
        {SMTP "expires=2h", "", "[Invitation]\nMaximumLifetime=1h\n", RA_ERROR_FORBIDDEN},
        {SMTP "expires=31d", "", "", RA_ERROR_USAGE},
        {SMTP "expires=59s", "", "", RA_ERROR_USAGE},
        {SMTP "expires=soon", "", "", RA_ERROR_USAGE},
        {SMTP, "", "[Invitation]\nSendingWays=file\n", RA_ERROR_FORBIDDEN},
        {ME "save=x", "", "[Invitation]\nSendingWays=smtp\n", RA_ERROR_FORBIDDEN},
        {ME "print", "", "[Invitation]\nSendingWays=smtp\n", RA_ERROR_FORBIDDEN},
        {ME "mail-client", "", "[Invitation]\nSendingWays=smtp\n", RA_ERROR_FORBIDDEN},
        {SMTP, "", "[Invitation]\nRequireSealTo=true\n", RA_ERROR_FORBIDDEN},
        {SMTP, "", "[Invitation]\nHelpDesk=help@example.com\n", RA_ERROR_FORBIDDEN},
        {SMTP, "", "[Mail]\nSmtp=smtps://mail.example.com\n", RA_ERROR_FORBIDDEN},
        {SMTP, "", "[Invitation]\nAddress=other@example.com\n", RA_ERROR_FORBIDDEN},
        {SMTP "smtp-tls=none", "", "[Mail]\nSmtpTls=required\n", RA_ERROR_FORBIDDEN},
        {SMTP "sendmail", "", "", RA_ERROR_USAGE},
        {SMTP "mail-client", "", "", RA_ERROR_USAGE},
        {SMTP "no-password", "", "", RA_ERROR_USAGE},
        {SMTP "generate password-file=x", "", "", RA_ERROR_USAGE},
        {SMTP "password-file=/nonexistent", "", "", RA_ERROR_USAGE},
        {SMTP "smtp-user=me", "", "", RA_ERROR_USAGE},
        {SMTP "smtp-tls=maybe", "", "", RA_ERROR_USAGE},
        {SMTP "message=x message-file=y", "", "", RA_ERROR_USAGE},
        {SMTP "message-file=/nonexistent", "", "", RA_ERROR_USAGE},
        {SMTP "password-file=- smtp-password-file=-", "", "", RA_ERROR_USAGE},
        {"from=me@example.com smtp=smtp://localhost", "", "", RA_ERROR_USAGE},
        {"to=a@example.com smtp=smtp://localhost", "", "", RA_ERROR_USAGE},
        {"to=a from=me@example.com smtp=smtp://localhost", "", "", RA_ERROR_USAGE},
        {"to=a@example.com from=me smtp=smtp://localhost", "", "", RA_ERROR_USAGE},
        {"print", "", "", RA_ERROR_USAGE},
        {ME "smtp=mail.example.com", "", "", RA_ERROR_USAGE},
        {ME "smtp=smtp://me:secret@mail.example.com", "", "", RA_ERROR_USAGE},
    };
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_setenv("PATH", "/nonexistent", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].options);
        g_assert_null(plan(cases[i].options, cases[i].user, cases[i].policy, FALSE, &error));
        g_assert_error(error, RA_ERROR, cases[i].code);
        g_assert_null(strpbrk(error->message, "\r\n"));
    }
    g_setenv("PATH", path, TRUE);
}

static RaInvitePlan *good(const char *text, const char *user, const char *policy)
{
    g_autoptr(GError) error = NULL;
    RaInvitePlan *made = plan(text, user, policy, FALSE, &error);
    g_assert_no_error(error);
    return made;
}

static void test_presets(void)
{
    g_autoptr(RaInvitePlan) made = good(SMTP, "", "");
    g_assert_cmpint(made->lifetime, ==, RA_HOUR);
    g_assert_cmpint(made->rights, ==, RA_RIGHTS_ALL);
    g_assert_cmpint(made->way, ==, RA_MAIL_SMTP);
    g_assert_true(made->generated);
    g_assert_nonnull(made->password);
    g_assert_cmpint(made->server.timeout, ==, 60);
    g_assert_cmpint(made->server.tls, ==, RA_SMTP_TLS_AUTO);
    g_assert_null(made->seal_to[0]);
}

/* A password that has to hold for long has a word more. */
static void test_generated(void)
{
    static const struct {
        const char *options;
        guint words;
    } cases[] = {
        {SMTP, 4}, {SMTP "expires=4h", 4}, {SMTP "expires=5h", 5}, {SMTP "expires=30d", 5}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RaInvitePlan) made = good(cases[i].options, "", "");
        g_auto(GStrv) words = g_strsplit(ra_secret_text(made->password), "-", -1);
        g_assert_cmpuint(g_strv_length(words), ==, cases[i].words);
    }
}

static void test_settings(void)
{
    static const char user[] = "[Invitation]\nName=Anna\nAddress=anna@example.com\n"
                               "HelpDesk=help@example.com;HELP2@example.com;help@example.com\n"
                               "Lifetime=2h\n[Mail]\nSmtp=smtp://localhost:26\nTimeout=5s\n";
    g_autoptr(RaInvitePlan) made = good("", user, "");
    g_assert_cmpstr(made->name, ==, "Anna");
    g_assert_cmpstr(made->from, ==, "anna@example.com");
    g_assert_cmpstr(made->to[0], ==, "help@example.com");
    g_assert_cmpstr(made->to[1], ==, "HELP2@example.com");
    g_assert_null(made->to[2]);
    g_assert_cmpint(made->lifetime, ==, 2 * RA_HOUR);
    g_assert_cmpstr(made->server.url, ==, "smtp://localhost:26");
    g_assert_cmpint(made->server.timeout, ==, 5);
    /* The preset, not what was asked for, bows to the maximum without a word. */
    g_autoptr(RaInvitePlan) less = good("", user, "[Invitation]\nMaximumLifetime=10m\n");
    g_assert_cmpint(less->lifetime, ==, 10 * RA_MINUTE);
}

static void test_policy(void)
{
    g_autoptr(RaInvitePlan) view = good(SMTP, "", "[Invitation]\nAllowControl=false\n");
    g_assert_cmpint(view->rights, ==, RA_RIGHT_VIEW);
    g_autoptr(RaInvitePlan) sealed =
        good(SMTP "seal-to=mine.pem", "", "[Invitation]\nSealTo=desk.pem\nRequireSealTo=true\n");
    g_assert_cmpstr(sealed->seal_to[0], ==, "desk.pem");
    g_assert_cmpstr(sealed->seal_to[1], ==, "mine.pem");
    g_autoptr(RaInvitePlan) open = good(SMTP "no-password seal-to=mine.pem", "", "");
    g_assert_null(open->password);
    g_autoptr(RaInvitePlan) same =
        good("to=help@example.com from=me@example.com smtp=smtps://mail.example.com", "",
             "[Invitation]\nHelpDesk=help@example.com\n[Mail]\nSmtp=smtps://mail.example.com\n");
    g_assert_cmpstr(same->to[0], ==, "help@example.com");
}

/* The password of the settings' server is for that server alone. */
static void test_login(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *file = NULL;
    const int fd = g_file_open_tmp("ra-plan-XXXXXX", &file, &error);
    g_assert_no_error(error);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(file, "hunter2\n", -1, NULL));
    g_autofree char *user = g_strdup_printf("[Mail]\nSmtp=smtps://mail.example.com\nSmtpUser=anna\n"
                                            "SmtpPasswordFile=%s\n",
                                            file);
    g_autofree char *token_option = g_strdup_printf(ME "smtp-token-file=%s", file);
    g_autoptr(RaInvitePlan) own = good(ME, user, "");
    g_assert_cmpstr(own->server.user, ==, "anna");
    g_assert_cmpstr(ra_secret_text(own->server.password), ==, "hunter2");
    g_autoptr(RaInvitePlan) other = good(ME "smtp=smtps://other.example.com", user, "");
    g_assert_null(other->server.user);
    g_assert_null(other->server.password);
    g_autoptr(RaInvitePlan) token = good(token_option, user, "");
    g_assert_null(token->server.password);
    g_assert_cmpstr(ra_secret_text(token->server.token), ==, "hunter2");
    g_remove(file);
}

static void test_files(void)
{
    g_autoptr(RaInvitePlan) save = good("save=x.raticket", "[Mail]\nSmtp=smtp://mail\n", "");
    g_assert_cmpint(save->way, ==, RA_MAIL_NONE); /* a file alone */
    g_assert_cmpstr(save->from, ==, "");
    g_assert_cmpstr(save->name, !=, "");
    g_autoptr(GError) error = NULL;
    static const char *const bad[] = {"save=/dev/null", "save=/tmp", "save=/nonexistent/x"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_null(plan(bad[i], "", "", FALSE, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
        g_clear_error(&error);
    }
    g_autoptr(RaInvitePlan) again = plan("smtp=smtp://localhost", "", "", TRUE, &error);
    g_assert_no_error(error);
    g_assert_null(again->password);
    g_assert_null(again->to[0]);
}

void add_plan_tests(void)
{
    g_test_add_func("/mailer/plan/refused", test_refused);
    g_test_add_func("/mailer/plan/presets", test_presets);
    g_test_add_func("/mailer/plan/generated", test_generated);
    g_test_add_func("/mailer/plan/settings", test_settings);
    g_test_add_func("/mailer/plan/policy", test_policy);
    g_test_add_func("/mailer/plan/login", test_login);
    g_test_add_func("/mailer/plan/files", test_files);
}
