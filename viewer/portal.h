/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktop's file chooser, as its portal offers it (org.freedesktop.portal.FileChooser). */
#pragma once

#include "viewer/chooser.h"

#include <gio/gio.h>

typedef struct _RaPortal RaPortal;

enum { RA_PORTAL_SECONDS = 5 }; /* until its answer that it asks, or it counts as missing */

/* Asks it. FUNC is called once: MISSING TRUE (PATHS NULL) where there is no portal or it cannot
 * do that, so that another way is to be found; else as ra_chooser_open() has it. BUS NULL: the
 * session bus, if there is one. */
typedef void (*RaPortalFunc)(gboolean missing, const char *const *paths, gpointer data);
RaPortal *ra_portal_new(GDBusConnection *bus, const RaChooseOptions *options, RaPortalFunc func,
                        gpointer data);
/* Takes the question away; nothing is called any more. NULL is fine. */
void ra_portal_free(RaPortal *portal);
