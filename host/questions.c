/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/questions.h"

#include "base/error.h"
#include "base/i18n.h"

typedef struct {
    RaQuestion public;
    RaQuestions *questions;
    gint64 deadline; /* boot clock */
    guint timer;
    guint32 window; /* it was shown in; 0: none that could be guarded */
    RaQuestionFunc answered;
    gpointer data;
} Open;

struct _RaQuestions {
    guint seconds;
    gboolean bus_answers;
    const RaClock *clock;
    const RaQuestionsEvents *events;
    gpointer data;
    GPtrArray *open; /* of Open, oldest first */
    guint last_number;
    gint64 settled_at, injected_at; /* boot clock; negative: never */
    RaGuard *guard;                 /* borrowed; NULL: nothing could be seen */
    gboolean assistive;
    guint shown;     /* the question that is in sight; 0: none */
    gint64 shown_at; /* monotonic clock */
    guint32 kept;    /* what the guard keeps in sight */
};

const char *ra_question_what(RaQuestionKind kind)
{
    static const char *const names[] = {"connect", "control", "file", "voice"};
    return names[kind];
}

const char *ra_outcome_name(RaOutcome outcome)
{
    static const char *const names[] = {"yes", "no", "timeout", "gone"};
    return names[outcome];
}

static void open_free(gpointer pointer)
{
    Open *open = pointer;
    g_clear_handle_id(&open->timer, g_source_remove);
    g_variant_unref(open->public.details);
    g_free(open);
}

RaQuestions *ra_questions_new(guint seconds, gboolean bus_answers, const RaClock *clock,
                              const RaQuestionsEvents *events, gpointer data)
{
    RaQuestions *questions = g_new0(RaQuestions, 1);
    questions->seconds = seconds;
    questions->bus_answers = bus_answers;
    questions->clock = clock;
    questions->events = events;
    questions->data = data;
    questions->open = g_ptr_array_new_with_free_func(open_free);
    questions->settled_at = questions->injected_at = -1;
    return questions;
}

static void keep(RaQuestions *questions, guint32 window)
{
    if (questions->kept == window)
        return;
    questions->kept = window;
    if (questions->guard != NULL)
        questions->guard->class->keep(questions->guard, window);
}

/* What was shown is settled: its window need not stay on top, unless another waits in it. */
static void let_go(RaQuestions *questions, const Open *settled)
{
    gboolean needed = FALSE;
    if (questions->shown == settled->public.number)
        questions->shown = 0;
    for (guint i = 0; i < questions->open->len; i++)
        needed |= ((const Open *)g_ptr_array_index(questions->open, i))->window == questions->kept;
    if (!needed)
        keep(questions, 0);
}

/* Takes OPEN off the list, then tells everybody: a callback finds the question settled. */
static void settle(Open *open, RaOutcome outcome, gboolean tell_asker)
{
    RaQuestions *questions = open->questions;
    guint index = 0;
    if (!g_ptr_array_find(questions->open, open, &index))
        return;
    g_ptr_array_steal_index(questions->open, index);
    questions->settled_at = ra_clock_boot(questions->clock);
    let_go(questions, open);
    if (questions->events != NULL)
        questions->events->settled(&open->public, outcome, questions->data);
    if (tell_asker)
        open->answered(open->public.number, outcome, open->data);
    open_free(open);
}

