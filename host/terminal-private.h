/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of host/terminal.h: what a question says (terminal-questions.c), and what a line that
 * begins with a slash does (terminal-commands.c). */
#pragma once

#include "host/agent.h"

/* The whole question, up to the place where the answer is typed. The caller's. */
char *ra_terminal_describe(const RaQuestion *question);

/* LINE begins with a slash. What to show of it, lines without a last line end, safe to show; the
 * caller's. */
char *ra_terminal_command(RaAgent *agent, const char *line);
