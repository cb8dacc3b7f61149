/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the program ra-inbox: they print and ask. */
#pragma once

#include "mailer/inbox/plan.h"
#include "mailer/inbox/report.h"

typedef struct {
    RaInboxOptions options;
    RaInboxPlan *plan;
    RaQueue *queue; /* NULL for commands that make their own */
    char *id;       /* the case that is meant; NULL for commands that need none */
    RaInboxResult result;
    GPtrArray *cases;
    char *taken_from;
    gboolean reported; /* nothing is to be printed under --json any more */
} RaInboxRun;

void ra_inbox_warn(const char *text);
/* For a person: nothing of it under --json. */
void ra_inbox_say(const RaInboxRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Says what became of the case: "BEFORE 12 of Jo Novice <jo@example.org>AFTER." */
void ra_inbox_say_case(const RaInboxRun *run, const char *before, const char *after);
/* Finds the case that is meant, and does WHAT to it. */
gboolean ra_inbox_act(RaInboxRun *run, RaCaseAct what, GError **error);
/* Takes the case's present state into the result. */
void ra_inbox_look_again(RaInboxRun *run, const char *id);
/* Tells the novice, where that is wanted. What was done stays done where it fails. */
gboolean ra_inbox_tell(RaInboxRun *run, RaCaseEvent event, GError **error);

/* The commands "open" and "watch". */
gboolean ra_inbox_open(RaInboxRun *run, GError **error);
gboolean ra_inbox_watch(RaInboxRun *run, GError **error);
