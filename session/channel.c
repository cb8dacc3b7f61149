/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/channel.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One datagram on its way in or out. */
typedef struct {
    GByteArray *bytes;
    int fd;
} Packet;

struct _RaChannel {
    int fd;
    RaIpcDirection incoming;
    const RaChannelCallbacks *callbacks;
    gpointer data;
    GMainContext *context;
    GSource *readable, *writable, *deferred_source; /* NULL when not watched */
    GQueue outgoing;                                /* of Packet */
    GQueue deferred;     /* of Packet: came while ra_channel_wait() looked for another */
    GByteArray *sending; /* what is being sent: empty between calls */
    Packet *spare;       /* for the next message that comes; NULL while one is being taken */
    gboolean *freed;     /* set by ra_channel_free() during a dispatch */
    gboolean broken;     /* nothing follows */
    gboolean liar;       /* what came is no message */
    gboolean held;       /* nothing is read; READABLE only tells of the end */
};

enum {
    DISPATCH_MAX = 64, /* messages before others get their turn */
    /* Bytes that hold any message with a key without growing: nothing is left behind of it. */
    SECRET_SIZE = 512,
};

static Packet *packet_new(gsize room)
{
    Packet *packet = g_new0(Packet, 1);
    packet->bytes = g_byte_array_sized_new((guint)room);
    packet->fd = -1;
    return packet;
}

/* It may have held a key. */
static void empty(GByteArray *bytes)
{
    explicit_bzero(bytes->data, bytes->len);
    g_byte_array_set_size(bytes, 0);
}

static void packet_free(Packet *packet)
{
    empty(packet->bytes);
    g_byte_array_unref(packet->bytes);
    if (packet->fd >= 0)
        close(packet->fd);
    g_free(packet);
}

/* One that came: its memory serves the next. */
static void recycle(RaChannel *channel, Packet *packet)
{
    if (channel->spare != NULL) {
        packet_free(packet);
        return;
    }
    empty(packet->bytes);
    if (packet->fd >= 0)
        close(packet->fd);
    packet->fd = -1;
    channel->spare = packet;
}

/* The one descriptor that came along, -1 for none; more than one are closed and *BAD set. */
static int take_descriptor(struct msghdr *header, gboolean *bad)
{
    int found = -1;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        const gsize n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (gsize i = 0; i < n; i++) {
            int fd = -1;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (found < 0) {
                found = fd;
            } else {
                close(fd);
                *bad = TRUE;
            }
        }
    }
    return found;
}

typedef enum { GOT, EMPTY, CLOSED, BAD } Received;

