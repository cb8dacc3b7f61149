/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/eye.h"

#include "tests/bench/content.h"

enum {
    LINE = 15, /* pixels that a scroll of the whole screen moves */
    PAGES = 8, /* and frames of the video */
    SCROLL_HEIGHT = 6000,
    PANE_X = 333, /* the window with text that scrolls */
    PANE_Y = 217,
    PANE_WIDTH = 900,
    PANE_HEIGHT = 600,
    PANE_SOURCE = 4200,
    DRAGGED_WIDTH = 500,
    DRAGGED_HEIGHT = 400,
    PAPER_X = 180, /* what is typed on */
    PAPER_Y = 150,
    PAPER_WIDTH = 1240,
    PAPER_HEIGHT = 640,
    CELL_WIDTH = 10,
    CELL_HEIGHT = 18,
    COLUMNS = 120,
    LINES = 30,
    PAN_X = 480, /* how far a photo is panned */
    PAN_Y = 320,
};

/* COUNT pages, one below the other, to be drawn from. */
static void make_source(Eye *eye, RaContent content, guint16 width, guint16 height, guint count)
{
    g_autofree guint32 *pixels = g_new(guint32, (gsize)width * height);
    if (eye->source != 0)
        xcb_free_pixmap(eye->novice->xcb, eye->source);
    eye->source = eye_display_pixmap(eye->novice, width, (guint16)(height * count));
    eye->source_width = width;
    for (guint i = 0; i < count; i++) {
        ra_content_draw(content, eye->seed++, width, height, (guint8 *)pixels, (gsize)width * 4);
        eye_display_put(eye->novice, eye->source, pixels, width, height, 0, (gint16)(height * i));
    }
}

/* 0 to TOP and back to 0. */
static gint there_and_back(guint way, guint top)
{
    way %= 2 * top;
    return (gint)(way < top ? way : 2 * top - way);
}

/* What is the same in all pictures is shown before the first one. */
static void show(Eye *eye, gint x, gint y, gint to_x, gint to_y, guint16 width, guint16 height)
{
    eye_display_copy(eye->novice, eye->source, eye->stage, x, y, to_x, to_y, width, height);
}

static void show_whole(Eye *eye, gint x, gint y)
{
    show(eye, x, y, 0, 0, eye->novice->width, eye->novice->height);
}

static guint whole_marks(Eye *eye, G_GNUC_UNUSED guint index, EyeMark marks[EYE_MARKS])
{
    const gint16 width = (gint16)eye->novice->width, height = (gint16)eye->novice->height;
    marks[0] = (EyeMark){40, 100, EYE_STRIP};
    marks[1] = (EyeMark){(gint16)(width / 2 - 101), (gint16)(height / 2 + 3), EYE_STRIP};
    marks[2] = (EyeMark){(gint16)(width - 237), (gint16)(height - 43), EYE_STRIP};
    return 3;
}

/* ---- scrolling ---- */

static void prepare_scroll(Eye *eye)
{
    make_source(eye, RA_CONTENT_TEXT, eye->novice->width, SCROLL_HEIGHT, 1);
    show_whole(eye, 0, 0);
}

static void prepare_smooth_scroll(Eye *eye)
{
    make_source(eye, RA_CONTENT_GREY, eye->novice->width, SCROLL_HEIGHT, 1);
    show_whole(eye, 0, 0);
}

static void draw_scroll(Eye *eye, guint index)
{
    show_whole(eye, 0, (gint)((index + 1) * LINE % (SCROLL_HEIGHT - eye->novice->height)));
}

static void prepare_pane(Eye *eye)
{
    eye_stage_page(eye, TRUE);
    make_source(eye, RA_CONTENT_GREY, PANE_WIDTH, PANE_SOURCE, 1);
    show(eye, 0, 0, PANE_X, PANE_Y, PANE_WIDTH, PANE_HEIGHT);
}

static void draw_pane(Eye *eye, guint index)
{
    static const guint8 step[] = {7, 20, 25, 36}; /* by 7, 13, 5 and 11 */
    const guint offset = index / 4 * step[3] + step[index % 4];
    show(eye, 0, (gint)(offset % (PANE_SOURCE - PANE_HEIGHT)), PANE_X, PANE_Y, PANE_WIDTH,
         PANE_HEIGHT);
}

static guint pane_marks(G_GNUC_UNUSED Eye *eye, G_GNUC_UNUSED guint index, EyeMark marks[EYE_MARKS])
{
    marks[0] = (EyeMark){PANE_X + 23, PANE_Y + 17, EYE_STRIP};
    marks[1] = (EyeMark){PANE_X + PANE_WIDTH - 220, PANE_Y + PANE_HEIGHT - 31, EYE_STRIP};
    return 2;
}

