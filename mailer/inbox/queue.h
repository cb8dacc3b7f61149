/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The help desk's queue: the cases of a box, kept as they are there, by a thread of its own. What
 * changes is told in the thread that made the queue, from its main loop.
 */
#pragma once

#include "mailer/find/extract.h"
#include "mailer/inbox/box.h"
#include "mailer/inbox/case-letter.h"

typedef enum {
    RA_CASE_OPEN,
    RA_CASE_CLAIMED,
    RA_CASE_SESSION,
    RA_CASE_DONE,
    RA_CASE_EXPIRED, /* or not valid yet is OPEN, with time until it is */
    RA_CASE_INVALID, /* meant to be an invitation, but damaged */
} RaCaseState;

enum {
    RA_QUEUE_CASES_MAX = 20000,             /* cases that are kept; the newest are */
    RA_QUEUE_BYTES_MAX = 256 * 1024 * 1024, /* of all their invitations */
    RA_QUEUE_FOUND_MAX = 8,                 /* invitations looked at in one message */
};

typedef struct _RaCaseContent RaCaseContent;

/* A message with an invitation in it. Reference-counted (from any thread), does not change: a new
 * one comes in its place. What it consists of is borrowed: keep the case, not the parts. */
typedef struct {
    char *id;        /* as RaBoxMessage's */
    gint64 received; /* seconds since 1970 UTC */
    RaMark *mark;
    RaFound *found; /* the invitation that counts: of several the first of ra_open_sort(); NULL
                       where it is damaged */
    RaExtraction *extraction; /* what FOUND lies in */
    char *problem;            /* clean; NULL unless damaged */
    RaMessageInfo *message;   /* of the message itself; NULL where it has no headers */
    RaCaseContent *content;   /* what the last four lie in; private */
} RaCase;

RaCase *ra_case_ref(RaCase *item);
void ra_case_unref(RaCase *item); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaCase, ra_case_unref)
/* A finished case stays DONE, one in session stays so; else the clock decides about EXPIRED. */
RaCaseState ra_case_state(const RaCase *item, gint64 now);
/* "open", "claimed", "in-session", "done", "expired", "invalid". */
const char *ra_case_state_name(RaCaseState state);

typedef enum {
    RA_ACT_CLAIM,
    RA_ACT_RELEASE,
    RA_ACT_SESSION, /* the session begins, or is there again */
    RA_ACT_OVER,    /* it has ended: claimed, where the mark still says that it is on */
    RA_ACT_DONE,
} RaCaseAct;

typedef struct _RaQueue RaQueue;

typedef struct {
    void (*changed)(RaQueue *queue, gpointer data); /* cases came, went or changed; may be NULL */
    /* The connection is lost (ERROR says how; the queue tries again by itself) or is back (NULL).
     */
    void (*trouble)(RaQueue *queue, const GError *error, gpointer data);
} RaQueueFuncs;

/* Takes BOX. OWNER is this helper's name. OPTIONS (may be NULL) is for ra_extract(), copied but for
 * its strings. */
RaQueue *ra_queue_new(RaBox *box, const char *owner, const RaExtractOptions *options,
                      const RaQueueFuncs *funcs, gpointer data);
void ra_queue_free(RaQueue *queue); /* NULL is fine; waits for the thread, a second at the most */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaQueue, ra_queue_free)

/* One look at the box, without the thread: for commands that end at once. Where ID is not NULL only
 * at the case of that id, or those whose ids begin so. */
gboolean ra_queue_load(RaQueue *queue, const char *id, GCancellable *cancel, GError **error);
/* Begins to follow the box: changed() and trouble() are called until the queue is freed. */
void ra_queue_follow(RaQueue *queue);

/* The cases, those to be taken first at the top: open ones (the one that ends first before others),
 * claimed, in session, not yet valid, then done, expired and invalid ones, newest first. A new
 * array of references; the caller's. */
GPtrArray *ra_queue_cases(const RaQueue *queue, gint64 now);
/* The case of that id, or whose id begins so, if it is one alone. NULL with RA_ERROR_USAGE. Caller
 * unrefs. */
RaCase *ra_queue_find(const RaQueue *queue, const char *id, GError **error);
/* TRUE while the first look is not done. */
gboolean ra_queue_is_loading(const RaQueue *queue);
/* Messages that were not looked at since the limits are reached. */
guint ra_queue_left_out(const RaQueue *queue);
/* This helper's name. Borrowed. */
const char *ra_queue_owner(const RaQueue *queue);

/*
 * Does ACT to the case ID, for this helper. Whose turn it is decides the mark: an open case can be
 * claimed by anybody, a claimed one released, opened and finished by its owner (by anybody with
 * FORCE, who is its owner then). What nobody has can also be finished at once; CLAIM opens a
 * finished case again (somebody else's with FORCE). A case in session, one's own too, is claimed
 * or released by FORCE alone: the session may go on elsewhere under the same name. OVER never
 * fails because of the mark, and changes nothing but one's own session.
 *
 * RA_ERROR_DECLINED names who has it; RA_ERROR_EXPIRED for a claim of what nobody can open any
 * more, RA_ERROR_MALFORMED where it never could; RA_ERROR_USAGE where there is no such case. TRUE
 * as well where it is so already. Blocks; where the queue follows its box, use the other call.
 */
gboolean ra_queue_act(RaQueue *queue, const char *id, RaCaseAct act, gboolean force,
                      GCancellable *cancel, GError **error);
/*
 * Takes it on this helper to tell EVENT (mailer/inbox/case-letter.h) in the thread of the case ID:
 * of all helpers who call this one gets TRUE, the others RA_ERROR_DECLINED. TOLD FALSE takes that
 * back, where the reply could not be sent. It is the mark's told that changes, whoever owns the
 * case, and nothing else. Blocks, as above.
 */
gboolean ra_queue_tell(RaQueue *queue, const char *id, RaCaseEvent event, gboolean told,
                       GCancellable *cancel, GError **error);
typedef void (*RaQueueTellFunc)(RaQueue *queue, const char *id, RaCaseEvent event, gboolean told,
                                const GError *error, gpointer data);
void ra_queue_tell_async(RaQueue *queue, const char *id, RaCaseEvent event, gboolean told,
                         RaQueueTellFunc func, gpointer data);

typedef void (*RaQueueActFunc)(RaQueue *queue, const char *id, RaCaseAct act, const GError *error,
                               gpointer data);
void ra_queue_act_async(RaQueue *queue, const char *id, RaCaseAct act, gboolean force,
                        RaQueueActFunc func, gpointer data);
