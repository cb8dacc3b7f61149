/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench-slow-link MBIT MILLISECONDS [LOSS [PORT]]: a network between two computers on
 * loopback, that needs no rights. It prints the port at which it listens, and leads each connection
 * to PORT, or without one to where HTTP's CONNECT wants to go (always on loopback).
 *
 * Each way has a rate (a bucket that holds one packet), a delay of half of MILLISECONDS, and before
 * the bucket a queue like a router's: as much as the link carries in a round trip, 32 KiB at the
 * least. A full queue is not read into, so that the sender feels it, as TCP would through losses.
 * LOSS is the share of packets, in percent, that are lost: the packet is sent once more and comes a
 * round trip later, and all that follow wait for it, as TCP delivers in order. A sender that would
 * also slow down after a loss does not here: what the rate is, is said by MBIT alone. */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PACKET = 1400, EDGE = 16384, LEAST_QUEUE = 32768, MOST = 32, REQUEST = 4096 };
#define SECOND G_GINT64_CONSTANT(1000000000)

typedef struct {
    gint64 due;
    gsize length, done;
    guint8 data[PACKET];
} Packet;

typedef struct {
    int from, to;
    GQueue packets; /* Packet, as they come out */
    gint64 free_at; /* when the bucket is empty again */
    gint64 last_due;
    gboolean ended;
} Way;

typedef struct {
    Way ways[2];
} Pipe;

static struct {
    double bytes_per_ns, loss;
    gint64 delay, room; /* one way; of the queue */
    guint16 port;
    GRand *random;
} net;

static gint64 now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static void set_edge(int fd)
{
    const int segment = PACKET, edge = EDGE, on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &edge, sizeof edge);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &edge, sizeof edge);
}

static int dial(guint16 port)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    set_edge(fd);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

/* The port that CONNECT names, or 0. It is read byte by byte: what follows is not ours. */
static guint16 connect_port(int fd)
{
    char request[REQUEST + 1] = "";
    for (gsize length = 0; length < REQUEST; length++) {
        if (read(fd, request + length, 1) != 1)
            return 0;
        if (g_str_has_suffix(request, "\r\n\r\n"))
            break;
    }
    const char *colon = g_str_has_prefix(request, "CONNECT ") ? strchr(request, ':') : NULL;
    const guint64 port = colon == NULL ? 0 : g_ascii_strtoull(colon + 1, NULL, 10);
    return port > G_MAXUINT16 ? 0 : (guint16)port;
}

static Pipe *lead(int fd)
{
    static const char good[] = "HTTP/1.1 200 OK\r\n\r\n";
    const guint16 port = net.port != 0 ? net.port : connect_port(fd);
    const int there = port == 0 ? -1 : dial(port);
    if (there < 0 || (net.port == 0 && write(fd, good, sizeof good - 1) != sizeof good - 1)) {
        if (there >= 0)
            close(there);
        close(fd);
        return NULL;
    }
    Pipe *pipe = g_new0(Pipe, 1);
    pipe->ways[0] = (Way){.from = fd, .to = there, .packets = G_QUEUE_INIT};
    pipe->ways[1] = (Way){.from = there, .to = fd, .packets = G_QUEUE_INIT};
    return pipe;
}

static gint64 cost(gsize length)
{
    return (gint64)((double)length / net.bytes_per_ns);
}

/* Is there room in the queue? */
static gboolean open_now(const Way *way, gint64 time)
{
    return !way->ended && way->free_at - time < net.room;
}

static void take(Way *way, gint64 time)
{
    while (open_now(way, time)) {
        Packet *packet = g_new(Packet, 1);
        const ssize_t got = recv(way->from, packet->data, PACKET, MSG_DONTWAIT);
        if (got <= 0) {
            way->ended = got == 0 || (errno != EAGAIN && errno != EINTR);
            g_free(packet);
            return;
        }
        packet->length = (gsize)got;
        packet->done = 0;
        way->free_at = MAX(way->free_at, time) + cost(packet->length);
        packet->due = way->free_at + net.delay;
        while (g_rand_double(net.random) < net.loss) {
            way->free_at += cost(packet->length);
            packet->due += 2 * net.delay;
        }
        way->last_due = packet->due = MAX(packet->due, way->last_due);
        g_queue_push_tail(&way->packets, packet);
    }
}

