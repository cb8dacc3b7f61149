/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/memory-guard.h"

static gboolean sees(RaGuard *guard)
{
    return !((const RaMemoryGuard *)guard)->blind;
}

static RaGuardHands hands(RaGuard *guard)
{
    return ((const RaMemoryGuard *)guard)->hands;
}

static void keep(RaGuard *guard, guint32 window)
{
    RaMemoryGuard *self = (RaMemoryGuard *)guard;
    self->kept = window;
    self->keeps++;
}

static gint64 in_sight_since(RaGuard *guard)
{
    return ((const RaMemoryGuard *)guard)->in_sight_since;
}

static void free_guard(RaGuard *guard)
{
    ((RaMemoryGuard *)guard)->frees++;
}

void memory_guard_init(RaMemoryGuard *guard)
{
    static const RaGuardClass class = {.sees = sees,
                                       .hands = hands,
                                       .keep = keep,
                                       .in_sight_since = in_sight_since,
                                       .free = free_guard};
    *guard = (RaMemoryGuard){.guard.class = &class};
}
