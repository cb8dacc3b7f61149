/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/stale-keys.h"

#ifdef GDK_WINDOWING_X11
#include <X11/Xlib.h>
#include <gdk/x11/gdkx.h>
#endif

#include <string.h>

enum { BYTES = 32 }; /* a bit for each of X11's codes; other codes are never stale */

struct _RaStaleKeys {
    guint8 down[BYTES];
};

RaStaleKeys *ra_stale_keys_new(void)
{
    return g_new0(RaStaleKeys, 1);
}

void ra_stale_keys_free(RaStaleKeys *keys)
{
    g_free(keys);
}

void ra_stale_keys_look(RaStaleKeys *keys, GdkDisplay *display)
{
#ifdef GDK_WINDOWING_X11
    char map[BYTES];
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    if (GDK_IS_X11_DISPLAY(display)) {
        XQueryKeymap(gdk_x11_display_get_xdisplay(display), map);
        memcpy(keys->down, map, BYTES);
    }
    G_GNUC_END_IGNORE_DEPRECATIONS
#else
    (void)keys, (void)display;
#endif
}

gboolean ra_stale_keys_pressed(RaStaleKeys *keys, guint code, gboolean fresh)
{
    if (code / 8 >= BYTES)
        return FALSE;
    const guint8 bit = (guint8)(1u << code % 8);
    const gboolean stale = (keys->down[code / 8] & bit) != 0;
    if (!fresh)
        keys->down[code / 8] |= bit;
    return stale;
}

void ra_stale_keys_released(RaStaleKeys *keys, guint code)
{
    if (code / 8 < BYTES)
        keys->down[code / 8] &= (guint8) ~(1u << code % 8);
}
