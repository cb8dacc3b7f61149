/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of host/terminal.h: what a question says (terminal-questions.c), and what a line that
 * begins with a slash does (terminal-commands.c). */
#pragma once

#include "host/agent.h"

/* The whole question, up to the place where the answer is typed. NOW: seconds since 1970 UTC, as in
 * its deadline. The caller's, as the next two. */
char *ra_terminal_describe(const RaQuestion *question, gint64 now);
/* How long until silence is a no, a sentence; and the line at whose end the answer is typed. */
char *ra_terminal_time_left(const RaQuestion *question, gint64 now);
char *ra_terminal_prompt(void);

/* LINE begins with a slash. What to show of it, lines without a last line end, safe to show; the
 * caller's. */
char *ra_terminal_command(RaAgent *agent, const char *line);
