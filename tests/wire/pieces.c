/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Updates in pieces, several moves in one, exact and lossy pixels beside each other. */
#include "tests/wire/pair.h"

#include <string.h>

enum { WIDTH = 700, HEIGHT = 420, AREA = WIDTH * HEIGHT };

static const struct {
    const char *name;
    gint32 list[6];
    guint n;
    gboolean lossy, copies, mosaic;
} viewers[] = {
    {"ours",
     {RA_RFB_MOSAIC, RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_LAST_RECT, RA_RFB_ASSIST},
     5,
     TRUE,
     TRUE,
     TRUE},
    {"ours without Tight",
     {RA_RFB_MOSAIC, RA_RFB_COPY_RECT, RA_RFB_LAST_RECT, RA_RFB_ASSIST},
     4,
     FALSE,
     TRUE,
     TRUE},
    {"ours without copies",
     {RA_RFB_MOSAIC, RA_RFB_TIGHT, RA_RFB_LAST_RECT, RA_RFB_ASSIST},
     4,
     TRUE,
     FALSE,
     TRUE},
    {"Mosaic without LastRect",
     {RA_RFB_MOSAIC, RA_RFB_TIGHT, RA_RFB_COPY_RECT},
     3,
     FALSE,
     TRUE,
     FALSE},
    {"Tight with JPEG",
     {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_JPEG_QUALITY_LAST},
     3,
     TRUE,
     TRUE,
     FALSE},
    {"ZRLE", {RA_RFB_ZRLE, RA_RFB_COPY_RECT}, 2, FALSE, TRUE, FALSE},
    {"Raw", {RA_RFB_RAW}, 1, FALSE, FALSE, FALSE},
};

/* A photo at the left, text, and colours at the right. */
static void draw_mixed(Picture *picture, guint32 seed)
{
    static const Content contents[] = {CONTENT_PHOTO, CONTENT_TEXT, CONTENT_COLOURS};
    Picture part = picture_new(picture->width, picture->height);
    for (guint i = 0; i < G_N_ELEMENTS(contents); i++) {
        const guint x0 = picture->width * i / G_N_ELEMENTS(contents);
        picture_draw(&part, contents[i], seed + i);
        for (guint y = 0; y < picture->height; y++) {
            const gsize at = (gsize)y * picture->width + x0;
            memcpy(picture->pixels + at, part.pixels + at, (picture->width - x0) * 4u);
        }
    }
    picture_clear(&part);
}

static void fill_rect(Picture *picture, const RaRect *rect, guint32 colour)
{
    for (guint y = rect->y; y < (guint)rect->y + rect->height; y++) {
        for (guint x = rect->x; x < (guint)rect->x + rect->width; x++)
            picture->pixels[y * WIDTH + x] = colour;
    }
}

static void start(Session *s, gsize viewer)
{
    g_test_message("%s", viewers[viewer].name);
    session_init(s, WIDTH, HEIGHT, viewers[viewer].list, viewers[viewer].n);
    ra_encoder_set_quality(s->encoder, RA_QUALITY_AUTO, 0);
}

static void update_all(Session *s)
{
    const RaRect all = {0, 0, WIDTH, HEIGHT};
    session_update(s, &all, 1);
}

/* Until what is lossy is exact. */
static void rest(Session *s)
{
    s->lossy = TRUE;
    for (guint i = 0; i < 3; i++)
        ra_encoder_rest(s->encoder);
    while (ra_encoder_pending(s->encoder))
        session_update(s, NULL, 0);
    s->lossy = FALSE;
    session_settle(s);
}

/* All of an update, about ABOUT bytes at a time, while others draw in the frame: whole rectangles
 * each time, and what the frame had at the beginning. The number of pieces. */
static guint update_in_pieces(Session *s, gsize about)
{
    g_autoptr(GByteArray) piece = g_byte_array_new();
    const RaRect all = {0, 0, WIDTH, HEIGHT};
    const RaFrameView frame = picture_view(&s->screen);
    const guint updates = s->viewer.updates;
    guint pieces = 0;
    g_assert_true(ra_encoder_begin(s->encoder, &frame, &all, 1));
    picture_draw(&s->screen, CONTENT_NOISE, 99);
    for (gboolean more = TRUE; more; pieces++) {
        const guint rects = s->viewer.rects;
        g_assert_cmpuint(s->viewer.updates, ==, updates);
        g_byte_array_set_size(piece, 0);
        more = ra_encoder_write(s->encoder, piece, about);
        viewer_feed(&s->viewer, piece, G_MAXSIZE); /* takes all of it, or fails */
        g_assert_cmpuint(s->viewer.rects, >, rects);
        g_assert_true(!more || piece->len >= about / 2);
    }
    g_assert_cmpuint(s->viewer.updates, ==, updates + 1);
    return pieces;
}

