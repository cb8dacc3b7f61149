/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ra-open hands to the viewer where there is no terminal to ask on: the invitations, still
 * sealed, with what there is to say about each; or why there is none. The viewer's window asks.
 */
#pragma once

#include "mailer/open/either.h"

typedef struct {
    RaEither either;
    char *warning; /* lines for a person, clean; "" where there is nothing to warn of, or to say */
} RaOffer;

typedef struct {
    GPtrArray *offers; /* of RaOffer: at least one, unless there is an error */
    GError *error;     /* NULL, or why there is none */
} RaHandover;

enum { RA_HANDOVER_MAX = 100 }; /* invitations */

RaHandover *ra_handover_new(void);
/* Nothing can be opened. Copies ERROR. */
RaHandover *ra_handover_new_error(const GError *error);
/* At the end; with references of its own. WARNING is copied. */
void ra_handover_add(RaHandover *handover, RaEither either, const char *warning);
void ra_handover_free(RaHandover *handover); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaHandover, ra_handover_free)

/* A memfd at offset 0, close-on-exec, the caller's. -1 and RA_ERROR_FAILED on failure. */
int ra_handover_to_fd(const RaHandover *handover, GError **error);
/* Reads FD to its end; does not close it. RA_ERROR_MALFORMED for what is no such thing. */
RaHandover *ra_handover_read(int fd, GError **error);
