/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A screen on which something goes on, one picture after the other, the same on each run. */
#pragma once

#include "tests/bench/content.h"
#include "wire/rect.h"

typedef enum {
    RA_SCENE_STILL,    /* all is damaged, nothing changed */
    RA_SCENE_TYPING,   /* one letter after the other, 10 x 18 pixels each */
    RA_SCENE_SCROLL,   /* all of the screen is text that moves up by three lines */
    RA_SCENE_WINDOW,   /* subpixel text scrolls inside a window at odd offsets, by 37 pixels */
    RA_SCENE_ACROSS,   /* all of the screen moves sideways by 23 pixels */
    RA_SCENE_DRAG,     /* a window is dragged before a wallpaper, by 17, 11 */
    RA_SCENE_TEXT,     /* another page of text without greys */
    RA_SCENE_GREY,     /* another page of antialiased text */
    RA_SCENE_SUBPIXEL, /* another page of subpixel antialiased text */
    RA_SCENE_UI,       /* another desktop */
    RA_SCENE_VIDEO,    /* the next picture of a film */
    RA_SCENE_KINDS
} RaSceneKind;

enum {
    RA_SCENE_CYCLE = 16, /* pictures, after which a scene is where it began */
    RA_SCENE_DIRTY_MAX = 2,
};

typedef struct {
    RaSceneKind kind;
    guint16 width, height; /* pixels; at least 640 x 480 */
    guint8 *frame;         /* rows without gaps */
    guint step;
    RaRect dirty[RA_SCENE_DIRTY_MAX]; /* of the last step */
    guint n_dirty;
    const guint8 *pages[RA_SCENE_CYCLE]; /* what the frame is made of; borrowed */
    guint page_width, page_height;
} RaScene;

/* Draws the first picture, all of which is dirty. */
void ra_scene_init(RaScene *scene, RaSceneKind kind, guint16 width, guint16 height);
/* Draws the next one. Allocates nothing after the first RA_SCENE_CYCLE. */
void ra_scene_next(RaScene *scene);
void ra_scene_clear(RaScene *scene);
RaFrameView ra_scene_view(const RaScene *scene); /* borrowed */
