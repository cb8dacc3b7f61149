/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/viewer/fakes.h"

#include "base/duration.h"
#include "base/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
    RaWorkerCallbacks worker;
    RaDialerCallbacks dialer;
    gpointer worker_data, dialer_data;
    gboolean worker_alive, dialer_alive, refuse;
    GString *sent, *dialled;
} fake;

/* Never looked into. */
static RaWorker *const the_worker = (RaWorker *)&fake.worker;
static RaDialer *const the_dialer = (RaDialer *)&fake.dialer;

static RaWorker *worker_new(RaWorkerRole role, const RaWorkerCallbacks *callbacks, gpointer data,
                            GError **error)
{
    g_assert_cmpint(role, ==, RA_WORKER_VIEWER);
    if (fake.refuse) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "no worker");
        return NULL;
    }
    fake.worker = *callbacks;
    fake.worker_data = data;
    fake.worker_alive = TRUE;
    return the_worker;
}

static void worker_free(RaWorker *worker)
{
    g_assert_true(worker == the_worker && fake.worker_alive);
    fake.worker_alive = FALSE;
}

static void describe_assist(const RaAssist *assist)
{
    switch (assist->kind) {
    case RA_ASSIST_CHAT:
        g_string_append_printf(fake.sent, "chat %u %.*s\n", assist->chat.number,
                               (int)assist->chat.size, assist->chat.text);
        break;
    case RA_ASSIST_QUALITY:
        g_string_append_printf(fake.sent, "quality %u\n", assist->quality);
        break;
    case RA_ASSIST_MONITOR:
        g_string_append_printf(fake.sent, "monitor %u\n", assist->number);
        break;
    case RA_ASSIST_POINT:
        g_string_append_printf(fake.sent, "point %u %u %u\n", assist->point.x, assist->point.y,
                               assist->point.phase);
        break;
    case RA_ASSIST_CLIPBOARD_SHARED:
    case RA_ASSIST_VOICE_MUTED:
        g_string_append_printf(fake.sent, "assist %u %d\n", assist->kind, assist->flag);
        break;
    default:
        g_string_append_printf(fake.sent, "assist %u\n", assist->kind);
        break;
    }
}

static void describe(const RaIpcMessage *message)
{
    switch (message->kind) {
    case RA_IPC_IDENTITY:
        g_string_append_printf(
            fake.sent, "identity %s%s%s %u\n",
            g_str_has_prefix(message->secret.identity, "r-") ? message->secret.identity : "",
            message->secret.identity[1] == '-' ? " " : "", message->secret.name,
            message->secret.key[0] != 0 || message->secret.key[31] != 0);
        break;
    case RA_IPC_SOCKET:
        g_string_append_printf(fake.sent, "socket %u %s\n", message->connection.id,
                               message->connection.peer);
        break;
    case RA_IPC_WANT_CONTROL_OUT:
        g_string_append(fake.sent, "want\n");
        break;
    case RA_IPC_RETURN_CONTROL_OUT:
        g_string_append(fake.sent, "return\n");
        break;
    case RA_IPC_POINTER:
        g_string_append_printf(fake.sent, "pointer %u %u %u\n", message->pointer.x,
                               message->pointer.y, message->pointer.buttons);
        break;
    case RA_IPC_KEY_PRESS:
        g_string_append_printf(fake.sent, "key %s %x %x\n", message->key.down ? "down" : "up",
                               message->key.keysym, message->key.code);
        break;
    case RA_IPC_BYE:
        g_string_append(fake.sent, "bye\n");
        break;
    case RA_IPC_ASSIST:
        describe_assist(&message->assist);
        break;
    case RA_IPC_SOUND:
        g_string_append_printf(fake.sent, "sound %u\n", message->sound.n);
        break;
    case RA_IPC_CLIPBOARD:
        g_string_append_printf(fake.sent, "clipboard %u\n", message->clipboard.size);
        break;
    default:
        g_assert_not_reached();
    }
}

static guint worker_queued(const RaWorker *worker)
{
    g_assert_true(worker == the_worker && fake.worker_alive);
    return 0;
}

static void worker_send(RaWorker *worker, const RaIpcMessage *message, int fd)
{
    /* What cannot be encoded, or may not be said by a viewer, would never arrive. */
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaIpcMessage decoded;
    g_assert_true(worker == the_worker && fake.worker_alive);
    g_assert_true(ra_ipc_encode(message, bytes));
    g_assert_true(ra_ipc_decode(&decoded, RA_IPC_FROM_VIEWER, bytes->data, bytes->len));
    g_assert_cmpint(fd >= 0, ==, ra_ipc_has_fd(message->kind));
    describe(&decoded);
}

static RaDialer *dialer_new(const char *const *hosts, const char *proxy,
                            const RaDialerCallbacks *callbacks, gpointer data)
{
    (void)proxy;
    g_assert_nonnull(hosts[0]);
    fake.dialer = *callbacks;
    fake.dialer_data = data;
    fake.dialer_alive = TRUE;
    return the_dialer;
}

static void dialer_attempt_failed(RaDialer *dialer, guint attempt)
{
    g_assert_true(dialer == the_dialer && fake.dialer_alive);
    g_string_append_printf(fake.dialled, "failed %u ", attempt);
}

static void dialer_free(RaDialer *dialer)
{
    g_assert_true(dialer == the_dialer && fake.dialer_alive);
    fake.dialer_alive = FALSE;
}

const RaConnectParts fake_parts = {
    .worker_new = worker_new,
    .worker_free = worker_free,
    .worker_send = worker_send,
    .worker_queued = worker_queued,
    .dialer_new = dialer_new,
    .dialer_attempt_failed = dialer_attempt_failed,
    .dialer_free = dialer_free,
    .second_ms = 20,
};

