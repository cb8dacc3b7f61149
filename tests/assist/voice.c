/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two RaVoice joined by queues: who asks whom, and what may not be said when. */
#include "assist/voice.h"

#include "tests/assist/test-voice.h"

#include <stdlib.h>
#include <string.h>

typedef struct _Side Side;

struct _Side {
    const char *name;
    Side *other;
    RaPort port;
    RaVoice *voice;
    GQueue under_way; /* RaIpcMessage, from us to the other */
    guint changes, sounds;
    guint queued; /* what the port says */
    gboolean broken;
};

typedef struct {
    Side a, b;
} Pair;

static void on_send(const RaIpcMessage *message, int fd, gpointer data)
{
    Side *side = data;
    g_assert_cmpint(fd, ==, -1);
    if (message->kind == RA_IPC_SOUND) {
        side->sounds++;
        return;
    }
    g_assert_cmpint(message->kind, ==, RA_IPC_ASSIST);
    g_queue_push_tail(&side->under_way, g_memdup2(message, sizeof *message));
}

static guint on_queued(gpointer data)
{
    return ((Side *)data)->queued;
}

static void on_changed(const RaVoiceStatus *status, gpointer data)
{
    Side *side = data;
    g_assert_true(status == ra_voice_status(side->voice));
    side->changes++;
}

static void on_levels(guint ours, guint theirs, gpointer data)
{
    (void)data;
    g_assert_cmpuint(ours, <=, 100);
    g_assert_cmpuint(theirs, <=, 100);
}

static void side_init(Side *side, const char *name, Side *other)
{
    static const RaVoiceEvents events = {on_changed, on_levels};
    *side = (Side){.name = name, .other = other, .port = {on_send, on_queued, side}};
    g_queue_init(&side->under_way);
    side->voice = ra_voice_new(&side->port, &events, side);
}

/* DRIVER: "disk" gives each a silent microphone and a loudspeaker, "none" neither. (SDL's "dummy"
 * can be opened only once by a program.) */
static void pair_init(Pair *pair, const char *driver)
{
    g_setenv("SDL_AUDIODRIVER", driver, TRUE);
    g_setenv("SDL_DISKAUDIOFILE", "/dev/null", TRUE);
    g_setenv("SDL_DISKAUDIOFILEIN", "/dev/zero", TRUE);
    side_init(&pair->a, "a", &pair->b);
    side_init(&pair->b, "b", &pair->a);
}

static void pair_clear(Pair *pair)
{
    ra_voice_free(pair->a.voice);
    ra_voice_free(pair->b.voice);
    g_queue_clear_full(&pair->a.under_way, g_free);
    g_queue_clear_full(&pair->b.under_way, g_free);
}

/* One message of FROM arrives. */
static gboolean arrive(Side *from)
{
    g_autofree RaIpcMessage *message = g_queue_pop_head(&from->under_way);
    if (message == NULL)
        return FALSE;
    if (!ra_voice_take(from->other->voice, &message->assist))
        from->other->broken = TRUE;
    return TRUE;
}

static void arrive_all(Pair *pair)
{
    while (arrive(&pair->a) || arrive(&pair->b))
        ;
}

static RaVoiceState state(const Side *side)
{
    return ra_voice_status(side->voice)->state;
}

static gboolean sound_is_taken(Side *to)
{
    static const gint16 silence[RA_SOUND_FRAME];
    const RaIpcMessage message = {
        .kind = RA_IPC_SOUND,
        .sound = {.stamp = 1, .n = RA_SOUND_FRAME, .samples = (const guint8 *)silence}};
    return ra_voice_take_sound(to->voice, &message);
}

static void run_for(guint ms)
{
    const gint64 end = g_get_monotonic_time() + ms * 1000;
    while (g_get_monotonic_time() < end) {
        while (g_main_context_iteration(NULL, FALSE))
            ;
        g_usleep(1000);
    }
}

static gboolean waits_on(gint64 end)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_usleep(1000);
    return g_get_monotonic_time() < end;
}

/* Runs the main loop until CONDITION holds: ten seconds are for busy computers. */
#define WAIT_FOR(condition)                                                       \
    do {                                                                          \
        const gint64 wait_end = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND; \
        while (!(condition) && waits_on(wait_end))                                \
            ;                                                                     \
        g_assert_true(condition);                                                 \
    } while (0)

/*
 * Steps, from the left: a or b: that side asks; y, n (Y, N): a (b) answers; e (E): a (b) ends; >
 * (<): one message of a (b) arrives; . : all arrive. Upper case is b's.
 */