void ra_questions_free(RaQuestions *questions)
{
    if (questions == NULL)
        return;
    while (questions->open->len > 0)
        /* settle() takes it off the list; the analyzer cannot see into GPtrArray.
         * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        settle(g_ptr_array_index(questions->open, 0), RA_OUTCOME_GONE, FALSE);
    g_ptr_array_unref(questions->open);
    g_free(questions);
}

static gboolean on_timeout(gpointer data)
{
    Open *open = data;
    open->timer = 0;
    settle(open, RA_OUTCOME_TIMEOUT, TRUE);
    return G_SOURCE_REMOVE;
}

static GVariant *with_deadline(GVariant *details, gint64 deadline)
{
    g_autoptr(GVariant) taken = g_variant_ref_sink(details);
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(taken);
    g_variant_dict_insert(&dict, "deadline", "x", deadline);
    return g_variant_ref_sink(g_variant_dict_end(&dict));
}

guint ra_questions_ask(RaQuestions *questions, RaQuestionKind kind, GVariant *details,
                       RaQuestionFunc answered, gpointer data)
{
    if (questions->open->len >= RA_QUESTIONS_OPEN_MAX) {
        g_variant_unref(g_variant_ref_sink(details));
        return 0;
    }
    Open *open = g_new0(Open, 1);
    open->questions = questions;
    open->answered = answered;
    open->data = data;
    open->deadline = ra_clock_boot(questions->clock) + (gint64)questions->seconds * G_USEC_PER_SEC;
    open->public.number = ++questions->last_number;
    open->public.kind = kind;
    open->public.details =
        with_deadline(details, ra_clock_wall(questions->clock) + questions->seconds);
    open->timer = g_timeout_add(questions->seconds * 1000, on_timeout, open);
    g_ptr_array_add(questions->open, open);
    const guint number = open->public.number;
    if (questions->events != NULL)
        questions->events->asked(&open->public, questions->data);
    return number;
}

static Open *find(RaQuestions *questions, guint number)
{
    for (guint i = 0; i < questions->open->len; i++) {
        Open *open = g_ptr_array_index(questions->open, i);
        if (open->public.number == number)
            return open;
    }
    return NULL;
}

void ra_questions_withdraw(RaQuestions *questions, guint number)
{
    Open *open = find(questions, number);
    if (open != NULL)
        settle(open, RA_OUTCOME_GONE, FALSE);
}

static gboolean within_hold(const RaQuestions *questions, gint64 moment)
{
    return moment >= 0 &&
           ra_clock_boot(questions->clock) - moment < (gint64)RA_QUESTION_HOLD_MS * 1000;
}

static gboolean is_controlled(const RaQuestions *questions)
{
    return questions->events != NULL && questions->events->controlled != NULL &&
           questions->events->controlled(questions->data);
}

/* Who cannot press a real key says so, and then it is not asked for: but while somebody else could
 * press for them. */
static gboolean trusts_injected(const RaQuestions *questions)
{
    return questions->assistive && !is_controlled(questions);
}

/* By a program that the helper left running, too. */
static gboolean was_injected(const RaQuestions *questions)
{
    if (within_hold(questions, questions->injected_at))
        return TRUE;
    const gint64 injected =
        questions->guard != NULL ? questions->guard->class->hands(questions->guard).injected : 0;
    return injected != 0 &&
           ra_clock_monotonic(questions->clock) - injected < (gint64)RA_QUESTION_HOLD_MS * 1000;
}

/* Who stops the window for a while makes what was injected look old: the last that was done has to
 * be a press of the novice's own. */
static gboolean was_injected_last(const RaQuestions *questions)
{
    if (questions->guard == NULL || trusts_injected(questions))
        return FALSE;
    const RaGuardHands hands = questions->guard->class->hands(questions->guard);
    return hands.injected > hands.real;
}

gboolean ra_questions_by_hand(const RaQuestions *questions, RaAnswerChannel channel, GError **error)
{
    if (channel == RA_ANSWER_BUS || (!was_injected(questions) && (channel != RA_ANSWER_WINDOW ||
                                                                  !was_injected_last(questions))))
        return TRUE;
    g_set_error_literal(
        error, RA_ERROR, RA_ERROR_FORBIDDEN,
        _("That came too soon after what the helper typed or clicked: do it again"));
    return FALSE;
}

static GError *not_open(guint number)
{
    return g_error_new(RA_ERROR, RA_ERROR_USAGE,
                       _("Question %u is not open: it was answered already, or its time is over."),
                       number);
}

void ra_questions_set_guard(RaQuestions *questions, RaGuard *guard, gboolean assistive)
{
    const Open *shown = find(questions, questions->shown);
    questions->guard = guard;
    questions->assistive = assistive;
    questions->kept = 0;
    if (shown != NULL)
        keep(questions, shown->window);
}

gboolean ra_questions_shown(RaQuestions *questions, guint number, guint32 window, GError **error)
{
    Open *open = find(questions, number);
    if (open == NULL) {
        g_propagate_error(error, not_open(number));
        return FALSE;
    }
    if (questions->shown == number && open->window == window)
        return TRUE;
    open->window = window;
    questions->shown = number;
    questions->shown_at = ra_clock_monotonic(questions->clock);
    keep(questions, window);
    return TRUE;
}

/* Point 3 of "When a yes counts". */
static const char *wrong_with_press(const RaGuardHands *hands, gint64 now)
{
    if (hands->real == 0 || now - hands->real > (gint64)RA_QUESTION_PRESS_MS * 1000)
        return _("Press the button again, with your own mouse or keyboard.");
    if (hands->injected != 0 && hands->injected > hands->real - (gint64)RA_QUESTION_HOLD_MS * 1000)
        return _("A program moved the pointer or pressed keys just now. "
                 "Wait a moment, and press the button again.");
    return NULL;
}

gboolean ra_questions_by_press(const RaQuestions *questions, RaAnswerChannel channel,
                               GError **error)
{
    RaGuard *guard = questions->guard;
    if (!ra_questions_by_hand(questions, channel, error))
        return FALSE;
    if (channel != RA_ANSWER_WINDOW || guard == NULL || trusts_injected(questions))
        return TRUE;
    if (!guard->class->sees(guard)) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                            _("It cannot be seen whether you pressed the button yourself."));
        return FALSE;
    }
    const RaGuardHands hands = guard->class->hands(guard);
    const char *wrong = wrong_with_press(&hands, ra_clock_monotonic(questions->clock));
    if (wrong != NULL)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_FORBIDDEN, wrong);
    return wrong == NULL;
}