/* FALSE: nobody takes it any more. */
static gboolean give(Way *way, gint64 time)
{
    Packet *packet;
    while ((packet = g_queue_peek_head(&way->packets)) != NULL && packet->due <= time) {
        const ssize_t put = send(way->to, packet->data + packet->done,
                                 packet->length - packet->done, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put < 0)
            return errno == EAGAIN || errno == EINTR;
        packet->done += (gsize)put;
        if (packet->done == packet->length)
            g_free(g_queue_pop_head(&way->packets));
    }
    return packet != NULL || !way->ended;
}

static void drop(Pipe *pipe)
{
    for (guint i = 0; i < 2; i++) {
        close(pipe->ways[i].from);
        g_queue_clear_full(&pipe->ways[i].packets, g_free);
    }
    g_free(pipe);
}

/* What is waited for: the descriptor's events, and until when. */
static void want(const Way *way, gint64 time, struct pollfd *from, struct pollfd *to, gint64 *until)
{
    const Packet *packet = g_queue_peek_head((GQueue *)&way->packets);
    from->fd = way->from;
    to->fd = way->to;
    if (open_now(way, time))
        from->events |= POLLIN;
    else if (!way->ended)
        *until = MIN(*until, way->free_at - net.room);
    if (packet != NULL && packet->due <= time)
        to->events |= POLLOUT;
    else if (packet != NULL)
        *until = MIN(*until, packet->due);
}

static void run(int listener)
{
    g_autoptr(GPtrArray) pipes = g_ptr_array_new();
    while (TRUE) {
        struct pollfd fds[1 + 2 * MOST] = {
            {.fd = listener, .events = pipes->len < MOST ? POLLIN : 0}};
        gint64 time = now(), until = time + 3600 * SECOND;
        for (guint i = 0; i < pipes->len; i++) {
            const Pipe *pipe = g_ptr_array_index(pipes, i);
            struct pollfd *two = fds + 1 + 2 * i;
            want(&pipe->ways[0], time, &two[0], &two[1], &until);
            want(&pipe->ways[1], time, &two[1], &two[0], &until);
        }
        const gint64 rest = MAX(until - now(), 0);
        const struct timespec wait = {rest / SECOND, rest % SECOND};
        ppoll(fds, 1 + 2 * pipes->len, &wait, NULL);
        time = now();
        for (guint i = pipes->len; i-- > 0;) {
            Pipe *pipe = g_ptr_array_index(pipes, i);
            gboolean alive = TRUE;
            for (guint way = 0; way < 2; way++) {
                take(&pipe->ways[way], time);
                alive = give(&pipe->ways[way], time) && alive;
            }
            if (!alive)
                drop(g_ptr_array_remove_index_fast(pipes, i));
        }
        const int fd = fds[0].revents != 0 ? accept(listener, NULL, NULL) : -1;
        Pipe *pipe = fd < 0 ? NULL : lead(fd);
        if (pipe != NULL)
            g_ptr_array_add(pipes, pipe);
    }
}

int main(int argc, char **argv)
{
    const double mbit = argc > 2 ? g_ascii_strtod(argv[1], NULL) : 0;
    const double round_trip = argc > 2 ? g_ascii_strtod(argv[2], NULL) : -1;
    net.loss = argc > 3 ? g_ascii_strtod(argv[3], NULL) / 100 : 0;
    net.port = argc > 4 ? (guint16)g_ascii_strtoull(argv[4], NULL, 10) : 0;
    if (argc > 5 || mbit <= 0 || round_trip < 0 || net.loss < 0 || net.loss > 0.5) {
        fprintf(stderr, "usage: bench-slow-link MBIT MILLISECONDS [LOSS [PORT]]\n");
        return 2;
    }
    net.bytes_per_ns = mbit * 1e6 / 8 / 1e9;
    net.delay = (gint64)(round_trip * 1e6 / 2);
    net.room = MAX(2 * net.delay, (gint64)(LEAST_QUEUE / net.bytes_per_ns));
    net.random = g_rand_new();
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener >= 0)
        set_edge(listener);
    if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(listener, 8) != 0 || getsockname(listener, (struct sockaddr *)&at, &size) != 0) {
        perror("bench-slow-link");
        return 1;
    }
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    run(listener);
    return 0;
}
