/* SPDX-License-Identifier: GPL-3.0-or-later */
/* X11's clipboard among other programs, the honest and the others. */
#include "assist/clipboard-x11.h"
#include "tests/support/xvfb.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>

static const char PNG[] = "\x89PNG\r\n\x1a\n and what follows";

typedef struct {
    RaSelection *selection;
    int changed, got;
    RaClipboardFormat format;
    GBytes *bytes;
} End;

typedef struct {
    RaXvfb *xvfb;
    End a, b;
} Fixture;

static void on_changed(gpointer data)
{
    ((End *)data)->changed++;
}

static void on_got(RaClipboardFormat format, GBytes *bytes, gpointer data)
{
    End *end = data;
    end->got++;
    end->format = format;
    g_clear_pointer(&end->bytes, g_bytes_unref);
    end->bytes = bytes;
}

static void end_start(End *end, RaXvfb *xvfb)
{
    static const RaSelectionEvents events = {on_changed, on_got};
    g_autoptr(GError) error = NULL;
    end->selection = ra_clipboard_x11_new(ra_xvfb_display(xvfb), &error);
    g_assert_no_error(error);
    end->selection->class->watch(end->selection, &events, end);
}

static void end_stop(End *end)
{
    if (end->selection != NULL)
        end->selection->class->free(end->selection);
    g_clear_pointer(&end->bytes, g_bytes_unref);
}

static gboolean fixture_start(Fixture *f)
{
    if (!ra_xvfb_or_skip())
        return FALSE;
    *f = (Fixture){.xvfb = ra_xvfb_start("640x480x24", NULL)};
    end_start(&f->a, f->xvfb);
    end_start(&f->b, f->xvfb);
    return TRUE;
}

static void fixture_end(Fixture *f)
{
    end_stop(&f->a);
    end_stop(&f->b);
    ra_xvfb_free(f->xvfb);
}

static void assert_got(End *end, RaClipboardFormat format, GBytes *expected)
{
    end->got = 0;
    end->selection->class->read(end->selection);
    g_assert_true(ra_pump_until(&end->got));
    g_assert_cmpint(end->got, ==, 1);
    g_assert_nonnull(end->bytes);
    g_assert_cmpint(end->format, ==, format);
    g_assert_true(g_bytes_equal(end->bytes, expected));
}

static void assert_nothing(End *end)
{
    const gint64 begun = g_get_monotonic_time();
    end->got = 0;
    end->selection->class->read(end->selection);
    g_assert_true(ra_pump_until(&end->got));
    g_assert_null(end->bytes);
    g_assert_cmpint(g_get_monotonic_time() - begun, <, 20 * G_TIME_SPAN_SECOND);
}

static GBytes *make_text(gsize size)
{
    char *text = g_malloc(size);
    for (gsize i = 0; i < size; i++)
        text[i] = (char)('a' + i % 23);
    return g_bytes_new_take(text, size);
}

/* From one to the other, small and large, and nobody hears of their own. */
static void test_both_ways(void)
{
    static const gsize sizes[] = {1, 5000, 127 * 1024, 500 * 1000, RA_CLIPBOARD_TEXT_MAX};
    Fixture f;
    if (!fixture_start(&f))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GBytes) text = make_text(sizes[i]);
        End *from = i % 2 == 0 ? &f.a : &f.b, *to = i % 2 == 0 ? &f.b : &f.a;
        from->changed = to->changed = 0;
        from->selection->class->set(from->selection, RA_CLIPBOARD_TEXT, text);
        g_assert_true(ra_pump_until(&to->changed));
        g_assert_cmpint(from->changed, ==, 0);
        assert_got(to, RA_CLIPBOARD_TEXT, text);
        assert_got(from, RA_CLIPBOARD_TEXT, text);
    }
    char *picture = g_malloc0(3000000);
    memcpy(picture, PNG, sizeof PNG);
    g_autoptr(GBytes) png = g_bytes_new_take(picture, 3000000);
    f.a.selection->class->set(f.a.selection, RA_CLIPBOARD_PNG, png);
    ra_pump(50);
    assert_got(&f.b, RA_CLIPBOARD_PNG, png);
    /* The owner goes: nothing is there, and nothing was copied. */
    f.b.changed = 0;
    f.a.selection->class->free(g_steal_pointer(&f.a.selection));
    ra_pump(50);
    assert_nothing(&f.b);
    g_assert_cmpint(f.b.changed, ==, 0);
    /* And so does the server. */
    ra_xvfb_kill(f.xvfb);
    ra_pump(50);
    assert_nothing(&f.b);
    f.b.selection->class->set(f.b.selection, RA_CLIPBOARD_PNG, png);
    fixture_end(&f);
}

