/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Translations (gettext), for what the novice reads: _("..."), N_(), ngettext(), C_() of GLib's
 * gi18n.h. A text is translated where it is shown, never before it goes to the other end. Programs
 * that do not call ra_i18n_init() stay English.
 */
#pragma once

#include "config.h"

#include <glib/gi18n.h>

/* Sets the locale from the environment, and where translations are: po/ beside the program's own
 * file in a build tree, else in ../share/locale from there, else where it was configured to be
 * installed. To be called first in main(). */
void ra_i18n_init(void);
