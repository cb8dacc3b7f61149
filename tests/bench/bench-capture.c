/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long the X11 screen source takes: from a drawing to its pixels in the frame, and a fetch
 * alone. make tests/bench/bench-capture, then run it: it starts an Xvfb of its own, or takes the
 * display that is named. Microseconds. */
#include "host/x11.h"
#include "tests/support/xvfb.h"

#include <stdio.h>
#include <stdlib.h>
#include <xcb/xcb.h>

enum { ROUNDS = 400 };

typedef struct {
    RaScreen *screen;
    xcb_connection_t *xcb;
    xcb_window_t root;
    xcb_gcontext_t gc;
    int damaged, lost;
} Bench;

static void on_damaged(gpointer data)
{
    ((Bench *)data)->damaged = 1;
}

static void on_resized(G_GNUC_UNUSED gpointer data)
{
}

static void on_cursor(G_GNUC_UNUSED const RaIpcMessage *cursor, G_GNUC_UNUSED gpointer data)
{
}

static void on_pointer(guint16 x G_GNUC_UNUSED, guint16 y G_GNUC_UNUSED,
                       gpointer data G_GNUC_UNUSED)
{
}

static void on_lost(G_GNUC_UNUSED const GError *error, gpointer data)
{
    ((Bench *)data)->lost = 1;
}

static int compare(gconstpointer a, gconstpointer b)
{
    const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return x < y ? -1 : x > y;
}

static void report(const char *what, gint64 *times)
{
    qsort(times, ROUNDS, sizeof *times, compare);
    printf("%-28s median %6" G_GINT64_FORMAT "  p95 %6" G_GINT64_FORMAT "\n", what,
           times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
}

static void run(Bench *bench, guint16 width, guint16 height)
{
    gint64 whole[ROUNDS], alone[ROUNDS];
    RaIpcMessage pixels;
    g_autofree char *what = g_strdup_printf("%u x %u", width, height);
    for (guint32 i = 0; i < ROUNDS; i++) {
        const xcb_rectangle_t rect = {40, 40, width, height};
        const guint32 colour = i * 0x10101;
        bench->screen->class->fetch(bench->screen, &pixels);
        while (g_main_context_iteration(NULL, FALSE))
            ;
        bench->damaged = 0;
        const gint64 start = g_get_monotonic_time();
        xcb_change_gc(bench->xcb, bench->gc, XCB_GC_FOREGROUND, &colour);
        xcb_poly_fill_rectangle(bench->xcb, bench->root, bench->gc, 1, &rect);
        xcb_flush(bench->xcb);
        ra_pump_until(&bench->damaged);
        const gint64 woken = g_get_monotonic_time();
        bench->screen->class->fetch(bench->screen, &pixels);
        alone[i] = g_get_monotonic_time() - woken;
        whole[i] = g_get_monotonic_time() - start;
    }
    g_autofree char *draw = g_strdup_printf("%s, draw to frame", what);
    g_autofree char *fetch = g_strdup_printf("%s, fetch alone", what);
    report(draw, whole);
    report(fetch, alone);
}

int main(int argc, char **argv)
{
    static const RaScreenEvents events = {on_damaged, on_resized, on_cursor, on_pointer, on_lost};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaXvfb) xvfb = argc < 2 ? ra_xvfb_start("1920x1080x24", NULL) : NULL;
    const char *display = argc < 2 ? ra_xvfb_display(xvfb) : argv[1];
    Bench bench = {.screen = ra_x11_screen_new(display, NULL, &error)};
    if (bench.screen == NULL ||
        !bench.screen->class->start(bench.screen, &events, &bench, &error)) {
        fprintf(stderr, "bench-capture: %s\n", error->message);
        return 1;
    }
    bench.xcb = xcb_connect(display, NULL);
    bench.root = xcb_setup_roots_iterator(xcb_get_setup(bench.xcb)).data->root;
    bench.gc = xcb_generate_id(bench.xcb);
    const guint32 inferiors = XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS;
    xcb_create_gc(bench.xcb, bench.gc, bench.root, XCB_GC_SUBWINDOW_MODE, &inferiors);
    ra_pump_until(&bench.damaged);
    run(&bench, 10, 18);
    run(&bench, 200, 200);
    run(&bench, 800, 600);
    run(&bench, 1880, 1040);
    ra_screen_free(bench.screen);
    xcb_disconnect(bench.xcb);
    return 0;
}
