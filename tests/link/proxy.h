/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small proxies on loopback, in a thread, for one connection each: SOCKS 5 (RFC 1928, no
 * authentication, by name) and HTTP CONNECT (RFC 9110 9.3.6). */
#pragma once

#include <glib.h>

typedef enum { PROXY_SOCKS5, PROXY_HTTP } ProxyKind;
typedef struct _Proxy Proxy;

/* REFUSE: says no. Otherwise it leads to TARGET on loopback, whatever was asked for. */
Proxy *proxy_new(ProxyKind kind, gboolean refuse, guint16 target);
char *proxy_url(const Proxy *proxy); /* the caller frees */
/* Waits for its one connection to end; what it was asked for as "HOST:PORT", "" for nothing, which
 * the caller frees. */
char *proxy_end(Proxy *proxy);

/* A listening socket on loopback, and its port. BACKLOG as in listen(); -1: only bound. */
int loopback_socket(int backlog, guint16 *port);
