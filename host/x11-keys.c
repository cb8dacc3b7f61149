/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-keys.h"

#include "host/x11-keymap.h"

#include <linux/input-event-codes.h>
#include <xcb/xtest.h>
#include <xkbcommon/xkbcommon.h>

enum {
    EVDEV_OFFSET = 8, /* X keycodes are Linux's numbers and this */
    HELD_MAX = 64,    /* keys held at a time; more are not pressed */
    SPARES_MAX = 16,  /* keys without meaning that are given one */
    LEARN_MS = 250,   /* what slow programs need to learn a new meaning */
};

typedef struct {
    guint32 keysym, code; /* as the helper named it */
    xcb_keycode_t keycode;
} Held;

/* A key that had no meaning. Programs learn a new meaning with some delay: the one whose meaning
 * is the oldest is taken for the next. */
typedef struct {
    xcb_keycode_t keycode;
    guint32 keysym; /* 0: free */
    gint64 used;    /* monotonic microseconds */
} Spare;

struct _RaX11Keys {
    RaX11 *x11;
    RaX11Keymap *map;
    Held held[HELD_MAX];
    guint n_held;
    Spare spare[SPARES_MAX];
    guint n_spares;
};

/* Where the novice's keyboard has not the one, it has the other. */
static const struct {
    xkb_keysym_t right, left;
} substitutes[] = {
    {XKB_KEY_Shift_R, XKB_KEY_Shift_L}, {XKB_KEY_Control_R, XKB_KEY_Control_L},
    {XKB_KEY_Alt_R, XKB_KEY_Alt_L},     {XKB_KEY_Meta_L, XKB_KEY_Alt_L},
    {XKB_KEY_Meta_R, XKB_KEY_Alt_L},    {XKB_KEY_Super_R, XKB_KEY_Super_L},
};

static void fake(RaX11Keys *keys, guint8 type, xcb_keycode_t keycode)
{
    xcb_test_fake_input(ra_x11_xcb(keys->x11), type, keycode, XCB_CURRENT_TIME, XCB_WINDOW_NONE, 0,
                        0, 0);
}

static gboolean is_held(const RaX11Keys *keys, xcb_keycode_t keycode)
{
    for (guint i = 0; i < keys->n_held; i++)
        if (keys->held[i].keycode == keycode)
            return TRUE;
    return FALSE;
}

static gboolean is_spare(const RaX11Keys *keys, xcb_keycode_t keycode)
{
    for (guint i = 0; i < keys->n_spares; i++)
        if (keys->spare[i].keycode == keycode)
            return TRUE;
    return FALSE;
}

/* Those that serve already stay, whatever the layout says of them now. */
static void find_spares(RaX11Keys *keys)
{
    xcb_keycode_t found[SPARES_MAX];
    const guint n = ra_x11_keymap_spares(keys->map, found, SPARES_MAX);
    for (guint i = 0; i < n && keys->n_spares < SPARES_MAX; i++)
        if (!is_spare(keys, found[i]))
            keys->spare[keys->n_spares++] = (Spare){.keycode = found[i]};
}

static void set_meaning(RaX11Keys *keys, xcb_keycode_t keycode, xcb_keysym_t keysym)
{
    const xcb_keysym_t both[] = {keysym, keysym}; /* without and with Shift */
    xcb_change_keyboard_mapping(ra_x11_xcb(keys->x11), 1, keycode, G_N_ELEMENTS(both), both);
    ra_x11_keymap_changed(keys->map);
}

/* Gives a key without meaning this one. 0 where there is none left; *WAIT is set where there will
 * be one: programs that have not read their last press yet would take it for the new meaning. */
static xcb_keycode_t bind(RaX11Keys *keys, xkb_keysym_t keysym, guint *wait)
{
    Spare *oldest = NULL;
    find_spares(keys);
    for (guint i = 0; i < keys->n_spares; i++) {
        Spare *spare = &keys->spare[i];
        if (!is_held(keys, spare->keycode) && (oldest == NULL || spare->used < oldest->used))
            oldest = spare;
    }
    if (oldest == NULL)
        return 0;
    const gint64 since = (g_get_monotonic_time() - oldest->used) / 1000;
    if (oldest->used != 0 && since < LEARN_MS) {
        *wait = (guint)(LEARN_MS - since);
        return 0;
    }
    oldest->keysym = keysym;
    set_meaning(keys, oldest->keycode, keysym);
    return oldest->keycode;
}

