/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a sealed ticket to its opened invitation, by what a person answers in the window: which one,
 * whether to connect, the password. Shows nothing and dials nothing; whoever drives it shows
 * ra_ask_prompt() and passes on what the helper does:
 *
 *   CHOOSE (several are valid) -> CONNECT -> PASSWORD <-> WORKING -> done(opened)
 *   a no, or Close, at any step                                   -> done(error DECLINED)
 *   expired, altered, three wrong passwords, ... -> FAILED -Close-> done(that error)
 *
 * The password is tried in a thread of its own, since that takes half a second.
 */
#pragma once

#include "mailer/open/handover.h"
#include "mailer/open/opening.h"
#include "viewer/model.h"

enum {
    RA_ASK_TRIES = 3, /* wrong passwords; an empty one does not count */
};

typedef struct {
    RaHandover *handover; /* taken */
    const char *key_file; /* for tickets sealed to certificates, or NULL */
    RaSecret *password;   /* from a file: tried once, nobody is asked for it; or NULL */
    gboolean yes;         /* without CONNECT */
    /* The time, in seconds since 1970; NULL: ra_moment_now(). Tests have their own. */
    gint64 (*now)(void);
} RaAskOptions;

typedef struct {
    /* The prompt is another one. Not from within ra_ask_new(). */
    void (*changed)(gpointer data);
    /* The last word, once: OPENED, or NULL and ERROR, whose message is a line for a person and
     * whose code is the exit code. What is in OPENED may be taken out of it. May free the RaAsk.
     * Never from within ra_ask_new(). */
    void (*done)(RaOpened *opened, const GError *error, gpointer data);
} RaAskCallbacks;

typedef struct _RaAsk RaAsk;

/* Copies what it does not take. */
RaAsk *ra_ask_new(const RaAskOptions *options, const RaAskCallbacks *callbacks, gpointer data);
void ra_ask_free(RaAsk *ask); /* NULL is fine, also while a password is tried */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaAsk, ra_ask_free)

/* What to show now; all in it is clean, and borrowed until the next change. NONE after done(). */
const RaPrompt *ra_ask_prompt(const RaAsk *ask);
/* RA_ACT_CONNECT, PASSWORD, CHOOSE, CLOSE and DISCONNECT; FALSE for any other act, and for one that
 * does not answer the present prompt: nothing was done. The secret of RA_ACT_PASSWORD stays the
 * caller's to wipe. May end in done(). */
gboolean ra_ask_act(RaAsk *ask, const RaAct *act);
