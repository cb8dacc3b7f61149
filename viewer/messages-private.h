/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What messages.c (the widget) and message-line.c (one message) share. */
#pragma once

#include "viewer/messages.h"

/* One entry as it is shown. */
typedef struct {
    guint number; /* the history's */
    gboolean read, there;
    gboolean head; /* who and when stand above it */
    int y, height; /* pixels from the top; height 0: not measured */
    RaBox bubble;  /* pixels from the chat's left edge and from Y */
    PangoLayout *layout;
    GArray *links; /* byte offsets: start, end, ... ; NULL: not looked for */
} RaMessageLine;

typedef struct {
    RaWidget base;
    RaShell *shell;
    void (*link)(const char *address, gpointer data);
    gpointer data;
    GArray *lines; /* of RaMessageLine */
    const RaHistory *history;
    guint first;   /* the history's index of the first line */
    int width;     /* pixels that the lines were measured for */
    int chosen;    /* line, or -1 */
    guint link_at; /* which link of the chosen line */
    int hovered;   /* line, or -1 */
} RaMessages;

enum { RA_MESSAGES_COPY = 26 }; /* dp: the button beside a message */

/* AT: which message, from 0. */
const RaHistoryEntry *ra_messages_entry(const RaMessages *chat, guint at);
/* Sets its height and its bubble for WIDTH pixels. */
void ra_message_measure(const RaMessages *chat, guint at, int width);
void ra_message_draw(const RaMessages *chat, guint at, cairo_t *cairo);
void ra_message_clear(RaMessageLine *line);
/* The address under a point of the window; the caller's; NULL: there is none. */
char *ra_message_link_at(const RaMessages *chat, guint at, int x, int y);
char *ra_message_link(const RaMessages *chat, guint at, guint index);
guint ra_message_links(const RaMessages *chat, guint at);
RaBox ra_message_copy_box(const RaMessages *chat, guint at); /* in the window */
