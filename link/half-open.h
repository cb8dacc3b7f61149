/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts the connections that are accepted and not yet settled, by all and by origin: an IPv4
 * address, or the /64 of an IPv6 one. The caller tells the time. Where there is no room, one that
 * had its chance makes some: else a few connections that say nothing would keep helpers out. */
#pragma once

#include "link/listen.h"

#include <sys/socket.h>

enum {
    /* Seconds after which a connection that was never settled stops counting. */
    RA_HALF_OPEN_SECONDS = RA_LISTENER_HANDSHAKE_SECONDS + 5,
    /* Seconds that each has, however many want its place: more than a handshake takes. */
    RA_HALF_OPEN_CHANCE_SECONDS = 3,
};

/* Zeroed at first. */
typedef struct {
    struct {
        guint id;
        int family;
        guint8 origin[8];
        gint64 since; /* microseconds */
        int fd;       /* its socket, ours; -1 for none */
    } entries[RA_LISTENER_HALF_OPEN_MAX];
    guint count;
    guint last_id;
} RaHalfOpen;

/* Counts one from PEER (AF_INET or AF_INET6) at NOW, monotonic microseconds. Its id, or 0 where it
 * would be one too many. The one whose place it takes is cut off: the oldest of its own address, or
 * of the address that has most. */
guint ra_half_open_add(RaHalfOpen *half_open, const struct sockaddr_storage *peer, gint64 now);
/* Duplicates FD, the socket of ID, to cut it off by. */
void ra_half_open_keep(RaHalfOpen *half_open, guint id, int fd);
/* An unknown ID is fine. */
void ra_half_open_remove(RaHalfOpen *half_open, guint id);
void ra_half_open_clear(RaHalfOpen *half_open);
