/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-keys.h"

#include "base/error.h"
#include "host/scancode.h"

#include <linux/input-event-codes.h>
#include <stdlib.h>
#include <xcb/xkb.h>
#include <xcb/xtest.h>
#include <xkbcommon/xkbcommon-x11.h>

enum {
    EVDEV_OFFSET = 8, /* X keycodes are Linux's numbers and this */
    HELD_MAX = 64,    /* keys held at a time; more are not pressed */
    SPARES_MAX = 8,   /* keys without meaning that are given one */
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
    guint64 used;
} Spare;

/* A modifier that chooses a level, and a key that gives it. */
typedef struct {
    xcb_keycode_t keycode; /* 0: this keyboard has none */
    xkb_mod_mask_t mask;
} Level;

enum { SHIFT, ALTGR, N_LEVELS };

struct _RaX11Keys {
    RaX11 *x11;
    guint8 xkb_event;
    int device;
    struct xkb_context *context;
    struct xkb_keymap *keymap; /* NULL: cannot be read */
    struct xkb_state *state;
    struct xkb_state *trial; /* scratch, for what if */
    gboolean stale;
    Level level[N_LEVELS];
    Held held[HELD_MAX];
    guint n_held;
    Spare spare[SPARES_MAX];
    guint n_spares;
    guint64 clock; /* counts uses of spares */
    xcb_xkb_get_state_reply_t now;
};

/* How to get a keysym: the key, and the levels' modifiers that must be there. */
typedef struct {
    xcb_keycode_t keycode;
    gboolean as_it_is; /* no modifier has to change */
    gboolean want[N_LEVELS];
} Stroke;

/* The same key on the keyboard can be named in several ways. */
static gboolean same(xkb_keysym_t a, xkb_keysym_t b)
{
    if (a == b)
        return a != XKB_KEY_NoSymbol;
    const guint32 character = xkb_keysym_to_utf32(a);
    const gboolean keypad = (a >= XKB_KEY_KP_Space && a <= XKB_KEY_KP_9) ||
                            (b >= XKB_KEY_KP_Space && b <= XKB_KEY_KP_9);
    return !keypad && character >= ' ' && character == xkb_keysym_to_utf32(b);
}

/* Keys that stay themselves whatever modifiers are held: not characters, and not the keypad, whose
 * meaning Num Lock chooses. */
static gboolean is_function(xkb_keysym_t keysym)
{
    const guint32 character = xkb_keysym_to_utf32(keysym);
    const gboolean keypad = keysym >= XKB_KEY_KP_Space && keysym <= XKB_KEY_KP_9;
    return (character < ' ' || character == 0x7f) && !keypad;
}

