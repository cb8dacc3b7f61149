/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ra-invite as the window runs it: the real one with a store of its own, and ones that misbehave.
 */
#include "base/duration.h"
#include "base/error.h"
#include "host/app/inviter-report.h"
#include "host/app/inviter.h"
#include "ticket/store.h"
#include "ticket/ticket.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSWORD "apricot-lantern-penguin-velvet"
enum { PATIENCE_SECONDS = 60 };

static const char *place; /* the test's own folder */

/* What came back. Texts are copies. */
typedef struct {
    int called;
    RaInviteOutcome outcome; /* but its strings: below */
    char *id, *said;
    GError *error;
    gboolean usable[RA_INVITE_WAYS];
    char *name, *to;
    gboolean to_locked;
    gint64 lifetime;
} Answer;

static void answer_clear(Answer *answer)
{
    g_free(answer->id);
    g_free(answer->said);
    g_free(answer->name);
    g_free(answer->to);
    g_clear_error(&answer->error);
    memset(answer, 0, sizeof *answer);
}

static void on_done(const RaInviteOutcome *outcome, const GError *error, gpointer data)
{
    Answer *answer = data;
    answer->called++;
    g_assert_true((outcome == NULL) == (error != NULL));
    answer->error = error != NULL ? g_error_copy(error) : NULL;
    if (outcome == NULL)
        return;
    answer->outcome = *outcome;
    answer->id = g_strdup(outcome->id);
    answer->said = g_strdup(outcome->error);
}

static void on_defaults(const RaInviteDefaults *defaults, const GError *error, gpointer data)
{
    Answer *answer = data;
    answer->called++;
    g_assert_true((defaults == NULL) == (error != NULL));
    answer->error = error != NULL ? g_error_copy(error) : NULL;
    if (defaults == NULL)
        return;
    for (int i = 0; i < RA_INVITE_WAYS; i++)
        answer->usable[i] = defaults->way[i].usable;
    answer->name = g_strdup(defaults->name);
    answer->to = g_strdup(defaults->to[0]);
    answer->to_locked = defaults->to_locked;
    answer->lifetime = defaults->lifetime;
}

static gboolean on_late(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_CONTINUE;
}

/* Runs the main loop until ANSWER was called, or FILE is there. */
static void wait_for(const Answer *answer, const char *file)
{
    gboolean late = FALSE;
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_late, &late);
    while (!late &&
           !(answer != NULL ? answer->called > 0 : g_file_test(file, G_FILE_TEST_EXISTS))) {
        if (answer != NULL)
            g_main_context_iteration(NULL, TRUE);
        else
            g_usleep(10000);
    }
    g_assert_false(late);
    g_source_remove(timer);
}

static char *in_place(const char *name)
{
    return g_build_filename(place, name, NULL);
}

static void configure(const char *text)
{
    g_autofree char *folder = in_place("config/remote-assistance");
    g_autofree char *file = g_build_filename(folder, "config", NULL);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static RaInviter *real(void)
{
    g_autofree char *program = g_build_filename(g_getenv("RA_BUILDDIR"), "ra-invite", NULL);
    g_assert_true(g_file_test(program, G_FILE_TEST_IS_EXECUTABLE));
    return ra_inviter_new_for(program, 0);
}

static RaInviteOrder order_new(RaInviteWay way, const char *const *to, const char *file)
{
    const RaInviteOrder order = {.way = way,
                                 .to = to,
                                 .name = "Anna Nováková",
                                 .from = "anna@example.com",
                                 .message = "Grüße!\n--to=evil@example.com\n",
                                 .lifetime = 2 * RA_HOUR,
                                 .password = ra_secret_new_copy(PASSWORD, strlen(PASSWORD)),
                                 .file = file};
    return order;
}

static void test_defaults(void)
{
    configure("[Invitation]\nName=Anna\nHelpDesk=help@example.com\nLifetime=2h\n");
    g_autoptr(RaInviter) inviter = real();
    Answer answer = {0};
    ra_inviter_defaults(inviter, on_defaults, &answer);
    g_assert_cmpint(answer.called, ==, 0); /* never from inside */
    wait_for(&answer, NULL);
    g_assert_no_error(answer.error);
    g_assert_false(answer.usable[RA_INVITE_SMTP]);
    g_assert_false(answer.usable[RA_INVITE_MAIL_CLIENT]);
    g_assert_true(answer.usable[RA_INVITE_FILE]);
    g_assert_cmpstr(answer.name, ==, "Anna");
    g_assert_cmpstr(answer.to, ==, "help@example.com");
    g_assert_false(answer.to_locked);
    g_assert_cmpint(answer.lifetime, ==, 2 * RA_HOUR);
    answer_clear(&answer);
}

/* The file holds what was ordered, and opens with the password. */
static void check_ticket(const char *file, gboolean view_only)
{
    g_autofree char *text = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_get_contents(file, &text, &size, NULL));
    g_autoptr(RaTicket) ticket = ra_ticket_parse(text, size, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ra_ticket_name(ticket), ==, "Anna Nováková");
    g_assert_cmpint(ra_ticket_end(ticket) - ra_ticket_start(ticket), ==, 2 * RA_HOUR);
    g_autoptr(RaSecret) password = ra_secret_new_copy(PASSWORD, strlen(PASSWORD));
    g_autoptr(RaInvitation) invitation = ra_ticket_open(ticket, password, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(ra_invitation_rights(invitation), ==,
                    view_only ? RA_RIGHT_VIEW : RA_RIGHTS_ALL);
}

static GPtrArray *stored(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaStore) store = ra_store_open(NULL, &error);
    g_assert_no_error(error);
    GPtrArray *entries = ra_store_list(store, NULL, &error);
    g_assert_no_error(error);
    return entries;
}

