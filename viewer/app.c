/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/app.h"

#include "base/duration.h"
#include "base/error.h"
#include "viewer/choices.h"
#include "viewer/clipboard-sdl.h"
#include "viewer/picture.h"
#include "viewer/session.h"
#include "viewer/status.h"
#include "viewer/window.h"

struct _RaApp {
    RaAppOptions options;
    GMainLoop *loop;
    RaWindow *window;
    RaModel model;
    RaAsk *ask;               /* NULL once there is an invitation */
    RaInvitation *invitation; /* NULL while it is asked for */
    RaMsraCall *call;         /* Microsoft's, in its place */
    RaConnect *connect;       /* NULL before that */
    RaSession *session;       /* the same */
    RaPort port;
    GError *error; /* why it ended; NULL if we left */
    char *reason;
    gboolean asking, refused; /* for control; it was not given */
    gboolean begun;           /* the screen was here */
    gboolean leaving;         /* for good */
    char *noted;              /* the last line that was told */
};

static void note(RaApp *app)
{
    g_autofree char *line = ra_status_line(&app->model.status);
    if (app->options.note == NULL || app->error != NULL || g_strcmp0(line, app->noted) == 0 ||
        app->model.status.state == RA_CONNECT_RESUMING)
        return;
    g_free(app->noted);
    app->noted = g_strdup(line);
    app->options.note(line, app->options.data);
}

/* What the helper can never get: it was not offered, not now, or they do not want it. */
static gboolean only_views(const RaApp *app)
{
    return app->options.view_only ||
           (ra_invitation_rights(app->invitation) & RA_RIGHT_CONTROL) == 0 ||
           (app->model.features != 0 && (app->model.features & RA_FEATURE_CONTROL) == 0);
}

static void show_status(RaApp *app)
{
    RaModel *model = &app->model;
    const RaConnectState state = ra_connect_state(app->connect);
    model->resuming = ra_connect_resuming(app->connect);
    model->can_reconnect =
        state == RA_CONNECT_ENDED && ra_invitation_end(app->invitation) > ra_moment_now();
    model->status = (RaStatus){
        .state = state,
        .name = ra_connect_name(app->connect),
        .rights = ra_connect_rights(app->connect),
        .asking = app->asking,
        .refused = app->refused,
        .view_only = only_views(app),
        .paused = model->paused,
        .held = model->held,
        .resuming = model->resuming,
        .begun = app->begun,
        .reason = app->reason,
    };
    ra_window_update(app->window, RA_MODEL_STATUS);
    note(app);
}

/* From the session. */

static void on_state(RaConnect *connect, RaConnectState state, gpointer data)
{
    (void)connect;
    RaApp *app = data;
    if (state == RA_CONNECT_SHARING) {
        ra_session_sharing(app->session);
        ra_report_connected(app->options.report);
    }
    if (state == RA_CONNECT_RESUMING) {
        app->asking = app->refused = FALSE;
        ra_session_unlinked(app->session);
    }
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
    const gboolean control = (rights & RA_RIGHT_CONTROL) != 0;
    if (control)
        app->asking = app->refused = FALSE;
    ra_session_control(app->session, control && !app->options.view_only);
    show_status(app);
}

static void on_control_denied(RaConnect *connect, gpointer data)
{
    (void)connect;
    RaApp *app = data;
    if (app->asking)
        ra_session_denied(app->session);
    app->refused = app->asking;
    app->asking = FALSE;
    show_status(app);
}

static void on_features(RaConnect *connect, guint32 features, gpointer data)
{
    (void)connect;
    ra_session_features(((RaApp *)data)->session, features);
}

static gboolean on_message(RaConnect *connect, const RaIpcMessage *message, int fd, gpointer data)
{
    (void)connect;
    return ra_session_take(((RaApp *)data)->session, message, fd);
}

static void on_ended(RaConnect *connect, const char *reason, const GError *error, gpointer data)
{
    (void)connect;
    RaApp *app = data;
    app->reason = g_strdup(reason);
    app->error = error != NULL ? g_error_copy(error) : NULL;
    app->asking = FALSE;
    ra_session_end(app->session, reason);
    ra_report_over(app->options.report);
    show_status(app);
    if (app->options.no_wait || app->leaving)
        g_main_loop_quit(app->loop);
}

