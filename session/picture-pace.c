/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/picture-pace.h"

enum {
    ALWAYS = 2,               /* updates that may be on their way in any case */
    DELAY_SECONDS = 10,       /* for which the shortest delay counts */
    SETTLE_DELAYS = 3,        /* without a higher rate, after which it counts as found */
    TURN_US = 10 * 1000,      /* of the rate: one update, */
    TURN_FAST_US = 15 * 1000, /* and of what the rate is above */
    FAST = 2 * 1000 * 1000,   /* bytes a second: a picture goes in one piece */
    TURNS = 24,               /* updates that fill a long link */
    SPARE_US = 10 * 1000,     /* of the rate: what may wait on the way besides */
    SPARE_BYTES = 2 * 1024,   /* the same, so that a rate measured too low can grow */
    GAIN_NUMERATOR = 5,       /* of what fits into one delay: room to find a higher rate */
    GAIN_DENOMINATOR = 4,
    NEAR_US = 20 * 1000,  /* a delay for which RA_PICTURE_PACE_BUDGET_FIRST is right */
    LARGE = 64 * 1024,    /* bytes of an update that tell enough of the rate */
    NOISE_US = 5 * 1000,  /* that a confirmation may be late by chance; */
    NOISE_PART = 4,       /* or this part of the time in which the update was made, */
    NOISE_DELAY = 8,      /* or of the delay; */
    LATE_US = 100 * 1000, /* but no more */
    LOOSE_US = 16 * 1000, /* of the rate: what may go without a mark */
    LOOSE_PART = 8,       /* the same while the rate is not known: this part of the first budget */
    UNMARKED_SECONDS = 5, /* after which the delay is measured again */
};

/* What the link carries, or at least that. */
static guint64 best_sample(const RaPicturePace *pace)
{
    guint64 rate = 0;
    for (guint i = 0; i < RA_PICTURE_PACE_SAMPLES; i++)
        rate = MAX(rate, pace->sample[i]);
    return rate;
}

guint64 ra_picture_pace_rate(const RaPicturePace *pace)
{
    return pace->known ? best_sample(pace) : 0;
}

/* While the rate is not known: the nearer the other end, the more it is likely to be. */
static gsize first_budget(const RaPicturePace *pace)
{
    const gint64 bytes =
        (gint64)RA_PICTURE_PACE_BUDGET_FIRST * NEAR_US / MAX(pace->delay, (gint64)1);
    return pace->delay == 0 ? RA_PICTURE_PACE_BUDGET_FIRST
                            : (gsize)CLAMP(bytes, (gint64)RA_PICTURE_PACE_BUDGET_FIRST,
                                           (gint64)RA_PICTURE_PACE_BUDGET_NEAR);
}

gboolean ra_picture_pace_fits_loose(const RaPicturePace *pace, gsize size)
{
    guint64 most = best_sample(pace) * LOOSE_US / G_USEC_PER_SEC;
    if (!pace->known)
        most = MAX(most, first_budget(pace) / LOOSE_PART);
    return pace->loose + size + RA_PICTURE_PACE_HEAD <=
           CLAMP(most, (guint64)RA_PICTURE_PACE_LOOSE_MIN, (guint64)RA_PICTURE_PACE_LOOSE_MAX);
}

gboolean ra_picture_pace_wants_mark(const RaPicturePace *pace, gsize size, gboolean more,
                                    gint64 now)
{
    const gboolean silent =
        pace->n == 0 && now - pace->taken_at > UNMARKED_SECONDS * (gint64)G_USEC_PER_SEC;
    /* A delay that only a large one told says little. */
    const gboolean unsure = pace->n == 0 && (pace->delay == 0 || pace->delay_size > LARGE);
    return more || silent || unsure || !ra_picture_pace_fits_loose(pace, size);
}

void ra_picture_pace_sent_loose(RaPicturePace *pace, gsize size)
{
    pace->size = size;
    pace->loose += size + RA_PICTURE_PACE_HEAD;
}

void ra_picture_pace_sent_mark(RaPicturePace *pace)
{
    pace->loose = 0;
}

void ra_picture_pace_sent(RaPicturePace *pace, gsize size, gboolean more, gint64 begun, gint64 now)
{
    if (pace->n == RA_PICTURE_PACE_UPDATES_MAX)
        return; /* the caller asked ra_picture_pace_may_send() */
    RaPicturePaceUpdate *update =
        &pace->update[(pace->first + pace->n++) % RA_PICTURE_PACE_UPDATES_MAX];
    const gboolean alone = pace->flying == 0;
    *update = (RaPicturePaceUpdate){
        .size = size,
        .loose = pace->loose,
        .taken = pace->taken,
        .since = alone ? begun : pace->taken_at,
        .begun = begun,
        .sent = now,
        .small = !more,
        .alone = alone,
    };
    pace->flying += size + pace->loose;
    pace->loose = 0;
    pace->size = size;
}

/* A rate that the link could have exceeded tells only that it carries so much. */
static void add_bound(RaPicturePace *pace, guint64 rate, gint64 now)
{
    if (rate >= pace->grown + pace->grown / 4) {
        pace->grown = rate;
        pace->grown_at = now;
    }
    for (guint i = 0; i < RA_PICTURE_PACE_SAMPLES; i++)
        pace->sample[i] = MAX(pace->sample[i], rate);
}

static void add_sample(RaPicturePace *pace, guint64 rate, gint64 now)
{
    pace->sample[pace->next_sample] = MAX(rate, 1);
    pace->next_sample = (pace->next_sample + 1) % RA_PICTURE_PACE_SAMPLES;
    if (rate >= pace->grown + pace->grown / 4) {
        pace->grown = rate;
        pace->grown_at = now;
    } else if (now - pace->grown_at > SETTLE_DELAYS * pace->delay) {
        pace->settled = TRUE;
    }
}

