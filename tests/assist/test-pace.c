/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pace of files over simulated links: one queue of a fixed rate, a delay each way, and a
 * receiver that takes its time. Time is simulated too. */
#include "assist/pace.h"
#include "tests/assist/test-assist.h"
#include "wire/assist.h"

enum {
    OVERHEAD = 20 + 22 + 60, /* bytes around a piece: message, TLS, TCP and IP */
};

typedef struct {
    const char *name;
    gdouble rate;     /* bits a second */
    gint64 delay;     /* microseconds, there and back */
    gint64 jitter;    /* microseconds at most that the receiver takes */
    gint64 batch;     /* microseconds: the receiver's disk takes what came so far every ... */
    gint64 slower_at; /* when the rate falls to a tenth; 0: never */
    gint64 longer_at; /* when the delay becomes three times as long; 0: never */
    gdouble least;    /* part of the rate that has to be used in the second half */
    gint64 wait_95;   /* microseconds that 95 % of the time nothing waits longer than */
    gint64 wait_most; /* ... and never, but for two seconds after a change of the link */
} Link;

typedef struct {
    gint64 at; /* when it is there */
    guint size;
} Event;

static gint compare(gconstpointer a, gconstpointer b)
{
    const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return x < y ? -1 : x > y;
}

/* Confirms what has come by NOW. */
static void confirm(RaPace *pace, GQueue *events, gint64 now)
{
    for (;;) {
        Event *event = g_queue_peek_head(events);
        if (event == NULL || event->at > now)
            return;
        ra_pace_taken(pace, event->size, now);
        g_free(g_queue_pop_head(events));
    }
}

static gint64 round_up(gint64 time, gint64 unit)
{
    return unit > 0 ? (time + unit - 1) / unit * unit : time;
}

typedef struct {
    gint64 free_at; /* the queue's last byte has left */
    gint64 last;    /* confirmation that is on its way */
    guint64 done;   /* bytes that left in the second half */
} State;

static void send_all(const Link *link, RaPace *pace, GQueue *events, gint64 now, gint64 end,
                     State *state)
{
    const gdouble rate =
        link->slower_at > 0 && now >= link->slower_at ? link->rate / 10 : link->rate;
    const gint64 delay =
        link->longer_at > 0 && now >= link->longer_at ? 3 * link->delay : link->delay;
    for (guint size; (size = ra_pace_next(pace)) > 0;) {
        g_assert_cmpuint(size, <=, RA_FILE_PIECE_MAX);
        state->free_at = MAX(state->free_at, now) + (gint64)((size + OVERHEAD) * 8e6 / rate);
        gint64 at = state->free_at + delay / 2;
        if (link->jitter > 0)
            at += g_test_rand_int_range(0, (gint32)link->jitter);
        at = round_up(at, link->batch) + delay / 2;
        state->last = MAX(state->last, at);
        Event *event = g_new(Event, 1);
        *event = (Event){state->last, size};
        g_queue_push_tail(events, event);
        ra_pace_sent(pace, size, now);
        if (now > end / 2)
            state->done += size;
    }
}

static void test_link(gconstpointer data)
{
    const Link *link = data;
    const gint64 end = 30 * G_USEC_PER_SEC;
    g_autoptr(RaPace) pace = ra_pace_new();
    g_autoptr(GArray) waits = g_array_new(FALSE, FALSE, sizeof(gint64));
    GQueue events = G_QUEUE_INIT;
    State state = {0};
    gint64 most = 0;
    const gint64 changed = link->slower_at + link->longer_at;
    for (gint64 now = 1, next_note = 0; now < end;) {
        confirm(pace, &events, now);
        send_all(link, pace, &events, now, end, &state);
        const gint64 wait = MAX(state.free_at - now, 0);
        if (now >= next_note) {
            g_array_append_val(waits, wait);
            next_note = now + 1000;
        }
        if (changed == 0 || now < changed || now > changed + 2 * G_USEC_PER_SEC)
            most = MAX(most, wait);
        const Event *next = g_queue_peek_head(&events);
        g_assert_nonnull(next);
        now = MAX(now + 1, MIN(next->at, next_note));
    }
    g_queue_clear_full(&events, g_free);
    g_array_sort(waits, compare);
    const gint64 wait_95 = g_array_index(waits, gint64, waits->len * 95 / 100);
    const gdouble rate = link->slower_at > 0 ? link->rate / 10 : link->rate;
    const gdouble used = (gdouble)state.done * 8e6 / ((gdouble)end / 2) / rate;
    g_test_message("%s: %.2f Mbit/s (%.0f %% of the rate), waits %.1f ms (95 %%), %.1f ms (most)",
                   link->name, used * rate / 1e6, used * 100, (gdouble)wait_95 / 1e3,
                   (gdouble)most / 1e3);
    g_assert_cmpfloat(used, >=, link->least);
    g_assert_cmpint(wait_95, <=, link->wait_95);
    g_assert_cmpint(most, <=, link->wait_most);
}

void ra_test_pace(void)
{
    /* A piece of 1 KiB takes 9 ms at 1 Mbit/s, and 35 ms at 256 kbit/s. */
    static const Link links[] = {
        {"1mbit-50ms", 1e6, 50000, 0, 0, 0, 0, 0.85, 20000, 35000},
        {"256kbit-100ms", 256e3, 100000, 0, 0, 0, 0, 0.85, 75000, 80000},
        {"20mbit-40ms", 20e6, 40000, 0, 0, 0, 0, 0.9, 8000, 20000},
        {"20mbit-40ms-jitter", 20e6, 40000, 3000, 0, 0, 0, 0.9, 10000, 20000},
        {"100mbit-200ms", 100e6, 200000, 0, 0, 0, 0, 0.9, 10000, 60000},
        {"100mbit-10ms-batches", 100e6, 10000, 0, 5000, 0, 0, 0.9, 15000, 30000},
        {"1gbit-1ms", 1e9, 1000, 0, 0, 0, 0, 0.95, 8000, 25000},
        {"10gbit-0.2ms", 10e9, 200, 100, 0, 0, 0, 0.95, 8000, 15000},
        {"20mbit-to-2mbit", 20e6, 40000, 0, 0, 10 * G_USEC_PER_SEC, 0, 0.85, 15000, 20000},
        {"20mbit-20ms-to-60ms", 20e6, 20000, 0, 0, 0, 5 * G_USEC_PER_SEC, 0.85, 10000, 25000},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        g_autofree char *path = g_strconcat("/assist/pace/", links[i].name, NULL);
        g_test_add_data_func(path, &links[i], test_link);
    }
}
