/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-keymap.h"

#include "base/error.h"
#include "host/scancode.h"

#include <stdlib.h>
#include <xcb/xkb.h>
#include <xkbcommon/xkbcommon-x11.h>

enum {
    EVDEV_OFFSET = 8, /* X keycodes are Linux's numbers and this */
    LOCK = XCB_MOD_MASK_LOCK,
    SHORTCUT = XCB_MOD_MASK_CONTROL | XCB_MOD_MASK_1 | XCB_MOD_MASK_4,
};

typedef struct {
    xcb_keycode_t keycode; /* 0: this keyboard has none */
    xkb_mod_mask_t mods;
} Level;

struct _RaX11Keymap {
    RaX11 *x11;
    guint8 xkb_event;
    int device;
    struct xkb_context *context;
    struct xkb_keymap *map; /* NULL: cannot be read */
    struct xkb_state *state;
    struct xkb_state *trial; /* scratch, for what if */
    gboolean stale;
    Level level[RA_X11_LEVELS];
    xcb_xkb_get_state_reply_t now;
};

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

/* Keys that stay themselves whatever modifiers are held: not characters, not what makes them
 * (accents), and not the keypad, whose meaning Num Lock chooses. */
static gboolean is_function(xkb_keysym_t keysym)
{
    const guint32 character = xkb_keysym_to_utf32(keysym);
    const gboolean keypad = keysym >= XKB_KEY_KP_Space && keysym <= XKB_KEY_KP_9;
    const gboolean dead = keysym >= XKB_KEY_dead_grave && keysym <= XKB_KEY_dead_longsolidusoverlay;
    return (character < ' ' || character == 0x7f) && !keypad && !dead;
}

gboolean ra_x11_keymap_has(RaX11Keymap *keymap, xcb_keycode_t keycode, guint32 keysym)
{
    const xkb_layout_index_t layout = xkb_state_key_get_layout(keymap->state, keycode);
    if (layout == XKB_LAYOUT_INVALID)
        return FALSE;
    const xkb_level_index_t n = xkb_keymap_num_levels_for_key(keymap->map, keycode, layout);
    for (xkb_level_index_t level = 0; level < n; level++) {
        const xkb_keysym_t *syms;
        if (xkb_keymap_key_get_syms_by_level(keymap->map, keycode, layout, level, &syms) == 1 &&
            same(syms[0], keysym))
            return TRUE;
    }
    return FALSE;
}

gboolean ra_x11_keymap_is_base(RaX11Keymap *keymap, guint keycode, guint32 keysym)
{
    const xkb_keysym_t *syms;
    const xkb_layout_index_t layout = xkb_state_key_get_layout(keymap->state, keycode);
    return layout != XKB_LAYOUT_INVALID &&
           xkb_keymap_key_get_syms_by_level(keymap->map, keycode, layout, 0, &syms) == 1 &&
           same(syms[0], keysym);
}

static gboolean is_meaningless(RaX11Keymap *keymap, xkb_keycode_t keycode)
{
    const xkb_layout_index_t layouts = xkb_keymap_num_layouts_for_key(keymap->map, keycode);
    for (xkb_layout_index_t layout = 0; layout < layouts; layout++) {
        const xkb_level_index_t n = xkb_keymap_num_levels_for_key(keymap->map, keycode, layout);
        for (xkb_level_index_t level = 0; level < n; level++) {
            const xkb_keysym_t *syms;
            if (xkb_keymap_key_get_syms_by_level(keymap->map, keycode, layout, level, &syms) > 0)
                return FALSE;
        }
    }
    return TRUE;
}

guint ra_x11_keymap_spares(RaX11Keymap *keymap, xcb_keycode_t *ret, guint max)
{
    const xkb_keycode_t first = xkb_keymap_min_keycode(keymap->map);
    guint n = 0;
    for (xkb_keycode_t k = MIN(xkb_keymap_max_keycode(keymap->map), G_MAXUINT8);
         k >= first && n < max; k--)
        if (is_meaningless(keymap, k))
            ret[n++] = (xcb_keycode_t)k;
    return n;
}

guint32 ra_x11_keymap_mods_of(RaX11Keymap *keymap, xcb_keycode_t keycode)
{
    struct xkb_state *fresh = xkb_state_new(keymap->map);
    xkb_state_update_key(fresh, keycode, XKB_KEY_DOWN);
    const xkb_mod_mask_t mods = xkb_state_serialize_mods(fresh, XKB_STATE_MODS_DEPRESSED);
    xkb_state_unref(fresh);
    return mods;
}

