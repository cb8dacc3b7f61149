/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a session that is over, or never began, is put to a person and to scripts. Pure. */
#pragma once

#include "base/error.h"
#include "wire/ipc.h"

/* What went wrong with one address. */
typedef struct {
    char *host;   /* as the invitation has it */
    char *why;    /* one line */
    gboolean tls; /* something answered there, but the invitation's key did not fit */
} RaFailure;

/* FAILURES (of RaFailure) are all that was tried: RA_ERROR_PASSWORD if something answered and did
 * not take the key, else RA_ERROR_UNREACHABLE. NAME is clean. */
GError *ra_outcome_unreached(const char *name, GPtrArray *failures);
/* The other end, or the link, ended it; MESSAGE is RA_IPC_ENDED. BEGUN: the screen was there. */
GError *ra_outcome_ended(const char *name, const RaIpcMessage *message, gboolean begun);
/* The short form of why, from the worker's detail where there is one. Caller frees. */
char *ra_outcome_reason(const RaIpcMessage *message);

RaFailure *ra_failure_new(const char *host, const char *why, gboolean tls);
void ra_failure_free(RaFailure *failure);
