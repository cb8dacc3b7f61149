/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast a file is over a link, and how long a word said meanwhile takes: two real workers, and
 * between them a thread that stands for the network: a rate, a delay and a queue of 256 KiB. Needs
 * no rights. Usage: tests/bench-files [MBIT MILLISECONDS]
 */
#include "assist/files.h"
#include "tests/session/programs.h"
#include "tests/support/number.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    SECONDS = 6,
    SAY_EVERY = 37000,   /* microseconds between two words */
    QUEUE = 256 * 1024,  /* bytes that wait in the network */
    RECEIVE = 64 * 1024, /* bytes of a socket's buffer at the network's edge */
    SEGMENT = 1400,      /* bytes, as of a real network's packets */
};

typedef struct {
    gint64 at; /* when it comes out */
    gsize size, done;
    guint8 bytes[SEGMENT];
} Packet;

/* One way through the network. */
typedef struct {
    int from, to;
    GQueue packets;
    gint64 free_at;
} Way;

static struct {
    gdouble rate; /* bytes a microsecond */
    gint64 delay; /* microseconds one way */
    Way ways[2];
    gint stop;
    GThread *thread;
} net;

static void take_in(Way *way, gint64 now)
{
    while ((gdouble)(way->free_at - now) * net.rate < QUEUE) {
        Packet *packet = g_new(Packet, 1);
        const gssize n = read(way->from, packet->bytes, sizeof packet->bytes);
        if (n <= 0) {
            g_free(packet);
            return;
        }
        packet->size = (gsize)n;
        packet->done = 0;
        way->free_at = MAX(way->free_at, now) + (gint64)((gdouble)(n + 40) / net.rate);
        packet->at = way->free_at + net.delay;
        g_queue_push_tail(&way->packets, packet);
    }
}

static void put_out(Way *way, gint64 now)
{
    Packet *packet;
    while ((packet = g_queue_peek_head(&way->packets)) != NULL && packet->at <= now) {
        const gssize n = write(way->to, packet->bytes + packet->done, packet->size - packet->done);
        if (n <= 0)
            return;
        packet->done += (gsize)n;
        if (packet->done == packet->size)
            g_free(g_queue_pop_head(&way->packets));
    }
}

static gpointer network(gpointer data)
{
    while (!g_atomic_int_get(&net.stop)) {
        for (guint i = 0; i < 2; i++) {
            const gint64 now = g_get_monotonic_time();
            take_in(&net.ways[i], now);
            put_out(&net.ways[i], now);
        }
        g_usleep(50);
    }
    return data;
}

/* A connected pair, NEAR to be handed to a worker. */
static int tcp_pair(int *near)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const int small = RECEIVE, segment = SEGMENT;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
    g_assert(setsockopt(listener, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment) == 0);
    g_assert(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 1) == 0);
    g_assert(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
    *near = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert(connect(*near, (struct sockaddr *)&at, sizeof at) == 0);
    const int far = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    g_assert(far >= 0);
    (void)close(listener);
    return far;
}

typedef struct {
    Program program;
    RaFiles *files;
    RaPort port;
} End;

static void end_send(const RaIpcMessage *message, int fd, gpointer data)
{
    ra_worker_send(((End *)data)->program.worker, message, fd);
}

static guint end_queued(gpointer data)
{
    return ra_worker_queued(((End *)data)->program.worker);
}

static void end_changed(const RaTransfer *transfer, gpointer data)
{
    if (transfer->incoming && transfer->state == RA_TRANSFER_OFFERED)
        (void)ra_files_answer(((End *)data)->files, transfer->handle, TRUE, NULL, NULL);
}

static void end_start(End *end, const char *folder)
{
    static const RaFilesEvents events = {.changed = end_changed};
    end->port = (RaPort){.send = end_send, .queued = end_queued, .data = end};
    end->files = ra_files_new(&end->port, folder, &events, end);
    ra_files_linked(end->files);
}

static gint64 said[100000];
static GArray *times;

/* Words are numbered CHAT messages: the others are for the files. */
static void hear(End *end, RaAssistFrom from)
{
    GPtrArray *words = end->program.words;
    for (guint i = 0; i < words->len; i++) {
        const GByteArray *word = g_ptr_array_index(words, i);
        RaAssist message;
        gsize used;
        g_assert(ra_assist_decode(word->data, word->len, from, &message, &used) == RA_DECODE_OK);
        if (message.kind == RA_ASSIST_CHAT) {
            const gint64 time = g_get_monotonic_time() - said[message.chat.number];
            g_array_append_val(times, time);
        } else if (message.kind != RA_ASSIST_FEATURES) {
            g_assert(ra_files_take(end->files, &message));
        }
    }
    g_ptr_array_set_size(words, 0);
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return x < y ? -1 : x > y;
}

