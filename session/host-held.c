/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the helper holds down, and that it is let go of where they fall silent: long before the link
 * counts as broken, and the key that they held has repeated itself a thousand times. */
#include "session/host-private.h"

#include <string.h>

enum {
    TURN_MS = 1000,
    SILENT_TURNS = 3, /* in which nothing came, though the viewer was asked */
};

static void forget(RaHeldInput *held, guint index)
{
    held->n--;
    memmove(held->key + index, held->key + index + 1, (held->n - index) * sizeof held->key[0]);
}

/* By place where the key has one: its keysym may be another one when it goes up. */
static guint find(const RaHeldInput *held, guint32 keysym, guint32 code)
{
    for (guint i = 0; i < held->n; i++)
        if (held->key[i].code == code && (code != 0 || held->key[i].keysym == keysym))
            return i;
    return held->n;
}

static void let_go(RaHostSession *s)
{
    const RaHeldInput *held = &s->held;
    for (guint i = 0; i < held->n; i++) {
        RaIpcMessage up = {.kind = RA_IPC_KEY_PRESS};
        up.key.keysym = held->key[i].keysym;
        up.key.code = held->key[i].code;
        (void)ra_channel_send(s->channel, &up, -1);
    }
    if (held->buttons != 0) {
        RaIpcMessage up = {.kind = RA_IPC_POINTER};
        up.pointer.x = held->x;
        up.pointer.y = held->y;
        (void)ra_channel_send(s->channel, &up, -1);
    }
    ra_host_held_clear(s);
}

static gboolean on_turn(gpointer data)
{
    RaHostSession *s = data;
    RaHeldInput *held = &s->held;
    guint64 in, out;
    gsize waiting = 0;
    ra_stream_bytes(s->stream, &in, &out);
    (void)ra_stream_input(s->stream, &waiting); /* what waits here is our own delay */
    held->silent = in != held->in || waiting > 0 ? 0 : held->silent + 1;
    held->in = in;
    if (held->silent >= SILENT_TURNS) {
        held->timer = 0;
        let_go(s);
        return G_SOURCE_REMOVE;
    }
    ra_meter_ask(s->meter);
    ra_pulse_poke(s->pulse);
    return G_SOURCE_CONTINUE;
}

/* Only while something is held is there a timer. A stock viewer would not answer. */
static void watch(RaHostSession *s)
{
    RaHeldInput *held = &s->held;
    const gboolean any = held->n > 0 || held->buttons != 0;
    if (!any || !ra_relay_is_open(s->relay)) {
        ra_host_held_clear(s);
    } else if (held->timer == 0) {
        guint64 out;
        ra_stream_bytes(s->stream, &held->in, &out);
        held->timer = g_timeout_add(TURN_MS, on_turn, s);
    }
}

void ra_host_held_key(RaHostSession *s, const RaIpcMessage *event)
{
    RaHeldInput *held = &s->held;
    const guint index = find(held, event->key.keysym, event->key.code);
    if (index < held->n)
        forget(held, index);
    if (event->key.down) {
        if (held->n == RA_HELD_KEYS_MAX)
            forget(held, 0);
        held->key[held->n].keysym = event->key.keysym;
        held->key[held->n].code = event->key.code;
        held->n++;
    }
    watch(s);
}

void ra_host_held_pointer(RaHostSession *s, const RaIpcMessage *event)
{
    s->held.x = event->pointer.x;
    s->held.y = event->pointer.y;
    s->held.buttons = event->pointer.buttons;
    watch(s);
}

void ra_host_held_clear(RaHostSession *s)
{
    if (s->held.timer != 0)
        g_source_remove(s->held.timer);
    s->held = (RaHeldInput){0};
}