/* ---- pages, film, photo ---- */

static void prepare_pages(Eye *eye)
{
    make_source(eye, RA_CONTENT_GREY, eye->novice->width, eye->novice->height, PAGES);
    show_whole(eye, 0, (PAGES - 1) * eye->novice->height);
}

static void draw_page(Eye *eye, guint index)
{
    show_whole(eye, 0, (gint)(index % PAGES) * eye->novice->height);
}

static void prepare_film(Eye *eye)
{
    make_source(eye, RA_CONTENT_VIDEO, eye->novice->width, eye->novice->height, PAGES);
    show_whole(eye, 0, 0);
}

static void draw_film(Eye *eye, guint index)
{
    show_whole(eye, 0, there_and_back(index + 1, PAGES - 1) * eye->novice->height);
}

static void prepare_pan(Eye *eye)
{
    make_source(eye, RA_CONTENT_PHOTO, (guint16)(eye->novice->width + PAN_X),
                (guint16)(eye->novice->height + PAN_Y), 1);
    show_whole(eye, 0, 0);
}

static void draw_pan(Eye *eye, guint index)
{
    show_whole(eye, there_and_back((index + 1) * 5, PAN_X), there_and_back((index + 1) * 3, PAN_Y));
}

/* ---- small changes and typing ---- */

static void prepare_page(Eye *eye)
{
    eye_stage_page(eye, TRUE);
}

static void draw_nothing(G_GNUC_UNUSED Eye *eye, G_GNUC_UNUSED guint index)
{
}

static guint small_marks(Eye *eye, guint index, EyeMark marks[EYE_MARKS])
{
    const guint dice = (index + 1) * 2654435761u;
    marks[0] = (EyeMark){(gint16)(20 + (dice >> 8) % (eye->novice->width - 60u)),
                         (gint16)(90 + (dice >> 16) % (eye->novice->height - 130u)), EYE_BOX};
    return 1;
}

static void prepare_paper(Eye *eye)
{
    const guint32 white = 0xFFFFFF;
    const xcb_rectangle_t paper = {PAPER_X, PAPER_Y, PAPER_WIDTH, PAPER_HEIGHT};
    eye_stage_page(eye, TRUE);
    make_source(eye, RA_CONTENT_GREY, PAPER_WIDTH, PAPER_HEIGHT, 1);
    xcb_change_gc(eye->novice->xcb, eye->novice->gc, XCB_GC_FOREGROUND, &white);
    xcb_poly_fill_rectangle(eye->novice->xcb, eye->stage, eye->novice->gc, 1, &paper);
}

static void cell_of(guint index, gint16 *x, gint16 *y)
{
    *x = (gint16)(PAPER_X + index % COLUMNS * CELL_WIDTH);
    *y = (gint16)(PAPER_Y + index / COLUMNS % LINES * (CELL_HEIGHT + 2));
}

/* A letter; the mark is the cursor after it. */
static void draw_letter(Eye *eye, guint index)
{
    gint16 x, y;
    cell_of(index, &x, &y);
    show(eye, x - PAPER_X, y - PAPER_Y, x, y, CELL_WIDTH, CELL_HEIGHT);
}

static guint letter_marks(G_GNUC_UNUSED Eye *eye, guint index, EyeMark marks[EYE_MARKS])
{
    cell_of(index, &marks[0].x, &marks[0].y);
    marks[0].x = (gint16)(marks[0].x + CELL_WIDTH);
    marks[0].form = EYE_BOX;
    return 1;
}

/* An editor's: all of the line is drawn again, and where the cursor is stands in a line below. */
static void draw_line(Eye *eye, guint index)
{
    gint16 x, y;
    cell_of(index, &x, &y);
    show(eye, 0, y - PAPER_Y, PAPER_X, y, (guint16)(x - PAPER_X + CELL_WIDTH), CELL_HEIGHT);
}

static guint status_marks(G_GNUC_UNUSED Eye *eye, G_GNUC_UNUSED guint index,
                          EyeMark marks[EYE_MARKS])
{
    marks[0] = (EyeMark){PAPER_X + PAPER_WIDTH - 210, PAPER_Y + PAPER_HEIGHT + 14, EYE_STRIP};
    return 1;
}

/* ---- keys ---- */

static void prepare_keys(Eye *eye)
{
    prepare_pane(eye);
    xcb_set_input_focus(eye->novice->xcb, XCB_INPUT_FOCUS_POINTER_ROOT, eye->stage,
                        XCB_CURRENT_TIME);
}

