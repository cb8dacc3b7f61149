/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much moves, what goes first, what waits, and that nothing wakes anybody when nothing does. */
#include "session/clipboard.h"
#include "session/pulse.h"
#include "session/sound.h"
#include "tests/session/programs.h"
#include "tests/session/test-session.h"
#include "wire/clipboard.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static const RaAssist everything = {RA_ASSIST_FEATURES, .features = RA_FEATURES_ALL};

static void wait_for(guint milliseconds)
{
    const gint64 until = g_get_monotonic_time() + (gint64)milliseconds * 1000;
    while (g_get_monotonic_time() < until) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(2000);
    }
}

/* How often our children, the workers, have been woken. */
static guint64 wakeups(void)
{
    g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
    g_autofree char *children = NULL;
    guint64 sum = 0;
    if (!g_file_get_contents(path, &children, NULL, NULL))
        return 0;
    g_auto(GStrv) pids = g_strsplit(children, " ", -1);
    for (guint i = 0; pids[i] != NULL; i++) {
        g_autofree char *status_path = g_strdup_printf("/proc/%s/status", pids[i]);
        g_autofree char *status = NULL;
        const char *line = NULL;
        if (pids[i][0] != '\0' && g_file_get_contents(status_path, &status, NULL, NULL) &&
            (line = strstr(status, "\nvoluntary_ctxt_switches:")) != NULL)
            sum += g_ascii_strtoull(line + strlen("\nvoluntary_ctxt_switches:"), NULL, 10);
    }
    return sum;
}

/* Both programs hear of what moves, and of the delay; then it settles, the last question whether
 * the other end is still there (session/pulse.h) is answered, and nobody wakes. */
