/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/fakes.h"

#include "base/error.h"
#include "base/io.h"
#include "tests/support/memory-screen.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static gint64 read_wall(gpointer data)
{
    return ((const FakeClock *)data)->wall;
}

static gint64 read_boot(gpointer data)
{
    return ((const FakeClock *)data)->boot;
}

void fake_clock_init(FakeClock *clock)
{
    clock->wall = 1800000000;
    clock->boot = 1000 * (gint64)G_USEC_PER_SEC;
    clock->clock =
        (RaClock){.wall = read_wall, .boot = read_boot, .monotonic = read_boot, .data = clock};
}

void fake_clock_pass(FakeClock *clock, gint64 seconds)
{
    clock->wall += seconds;
    clock->boot += seconds * G_USEC_PER_SEC;
}

typedef struct {
    RaPeer peer;
    FakeWorker *record;
} FakePeer;

static void peer_send(RaPeer *peer, const RaIpcMessage *message, int fd)
{
    FakeWorker *record = ((FakePeer *)peer)->record;
    const gboolean with_fd = fd >= 0;
    RaIpcMessage copy = *message;
    if (copy.kind == RA_IPC_CURSOR)
        copy.cursor.pixels = NULL;
    g_assert_cmpint(with_fd, ==, ra_ipc_has_fd(message->kind));
    if (copy.kind == RA_IPC_BELL) {
        if (record->bell >= 0)
            close(record->bell);
        record->bell = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }
    g_array_append_val(record->sent, copy);
    g_array_append_val(record->fds, with_fd);
}

static guint peer_queued(RaPeer *peer)
{
    return ((FakePeer *)peer)->record->queued;
}

static void peer_free(RaPeer *peer)
{
    ((FakePeer *)peer)->record->peer = NULL;
    g_free(peer);
}

FakeWorker *fake_worker_new(void)
{
    static const RaPeerClass class = {peer_send, peer_queued, peer_free};
    FakeWorker *worker = g_new0(FakeWorker, 1);
    FakePeer *peer = g_new0(FakePeer, 1);
    peer->peer.class = &class;
    peer->record = worker;
    worker->peer = &peer->peer;
    worker->bell = -1;
    worker->sent = g_array_new(FALSE, FALSE, sizeof(RaIpcMessage));
    worker->fds = g_array_new(FALSE, FALSE, sizeof(gboolean));
    return worker;
}

void fake_worker_free(FakeWorker *worker)
{
    g_assert_null(worker->peer); /* the code under test owned it */
    g_array_unref(worker->sent);
    g_array_unref(worker->fds);
    if (worker->bell >= 0)
        close(worker->bell);
    g_free(worker);
}

void fake_worker_ring(FakeWorker *worker)
{
    g_assert_cmpint(send(worker->bell, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL), ==, 1);
}

static void die_of(FakeWorker *worker, RaError code)
{
    g_autoptr(GError) error = g_error_new(RA_ERROR, code, "it is gone");
    if (worker->peer != NULL && worker->peer->events != NULL)
        worker->peer->events->gone(worker->peer, error, worker->peer->data);
}

/* SIZE times the letter x. */
static int sealed_file(gsize size)
{
    const int fd = memfd_create("fake", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_autofree char *text = g_strnfill(size, 'x');
    g_assert_true(ra_write_all(fd, text, size));
    g_assert_cmpint(
        fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), ==, 0);
    return fd;
}

/* Through the bytes, as a real worker's messages come: one that its direction does not allow does
 * not come at all, and ends the worker. */
void fake_worker_say(FakeWorker *worker, const RaIpcMessage *message)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaIpcMessage decoded;
    if (worker->peer == NULL || worker->peer->events == NULL)
        return;
    g_assert_true(ra_ipc_encode(message, bytes));
    const int fd = ra_ipc_has_fd(message->kind) ? sealed_file(message->clipboard.size) : -1;
    if (ra_ipc_decode(&decoded, RA_IPC_FROM_HOST_WORKER, bytes->data, bytes->len))
        worker->peer->events->message(worker->peer, &decoded, fd, worker->peer->data);
    else
        die_of(worker, RA_ERROR_MALFORMED);
    if (fd >= 0)
        close(fd);
}

void fake_worker_say_assist(FakeWorker *worker, const RaAssist *assist)
{
    const RaIpcMessage message = {.kind = RA_IPC_ASSIST, .assist = *assist};
    fake_worker_say(worker, &message);
}

void fake_worker_say_assist_kind(FakeWorker *worker, RaAssistKind kind)
{
    const RaAssist assist = {.kind = kind};
    fake_worker_say_assist(worker, &assist);
}

void fake_worker_lie(FakeWorker *worker, RaAssistKind kind)
{
    const RaIpcMessage message = {.kind = RA_IPC_ASSIST, .assist.kind = kind};
    worker->peer->events->message(worker->peer, &message, -1, worker->peer->data);
}

