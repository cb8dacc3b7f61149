/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command lines of mail programs, also for words that would like to be options. */
#include "mailer/send/mail-client-words.h"
#include "tests/mailer-send/tests.h"

#include <string.h>

static const char *const two[] = {"a@example.com", "b+c@example.com", NULL};

/* Everything that some program takes for an end of something. */
#define NASTY \
    "It's 100% \"stuck\", &attach=/etc/passwd,attachment='file:///x' @@ \n--attach=/y\n\xC3\xBC"
#define NASTY_ESCAPED                                                                             \
    "It%27s%20100%25%20%22stuck%22%2C%20%26attach%3D%2Fetc%2Fpasswd%2Cattachment%3D%27file%3A%2F" \
    "%2F%2Fx%27%20%40%40%20"

static const RaDraft draft = {
    .to = two,
    .subject = "Help, \"me\"",
    .text = NASTY,
    .text_with_ticket = "TICKET",
    .file = "/run/o/Invitation.raticket",
};

static void test_which(void)
{
    static const struct {
        const char *exec;
        RaClientKind kind;
        const char *words, *sandbox; /* words with a bar between; NULL: none */
    } cases[] = {
        {"/usr/bin/thunderbird %u", RA_CLIENT_THUNDERBIRD, "/usr/bin/thunderbird", NULL},
        {"env X=Y /snap/bin/thunderbird %u", RA_CLIENT_THUNDERBIRD, "env|X=Y|/snap/bin/thunderbird",
         "snap.thunderbird"},
        {"/usr/bin/flatpak run --branch=stable --arch=x86_64 --command=thunderbird "
         "--file-forwarding org.mozilla.Thunderbird @@u %u @@",
         RA_CLIENT_THUNDERBIRD,
         "/usr/bin/flatpak|run|--branch=stable|--arch=x86_64|--command=thunderbird|"
         "org.mozilla.Thunderbird",
         "org.mozilla.Thunderbird"},
        {"flatpak run org.gnome.Evolution %U", RA_CLIENT_EVOLUTION,
         "flatpak|run|org.gnome.Evolution", "org.gnome.Evolution"},
        {"evolution %U", RA_CLIENT_EVOLUTION, "evolution", NULL},
        {"claws-mail %u", RA_CLIENT_CLAWS, "claws-mail", NULL},
        {"kmail -qwindowtitle %c %u", RA_CLIENT_KMAIL, "kmail", NULL},
        {"\"/opt/my mail/Betterbird\" %u", RA_CLIENT_THUNDERBIRD, "/opt/my mail/Betterbird", NULL},
        {"firefox %u", RA_CLIENT_OTHER, NULL, NULL},
        {"sh -c \"exec thunderbird\" %u", RA_CLIENT_OTHER, NULL, NULL},
        {"neomutt %u", RA_CLIENT_OTHER, NULL, NULL},
        {"firefox --app=thunderbird %u", RA_CLIENT_OTHER, NULL, NULL},
        {"%u", RA_CLIENT_OTHER, NULL, NULL},
        {"thunderbird 'unclosed", RA_CLIENT_OTHER, NULL, NULL},
        {"", RA_CLIENT_OTHER, NULL, NULL},
        {NULL, RA_CLIENT_OTHER, NULL, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaClient client;
        g_test_message("%s", cases[i].exec);
        ra_client_from_exec(&client, cases[i].exec);
        g_autofree char *words = client.words != NULL ? g_strjoinv("|", client.words) : NULL;
        g_assert_cmpint(client.kind, ==, cases[i].kind);
        g_assert_cmpstr(words, ==, cases[i].words);
        g_assert_cmpstr(client.sandbox, ==, cases[i].sandbox);
        ra_client_clear(&client);
    }
}

static void assert_command(const char *exec, const char *attach, const char *const *wanted)
{
    RaClient client;
    g_test_message("%s", exec);
    ra_client_from_exec(&client, exec);
    g_auto(GStrv) argv = ra_client_argv(&client, &draft, attach);
    for (gsize i = 0; wanted[i] != NULL; i++)
        g_assert_cmpstr(argv[i], ==, wanted[i]);
    g_assert_cmpuint(g_strv_length(argv), ==, g_strv_length((GStrv)wanted));
    ra_client_clear(&client);
}

#define THUNDERBIRD \
    "format=2,to=a%40example.com%2Cb%2Bc%40example.com,subject=Help%2C%20%22me%22,body="
#define MAILTO "mailto:a@example.com,b%2Bc@example.com?subject=Help%2C%20%22me%22&body="

static void test_commands(void)
{
    static const char *const thunderbird[] = {
        "thunderbird", "-compose",
        THUNDERBIRD NASTY_ESCAPED
        "%0A--attach%3D%2Fy%0A%C3%BC,attachment=file%3A%2F%2F%2Fa%2520b%252C%27c%2FI",
        NULL};
    static const char *const evolution[] = {
        "evolution",
        MAILTO NASTY_ESCAPED
        "%0D%0A--attach%3D%2Fy%0D%0A%C3%BC&attach=file%3A%2F%2F%2Fa%2520b%2Cc%2FI",
        NULL};
    static const char *const claws[] = {
        "claws-mail", "--compose", (MAILTO NASTY_ESCAPED "%0D%0A--attach%3D%2Fy%0D%0A%C3%BC"),
        "--attach",   "/a b/I",    NULL};
    static const char *const kmail[] = {"kmail",
                                        "--composer",
                                        "--subject=Help, \"me\"",
                                        ("--body=" NASTY),
                                        "--attach=file:///a%20b/I",
                                        "--",
                                        "a@example.com",
                                        "b+c@example.com",
                                        NULL};
    assert_command("thunderbird %u", "/a b,'c/I", thunderbird);
    assert_command("evolution %U", "/a b,c/I", evolution);
    assert_command("claws-mail %u", "/a b/I", claws);
    assert_command("kmail %u", "/a b/I", kmail);
}

/* Where the file cannot be handed over, the ticket stands in the text. */
static void test_without_file(void)
{
    static const char *const thunderbird[] = {"thunderbird", "-compose", THUNDERBIRD "TICKET",
                                              NULL};
    static const char *const evolution[] = {"evolution", MAILTO "TICKET", NULL};
    static const char *const claws[] = {"claws-mail", "--compose", MAILTO "TICKET", NULL};
    static const char *const kmail[] = {"kmail",           "--composer", "--subject=Help, \"me\"",
                                        "--body=TICKET",   "--",         "a@example.com",
                                        "b+c@example.com", NULL};
    assert_command("thunderbird %u", NULL, thunderbird);
    assert_command("evolution %U", NULL, evolution);
    assert_command("claws-mail %u", NULL, claws);
    assert_command("kmail %u", NULL, kmail);
}

void add_mail_client_tests(void)
{
    g_test_add_func("/mailer/client/which", test_which);
    g_test_add_func("/mailer/client/commands", test_commands);
    g_test_add_func("/mailer/client/without-file", test_without_file);
}
