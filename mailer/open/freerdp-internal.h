/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about FreeRDP share. */
#pragma once

#include <glib.h>

/* TRUE if the process has a TCP connection that stands, which is not to an X display. By /proc, so
 * FALSE where that is not there. */
gboolean ra_freerdp_has_link(const char *pid);
