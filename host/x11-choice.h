/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which monitor is shared. A session's screen and its input hold the same one, so that the helper's
 * pointer is always where the picture is. */
#pragma once

#include "host/x11.h"

/* PINNED: the RandR name of the one output that may be shared, or NULL for the whole desktop and a
 * choice among its monitors. A reference. */
RaX11Choice *ra_x11_choice_new(const char *pinned);
RaX11Choice *ra_x11_choice_ref(RaX11Choice *choice);
void ra_x11_choice_unref(RaX11Choice *choice); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaX11Choice, ra_x11_choice_unref)

gboolean ra_x11_choice_is_pinned(const RaX11Choice *choice);
/* The monitor that is shared, NULL for all. Borrowed until the next change. */
const char *ra_x11_choice_name(const RaX11Choice *choice);
/* Shares another one, or NULL for all. Does nothing where it is pinned. */
void ra_x11_choice_set(RaX11Choice *choice, const char *name);
/* Another number after each change. */
guint ra_x11_choice_serial(const RaX11Choice *choice);
