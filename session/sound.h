/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speech at a worker: RA_IPC_SOUND of our program becomes VOICE_SOUND, and the other way round. A
 * link that is too slow for it gets the newest: what waits is dropped, oldest first, so that
 * nobody hears what was said long ago. Stamps tell of the gap.
 */
#pragma once

#include "session/relay.h"

typedef struct _RaSound RaSound;

enum { RA_SOUND_WAITING_MAX = 10 }; /* packets of 20 ms that wait to leave: 200 ms */

/* All borrowed. */
RaSound *ra_sound_new(RaStream *stream, RaChannel *channel, RaRelay *relay);
void ra_sound_free(RaSound *sound); /* NULL is fine */
void ra_sound_from_program(RaSound *sound, const RaIpcMessage *message);
/* VOICE_SOUND. What is no good Opus is silence: dropped. */
void ra_sound_from_link(RaSound *sound, const RaAssist *message);