static void test_meter(void)
{
    static guint8 bytes[RA_FILE_PIECE_MAX];
    const RaAssist data = {RA_ASSIST_FILE_DATA, .piece = {1, 0, sizeof bytes, bytes}};
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    const guint8 *picture = show(&host, &viewer, &frame);
    say(&host, &everything);
    wait_for(2600); /* the beginning has settled */
    while (find(&host, RA_IPC_METER, NULL) || find(&viewer, RA_IPC_METER, NULL))
        ;
    say(&host, &data);
    const RaIpcMessage sent = expect(&host, RA_IPC_METER);
    const RaIpcMessage came = expect(&viewer, RA_IPC_METER);
    g_assert_cmpuint(sent.meter.out, >, sizeof bytes / 2);
    g_assert_cmpuint(sent.meter.out, <, sizeof bytes * 2);
    g_assert_cmpuint(came.meter.in, >, sizeof bytes / 2);
    g_assert_cmpuint(sent.meter.delay, >, 0);
    g_assert_cmpuint(came.meter.delay, >, 0);
    g_assert_cmpuint(came.meter.delay, <, 1000 * 1000);
    const RaIpcMessage last = expect(&viewer, RA_IPC_METER);
    g_assert_cmpuint(last.meter.in, ==, 0);
    g_assert_cmpuint(last.meter.out, ==, 0);
    wait_for(1200);
    while (find(&host, RA_IPC_METER, NULL) || find(&viewer, RA_IPC_METER, NULL))
        ;
    g_assert_cmpuint(wakeups(), >, 0);
    guint64 woken = 1;
    for (guint i = 0; i < 2 * RA_PULSE_EVERY && woken > 0; i++) {
        const guint64 before = wakeups();
        sleep(2);
        woken = wakeups() - before;
    }
    g_assert_cmpuint(woken, ==, 0);
    g_assert_false(find(&viewer, RA_IPC_METER, NULL));
    munmap((void *)(gintptr)picture, STRIDE * HEIGHT);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

/* A tone goes in at one end, and comes out of the other as one of the same strength and pitch. */
static void test_sound(void)
{
    enum { FRAMES = 50 };
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    munmap((void *)(gintptr)show(&host, &viewer, &frame), STRIDE * HEIGHT);
    say(&host, &everything);
    for (guint i = 0; i < FRAMES; i++) {
        gint16 samples[RA_SOUND_FRAME];
        for (guint k = 0; k < RA_SOUND_FRAME; k++)
            samples[k] = (gint16)(8000 * sin(2 * G_PI * 440 * (i * RA_SOUND_FRAME + k) / 48000.0));
        RaIpcMessage sound = {.kind = RA_IPC_SOUND};
        sound.sound =
            (__typeof__(sound.sound)){i * RA_SOUND_FRAME, RA_SOUND_FRAME, (const guint8 *)samples};
        ra_worker_send(host.worker, &sound, -1);
        wait_for(5);
    }
    wait_for(200);
    guint32 stamp = 0;
    RaIpcMessage message;
    g_assert_true(find(&viewer, RA_IPC_SOUND, &message));
    g_assert_cmpuint(message.sound.n, ==, RA_SOUND_FRAME);
    for (stamp = message.sound.stamp; find(&viewer, RA_IPC_SOUND, &message);
         stamp = message.sound.stamp)
        g_assert_cmpuint(message.sound.stamp, >, stamp);
    g_assert_cmpuint(stamp, ==, (FRAMES - 1) * RA_SOUND_FRAME);
    g_assert_cmpuint(viewer.sound->len, >=, FRAMES / 2 * RA_SOUND_FRAME);
    /* The last half second. */
    const gint16 *heard = (const gint16 *)(void *)viewer.sound->data + viewer.sound->len - 24000;
    double energy = 0;
    guint crossings = 0;
    for (guint i = 1; i < 24000; i++) {
        energy += (double)heard[i] * heard[i];
        crossings += (heard[i] < 0) != (heard[i - 1] < 0);
    }
    g_assert_cmpfloat_with_epsilon(sqrt(energy / 24000), 8000 / sqrt(2), 2000);
    g_assert_cmpuint(crossings, >, 430);
    g_assert_cmpuint(crossings, <, 450);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

/* Sound that is none is silence. */
static void test_no_sound(void)
{
    static const gint32 ours[] = {RA_RFB_RAW, RA_RFB_ASSIST};
    static guint8 noise[RA_SOUND_PACKET_MAX];
    memset(noise, 0xff, sizeof noise);
    const RaAssist sound = {RA_ASSIST_VOICE_SOUND, .sound = {1, sizeof noise, noise}};
    Program host;
    Liar liar;
    Frame frame;
    frame_make(&frame, 0x40);
    meet_liar(&host, &liar, &frame, RA_ASSIST_PAYLOAD_MAX, ours, 2);
    say(&host, &everything);
    liar_listen(&liar, 20);
    for (guint i = 0; i < 10; i++)
        liar_assist(&liar, &sound);
    liar_listen(&liar, 100);
    g_assert_false(host.gone);
    g_assert_false(find(&host, RA_IPC_ENDED, NULL));
    liar_clear(&liar);
    program_stop(&host);
    frame_clear(&frame);
}

/* The two ends of a link in this process. */
typedef struct {
    RaStream *stream;
    RaLink *reader;
} Pair;

static gboolean find_key(const char *identity G_GNUC_UNUSED, guint8 *ret,
                         gpointer data G_GNUC_UNUSED)
{
    memcpy(ret, key, RA_LINK_KEY_SIZE);
    return TRUE;
}

static void on_nothing(gpointer data G_GNUC_UNUSED)
{
}

static void on_closed(const GError *error G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
}

static void pair_make(Pair *pair)
{
    static const RaStreamCallbacks callbacks = {on_nothing, on_nothing, on_closed};
    int fds[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    RaLink *server = ra_link_new_server(fds[0], find_key, NULL);
    pair->reader = ra_link_new_client(fds[1], IDENTITY, key, TRUE);
    for (guint i = 0; i < 10; i++) {
        (void)ra_link_handshake(pair->reader, NULL);
        (void)ra_link_handshake(server, NULL);
    }
    pair->stream = ra_stream_new(server, &callbacks, NULL);
}

static void pair_clear(Pair *pair)
{
    ra_stream_free(pair->stream);
    ra_link_free(pair->reader);
}

static GByteArray *block(guint8 mark, guint size)
{
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_set_size(bytes, size);
    memset(bytes->data, mark, size);
    return bytes;
}

/* All that comes out, until nothing does. */
static GByteArray *read_all(Pair *pair)
{
    GByteArray *got = g_byte_array_new();
    for (guint idle = 0; idle < 20;) {
        guint8 bytes[16384];
        gsize n = 0;
        g_main_context_iteration(NULL, FALSE);
        if (ra_link_read(pair->reader, bytes, sizeof bytes, &n, NULL) == RA_LINK_OK) {
            g_byte_array_append(got, bytes, (guint)n);
            idle = 0;
        } else {
            idle++;
            g_usleep(1000);
        }
    }
    return got;
}

/* What is more urgent overtakes what has not begun to leave, and never tears a message. */
static void test_priorities(void)
{
    enum { SIZE = 10000 };
    Pair pair;
    pair_make(&pair);
    guint files = 0;
    while (ra_stream_waiting(pair.stream, RA_PRIORITY_FILES, NULL) < 20) {
        ra_stream_send(pair.stream, RA_PRIORITY_FILES, block('f', SIZE));
        files++;
    }
    g_assert_cmpuint(ra_stream_ahead(pair.stream), ==, 0);
    const gsize queued = ra_stream_queued(pair.stream);
    g_assert_cmpuint(queued, >, 0);
    ra_stream_send(pair.stream, RA_PRIORITY_PIXELS, block('p', SIZE));
    ra_stream_send(pair.stream, RA_PRIORITY_VOICE, block('v', SIZE));
    ra_stream_send(pair.stream, RA_PRIORITY_CONTROL, block('c', SIZE));
    g_assert_cmpuint(ra_stream_ahead(pair.stream), ==, 3 * SIZE);
    g_autoptr(GByteArray) got = read_all(&pair);
    g_assert_cmpuint(got->len, ==, (files + 3) * SIZE);
    g_autoptr(GString) order = g_string_new(NULL);
    guint behind = 0;
    for (guint at = 0; at < got->len; at += SIZE) {
        for (guint i = 1; i < SIZE; i++)
            g_assert_cmpint(got->data[at], ==, got->data[at + i]);
        if (got->data[at] != 'f')
            g_string_append_c(order, (char)got->data[at]);
        else if (order->len > 0)
            behind++;
    }
    g_assert_cmpstr(order->str, ==, "cvp");
    g_assert_cmpuint(behind, ==, 20);
    guint64 in, out;
    ra_stream_bytes(pair.stream, &in, &out);
    g_assert_cmpuint(out, ==, got->len);
    pair_clear(&pair);
}

/* The pieces of one update stay together, whatever is more urgent; and their buffers come back. */
static void test_pieces(void)
{
    enum { SIZE = 10000, PIECES = 5 };
    Pair pair;
    pair_make(&pair);
    guint pieces = 0;
    for (guint waiting = 0; waiting < PIECES; pieces++) {
        GByteArray *piece = ra_stream_buffer(pair.stream);
        g_assert_cmpuint(piece->len, ==, 0);
        g_byte_array_set_size(piece, SIZE);
        memset(piece->data, 'u', SIZE);
        ra_stream_send_piece(pair.stream, piece, TRUE);
        if (ra_stream_queued(pair.stream) == 0)
            continue; /* the link still takes all */
        ra_stream_send(pair.stream, RA_PRIORITY_CONTROL, block('c', SIZE));
        ra_stream_send(pair.stream, RA_PRIORITY_VOICE, block('v', SIZE));
        waiting++;
    }
    ra_stream_send_piece(pair.stream, ra_stream_buffer(pair.stream), FALSE); /* an empty one */
    ra_stream_send(pair.stream, RA_PRIORITY_PIXELS, block('p', SIZE));
    g_autoptr(GByteArray) got = read_all(&pair);
    g_autoptr(GString) order = g_string_new(NULL);
    g_assert_cmpuint(got->len, ==, (pieces + 2 * PIECES + 1) * SIZE);
    for (guint at = 0; at < got->len; at += SIZE) {
        for (guint i = 1; i < SIZE; i++)
            g_assert_cmpint(got->data[at], ==, got->data[at + i]);
        if (at >= pieces * SIZE)
            g_string_append_c(order, (char)got->data[at]);
        else
            g_assert_cmpint(got->data[at], ==, 'u');
    }
    g_assert_cmpstr(order->str, ==, "cccccvvvvvp");
    g_assert_cmpuint(ra_stream_queued(pair.stream), ==, 0);
    /* A large one is not kept. */
    GByteArray *last = ra_stream_buffer(pair.stream), *others[RA_STREAM_BUFFERS_MAX];
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        others[i] = ra_stream_buffer(pair.stream);
    g_byte_array_set_size(last, SIZE);
    ra_stream_send_piece(pair.stream, last, FALSE);
    g_assert_true(ra_stream_buffer(pair.stream) == last);
    g_byte_array_set_size(last, RA_STREAM_BUFFER_MAX + 1);
    ra_stream_send_piece(pair.stream, last, FALSE);
    g_byte_array_unref(read_all(&pair));
    g_autoptr(GByteArray) other = ra_stream_buffer(pair.stream);
    g_assert_cmpuint(other->len, ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        g_byte_array_unref(others[i]);
    pair_clear(&pair);
}

/* A link that takes nothing: sound is the newest, and files have a bound. */
static void test_bounds(void)
{
    Pair pair;
    pair_make(&pair);
    while (ra_stream_waiting(pair.stream, RA_PRIORITY_PIXELS, NULL) == 0)
        ra_stream_send(pair.stream, RA_PRIORITY_PIXELS, block('p', 10000));
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    RaRelay *relay = ra_relay_new(pair.stream, NULL, RA_ASSIST_FROM_NOVICE);
    RaSound *sound = ra_sound_new(pair.stream, NULL, relay);
    ra_relay_set_payload_max(relay, RA_ASSIST_PAYLOAD_MAX);
    ra_relay_open(relay, &everything);
    ra_relay_from_program(relay, &everything);
    for (guint i = 0; i < 30; i++) {
        gint16 samples[RA_SOUND_FRAME];
        for (guint k = 0; k < RA_SOUND_FRAME; k++)
            samples[k] = (gint16)g_rand_int_range(random, -9000, 9000);
        RaIpcMessage message = {.kind = RA_IPC_SOUND};
        message.sound.stamp = i * RA_SOUND_FRAME;
        message.sound.n = RA_SOUND_FRAME;
        message.sound.samples = (const guint8 *)samples;
        ra_sound_from_program(sound, &message);
    }
    ra_sound_free(sound);
    ra_relay_free(relay);
    g_assert_cmpuint(ra_stream_waiting(pair.stream, RA_PRIORITY_VOICE, NULL), ==,
                     RA_SOUND_WAITING_MAX);
    const gsize queued = ra_stream_queued(pair.stream);
    ra_stream_drop_oldest(pair.stream, RA_PRIORITY_FILES); /* there is none */
    g_assert_cmpuint(ra_stream_queued(pair.stream), ==, queued);
    g_assert_false(ra_stream_files_full(pair.stream));
    for (gsize sent = 0; sent <= RA_STREAM_FILES_MAX; sent += 1 << 20)
        ra_stream_send(pair.stream, RA_PRIORITY_FILES, block('f', 1 << 20));
    g_assert_true(ra_stream_files_full(pair.stream));
    g_assert_false(ra_stream_congested(pair.stream));
    g_autoptr(GByteArray) got = read_all(&pair);
    static const char head[] = {RA_RFB_ASSIST_MESSAGE, RA_ASSIST_VOICE_SOUND, 0, 0, 0, 0};
    const guint8 *at = memmem(got->data, got->len, head, sizeof head);
    g_assert_nonnull(at);
    for (guint i = 0; i < RA_SOUND_WAITING_MAX; i++) {
        RaAssist packet;
        gsize used = 0;
        g_assert_cmpint(ra_assist_decode(at, (gsize)(got->data + got->len - at),
                                         RA_ASSIST_FROM_NOVICE, &packet, &used),
                        ==, RA_DECODE_OK);
        g_assert_cmpint(packet.kind, ==, RA_ASSIST_VOICE_SOUND);
        g_assert_cmpuint(packet.sound.stamp, ==, (20 + i) * RA_SOUND_FRAME);
        at += used;
    }
    g_assert_false(ra_stream_files_full(pair.stream));
    pair_clear(&pair);
}

static void send_cut_text(const guint8 *data, gsize size, gboolean extended, gpointer stream)
{
    g_assert_true(extended);
    GByteArray *message = g_byte_array_new();
    g_byte_array_append(message, data, (guint)size);
    ra_stream_send(stream, RA_PRIORITY_CONTROL, message);
}

/* Text of SIZE bytes that does not get smaller, in a file that stays as it is. */
static int copied_file(gsize size)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    g_autofree char *text = g_malloc(size);
    for (gsize i = 0; i < size; i++)
        text[i] = (char)g_rand_int_range(random, 32, 127);
    const int fd = memfd_create("copied", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(write(fd, text, size), ==, (gssize)size);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), ==, 0);
    return fd;
}

/* Whoever reads nothing, and copies or asks for text all the time, fills no memory. */
static void test_copied_bounds(void)
{
    static const RaCopiedCallbacks callbacks = {send_cut_text};
    RaIpcMessage message = {.kind = RA_IPC_CLIPBOARD};
    message.clipboard.size = RA_CLIPBOARD_TEXT_MAX / 2;
    Pair pair;
    pair_make(&pair);
    while (ra_stream_waiting(pair.stream, RA_PRIORITY_PIXELS, NULL) == 0)
        ra_stream_send(pair.stream, RA_PRIORITY_PIXELS, block('p', 10000));
    RaRelay *relay = ra_relay_new(pair.stream, NULL, RA_ASSIST_FROM_NOVICE);
    ra_relay_open(relay, &everything);
    ra_relay_from_program(relay, &everything);
    RaCopied *copied = ra_copied_new(pair.stream, NULL, relay, &callbacks, pair.stream);
    ra_copied_extend(copied);
    ra_copied_allow(copied, TRUE);
    g_autoptr(GByteArray) caps = g_byte_array_new(), request = g_byte_array_new();
    ra_clip_write_caps(caps);
    ra_clip_write(request, RA_CLIP_REQUEST, RA_CLIP_TEXT);
    g_assert_true(ra_copied_take_text(copied, caps->data, caps->len, TRUE));

    gsize bytes = 0;
    const int fd = copied_file(message.clipboard.size);
    for (guint i = 0; i < 12; i++)
        ra_copied_from_program(copied, &message, fcntl(fd, F_DUPFD_CLOEXEC, 3));
    close(fd);
    (void)ra_stream_waiting(pair.stream, RA_PRIORITY_CONTROL, &bytes);
    g_assert_cmpuint(bytes, >=, RA_CLIPBOARD_TEXT_MAX);
    g_assert_cmpuint(bytes, <, 2 * RA_CLIPBOARD_TEXT_MAX);
    g_assert_false(ra_stream_congested(pair.stream)); /* what the other end says is heard */
    for (guint i = 0; i < 12 && !ra_stream_congested(pair.stream); i++)
        g_assert_true(ra_copied_take_text(copied, request->data, request->len, TRUE));
    (void)ra_stream_waiting(pair.stream, RA_PRIORITY_CONTROL, &bytes);
    g_assert_true(ra_stream_congested(pair.stream));
    g_assert_cmpuint(bytes, <, RA_STREAM_CONTROL_MAX + RA_CLIPBOARD_TEXT_MAX);
    ra_copied_free(copied);
    ra_relay_free(relay);
    pair_clear(&pair);
}

/* A file at full speed does not hold up what is said meanwhile. */
static void test_file_and_chat(void)
{
    static guint8 bytes[RA_FILE_PIECE_MAX];
    enum { PIECES = 100 };
    RaAssist data = {RA_ASSIST_FILE_DATA, .piece = {1, 0, sizeof bytes, bytes}};
    static const RaAssist chat = {RA_ASSIST_CHAT, .chat = {1, 2, "hi"}};
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    munmap((void *)(gintptr)show(&host, &viewer, &frame), STRIDE * HEIGHT);
    say(&host, &everything);
    g_byte_array_unref(expect_word(&viewer, RA_ASSIST_FEATURES));
    for (guint i = 0; i < PIECES; i++, data.piece.offset += sizeof bytes)
        say(&host, &data);
    say(&host, &chat);
    g_byte_array_unref(expect_word(&viewer, RA_ASSIST_CHAT));
    /* All of the file comes too, in order. */
    guint64 at = 0;
    while (at < PIECES * sizeof bytes) {
        g_autoptr(GByteArray) word = expect_word(&viewer, RA_ASSIST_FILE_DATA);
        RaAssist piece;
        gsize used;
        g_assert_cmpint(
            ra_assist_decode(word->data, word->len, RA_ASSIST_FROM_NOVICE, &piece, &used), ==,
            RA_DECODE_OK);
        g_assert_cmpuint(piece.piece.offset, ==, at);
        at += piece.piece.size;
    }
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

void ra_test_flow(void)
{
    g_test_add_func("/session/flow/meter", test_meter);
    g_test_add_func("/session/flow/sound", test_sound);
    g_test_add_func("/session/flow/no-sound", test_no_sound);
    g_test_add_func("/session/flow/priorities", test_priorities);
    g_test_add_func("/session/flow/pieces", test_pieces);
    g_test_add_func("/session/flow/bounds", test_bounds);
    g_test_add_func("/session/flow/copied-bounds", test_copied_bounds);
    g_test_add_func("/session/flow/file-and-chat", test_file_and_chat);
}