static Level find_level(RaX11Keymap *keymap, xkb_keysym_t keysym)
{
    const xkb_keycode_t last = MIN(xkb_keymap_max_keycode(keymap->map), G_MAXUINT8);
    for (xkb_keycode_t k = xkb_keymap_min_keycode(keymap->map); k <= last; k++) {
        if (xkb_state_key_get_one_sym(keymap->trial, k) != keysym)
            continue;
        const xkb_mod_mask_t mods = ra_x11_keymap_mods_of(keymap, (xcb_keycode_t)k);
        if (mods != 0)
            return (Level){(xcb_keycode_t)k, mods};
    }
    return (Level){0};
}

guint32 ra_x11_keymap_level_mods(const RaX11Keymap *keymap, RaX11Level level)
{
    return keymap->level[level].mods;
}

xcb_keycode_t ra_x11_keymap_level_key(const RaX11Keymap *keymap, RaX11Level level)
{
    return keymap->level[level].keycode;
}

guint32 ra_x11_keymap_held_mods(const RaX11Keymap *keymap)
{
    return keymap->now.baseMods;
}

gboolean ra_x11_keymap_in_shortcut(const RaX11Keymap *keymap)
{
    return (keymap->now.baseMods & SHORTCUT) != 0;
}

static void drop_map(RaX11Keymap *keymap)
{
    g_clear_pointer(&keymap->state, xkb_state_unref);
    g_clear_pointer(&keymap->trial, xkb_state_unref);
    g_clear_pointer(&keymap->map, xkb_keymap_unref);
}

static gboolean read_map(RaX11Keymap *keymap)
{
    static const xkb_keysym_t chooses[] = {[RA_X11_SHIFT] = XKB_KEY_Shift_L,
                                           [RA_X11_LEVEL3] = XKB_KEY_ISO_Level3_Shift,
                                           [RA_X11_LEVEL5] = XKB_KEY_ISO_Level5_Shift};
    if (keymap->map != NULL && !keymap->stale)
        return TRUE;
    drop_map(keymap);
    keymap->map = xkb_x11_keymap_new_from_device(keymap->context, ra_x11_xcb(keymap->x11),
                                                 keymap->device, XKB_KEYMAP_COMPILE_NO_FLAGS);
    if (keymap->map == NULL)
        return FALSE;
    keymap->state = xkb_state_new(keymap->map);
    keymap->trial = xkb_state_new(keymap->map);
    for (guint i = 0; i < RA_X11_LEVELS; i++)
        keymap->level[i] = find_level(keymap, chooses[i]);
    keymap->stale = FALSE;
    return TRUE;
}

/* GROUP -1: the one of the moment. */
static void set_state(RaX11Keymap *keymap, struct xkb_state *state, xkb_mod_mask_t held,
                      gboolean unlock, int group)
{
    const xcb_xkb_get_state_reply_t *now = &keymap->now;
    const xkb_mod_mask_t locked = now->lockedMods & ~(unlock ? (xkb_mod_mask_t)LOCK : 0);
    if (group < 0)
        xkb_state_update_mask(state, held, now->latchedMods, locked,
                              (xkb_layout_index_t)now->baseGroup,
                              (xkb_layout_index_t)now->latchedGroup, now->lockedGroup);
    else
        xkb_state_update_mask(state, held, now->latchedMods, locked, 0, 0,
                              (xkb_layout_index_t)group);
}

/* What is held and locked at this moment, by the novice's hands too. A shortcut is the same with
 * Caps Lock and without: programs take it so. */
gboolean ra_x11_keymap_read(RaX11Keymap *keymap)
{
    xcb_connection_t *xcb = ra_x11_xcb(keymap->x11);
    if (!read_map(keymap))
        return FALSE;
    xcb_xkb_get_state_reply_t *now =
        xcb_xkb_get_state_reply(xcb, xcb_xkb_get_state(xcb, XCB_XKB_ID_USE_CORE_KBD), NULL);
    if (now == NULL)
        return FALSE;
    keymap->now = *now;
    free(now);
    if (ra_x11_keymap_in_shortcut(keymap))
        keymap->now.lockedMods &= (guint8)~LOCK;
    set_state(keymap, keymap->state, keymap->now.baseMods, FALSE, -1);
    return TRUE;
}

