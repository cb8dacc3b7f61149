/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window.h"

#include "base/error.h"
#include "viewer/loop.h"
#include "viewer/window-private.h"

#include <locale.h>
#include <pango/pangocairo.h>

enum {
    START_WIDTH = 960, /* pixels, before there is a picture */
    START_HEIGHT = 640,
    MIN_WIDTH = 640,
    MIN_HEIGHT = 320,
};

/* What a window that is going looks at. */
static const RaModel nothing = {.status = {.name = ""}};

/* Drawing. */

void ra_window_flush(RaWindow *window)
{
    if (!window->stale || window->shell.gone)
        return;
    if (window->unsettled) {
        window->unsettled = FALSE;
        ra_ui_layout(window->shell.ui);
        ra_window_place_picture(window);
    }
    const RaScene scene = ra_window_scene(window);
    ra_canvas_flush(window->canvas, &scene);
    window->stale = window->unsettled = FALSE; /* what the layout asked for is drawn already */
}

/* Allocated once: pictures come sixty times a second. */
typedef struct {
    GSource source;
    RaWindow *window;
} Flush;

static gboolean is_stale(GSource *source)
{
    return ((const Flush *)source)->window->stale;
}

static gboolean prepare_flush(GSource *source, gint *timeout)
{
    *timeout = -1;
    return is_stale(source);
}

static gboolean on_flush(GSource *source, GSourceFunc callback, gpointer data)
{
    (void)callback;
    (void)data;
    ra_window_flush(((Flush *)source)->window);
    return G_SOURCE_CONTINUE;
}

/* At the same priority as the events, so that neither starves the other. */
static GSource *flush_source(RaWindow *window)
{
    static GSourceFuncs functions = {
        .prepare = prepare_flush, .check = is_stale, .dispatch = on_flush};
    GSource *source = g_source_new(&functions, sizeof(Flush));
    ((Flush *)source)->window = window;
    g_source_set_name(source, "drawing");
    g_source_attach(source, NULL);
    return source;
}

void ra_window_damage_picture(RaWindow *window, RaBox part)
{
    ra_canvas_damage(window->canvas, part);
    window->stale = TRUE;
}

/* Drawing waits for the end of this turn of the loop, so that what comes together is drawn
 * together. */
void ra_window_damage(RaWindow *window, RaBox part)
{
    ra_window_damage_picture(window, part);
    window->unsettled = TRUE;
}

/* The beginning. */

/* In a locale without UTF-8 Xlib can neither set a title in it nor tell what a key types. */
static void need_utf8(void)
{
    if (!g_get_charset(NULL))
        setlocale(LC_CTYPE, "C.UTF-8");
}

static gboolean on_a_screen(const RaBox *box)
{
    const int n = SDL_GetNumVideoDisplays();
    for (int i = 0; i < n; i++) {
        SDL_Rect bounds;
        if (SDL_GetDisplayUsableBounds(i, &bounds) == 0 && box->x + 100 > bounds.x &&
            box->x + 100 < bounds.x + bounds.w && box->y >= bounds.y &&
            box->y + 40 < bounds.y + bounds.h)
            return TRUE;
    }
    return FALSE;
}

static SDL_Window *open_sdl(gboolean fullscreen, const RaChoices *choices)
{
    const RaBox *box = &choices->window;
    int x = SDL_WINDOWPOS_CENTERED, y = SDL_WINDOWPOS_CENTERED;
    int width = START_WIDTH, height = START_HEIGHT;
    need_utf8();
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_ALLOW_ALT_TAB_WHILE_GRABBED, "0");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_APP_NAME, "Remote Assistance");
    ra_canvas_set_hints();
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return NULL;
    guint32 flags = SDL_WINDOW_RESIZABLE | (fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    if (choices->maximised)
        flags |= SDL_WINDOW_MAXIMIZED;
    if (box->width > 0) {
        width = MAX(box->width, MIN_WIDTH);
        height = MAX(box->height, MIN_HEIGHT);
        if (on_a_screen(box)) {
            x = box->x;
            y = box->y;
        }
    }
    return SDL_CreateWindow("Remote Assistance", x, y, width, height, flags);
}

static void on_desktop(gpointer data)
{
    RaWindow *window = data;
    ra_window_restyle(window);
    ra_window_relayout(window);
}

