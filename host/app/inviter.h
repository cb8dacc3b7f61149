/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ra-invite, run in the background: what it would do (its report of --defaults), and what it did.
 * Password and personal message go through pipes. Everything is called back from the main loop,
 * and nothing after ra_inviter_free().
 */
#pragma once

#include "base/secret.h"

#include <gio/gio.h>

typedef enum {
    RA_INVITE_SMTP,
    RA_INVITE_SENDMAIL,
    RA_INVITE_MAIL_CLIENT,
    RA_INVITE_FILE
} RaInviteWay;

enum { RA_INVITE_WAYS = 4 };

/* What a new invitation starts with, by settings and policy. Strings are "" where there is none. */
typedef struct {
    gboolean enabled; /* FALSE: the policy does not allow asking for help; `why` tells */
    char *why;
    GStrv to;           /* the help desk */
    gboolean to_locked; /* nobody else may be invited */
    char *name, *from;
    gboolean name_locked, from_locked;
    gint64 lifetime, lifetime_max; /* seconds */
    gboolean allow_control;
    struct {
        gboolean usable;
        char *why_not; /* a line for the novice; "" where it is usable */
        char *detail;  /* the server's or the program's name; "" */
    } way[RA_INVITE_WAYS];
} RaInviteDefaults;

typedef struct {
    RaInviteWay way;
    const char *const *to; /* as typed; none for a file */
    const char *name, *from, *message;
    gint64 lifetime; /* seconds */
    gboolean view_only;
    RaSecret *password;
    const char *file;   /* for RA_INVITE_FILE: absolute */
    gboolean overwrite; /* the novice agreed to replace it */
} RaInviteOrder;

typedef struct {
    gboolean ok;
    int code;           /* of ra-invite: base/error.h */
    char *error;        /* a line for the novice; "" */
    char *id;           /* ""; else the invitation is kept, and can be sent again */
    GStrv to;           /* never NULL */
    gint64 end;         /* seconds since 1970 UTC; 0 */
    gboolean sent;      /* a server took it */
    GStrv refused;      /* "ADDRESS: REASON", never NULL */
    char *mail_program; /* shows it now, to be sent there; "" */
    gboolean attached;  /* that program took the attachment */
    char *attachment;   /* else this file is to be attached there; "" */
    char *saved;        /* the file; "" */
    gboolean listening; /* the agent has it */
    char *why_not;      /* why not; "" */
} RaInviteOutcome;

typedef struct _RaInviter RaInviter;

RaInviter *ra_inviter_new(void);
/* The same with another PROGRAM (absolute), and SECONDS until it is given up; 0: the preset. */
RaInviter *ra_inviter_new_for(const char *program, guint seconds);
/* A run under way goes on by itself: what is half sent is sent. */
void ra_inviter_free(RaInviter *inviter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInviter, ra_inviter_free)
/* An invitation is made or sent now. */
gboolean ra_inviter_busy(const RaInviter *inviter);
/* Nothing is called back with DATA any more; runs go on by themselves. */
void ra_inviter_forget(RaInviter *inviter, gpointer data);

/* DEFAULTS and OUTCOME are the callee's to look at until it returns. ERROR: ra-invite could not be
 * run or made no sense. Several may be under way at once. */
typedef void (*RaInviterDefaultsFunc)(const RaInviteDefaults *defaults, const GError *error,
                                      gpointer data);
typedef void (*RaInviterFunc)(const RaInviteOutcome *outcome, const GError *error, gpointer data);
void ra_inviter_defaults(RaInviter *inviter, RaInviterDefaultsFunc done, gpointer data);
/* ORDER is read at once. */
void ra_inviter_invite(RaInviter *inviter, const RaInviteOrder *order, RaInviterFunc done,
                       gpointer data);
/* The same invitation again; TO NULL: to those it went to. */
void ra_inviter_resend(RaInviter *inviter, const char *id, const RaInviteOrder *order,
                       RaInviterFunc done, gpointer data);
