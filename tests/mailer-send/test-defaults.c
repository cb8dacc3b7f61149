/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ra-invite --defaults: what it tells is what a plan would do. */
#include "base/duration.h"
#include "mailer/send/invite-defaults.h"
#include "tests/mailer-send/tests.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

static JsonNode *defaults(const char *user, const char *policy)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSettings) settings = test_settings_new(user, policy);
    g_autofree char *text = ra_invite_defaults_json(settings);
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    return root;
}

static JsonObject *way_of(JsonNode *root, const char *way)
{
    JsonObject *ways = json_object_get_object_member(json_node_get_object(root), "ways");
    g_assert_cmpuint(json_object_get_size(ways), ==, 4);
    return json_object_get_object_member(ways, way);
}

/* REASON NULL: it is usable. */
static void check_way(JsonNode *root, const char *way, const char *reason, const char *detail)
{
    JsonObject *object = way_of(root, way);
    g_assert_cmpint(json_object_get_boolean_member(object, "usable"), ==, reason == NULL);
    g_assert_cmpstr(json_object_get_string_member_with_default(object, "reason", NULL), ==, reason);
    g_assert_cmpint(json_object_get_null_member(object, "why_not"), ==, reason == NULL);
    g_assert_cmpstr(json_object_get_string_member_with_default(object, "detail", NULL), ==, detail);
}

static void test_ways(void)
{
    static const struct {
        const char *user, *policy;
        const char *smtp, *sendmail, *client, *file; /* reasons */
        const char *host;
    } cases[] = {
        {"", "", "absent", "absent", "absent", NULL, NULL},
        {"[Mail]\nSmtp=smtps://mail.example.com:4650\n", "", NULL, "absent", "absent", NULL,
         "mail.example.com"},
        {"[Mail]\nSmtp=mail.example.com\n", "", "faulty", "absent", "absent", NULL, NULL},
        {"[Mail]\nSmtp=smtp://mail.example.com\nSmtpUser=me\n", "", "faulty", "absent", "absent",
         NULL, "mail.example.com"},
        {"[Mail]\nSmtp=smtp://mail.example.com\nSmtpUser=me\nSmtpPasswordFile=/nonexistent\n", "",
         "faulty", "absent", "absent", NULL, "mail.example.com"},
        {"[Mail]\nSmtp=smtp://mail.example.com\n", "[Invitation]\nSendingWays=smtp\n", NULL,
         "forbidden", "forbidden", "forbidden", "mail.example.com"},
        {"[Mail]\nSmtp=smtp://mail.example.com\n", "[Invitation]\nSendingWays=mail-client;file\n",
         "forbidden", "forbidden", "absent", NULL, "mail.example.com"},
    };
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_setenv("PATH", "/nonexistent", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %zu", i);
        g_autoptr(JsonNode) root = defaults(cases[i].user, cases[i].policy);
        check_way(root, "smtp", cases[i].smtp, cases[i].host);
        check_way(root, "mail-client", cases[i].client, NULL);
        check_way(root, "file", cases[i].file, NULL);
        /* It is looked for in places beside PATH, too. */
        JsonObject *sendmail = way_of(root, "sendmail");
        const gboolean there = !json_object_get_null_member(sendmail, "detail");
        const char *reason = json_object_get_string_member_with_default(sendmail, "reason", NULL);
        if (there && g_str_equal(cases[i].sendmail, "absent"))
            g_assert_null(reason);
        else
            g_assert_cmpstr(reason, ==, cases[i].sendmail);
    }
    g_setenv("PATH", path, TRUE);
}

static void test_presets(void)
{
    g_autoptr(JsonNode) root =
        defaults("[Invitation]\nName=Anna\nAddress=anna@example.com\nLifetime=2h\n"
                 "HelpDesk=mine@example.com\n",
                 "[Invitation]\nMaximumLifetime=90m\nAllowControl=false\n"
                 "HelpDesk=help@example.com;help2@example.com\nAddress=a@example.com\n");
    JsonObject *object = json_node_get_object(root);
    g_assert_true(json_object_get_boolean_member(object, "enabled"));
    g_assert_true(json_object_get_null_member(object, "why_not"));
    JsonArray *to = json_object_get_array_member(object, "to");
    g_assert_cmpuint(json_array_get_length(to), ==, 2);
    g_assert_cmpstr(json_array_get_string_element(to, 1), ==, "help2@example.com");
    g_assert_true(json_object_get_boolean_member(object, "to_locked"));
    g_assert_cmpstr(json_object_get_string_member(object, "name"), ==, "Anna");
    g_assert_false(json_object_get_boolean_member(object, "name_locked"));
    g_assert_cmpstr(json_object_get_string_member(object, "from"), ==, "a@example.com");
    g_assert_true(json_object_get_boolean_member(object, "from_locked"));
    g_assert_cmpint(json_object_get_int_member(object, "lifetime"), ==, 90 * RA_MINUTE);
    g_assert_cmpint(json_object_get_int_member(object, "lifetime_max"), ==, 90 * RA_MINUTE);
    g_assert_false(json_object_get_boolean_member(object, "control"));
}

static void test_disabled(void)
{
    static const char *const policies[] = {"[Invitation]\nEnabled=false\n",
                                           "[Invitation]\nRequireSealTo=true\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autoptr(JsonNode) root = defaults("", policies[i]);
        JsonObject *object = json_node_get_object(root);
        g_assert_false(json_object_get_boolean_member(object, "enabled"));
        g_assert_nonnull(json_object_get_string_member(object, "why_not"));
        g_autoptr(RaSettings) settings = test_settings_new("", policies[i]);
        g_autofree char *text = ra_invite_defaults_text(settings);
        g_assert_true(g_str_has_prefix(text, "No invitation can be made: "));
    }
}

/* The program that opens mailto: addresses, by the name that the desktop knows it by. Where such
 * things are is read once by GLib: a process of its own. */
static void test_mail_client(void)
{
    if (g_test_subprocess()) {
        g_autoptr(JsonNode) root = defaults("", "");
        check_way(root, "mail-client", NULL, "Test Mail");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("ra-defaults-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *applications = g_build_filename(folder, "applications", NULL);
    g_autofree char *entry = g_build_filename(applications, "test.desktop", NULL);
    g_autofree char *list = g_build_filename(applications, "mimeapps.list", NULL);
    g_assert_cmpint(g_mkdir(applications, 0700), ==, 0);
    g_assert_true(g_file_set_contents(entry,
                                      "[Desktop Entry]\nType=Application\nName=Test Mail\n"
                                      "Exec=true %u\nMimeType=x-scheme-handler/mailto;\n",
                                      -1, NULL));
    g_assert_true(g_file_set_contents(
        list, "[Default Applications]\nx-scheme-handler/mailto=test.desktop\n", -1, NULL));
    g_setenv("XDG_DATA_HOME", folder, TRUE);
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_setenv("XDG_DATA_HOME", "/nonexistent", TRUE);
    g_remove(entry);
    g_remove(list);
    g_rmdir(applications);
    g_rmdir(folder);
    g_test_trap_assert_passed();
}

void add_defaults_tests(void)
{
    g_test_add_func("/mailer/defaults/ways", test_ways);
    g_test_add_func("/mailer/defaults/presets", test_presets);
    g_test_add_func("/mailer/defaults/disabled", test_disabled);
    g_test_add_func("/mailer/defaults/mail-client", test_mail_client);
}
