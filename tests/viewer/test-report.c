/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --report-fd: the lines, a reader that is gone, one that does not read. */
#include "base/report.h"
#include "tests/viewer/tests.h"

#include "base/error.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static RaReport *begin(int fds[2])
{
    g_autoptr(GError) error = NULL;
    g_assert_no_errno(pipe2(fds, 0));
    RaReport *report = ra_report_new(fds[1], &error);
    g_assert_no_error(error);
    g_assert_cmpint(fcntl(fds[1], F_GETFD), ==, FD_CLOEXEC);
    return report;
}

static void expect(int fd, const char *text)
{
    char seen[256];
    const ssize_t n = read(fd, seen, sizeof seen - 1);
    g_assert_cmpint(n, >=, 0);
    seen[n] = '\0';
    g_assert_cmpstr(seen, ==, text);
}

static void test_lines(void)
{
    int fds[2];
    g_autoptr(RaReport) report = begin(fds);
    ra_report_connected(report);
    ra_report_connected(report); /* the link broke, and is back */
    expect(fds[0], "connected\n");
    g_usleep(1100 * 1000);
    ra_report_over(report);
    ra_report_over(report);
    ra_report_connected(report);
    expect(fds[0], "connected\n");
    ra_report_ended(report, 8);
    ra_report_ended(report, 0); /* there is but one end */
    close(fds[1]);
    expect(fds[0], "ended 8 1\n");
    expect(fds[0], "");
    close(fds[0]);
}

static void test_never_connected(void)
{
    int fds[2];
    g_autoptr(RaReport) report = begin(fds);
    ra_report_over(report);
    ra_report_ended(report, RA_ERROR_UNREACHABLE);
    expect(fds[0], "ended 7 0\n");
    close(fds[0]);
    close(fds[1]);
    ra_report_connected(NULL);
    ra_report_over(NULL);
    ra_report_ended(NULL, 0);
}

/* Nobody reads: neither a closed pipe nor a full one stops us. */
static void test_no_reader(void)
{
    int fds[2];
    (void)signal(SIGPIPE, SIG_IGN);
    g_autoptr(RaReport) report = begin(fds);
    close(fds[0]);
    ra_report_connected(report);
    ra_report_ended(report, 0);
    close(fds[1]);

    static const char filler[4096];
    g_autoptr(RaReport) full = begin(fds);
    g_assert_no_errno(fcntl(fds[1], F_SETFL, O_NONBLOCK));
    while (write(fds[1], filler, sizeof filler) > 0)
        ;
    g_assert_no_errno(fcntl(fds[1], F_SETFL, 0)); /* so that a write would wait for ever */
    ra_report_connected(full);
    ra_report_ended(full, 0);
    close(fds[0]);
    close(fds[1]);
}

static void test_bad_descriptors(void)
{
    static const int bad[] = {-7, 0, 1, 2, 999999};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(ra_report_new(bad[i], &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    }
}

void add_report_tests(void)
{
    g_test_add_func("/report/lines", test_lines);
    g_test_add_func("/report/never-connected", test_never_connected);
    g_test_add_func("/report/no-reader", test_no_reader);
    g_test_add_func("/report/bad-descriptors", test_bad_descriptors);
}
