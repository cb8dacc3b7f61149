/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is the other end still there? A cable that was pulled out says nothing, and TCP alone would find
 * out after many minutes, behind a proxy never. So while nothing comes the other end is asked
 * (PING); where nothing comes for RA_PULSE_DEAD seconds the link counts as broken. Not with a stock
 * viewer or server, which does not answer.
 */
#pragma once

#include "session/meter.h"

enum {
    RA_PULSE_EVERY = 5, /* seconds of silence after which it is asked, again and again */
    RA_PULSE_DEAD = 15, /* and until it counts as broken; found within RA_PULSE_EVERY more */
};

typedef struct _RaPulse RaPulse;

/* All borrowed. DEAD is called once, from the main loop. */
RaPulse *ra_pulse_new(RaStream *stream, RaRelay *relay, RaMeter *meter, void (*dead)(gpointer data),
                      gpointer data);
/* The session is over. NULL is fine. */
void ra_pulse_free(RaPulse *pulse);
