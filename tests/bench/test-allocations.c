/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nothing is allocated for a picture (doc/SCREEN.md, rule 5): once each picture of a scene has been
 * sent and shown, sending and showing it again asks for no memory. malloc() and its kin are this
 * file's here; what libraries ask for by themselves (libjpeg does, for each picture) is counted
 * apart.
 */
#include "tests/bench/stage.h"

#include "viewer/scale.h"
#include "wire/decoder.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define OWN_MALLOC 0
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define OWN_MALLOC 0
#endif
#endif
#if !defined OWN_MALLOC
#if defined __GLIBC__
#define OWN_MALLOC 1
#else
#define OWN_MALLOC 0
#endif
#endif

enum {
    WIDTH = 704, /* pixels */
    HEIGHT = 512,
    WARM_UP = 2 * RA_SCENE_CYCLE, /* updates */
    UPDATES = 100,
    DEPTH = 16, /* callers that are remembered */
};

static struct {
    gboolean on;
    guint ours, libraries;
    void *callers[DEPTH]; /* of the first of ours */
    int depth;
} counted;

#if OWN_MALLOC
#pragma GCC visibility push(default)
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* CALLER asked for memory. */
static void note(const void *caller)
{
    static const char *const libraries[] = {"jpeg", "libzstd", "libz."};
    Dl_info info;
    if (!counted.on)
        return;
    counted.on = FALSE; /* what follows may ask for memory itself */
    gboolean library = FALSE;
    if (dladdr(caller, &info) != 0 && info.dli_fname != NULL) {
        for (guint i = 0; i < G_N_ELEMENTS(libraries); i++)
            library = library || strstr(info.dli_fname, libraries[i]) != NULL;
    }
    if (library)
        counted.libraries++;
    else if (counted.ours++ == 0)
        counted.depth = backtrace(counted.callers, DEPTH);
    counted.on = TRUE;
}

void *malloc(size_t size)
{
    note(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t nmemb, size_t size)
{
    note(__builtin_return_address(0));
    return __libc_calloc(nmemb, size);
}

void *realloc(void *ptr, size_t size)
{
    note(__builtin_return_address(0));
    return __libc_realloc(ptr, size);
}

void *memalign(size_t alignment, size_t size)
{
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memptr, size_t alignment, size_t size)
{
    note(__builtin_return_address(0));
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL)
        return ENOMEM;
    *memptr = memory;
    return 0;
}
#pragma GCC visibility pop
#endif

/* Both ends. */
typedef struct {
    RaScene scene;
    RaEncoder *encoder;
    RaDecoder *decoder;
    RaScaler *scaler;
    GByteArray *bytes;
    guint8 *screen, *shown;
} Pair;

static void show(Pair *p)
{
    RaServerEvent event;
    gsize used;
    for (gsize at = 0; ra_decoder_step(p->decoder, p->bytes->data + at, p->bytes->len - at, &used,
                                       &event) == RA_DECODE_OK;
         at += used) {
        const RaBox all = {0, 0, WIDTH / 2, HEIGHT / 2};
        if (event.kind == RA_EVENT_RESIZE)
            ra_decoder_set_frame(p->decoder, p->screen, WIDTH * 4);
        else if (event.kind == RA_EVENT_UPDATE_END)
            ra_scaler_draw(p->scaler, p->screen, WIDTH * 4, p->shown, WIDTH / 2 * 4, all);
    }
    g_byte_array_set_size(p->bytes, 0);
}

static void pair_init(Pair *p, RaSceneKind kind, int how)
{
    *p = (Pair){.bytes = g_byte_array_new()};
    ra_scene_init(&p->scene, kind, WIDTH, HEIGHT);
    p->encoder = ra_stage_encoder_new(&p->scene, how, p->bytes);
    p->decoder = ra_decoder_new(WIDTH, HEIGHT);
    p->scaler = ra_scaler_new(WIDTH, HEIGHT, WIDTH / 2, HEIGHT / 2);
    p->screen = g_malloc0((gsize)WIDTH * HEIGHT * 4);
    p->shown = g_malloc0((gsize)WIDTH * HEIGHT);
    show(p);
}

