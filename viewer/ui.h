/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Widgets: a small tree of boxes that draw themselves with Cairo and Pango and answer to pointer,
 * keyboard and input method. Nothing here knows SDL, the session or the model: whoever owns the
 * window (viewer/window.c, or a test) gives an RaUi its events and brings what it draws to the
 * screen.
 *
 * Units. Boxes (RaBox) are pixels of the window. Everything that code writes down as a number is
 * in dp, the size of a pixel on an ordinary screen: ra_ui_px() converts.
 *
 * Owners. A widget belongs to its parent from ra_widget_add() on, and goes with it. While events
 * are being given, what is freed stays in memory until the outermost call returns, so that a
 * callback may free the widget that called it, its dialog, or the RaUi itself.
 *
 * Text. All text that comes here is UTF-8 and safe to show (base/text.h); what was typed is made
 * so by whoever takes it from an entry.
 */
#pragma once

#include "viewer/geometry.h"
#include "viewer/theme.h"

#include <cairo.h>
#include <pango/pango.h>

typedef struct _RaUi RaUi;
typedef struct _RaWidget RaWidget;
typedef void (*RaWidgetFunc)(RaWidget *widget, gpointer data);

/* Events. */

enum { RA_MOD_SHIFT = 1 << 0, RA_MOD_CTRL = 1 << 1, RA_MOD_ALT = 1 << 2, RA_MOD_SUPER = 1 << 3 };

/* A key that is not one of these is the character that its cap shows without modifiers, in lower
 * case ('c'); 0 for one that is nothing of that kind. */
enum {
    RA_UI_KEY_TAB = 0x110000,
    RA_UI_KEY_ENTER,
    RA_UI_KEY_ESCAPE,
    RA_UI_KEY_BACKSPACE,
    RA_UI_KEY_DELETE,
    RA_UI_KEY_LEFT,
    RA_UI_KEY_RIGHT,
    RA_UI_KEY_UP,
    RA_UI_KEY_DOWN,
    RA_UI_KEY_HOME,
    RA_UI_KEY_END,
    RA_UI_KEY_PAGE_UP,
    RA_UI_KEY_PAGE_DOWN,
    RA_UI_KEY_MENU,
    RA_UI_KEY_F1,
};

typedef struct {
    guint32 key;
    guint mods;
    gboolean repeat;
} RaUiKey;

typedef enum {
    RA_POINTER_MOVE, /* also while a button is held, then to the widget that took the press */
    RA_POINTER_DOWN,
    RA_POINTER_UP,
    RA_POINTER_WHEEL,
    RA_POINTER_LEAVE, /* the pointer is elsewhere now */
} RaPointerKind;

typedef struct {
    RaPointerKind kind;
    int x, y;       /* in the window; -1, -1 for LEAVE */
    int button;     /* DOWN and UP: 1 left, 2 middle, 3 right */
    int clicks;     /* DOWN: 2 for a double click, 3 for a triple one */
    double wheel_x; /* WHEEL: notches, right and down positive */
    double wheel_y;
    guint mods;
} RaUiPointer;

/* What the window does for its widgets. */
typedef struct {
    /* PART (pixels) has to be drawn again, or (empty) only the layout is another one: the window
     * calls ra_ui_layout() and ra_ui_draw() before it waits for events again. */
    void (*damage)(RaBox part, gpointer data);
    /* Text can be typed now, at CARET (pixels; the input method's window goes beside it), or not:
     * NULL. SECRET: no input method shall learn from it. */
    void (*text_input)(const RaBox *caret, gboolean secret, gpointer data);
    void (*set_clipboard)(const char *text, gpointer data);
    char *(*clipboard)(gpointer data); /* the caller's; NULL: no text there */
    /* The pointer's shape may be another one. */
    void (*pointer)(RaUi *ui, gpointer data);
    void (*focus)(gpointer data); /* the focus is elsewhere */
} RaUiHost;

typedef enum {
    RA_SHAPE_ARROW,
    RA_SHAPE_HAND,
    RA_SHAPE_TEXT,
    RA_SHAPE_SIDEWAYS,
    RA_SHAPE_CROSS,
    RA_SHAPE_COUNT,
} RaPointerShape;

