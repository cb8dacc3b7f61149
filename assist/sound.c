/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/sound.h"

#include "assist/echo.h"
#include "assist/jitter.h"
#include "base/io.h"
#include "wire/ipc.h"

#include <SDL.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    CHECK_MS = 1000,   /* between two looks at the devices */
    RETRY_EVERY = 3,   /* looks, between two tries to open what is missing */
    READY_MAX = 8,     /* frames of the microphone that wait for the main loop; the oldest go */
    WAITING_MEAN = 32, /* gulps over which what waits is averaged */
};

typedef struct {
    SDL_AudioDeviceID id; /* 0: closed */
    gboolean wanted;
} Device;

typedef struct {
    guint32 stamp;
    gint16 near[RA_SOUND_FRAME]; /* of the microphone */
    gint16 far[RA_SOUND_FRAME];  /* what was played meanwhile */
} Frame;

struct _RaSound {
    const RaSoundEvents *events;
    gpointer data;
    gboolean sdl; /* we are one of the users of SDL's audio */
    Device microphone, loudspeaker;
    guint check; /* timer, while something is wanted */
    guint checks;
    int ready_fd; /* counts frames that became ready */
    GSource *ready_source;
    RaEcho *echo;
    guint peak_in;

    /* Of the microphone's thread, and of the main loop's while it is closed */
    guint32 stamp; /* of the frame that is being filled */
    gint16 frame[RA_SOUND_FRAME];
    guint n_frame;

    GMutex lock; /* of what follows */
    RaJitter *jitter;
    double waiting; /* samples, averaged */
    Frame ready[READY_MAX];
    guint n_ready;
    guint peak_out;
};

static guint peak_of(const gint16 *samples, guint n, guint peak)
{
    for (guint i = 0; i < n; i++)
        peak = MAX(peak, (guint)MIN(abs(samples[i]), G_MAXINT16));
    return peak;
}

/* ---- SDL's threads ---- */

static void on_play(void *data, Uint8 *stream, int bytes)
{
    RaSound *sound = data;
    gint16 *samples = (gint16 *)(void *)stream;
    const guint n = (guint)bytes / sizeof *samples;
    g_mutex_lock(&sound->lock);
    sound->waiting += (ra_jitter_waiting(sound->jitter) - sound->waiting) / WAITING_MEAN;
    ra_jitter_get(sound->jitter, g_get_monotonic_time(), samples, n);
    sound->peak_out = peak_of(samples, n, sound->peak_out);
    g_mutex_unlock(&sound->lock);
    ra_echo_played(sound->echo, samples, n);
}

static void frame_is_full(RaSound *sound)
{
    g_mutex_lock(&sound->lock);
    if (sound->n_ready == READY_MAX)
        memmove(sound->ready, sound->ready + 1, --sound->n_ready * sizeof *sound->ready);
    Frame *frame = &sound->ready[sound->n_ready++];
    frame->stamp = sound->stamp;
    memcpy(frame->near, sound->frame, sizeof frame->near);
    ra_echo_take_played(sound->echo, frame->far);
    g_mutex_unlock(&sound->lock);
    const guint64 one = 1;
    (void)!write(sound->ready_fd, &one, sizeof one); /* cannot fail but when it is full */
    sound->stamp += RA_SOUND_FRAME;
    sound->n_frame = 0;
}

static void on_record(void *data, Uint8 *stream, int bytes)
{
    RaSound *sound = data;
    const gint16 *samples = (const gint16 *)(const void *)stream;
    for (guint n = (guint)bytes / sizeof *samples; n > 0;) {
        const guint now = MIN(n, RA_SOUND_FRAME - sound->n_frame);
        memcpy(sound->frame + sound->n_frame, samples, now * sizeof *samples);
        sound->n_frame += now;
        samples += now;
        n -= now;
        if (sound->n_frame == RA_SOUND_FRAME)
            frame_is_full(sound);
    }
}

/* ---- The main loop's thread ---- */

