/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The questions to the novice in the course of a session, but that for control: may this file
 * come, shall we talk? One of a kind is open at a time; the next file waits for its turn. After
 * RA_ASKING_REFUSALS_MAX that were not answered with yes, those that the helper took back among
 * them, the novice is not bothered again.
 */
#pragma once

#include "assist/files.h"
#include "assist/history.h"
#include "assist/voice.h"
#include "host/questions.h"

enum { RA_ASKING_REFUSALS_MAX = 5 }; /* of a kind, in a session */

typedef struct _RaAsking RaAsking;

/* All borrowed, but DETAILS (a{sv}) is referenced. */
RaAsking *ra_asking_new(RaQuestions *questions, GVariant *details, RaFiles *files, RaVoice *voice,
                        RaHistory *history);
/* What is open is withdrawn. NULL is fine. */
void ra_asking_free(RaAsking *asking);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaAsking, ra_asking_free)

/* There is a link, or none: then what is open is withdrawn, and nothing is asked. At first there is
 * none. */
void ra_asking_set_linked(RaAsking *asking, gboolean linked);
/* The helper would like to talk, or would have: is the novice still asked? */
gboolean ra_asking_hears_voice(const RaAsking *asking);
/* The helper wanted to talk, and that is over without a yes, whoever ended it and however soon. */
void ra_asking_voice_refused(RaAsking *asking);
/* A transfer or the voice changed: asks, or withdraws, from the main loop. */
void ra_asking_update(RaAsking *asking);
