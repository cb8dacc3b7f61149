/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys by their place on a PC keyboard. */
#pragma once

#include <glib.h>

/* CODE is a scan code of set 1 as QEMU's extended key event carries it (rfbproto, "QEMU Extended
 * Key Event Message"): one byte below 0x80 as it is, a code after 0xe0 with 0x80 added. Returns
 * Linux's number of that key (KEY_* in linux/input-event-codes.h), 0 for none. */
guint ra_scancode_to_evdev(guint32 code);
