/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/clipboard-x11-private.h"

#include <stdlib.h>
#include <string.h>

enum { TARGETS_MAX = 1024, SECRET_MAX = 64, SLACK = 8 };

static xcb_atom_t slot_atom(const RaX11Selection *self)
{
    return self->atom[RA_ATOM_SLOT + self->slot];
}

void ra_x11_selection_finish(RaX11Selection *self, RaClipboardFormat format, GBytes *bytes)
{
    self->reading = RA_READING_NOTHING;
    g_byte_array_set_size(self->pieces, 0);
    g_clear_pointer(&self->got, g_bytes_unref);
    self->got = bytes;
    self->got_format = format;
    self->got_due = TRUE;
    g_source_set_ready_time(self->source, 0);
}

static void fail(RaX11Selection *self)
{
    ra_x11_selection_finish(self, RA_CLIPBOARD_TEXT, NULL);
}

static void ask(RaX11Selection *self, RaReading reading, xcb_atom_t target)
{
    self->reading = reading;
    self->target = target;
    xcb_delete_property(self->xcb, self->window, slot_atom(self));
    xcb_convert_selection(self->xcb, self->window, self->atom[RA_ATOM_CLIPBOARD], target,
                          slot_atom(self), XCB_CURRENT_TIME);
    xcb_flush(self->xcb);
}

void ra_x11_selection_read(RaX11Selection *self)
{
    g_byte_array_set_size(self->pieces, 0);
    self->slot = (self->slot + 1) % RA_SELECTION_SLOTS; /* late answers go elsewhere */
    self->text = XCB_ATOM_NONE;
    self->picture = FALSE;
    if (self->dead) {
        fail(self);
        return;
    }
    if (self->own != NULL) {
        ra_x11_selection_finish(self, self->own_format, g_bytes_ref(self->own));
        return;
    }
    self->read_until = g_get_monotonic_time() + RA_SELECTION_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;
    g_source_set_ready_time(self->source, self->read_until);
    ask(self, RA_READING_TARGETS, self->atom[RA_ATOM_TARGETS]);
}

/* The property that was answered into, removed from the window: with pieces, that asks for the
 * next. NULL where it is longer than MAX bytes, or gone. free() it. */
static xcb_get_property_reply_t *take_property(RaX11Selection *self, gsize max)
{
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        self->xcb,
        xcb_get_property(self->xcb, TRUE, self->window, slot_atom(self), XCB_GET_PROPERTY_TYPE_ANY,
                         0, (guint32)(max / 4 + 1)),
        NULL);
    if (reply != NULL &&
        (reply->bytes_after > 0 || (gsize)xcb_get_property_value_length(reply) > max)) {
        free(reply);
        return NULL;
    }
    return reply;
}

/* The longest that can become a content within the limits. */
static gsize longest(const RaX11Selection *self)
{
    return (self->target == self->atom[RA_ATOM_PNG] ? (gsize)RA_CLIPBOARD_PICTURE_MAX
                                                    : (gsize)RA_CLIPBOARD_TEXT_MAX) +
           SLACK;
}

static void ask_for_content(RaX11Selection *self)
{
    if (self->text != XCB_ATOM_NONE)
        ask(self, RA_READING_CONTENT, self->text);
    else if (self->picture)
        ask(self, RA_READING_CONTENT, self->atom[RA_ATOM_PNG]);
    else
        fail(self);
}

static void take_targets(RaX11Selection *self)
{
    const xcb_atom_t texts[] = {self->atom[RA_ATOM_UTF8_STRING], self->atom[RA_ATOM_TEXT_UTF8],
                                XCB_ATOM_STRING}; /* the best first */
    gsize best = G_N_ELEMENTS(texts);
    gboolean secret = FALSE;
    xcb_get_property_reply_t *reply = take_property(self, TARGETS_MAX * sizeof(xcb_atom_t));
    if (reply == NULL || reply->format != 32) {
        free(reply);
        fail(self);
        return;
    }
    const xcb_atom_t *targets = xcb_get_property_value(reply);
    const guint n = (guint)xcb_get_property_value_length(reply) / 4;
    for (guint i = 0; i < n; i++) {
        for (gsize k = 0; k < best; k++)
            if (targets[i] == texts[k])
                best = k;
        self->picture |= targets[i] == self->atom[RA_ATOM_PNG];
        secret |= targets[i] == self->atom[RA_ATOM_SECRET];
    }
    free(reply);
    if (best < G_N_ELEMENTS(texts))
        self->text = texts[best];
    if (secret)
        ask(self, RA_READING_SECRET, self->atom[RA_ATOM_SECRET]);
    else
        ask_for_content(self);
}

