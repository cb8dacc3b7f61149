/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session of the host whose worker and novice are played by the test. */
#pragma once

#include "host/session.h"
#include "tests/host-agent/fakes.h"
#include "tests/support/memory-screen.h"

#define IDENTITY "00112233445566778899aabbccddeeff"

typedef struct {
    FakeClock clock;
    FakeDesktop desktop;
    FakeWorker *worker;
    RaQuestions *questions;
    RaHelperSessionSetting setting;
    RaHelperSession *session;
    guint question; /* the last one asked; 0 once it is settled */
    char *name, *to;
    RaOutcome outcome;
    RaGoodbye admit;
    RaRights rights;
    guint began;
    gboolean ended;
} Scene;

/* The session with a fresh worker, in its first state; nothing is left of it after tear_down. */
void scene_set_up(Scene *f);
void scene_tear_down(Scene *f);
/* The worker asks whether the novice may be asked. */
void scene_ask(Scene *f, const char *identity, const char *name);
/* The novice answers the question that is open. */
void scene_answer(Scene *f, gboolean yes);
/* Plays both as far as STATE. */
void scene_go_to(Scene *f, RaHelperSessionState state);
/* How often the screen was captured; 0 once the session leaves. */
guint scene_fetches(const Scene *f);
