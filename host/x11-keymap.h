/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's keyboard layout as the server has it at this moment: which key gives what, and what
 * has to be held with it. Presses nothing. */
#pragma once

#include "host/x11-conn.h"

typedef struct _RaX11Keymap RaX11Keymap;

/* Modifiers that choose among the meanings of a key. */
typedef enum { RA_X11_SHIFT, RA_X11_LEVEL3, RA_X11_LEVEL5, RA_X11_LEVELS } RaX11Level;

/* How to get a keysym. */
typedef struct {
    xcb_keycode_t keycode;
    gboolean as_it_is; /* nothing has to change for it */
    gboolean want[RA_X11_LEVELS];
    gboolean unlock; /* Caps Lock has to be off */
    int group;       /* that has to be chosen, -1: the one of the moment */
} RaX11Stroke;

RaX11Keymap *ra_x11_keymap_new(RaX11 *x11, GError **error);
void ra_x11_keymap_free(RaX11Keymap *keymap); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaX11Keymap, ra_x11_keymap_free)

/* Takes note of events that tell of another layout. */
void ra_x11_keymap_event(RaX11Keymap *keymap, const xcb_generic_event_t *event);
/* Reads the layout anew next time: we changed it. */
void ra_x11_keymap_changed(RaX11Keymap *keymap);
/* Reads what is held and locked now, and the layout where it changed. FALSE where there is none to
 * be had. The functions below need it. */
gboolean ra_x11_keymap_read(RaX11Keymap *keymap);

/* The key at the place CODE (as in RA_IPC_KEY_PRESS), where it gives KEYSYM now, or would without
 * Shift in a shortcut. KEYSYM 0: whatever it gives. 0 for none. */
xcb_keycode_t ra_x11_keymap_by_place(RaX11Keymap *keymap, guint32 keysym, guint32 code);
/* The stroke with the fewest changes to what is held and locked. FALSE: no key gives KEYSYM. */
gboolean ra_x11_keymap_by_keysym(RaX11Keymap *keymap, guint32 keysym, RaX11Stroke *ret);
/* A key that gives a letter or a sign of ASCII, at the place CODE; 0 for none. */
xcb_keycode_t ra_x11_keymap_latin_place(RaX11Keymap *keymap, guint32 code);
/* TRUE if KEYSYM stands at any level of the key. */
gboolean ra_x11_keymap_has(RaX11Keymap *keymap, xcb_keycode_t keycode, guint32 keysym);
/* TRUE if it is what the key gives with nothing held. */
gboolean ra_x11_keymap_is_base(RaX11Keymap *keymap, guint keycode, guint32 keysym);
/* TRUE while Control, Alt or Super is held: keys are not for text then. */
gboolean ra_x11_keymap_in_shortcut(const RaX11Keymap *keymap);

/* Which modifiers the key gives while it is held. */
guint32 ra_x11_keymap_mods_of(RaX11Keymap *keymap, xcb_keycode_t keycode);
/* Those of a level, 0 where this keyboard has none, and a key that gives them. */
guint32 ra_x11_keymap_level_mods(const RaX11Keymap *keymap, RaX11Level level);
xcb_keycode_t ra_x11_keymap_level_key(const RaX11Keymap *keymap, RaX11Level level);
/* What is held, by whomever. */
guint32 ra_x11_keymap_held_mods(const RaX11Keymap *keymap);
/* Switches to what STROKE needs beyond held keys: Caps Lock, the group. UNDO puts it back. */
void ra_x11_keymap_lock(RaX11Keymap *keymap, const RaX11Stroke *stroke, gboolean undo);
/* Keys without any meaning, from the top, where keyboards have none: up to MAX. */
guint ra_x11_keymap_spares(RaX11Keymap *keymap, xcb_keycode_t *ret, guint max);
