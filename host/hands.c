/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/hands.h"

struct _RaHands {
    RaInput *input;
    const RaHandsEvents *events;
    gpointer data;
    gboolean allowed, held;
    guint16 buttons; /* down at the helper's mouse, as last heard */
    guint16 stale;   /* of them: not to be pressed before they were let go of */
    gint64 active;   /* monotonic: when the novice's own hands moved last */
    guint timer;
};

static void set_held(RaHands *hands, gboolean held)
{
    if (hands->held == held)
        return;
    hands->held = held;
    if (held)
        ra_hands_release(hands);
    else
        g_clear_handle_id(&hands->timer, g_source_remove);
    hands->events->held(held, hands->data);
}

/* Re-armed for the rest of the time, not for each event: a mouse makes a thousand a second. */
static gboolean on_timer(gpointer data)
{
    RaHands *hands = data;
    const gint64 left = hands->active + RA_HANDS_HELD_MS * (gint64)1000 - g_get_monotonic_time();
    hands->timer = 0;
    if (left > 0)
        hands->timer = g_timeout_add((guint)(left / 1000) + 1, on_timer, hands);
    else
        set_held(hands, FALSE);
    return G_SOURCE_REMOVE;
}

static void on_escape(gpointer data)
{
    RaHands *hands = data;
    hands->events->escape(hands->data);
}

static void on_novice_active(gpointer data)
{
    RaHands *hands = data;
    if (!hands->allowed)
        return;
    hands->active = g_get_monotonic_time();
    if (hands->timer == 0)
        hands->timer = g_timeout_add(RA_HANDS_HELD_MS, on_timer, hands);
    set_held(hands, TRUE);
}

static void on_pause(gpointer data)
{
    RaHands *hands = data;
    hands->events->pause(hands->data);
}

RaHands *ra_hands_new(const RaDesktop *desktop, const RaHandsEvents *events, gpointer data)
{
    static const RaInputEvents input_events = {
        .escape = on_escape, .novice_active = on_novice_active, .pause = on_pause};
    RaInput *input = desktop->input(desktop->data, NULL);
    if (input == NULL)
        return NULL;
    RaHands *hands = g_new0(RaHands, 1);
    hands->input = input;
    hands->events = events;
    hands->data = data;
    if (!input->class->start(input, &input_events, hands, NULL)) {
        ra_input_free(input);
        g_clear_pointer(&hands, g_free);
    }
    return hands;
}

void ra_hands_free(RaHands *hands)
{
    if (hands == NULL)
        return;
    g_clear_handle_id(&hands->timer, g_source_remove);
    hands->input->class->release_all(hands->input);
    ra_input_free(hands->input);
    g_free(hands);
}

void ra_hands_allow(RaHands *hands, gboolean allowed)
{
    hands->allowed = allowed;
    if (allowed)
        return;
    ra_hands_release(hands);
    set_held(hands, FALSE);
}

void ra_hands_drop(RaHands *hands, const RaIpcMessage *event)
{
    if (event->kind == RA_IPC_POINTER)
        hands->buttons = hands->stale = event->pointer.buttons;
}

gboolean ra_hands_inject(RaHands *hands, const RaIpcMessage *event)
{
    if (!hands->allowed || hands->held) {
        ra_hands_drop(hands, event);
        return FALSE;
    }
    RaIpcMessage fresh = *event;
    if (event->kind == RA_IPC_POINTER) {
        hands->buttons = event->pointer.buttons;
        hands->stale &= event->pointer.buttons;
        fresh.pointer.buttons &= (guint16)~hands->stale;
    }
    hands->input->class->inject(hands->input, &fresh);
    return TRUE;
}

void ra_hands_release(RaHands *hands)
{
    hands->stale = hands->buttons;
    hands->input->class->release_all(hands->input);
}
