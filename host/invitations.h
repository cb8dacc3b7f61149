/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The invitations that can be used now: what the agent holds of the novice's store. A key is held
 * from registration until the invitation ends, whichever clock says so first: the wall clock, or
 * its lifetime counted by the boot clock since it was first seen here, so that neither a clock
 * that was set back nor a night in suspend prolongs it. Then the key is wiped.
 */
#pragma once

#include "host/clock.h"
#include "ticket/store.h"

enum {
    RA_INVITATIONS_MAX = 256,          /* held at once; more are left alone in the store */
    RA_INVITATIONS_CHECK_SECONDS = 60, /* how often the clocks are looked at, at the least */
    RA_INVITATIONS_CLOCK_SKEW = 300,   /* seconds an invitation may start in the future */
    RA_INVITATIONS_FREE_QUESTIONS = 3, /* without a yes, one after the other; then come pauses: */
    RA_INVITATIONS_PAUSE_SECONDS = 30, /* the first one; each is twice as long as the last, */
    RA_INVITATIONS_PAUSE_MAX = 600,    /* up to this */
};

typedef struct _RaInvitations RaInvitations;

typedef enum {
    RA_INVITATIONS_SEAL_UNKNOWN, /* there is no ticket with it that could be read */
    RA_INVITATIONS_PASSWORD,     /* who opened it had the password */
    RA_INVITATIONS_NO_PASSWORD,  /* sealed to certificates alone */
} RaInvitationsSeal;

/* One was added or is over, or something changed in the folder that is watched; called from the
 * main loop. */
typedef void (*RaInvitationsFunc)(gpointer data);

/* STORE and CLOCK are borrowed. Holds nothing before the first ra_invitations_reload(). */
RaInvitations *ra_invitations_new(RaStore *store, const RaClock *clock, RaInvitationsFunc changed,
                                  gpointer data);
void ra_invitations_free(RaInvitations *invitations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInvitations, ra_invitations_free)

/* Makes what is held agree with the store, in which what has ended is marked so. On failure what
 * is held stays held. */
gboolean ra_invitations_reload(RaInvitations *invitations, GError **error);
/* Calls ra_invitations_reload() whenever something changes below DIR, the store's folder. */
void ra_invitations_watch(RaInvitations *invitations, const char *dir);

/* How many can be used now. */
guint ra_invitations_count(RaInvitations *invitations);
/* The one with exactly this id, if it can be used now; else NULL. Looks at both clocks. */
RaInvitation *ra_invitations_find(RaInvitations *invitations, const char *id);
/* Whom it was sent to; never NULL. Borrowed until the next call. */
const char *const *ra_invitations_recipients(RaInvitations *invitations, const char *id);

/* The name in it, "" where there is no such; the same way. */
const char *ra_invitations_novice(RaInvitations *invitations, const char *id);

/* How it is sealed. */
RaInvitationsSeal ra_invitations_seal(RaInvitations *invitations, const char *id);

/* May the novice be asked about it now? Not while they are given a rest: whoever asks again and
 * again wants a yes that is not meant. */
gboolean ra_invitations_may_ask(RaInvitations *invitations, const char *id);
/* They were asked: a yes ends the count; a no, and a question that was taken back, is counted. */
void ra_invitations_answered(RaInvitations *invitations, const char *id, gboolean yes);

/* Forgets the key at once, then marks it in the store. RA_ERROR_NO_TICKET; a unique prefix will
 * do, as in ra_store_get(). One that is over already is RA_ERROR_USAGE. */
gboolean ra_invitations_cancel(RaInvitations *invitations, const char *id, GError **error);
/* A session was held with it. */
gboolean ra_invitations_mark_used(RaInvitations *invitations, const char *id, GError **error);
