/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole agent for tests: a store and settings in a folder of its own, a listener on loopback,
 * the desktop in memory, and workers that say what the test makes them say. */
#pragma once

#include "host/agent.h"
#include "tests/host-agent/fakes.h"

typedef struct {
    char *dir; /* the store */
    RaStore *store;
    RaSettings *settings;
    FakeDesktop desktop;
    GPtrArray *workers; /* of FakeWorker, in the order in which they were started */
    RaAgentConfig config;
    RaAgent *agent;
    gboolean finished;
    guint question; /* the last one asked; 0 once it is settled */
} Stage;

/* SETTINGS: the user's file, "" for none. The agent is not there yet: the test may change config.
 */
void stage_init(Stage *stage, const char *settings);
void stage_start(Stage *stage);
void stage_clear(Stage *stage);

/* An open invitation, registered with the agent. The caller frees the id. */
char *stage_invite(Stage *stage, RaRights rights);
/* A helper with the invitation ID comes as far as the question: the session's worker. Borrowed. */
FakeWorker *stage_helper(Stage *stage, const char *id, const char *name);
/* As far as seeing the screen. */
FakeWorker *stage_view(Stage *stage, const char *id);
/* The worker that was started last: the gate. Borrowed. */
FakeWorker *stage_gate(const Stage *stage);
/* Lets the main loop run until WORKER was sent N messages of KIND. */
void stage_await(const FakeWorker *worker, RaIpcKind kind, guint n);
/* A connection to PORT on loopback; the caller closes it. */
int stage_connect(guint16 port);
