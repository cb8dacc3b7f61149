/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shared frame of an X screen: a sealed memfd that the X server writes into (MIT-SHM 1.2), or
 * that is filled from the connection where the server cannot, or has other pixels than ours. */
#pragma once

#include "host/region.h"
#include "host/x11-area.h"

typedef struct _RaX11Frame RaX11Frame;

/* WIDTH x HEIGHT pixels as in RA_IPC_FRAME, all 0, rows without gaps. RA_ERROR_FAILED where there
 * is no memory, or where the screen has a colour map (depth 8) instead of true colours. */
RaX11Frame *ra_x11_frame_new(RaX11 *x11, guint16 width, guint16 height, GError **error);
void ra_x11_frame_free(RaX11Frame *frame); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaX11Frame, ra_x11_frame_free)

int ra_x11_frame_fd(const RaX11Frame *frame); /* borrowed */
guint16 ra_x11_frame_width(const RaX11Frame *frame);
guint16 ra_x11_frame_height(const RaX11Frame *frame);
/* Copies at least REGION, which lies in the frame, from the root window, where the frame's first
 * pixel is at X, Y. FALSE where the server refused: the screen has become smaller, or has gone. (Of
 * small parts what lies outside of the screen may stay as it was instead; an event tells.) */
gboolean ra_x11_frame_grab(RaX11Frame *frame, int x, int y, const RaRegion *region);