void fake_worker_say_kind(FakeWorker *worker, RaIpcKind kind)
{
    const RaIpcMessage message = {.kind = kind};
    fake_worker_say(worker, &message);
}

void fake_worker_die(FakeWorker *worker)
{
    die_of(worker, RA_ERROR_FAILED);
}

guint fake_worker_count(const FakeWorker *worker, RaIpcKind kind)
{
    guint n = 0;
    for (guint i = 0; i < worker->sent->len; i++)
        n += g_array_index(worker->sent, RaIpcMessage, i).kind == kind;
    return n;
}

const RaIpcMessage *fake_worker_last(const FakeWorker *worker, RaIpcKind kind)
{
    for (guint i = worker->sent->len; i > 0; i--) {
        const RaIpcMessage *message = &g_array_index(worker->sent, RaIpcMessage, i - 1);
        if (message->kind == kind)
            return message;
    }
    return NULL;
}

guint fake_worker_count_assist(const FakeWorker *worker, RaAssistKind kind)
{
    guint n = 0;
    for (guint i = 0; i < worker->sent->len; i++) {
        const RaIpcMessage *message = &g_array_index(worker->sent, RaIpcMessage, i);
        n += message->kind == RA_IPC_ASSIST && message->assist.kind == kind;
    }
    return n;
}

const RaAssist *fake_worker_last_assist(const FakeWorker *worker, RaAssistKind kind)
{
    for (guint i = worker->sent->len; i > 0; i--) {
        const RaIpcMessage *message = &g_array_index(worker->sent, RaIpcMessage, i - 1);
        if (message->kind == RA_IPC_ASSIST && message->assist.kind == kind)
            return &message->assist;
    }
    return NULL;
}

typedef struct {
    RaInput input;
    FakeDesktop *desktop;
} FakeInput;

typedef struct {
    RaSign sign;
    FakeDesktop *desktop;
} FakeSign;

static gboolean input_start(RaInput *input, const RaInputEvents *events, gpointer data,
                            GError **error)
{
    FakeDesktop *desktop = ((FakeInput *)input)->desktop;
    (void)error;
    desktop->input_events = events;
    desktop->input_data = data;
    return TRUE;
}

static void input_inject(RaInput *input, const RaIpcMessage *event)
{
    g_assert_true(event->kind == RA_IPC_POINTER || event->kind == RA_IPC_KEY_PRESS);
    ((FakeInput *)input)->desktop->injected++;
    ((FakeInput *)input)->desktop->last_input = *event;
}

static void input_release_all(RaInput *input)
{
    ((FakeInput *)input)->desktop->released++;
}

static void input_free(RaInput *input)
{
    ((FakeInput *)input)->desktop->input_events = NULL;
    g_free(input);
}

static void sign_show(RaSign *sign, const RaSignState *state)
{
    FakeDesktop *desktop = ((FakeSign *)sign)->desktop;
    desktop->shown = TRUE;
    desktop->shown_rights = state->rights;
    desktop->sign = *state;
    desktop->sign.who = NULL;
    g_free(desktop->shown_who);
    desktop->shown_who = g_strdup(state->who);
}

static void sign_hide(RaSign *sign)
{
    ((FakeSign *)sign)->desktop->shown = FALSE;
}

static void sign_free(RaSign *sign)
{
    ((FakeSign *)sign)->desktop->sign_events = NULL;
    g_free(sign);
}

/* The memory's screen knows no monitors: two are made up. */
static FakeDesktop *monitors_of;

static void screen_monitors(G_GNUC_UNUSED RaScreen *screen, RaAssist *ret)
{
    *ret = (RaAssist){.kind = RA_ASSIST_MONITORS};
    ret->monitors.n = 2;
    ret->monitors.current = RA_MONITOR_ALL;
    for (guint i = 0; i < 2; i++) {
        ret->monitors.monitor[i].width = ret->monitors.monitor[i].height = 32;
        g_strlcpy(ret->monitors.monitor[i].name, "DP", sizeof ret->monitors.monitor[i].name);
    }
}

static gboolean screen_choose(G_GNUC_UNUSED RaScreen *screen, guint monitor)
{
    if (monitor >= 2 && monitor != RA_MONITOR_ALL)
        return FALSE;
    monitors_of->monitor = monitor;
    return TRUE;
}

static void screen_origin(G_GNUC_UNUSED RaScreen *screen, int *left, int *top)
{
    *left = 100;
    *top = 0;
}

static void add_monitors(RaScreen *screen, FakeDesktop *desktop)
{
    static RaScreenClass class;
    class = *screen->class;
    class.monitors = screen_monitors;
    class.choose = screen_choose;
    class.origin = screen_origin;
    screen->class = &class;
    monitors_of = desktop;
}

