/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's side of listening: accepts, counts, hands out sockets; never reads from them. */
#pragma once

#include <glib.h>

enum {
    RA_LISTENER_HALF_OPEN_MAX = 32,        /* connections accepted and not yet settled */
    RA_LISTENER_HALF_OPEN_ADDRESS_MAX = 4, /* of one address (IPv6: of one /64) */
    RA_LISTENER_HANDSHAKE_SECONDS = 10,    /* how long the worker gives a handshake */
};

typedef struct _RaListener RaListener;

/* A socket was accepted: FD is the callee's to close. PEER is its address, numeric. The callee
 * tells ra_listener_settled(ID) when the handshake is over, one way or the other. */
typedef void (*RaListenerFunc)(RaListener *listener, guint id, int fd, const char *peer,
                               gpointer data);

/*
 * Listens on PORT, or on the next free one of the 64 after it, at each of ADDRESSES (numeric, NULL
 * or empty: all, IPv6 and IPv4), the same port everywhere; in the main context of the caller.
 * EXACT: on PORT or not at all. PORT 0: any free one. "::" is all of IPv6, without IPv4.
 * Connections beyond the limits above are closed at once, or an older one is, that was not settled
 * within three seconds; one that is never settled stops counting five seconds after its time.
 * RA_ERROR_FAILED, RA_ERROR_USAGE for an address that is none.
 */
RaListener *ra_listener_new(const char *const *addresses, guint16 port, gboolean exact,
                            RaListenerFunc accepted, gpointer data, GError **error);
void ra_listener_free(RaListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaListener, ra_listener_free)
guint16 ra_listener_port(const RaListener *listener);
void ra_listener_settled(RaListener *listener, guint id);

/*
 * The addresses under which this computer may be reached, as "HOST:PORT", best first: those in
 * ADVERTISE (HOST or HOST:PORT, by the user or policy; what is no address is left out: see
 * ra_host_read() in link/hosts.h), then those listened at, or for a listener
 * at all addresses the interfaces' own: global IPv6, public IPv4, private ones; not loopback, not
 * link-local, not those of virtual bridges, at most MAX. Caller frees.
 */
GStrv ra_listener_hosts(const RaListener *listener, const char *const *advertise, guint max);

/* The same for no listener at all: PORT at ADDRESSES (NULL or empty: all). */
GStrv ra_hosts_for(const char *const *addresses, guint16 port, const char *const *advertise,
                   guint max);
