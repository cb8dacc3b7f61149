/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How to come back after the link broke: what the novice's computer gave for it, and when to try.
 * Pure, but for the secret that it keeps. Times are monotonic microseconds, given by the caller.
 */
#pragma once

#include "base/secret.h"
#include "wire/ipc.h"

enum {
    RA_RESUME_SECONDS = 60, /* at the most, from the break on */
    RA_RESUME_STEADY = 5,   /* seconds that a link must have held, or the pauses go on growing */
    RA_RESUME_REFUSALS = 3, /* so many tries that answered and did not know us are an answer */
};

typedef struct _RaResume RaResume;

/* SECOND_MS: milliseconds in a second; tests have shorter ones. */
RaResume *ra_resume_new(guint second_ms);
void ra_resume_free(RaResume *resume); /* NULL is fine; wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaResume, ra_resume_free)

/* MESSAGE is RA_ASSIST_RESUME: from now on this is how. */
void ra_resume_take(RaResume *resume, const RaAssist *message);
/* Something was taken, so that there is a way back. */
gboolean ra_resume_possible(const RaResume *resume);
/* Who we are then; to be wiped by the caller. */
void ra_resume_identity(const RaResume *resume, RaIpcMessage *message);

/* The link broke, for the first time or again before it was back for good. */
void ra_resume_broken(RaResume *resume, gint64 now);
/* The session runs again. */
void ra_resume_back(RaResume *resume, gint64 now);
/* Seconds that are left, rounded up; 0: the time is over. */
guint ra_resume_left(const RaResume *resume, gint64 now);
/* Milliseconds to wait before the next try: 0, 1, 2, 4, 5, 5, ... seconds. */
guint ra_resume_pause(RaResume *resume);
/* A try ended because their computer did not take the key. TRUE: that was once too often. */
gboolean ra_resume_refused(RaResume *resume);
