/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What widgets need of the window, and SDL's events in their terms. */
#include "viewer/window-private.h"

static void on_damage(RaBox part, gpointer data)
{
    RaWindow *window = data;
    if (window->canvas != NULL)
        ra_window_damage(window, part);
}

static void on_text_input(const RaBox *caret, gboolean secret, gpointer data)
{
    RaWindow *window = data;
    (void)secret; /* SDL cannot tell an input method */
    window->typing = caret != NULL;
    if (caret != NULL) {
        const SDL_Rect rect = {caret->x, caret->y, caret->width, caret->height};
        SDL_SetTextInputRect(&rect);
    }
    ra_input_update(window);
}

static void on_set_clipboard(const char *text, gpointer data)
{
    (void)data;
    SDL_SetClipboardText(text);
}

static char *on_clipboard(gpointer data)
{
    (void)data;
    if (!SDL_HasClipboardText())
        return NULL;
    char *text = SDL_GetClipboardText();
    char *copy = text != NULL && g_utf8_validate(text, -1, NULL) ? g_strdup(text) : NULL;
    for (volatile char *at = text; at != NULL && *at != '\0'; at++)
        *at = '\0'; /* it may be a password */
    SDL_free(text);
    return copy;
}

static void on_pointer(RaUi *ui, gpointer data)
{
    (void)ui;
    ra_input_update(data);
}

static void on_focus(gpointer data)
{
    RaWindow *window = data;
    if (ra_ui_focused(window->shell.ui) != NULL && window->controlling)
        ra_input_release_all(window);
    ra_input_update(window);
}

RaUi *ra_window_make_ui(RaWindow *window)
{
    static const RaUiHost host = {.damage = on_damage,
                                  .text_input = on_text_input,
                                  .set_clipboard = on_set_clipboard,
                                  .clipboard = on_clipboard,
                                  .pointer = on_pointer,
                                  .focus = on_focus};
    return ra_ui_new(&host, window);
}

guint ra_window_ui_mods(void)
{
    const SDL_Keymod mods = SDL_GetModState();
    return ((mods & KMOD_SHIFT) != 0 ? RA_MOD_SHIFT : 0u) |
           ((mods & KMOD_CTRL) != 0 ? RA_MOD_CTRL : 0u) |
           ((mods & KMOD_LALT) != 0 ? RA_MOD_ALT : 0u) |
           ((mods & KMOD_GUI) != 0 ? RA_MOD_SUPER : 0u);
}

static guint mods_of(const SDL_Keysym *key)
{
    return ((key->mod & KMOD_SHIFT) != 0 ? RA_MOD_SHIFT : 0u) |
           ((key->mod & KMOD_CTRL) != 0 ? RA_MOD_CTRL : 0u) |
           ((key->mod & KMOD_LALT) != 0 ? RA_MOD_ALT : 0u) |
           ((key->mod & KMOD_GUI) != 0 ? RA_MOD_SUPER : 0u);
}

RaUiKey ra_window_ui_key(const SDL_Keysym *key, gboolean repeat)
{
    static const struct {
        SDL_Keycode sdl;
        guint32 ui;
    } keys[] = {
        {SDLK_TAB, RA_UI_KEY_TAB},
        {SDLK_RETURN, RA_UI_KEY_ENTER},
        {SDLK_KP_ENTER, RA_UI_KEY_ENTER},
        {SDLK_ESCAPE, RA_UI_KEY_ESCAPE},
        {SDLK_DELETE, RA_UI_KEY_DELETE},
        {SDLK_BACKSPACE, RA_UI_KEY_BACKSPACE},
        {SDLK_LEFT, RA_UI_KEY_LEFT},
        {SDLK_RIGHT, RA_UI_KEY_RIGHT},
        {SDLK_UP, RA_UI_KEY_UP},
        {SDLK_DOWN, RA_UI_KEY_DOWN},
        {SDLK_HOME, RA_UI_KEY_HOME},
        {SDLK_END, RA_UI_KEY_END},
        {SDLK_PAGEUP, RA_UI_KEY_PAGE_UP},
        {SDLK_PAGEDOWN, RA_UI_KEY_PAGE_DOWN},
        {SDLK_APPLICATION, RA_UI_KEY_MENU},
        {SDLK_F1, RA_UI_KEY_F1},
    };
    RaUiKey event = {.mods = mods_of(key), .repeat = repeat};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i].sdl == key->sym)
            event.key = keys[i].ui;
    }
    if (event.key == 0 && key->sym >= ' ' && (guint32)key->sym < 0x110000)
        event.key = (guint32)key->sym;
    return event;
}
