/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session/programs.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 60 };
const guint8 key[RA_LINK_KEY_SIZE] = "an invitation's key of 32 bytes";

static void on_message(RaWorker *worker, const RaIpcMessage *message, int fd, gpointer data)
{
    Program *program = data;
    if (message->kind == RA_IPC_ASSIST) {
        GByteArray *bytes = g_byte_array_new();
        g_assert_true(ra_assist_write(&message->assist,
                                      RA_ASSIST_FROM_HELPER | RA_ASSIST_FROM_NOVICE, bytes));
        g_ptr_array_add(program->words, bytes);
        return;
    }
    if (message->kind == RA_IPC_SOUND) {
        const guint before = program->sound->len;
        g_array_set_size(program->sound, before + message->sound.n);
        memcpy(&g_array_index(program->sound, gint16, before), message->sound.samples,
               message->sound.n * sizeof(gint16));
    }
    g_array_append_val(program->got, *message);
    if (fd >= 0) {
        if (program->fd >= 0)
            close(program->fd);
        program->fd = fd;
    }
    if (message->kind != RA_IPC_WANT_KEY)
        return;
    RaIpcMessage answer = {.kind = RA_IPC_KEY};
    g_strlcpy(answer.secret.identity, message->identity.identity, sizeof answer.secret.identity);
    answer.secret.known = strcmp(message->identity.identity, IDENTITY) == 0;
    if (answer.secret.known)
        memcpy(answer.secret.key, key, sizeof key);
    g_strlcpy(answer.secret.name, "Anna Novice", sizeof answer.secret.name);
    ra_worker_send(worker, &answer, -1);
}

static void on_gone(RaWorker *worker G_GNUC_UNUSED, const GError *error, gpointer data)
{
    Program *program = data;
    g_test_message("gone: %s", error->message);
    program->gone = TRUE;
}

static const RaWorkerCallbacks callbacks = {.message = on_message, .gone = on_gone};

void program_start(Program *program, RaWorkerRole role)
{
    g_autoptr(GError) error = NULL;
    *program = (Program){.got = g_array_new(FALSE, FALSE, sizeof(RaIpcMessage)), .fd = -1};
    program->words = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    program->sound = g_array_new(FALSE, FALSE, sizeof(gint16));
    program->worker = ra_worker_new(role, &callbacks, program, &error);
    g_assert_no_error(error);
}

void program_stop(Program *program)
{
    ra_worker_free(program->worker);
    g_array_unref(program->got);
    g_ptr_array_unref(program->words);
    g_array_unref(program->sound);
    if (program->fd >= 0)
        close(program->fd);
}

gboolean find(const Program *program, RaIpcKind kind, RaIpcMessage *ret)
{
    for (guint i = 0; i < program->got->len; i++) {
        const RaIpcMessage *message = &g_array_index(program->got, RaIpcMessage, i);
        if (message->kind != kind)
            continue;
        if (ret != NULL)
            *ret = *message;
        g_array_remove_index(program->got, i);
        return TRUE;
    }
    return FALSE;
}

static gboolean on_tick(gpointer data)
{
    gboolean *late = data;
    *late = TRUE;
    return G_SOURCE_CONTINUE;
}

RaIpcMessage expect(Program *program, RaIpcKind kind)
{
    RaIpcMessage message = {0};
    gboolean late = FALSE;
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_tick, &late);
    while (!find(program, kind, &message) && !late)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
    if (late) {
        for (guint i = 0; i < program->got->len; i++)
            g_test_message("but %d did", g_array_index(program->got, RaIpcMessage, i).kind);
        g_error("Message %d did not come", kind);
    }
    return message;
}

void say(Program *program, const RaAssist *message)
{
    const RaIpcMessage ipc = {.kind = RA_IPC_ASSIST, .assist = *message};
    ra_worker_send(program->worker, &ipc, -1);
}

GByteArray *find_word(Program *program, RaAssistKind kind)
{
    for (guint i = 0; i < program->words->len; i++) {
        GByteArray *word = g_ptr_array_index(program->words, i);
        if (word->data[1] == kind)
            return g_ptr_array_steal_index(program->words, i);
    }
    return NULL;
}

GByteArray *expect_word(Program *program, RaAssistKind kind)
{
    gboolean late = FALSE;
    GByteArray *word = NULL;
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_tick, &late);
    while ((word = find_word(program, kind)) == NULL && !late && !program->gone)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
    if (word == NULL)
        g_error("Assistance message %d did not come", kind);
    return word;
}

void expect_gone(Program *program)
{
    gboolean late = FALSE;
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_tick, &late);
    while (!program->gone && !late)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
    g_assert_true(program->gone);
}

void linger(void)
{
    gboolean late = FALSE;
    const guint timer = g_timeout_add(150, on_tick, &late);
    while (!late)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
}

