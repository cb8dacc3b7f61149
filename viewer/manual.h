/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the manual page is as a web page. */
#pragma once

#include <glib.h>

/* The address (file://) of ra-viewer's: beside the running program (a build tree), where it was
 * installed relative to that, or where it was configured to be. NULL: it was built without (that
 * takes mandoc). The caller's. */
char *ra_manual_uri(void);