static void step(Pair *pair, char what)
{
    switch (what) {
    case 'a':
        ra_voice_ask(pair->a.voice);
        break;
    case 'b':
        ra_voice_ask(pair->b.voice);
        break;
    case 'y':
    case 'n':
        ra_voice_answer(pair->a.voice, what == 'y', RA_GOODBYE_DECLINED);
        break;
    case 'Y':
    case 'N':
        ra_voice_answer(pair->b.voice, what == 'Y', RA_GOODBYE_DECLINED);
        break;
    case 'e':
        ra_voice_end(pair->a.voice);
        break;
    case 'E':
        ra_voice_end(pair->b.voice);
        break;
    case 'm':
        ra_voice_mute(pair->a.voice, !ra_voice_status(pair->a.voice)->muted);
        break;
    case '>':
        arrive(&pair->a);
        break;
    case '<':
        arrive(&pair->b);
        break;
    case '.':
        arrive_all(pair);
        break;
    default:
        g_assert_not_reached();
    }
}

#define OFF    RA_VOICE_OFF
#define ASKING RA_VOICE_ASKING
#define ASKED  RA_VOICE_ASKED
#define ON     RA_VOICE_ON

static const struct {
    const char *name, *steps;
    RaVoiceState a, b;
    gboolean refused; /* a was */
} stories[] = {
    {"asked", "a.", ASKING, ASKED, FALSE},
    {"yes", "a.Y.", ON, ON, FALSE},
    {"no", "a.N.", OFF, OFF, TRUE},
    {"no, then asked again", "a.N.a.", ASKING, ASKED, FALSE},
    {"no, then the other asks", "a.N.b.y.", ON, ON, FALSE},
    {"ended by who asked", "a.Y.e.", OFF, OFF, FALSE},
    {"ended by who agreed", "a.Y.E.", OFF, OFF, FALSE},
    {"ended by both at once", "a.Y.eE.", OFF, OFF, FALSE},
    {"both asked at once", "ab.", ON, ON, FALSE},
    {"withdrawn", "a.e.", OFF, OFF, FALSE},
    {"withdrawn before it came", "ae.", OFF, OFF, FALSE},
    {"withdrawn while yes was under way", "a.Ye.", OFF, OFF, FALSE},
    {"withdrawn while no was under way", "a.Ne.", OFF, OFF, FALSE},
    {"withdrawn and asked again while yes was under way", "a.Yea.", ASKING, ASKED, FALSE},
    {"the same, and agreed to", "a.Yea.Y.", ON, ON, FALSE},
    {"withdrawn twice", "aeaeae.", OFF, OFF, FALSE},
    {"withdrawn twice while yes was under way", "a.Yeae.", OFF, OFF, FALSE},
    {"both asked, one withdrew", "abe.", OFF, OFF, FALSE},
    {"both asked, one withdrew late", "ab>e.", OFF, OFF, FALSE},
    {"both asked, both withdrew", "abeE.", OFF, OFF, FALSE},
    {"both asked, both withdrew, both asked", "abeEab.", ON, ON, FALSE},
    {"ended and asked at once by both", "a.Y.eEab.", ON, ON, FALSE},
    {"muted while the end was under way", "a.Y.mmmE.", OFF, OFF, FALSE},
    {"the end refuses a question", "a.E.", OFF, OFF, TRUE},
    {"asking while asked is no answer", "a.b.", ASKING, ASKED, FALSE},
    {"what does not fit", "yYnNeEm.", OFF, OFF, FALSE},
    {"what does not fit while on", "a.Y.aabyYnN.", ON, ON, FALSE},
};

static void test_stories(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(stories); i++) {
        Pair pair;
        pair_init(&pair, "disk");
        g_test_message("%s: %s", stories[i].name, stories[i].steps);
        for (const char *s = stories[i].steps; *s != '\0'; s++)
            step(&pair, *s);
        g_assert_false(pair.a.broken);
        g_assert_false(pair.b.broken);
        g_assert_cmpint(state(&pair.a), ==, stories[i].a);
        g_assert_cmpint(state(&pair.b), ==, stories[i].b);
        g_assert_cmpint(ra_voice_status(pair.a.voice)->refused, ==, stories[i].refused);
        /* From here a conversation must still be possible, whatever happened. */
        step(&pair, 'e');
        step(&pair, 'E');
        step(&pair, '.');
        g_assert_cmpint(state(&pair.a), ==, OFF);
        g_assert_cmpint(state(&pair.b), ==, OFF);
        for (const char *s = "b.y."; *s != '\0'; s++)
            step(&pair, *s);
        g_assert_cmpint(state(&pair.a), ==, ON);
        g_assert_cmpint(state(&pair.b), ==, ON);
        pair_clear(&pair);
    }
}

