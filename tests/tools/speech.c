/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests: speech as raw files (signed 16 bits of this machine, mono, 48 kHz), as SDL's "disk"
 * audio driver reads and writes them.
 *
 *   speech make SEED SECONDS FILE
 *   speech compare SAID HEARD [MAX-DELAY-MS]     prints one line: delay_ms=… correlation=… …
 */
#include "tests/support/speech.h"

#include <stdio.h>
#include <stdlib.h>

static int usage(void)
{
    (void)fprintf(stderr, "usage: speech make SEED SECONDS FILE\n"
                          "       speech compare SAID HEARD [MAX-DELAY-MS]\n");
    return 2;
}

static int failed(const GError *error)
{
    (void)fprintf(stderr, "speech: %s\n", error->message);
    return EXIT_FAILURE;
}

static int make(guint seed, guint seconds, const char *path)
{
    const gsize n = (gsize)seconds * RA_SPEECH_RATE;
    g_autofree gint16 *samples = g_new(gint16, n);
    g_autoptr(GError) error = NULL;
    ra_speech_make(seed, samples, n);
    if (!g_file_set_contents(path, (const char *)samples, (gssize)(n * sizeof *samples), &error))
        return failed(error);
    return EXIT_SUCCESS;
}

static int compare(const char *said_path, const char *heard_path, guint max_delay_ms)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *said = NULL, *heard = NULL;
    gsize n_said, n_heard;
    if (!g_file_get_contents(said_path, &said, &n_said, &error) ||
        !g_file_get_contents(heard_path, &heard, &n_heard, &error))
        return failed(error);
    /* g_malloc() aligns for every type. */
    const RaSpeechMatch match = ra_speech_compare_pieces(
        (const gint16 *)(const void *)said, n_said / 2, (const gint16 *)(const void *)heard,
        n_heard / 2, (gsize)max_delay_ms * RA_SPEECH_RATE / 1000);
    g_print("delay_ms=%.1f correlation=%.3f snr=%.1f heard=%.3f\n",
            match.delay * 1000.0 / RA_SPEECH_RATE, match.correlation, match.snr, match.heard);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 5 && g_str_equal(argv[1], "make"))
        return make((guint)g_ascii_strtoull(argv[2], NULL, 10),
                    (guint)CLAMP(g_ascii_strtoll(argv[3], NULL, 10), 1, 600), argv[4]);
    if (argc >= 4 && argc <= 5 && g_str_equal(argv[1], "compare"))
        return compare(argv[2], argv[3],
                       argc == 5 ? (guint)CLAMP(g_ascii_strtoll(argv[4], NULL, 10), 0, 10000)
                                 : 1000);
    return usage();
}
