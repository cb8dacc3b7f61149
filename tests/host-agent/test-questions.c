/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/tests.h"

#include "base/error.h"
#include "host/questions.h"
#include "tests/host-agent/fakes.h"
#include "tests/host-agent/memory-guard.h"
#include "tests/host-agent/stage.h"

typedef struct {
    FakeClock clock;
    RaQuestions *questions;
    guint asked, settled, answered;
    RaOutcome settled_how, answered_how;
    gboolean is_answered, controlled;
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

static gboolean on_controlled(gpointer data)
{
    return ((const Fixture *)data)->controlled;
}

static void set_up(Fixture *f, guint seconds, gboolean bus_answers)
{
    static const RaQuestionsEvents events = {
        .asked = on_asked, .settled = on_settled, .controlled = on_controlled};
    *f = (Fixture){0};
    fake_clock_init(&f->clock);
    f->questions = ra_questions_new(seconds, bus_answers, &f->clock.clock, &events, f);
}

static guint ask(Fixture *f)
{
    return ra_questions_ask(f->questions, RA_QUESTION_CONNECT, g_variant_new("a{sv}", NULL),
                            on_answered, f);
}

/* In sight of a person for as long as they need to read it. */
static void show(Fixture *f, guint number, guint32 window)
{
    g_assert_true(ra_questions_shown(f->questions, number, window, NULL));
    f->clock.boot += RA_QUESTION_READ_MS * 1000;
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
        show(&f, number, 0);
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
    fake_clock_pass(&f.clock, 58);
    show(&f, number, 0);
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
    g_assert_true(ra_questions_answer(f.questions, number, TRUE, RA_ANSWER_TERMINAL, NULL));
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

/* Milliseconds before the answer; NEVER. */
enum { NEVER = -1, WINDOW = 77 };

typedef struct {
    const char *what;
    int shown, sight, real, injected; /* by others */
    int ours;                         /* injected by us */
    gboolean assistive, controlled, blind;
    const char *refused; /* in the message; NULL: a yes counts */
} YesCase;

static gint64 moment(const Fixture *f, int before)
{
    return before == NEVER ? 0 : f->clock.boot - before * 1000;
}

/* A refusal leaves the question open, and a no settles it whatever else holds. */
static void check_yes(const YesCase *it, gboolean guarded, guint32 window, RaAnswerChannel channel)
{
    g_autoptr(GError) error = NULL;
    RaMemoryGuard guard;
    Fixture f;
    g_test_message("%s", it->what);
    set_up(&f, 60, FALSE);
    memory_guard_init(&guard);
    guard.blind = it->blind;
    f.controlled = it->controlled;
    if (guarded)
        ra_questions_set_guard(f.questions, &guard.guard, it->assistive);
    const guint number = ask(&f);
    const gint64 answer = f.clock.boot + 20 * (gint64)G_USEC_PER_SEC;
    if (it->shown != NEVER) {
        f.clock.boot = answer - it->shown * 1000;
        g_assert_true(ra_questions_shown(f.questions, number, window, NULL));
    }
    if (it->ours != NEVER) {
        f.clock.boot = answer - it->ours * 1000;
        ra_questions_injected(f.questions);
    }
    f.clock.boot = answer;
    guard.in_sight_since = moment(&f, it->sight);
    guard.hands = (RaGuardHands){moment(&f, it->real), moment(&f, it->injected)};
    const gboolean taken = ra_questions_answer(f.questions, number, TRUE, channel, &error);
    g_assert_cmpint(taken, ==, it->refused == NULL);
    if (it->refused != NULL) {
        g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, it->refused));
        g_assert_cmpuint(f.answered + f.settled, ==, 0);
        g_assert_true(ra_questions_answer(f.questions, number, FALSE, channel, NULL));
    }
    g_assert_cmpint(f.answered_how, ==, it->refused == NULL ? RA_OUTCOME_YES : RA_OUTCOME_NO);
    g_assert_cmpuint(guard.kept, ==, 0);
    ra_questions_free(f.questions);
}

