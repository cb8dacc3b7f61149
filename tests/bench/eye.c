/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench-eye NOVICE HELPER: the eye of bench-screen, which says on its standard input what is
 * wanted:
 *
 *   find MILLISECONDS    where the novice's screen is on the helper's display
 *   run KIND SECONDS     says "ready" when the first picture may come, and waits for another line
 *   exact                the share of pixels that are the same
 *
 * and is answered by one line of JSON each. */
#include "tests/bench/eye.h"

#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static void set_stage(Eye *eye)
{
    EyeDisplay *novice = eye->novice;
    const guint32 values[] = {0x808080, TRUE, XCB_EVENT_MASK_KEY_PRESS};
    eye->stage = xcb_generate_id(novice->xcb);
    xcb_create_window(novice->xcb, 24, eye->stage, novice->root, 0, 0, novice->width,
                      novice->height, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
    xcb_map_window(novice->xcb, eye->stage);
    eye_stage_page(eye, TRUE);
}

static gint by_size(gconstpointer a, gconstpointer b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const GArray *sorted, double share)
{
    return g_array_index(sorted, double, MIN((guint)(sorted->len * share), sorted->len - 1));
}

static void print_result(const EyeResult *result)
{
    g_array_sort(result->delays, by_size);
    printf("{\"drawn\": %u, \"seen\": %u, \"seconds\": %.3f", result->drawn, result->seen,
           result->seconds);
    if (result->seen > 0)
        printf(", \"median\": %.3f, \"p95\": %.3f, \"longest\": %.3f",
               percentile(result->delays, 0.5), percentile(result->delays, 0.95),
               percentile(result->delays, 1));
    printf("}\n");
}

static void run(Eye *eye, const EyeKind *kind, double seconds, guint base)
{
    EyeResult result;
    char line[64];
    kind->prepare(eye);
    eye_display_sync(eye->novice);
    puts("ready");
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL)
        exit(0);
    eye_watch(eye, kind, seconds, base, &result);
    print_result(&result);
    g_array_unref(result.delays);
    if (eye->window != 0) {
        xcb_destroy_window(eye->novice->xcb, eye->window);
        eye->window = 0;
        eye_display_sync(eye->novice);
    }
}

/* FALSE: it is not known. */
static gboolean obey(Eye *eye, const char *line, guint *base)
{
    g_autofree char *text = g_strchomp(g_strdup(line));
    g_auto(GStrv) words = g_strsplit(text, " ", 0);
    const guint n = g_strv_length(words);
    const EyeKind *kind = n == 3 ? eye_kind(words[1]) : NULL;
    if (n == 2 && g_str_equal(words[0], "find")) {
        g_autoptr(GError) error = NULL;
        if (eye_find(eye, (gint)g_ascii_strtoll(words[1], NULL, 10), &error))
            printf("{\"x\": %d, \"y\": %d}\n", eye->x, eye->y);
        else
            printf("{\"error\": \"%s\"}\n", error->message);
    } else if (kind != NULL && g_str_equal(words[0], "run")) {
        run(eye, kind, g_ascii_strtod(words[2], NULL), *base);
        *base = (*base + 1531) % EYE_NUMBERS;
    } else if (g_str_equal(text, "exact")) {
        printf("{\"exact\": %.6f}\n", eye_exact(eye));
    } else {
        return FALSE;
    }
    fflush(stdout);
    return TRUE;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: bench-eye NOVICE HELPER (two displays)\n");
        return 2;
    }
    g_autoptr(GRand) random = g_rand_new();
    Eye eye = {.random = random, .seed = (guint32)g_rand_int_range(random, 1, 1 << 20)};
    g_autoptr(EyeDisplay) novice = eye_display_open(argv[1], &error);
    g_autoptr(EyeDisplay) helper = novice == NULL ? NULL : eye_display_open(argv[2], &error);
    if (helper == NULL) {
        fprintf(stderr, "bench-eye: %s\n", error->message);
        return 1;
    }
    eye.novice = novice;
    eye.helper = helper;
    prctl(PR_SET_TIMERSLACK,
          1000UL); /* a microsecond, so that it sleeps no longer than it wants to */
    set_stage(&eye);
    puts("{}");
    fflush(stdout);
    char line[128];
    guint base = 7;
    while (fgets(line, sizeof line, stdin) != NULL)
        if (!obey(&eye, line, &base)) {
            fprintf(stderr, "bench-eye: not known: %s", line);
            return 2;
        }
    return 0;
}
