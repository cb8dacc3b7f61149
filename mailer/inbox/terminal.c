/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind of terminal it is: by itself, since term.h defines hundreds of common words. */
#include "base/error.h"
#include "mailer/inbox/screen.h"

#include <ncurses.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

gboolean ra_inbox_screen_check(GError **error)
{
    const char *type = g_getenv("TERM");
    int known = 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                            "the screen needs a terminal: use ra-inbox list or ra-inbox watch");
        return FALSE;
    }
    if (type != NULL && strcmp(type, "dumb") != 0 && setupterm(type, STDOUT_FILENO, &known) == OK) {
        const char *move = tigetstr((char *)"cup");
        const gboolean can = move != NULL && move != (char *)-1;
        (void)del_curterm(cur_term);
        if (can)
            return TRUE;
    }
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "a terminal of the kind \"%s\" cannot show the screen (TERM): use ra-inbox list or "
                "ra-inbox watch",
                type != NULL ? type : "");
    return FALSE;
}
