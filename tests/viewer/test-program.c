/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program ra-viewer, with real workers at both ends and a real link between them; the test
 * plays the novice's program, and looks at the helper's screen. */
#include "tests/viewer/fakes.h"
#include "tests/viewer/stage.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/paths.h"
#include "link/listen.h"
#include "session/worker.h"
#include "viewer/frame.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WIDTH = 640, HEIGHT = 400, PORT = 46200 };

/* X key codes: evdev's plus 8. */
enum { KEY_A = 38, KEY_C = 54, KEY_CTRL = 37, KEY_ALT = 64 };

static Stage *the_stage;

/* The novice's side. */
typedef struct {
    RaInvitation *invitation;
    RaListener *listener;
    RaWorker *worker;
    gboolean known;  /* the key, to the novice's program */
    gboolean refuse; /* what the novice answers */
    gboolean resumable;
    GString *heard;  /* what came out of the worker */
    guint32 *pixels; /* of the frame, shared */
    int frame;
    char *helper; /* as the novice is shown it */
} Novice;

/* The helper's side. */
typedef struct {
    GSubprocess *process;
    char *errors; /* its standard error; NULL: it still runs */
    int report;   /* --report-fd */
} Viewer;

static void tell(Novice *novice, const RaIpcMessage *message, int fd)
{
    ra_worker_send(novice->worker, message, fd);
}

static const guint8 resume_key[RA_IPC_KEY_SIZE] = {1, 2, 3};

static void give_key(Novice *novice, const char *identity)
{
    RaIpcMessage message = {.kind = RA_IPC_KEY};
    const gboolean again = g_str_equal(identity, "r-1");
    g_strlcpy(message.secret.identity, identity, sizeof message.secret.identity);
    message.secret.known = novice->known;
    memcpy(message.secret.key,
           again ? resume_key : ra_secret_bytes(ra_invitation_key(novice->invitation)),
           RA_IPC_KEY_SIZE);
    g_strlcpy(message.secret.name, "Maria", sizeof message.secret.name);
    tell(novice, &message, -1);
    ra_ipc_message_clear(&message);
}

static void answer(Novice *novice)
{
    const RaIpcMessage allow = {
        .kind = RA_IPC_ALLOW,
        .allow = {!novice->refuse, novice->refuse ? RA_GOODBYE_DECLINED : RA_GOODBYE_UNKNOWN}};
    const RaIpcMessage frame = {.kind = RA_IPC_FRAME, .frame = {WIDTH, HEIGHT, WIDTH * 4, "d"}};
    const RaIpcMessage rights = {.kind = RA_IPC_RIGHTS, .rights = {RA_RIGHT_VIEW}};
    tell(novice, &allow, -1);
    if (novice->refuse)
        return;
    tell(novice, &frame, novice->frame);
    tell(novice, &rights, -1);
    if (!novice->resumable)
        return;
    RaIpcMessage how = {.kind = RA_IPC_ASSIST,
                        .assist = {.kind = RA_ASSIST_RESUME, .resume = {.seconds = 60}}};
    const RaIpcMessage features = {
        .kind = RA_IPC_ASSIST, .assist = {.kind = RA_ASSIST_FEATURES, .features = RA_FEATURE_CHAT}};
    g_strlcpy(how.assist.resume.identity, "r-1", sizeof how.assist.resume.identity);
    memcpy(how.assist.resume.key, resume_key, sizeof resume_key);
    tell(novice, &features, -1);
    tell(novice, &how, -1);
}

static void on_message(RaWorker *worker, const RaIpcMessage *message, int fd, gpointer data)
{
    (void)worker;
    Novice *novice = data;
    const RaIpcMessage pixels = {.kind = RA_IPC_PIXELS,
                                 .rects = {.n = 1, .rect = {{0, 0, WIDTH, HEIGHT}}}};
    g_assert_cmpint(fd, ==, -1);
    switch (message->kind) {
    case RA_IPC_WANT_KEY:
        give_key(novice, message->identity.identity);
        break;
    case RA_IPC_ASK:
        g_string_append(novice->heard,
                        g_str_equal(message->ask.identity, "r-1") ? "again " : "asks ");
        g_free(novice->helper);
        novice->helper = g_strdup(message->ask.name);
        answer(novice);
        break;
    case RA_IPC_WANT_PIXELS:
        if (strstr(novice->heard->str, "pixels ") == NULL)
            tell(novice, &pixels, -1);
        g_string_append(novice->heard, "pixels ");
        break;
    case RA_IPC_WANT_CONTROL:
        g_string_append(novice->heard, "want ");
        break;
    case RA_IPC_KEY_PRESS:
        g_string_append_printf(novice->heard, "key-%u-%x-%x ", message->key.down,
                               message->key.keysym, message->key.code);
        break;
    case RA_IPC_ENDED:
        g_string_append_printf(novice->heard, "ended-%u ", message->ended.reason);
        break;
    default:
        break;
    }
}

