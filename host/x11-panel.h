/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The look of the lasting sign: where its parts are, and how they are drawn. Knows nothing of X.
 *
 * What changes by itself or by a click (the helper's input waits, the microphone is muted, a
 * message comes) moves no
 * button from under the novice's pointer: there is room for the longer of the two words. */
#pragma once

#include "host/sign.h"

#include <cairo.h>
#include <glib.h>

typedef enum {
    RA_PANEL_REST,       /* to be dragged by */
    RA_PANEL_CHAT,       /* while there is a window for it; the first to go on narrow screens */
    RA_PANEL_MICROPHONE, /* while voice is on */
    RA_PANEL_STOP_CONTROL,
    RA_PANEL_PAUSE, /* hides the screen, or shows it again */
    RA_PANEL_END,
    RA_PANEL_PARTS,
} RaPanelPart;

typedef struct _RaPanel RaPanel;

/* DPI: of the screen, 96 where nothing is magnified. MAX_WIDTH: pixels; words are shortened, and
 * then left out, to fit. */
RaPanel *ra_panel_new(const RaSignState *state, double dpi, int max_width);
void ra_panel_free(RaPanel *panel); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaPanel, ra_panel_free)

/* Pixels. The two lower corners are round, of this radius. */
int ra_panel_width(const RaPanel *panel);
int ra_panel_height(const RaPanel *panel);
int ra_panel_radius(const RaPanel *panel);
/* The height that panels have at DPI. */
int ra_panel_room(double dpi);
/* What it says, without marks and buttons. Borrowed. */
const char *ra_panel_text(const RaPanel *panel);
RaPanelPart ra_panel_at(const RaPanel *panel, int x, int y);
/* The middle of a part, for those who press it by program; FALSE where it is not there. */
gboolean ra_panel_middle(const RaPanel *panel, RaPanelPart part, int *x, int *y);
/* HOVER: the part under the pointer; PRESSED: it is held down there. */
void ra_panel_draw(const RaPanel *panel, cairo_t *cr, RaPanelPart hover, gboolean pressed);
/* 0xRRGGBB: the colour of the frame around a screen that is controlled. */
guint32 ra_panel_warning_colour(void);
