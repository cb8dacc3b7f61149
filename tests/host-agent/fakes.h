/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stand-ins for what the agent's logic leans on: clocks that a test sets, a worker that says what
 * a test makes it say, a desktop in memory. */
#pragma once

#include "host/clock.h"
#include "host/desktop.h"
#include "host/peer.h"

typedef struct {
    gint64 wall; /* seconds */
    gint64 boot; /* microseconds */
    RaClock clock;
} FakeClock;

void fake_clock_init(FakeClock *clock);
/* Both go on. */
void fake_clock_pass(FakeClock *clock, gint64 seconds);

/* What was sent to a worker, in order; outlives the peer, which the code under test frees. */
typedef struct {
    RaPeer *peer; /* NULL once it was freed */
    GArray *sent; /* of RaIpcMessage; cursors without their pixels */
    GArray *fds;  /* of gboolean: one came along */
    guint queued; /* what it claims not to have read */
} FakeWorker;

FakeWorker *fake_worker_new(void);
void fake_worker_free(FakeWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeWorker, fake_worker_free)
/* As if the worker had sent it; nothing happens where it is freed already. */
void fake_worker_say(FakeWorker *worker, const RaIpcMessage *message);
void fake_worker_say_kind(FakeWorker *worker, RaIpcKind kind);
void fake_worker_die(FakeWorker *worker);
/* How many of KIND were sent to it; the last one of them, or NULL. */
guint fake_worker_count(const FakeWorker *worker, RaIpcKind kind);
const RaIpcMessage *fake_worker_last(const FakeWorker *worker, RaIpcKind kind);

/* A desktop that counts. The pointers are NULL while there is none. */
typedef struct {
    RaDesktop desktop;
    RaScreen *screen; /* of the last session; the test never frees it */
    gboolean no_screen, no_input, no_sign;
    guint screens; /* how many were opened */
    guint injected, released;
    const RaInputEvents *input_events;
    gpointer input_data;
    const RaSignEvents *sign_events;
    gpointer sign_data;
    gboolean shown; /* the sign */
    RaRights shown_rights;
    char *shown_who;
} FakeDesktop;

void fake_desktop_init(FakeDesktop *desktop);
void fake_desktop_clear(FakeDesktop *desktop);

/* Lets the main loop run until nothing is left to do. */
void fake_settle(void);
/* Lets it run until *VALUE is TRUE, two seconds at the most. */
void fake_wait(const gboolean *value);
