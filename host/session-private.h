/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of host/session.h share: session.c (its life and the table of rules),
 * session-begin.c (asking, beginning, coming back), session-control.c (control, input, hiding the
 * screen). */
#pragma once

#include "host/session.h"
#include "host/sharing.h"

struct _RaHelperSession {
    const RaHelperSessionSetting *setting;
    RaPeer *worker;         /* NULL: BROKEN or OVER */
    GHashTable *identities; /* whose keys the worker was given */
    RaHelperSessionState state;
    char *address, *helper, *invitation, *novice; /* safe to show, all of them */
    char *downloads;                              /* where files go; NULL: as usual */
    GStrv recipients;                             /* of the invitation */
    gint64 start;                                 /* of the invitation */
    RaInvitationsSeal seal;                       /* the same */
    RaRights rights;                              /* what may be granted */
    RaFeatures features;                          /* what may be asked for */
    gboolean native;                              /* the helper's end speaks ra/1 */
    guint question;                               /* the one that is open; 0 for none */
    guint refusals;
    gint64 revoked_at; /* monotonic; 0: control was never granted over this link */
    RaSharing *sharing;
    RaCase *talk;        /* NULL before the yes */
    RaResume *resume;    /* NULL: cannot be resumed */
    gint64 broken_until; /* boot clock, while BROKEN */
    gboolean was_controlled;
    gboolean told_ending; /* the history has its last line */
    guint timer, ended_idle;
};

/* session.c */
void ra_helper_session_set_state(RaHelperSession *session, RaHelperSessionState state);
G_GNUC_PRINTF(2, 3)
void ra_helper_session_note(RaHelperSession *session, const char *format, ...);
/* Who helps, for a sentence. */
const char *ra_helper_session_who(const RaHelperSession *session);
void ra_helper_session_send_assist(RaHelperSession *session, const RaAssist *assist);
void ra_helper_session_send_rights(RaHelperSession *session, RaRights rights);
/* The worker asked, and the answer is no: it says so to the helper and leaves. */
void ra_helper_session_refuse(RaHelperSession *session, RaGoodbye reason);
/* Drops all power; ended() follows. */
void ra_helper_session_finish(RaHelperSession *session);
/* The link is gone without a goodbye: waits for the helper, or ends. */
void ra_helper_session_break(RaHelperSession *session, const char *why);
/* Lets SESSION go on with the worker of FRESH, which is over. */
void ra_helper_session_adopt(RaHelperSession *session, RaHelperSession *fresh);
/* A message from SESSION's worker; events of RaPeer. */
extern const RaPeerEvents ra_helper_session_peer_events;
GVariant *ra_helper_session_details(const RaHelperSession *session);

/* Handlers of the table; FALSE: it breaks the rules. */
gboolean ra_helper_session_take_ask(RaHelperSession *session, const RaIpcMessage *message, int fd);
gboolean ra_helper_session_take_want_control(RaHelperSession *session, const RaIpcMessage *message,
                                             int fd);
gboolean ra_helper_session_take_return_control(RaHelperSession *session,
                                               const RaIpcMessage *message, int fd);
gboolean ra_helper_session_take_input(RaHelperSession *session, const RaIpcMessage *message,
                                      int fd);
gboolean ra_helper_session_take_late_input(RaHelperSession *session, const RaIpcMessage *message,
                                           int fd);

/* session.c, and session-control.c: for RaSharingEvents. */
void ra_helper_session_on_lied(gpointer data);
void ra_helper_session_on_held(gboolean held, gpointer data);
/* The clipboard follows control and the hidden screen. */
void ra_helper_session_update_clipboard(RaHelperSession *session);
void ra_helper_session_send_paused(RaHelperSession *session);
