/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for the program of the consent window: tests/test-host-agent itself, started with
 * --consent-fd. */
#pragma once

/* The variable that names the file to which it appends, a line each: "pid N", "fd N" for each
 * descriptor that it has, "env NAME=VALUE", then "ready", and "present WHAT" for each such signal.
 */
#define STAND_IN_LOG "RA_TEST_STAND_IN_LOG"
/* What it does: "stay" until its socket is closed or SIGUSR1 comes, and then leaves with 0; "die"
 * at once; "no": answers the question that is open with no, and stays. */
#define STAND_IN_MODE "RA_TEST_STAND_IN_MODE"

/* The exit status. */
int stand_in_run(const char *fd);
