/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/half-open.h"

#include <netinet/in.h>
#include <string.h>

static void origin_of(const struct sockaddr_storage *peer, guint8 origin[8])
{
    memset(origin, 0, 8);
    if (peer->ss_family == AF_INET6)
        memcpy(origin, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, 8);
    else
        memcpy(origin, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, 4);
}

static void remove_at(RaHalfOpen *half_open, guint at)
{
    half_open->entries[at] = half_open->entries[--half_open->count];
}

static void forget_old(RaHalfOpen *half_open, gint64 now)
{
    for (guint i = half_open->count; i-- > 0;) {
        if (now - half_open->entries[i].since >= (gint64)RA_HALF_OPEN_SECONDS * G_USEC_PER_SEC)
            remove_at(half_open, i);
    }
}

guint ra_half_open_add(RaHalfOpen *half_open, const struct sockaddr_storage *peer, gint64 now)
{
    guint8 origin[8];
    guint same = 0;
    origin_of(peer, origin);
    forget_old(half_open, now);
    for (guint i = 0; i < half_open->count; i++)
        same += half_open->entries[i].family == peer->ss_family &&
                memcmp(half_open->entries[i].origin, origin, sizeof origin) == 0;
    if (half_open->count >= RA_LISTENER_HALF_OPEN_MAX || same >= RA_LISTENER_HALF_OPEN_ADDRESS_MAX)
        return 0;
    if (++half_open->last_id == 0)
        half_open->last_id = 1;
    const guint at = half_open->count++;
    half_open->entries[at].id = half_open->last_id;
    half_open->entries[at].family = peer->ss_family;
    half_open->entries[at].since = now;
    memcpy(half_open->entries[at].origin, origin, sizeof origin);
    return half_open->last_id;
}

void ra_half_open_remove(RaHalfOpen *half_open, guint id)
{
    for (guint i = 0; i < half_open->count; i++) {
        if (half_open->entries[i].id == id) {
            remove_at(half_open, i);
            return;
        }
    }
}
