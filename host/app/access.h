/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What GTK 4.8 does not tell a screen reader by itself, for all windows of the program. */
#pragma once

/* From now on, when they come in sight: a button is called by its words, without the underscore of
 * its mnemonic and not twice, unless the page named it; and pages of a stack that cannot be seen
 * are not read. To be called once, after GTK was initialised. */
void ra_access_init(void);
