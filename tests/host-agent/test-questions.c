/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/tests.h"

#include "base/error.h"
#include "host/questions.h"
#include "tests/host-agent/fakes.h"

typedef struct {
    FakeClock clock;
    RaQuestions *questions;
    guint asked, settled, answered;
    RaOutcome settled_how, answered_how;
    gboolean is_answered;
    gint64 deadline;
} Fixture;

static void on_asked(const RaQuestion *question, gpointer data)
{
    Fixture *f = data;
    f->asked++;
    g_assert_true(g_variant_lookup(question->details, "deadline", "x", &f->deadline));
}

static void on_settled(const RaQuestion *question, RaOutcome outcome, gpointer data)
{
    Fixture *f = data;
    g_assert_cmpstr(ra_question_what(question->kind), ==, "connect");
    f->settled++;
    f->settled_how = outcome;
}

static void on_answered(guint number, RaOutcome outcome, gpointer data)
{
    Fixture *f = data;
    g_assert_cmpuint(number, >, 0);
    f->answered++;
    f->answered_how = outcome;
    f->is_answered = TRUE;
}

static void set_up(Fixture *f, guint seconds, gboolean bus_answers)
{
    static const RaQuestionsEvents events = {.asked = on_asked, .settled = on_settled};
    *f = (Fixture){0};
    fake_clock_init(&f->clock);
    f->questions = ra_questions_new(seconds, bus_answers, &f->clock.clock, &events, f);
}

static guint ask(Fixture *f)
{
    return ra_questions_ask(f->questions, RA_QUESTION_CONNECT, g_variant_new("a{sv}", NULL),
                            on_answered, f);
}

/* Who may answer, and what comes of it. */
static void test_channels(void)
{
    static const struct {
        RaAnswerChannel channel;
        gboolean bus_answers, yes, taken;
        RaOutcome outcome;
    } cases[] = {
        {RA_ANSWER_WINDOW, FALSE, TRUE, TRUE, RA_OUTCOME_YES},
        {RA_ANSWER_WINDOW, FALSE, FALSE, TRUE, RA_OUTCOME_NO},
        {RA_ANSWER_TERMINAL, FALSE, TRUE, TRUE, RA_OUTCOME_YES},
        {RA_ANSWER_TERMINAL, FALSE, FALSE, TRUE, RA_OUTCOME_NO},
        {RA_ANSWER_BUS, FALSE, TRUE, FALSE, 0},
        {RA_ANSWER_BUS, FALSE, FALSE, FALSE, 0},
        {RA_ANSWER_BUS, TRUE, TRUE, TRUE, RA_OUTCOME_YES},
        {RA_ANSWER_BUS, TRUE, FALSE, TRUE, RA_OUTCOME_NO},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Fixture f;
        set_up(&f, 60, cases[i].bus_answers);
        const guint number = ask(&f);
        g_assert_cmpuint(f.asked, ==, 1);
        g_assert_cmpint(f.deadline, ==, f.clock.wall + 60);
        g_assert_cmpint(
            ra_questions_answer(f.questions, number, cases[i].yes, cases[i].channel, &error), ==,
            cases[i].taken);
        if (cases[i].taken) {
            g_assert_no_error(error);
            g_assert_cmpint(f.answered_how, ==, cases[i].outcome);
            g_assert_cmpint(f.settled_how, ==, cases[i].outcome);
            g_assert_cmpuint(f.answered, ==, 1);
            g_assert_cmpuint(f.settled, ==, 1);
        } else {
            g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
            g_assert_cmpuint(f.answered + f.settled, ==, 0);
        }
        ra_questions_free(f.questions);
        g_assert_cmpuint(f.settled, ==, 1);
        g_assert_cmpuint(f.answered, ==, cases[i].taken ? 1 : 0);
    }
}