static void build(RaWindow *window)
{
    RaShell *shell = &window->shell;
    shell->ui = ra_window_make_ui(window);
    window->dialogs = ra_dialogs_new(shell);
    window->bar = ra_bar_new(shell, ra_window_command, window);
    window->pane = ra_pane_new(shell, window->dialogs, ra_window_command, window);
    window->overlay = ra_overlay_new(shell, ra_window_command, window);
    window->status = ra_statusbar_new(shell->ui);
    window->strip = ra_strip_new(shell);
    const RaFrameParts parts = {.bar = window->bar,
                                .pane = window->pane,
                                .overlay = window->overlay,
                                .status = window->status,
                                .strip = window->strip,
                                .resized = ra_window_pane_resized,
                                .data = window};
    window->frame = ra_frame_new(shell->ui, &parts);
    ra_ui_push(shell->ui, window->frame, 0);
}

RaWindow *ra_window_new(const RaWindowOptions *options, const RaModel *model, RaActFunc act,
                        gpointer data, GError **error)
{
    RaChoices choices;
    ra_choices_load(&choices);
    SDL_Window *sdl = open_sdl(options->fullscreen, &choices);
    if (sdl == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "No window can be opened (%s); start this on a graphical desktop.",
                    SDL_GetError());
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
        return NULL;
    }
    SDL_SetWindowMinimumSize(sdl, MIN_WIDTH, MIN_HEIGHT);
    SDL_StopTextInput();
    SDL_EventState(SDL_DROPFILE, SDL_ENABLE);
    RaWindow *window = g_new0(RaWindow, 1);
    window->shell = (RaShell){.model = model,
                              .act = act,
                              .data = data,
                              .choices = choices,
                              .chosen = ra_window_chosen,
                              .left = ra_window_leave};
    window->scale = options->scale;
    window->sdl = sdl;
    window->fullscreen = options->fullscreen;
    window->sized = choices.window.width > 0 || choices.maximised;
    window->given = (RaBox){0, 0, START_WIDTH, START_HEIGHT};
    window->mouse_x = window->mouse_y = -1;
    window->cursor = ra_pointer_new();
    window->novice_pointer = ra_novice_pointer_new();
    window->size = g_strdup("");
    window->strokes = g_array_new(FALSE, TRUE, sizeof(RaStroke));
    window->dropped = g_ptr_array_new_with_free_func(g_free);
    window->view = (RaView){.picture_width = 1, .picture_height = 1};
    window->desktop = ra_desktop_new(on_desktop, window);
    build(window);
    window->canvas = ra_canvas_new(sdl);
    window->flush = flush_source(window);
    ra_window_restyle(window);
    window->events = ra_event_source_new(sdl, ra_window_event, window);
    ra_window_relayout(window);
    return window;
}

/* The end. */

static void stop_source(guint *source)
{
    if (*source != 0)
        g_source_remove(*source);
    *source = 0;
}

static void destroy(RaWindow *window)
{
    g_source_unref(window->events);
    g_source_unref(window->flush);
    ra_desktop_free(window->desktop);
    ra_dialogs_free(window->dialogs);
    ra_ui_free(window->shell.ui);
    ra_pointer_free(window->cursor);
    ra_novice_pointer_free(window->novice_pointer);
    ra_scaler_free(window->scaler);
    ra_picture_free(window->picture);
    ra_canvas_free(window->canvas);
    pango_cairo_font_map_set_default(NULL); /* lets go of the fonts */
    SDL_DestroyWindow(window->sdl);
    SDL_QuitSubSystem(SDL_INIT_VIDEO); /* sound may still be in use */
    g_array_unref(window->strokes);
    g_ptr_array_unref(window->dropped);
    g_free(window->size);
    g_free(window);
}

void ra_window_leave(RaShell *shell)
{
    if (shell->gone)
        destroy(ra_window_of(shell));
}

void ra_window_free(RaWindow *window)
{
    if (window == NULL || window->shell.gone)
        return;
    ra_window_keep_place(window);
    ra_choices_save(&window->shell.choices, NULL); /* nobody is there any more to be told */
    window->shell.gone = TRUE;
    window->shell.model = &nothing;
    stop_source(&window->pan_timer);
    stop_source(&window->reveal_timer);
    stop_source(&window->stroke_timer);
    stop_source(&window->save_timer);
    g_source_destroy(window->events);
    g_source_destroy(window->flush);
    if (window->shell.busy == 0)
        destroy(window);
}

/* What the model says. */

