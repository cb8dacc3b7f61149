/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDL's keys as the remote end wants them: tables, and SDL's keyboard layout. */
#pragma once

#include <SDL.h>
#include <glib.h>

/* The PC XT scan code of a place on the keyboard, in one byte as QEMU's extended key event has it
 * (codes after 0xE0 with bit 7 set). 0 if it has none. */
guint32 ra_key_code(SDL_Scancode scancode);
/* X11's keysym of a key by itself: SYM with the modifiers MOD (only Shift, Caps Lock and Num Lock
 * count, and only for letters and the keypad). 0 (NoSymbol) if it has none; VoidSymbol for an
 * accent that makes a character with the next key, which is sent then. */
guint32 ra_key_keysym(SDL_Keycode sym, SDL_Keymod mod);
/* X11's keysym of a character, 0 for control characters and what is no character. */
guint32 ra_key_keysym_of_character(gunichar character);
/* SDL's mouse button as a bit of RFB's mask (RFC 6143 7.5.5; 8 and 9 as in the usual extension),
 * 0 for others. */
guint16 ra_key_button(Uint8 button);