static void test_file(void)
{
    configure("");
    g_autoptr(RaInviter) inviter = real();
    g_autofree char *file = in_place("--to=x.raticket"); /* no option, whatever it is called */
    RaInviteOrder order = order_new(RA_INVITE_FILE, NULL, file);
    order.view_only = TRUE;
    Answer answer = {0};
    ra_inviter_invite(inviter, &order, on_done, &answer);
    wait_for(&answer, NULL);
    g_assert_no_error(answer.error);
    g_assert_cmpstr(answer.said, ==, "");
    g_assert_true(answer.outcome.ok);
    g_assert_cmpint(answer.outcome.code, ==, 0);
    g_assert_false(answer.outcome.listening); /* there is no bus */
    g_assert_cmpint(answer.outcome.end, >, ra_moment_now() + RA_HOUR);
    check_ticket(file, TRUE);
    g_autoptr(GPtrArray) entries = stored();
    g_assert_cmpuint(entries->len, ==, 1);
    g_assert_cmpstr(ra_store_entry_id(entries->pdata[0]), ==, answer.id);
    g_assert_cmpstr(ra_store_entry_message(entries->pdata[0]), ==, order.message);
    answer_clear(&answer);

    /* It is replaced only where the novice agreed. */
    ra_inviter_invite(inviter, &order, on_done, &answer);
    wait_for(&answer, NULL);
    g_assert_cmpint(answer.outcome.code, ==, RA_ERROR_FAILED);
    g_assert_cmpstr(answer.id, ==, "");
    answer_clear(&answer);
    order.overwrite = TRUE;
    order.view_only = FALSE;
    ra_inviter_invite(inviter, &order, on_done, &answer);
    wait_for(&answer, NULL);
    g_assert_true(answer.outcome.ok);
    check_ticket(file, FALSE);
    answer_clear(&answer);
    ra_secret_unref(order.password);
    g_unlink(file);
}

/* Nobody listens at port 1: the invitation is kept, and goes out as a file. */
static void test_again(void)
{
    static const char *const to[] = {"help@example.com", NULL};
    configure("[Mail]\nSmtp=smtp://127.0.0.1:1\n");
    g_autoptr(RaInviter) inviter = real();
    g_autoptr(GPtrArray) before = stored();
    RaInviteOrder order = order_new(RA_INVITE_SMTP, to, NULL);
    Answer answer = {0};
    ra_inviter_invite(inviter, &order, on_done, &answer);
    wait_for(&answer, NULL);
    g_assert_no_error(answer.error);
    g_assert_false(answer.outcome.ok);
    g_assert_false(answer.outcome.sent);
    g_assert_cmpint(answer.outcome.code, ==, RA_ERROR_MAIL);
    g_assert_cmpstr(answer.said, !=, "");
    g_assert_cmpstr(answer.id, !=, "");
    g_autofree char *id = g_strdup(answer.id), *file = in_place("again.raticket");
    answer_clear(&answer);
    ra_secret_unref(order.password);
    const RaInviteOrder again = {.way = RA_INVITE_FILE, .file = file};
    ra_inviter_resend(inviter, id, &again, on_done, &answer);
    wait_for(&answer, NULL);
    g_assert_no_error(answer.error);
    g_assert_true(answer.outcome.ok);
    g_assert_cmpstr(answer.id, ==, id);
    check_ticket(file, FALSE);
    g_autoptr(GPtrArray) after = stored();
    g_assert_cmpuint(after->len, ==, before->len + 1);
    answer_clear(&answer);
    g_unlink(file);
}

