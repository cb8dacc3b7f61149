/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The questions that are open to the novice, and who may answer them (doc/HACKING.md, rules 1
 * and 3 of a session). Silence, a deadline that passed, a helper who left and any error all mean
 * no. A question is settled once; nothing that was injected settles one.
 */
#pragma once

#include "host/clock.h"
#include "host/guard.h"

#include <glib.h>

enum {
    RA_QUESTION_SECONDS = 60,    /* until silence is a no */
    RA_QUESTION_HOLD_MS = 500,   /* input is held that long after a question was settled, and a
                                    question that long after the last injected event */
    RA_QUESTIONS_OPEN_MAX = 16,  /* more are refused unasked */
    RA_QUESTION_READ_MS = 1000,  /* a window's yes is not taken before it was in sight that long */
    RA_QUESTION_PRESS_MS = 2000, /* nor that long after the last real press */
};

typedef enum {
    RA_QUESTION_CONNECT,
    RA_QUESTION_CONTROL,
    RA_QUESTION_FILE,
    RA_QUESTION_VOICE,
} RaQuestionKind;

typedef enum {
    RA_OUTCOME_YES,
    RA_OUTCOME_NO,
    RA_OUTCOME_TIMEOUT,
    RA_OUTCOME_GONE, /* nobody waits for the answer any more */
} RaOutcome;

/* Where an answer came from. */
typedef enum {
    RA_ANSWER_WINDOW,   /* the consent window's private socket */
    RA_ANSWER_TERMINAL, /* ra-host --terminal */
    RA_ANSWER_BUS,      /* anybody on the session bus: only with bus_answers */
} RaAnswerChannel;

typedef struct {
    guint number; /* from 1, never used twice */
    RaQuestionKind kind;
    GVariant *details; /* a{sv}, text in it safe to show; with the deadline x */
} RaQuestion;

typedef struct _RaQuestions RaQuestions;

typedef struct {
    void (*asked)(const RaQuestion *question, gpointer data);
    void (*settled)(const RaQuestion *question, RaOutcome outcome, gpointer data);
    /* TRUE while a helper has control. NULL: never. */
    gboolean (*controlled)(gpointer data);
} RaQuestionsEvents;

/* Tells the one who asked. Called once, unless the question was withdrawn. */
typedef void (*RaQuestionFunc)(guint number, RaOutcome outcome, gpointer data);

/* SECONDS until silence is a no. BUS_ANSWERS: take RA_ANSWER_BUS too (tests, demo). CLOCK and
 * EVENTS must outlive the questions. */
RaQuestions *ra_questions_new(guint seconds, gboolean bus_answers, const RaClock *clock,
                              const RaQuestionsEvents *events, gpointer data);
/* Open questions are settled as gone: their askers are not told. */
void ra_questions_free(RaQuestions *questions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaQuestions, ra_questions_free)

/* What sees the novice's hands and the window; borrowed until it is set again. NULL, as at first:
 * there is nothing that could be seen. ASSISTIVE: real presses are asked for only while a helper
 * has control (Session.AssistiveInput). */
void ra_questions_set_guard(RaQuestions *questions, RaGuard *guard, gboolean assistive);
/* NUMBER is in sight, in WINDOW (0: none that could be guarded), and no other question is: one is
 * shown at a time. RA_ERROR_USAGE for a question that is not open. */
gboolean ra_questions_shown(RaQuestions *questions, guint number, guint32 window, GError **error);
/* DETAILS: a{sv}, taken if floating. 0 where too many are open: that is a no. ANSWERED is called
 * later, never from here. */
guint ra_questions_ask(RaQuestions *questions, RaQuestionKind kind, GVariant *details,
                       RaQuestionFunc answered, gpointer data);
/* The asker does not want to know any more; NUMBER 0 or settled already is fine. */
void ra_questions_withdraw(RaQuestions *questions, guint number);
/* RA_ERROR_USAGE for a question that is not open; RA_ERROR_FORBIDDEN for a channel that may not
 * answer; for a yes that came so soon after injected input that the helper may have given it; for a
 * yes of RA_ANSWER_WINDOW also where doc/NOVICE.md, "When a yes counts", does not hold. The
 * question stays open, and the message tells the novice what to do. */
gboolean ra_questions_answer(RaQuestions *questions, guint number, gboolean yes,
                             RaAnswerChannel channel, GError **error);

/* TRUE while no input may be injected: a question is open, or was less than half a second ago. */
gboolean ra_questions_hold_input(const RaQuestions *questions);
/* To be called for every event that is injected. */
void ra_questions_injected(RaQuestions *questions);
/* For what a person does that gives the helper something: RA_ERROR_FORBIDDEN so soon after injected
 * input that the helper may have done it, and in the window where no real press was seen since.
 * Over the bus always TRUE. */
gboolean ra_questions_by_hand(const RaQuestions *questions, RaAnswerChannel channel,
                              GError **error);
/* The same for a button that does it at once: in the window a real press has to have been seen just
 * before, since the accessibility bus presses buttons and injects nothing. */
gboolean ra_questions_by_press(const RaQuestions *questions, RaAnswerChannel channel,
                               GError **error);

/* "connect", "control", "file", "voice"; "yes", "no", "timeout", "gone". */
const char *ra_question_what(RaQuestionKind kind);
const char *ra_outcome_name(RaOutcome outcome);
/* Those open now, oldest first: a(usa{sv}), floating. */
GVariant *ra_questions_list(const RaQuestions *questions);
