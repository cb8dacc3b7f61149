/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the dialogs say, look like and pass on. */
#include "tests/viewer/set.h"

#include "viewer/manual.h"

#include <locale.h>
#include <string.h>

/* The default is no: what is typed or pressed at once connects nobody. */
static void test_connect(void)
{
    Set set;
    set_start(&set);
    set_prompt(&set, RA_PROMPT_CONNECT, NULL);
    g_assert_true(ra_ui_is_modal(set.ui));
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    ra_ui_focus_next(set.ui, 1); /* Connect cannot be pressed yet: there is nothing else */
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    set_wait(1100);
    ra_ui_focus_next(set.ui, 1);
    set_click_focused(&set);
    set_assert_log(&set, "connect-1-0-0 ");
    set_prompt(&set, RA_PROMPT_NONE, NULL);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
}

static void test_password(void)
{
    Set set;
    set_start(&set);
    set_prompt(&set, RA_PROMPT_CONNECT, NULL);
    set_prompt(&set, RA_PROMPT_PASSWORD, NULL);
    g_assert_true(set.typing);
    set_type(&set, "wrong");
    set_type(&set, " words");
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "password-0-0-0-wrong words ");
    set_prompt(&set, RA_PROMPT_WORKING, NULL);
    set_type(&set, "more");
    set_key(&set, RA_UI_KEY_ENTER, 0); /* while one is tried there is no other */
    set_assert_log(&set, "");
    set_prompt(&set, RA_PROMPT_PASSWORD, "The password is wrong. 2 more tries.");
    g_assert_true(set.typing);
    set_type(&set, "right");
    set_prompt(&set, RA_PROMPT_PASSWORD, "The password is wrong. 2 more tries."); /* time goes on */
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "password-0-0-0-right "); /* what was typed before is gone */
    set_prompt(&set, RA_PROMPT_WORKING, NULL);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    set_prompt(&set, RA_PROMPT_FAILED, "The invitation expired: ask for a new one.");
    g_assert_false(set.typing);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    set_end(&set);
}

static void test_choose(void)
{
    static const RaPromptChoice choices[] = {{(char *)"Maria <maria@example.org>", (char *)"in 2"},
                                             {(char *)"Boss <boss@example.org>", (char *)"in 3"}};
    Set set;
    set_start(&set);
    set.model.prompt = (RaPrompt){.kind = RA_PROMPT_CHOOSE, .choices = choices, .n_choices = 2};
    ra_dialogs_update(set.dialogs, RA_MODEL_PROMPT);
    ra_ui_layout(set.ui);
    set_key(&set, RA_UI_KEY_DOWN, 0);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "choose-0-1-0 ");
    set_end(&set);
}

static void test_talk(void)
{
    Set set;
    set_start(&set);
    set.model.voice.state = RA_VOICE_ASKED;
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    ra_ui_layout(set.ui);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_assert_log(&set, "");
    set_wait(1100);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "talk-0-0-0 ");
    set.model.voice.state = RA_VOICE_OFF;
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    set.model.voice.state = RA_VOICE_ASKED;
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    g_assert_true(ra_ui_is_modal(set.ui));
    set.model.voice.state = RA_VOICE_OFF; /* they gave up */
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
}

static void test_settings(void)
{
    Set set;
    set_start(&set);
    set.model.monitors.n = 2;
    g_strlcpy(set.model.monitors.name[0], "DP-1, 1920 × 1080", 64);
    g_strlcpy(set.model.monitors.name[1], "HDMI-1, 1280 × 1024", 64);
    ra_dialogs_open(set.dialogs, RA_PAGE_SETTINGS, NULL);
    ra_ui_layout(set.ui);
    set_key(&set, RA_UI_KEY_RIGHT, 0); /* the quality has the focus */
    set_assert_log(&set, "choice-0-100-1-1-0 quality-0-1-0 ");
    set_key(&set, RA_UI_KEY_TAB, 0);
    set_key(&set, RA_UI_KEY_RIGHT, 0);
    set_assert_log(&set, "monitor-0-1-0 ");
    set_key(&set, RA_UI_KEY_TAB, 0);
    set_key(&set, ' ', 0);
    set_assert_log(&set, "choice-0-100-1-0-0 clipboard-0-0-0 ");
    set_key(&set, RA_UI_KEY_TAB, 0);
    set_key(&set, RA_UI_KEY_RIGHT, 0);
    set_assert_log(&set, "choice-1-100-1-0-0 ");
    set.model.monitors.n = 1; /* unplugged while the page is open */
    ra_dialogs_update(set.dialogs, RA_MODEL_MONITORS);
    g_assert_true(ra_ui_is_modal(set.ui));
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
}

static void test_help(void)
{
    Set set;
    set_start(&set);
    ra_dialogs_open(set.dialogs, RA_PAGE_HELP, NULL);
    ra_dialogs_open(set.dialogs, RA_PAGE_HELP, NULL);
    set_draw(&set, "help");
    const gsize size = (gsize)cairo_image_surface_get_stride(set.surface) * (gsize)set.height;
    g_autofree guint8 *before = g_memdup2(cairo_image_surface_get_data(set.surface), size);
    set_key(&set, RA_UI_KEY_PAGE_DOWN, 0); /* the rest of the guide, without a mouse */
    set_draw(&set, "help-below");
    g_assert_cmpint(memcmp(before, cairo_image_surface_get_data(set.surface), size), !=, 0);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
    g_autofree char *uri = ra_manual_uri();
    g_assert_true(uri == NULL || g_str_has_prefix(uri, "file:///"));
}

static void test_link(void)
{
    Set set;
    set_start(&set);
    ra_dialogs_open(set.dialogs, RA_PAGE_OPEN_LINK, "https://bücher.example/a?b=c");
    set_key(&set, RA_UI_KEY_ENTER, 0); /* does not open it */
    g_assert_false(ra_ui_is_modal(set.ui));
    set_assert_log(&set, "");
    set_end(&set);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialogs/connect", test_connect);
    g_test_add_func("/dialogs/password", test_password);
    g_test_add_func("/dialogs/choose", test_choose);
    g_test_add_func("/dialogs/talk", test_talk);
    g_test_add_func("/dialogs/settings", test_settings);
    g_test_add_func("/dialogs/help", test_help);
    g_test_add_func("/dialogs/link", test_link);
    add_dialog_file_tests();
    add_dialog_look_tests();
    return g_test_run();
}