static void on_rest(RaConnect *connect, gpointer data)
{
    (void)connect;
    ra_window_flush(((RaApp *)data)->window);
}

/* From what belongs to the session. */

static void on_parts(guint parts, gpointer data)
{
    RaApp *app = data;
    if ((parts & RA_MODEL_STATUS) != 0)
        show_status(app);
    ra_window_update(app->window, parts & ~(guint)RA_MODEL_STATUS);
}

static void on_history(const RaHistoryEntry *entry, gpointer data)
{
    (void)entry;
    ra_window_update(((RaApp *)data)->window, RA_MODEL_CHAT);
}

static void send_message(const RaIpcMessage *message, int fd, gpointer data)
{
    ra_connect_send(((RaApp *)data)->connect, message, fd);
}

static guint count_queued(gpointer data)
{
    return ra_connect_queued(((RaApp *)data)->connect);
}

/* From the window. */

void ra_app_leave(RaApp *app)
{
    app->leaving = TRUE;
    if (app->connect == NULL || ra_connect_state(app->connect) == RA_CONNECT_ENDED)
        g_main_loop_quit(app->loop);
    else
        ra_connect_leave(app->connect);
}

/* A session that ran leaves its history to be read; one that never did, nothing. */
static void disconnect(RaApp *app)
{
    if (app->begun && ra_connect_state(app->connect) != RA_CONNECT_ENDED)
        ra_connect_leave(app->connect);
    else
        ra_app_leave(app);
}

static void ask_control(RaApp *app, gboolean want)
{
    if (want && only_views(app))
        return;
    if (want)
        ra_connect_want_control(app->connect);
    else
        ra_connect_return_control(app->connect);
    app->asking = want;
    app->refused = FALSE;
    show_status(app);
}

static gboolean begin(RaApp *app, GError **error);

static char *reconnect(RaApp *app)
{
    g_autoptr(GError) error = NULL;
    if (!app->model.can_reconnect)
        return NULL;
    g_clear_pointer(&app->session, ra_session_free);
    g_clear_pointer(&app->connect, ra_connect_free);
    g_clear_pointer(&app->reason, g_free);
    g_clear_error(&app->error);
    app->begun = app->asking = app->refused = FALSE;
    app->model.status = (RaStatus){.name = ""};
    if (begin(app, &error)) {
        ra_window_update(app->window, RA_MODEL_ALL);
        return NULL;
    }
    app->error = g_steal_pointer(&error); /* no worker can be started: nothing is left to do */
    g_main_loop_quit(app->loop);
    return NULL;
}

/* Input for the other computer: by far the most of all acts. */
static void pass_input(RaApp *app, const RaAct *act)
{
    if (app->options.view_only)
        return;
    if (act->kind == RA_ACT_KEY)
        ra_connect_key(app->connect, act->key.down, act->key.keysym, act->key.code);
    else
        ra_connect_pointer(app->connect, act->pointer.x, act->pointer.y, act->pointer.buttons);
}

static char *on_act(const RaAct *act, gpointer data)
{
    RaApp *app = data;
    if (app->ask != NULL && ra_ask_act(app->ask, act))
        return NULL;
    if (act->kind == RA_ACT_CLOSE)
        ra_app_leave(app);
    if (act->kind == RA_ACT_CLOSE || app->connect == NULL)
        return NULL;
    char *line = ra_session_act(app->session, act);
    switch (act->kind) {
    case RA_ACT_DISCONNECT:
        disconnect(app);
        break;
    case RA_ACT_RECONNECT:
        line = reconnect(app);
        break;
    case RA_ACT_CONTROL:
        ask_control(app, act->flag);
        break;
    case RA_ACT_POINTER:
    case RA_ACT_KEY:
        pass_input(app, act);
        break;
    default:
        break;
    }
    return line;
}

/* The beginning. */

/* It outlives sessions, but begins when it is known whose they are. */
static void new_history(RaApp *app, const char *name)
{
    ra_history_free(app->model.history);
    app->model.history = ra_history_new(app->options.helper, name, on_history, app);
}

