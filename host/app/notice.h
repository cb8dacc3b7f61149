/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lasting notification while somebody is helping (org.freedesktop.Notifications), with Stop
 * control and End session: what takes away may come from anywhere. Where the desktop shows none,
 * nothing happens. */
#pragma once

#include "host/app/agent-link.h"

#include <gio/gio.h>

typedef struct _RaNotice RaNotice;

/* Follows LINK, borrowed, by itself. PRESENT: the notification itself was clicked. */
RaNotice *ra_notice_new(GDBusConnection *bus, RaAgentLink *link, void (*present)(gpointer data),
                        gpointer data);
/* Takes it away. NULL is fine. */
void ra_notice_free(RaNotice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaNotice, ra_notice_free)
