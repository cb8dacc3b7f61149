/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/clipboard-x11-private.h"

#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAX = 32 };

static gsize piece_size(const RaX11Selection *self)
{
    const gsize request = (gsize)xcb_get_maximum_request_length(self->xcb) * 4;
    return MIN(request / 2, RA_SELECTION_PIECE);
}

static void set_property(RaX11Selection *self, xcb_window_t window, xcb_atom_t property,
                         xcb_atom_t type, guint8 format, gsize n, const void *data)
{
    xcb_change_property(self->xcb, XCB_PROP_MODE_REPLACE, window, property, type, format,
                        (guint32)n, data);
}

static gboolean is_text(const RaX11Selection *self, xcb_atom_t target)
{
    return target == self->atom[RA_ATOM_UTF8_STRING] || target == self->atom[RA_ATOM_TEXT_UTF8] ||
           target == self->atom[RA_ATOM_TEXT_PLAIN] || target == self->atom[RA_ATOM_TEXT] ||
           target == XCB_ATOM_STRING;
}

static void give_targets(RaX11Selection *self, xcb_window_t to, xcb_atom_t property)
{
    const xcb_atom_t *atom = self->atom;
    xcb_atom_t targets[8] = {atom[RA_ATOM_TARGETS], atom[RA_ATOM_TIMESTAMP],
                             atom[RA_ATOM_MULTIPLE]};
    gsize n = 3;
    if (self->own_format == RA_CLIPBOARD_PNG) {
        targets[n++] = atom[RA_ATOM_PNG];
    } else {
        targets[n++] = atom[RA_ATOM_UTF8_STRING];
        targets[n++] = atom[RA_ATOM_TEXT_UTF8];
        targets[n++] = atom[RA_ATOM_TEXT_PLAIN];
        targets[n++] = atom[RA_ATOM_TEXT];
        targets[n++] = XCB_ATOM_STRING;
    }
    set_property(self, to, property, XCB_ATOM_ATOM, 32, n, targets);
}

/* What is ours as TARGET and, in *TYPE, what that is called; NULL where it cannot be had so. */
static GBytes *convert(RaX11Selection *self, xcb_atom_t target, xcb_atom_t *type)
{
    const gboolean text = self->own_format == RA_CLIPBOARD_TEXT;
    *type = target == self->atom[RA_ATOM_TEXT] ? self->atom[RA_ATOM_UTF8_STRING] : target;
    if (text ? !is_text(self, target) : target != self->atom[RA_ATOM_PNG])
        return NULL;
    if (target != XCB_ATOM_STRING)
        return g_bytes_ref(self->own);
    gsize size = 0, converted = 0;
    const char *data = g_bytes_get_data(self->own, &size);
    char *latin = g_convert_with_fallback(data, (gssize)size, "ISO-8859-1", "UTF-8", "?", NULL,
                                          &converted, NULL);
    return latin != NULL ? g_bytes_new_take(latin, converted) : NULL;
}

/* In pieces: each is written when the other end has removed the one before. */
static gboolean give_in_pieces(RaX11Selection *self, xcb_window_t to, xcb_atom_t property,
                               xcb_atom_t type, GBytes *bytes)
{
    const guint32 size = (guint32)g_bytes_get_size(bytes);
    const guint32 events = XCB_EVENT_MASK_PROPERTY_CHANGE;
    if (self->gives->len >= RA_SELECTION_GIVES_MAX || to == self->window)
        return FALSE;
    const RaSelectionGive give = {
        .to = to,
        .property = property,
        .type = type,
        .bytes = g_bytes_ref(bytes),
        .until = g_get_monotonic_time() + RA_SELECTION_GIVE_MS * G_TIME_SPAN_MILLISECOND,
    };
    g_array_append_val(self->gives, give);
    xcb_change_window_attributes(self->xcb, to, XCB_CW_EVENT_MASK, &events);
    set_property(self, to, property, self->atom[RA_ATOM_INCR], 32, 1, &size);
    return TRUE;
}

static gboolean give(RaX11Selection *self, xcb_window_t to, xcb_atom_t property, xcb_atom_t target)
{
    xcb_atom_t type;
    if (target == self->atom[RA_ATOM_TARGETS]) {
        give_targets(self, to, property);
        return TRUE;
    }
    if (target == self->atom[RA_ATOM_TIMESTAMP]) {
        set_property(self, to, property, XCB_ATOM_INTEGER, 32, 1, &self->since);
        return TRUE;
    }
    g_autoptr(GBytes) bytes = convert(self, target, &type);
    if (bytes == NULL)
        return FALSE;
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);
    if (size > piece_size(self))
        return give_in_pieces(self, to, property, type, bytes);
    set_property(self, to, property, type, 8, size, data);
    return TRUE;
}

