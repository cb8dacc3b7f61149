/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helper's window: the remote screen, the toolbar above, the status line below. It shows what
 * it is told, and tells what the helper does; it knows nothing of sessions. */
#pragma once

#include "viewer/picture.h"
#include "viewer/status.h"

typedef struct _RaWindow RaWindow;

/* Each callback may free the window. */
typedef struct {
    /* The window's close button, or that of the panel ("Cancel", "Close"). */
    void (*close)(RaWindow *window, gpointer data);
    void (*disconnect)(RaWindow *window, gpointer data);
    /* Take control (TRUE), or give it back. */
    void (*control)(RaWindow *window, gboolean want, gpointer data);
    /* Input for the remote computer, only while its status says that the helper is in control and
     * not view-only. */
    void (*pointer)(RaWindow *window, guint16 x, guint16 y, guint16 buttons, gpointer data);
    void (*key)(RaWindow *window, gboolean down, guint32 keysym, guint32 code, gpointer data);
} RaWindowCallbacks;

/* Opens it, with nothing to show yet. One at a time. RA_ERROR_FAILED where there is no display. */
RaWindow *ra_window_new(gboolean fullscreen, const RaWindowCallbacks *callbacks, gpointer data,
                        GError **error);
void ra_window_free(RaWindow *window); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaWindow, ra_window_free)

/* Copies what it needs. */
void ra_window_set_status(RaWindow *window, const RaStatus *status);
/* Takes PICTURE. The first one gives the window its size. */
void ra_window_set_picture(RaWindow *window, RaPicture *picture);
/* MESSAGE is RA_IPC_CHANGED; what lies outside the picture is ignored. On the screen when the main
 * loop has gone round. */
void ra_window_changed(RaWindow *window, const RaIpcMessage *message);
/* MESSAGE is RA_IPC_CURSOR. */
void ra_window_set_cursor(RaWindow *window, const RaIpcMessage *message);
/* MESSAGE is RA_IPC_POINTER: where the novice's is. */
void ra_window_set_pointer(RaWindow *window, const RaIpcMessage *message);
/* As the buttons do. */
void ra_window_set_mode(RaWindow *window, RaViewMode mode);
void ra_window_set_fullscreen(RaWindow *window, gboolean fullscreen);
