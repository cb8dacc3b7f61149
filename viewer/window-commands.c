/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window-private.h"

static void talk(RaWindow *window)
{
    const RaVoiceState state = window->shell.model->voice.state;
    if (state != RA_VOICE_ASKED) /* that has its own question on the screen */
        ra_shell_do(&window->shell, RA_ACT_TALK, state == RA_VOICE_OFF);
}

/* The monitors one after the other, then all of them. */
static void next_monitor(RaWindow *window)
{
    const RaModel *model = window->shell.model;
    const guint n = model->monitors.n, current = model->monitors.current;
    guint next = current + 1;
    if (n < 2)
        return;
    if (current >= n)
        next = 0;
    else if (next >= n)
        next = RA_MONITOR_ALL;
    ra_shell_act(&window->shell, &(RaAct){.kind = RA_ACT_MONITOR, .number = next});
}

static void write_message(RaWindow *window)
{
    ra_window_show_pane(window, TRUE);
    ra_ui_layout(window->shell.ui);
    ra_pane_focus(window->pane);
}

static void toggle_pointing(RaWindow *window)
{
    if (!window->pointing && !ra_point_allowed(window))
        return;
    window->pointing = !window->pointing;
    if (window->pointing && window->controlling)
        ra_input_release_all(window);
    ra_window_show(window);
    ra_input_update(window);
}

static void control(RaWindow *window)
{
    if (window->controlling)
        ra_input_release_all(window);
    ra_shell_do(&window->shell, RA_ACT_CONTROL, !window->controlling);
}

static void scale(RaWindow *window)
{
    const gboolean scaled = ra_view_is_scaled(&window->view);
    RaChoices choices = window->shell.choices;
    choices.mode = scaled ? RA_VIEW_ACTUAL : RA_VIEW_FIT;
    ra_shell_choose(&window->shell, &choices);
}

static void open_page(RaWindow *window, RaPage page)
{
    if (window->controlling)
        ra_input_release_all(window);
    ra_dialogs_open(window->dialogs, page, NULL);
}

static void run(RaWindow *window, RaCommand command)
{
    switch (command) {
    case RA_COMMAND_CONTROL:
        control(window);
        break;
    case RA_COMMAND_SEND_FILE:
        open_page(window, RA_PAGE_SEND_FILE);
        break;
    case RA_COMMAND_TALK:
        talk(window);
        break;
    case RA_COMMAND_SETTINGS:
        open_page(window, RA_PAGE_SETTINGS);
        break;
    case RA_COMMAND_DISCONNECT:
        ra_shell_do(&window->shell, RA_ACT_DISCONNECT, FALSE);
        break;
    case RA_COMMAND_HELP:
        open_page(window, RA_PAGE_HELP);
        break;
    case RA_COMMAND_CHAT:
        ra_window_show_pane(window, !ra_window_pane_shown(window));
        break;
    case RA_COMMAND_MESSAGE:
        write_message(window);
        break;
    case RA_COMMAND_POINT:
        toggle_pointing(window);
        break;
    case RA_COMMAND_KEYS:
        open_page(window, RA_PAGE_KEYS);
        break;
    case RA_COMMAND_MONITOR:
        next_monitor(window);
        break;
    case RA_COMMAND_SCALE:
        scale(window);
        break;
    case RA_COMMAND_FULLSCREEN:
        ra_window_set_fullscreen(window, !window->fullscreen);
        break;
    case RA_COMMAND_TOOLBAR:
        ra_window_reveal(window, TRUE);
        ra_ui_layout(window->shell.ui);
        ra_bar_focus(window->bar);
        break;
    case RA_COMMAND_SAVE_HISTORY:
        open_page(window, RA_PAGE_SAVE_HISTORY);
        break;
    case RA_COMMAND_RECONNECT:
        ra_shell_do(&window->shell, RA_ACT_RECONNECT, FALSE);
        break;
    case RA_COMMAND_CLOSE:
        ra_shell_do(&window->shell, RA_ACT_CLOSE, FALSE);
        break;
    case RA_COMMAND_COUNT:
        break;
    }
}

void ra_window_command(RaCommand command, gpointer data)
{
    RaWindow *window = data;
    ra_shell_enter(&window->shell);
    if (!window->shell.gone)
        run(window, command);
    ra_shell_leave(&window->shell);
}

gboolean ra_window_shortcut(RaWindow *window, const SDL_Keysym *key)
{
    static const struct {
        SDL_Keycode sym;
        RaCommand command;
    } shortcuts[] = {
        {SDLK_c, RA_COMMAND_CONTROL}, {SDLK_s, RA_COMMAND_SCALE},   {SDLK_q, RA_COMMAND_DISCONNECT},
        {SDLK_b, RA_COMMAND_TOOLBAR}, {SDLK_m, RA_COMMAND_MESSAGE}, {SDLK_f, RA_COMMAND_SEND_FILE},
        {SDLK_t, RA_COMMAND_TALK},    {SDLK_p, RA_COMMAND_POINT},   {SDLK_h, RA_COMMAND_HELP},
        {SDLK_k, RA_COMMAND_KEYS},
    };
    RaCommand command = RA_COMMAND_COUNT;
    if (key->sym == SDLK_F11)
        command = RA_COMMAND_FULLSCREEN;
    if (key->sym == SDLK_F1 && !window->controlling) /* in control it is the novice's */
        command = RA_COMMAND_HELP;
    if ((key->mod & KMOD_CTRL) != 0 && (key->mod & KMOD_LALT) != 0) {
        for (gsize i = 0; i < G_N_ELEMENTS(shortcuts); i++) {
            if (shortcuts[i].sym == key->sym)
                command = shortcuts[i].command;
        }
    }
    if (command == RA_COMMAND_COUNT)
        return FALSE;
    /* A dialog is answered first; full screen does not matter to it. */
    if (ra_ui_is_modal(window->shell.ui) && command != RA_COMMAND_FULLSCREEN)
        return TRUE;
    ra_input_release_all(window);
    if (ra_bar_allows(window->bar, command))
        ra_window_command(command, window);
    return TRUE;
}
