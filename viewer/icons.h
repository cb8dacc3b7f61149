/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "viewer/chrome.h"

#include <cairo.h>

/* Strokes ICON in the current colour into a square of RA_CHROME_ICON at X, Y. */
void ra_icon_draw(cairo_t *cairo, RaIcon icon, double x, double y);
