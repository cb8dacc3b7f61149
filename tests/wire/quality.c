/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is lossy, when, and that it becomes exact; and updates of limited size. */
#include "tests/wire/pair.h"
#include "wire/lossy.h"

#include <string.h>

static const gint32 ours[] = {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_ASSIST, RA_RFB_MOSAIC,
                              RA_RFB_LAST_RECT};
static const gint32 old[] = {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_ASSIST};
static const gint32 foreign[] = {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_JPEG_QUALITY_FIRST + 6};
static const gint32 exact[] = {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_RAW};
static const gint32 zrle[] = {RA_RFB_ZRLE, RA_RFB_TIGHT, RA_RFB_ASSIST};

/* The mean of the squared differences of the colours. */
static double difference(const Session *s)
{
    const gsize n = (gsize)s->screen.width * s->screen.height;
    double sum = 0;
    for (gsize i = 0; i < n; i++) {
        for (guint shift = 0; shift < 24; shift += 8) {
            const int a = s->screen.pixels[i] >> shift & 255;
            const int b = s->viewer.screen.pixels[i] >> shift & 255;
            sum += (a - b) * (a - b);
        }
    }
    return sum / ((double)n * 3);
}

static void update_all(Session *s)
{
    const RaRect all = {0, 0, s->screen.width, s->screen.height};
    session_update(s, &all, 1);
}

static const struct {
    const char *what;
    const gint32 *list;
    Content content;
    RaQuality quality;
    guint64 rate;
    gboolean lossy;
} cases[] = {
    {"a photo, automatic", ours, CONTENT_PHOTO, RA_QUALITY_AUTO, 0, TRUE},
    {"a photo, automatic, on a slow link", ours, CONTENT_PHOTO, RA_QUALITY_AUTO, 100000, TRUE},
    {"a photo, high", ours, CONTENT_PHOTO, RA_QUALITY_HIGH, 0, TRUE},
    {"a photo, high, without Mosaic", old, CONTENT_PHOTO, RA_QUALITY_HIGH, 0, TRUE},
    {"a photo, medium", ours, CONTENT_PHOTO, RA_QUALITY_MEDIUM, 0, TRUE},
    {"a photo, low", ours, CONTENT_PHOTO, RA_QUALITY_LOW, 0, TRUE},
    {"a photo, lossless", ours, CONTENT_PHOTO, RA_QUALITY_LOSSLESS, 0, FALSE},
    {"a photo, ZRLE", zrle, CONTENT_PHOTO, RA_QUALITY_MEDIUM, 0, FALSE},
    {"a photo, a foreign viewer that wants JPEG", foreign, CONTENT_PHOTO, RA_QUALITY_LOSSLESS, 0,
     TRUE},
    {"a photo, a foreign viewer that does not", exact, CONTENT_PHOTO, RA_QUALITY_LOW, 0, FALSE},
    {"text, automatic", ours, CONTENT_TEXT, RA_QUALITY_AUTO, 100000, FALSE},
    {"text, medium", ours, CONTENT_TEXT, RA_QUALITY_MEDIUM, 0, FALSE},
    {"windows, medium", ours, CONTENT_WINDOWS, RA_QUALITY_MEDIUM, 0, FALSE},
    {"one colour, low", ours, CONTENT_FLAT, RA_QUALITY_LOW, 0, FALSE},
};

static void test_levels(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Session s;
        g_test_message("%s", cases[i].what);
        session_init(&s, 300, 200, cases[i].list, cases[i].list == ours ? 5 : 3);
        s.lossy = cases[i].lossy;
        ra_encoder_set_quality(s.encoder, cases[i].quality, cases[i].rate);
        picture_draw(&s.screen, cases[i].content, 1);
        update_all(&s);
        g_assert_true(ra_encoder_blurred(s.encoder) == cases[i].lossy);
        g_assert_true((difference(&s) > 0) == cases[i].lossy);
        g_assert_cmpfloat(difference(&s), <, 150); /* 26 dB: it is this picture */
        /* It rests: exact after three intervals, not before. */
        for (guint rest = 0; rest < 3; rest++) {
            g_assert_false(ra_encoder_pending(s.encoder));
            ra_encoder_rest(s.encoder);
        }
        g_assert_true(ra_encoder_pending(s.encoder) == cases[i].lossy);
        g_assert_false(ra_encoder_blurred(s.encoder));
        s.lossy = FALSE;
        session_settle(&s);
        session_clear(&s);
    }
}

