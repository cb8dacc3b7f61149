/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoder to decoder: whatever happens on the screen, the viewer shows it, pixel by pixel. */
#include "tests/wire/pair.h"

#include <string.h>

static const struct {
    const char *name;
    gint32 list[6];
    guint n;
} sets[] = {
    {"raw", {RA_RFB_RAW}, 1},
    {"zrle", {RA_RFB_ZRLE, RA_RFB_COPY_RECT}, 2},
    {"zrle level 9", {RA_RFB_ZRLE, RA_RFB_TIGHT, RA_RFB_COMPRESSION_LAST}, 3},
    {"tight", {RA_RFB_TIGHT, RA_RFB_ZRLE, RA_RFB_COPY_RECT, RA_RFB_RAW}, 4},
    {"tight level 0", {RA_RFB_TIGHT, RA_RFB_COMPRESSION_FIRST}, 2},
    {"none", {0}, 0},
};

static const struct {
    guint width, height;
} sizes[] = {{1, 1}, {1, 70}, {130, 1}, {2, 3}, {64, 64}, {65, 63}, {200, 150}, {640, 200}};

static void scribble(Picture *picture, GRand *random, RaRect *dirty)
{
    dirty->x = (guint16)g_rand_int_range(random, 0, picture->width);
    dirty->y = (guint16)g_rand_int_range(random, 0, picture->height);
    dirty->width = (guint16)g_rand_int_range(random, 1, picture->width - dirty->x + 1);
    dirty->height = (guint16)g_rand_int_range(random, 1, picture->height - dirty->y + 1);
    for (guint i = 0; i < 20; i++) {
        const guint x = dirty->x + (guint)g_rand_int_range(random, 0, dirty->width);
        const guint y = dirty->y + (guint)g_rand_int_range(random, 0, dirty->height);
        picture->pixels[(gsize)y * picture->width + x] = g_rand_int(random) & 0xffffff;
    }
}

static void test_round_trip(void)
{
    for (gsize k = 0; k < G_N_ELEMENTS(sets); k++) {
        for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
            for (Content content = 0; content < N_CONTENTS; content++) {
                Session s;
                RaRect dirty;
                g_test_message("%s %ux%u content %d", sets[k].name, sizes[i].width, sizes[i].height,
                               content);
                GRand *random = g_rand_new_with_seed((guint32)(k * 100 + i * 10) + content);
                session_init(&s, sizes[i].width, sizes[i].height, sets[k].list, sets[k].n);
                s.step = content == CONTENT_TEXT ? 37 : G_MAXSIZE;
                picture_draw(&s.screen, content, 1);
                session_settle(&s);
                for (guint round = 0; round < 4; round++) {
                    scribble(&s.screen, random, &dirty);
                    session_update(&s, &dirty, 1);
                    const RaFrameView frame = picture_view(&s.screen);
                    const RaFrameView shown = picture_view(&s.viewer.screen);
                    picture_assert_equal(&shown, &frame);
                }
                picture_draw(&s.screen, (content + 1) % N_CONTENTS, 2);
                session_settle(&s);
                session_clear(&s);
                g_rand_free(random);
            }
        }
    }
}

/* Moves what lies in RECT by DY, down if positive; what appears is noise. */
static void scroll(Picture *picture, const RaRect *rect, gint dy, GRand *random)
{
    g_autofree guint32 *old =
        g_memdup2(picture->pixels, (gsize)picture->width * picture->height * 4);
    for (guint y = rect->y; y < rect->y + (guint)rect->height; y++) {
        guint32 *to = picture->pixels + (gsize)y * picture->width + rect->x;
        const gint from = (gint)y - dy;
        if (from >= rect->y && from < rect->y + rect->height) {
            memcpy(to, old + (gsize)from * picture->width + rect->x, rect->width * 4u);
            continue;
        }
        for (guint x = 0; x < rect->width; x++)
            to[x] = g_rand_int(random) & 0xffffff;
    }
}