/* A program that does SCRIPT. The caller removes it. */
static char *fake(const char *script)
{
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", script);
    char *file = in_place("fake");
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    g_assert_cmpint(g_chmod(file, 0700), ==, 0);
    return file;
}

#define MADE                                                                                  \
    "\"to\":[],\"sent\":true,\"mail_program\":null,\"mail_program_means\":null,\"attached\":" \
    "false,\"in_text\":false,\"attachment\":null,\"saved\":null,\"refused\":[],\"start\":"    \
    "\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:00:00Z\",\"needs_password\":true,"      \
    "\"password\":null,\"listening\":true,\"not_listening_because\":null}'"

static void test_nonsense(void)
{
    static const struct {
        const char *script;
        gboolean good;
    } cases[] = {
        {"echo '{\"ok\":true,\"error\":null,\"id\":\"abc\"," MADE, TRUE},
        {"echo '{\"ok\":true,\"error\":null,\"id\":\"abc\"," MADE "; exit 10", FALSE},
        {"echo '{\"ok\":true,\"error\":null,\"id\":null}'", FALSE},
        {"echo '{\"ok\":false,\"error\":null,\"id\":null}'; exit 1", FALSE},
        {"echo '{\"ok\":true,\"error\":null,\"id\":\"abc\"}'", FALSE},
        {"echo '{\"ok\":1,\"error\":null,\"id\":\"abc\"," MADE, FALSE},
        {"echo '{\"ok\":true,\"error\":null,\"id\":7," MADE, FALSE},
        {"echo "
         "'{\"ok\":false,\"error\":{\"code\":99,\"name\":\"x\",\"message\":\"y\"},\"id\":null}';"
         "exit 99",
         FALSE},
        {"echo '{\"ok\":false,\"error\":{\"code\":2,\"name\":\"usage\",\"message\":\"y\"},"
         "\"id\":null}'; exit 2",
         TRUE},
        {"echo '[1,2]'", FALSE},
        {"echo 'Killed'", FALSE},
        {"printf '\\377\\376{}'", FALSE},
        {"printf '{\\000}'", FALSE},
        {"exit 0", FALSE},
        {"yes", FALSE},
        {"head -c 200000 /dev/zero | tr '\\000' '['", FALSE},
        {"kill -9 $$", FALSE},
        {"exit 127", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].script);
        g_autofree char *program = fake(cases[i].script);
        g_autoptr(RaInviter) inviter = ra_inviter_new_for(program, 0);
        RaInviteOrder order = order_new(RA_INVITE_SENDMAIL, NULL, NULL);
        Answer answer = {0}, defaults = {0};
        ra_inviter_invite(inviter, &order, on_done, &answer);
        wait_for(&answer, NULL);
        g_assert_cmpint(answer.error == NULL, ==, cases[i].good);
        if (!cases[i].good)
            g_assert_null(strpbrk(answer.error->message, "\r\n"));
        ra_inviter_defaults(inviter, on_defaults, &defaults);
        wait_for(&defaults, NULL);
        g_assert_nonnull(defaults.error);
        g_assert_cmpint(answer.called, ==, 1);
        answer_clear(&answer);
        answer_clear(&defaults);
        ra_secret_unref(order.password);
        g_unlink(program);
    }
}

static void test_absent(void)
{
    g_autofree char *program = in_place("not-there");
    g_autoptr(RaInviter) inviter = ra_inviter_new_for(program, 0);
    Answer answer = {0};
    ra_inviter_defaults(inviter, on_defaults, &answer);
    g_assert_cmpint(answer.called, ==, 0);
    wait_for(&answer, NULL);
    g_assert_nonnull(answer.error);
    answer_clear(&answer);
    /* Gone before it could be told. */
    ra_inviter_defaults(inviter, on_defaults, &answer);
    g_clear_pointer(&inviter, ra_inviter_free);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpint(answer.called, ==, 0);
}

static void test_time(void)
{
    g_autofree char *program = fake("exec sleep 1000");
    g_autoptr(RaInviter) inviter = ra_inviter_new_for(program, 1);
    Answer answer = {0};
    ra_inviter_defaults(inviter, on_defaults, &answer);
    wait_for(&answer, NULL);
    g_assert_error(answer.error, RA_ERROR, RA_ERROR_FAILED);
    answer_clear(&answer);
    g_unlink(program);
}

