/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen in memory keeps the contract of host/screen.h, so that tests which stand on it mean
 * something. */
#include "tests/support/memory-screen.h"
#include "tests/support/xvfb.h"

#include <sys/mman.h>

typedef struct {
    RaScreen *screen;
    int damaged, resized, cursors, pointers, lost;
    guint16 pointer_x;
    guint16 cursor_width;
} Counts;

static void on_damaged(gpointer data)
{
    ((Counts *)data)->damaged++;
}

static void on_resized(gpointer data)
{
    ((Counts *)data)->resized++;
}

static void on_cursor(const RaIpcMessage *cursor, gpointer data)
{
    Counts *counts = data;
    counts->cursors++;
    counts->cursor_width = cursor->cursor.width;
}

static void on_pointer(guint16 x, G_GNUC_UNUSED guint16 y, gpointer data)
{
    Counts *counts = data;
    counts->pointers++;
    counts->pointer_x = x;
}

static void on_lost(G_GNUC_UNUSED const GError *error, gpointer data)
{
    ((Counts *)data)->lost++;
}

static const RaScreenEvents events = {on_damaged, on_resized, on_cursor, on_pointer, on_lost};

static Counts started(guint16 width, guint16 height)
{
    return (Counts){.screen = ra_memory_screen_new(width, height)};
}

static void assert_true_picture(RaScreen *screen)
{
    RaIpcMessage frame;
    const int fd = screen->class->frame(screen, &frame);
    const gsize size = (gsize)frame.frame.stride * frame.frame.height;
    void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    g_assert_true(map != MAP_FAILED);
    g_assert_cmpmem(map, size, ra_memory_screen_pixels(screen), size);
    munmap(map, size);
    g_assert_true(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
}

static void test_follow(void)
{
    Counts counts = started(64, 48);
    RaIpcMessage pixels;
    g_assert_true(counts.screen->class->start(counts.screen, &events, &counts, NULL));
    g_assert_true(ra_pump_until(&counts.damaged));
    g_assert_cmpint(counts.cursors, ==, 1);
    g_assert_cmpint(counts.pointers, ==, 1);
    g_assert_true(counts.screen->class->fetch(counts.screen, &pixels));
    g_assert_cmpuint(pixels.rects.n, ==, 1);
    assert_true_picture(counts.screen);
    /* Told once until it is fetched, nothing while it is still. */
    counts.damaged = 0;
    for (guint16 i = 0; i < 200; i++)
        ra_memory_screen_fill(counts.screen, (RaRect){i, i, 10, 10}, i * 0x010203u);
    g_assert_true(ra_pump_until(&counts.damaged));
    ra_pump(20);
    g_assert_cmpint(counts.damaged, ==, 1);
    g_assert_true(counts.screen->class->fetch(counts.screen, &pixels));
    g_assert_cmpuint(pixels.rects.n, <=, RA_IPC_RECTS_MAX);
    assert_true_picture(counts.screen);
    ra_pump(20);
    g_assert_cmpint(counts.damaged, ==, 1);
    static const guint32 four[] = {1, 2, 3, 4};
    ra_memory_screen_put(counts.screen, (RaRect){63, 47, 2, 2}, four);
    g_assert_cmphex(ra_memory_screen_pixels(counts.screen)[64 * 48 - 1], ==, 1);
    g_assert_cmpuint(ra_memory_screen_fetches(counts.screen), ==, 2);
    ra_screen_free(counts.screen);
}

static void test_changes(void)
{
    Counts counts = started(64, 48);
    RaIpcMessage pixels, frame;
    g_assert_true(counts.screen->class->start(counts.screen, &events, &counts, NULL));
    g_assert_true(ra_pump_until(&counts.damaged));
    g_assert_true(counts.screen->class->fetch(counts.screen, &pixels));
    counts.damaged = counts.cursors = 0;
    ra_memory_screen_resize(counts.screen, 100, 20);
    ra_memory_screen_cursor(counts.screen, 7, 9, 0xff00ff00);
    g_assert_true(ra_pump_until(&counts.resized));
    g_assert_true(ra_pump_until(&counts.damaged));
    g_assert_true(ra_pump_until(&counts.cursors));
    g_assert_cmpuint(counts.cursor_width, ==, 7);
    counts.pointers = 0;
    ra_memory_screen_point(counts.screen, 3, 4);
    ra_memory_screen_point(counts.screen, 5, 6);
    g_assert_true(ra_pump_until(&counts.pointers));
    ra_pump(20);
    g_assert_cmpint(counts.pointers, ==, 1);
    g_assert_cmpuint(counts.pointer_x, ==, 5);
    counts.screen->class->frame(counts.screen, &frame);
    g_assert_cmpuint(frame.frame.width, ==, 100);
    g_assert_true(counts.screen->class->fetch(counts.screen, &pixels));
    assert_true_picture(counts.screen);
    ra_memory_screen_lose(counts.screen);
    g_assert_false(counts.screen->class->fetch(counts.screen, &pixels));
    g_assert_true(ra_pump_until(&counts.lost));
    ra_memory_screen_fill(counts.screen, (RaRect){0, 0, 1, 1}, 1);
    ra_pump(20);
    g_assert_cmpint(counts.lost, ==, 1);
    ra_screen_free(counts.screen);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/memory-screen/follow", test_follow);
    g_test_add_func("/support/memory-screen/changes", test_changes);
    return g_test_run();
}
