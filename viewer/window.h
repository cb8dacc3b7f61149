/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helper's window: the remote screen, the toolbar above, the chat on the left, the status line
 * below. It shows what the model says, and tells what the helper does; it knows nothing of
 * sessions. */
#pragma once

#include "viewer/model.h"
#include "viewer/picture.h"

typedef struct _RaWindow RaWindow;

typedef struct {
    gboolean fullscreen;
    int scale; /* pixels a dp, in percent, 50..400; 0: by the display */
} RaWindowOptions;

/* Opens it, with no picture yet. One at a time. MODEL is borrowed. ACT is called from the main loop
 * only. RA_ERROR_FAILED where there is no display. */
RaWindow *ra_window_new(const RaWindowOptions *options, const RaModel *model, RaActFunc act,
                        gpointer data, GError **error);
void ra_window_free(RaWindow *window); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaWindow, ra_window_free)

/* PARTS of the model are other ones than they were. */
void ra_window_update(RaWindow *window, RaModelPart parts);
/* Takes PICTURE. The first one gives the window its size. */
void ra_window_set_picture(RaWindow *window, RaPicture *picture);
/* MESSAGE is RA_IPC_CHANGED; what lies outside the picture is ignored. On the screen when
 * ra_window_flush() is called, or the main loop has gone round. */
void ra_window_changed(RaWindow *window, const RaIpcMessage *message);
/* MESSAGE is RA_IPC_CURSOR. */
void ra_window_set_cursor(RaWindow *window, const RaIpcMessage *message);
/* MESSAGE is RA_IPC_POINTER: where the novice's is. */
void ra_window_set_pointer(RaWindow *window, const RaIpcMessage *message);
/* Brings to the screen what is not there yet. */
void ra_window_flush(RaWindow *window);
/* As the buttons do. */
void ra_window_set_mode(RaWindow *window, RaViewMode mode);
void ra_window_set_fullscreen(RaWindow *window, gboolean fullscreen);