/* The key there, if the keyboard has it; 0 for none. */
static xcb_keycode_t at_place(RaX11Keymap *keymap, guint32 code)
{
    const guint evdev = ra_scancode_to_evdev(code);
    const xkb_keycode_t k = evdev + EVDEV_OFFSET;
    if (evdev == 0 || k > G_MAXUINT8 || k < xkb_keymap_min_keycode(keymap->map) ||
        k > xkb_keymap_max_keycode(keymap->map))
        return 0;
    return (xcb_keycode_t)k;
}

xcb_keycode_t ra_x11_keymap_by_place(RaX11Keymap *keymap, guint32 keysym, guint32 code)
{
    const xcb_keycode_t k = at_place(keymap, code);
    if (k == 0)
        return 0;
    if (keysym == XKB_KEY_NoSymbol || same(xkb_state_key_get_one_sym(keymap->state, k), keysym) ||
        (is_function(keysym) && ra_x11_keymap_has(keymap, k, keysym)) ||
        (ra_x11_keymap_in_shortcut(keymap) && ra_x11_keymap_is_base(keymap, k, keysym)))
        return k;
    return 0;
}

xcb_keycode_t ra_x11_keymap_latin_place(RaX11Keymap *keymap, guint32 code)
{
    const xcb_keycode_t k = at_place(keymap, code);
    const guint32 character =
        k != 0 ? xkb_keysym_to_utf32(xkb_state_key_get_one_sym(keymap->state, k)) : 0;
    return character >= '!' && character <= '~' ? k : 0;
}

static xcb_keycode_t first_that_gives(RaX11Keymap *keymap, xkb_keysym_t keysym)
{
    const xkb_keycode_t last = MIN(xkb_keymap_max_keycode(keymap->map), G_MAXUINT8);
    for (xkb_keycode_t k = xkb_keymap_min_keycode(keymap->map); k <= last; k++)
        if (same(xkb_state_key_get_one_sym(keymap->trial, k), keysym))
            return (xcb_keycode_t)k;
    return 0;
}

/* A key to which what is held does not matter. */
static xcb_keycode_t first_regardless(RaX11Keymap *keymap, xkb_keysym_t keysym)
{
    const xkb_keycode_t last = MIN(xkb_keymap_max_keycode(keymap->map), G_MAXUINT8);
    const gboolean function = is_function(keysym);
    if (!function && !ra_x11_keymap_in_shortcut(keymap))
        return 0;
    for (xkb_keycode_t k = xkb_keymap_min_keycode(keymap->map); k <= last; k++)
        if (function ? ra_x11_keymap_has(keymap, (xcb_keycode_t)k, keysym)
                     : ra_x11_keymap_is_base(keymap, k, keysym))
            return (xcb_keycode_t)k;
    return 0;
}

/* With other levels held. */
static gboolean try_levels(RaX11Keymap *keymap, xkb_keysym_t keysym, RaX11Stroke *stroke)
{
    xkb_mod_mask_t rest = keymap->now.baseMods;
    for (guint i = 0; i < RA_X11_LEVELS; i++)
        rest &= ~keymap->level[i].mods;
    for (guint with = 0; with < 1 << RA_X11_LEVELS; with++) {
        xkb_mod_mask_t mods = rest;
        gboolean possible = TRUE;
        for (guint i = 0; i < RA_X11_LEVELS; i++) {
            stroke->want[i] = (with >> i & 1) != 0;
            possible &= !stroke->want[i] || keymap->level[i].keycode != 0;
            mods |= stroke->want[i] ? keymap->level[i].mods : 0;
        }
        if (!possible)
            continue;
        set_state(keymap, keymap->trial, mods, stroke->unlock, stroke->group);
        stroke->keycode = first_that_gives(keymap, keysym);
        if (stroke->keycode != 0)
            return TRUE;
    }
    return FALSE;
}