/* A letter below the window that scrolls. */
static guint key_marks(G_GNUC_UNUSED Eye *eye, guint index, EyeMark marks[EYE_MARKS])
{
    marks[0] =
        (EyeMark){(gint16)(PANE_X + index % 80 * CELL_WIDTH), PANE_Y + PANE_HEIGHT + 40, EYE_BOX};
    return 1;
}

/* ---- a window that is dragged ---- */

static void dragged_place(guint index, gint16 *x, gint16 *y)
{
    *x = (gint16)(151 + there_and_back((index + 1) * 5, 1100));
    *y = (gint16)(131 + there_and_back((index + 1) * 3, 480));
}

static void prepare_drag(Eye *eye)
{
    EyeDisplay *novice = eye->novice;
    gint16 x, y;
    eye_stage_page(eye, TRUE);
    make_source(eye, RA_CONTENT_TEXT, DRAGGED_WIDTH, DRAGGED_HEIGHT, 1);
    dragged_place(G_MAXUINT, &x, &y);
    const guint32 values[] = {eye->source, TRUE};
    eye->window = xcb_generate_id(novice->xcb);
    xcb_create_window(novice->xcb, 24, eye->window, novice->root, x, y, DRAGGED_WIDTH,
                      DRAGGED_HEIGHT, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXMAP | XCB_CW_OVERRIDE_REDIRECT, values);
    xcb_map_window(novice->xcb, eye->window);
}

static void draw_drag(Eye *eye, guint index)
{
    dragged_place(index, &eye->window_x, &eye->window_y);
    const guint32 place[] = {(guint32)eye->window_x, (guint32)eye->window_y};
    xcb_configure_window(eye->novice->xcb, eye->window, XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y,
                         place);
}

static guint drag_marks(G_GNUC_UNUSED Eye *eye, guint index, EyeMark marks[EYE_MARKS])
{
    gint16 x, y;
    dragged_place(index, &x, &y);
    marks[0] = (EyeMark){(gint16)(x + 21), (gint16)(y + 19), EYE_STRIP};
    marks[1] =
        (EyeMark){(gint16)(x + DRAGGED_WIDTH - 220), (gint16)(y + DRAGGED_HEIGHT - 33), EYE_STRIP};
    return 2;
}

/* ---- all of them ---- */

void eye_stage_page(Eye *eye, gboolean smooth)
{
    make_source(eye, smooth ? RA_CONTENT_GREY : RA_CONTENT_TEXT, eye->novice->width,
                eye->novice->height, 1);
    const guint32 background = eye->source;
    xcb_change_window_attributes(eye->novice->xcb, eye->stage, XCB_CW_BACK_PIXMAP, &background);
    xcb_clear_area(eye->novice->xcb, FALSE, eye->stage, 0, 0, 0, 0);
    eye_display_sync(eye->novice);
}

const EyeKind eye_kinds[] = {
    {"small", 0, TRUE, FALSE, 0, prepare_page, draw_nothing, small_marks, NULL},
    {"typing", 60, TRUE, FALSE, 0, prepare_paper, draw_letter, letter_marks, NULL},
    {"typing-line", 60, FALSE, FALSE, 0, prepare_paper, draw_line, status_marks, NULL},
    {"scroll", 60, FALSE, FALSE, 0, prepare_scroll, draw_scroll, whole_marks, NULL},
    {"scroll-smooth", 60, FALSE, FALSE, 0, prepare_smooth_scroll, draw_scroll, whole_marks, NULL},
    {"scroll-window", 60, FALSE, FALSE, 0, prepare_pane, draw_pane, pane_marks, NULL},
    {"pages", 3, FALSE, FALSE, 0, prepare_pages, draw_page, whole_marks, NULL},
    {"drag", 60, TRUE, FALSE, 0, prepare_drag, draw_drag, drag_marks, NULL},
    {"photo", 30, FALSE, FALSE, 0, prepare_pan, draw_pan, whole_marks, NULL},
    {"video", 30, FALSE, FALSE, 0, prepare_film, draw_film, whole_marks, NULL},
    {"keys", 0, TRUE, TRUE, 0, prepare_keys, draw_nothing, key_marks, NULL},
    {"keys-scroll", 0, TRUE, TRUE, 30, prepare_keys, draw_nothing, key_marks, draw_pane},
    {.name = NULL},
};

const EyeKind *eye_kind(const char *name)
{
    for (const EyeKind *kind = eye_kinds; kind->name != NULL; kind++)
        if (g_str_equal(kind->name, name))
            return kind;
    return NULL;
}
