/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is lossy, when, and that it becomes exact; and updates of limited size. */
#include "tests/wire/pair.h"

#include <string.h>

static const gint32 ours[] = {RA_RFB_TIGHT, RA_RFB_COPY_RECT, RA_RFB_ASSIST};
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
        session_init(&s, 300, 200, cases[i].list, 3);
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
    g_test_add_func("/wire/quality/small-is-exact", test_small_is_exact);
    g_test_add_func("/wire/quality/moving", test_moving);
    g_test_add_func("/wire/quality/budget", test_budget);
    g_test_add_func("/wire/quality/budget-under-change", test_budget_under_change);
}