static gboolean on_ready(gint fd, GIOCondition condition, gpointer data)
{
    (void)condition;
    RaSound *sound = data;
    guint64 count;
    if (read(fd, &count, sizeof count) < 0 && errno != EAGAIN)
        return G_SOURCE_REMOVE;
    Frame frames[READY_MAX];
    g_mutex_lock(&sound->lock);
    const guint n = sound->n_ready;
    memcpy(frames, sound->ready, n * sizeof *frames);
    sound->n_ready = 0;
    g_mutex_unlock(&sound->lock);
    /* Whom we tell may close the microphone meanwhile. */
    for (guint i = 0; i < n && sound->microphone.id != 0; i++) {
        gint16 clean[RA_SOUND_FRAME];
        ra_echo_clean(sound->echo, frames[i].near, frames[i].far, clean);
        sound->peak_in = peak_of(clean, RA_SOUND_FRAME, sound->peak_in);
        sound->events->recorded(frames[i].stamp, clean, sound->data);
    }
    return G_SOURCE_CONTINUE;
}

static void leave_sdl(RaSound *sound)
{
    if (sound->sdl)
        SDL_QuitSubSystem(SDL_INIT_AUDIO);
    sound->sdl = FALSE;
}

/* FALSE: there is no sound system. One that only pretends counts if the user asked for it. */
static gboolean enter_sdl(RaSound *sound)
{
    if (sound->sdl)
        return TRUE;
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* they are the program's */
    SDL_SetHint(SDL_HINT_AUDIO_DEVICE_APP_NAME, "Remote Assistance");
    SDL_SetHint(SDL_HINT_AUDIO_DEVICE_STREAM_NAME, "Remote Assistance");
    SDL_SetHint(SDL_HINT_AUDIO_DEVICE_STREAM_ROLE, "phone");
    if (SDL_InitSubSystem(SDL_INIT_AUDIO) < 0)
        return FALSE;
    sound->sdl = TRUE;
    const char *driver = SDL_GetCurrentAudioDriver();
    if (g_strcmp0(driver, "dummy") != 0 || SDL_GetHint(SDL_HINT_AUDIODRIVER) != NULL)
        return TRUE;
    leave_sdl(sound);
    return FALSE;
}

static void close_device(Device *device)
{
    if (device->id != 0)
        SDL_CloseAudioDevice(device->id); /* waits for its thread */
    device->id = 0;
}

static SDL_AudioDeviceID open_device(RaSound *sound, gboolean capture)
{
    const SDL_AudioSpec want = {
        .freq = RA_SOUND_RATE,
        .format = AUDIO_S16SYS,
        .channels = 1,
        .samples = RA_SOUND_GULP,
        .callback = capture ? on_record : on_play,
        .userdata = sound,
    };
    /* Where none is listed libasound would complain on standard error. */
    if (!enter_sdl(sound) || SDL_GetNumAudioDevices(capture) == 0)
        return 0;
    SDL_AudioSpec got;
    return SDL_OpenAudioDevice(NULL, capture, &want, &got, 0);
}

static void open_loudspeaker(RaSound *sound)
{
    ra_jitter_reset(sound->jitter); /* no thread uses it now */
    sound->waiting = 0;
    sound->loudspeaker.id = open_device(sound, FALSE);
    if (sound->loudspeaker.id != 0)
        SDL_PauseAudioDevice(sound->loudspeaker.id, 0);
}

static void open_microphone(RaSound *sound)
{
    ra_echo_reset(sound->echo);
    sound->n_frame = 0;
    sound->n_ready = 0;
    /* The clock, but never back. */
    const guint32 now = (guint32)((guint64)g_get_monotonic_time() * (RA_SOUND_RATE / 1000) / 1000);
    if ((gint32)(now - sound->stamp) > 0)
        sound->stamp = now;
    sound->microphone.id = open_device(sound, TRUE);
    if (sound->microphone.id != 0)
        SDL_PauseAudioDevice(sound->microphone.id, 0);
}

static void open_missing(RaSound *sound)
{
    /* A sound server that has gone away takes all devices along; a new one is found by a new start.
     */
    if (sound->loudspeaker.id == 0 && sound->microphone.id == 0)
        leave_sdl(sound);
    if (sound->loudspeaker.wanted && sound->loudspeaker.id == 0)
        open_loudspeaker(sound);
    if (sound->microphone.wanted && sound->microphone.id == 0)
        open_microphone(sound);
}

