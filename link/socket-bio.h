/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes below TLS: a non-blocking stream socket as OpenSSL's BIO. OpenSSL's own raises SIGPIPE
 * when the other end is gone; this one never does, and keeps errno for the message. */
#pragma once

#include <glib.h>
#include <openssl/bio.h>

/* FD stays the caller's. Never NULL: aborts when there is no memory. Freed by BIO_free(). */
BIO *ra_socket_bio_new(int fd);
/* The errno of the first failure of the socket; 0 for none. */
int ra_socket_bio_error(BIO *bio);
/* TRUE: the last read took all that the kernel had. */
gboolean ra_socket_bio_emptied(BIO *bio);
