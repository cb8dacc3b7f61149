/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the viewer comes by its invitation. */
#include "tests/viewer/fakes.h"
#include "tests/viewer/tests.h"

#include "base/duration.h"
#include "base/error.h"
#include "viewer/open.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void test_handed_over(void)
{
    g_autoptr(RaInvitation) invitation = fake_invitation(RA_RIGHTS_ALL);
    g_autoptr(RaSecret) packed = ra_invitation_pack(invitation);
    g_autoptr(GError) error = NULL;
    const int fd = ra_secret_to_fd(packed, &error);
    g_assert_no_error(error);
    g_autoptr(RaInvitation) taken = ra_viewer_take_invitation(fd, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ra_invitation_id(taken), ==, ra_invitation_id(invitation));
    g_assert_true(ra_secret_equal(ra_invitation_key(taken), ra_invitation_key(invitation)));
    g_assert_cmpint(fcntl(fd, F_GETFD), ==, -1); /* closed */
}

static void test_not_handed_over(void)
{
    int ends[2];
    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], "no invitation", 13), ==, 13);
    close(ends[1]);
    const struct {
        int fd, code;
    } cases[] = {{0, RA_ERROR_USAGE},
                 {2, RA_ERROR_USAGE},
                 {1000, RA_ERROR_USAGE},
                 {ends[0], RA_ERROR_MALFORMED}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(ra_viewer_take_invitation(cases[i].fd, &error));
        g_assert_error(error, RA_ERROR, cases[i].code);
    }
}

/* A ticket that begins AGO seconds ago and lasts an hour. */
static char *make_ticket(gint64 ago)
{
    const char *const hosts[] = {"192.0.2.1:3389", NULL};
    const gint64 start = ra_moment_now() - ago;
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = ra_invitation_new(
        "Maria", "maria@example.org", start, start + RA_HOUR, RA_RIGHTS_ALL, hosts, &error);
    g_autoptr(RaSecret) password = ra_secret_new_copy("a long password", 15);
    g_autoptr(GBytes) ticket = ra_ticket_seal(invitation, password, NULL, &error);
    g_assert_no_error(error);
    gsize size;
    const char *data = g_bytes_get_data(ticket, &size);
    return g_strndup(data, size);
}

static void test_files(void)
{
    g_autofree char *one = make_ticket(0);
    g_autofree char *two = make_ticket(1);
    g_autofree char *old = make_ticket(2 * RA_HOUR);
    g_autofree char *mail =
        g_strdup_printf("From: maria@example.org\nSubject: help\nMIME-Version: 1.0\n"
                        "Content-Type: application/octet-stream\n\n%s",
                        one);
#define PARTS                                                                               \
    "From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" \
    "--b\nContent-Type: text/xml\n\n%s\n--b\nContent-Type: text/xml\n\n%s\n--b--\n"
    g_autofree char *both = g_strdup_printf(PARTS, one, two);
    g_autofree char *valid_one = g_strdup_printf(PARTS, old, two);
    static const char windows[] =
        "<UPLOADINFO TYPE=\"Escalated\"><UPLOADDATA USERNAME=\"Ann\" DtStart=\"1\" DtLength=\"1\" "
        "RCTICKET=\"65538,1,192.0.2.1:3389,*,aQ==,*,*,aA==\"/></UPLOADINFO>";
    const struct {
        const char *content; /* NULL: no file */
        int code;            /* 0: found */
    } cases[] = {
        {one, 0},
        {old, 0}, /* the caller says that it has expired */
        {mail, 0},
        {valid_one, 0},
        {windows, 0},
        {both, RA_ERROR_NO_TICKET},
        {"nothing", RA_ERROR_NO_TICKET},
        {"", RA_ERROR_NO_TICKET},
        {NULL, RA_ERROR_USAGE},
    };
    g_autofree char *dir = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(dir, "file", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("file %zu", i);
        g_unlink(file);
        if (cases[i].content != NULL)
            g_assert_true(g_file_set_contents(file, cases[i].content, -1, NULL));
        RaEither either = {NULL, NULL};
        const gboolean good = ra_viewer_find_ticket(file, &either, &error);
        if (cases[i].code == 0) {
            g_assert_no_error(error);
            g_assert_true(good);
            g_assert_cmpstr(ra_either_name(either), ==,
                            cases[i].content == windows ? "Ann" : "Maria");
        } else {
            g_assert_false(good);
            g_assert_null(either.ticket);
            g_assert_null(either.msra);
            g_assert_error(error, RA_ERROR, cases[i].code);
        }
        ra_either_clear(&either);
    }
    g_unlink(file);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

void add_open_tests(void)
{
    g_test_add_func("/open/handed-over", test_handed_over);
    g_test_add_func("/open/not-handed-over", test_not_handed_over);
    g_test_add_func("/open/files", test_files);
}