static char *run(Fixture *f, const char *command, const char *input)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDIN_PIPE |
        (input == NULL ? G_SUBPROCESS_FLAGS_STDOUT_PIPE : G_SUBPROCESS_FLAGS_STDOUT_SILENCE));
    g_subprocess_launcher_setenv(launcher, "DISPLAY", ra_xvfb_display(f->xvfb), TRUE);
    g_autoptr(GSubprocess) child =
        g_subprocess_launcher_spawn(launcher, NULL, "/bin/sh", "-c", command, NULL);
    if (input != NULL) {
        g_assert_true(g_subprocess_communicate_utf8(child, input, NULL, NULL, NULL, NULL));
        return NULL;
    }
    GInputStream *stream = g_subprocess_get_stdout_pipe(child);
    g_autoptr(GString) all = g_string_new(NULL);
    char buffer[65536];
    for (;;) {
        const gssize n = g_pollable_input_stream_is_readable(G_POLLABLE_INPUT_STREAM(stream))
                             ? g_input_stream_read(stream, buffer, sizeof buffer, NULL, NULL)
                             : -1;
        if (n == 0)
            break;
        if (n > 0)
            g_string_append_len(all, buffer, n);
        else
            ra_pump(5);
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

/* With a program that others wrote */
static void test_xclip(void)
{
    Fixture f;
    g_autofree char *path = g_find_program_in_path("xclip");
    if (path == NULL) {
        g_test_skip("xclip is not installed");
        return;
    }
    if (!fixture_start(&f))
        return;
    g_autoptr(GBytes) text = g_bytes_new_static("Gr\xC3\xBC\xC3\x9F\x65 \xF0\x9F\x98\x80", 12);
    run(&f, "xclip -selection clipboard -i", g_bytes_get_data(text, NULL));
    g_assert_true(ra_pump_until(&f.a.changed));
    assert_got(&f.a, RA_CLIPBOARD_TEXT, text);
    g_autoptr(GBytes) large = make_text(500 * 1000);
    f.a.selection->class->set(f.a.selection, RA_CLIPBOARD_TEXT, large);
    ra_pump(50);
    g_autofree char *pasted = run(&f, "xclip -selection clipboard -o -t UTF8_STRING", NULL);
    g_assert_cmpuint(strlen(pasted), ==, 500 * 1000);
    g_assert_cmpint(memcmp(pasted, g_bytes_get_data(large, NULL), 500 * 1000), ==, 0);
    g_autofree char *targets = run(&f, "xclip -selection clipboard -o -t TARGETS", NULL);
    g_assert_nonnull(strstr(targets, "text/plain;charset=utf-8"));
    g_assert_null(strstr(targets, "image/png"));
    g_autofree char *none = run(&f, "xclip -selection clipboard -o -t image/png 2>&1", NULL);
    g_assert_nonnull(strstr(none, "not available"));
    fixture_end(&f);
}

/* A program that owns the clipboard, and answers as it likes */

typedef struct {
    xcb_connection_t *xcb;
    xcb_window_t window;
    gboolean silent, refuses, endless, secret, is_odd;
    xcb_window_t to; /* of what is endless */
    xcb_atom_t property, type;
} Liar;

static xcb_atom_t intern(Liar *liar, const char *name)
{
    xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(
        liar->xcb, xcb_intern_atom(liar->xcb, FALSE, (guint16)strlen(name), name), NULL);
    const xcb_atom_t atom = reply->atom;
    free(reply);
    return atom;
}

static void liar_start(Liar *liar, Fixture *f)
{
    liar->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    liar->window = xcb_generate_id(liar->xcb);
    xcb_create_window(liar->xcb, 0, liar->window,
                      xcb_setup_roots_iterator(xcb_get_setup(liar->xcb)).data->root, 0, 0, 1, 1, 0,
                      XCB_WINDOW_CLASS_INPUT_ONLY, 0, 0, NULL);
    xcb_set_selection_owner(liar->xcb, liar->window, intern(liar, "CLIPBOARD"), XCB_CURRENT_TIME);
    xcb_flush(liar->xcb);
}

static void liar_piece(Liar *liar)
{
    static char much[60000];
    xcb_change_property(liar->xcb, XCB_PROP_MODE_REPLACE, liar->to, liar->property, liar->type, 8,
                        sizeof much, memset(much, 'x', sizeof much));
}

static void liar_answer(Liar *liar, const xcb_selection_request_event_t *ask)
{
    const xcb_atom_t targets[] = {intern(liar, "UTF8_STRING"), intern(liar, "image/png"),
                                  intern(liar, "x-kde-passwordManagerHint")};
    const guint32 events = XCB_EVENT_MASK_PROPERTY_CHANGE, size = 10;
    xcb_selection_notify_event_t answer = {.response_type = XCB_SELECTION_NOTIFY,
                                           .requestor = ask->requestor,
                                           .selection = ask->selection,
                                           .target = ask->target,
                                           .property = ask->property};
    char raw[32] = {0};
    if (liar->is_odd) { /* numbers where text belongs, text where atoms belong */
        xcb_change_property(liar->xcb, XCB_PROP_MODE_REPLACE, ask->requestor, ask->property,
                            ask->target, ask->target == targets[0] ? 16 : 32, 3, targets);
    } else if (ask->target == intern(liar, "TARGETS")) {
        xcb_change_property(liar->xcb, XCB_PROP_MODE_REPLACE, ask->requestor, ask->property,
                            XCB_ATOM_ATOM, 32, liar->secret ? 3 : 2, targets);
    } else if (ask->target == targets[2]) {
        xcb_change_property(liar->xcb, XCB_PROP_MODE_REPLACE, ask->requestor, ask->property,
                            ask->target, 8, 6, "secret");
    } else if (liar->refuses) {
        answer.property = XCB_ATOM_NONE;
    } else if (liar->endless) {
        liar->to = ask->requestor;
        liar->property = ask->property;
        liar->type = ask->target;
        xcb_change_window_attributes(liar->xcb, ask->requestor, XCB_CW_EVENT_MASK, &events);
        xcb_change_property(liar->xcb, XCB_PROP_MODE_REPLACE, ask->requestor, ask->property,
                            intern(liar, "INCR"), 32, 1, &size);
    } else {
        xcb_change_property(liar->xcb, XCB_PROP_MODE_REPLACE, ask->requestor, ask->property,
                            ask->target, 8, 5, "ab\xff\0c");
    }
    memcpy(raw, &answer, sizeof answer);
    xcb_send_event(liar->xcb, FALSE, ask->requestor, 0, raw);
}

static gboolean liar_serve(gpointer data)
{
    Liar *liar = data;
    xcb_generic_event_t *event;
    while ((event = xcb_poll_for_event(liar->xcb)) != NULL) {
        const guint8 type = event->response_type & 0x7f;
        if (type == XCB_SELECTION_REQUEST && !liar->silent)
            liar_answer(liar, (const xcb_selection_request_event_t *)event);
        else if (type == XCB_PROPERTY_NOTIFY && liar->endless &&
                 ((const xcb_property_notify_event_t *)event)->state == XCB_PROPERTY_DELETE)
            liar_piece(liar);
        free(event);
    }
    xcb_flush(liar->xcb);
    return G_SOURCE_CONTINUE;
}

static void test_liars(void)
{
    static const struct {
        const char *what;
        Liar liar;
        const char *gives;
    } cases[] = {
        {"honest, but for a byte and a NUL", {0}, "ab\xEF\xBF\xBD"},
        {"silent", {.silent = TRUE}, NULL},
        {"refuses what it offered", {.refuses = TRUE}, NULL},
        {"never ends", {.endless = TRUE}, NULL},
        {"a password", {.secret = TRUE}, NULL},
        {"odd", {.is_odd = TRUE}, NULL},
    };
    Fixture f;
    if (!fixture_start(&f))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Liar liar = cases[i].liar;
        g_test_message("%s", cases[i].what);
        f.a.changed = 0;
        liar_start(&liar, &f);
        const guint serving = g_timeout_add(2, liar_serve, &liar);
        g_assert_true(ra_pump_until(&f.a.changed));
        g_autoptr(GBytes) expected =
            cases[i].gives != NULL ? g_bytes_new(cases[i].gives, strlen(cases[i].gives)) : NULL;
        if (expected != NULL)
            assert_got(&f.a, RA_CLIPBOARD_TEXT, expected);
        else
            assert_nothing(&f.a);
        g_source_remove(serving);
        xcb_disconnect(liar.xcb);
        ra_pump(20);
        assert_nothing(&f.a);
    }
    fixture_end(&f);
}

