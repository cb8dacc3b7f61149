/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One authenticated, encrypted byte stream: TLS 1.3 with an external pre-shared key (RFC 8446
 * 4.2.11 and 2.2, psk_dhe_ke), TLS_AES_128_GCM_SHA256 or TLS_CHACHA20_POLY1305_SHA256, no
 * certificates, no 0-RTT, no session tickets. Used by the worker, which drives it from its poll
 * loop: nothing here blocks or waits.
 */
#pragma once

#include <glib.h>

enum {
    RA_LINK_KEY_SIZE = 32,      /* bytes */
    RA_LINK_IDENTITY_MAX = 64,  /* bytes of a PSK identity */
    RA_LINK_UNSENT = 16 * 1024, /* bytes */
};
#define RA_LINK_ALPN "ra/1"

typedef struct _RaLink RaLink;

typedef enum {
    RA_LINK_OK,
    RA_LINK_WANT_READ,  /* again when the socket is readable */
    RA_LINK_WANT_WRITE, /* again when the socket is writable */
    RA_LINK_CLOSED,     /* the other end closed in order */
    RA_LINK_FAILED,     /* error is set: RA_ERROR_PASSWORD for a handshake that the key did not fit,
                           else RA_ERROR_UNREACHABLE */
} RaLinkStatus;

/*
 * Asked during a handshake for the key that belongs to IDENTITY (printable ASCII, 1 to
 * RA_LINK_IDENTITY_MAX bytes: anything else is treated as unknown without asking). Writes
 * RA_LINK_KEY_SIZE bytes to KEY and returns TRUE, or FALSE: the handshake then goes on with a
 * random key and fails just as with a wrong one.
 */
typedef gboolean (*RaLinkKeyFunc)(const char *identity, guint8 *key, gpointer data);

/* Both take the socket FD (connected, made non-blocking here) and close it when freed. The key is
 * copied and wiped. Never NULL. */
RaLink *ra_link_new_server(int fd, RaLinkKeyFunc find_key, gpointer data);
/* NATIVE: announce ALPN ra/1. IDENTITY as above; a longer one is cut, so that nobody knows it. */
RaLink *ra_link_new_client(int fd, const char *identity, const guint8 *key, gboolean native);
/* Sends close_notify where that is possible at once. NULL is fine. */
void ra_link_free(RaLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaLink, ra_link_free)

/* One step. RA_LINK_OK: the link is up, and both ends have proven the key. */
RaLinkStatus ra_link_handshake(RaLink *link, GError **error);
/* RA_LINK_OK: *GOT bytes, at least one. */
RaLinkStatus ra_link_read(RaLink *link, void *data, gsize size, gsize *got, GError **error);
/* RA_LINK_OK: *WROTE bytes, at least one, perhaps not all. After RA_LINK_WANT_WRITE the next call
 * must begin with the same bytes (at any address): some may be on their way already. */
RaLinkStatus ra_link_write(RaLink *link, const void *data, gsize size, gsize *wrote,
                           GError **error);
/* FALSE: all that had come was read, and poll() tells of more. TRUE: perhaps poll() would not,
 * since it was taken from the kernel already; read again. */
gboolean ra_link_pending(const RaLink *link);
/* Bytes a second that TCP has lately delivered; 0: not known (yet), or not TCP. */
guint64 ra_link_rate(const RaLink *link);
/* Bytes written that the kernel has not sent yet. */
gsize ra_link_unsent(const RaLink *link);
/* How many bytes may wait in the kernel unsent before the socket counts as not writable (at first
 * RA_LINK_UNSENT): TCP_NOTSENT_LOWAT. */
void ra_link_set_unsent_max(RaLink *link, guint32 bytes);
/* TRUE: so many wait. ra_link_write() may still take more. When poll() calls the socket writable it
 * is FALSE. */
gboolean ra_link_full(const RaLink *link);

int ra_link_fd(const RaLink *link);
const char *ra_link_identity(const RaLink *link); /* the proven one; NULL before */
gboolean ra_link_native(const RaLink *link);      /* both ends speak ra/1 */