/* Did the link hold it up? Then it was confirmed later than a delay after its last piece had left,
 * by more than what computers with much to do need now and then. */
static gboolean was_held_up(const RaPicturePace *pace, const RaPicturePaceUpdate *update,
                            gint64 now)
{
    const gint64 late = now - update->sent - pace->delay;
    const gint64 noise =
        MAX((update->sent - update->begun) / NOISE_PART, pace->delay / NOISE_DELAY);
    if (pace->delay == 0)
        return FALSE;
    const gsize enough = update->small ? RA_PICTURE_PACE_BUDGET_FIRST : RA_PICTURE_PACE_BUDGET_MIN;
    return late > LATE_US || (update->size >= enough && late > MAX(noise, (gint64)NOISE_US));
}

static void learn_rate(RaPicturePace *pace, const RaPicturePaceUpdate *update, gint64 now)
{
    const gint64 time = MAX(now - update->since, 1);
    const guint64 rate = (pace->taken - update->taken) * G_USEC_PER_SEC / (guint64)time;
    const gboolean held_up = was_held_up(pace, update, now);
    pace->known = pace->known || held_up || update->size >= LARGE;
    pace->kept_up = !held_up;
    if (!held_up)
        add_bound(pace, rate, now);
    else if (update->alone && pace->delay > 0 && update->size > 2 * pace->delay_size)
        /* Beside a small one, how much longer this one took tells what the link carries: rather
         * too little than too much. */
        add_sample(pace,
                   (update->size - pace->delay_size) * G_USEC_PER_SEC /
                       (guint64)MAX(time - pace->delay + NOISE_US, 1),
                   now);
    else
        add_sample(pace, rate, now);
}

static void learn_delay(RaPicturePace *pace, const RaPicturePaceUpdate *update, gint64 now)
{
    const gint64 delay = MAX(now - update->sent, 1);
    /* A large one does not tell that the way has become longer. */
    const gboolean old = now - pace->delay_at > DELAY_SECONDS * (gint64)G_USEC_PER_SEC &&
                         update->size <= MAX(pace->delay_size, RA_PICTURE_PACE_BUDGET_MIN);
    if (pace->delay != 0 && delay > pace->delay && !old)
        return;
    pace->delay = delay;
    pace->delay_at = now;
    pace->delay_size = update->size;
}

void ra_picture_pace_taken(RaPicturePace *pace, gint64 now)
{
    if (pace->n == 0)
        return;
    const RaPicturePaceUpdate update = pace->update[pace->first];
    pace->first = (pace->first + 1) % RA_PICTURE_PACE_UPDATES_MAX;
    pace->n--;
    pace->flying -= update.size + update.loose;
    /* What was alone comes after a pause: what is older than that tells nothing of the rate. */
    pace->taken += update.size + (update.alone ? 0 : update.loose);
    pace->taken_at = now;
    learn_rate(pace, &update, now);
    if (update.alone) /* others wait for those before them */
        learn_delay(pace, &update, now);
}

/* What the link carries in the shortest delay, less what it needed for that update itself. */
static guint64 bytes_in_delay(const RaPicturePace *pace)
{
    const guint64 whole = best_sample(pace) * (guint64)pace->delay / G_USEC_PER_SEC;
    return MAX(whole, pace->delay_size) - pace->delay_size;
}

gsize ra_picture_pace_budget(const RaPicturePace *pace)
{
    const guint64 rate = best_sample(pace);
    guint64 bytes = rate * TURN_US / G_USEC_PER_SEC;
    if (rate > FAST)
        bytes += (rate - FAST) * TURN_FAST_US / G_USEC_PER_SEC;
    bytes = MAX(bytes, bytes_in_delay(pace) / TURNS);
    if (pace->kept_up)
        bytes *= 2;
    if (!pace->known)
        bytes = MAX(bytes, (guint64)first_budget(pace));
    return (gsize)CLAMP(bytes, (guint64)RA_PICTURE_PACE_BUDGET_MIN,
                        (guint64)RA_PICTURE_PACE_BUDGET_MAX);
}

/* With N of FLYING bytes on their way, may another one leave? */
static gboolean has_room(const RaPicturePace *pace, guint n, guint64 flying)
{
    const guint64 rate = best_sample(pace), fits = bytes_in_delay(pace);
    const guint64 budget = ra_picture_pace_budget(pace);
    /* The next one is likely to be as large as the last. */
    const guint64 after = flying + MAX(budget, pace->size) / 2;
    const guint64 most =
        fits * GAIN_NUMERATOR / GAIN_DENOMINATOR + rate * SPARE_US / G_USEC_PER_SEC + SPARE_BYTES;
    if (n < ALWAYS)
        return TRUE;
    if (n >= RA_PICTURE_PACE_UPDATES_MAX)
        return FALSE;
    if (pace->kept_up && flying < budget)
        return TRUE;
    if (!pace->settled) { /* how much more the link takes has to be found out */
        const guint64 twice = 2 * (fits + pace->delay_size) + SPARE_BYTES;
        return flying < (pace->known ? twice : MAX(twice, 2 * budget));
    }
    return after <= most;
}

gboolean ra_picture_pace_may_send(const RaPicturePace *pace)
{
    return has_room(pace, pace->n, pace->flying);
}

gboolean ra_picture_pace_may_send_two(const RaPicturePace *pace)
{
    const gsize size = MAX(ra_picture_pace_budget(pace), pace->size);
    /* While a large one leaves, what the screen shows now grows old. */
    if (pace->known && pace->size > best_sample(pace) * SPARE_US / G_USEC_PER_SEC)
        return FALSE;
    return has_room(pace, pace->n + 1, pace->flying + size);
}
