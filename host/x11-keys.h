/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helper's keys on the novice's X keyboard: which keys to press so that the same characters
 * come out, whatever the two layouts are. */
#pragma once

#include "host/x11-conn.h"

typedef struct _RaX11Keys RaX11Keys;

RaX11Keys *ra_x11_keys_new(RaX11 *x11, GError **error);
void ra_x11_keys_free(RaX11Keys *keys); /* NULL is fine; releases no key */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaX11Keys, ra_x11_keys_free)

/* Takes note of events that tell of another layout. */
void ra_x11_keys_event(RaX11Keys *keys, const xcb_generic_event_t *event);
/*
 * KEYSYM and CODE as in RA_IPC_KEY_PRESS. The key at the place CODE is pressed where it gives
 * KEYSYM now; else another key that does; else one that does with Shift, AltGr or the like pressed
 * or lifted around it, with Caps Lock off, or in another of the novice's layouts (such a key is
 * released at once: held, it would repeat without them); else KEYSYM is put on a key that has no
 * meaning. In a shortcut (with Control, Alt or Super) the key that is labelled KEYSYM is pressed
 * with what is held. A key that is down already stays so: the server repeats it.
 *
 * Returns 0, or, with nothing done, for how many milliseconds it has to wait until a key without
 * meaning can be given another one.
 */
guint ra_x11_keys_press(RaX11Keys *keys, guint32 keysym, guint32 code);
void ra_x11_keys_release(RaX11Keys *keys, guint32 keysym, guint32 code);
/* Releases every key that is held, and takes the keysyms off again from keys without meaning. */
void ra_x11_keys_release_all(RaX11Keys *keys);
/* TRUE if the key KEYCODE is ESC in the layout of the moment, whatever is held with it, or lies at
 * ESC's place: whoever has control can change the layout, but not take ESC from the novice. */
gboolean ra_x11_keys_is_escape(RaX11Keys *keys, guint keycode);
/* TRUE for the key at the place of Pause, which hides the screen and shows it again. Its place
 * alone counts: whoever had control may have given its meaning to a key that the novice uses all
 * day. */
gboolean ra_x11_keys_is_pause(guint keycode);
