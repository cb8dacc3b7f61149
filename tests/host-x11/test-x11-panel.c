/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The look of the sign: what it says, and where its buttons are. */
#include "host/x11-panel.h"

#include "base/i18n.h"

#include <locale.h>
#include <string.h>

enum { DPI = 96 };

/* However long the name and narrow the screen, the buttons stay and the text says what counts. */
static void test_layout(void)
{
    static const char LONG[] = "A person with a name that goes on and on and on and on";
    static const struct {
        RaSignState state;
        double dpi;
        int width;
        const char *says;
    } cases[] = {
        {{"", RA_RIGHTS_ALL},
         96,
         1920,
         "Your helper controls your computer \xE2\x80\x93 Press Esc to stop"},
        {{"<b>&amp;", RA_RIGHTS_ALL}, 96, 1920, "<b>&amp; controls your computer \xE2\x80\x93 "},
        {{LONG, RA_RIGHTS_ALL},
         96,
         1920,
         "A person with a name that goes \xE2\x80\xA6 controls your computer"},
        {{LONG, RA_RIGHTS_ALL}, 192, 1280, " controls your computer"},
        {{LONG, RA_RIGHTS_ALL}, 96, 800, " controls your computer"},
        {{LONG, RA_RIGHTS_ALL, .talking = TRUE, .microphone = TRUE},
         96,
         800,
         " controls your computer"},
        {{LONG, RA_RIGHTS_ALL, .talking = TRUE}, 192, 1024, " has control"},
        {{LONG, RA_RIGHT_VIEW}, 96, 800, " sees your screen"},
        {{"%s%n", RA_RIGHTS_ALL}, 96, 1920, "%s%n controls your computer"},
        {{"Petra", RA_RIGHTS_ALL, .held = TRUE},
         96,
         1920,
         "Waiting while you use mouse or keyboard"},
        {{"Petra", RA_RIGHTS_ALL, .paused = TRUE},
         96,
         800,
         "Your screen is hidden \xE2\x80\x93 Petra sees nothing"},
        {{"%s", 0, .lost = TRUE},
         96,
         800,
         "Connection lost \xE2\x80\x93 Waiting for %s to come back"},
        {{"", 0, .lost = TRUE}, 96, 800, "Waiting for your helper to come back"},
        {{"", 0, .paused = TRUE}, 96, 800, "Your helper sees nothing of it now"},
        {{"Petra", RA_RIGHTS_ALL, .chat = TRUE, .unread = 2}, 96, 1920, "Press Esc"},
        {{"Petra", RA_RIGHTS_ALL, .chat = TRUE}, 96, 1024, "Petra controls your computer"},
        {{"Petra", RA_RIGHTS_ALL, .chat = TRUE, .unread = 99}, 200, 2560, "Press Esc"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RaSignState *state = &cases[i].state;
        const gboolean there[RA_PANEL_PARTS] = {
            [RA_PANEL_CHAT] = state->chat,
            [RA_PANEL_MICROPHONE] = state->talking,
            [RA_PANEL_STOP_CONTROL] = state->rights == RA_RIGHTS_ALL,
            [RA_PANEL_PAUSE] = !state->lost,
            [RA_PANEL_END] = TRUE,
        };
        int x, y;
        g_autoptr(RaPanel) panel = ra_panel_new(state, cases[i].dpi, cases[i].width);
        g_test_message("%s", ra_panel_text(panel));
        g_assert_nonnull(strstr(ra_panel_text(panel), cases[i].says));
        g_assert_cmpint(ra_panel_width(panel), <=, cases[i].width);
        for (int part = RA_PANEL_REST + 1; part < RA_PANEL_PARTS; part++) {
            g_assert_cmpint(ra_panel_middle(panel, (RaPanelPart)part, &x, &y), ==, there[part]);
            if (!there[part])
                continue;
            g_assert_cmpint(ra_panel_at(panel, x, y), ==, part);
            g_assert_cmpint(x, <, ra_panel_width(panel));
        }
        g_assert_cmpint(ra_panel_at(panel, 2, 2), ==, RA_PANEL_REST);
    }
}

/* What changes under the novice's pointer moves nothing. */
static void test_steady(void)
{
    RaSignState state = {.who = "Petra", .rights = RA_RIGHTS_ALL, .talking = TRUE, .chat = TRUE};
    int x = -1, y = -1;
    for (guint i = 0; i < 4; i++) {
        state.held = (i & 1) != 0;
        state.microphone = (i & 2) != 0;
        g_autoptr(RaPanel) panel = ra_panel_new(&state, DPI, 1920);
        for (int part = RA_PANEL_REST + 1, at = 0; part < RA_PANEL_PARTS; part++) {
            g_assert_true(ra_panel_middle(panel, (RaPanelPart)part, &at, &y));
            if (part == RA_PANEL_MICROPHONE && x >= 0)
                g_assert_cmpint(at, ==, x);
            if (part == RA_PANEL_MICROPHONE)
                x = at;
        }
    }
}

/* The chat can be had elsewhere: where there is no room it goes before the hint does. */
static void test_narrow(void)
{
    RaSignState state = {.who = "Petra", .rights = RA_RIGHTS_ALL, .chat = TRUE, .unread = 7};
    gboolean there = TRUE, seen[2] = {FALSE, FALSE};
    for (int width = 1600; width >= 500; width -= 10) {
        int x, y;
        g_autoptr(RaPanel) panel = ra_panel_new(&state, DPI, width);
        const gboolean now = ra_panel_middle(panel, RA_PANEL_CHAT, &x, &y);
        g_assert_true(there || !now);
        there = now;
        seen[now ? 1 : 0] = TRUE;
        g_assert_cmpint(ra_panel_width(panel), <=, width);
        g_assert_true(ra_panel_middle(panel, RA_PANEL_STOP_CONTROL, &x, &y));
        g_assert_true(ra_panel_middle(panel, RA_PANEL_END, &x, &y));
    }
    g_assert_true(seen[0] && seen[1]);
}

static void test_unread(void)
{
    static const guint counts[] = {0, 1, 9, 10, 42, 99, 100, 100000};
    RaSignState state = {.who = "Petra", .rights = RA_RIGHTS_ALL, .chat = TRUE};
    g_autoptr(RaPanel) first = ra_panel_new(&state, DPI, 1920);
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        state.unread = counts[i];
        g_autoptr(RaPanel) panel = ra_panel_new(&state, DPI, 1920);
        g_assert_cmpint(ra_panel_width(panel), ==, ra_panel_width(first));
        for (int part = RA_PANEL_REST + 1; part < RA_PANEL_PARTS; part++) {
            int x = 0, y = 0, first_x = 0, first_y = 0;
            g_assert_true(ra_panel_middle(panel, (RaPanelPart)part, &x, &y) ==
                          ra_panel_middle(first, (RaPanelPart)part, &first_x, &first_y));
            g_assert_cmpint(x, ==, first_x);
        }
    }
}

