/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/eye.h"

#include <gio/gio.h>
#include <time.h>
#include <xcb/xtest.h>

enum { POLL_NS = 200 * 1000, LOOK_BACK = 8, EYE_KEY = 38 /* a letter */ };
#define SECOND   G_GINT64_CONSTANT(1000000000)
#define PATIENCE (2 * SECOND)

typedef struct {
    Eye *eye;
    const EyeKind *kind;
    guint base;
    guint beside;
    guint drawn, newest; /* pictures drawn; the newest that was seen, counted from 1 */
    GArray *times;       /* gint64, when each was drawn */
    EyeResult *result;
} Watch;

gint64 eye_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

static void sleep_until(gint64 when)
{
    const struct timespec at = {when / SECOND, when % SECOND};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static gint read_mark(Eye *eye, const EyeMark *mark)
{
    const guint16 width = eye_mark_width(mark->form);
    const guint32 *pixels = eye_display_grab(eye->helper, eye->x + mark->x, eye->y + mark->y, width,
                                             eye_mark_height(mark->form));
    return pixels == NULL ? -1 : eye_mark_read(pixels, width, mark->form);
}

/* Which picture shows a number that was read where picture COUNT has its mark, or 0. */
static guint picture_of(const Watch *w, gint number, EyeForm form)
{
    if (number < 0)
        return 0;
    const guint numbers = form == EYE_STRIP ? EYE_NUMBERS : 32;
    const guint behind = (w->base + w->drawn - 1 - (guint)number) & (numbers - 1);
    return behind < w->drawn ? w->drawn - behind : 0;
}

/* The newest picture of which all marks are there, or 0: of those whose marks stand still. */
static guint look_still(Watch *w)
{
    EyeMark marks[EYE_MARKS];
    guint oldest = G_MAXUINT;
    const guint count = w->kind->marks(w->eye, w->drawn - 1, marks);
    for (guint i = 0; i < count && oldest > w->newest; i++)
        oldest = MIN(oldest, picture_of(w, read_mark(w->eye, &marks[i]), marks[i].form));
    return oldest;
}

/* The same, where each picture has its marks elsewhere. */
static guint look_moving(Watch *w)
{
    const guint last = MAX(w->newest, w->drawn > LOOK_BACK ? w->drawn - LOOK_BACK : 0);
    for (guint picture = w->drawn; picture > last; picture--) {
        EyeMark marks[EYE_MARKS];
        const guint count = w->kind->marks(w->eye, picture - 1, marks);
        guint i = 0;
        while (i < count && picture_of(w, read_mark(w->eye, &marks[i]), marks[i].form) == picture)
            i++;
        if (i == count)
            return picture;
    }
    return 0;
}

static void look(Watch *w)
{
    const guint picture = w->kind->moving ? look_moving(w) : look_still(w);
    if (picture <= w->newest)
        return;
    w->newest = picture;
    const double delay = (double)(eye_now() - g_array_index(w->times, gint64, picture - 1)) / 1e6;
    g_array_append_val(w->result->delays, delay);
}

static void draw(Watch *w, guint index)
{
    Eye *eye = w->eye;
    EyeMark marks[EYE_MARKS];
    w->kind->draw(eye, index);
    const guint count = w->kind->marks(eye, index, marks);
    for (guint i = 0; i < count; i++) {
        if (eye->window != 0) {
            marks[i].x = (gint16)(marks[i].x - eye->window_x);
            marks[i].y = (gint16)(marks[i].y - eye->window_y);
        }
        eye_mark_draw(eye->novice, eye->window != 0 ? eye->window : eye->stage, &marks[i],
                      w->base + index);
    }
    xcb_flush(eye->novice->xcb);
}

/* A key goes down and up on the helper's display. */
static void press(EyeDisplay *helper)
{
    static const guint8 types[] = {XCB_KEY_PRESS, XCB_KEY_RELEASE};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        xcb_test_fake_input(helper->xcb, types[i], EYE_KEY, XCB_CURRENT_TIME, helper->root, 0, 0,
                            0);
    xcb_flush(helper->xcb);
}

/* The next picture, or what leads to it. */
static void next(Watch *w)
{
    const gint64 now = eye_now();
    g_array_append_val(w->times, now);
    w->drawn++;
    if (w->kind->by_key)
        press(w->eye->helper);
    else
        draw(w, w->drawn - 1);
}

/* Keys that have come to the novice's stage. */
static void answer_keys(Watch *w)
{
    xcb_generic_event_t *event;
    while ((event = xcb_poll_for_event(w->eye->novice->xcb)) != NULL) {
        if ((event->response_type & 0x7F) == XCB_KEY_PRESS && w->drawn > 0)
            draw(w, w->drawn - 1);
        g_free(event);
    }
}

static void draw_beside(Watch *w, gint64 start)
{
    if (w->kind->beside == 0 || eye_now() < start + w->beside * SECOND / w->kind->beside)
        return;
    w->kind->draw_beside(w->eye, w->beside++);
    xcb_flush(w->eye->novice->xcb);
}

/* When the next picture is due. */
static gint64 next_due(const Watch *w, gint64 start)
{
    if (w->kind->rate > 0)
        return start + (gint64)(w->drawn * 1e9 / w->kind->rate);
    return w->newest == w->drawn
               ? eye_now() + g_rand_int_range(w->eye->random, 20, 80) * (SECOND / 1000)
               : G_MAXINT64;
}

/* Sees what has come, and draws what is due; when the next picture is. */
static gint64 step(Watch *w, gint64 start, gint64 end, gint64 due)
{
    const gint64 now = eye_now();
    if (now < end)
        draw_beside(w, start);
    if (now >= due && now < end) {
        next(w);
        due = next_due(w, start);
    }
    if (w->kind->by_key)
        answer_keys(w);
    if (w->newest == w->drawn)
        return due;
    look(w);
    if (w->kind->rate > 0)
        return due;
    const gint64 lost = g_array_index(w->times, gint64, w->drawn - 1) + PATIENCE;
    return w->newest == w->drawn ? next_due(w, start) : lost;
}

void eye_watch(Eye *eye, const EyeKind *kind, double seconds, guint base, EyeResult *result)
{
    Watch w = {.eye = eye, .kind = kind, .base = base, .result = result};
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    w.times = times;
    result->delays = g_array_new(FALSE, FALSE, sizeof(double));
    const gint64 start = eye_now(), end = start + (gint64)(seconds * 1e9);
    gint64 due = start;
    while (TRUE) {
        due = step(&w, start, end, due);
        const gint64 now = eye_now();
        if (now >= end && (w.newest == w.drawn || now >= end + PATIENCE))
            break;
        const gboolean busy = w.newest < w.drawn || kind->beside != 0;
        sleep_until(MIN(busy ? now + POLL_NS : end, now < end ? due : G_MAXINT64));
    }
    result->drawn = w.drawn;
    result->seen = result->delays->len;
    result->seconds = (double)(end - start) / 1e9;
}

gboolean eye_find(Eye *eye, gint patience, GError **error)
{
    const EyeMark first = {40, 100, EYE_STRIP};
    const EyeMark last = {(gint16)(eye->novice->width - 240), (gint16)(eye->novice->height - 40),
                          EYE_STRIP};
    const gint64 end = eye_now() + patience * (SECOND / 1000);
    const guint number = 0xA53;
    do {
        gint x = 0, y = 0;
        eye_mark_draw(eye->novice, eye->stage, &first, number);
        eye_mark_draw(eye->novice, eye->stage, &last, number ^ 0xFFF);
        xcb_flush(eye->novice->xcb);
        sleep_until(eye_now() + SECOND / 5);
        const guint32 *pixels =
            eye_display_grab(eye->helper, 0, 0, eye->helper->width, eye->helper->height);
        if (pixels != NULL &&
            eye_mark_find(pixels, eye->helper->width, eye->helper->height, number, &x, &y)) {
            eye->x = x - first.x;
            eye->y = y - first.y;
            if (read_mark(eye, &last) == (gint)(number ^ 0xFFF))
                return TRUE;
        }
    } while (eye_now() < end);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                "the novice's screen is not on the helper's display, pixel for pixel");
    return FALSE;
}

double eye_exact(Eye *eye)
{
    const guint16 width = eye->novice->width, rows = 64;
    guint64 same = 0;
    for (guint16 y = 0; y < eye->novice->height; y = (guint16)(y + rows)) {
        const guint16 high = (guint16)MIN(rows, eye->novice->height - y);
        const guint32 *truth = eye_display_grab(eye->novice, 0, y, width, high);
        const guint32 *seen = eye_display_grab(eye->helper, eye->x, eye->y + y, width, high);
        for (gsize i = 0; truth != NULL && seen != NULL && i < (gsize)width * high; i++)
            same += truth[i] == seen[i];
    }
    return (double)same / ((double)width * eye->novice->height);
}
