/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the last stage of a picture costs: from a worker's CHANGED to the pixels on the helper's
 * display. Figures, not a test:  make tests/bench/bench-show && tests/bench/bench-show [COUNT]
 *
 * The viewer's window on an Xvfb is one process; another plays its worker, draws into the shared
 * memory, tells, and looks at the display until the last pixel of the change is there. Processor
 * time is the kernel's count of nanoseconds.
 */
#include "session/channel.h"
#include "tests/support/number.h"
#include "tests/support/xvfb.h"
#include "tests/viewer/stage.h"
#include "viewer/window.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xcb/xcb.h>

enum {
    SCREEN_WIDTH = 2400, /* of the helper's display */
    SCREEN_HEIGHT = 1300,
    SMALL_WIDTH = 1920,
    SMALL_HEIGHT = 1080,
    LARGE_WIDTH = 3840,
    LARGE_HEIGHT = 2160,
    REST_US = 3000, /* between two updates */
    COUNT = 300,    /* updates of each kind */
    PATIENCE_US = 3000000,
    GROUND = 0x404040,
};

/* What the two processes share. */
static struct {
    int width, height;
    int memory, pair[2];
    guint8 *pixels;
    pid_t viewer, server;
    int x, y, shown_width, shown_height; /* where the picture lies on the display */
} all;

/* The worker. */

typedef struct {
    const char *name;
    guint n;
    RaRect (*rect)(guint i, guint n);
    gboolean moves; /* all of the memory is written */
    gboolean each;  /* told one by one */
} Kind;

static RaRect whole(guint i, guint n)
{
    (void)n;
    const guint strip = 24;
    if (i == 0)
        return (RaRect){0, 0, (guint16)all.width, (guint16)all.height};
    return (RaRect){0, (guint16)(all.height - (int)strip), (guint16)all.width, (guint16)strip};
}

static RaRect letter(guint i, guint n)
{
    (void)i;
    (void)n;
    return (RaRect){(guint16)g_random_int_range(0, all.width - 10),
                    (guint16)g_random_int_range(0, all.height - 18), 10, 18};
}

static RaRect strip(guint i, guint n)
{
    const guint from = (guint)all.height * i / n, to = (guint)all.height * (i + 1) / n;
    return (RaRect){0, (guint16)from, (guint16)all.width, (guint16)(to - from)};
}

static const Kind kinds[] = {
    {"a letter", 1, letter, FALSE, FALSE},
    {"60 letters", 60, letter, FALSE, FALSE},
    {"scrolled", 2, whole, TRUE, FALSE},
    {"video, told at the end", 17, strip, TRUE, FALSE},
    {"video, told by strips", 17, strip, TRUE, TRUE},
};

static guint64 run_time(pid_t pid)
{
    g_autofree char *file = g_strdup_printf("/proc/%d/schedstat", (int)pid), *text = NULL;
    return g_file_get_contents(file, &text, NULL, NULL) ? g_ascii_strtoull(text, NULL, 10) : 0;
}

static guint64 field(pid_t pid, const char *name)
{
    g_autofree char *file = g_strdup_printf("/proc/%d/status", (int)pid), *text = NULL;
    const char *at = g_file_get_contents(file, &text, NULL, NULL) ? strstr(text, name) : NULL;
    return at != NULL ? g_ascii_strtoull(at + strlen(name) + 1, NULL, 10) : 0;
}

static void tell(const RaIpcMessage *message)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert_true(ra_ipc_encode(message, bytes));
    g_assert_cmpint(send(all.pair[1], bytes->data, bytes->len, 0), ==, bytes->len);
}

static guint32 *pixel_at(int x, int y)
{
    return (guint32 *)(all.pixels + ((gsize)y * (gsize)all.width + (gsize)x) * 4);
}

static void draw(const RaRect *rect, guint32 colour)
{
    for (int y = rect->y; y < rect->y + rect->height; y++)
        for (int x = rect->x; x < rect->x + rect->width; x++)
            *pixel_at(x, y) = colour;
}

static guint32 look(xcb_connection_t *x, xcb_window_t root, int at_x, int at_y)
{
    xcb_get_image_reply_t *reply = xcb_get_image_reply(
        x, xcb_get_image(x, XCB_IMAGE_FORMAT_Z_PIXMAP, root, (gint16)at_x, (gint16)at_y, 1, 1, ~0u),
        NULL);
    g_assert_nonnull(reply);
    const guint32 colour = *(guint32 *)(void *)xcb_get_image_data(reply) & 0xffffff;
    free(reply);
    return colour;
}

