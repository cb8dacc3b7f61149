/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/app.h"

#include "viewer/picture.h"
#include "viewer/status.h"
#include "viewer/window.h"

struct _RaApp {
    RaAppOptions options;
    GMainLoop *loop;
    RaWindow *window;
    RaModel model;
    RaConnect *connect;
    GError *error; /* why it ended; NULL if we left */
    char *reason;
    gboolean asking, refused;
    gboolean begun;
    gboolean leaving;
    char *noted; /* the last line that was told */
};

static void show_status(RaApp *app)
{
    const gboolean offered =
        (ra_invitation_rights(app->options.invitation) & RA_RIGHT_CONTROL) != 0;
    app->model.status = (RaStatus){
        .state = ra_connect_state(app->connect),
        .name = ra_connect_name(app->connect),
        .rights = ra_connect_rights(app->connect),
        .asking = app->asking,
        .refused = app->refused,
        .view_only = app->options.view_only || !offered,
        .begun = app->begun,
        .reason = app->reason,
    };
    ra_window_update(app->window, RA_MODEL_STATUS);
    g_autofree char *line = ra_status_line(&app->model.status);
    if (app->options.note == NULL || app->error != NULL || g_strcmp0(line, app->noted) == 0)
        return;
    g_free(app->noted);
    app->noted = g_strdup(line);
    app->options.note(line, app->options.data);
}

/* From the session. */

static void on_state(RaConnect *connect, RaConnectState state, gpointer data)
{
    (void)connect;
    RaApp *app = data;
    app->begun |= state == RA_CONNECT_SHARING;
    show_status(app);
}

static gboolean on_screen(RaConnect *connect, const RaIpcMessage *message, int fd, gpointer data,
                          GError **error)
{
    (void)connect;
    RaApp *app = data;
    RaPicture *picture = ra_picture_new(message, fd, error);
    if (picture == NULL)
        return FALSE;
    ra_window_set_picture(app->window, picture);
    return TRUE;
}

static void on_changed(RaConnect *connect, const RaIpcMessage *message, gpointer data)
{
    (void)connect;
    ra_window_changed(((RaApp *)data)->window, message);
}

static void on_cursor(RaConnect *connect, const RaIpcMessage *message, gpointer data)
{
    (void)connect;
    ra_window_set_cursor(((RaApp *)data)->window, message);
}

static void on_novice_pointer(RaConnect *connect, const RaIpcMessage *message, gpointer data)
{
    (void)connect;
    ra_window_set_pointer(((RaApp *)data)->window, message);
}

static void on_rights(RaConnect *connect, RaRights rights, gpointer data)
{
    (void)connect;
    RaApp *app = data;
    if ((rights & RA_RIGHT_CONTROL) != 0)
        app->asking = app->refused = FALSE;
    show_status(app);
}

static void on_control_denied(RaConnect *connect, gpointer data)
{
    (void)connect;
    RaApp *app = data;
    app->refused = app->asking;
    app->asking = FALSE;
    show_status(app);
}

static void on_features(RaConnect *connect, guint32 features, gpointer data)
{
    (void)connect;
    (void)features;
    show_status(data);
}

static gboolean on_message(RaConnect *connect, const RaIpcMessage *message, int fd, gpointer data)
{
    (void)connect;
    (void)message;
    (void)fd;
    (void)data;
    return TRUE;
}

static void on_ended(RaConnect *connect, const char *reason, const GError *error, gpointer data)
{
    (void)connect;
    RaApp *app = data;
    app->reason = g_strdup(reason);
    app->error = error != NULL ? g_error_copy(error) : NULL;
    app->asking = FALSE;
    show_status(app);
    if (app->error == NULL || app->options.no_wait || app->leaving)
        g_main_loop_quit(app->loop);
}

/* From the window. */

void ra_app_leave(RaApp *app)
{
    app->leaving = TRUE;
    if (ra_connect_state(app->connect) == RA_CONNECT_ENDED)
        g_main_loop_quit(app->loop);
    else
        ra_connect_leave(app->connect);
}

static void ask_control(RaApp *app, gboolean want)
{
    if (want)
        ra_connect_want_control(app->connect);
    else
        ra_connect_return_control(app->connect);
    app->asking = want;
    app->refused = FALSE;
    show_status(app);
}

static char *on_act(const RaAct *act, gpointer data)
{
    RaApp *app = data;
    switch (act->kind) {
    case RA_ACT_CLOSE:
    case RA_ACT_DISCONNECT:
        ra_app_leave(app);
        break;
    case RA_ACT_CONTROL:
        ask_control(app, act->flag);
        break;
    case RA_ACT_POINTER:
        ra_connect_pointer(app->connect, act->pointer.x, act->pointer.y, act->pointer.buttons);
        break;
    case RA_ACT_KEY:
        ra_connect_key(app->connect, act->key.down, act->key.keysym, act->key.code);
        break;
    default:
        break;
    }
    return NULL;
}

RaApp *ra_app_new(const RaAppOptions *options, GError **error)
{
    static const RaConnectCallbacks connect_callbacks = {.state = on_state,
                                                         .screen = on_screen,
                                                         .changed = on_changed,
                                                         .cursor = on_cursor,
                                                         .pointer = on_novice_pointer,
                                                         .rights = on_rights,
                                                         .control_denied = on_control_denied,
                                                         .features = on_features,
                                                         .message = on_message,
                                                         .ended = on_ended};
    g_autoptr(RaApp) app = g_new0(RaApp, 1);
    app->options = *options;
    app->loop = g_main_loop_new(NULL, FALSE);
    ra_invitation_ref(options->invitation);
    const RaWindowOptions window = {.fullscreen = options->fullscreen};
    app->window = ra_window_new(&window, &app->model, on_act, app, error);
    if (app->window == NULL)
        return NULL;
    app->connect = ra_connect_new(options->invitation, options->helper, options->proxy,
                                  options->parts, &connect_callbacks, app, error);
    if (app->connect == NULL)
        return NULL;
    show_status(app);
    return g_steal_pointer(&app);
}

void ra_app_free(RaApp *app)
{
    if (app == NULL)
        return;
    ra_connect_free(app->connect);
    ra_window_free(app->window);
    g_main_loop_unref(app->loop);
    ra_invitation_unref(app->options.invitation);
    g_clear_error(&app->error);
    g_free(app->reason);
    g_free(app->noted);
    g_free(app);
}

gboolean ra_app_run(RaApp *app, GError **error)
{
    g_main_loop_run(app->loop);
    if (app->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&app->error));
    return FALSE;
}

RaConnectState ra_app_state(const RaApp *app)
{
    return ra_connect_state(app->connect);
}
