/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures on the lasting sign, each in a square of 20, in the source colour of the moment. */
#pragma once

#include <cairo.h>

typedef enum {
    RA_ICON_EYE,        /* somebody watches */
    RA_ICON_EYE_CLOSED, /* the screen is hidden */
    RA_ICON_POINTER,    /* somebody controls */
    RA_ICON_BROKEN,     /* the link is gone */
    RA_ICON_MICROPHONE,
    RA_ICON_MICROPHONE_OFF,
} RaIcon;

/* At X, Y; SIZE pixels wide and high. */
void ra_icon_draw(cairo_t *cr, RaIcon icon, double x, double y, double size);