void ra_window_show(RaWindow *window)
{
    const RaModel *model = window->shell.model;
    g_autofree char *line = ra_status_line(&model->status);
    const RaBarState state = {.controlling = window->controlling,
                              .pointing = window->pointing,
                              .pane = ra_window_pane_shown(window),
                              .fullscreen = window->fullscreen,
                              .scaled = window->picture != NULL && ra_view_is_scaled(&window->view),
                              .has_picture = window->picture != NULL,
                              .line = window->fullscreen ? line : NULL};
    ra_bar_update(window->bar, &state);
    ra_statusbar_update(window->status, model, window->controlling, window->size);
}

void ra_window_note_read(RaWindow *window)
{
    const RaHistory *history = window->shell.model->history;
    if (history != NULL && window->focused && ra_window_pane_shown(window) &&
        ra_history_unread(history) > 0 && ra_pane_shows_last(window->pane))
        ra_shell_do(&window->shell, RA_ACT_READ, FALSE);
}

static void show_status(RaWindow *window)
{
    const RaStatus *status = &window->shell.model->status;
    const gboolean sharing = status->state == RA_CONNECT_SHARING;
    const gboolean ended = status->state == RA_CONNECT_ENDED;
    g_autofree char *title = ra_status_title(status);
    SDL_SetWindowTitle(window->sdl, title);
    ra_input_set_controlling(window, sharing && !status->view_only &&
                                         (status->rights & RA_RIGHT_CONTROL) != 0);
    if (window->pointing && !ra_point_allowed(window))
        window->pointing = FALSE;
    ra_overlay_update(window->overlay);
    if (ended && !window->ended) {
        window->parts.pane_over = FALSE; /* nothing shall cover why */
        ra_window_relayout(window);
        ra_ui_layout(window->shell.ui);
        ra_overlay_focus(window->overlay);
    }
    window->ended = ended;
}

void ra_window_update(RaWindow *window, RaModelPart parts)
{
    if (window->shell.gone)
        return;
    if (parts == RA_MODEL_METER) {
        ra_statusbar_update(window->status, window->shell.model, window->controlling, window->size);
        return;
    }
    ra_shell_enter(&window->shell);
    if ((parts & (RA_MODEL_STATUS | RA_MODEL_PROMPT)) != 0)
        show_status(window);
    ra_pane_update(window->pane, parts);
    ra_dialogs_update(window->dialogs, parts);
    if ((parts & (RA_MODEL_VOICE | RA_MODEL_LEVELS)) != 0)
        ra_strip_update(window->strip);
    if ((parts & (RA_MODEL_STATUS | RA_MODEL_VOICE)) != 0)
        ra_window_relayout(window);
    else if (parts != RA_MODEL_LEVELS)
        ra_window_show(window);
    if ((parts & RA_MODEL_CHAT) != 0) {
        ra_ui_layout(window->shell.ui);
        ra_window_note_read(window);
    }
    ra_shell_leave(&window->shell);
}

void ra_window_set_picture(RaWindow *window, RaPicture *picture)
{
    ra_canvas_set_picture(window->canvas, picture);
    ra_picture_free(window->picture);
    window->picture = picture;
    ra_window_size_to_picture(window);
    ra_window_relayout(window);
}

void ra_window_changed(RaWindow *window, const RaIpcMessage *message)
{
    if (window->picture == NULL)
        return;
    for (guint i = 0; i < message->rects.n; i++) {
        const RaBox part = ra_picture_clip(window->picture, &message->rects.rect[i]);
        if (!ra_box_is_empty(part))
            ra_window_damage_picture(window, ra_view_to_window(&window->view, part));
    }
}

void ra_window_set_cursor(RaWindow *window, const RaIpcMessage *message)
{
    ra_pointer_set_shape(window->cursor, message);
    ra_novice_pointer_set_shape(window->novice_pointer, message);
    ra_window_update_pointer(window);
}

void ra_window_set_pointer(RaWindow *window, const RaIpcMessage *message)
{
    ra_novice_pointer_set_position(window->novice_pointer, message);
    ra_window_update_pointer(window);
}

void ra_window_set_mode(RaWindow *window, RaViewMode mode)
{
    window->shell.choices.mode = mode;
    ra_window_relayout(window);
}

void ra_window_set_fullscreen(RaWindow *window, gboolean fullscreen)
{
    if (fullscreen)
        ra_window_keep_place(window);
    window->fullscreen = fullscreen;
    window->parts.revealed = FALSE;
    SDL_SetWindowFullscreen(window->sdl, fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    if (!fullscreen && window->picture != NULL)
        ra_window_size_to_picture(window);
    ra_window_relayout(window);
}