static void mark_used(RaX11Keys *keys, xcb_keycode_t keycode)
{
    for (guint i = 0; i < keys->n_spares; i++)
        if (keys->spare[i].keycode == keycode)
            keys->spare[i].used = g_get_monotonic_time();
}

static void hold(RaX11Keys *keys, guint32 keysym, guint32 code, xcb_keycode_t keycode)
{
    mark_used(keys, keycode);
    if (is_held(keys, keycode) || keys->n_held == HELD_MAX)
        return;
    keys->held[keys->n_held++] = (Held){keysym, code, keycode};
    fake(keys, XCB_KEY_PRESS, keycode);
}

/* Presses or lifts the modifiers of STROKE; UNDO puts them back. */
static void change_levels(RaX11Keys *keys, const RaX11Stroke *stroke, gboolean undo)
{
    for (guint i = 0; i < RA_X11_LEVELS; i++) {
        const guint32 mods = ra_x11_keymap_level_mods(keys->map, (RaX11Level)i);
        const gboolean there = (ra_x11_keymap_held_mods(keys->map) & mods) != 0;
        if (stroke->want[i] && !there)
            fake(keys, undo ? XCB_KEY_RELEASE : XCB_KEY_PRESS,
                 ra_x11_keymap_level_key(keys->map, (RaX11Level)i));
        for (guint h = 0; !stroke->want[i] && there && h < keys->n_held; h++)
            if ((ra_x11_keymap_mods_of(keys->map, keys->held[h].keycode) & mods) != 0)
                fake(keys, undo ? XCB_KEY_PRESS : XCB_KEY_RELEASE, keys->held[h].keycode);
    }
}

/* Pressed and released at once: held, it would repeat without its modifiers. */
static void tap(RaX11Keys *keys, const RaX11Stroke *stroke)
{
    mark_used(keys, stroke->keycode);
    if (is_held(keys, stroke->keycode))
        fake(keys, XCB_KEY_RELEASE, stroke->keycode);
    ra_x11_keymap_lock(keys->map, stroke, FALSE);
    change_levels(keys, stroke, FALSE);
    fake(keys, XCB_KEY_PRESS, stroke->keycode);
    fake(keys, XCB_KEY_RELEASE, stroke->keycode);
    change_levels(keys, stroke, TRUE);
    ra_x11_keymap_lock(keys->map, stroke, TRUE);
}

static Held *find_held(RaX11Keys *keys, guint32 keysym, guint32 code)
{
    for (guint i = 0; i < keys->n_held; i++) {
        Held *held = &keys->held[i];
        if (code != 0 ? held->code == code : held->keysym == keysym)
            return held;
    }
    return NULL;
}

/* AltGr and its like choose among what the helper's keycaps show. What they chose comes as a
 * keysym, and where the novice's keyboard needs a modifier for that, we press it. */
static gboolean chooses_level(guint32 keysym)
{
    return keysym == XKB_KEY_ISO_Level3_Shift || keysym == XKB_KEY_ISO_Level5_Shift ||
           keysym == XKB_KEY_Mode_switch;
}

static xkb_keysym_t substitute(xkb_keysym_t keysym)
{
    for (guint i = 0; i < G_N_ELEMENTS(substitutes); i++)
        if (substitutes[i].right == keysym)
            return substitutes[i].left;
    return XKB_KEY_NoSymbol;
}

static gboolean find_stroke(RaX11Keys *keys, xkb_keysym_t keysym, RaX11Stroke *ret)
{
    const xkb_keysym_t other = substitute(keysym);
    return ra_x11_keymap_by_keysym(keys->map, keysym, ret) ||
           (other != XKB_KEY_NoSymbol && ra_x11_keymap_by_keysym(keys->map, other, ret));
}