/* One update; microseconds until it is seen. */
static gint64 update(xcb_connection_t *x, xcb_window_t root, const Kind *kind, guint32 colour)
{
    RaIpcMessage message = {.kind = RA_IPC_CHANGED};
    message.rects.n = kind->n;
    for (guint i = 0; i < kind->n; i++)
        message.rects.rect[i] = kind->rect(i, kind->n);
    for (guint i = 0; i < kind->n; i++)
        draw(&message.rects.rect[i], colour);
    const RaRect *last = &message.rects.rect[kind->n - 1];
    const int at_x = all.x + (last->x + last->width - 1) * all.shown_width / all.width;
    const int at_y = all.y + (last->y + last->height - 1) * all.shown_height / all.height;
    const gint64 start = g_get_monotonic_time();
    if (kind->each) {
        RaIpcMessage one = {.kind = RA_IPC_CHANGED};
        for (guint i = 0; i < kind->n; i++) {
            one.rects.n = 1;
            one.rects.rect[0] = message.rects.rect[i];
            tell(&one);
        }
    } else {
        tell(&message);
    }
    while (g_get_monotonic_time() - start < PATIENCE_US) {
        if (look(x, root, at_x, at_y) == colour ||
            (all.shown_width != all.width && kind->rect == letter))
            break;
    }
    return g_get_monotonic_time() - start;
}

static int compare(gconstpointer a, gconstpointer b)
{
    const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return x < y ? -1 : x > y;
}

static void measure(xcb_connection_t *x, xcb_window_t root, const Kind *kind, guint count)
{
    static guint32 colour;
    g_autofree gint64 *took = g_new(gint64, count);
    const guint64 viewer = run_time(all.viewer), server = run_time(all.server);
    const guint64 turns = field(all.viewer, "\nvoluntary_ctxt_switches:");
    for (guint i = 0; i < count; i++) {
        colour = (colour + 0x010307) & 0xffffff;
        took[i] = update(x, root, kind, colour);
        g_usleep(REST_US);
    }
    qsort(took, count, sizeof *took, compare);
    const guint half = count / 2, most = count * 9 / 10;
    printf("%-26s %8.3f %8.3f %8.3f %8.3f %6.1f\n", kind->name, (double)took[half] / 1e3,
           (double)took[most] / 1e3, (double)(run_time(all.viewer) - viewer) / count / 1e6,
           (double)(run_time(all.server) - server) / count / 1e6,
           (double)(field(all.viewer, "\nvoluntary_ctxt_switches:") - turns) / count);
    fflush(stdout);
}

/* Where the picture is, which has the colour of its ground. */
static gboolean find_picture(xcb_connection_t *x, xcb_window_t root)
{
    xcb_get_image_reply_t *reply = xcb_get_image_reply(
        x,
        xcb_get_image(x, XCB_IMAGE_FORMAT_Z_PIXMAP, root, 0, 0, SCREEN_WIDTH, SCREEN_HEIGHT, ~0u),
        NULL);
    const guint32 *pixels = (const guint32 *)(void *)xcb_get_image_data(reply);
    int right = -1, below = -1;
    for (int i = 0; i < SCREEN_WIDTH * SCREEN_HEIGHT; i++) {
        if ((pixels[i] & 0xffffff) != GROUND)
            continue;
        if (right < 0) {
            all.x = i % SCREEN_WIDTH;
            all.y = i / SCREEN_WIDTH;
        }
        right = MAX(right, i % SCREEN_WIDTH);
        below = i / SCREEN_WIDTH;
    }
    free(reply);
    all.shown_width = right + 1 - all.x;
    all.shown_height = below + 1 - all.y;
    return right >= 0;
}

static void play(guint count)
{
    xcb_connection_t *x = xcb_connect(NULL, NULL);
    const xcb_window_t root = xcb_setup_roots_iterator(xcb_get_setup(x)).data->root;
    while (!find_picture(x, root))
        g_usleep(100000);
    g_usleep(1000000);
    g_assert_true(find_picture(x, root));
    printf("%-26s %8s %8s %8s %8s %6s   a picture of %dx%d, shown as %dx%d\n", "ms an update",
           "median", "90 %", "viewer", "server", "turns", all.width, all.height, all.shown_width,
           all.shown_height);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        measure(x, root, &kinds[i], count);
    const guint64 turns = field(all.viewer, "\nvoluntary_ctxt_switches:");
    g_usleep(2000000);
    printf("in 2 seconds of rest: %u wake-ups; the viewer has %u MB, %u of them shared\n",
           (guint)(field(all.viewer, "\nvoluntary_ctxt_switches:") - turns),
           (guint)(field(all.viewer, "VmRSS:") / 1024),
           (guint)(field(all.viewer, "RssShmem:") / 1024));
    xcb_disconnect(x);
}