/* Two ends in any order of acts and arrivals never take each other for liars, and agree once all
 * has arrived. */
static void test_any_order(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    for (guint round = 0; round < 300; round++) {
        Pair pair;
        pair_init(&pair, "none"); /* no devices: quick */
        for (guint i = 0; i < 60; i++) {
            step(&pair, "abyYnNeEm><><><><."[g_rand_int_range(rand, 0, 18)]);
            g_assert_false(pair.a.broken);
            g_assert_false(pair.b.broken);
        }
        step(&pair, '.');
        const RaVoiceState a = state(&pair.a), b = state(&pair.b);
        g_assert_true((a == b && (a == OFF || a == ON)) || (a == ASKING && b == ASKED) ||
                      (a == ASKED && b == ASKING));
        pair_clear(&pair);
    }
}

/* What an honest end does not say. */
static void test_lies(void)
{
    static const struct {
        const char *steps;
        RaAssist message;
    } cases[] = {
        {"", {.kind = RA_ASSIST_VOICE_ANSWER, .answer = {.yes = TRUE}}},
        {"", {.kind = RA_ASSIST_VOICE_MUTED, .flag = TRUE}},
        {"", {.kind = RA_ASSIST_VOICE_SOUND}},
        {"", {.kind = RA_ASSIST_CHAT}},
        {"b.", {.kind = RA_ASSIST_VOICE_WANT}},
        {"b.", {.kind = RA_ASSIST_VOICE_ANSWER, .answer = {.yes = TRUE}}},
        {"b.", {.kind = RA_ASSIST_VOICE_MUTED}},
        {"a.", {.kind = RA_ASSIST_VOICE_MUTED}},
        {"a.Y.", {.kind = RA_ASSIST_VOICE_WANT}},
        {"a.Y.", {.kind = RA_ASSIST_VOICE_ANSWER}},
        {"a.N.", {.kind = RA_ASSIST_VOICE_ANSWER, .answer = {.yes = TRUE}}},
        {"a.e.", {.kind = RA_ASSIST_VOICE_ANSWER, .answer = {.yes = TRUE}}},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Pair pair;
        pair_init(&pair, "none");
        for (const char *s = cases[i].steps; *s != '\0'; s++)
            step(&pair, *s);
        const RaVoiceState before = state(&pair.a);
        g_assert_false(ra_voice_take(pair.a.voice, &cases[i].message));
        g_assert_cmpint(state(&pair.a), ==, before);
        pair_clear(&pair);
    }
}

static void test_sound(void)
{
    Pair pair;
    pair_init(&pair, "disk");
    g_assert_false(sound_is_taken(&pair.a)); /* nobody agreed */
    step(&pair, 'a');
    g_assert_false(sound_is_taken(&pair.a));
    step(&pair, '.');
    g_assert_false(sound_is_taken(&pair.b));
    step(&pair, 'Y');
    step(&pair, '.');
    g_assert_true(sound_is_taken(&pair.a));
    const RaIpcMessage odd[] = {
        {.kind = RA_IPC_SOUND, .sound = {.n = 0}},
        {.kind = RA_IPC_SOUND, .sound = {.n = RA_SOUND_FRAME + 1}},
        {.kind = RA_IPC_ASSIST},
    };
    for (guint i = 0; i < G_N_ELEMENTS(odd); i++)
        g_assert_false(ra_voice_take_sound(pair.a.voice, &odd[i]));
    /* What was under way when it ended is dropped, at both ends; not for ever. */
    step(&pair, 'e');
    g_assert_true(sound_is_taken(&pair.a));
    step(&pair, '.');
    g_assert_true(sound_is_taken(&pair.a));
    g_assert_true(sound_is_taken(&pair.b));
    run_for(2100);
    g_assert_false(sound_is_taken(&pair.a));
    g_assert_false(sound_is_taken(&pair.b));
    pair_clear(&pair);
}