static void on_gone(RaWorker *worker, const GError *error, gpointer data)
{
    (void)worker;
    (void)error;
    g_string_append(((Novice *)data)->heard, "gone ");
}

static void on_accepted(RaListener *listener, guint id, int fd, const char *peer, gpointer data)
{
    (void)listener;
    RaIpcMessage message = {.kind = RA_IPC_CONNECTION, .connection = {.id = id}};
    g_strlcpy(message.connection.peer, peer, sizeof message.connection.peer);
    tell(data, &message, fd);
    close(fd);
}

static void start_worker(Novice *novice)
{
    static const RaWorkerCallbacks callbacks = {on_message, on_gone};
    g_autoptr(GError) error = NULL;
    novice->worker = ra_worker_new(RA_WORKER_HOST, &callbacks, novice, &error);
    g_assert_no_error(error);
}

static void novice_start(Novice *novice)
{
    static const char *const local[] = {"127.0.0.1", NULL};
    g_autoptr(GError) error = NULL;
    *novice = (Novice){.known = TRUE, .heard = g_string_new(NULL)};
    start_worker(novice);
    novice->listener = ra_listener_new(local, PORT, FALSE, on_accepted, novice, &error);
    g_assert_no_error(error);
    g_autofree char *host = g_strdup_printf("127.0.0.1:%u", ra_listener_port(novice->listener));
    const char *const hosts[] = {host, NULL};
    const gint64 now = ra_moment_now();
    novice->invitation = ra_invitation_new("Maria", "maria@example.org", now, now + RA_HOUR,
                                           RA_RIGHTS_ALL, hosts, &error);
    g_assert_no_error(error);
    const gsize size = WIDTH * HEIGHT * 4;
    novice->frame = fake_memfd(size, F_SEAL_SHRINK | F_SEAL_GROW);
    novice->pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, novice->frame, 0);
    g_assert_true(novice->pixels != MAP_FAILED);
    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        novice->pixels[i] = (i % WIDTH / 40 * 0x0f1e2d + i / WIDTH / 25 * 0x2b1907) & 0xffffff;
}

static void novice_stop(Novice *novice)
{
    ra_listener_free(novice->listener);
    ra_worker_free(novice->worker);
    ra_invitation_unref(novice->invitation);
    munmap(novice->pixels, WIDTH * HEIGHT * 4);
    close(novice->frame);
    g_string_free(novice->heard, TRUE);
    g_free(novice->helper);
}

static void on_exit_read(GObject *source, GAsyncResult *result, gpointer data)
{
    Viewer *viewer = data;
    g_autoptr(GError) error = NULL;
    g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, NULL, &viewer->errors,
                                         &error);
    g_assert_no_error(error);
}

static void viewer_start(Viewer *viewer, Novice *novice)
{
    g_autoptr(RaSecret) packed = ra_invitation_pack(novice->invitation);
    g_autoptr(GError) error = NULL;
    g_autofree char *program = ra_path_program("ra-viewer");
    const int fd = ra_secret_to_fd(packed, &error);
    g_assert_no_error(error);
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_subprocess_launcher_take_fd(launcher, fd, 5);
    int report[2];
    g_assert_no_errno(pipe2(report, O_CLOEXEC));
    g_subprocess_launcher_take_fd(launcher, report[1], 6);
    *viewer = (Viewer){.report = report[0]};
    viewer->process =
        g_subprocess_launcher_spawn(launcher, &error, program, "--invitation-fd=5", "--report-fd=6",
                                    "--no-wait", "--verbose", "--name=Helen Helper", NULL);
    g_assert_no_error(error);
    g_subprocess_communicate_utf8_async(viewer->process, NULL, NULL, on_exit_read, viewer);
}

static gboolean has_exited(gpointer data)
{
    return ((Viewer *)data)->errors != NULL;
}

