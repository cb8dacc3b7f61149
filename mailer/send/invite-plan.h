/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ra-invite is to do: the options under the settings under the policy, all of it checked
 * before anything is made or sent.
 */
#pragma once

#include "base/rights.h"
#include "base/secret.h"
#include "base/settings.h"
#include "mailer/send/send.h"

/* As the command line gives them; NULL and FALSE: not given. Owned by the struct. */
typedef struct {
    GStrv to;
    char *from;
    char *name;
    char *message;
    char *message_file;
    char *expires;
    char *password_file;
    gboolean generate_password;
    gboolean no_password;
    gboolean view_only;
    char *smtp;
    char *smtp_user;
    char *smtp_password_file;
    char *smtp_token_file;
    char *smtp_ca;
    char *smtp_tls;
    gboolean sendmail;
    gboolean mail_client;
    char *save;
    gboolean force;
    gboolean print;
    GStrv seal_to;
    GStrv advertise;
} RaInviteOptions;

void ra_invite_options_clear(RaInviteOptions *options);

typedef enum {
    RA_MAIL_NONE,
    RA_MAIL_SMTP,
    RA_MAIL_SENDMAIL,
    RA_MAIL_CLIENT,
} RaMailWay;

typedef struct {
    GStrv to;        /* never NULL; from ra_address_parse() */
    char *from;      /* "" where none is needed */
    char *name;      /* not "" */
    char *message;   /* NULL: none */
    gint64 lifetime; /* seconds */
    RaRights rights;
    RaSecret *password; /* NULL: none */
    gboolean generated; /* the password is new, and nobody knows it yet */
    GStrv seal_to;      /* never NULL; files, the policy's first */
    GStrv advertise;    /* never NULL; as given */
    RaMailWay way;
    RaSmtpServer server; /* RA_MAIL_SMTP; strings borrowed from the fields below */
    char *smtp_url, *smtp_user, *smtp_ca;
    char *sendmail; /* RA_MAIL_SENDMAIL: the program */
    char *save;     /* NULL: not wanted */
    gboolean force;
    gboolean print;
} RaInvitePlan;

/*
 * A plan for a new invitation; or, with RESEND, for one that is there already: no password is
 * made, and neither addresses nor a name are asked for (the store has them).
 * RA_ERROR_USAGE, or RA_ERROR_FORBIDDEN for what the policy does not allow.
 */
RaInvitePlan *ra_invite_plan_new(const RaInviteOptions *options, const RaSettings *settings,
                                 gboolean resend, GError **error);
void ra_invite_plan_free(RaInvitePlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInvitePlan, ra_invite_plan_free)

/* What can be told before there is a plan, by the same rules. */
typedef enum {
    RA_WAY_USABLE,
    RA_WAY_FORBIDDEN, /* by the settings, or the policy */
    RA_WAY_ABSENT,    /* no server is set, the program is not there */
    RA_WAY_FAULTY,    /* what the settings say about it is wrong */
} RaWayState;

/* Whether any invitation can be made: RA_ERROR_FORBIDDEN. */
gboolean ra_invite_check(const RaSettings *settings, GError **error);
/* Whether it can leave by WAY; RA_MAIL_NONE: as a file. Connects to no server and starts no
 * program. *WHY, the caller's, is set where it is not RA_WAY_USABLE: one line. */
RaWayState ra_invite_way_state(RaMailWay way, const RaSettings *settings, char **why);
gint64 ra_invite_preset_lifetime(const RaSettings *settings);  /* seconds */
const char *ra_invite_preset_name(const RaSettings *settings); /* borrowed, not "" */
