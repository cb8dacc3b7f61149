/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts the worker's picture on the X server's screen without a copy in between: the server maps the
 * memory that the worker decodes into (MIT-SHM 1.2, read-only) and takes from it. On a connection
 * of its own, so that SDL's is not disturbed; a window may be drawn by anyone.
 */
#pragma once

#include "viewer/picture.h"

#include <SDL.h>

typedef struct _RaDirect RaDirect;

/* NULL where it cannot be done: no X server, one on another computer, too old, or with pixels of
 * another format. */
RaDirect *ra_direct_new(SDL_Window *window);
void ra_direct_free(RaDirect *direct); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaDirect, ra_direct_free)
/* What is put from now on; NULL: nothing. FALSE: the server does not take it. */
gboolean ra_direct_set_picture(RaDirect *direct, const RaPicture *picture);
/* PART of the picture, at X, Y of the window. Nothing waits for it. */
void ra_direct_put(RaDirect *direct, RaBox part, int x, int y);
/* Sends what was put. ra_direct_wait() follows. */
void ra_direct_send(RaDirect *direct);
/* Until the server has drawn it. FALSE: it did not, or the connection is broken. */
gboolean ra_direct_wait(RaDirect *direct);
