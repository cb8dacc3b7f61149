/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses as they stand in tickets, and which of this computer's own belong there. */
#pragma once

#include <glib.h>
#include <net/if.h>

/*
 * Reads an address as people and tickets write it: HOST, HOST:PORT, [IPv6], [IPv6]:PORT, or a bare
 * IPv6 address. HOST is a name (RFC 1123; an international one is put into its ASCII form) or an
 * IPv4 address. DEFAULT_PORT is for one without a port; 0: it must have one. *RET: "HOST:PORT" or
 * "[IPv6]:PORT", the caller frees. FALSE with RA_ERROR_USAGE, *RET untouched. No name is looked up.
 */
gboolean ra_host_read(const char *text, guint16 default_port, char **ret, GError **error);

/* One address of one of this computer's interfaces. */
typedef struct {
    char interface[IF_NAMESIZE];
    guint interface_flags; /* IFF_* */
    int family;            /* AF_INET or AF_INET6 */
    guint8 bytes[16];      /* 4 or 16 of them, in network order */
    guint ipv6_flags;      /* IFA_F_*, the low eight */
} RaLocalAddress;

/* Those of the COUNT addresses ALL under which others may reach this computer, best first, with
 * PORT, at most MAX: see ra_hosts_for(). Caller frees. */
GStrv ra_hosts_rank(const RaLocalAddress *all, gsize count, guint16 port, guint max);