static void test_never_twice(void)
{
    g_autoptr(GError) error = NULL;
    Fixture f;
    set_up(&f, 60, FALSE);
    const guint first = ask(&f);
    g_assert_true(ra_questions_answer(f.questions, first, FALSE, RA_ANSWER_WINDOW, NULL));
    g_assert_false(ra_questions_answer(f.questions, first, TRUE, RA_ANSWER_WINDOW, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_cmpint(f.answered_how, ==, RA_OUTCOME_NO);
    g_assert_cmpuint(f.answered, ==, 1);
    g_assert_cmpuint(f.settled, ==, 1);

    const guint second = ask(&f);
    g_assert_cmpuint(second, !=, first);
    ra_questions_withdraw(f.questions, second);
    ra_questions_withdraw(f.questions, second);
    g_assert_cmpint(f.settled_how, ==, RA_OUTCOME_GONE);
    g_assert_cmpuint(f.settled, ==, 2);
    g_assert_cmpuint(f.answered, ==, 1); /* who withdraws is not told */
    g_assert_false(ra_questions_answer(f.questions, second, TRUE, RA_ANSWER_WINDOW, NULL));
    g_assert_false(ra_questions_answer(f.questions, 0, TRUE, RA_ANSWER_WINDOW, NULL));
    g_assert_false(ra_questions_answer(f.questions, second + 1, TRUE, RA_ANSWER_WINDOW, NULL));
    ra_questions_free(f.questions);
}

static void test_silence(void)
{
    Fixture f;
    set_up(&f, 1, FALSE);
    const guint number = ask(&f);
    fake_wait(&f.is_answered);
    g_assert_cmpint(f.answered_how, ==, RA_OUTCOME_TIMEOUT);
    g_assert_cmpint(f.settled_how, ==, RA_OUTCOME_TIMEOUT);
    g_assert_false(ra_questions_answer(f.questions, number, TRUE, RA_ANSWER_WINDOW, NULL));
    ra_questions_free(f.questions);
}

/* A yes after a night in suspend, in which the timer stood still, is too late. */
static void test_suspend(void)
{
    Fixture f;
    set_up(&f, 60, FALSE);
    guint number = ask(&f);
    fake_clock_pass(&f.clock, 59);
    g_assert_true(ra_questions_answer(f.questions, number, TRUE, RA_ANSWER_WINDOW, NULL));
    g_assert_cmpint(f.answered_how, ==, RA_OUTCOME_YES);
    number = ask(&f);
    f.clock.boot += 60 * (gint64)G_USEC_PER_SEC;
    g_assert_true(ra_questions_answer(f.questions, number, TRUE, RA_ANSWER_WINDOW, NULL));
    g_assert_cmpint(f.answered_how, ==, RA_OUTCOME_TIMEOUT);
    ra_questions_free(f.questions);
}

static void test_hold(void)
{
    g_autoptr(GError) error = NULL;
    Fixture f;
    set_up(&f, 60, FALSE);
    g_assert_false(ra_questions_hold_input(f.questions));
    guint number = ask(&f);
    g_assert_true(ra_questions_hold_input(f.questions));
    g_assert_true(ra_questions_answer(f.questions, number, TRUE, RA_ANSWER_WINDOW, NULL));
    f.clock.boot += 499 * 1000;
    g_assert_true(ra_questions_hold_input(f.questions));
    f.clock.boot += 1000;
    g_assert_false(ra_questions_hold_input(f.questions));

    /* What was typed just before the question does not answer it. */
    ra_questions_injected(f.questions);
    number = ask(&f);
    f.clock.boot += 499 * 1000;
    g_assert_false(ra_questions_answer(f.questions, number, TRUE, RA_ANSWER_TERMINAL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
    g_assert_cmpuint(f.answered, ==, 1);
    f.clock.boot += 1000;
    g_assert_true(ra_questions_answer(f.questions, number, TRUE, RA_ANSWER_TERMINAL, NULL));
    g_assert_cmpuint(f.answered, ==, 2);
    ra_questions_free(f.questions);
}

static void test_many(void)
{
    Fixture f;
    set_up(&f, 60, FALSE);
    for (guint i = 0; i < RA_QUESTIONS_OPEN_MAX; i++)
        g_assert_cmpuint(ask(&f), !=, 0);
    g_assert_cmpuint(ask(&f), ==, 0);
    g_autoptr(GVariant) list = g_variant_ref_sink(ra_questions_list(f.questions));
    g_assert_cmpuint(g_variant_n_children(list), ==, RA_QUESTIONS_OPEN_MAX);
    ra_questions_free(f.questions);
    g_assert_cmpuint(f.settled, ==, RA_QUESTIONS_OPEN_MAX);
    g_assert_cmpint(f.settled_how, ==, RA_OUTCOME_GONE);
    g_assert_cmpuint(f.answered, ==, 0);
}

void add_questions_tests(void)
{
    g_test_add_func("/host/questions/channels", test_channels);
    g_test_add_func("/host/questions/never-twice", test_never_twice);
    g_test_add_func("/host/questions/silence", test_silence);
    g_test_add_func("/host/questions/suspend", test_suspend);
    g_test_add_func("/host/questions/hold", test_hold);
    g_test_add_func("/host/questions/many", test_many);
}
