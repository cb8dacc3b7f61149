/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/fakes.h"

#include "base/error.h"
#include "tests/support/memory-screen.h"

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
    clock->clock = (RaClock){.wall = read_wall, .boot = read_boot, .data = clock};
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
    worker->sent = g_array_new(FALSE, FALSE, sizeof(RaIpcMessage));
    worker->fds = g_array_new(FALSE, FALSE, sizeof(gboolean));
    return worker;
}

void fake_worker_free(FakeWorker *worker)
{
    g_assert_null(worker->peer); /* the code under test owned it */
    g_array_unref(worker->sent);
    g_array_unref(worker->fds);
    g_free(worker);
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
    if (ra_ipc_decode(&decoded, RA_IPC_FROM_HOST_WORKER, bytes->data, bytes->len))
        worker->peer->events->message(worker->peer, &decoded, worker->peer->data);
    else
        fake_worker_die(worker);
}

void fake_worker_say_kind(FakeWorker *worker, RaIpcKind kind)
{
    const RaIpcMessage message = {.kind = kind};
    fake_worker_say(worker, &message);
}

void fake_worker_die(FakeWorker *worker)
{
    g_autoptr(GError) error = g_error_new(RA_ERROR, RA_ERROR_FAILED, "it is gone");
    if (worker->peer != NULL && worker->peer->events != NULL)
        worker->peer->events->gone(worker->peer, error, worker->peer->data);
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

static RaScreen *new_screen(gpointer data, GError **error)
{
    FakeDesktop *desktop = data;
    if (desktop->no_screen) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "there is no screen");
        return NULL;
    }
    desktop->screens++;
    desktop->screen = ra_memory_screen_new(64, 48);
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

void fake_desktop_init(FakeDesktop *desktop)
{
    *desktop = (FakeDesktop){
        .desktop = {.screen = new_screen, .input = new_input, .sign = new_sign, .data = desktop}};
}

void fake_desktop_clear(FakeDesktop *desktop)
{
    fake_settle();
    g_assert_null(desktop->input_events); /* all were freed */
    g_assert_null(desktop->sign_events);
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