/* Several targets at once; those that cannot be had are marked in the list. */
static gboolean give_multiple(RaX11Selection *self, xcb_window_t to, xcb_atom_t property)
{
    xcb_get_property_reply_t *reply =
        xcb_get_property_reply(self->xcb,
                               xcb_get_property(self->xcb, FALSE, to, property,
                                                self->atom[RA_ATOM_ATOM_PAIR], 0, 2 * PAIRS_MAX),
                               NULL);
    const gboolean good = reply != NULL && reply->format == 32 && reply->bytes_after == 0;
    if (good) {
        xcb_atom_t *pairs = xcb_get_property_value(reply);
        const guint n = (guint)xcb_get_property_value_length(reply) / 4 / 2;
        for (guint i = 0; i < n; i++)
            if (pairs[2 * i] == self->atom[RA_ATOM_MULTIPLE] ||
                !give(self, to, pairs[2 * i + 1], pairs[2 * i]))
                pairs[2 * i + 1] = XCB_ATOM_NONE;
        set_property(self, to, property, self->atom[RA_ATOM_ATOM_PAIR], 32, 2 * (gsize)n, pairs);
    }
    free(reply);
    return good;
}

void ra_x11_selection_take_request(RaX11Selection *self, const xcb_selection_request_event_t *event)
{
    /* Those that know nothing of properties mean the one that is called as the target. */
    const xcb_atom_t property = event->property != XCB_ATOM_NONE ? event->property : event->target;
    gboolean done = FALSE;
    if (self->own != NULL && event->selection == self->atom[RA_ATOM_CLIPBOARD]) {
        if (event->target == self->atom[RA_ATOM_MULTIPLE])
            done = event->property != XCB_ATOM_NONE &&
                   give_multiple(self, event->requestor, event->property);
        else
            done = give(self, event->requestor, property, event->target);
    }
    const union {
        xcb_selection_notify_event_t notify;
        char raw[32]; /* XCB sends so much */
    } answer = {.notify = {.response_type = XCB_SELECTION_NOTIFY,
                           .time = event->time,
                           .requestor = event->requestor,
                           .selection = event->selection,
                           .target = event->target,
                           .property = done ? property : XCB_ATOM_NONE}};
    xcb_send_event(self->xcb, FALSE, event->requestor, XCB_EVENT_MASK_NO_EVENT, answer.raw);
    xcb_flush(self->xcb);
}

static void forget(RaX11Selection *self, guint i)
{
    const RaSelectionGive ended = g_array_index(self->gives, RaSelectionGive, i);
    const guint32 none = 0;
    gboolean others = FALSE;
    g_array_remove_index(self->gives, i);
    for (guint k = 0; k < self->gives->len; k++)
        others |= g_array_index(self->gives, RaSelectionGive, k).to == ended.to;
    if (!others)
        xcb_change_window_attributes(self->xcb, ended.to, XCB_CW_EVENT_MASK, &none);
    g_bytes_unref(ended.bytes);
}

void ra_x11_selection_taken(RaX11Selection *self, xcb_window_t by, xcb_atom_t property)
{
    for (guint i = 0; i < self->gives->len; i++) {
        RaSelectionGive *it = &g_array_index(self->gives, RaSelectionGive, i);
        if (it->to != by || it->property != property)
            continue;
        gsize size = 0;
        const guint8 *data = g_bytes_get_data(it->bytes, &size);
        const gsize n = MIN(size - it->at, piece_size(self));
        set_property(self, by, property, it->type, 8, n, data + it->at);
        it->at += n;
        it->until = g_get_monotonic_time() + RA_SELECTION_GIVE_MS * G_TIME_SPAN_MILLISECOND;
        if (n == 0) /* that was the end */
            forget(self, i);
        xcb_flush(self->xcb);
        return;
    }
}

gint64 ra_x11_selection_give_up(RaX11Selection *self, gint64 now)
{
    gint64 next = -1;
    for (guint i = self->gives->len; i > 0; i--) {
        const gint64 until = g_array_index(self->gives, RaSelectionGive, i - 1).until;
        if (until <= now)
            forget(self, i - 1);
        else if (next < 0 || until < next)
            next = until;
    }
    return next;
}
