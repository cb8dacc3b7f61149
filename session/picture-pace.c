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
    LARGE = 64 * 1024,    /* bytes of an update that tell the rate, whatever else there was */
    SIGNIFICANT = 4,      /* the same: it took this part of the delay longer than a small one */
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
    pace->loose += size + RA_PICTURE_PACE_HEAD;
}

void ra_picture_pace_sent_mark(RaPicturePace *pace)
{
    pace->loose = 0;
}

void ra_picture_pace_sent(RaPicturePace *pace, gsize size, gboolean more, gint64 begun)
{
    if (pace->n == RA_PICTURE_PACE_UPDATES_MAX)
        return; /* the caller asked ra_picture_pace_may_send() */
    RaPicturePaceUpdate *update =
        &pace->update[(pace->first + pace->n++) % RA_PICTURE_PACE_UPDATES_MAX];
    *update = (RaPicturePaceUpdate){
        .size = size,
        .loose = pace->loose,
        .taken = pace->taken,
        .since = pace->flying == 0 ? begun : pace->taken_at,
        .sent = begun,
        .small = !more,
        .alone = pace->flying == 0,
    };
    pace->flying += size + pace->loose;
    pace->loose = 0;
}

static void add_sample(RaPicturePace *pace, guint64 rate, gboolean limited, gint64 now)
{
    if (limited && rate <= best_sample(pace))
        return;
    pace->known = pace->known || !limited;
    pace->sample[pace->next_sample] = MAX(rate, 1);
    pace->next_sample = (pace->next_sample + 1) % RA_PICTURE_PACE_SAMPLES;
    if (rate >= pace->grown + pace->grown / 4) {
        pace->grown = rate;
        pace->grown_at = now;
    } else if (!limited && now - pace->grown_at > SETTLE_DELAYS * pace->delay) {
        pace->settled = TRUE;
    }
}

static void learn_rate(RaPicturePace *pace, const RaPicturePaceUpdate *update, gint64 now)
{
    const gint64 time = MAX(now - update->since, 1);
    const guint64 rate = (pace->taken - update->taken) * G_USEC_PER_SEC / (guint64)time;
    /* By how much longer it took than the small one that told the delay, where that says enough. */
    const gint64 longer = time - pace->delay;
    if (update->small && update->alone && pace->delay > 0 && update->size > 2 * pace->delay_size &&
        longer > pace->delay / SIGNIFICANT)
        add_sample(pace, (update->size - pace->delay_size) * G_USEC_PER_SEC / (guint64)longer,
                   FALSE, now);
    else
        add_sample(pace, rate, update->small && update->size < LARGE, now);
}

void ra_picture_pace_taken(RaPicturePace *pace, gint64 now)
{
    if (pace->n == 0)
        return;
    const RaPicturePaceUpdate update = pace->update[pace->first];
    pace->first = (pace->first + 1) % RA_PICTURE_PACE_UPDATES_MAX;
    pace->n--;
    pace->flying -= update.size + update.loose;
    pace->taken += update.size;
    pace->taken_at = now;
    learn_rate(pace, &update, now);
    const gint64 delay = MAX(now - update.sent, 1);
    if (!update.alone)
        return; /* it may have waited for others */
    if (pace->delay == 0 || delay <= pace->delay ||
        now - pace->delay_at > DELAY_SECONDS * (gint64)G_USEC_PER_SEC) {
        pace->delay = delay;
        pace->delay_at = now;
        pace->delay_size = update.size;
    }
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
    if (n < ALWAYS)
        return TRUE;
    if (n >= RA_PICTURE_PACE_UPDATES_MAX)
        return FALSE;
    if (!pace->settled) { /* how much more the link takes has to be found out */
        const guint64 twice = 2 * (fits + pace->delay_size) + SPARE_BYTES;
        return flying < (pace->known ? twice : MAX(twice, 2 * budget));
    }
    return flying + budget / 2 <= fits * GAIN_NUMERATOR / GAIN_DENOMINATOR +
                                      rate * SPARE_US / G_USEC_PER_SEC + SPARE_BYTES;
}

gboolean ra_picture_pace_may_send(const RaPicturePace *pace)
{
    return has_room(pace, pace->n, pace->flying);
}

gboolean ra_picture_pace_may_send_two(const RaPicturePace *pace)
{
    return has_room(pace, pace->n + 1, pace->flying + ra_picture_pace_budget(pace));
}
