/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What window.c (life, and what the model says), window-draw.c (the picture), window-layout.c
 * (sizes), window-commands.c (what is asked for), window-host.c (what widgets need),
 * window-input.c (mouse and keyboard of the picture), window-point.c (pointing) and
 * window-events.c (everything else that happens to a window) share. */
#pragma once

#include "viewer/bar.h"
#include "viewer/canvas.h"
#include "viewer/command.h"
#include "viewer/desktop.h"
#include "viewer/dialogs.h"
#include "viewer/frame.h"
#include "viewer/novice-pointer.h"
#include "viewer/overlay.h"
#include "viewer/pane.h"
#include "viewer/pointer.h"
#include "viewer/scale.h"
#include "viewer/shell.h"
#include "viewer/statusbar.h"
#include "viewer/window.h"

enum {
    RA_WINDOW_SCROLLBAR = 10, /* dp at the area's right and lower edge, where a picture is panned */
    RA_WINDOW_STROKES_MAX = 16,
    RA_WINDOW_POINTS_MAX = 512, /* of one stroke */
};

/* What of the helper's input the remote end believes to be held down. */
typedef struct {
    guint32 keysym[SDL_NUM_SCANCODES];
    gboolean down[SDL_NUM_SCANCODES];
    guint16 buttons;
    guint16 x, y; /* pixels of the picture */
} RaHeld;

/* Something that the helper points at. */
typedef struct {
    guint n;
    guint16 x[RA_WINDOW_POINTS_MAX], y[RA_WINDOW_POINTS_MAX]; /* pixels of the picture */
    gint64 over; /* when it goes, GLib's monotonic time; 0: it is still drawn */
} RaStroke;

struct _RaWindow {
    RaShell shell; /* the first: RaShell's `left` gets it */
    int scale;     /* of the options; 0: by the display */
    SDL_Window *sdl;
    GSource *events;
    RaCanvas *canvas;
    GSource *flush;     /* draws when the main loop has gone round */
    gboolean stale;     /* something is damaged */
    gboolean unsettled; /* and more than the picture: the layout may be another one */
    RaDesktop *desktop;
    RaDialogs *dialogs;
    RaWidget *frame, *bar, *pane, *overlay, *status, *strip;
    RaFrameState parts;   /* as the frame has it */
    gboolean pane_closed; /* for this session: the picture needed the room */
    int pane_given;       /* dp: the width that the picture left for it; 0: as chosen */
    int grown;            /* pixels, by which the window grew for it */

    RaView view;
    RaPicture *picture; /* NULL: none yet */
    RaScaler *scaler;   /* for the view as it is, or NULL */
    char *size;         /* of the picture, in words */
    gboolean sized;     /* the window has got its size */
    RaBox given;        /* the size that it was given by the program */
    gboolean fullscreen;

    gboolean controlling; /* input goes to the other end */
    gboolean ended;
    gboolean focused;
    gboolean typing;   /* a widget takes text */
    RaPointer *cursor; /* the helper's own */
    RaNovicePointer *novice_pointer;
    gboolean over_picture; /* the helper's pointer is */
    RaHeld held;
    int mouse_x, mouse_y; /* in the window */
    gboolean dragging;    /* the picture is being panned by the mouse */
    gboolean pointing;    /* the tool is switched on */
    gboolean stroking;    /* a stroke is under way */
    GArray *strokes;      /* of RaStroke */
    guint stroke_timer;
    guint pan_timer, reveal_timer, save_timer;
    GPtrArray *dropped; /* of char *: files of a drop under way */
};

static inline RaWindow *ra_window_of(RaShell *shell)
{
    return (RaWindow *)shell;
}

/* window.c */
void ra_window_damage(RaWindow *window, RaBox part);
/* The same where nothing but the picture, or what lies over it, has changed: no layout follows. */
void ra_window_damage_picture(RaWindow *window, RaBox part);
/* Bar and status line say what is so now. */
void ra_window_show(RaWindow *window);
void ra_window_leave(RaShell *shell);
/* The helper's eyes may be on what was not read yet. */
void ra_window_note_read(RaWindow *window);

/* window-draw.c */
RaScene ra_window_scene(RaWindow *window);

/* window-layout.c */
void ra_window_relayout(RaWindow *window);      /* all, for the window's size as it is */
void ra_window_place_picture(RaWindow *window); /* in the frame's area */
void ra_window_size_to_picture(RaWindow *window);
void ra_window_pan(RaWindow *window, int dx, int dy);
void ra_window_show_pane(RaWindow *window, gboolean shown);
gboolean ra_window_pane_shown(const RaWindow *window);
void ra_window_reveal(RaWindow *window, gboolean revealed);
void ra_window_restyle(RaWindow *window);
void ra_window_chosen(RaShell *shell);
void ra_window_save_choices(RaWindow *window); /* a little later */
void ra_window_keep_place(RaWindow *window);   /* where it is, and how large */
void ra_window_pane_resized(int width, gpointer data);
/* Draws the novice's pointer where it belongs now, or takes it away. */
void ra_window_update_pointer(RaWindow *window);

/* window-commands.c */
void ra_window_command(RaCommand command, gpointer data); /* DATA: the RaWindow */
/* A key that is the viewer's own at any time. TRUE if this was one. */
gboolean ra_window_shortcut(RaWindow *window, const SDL_Keysym *key);

/* window-host.c */
RaUi *ra_window_make_ui(RaWindow *window);
RaUiKey ra_window_ui_key(const SDL_Keysym *key, gboolean repeat);
guint ra_window_ui_mods(void);

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
/* The mouse is held over the picture: everything of it is the picture's. */
gboolean ra_input_is_held(const RaWindow *window);

/* window-point.c */
gboolean ra_point_allowed(const RaWindow *window);
void ra_point_begin(RaWindow *window, guint16 x, guint16 y);
void ra_point_move(RaWindow *window, guint16 x, guint16 y);
void ra_point_end(RaWindow *window);
void ra_point_draw(RaWindow *window, cairo_t *cairo);
/* Where it draws; may be empty. */
RaBox ra_point_box(const RaWindow *window);

/* window-events.c */
void ra_window_event(const SDL_Event *event, gpointer data);
