/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/questions.h"

#include "base/error.h"

typedef struct {
    RaQuestion public;
    RaQuestions *questions;
    gint64 deadline; /* boot clock */
    guint timer;
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

/* Takes OPEN off the list, then tells everybody: a callback finds the question settled. */
static void settle(Open *open, RaOutcome outcome, gboolean tell_asker)
{
    RaQuestions *questions = open->questions;
    guint index = 0;
    if (!g_ptr_array_find(questions->open, open, &index))
        return;
    g_ptr_array_steal_index(questions->open, index);
    questions->settled_at = ra_clock_boot(questions->clock);
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

gboolean ra_questions_by_hand(const RaQuestions *questions, GError **error)
{
    if (!within_hold(questions, questions->injected_at))
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                "that came too soon after what the helper typed or clicked: do it again");
    return FALSE;
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
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "question %u is not open: it was answered already, or its time is over",
                    number);
        return FALSE;
    }
    if (channel != RA_ANSWER_BUS && !ra_questions_by_hand(questions, error))
        return FALSE;
    /* The timer does not run while the computer sleeps. */
    if (ra_clock_boot(questions->clock) >= open->deadline)
        settle(open, RA_OUTCOME_TIMEOUT, TRUE);
    else
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
