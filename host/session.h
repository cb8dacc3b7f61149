/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One session as the host sees it: a worker that faces the helper, the questions to the novice,
 * and the screen, the input and the sign. The worker is not trusted: a message that the state does
 * not allow ends the session (a table in session.c; that of the assistance messages is in case.c).
 *
 * A link that breaks, without a goodbye, does not end the session of a helper whose program speaks
 * ra/1. For RA_RESUME_SECONDS it is held without any power: no pixels, no input, no voice, no
 * clipboard; the sign stays. A helper who comes back in that time with the key that was handed out
 * over the old link is let in without a question, to see the screen and no more; so is one who
 * comes back before this end noticed that the old link is dead. A session that the novice ended,
 * or that broke the rules, is never resumed.
 *
 * Whose the frame is. The worker sends one WANT_PIXELS for each FRAME and each PIXELS that it
 * received, once it has let go of the frame and the viewer has room. So the frame is the host's
 * exactly while as many WANT_PIXELS came as FRAME and PIXELS went; only then it fetches. A screen
 * that changes its size has a new frame, which nobody reads yet: it is sent at once, the old one
 * is never written again, and the worker owes two answers. Messages keep their order, so no
 * WANT_PIXELS can be taken for another, and one that is not owed ends the session.
 */
#pragma once

#include "host/case.h"
#include "host/clock.h"
#include "host/desktop.h"
#include "host/invitations.h"
#include "host/peer.h"
#include "host/questions.h"
#include "host/resume.h"

enum {
    RA_HELPER_SESSION_ASK_SECONDS = 30,  /* from the handshake until the worker asks */
    RA_HELPER_SESSION_LEAVE_SECONDS = 3, /* for the worker to say goodbye */
    RA_HELPER_SESSION_GRACE_SECONDS = 5, /* after control was taken back: input under way is dropped
                                          silently; later it breaks the rules */
    RA_HELPER_SESSION_REFUSALS_MAX = 5,  /* of control; the novice is not asked again after that */
};

typedef struct _RaHelperSession RaHelperSession;

typedef enum {
    RA_HELPER_SESSION_NEW,    /* the handshake is done */
    RA_HELPER_SESSION_ASKING, /* may they connect? */
    RA_HELPER_SESSION_VIEWING,
    RA_HELPER_SESSION_REQUESTED, /* viewing, and the novice is asked for control */
    RA_HELPER_SESSION_CONTROLLING,
    RA_HELPER_SESSION_BROKEN,  /* the link is gone; the helper may come back */
    RA_HELPER_SESSION_LEAVING, /* the worker says goodbye */
    RA_HELPER_SESSION_OVER,
} RaHelperSessionState;

/* What the invitation that a helper names allows. */
typedef struct {
    RaRights rights;
    RaFeatures features;           /* by policy; control is not heeded: RIGHTS tells */
    const char *const *recipients; /* borrowed for the call, as are the next two */
    const char *novice;            /* the name in the invitation */
    gint64 start;                  /* when it began, seconds since 1970 UTC */
    RaInvitationsSeal seal;
    const char *downloads; /* for files that come; NULL: the user's Downloads */
} RaHelperSessionTerms;

typedef struct {
    /* May the novice be asked, may the session begin? RA_GOODBYE_UNKNOWN and *RET filled in, or
     * the reason why not. Called when the helper asks, and again at the novice's yes. */
    RaGoodbye (*admit)(RaHelperSession *session, const char *invitation, RaHelperSessionTerms *ret,
                       gpointer data);
    /* A helper proved the key of IDENTITY, one to resume with: the session that handed it out if
     * it may still go on, else NULL. */
    RaHelperSession *(*resumes)(const char *identity, gpointer data);
    /* The novice said yes; there is a case now. */
    void (*began)(RaHelperSession *session, gpointer data);
    /* The state changed, or whether the screen is hidden. */
    void (*changed)(RaHelperSession *session, gpointer data);
    /* Over; from the main loop. The callee frees the session. */
    void (*ended)(RaHelperSession *session, gpointer data);
    /* "Chat" was pressed on the sign. */
    void (*chat)(RaHelperSession *session, gpointer data);
    /* The session is over: the last line of its history, for the log. */
    void (*ending)(const char *line, gpointer data);
    /* Something for the log, safe to show. */
    void (*note)(const char *line, gpointer data);
} RaHelperSessionEvents;

typedef struct {
    RaQuestions *questions;
    const RaDesktop *desktop;
    const RaClock *clock;
    const RaHelperSessionEvents *events;
    const RaCaseEvents *case_events;
    gpointer data; /* of both */
} RaHelperSessionSetting;

/* WORKER and IDENTITIES (a set) are the session's from now on; SETTING is borrowed and outlives
 * it. ADDRESS is the helper's computer. */
RaHelperSession *ra_helper_session_new(RaPeer *worker, const char *address, GHashTable *identities,
                                       const RaHelperSessionSetting *setting);
/* At once and without a goodbye, where it is not over. */
void ra_helper_session_free(RaHelperSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaHelperSession, ra_helper_session_free)

/* Ends it in order: power is gone when this returns, `ended` follows. */
void ra_helper_session_leave(RaHelperSession *session, RaGoodbye reason);
/* Takes control back if it is granted, or drops the question for it. */
void ra_helper_session_take_back(RaHelperSession *session);
/* A question was opened: lets go of all keys and buttons, and takes away what is pointed at. */
void ra_helper_session_hold(RaHelperSession *session);
/* Hides the screen from the helper at once, or shows it again. Nothing without a session that
 * began. Showing is for a person at this computer: the caller has seen to that. */
void ra_helper_session_pause(RaHelperSession *session, gboolean paused);
gboolean ra_helper_session_paused(const RaHelperSession *session);
/* CHAT: the sign has a button for it; with the number of messages that were not seen yet. */
void ra_helper_session_show_chat(RaHelperSession *session, gboolean chat, guint unread);
/* TRUE once control was granted, also when it was taken back and over a link that came back. */
gboolean ra_helper_session_was_controlled(const RaHelperSession *session);

RaHelperSessionState ra_helper_session_state(const RaHelperSession *session);
/* Who helps, safe to show, "" if unknown; and with which invitation ("" before the helper asked).
 * Borrowed. */
const char *ra_helper_session_helper(const RaHelperSession *session);
const char *ra_helper_session_invitation(const RaHelperSession *session);
/* The key of IDENTITY if this session can be resumed with it now, a reference; else NULL. */
RaSecret *ra_helper_session_resume_key(const RaHelperSession *session, const char *identity);
/* TRUE while the session holds such a key. */
gboolean ra_helper_session_resumable(const RaHelperSession *session);
/* The novice's name, as the invitation has it; borrowed. */
const char *ra_helper_session_novice(const RaHelperSession *session);
/* What was said and what came; NULL before the novice said yes. Borrowed. */
RaCase *ra_helper_session_case(const RaHelperSession *session);