static void draw(const RaPanel *panel, int number)
{
    g_autofree char *file = g_strdup_printf("%s/panel-%02d.png", g_getenv("RA_PICTURES"), number);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, ra_panel_width(panel),
                                                          ra_panel_height(panel));
    cairo_t *cr = cairo_create(surface);
    ra_panel_draw(panel, cr, RA_PANEL_REST, FALSE);
    cairo_destroy(cr);
    g_assert_cmpint(cairo_surface_write_to_png(surface, file), ==, CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(surface);
}

/* Longer words find their room too; RA_PICTURES names a folder into which they are drawn. */
static void test_german(void)
{
    static const struct {
        RaSignState state;
        double dpi;
        int width;
        const char *says;
    } cases[] = {
        {{"Petra", RA_RIGHTS_ALL, .chat = TRUE}, 96, 1024, "Petra steuert Ihren Computer"},
        {{"", RA_RIGHTS_ALL, .talking = TRUE, .chat = TRUE}, 96, 1024, "Ihre Hilfe steuert"},
        {{"Petra", RA_RIGHTS_ALL, .talking = TRUE, .chat = TRUE}, 192, 1024, "Petra steuert"},
        {{"Petra", RA_RIGHT_VIEW, .chat = TRUE}, 96, 1024, "Petra sieht Ihren Bildschirm"},
        {{"Petra", RA_RIGHT_VIEW, .paused = TRUE}, 96, 800, "Ihr Bildschirm ist verborgen"},
        {{"", 0, .lost = TRUE}, 96, 800, "Verbindung unterbrochen"},
        {{"\u05e9\u05e8\u05d4", RA_RIGHTS_ALL}, 96, 1024, "\u05e9\u05e8\u05d4\u2069 steuert Ihren"},
    };
    g_autofree char *catalogs = g_test_build_filename(G_TEST_BUILT, "..", "po", NULL);
    (void)g_setenv("LANGUAGE", "de", TRUE);
    (void)setlocale(LC_ALL, "C.UTF-8");
    (void)bindtextdomain(GETTEXT_PACKAGE, catalogs);
    (void)bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    (void)textdomain(GETTEXT_PACKAGE);
    if (strcmp(_("Yes."), "Ja.") != 0) {
        g_test_skip("the C library translates nothing in the locale C.UTF-8");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RaSignState *state = &cases[i].state;
        int x, y;
        g_autoptr(RaPanel) panel = ra_panel_new(state, cases[i].dpi, cases[i].width);
        g_test_message("%s", ra_panel_text(panel));
        if (g_getenv("RA_PICTURES") != NULL)
            draw(panel, (int)i);
        g_assert_nonnull(strstr(ra_panel_text(panel), cases[i].says));
        g_assert_cmpint(ra_panel_width(panel), <=, cases[i].width);
        g_assert_true(ra_panel_middle(panel, RA_PANEL_END, &x, &y));
        g_assert_true(ra_panel_middle(panel, RA_PANEL_STOP_CONTROL, &x, &y) ==
                      (state->rights == RA_RIGHTS_ALL));
    }
    g_unsetenv("LANGUAGE");
    (void)setlocale(LC_ALL, "C");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/panel/layout", test_layout);
    g_test_add_func("/host/x11/panel/steady", test_steady);
    g_test_add_func("/host/x11/panel/narrow", test_narrow);
    g_test_add_func("/host/x11/panel/unread", test_unread);
    g_test_add_func("/host/x11/panel/german", test_german);
    return g_test_run();
}
