/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions on the terminal, for the main files of programs. They use the controlling terminal
 * (/dev/tty), whatever standard input and output are. */
#pragma once

#include "base/secret.h"

/* TRUE if there is a terminal to ask on. */
gboolean ra_prompt_possible(void);
/* Shows QUESTION and reads a line; anything but y or yes (any case) is no, the end of input too.
 * TIMEOUT in seconds, 0 for none: silence is no. */
gboolean ra_prompt_yes_no(const char *question, guint timeout);
/* Shows QUESTION and reads a number from 1 to MAX; an empty line is PRESET. 0 where there is no
 * terminal, at the end of input, and for any other answer. */
guint ra_prompt_number(const char *question, guint max, guint preset);
/* Shows QUESTION and reads a line of MAX bytes at the most without echo; the terminal's state is
 * put back also when a signal ends the program. NULL with RA_ERROR_USAGE where there is no
 * terminal, with RA_ERROR_DECLINED at the end of input. An empty line is an empty secret. */
RaSecret *ra_prompt_secret(const char *question, gsize max, GError **error);
