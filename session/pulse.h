/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is the other end still there? TCP finds out for itself where a cable was pulled out, but not
 * behind a proxy. So where something was said and nothing came since, the other end is asked
 * (PING); where nothing comes for RA_PULSE_DEAD seconds the link counts as broken. Not with a stock
 * viewer or server, which does not answer. While nothing moves there is no timer, as a rule.
 */
#pragma once

#include "session/meter.h"

enum {
    RA_PULSE_EVERY = 5, /* seconds of silence after which it is asked, again and again */
    RA_PULSE_DEAD = 15, /* and until it counts as broken; found within RA_PULSE_EVERY more */
};

typedef struct _RaPulse RaPulse;

/* All borrowed. ALWAYS: it is asked even while nothing moves (behind a proxy, which takes TCP's own
 * watch away). DEAD is called once, from the main loop. */
RaPulse *ra_pulse_new(RaStream *stream, RaRelay *relay, RaMeter *meter, gboolean always,
                      void (*dead)(gpointer data), gpointer data);
/* Something moved. NULL is fine, here and below. */
void ra_pulse_poke(RaPulse *pulse);
/* The session is over. */
void ra_pulse_free(RaPulse *pulse);