/* Point 2: PRESSED is when the button was, as far as is known. */
static const char *wrong_with_sight(const RaQuestions *questions, const Open *open, gint64 pressed)
{
    gint64 since = questions->shown_at;
    if (questions->shown != open->public.number)
        return _("The question was not in sight. Read it, and press the button again.");
    if (questions->guard != NULL && open->window != 0) {
        const gint64 whole = questions->guard->class->in_sight_since(questions->guard);
        if (whole == 0)
            return _("Not all of the question can be seen. Move away what lies over it, "
                     "and press the button again.");
        since = MAX(since, whole);
    }
    if (pressed - since < (gint64)RA_QUESTION_READ_MS * 1000)
        return _("That was very quick. Read the question, and press the button again.");
    return NULL;
}

/* NULL: a yes of the window counts. */
static const char *wrong_with_window(const RaQuestions *questions, const Open *open)
{
    const gint64 now = ra_clock_monotonic(questions->clock);
    RaGuard *guard = questions->guard;
    if (guard == NULL)
        return wrong_with_sight(questions, open, now);
    if (!guard->class->sees(guard))
        return _("It cannot be seen whether you pressed the button yourself. "
                 "Press No, and let them ask once more.");
    if (trusts_injected(questions))
        return wrong_with_sight(questions, open, now);
    const RaGuardHands hands = guard->class->hands(guard);
    const char *sight = wrong_with_sight(questions, open, hands.real);
    const char *press = wrong_with_press(&hands, now);
    if (press == NULL)
        return sight;
    return questions->assistive
               ? _("Take control of your computer back first, and press the button again.")
               : press;
}

/* The same for the terminal, which may be anywhere: whose hands are at its keys cannot be seen, but
 * that a program types can. */
static const char *wrong_with_terminal(const RaQuestions *questions)
{
    RaGuard *guard = questions->guard;
    if (guard == NULL || trusts_injected(questions))
        return NULL;
    const gint64 injected = guard->class->hands(guard).injected;
    const gint64 since = ra_clock_monotonic(questions->clock) - injected;
    return injected != 0 && since < (gint64)RA_QUESTION_HOLD_MS * 1000
               ? _("A program moved the pointer or pressed keys just now. "
                   "Wait a moment, and type your answer again.")
               : NULL;
}

/* TRUE if a yes of CHANNEL is the novice's. */
static gboolean counts(const RaQuestions *questions, const Open *open, RaAnswerChannel channel,
                       GError **error)
{
    if (channel == RA_ANSWER_BUS)
        return TRUE;
    if (within_hold(questions, questions->injected_at))
        return ra_questions_by_hand(questions, channel, error);
    const char *wrong = channel == RA_ANSWER_WINDOW ? wrong_with_window(questions, open)
                                                    : wrong_with_terminal(questions);
    if (wrong != NULL)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_FORBIDDEN, wrong);
    return wrong == NULL;
}

gboolean ra_questions_answer(RaQuestions *questions, guint number, gboolean yes,
                             RaAnswerChannel channel, GError **error)
{
    if (channel == RA_ANSWER_BUS && !questions->bus_answers) {
        g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                    "answers are not taken over the bus: answer in the Remote Assistance window "
                    "or on the terminal of ra-host");
        return FALSE;
    }
    Open *open = find(questions, number);
    if (open == NULL) {
        g_propagate_error(error, not_open(number));
        return FALSE;
    }
    /* The timer does not run while the computer sleeps. */
    if (ra_clock_boot(questions->clock) >= open->deadline) {
        settle(open, RA_OUTCOME_TIMEOUT, TRUE);
        return TRUE;
    }
    if (yes && !counts(questions, open, channel, error))
        return FALSE;
    settle(open, yes ? RA_OUTCOME_YES : RA_OUTCOME_NO, TRUE);
    return TRUE;
}

gboolean ra_questions_hold_input(const RaQuestions *questions)
{
    return questions->open->len > 0 || within_hold(questions, questions->settled_at);
}

void ra_questions_injected(RaQuestions *questions)
{
    questions->injected_at = ra_clock_boot(questions->clock);
}

GVariant *ra_questions_list(const RaQuestions *questions)
{
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(usa{sv})"));
    for (guint i = 0; i < questions->open->len; i++) {
        const Open *open = g_ptr_array_index(questions->open, i);
        g_variant_builder_add(&builder, "(us@a{sv})", open->public.number,
                              ra_question_what(open->public.kind), open->public.details);
    }
    return g_variant_builder_end(&builder);
}