static void test_pieces(void)
{
    static const gsize abouts[] = {0, 1, 3000, 64 * 1024, G_MAXSIZE};
    for (gsize k = 0; k < G_N_ELEMENTS(viewers); k++) {
        for (gsize i = 0; i < G_N_ELEMENTS(abouts); i++) {
            Session s;
            start(&s, k);
            session_settle(&s);
            draw_mixed(&s.screen, 5);
            Picture then = picture_new(WIDTH, HEIGHT);
            memcpy(then.pixels, s.screen.pixels, AREA * 4);
            const guint pieces = update_in_pieces(&s, abouts[i]);
            g_assert_true(abouts[i] == G_MAXSIZE ? pieces == 1 : abouts[i] > 3000 || pieces > 1);
            const RaFrameView was = picture_view(&then), model = ra_encoder_model(s.encoder);
            const RaFrameView shown = picture_view(&s.viewer.screen);
            picture_assert_equal(&model, &was);
            g_assert_true(ra_encoder_blurred(s.encoder) == viewers[k].lossy);
            if (!viewers[k].lossy)
                picture_assert_equal(&shown, &was);
            memcpy(s.screen.pixels, then.pixels, AREA * 4);
            rest(&s);
            picture_clear(&then);
            session_clear(&s);
        }
    }
}

/* An update in pieces has the bytes of one that is made at once, but for the number of rectangles
 * that stands at its beginning. */
static void test_same_bytes(void)
{
    for (gsize k = 0; k < G_N_ELEMENTS(viewers); k++) {
        g_autoptr(GByteArray) whole = g_byte_array_new();
        g_autoptr(GByteArray) pieces = g_byte_array_new();
        const RaRect all = {0, 0, WIDTH, HEIGHT};
        Session a, b;
        start(&a, k);
        start(&b, k);
        draw_mixed(&a.screen, 8);
        const RaFrameView frame = picture_view(&a.screen);
        g_assert_true(ra_encoder_update(a.encoder, &frame, &all, 1, whole));
        g_assert_true(ra_encoder_begin(b.encoder, &frame, &all, 1));
        while (ra_encoder_write(b.encoder, pieces, 2000))
            continue;
        if (viewers[k].mosaic) {
            g_assert_cmpmem(pieces->data + 2, 2, "\xff\xff", 2);
            g_assert_cmpuint(pieces->len, ==, whole->len + 12); /* LastRect */
        } else {
            g_assert_cmpuint(pieces->len, ==, whole->len);
            g_assert_cmpmem(pieces->data, 4, whole->data, 4);
        }
        g_assert_cmpmem(pieces->data + 4, whole->len - 4, whole->data + 4, whole->len - 4);
        session_clear(&a);
        session_clear(&b);
    }
}

static void move(Picture *picture, const RaRect *rect, gint dx, gint dy)
{
    g_autofree guint32 *old = g_memdup2(picture->pixels, AREA * 4);
    for (gint y = rect->y; y < rect->y + rect->height; y++) {
        for (gint x = rect->x; x < rect->x + rect->width; x++) {
            const gboolean inside = x - dx >= rect->x && x - dx < rect->x + rect->width &&
                                    y - dy >= rect->y && y - dy < rect->y + rect->height;
            picture->pixels[y * WIDTH + x] = inside ? old[(y - dy) * WIDTH + x - dx] : 0xffffff;
        }
    }
}

/* Two windows scroll, each its own way, in one update. */
static void test_moves(void)
{
    static const struct {
        gint dx[2], dy[2];
    } cases[] = {{{0, 0}, {9, -16}}, {{0, 0}, {-5, -31}}, {{-24, 13}, {0, 0}}, {{17, 0}, {0, 8}}};
    const RaRect windows[] = {{3, 5, 330, 400}, {361, 11, 320, 390}};
    for (gsize k = 0; k < G_N_ELEMENTS(viewers); k++) {
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            Session s;
            start(&s, k);
            picture_draw(&s.screen, CONTENT_NOISE, 3);
            for (gsize p = 0; p < AREA; p++) /* letters, not a photo */
                s.screen.pixels[p] = s.screen.pixels[p] % 7 == 0 ? 0x303030 : 0xffffff;
            session_settle(&s);
            update_all(&s);
            for (guint w = 0; w < 2; w++)
                move(&s.screen, &windows[w], cases[i].dx[w], cases[i].dy[w]);
            update_all(&s);
            const RaFrameView frame = picture_view(&s.screen);
            const RaFrameView shown = picture_view(&s.viewer.screen);
            picture_assert_equal(&shown, &frame);
            g_assert_cmpuint(s.bytes, >, 0);
            if (viewers[k].copies)
                g_assert_cmpuint(s.bytes, <, 9000); /* the pixels would be 30000 at the least */
            session_clear(&s);
        }
    }
}

