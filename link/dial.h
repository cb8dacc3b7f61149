/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program's side of dialling: tries all addresses, staggered (RFC 8305 5: 250 ms apart, the
 * next at once when one fails), each by a connect-only handle of libcurl so that proxies work.
 * It hands out every socket that connects; the caller says which one was right, by freeing the
 * dialler. Runs in the main context of the caller, never blocks it.
 */
#pragma once

#include <glib.h>

enum {
    RA_DIAL_STAGGER_MS = 250,
    RA_DIAL_CONNECT_SECONDS = 15, /* for one address */
};

typedef struct _RaDialer RaDialer;

typedef struct {
    /* FD is the callee's to close. HOST as it was given. */
    void (*connected)(RaDialer *dialer, guint attempt, int fd, const char *host, gpointer data);
    /* One address led nowhere; ERROR is RA_ERROR_UNREACHABLE, its message for a person; it names
     * HOST. */
    void (*failed)(RaDialer *dialer, guint attempt, const char *host, const GError *error,
                   gpointer data);
    /* Every address has been tried and failed, those that connected by ra_dialer_attempt_failed().
     * The callee may free the dialler, here as in the others. */
    void (*exhausted)(RaDialer *dialer, gpointer data);
} RaDialerCallbacks;

/* HOSTS: "HOST:PORT" or "[IPv6]:PORT", in order of preference; attempt N is that of HOSTS[N].
 * PROXY: NULL (the usual environment variables count: https_proxy, all_proxy, no_proxy), "" for
 * none, or a URL as libcurl takes it (socks5h://, http://, but not https://). Starts at once, from
 * the main loop: no callback comes before this returns. */
RaDialer *ra_dialer_new(const char *const *hosts, const char *proxy,
                        const RaDialerCallbacks *callbacks, gpointer data);
/* Tells that the handshake of ATTEMPT failed, so that the next address is tried at once. */
void ra_dialer_attempt_failed(RaDialer *dialer, guint attempt);
void ra_dialer_free(RaDialer *dialer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaDialer, ra_dialer_free)