void fake_reset(void)
{
    g_assert_false(fake.worker_alive || fake.dialer_alive);
    if (fake.sent != NULL)
        g_string_free(fake.sent, TRUE);
    if (fake.dialled != NULL)
        g_string_free(fake.dialled, TRUE);
    fake.sent = g_string_new(NULL);
    fake.dialled = g_string_new(NULL);
    fake.refuse = FALSE;
}

void fake_refuse_worker(void)
{
    fake.refuse = TRUE;
}

static char *take(GString *string)
{
    char *text = g_strdup(string->str);
    g_string_truncate(string, 0);
    return text;
}

char *fake_take_sent(void)
{
    return take(fake.sent);
}

char *fake_take_dialled(void)
{
    return take(fake.dialled);
}

gboolean fake_worker_alive(void)
{
    return fake.worker_alive;
}

gboolean fake_dialer_alive(void)
{
    return fake.dialer_alive;
}

void fake_says(const RaIpcMessage *message, int fd)
{
    /* As the real one does, so that no test says what could not be said. */
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaIpcMessage decoded;
    g_assert_true(fake.worker_alive);
    g_assert_true(ra_ipc_encode(message, bytes));
    g_assert_true(ra_ipc_decode(&decoded, RA_IPC_FROM_VIEWER_WORKER, bytes->data, bytes->len));
    fake.worker.message(the_worker, &decoded, fd >= 0 ? dup(fd) : -1, fake.worker_data);
    if (fake.worker_alive)
        fake.worker.rest(the_worker, fake.worker_data);
}

void fake_says_kind(RaIpcKind kind)
{
    const RaIpcMessage message = {.kind = kind};
    fake_says(&message, -1);
}

void fake_says_id(RaIpcKind kind, guint32 id)
{
    const RaIpcMessage message = {.kind = kind, .connection = {.id = id}};
    fake_says(&message, -1);
}

void fake_says_attempt_failed(guint32 id, gboolean tls, const char *text)
{
    RaIpcMessage message = {.kind = RA_IPC_ATTEMPT_FAILED, .attempt = {.id = id, .tls = tls}};
    g_strlcpy(message.attempt.text, text, sizeof message.attempt.text);
    fake_says(&message, -1);
}

void fake_says_ended(RaGoodbye reason, const char *text)
{
    RaIpcMessage message = {.kind = RA_IPC_ENDED, .ended = {.reason = reason}};
    g_strlcpy(message.ended.text, text, sizeof message.ended.text);
    fake_says(&message, -1);
}

void fake_says_rights(RaRights rights)
{
    const RaIpcMessage message = {.kind = RA_IPC_RIGHTS, .rights = {rights}};
    fake_says(&message, -1);
}

void fake_says_assist(const RaAssist *assist)
{
    const RaIpcMessage message = {.kind = RA_IPC_ASSIST, .assist = *assist};
    fake_says(&message, -1);
}

void fake_says_features(guint32 features)
{
    const RaAssist assist = {.kind = RA_ASSIST_FEATURES, .features = features};
    fake_says_assist(&assist);
}

void fake_says_resume(const char *identity, guint16 seconds)
{
    RaAssist assist = {.kind = RA_ASSIST_RESUME, .resume = {.key = {7}, .seconds = seconds}};
    g_strlcpy(assist.resume.identity, identity, sizeof assist.resume.identity);
    fake_says_assist(&assist);
}

int fake_memfd(gsize size, int seals)
{
    const int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, seals), ==, 0);
    return fd;
}

int fake_says_screen(guint16 width, guint16 height)
{
    const int fd = fake_memfd((gsize)width * height * 4, F_SEAL_SHRINK | F_SEAL_GROW);
    const RaIpcMessage message = {.kind = RA_IPC_SCREEN,
                                  .frame = {width, height, width * 4u, "desktop"}};
    fake_says(&message, fd);
    return fd;
}

void fake_says_changed(guint16 x, guint16 y, guint16 width, guint16 height)
{
    const RaIpcMessage message = {.kind = RA_IPC_CHANGED,
                                  .rects = {.n = 1, .rect = {{x, y, width, height}}}};
    fake_says(&message, -1);
}

void fake_worker_dies(void)
{
    g_autoptr(GError) error = g_error_new(RA_ERROR, RA_ERROR_FAILED, "the worker is gone");
    fake.worker.gone(the_worker, error, fake.worker_data);
}

void fake_connects(guint attempt, const char *host)
{
    g_assert_true(fake.dialer_alive);
    fake.dialer.connected(the_dialer, attempt, open("/dev/null", O_RDWR | O_CLOEXEC), host,
                          fake.dialer_data);
}

void fake_dial_fails(guint attempt, const char *host, const char *why)
{
    g_autoptr(GError) error = g_error_new_literal(RA_ERROR, RA_ERROR_UNREACHABLE, why);
    g_assert_true(fake.dialer_alive);
    fake.dialer.failed(the_dialer, attempt, host, error, fake.dialer_data);
}

void fake_exhausted(void)
{
    g_assert_true(fake.dialer_alive);
    fake.dialer.exhausted(the_dialer, fake.dialer_data);
}

RaInvitation *fake_invitation(RaRights rights)
{
    const char *const hosts[] = {"192.0.2.1:3389", "[2001:db8::1]:3389", NULL};
    const gint64 now = ra_moment_now();
    g_autoptr(GError) error = NULL;
    RaInvitation *invitation =
        ra_invitation_new("Maria", "maria@example.org", now, now + RA_HOUR, rights, hosts, &error);
    g_assert_no_error(error);
    return invitation;
}
