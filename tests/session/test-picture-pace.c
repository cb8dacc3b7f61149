/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pace of updates over links that are only reckoned: what they carry, and what waits. */
#include "session/picture-pace.h"

#include <glib.h>
#include <stdlib.h>

enum {
    STEP_US = 100,
    FLYING_MAX = 2 * RA_PICTURE_PACE_UPDATES_MAX,
    PACKET = 1448,         /* bytes */
    PRESS_US = 137 * 1000, /* a key is pressed so often */
    PRESSES_MAX = 1000,
};

/* A link: bytes leave it RATE a second, arrive half of DELAY later, and so does the answer. Of
 * LOSS packets one is lost: what is behind it waits until it has come again, one delay later. */
typedef struct {
    guint64 rate; /* bytes a second */
    gint64 delay; /* microseconds, there and back, without any queue */
    guint loss;
} Link;

/* What is on it. */
typedef struct {
    const Link *link;
    RaPicturePace pace;
    gint64 free_at;    /* when what was sent has left */
    gint64 held_until; /* nothing arrives before that */
    guint32 random;
    gint64 answers[FLYING_MAX];
    guint first, n;
    guint marks;
} Way;

typedef struct {
    guint64 carried;   /* bytes */
    gint64 worst_wait; /* microseconds in the queue before the link, of the second half */
    gint64 worst_age;  /* microseconds from the sending to the arrival, of the same */
    guint updates, marks;
    gint64 shown[PRESSES_MAX]; /* microseconds from a key to its sight, in order */
    guint n_shown;
} Result;

static gboolean is_lost(Way *way)
{
    way->random = way->random * 1664525u + 1013904223u;
    return way->link->loss > 0 && (way->random >> 8) % way->link->loss == 0;
}

static void hear(Way *way, gint64 now)
{
    for (; way->n > 0 && way->answers[way->first] <= now; way->n--) {
        ra_picture_pace_taken(&way->pace, now);
        way->first = (way->first + 1) % FLYING_MAX;
    }
}

/* One update; gives when it arrives. */
static gint64 send_update(Way *way, gsize bytes, gboolean more, gint64 now)
{
    const gboolean marked = ra_picture_pace_wants_mark(&way->pace, bytes, more, now);
    way->free_at = MAX(now, way->free_at);
    for (gsize left = bytes; left > 0; left -= MIN(left, PACKET)) {
        way->free_at += (gint64)(MIN(left, PACKET) * G_USEC_PER_SEC / way->link->rate);
        if (is_lost(way))
            way->held_until =
                MAX(way->held_until, way->free_at + way->link->delay / 2 + way->link->delay);
    }
    const gint64 arrives = MAX(way->free_at + way->link->delay / 2, way->held_until);
    if (!marked) {
        ra_picture_pace_sent_loose(&way->pace, bytes);
        return arrives;
    }
    ra_picture_pace_sent(&way->pace, bytes, more, now, now);
    g_assert_cmpuint(way->n, <, FLYING_MAX);
    way->answers[(way->first + way->n++) % FLYING_MAX] = arrives + way->link->delay / 2;
    way->marks++;
    return arrives;
}

static int compare_times(const void *a, const void *b)
{
    const gint64 one = *(const gint64 *)a, two = *(const gint64 *)b;
    return one < two ? -1 : one > two;
}

/* SECONDS of updates of up to SIZE bytes (0: the budget), one each EVERY microseconds (0: as soon
 * as it may). Keys are pressed meanwhile: what they change is in the first update that is sent
 * after they have come. */
