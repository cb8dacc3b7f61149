/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/clipboard-sdl.h"

#include "assist/clipboard-x11.h"
#include "wire/ipc.h"

#include <SDL.h>
#include <string.h>

typedef struct {
    RaSelection base;
    const RaSelectionEvents *events;
    gpointer data;
    char *ours;    /* what we put there: its own event is no news */
    guint changed; /* idle sources */
    guint reading;
} SdlSelection;

static gboolean on_changed(gpointer data)
{
    SdlSelection *selection = data;
    selection->changed = 0;
    char *text = SDL_GetClipboardText();
    const gboolean news = g_strcmp0(text, selection->ours) != 0;
    SDL_free(text);
    if (news)
        g_clear_pointer(&selection->ours, g_free);
    if (news && selection->events != NULL)
        selection->events->changed(selection->data);
    return G_SOURCE_REMOVE;
}

static int SDLCALL on_event(void *data, SDL_Event *event)
{
    SdlSelection *selection = data;
    if (event->type == SDL_CLIPBOARDUPDATE && selection->changed == 0)
        selection->changed = g_idle_add(on_changed, selection);
    return 0;
}

static gboolean on_read(gpointer data)
{
    SdlSelection *selection = data;
    selection->reading = 0;
    char *text = SDL_GetClipboardText();
    const gsize size = text != NULL ? strlen(text) : 0;
    const gboolean fits =
        size > 0 && size <= RA_CLIPBOARD_TEXT_MAX && g_utf8_validate(text, (gssize)size, NULL);
    GBytes *bytes = fits ? g_bytes_new(text, size) : NULL;
    SDL_free(text);
    if (selection->events != NULL)
        selection->events->got(RA_CLIPBOARD_TEXT, bytes, selection->data);
    else if (bytes != NULL)
        g_bytes_unref(bytes);
    return G_SOURCE_REMOVE;
}

static void sdl_watch(RaSelection *base, const RaSelectionEvents *events, gpointer data)
{
    SdlSelection *selection = (SdlSelection *)base;
    selection->events = events;
    selection->data = data;
}

static void sdl_read(RaSelection *base)
{
    SdlSelection *selection = (SdlSelection *)base;
    if (selection->reading == 0)
        selection->reading = g_idle_add(on_read, selection);
}

static void sdl_set(RaSelection *base, RaClipboardFormat format, GBytes *bytes)
{
    SdlSelection *selection = (SdlSelection *)base;
    gsize size = 0;
    const char *text = g_bytes_get_data(bytes, &size);
    if (format != RA_CLIPBOARD_TEXT || size == 0)
        return; /* SDL 2 has no other format */
    g_free(selection->ours);
    selection->ours = g_strndup(text, size);
    (void)SDL_SetClipboardText(selection->ours);
}

static void sdl_free(RaSelection *base)
{
    SdlSelection *selection = (SdlSelection *)base;
    SDL_DelEventWatch(on_event, selection);
    g_clear_handle_id(&selection->changed, g_source_remove);
    g_clear_handle_id(&selection->reading, g_source_remove);
    g_free(selection->ours);
    g_free(selection);
}

RaSelection *ra_clipboard_sdl_new(void)
{
    static const RaSelectionClass class = {sdl_watch, sdl_read, sdl_set, sdl_free};
    SdlSelection *selection = g_new0(SdlSelection, 1);
    selection->base.class = &class;
    SDL_AddEventWatch(on_event, selection);
    return &selection->base;
}

RaSelection *ra_viewer_selection_new(void)
{
    if (SDL_WasInit(SDL_INIT_VIDEO) == 0)
        return NULL;
    RaSelection *selection = NULL;
    if (g_strcmp0(SDL_GetCurrentVideoDriver(), "x11") == 0)
        selection = ra_clipboard_x11_new(NULL, NULL);
    return selection != NULL ? selection : ra_clipboard_sdl_new();
}
