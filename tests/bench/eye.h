/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The eye of bench-screen: draws on the novice's display and watches the helper's, in one process
 * and with one clock. Each picture that it draws carries its number as a mark, blocks of black and
 * white that survive JPEG, inside of what changes; a picture has been seen when all of its marks
 * have. */
#pragma once

#include <glib.h>
#include <xcb/shm.h>
#include <xcb/xcb.h>

enum { EYE_MARKS = 3, EYE_NUMBERS = 4096 };

/* ---- a display ---- */

typedef struct {
    xcb_connection_t *xcb;
    xcb_window_t root;
    xcb_gcontext_t gc;
    guint16 width, height;
    /* What grabs come into and what is put comes from: as large as the screen. */
    int shm;
    xcb_shm_seg_t seg;
    guint32 *pixels;
} EyeDisplay;

/* NULL with a message: there is no such display, or it has no shared memory or not 24 bits. */
EyeDisplay *eye_display_open(const char *name, GError **error);
void eye_display_close(EyeDisplay *display);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EyeDisplay, eye_display_close)

/* The pixels of a part of the screen, width to a row, valid until the next grab; those of the byte
 * beyond the colours are zero. NULL: the part is not all on the screen. */
const guint32 *eye_display_grab(EyeDisplay *display, gint x, gint y, guint16 width, guint16 height);

xcb_pixmap_t eye_display_pixmap(EyeDisplay *display, guint16 width, guint16 height);

/* PIXELS, of WIDTH to a row, into a drawable. */
void eye_display_put(EyeDisplay *display, xcb_drawable_t drawable, const guint32 *pixels,
                     guint16 width, guint16 height, gint16 x, gint16 y);

void eye_display_copy(EyeDisplay *display, xcb_drawable_t from, xcb_drawable_t to, gint x, gint y,
                      gint to_x, gint to_y, guint16 width, guint16 height);

/* Waits until the server has done all. */
void eye_display_sync(EyeDisplay *display);

/* ---- marks ---- */

typedef enum {
    EYE_STRIP, /* 192x12: twelve bits of a number and four that check them */
    EYE_BOX,   /* 10x18: five bits and parity; the size of a letter */
} EyeForm;

typedef struct {
    gint16 x, y;
    EyeForm form;
} EyeMark;

guint16 eye_mark_width(EyeForm form);
guint16 eye_mark_height(EyeForm form);
void eye_mark_draw(EyeDisplay *display, xcb_drawable_t drawable, const EyeMark *mark, guint number);

/* The number (a box: its five lower bits), or -1: there is none. STRIDE in pixels. */
gint eye_mark_read(const guint32 *pixels, gsize stride, EyeForm kind);

/* Where the strip with NUMBER is: of all places where it can be read, the one nearest to black and
 * white. */
gboolean eye_mark_find(const guint32 *pixels, guint16 width, guint16 height, guint number, gint *x,
                       gint *y);

/* ---- what is shown ---- */

typedef struct Eye Eye;

typedef struct {
    const char *name;
    double
        rate; /* pictures a second; 0: the next one at a random time after the last one was seen */
    gboolean moving; /* its marks are elsewhere in each picture */
    gboolean by_key; /* a key that is pressed on the helper's display has the picture drawn */
    guint beside;    /* so many times a second draw_beside(), which has no marks; or 0 */
    void (*prepare)(Eye *eye);
    /* Picture INDEX, counted from 0, without its marks. */
    void (*draw)(Eye *eye, guint index);
    /* Where it has its marks, on the novice's display; how many. */
    guint (*marks)(Eye *eye, guint index, EyeMark marks[EYE_MARKS]);
    void (*draw_beside)(Eye *eye, guint index);
} EyeKind;

struct Eye {
    EyeDisplay *novice, *helper;
    gint x, y;           /* where the novice's screen is on the helper's */
    xcb_window_t stage;  /* covers the novice's screen */
    xcb_window_t window; /* the one that is dragged and has the marks, or 0 */
    gint16 window_x, window_y;
    xcb_pixmap_t source; /* what a kind draws from */
    guint16 source_width, source_height;
    guint32 seed; /* of the content */
    GRand *random;
};

extern const EyeKind eye_kinds[];
const EyeKind *eye_kind(const char *name);

/* A page of text on the stage, which what is drawn by others uncovers again. */
void eye_stage_page(Eye *eye, gboolean smooth);

/* ---- measuring ---- */

typedef struct {
    guint drawn, seen;
    double seconds;
    GArray *delays; /* double, milliseconds, of the pictures that were seen */
} EyeResult;

gint64 eye_now(void); /* nanoseconds */

/* Finds the novice's screen, pixel for pixel, on the helper's display. Milliseconds of patience. */
gboolean eye_find(Eye *eye, gint patience, GError **error);

/* Draws for SECONDS, and watches until the last picture was seen or two seconds have passed.
 * BASE: the number that the first picture has (of EYE_NUMBERS). */
void eye_watch(Eye *eye, const EyeKind *kind, double seconds, guint base, EyeResult *result);

/* The share of the novice's pixels that the helper's display shows exactly, 0 to 1. */
double eye_exact(Eye *eye);
