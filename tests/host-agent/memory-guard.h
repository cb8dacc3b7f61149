/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A guard that sees what a test tells it. */
#pragma once

#include "host/guard.h"

typedef struct {
    RaGuard guard;
    gboolean blind;
    RaGuardHands hands;
    gint64 in_sight_since;
    guint32 kept;
    guint keeps; /* how often that was set */
    guint frees; /* how often it was freed: the memory is the test's */
} RaMemoryGuard;

void memory_guard_init(RaMemoryGuard *guard);