/* The class of a widget. All but `name` and `size` may be NULL. */
typedef struct {
    const char *name;
    gsize size; /* of the struct that begins with RaWidget */
    /* Pixels. NULL: what the only child or the widest of them wants. */
    void (*width)(RaWidget *widget, int *min, int *natural);
    /* For this width. NULL: likewise. */
    int (*height)(RaWidget *widget, int width);
    /* `box` is set: gives its children theirs by ra_widget_place(). NULL: all get the whole box. */
    void (*place)(RaWidget *widget);
    /* Itself, without its children, which are drawn after it; clipped to what has to be drawn. */
    void (*draw)(RaWidget *widget, cairo_t *cairo);
    /* TRUE: just now `draw` draws nothing over the remote screen. NULL: it always may. */
    gboolean (*clear)(const RaWidget *widget);
    /* Over all its children. */
    void (*draw_over)(RaWidget *widget, cairo_t *cairo);
    /* TRUE: taken; else the parent is asked. A widget that takes DOWN gets everything up to UP. */
    gboolean (*pointer)(RaWidget *widget, const RaUiPointer *event);
    /* From the focused widget up through its parents, until one takes it. */
    gboolean (*key)(RaWidget *widget, const RaUiKey *event);
    /* Only to the focused widget. Text that was typed; what the input method has under way, with
     * its caret in characters. */
    void (*text)(RaWidget *widget, const char *text);
    void (*preedit)(RaWidget *widget, const char *text, int caret);
    void (*focus_changed)(RaWidget *widget);
    /* The theme, the scale or the size of text is another one: forget all layouts of text. */
    void (*restyled)(RaWidget *widget);
    void (*free)(RaWidget *widget);
    /* Scrolls: INSIDE, somewhere below it, has to be in sight. */
    void (*reveal)(RaWidget *widget, const RaWidget *inside);
    gboolean reacts; /* looks different under the pointer */
    gboolean clips;  /* children are not drawn or hit outside its box */
} RaWidgetClass;

typedef enum { RA_ALIGN_FILL, RA_ALIGN_START, RA_ALIGN_CENTRE, RA_ALIGN_END } RaAlign;

/* Read by anyone, written by ui.c and the widget's own code. */
struct _RaWidget {
    const RaWidgetClass *class;
    RaUi *ui;
    RaWidget *parent;
    GPtrArray *children; /* NULL: none */
    RaBox box;           /* pixels, after the layout */
    gboolean hidden;     /* takes no room */
    gboolean disabled;   /* it, or a parent: use ra_widget_usable() */
    gboolean focusable;
    gboolean expands; /* takes a share of the room that its row or column has left */
    RaAlign align_x, align_y;
    RaPointerShape shape;
    int min_width; /* dp; 0: none */
    char *tip;     /* shown beside the pointer after a while; also its name where it has no text */
    GData *data;
};

/* HOST is copied; DATA is its. Never NULL. */
RaUi *ra_ui_new(const RaUiHost *host, gpointer data);
void ra_ui_free(RaUi *ui); /* NULL is fine; at once or, inside an event, at its end */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaUi, ra_ui_free)

/* SCALE: pixels a dp, in percent, 50..400. TEXT: percent on top of it for text and what holds text,
 * 50..300. KIND is not RA_THEME_DESKTOP. */
void ra_ui_set_style(RaUi *ui, RaThemeKind kind, int scale, int text);
RaThemeKind ra_ui_theme(const RaUi *ui);
int ra_ui_px(const RaUi *ui, double dp);               /* rounded, at least 1 for a positive one */
int ra_ui_text_px(const RaUi *ui, double dp);          /* grows with the text too */
guint32 ra_ui_colour(const RaUi *ui, RaColour colour); /* 0xRRGGBB */
void ra_ui_set_colour(const RaUi *ui, cairo_t *cairo, RaColour colour);
/* TEXT in FONT, to be wrapped or cut by the caller. The caller's. */
PangoLayout *ra_ui_text(const RaUi *ui, RaFont font, const char *text);
int ra_ui_line_height(const RaUi *ui, RaFont font); /* pixels */
/* A path. */
void ra_ui_round(cairo_t *cairo, RaBox box, double radius);
/* A ring of two dp around BOX, in the focus colour. For widgets that draw their own. */
void ra_ui_draw_focus(const RaUi *ui, cairo_t *cairo, RaBox box, double radius);

/* Layers. The first is the window itself; each further one lies over those before and takes all
 * events from them until it goes; they are dimmed by DIM percent. ROOT is owned. */