/* The microphone is open while they talk and it is not muted, and at no other time. */
static void test_microphone(void)
{
    Pair pair;
    pair_init(&pair, "disk");
    const RaVoiceStatus *status = ra_voice_status(pair.a.voice);
    static const struct {
        char step;
        gboolean open, muted;
    } steps[] = {
        {'a', FALSE, FALSE}, {'.', FALSE, FALSE}, {'Y', FALSE, FALSE}, {'.', TRUE, FALSE},
        {'m', FALSE, TRUE},  {'.', FALSE, TRUE},  {'m', TRUE, FALSE},  {'e', FALSE, FALSE},
        {'.', FALSE, FALSE}, {'b', FALSE, FALSE}, {'.', FALSE, FALSE}, {'y', TRUE, FALSE},
        {'m', FALSE, TRUE},  {'E', FALSE, TRUE},  {'.', FALSE, FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        step(&pair, steps[i].step);
        const guint before = pair.a.sounds;
        if (steps[i].open)
            WAIT_FOR(pair.a.sounds > before);
        else
            run_for(60);
        g_assert_cmpint(status->microphone_open, ==, steps[i].open);
        g_assert_cmpint(status->muted, ==, steps[i].muted);
        g_assert_cmpint(pair.a.sounds > before, ==, steps[i].open);
        if (steps[i].step == '.')
            g_assert_cmpint(ra_voice_status(pair.b.voice)->their_muted, ==, steps[i].muted);
    }
    /* The worker has too much to send already: what would come too late is not sent. */
    step(&pair, 'a');
    step(&pair, '.');
    step(&pair, 'Y');
    step(&pair, '.');
    pair.a.queued = 1000;
    run_for(30);
    const guint before = pair.a.sounds;
    run_for(100);
    g_assert_cmpuint(pair.a.sounds, ==, before);
    /* The link breaks. */
    ra_voice_unlinked(pair.a.voice);
    g_assert_false(status->microphone_open);
    g_assert_cmpint(status->state, ==, OFF);
    pair_clear(&pair);
}

/* No sound system, or none with devices: it is said, they still hear each other where they can, and
 * one that appears is found. */
static void test_no_devices(void)
{
    Pair pair;
    pair_init(&pair, "none");
    const RaVoiceStatus *status = ra_voice_status(pair.a.voice);
    for (const char *s = "a.Y."; *s != '\0'; s++)
        step(&pair, *s);
    g_assert_cmpint(status->state, ==, ON);
    g_assert_true(status->no_microphone);
    g_assert_true(status->no_loudspeaker);
    g_assert_false(status->microphone_open);
    g_assert_true(sound_is_taken(&pair.a));
    g_setenv("SDL_AUDIODRIVER", "disk", TRUE);
    const guint changes = pair.a.changes;
    WAIT_FOR(!status->no_microphone);
    g_assert_cmpuint(pair.a.changes, ==, changes + 1);
    g_assert_false(status->no_microphone);
    g_assert_false(status->no_loudspeaker);
    g_assert_true(status->microphone_open);
    WAIT_FOR(pair.a.sounds > 0);
    pair_clear(&pair);
}

/* A loudspeaker that breaks in the middle of it: the driver's file cannot be written. */
static void test_lost_device(void)
{
    Pair pair;
    pair_init(&pair, "disk");
    g_setenv("SDL_DISKAUDIOFILE", "/dev/full", TRUE);
    const RaVoiceStatus *status = ra_voice_status(pair.a.voice);
    for (const char *s = "a.Y."; *s != '\0'; s++)
        step(&pair, *s);
    g_assert_false(status->no_loudspeaker);
    WAIT_FOR(status->no_loudspeaker);
    g_assert_cmpint(status->state, ==, ON);
    g_assert_true(status->microphone_open);
    g_assert_true(sound_is_taken(&pair.a));
    g_setenv("SDL_DISKAUDIOFILE", "/dev/null", TRUE);
    const guint before = pair.a.sounds;
    WAIT_FOR(!status->no_loudspeaker);
    g_assert_true(status->microphone_open);
    WAIT_FOR(pair.a.sounds > before);
    pair_clear(&pair);
}

/* A question that nobody answers is a no; one that gets no reply at all is given up. */
static void test_silence(void)
{
    Pair pair;
    pair_init(&pair, "none");
    ra_voice_set_patience(pair.b.voice, 50);
    step(&pair, 'a');
    step(&pair, '.');
    WAIT_FOR(state(&pair.b) == OFF);
    step(&pair, '.');
    g_assert_cmpint(state(&pair.a), ==, OFF);
    g_assert_true(ra_voice_status(pair.a.voice)->refused);

    ra_voice_set_patience(pair.a.voice, 50);
    step(&pair, 'a');
    WAIT_FOR(state(&pair.a) == OFF);
    step(&pair, '.');
    g_assert_cmpint(state(&pair.b), ==, OFF);
    g_assert_false(pair.a.broken || pair.b.broken);
    pair_clear(&pair);
}

void test_voice_add(void)
{
    g_test_add_func("/voice/stories", test_stories);
    g_test_add_func("/voice/any-order", test_any_order);
    g_test_add_func("/voice/lies", test_lies);
    g_test_add_func("/voice/sound", test_sound);
    g_test_add_func("/voice/microphone", test_microphone);
    g_test_add_func("/voice/no-devices", test_no_devices);
    g_test_add_func("/voice/lost-device", test_lost_device);
    g_test_add_func("/voice/silence", test_silence);
}
