/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/picture-pace.h"

enum {
    ALWAYS = 2,             /* updates that may be on their way in any case */
    DELAY_SECONDS = 10,     /* for which the shortest delay counts */
    SETTLE_DELAYS = 3,      /* without a higher rate, after which it counts as found */
    BUDGET_US = 10 * 1000,  /* of the rate: one update */
    SPARE_US = 10 * 1000,   /* of the rate: what may wait on the way besides */
    SPARE_BYTES = 2 * 1024, /* the same, so that a rate measured too low can grow */
    GAIN_NUMERATOR = 5,     /* of what fits into one delay: room to find a higher rate */
    GAIN_DENOMINATOR = 4,
};

guint64 ra_picture_pace_rate(const RaPicturePace *pace)
{
    guint64 rate = 0;
    for (guint i = 0; i < RA_PICTURE_PACE_SAMPLES; i++)
        rate = MAX(rate, pace->sample[i]);
    return rate;
}

void ra_picture_pace_sent(RaPicturePace *pace, gsize size, gboolean more, gint64 now)
{
    if (pace->n == RA_PICTURE_PACE_UPDATES_MAX)
        return; /* the caller asked ra_picture_pace_may_send() */
    RaPicturePaceUpdate *update =
        &pace->update[(pace->first + pace->n++) % RA_PICTURE_PACE_UPDATES_MAX];
    *update = (RaPicturePaceUpdate){
        .size = size,
        .taken = pace->taken,
        .since = pace->flying == 0 ? now : pace->taken_at,
        .sent = now,
        .small = !more,
        .alone = pace->flying == 0,
    };
    pace->flying += size;
}

static void learn_rate(RaPicturePace *pace, const RaPicturePaceUpdate *update, gint64 now)
{
    const gint64 time = MAX(now - update->since, 1);
    const guint64 rate = (pace->taken - update->taken) * G_USEC_PER_SEC / (guint64)time;
    if (update->small && rate <= ra_picture_pace_rate(pace))
        return;
    pace->sample[pace->next_sample] = MAX(rate, 1);
    pace->next_sample = (pace->next_sample + 1) % RA_PICTURE_PACE_SAMPLES;
    if (rate >= pace->grown + pace->grown / 4) {
        pace->grown = rate;
        pace->grown_at = now;
    } else if (!update->small && now - pace->grown_at > SETTLE_DELAYS * pace->delay) {
        pace->settled = TRUE;
    }
}

void ra_picture_pace_taken(RaPicturePace *pace, gint64 now)
{
    if (pace->n == 0)
        return;
    const RaPicturePaceUpdate update = pace->update[pace->first];
    pace->first = (pace->first + 1) % RA_PICTURE_PACE_UPDATES_MAX;
    pace->n--;
    pace->flying -= update.size;
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

gsize ra_picture_pace_budget(const RaPicturePace *pace)
{
    const guint64 rate = ra_picture_pace_rate(pace);
    if (rate == 0)
        return RA_PICTURE_PACE_BUDGET_FIRST;
    return (gsize)CLAMP(rate * BUDGET_US / G_USEC_PER_SEC, (guint64)RA_PICTURE_PACE_BUDGET_MIN,
                        (guint64)RA_PICTURE_PACE_BUDGET_MAX);
}

gboolean ra_picture_pace_may_send(const RaPicturePace *pace)
{
    if (pace->n < ALWAYS)
        return TRUE;
    const guint64 rate = ra_picture_pace_rate(pace);
    /* What fits into the shortest delay, less what the link needed for that update itself. */
    const guint64 whole = rate * (guint64)pace->delay / G_USEC_PER_SEC;
    if (!pace->settled) /* how much more the link takes has to be found out */
        return pace->n < RA_PICTURE_PACE_UPDATES_MAX && pace->flying < 2 * whole + SPARE_BYTES;
    const guint64 fits = MAX(whole, pace->delay_size) - pace->delay_size;
    return pace->n < RA_PICTURE_PACE_UPDATES_MAX &&
           pace->flying + ra_picture_pace_budget(pace) / 2 <=
               fits * GAIN_NUMERATOR / GAIN_DENOMINATOR + rate * SPARE_US / G_USEC_PER_SEC +
                   SPARE_BYTES;
}
