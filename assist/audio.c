/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/audio.h"

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

struct _RaAudio {
    const RaAudioEvents *events;
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
    RaAudio *audio = data;
    gint16 *samples = (gint16 *)(void *)stream;
    const guint n = (guint)bytes / sizeof *samples;
    g_mutex_lock(&audio->lock);
    audio->waiting += (ra_jitter_waiting(audio->jitter) - audio->waiting) / WAITING_MEAN;
    ra_jitter_get(audio->jitter, g_get_monotonic_time(), samples, n);
    audio->peak_out = peak_of(samples, n, audio->peak_out);
    g_mutex_unlock(&audio->lock);
    ra_echo_played(audio->echo, samples, n);
}

static void frame_is_full(RaAudio *audio)
{
    g_mutex_lock(&audio->lock);
    if (audio->n_ready == READY_MAX)
        memmove(audio->ready, audio->ready + 1, --audio->n_ready * sizeof *audio->ready);
    Frame *frame = &audio->ready[audio->n_ready++];
    frame->stamp = audio->stamp;
    memcpy(frame->near, audio->frame, sizeof frame->near);
    ra_echo_take_played(audio->echo, frame->far);
    g_mutex_unlock(&audio->lock);
    const guint64 one = 1;
    (void)!write(audio->ready_fd, &one, sizeof one); /* cannot fail but when it is full */
    audio->stamp += RA_SOUND_FRAME;
    audio->n_frame = 0;
}

static void on_record(void *data, Uint8 *stream, int bytes)
{
    RaAudio *audio = data;
    const gint16 *samples = (const gint16 *)(const void *)stream;
    for (guint n = (guint)bytes / sizeof *samples; n > 0;) {
        const guint now = MIN(n, RA_SOUND_FRAME - audio->n_frame);
        memcpy(audio->frame + audio->n_frame, samples, now * sizeof *samples);
        audio->n_frame += now;
        samples += now;
        n -= now;
        if (audio->n_frame == RA_SOUND_FRAME)
            frame_is_full(audio);
    }
}

/* ---- The main loop's thread ---- */

static gboolean on_ready(gint fd, GIOCondition condition, gpointer data)
{
    (void)condition;
    RaAudio *audio = data;
    guint64 count;
    if (read(fd, &count, sizeof count) < 0 && errno != EAGAIN)
        return G_SOURCE_REMOVE;
    Frame frames[READY_MAX];
    g_mutex_lock(&audio->lock);
    const guint n = audio->n_ready;
    memcpy(frames, audio->ready, n * sizeof *frames);
    audio->n_ready = 0;
    g_mutex_unlock(&audio->lock);
    /* Whom we tell may close the microphone meanwhile. */
    for (guint i = 0; i < n && audio->microphone.id != 0; i++) {
        gint16 clean[RA_SOUND_FRAME];
        ra_echo_clean(audio->echo, frames[i].near, frames[i].far, clean);
        audio->peak_in = peak_of(clean, RA_SOUND_FRAME, audio->peak_in);
        audio->events->recorded(frames[i].stamp, clean, audio->data);
    }
    return G_SOURCE_CONTINUE;
}

static void leave_sdl(RaAudio *audio)
{
    if (audio->sdl)
        SDL_QuitSubSystem(SDL_INIT_AUDIO);
    audio->sdl = FALSE;
}

/* FALSE: there is no sound system. One that only pretends counts if the user asked for it. */
static gboolean enter_sdl(RaAudio *audio)
{
    if (audio->sdl)
        return TRUE;
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* they are the program's */
    SDL_SetHint(SDL_HINT_AUDIO_DEVICE_APP_NAME, "Remote Assistance");
    SDL_SetHint(SDL_HINT_AUDIO_DEVICE_STREAM_NAME, "Remote Assistance");
    SDL_SetHint(SDL_HINT_AUDIO_DEVICE_STREAM_ROLE, "phone");
    if (SDL_InitSubSystem(SDL_INIT_AUDIO) < 0)
        return FALSE;
    audio->sdl = TRUE;
    const char *driver = SDL_GetCurrentAudioDriver();
    if (g_strcmp0(driver, "dummy") != 0 || SDL_GetHint(SDL_HINT_AUDIODRIVER) != NULL)
        return TRUE;
    leave_sdl(audio);
    return FALSE;
}

static void close_device(Device *device)
{
    if (device->id != 0)
        SDL_CloseAudioDevice(device->id); /* waits for its thread */
    device->id = 0;
}

static SDL_AudioDeviceID open_device(RaAudio *audio, gboolean capture)
{
    const SDL_AudioSpec want = {
        .freq = RA_SOUND_RATE,
        .format = AUDIO_S16SYS,
        .channels = 1,
        .samples = RA_AUDIO_GULP,
        .callback = capture ? on_record : on_play,
        .userdata = audio,
    };
    /* Where none is listed libasound would complain on standard error. */
    if (!enter_sdl(audio) || SDL_GetNumAudioDevices(capture) == 0)
        return 0;
    SDL_AudioSpec got;
    return SDL_OpenAudioDevice(NULL, capture, &want, &got, 0);
}

