/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much moves over the link, and how long there and back takes: RA_IPC_METER for our program
 * about once a second while something moves, then once more with what it settled at. PING and PONG
 * measure the delay meanwhile; they do not count as moving. While nothing moves there is no timer.
 */
#pragma once

#include "session/relay.h"

typedef struct _RaMeter RaMeter;

/* All borrowed. */
RaMeter *ra_meter_new(RaStream *stream, RaChannel *channel, RaRelay *relay);
void ra_meter_free(RaMeter *meter); /* NULL is fine */
/* The session is over: nothing is told any more. */
void ra_meter_stop(RaMeter *meter);
/* Asks for a PONG, unless one is on its way already. */
void ra_meter_ask(RaMeter *meter);
/* Something may have moved. */
void ra_meter_poke(RaMeter *meter);
/* TRUE while a PING of ours is not answered: there is one behind all that moves. */
gboolean ra_meter_is_waiting(const RaMeter *meter);
/* TRUE while something moves. */
gboolean ra_meter_is_moving(const RaMeter *meter);
/* PING (answered here) or PONG of the other end. One that answers nothing of ours is left out. */
void ra_meter_take(RaMeter *meter, const RaAssist *message);