/* Whoever marks what was copied and does not say how means it. */
static void take_secret(RaX11Selection *self)
{
    static const char open[] = "public";
    xcb_get_property_reply_t *reply = take_property(self, SECRET_MAX);
    const gboolean is_open = reply != NULL && reply->format == 8 &&
                             xcb_get_property_value_length(reply) == (int)strlen(open) &&
                             memcmp(xcb_get_property_value(reply), open, strlen(open)) == 0;
    free(reply);
    if (is_open)
        ask_for_content(self);
    else
        fail(self);
}

/* UTF-8 without NUL, whatever came. */
static GBytes *clean_text(const RaX11Selection *self, const guint8 *data, gsize size)
{
    g_autofree char *text = NULL;
    const guint8 *end = size > 0 ? memchr(data, 0, size) : NULL;
    const gsize used = end != NULL ? (gsize)(end - data) : size;
    if (self->target == XCB_ATOM_STRING)
        text = g_convert((const char *)data, (gssize)used, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
    else
        text = g_utf8_make_valid((const char *)data, (gssize)used);
    const gsize length = text != NULL ? strlen(text) : 0;
    if (length == 0 || length > RA_CLIPBOARD_TEXT_MAX)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&text), length);
}

static void take_whole(RaX11Selection *self, const guint8 *data, gsize size)
{
    if (self->target != self->atom[RA_ATOM_PNG])
        ra_x11_selection_finish(self, RA_CLIPBOARD_TEXT, clean_text(self, data, size));
    else
        ra_x11_selection_finish(
            self, RA_CLIPBOARD_PNG,
            size > 0 && size <= RA_CLIPBOARD_PICTURE_MAX ? g_bytes_new(data, size) : NULL);
}

static void take_content(RaX11Selection *self)
{
    xcb_get_property_reply_t *reply = take_property(self, longest(self));
    if (reply == NULL) {
        fail(self);
    } else if (reply->type == self->atom[RA_ATOM_INCR]) {
        self->reading = RA_READING_PIECES; /* removing the property asked for the first */
        xcb_flush(self->xcb);
    } else if (reply->format != 8) {
        fail(self);
    } else {
        take_whole(self, xcb_get_property_value(reply),
                   (gsize)xcb_get_property_value_length(reply));
    }
    free(reply);
}

void ra_x11_selection_take_notify(RaX11Selection *self, const xcb_selection_notify_event_t *event)
{
    if (event->target != self->target ||
        (event->property != slot_atom(self) && event->property != XCB_ATOM_NONE))
        return;
    const gboolean refused = event->property == XCB_ATOM_NONE;
    switch (self->reading) {
    case RA_READING_TARGETS:
        if (refused)
            fail(self);
        else
            take_targets(self);
        break;
    case RA_READING_SECRET:
        if (refused)
            fail(self);
        else
            take_secret(self);
        break;
    case RA_READING_CONTENT:
        if (refused)
            fail(self);
        else
            take_content(self);
        break;
    case RA_READING_PIECES:
    case RA_READING_NOTHING:
        break;
    }
}

void ra_x11_selection_take_piece(RaX11Selection *self, xcb_atom_t property)
{
    if (self->reading != RA_READING_PIECES || property != slot_atom(self))
        return;
    const gsize max = longest(self);
    xcb_get_property_reply_t *reply = take_property(self, max - MIN(self->pieces->len, max));
    if (reply == NULL || reply->format != 8) {
        fail(self);
    } else if (xcb_get_property_value_length(reply) == 0) {
        g_autofree guint8 *data = g_memdup2(self->pieces->data, self->pieces->len);
        take_whole(self, data, self->pieces->len);
    } else {
        g_byte_array_append(self->pieces, xcb_get_property_value(reply),
                            (guint)xcb_get_property_value_length(reply));
        xcb_flush(self->xcb);
    }
    free(reply);
}