/* A photo moves to and fro: it stays blurred where it was, and becomes exact. */
static void test_blurred_moves(void)
{
    static const gint dx[] = {0, 0, 40, -33, 21}, dy[] = {24, -40, 0, 0, 11};
    for (gsize k = 0; k < G_N_ELEMENTS(viewers); k++) {
        Session s;
        const RaRect window = {50, 20, 600, 390};
        start(&s, k);
        s.lossy = viewers[k].lossy;
        draw_mixed(&s.screen, 4);
        update_all(&s);
        for (guint i = 0; i < G_N_ELEMENTS(dx); i++) {
            move(&s.screen, &window, dx[i], dy[i]);
            update_all(&s);
            g_assert_true(ra_encoder_blurred(s.encoder) == viewers[k].lossy);
        }
        rest(&s);
        session_clear(&s);
    }
}

/* What the viewer lost is not what others are copied from. */
static void test_stale_moves(void)
{
    for (gsize k = 0; k < G_N_ELEMENTS(viewers); k++) {
        for (guint part = 0; part < 5; part++) {
            const RaRect lost = {(guint16)(part * 130), (guint16)(part * 80), 120, 60};
            const RaRect all = {0, 0, WIDTH, HEIGHT};
            Session s;
            start(&s, k);
            picture_draw(&s.screen, CONTENT_COLOURS, 3);
            session_settle(&s);
            fill_rect(&s.viewer.screen, &lost, 0x123456);
            ra_encoder_invalidate(s.encoder, &lost);
            move(&s.screen, &all, 0, 30);
            update_all(&s);
            const RaFrameView frame = picture_view(&s.screen);
            const RaFrameView shown = picture_view(&s.viewer.screen);
            picture_assert_equal(&shown, &frame);
            session_clear(&s);
        }
    }
}

/* A letter is typed: as few bytes as can be. */
static void test_typing(void)
{
    Session s;
    gsize bytes = 0;
    start(&s, 0);
    memset(s.screen.pixels, 0xff, AREA * 4);
    session_settle(&s);
    for (guint i = 0; i < 20; i++) {
        const RaRect letter = {(guint16)(40 + 10 * i), 100, 10, 18};
        for (guint y = 0; y < letter.height; y++) {
            for (guint x = 0; x < letter.width; x++)
                if ((x * 5 + y * (3 + i)) % 11 < 4)
                    s.screen.pixels[(letter.y + y) * WIDTH + letter.x + x] = 0;
        }
        session_update(&s, &letter, 1);
        bytes += s.bytes;
    }
    /* Heads of 16 bytes, a length, a form, two colours, 36 bytes of pixels. */
    g_test_message("%zu bytes for 20 letters", bytes);
    g_assert_cmpuint(bytes, <, 20 * 80);
    session_settle(&s);
    session_clear(&s);
}

/* Sixteen bits a pixel: not Mosaic's. */
static void test_other_format(void)
{
    const RaPixelFormat format = {16, 16, FALSE, 31, 63, 31, 11, 5, 0};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const RaRect all = {0, 0, WIDTH, HEIGHT};
    Session s;
    start(&s, 0);
    ra_encoder_set_quality(s.encoder, RA_QUALITY_LOSSLESS, 0);
    draw_mixed(&s.screen, 1);
    session_settle(&s);
    ra_encoder_set_format(s.encoder, &format);
    const RaFrameView frame = picture_view(&s.screen);
    g_assert_true(ra_encoder_update(s.encoder, &frame, &all, 1, bytes));
    g_assert_cmpuint(bytes->data[2] << 8 | bytes->data[3], >, 1);
    g_assert_cmpmem(bytes->data + 12, 4, "\0\0\0\7", 4); /* the first is in Tight */
    /* And back: its stream goes on where it was. */
    ra_encoder_set_format(s.encoder, &ra_pixel_format_native);
    session_settle(&s);
    session_clear(&s);
}

void add_piece_tests(void)
{
    g_test_add_func("/wire/pieces/pieces", test_pieces);
    g_test_add_func("/wire/pieces/same-bytes", test_same_bytes);
    g_test_add_func("/wire/pieces/moves", test_moves);
    g_test_add_func("/wire/pieces/blurred-moves", test_blurred_moves);
    g_test_add_func("/wire/pieces/stale-moves", test_stale_moves);
    g_test_add_func("/wire/pieces/typing", test_typing);
    g_test_add_func("/wire/pieces/other-format", test_other_format);
}