void frame_make(Frame *frame, guint8 shade)
{
    frame->fd = memfd_create("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(ftruncate(frame->fd, STRIDE * HEIGHT), ==, 0);
    frame->pixels = mmap(NULL, STRIDE * HEIGHT, PROT_READ | PROT_WRITE, MAP_SHARED, frame->fd, 0);
    g_assert_true(frame->pixels != MAP_FAILED);
    memset(frame->pixels, shade, STRIDE * HEIGHT);
    g_assert_cmpint(fcntl(frame->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), ==,
                    0);
}

void frame_clear(Frame *frame)
{
    munmap(frame->pixels, STRIDE * HEIGHT);
    close(frame->fd);
}

void send_frame(Program *host, const Frame *frame)
{
    RaIpcMessage message = {.kind = RA_IPC_FRAME};
    message.frame.width = WIDTH;
    message.frame.height = HEIGHT;
    message.frame.stride = STRIDE;
    g_strlcpy(message.frame.name, "Anna's desktop", sizeof message.frame.name);
    ra_worker_send(host->worker, &message, frame->fd);
}

void send_pixels(Program *host, RaRect rect)
{
    RaIpcMessage message = {.kind = RA_IPC_PIXELS};
    message.rects.n = 1;
    message.rects.rect[0] = rect;
    ra_worker_send(host->worker, &message, -1);
}

void send_rights(Program *host, RaRights rights)
{
    const RaIpcMessage message = {.kind = RA_IPC_RIGHTS, .rights.rights = rights};
    ra_worker_send(host->worker, &message, -1);
}

void send_allow(Program *host, gboolean yes, RaGoodbye reason)
{
    RaIpcMessage message = {.kind = RA_IPC_ALLOW};
    message.allow.yes = yes;
    message.allow.reason = reason;
    ra_worker_send(host->worker, &message, -1);
}

int connect_to(Program *host, guint32 id)
{
    int pair[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
    RaIpcMessage message = {.kind = RA_IPC_CONNECTION, .connection.id = id};
    ra_worker_send(host->worker, &message, pair[0]);
    close(pair[0]);
    return pair[1];
}

void introduce(Program *viewer, const char *identity, const guint8 *with_key)
{
    RaIpcMessage message = {.kind = RA_IPC_IDENTITY};
    g_strlcpy(message.secret.identity, identity, sizeof message.secret.identity);
    memcpy(message.secret.key, with_key, sizeof message.secret.key);
    g_strlcpy(message.secret.name, "Helen Helper", sizeof message.secret.name);
    ra_worker_send(viewer->worker, &message, -1);
}

void offer_socket(Program *viewer, guint32 attempt, int fd)
{
    RaIpcMessage message = {.kind = RA_IPC_SOCKET, .connection.id = attempt};
    ra_worker_send(viewer->worker, &message, fd);
    close(fd);
}

void meet(Program *host, Program *viewer)
{
    program_start(host, RA_WORKER_HOST);
    program_start(viewer, RA_WORKER_VIEWER);
    introduce(viewer, IDENTITY, key);
    offer_socket(viewer, 3, connect_to(host, 9));
    g_assert_cmpuint(expect(host, RA_IPC_AUTHENTICATED).connection.id, ==, 9);
    g_assert_cmpuint(expect(viewer, RA_IPC_SECURED).connection.id, ==, 3);
    const RaIpcMessage ask = expect(host, RA_IPC_ASK);
    g_assert_cmpstr(ask.ask.identity, ==, IDENTITY);
    g_assert_cmpstr(ask.ask.name, ==, "Helen Helper");
    g_assert_true(ask.ask.native);
}

const guint8 *show(Program *host, Program *viewer, const Frame *frame)
{
    send_allow(host, TRUE, RA_GOODBYE_UNKNOWN);
    send_rights(host,
                RA_RIGHT_VIEW); /* as ra-host does: before there is a screen to have rights to */
    send_frame(host, frame);
    const RaIpcMessage screen = expect(viewer, RA_IPC_SCREEN);
    g_assert_cmpuint(screen.frame.width, ==, WIDTH);
    g_assert_cmpuint(screen.frame.height, ==, HEIGHT);
    g_assert_cmpstr(screen.frame.name, ==, "Anna Novice");
    g_assert_cmpuint(expect(viewer, RA_IPC_RIGHTS).rights.rights, ==, RA_RIGHT_VIEW);
    g_assert_cmpint(fcntl(viewer->fd, F_GET_SEALS) &
                        (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE),
                    ==, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE);
    g_assert_true(mmap(NULL, STRIDE * HEIGHT, PROT_READ | PROT_WRITE, MAP_SHARED, viewer->fd, 0) ==
                  MAP_FAILED);
    const guint8 *picture = mmap(NULL, STRIDE * HEIGHT, PROT_READ, MAP_SHARED, viewer->fd, 0);
    g_assert_true(picture != MAP_FAILED);
    (void)expect(host, RA_IPC_WANT_PIXELS);
    send_pixels(host, (RaRect){0, 0, WIDTH, HEIGHT});
    wait_same_picture(viewer, picture, frame->pixels);
    return picture;
}

static gboolean same_picture(const guint8 *a, const guint8 *b)
{
    for (guint i = 0; i < STRIDE * HEIGHT; i++) {
        if (i % 4 != 3 && a[i] != b[i])
            return FALSE;
    }
    return TRUE;
}

void wait_same_picture(Program *viewer, const guint8 *a, const guint8 *b)
{
    do
        (void)expect(viewer, RA_IPC_CHANGED);
    while (!same_picture(a, b));
}

void liar_handshake(Liar *liar, int fd, gboolean native)
{
    *liar =
        (Liar){.link = ra_link_new_client(fd, IDENTITY, key, native), .got = g_byte_array_new()};
    g_autoptr(GError) error = NULL;
    RaLinkStatus status = RA_LINK_WANT_READ;
    for (guint i = 0; i < 5000 && status != RA_LINK_OK; i++) {
        while (g_main_context_iteration(NULL, FALSE))
            ;
        status = ra_link_handshake(liar->link, &error);
        g_assert_no_error(error);
        g_usleep(1000);
    }
    g_assert_cmpint(status, ==, RA_LINK_OK);
}

void liar_say(Liar *liar, const void *bytes, gsize size)
{
    for (gsize at = 0; at < size;) {
        gsize wrote = 0;
        const RaLinkStatus status =
            ra_link_write(liar->link, (const guint8 *)bytes + at, size - at, &wrote, NULL);
        g_assert_true(status == RA_LINK_OK || status == RA_LINK_WANT_WRITE);
        at += wrote;
        if (status != RA_LINK_OK)
            liar_listen(liar, 1);
    }
}

void liar_encode(Liar *liar, const RaRfbClientMessage *message)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert_true(ra_rfb_client_encode(message, bytes));
    liar_say(liar, bytes->data, bytes->len);
}

void liar_assist(Liar *liar, const RaAssist *message)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert_true(ra_assist_write(message, RA_ASSIST_FROM_HELPER | RA_ASSIST_FROM_NOVICE, bytes));
    liar_say(liar, bytes->data, bytes->len);
}

