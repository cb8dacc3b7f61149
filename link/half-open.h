/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts the connections that are accepted and not yet settled, by all and by origin: an IPv4
 * address, or the /64 of an IPv6 one. Pure: the caller tells the time. */
#pragma once

#include "link/listen.h"

#include <sys/socket.h>

/* Seconds after which a connection that was never settled stops counting. */
enum { RA_HALF_OPEN_SECONDS = RA_LISTENER_HANDSHAKE_SECONDS + 5 };

/* Zeroed at first. */
typedef struct {
    struct {
        guint id;
        int family;
        guint8 origin[8];
        gint64 since; /* microseconds */
    } entries[RA_LISTENER_HALF_OPEN_MAX];
    guint count;
    guint last_id;
} RaHalfOpen;

/* Counts one from PEER (AF_INET or AF_INET6) at NOW, monotonic microseconds. Its id, or 0 where it
 * would be one too many. */
guint ra_half_open_add(RaHalfOpen *half_open, const struct sockaddr_storage *peer, gint64 now);
/* An unknown ID is fine. */
void ra_half_open_remove(RaHalfOpen *half_open, guint id);