/* Who asks for a large content and dies, or takes none of it, costs nothing that lasts. */
static void test_takers(void)
{
    Fixture f;
    if (!fixture_start(&f))
        return;
    g_autoptr(GBytes) large = make_text(900 * 1000);
    f.a.selection->class->set(f.a.selection, RA_CLIPBOARD_TEXT, large);
    ra_pump(50);
    for (guint i = 0; i < 40; i++) {
        Liar taker = {.xcb = xcb_connect(ra_xvfb_display(f.xvfb), NULL)};
        taker.window = xcb_generate_id(taker.xcb);
        xcb_create_window(taker.xcb, 0, taker.window,
                          xcb_setup_roots_iterator(xcb_get_setup(taker.xcb)).data->root, 0, 0, 1, 1,
                          0, XCB_WINDOW_CLASS_INPUT_ONLY, 0, 0, NULL);
        xcb_convert_selection(taker.xcb, taker.window, intern(&taker, "CLIPBOARD"),
                              intern(&taker, "UTF8_STRING"), intern(&taker, "HERE"), 0);
        xcb_flush(taker.xcb);
        ra_pump(5);
        xcb_disconnect(taker.xcb);
    }
    ra_pump(5200);
    assert_got(&f.b, RA_CLIPBOARD_TEXT, large);
    fixture_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/assist/clipboard/x11/both-ways", test_both_ways);
    g_test_add_func("/assist/clipboard/x11/xclip", test_xclip);
    g_test_add_func("/assist/clipboard/x11/liars", test_liars);
    g_test_add_func("/assist/clipboard/x11/takers", test_takers);
    return g_test_run();
}
