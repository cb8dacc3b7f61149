/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much each stage of the picture path costs: doc/PERFORMANCE.md, "Stages".
 *
 *   bench-stages --list               names and what they do
 *   bench-stages --time [STAGE]...    milliseconds of a round, median and 95th percentile
 *   bench-stages --count [STAGE]...   for valgrind --tool=callgrind --instr-atstart=no: one round
 *                                     each, instructions dumped by the name of the stage
 *   --size WIDTHxHEIGHT               of the screen, else 1920x1080
 *   --rounds N                        each measured so many times; with --count all together
 *   bench-stages --built              how it was compiled, and a hash of what it draws
 *
 * STAGE may be the beginning of names: "update-". What is set up and warmed up is not measured.
 */
#include "tests/bench/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#define CALLGRIND_DUMP_STATS_AT(name) (void)(name)
#endif

enum {
    WARM_UP = 3, /* rounds */
    TIMED = 41,
};

typedef struct {
    gboolean list, time, count, built;
    int rounds;
    guint16 width, height;
    char *size;
    char **stages;
} Options;

/* Milliseconds of the processor, so that what else the computer does counts little; but for a stage
 * that waits for another program those of the clock. */
static double now(const RaStage *stage)
{
    struct timespec time;
    clock_gettime(stage->foreign ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int compare(gconstpointer a, gconstpointer b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void next_round(RaStageRun *run)
{
    run->stage->class->prepare(run);
}

static void warm_up(RaStageRun *run)
{
    for (; run->round < WARM_UP; run->round++) {
        next_round(run);
        run->stage->class->run(run);
    }
}

static void time_stage(RaStageRun *run, int rounds)
{
    double times[RA_STAGE_ROUNDS_MAX] = {0};
    gsize bytes = 0;
    for (int i = 0; i < rounds; i++, run->round++) {
        next_round(run);
        const double start = now(run->stage);
        run->stage->class->run(run);
        times[i] = now(run->stage) - start;
        bytes += run->bytes;
    }
    qsort(times, (size_t)rounds, sizeof *times, compare);
    printf("%-20s %8.3f %8.3f", run->stage->name, times[rounds / 2], times[rounds * 95 / 100]);
    if (bytes > 0)
        printf(" %10.1f\n", (double)bytes / 1000 / rounds);
    else
        printf("\n");
    fflush(stdout);
}

static void count_stage(RaStageRun *run, int rounds)
{
    for (int i = 0; i < rounds; i++, run->round++) {
        next_round(run);
        CALLGRIND_START_INSTRUMENTATION;
        run->stage->class->run(run);
        CALLGRIND_STOP_INSTRUMENTATION;
    }
    CALLGRIND_DUMP_STATS_AT(run->stage->name);
}

static void run_stage(const RaStage *stage, const Options *options)
{
    RaStageRun run;
    const int asked = options->rounds > 0 ? options->rounds : options->count ? 1 : TIMED;
    const int rounds = MIN(asked, RA_STAGE_ROUNDS_MAX - WARM_UP);
    ra_stage_run_init(&run, stage, options->width, options->height, (guint)(WARM_UP + rounds));
    if (run.wants != NULL) {
        printf("%-20s needs %s\n", stage->name, run.wants);
    } else {
        warm_up(&run);
        if (options->count)
            count_stage(&run, rounds);
        else
            time_stage(&run, rounds);
    }
    ra_stage_run_clear(&run);
}

static gboolean wanted(const RaStage *stage, const Options *options)
{
    if (options->stages == NULL)
        return !(options->count && stage->foreign);
    for (char **name = options->stages; *name != NULL; name++) {
        if (g_str_has_prefix(stage->name, *name))
            return TRUE;
    }
    return FALSE;
}

static int run_stages(const Options *options)
{
    guint n, done = 0;
    const RaStage *stages = ra_stages(&n);
    if (options->time)
        printf("%-20s %8s %8s %10s\n", "stage", "ms", "95 %", "kB made");
    for (guint i = 0; i < n; i++) {
        if (!wanted(&stages[i], options))
            continue;
        done++;
        if (options->list)
            printf("%-20s %s\n", stages[i].name, stages[i].what);
        else
            run_stage(&stages[i], options);
    }
    if (done == 0)
        fprintf(stderr, "bench-stages: there is no such stage: see --list\n");
    return done == 0 ? 2 : 0;
}

/* Of all kinds of pictures: other letters make other numbers. */
static guint32 hash_pictures(void)
{
    enum { WIDTH = 640, HEIGHT = 160 };
    const gsize size = (gsize)WIDTH * HEIGHT * 4;
    g_autofree guint8 *pixels = g_malloc(size);
    guint32 hash = 2166136261u;
    for (guint kind = 0; kind < RA_CONTENT_KINDS; kind++) {
        ra_content_draw(kind, 1, WIDTH, HEIGHT, pixels, WIDTH * 4);
        for (gsize i = 0; i < size; i++)
            hash = (hash ^ pixels[i]) * 16777619u;
    }
    return hash;
}

static void print_built(void)
{
#if defined __clang__
    printf("clang %d", __clang_major__);
#else
    printf("gcc %d", __GNUC__);
#endif
#if defined __x86_64__
    printf(" x86_64");
#else
    printf(" other");
#endif
    printf(" %08x %s\n", hash_pictures(), RA_BUILT_WITH);
}

static gboolean parse_size(const char *text, guint16 *width, guint16 *height)
{
    g_auto(GStrv) sides = g_strsplit(text, "x", 2);
    guint64 across, down;
    if (g_strv_length(sides) != 2 ||
        !g_ascii_string_to_unsigned(sides[0], 10, 640, 4096, &across, NULL) ||
        !g_ascii_string_to_unsigned(sides[1], 10, 480, 4096, &down, NULL))
        return FALSE;
    *width = (guint16)across;
    *height = (guint16)down;
    return TRUE;
}

static gboolean parse(Options *o, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"list", 0, 0, G_OPTION_ARG_NONE, &o->list, "Names of the stages", NULL},
        {"time", 0, 0, G_OPTION_ARG_NONE, &o->time, "Milliseconds", NULL},
        {"count", 0, 0, G_OPTION_ARG_NONE, &o->count, "Run each once, for callgrind", NULL},
        {"built", 0, 0, G_OPTION_ARG_NONE, &o->built, "How it was compiled", NULL},
        {"rounds", 0, 0, G_OPTION_ARG_INT, &o->rounds, "How often", "N"},
        {"size", 0, 0, G_OPTION_ARG_STRING, &o->size, "Of the screen", "WIDTHxHEIGHT"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->stages, NULL, "STAGE"},
        {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    o->width = 1920;
    o->height = 1080;
    if ((o->size != NULL && !parse_size(o->size, &o->width, &o->height)) ||
        o->list + o->time + o->count + o->built != 1) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "one of --list, --time, --count and --built; sizes from 640x480 to 4096x4096");
        return FALSE;
    }
    return TRUE;
}

int main(int argc, char **argv)
{
    Options options = {0};
    g_autoptr(GError) error = NULL;
    int status = 0;
    if (!parse(&options, &argc, &argv, &error)) {
        fprintf(stderr, "bench-stages: %s\n", error->message);
        status = 2;
    } else if (options.built) {
        print_built();
    } else {
        status = run_stages(&options);
    }
    g_free(options.size);
    g_strfreev(options.stages);
    return status;
}