/* It told CODE at its end, and before that whether there was a session; nothing that it started
 * holds the descriptor. */
static void check_report(Viewer *viewer, int code, gboolean connected)
{
    char text[256];
    gsize length = 0;
    ssize_t n;
    while ((n = read(viewer->report, text + length, sizeof text - 1 - length)) > 0)
        length += (gsize)n;
    g_assert_cmpint(n, ==, 0);
    text[length] = '\0';
    close(viewer->report);
    g_autofree char *pattern = g_strdup_printf("^%sended %d %s\n$", connected ? "connected\n" : "",
                                               code, connected ? "[0-9]+" : "0");
    if (!g_regex_match_simple(pattern, text, 0, 0))
        g_error("It reported \"%s\", not \"%s\"", text, pattern);
}

/* Waits for its end; LAST is the last line that it printed. */
static void viewer_ends(Viewer *viewer, int code, const char *last)
{
    g_assert_true(stage_wait(has_exited, viewer));
    g_test_message("%s", viewer->errors);
    g_assert_true(g_subprocess_get_if_exited(viewer->process));
    g_assert_cmpint(g_subprocess_get_exit_status(viewer->process), ==, code);
    g_strchomp(viewer->errors);
    const char *line = strrchr(viewer->errors, '\n');
    g_assert_cmpstr(line != NULL ? line + 1 : viewer->errors, ==, last);
    check_report(viewer, code, strstr(viewer->errors, "Disconnected from") != NULL);
    g_object_unref(viewer->process);
    g_free(viewer->errors);
}

static gboolean begin(Novice *novice)
{
    stage_choices("[Viewer]\nChat=false\n"); /* the picture has the whole width */
    if (the_stage == NULL)
        the_stage = stage_new(1280, 720);
    if (the_stage == NULL)
        return FALSE;
    novice_start(novice);
    return TRUE;
}

/* The helper's window shows exactly the novice's frame. */
static gboolean shows_frame(gpointer data)
{
    const Novice *novice = data;
    RaBox box;
    if (!stage_look(the_stage, &box) || box.width != WIDTH ||
        box.height != HEIGHT + RA_FRAME_BAR + RA_FRAME_STATUS)
        return FALSE;
    box.y += RA_FRAME_BAR;
    box.height = HEIGHT;
    g_autofree guint32 *seen = stage_grab(the_stage, box);
    return memcmp(seen, novice->pixels, WIDTH * HEIGHT * 4) == 0;
}

static void wait_for_frame(Novice *novice, Viewer *viewer)
{
    if (!stage_wait(shows_frame, novice))
        g_error("The frame is not shown: %s",
                viewer->errors != NULL ? viewer->errors : "the viewer still runs");
}

static gboolean heard_of(Novice *novice, const char *what)
{
    for (int i = 0; i < 100 && strstr(novice->heard->str, what) == NULL; i++)
        stage_run(20);
    return strstr(novice->heard->str, what) != NULL;
}

static void test_session(void)
{
    Novice novice;
    Viewer viewer;
    if (!begin(&novice))
        return;
    viewer_start(&viewer, &novice);
    wait_for_frame(&novice, &viewer);
    g_assert_cmpstr(novice.helper, ==, "Helen Helper");
    stage_focus(the_stage, TRUE);
    stage_key(the_stage, KEY_A, TRUE);
    stage_key(the_stage, KEY_A, FALSE);
    stage_key(the_stage, KEY_CTRL, TRUE);
    stage_key(the_stage, KEY_ALT, TRUE);
    stage_key(the_stage, KEY_C, TRUE);
    stage_key(the_stage, KEY_C, FALSE);
    stage_key(the_stage, KEY_ALT, FALSE);
    stage_key(the_stage, KEY_CTRL, FALSE);
    g_assert_true(heard_of(&novice, "want "));
    g_assert_false(heard_of(&novice, "key-"));
    const RaIpcMessage rights = {.kind = RA_IPC_RIGHTS, .rights = {RA_RIGHTS_ALL}};
    tell(&novice, &rights, -1);
    stage_run(300);
    stage_key(the_stage, KEY_A, TRUE);
    stage_key(the_stage, KEY_A, FALSE);
    g_assert_true(heard_of(&novice, "key-1-61-1e key-0-61-1e "));
    const RaIpcMessage bye = {.kind = RA_IPC_BYE, .ended = {.reason = RA_GOODBYE_ENDED}};
    tell(&novice, &bye, -1);
    viewer_ends(&viewer, RA_ERROR_DECLINED,
                "ra-viewer: Disconnected from Maria: they ended the session");
    novice_stop(&novice);
}

