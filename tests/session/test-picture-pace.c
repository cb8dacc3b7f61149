/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pace of updates over links that are only reckoned: what they carry, and what waits. */
#include "session/picture-pace.h"

#include <glib.h>

enum { STEP_US = 100, FLYING_MAX = 64 };

/* A link: bytes leave it RATE a second, arrive half of DELAY later, and so does the answer. */
typedef struct {
    guint64 rate; /* bytes a second */
    gint64 delay; /* microseconds, there and back, without any queue */
} Link;

typedef struct {
    guint64 carried;   /* bytes */
    gint64 worst_wait; /* microseconds in the queue before the link, of the second half */
    guint updates;
} Result;

/* SECONDS of updates of up to SIZE bytes (0: the budget), one each EVERY microseconds (0: as soon
 * as it may). */
static Result run(const Link *link, gsize size, gint64 every, guint seconds)
{
    RaPicturePace pace = {0};
    Result result = {0};
    gint64 answers[FLYING_MAX];
    guint first = 0, n = 0;
    gint64 free_at = 0, next = 0;
    const gint64 end = seconds * (gint64)G_USEC_PER_SEC;
    for (gint64 now = 1; now < end; now += STEP_US) {
        for (; n > 0 && answers[first] <= now; first = (first + 1) % FLYING_MAX, n--)
            ra_picture_pace_taken(&pace, now);
        if (now < next || !ra_picture_pace_may_send(&pace))
            continue;
        const gsize bytes = size > 0 ? size : ra_picture_pace_budget(&pace);
        const gint64 start = MAX(now, free_at);
        free_at = start + (gint64)(bytes * G_USEC_PER_SEC / link->rate);
        if (now > end / 2)
            result.worst_wait = MAX(result.worst_wait, start - now);
        ra_picture_pace_sent(&pace, bytes, size == 0, now);
        g_assert_cmpuint(n, <, FLYING_MAX);
        answers[(first + n++) % FLYING_MAX] = free_at + link->delay;
        next = now + every;
        result.carried += bytes;
        result.updates++;
    }
    return result;
}

/* As much as there is to send: the link is used, and what waits before it is bounded. */
static void test_bulk(void)
{
    static const struct {
        const char *name;
        Link link;
        guint least_percent; /* of what it could carry */
        guint wait_ms;       /* at most */
    } cases[] = {
        {"1 Mbit/s, 50 ms", {125000, 50000}, 85, 80},
        {"1 Mbit/s, 100 ms", {125000, 100000}, 85, 80},
        {"20 Mbit/s, 40 ms", {2500000, 40000}, 85, 60},
        {"100 Mbit/s, 5 ms", {12500000, 5000}, 85, 50},
        {"1 Gbit/s, 1 ms", {125000000, 1000}, 80, 40},
        {"100 Mbit/s, 100 ms", {12500000, 100000}, 60, 60},
        {"8 Mbit/s, 300 ms", {1000000, 300000}, 60, 150},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Result r = run(&cases[i].link, 0, 0, 10);
        const guint percent = (guint)(r.carried * 100 / (cases[i].link.rate * 10));
        g_test_message("%s: %u %% carried, at most %u ms waiting, %u updates", cases[i].name,
                       percent, (guint)(r.worst_wait / 1000), r.updates);
        g_assert_cmpuint(percent, >=, cases[i].least_percent);
        g_assert_cmpint(r.worst_wait / 1000, <=, cases[i].wait_ms);
    }
}

/* Small updates, sixty a second, on a long way: none waits for an answer. */
static void test_typing(void)
{
    const Link link = {2500000, 150000};
    const Result r = run(&link, 800, 16000, 5);
    g_test_message("%u updates", r.updates);
    g_assert_cmpuint(r.updates, >, 280);
}

/* The rate falls to a hundredth: the pace follows within seconds. */
static void test_slower(void)
{
    RaPicturePace pace = {0};
    gint64 now = 1;
    for (guint i = 0; i < 50; i++) {
        const gsize bytes = ra_picture_pace_budget(&pace);
        ra_picture_pace_sent(&pace, bytes, TRUE, now);
        now += 1000 + (gint64)(bytes / 12); /* 12 MB/s */
        ra_picture_pace_taken(&pace, now);
    }
    g_assert_cmpuint(ra_picture_pace_budget(&pace), >, 100000);
    for (guint i = 0; i < RA_PICTURE_PACE_SAMPLES; i++) {
        const gsize bytes = ra_picture_pace_budget(&pace);
        ra_picture_pace_sent(&pace, bytes, TRUE, now);
        now += 1000 + (gint64)bytes * 8; /* 125 kB/s */
        ra_picture_pace_taken(&pace, now);
    }
    g_assert_cmpuint(ra_picture_pace_budget(&pace), ==, RA_PICTURE_PACE_BUDGET_MIN);
}

static void test_limits(void)
{
    RaPicturePace pace = {0};
    ra_picture_pace_taken(&pace, 5); /* nobody sent anything */
    g_assert_cmpuint(pace.n + pace.flying + pace.taken, ==, 0);
    g_assert_cmpuint(ra_picture_pace_budget(&pace), ==, RA_PICTURE_PACE_BUDGET_FIRST);
    for (guint i = 0; i < RA_PICTURE_PACE_UPDATES_MAX + 5; i++)
        ra_picture_pace_sent(&pace, 0, FALSE, 10); /* at the same instant, nothing in them */
    g_assert_cmpuint(pace.n, ==, RA_PICTURE_PACE_UPDATES_MAX);
    g_assert_false(ra_picture_pace_may_send(&pace));
    for (guint i = 0; i < RA_PICTURE_PACE_UPDATES_MAX + 5; i++)
        ra_picture_pace_taken(&pace, 10);
    g_assert_cmpuint(pace.n, ==, 0);
    g_assert_true(ra_picture_pace_may_send(&pace));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/picture-pace/bulk", test_bulk);
    g_test_add_func("/session/picture-pace/typing", test_typing);
    g_test_add_func("/session/picture-pace/slower", test_slower);
    g_test_add_func("/session/picture-pace/limits", test_limits);
    return g_test_run();
}
