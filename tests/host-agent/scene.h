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
    RaQuestionKind kind; /* of that question */
    RaGoodbye admit;
    RaRights rights;
    RaFeatures features;
    gboolean stock;         /* the helper's program is a stock viewer */
    FakeWorker *back;       /* of a helper who comes back; NULL while nobody did */
    RaHelperSession *fresh; /* and their session, until it is over */
    guint events;           /* of the history, that is: not chat */
    char *last_event;
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
/* The helper comes back with IDENTITY, whose key the new worker has; scene.back is that worker. */
void scene_return(Scene *f, const char *identity);
/* What the host handed out to come back with. */
const char *scene_resume_identity(const FakeWorker *worker);