/* *RET goes back by recycle(). */
static Received receive(RaChannel *channel, Packet **ret)
{
    Packet *packet =
        channel->spare != NULL ? g_steal_pointer(&channel->spare) : packet_new(RA_IPC_MAX + 1);
    g_byte_array_set_size(packet->bytes, RA_IPC_MAX + 1);
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec iov = {.iov_base = packet->bytes->data, .iov_len = packet->bytes->len};
    struct msghdr header = {.msg_iov = &iov,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    ssize_t n = 0;
    do
        n = recvmsg(channel->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
        const Received nothing = n < 0 && errno == EAGAIN ? EMPTY : CLOSED;
        g_byte_array_set_size(packet->bytes, 0);
        recycle(channel, packet);
        return nothing;
    }
    gboolean bad = n > RA_IPC_MAX || (header.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0;
    packet->fd = take_descriptor(&header, &bad);
    g_byte_array_set_size(packet->bytes, (guint)n);
    if (bad) {
        recycle(channel, packet);
        return BAD;
    }
    *ret = packet;
    return GOT;
}

static void fail(RaChannel *channel, const char *reason)
{
    ra_source_drop(&channel->readable);
    ra_source_drop(&channel->writable);
    ra_source_drop(&channel->deferred_source);
    channel->broken = TRUE;
    channel->callbacks->gone(reason, channel->data);
}

/* Decodes; FALSE where the message or its descriptor is not as it should be. */
static gboolean decode(RaChannel *channel, Packet *packet, RaIpcMessage *ret)
{
    return ra_ipc_decode(ret, channel->incoming, packet->bytes->data, packet->bytes->len) &&
           ra_ipc_has_fd(ret->kind) == (packet->fd >= 0);
}

/* Hands one packet to the callback. FALSE when the channel is gone afterwards. */
static gboolean deliver(RaChannel *channel, Packet *packet)
{
    RaIpcMessage message;
    if (!decode(channel, packet, &message)) {
        recycle(channel, packet);
        channel->liar = TRUE;
        fail(channel, "it sent a message that is not allowed");
        return FALSE;
    }
    gboolean freed = FALSE;
    gboolean *outer = channel->freed;
    channel->freed = &freed; /* cppcheck-suppress autoVariables */
    channel->callbacks->message(&message, g_steal_fd(&packet->fd), channel->data);
    ra_ipc_message_clear(&message);
    if (freed) {
        packet_free(packet);
        if (outer != NULL)
            *outer = TRUE;
        return FALSE;
    }
    recycle(channel, packet);
    channel->freed = outer;
    return !channel->broken && !channel->held;
}

static gboolean on_readable(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                            gpointer data)
{
    RaChannel *channel = data;
    if (channel->held) { /* poll() always tells of the end */
        fail(channel, "it has left");
        return G_SOURCE_REMOVE;
    }
    for (guint i = 0; i < DISPATCH_MAX; i++) {
        Packet *packet = g_queue_pop_head(&channel->deferred);
        const Received got = packet != NULL ? GOT : receive(channel, &packet);
        if (got == EMPTY) {
            if (channel->callbacks->rest != NULL)
                channel->callbacks->rest(channel->data); /* may free the channel */
            return G_SOURCE_CONTINUE;
        }
        if (got != GOT) {
            channel->liar = got == BAD;
            fail(channel, got == CLOSED ? "it has left" : "it sent a datagram that is too large");
            return G_SOURCE_REMOVE;
        }
        if (!deliver(channel, packet))
            return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static gboolean on_deferred(gpointer data)
{
    RaChannel *channel = data;
    ra_source_drop(&channel->deferred_source);
    if (channel->held)
        return G_SOURCE_REMOVE;
    (void)on_readable(channel->fd, G_IO_IN, channel);
    return G_SOURCE_REMOVE;
}

/* TRUE when it left or will never leave; FALSE to try again later. */
static gboolean transmit(RaChannel *channel, const GByteArray *bytes, int fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec iov = {.iov_base = bytes->data, .iov_len = bytes->len};
    struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};
    if (fd >= 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = sizeof control.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&header);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    ssize_t n = 0;
    do
        n = sendmsg(channel->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n >= 0 || (errno != EAGAIN && errno != ENOBUFS);
}

static void send_queued(RaChannel *channel)
{
    for (Packet *packet; (packet = g_queue_peek_head(&channel->outgoing)) != NULL;) {
        if (!transmit(channel, packet->bytes, packet->fd))
            return;
        packet_free(g_queue_pop_head(&channel->outgoing));
    }
}

static gboolean on_writable(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                            gpointer data)
{
    RaChannel *channel = data;
    send_queued(channel);
    if (!g_queue_is_empty(&channel->outgoing))
        return G_SOURCE_CONTINUE;
    g_clear_pointer(&channel->writable, g_source_unref);
    return G_SOURCE_REMOVE;
}

static GSource *watch(RaChannel *channel, GIOCondition condition, GUnixFDSourceFunc func)
{
    GSource *source = g_unix_fd_source_new(channel->fd, condition);
    ra_source_set_lean(source);
    g_source_set_callback(source, G_SOURCE_FUNC(func), channel, NULL);
    g_source_attach(source, channel->context);
    return source;
}

RaChannel *ra_channel_new(int fd, RaIpcDirection incoming, const RaChannelCallbacks *callbacks,
                          gpointer data)
{
    RaChannel *channel = g_new0(RaChannel, 1);
    channel->fd = fd;
    channel->incoming = incoming;
    channel->callbacks = callbacks;
    channel->data = data;
    channel->context = g_main_context_ref_thread_default();
    g_queue_init(&channel->outgoing);
    g_queue_init(&channel->deferred);
    channel->sending = g_byte_array_sized_new(SECRET_SIZE);
    channel->readable = watch(channel, G_IO_IN, on_readable);
    return channel;
}

void ra_channel_free(RaChannel *channel)
{
    if (channel == NULL)
        return;
    if (channel->freed != NULL)
        *channel->freed = TRUE;
    ra_source_drop(&channel->readable);
    ra_source_drop(&channel->writable);
    ra_source_drop(&channel->deferred_source);
    g_queue_clear_full(&channel->outgoing, (GDestroyNotify)packet_free);
    g_queue_clear_full(&channel->deferred, (GDestroyNotify)packet_free);
    g_byte_array_unref(channel->sending);
    g_clear_pointer(&channel->spare, packet_free);
    g_main_context_unref(channel->context);
    close(channel->fd);
    g_free(channel);
}

/* What the socket does not take now. */
static gboolean put_off(RaChannel *channel, const GByteArray *bytes, int fd)
{
    Packet *packet = packet_new(bytes->len);
    g_byte_array_append(packet->bytes, bytes->data, bytes->len);
    if (fd >= 0 && (packet->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0) {
        packet_free(packet);
        return FALSE;
    }
    g_queue_push_tail(&channel->outgoing, packet);
    if (channel->writable == NULL)
        channel->writable = watch(channel, G_IO_OUT, on_writable);
    return TRUE;
}

gboolean ra_channel_send(RaChannel *channel, const RaIpcMessage *message, int fd)
{
    g_return_val_if_fail(ra_ipc_has_fd(message->kind) == (fd >= 0), FALSE);
    if (channel->broken || channel->outgoing.length >= RA_CHANNEL_QUEUE_MAX)
        return FALSE;
    g_return_val_if_fail(ra_ipc_encode(message, channel->sending), FALSE);
    send_queued(channel);
    const gboolean taken =
        (g_queue_is_empty(&channel->outgoing) && transmit(channel, channel->sending, fd)) ||
        put_off(channel, channel->sending, fd);
    empty(channel->sending);
    return taken;
}

gboolean ra_channel_is_liar(const RaChannel *channel)
{
    return channel->liar;
}

guint ra_channel_queued(const RaChannel *channel)
{
    return channel->outgoing.length;
}

/* Milliseconds left until DEADLINE (monotonic microseconds), 0 when it is past. */
static int left_until(gint64 deadline)
{
    return (int)(MAX(deadline - g_get_monotonic_time(), 0) / 1000);
}

static void watch_deferred(RaChannel *channel)
{
    if (channel->deferred_source != NULL || g_queue_is_empty(&channel->deferred))
        return;
    channel->deferred_source = g_idle_source_new();
    g_source_set_priority(channel->deferred_source, G_PRIORITY_DEFAULT);
    g_source_set_callback(channel->deferred_source, on_deferred, channel, NULL);
    g_source_attach(channel->deferred_source, channel->context);
}

static void defer(RaChannel *channel, Packet *packet)
{
    g_queue_push_tail(&channel->deferred, packet);
    watch_deferred(channel);
}

void ra_channel_hold(RaChannel *channel, gboolean held)
{
    if (channel->broken || channel->held == held)
        return;
    channel->held = held;
    ra_source_drop(&channel->readable);
    channel->readable = watch(channel, held ? 0 : G_IO_IN, on_readable);
    if (!held)
        watch_deferred(channel);
}

gboolean ra_channel_wait(RaChannel *channel, RaIpcKind kind, guint seconds, RaIpcMessage *ret)
{
    const gint64 deadline = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
    for (;;) {
        Packet *packet = NULL;
        const Received got = receive(channel, &packet);
        if (got == GOT && packet->bytes->data[0] == kind) {
            const gboolean good = decode(channel, packet, ret);
            recycle(channel, packet);
            return good;
        }
        if (got == GOT && channel->deferred.length < RA_CHANNEL_QUEUE_MAX) {
            defer(channel, packet);
            continue;
        }
        if (got == GOT)
            recycle(channel, packet);
        struct pollfd ready = {.fd = channel->fd, .events = POLLIN};
        if (got != EMPTY || left_until(deadline) == 0 ||
            (poll(&ready, 1, left_until(deadline)) < 0 && errno != EINTR))
            return FALSE;
    }
}

void ra_channel_flush(RaChannel *channel, guint seconds)
{
    const gint64 deadline = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
    for (send_queued(channel); !g_queue_is_empty(&channel->outgoing); send_queued(channel)) {
        struct pollfd ready = {.fd = channel->fd, .events = POLLOUT};
        if (left_until(deadline) == 0 ||
            (poll(&ready, 1, left_until(deadline)) < 0 && errno != EINTR))
            return;
    }
}
