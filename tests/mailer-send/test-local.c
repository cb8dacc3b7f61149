/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving, and sendmail(1) played by scripts. */
#include "base/error.h"
#include "mailer/send/invite-hosts.h"
#include "mailer/send/send.h"
#include "tests/mailer-send/tests.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *folder;
    char *log; /* what the script was given */
} Place;

static void set_up(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    place->folder = g_dir_make_tmp("ra-send-XXXXXX", &error);
    g_assert_no_error(error);
    place->log = g_build_filename(place->folder, "log", NULL);
}

static void tear_down(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GDir) listing = g_dir_open(place->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(listing)) != NULL;) {
        g_autofree char *file = g_build_filename(place->folder, name, NULL);
        g_remove(file);
    }
    g_assert_cmpint(g_rmdir(place->folder), ==, 0);
    g_free(place->folder);
    g_free(place->log);
}

static char *in(const Place *place, const char *name)
{
    return g_build_filename(place->folder, name, NULL);
}

static char *script(const Place *place, const char *name, const char *body)
{
    char *file = in(place, name);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\nlog='%s'\n%s\n", place->log, body);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(file, text, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_chmod(file, 0700), ==, 0);
    return file;
}

static void assert_holds(const char *file, const char *wanted)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(file, &text, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, wanted);
}

static guint count_files(const Place *place)
{
    guint n = 0;
    g_autoptr(GDir) listing = g_dir_open(place->folder, 0, NULL);
    while (g_dir_read_name(listing) != NULL)
        n++;
    return n;
}

static void test_save(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GBytes) one = g_bytes_new_static("one", 3);
    g_autoptr(GBytes) two = g_bytes_new_static("two", 3);
    g_autofree char *file = in(place, "a.raticket");
    g_autoptr(GError) error = NULL;
    g_assert_true(ra_save_ticket(file, one, FALSE, &error));
    g_assert_no_error(error);
    struct stat status;
    g_assert_cmpint(stat(file, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 07777, ==, 0600);
    assert_holds(file, "one");

    g_assert_false(ra_save_ticket(file, two, FALSE, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    g_clear_error(&error);
    assert_holds(file, "one");
    g_assert_true(ra_save_ticket(file, two, TRUE, &error));
    g_assert_no_error(error);
    assert_holds(file, "two");
    g_assert_cmpuint(count_files(place), ==, 1); /* no temporary file is left */
}

static void test_save_nowhere(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GBytes) one = g_bytes_new_static("one", 3);
    g_autofree char *nowhere = g_build_filename(place->folder, "none", "a.raticket", NULL);
    g_autofree char *link_file = in(place, "link");
    g_assert_cmpint(symlink("/nonexistent/target", link_file), ==, 0);
    const char *const files[] = {nowhere, place->folder, link_file};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(ra_save_ticket(files[i], one, FALSE, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    }
    g_assert_cmpuint(count_files(place), ==, 1);
}

static const char *const two[] = {"a@example.com", "b@example.com", NULL};

static void test_sendmail(Place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *program =
        script(place, "sendmail", "for a; do printf '%s\\n' \"$a\"; done >$log; cat >>$log");
    g_autoptr(GBytes) message = g_bytes_new_static("Subject: x\r\n\r\n.\r\nend\r\n", 22);
    g_autoptr(GError) error = NULL;
    g_assert_true(ra_send_sendmail(program, "me@example.com", two, message, 20, &error));
    g_assert_no_error(error);
    assert_holds(place->log, "-i\n-f\nme@example.com\n--\na@example.com\nb@example.com\n"
                             "Subject: x\n\n.\nend\n");
}

static void test_sendmail_fails(Place *place, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *body, *said[2];
    } cases[] = {
        {"echo 'no\033[1m luck' >&2; exit 75", {"exit status 75", "no [1m luck"}},
        {"exit 1", {"exit status 1", "log"}},
        {"kill -9 $$", {"signal 9", ""}},
        {"sleep 30", {"1 second", "stopped"}},
    };
    g_autoptr(GBytes) message = g_bytes_new_static("x\r\n", 3);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *program = script(place, "sendmail", cases[i].body);
        g_autoptr(GError) error = NULL;
        g_assert_false(ra_send_sendmail(program, "me@example.com", two, message, 1, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_MAIL);
        g_assert_nonnull(strstr(error->message, cases[i].said[0]));
        g_assert_nonnull(strstr(error->message, cases[i].said[1]));
        g_assert_null(strpbrk(error->message, "\r\n\033"));
    }
    g_autoptr(GError) error = NULL;
    g_assert_false(
        ra_send_sendmail("/nonexistent/sendmail", "me@example.com", two, message, 1, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MAIL);
}

/* A sendmail that does not read its input is no reason to die of SIGPIPE. */
static void test_sendmail_deaf(Place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *program = script(place, "sendmail", "exit 0");
    g_autofree char *much = g_strnfill(1 << 20, 'x');
    g_autoptr(GBytes) message = g_bytes_new_static(much, 1 << 20);
    g_autoptr(GError) error = NULL;
    g_assert_true(ra_send_sendmail(program, "me@example.com", two, message, 20, &error));
    g_assert_no_error(error);
}

static void test_hosts(void)
{
    static const struct {
        const char *advertise, *host; /* NULL: refused */
    } cases[] = {
        {"me.example.com", "me.example.com:3390"},
        {"me.example.com:80", "me.example.com:80"},
        {"192.0.2.1", "192.0.2.1:3390"},
        {"2001:db8::1", "[2001:db8::1]:3390"},
        {"[2001:db8::1]", "[2001:db8::1]:3390"},
        {"[2001:db8::1]:80", "[2001:db8::1]:80"},
        {"b\xC3\xBC"
         "cher.example",
         "xn--bcher-kva.example:3390"},
        {"", NULL},
        {"me example", NULL},
        {"me:0", NULL},
        {"me:99999", NULL},
        {"me:port", NULL},
        {"me\n:80", NULL},
        {"http://me", NULL},
        {"user@me", NULL},
    };
    static const char *const others[] = {"192.0.2.9:3390", "me.example.com:3390", NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const advertise[] = {cases[i].advertise, NULL};
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].advertise);
        g_auto(GStrv) hosts = ra_invite_hosts(advertise, 3390, others, &error);
        if (cases[i].host == NULL) {
            g_assert_null(hosts);
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpstr(hosts[0], ==, cases[i].host);
        g_assert_cmpuint(g_strv_length(hosts), ==, i == 0 ? 2 : 3); /* each once */
    }
}

void add_local_tests(void)
{
#define ADD(path, func) g_test_add(path, Place, NULL, set_up, func, tear_down)
    ADD("/mailer/save/file", test_save);
    ADD("/mailer/save/nowhere", test_save_nowhere);
    ADD("/mailer/sendmail/sends", test_sendmail);
    ADD("/mailer/sendmail/fails", test_sendmail_fails);
    ADD("/mailer/sendmail/deaf", test_sendmail_deaf);
#undef ADD
    g_test_add_func("/mailer/hosts/merge", test_hosts);
}