/* Says words for a while, and tells how long they took. */
static void talk(End *host, End *viewer, const char *when)
{
    static guint32 number;
    const gint64 start = g_get_monotonic_time();
    g_array_set_size(times, 0);
    for (gint64 now = start, next = start; now < start + SECONDS * G_USEC_PER_SEC;
         now = g_get_monotonic_time()) {
        if (now >= next) {
            const RaAssist word = {RA_ASSIST_CHAT, .chat = {++number, 1, "x"}};
            said[number] = now;
            say(&viewer->program, &word);
            next = now + SAY_EVERY;
        }
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(50);
        hear(host, RA_ASSIST_FROM_HELPER);
        hear(viewer, RA_ASSIST_FROM_NOVICE);
    }
    g_array_sort(times, compare);
    const guint n = times->len;
    g_assert(n > 0);
    const gint64 half = g_array_index(times, gint64, n / 2);
    const gint64 most_of_them = g_array_index(times, gint64, n * 95 / 100);
    g_print("  %-14s %4u words: %6.1f ms (half), %6.1f ms (95 %%), %6.1f ms (most)\n", when, n,
            (gdouble)half / 1e3, (gdouble)most_of_them / 1e3,
            (gdouble)g_array_index(times, gint64, n - 1) / 1e3);
}

static void join(End *host, End *viewer)
{
    int near[2], far[2];
    for (guint i = 0; i < 2; i++)
        far[i] = tcp_pair(&near[i]);
    net.ways[0] = (Way){.from = far[0], .to = far[1], .packets = G_QUEUE_INIT};
    net.ways[1] = (Way){.from = far[1], .to = far[0], .packets = G_QUEUE_INIT};
    program_start(&host->program, RA_WORKER_HOST);
    program_start(&viewer->program, RA_WORKER_VIEWER);
    introduce(&viewer->program, IDENTITY, key);
    const RaIpcMessage message = {.kind = RA_IPC_CONNECTION, .connection.id = 9};
    ra_worker_send(host->program.worker, &message, near[0]);
    (void)close(near[0]);
    offer_socket(&viewer->program, 3, near[1]);
    (void)expect(&host->program, RA_IPC_ASK);
}

static void measure(gdouble mbit, gint64 milliseconds, const char *folder)
{
    static const RaAssist all = {RA_ASSIST_FEATURES, .features = RA_FEATURES_ALL};
    End host = {0}, viewer = {0};
    Frame frame;
    net.rate = mbit / 8;
    net.delay = milliseconds * 500;
    net.stop = 0;
    g_print("%g Mbit/s, %" G_GINT64_FORMAT " ms there and back\n", mbit, milliseconds);
    g_autofree char *path = g_build_filename(folder, "sent", NULL);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    g_assert(fd >= 0 && ftruncate(fd, 4LL << 30) == 0 && close(fd) == 0);
    frame_make(&frame, 0x40);
    net.thread = g_thread_new("network", network, NULL);
    join(&host, &viewer);
    const guint8 *picture = show(&host.program, &viewer.program, &frame);
    say(&host.program, &all);
    g_byte_array_unref(expect_word(&viewer.program, RA_ASSIST_FEATURES));
    end_start(&host, folder);
    end_start(&viewer, NULL);

    talk(&host, &viewer, "quiet:");
    const guint handle = ra_files_offer(viewer.files, path, NULL);
    g_assert(handle > 0);
    talk(&host, &viewer, "with a file:");
    const guint64 before = ra_files_get(viewer.files, handle)->done;
    talk(&host, &viewer, "and on:");
    const guint64 done = ra_files_get(viewer.files, handle)->done - before;
    g_print("  file: %.2f Mbit/s (the last %d seconds)\n", (gdouble)done * 8 / 1e6 / SECONDS,
            SECONDS);

    ra_files_free(host.files);
    ra_files_free(viewer.files);
    program_stop(&host.program);
    program_stop(&viewer.program);
    g_atomic_int_set(&net.stop, 1);
    (void)g_thread_join(net.thread);
    munmap((void *)(gintptr)picture, STRIDE * HEIGHT);
    frame_clear(&frame);
    (void)unlink(path);
}

int main(int argc, char **argv)
{
    static const struct {
        gdouble mbit;
        gint64 delay;
    } links[] = {{1, 50}, {20, 40}, {100, 10}, {1000, 1}};
    g_autofree char *folder = g_dir_make_tmp("ra-bench-XXXXXX", NULL);
    g_assert(folder != NULL);
    times = g_array_new(FALSE, FALSE, sizeof(gint64));
    if (argc == 3)
        measure(g_ascii_strtod(argv[1], NULL), ra_number(argv[2], 0, 60 * 1000), folder);
    for (gsize i = 0; argc != 3 && i < G_N_ELEMENTS(links); i++)
        measure(links[i].mbit, links[i].delay, folder);
    (void)rmdir(folder);
    g_array_unref(times);
    return EXIT_SUCCESS;
}
