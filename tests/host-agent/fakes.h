/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stand-ins for what the agent's logic leans on: clocks that a test sets, a worker that says what
 * a test makes it say, a desktop in memory. */
#pragma once

#include "host/clock.h"
#include "host/desktop.h"
#include "host/peer.h"

typedef struct {
    gint64 wall; /* seconds */
    gint64 boot; /* microseconds; monotonic, too */
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
    int bell;     /* RA_IPC_BELL's descriptor, -1 before */
} FakeWorker;

FakeWorker *fake_worker_new(void);
void fake_worker_free(FakeWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeWorker, fake_worker_free)
/* As if the worker had sent it; nothing happens where it is freed already. */
void fake_worker_say(FakeWorker *worker, const RaIpcMessage *message);
void fake_worker_say_kind(FakeWorker *worker, RaIpcKind kind);
/* On its bell; nobody is told unless the code under test listens. */
void fake_worker_ring(FakeWorker *worker);
void fake_worker_die(FakeWorker *worker);
/* As if the helper had said it; and the same without anything but its kind. */
void fake_worker_say_assist(FakeWorker *worker, const RaAssist *assist);
void fake_worker_say_assist_kind(FakeWorker *worker, RaAssistKind kind);
/* One that does not even pass the bytes' own rules, as if it had. */
void fake_worker_lie(FakeWorker *worker, RaAssistKind kind);
/* How many of KIND were sent to it; the last one of them, or NULL. */
guint fake_worker_count(const FakeWorker *worker, RaIpcKind kind);
const RaIpcMessage *fake_worker_last(const FakeWorker *worker, RaIpcKind kind);

/* The same for assistance messages. */
guint fake_worker_count_assist(const FakeWorker *worker, RaAssistKind kind);
const RaAssist *fake_worker_last_assist(const FakeWorker *worker, RaAssistKind kind);

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
    RaSignState sign; /* all that it shows, but the name */
    RaIpcMessage last_input;
    guint points, clears; /* where the helper points */
    int point_left;
    guint16 point_x;
    gboolean pointing;  /* there is such a thing now */
    guint monitor;      /* that was chosen; there are two */
    guint pasted;       /* how often the clipboard was set */
    gboolean selection; /* there is one now */
    gpointer guard;     /* for a test's own function of the desktop */
} FakeDesktop;

void fake_desktop_init(FakeDesktop *desktop);
void fake_desktop_clear(FakeDesktop *desktop);

/* Lets the main loop run until nothing is left to do. */
void fake_settle(void);
/* Lets it run until *VALUE is TRUE, two seconds at the most. */
void fake_wait(const gboolean *value);
