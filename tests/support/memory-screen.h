/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A screen source in memory (host/screen.h), for tests: the test draws, the program under test
 * fetches. Its events come from the main context that was the thread's default at start(). */
#pragma once

#include "host/screen.h"

/* All black. The test keeps the pointer, and frees it where the program under test does not. */
RaScreen *ra_memory_screen_new(guint16 width, guint16 height);
/* Sets every pixel of RECT, which is cut to the screen, and damages it. */
void ra_memory_screen_fill(RaScreen *screen, RaRect rect, guint32 pixel);
/* Puts RECT's pixels (row by row, without gaps) there, cut to the screen, and damages it. */
void ra_memory_screen_put(RaScreen *screen, RaRect rect, const guint32 *pixels);
/* What the frame must show after a fetch(): width * height pixels. Borrowed until resized. */
const guint32 *ra_memory_screen_pixels(RaScreen *screen);
/* A new size, all black; resized() follows from the main loop. */
void ra_memory_screen_resize(RaScreen *screen, guint16 width, guint16 height);
/* A pointer of WIDTH x HEIGHT (0 x 0: none) in one colour; cursor() follows from the main loop. */
void ra_memory_screen_cursor(RaScreen *screen, guint16 width, guint16 height, guint32 pixel);
/* Moves the pointer (RA_IPC_OUTSIDE, both: out of the screen); pointer() follows from the main
 * loop. */
void ra_memory_screen_point(RaScreen *screen, guint16 x, guint16 y);
/* lost() follows from the main loop, and fetch() fails from now on. */
void ra_memory_screen_lose(RaScreen *screen);
/* How often fetch() was called. */
guint ra_memory_screen_fetches(RaScreen *screen);