static void pair_clear(Pair *p)
{
    ra_scene_clear(&p->scene);
    ra_encoder_free(p->encoder);
    ra_decoder_free(p->decoder);
    ra_scaler_free(p->scaler);
    g_byte_array_unref(p->bytes);
    g_free(p->screen);
    g_free(p->shown);
}

/* The next picture, and what of the ones before has rested. */
static void next(Pair *p)
{
    ra_scene_next(&p->scene);
    ra_stage_encode_update(p->encoder, &p->scene, p->bytes);
    show(p);
    ra_encoder_rest(p->encoder);
    if (ra_encoder_pending(p->encoder)) {
        const RaFrameView view = ra_scene_view(&p->scene);
        ra_encoder_update(p->encoder, &view, NULL, 0, p->bytes);
        show(p);
    }
}

static const struct {
    const char *name;
    RaSceneKind kind;
    int how;
} cases[] = {
    {"still", RA_SCENE_STILL, RA_STAGE_OURS},
    {"typing", RA_SCENE_TYPING, RA_STAGE_OURS},
    {"scroll", RA_SCENE_SCROLL, RA_STAGE_OURS},
    {"window", RA_SCENE_WINDOW, RA_STAGE_OURS},
    {"across", RA_SCENE_ACROSS, RA_STAGE_OURS},
    {"drag", RA_SCENE_DRAG, RA_STAGE_OURS},
    {"text", RA_SCENE_TEXT, RA_STAGE_OURS},
    {"grey", RA_SCENE_GREY, RA_STAGE_OURS},
    {"ui", RA_SCENE_UI, RA_STAGE_OURS},
    {"video", RA_SCENE_VIDEO, RA_STAGE_OURS},
    {"tight/typing", RA_SCENE_TYPING, RA_STAGE_TAKES_TIGHT},
    {"tight/window", RA_SCENE_WINDOW, RA_STAGE_TAKES_TIGHT},
    {"tight/ui", RA_SCENE_UI, RA_STAGE_TAKES_TIGHT},
    {"tight/video", RA_SCENE_VIDEO, RA_STAGE_TAKES_TIGHT},
    {"zrle/window", RA_SCENE_WINDOW, RA_STAGE_TAKES_ZRLE},
    {"zrle/ui", RA_SCENE_UI, RA_STAGE_TAKES_ZRLE},
};

static void test_updates(gconstpointer data)
{
    const gsize i = GPOINTER_TO_SIZE(data);
    Pair pair;
    pair_init(&pair, cases[i].kind, cases[i].how);
    for (guint k = 0; k < WARM_UP; k++)
        next(&pair);
    counted.ours = counted.libraries = 0;
    counted.on = TRUE;
    for (guint k = 0; k < UPDATES; k++)
        next(&pair);
    counted.on = FALSE;
    pair_clear(&pair);
    if (counted.libraries > 0)
        g_test_message("libraries asked for memory %u times", counted.libraries);
    if (counted.ours == 0)
        return;
    char **symbols = backtrace_symbols(counted.callers, counted.depth);
    for (int k = 0; symbols != NULL && k < counted.depth; k++)
        g_test_message("%s", symbols[k]);
    free(symbols);
    g_test_message("%u times in %u updates; the first is above", counted.ours, UPDATES);
    g_test_fail();
}

/* That the counting works. */
static void test_counting(void)
{
    counted.ours = 0;
    counted.on = TRUE;
    GArray *array = g_array_new(FALSE, FALSE, 4);
    gpointer memory = g_malloc(10);
    memory = g_realloc(memory, 100000);
    counted.on = FALSE;
    g_free(memory);
    g_array_unref(array);
    g_assert_cmpuint(counted.ours, >=, 3);
}

int main(int argc, char **argv)
{
    void *warm[1];
    /* GLib's own store of small pieces would hide them. It looks only once, when it is loaded. */
    if (g_getenv("G_SLICE") == NULL && g_setenv("G_SLICE", "always-malloc", TRUE))
        execv("/proc/self/exe", argv);
    g_test_init(&argc, &argv, NULL);
#if !OWN_MALLOC
    printf("1..0 # SKIP memory is the sanitizers' here\n");
    return 0;
#endif
    backtrace(warm, 1); /* which loads a library the first time */
    g_test_add_func("/allocations/counting", test_counting);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/allocations/%s", cases[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_updates);
    }
    return g_test_run();
}
