/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An RaConnect on a worker and a dialler that the test plays, and a log of what it tells. */
#pragma once

#include "tests/viewer/fakes.h"

typedef struct {
    RaConnect *connect;
    GString *log;
    gboolean refuse_screen, refuse_message, free_at_end;
    gint code; /* of the end: -1 none yet, 0 without an error */
    char *message;
} Seen;

extern const RaConnectCallbacks player_callbacks;

void player_start(Seen *seen, RaRights rights);
/* Frees it, and looks that nothing was left behind. */
void player_stop(Seen *seen);
/* As far as the first screen. */
void player_share(Seen *seen, RaRights rights);
/* What was told since the last time. */
void player_assert_log(Seen *seen, const char *log);
/* What the worker was sent since the last time. */
void player_assert_sent(const char *sent);