static void test_scroll(void)
{
    static const struct {
        RaRect rect;
        gint dy;
        gboolean few_bytes;
    } cases[] = {
        {{0, 0, 800, 600}, 8, TRUE},     {{0, 0, 800, 600}, -8, TRUE},
        {{0, 0, 800, 600}, 1, TRUE},     {{0, 0, 800, 600}, -300, FALSE},
        {{100, 50, 500, 400}, 24, TRUE}, {{100, 50, 500, 400}, -24, TRUE},
        {{3, 7, 90, 500}, 10, FALSE},    {{0, 0, 20, 600}, 5, FALSE},
    };
    const gint32 list[] = {RA_RFB_ZRLE, RA_RFB_COPY_RECT};
    GRand *random = g_rand_new_with_seed(7);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (Content content = 0; content < N_CONTENTS; content++) {
            Session s;
            g_test_message("case %zu content %d", i, content);
            session_init(&s, 800, 600, list, 2);
            picture_draw(&s.screen, content, (guint32)i);
            session_settle(&s);
            scroll(&s.screen, &cases[i].rect, cases[i].dy, random);
            session_update(&s, &cases[i].rect, 1);
            const gsize area = (gsize)cases[i].rect.width * (gsize)ABS(cases[i].dy);
            if (cases[i].few_bytes && content != CONTENT_FLAT && content != CONTENT_WINDOWS)
                g_assert_cmpint(s.bytes, <, area * 4 + 8000);
            const RaFrameView frame = picture_view(&s.screen);
            const RaFrameView shown = picture_view(&s.viewer.screen);
            picture_assert_equal(&shown, &frame);
            session_clear(&s);
        }
    }
    g_rand_free(random);
}

/* The frame is compared only where it is dirty, and is its size's. */
static void test_dirty_only(void)
{
    const gint32 list[] = {RA_RFB_ZRLE};
    Session s;
    session_init(&s, 200, 200, list, 1);
    picture_draw(&s.screen, CONTENT_TEXT, 1);
    session_settle(&s);
    s.screen.pixels[0] ^= 0xff;
    const RaRect elsewhere = {100, 100, 100, 100}, beyond = {150, 150, 60000, 60000};
    g_assert_false(session_update(&s, &elsewhere, 1));
    g_assert_false(session_update(&s, &beyond, 1));
    g_assert_false(session_update(&s, NULL, 0));
    const RaRect there = {0, 0, 1, 1};
    g_assert_true(session_update(&s, &there, 1));
    g_assert_cmpint(s.viewer.rects, >=, 2);
    session_clear(&s);
}

static void test_invalidate(void)
{
    const gint32 list[] = {RA_RFB_TIGHT};
    Session s;
    session_init(&s, 300, 300, list, 1);
    picture_draw(&s.screen, CONTENT_PHOTO, 1);
    session_settle(&s);
    /* As if the viewer had lost it. */
    memset(s.viewer.screen.pixels, 0, (gsize)300 * 300 * 4);
    const RaRect beyond = {299, 299, 65535, 65535};
    ra_encoder_invalidate(s.encoder, &beyond);
    ra_encoder_invalidate(s.encoder, NULL);
    g_assert_true(ra_encoder_pending(s.encoder));
    g_assert_true(session_update(&s, NULL, 0));
    g_assert_false(ra_encoder_pending(s.encoder));
    session_clear(&s);
}