void ra_ui_push(RaUi *ui, RaWidget *root, int dim);
gboolean ra_ui_is_modal(const RaUi *ui); /* more than the first layer */
RaWidget *ra_ui_top(const RaUi *ui);     /* the top layer's root; NULL: there is none */
/* The first layer's box; further layers get BOX as well. */
void ra_ui_set_size(RaUi *ui, int width, int height);

/* Places what has to be placed again. */
void ra_ui_layout(RaUi *ui);
void ra_ui_draw(RaUi *ui, cairo_t *cairo, RaBox part);
/* Where ra_ui_draw() draws in PART at the most: up to MAX (at least 1) boxes, which may overlap;
 * returns how many. */
guint ra_ui_drawn(RaUi *ui, RaBox part, RaBox *ret, guint max);

/* Events: each TRUE if it was taken (for the pointer: if it is the widgets' business). */
gboolean ra_ui_pointer(RaUi *ui, const RaUiPointer *event);
/* Takes Tab and Shift+Tab too, unless RA_UI's focus is nowhere and nothing is modal. */
gboolean ra_ui_key(RaUi *ui, const RaUiKey *event);
void ra_ui_type(RaUi *ui, const char *text);
void ra_ui_preedit(RaUi *ui, const char *text, int caret);
/* The window has the keyboard, or not: carets and rings are shown only then. */
void ra_ui_set_active(RaUi *ui, gboolean active);

/* Focus. NULL: nowhere (keys are the remote screen's). Taken from a widget that vanishes or is
 * disabled; a layer that goes gives it back to whom it was before. */
void ra_ui_focus(RaUi *ui, RaWidget *widget);
RaWidget *ra_ui_focused(const RaUi *ui);
/* To the next widget of the top layer (STEP 1) or the one before (-1); round and round. */
void ra_ui_focus_next(RaUi *ui, int step);
/* TRUE after a key and until the next press of a mouse button: rings are drawn around buttons. */
gboolean ra_ui_shows_focus(const RaUi *ui);
/* The pointer is over a widget, not over the hole that they leave. */
gboolean ra_ui_is_over(const RaUi *ui);
RaPointerShape ra_ui_pointer_shape(const RaUi *ui);

/* A line that is shown at the lower edge for some seconds: what went wrong, what was done. */
void ra_ui_announce(RaUi *ui, const char *text);

/* For widgets that are typed into. */
void ra_ui_text_input(RaUi *ui, const RaBox *caret, gboolean secret); /* as RaUiHost */
char *ra_ui_clipboard(RaUi *ui);                                      /* the caller's */
void ra_ui_set_clipboard(RaUi *ui, const char *text);
gboolean ra_ui_is_active(const RaUi *ui);

/* For widgets. SIZE bytes of CLASS->size, zeroed. */
RaWidget *ra_widget_new(RaUi *ui, const RaWidgetClass *class);
void ra_widget_add(RaWidget *parent, RaWidget *child); /* takes CHILD, as the last */
/* Takes it out of its parent, or its layer away, and frees it. NULL is fine. */
void ra_widget_free(RaWidget *widget);
void ra_widget_clear(RaWidget *widget);                        /* frees all its children */
void ra_widget_want(RaWidget *widget, int *min, int *natural); /* pixels; 0 while hidden */
int ra_widget_height(RaWidget *widget, int width);
void ra_widget_place(RaWidget *widget, RaBox box); /* within BOX by its alignment */
void ra_widget_redraw(RaWidget *widget);           /* it looks different */
void ra_widget_resize(RaWidget *widget);           /* it wants another size */
gboolean ra_widget_usable(const RaWidget *widget); /* visible and enabled, with all its parents */
gboolean ra_widget_is_inside(const RaWidget *widget, const RaWidget *parent);
gboolean ra_widget_hovered(const RaWidget *widget); /* the pointer is over it or a child of it */
gboolean ra_widget_pressed(const RaWidget *widget); /* it took the press that is under way */
void ra_widget_set_hidden(RaWidget *widget, gboolean hidden);
void ra_widget_set_disabled(RaWidget *widget, gboolean disabled);
void ra_widget_set_align(RaWidget *widget, RaAlign x, RaAlign y);
void ra_widget_set_expands(RaWidget *widget, gboolean expands);
void ra_widget_set_shape(RaWidget *widget, RaPointerShape shape);
void ra_widget_set_tip(RaWidget *widget, const char *tip);
/* The widget's own data, freed with it. For code that builds rows out of widgets. */
void ra_widget_set_data(RaWidget *widget, gpointer data, GDestroyNotify destroy);
gpointer ra_widget_data(const RaWidget *widget);