static gboolean is_lost(const Device *device)
{
    return device->id != 0 && SDL_GetAudioDeviceStatus(device->id) == SDL_AUDIO_STOPPED;
}

static gboolean on_check(gpointer data)
{
    RaSound *sound = data;
    const gboolean had_out = sound->loudspeaker.id != 0, had_in = sound->microphone.id != 0;
    if (is_lost(&sound->loudspeaker))
        close_device(&sound->loudspeaker);
    if (is_lost(&sound->microphone))
        close_device(&sound->microphone);
    if (++sound->checks % RETRY_EVERY == 0)
        open_missing(sound);
    if (had_out != (sound->loudspeaker.id != 0) || had_in != (sound->microphone.id != 0))
        sound->events->changed(sound->data);
    return G_SOURCE_CONTINUE;
}

static void want(RaSound *sound, Device *device, gboolean wanted)
{
    if (device->wanted == wanted)
        return;
    device->wanted = wanted;
    if (wanted)
        open_missing(sound);
    else
        close_device(device);
    const gboolean any = sound->microphone.wanted || sound->loudspeaker.wanted;
    if (any && sound->check == 0) {
        sound->check = g_timeout_add(CHECK_MS, on_check, sound);
    } else if (!any) {
        g_clear_handle_id(&sound->check, g_source_remove);
        leave_sdl(sound);
    }
}

RaSound *ra_sound_new(const RaSoundEvents *events, gpointer data)
{
    RaSound *sound = g_new0(RaSound, 1);
    sound->events = events;
    sound->data = data;
    sound->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (sound->ready_fd < 0)
        g_error("no descriptor for sound: %s", g_strerror(errno));
    ra_source_watch(&sound->ready_source, sound->ready_fd, G_IO_IN, on_ready, sound);
    sound->echo = ra_echo_new();
    sound->jitter = ra_jitter_new();
    g_mutex_init(&sound->lock);
    return sound;
}

void ra_sound_free(RaSound *sound)
{
    if (sound == NULL)
        return;
    want(sound, &sound->microphone, FALSE);
    want(sound, &sound->loudspeaker, FALSE);
    ra_source_drop(&sound->ready_source);
    close(sound->ready_fd);
    ra_echo_free(sound->echo);
    ra_jitter_free(sound->jitter);
    g_mutex_clear(&sound->lock);
    g_free(sound);
}

void ra_sound_want_loudspeaker(RaSound *sound, gboolean wanted)
{
    want(sound, &sound->loudspeaker, wanted);
}

void ra_sound_want_microphone(RaSound *sound, gboolean wanted)
{
    want(sound, &sound->microphone, wanted);
}

gboolean ra_sound_has_loudspeaker(const RaSound *sound)
{
    return sound->loudspeaker.id != 0;
}

gboolean ra_sound_has_microphone(const RaSound *sound)
{
    return sound->microphone.id != 0;
}

void ra_sound_play(RaSound *sound, guint32 stamp, const gint16 *samples, guint n)
{
    if (sound->loudspeaker.id == 0)
        return;
    g_mutex_lock(&sound->lock);
    ra_jitter_put(sound->jitter, g_get_monotonic_time(), stamp, samples, n);
    g_mutex_unlock(&sound->lock);
}

guint ra_sound_waiting_ms(RaSound *sound)
{
    g_mutex_lock(&sound->lock);
    const double waiting = sound->loudspeaker.id != 0 ? sound->waiting : 0;
    g_mutex_unlock(&sound->lock);
    return (guint)(waiting * 1000 / RA_SOUND_RATE + 0.5);
}

void ra_sound_peaks(RaSound *sound, guint *microphone, guint *loudspeaker)
{
    g_mutex_lock(&sound->lock);
    *microphone = sound->peak_in;
    *loudspeaker = sound->peak_out;
    sound->peak_in = sound->peak_out = 0;
    g_mutex_unlock(&sound->lock);
}
