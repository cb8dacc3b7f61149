/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/half-open.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

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
    if (half_open->entries[at].fd >= 0)
        close(half_open->entries[at].fd);
    half_open->entries[at] = half_open->entries[--half_open->count];
}

static void forget_old(RaHalfOpen *half_open, gint64 now)
{
    for (guint i = half_open->count; i-- > 0;) {
        if (now - half_open->entries[i].since >= (gint64)RA_HALF_OPEN_SECONDS * G_USEC_PER_SEC)
            remove_at(half_open, i);
    }
}

/* How many are of the origin of the one at AT. */
static guint count_like(const RaHalfOpen *half_open, guint at)
{
    guint n = 0;
    for (guint i = 0; i < half_open->count; i++)
        n += half_open->entries[i].family == half_open->entries[at].family &&
             memcmp(half_open->entries[i].origin, half_open->entries[at].origin,
                    sizeof half_open->entries[at].origin) == 0;
    return n;
}

/* Cuts off one that had its chance; FALSE where none has. FAMILY AF_UNSPEC: of any origin. */
static gboolean make_room(RaHalfOpen *half_open, int family, const guint8 origin[8], gint64 now)
{
    const gint64 latest = now - (gint64)RA_HALF_OPEN_CHANCE_SECONDS * G_USEC_PER_SEC;
    guint found = G_MAXUINT, most = 0;
    for (guint i = 0; i < half_open->count; i++) {
        if (half_open->entries[i].since > latest || half_open->entries[i].fd < 0 ||
            (family != AF_UNSPEC && (half_open->entries[i].family != family ||
                                     memcmp(half_open->entries[i].origin, origin, 8) != 0)))
            continue;
        const guint n = count_like(half_open, i);
        if (n < most ||
            (n == most && half_open->entries[i].since >= half_open->entries[found].since))
            continue;
        most = n;
        found = i;
    }
    if (found == G_MAXUINT)
        return FALSE;
    /* Whoever has the connection finds it closed by the other end. */
    (void)shutdown(half_open->entries[found].fd, SHUT_RDWR);
    remove_at(half_open, found);
    return TRUE;
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
    if (same >= RA_LISTENER_HALF_OPEN_ADDRESS_MAX) {
        if (!make_room(half_open, peer->ss_family, origin, now))
            return 0;
    } else if (half_open->count >= RA_LISTENER_HALF_OPEN_MAX) {
        if (!make_room(half_open, AF_UNSPEC, origin, now))
            return 0;
    }
    if (++half_open->last_id == 0)
        half_open->last_id = 1;
    const guint at = half_open->count++;
    half_open->entries[at].id = half_open->last_id;
    half_open->entries[at].family = peer->ss_family;
    half_open->entries[at].since = now;
    half_open->entries[at].fd = -1;
    memcpy(half_open->entries[at].origin, origin, sizeof origin);
    return half_open->last_id;
}

void ra_half_open_keep(RaHalfOpen *half_open, guint id, int fd)
{
    for (guint i = 0; i < half_open->count; i++) {
        if (half_open->entries[i].id == id && half_open->entries[i].fd < 0)
            half_open->entries[i].fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    }
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

void ra_half_open_clear(RaHalfOpen *half_open)
{
    while (half_open->count > 0)
        remove_at(half_open, half_open->count - 1);
}
