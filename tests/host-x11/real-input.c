/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does on $DISPLAY, an Xvfb, what the novice's own hands do: xdotool's input is injected, and told
 * apart. Usage: real-input key KEYCODE | real-input move X Y | real-input click X Y */
#include "tests/host-x11/real.h"
#include "tests/support/number.h"

int main(int argc, char **argv)
{
    xcb_connection_t *xcb = xcb_connect(NULL, NULL);
    if (xcb_connection_has_error(xcb) != 0 || argc < 3 || argc > 4)
        return EXIT_FAILURE;
    if (argc == 3) {
        ra_real_key(xcb, (guint8)ra_number(argv[2], 8, 255));
    } else {
        const int x = ra_number(argv[2], 0, G_MAXINT16), y = ra_number(argv[3], 0, G_MAXINT16);
        RaRealMouse *mouse = ra_real_mouse_new(xcb);
        ra_real_mouse_move(mouse, x, y);
        if (g_str_equal(argv[1], "click")) {
            ra_real_mouse_button(mouse, TRUE);
            ra_real_mouse_button(mouse, FALSE);
        }
        ra_real_mouse_free(mouse);
    }
    xcb_disconnect(xcb);
    return EXIT_SUCCESS;
}
