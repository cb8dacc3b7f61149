/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/meter.h"

enum {
    EVERY_MS = 1000,
    PING_SIZE = RA_ASSIST_HEAD_SIZE + 4, /* bytes, of PONG too */
    SMOOTH = 4,                          /* a new delay counts for a quarter */
};

struct _RaMeter {
    RaStream *stream;
    RaChannel *channel;
    RaRelay *relay;
    guint timer;
    gint64 since;            /* monotonic: when the counting below began */
    guint64 in, out;         /* bytes until then, without the next two */
    guint64 own_in, own_out; /* bytes of PING and PONG */
    guint32 number;          /* of the last PING */
    gint64 pinged;           /* when it left; 0: it was answered */
    guint32 delay;
    gboolean stopped;
};

RaMeter *ra_meter_new(RaStream *stream, RaChannel *channel, RaRelay *relay)
{
    RaMeter *meter = g_new0(RaMeter, 1);
    meter->stream = stream;
    meter->channel = channel;
    meter->relay = relay;
    return meter;
}

void ra_meter_free(RaMeter *meter)
{
    if (meter == NULL)
        return;
    g_clear_handle_id(&meter->timer, g_source_remove);
    g_free(meter);
}

void ra_meter_stop(RaMeter *meter)
{
    g_clear_handle_id(&meter->timer, g_source_remove);
    meter->stopped = TRUE;
}

static void count(const RaMeter *meter, guint64 *in, guint64 *out)
{
    ra_stream_bytes(meter->stream, in, out);
    /* What is ours may be counted before it has left. */
    *in -= MIN(*in, meter->own_in);
    *out -= MIN(*out, meter->own_out);
}

/* One at a time: a slow link is not filled with them. */
void ra_meter_ask(RaMeter *meter)
{
    const RaAssist message = {.kind = RA_ASSIST_PING, .number = meter->number + 1};
    if (meter->pinged != 0 || !ra_relay_send(meter->relay, &message))
        return;
    meter->number++;
    meter->pinged = g_get_monotonic_time();
    meter->own_out += PING_SIZE;
}

static guint32 per_second(guint64 bytes, gint64 microseconds)
{
    const guint64 rate = bytes * G_USEC_PER_SEC / (guint64)MAX(microseconds, 1);
    return (guint32)MIN(rate, (guint64)G_MAXUINT32);
}

static gboolean on_tick(gpointer data)
{
    RaMeter *meter = data;
    const gint64 now = g_get_monotonic_time();
    guint64 in, out;
    count(meter, &in, &out);
    const gboolean moved = in > meter->in || out > meter->out;
    RaIpcMessage message = {.kind = RA_IPC_METER};
    message.meter.in = in > meter->in ? per_second(in - meter->in, now - meter->since) : 0;
    message.meter.out = out > meter->out ? per_second(out - meter->out, now - meter->since) : 0;
    message.meter.delay = meter->delay;
    (void)ra_channel_send(meter->channel, &message, -1);
    meter->in = MAX(in, meter->in);
    meter->out = MAX(out, meter->out);
    meter->since = now;
    if (!moved) {
        meter->timer = 0;
        return G_SOURCE_REMOVE;
    }
    ra_meter_ask(meter);
    return G_SOURCE_CONTINUE;
}

void ra_meter_poke(RaMeter *meter)
{
    guint64 in, out;
    count(meter, &in, &out);
    if (meter->stopped || meter->timer != 0 || (in <= meter->in && out <= meter->out))
        return;
    meter->since = g_get_monotonic_time();
    meter->timer = g_timeout_add(EVERY_MS, on_tick, meter);
    ra_meter_ask(meter);
}

gboolean ra_meter_is_waiting(const RaMeter *meter)
{
    return meter->pinged != 0;
}

gboolean ra_meter_is_moving(const RaMeter *meter)
{
    return meter->timer != 0;
}

void ra_meter_take(RaMeter *meter, const RaAssist *message)
{
    meter->own_in += PING_SIZE;
    if (message->kind == RA_ASSIST_PING) {
        const RaAssist pong = {.kind = RA_ASSIST_PONG, .number = message->number};
        if (ra_relay_send(meter->relay, &pong))
            meter->own_out += PING_SIZE;
    } else if (meter->pinged != 0 && message->number == meter->number) {
        const gint64 took = MAX(g_get_monotonic_time() - meter->pinged, 1);
        const guint32 delay = (guint32)MIN(took, (gint64)G_MAXUINT32);
        meter->delay = meter->delay == 0
                           ? delay
                           : (guint32)(((guint64)meter->delay * (SMOOTH - 1) + delay) / SMOOTH);
        meter->pinged = 0;
    }
}
