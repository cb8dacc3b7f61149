/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what happens in a queue, case by case, and when the clock alone changes a case. */
#pragma once

#include "mailer/inbox/queue.h"

typedef enum {
    RA_WATCH_NEW,     /* it came, or was there when the watch began */
    RA_WATCH_CHANGED, /* its state or its owner */
    RA_WATCH_GONE,    /* the message is not there any more */
} RaWatchEvent;

/* BEFORE is the case's state until now; what it is now for a new one. Called from the main loop. */
typedef void (*RaInboxWatchFunc)(RaWatchEvent event, RaCase *item, RaCaseState before,
                                 gpointer data);

typedef struct _RaInboxWatch RaInboxWatch;

RaInboxWatch *ra_inbox_watch_new(const RaQueue *queue, RaInboxWatchFunc func, gpointer data);
void ra_inbox_watch_free(RaInboxWatch *watch); /* NULL is fine; before the queue */
/* To be called when the queue says that it has changed. */
void ra_inbox_watch_look(RaInboxWatch *watch);