static gboolean begin(RaApp *app, GError **error)
{
    static const RaConnectCallbacks callbacks = {.state = on_state,
                                                 .screen = on_screen,
                                                 .changed = on_changed,
                                                 .cursor = on_cursor,
                                                 .pointer = on_novice_pointer,
                                                 .rights = on_rights,
                                                 .control_denied = on_control_denied,
                                                 .features = on_features,
                                                 .message = on_message,
                                                 .ended = on_ended,
                                                 .rest = on_rest};
    app->connect = ra_connect_new(app->invitation, app->options.helper, app->options.proxy,
                                  app->options.parts, &callbacks, app, error);
    if (app->connect == NULL)
        return FALSE;
    if (ra_history_length(app->model.history) == 0)
        new_history(app, ra_connect_name(app->connect));
    const RaSessionOptions session = {
        .port = &app->port,
        .model = &app->model,
        .name = ra_connect_name(app->connect),
        .selection = ra_viewer_selection_new(),
        .changed = on_parts,
        .data = app,
    };
    app->session = ra_session_new(&session);
    show_status(app);
    return TRUE;
}

static void show_prompt(RaApp *app)
{
    app->model.prompt = *ra_ask_prompt(app->ask);
    app->model.status.name = app->model.prompt.name != NULL ? app->model.prompt.name : "";
    ra_window_update(app->window, RA_MODEL_PROMPT | RA_MODEL_STATUS);
}

static void on_prompt(gpointer data)
{
    show_prompt(data);
}

static void on_answered(RaOpened *opened, const GError *error, gpointer data)
{
    RaApp *app = data;
    app->model.prompt = (RaPrompt){0};
    app->model.status.name = "";
    g_clear_pointer(&app->ask, ra_ask_free);
    if (opened != NULL && opened->call != NULL) {
        app->call = g_steal_pointer(&opened->call);
    } else if (opened != NULL) {
        app->invitation = g_steal_pointer(&opened->invitation);
        ra_window_update(app->window, RA_MODEL_PROMPT);
        if (begin(app, &app->error))
            return;
    } else {
        app->error = g_error_copy(error);
    }
    g_main_loop_quit(app->loop);
}

RaApp *ra_app_new(const RaAppOptions *options, GError **error)
{
    static const RaAskCallbacks ask = {.changed = on_prompt, .done = on_answered};
    RaChoices choices;
    g_autoptr(RaApp) app = g_new0(RaApp, 1);
    app->options = *options;
    app->options.ask = NULL;
    app->loop = g_main_loop_new(NULL, FALSE);
    app->port = (RaPort){.send = send_message, .queued = count_queued, .data = app};
    app->model.status.name = "";
    new_history(app, "");
    ra_choices_load(&choices);
    app->model.quality = options->quality >= 0 ? (RaQuality)options->quality : choices.quality;
    app->model.clipboard = choices.clipboard;
    app->model.view_only = options->view_only;
    const RaWindowOptions window = {.fullscreen = options->fullscreen, .scale = options->scale};
    app->window = ra_window_new(&window, &app->model, on_act, app, error);
    if (options->invitation != NULL) {
        app->invitation = ra_invitation_ref(options->invitation);
    } else {
        app->ask = ra_ask_new(options->ask, &ask, app); /* which takes the handover */
        if (app->window != NULL)
            show_prompt(app);
    }
    if (app->window == NULL || (app->invitation != NULL && !begin(app, error)))
        return NULL;
    return g_steal_pointer(&app);
}

void ra_app_free(RaApp *app)
{
    if (app == NULL)
        return;
    ra_ask_free(app->ask);
    ra_session_free(app->session);
    ra_connect_free(app->connect);
    ra_window_free(app->window);
    ra_history_free(app->model.history);
    g_main_loop_unref(app->loop);
    ra_invitation_unref(app->invitation);
    ra_msra_call_free(app->call);
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

RaMsraCall *ra_app_take_call(RaApp *app)
{
    return g_steal_pointer(&app->call);
}

RaConnectState ra_app_state(const RaApp *app)
{
    return app->connect != NULL ? ra_connect_state(app->connect) : 0;
}
