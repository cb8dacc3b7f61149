/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What window.c (showing), window-input.c (mouse and keyboard of the picture) and window-events.c
 * (everything else that happens to a window) share. */
#pragma once

#include "viewer/canvas.h"
#include "viewer/chrome.h"
#include "viewer/novice-pointer.h"
#include "viewer/paint.h"
#include "viewer/pointer.h"
#include "viewer/scale.h"
#include "viewer/window.h"

/* What of the helper's input the remote end believes to be held down. */
typedef struct {
    guint32 keysym[SDL_NUM_SCANCODES];
    gboolean down[SDL_NUM_SCANCODES];
    guint16 buttons;
    guint16 x, y; /* pixels of the picture */
} RaHeld;

struct _RaWindow {
    const RaModel *model; /* borrowed */
    RaActFunc act;
    gpointer data;
    SDL_Window *sdl;
    GSource *events;
    RaCanvas *canvas;
    guint flush; /* source that draws what is damaged */
    RaChrome chrome;
    RaView view;
    RaPicture *picture; /* NULL: none yet */
    RaScaler *scaler;   /* for the view as it is, or NULL */
    gboolean sized;     /* the window has got its size */
    gboolean fullscreen;

    /* What the chrome says; owned. */
    char *line, *size, *heading, *text;
    RaLight light;
    gboolean ended;

    gboolean controlling; /* input goes to the other end */
    gboolean focused;
    RaPointer *cursor; /* the helper's own */
    RaNovicePointer *novice_pointer;
    gboolean over_picture; /* the helper's pointer is */
    RaHeld held;
    int mouse_x, mouse_y; /* in the window */
    gboolean dragging;    /* the picture is being panned by the mouse */
    guint pan_timer, reveal_timer;
};

/* window.c */
void ra_window_act(RaWindow *window, const RaAct *act); /* may free WINDOW */
void ra_window_relayout(RaWindow *window);
void ra_window_damage(RaWindow *window, RaBox part);
void ra_window_damage_chrome(RaWindow *window);
/* Draws the novice's pointer where it belongs now, or takes it away. */
void ra_window_update_pointer(RaWindow *window);
void ra_window_pan(RaWindow *window, int dx, int dy);
void ra_window_press_button(RaWindow *window, RaButtonId id); /* may free WINDOW */

/* window-input.c */
void ra_input_set_controlling(RaWindow *window, gboolean controlling);
void ra_input_focus_changed(RaWindow *window, gboolean focused);
/* Keys and buttons held go up at the other end. */
void ra_input_release_all(RaWindow *window);
void ra_input_key(RaWindow *window, const SDL_KeyboardEvent *event);
void ra_input_text(RaWindow *window, const char *text);
void ra_input_motion(RaWindow *window, int x, int y);
void ra_input_button(RaWindow *window, const SDL_MouseButtonEvent *event);
void ra_input_wheel(RaWindow *window, int x, int y);
/* The pointer's shape and the keyboard's grab follow from the rest. */
void ra_input_update(RaWindow *window);

/* window-events.c */
void ra_window_event(const SDL_Event *event, gpointer data);
