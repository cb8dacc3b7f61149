/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The novice at a terminal: questions with the caution, and all of a session without a window.
 * A line that is typed answers the question that is shown (anything but a clear yes is no), is a
 * command where it begins with a slash (/help lists them), and is chat otherwise. What was being
 * typed when a question came does not answer it.
 */
#pragma once

#include "host/agent.h"

typedef struct _RaTerminal RaTerminal;

/* Asks on FD (a terminal; non-blocking, taken), from the main loop. Watches AGENT, which outlives
 * it. Where FD is at its end, open questions are answered with no. */
RaTerminal *ra_terminal_new(RaAgent *agent, int fd);
void ra_terminal_free(RaTerminal *terminal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaTerminal, ra_terminal_free)
/* Shows a line, safe to show, between questions. */
void ra_terminal_show(RaTerminal *terminal, const char *line);
