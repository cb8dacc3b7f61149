/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawn by Cairo from lines on a grid of 24 x 24, so that they are sharp in any size and have the
 * colour of the text beside them. */
#pragma once

#include <cairo.h>
#include <glib.h>

typedef enum {
    RA_ICON_NONE,
    RA_ICON_CONTROL,
    RA_ICON_STOP,
    RA_ICON_SEND_FILE,
    RA_ICON_TALK,
    RA_ICON_MUTED,
    RA_ICON_SETTINGS,
    RA_ICON_DISCONNECT,
    RA_ICON_HELP,
    RA_ICON_CHAT,
    RA_ICON_FIT,
    RA_ICON_ACTUAL,
    RA_ICON_FULLSCREEN,
    RA_ICON_WINDOW,
    RA_ICON_POINT,
    RA_ICON_MONITOR,
    RA_ICON_KEYS,
    RA_ICON_SAVE,
    RA_ICON_COPY,
    RA_ICON_SEND,
    RA_ICON_CLOSE,
    RA_ICON_CHECK,
    RA_ICON_WARNING,
    RA_ICON_INFO,
    RA_ICON_LOCK,
    RA_ICON_EYE,
    RA_ICON_EYE_OFF,
    RA_ICON_FOLDER,
    RA_ICON_DOCUMENT,
    RA_ICON_BACK,
    RA_ICON_FORWARD,
    RA_ICON_UP,
    RA_ICON_DOWN,
    RA_ICON_PAUSE,
    RA_ICON_MOUSE,
    RA_ICON_RECONNECT,
    RA_ICON_PERSON,
    RA_ICON_SPEAKER,
    RA_ICON_CLIPBOARD,
    RA_ICON_COUNT,
} RaIcon;

/* In the current colour, into a square of SIZE pixels at X, Y. */
void ra_icon_draw(cairo_t *cairo, RaIcon icon, double x, double y, double size);
