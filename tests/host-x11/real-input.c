/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does on $DISPLAY, an Xvfb, what the novice's own hands do: xdotool's input is injected, and told
 * apart. Usage: real-input key KEYCODE | real-input move X Y | real-input click X Y */
#include "tests/host-x11/real.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    xcb_connection_t *xcb = xcb_connect(NULL, NULL);
    if (xcb_connection_has_error(xcb) != 0 || argc < 3)
        return EXIT_FAILURE;
    if (argc == 3 && g_str_equal(argv[1], "key")) {
        ra_real_key(xcb, (guint8)atoi(argv[2]));
    } else if (argc == 4) {
        RaRealMouse *mouse = ra_real_mouse_new(xcb);
        ra_real_mouse_move(mouse, atoi(argv[2]), atoi(argv[3]));
        if (g_str_equal(argv[1], "click")) {
            ra_real_mouse_button(mouse, TRUE);
            ra_real_mouse_button(mouse, FALSE);
        }
        ra_real_mouse_free(mouse);
    }
    xcb_disconnect(xcb);
    return EXIT_SUCCESS;
}