/* The key to hold for KEYSYM; 0 where there is none, or where it was tapped. */
static xcb_keycode_t by_meaning(RaX11Keys *keys, xkb_keysym_t keysym, guint32 code, guint *wait)
{
    RaX11Stroke stroke;
    if (chooses_level(keysym) || keysym == XKB_KEY_VoidSymbol)
        return 0;
    if (!find_stroke(keys, keysym, &stroke)) {
        /* Shortcuts are made of Latin letters, whatever the helper writes in. */
        const xcb_keycode_t latin =
            ra_x11_keymap_in_shortcut(keys->map) ? ra_x11_keymap_latin_place(keys->map, code) : 0;
        if (latin != 0)
            return latin;
        /* The new meaning may still need Caps Lock to be off. */
        const xcb_keycode_t spare = bind(keys, keysym, wait);
        if (spare == 0 || !ra_x11_keymap_read(keys->map) || !find_stroke(keys, keysym, &stroke))
            return spare;
    }
    if (stroke.as_it_is)
        return stroke.keycode;
    tap(keys, &stroke);
    return 0;
}

guint ra_x11_keys_press(RaX11Keys *keys, guint32 keysym, guint32 code)
{
    guint wait = 0;
    if (find_held(keys, keysym, code) != NULL || !ra_x11_keymap_read(keys->map))
        return 0;
    xcb_keycode_t keycode = ra_x11_keymap_by_place(keys->map, keysym, code);
    if (keycode == 0 && keysym != XKB_KEY_NoSymbol)
        keycode = by_meaning(keys, keysym, code, &wait);
    if (keycode != 0)
        hold(keys, keysym, code, keycode);
    xcb_flush(ra_x11_xcb(keys->x11));
    return wait;
}

void ra_x11_keys_release(RaX11Keys *keys, guint32 keysym, guint32 code)
{
    Held *held = find_held(keys, keysym, code);
    /* "A" went down, then Shift up, now "a" goes up: the same key. */
    if (held == NULL && code == 0 && keys->n_held > 0 && ra_x11_keymap_read(keys->map))
        for (guint i = 0; held == NULL && i < keys->n_held; i++)
            if (ra_x11_keymap_has(keys->map, keys->held[i].keycode, keysym))
                held = &keys->held[i];
    if (held == NULL)
        return;
    fake(keys, XCB_KEY_RELEASE, held->keycode);
    *held = keys->held[--keys->n_held];
    xcb_flush(ra_x11_xcb(keys->x11));
}

void ra_x11_keys_release_all(RaX11Keys *keys)
{
    while (keys->n_held > 0)
        fake(keys, XCB_KEY_RELEASE, keys->held[--keys->n_held].keycode);
    for (guint i = 0; i < keys->n_spares; i++) {
        if (keys->spare[i].keysym != XKB_KEY_NoSymbol)
            set_meaning(keys, keys->spare[i].keycode, XKB_KEY_NoSymbol);
        keys->spare[i].keysym = XKB_KEY_NoSymbol;
    }
    xcb_flush(ra_x11_xcb(keys->x11));
}

gboolean ra_x11_keys_is_escape(RaX11Keys *keys, guint keycode)
{
    return keycode == KEY_ESC + EVDEV_OFFSET ||
           (ra_x11_keymap_read(keys->map) &&
            ra_x11_keymap_is_base(keys->map, keycode, XKB_KEY_Escape));
}

gboolean ra_x11_keys_is_pause(guint keycode)
{
    return keycode == KEY_PAUSE + EVDEV_OFFSET;
}

void ra_x11_keys_event(RaX11Keys *keys, const xcb_generic_event_t *event)
{
    ra_x11_keymap_event(keys->map, event);
}

RaX11Keys *ra_x11_keys_new(RaX11 *x11, GError **error)
{
    RaX11Keymap *map = ra_x11_keymap_new(x11, error);
    if (map == NULL)
        return NULL;
    RaX11Keys *keys = g_new0(RaX11Keys, 1);
    keys->x11 = x11;
    keys->map = map;
    return keys;
}

void ra_x11_keys_free(RaX11Keys *keys)
{
    if (keys == NULL)
        return;
    ra_x11_keymap_free(keys->map);
    g_free(keys);
}
