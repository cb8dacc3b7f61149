/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number on the command line of a tool of the tests. */
#pragma once

#include <glib.h>
#include <stdlib.h>

/* TEXT as a whole decimal number from LEAST to MOST. Anything else ends the program with a line on
 * standard error. */
static inline int ra_number(const char *text, int least, int most)
{
    g_autoptr(GError) error = NULL;
    gint64 number = 0;
    if (g_ascii_string_to_signed(text, 10, least, most, &number, &error))
        return (int)number;
    g_printerr("%s\n", error->message);
    exit(EXIT_FAILURE);
}