/* The window is closed while ra-invite works: nothing is called, and it works on. */
static void test_goes_on(void)
{
    g_autofree char *gate = in_place("gate"), *mark = in_place("mark"), *begun = in_place("begun");
    g_autofree char *script = g_strdup_printf(": >'%s'; cat '%s' && cat >'%s.new' && "
                                              "mv '%s.new' '%s'",
                                              begun, gate, mark, mark, mark);
    g_autofree char *program = fake(script), *got = NULL;
    g_assert_cmpint(mkfifo(gate, 0600), ==, 0);
    RaInviter *inviter = ra_inviter_new_for(program, 0);
    RaInviteOrder order = order_new(RA_INVITE_SENDMAIL, NULL, NULL);
    Answer answer = {0};
    ra_inviter_invite(inviter, &order, on_done, &answer);
    ra_secret_unref(order.password); /* it was read at once */
    wait_for(NULL, begun);
    ra_inviter_free(inviter);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    FILE *file = fopen(gate, "w"); /* waits until the script opens it */
    g_assert_nonnull(file);
    g_assert_cmpint(fclose(file), ==, 0);
    wait_for(NULL, mark);
    g_assert_true(g_file_get_contents(mark, &got, NULL, NULL));
    g_assert_cmpstr(got, ==, PASSWORD);
    g_assert_cmpint(answer.called, ==, 0);
    g_unlink(program);
    g_unlink(gate);
    g_unlink(mark);
    g_unlink(begun);
}

/* What others could read of the process: arguments, environment. */
static void test_secrets(void)
{
    g_autofree char *seen = in_place("seen"), *got = NULL;
    g_autofree char *script =
        g_strdup_printf("cat /proc/$$/cmdline /proc/$$/environ | "
                        "tr '\\000' '\\n' >'%s'; cat /dev/fd/3 >>'%s.message'",
                        seen, seen);
    g_autofree char *program = fake(script), *message = g_strconcat(seen, ".message", NULL);
    g_autoptr(RaInviter) inviter = ra_inviter_new_for(program, 0);
    RaInviteOrder order = order_new(RA_INVITE_SENDMAIL, NULL, NULL);
    Answer answer = {0};
    ra_inviter_invite(inviter, &order, on_done, &answer);
    wait_for(&answer, NULL);
    g_assert_true(g_file_get_contents(seen, &got, NULL, NULL));
    g_assert_nonnull(strstr(got, "--password-file=-\n"));
    g_assert_nonnull(strstr(got, "--sendmail\n"));
    g_assert_nonnull(strstr(got, "--expires=7200s\n"));
    g_assert_null(strstr(got, "apricot"));
    g_assert_null(strstr(got, "evil@example.com"));
    g_autofree char *words = NULL;
    g_assert_true(g_file_get_contents(message, &words, NULL, NULL));
    g_assert_cmpstr(words, ==, order.message);
    answer_clear(&answer);
    ra_secret_unref(order.password);
    g_unlink(program);
    g_unlink(seen);
    g_unlink(message);
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) listing = g_dir_open(path, 0, NULL);
    for (const char *name; listing != NULL && (name = g_dir_read_name(listing)) != NULL;) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        if (g_file_test(inner, G_FILE_TEST_IS_DIR))
            remove_tree(inner);
        else
            g_unlink(inner);
    }
    g_rmdir(path);
}

int main(int argc, char **argv)
{
    g_autofree char *folder = g_dir_make_tmp("ra-inviter-XXXXXX", NULL);
    g_autofree char *config = g_build_filename(folder, "config", NULL);
    g_autofree char *state = g_build_filename(folder, "state", NULL);
    place = folder;
    setlocale(LC_ALL, "C.UTF-8");
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_setenv("XDG_CONFIG_HOME", config, TRUE);
    g_setenv("XDG_STATE_HOME", state, TRUE);
    g_setenv("XDG_DATA_DIRS", "/nonexistent", TRUE); /* no mail program */
    g_setenv("XDG_DATA_HOME", "/nonexistent", TRUE);
    g_setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inviter/defaults", test_defaults);
    g_test_add_func("/inviter/file", test_file);
    g_test_add_func("/inviter/again", test_again);
    g_test_add_func("/inviter/nonsense", test_nonsense);
    g_test_add_func("/inviter/absent", test_absent);
    g_test_add_func("/inviter/time", test_time);
    g_test_add_func("/inviter/goes-on", test_goes_on);
    g_test_add_func("/inviter/secrets", test_secrets);
    const int status = g_test_run();
    remove_tree(folder);
    return status;
}