static RaScreen *new_screen(gpointer data, GError **error)
{
    FakeDesktop *desktop = data;
    if (desktop->no_screen) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "there is no screen");
        return NULL;
    }
    desktop->screens++;
    desktop->screen = ra_memory_screen_new(64, 48);
    add_monitors(desktop->screen, desktop);
    return desktop->screen;
}

static RaInput *new_input(gpointer data, GError **error)
{
    static const RaInputClass class = {.start = input_start,
                                       .inject = input_inject,
                                       .release_all = input_release_all,
                                       .free = input_free};
    FakeDesktop *desktop = data;
    if (desktop->no_input) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "there is no input");
        return NULL;
    }
    FakeInput *input = g_new0(FakeInput, 1);
    input->input.class = &class;
    input->desktop = desktop;
    return &input->input;
}

static RaSign *new_sign(const RaSignEvents *events, gpointer events_data, gpointer data,
                        GError **error)
{
    static const RaSignClass class = {.show = sign_show, .hide = sign_hide, .free = sign_free};
    FakeDesktop *desktop = data;
    if (desktop->no_sign) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "there is no sign");
        return NULL;
    }
    FakeSign *sign = g_new0(FakeSign, 1);
    sign->sign.class = &class;
    sign->desktop = desktop;
    desktop->sign_events = events;
    desktop->sign_data = events_data;
    return &sign->sign;
}

typedef struct {
    RaPointing pointing;
    FakeDesktop *desktop;
} FakePointing;

static void pointing_point(RaPointing *pointing, int left, G_GNUC_UNUSED int top, guint16 x,
                           G_GNUC_UNUSED guint16 y, G_GNUC_UNUSED RaPointPhase phase)
{
    FakeDesktop *desktop = ((FakePointing *)pointing)->desktop;
    desktop->points++;
    desktop->point_left = left;
    desktop->point_x = x;
}

static void pointing_clear(RaPointing *pointing)
{
    ((FakePointing *)pointing)->desktop->clears++;
}

static void pointing_free(RaPointing *pointing)
{
    ((FakePointing *)pointing)->desktop->pointing = FALSE;
    g_free(pointing);
}

static RaPointing *new_pointing(gpointer data, G_GNUC_UNUSED GError **error)
{
    static const RaPointingClass class = {pointing_point, pointing_clear, pointing_free};
    FakePointing *pointing = g_new0(FakePointing, 1);
    pointing->pointing.class = &class;
    pointing->desktop = data;
    pointing->desktop->pointing = TRUE;
    return &pointing->pointing;
}

typedef struct {
    RaSelection selection;
    FakeDesktop *desktop;
} FakeSelection;

static void selection_watch(G_GNUC_UNUSED RaSelection *selection,
                            G_GNUC_UNUSED const RaSelectionEvents *events,
                            G_GNUC_UNUSED gpointer data)
{
}

static void selection_read(G_GNUC_UNUSED RaSelection *selection)
{
}

static void selection_set(RaSelection *selection, G_GNUC_UNUSED RaClipboardFormat format,
                          G_GNUC_UNUSED GBytes *bytes)
{
    ((FakeSelection *)selection)->desktop->pasted++;
}

static void selection_free(RaSelection *selection)
{
    ((FakeSelection *)selection)->desktop->selection = FALSE;
    g_free(selection);
}

static RaSelection *new_selection(gpointer data, G_GNUC_UNUSED GError **error)
{
    static const RaSelectionClass class = {selection_watch, selection_read, selection_set,
                                           selection_free};
    FakeSelection *selection = g_new0(FakeSelection, 1);
    selection->selection.class = &class;
    selection->desktop = data;
    selection->desktop->selection = TRUE;
    return &selection->selection;
}

void fake_desktop_init(FakeDesktop *desktop)
{
    *desktop = (FakeDesktop){.desktop = {.screen = new_screen,
                                         .input = new_input,
                                         .sign = new_sign,
                                         .pointing = new_pointing,
                                         .selection = new_selection,
                                         .data = desktop}};
}

void fake_desktop_clear(FakeDesktop *desktop)
{
    fake_settle();
    g_assert_null(desktop->input_events); /* all were freed */
    g_assert_null(desktop->sign_events);
    g_assert_false(desktop->pointing);
    g_assert_false(desktop->selection);
    g_clear_pointer(&desktop->shown_who, g_free);
}

void fake_settle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static gboolean on_time_up(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

void fake_wait(const gboolean *value)
{
    gboolean time_up = FALSE;
    const guint timer = g_timeout_add_seconds(2, on_time_up, &time_up);
    while (!*value && !time_up)
        g_main_context_iteration(NULL, TRUE);
    if (!time_up)
        g_source_remove(timer);
    g_assert_true(*value);
}