/* How well photos go: by the link and how much of them there is, where it is automatic. */
static void test_fit(void)
{
    enum { SCREEN = 1920 * 1080, WINDOW = 480 * 270, COST = 140 /* bytes for 1024 pixels */ };
    static const struct {
        RaQuality quality;
        guint64 rate; /* bytes a second */
        gsize pixels;
        int least, most;
        gboolean colour;
    } links[] = {
        {RA_QUALITY_AUTO, 0, SCREEN, 80, 80, FALSE},
        {RA_QUALITY_AUTO, 1000 * 1000 * 1000, SCREEN, 80, 80, FALSE},
        {RA_QUALITY_AUTO, 4 * 1000 * 1000, SCREEN, 60, 75, FALSE},
        {RA_QUALITY_AUTO, 2500 * 1000, SCREEN, 35, 60, FALSE},
        {RA_QUALITY_AUTO, 2500 * 1000, WINDOW, 80, 80, FALSE},
        {RA_QUALITY_AUTO, 200 * 1000, WINDOW, 35, 60, FALSE},
        {RA_QUALITY_AUTO, 1, SCREEN, 35, 35, FALSE},
        {RA_QUALITY_AUTO, 1, 0, 80, 80, FALSE},
        {RA_QUALITY_HIGH, 1, SCREEN, 92, 92, TRUE},
        {RA_QUALITY_MEDIUM, 1, SCREEN, 75, 75, FALSE},
        {RA_QUALITY_LOW, 1, SCREEN, 30, 30, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        const RaLossy best = ra_lossy_of(links[i].quality, links[i].rate);
        const RaLossy fit = ra_lossy_fit(&best, links[i].pixels, COST);
        g_test_message("case %zu: quality %d", i, fit.quality);
        g_assert_cmpint(fit.quality, >=, links[i].least);
        g_assert_cmpint(fit.quality, <=, links[i].most);
        g_assert_true(fit.colour == links[i].colour && fit.some);
        /* All that is lossy passes in a tenth of a second, if it is as well as it can be. */
        const guint64 bytes = links[i].pixels * COST / 1024 * ra_lossy_share(&fit) / 1024;
        if (links[i].quality == RA_QUALITY_AUTO && links[i].rate > 1)
            g_assert_cmpuint(bytes, <=, links[i].rate / 10);
    }
    /* Better never takes less. */
    RaLossy one = {TRUE, FALSE, 1, FALSE, 0}, next = one;
    for (; next.quality <= 100; one = next, next.quality++)
        g_assert_cmpuint(ra_lossy_share(&one), <=, ra_lossy_share(&next));
}

/* A full screen of film over 20 Mbit/s: less well when it is all of the screen. */
static void test_follows_link(void)
{
    gsize last[2] = {0};
    for (guint slow = 0; slow < 2; slow++) {
        Session s;
        session_init(&s, 1280, 720, ours, G_N_ELEMENTS(ours));
        s.lossy = TRUE;
        ra_encoder_set_quality(s.encoder, RA_QUALITY_AUTO, slow ? 500 * 1000 : 0);
        for (guint round = 0; round < 8; round++) {
            picture_draw(&s.screen, CONTENT_PHOTO, round);
            update_all(&s);
            last[slow] = s.bytes;
        }
        g_assert_cmpfloat(difference(&s), <, 150);
        session_clear(&s);
    }
    g_test_message("%zu and %zu bytes", last[0], last[1]);
    g_assert_cmpuint(last[1], <, last[0] * 3 / 4);
}

/* What is as busy as a photo, and is none: all of it is exact. */
static void test_busy_drawings(void)
{
    enum { WIDE = 640, HIGH = 400 };
    for (guint kind = 0; kind < 3; kind++) {
        Session s;
        session_init(&s, WIDE, HIGH, ours, G_N_ELEMENTS(ours));
        session_settle(&s);
        ra_encoder_set_quality(s.encoder, RA_QUALITY_MEDIUM, 0);
        for (guint i = 0; i < WIDE * HIGH; i++) {
            const guint x = i % WIDE, y = i / WIDE;
            if (kind == 0) /* a pattern */
                s.screen.pixels[i] = (x + y) % 2 * 0xffffff;
            else if (kind == 1) /* a line of letters, smooth in the thirds of a pixel */
                s.screen.pixels[i] = y % 64 < 12 ? (x * 77 + y * 31) % 200 * 0x010205 : 0xffffff;
            else /* the same upright */
                s.screen.pixels[i] = x % 64 < 16 ? (x * 77 + y * 31) % 200 * 0x010205 : 0xffffff;
        }
        g_autofree guint32 *pixels = g_memdup2(s.screen.pixels, WIDE * HIGH * 4);
        for (guint i = 0; kind > 0 && i < WIDE * HIGH; i++)
            s.screen.pixels[i] = 0xffffff;
        session_settle(&s);
        memcpy(s.screen.pixels, pixels, WIDE * HIGH * 4);
        update_all(&s);
        g_test_message("kind %u", kind);
        g_assert_false(ra_encoder_blurred(s.encoder));
        g_assert_cmpfloat(difference(&s), <=, 0);
        session_clear(&s);
    }
}

/* A small film's edges end in the middle of tiles: none of it is exact while it runs. */
static void test_edges_of_a_film(void)
{
    gsize bytes[2];
    for (guint aligned = 0; aligned < 2; aligned++) {
        Session s;
        const guint left = aligned ? 128 : 118, top = aligned ? 64 : 76;
        Picture film = picture_new(192, 128);
        session_init(&s, 640, 400, ours, G_N_ELEMENTS(ours));
        session_settle(&s);
        s.lossy = TRUE;
        ra_encoder_set_quality(s.encoder, RA_QUALITY_MEDIUM, 0);
        for (guint round = 0; round < 3; round++) {
            picture_draw(&film, CONTENT_PHOTO, round);
            for (guint y = 0; y < film.height; y++)
                memcpy(s.screen.pixels + (gsize)(top + y) * 640 + left,
                       film.pixels + (gsize)y * film.width, film.width * 4u);
            update_all(&s);
            bytes[aligned] = s.bytes;
        }
        picture_clear(&film);
        session_clear(&s);
    }
    g_test_message("%zu and %zu bytes", bytes[0], bytes[1]);
    /* Each JPEG has its tables, and there are more of them. */
    g_assert_cmpuint(bytes[0], <, bytes[1] + 2500);
}

/* A film takes more than there is: what rests beside it becomes exact all the same. */
static void test_rests_beside_a_film(void)
{
    Session s;
    gsize wrong = 1;
    session_init(&s, 640, 384, ours, G_N_ELEMENTS(ours));
    s.lossy = TRUE;
    ra_encoder_set_quality(s.encoder, RA_QUALITY_MEDIUM, 0);
    picture_draw(&s.screen, CONTENT_PHOTO, 100);
    g_autofree guint32 *rows = g_memdup2(s.screen.pixels, (gsize)640 * 64 * 4);
    update_all(&s);
    ra_encoder_set_budget(s.encoder, 3000);
    for (guint round = 0; wrong > 0; round++) {
        g_assert_cmpuint(round, <, 100); /* ten tiles, every fourth time one */
        picture_draw(&s.screen, CONTENT_PHOTO, round);
        memcpy(s.screen.pixels, rows, (gsize)640 * 64 * 4);
        update_all(&s);
        ra_encoder_rest(s.encoder);
        g_assert_true(ra_encoder_pending(s.encoder));
        wrong = 0;
        for (gsize i = 0; i < (gsize)640 * 64; i++)
            wrong += s.viewer.screen.pixels[i] != rows[i];
    }
    session_clear(&s);
}

/* A clock ticks on a photo: that does not keep the photo blurred. */
static void test_beside_a_clock(void)
{
    Session s;
    session_init(&s, 300, 200, ours, G_N_ELEMENTS(ours));
    s.lossy = TRUE;
    ra_encoder_set_quality(s.encoder, RA_QUALITY_MEDIUM, 0);
    picture_draw(&s.screen, CONTENT_PHOTO, 1);
    update_all(&s);
    for (guint rest = 0; rest < 3; rest++) {
        g_assert_true(ra_encoder_blurred(s.encoder));
        s.screen.pixels[300 * 20 + 20] ^= 0xffffff;
        update_all(&s);
        ra_encoder_rest(s.encoder);
    }
    update_all(&s);
    g_assert_cmpfloat(difference(&s), <=, 0);
    s.lossy = FALSE;
    session_settle(&s);
    session_clear(&s);
}

static void test_small_is_exact(void)
{
    Session s;
    session_init(&s, 300, 200, ours, G_N_ELEMENTS(ours));
    session_settle(&s);
    ra_encoder_set_quality(s.encoder, RA_QUALITY_MEDIUM, 0);
    for (guint i = 0; i < 7; i++)
        s.screen.pixels[300 * (50 + i) + 60] = 0x123456 * i;
    const RaRect dirty = {60, 50, 1, 7};
    session_update(&s, &dirty, 1);
    g_assert_false(ra_encoder_blurred(s.encoder));
    session_settle(&s);
    session_clear(&s);
}

/* What moves takes its blur along; what keeps changing never becomes due. */
static void test_moving(void)
{
    Session s;
    session_init(&s, 640, 400, ours, G_N_ELEMENTS(ours));
    s.lossy = TRUE;
    ra_encoder_set_quality(s.encoder, RA_QUALITY_MEDIUM, 0);
    picture_draw(&s.screen, CONTENT_PHOTO, 3);
    update_all(&s);
    for (guint round = 0; round < 12; round++) {
        memmove(s.screen.pixels, s.screen.pixels + 640 * 24, 640 * (400 - 24) * 4);
        ra_encoder_rest(s.encoder);
        update_all(&s);
        g_assert_true(ra_encoder_blurred(s.encoder));
        g_assert_cmpfloat(difference(&s), <, 150);
    }
    for (guint rest = 0; rest < 3; rest++)
        ra_encoder_rest(s.encoder);
    s.lossy = FALSE;
    session_settle(&s);
    session_clear(&s);
}

static void test_budget(void)
{
    static const gsize budgets[] = {1, 2000, 20000, 1000000};
    for (gsize i = 0; i < G_N_ELEMENTS(budgets); i++) {
        Session s;
        guint updates = 1;
        session_init(&s, 640, 400, ours, G_N_ELEMENTS(ours));
        session_settle(&s); /* black */
        picture_draw(&s.screen, CONTENT_PHOTO, 5);
        ra_encoder_set_budget(s.encoder, budgets[i]);
        update_all(&s);
        for (; ra_encoder_pending(s.encoder); updates++) {
            /* The estimate learns: a tile more than it should be, at most. */
            g_assert_cmpuint(s.bytes, <, budgets[i] * 3 + 64 * 64 * 4);
            session_update(&s, NULL, 0);
            g_assert_cmpuint(updates, <, 500);
        }
        g_test_message("budget %" G_GSIZE_FORMAT ": %u updates", budgets[i], updates);
        g_assert_true(updates > 1 || budgets[i] == 1000000);
        session_settle(&s);
        session_clear(&s);
    }
}

/* A film goes as whole pictures, whatever the budget, where the link carries one in time; on a
 * slower one in turns. */
static void test_whole_pictures(void)
{
    static const struct {
        guint64 rate;
        gboolean whole;
    } links[] = {{2500 * 1000, TRUE}, {100 * 1000, FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        Session s;
        session_init(&s, 640, 400, ours, G_N_ELEMENTS(ours));
        s.lossy = TRUE;
        session_settle(&s); /* black */
        ra_encoder_set_quality(s.encoder, RA_QUALITY_AUTO, links[i].rate);
        ra_encoder_set_budget(s.encoder, 8000);
        for (guint round = 0; round < 6; round++) {
            picture_draw(&s.screen, CONTENT_PHOTO, round);
            update_all(&s);
        }
        g_test_message("%" G_GUINT64_FORMAT " bytes a second: %zu at once", links[i].rate, s.bytes);
        g_assert_true(ra_encoder_pending(s.encoder) != links[i].whole);
        g_assert_true((s.bytes > 16000) == links[i].whole);
        session_clear(&s);
    }
}

/* The screen goes on changing and scrolling while parts of it wait. */
static void test_budget_under_change(void)
{
    Session s;
    GRand *random = g_rand_new_with_seed(7);
    session_init(&s, 640, 400, ours, G_N_ELEMENTS(ours));
    session_settle(&s);
    ra_encoder_set_budget(s.encoder, 6000);
    for (guint round = 0; round < 60; round++) {
        const guint dy = (guint)g_rand_int_range(random, 1, 60);
        memmove(s.screen.pixels, s.screen.pixels + (gsize)640 * dy, (gsize)640 * (400 - dy) * 4);
        for (gsize k = (gsize)640 * (400 - dy); k < (gsize)640 * 400; k++)
            s.screen.pixels[k] = k % 9 < 4 ? 0x202020 : g_rand_int(random) & 0xf0f0f0;
        update_all(&s);
    }
    g_rand_free(random);
    session_settle(&s);
    session_clear(&s);
}

/* Half of the screen changes all the time, more than the budget lets through; what changes in the
 * other half comes with the next update, and the film goes on. */
static void test_beside_a_film(void)
{
    Session s;
    gboolean late = FALSE;
    session_init(&s, 640, 384, ours, G_N_ELEMENTS(ours));
    session_settle(&s);
    s.lossy = TRUE;
    ra_encoder_set_quality(s.encoder, RA_QUALITY_LOW, 0);
    ra_encoder_set_budget(s.encoder, 3000);
    for (guint round = 0; round < 40; round++) {
        g_autofree guint32 *rows = g_memdup2(s.screen.pixels + 640 * 192, (gsize)640 * 192 * 4);
        picture_draw(&s.screen, CONTENT_PHOTO, round);
        memcpy(s.screen.pixels + 640 * 192, rows, (gsize)640 * 192 * 4);
        for (guint i = 0; i < 8; i++)
            s.screen.pixels[640 * 300 + 300 + i] = 0x101010 * (round % 2 + i + 1);
        update_all(&s);
        late = late || ra_encoder_pending(s.encoder);
        const RaFrameView model = ra_encoder_model(s.encoder);
        const guint8 *there = model.pixels + (gsize)300 * model.stride + 300 * 4;
        g_assert_cmphex(there[0], ==, s.screen.pixels[640 * 300 + 300] & 0xff);
    }
    g_assert_true(late);
    ra_encoder_set_quality(s.encoder, RA_QUALITY_LOSSLESS, 0);
    for (guint rest = 0; rest < 3; rest++)
        ra_encoder_rest(s.encoder);
    while (ra_encoder_pending(s.encoder))
        session_update(&s, NULL, 0);
    s.lossy = FALSE;
    session_settle(&s);
    session_clear(&s);
}

void add_quality_tests(void)
{
    g_test_add_func("/wire/quality/beside-a-film", test_beside_a_film);
    g_test_add_func("/wire/quality/levels", test_levels);
    g_test_add_func("/wire/quality/fit", test_fit);
    g_test_add_func("/wire/quality/follows-link", test_follows_link);
    g_test_add_func("/wire/quality/rests-beside-a-film", test_rests_beside_a_film);
    g_test_add_func("/wire/quality/busy-drawings", test_busy_drawings);
    g_test_add_func("/wire/quality/edges-of-a-film", test_edges_of_a_film);
    g_test_add_func("/wire/quality/beside-a-clock", test_beside_a_clock);
    g_test_add_func("/wire/quality/small-is-exact", test_small_is_exact);
    g_test_add_func("/wire/quality/moving", test_moving);
    g_test_add_func("/wire/quality/budget", test_budget);
    g_test_add_func("/wire/quality/whole-pictures", test_whole_pictures);
    g_test_add_func("/wire/quality/budget-under-change", test_budget_under_change);
}