static void test_yes(void)
{
    static const char sight[] = "Not all of the question", quick[] = "very quick",
                      press[] = "your own mouse", program[] = "A program moved",
                      ours[] = "what the helper typed", take_back[] = "Take control";
    static const YesCase cases[] = {
        {"in order", 3000, 3000, 50, NEVER, NEVER, .refused = NULL},
        {"just so", 3000, 3000, 2000, 2500, 500, .refused = NULL},
        {"never shown", NEVER, 3000, 50, NEVER, NEVER, .refused = "was not in sight"},
        {"shown after the press", 40, 3000, 50, NEVER, NEVER, .refused = quick},
        {"shown, and pressed before it was read", 1049, 3000, 50, NEVER, NEVER, .refused = quick},
        {"read long enough", 1050, 3000, 50, NEVER, NEVER, .refused = NULL},
        {"covered", 3000, NEVER, 50, NEVER, NEVER, .refused = sight},
        {"covered a moment ago", 3000, 1049, 50, NEVER, NEVER, .refused = quick},
        {"uncovered before it was read", 3000, 1050, 50, NEVER, NEVER, .refused = NULL},
        {"covered when it was pressed", 9000, 1900, 2000, NEVER, NEVER, .refused = quick},
        {"nobody pressed", 3000, 3000, NEVER, NEVER, NEVER, .refused = press},
        {"pressed long ago", 9000, 9000, 2001, NEVER, NEVER, .refused = press},
        {"injected, and no press", 3000, 3000, NEVER, 10, NEVER, .refused = press},
        {"injected after the press", 3000, 3000, 50, 10, NEVER, .refused = program},
        {"injected with the press", 3000, 3000, 50, 50, NEVER, .refused = program},
        {"injected just before the press", 3000, 3000, 50, 549, NEVER, .refused = program},
        {"injected before", 3000, 3000, 50, 550, NEVER, .refused = NULL},
        {"the helper's input", 3000, 3000, 50, NEVER, 499, .refused = ours},
        {"while they control", 3000, 3000, 50, NEVER, NEVER, .controlled = TRUE, .refused = NULL},
        {"nothing can be seen", 3000, 3000, 50, NEVER, NEVER, .blind = TRUE,
         .refused = "cannot be seen"},
        {"switches", 3000, 3000, NEVER, 10, NEVER, .assistive = TRUE, .refused = NULL},
        {"switches, too quick", 999, 3000, NEVER, 10, NEVER, .assistive = TRUE, .refused = quick},
        {"switches, covered", 3000, NEVER, NEVER, 10, NEVER, .assistive = TRUE, .refused = sight},
        {"switches, uncovered now", 3000, 999, NEVER, 10, NEVER, .assistive = TRUE,
         .refused = quick},
        {"switches, the helper's", 3000, 3000, NEVER, 10, 499, .assistive = TRUE, .refused = ours},
        {"switches, in control", 3000, 3000, NEVER, 10, NEVER, .assistive = TRUE,
         .controlled = TRUE, .refused = take_back},
        {"switches, but a real key, in control", 3000, 3000, 50, NEVER, NEVER, .assistive = TRUE,
         .controlled = TRUE, .refused = NULL},
        {"switches, nothing can be seen", 3000, 3000, 50, NEVER, NEVER, .assistive = TRUE,
         .blind = TRUE, .refused = "cannot be seen"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_yes(&cases[i], TRUE, WINDOW, RA_ANSWER_WINDOW);
}

/* Where no window can be looked at, and where there is nothing to look with. */
static void test_yes_elsewhere(void)
{
    static const struct {
        YesCase it;
        gboolean guarded;
        RaAnswerChannel channel;
    } cases[] = {
        {{"no window, pressed", 3000, NEVER, 50, NEVER, NEVER}, TRUE, RA_ANSWER_WINDOW},
        {{"no window, injected", 3000, NEVER, 50, 10, NEVER, .refused = "A program"},
         TRUE,
         RA_ANSWER_WINDOW},
        {{"no guard", 1000, NEVER, NEVER, NEVER, NEVER}, FALSE, RA_ANSWER_WINDOW},
        {{"no guard, too quick", 999, NEVER, NEVER, NEVER, NEVER, .refused = "very quick"},
         FALSE,
         RA_ANSWER_WINDOW},
        {{"no guard, never shown", NEVER, NEVER, NEVER, NEVER, NEVER, .refused = "not in sight"},
         FALSE,
         RA_ANSWER_WINDOW},
        {{"terminal", NEVER, NEVER, NEVER, 500, NEVER}, TRUE, RA_ANSWER_TERMINAL},
        {{"terminal, typed by a program", NEVER, NEVER, NEVER, 499, NEVER, .refused = "A program"},
         TRUE,
         RA_ANSWER_TERMINAL},
        {{"terminal, switches", NEVER, NEVER, NEVER, 10, NEVER, .assistive = TRUE},
         TRUE,
         RA_ANSWER_TERMINAL},
        {{"terminal, switches, in control", NEVER, NEVER, NEVER, 10, NEVER, .assistive = TRUE,
          .controlled = TRUE, .refused = "A program"},
         TRUE,
         RA_ANSWER_TERMINAL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_yes(&cases[i].it, cases[i].guarded, 0, cases[i].channel);
}

/* What gives the helper something besides a yes. */
static void test_by_hand(void)
{
    static const struct {
        const char *what;
        int real, injected; /* milliseconds before */
        RaAnswerChannel channel;
        gboolean assistive, controlled, taken;
    } cases[] = {
        {"nothing was injected", NEVER, NEVER, RA_ANSWER_WINDOW, .taken = TRUE},
        {"injected just now", 600, 499, RA_ANSWER_WINDOW},
        {"injected, and pressed within the half second", 10, 499, RA_ANSWER_WINDOW},
        {"injected, and pressed", 10, 500, RA_ANSWER_WINDOW, .taken = TRUE},
        {"injected long ago, and not pressed since", 5000, 4000, RA_ANSWER_WINDOW},
        {"injected, and never pressed", NEVER, 4000, RA_ANSWER_WINDOW},
        {"the same on a terminal", NEVER, 4000, RA_ANSWER_TERMINAL, .taken = TRUE},
        {"on a terminal just now", NEVER, 499, RA_ANSWER_TERMINAL},
        {"who cannot but inject", NEVER, 500, RA_ANSWER_WINDOW, .assistive = TRUE, .taken = TRUE},
        {"they, just now", NEVER, 499, RA_ANSWER_WINDOW, .assistive = TRUE},
        {"they, controlled", NEVER, 500, RA_ANSWER_WINDOW, .assistive = TRUE, .controlled = TRUE},
        {"over the bus", NEVER, 10, RA_ANSWER_BUS, .taken = TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        RaMemoryGuard guard;
        Fixture f;
        g_test_message("%s", cases[i].what);
        set_up(&f, 60, TRUE);
        memory_guard_init(&guard);
        f.controlled = cases[i].controlled;
        guard.hands = (RaGuardHands){moment(&f, cases[i].real), moment(&f, cases[i].injected)};
        ra_questions_set_guard(f.questions, &guard.guard, cases[i].assistive);
        g_assert_cmpint(ra_questions_by_hand(f.questions, cases[i].channel, &error), ==,
                        cases[i].taken);
        g_assert_cmpint(error == NULL, ==, cases[i].taken);
        ra_questions_free(f.questions);
    }
}

/* One question is in sight at a time; what stays on top is the window of one that is open. */
static void test_shown(void)
{
    g_autoptr(GError) error = NULL;
    RaMemoryGuard guard, other;
    Fixture f;
    set_up(&f, 60, FALSE);
    memory_guard_init(&guard);
    memory_guard_init(&other);
    g_assert_false(ra_questions_shown(f.questions, 1, WINDOW, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    const guint first = ask(&f), second = ask(&f), third = ask(&f);
    show(&f, first, WINDOW); /* before there is a guard */
    ra_questions_set_guard(f.questions, &guard.guard, TRUE);
    g_assert_cmpuint(guard.kept, ==, WINDOW);
    guard.in_sight_since = 1;
    show(&f, first, WINDOW); /* said again: nothing begins anew */
    g_assert_cmpuint(guard.keeps, ==, 1);
    show(&f, second, WINDOW);
    g_assert_cmpuint(guard.keeps, ==, 1);
    g_assert_false(ra_questions_answer(f.questions, first, TRUE, RA_ANSWER_WINDOW, NULL));
    g_assert_true(ra_questions_answer(f.questions, second, TRUE, RA_ANSWER_WINDOW, NULL));
    g_assert_cmpuint(guard.kept, ==, WINDOW); /* the first waits in it */
    g_assert_false(ra_questions_answer(f.questions, first, TRUE, RA_ANSWER_WINDOW, NULL));
    ra_questions_withdraw(f.questions, first);
    g_assert_cmpuint(guard.kept, ==, 0);
    g_assert_cmpuint(guard.keeps, ==, 2);
    /* Another window: as if it had never been shown. */
    show(&f, third, WINDOW);
    g_assert_true(ra_questions_shown(f.questions, third, WINDOW + 1, NULL));
    g_assert_cmpuint(guard.kept, ==, WINDOW + 1);
    g_assert_false(ra_questions_answer(f.questions, third, TRUE, RA_ANSWER_WINDOW, NULL));
    ra_questions_set_guard(f.questions, &other.guard, TRUE);
    g_assert_cmpuint(other.kept, ==, WINDOW + 1);
    ra_questions_free(f.questions);
    g_assert_cmpuint(other.kept, ==, 0);
}

static RaMemoryGuard *next_guard;

static RaGuard *make_guard(gpointer data, GError **error)
{
    (void)data;
    if (next_guard == NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "nothing can be seen");
    return next_guard != NULL ? &next_guard->guard : NULL;
}

/* The agent has a guard while it asks; where there should be one and is not, no yes counts. */
static void check_agent(RaMemoryGuard *guard, const char *settings, gboolean counts)
{
    Stage stage;
    next_guard = guard;
    stage_init(&stage, settings);
    stage.desktop.desktop.guard = make_guard;
    stage_start(&stage);
    RaQuestions *questions = ra_agent_questions(stage.agent);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    (void)stage_helper(&stage, id, "Hanna");
    g_assert_true(ra_questions_shown(questions, stage.question, WINDOW, NULL));
    g_usleep(RA_QUESTION_READ_MS * 1000);
    if (guard != NULL) {
        g_assert_cmpuint(guard->kept, ==, WINDOW);
        guard->in_sight_since = 1;
    }
    g_assert_cmpint(ra_questions_answer(questions, stage.question, TRUE, RA_ANSWER_WINDOW, NULL),
                    ==, counts);
    if (!counts)
        g_assert_true(
            ra_questions_answer(questions, stage.question, FALSE, RA_ANSWER_WINDOW, NULL));
    if (guard != NULL) {
        g_assert_cmpuint(guard->kept, ==, 0);
        g_assert_cmpuint(guard->frees, ==, 1);
    }
    stage_clear(&stage);
}

static void test_agent(void)
{
    RaMemoryGuard guard;
    memory_guard_init(&guard);
    check_agent(&guard, "", FALSE); /* nobody pressed anything */
    memory_guard_init(&guard);
    check_agent(&guard, "[Session]\nAssistiveInput=true\n", TRUE);
    check_agent(NULL, "[Session]\nAssistiveInput=true\n", FALSE);
}

void add_questions_tests(void)
{
    g_test_add_func("/host/questions/yes", test_yes);
    g_test_add_func("/host/questions/yes-elsewhere", test_yes_elsewhere);
    g_test_add_func("/host/questions/shown", test_shown);
    g_test_add_func("/host/questions/agent", test_agent);
    g_test_add_func("/host/questions/channels", test_channels);
    g_test_add_func("/host/questions/never-twice", test_never_twice);
    g_test_add_func("/host/questions/silence", test_silence);
    g_test_add_func("/host/questions/suspend", test_suspend);
    g_test_add_func("/host/questions/hold", test_hold);
    g_test_add_func("/host/questions/by-hand", test_by_hand);
    g_test_add_func("/host/questions/many", test_many);
}
