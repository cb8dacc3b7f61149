/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A virtual X display of its own, looked at and typed on from outside, as a person would. */
#pragma once

#include "viewer/geometry.h"

typedef struct _Stage Stage;

/* Starts Xvfb and sets DISPLAY. NULL where there is none: the test was marked as skipped. */
Stage *stage_new(int width, int height);
/* The same without an EXTENSION of X. */
Stage *stage_new_without(int width, int height, const char *extension);
/* What the viewer remembers from the last time, before it is started: TEXT in its key file, in a
 * state folder of this test's own. */
void stage_choices(const char *text);
void stage_free(Stage *stage); /* NULL is fine */

/* Where the one window is; waits for it. */
RaBox stage_window(Stage *stage);
/* The same, without waiting: FALSE if there is none. */
gboolean stage_look(Stage *stage, RaBox *ret);
void stage_focus(Stage *stage, gboolean window); /* or nothing at all */
char *stage_title(Stage *stage);
/* The pixels of a part of the screen, 0x00RRGGBB. The caller frees them. */
guint32 *stage_grab(Stage *stage, RaBox part);

void stage_resize(Stage *stage, int width, int height);
/* The pointer's shape as the X server shows it now: its size, and its first pixel, B G R A. */
guint32 stage_pointer(Stage *stage, int *width, int *height);

/* Points are of the screen, keys X key codes. */
void stage_move(Stage *stage, int x, int y);
void stage_button(Stage *stage, int button, gboolean down);
void stage_key(Stage *stage, int keycode, gboolean down);

/* Runs the default main context until CHECK is TRUE; FALSE after five seconds. */
gboolean stage_wait(gboolean (*check)(gpointer data), gpointer data);
/* Runs it for a while. */
void stage_run(guint ms);
