/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/report.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 64 }; /* far below PIPE_BUF: a line goes whole or not at all */

struct _RaReport {
    int fd;           /* -1: nobody reads any more */
    gint64 since;     /* microseconds, monotonic; 0: no session runs */
    gint64 connected; /* microseconds of the sessions before */
};

RaReport *ra_report_new(int fd, GError **error)
{
    const int flags = fd > STDERR_FILENO ? fcntl(fd, F_GETFD) : -1;
    if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--report-fd names no descriptor of ours: it is for programs that start this "
                    "one");
        return NULL;
    }
    RaReport *report = g_new0(RaReport, 1);
    report->fd = fd;
    return report;
}

void ra_report_free(RaReport *report)
{
    g_free(report);
}

static void say(RaReport *report, const char *line)
{
    struct pollfd ready = {.fd = report->fd, .events = POLLOUT};
    if (report->fd < 0 || poll(&ready, 1, 0) <= 0 || (ready.revents & POLLOUT) == 0)
        return;
    ssize_t written;
    do
        written = write(report->fd, line, strlen(line));
    while (written < 0 && errno == EINTR);
    if (written < 0)
        report->fd = -1;
}

void ra_report_connected(RaReport *report)
{
    if (report == NULL || report->since != 0)
        return;
    report->since = g_get_monotonic_time();
    say(report, "connected\n");
}

void ra_report_over(RaReport *report)
{
    if (report == NULL || report->since == 0)
        return;
    report->connected += g_get_monotonic_time() - report->since;
    report->since = 0;
}

void ra_report_ended(RaReport *report, int code)
{
    if (report == NULL)
        return;
    ra_report_over(report);
    char line[LINE_SIZE];
    g_snprintf(line, sizeof line, "ended %d %" G_GINT64_FORMAT "\n", code,
               report->connected / G_USEC_PER_SEC);
    say(report, line);
    report->fd = -1;
}
