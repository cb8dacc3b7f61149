/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a worker leaves, the same at both ends. */
#pragma once

#include "session/channel.h"
#include "session/stream.h"

enum {
    RA_ENDING_FLUSH_SECONDS = 2, /* for the last words to leave, on the link and to the program */
    RA_PATIENCE_SECONDS = 30,    /* for the other end's part of the beginning of a session */
    RA_BACKLOG_MAX = 64, /* messages that may wait for our own program before the link does */
    RA_BACKLOG_MS = 5,   /* until that is looked at again */
};

/* Tells the program that the session is over, and waits a moment for it to be taken. */
void ra_ending_tell(RaChannel *channel, RaGoodbye reason, gboolean ours, const char *text);