gboolean ra_x11_keymap_by_keysym(RaX11Keymap *keymap, guint32 keysym, RaX11Stroke *ret)
{
    const int groups = (int)xkb_keymap_num_layouts(keymap->map);
    const int now = (int)xkb_state_serialize_layout(keymap->state, XKB_STATE_LAYOUT_EFFECTIVE);
    set_state(keymap, keymap->trial, keymap->now.baseMods, FALSE, -1);
    RaX11Stroke stroke = {
        .keycode = first_that_gives(keymap, keysym), .as_it_is = TRUE, .group = -1};
    if (stroke.keycode == 0)
        stroke.keycode = first_regardless(keymap, keysym);
    if (stroke.keycode != 0) {
        *ret = stroke;
        return TRUE;
    }
    stroke.as_it_is = FALSE;
    for (; stroke.group < groups; stroke.group++) {
        for (int unlock = 0; unlock <= 1; unlock++) {
            stroke.unlock = unlock != 0;
            if (stroke.group == now || (stroke.unlock && (keymap->now.lockedMods & LOCK) == 0) ||
                !try_levels(keymap, keysym, &stroke))
                continue;
            *ret = stroke;
            return TRUE;
        }
    }
    return FALSE;
}

void ra_x11_keymap_lock(RaX11Keymap *keymap, const RaX11Stroke *stroke, gboolean undo)
{
    const xcb_xkb_get_state_reply_t *now = &keymap->now;
    if (!stroke->unlock && stroke->group < 0)
        return;
    const guint8 lock = undo ? now->lockedMods & (guint8)LOCK : 0;
    const guint8 group = undo ? now->lockedGroup : (guint8)MAX(stroke->group, 0);
    xcb_xkb_latch_lock_state(ra_x11_xcb(keymap->x11), XCB_XKB_ID_USE_CORE_KBD,
                             stroke->unlock ? (guint8)LOCK : 0, lock, stroke->group >= 0, group, 0,
                             FALSE, 0);
}

void ra_x11_keymap_event(RaX11Keymap *keymap, const xcb_generic_event_t *event)
{
    if ((event->response_type & 0x7f) == keymap->xkb_event)
        keymap->stale = TRUE; /* none but those that tell of new layouts are selected */
}

void ra_x11_keymap_changed(RaX11Keymap *keymap)
{
    keymap->stale = TRUE;
}

static void select_events(RaX11Keymap *keymap)
{
    const guint16 kinds = XCB_XKB_EVENT_TYPE_NEW_KEYBOARD_NOTIFY | XCB_XKB_EVENT_TYPE_MAP_NOTIFY;
    const guint16 parts = XCB_XKB_MAP_PART_KEY_TYPES | XCB_XKB_MAP_PART_KEY_SYMS |
                          XCB_XKB_MAP_PART_MODIFIER_MAP | XCB_XKB_MAP_PART_EXPLICIT_COMPONENTS |
                          XCB_XKB_MAP_PART_KEY_ACTIONS | XCB_XKB_MAP_PART_VIRTUAL_MODS |
                          XCB_XKB_MAP_PART_VIRTUAL_MOD_MAP;
    xcb_xkb_select_events(ra_x11_xcb(keymap->x11), (xcb_xkb_device_spec_t)keymap->device, kinds, 0,
                          kinds, parts, parts, NULL);
}

RaX11Keymap *ra_x11_keymap_new(RaX11 *x11, GError **error)
{
    g_autoptr(RaX11Keymap) keymap = g_new0(RaX11Keymap, 1);
    keymap->x11 = x11;
    keymap->device = -1;
    keymap->context =
        xkb_context_new(XKB_CONTEXT_NO_DEFAULT_INCLUDES | XKB_CONTEXT_NO_ENVIRONMENT_NAMES);
    if (xkb_x11_setup_xkb_extension(
            ra_x11_xcb(x11), XKB_X11_MIN_MAJOR_XKB_VERSION, XKB_X11_MIN_MINOR_XKB_VERSION,
            XKB_X11_SETUP_XKB_EXTENSION_NO_FLAGS, NULL, NULL, &keymap->xkb_event, NULL))
        keymap->device = xkb_x11_get_core_keyboard_device_id(ra_x11_xcb(x11));
    if (keymap->context == NULL || keymap->device < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The X server has no keyboard that can be read (XKB): this desktop can be "
                    "shown, but not controlled");
        return NULL;
    }
    select_events(keymap);
    return g_steal_pointer(&keymap);
}

void ra_x11_keymap_free(RaX11Keymap *keymap)
{
    if (keymap == NULL)
        return;
    drop_map(keymap);
    g_clear_pointer(&keymap->context, xkb_context_unref);
    g_free(keymap);
}