static void test_resize(void)
{
    static const struct {
        gint32 size;
        gboolean follows;
    } cases[] = {
        {RA_RFB_DESKTOP_SIZE, TRUE},
        {RA_RFB_EXTENDED_DESKTOP_SIZE, TRUE},
        {RA_RFB_LAST_RECT, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const gint32 list[] = {RA_RFB_TIGHT, cases[i].size};
        Session s;
        session_init(&s, 300, 200, list, 2);
        picture_draw(&s.screen, CONTENT_WINDOWS, 1);
        session_settle(&s);
        picture_clear(&s.screen);
        s.screen = picture_new(150, 260);
        picture_draw(&s.screen, CONTENT_COLOURS, 2);
        ra_encoder_resize(s.encoder, 150, 260);
        if (cases[i].follows) {
            session_settle(&s);
            g_assert_cmpint(s.viewer.screen.width, ==, 150);
        } else {
            g_assert_true(session_update(&s, NULL, 0));
            g_assert_cmpint(s.viewer.screen.width, ==, 300);
            g_assert_cmphex(s.viewer.screen.pixels[299], ==, 0);
            g_assert_cmphex(s.viewer.screen.pixels[0], ==, s.screen.pixels[0]);
        }
        session_clear(&s);
    }
}

static void test_refuse_resize(void)
{
    const gint32 list[] = {RA_RFB_RAW, RA_RFB_EXTENDED_DESKTOP_SIZE};
    Session s;
    session_init(&s, 20, 10, list, 2);
    session_settle(&s);
    const guint updates = s.viewer.updates;
    ra_encoder_refuse_resize(s.encoder);
    g_assert_true(session_update(&s, NULL, 0));
    g_assert_cmpint(s.bytes, ==, 4 + 12 + 4 + 16);
    g_assert_cmpint(s.viewer.updates, ==, updates + 1);
    g_assert_false(session_update(&s, NULL, 0));
    session_clear(&s);
}

static void test_cursor(void)
{
    static const gint32 kinds[] = {RA_RFB_CURSOR, RA_RFB_CURSOR_WITH_ALPHA, RA_RFB_LAST_RECT};
    static const guint8 shape[3 * 2 * 4] = {
        10, 20, 30, 255, 0, 0, 0, 0, 40, 20, 0, 64, 1, 2, 3, 255, 0, 0, 0, 0, 100, 90, 80, 200,
    };
    /* A mask knows only all and nothing. */
    static const guint8 masked[3 * 2 * 4] = {
        10, 20, 30, 255, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 255, 0, 0, 0, 0, 128, 115, 102, 255,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const gint32 list[] = {RA_RFB_RAW, kinds[i], RA_RFB_QEMU_EXTENDED_KEY};
        Session s;
        session_init(&s, 10, 10, list, 3);
        session_settle(&s);
        g_assert_true(s.viewer.extended_key);
        ra_encoder_set_cursor(s.encoder, 3, 2, 1, 1, shape);
        g_assert_true(session_update(&s, NULL, 0) == (i < 2));
        if (i < 2) {
            g_assert_cmpint(s.viewer.cursor_width, ==, 3);
            g_assert_cmpmem(s.viewer.cursor, 24, i == 0 ? masked : shape, 24);
            ra_encoder_set_cursor(s.encoder, 0, 0, 0, 0, NULL);
            g_assert_true(session_update(&s, NULL, 0));
            g_assert_cmpint(s.viewer.cursor_width, ==, 0);
        }
        session_clear(&s);
    }
}

static void assert_pointer(const Session *s, guint n, guint16 x, guint16 y)
{
    g_assert_cmpuint(s->viewer.pointers, ==, n);
    g_assert_cmpuint(s->viewer.pointer_x, ==, x);
    g_assert_cmpuint(s->viewer.pointer_y, ==, y);
    g_assert_false(ra_encoder_pending(s->encoder));
}

/* The pointer's place: to those that take it, once, the last one only, after a new size. */
static void test_pointer(void)
{
    const gint32 list[] = {RA_RFB_RAW, RA_RFB_EXTENDED_DESKTOP_SIZE, RA_RFB_POINTER_POSITION,
                           RA_RFB_ASSIST};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Session s;
    session_init(&s, 20, 10, list, 2);
    s.step = 1;
    session_settle(&s);
    ra_encoder_set_pointer(s.encoder, 7, 8);
    g_assert_false(ra_encoder_pending(s.encoder));
    g_assert_false(ra_encoder_update_pointer(s.encoder, bytes));
    ra_encoder_set_encodings(s.encoder, list, 3); /* now it does take it */
    g_assert_true(session_update(&s, NULL, 0));
    g_assert_cmpuint(s.bytes, ==, 4 + 12);
    assert_pointer(&s, 1, 7, 8);
    g_assert_false(session_update(&s, NULL, 0));
    ra_encoder_set_pointer(s.encoder, 7, 8); /* where it is already */
    g_assert_false(session_update(&s, NULL, 0));
    ra_encoder_set_pointer(s.encoder, 1, 1);
    ra_encoder_set_pointer(s.encoder, 19, 9);
    g_assert_true(ra_encoder_pending(s.encoder));
    g_assert_true(ra_encoder_update_pointer(s.encoder, bytes));
    viewer_feed(&s.viewer, bytes, 1);
    assert_pointer(&s, 2, 19, 9);
    ra_encoder_set_pointer(s.encoder, 20, 9); /* outside: nothing for a foreign viewer */
    g_assert_false(session_update(&s, NULL, 0));
    assert_pointer(&s, 2, 19, 9);
    ra_encoder_set_encodings(s.encoder, list, 4);
    g_assert_true(session_update(&s, NULL, 0));
    assert_pointer(&s, 3, 65535, 65535);

    picture_clear(&s.screen);
    s.screen = picture_new(30, 10);
    ra_encoder_resize(s.encoder, 30, 10); /* inside now */
    g_byte_array_set_size(bytes, 0);
    g_assert_false(ra_encoder_update_pointer(s.encoder, bytes));
    g_assert_cmpuint(bytes->len, ==, 0);
    session_settle(&s);
    assert_pointer(&s, 4, 20, 9);
    session_clear(&s);
}

/* All that our viewer asks for, at once. */
static void test_own_encodings(void)
{
    guint n;
    const gint32 *encodings = ra_decoder_encodings(&n);
    static const guint8 shape[4] = {1, 2, 3, 4};
    Session s;
    session_init(&s, 500, 400, encodings, n);
    ra_encoder_set_cursor(s.encoder, 1, 1, 0, 0, shape);
    for (Content content = 0; content < N_CONTENTS; content++) {
        picture_draw(&s.screen, content, 9);
        session_settle(&s);
        memmove(s.screen.pixels, s.screen.pixels + 500 * 20, 500 * 380 * 4);
        session_settle(&s);
    }
    g_assert_true(s.viewer.extended_key);
    g_assert_cmpmem(s.viewer.cursor, 4, shape, 4);
    for (guint i = 0; i < n; i++)
        g_assert_true(ra_encoder_takes(s.encoder, encodings[i]));
    g_assert_false(ra_encoder_takes(s.encoder, RA_RFB_COMPRESSION_FIRST));
    session_clear(&s);
}

typedef struct {
    Picture *picture;
    gint stop; /* atomic */
} Scribbler;

static gpointer scribble_on(gpointer data)
{
    Scribbler *scribbler = data;
    GRand *random = g_rand_new_with_seed(11);
    const gint n = scribbler->picture->width * scribbler->picture->height;
    while (!g_atomic_int_get(&scribbler->stop)) {
        volatile guint32 *pixel = scribbler->picture->pixels + g_rand_int_range(random, 0, n);
        *pixel = g_rand_int(random) & 0xffffff;
    }
    g_rand_free(random);
    return NULL;
}

/* Somebody writes into the frame while it is read: the viewer still shows the model, and the frame
 * once that rests. */
static void test_frame_changes(void)
{
    const gint32 lists[][2] = {{RA_RFB_ZRLE, RA_RFB_COPY_RECT}, {RA_RFB_TIGHT, RA_RFB_COPY_RECT}};
    for (gsize k = 0; k < G_N_ELEMENTS(lists); k++) {
        Session s;
        session_init(&s, 400, 300, lists[k], 2);
        picture_draw(&s.screen, CONTENT_WINDOWS, 1);
        Scribbler scribbler = {.picture = &s.screen};
        GThread *thread = g_thread_new("scribbler", scribble_on, &scribbler);
        const RaRect all = {0, 0, 400, 300};
        for (guint round = 0; round < 20; round++)
            session_update(&s, &all, 1); /* compares the viewer with the model */
        g_atomic_int_set(&scribbler.stop, 1);
        g_thread_join(thread);
        session_settle(&s);
        session_clear(&s);
    }
}

void add_picture_tests(void)
{
    g_test_add_func("/wire/picture/round-trip", test_round_trip);
    g_test_add_func("/wire/picture/own-encodings", test_own_encodings);
    g_test_add_func("/wire/picture/scroll", test_scroll);
    g_test_add_func("/wire/picture/dirty-only", test_dirty_only);
    g_test_add_func("/wire/picture/invalidate", test_invalidate);
    g_test_add_func("/wire/picture/resize", test_resize);
    g_test_add_func("/wire/picture/refuse-resize", test_refuse_resize);
    g_test_add_func("/wire/picture/cursor", test_cursor);
    g_test_add_func("/wire/picture/pointer", test_pointer);
    g_test_add_func("/wire/picture/frame-changes", test_frame_changes);
}