void liar_listen(Liar *liar, guint milliseconds)
{
    const gint64 until = g_get_monotonic_time() + milliseconds * 1000;
    do {
        guint8 bytes[16384];
        gsize got = 0;
        while (g_main_context_iteration(NULL, FALSE))
            ;
        const RaLinkStatus status = ra_link_read(liar->link, bytes, sizeof bytes, &got, NULL);
        if (status == RA_LINK_OK)
            g_byte_array_append(liar->got, bytes, (guint)got);
        liar->over = liar->over || status == RA_LINK_CLOSED || status == RA_LINK_FAILED;
        g_usleep(500);
    } while (g_get_monotonic_time() < until);
}

void liar_hear(Liar *liar, gsize size)
{
    const gint64 until = g_get_monotonic_time() + PATIENCE_SECONDS * (gint64)G_USEC_PER_SEC;
    while (liar->got->len < size) {
        g_assert_false(liar->over);
        g_assert_cmpint(g_get_monotonic_time(), <, until);
        liar_listen(liar, 1);
    }
}

void liar_clear(Liar *liar)
{
    ra_link_free(liar->link);
    g_byte_array_unref(liar->got);
}

void meet_liar(Program *host, Liar *liar, const Frame *frame, guint32 payload_max,
               const gint32 *encodings, guint n)
{
    program_start(host, RA_WORKER_HOST);
    liar_handshake(liar, connect_to(host, 1), payload_max > 0);
    if (payload_max > 0) {
        const RaHello hello = {RA_HELLO_VERSION, payload_max, "Liar"};
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_assert_true(ra_hello_write(&hello, bytes));
        liar_say(liar, bytes->data, bytes->len);
    }
    liar_say(liar, "RFB 003.008\n\1", 13);
    g_assert_true(expect(host, RA_IPC_ASK).ask.native == (payload_max > 0));
    send_allow(host, TRUE, RA_GOODBYE_UNKNOWN);
    send_rights(host,
                RA_RIGHT_VIEW); /* as ra-host does: before there is a screen to have rights to */
    send_frame(host, frame);
    RaRfbClientMessage list = {.kind = RA_RFB_SET_ENCODINGS};
    list.encodings.n = n;
    if (n > 0)
        memcpy(list.encodings.encoding, encodings, n * sizeof *encodings);
    liar_say(liar, "\1", 1);
    liar_encode(liar, &list);
    RaRfbClientMessage request = {.kind = RA_RFB_UPDATE_REQUEST};
    request.request.rect = (RaRect){0, 0, WIDTH, HEIGHT};
    liar_encode(liar, &request);
    (void)expect(host, RA_IPC_WANT_PIXELS);
    send_pixels(host, (RaRect){0, 0, WIDTH, HEIGHT});
    liar_listen(liar, 50);
}

void assert_same_picture(const guint8 *a, const guint8 *b)
{
    for (guint i = 0; i < STRIDE * HEIGHT; i++) {
        if (i % 4 != 3 && a[i] != b[i])
            g_error("The pictures differ at pixel %u, %u", i / 4 % WIDTH, i / STRIDE);
    }
}