static void open_loudspeaker(RaAudio *audio)
{
    ra_jitter_reset(audio->jitter); /* no thread uses it now */
    audio->waiting = 0;
    audio->loudspeaker.id = open_device(audio, FALSE);
    if (audio->loudspeaker.id != 0)
        SDL_PauseAudioDevice(audio->loudspeaker.id, 0);
}

static void open_microphone(RaAudio *audio)
{
    if (audio->ready_fd < 0) /* this process has too many files open */
        return;
    ra_echo_reset(audio->echo);
    audio->n_frame = 0;
    audio->n_ready = 0;
    /* The clock, but never back. */
    const guint32 now = (guint32)((guint64)g_get_monotonic_time() * (RA_SOUND_RATE / 1000) / 1000);
    if ((gint32)(now - audio->stamp) > 0)
        audio->stamp = now;
    audio->microphone.id = open_device(audio, TRUE);
    if (audio->microphone.id != 0)
        SDL_PauseAudioDevice(audio->microphone.id, 0);
}

static void open_missing(RaAudio *audio)
{
    /* A sound server that has gone away takes all devices along; a new one is found by a new start.
     */
    if (audio->loudspeaker.id == 0 && audio->microphone.id == 0)
        leave_sdl(audio);
    if (audio->loudspeaker.wanted && audio->loudspeaker.id == 0)
        open_loudspeaker(audio);
    if (audio->microphone.wanted && audio->microphone.id == 0)
        open_microphone(audio);
}

static gboolean is_lost(const Device *device)
{
    return device->id != 0 && SDL_GetAudioDeviceStatus(device->id) == SDL_AUDIO_STOPPED;
}

static gboolean on_check(gpointer data)
{
    RaAudio *audio = data;
    const gboolean had_out = audio->loudspeaker.id != 0, had_in = audio->microphone.id != 0;
    if (is_lost(&audio->loudspeaker))
        close_device(&audio->loudspeaker);
    if (is_lost(&audio->microphone))
        close_device(&audio->microphone);
    if (++audio->checks % RETRY_EVERY == 0)
        open_missing(audio);
    if (had_out != (audio->loudspeaker.id != 0) || had_in != (audio->microphone.id != 0))
        audio->events->changed(audio->data);
    return G_SOURCE_CONTINUE;
}

static void want(RaAudio *audio, Device *device, gboolean wanted)
{
    if (device->wanted == wanted)
        return;
    device->wanted = wanted;
    if (wanted)
        open_missing(audio);
    else
        close_device(device);
    const gboolean any = audio->microphone.wanted || audio->loudspeaker.wanted;
    if (any && audio->check == 0) {
        audio->check = g_timeout_add(CHECK_MS, on_check, audio);
    } else if (!any) {
        g_clear_handle_id(&audio->check, g_source_remove);
        leave_sdl(audio);
    }
}

RaAudio *ra_audio_new(const RaAudioEvents *events, gpointer data)
{
    RaAudio *audio = g_new0(RaAudio, 1);
    audio->events = events;
    audio->data = data;
    audio->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (audio->ready_fd >= 0)
        ra_source_watch(&audio->ready_source, audio->ready_fd, G_IO_IN, on_ready, audio);
    audio->echo = ra_echo_new();
    audio->jitter = ra_jitter_new();
    g_mutex_init(&audio->lock);
    return audio;
}

void ra_audio_free(RaAudio *audio)
{
    if (audio == NULL)
        return;
    want(audio, &audio->microphone, FALSE);
    want(audio, &audio->loudspeaker, FALSE);
    ra_source_drop(&audio->ready_source);
    if (audio->ready_fd >= 0)
        close(audio->ready_fd);
    ra_echo_free(audio->echo);
    ra_jitter_free(audio->jitter);
    g_mutex_clear(&audio->lock);
    g_free(audio);
}

void ra_audio_want_loudspeaker(RaAudio *audio, gboolean wanted)
{
    want(audio, &audio->loudspeaker, wanted);
}

void ra_audio_want_microphone(RaAudio *audio, gboolean wanted)
{
    want(audio, &audio->microphone, wanted);
}

gboolean ra_audio_has_loudspeaker(const RaAudio *audio)
{
    return audio->loudspeaker.id != 0;
}

gboolean ra_audio_has_microphone(const RaAudio *audio)
{
    return audio->microphone.id != 0;
}

void ra_audio_play(RaAudio *audio, guint32 stamp, const gint16 *samples, guint n)
{
    if (audio->loudspeaker.id == 0)
        return;
    g_mutex_lock(&audio->lock);
    ra_jitter_put(audio->jitter, g_get_monotonic_time(), stamp, samples, n);
    g_mutex_unlock(&audio->lock);
}

guint ra_audio_waiting_ms(RaAudio *audio)
{
    g_mutex_lock(&audio->lock);
    const double waiting = audio->loudspeaker.id != 0 ? audio->waiting : 0;
    g_mutex_unlock(&audio->lock);
    return (guint)(waiting * 1000 / RA_SOUND_RATE + 0.5);
}

void ra_audio_peaks(RaAudio *audio, guint *microphone, guint *loudspeaker)
{
    g_mutex_lock(&audio->lock);
    *microphone = audio->peak_in;
    *loudspeaker = audio->peak_out;
    audio->peak_in = audio->peak_out = 0;
    g_mutex_unlock(&audio->lock);
}