static void test_declined(void)
{
    Novice novice;
    Viewer viewer;
    if (!begin(&novice))
        return;
    novice.refuse = TRUE;
    viewer_start(&viewer, &novice);
    viewer_ends(&viewer, RA_ERROR_DECLINED,
                "ra-viewer: Not connected to Maria: they declined the connection");
    novice_stop(&novice);
}

/* A cancelled invitation, and nobody there at all. */
static void test_unreached(void)
{
    for (int closed = 0; closed < 2; closed++) {
        Novice novice;
        Viewer viewer;
        if (!begin(&novice))
            return;
        novice.known = FALSE;
        if (closed)
            g_clear_pointer(&novice.listener, ra_listener_free);
        viewer_start(&viewer, &novice);
        g_assert_true(stage_wait(has_exited, &viewer));
        g_assert_nonnull(strstr(viewer.errors, closed ? "Maria's computer cannot be reached"
                                                      : "does not accept this invitation"));
        g_assert_cmpint(g_subprocess_get_exit_status(viewer.process), ==,
                        closed ? RA_ERROR_UNREACHABLE : RA_ERROR_PASSWORD);
        check_report(&viewer, closed ? RA_ERROR_UNREACHABLE : RA_ERROR_PASSWORD, FALSE);
        g_object_unref(viewer.process);
        g_free(viewer.errors);
        if (closed)
            novice.listener = NULL;
        novice_stop(&novice);
    }
}

/* The helper leaves: the novice hears of it, and that is no error. */
static void test_leave(void)
{
    Novice novice;
    Viewer viewer;
    if (!begin(&novice))
        return;
    viewer_start(&viewer, &novice);
    wait_for_frame(&novice, &viewer);
    g_subprocess_send_signal(viewer.process, SIGTERM);
    viewer_ends(&viewer, 0, "ra-viewer: Disconnected from Maria: you ended the session");
    g_assert_true(heard_of(&novice, "ended-1 "));
    novice_stop(&novice);
}

/* The link breaks in the middle. */
static void test_broken(void)
{
    Novice novice;
    Viewer viewer;
    if (!begin(&novice))
        return;
    viewer_start(&viewer, &novice);
    wait_for_frame(&novice, &viewer);
    g_clear_pointer(&novice.worker, ra_worker_free);
    viewer_ends(&viewer, RA_ERROR_UNREACHABLE,
                "ra-viewer: Disconnected from Maria: the connection was lost");
    novice_stop(&novice);
}

/* The link breaks, and is there again: nobody is asked, and the picture goes on. */
static void test_resumed(void)
{
    Novice novice;
    Viewer viewer;
    if (!begin(&novice))
        return;
    novice.resumable = TRUE;
    viewer_start(&viewer, &novice);
    wait_for_frame(&novice, &viewer);
    stage_run(300); /* for what follows the picture */
    for (int i = 0; i < 2; i++) {
        ra_worker_free(novice.worker);
        g_string_truncate(novice.heard, 0);
        for (guint n = 0; n < WIDTH * HEIGHT; n++)
            novice.pixels[n] ^= 0x3f5f7f;
        start_worker(&novice);
        g_assert_true(heard_of(&novice, "again "));
        wait_for_frame(&novice, &viewer);
        stage_run(300);
        g_assert_null(viewer.errors);
    }
    const RaIpcMessage bye = {.kind = RA_IPC_BYE, .ended = {.reason = RA_GOODBYE_ENDED}};
    tell(&novice, &bye, -1);
    viewer_ends(&viewer, RA_ERROR_DECLINED,
                "ra-viewer: Disconnected from Maria: they ended the session");
    novice_stop(&novice);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    (void)signal(SIGPIPE, SIG_IGN);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/program/session", test_session);
    g_test_add_func("/program/declined", test_declined);
    g_test_add_func("/program/unreached", test_unreached);
    g_test_add_func("/program/leave", test_leave);
    g_test_add_func("/program/broken", test_broken);
    g_test_add_func("/program/resumed", test_resumed);
    const int result = g_test_run();
    stage_free(the_stage);
    return result;
}
