/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two programs talk (tests/assist/talker.c), each with SDL's "disk" driver: its microphone is a
 * file of speech, its loudspeaker writes one. What arrived is compared with what was said.
 */
#include "tests/assist/test-voice.h"
#include "tests/support/speech.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECONDS = 6, TRIES = 5 };

typedef struct {
    char *said, *heard; /* paths */
    GSubprocess *process;
    char *output;
} End;

static void write_speech(const char *path, guint seed)
{
    g_autofree gint16 *samples = g_new(gint16, SECONDS * RA_SPEECH_RATE);
    ra_speech_make(seed, samples, SECONDS * RA_SPEECH_RATE);
    g_assert_true(g_file_set_contents(path, (const char *)samples,
                                      SECONDS * RA_SPEECH_RATE * sizeof *samples, NULL));
}

static void start(End *end, const char *folder, const char *name, guint seed, const char *role,
                  int fd)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    g_autofree char *program = g_test_build_filename(G_TEST_BUILT, "talker", NULL);
    g_autofree char *seconds = g_strdup_printf("%d", SECONDS);
    end->said = g_strdup_printf("%s/%s-said.raw", folder, name);
    end->heard = g_strdup_printf("%s/%s-heard.raw", folder, name);
    write_speech(end->said, seed);
    g_subprocess_launcher_setenv(launcher, "SDL_AUDIODRIVER", "disk", TRUE);
    g_subprocess_launcher_setenv(launcher, "SDL_DISKAUDIOFILE", end->heard, TRUE);
    g_subprocess_launcher_setenv(launcher, "SDL_DISKAUDIOFILEIN", end->said, TRUE);
    g_subprocess_launcher_take_fd(launcher, fd, 3);
    end->process = g_subprocess_launcher_spawn(launcher, &error, program, role, seconds, NULL);
    g_assert_no_error(error);
}

static void finish(End *end)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(
        g_subprocess_communicate_utf8(end->process, NULL, NULL, &end->output, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(g_subprocess_get_successful(end->process));
}

static double value(const End *end, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(end->output, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) pair = g_strsplit(lines[i], " ", 2);
        if (g_strcmp0(pair[0], name) == 0)
            return g_ascii_strtod(pair[1], NULL);
    }
    g_test_message("no %s in: %s", name, end->output);
    g_assert_not_reached();
}

/* FALSE: not as well as it should be. */
static gboolean is_heard(const End *from, const End *to)
{
    g_autofree char *said = NULL, *heard = NULL;
    gsize n_said, n_heard;
    g_assert_true(g_file_get_contents(from->said, &said, &n_said, NULL));
    g_assert_true(g_file_get_contents(to->heard, &heard, &n_heard, NULL));
    const gint16 *a = (const gint16 *)(const void *)said, *b = (const gint16 *)(const void *)heard;
    const gsize max_delay = RA_SPEECH_RATE / 2;
    /* The last second may not have arrived when it ended. */
    n_said = MIN(n_said / sizeof *a, (SECONDS - 1) * RA_SPEECH_RATE);
    n_heard /= sizeof *b;
    const RaSpeechMatch match = ra_speech_compare_pieces(a, n_said, b, n_heard, max_delay);
    /* Later the clocks that the driver makes of the system's naps run apart. */
    const RaSpeechMatch first = ra_speech_compare(a, RA_SPEECH_RATE, b, n_heard, max_delay);
    const double apart = (value(to, "loudspeaker-us") - value(from, "microphone-us")) / 1000;
    const double delay = first.delay / 48.0 + apart;
    g_test_message("correlation %.3f, SNR %.1f dB, heard %.3f; mouth to ear %.0f ms, of which the "
                   "buffer is %.0f ms; %.1f kbit/s, %.1f %% of a processor",
                   match.correlation, match.snr, match.heard, delay, value(to, "buffer-ms"),
                   value(from, "bits-per-second") / 1000, value(from, "cpu-percent"));
    g_assert_cmpfloat(value(to, "broken"), ==, 0);
    g_assert_cmpfloat(value(from, "ours"), >, 40);
    g_assert_cmpfloat(value(to, "theirs"), >, 40);
    return match.correlation > 0.45 && match.heard > 0.8 && delay < 200 &&
           value(to, "buffer-ms") < 100;
}

static void discard(End *end)
{
    (void)unlink(end->said);
    (void)unlink(end->heard);
    g_clear_pointer(&end->said, g_free);
    g_clear_pointer(&end->heard, g_free);
    g_clear_pointer(&end->output, g_free);
    g_clear_object(&end->process);
}

static gboolean talk_well(const char *folder)
{
    int pair[2];
    End anna = {0}, ben = {0};
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    start(&anna, folder, "anna", 31, "answer", pair[0]);
    start(&ben, folder, "ben", 32, "ask", pair[1]);
    finish(&anna);
    finish(&ben);
    const gboolean one_way = is_heard(&anna, &ben);
    const gboolean other_way = is_heard(&ben, &anna);
    discard(&anna);
    discard(&ben);
    return one_way && other_way;
}

/* A computer that is busy with other things spoils sound; not again and again. */
static void test_conversation(void)
{
    g_autofree char *folder = g_dir_make_tmp("ra-voice-XXXXXX", NULL);
    gboolean well = FALSE;
    for (guint i = 0; !well && i < TRIES; i++)
        well = talk_well(folder);
    g_assert_cmpint(rmdir(folder), ==, 0);
    g_assert_true(well);
}

void test_conversation_add(void)
{
    g_test_add_func("/voice/conversation", test_conversation);
}