/* TRUE if KEYSYM stands at any level of the key. */
static gboolean has_keysym(RaX11Keys *keys, xkb_keycode_t keycode, xkb_keysym_t keysym)
{
    const xkb_layout_index_t layout = xkb_state_key_get_layout(keys->state, keycode);
    if (layout == XKB_LAYOUT_INVALID)
        return FALSE;
    const xkb_level_index_t n = xkb_keymap_num_levels_for_key(keys->keymap, keycode, layout);
    for (xkb_level_index_t level = 0; level < n; level++) {
        const xkb_keysym_t *syms;
        if (xkb_keymap_key_get_syms_by_level(keys->keymap, keycode, layout, level, &syms) == 1 &&
            same(syms[0], keysym))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_meaningless(RaX11Keys *keys, xkb_keycode_t keycode)
{
    const xkb_layout_index_t layouts = xkb_keymap_num_layouts_for_key(keys->keymap, keycode);
    for (xkb_layout_index_t layout = 0; layout < layouts; layout++) {
        const xkb_level_index_t n = xkb_keymap_num_levels_for_key(keys->keymap, keycode, layout);
        for (xkb_level_index_t level = 0; level < n; level++) {
            const xkb_keysym_t *syms;
            if (xkb_keymap_key_get_syms_by_level(keys->keymap, keycode, layout, level, &syms) > 0)
                return FALSE;
        }
    }
    return TRUE;
}

/* Which modifiers the key gives while it is held. */
static xkb_mod_mask_t mods_of(RaX11Keys *keys, xkb_keycode_t keycode)
{
    struct xkb_state *fresh = xkb_state_new(keys->keymap);
    xkb_state_update_key(fresh, keycode, XKB_KEY_DOWN);
    const xkb_mod_mask_t mods = xkb_state_serialize_mods(fresh, XKB_STATE_MODS_DEPRESSED);
    xkb_state_unref(fresh);
    return mods;
}

static Level find_level(RaX11Keys *keys, xkb_keysym_t keysym)
{
    const xkb_keycode_t last = xkb_keymap_max_keycode(keys->keymap);
    for (xkb_keycode_t k = xkb_keymap_min_keycode(keys->keymap); k <= last; k++) {
        if (xkb_state_key_get_one_sym(keys->trial, k) != keysym)
            continue;
        const xkb_mod_mask_t mask = mods_of(keys, k);
        if (mask != 0)
            return (Level){(xcb_keycode_t)k, mask};
    }
    return (Level){0};
}

/* Keys that mean nothing in the layout, apart from those that already serve. From the top, where
 * keyboards have none. */
static void find_spares(RaX11Keys *keys)
{
    const xkb_keycode_t first = xkb_keymap_min_keycode(keys->keymap);
    for (xkb_keycode_t k = xkb_keymap_max_keycode(keys->keymap);
         k >= first && keys->n_spares < SPARES_MAX; k--) {
        gboolean known = FALSE;
        for (guint i = 0; i < keys->n_spares; i++)
            known |= keys->spare[i].keycode == k;
        if (!known && k <= G_MAXUINT8 && is_meaningless(keys, k))
            keys->spare[keys->n_spares++] = (Spare){.keycode = (xcb_keycode_t)k};
    }
}

static void drop_keymap(RaX11Keys *keys)
{
    g_clear_pointer(&keys->state, xkb_state_unref);
    g_clear_pointer(&keys->trial, xkb_state_unref);
    g_clear_pointer(&keys->keymap, xkb_keymap_unref);
}

/* FALSE where there is no layout to be had. */
static gboolean refresh(RaX11Keys *keys)
{
    if (keys->keymap != NULL && !keys->stale)
        return TRUE;
    drop_keymap(keys);
    keys->keymap = xkb_x11_keymap_new_from_device(keys->context, ra_x11_xcb(keys->x11),
                                                  keys->device, XKB_KEYMAP_COMPILE_NO_FLAGS);
    if (keys->keymap == NULL)
        return FALSE;
    keys->state = xkb_state_new(keys->keymap);
    keys->trial = xkb_state_new(keys->keymap);
    keys->level[SHIFT] = find_level(keys, XKB_KEY_Shift_L);
    keys->level[ALTGR] = find_level(keys, XKB_KEY_ISO_Level3_Shift);
    find_spares(keys);
    keys->stale = FALSE;
    return TRUE;
}

/* What is held and locked at this moment, by the novice's hands too. */
static gboolean read_state(RaX11Keys *keys)
{
    xcb_connection_t *xcb = ra_x11_xcb(keys->x11);
    xcb_xkb_get_state_reply_t *now =
        xcb_xkb_get_state_reply(xcb, xcb_xkb_get_state(xcb, XCB_XKB_ID_USE_CORE_KBD), NULL);
    if (now == NULL)
        return FALSE;
    keys->now = *now;
    free(now);
    xkb_state_update_mask(keys->state, keys->now.baseMods, keys->now.latchedMods,
                          keys->now.lockedMods, (xkb_layout_index_t)keys->now.baseGroup,
                          (xkb_layout_index_t)keys->now.latchedGroup, keys->now.lockedGroup);
    return TRUE;
}

static void set_trial(RaX11Keys *keys, xkb_mod_mask_t held)
{
    xkb_state_update_mask(keys->trial, held, keys->now.latchedMods, keys->now.lockedMods,
                          (xkb_layout_index_t)keys->now.baseGroup,
                          (xkb_layout_index_t)keys->now.latchedGroup, keys->now.lockedGroup);
}

static void fake(RaX11Keys *keys, guint8 type, xcb_keycode_t keycode)
{
    xcb_test_fake_input(ra_x11_xcb(keys->x11), type, keycode, XCB_CURRENT_TIME, XCB_WINDOW_NONE, 0,
                        0, 0);
}

/* The key at the helper's place, where it gives the helper's keysym. 0 for none. */
static xcb_keycode_t by_place(RaX11Keys *keys, guint32 keysym, guint32 code)
{
    const guint evdev = ra_scancode_to_evdev(code);
    const xkb_keycode_t k = evdev + EVDEV_OFFSET;
    if (evdev == 0 || k > G_MAXUINT8 || k < xkb_keymap_min_keycode(keys->keymap) ||
        k > xkb_keymap_max_keycode(keys->keymap))
        return 0;
    if (keysym == XKB_KEY_NoSymbol || same(xkb_state_key_get_one_sym(keys->state, k), keysym) ||
        (is_function(keysym) && has_keysym(keys, k, keysym)))
        return (xcb_keycode_t)k;
    return 0;
}

static xcb_keycode_t first_that_gives(RaX11Keys *keys, xkb_keysym_t keysym, gboolean any_level)
{
    const xkb_keycode_t last = MIN(xkb_keymap_max_keycode(keys->keymap), G_MAXUINT8);
    for (xkb_keycode_t k = xkb_keymap_min_keycode(keys->keymap); k <= last; k++)
        if (any_level ? has_keysym(keys, k, keysym)
                      : same(xkb_state_key_get_one_sym(keys->trial, k), keysym))
            return (xcb_keycode_t)k;
    return 0;
}

/* A key of the layout of the moment, with the fewest changes to what is held. */
static gboolean by_keysym(RaX11Keys *keys, xkb_keysym_t keysym, Stroke *ret)
{
    set_trial(keys, keys->now.baseMods);
    Stroke stroke = {.keycode = first_that_gives(keys, keysym, FALSE), .as_it_is = TRUE};
    if (stroke.keycode == 0 && is_function(keysym))
        stroke.keycode = first_that_gives(keys, keysym, TRUE);
    const xkb_mod_mask_t rest =
        keys->now.baseMods & ~(keys->level[SHIFT].mask | keys->level[ALTGR].mask);
    for (guint with = 0; stroke.keycode == 0 && with < 1 << N_LEVELS; with++) {
        xkb_mod_mask_t mods = rest;
        gboolean possible = TRUE;
        stroke.as_it_is = FALSE;
        for (guint i = 0; i < N_LEVELS; i++) {
            stroke.want[i] = (with >> i & 1) != 0;
            possible &= !stroke.want[i] || keys->level[i].keycode != 0;
            mods |= stroke.want[i] ? keys->level[i].mask : 0;
        }
        if (!possible)
            continue;
        set_trial(keys, mods);
        stroke.keycode = first_that_gives(keys, keysym, FALSE);
    }
    if (stroke.keycode == 0)
        return FALSE;
    *ret = stroke;
    return TRUE;
}

static gboolean is_held(const RaX11Keys *keys, xcb_keycode_t keycode)
{
    for (guint i = 0; i < keys->n_held; i++)
        if (keys->held[i].keycode == keycode)
            return TRUE;
    return FALSE;
}

static void set_meaning(RaX11Keys *keys, xcb_keycode_t keycode, xcb_keysym_t keysym)
{
    const xcb_keysym_t both[] = {keysym, keysym}; /* without and with Shift */
    xcb_change_keyboard_mapping(ra_x11_xcb(keys->x11), 1, keycode, G_N_ELEMENTS(both), both);
    keys->stale = TRUE;
}

/* Gives a key without meaning this one. 0 where there is none left. */
static xcb_keycode_t bind(RaX11Keys *keys, xkb_keysym_t keysym)
{
    Spare *oldest = NULL;
    for (guint i = 0; i < keys->n_spares; i++) {
        Spare *spare = &keys->spare[i];
        if (!is_held(keys, spare->keycode) && (oldest == NULL || spare->used < oldest->used))
            oldest = spare;
    }
    if (oldest == NULL)
        return 0;
    oldest->keysym = keysym;
    set_meaning(keys, oldest->keycode, keysym);
    return oldest->keycode;
}

static void hold(RaX11Keys *keys, guint32 keysym, guint32 code, xcb_keycode_t keycode)
{
    for (guint i = 0; i < keys->n_spares; i++)
        if (keys->spare[i].keycode == keycode)
            keys->spare[i].used = ++keys->clock;
    if (is_held(keys, keycode) || keys->n_held == HELD_MAX)
        return;
    keys->held[keys->n_held++] = (Held){keysym, code, keycode};
    fake(keys, XCB_KEY_PRESS, keycode);
}

/* Presses or lifts the modifiers of STROKE; UNDO puts them back. */
static void change_levels(RaX11Keys *keys, const Stroke *stroke, gboolean undo)
{
    for (guint i = 0; i < N_LEVELS; i++) {
        const Level *level = &keys->level[i];
        const gboolean there = (keys->now.baseMods & level->mask) != 0;
        if (stroke->want[i] && !there)
            fake(keys, undo ? XCB_KEY_RELEASE : XCB_KEY_PRESS, level->keycode);
        for (guint h = 0; !stroke->want[i] && there && h < keys->n_held; h++)
            if ((mods_of(keys, keys->held[h].keycode) & level->mask) != 0)
                fake(keys, undo ? XCB_KEY_PRESS : XCB_KEY_RELEASE, keys->held[h].keycode);
    }
}

static void tap(RaX11Keys *keys, const Stroke *stroke)
{
    if (is_held(keys, stroke->keycode))
        fake(keys, XCB_KEY_RELEASE, stroke->keycode);
    change_levels(keys, stroke, FALSE);
    fake(keys, XCB_KEY_PRESS, stroke->keycode);
    fake(keys, XCB_KEY_RELEASE, stroke->keycode);
    change_levels(keys, stroke, TRUE);
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

/* The key to hold for KEYSYM; 0 where there is none, or where it was tapped. */
static xcb_keycode_t by_meaning(RaX11Keys *keys, xkb_keysym_t keysym)
{
    Stroke stroke;
    if (!by_keysym(keys, keysym, &stroke))
        return bind(keys, keysym);
    if (stroke.as_it_is)
        return stroke.keycode;
    tap(keys, &stroke);
    return 0;
}

void ra_x11_keys_press(RaX11Keys *keys, guint32 keysym, guint32 code)
{
    if (find_held(keys, keysym, code) != NULL || !refresh(keys) || !read_state(keys))
        return;
    xcb_keycode_t keycode = by_place(keys, keysym, code);
    if (keycode == 0 && keysym != XKB_KEY_NoSymbol)
        keycode = by_meaning(keys, keysym);
    if (keycode != 0)
        hold(keys, keysym, code, keycode);
    xcb_flush(ra_x11_xcb(keys->x11));
}

void ra_x11_keys_release(RaX11Keys *keys, guint32 keysym, guint32 code)
{
    Held *held = find_held(keys, keysym, code);
    /* "A" went down, then Shift up, now "a" goes up: the same key. */
    for (guint i = 0; held == NULL && code == 0 && keys->keymap != NULL && i < keys->n_held; i++)
        if (has_keysym(keys, keys->held[i].keycode, keysym))
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
    if (keycode == KEY_ESC + EVDEV_OFFSET)
        return TRUE;
    const xkb_keysym_t *syms;
    if (!refresh(keys) || !read_state(keys))
        return FALSE;
    const xkb_layout_index_t layout = xkb_state_key_get_layout(keys->state, keycode);
    return layout != XKB_LAYOUT_INVALID &&
           xkb_keymap_key_get_syms_by_level(keys->keymap, keycode, layout, 0, &syms) == 1 &&
           syms[0] == XKB_KEY_Escape;
}

gboolean ra_x11_keys_is_pause(guint keycode)
{
    return keycode == KEY_PAUSE + EVDEV_OFFSET;
}

void ra_x11_keys_event(RaX11Keys *keys, const xcb_generic_event_t *event)
{
    if ((event->response_type & 0x7f) == keys->xkb_event)
        keys->stale = TRUE; /* none but those that tell of new layouts are selected */
}

static void select_events(RaX11Keys *keys)
{
    const guint16 kinds = XCB_XKB_EVENT_TYPE_NEW_KEYBOARD_NOTIFY | XCB_XKB_EVENT_TYPE_MAP_NOTIFY;
    const guint16 parts = XCB_XKB_MAP_PART_KEY_TYPES | XCB_XKB_MAP_PART_KEY_SYMS |
                          XCB_XKB_MAP_PART_MODIFIER_MAP | XCB_XKB_MAP_PART_EXPLICIT_COMPONENTS |
                          XCB_XKB_MAP_PART_KEY_ACTIONS | XCB_XKB_MAP_PART_VIRTUAL_MODS |
                          XCB_XKB_MAP_PART_VIRTUAL_MOD_MAP;
    xcb_xkb_select_events(ra_x11_xcb(keys->x11), (xcb_xkb_device_spec_t)keys->device, kinds, 0,
                          kinds, parts, parts, NULL);
}

RaX11Keys *ra_x11_keys_new(RaX11 *x11, GError **error)
{
    g_autoptr(RaX11Keys) keys = g_new0(RaX11Keys, 1);
    keys->x11 = x11;
    keys->device = -1;
    keys->context =
        xkb_context_new(XKB_CONTEXT_NO_DEFAULT_INCLUDES | XKB_CONTEXT_NO_ENVIRONMENT_NAMES);
    if (xkb_x11_setup_xkb_extension(
            ra_x11_xcb(x11), XKB_X11_MIN_MAJOR_XKB_VERSION, XKB_X11_MIN_MINOR_XKB_VERSION,
            XKB_X11_SETUP_XKB_EXTENSION_NO_FLAGS, NULL, NULL, &keys->xkb_event, NULL))
        keys->device = xkb_x11_get_core_keyboard_device_id(ra_x11_xcb(x11));
    if (keys->context == NULL || keys->device < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The X server has no keyboard that can be read (XKB): this desktop can be "
                    "shown, but not controlled");
        return NULL;
    }
    select_events(keys);
    return g_steal_pointer(&keys);
}

void ra_x11_keys_free(RaX11Keys *keys)
{
    if (keys == NULL)
        return;
    drop_keymap(keys);
    g_clear_pointer(&keys->context, xkb_context_unref);
    g_free(keys);
}