/* The viewer. */

static struct {
    RaWindow *window;
    RaModel model;
    GMainLoop *loop;
} viewer;

static char *on_act(const RaAct *act, gpointer data)
{
    (void)act;
    (void)data;
    return NULL;
}

static void on_message(const RaIpcMessage *message, int fd, gpointer data)
{
    (void)data;
    (void)fd;
    ra_window_changed(viewer.window, message);
}

static void on_rest(gpointer data)
{
    (void)data;
    ra_window_flush(viewer.window);
}

static void on_gone(const char *reason, gpointer data)
{
    (void)reason;
    (void)data;
    g_main_loop_quit(viewer.loop);
}

static void show(void)
{
    static const RaChannelCallbacks callbacks = {
        .message = on_message, .gone = on_gone, .rest = on_rest};
    g_autoptr(GError) error = NULL;
    const RaWindowOptions options = {.scale = 100};
    const RaIpcMessage screen = {
        .kind = RA_IPC_SCREEN,
        .frame = {(guint16)all.width, (guint16)all.height, (guint32)all.width * 4, ""}};
    viewer.model.status.name = "Anna";
    viewer.model.status.state = RA_CONNECT_SHARING;
    viewer.loop = g_main_loop_new(NULL, FALSE);
    viewer.window = ra_window_new(&options, &viewer.model, on_act, NULL, &error);
    g_assert_no_error(error);
    ra_window_update(viewer.window, RA_MODEL_ALL);
    RaPicture *picture = ra_picture_new(&screen, all.memory, &error);
    g_assert_no_error(error);
    close(all.memory);
    ra_window_set_picture(viewer.window, picture);
    RaChannel *channel = ra_channel_new(all.pair[0], RA_IPC_FROM_VIEWER_WORKER, &callbacks, NULL);
    g_main_loop_run(viewer.loop);
    ra_channel_free(channel);
    ra_window_free(viewer.window);
    g_main_loop_unref(viewer.loop);
}

static void begin(int width, int height)
{
    all.width = width;
    all.height = height;
    const gsize size = (gsize)width * (gsize)height * 4;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, all.pair), ==, 0);
    all.memory = memfd_create("picture", MFD_ALLOW_SEALING);
    g_assert_cmpint(ftruncate(all.memory, (off_t)size), ==, 0);
    all.pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, all.memory, 0);
    g_assert_true(all.pixels != MAP_FAILED);
    memset(all.pixels, 0x40, size);
    g_assert_cmpint(fcntl(all.memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE), ==, 0);
}

/* Which child of this process is not the viewer. */
static void find_server(void)
{
    g_autofree char *text = NULL;
    g_file_get_contents("/proc/thread-self/children", &text, NULL, NULL);
    g_auto(GStrv) pids = g_strsplit(text != NULL ? text : "", " ", -1);
    for (gsize i = 0; pids[i] != NULL; i++) {
        const pid_t pid = (pid_t)g_ascii_strtoull(pids[i], NULL, 10);
        if (pid != 0 && pid != all.viewer)
            all.server = pid;
    }
}

static void show_soon(void)
{
    char display[32] = "";
    close(all.pair[1]);
    if (recv(all.pair[0], display, sizeof display - 1, 0) <= 0)
        return;
    g_setenv("DISPLAY", display, TRUE);
    show();
}

static void run(int width, int height, guint count)
{
    begin(width, height);
    all.viewer = fork(); /* before there are threads */
    if (all.viewer == 0) {
        munmap(all.pixels, (gsize)width * (gsize)height * 4);
        show_soon();
        _exit(0);
    }
    close(all.pair[0]);
    close(all.memory);
    RaXvfb *server = ra_xvfb_start("2400x1300x24", NULL);
    const char *display = ra_xvfb_display(server);
    g_setenv("DISPLAY", display, TRUE);
    find_server();
    g_assert_cmpint(send(all.pair[1], display, strlen(display), 0), >, 0);
    play(count);
    close(all.pair[1]);
    waitpid(all.viewer, NULL, 0);
    ra_xvfb_free(server);
}

int main(int argc, char **argv)
{
    static const int sizes[][2] = {{SMALL_WIDTH, SMALL_HEIGHT}, {LARGE_WIDTH, LARGE_HEIGHT}};
    setlocale(LC_ALL, "");
    stage_choices("[Viewer]\nChat=false\n");
    const guint count = argc > 1 ? (guint)ra_number(argv[1], 1, 1000000) : COUNT;
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            run(sizes[i][0], sizes[i][1], count);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    stage_free(NULL);
    return 0;
}
