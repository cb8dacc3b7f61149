/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was said and what happened, newest below: to be put into a scroll. Only what is in sight is
 * drawn and shaped. With the keyboard: arrows choose a message, Ctrl+C copies it, Enter opens its
 * link (Left and Right: which one). A link is never opened by itself: `link` is told.
 */
#pragma once

#include "viewer/shell.h"

enum { RA_MESSAGES_SHOWN_MAX = 1000 }; /* entries; older ones are in the saved history */

RaWidget *ra_messages_new(RaShell *shell, void (*link)(const char *address, gpointer data),
                          gpointer data);
/* The history is another one, or has changed. */
void ra_messages_update(RaWidget *widget);