static Result run(const Link *link, gsize size, gint64 every, guint seconds)
{
    Way way = {.link = link, .random = 7};
    Result result = {0};
    gint64 next = 0, pressed = 1, waiting = 0;
    const gint64 end = seconds * (gint64)G_USEC_PER_SEC;
    for (gint64 now = 1; now < end; now += STEP_US) {
        hear(&way, now);
        if (now >= pressed + PRESS_US)
            pressed = now;
        if (waiting == 0 && pressed > end / 2 && now >= pressed + link->delay / 2 &&
            now < pressed + link->delay / 2 + STEP_US)
            waiting = pressed;
        if (now < next || !ra_picture_pace_may_send(&way.pace))
            continue;
        const gsize bytes = size > 0 ? size : ra_picture_pace_budget(&way.pace);
        const gint64 start = MAX(now, way.free_at);
        const gint64 arrives = send_update(&way, bytes, size == 0, now);
        if (now > end / 2) {
            result.worst_wait = MAX(result.worst_wait, start - now);
            result.worst_age = MAX(result.worst_age, arrives - now);
        }
        if (waiting != 0 && result.n_shown < PRESSES_MAX)
            result.shown[result.n_shown++] = arrives - waiting;
        waiting = 0;
        next = now + every;
        result.carried += bytes;
        result.updates++;
    }
    result.marks = way.marks;
    qsort(result.shown, result.n_shown, sizeof result.shown[0], compare_times);
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
        {"1 Mbit/s, 50 ms", {125000, 50000, 0}, 90, 40},
        {"1 Mbit/s, 100 ms", {125000, 100000, 0}, 90, 50},
        {"20 Mbit/s, 40 ms", {2500000, 40000, 0}, 90, 40},
        {"100 Mbit/s, 5 ms", {12500000, 5000, 0}, 90, 40},
        {"1 Gbit/s, 1 ms", {125000000, 1000, 0}, 85, 40},
        {"100 Mbit/s, 100 ms", {12500000, 100000, 0}, 85, 60},
        {"8 Mbit/s, 300 ms", {1000000, 300000, 0}, 85, 120},
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

/* A key press shows soon while all else that the link carries is scrolled, lost packets or not. */
static void test_keys(void)
{
    static const struct {
        const char *name;
        Link link;
        guint middle_ms, most_ms; /* half of the keys, and nine of ten */
    } cases[] = {
        {"1 Mbit/s, 100 ms", {125000, 100000, 0}, 250, 250},
        {"1 Mbit/s, 100 ms, 1 % lost", {125000, 100000, 100}, 250, 350},
        {"20 Mbit/s, 40 ms", {2500000, 40000, 0}, 90, 100},
        {"100 Mbit/s, 1 ms", {12500000, 1000, 0}, 70, 80},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Result r = run(&cases[i].link, 0, 0, 60);
        const gint64 middle = r.shown[r.n_shown / 2] / 1000;
        const gint64 most = r.shown[r.n_shown * 9 / 10] / 1000;
        g_test_message("%s: %d ms, %d ms for nine of ten, of %u keys; %d %% carried", cases[i].name,
                       (int)middle, (int)most, r.n_shown,
                       (int)(r.carried * 100 / (cases[i].link.rate * 60)));
        g_assert_cmpuint(r.n_shown, >, 100);
        g_assert_cmpint(middle, <=, cases[i].middle_ms);
        g_assert_cmpint(most, <=, cases[i].most_ms);
    }
}

/* Updates that the link carries easily, sixty a second: none waits for an answer, and few of the
 * small ones carry a mark. */
static void test_small(void)
{
    static const struct {
        const char *name;
        Link link;
        gsize size;
        guint marks, age_ms; /* at most */
    } cases[] = {
        {"typing, 1 ms", {125000000, 1000, 0}, 150, 15, 2},
        {"typing, 20 Mbit/s, 150 ms", {2500000, 150000, 0}, 150, 40, 77},
        {"typing, 1 Mbit/s, 100 ms", {125000, 100000, 0}, 150, 40, 55},
        {"small changes, 20 Mbit/s, 150 ms", {2500000, 150000, 0}, 800, 150, 77},
        {"scrolling, 20 Mbit/s, 40 ms", {2500000, 40000, 0}, 12000, 400, 30},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Result r = run(&cases[i].link, cases[i].size, 16000, 5);
        g_test_message("%s: %u updates, %u marks, at most %u ms old", cases[i].name, r.updates,
                       r.marks, (guint)(r.worst_age / 1000));
        g_assert_cmpuint(r.updates, >=, 300);
        g_assert_cmpuint(r.marks, <=, cases[i].marks);
        g_assert_cmpuint(r.marks, >=, 2);
        g_assert_cmpint(r.worst_age / 1000, <=, cases[i].age_ms);
    }
}

/* After nothing but small changes all of the screen goes in two updates on a near link, and on a
 * far one in parts. */
static void test_quiet_start(void)
{
    static const struct {
        Link link;
        gsize least, most; /* bytes that it may have */
    } cases[] = {
        {{125000000, 300, 0}, 256 * 1024, RA_PICTURE_PACE_BUDGET_MAX},
        {{12500000, 2000, 0}, 128 * 1024, RA_PICTURE_PACE_BUDGET_MAX},
        {{125000, 60000, 0}, RA_PICTURE_PACE_BUDGET_MIN, RA_PICTURE_PACE_BUDGET_FIRST},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Way way = {.link = &cases[i].link};
        for (gint64 now = 1; now < 3 * G_USEC_PER_SEC; now += 100000) {
            g_assert_true(ra_picture_pace_may_send(&way.pace));
            (void)send_update(&way, 120, FALSE, now);
            hear(&way, way.answers[way.first]);
        }
        g_assert_cmpuint(ra_picture_pace_rate(&way.pace), ==, 0); /* little is known of it */
        g_assert_cmpuint(ra_picture_pace_budget(&way.pace), >=, cases[i].least);
        g_assert_cmpuint(ra_picture_pace_budget(&way.pace), <=, cases[i].most);
        g_assert_true(ra_picture_pace_may_send_two(&way.pace));
    }
}

/* What goes without a mark has a bound, and the delay is measured now and then. */
static void test_marks(void)
{
    RaPicturePace pace = {0};
    g_assert_true(ra_picture_pace_wants_mark(&pace, 10, FALSE, 1));
    ra_picture_pace_sent(&pace, 10, FALSE, 1, 1);
    ra_picture_pace_taken(&pace, 50001);
    g_assert_false(ra_picture_pace_wants_mark(&pace, 10, FALSE, 60000));
    g_assert_true(ra_picture_pace_wants_mark(&pace, 10, TRUE, 60000));
    g_assert_true(ra_picture_pace_wants_mark(&pace, 10, FALSE, 6000000));
    g_assert_true(ra_picture_pace_wants_mark(&pace, RA_PICTURE_PACE_LOOSE_MIN, FALSE, 60000));
    guint n = 0;
    for (; !ra_picture_pace_wants_mark(&pace, 0, FALSE, 60000); n++)
        ra_picture_pace_sent_loose(&pace, 0);
    g_assert_cmpuint(n, ==, RA_PICTURE_PACE_LOOSE_MIN / RA_PICTURE_PACE_HEAD);
    g_assert_false(ra_picture_pace_fits_loose(&pace, 0));
    ra_picture_pace_sent(&pace, 10, FALSE, 60000, 60000);
    g_assert_true(ra_picture_pace_fits_loose(&pace, 0));
    g_assert_cmpuint(pace.flying, ==, 10 + RA_PICTURE_PACE_LOOSE_MIN);
    ra_picture_pace_taken(&pace, 120000);
    g_assert_cmpuint(pace.flying, ==, 0);
    ra_picture_pace_sent_loose(&pace, 100);
    ra_picture_pace_sent_mark(&pace);
    g_assert_cmpuint(pace.loose + pace.flying, ==, 0);
}

/* A near computer that has much to do: what is confirmed late now and then, and what takes long to
 * be made, does not count as a slow link. */
static void test_busy(void)
{
    RaPicturePace pace = {0};
    gint64 now = 1;
    for (guint i = 0; i < 200; i++) {
        const gsize size = i % 10 == 0 ? 240000 : 3000;
        const gint64 begun = now;
        now += i % 10 == 0 ? 20000 : 0; /* to encode it */
        ra_picture_pace_sent(&pace, size, FALSE, begun, now);
        now += i % 4 == 0 ? 9000 : 300;
        ra_picture_pace_taken(&pace, now);
        now += 5000;
    }
    g_test_message("%u kB/s, %u kB at once", (guint)(ra_picture_pace_rate(&pace) / 1000),
                   (guint)(ra_picture_pace_budget(&pace) / 1000));
    g_assert_cmpuint(ra_picture_pace_rate(&pace), >, 8 * 1000 * 1000);
    g_assert_cmpuint(ra_picture_pace_budget(&pace), >=, 240000);
}

/* The rate falls to a hundredth: the pace follows within seconds. */
static void test_slower(void)
{
    RaPicturePace pace = {0};
    gint64 now = 1;
    for (guint i = 0; i < 50; i++) {
        const gsize bytes = ra_picture_pace_budget(&pace);
        ra_picture_pace_sent(&pace, bytes, TRUE, now, now);
        now += 1000 + (gint64)(bytes / 12); /* 12 MB/s */
        ra_picture_pace_taken(&pace, now);
    }
    g_assert_cmpuint(ra_picture_pace_budget(&pace), >, 100000);
    for (guint i = 0; i < RA_PICTURE_PACE_SAMPLES; i++) {
        const gsize bytes = ra_picture_pace_budget(&pace);
        ra_picture_pace_sent(&pace, bytes, TRUE, now, now);
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
        ra_picture_pace_sent(&pace, 0, FALSE, 10, 10); /* at the same instant, nothing in them */
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
    g_test_add_func("/session/picture-pace/keys", test_keys);
    g_test_add_func("/session/picture-pace/small", test_small);
    g_test_add_func("/session/picture-pace/quiet-start", test_quiet_start);
    g_test_add_func("/session/picture-pace/marks", test_marks);
    g_test_add_func("/session/picture-pace/busy", test_busy);
    g_test_add_func("/session/picture-pace/slower", test_slower);
    g_test_add_func("/session/picture-pace/limits", test_limits);
    return g_test_run();
}
