/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of the helper's window in each of its states, for the manual and for whoever works on
 * its looks: window-pictures FOLDER [WIDTHxHEIGHT [SCALE [light|dark|contrast [TEXT]]]]
 * Needs Xvfb. Writes FOLDER/STATE.png.
 */
#include "tests/support/number.h"
#include "tests/viewer/fakes.h"
#include "tests/viewer/stage.h"

#include "viewer/choices.h"
#include "viewer/window.h"

#include <cairo.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESK_WIDTH = 1920, DESK_HEIGHT = 1080 };

static struct {
    Stage *stage;
    RaWindow *window;
    RaModel model;
    RaHistory *history;
    GPtrArray *transfers;
    const char *folder;
    int width, height;
} all;

static char *on_act(const RaAct *act, gpointer data)
{
    (void)act;
    (void)data;
    return NULL;
}

/* The novice's screen. */

static void text(cairo_t *cairo, const char *font, double x, double y, guint32 colour,
                 const char *what)
{
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    PangoFontDescription *description = pango_font_description_from_string(font);
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    pango_layout_set_text(layout, what, -1);
    cairo_set_source_rgb(cairo, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
                         (colour & 0xff) / 255.0);
    cairo_move_to(cairo, x, y);
    pango_cairo_show_layout(cairo, layout);
    g_object_unref(layout);
}

static void frame(cairo_t *cairo, double x, double y, double width, double height,
                  const char *title, double grey)
{
    cairo_set_source_rgba(cairo, 0, 0, 0, 0.25);
    cairo_rectangle(cairo, x + 6, y + 8, width, height);
    cairo_fill(cairo);
    cairo_set_source_rgb(cairo, 0.17, 0.19, 0.22);
    cairo_rectangle(cairo, x, y, width, 36);
    cairo_fill(cairo);
    cairo_set_source_rgb(cairo, grey, grey, grey);
    cairo_rectangle(cairo, x, y + 36, width, height - 36);
    cairo_fill(cairo);
    text(cairo, "Sans Bold 11", x + 14, y + 8, 0xffffff, title);
}

