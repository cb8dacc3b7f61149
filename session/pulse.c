/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/pulse.h"

struct _RaPulse {
    RaStream *stream;
    RaRelay *relay;
    RaMeter *meter;
    void (*dead)(gpointer data);
    gpointer data;
    gboolean always;
    guint timer;
    guint64 in, out; /* bytes that had come and left when the last turn ended */
    guint silent;    /* turns without any more */
};

static gboolean on_turn(gpointer data)
{
    RaPulse *pulse = data;
    guint64 in, out;
    gsize waiting = 0;
    ra_stream_bytes(pulse->stream, &in, &out);
    (void)ra_stream_input(pulse->stream, &waiting);
    /* What waits here is our own delay, not theirs. And while a long message leaves little by
     * little somebody takes it, but nobody can answer. */
    const gboolean leaving = out != pulse->out && ra_stream_queued(pulse->stream) > 0;
    const gboolean alive = in != pulse->in || waiting > 0 || leaving;
    const gboolean said = out != pulse->out || ra_stream_queued(pulse->stream) > 0 ||
                          ra_meter_is_waiting(pulse->meter);
    pulse->in = in;
    pulse->out = out;
    if (alive || !ra_relay_is_open(pulse->relay)) {
        pulse->silent = 0;
        return G_SOURCE_CONTINUE;
    }
    if (pulse->silent == 0 && !said &&
        !pulse->always) { /* nobody says anything: nothing is to be answered */
        pulse->timer = 0;
        return G_SOURCE_REMOVE;
    }
    pulse->silent++;
    if (pulse->silent * RA_PULSE_EVERY > RA_PULSE_DEAD) {
        pulse->timer = 0;
        pulse->dead(pulse->data);
        return G_SOURCE_REMOVE;
    }
    ra_meter_ask(pulse->meter);
    return G_SOURCE_CONTINUE;
}

void ra_pulse_poke(RaPulse *pulse)
{
    if (pulse == NULL || pulse->timer != 0)
        return;
    guint64 out;
    ra_stream_bytes(pulse->stream, &pulse->in, &out);
    pulse->silent = 0;
    pulse->timer = g_timeout_add_seconds(RA_PULSE_EVERY, on_turn, pulse);
}

RaPulse *ra_pulse_new(RaStream *stream, RaRelay *relay, RaMeter *meter, gboolean always,
                      void (*dead)(gpointer data), gpointer data)
{
    RaPulse *pulse = g_new0(RaPulse, 1);
    pulse->stream = stream;
    pulse->relay = relay;
    pulse->meter = meter;
    pulse->dead = dead;
    pulse->data = data;
    pulse->always = always;
    if (always)
        ra_pulse_poke(pulse);
    return pulse;
}

void ra_pulse_free(RaPulse *pulse)
{
    if (pulse == NULL)
        return;
    g_clear_handle_id(&pulse->timer, g_source_remove);
    g_free(pulse);
}
