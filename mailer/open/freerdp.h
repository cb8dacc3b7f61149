/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Microsoft's invitations are for FreeRDP's client: found, told what to connect to, run. It gets a
 * ticket that we write ourselves, from what ours was read as, since FreeRDP 2 drops short
 * addresses, cannot read lists of version 1, nor UTF-16, nor entities (doc/MSRA.md). That and the
 * password reach it through descriptors: neither is in its arguments, its environment or a file.
 */
#pragma once

#include "base/report.h"
#include "ticket/msra.h"

/* An opened invitation, and with what. */
typedef struct {
    RaMsra *msra;
    RaMsraOpened *opened;
    RaSecret *password; /* NULL where the invitation needs none */
} RaMsraCall;

/* Takes OPENED, and references of the rest. */
RaMsraCall *ra_msra_call_new(RaMsra *msra, RaMsraOpened *opened, RaSecret *password);
void ra_msra_call_free(RaMsraCall *call); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaMsraCall, ra_msra_call_free)

/* The program, absolute, in $PATH: of FreeRDP's clients the first one that is there and has the
 * display that it needs. NULL and RA_ERROR_FAILED where there is none, saying what to install, or
 * which display is missing. Caller frees. */
char *ra_freerdp_find(GError **error);
/* Whether PROGRAM asks for control when its user presses Ctrl+Alt+C. The others are told to ask for
 * it at once. */
gboolean ra_freerdp_has_key(const char *program);

/* What FreeRDP is to read: a document of version 2 in 8 bits, whose addresses it takes as they are
 * meant, those that lead nowhere but in the novice's own network last. Looks short names up, for
 * some seconds at the most. EXPERT is the helper's name, which the novice is shown. RA_ERROR_FAILED
 * where it cannot be expressed, RA_ERROR_UNREACHABLE where no address is left. */
GBytes *ra_freerdp_ticket(const RaMsraCall *call, const char *expert, GError **error);

/* Runs PROGRAM until its end, in the default main context; SIGINT, SIGTERM and SIGHUP end it. TRUE
 * for a session that ended as they do; else RA_ERROR_UNREACHABLE, RA_ERROR_DECLINED,
 * RA_ERROR_PASSWORD or RA_ERROR_FAILED. Needs to write to $XDG_RUNTIME_DIR or the folder for
 * temporary files: two links, gone at the end. REPORT (NULL: none) hears of the session when
 * FreeRDP has reached the other computer: that its user agreed cannot be seen from here. Ignores
 * SIGPIPE from then on. */
gboolean ra_freerdp_run(const char *program, const RaMsraCall *call, const char *expert,
                        RaReport *report, GError **error);