static void draw_desk(cairo_t *cairo)
{
    cairo_pattern_t *sky = cairo_pattern_create_linear(0, 0, DESK_WIDTH, DESK_HEIGHT);
    cairo_pattern_add_color_stop_rgb(sky, 0, 0.10, 0.32, 0.45);
    cairo_pattern_add_color_stop_rgb(sky, 1, 0.42, 0.62, 0.60);
    cairo_set_source(cairo, sky);
    cairo_paint(cairo);
    cairo_pattern_destroy(sky);
    frame(cairo, 120, 110, 900, 620, "Letter to the landlord – Writer", 0.98);
    for (int i = 0; i < 16; i++)
        text(cairo, "Serif 14", 190, 190 + i * 32, 0x30343a,
             i % 5 == 4 ? ""
                        : "Dear Mr Brown, the heating in the kitchen has been cold since Monday.");
    frame(cairo, 900, 420, 860, 520, "anna@cottage: ~", 0.09);
    static const char *const lines[] = {
        "anna@cottage:~$ lpstat -p", "printer Office disabled since Sat 21 Nov 2026",
        "        reason unknown", "anna@cottage:~$ cupsenable Office", "anna@cottage:~$ ▉"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        text(cairo, "Monospace 13", 925, 480 + (double)i * 30, 0xc8f0c8, lines[i]);
    cairo_set_source_rgb(cairo, 0.12, 0.13, 0.15);
    cairo_rectangle(cairo, 0, DESK_HEIGHT - 44, DESK_WIDTH, 44);
    cairo_fill(cairo);
    text(cairo, "Sans 12", 24, DESK_HEIGHT - 34, 0xffffff, "Activities");
    text(cairo, "Sans 12", DESK_WIDTH - 90, DESK_HEIGHT - 34, 0xffffff, "14:09");
}

static void show_desk(void)
{
    g_autoptr(GError) error = NULL;
    RaIpcMessage message = {.kind = RA_IPC_SCREEN};
    message.frame.width = DESK_WIDTH;
    message.frame.height = DESK_HEIGHT;
    message.frame.stride = DESK_WIDTH * 4;
    const gsize size = (gsize)DESK_WIDTH * DESK_HEIGHT * 4;
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, DESK_WIDTH, DESK_HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    draw_desk(cairo);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    const int memory = fake_memfd((int)size, F_SEAL_SHRINK);
    g_assert_cmpint(pwrite(memory, cairo_image_surface_get_data(surface), size, 0), ==,
                    (gssize)size);
    RaPicture *picture = ra_picture_new(&message, memory, &error);
    g_assert_no_error(error);
    close(memory);
    cairo_surface_destroy(surface);
    ra_window_set_picture(all.window, picture);
}

/* What was said. */

static void say_all(void)
{
    static const struct {
        RaHistoryWho who;
        const char *text;
    } said[] = {
        {RA_HISTORY_EVENT, "Anna Novice agreed to show the screen"},
        {RA_HISTORY_THEM, "Hello! The printer says nothing any more 😕"},
        {RA_HISTORY_ME, "Good afternoon, Anna. Let me have a look."},
        {RA_HISTORY_ME, "Is it switched on, and is the green light lit?"},
        {RA_HISTORY_THEM, "Yes. It is the one of https://www.example.org/printers/office-2400 – "
                          "my neighbour has the same."},
        {RA_HISTORY_EVENT, "You asked for control"},
        {RA_HISTORY_EVENT, "Anna Novice gave you control"},
        {RA_HISTORY_THEM, "صديقتي تسأل: هل يمكنني الطباعة من الهاتف؟"},
        {RA_HISTORY_ME, "אפשר גם מהטלפון, כן 🙂"},
        {RA_HISTORY_EVENT, "You sent “Office-2400-driver-with-a-rather-long-name_1.8.2_amd64.deb”"},
        {RA_HISTORY_ME, "The driver is there now.\nPlease print one page."},
        {RA_HISTORY_THEM, "It works! Thank you so much! 🎉"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
        const guint number = ra_history_add(all.history, said[i].who, said[i].text);
        if (i < 10 && said[i].who == RA_HISTORY_ME)
            ra_history_mark_there(all.history, number);
        if (i == 9)
            ra_history_mark_read(all.history);
    }
}

static void shoot(const char *name)
{
    stage_run(150);
    const RaBox box = {0, 0, all.width, all.height};
    g_autofree guint32 *pixels = stage_grab(all.stage, box);
    g_autofree char *file = g_strdup_printf("%s/%s.png", all.folder, name);
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        (guchar *)pixels, CAIRO_FORMAT_RGB24, all.width, all.height, all.width * 4);
    if (cairo_surface_write_to_png(surface, file) != CAIRO_STATUS_SUCCESS)
        g_error("%s cannot be written", file);
    cairo_surface_destroy(surface);
}

static void update(RaModelPart parts, const char *name)
{
    ra_window_update(all.window, parts);
    shoot(name);
}

static void press(const int *keys, gsize n)
{
    for (gsize i = 0; i < n; i++)
        stage_key(all.stage, keys[i], TRUE);
    for (gsize i = n; i > 0; i--)
        stage_key(all.stage, keys[i - 1], FALSE);
}

enum {
    KEY_ESC = 9,
    KEY_TAB = 23,
    KEY_CTRL = 37,
    KEY_ALT = 64,
    KEY_M = 58,
    KEY_H = 43,
    KEY_F11 = 95
};

static void before_the_session(void)
{
    RaStatus *status = &all.model.status;
    status->name = "Anna Novice";
    all.model.prompt = (RaPrompt){.kind = RA_PROMPT_PASSWORD,
                                  .name = "Anna Novice",
                                  .address = "anna@example.org",
                                  .expires = "in 42 minutes (14:05)"};
    update(RA_MODEL_ALL, "prompt");
    all.model.prompt = (RaPrompt){0};
    status->state = RA_CONNECT_DIALLING;
    update(RA_MODEL_ALL, "dialling");
    status->state = RA_CONNECT_WAITING;
    update(RA_MODEL_ALL, "waiting");
}

static void the_session(void)
{
    RaStatus *status = &all.model.status;
    status->state = RA_CONNECT_SHARING;
    status->rights = RA_RIGHT_VIEW;
    all.model.features = RA_FEATURES_ALL;
    all.model.meter.in = 190000;
    all.model.meter.delay = 23400;
    show_desk();
    update(RA_MODEL_ALL, "connected");
    all.model.history = all.history;
    update(RA_MODEL_CHAT, "chat");
    status->asking = TRUE;
    update(RA_MODEL_STATUS, "asking");
    status->asking = FALSE;
    status->rights = RA_RIGHTS_ALL;
    update(RA_MODEL_STATUS, "control");
    status->held = all.model.held = TRUE;
    update(RA_MODEL_STATUS, "held");
    status->held = all.model.held = FALSE;
    all.model.voice = (RaVoiceStatus){.state = RA_VOICE_ON, .microphone_open = TRUE};
    all.model.level_ours = 62;
    all.model.level_theirs = 88;
    update(RA_MODEL_STATUS | RA_MODEL_VOICE | RA_MODEL_LEVELS, "talking");
    static const int message[] = {KEY_CTRL, KEY_ALT, KEY_M};
    stage_focus(all.stage, TRUE);
    press(message, 3);
    shoot("writing");
    static const int escape[] = {KEY_ESC}, tab[] = {KEY_TAB}, help[] = {KEY_CTRL, KEY_ALT, KEY_H};
    press(tab, 1);
    press(tab, 1);
    shoot("keyboard");
    press(help, 3);
    shoot("help");
    press(escape, 1);
    all.model.voice.state = RA_VOICE_OFF;
    ra_window_update(all.window, RA_MODEL_VOICE);
}

static void full_screen(void)
{
    static const int full[] = {KEY_F11}, message[] = {KEY_CTRL, KEY_ALT, KEY_M},
                     escape[] = {KEY_ESC};
    press(full, 1);
    stage_run(500);
    shoot("fullscreen");
    stage_move(all.stage, all.width / 2, 40);
    stage_move(all.stage, all.width / 2, 0);
    stage_run(600);
    shoot("fullscreen-toolbar");
    press(message, 3);
    shoot("fullscreen-chat");
    press(escape, 1);
    press(escape, 1);
    press(full, 1);
    stage_run(500);
}

static void the_end(void)
{
    RaStatus *status = &all.model.status;
    status->paused = all.model.paused = TRUE;
    update(RA_MODEL_STATUS, "paused");
    status->paused = all.model.paused = FALSE;
    status->state = RA_CONNECT_RESUMING;
    status->resuming = all.model.resuming = 42;
    update(RA_MODEL_STATUS, "resuming");
    status->resuming = all.model.resuming = 0;
    status->state = RA_CONNECT_ENDED;
    status->begun = TRUE;
    status->reason = "they ended the session";
    all.model.can_reconnect = TRUE;
    update(RA_MODEL_ALL, "ended");
}

static void choose(int argc, char **argv, RaWindowOptions *options)
{
    RaChoices choices;
    all.folder = argv[1];
    all.width = 1280;
    all.height = 720;
    if (argc > 2) {
        g_auto(GStrv) sides = g_strsplit(argv[2], "x", 2);
        all.width = ra_number(sides[0] != NULL ? sides[0] : "", 1, 32767);
        all.height = ra_number(sides[0] != NULL && sides[1] != NULL ? sides[1] : "", 1, 32767);
    }
    options->scale = argc > 3 ? ra_number(argv[3], 0, 400) : 100;
    ra_choices_load(&choices);
    choices.window = (RaBox){0, 0, all.width, all.height};
    choices.theme = RA_THEME_LIGHT;
    if (argc > 4)
        choices.theme = strcmp(argv[4], "dark") == 0       ? RA_THEME_DARK
                        : strcmp(argv[4], "contrast") == 0 ? RA_THEME_CONTRAST
                                                           : RA_THEME_LIGHT;
    if (argc > 5)
        choices.text = ra_number(argv[5], 50, 400);
    ra_choices_save(&choices, NULL);
}

int main(int argc, char **argv)
{
    RaWindowOptions options = {0};
    g_autoptr(GError) error = NULL;
    setlocale(LC_ALL, "");
    if (argc < 2) {
        g_printerr("usage: window-pictures FOLDER [WIDTHxHEIGHT [SCALE [light|dark|contrast "
                   "[TEXT]]]]\n");
        return 2;
    }
    g_autofree char *state = g_dir_make_tmp("window-pictures.XXXXXX", NULL);
    g_setenv("XDG_STATE_HOME", state, TRUE);
    choose(argc, argv, &options);
    all.stage = stage_new(all.width, all.height);
    if (all.stage == NULL)
        return 77;
    all.history = ra_history_new("Helen", "Anna Novice", NULL, NULL);
    say_all();
    all.model.status.name = "";
    all.transfers = g_ptr_array_new();
    all.window = ra_window_new(&options, &all.model, on_act, NULL, &error);
    if (all.window == NULL)
        g_error("%s", error->message);
    stage_window(all.stage);
    before_the_session();
    the_session();
    full_screen();
    the_end();
    ra_window_free(all.window);
    ra_history_free(all.history);
    g_ptr_array_unref(all.transfers);
    stage_free(all.stage);
    g_autofree char *dir = g_build_filename(state, "remote-assistance", NULL);
    g_autofree char *file = g_build_filename(dir, "viewer", NULL);
    g_unlink(file);
    g_rmdir(dir);
    g_rmdir(state);
    return 0;
}
