/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's pointer, drawn over the picture while the helper only looks. Where it was is drawn
 * again from the picture: nothing is kept of what lies under it. */
#pragma once

#include "viewer/canvas.h"
#include "viewer/shape.h"

typedef struct _RaPointer RaNovicePointer;

RaNovicePointer *ra_novice_pointer_new(void);
void ra_novice_pointer_free(RaNovicePointer *pointer); /* NULL is fine */

/* MESSAGE is RA_IPC_CURSOR; what it points to is copied. */
void ra_novice_pointer_set_shape(RaNovicePointer *pointer, const RaIpcMessage *message);
/* MESSAGE is RA_IPC_POINTER: its hot spot, in pixels of the picture. */
void ra_novice_pointer_set_position(RaNovicePointer *pointer, const RaIpcMessage *message);
/* Puts it where VIEW (NULL: nowhere) has that point. TRUE if it looks other than before: then
 * *BEFORE and *NOW are the parts of the window to draw again, empty for those where it is not. */
gboolean ra_novice_pointer_place(RaNovicePointer *pointer, const RaView *view, RaBox *before,
                                 RaBox *now);
/* Where it was put, clipped to the picture's seen part; may be empty. */
RaBox ra_novice_pointer_seen(const RaNovicePointer *pointer);
/* Draws what of it lies in PART, over the picture, which has just been drawn there. */
void ra_novice_pointer_draw(const RaNovicePointer *pointer, RaDrawing *drawing, RaBox part);
