/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One end of a conversation: an RaVoice with SDL's devices, whose worker is this program too. The
 * other end is at descriptor 3, a packet socket with one assistance message a packet.
 *
 *   talker ask|answer SECONDS
 *
 * It prints what it saw as "name value" lines when it has talked for so long.
 */
#include "assist/voice.h"
#include "base/io.h"
#include "wire/voice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { LINK = 3 };

typedef struct {
    RaVoice *voice;
    RaVoiceEncoder *encoder;
    RaVoiceDecoder *decoder;
    GMainLoop *loop;
    guint seconds;
    gint64 microphone_us, loudspeaker_us; /* when they opened */
    gint64 wait_sum;                      /* milliseconds, each time that levels came */
    guint waits, ours_max, theirs_max;
    guint64 sent; /* bytes of Opus */
    gboolean broken;
} Talker;

static void put(const RaAssist *message)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert_true(ra_assist_write(message, RA_ASSIST_FROM_HELPER, bytes));
    (void)send(LINK, bytes->data, bytes->len, MSG_NOSIGNAL);
}

static void port_send(const RaIpcMessage *message, int fd, gpointer data)
{
    (void)fd;
    Talker *talker = data;
    if (message->kind == RA_IPC_ASSIST) {
        put(&message->assist);
        return;
    }
    guint8 packet[RA_SOUND_PACKET_MAX];
    gint16 samples[RA_SOUND_FRAME];
    memcpy(samples, message->sound.samples, message->sound.n * sizeof *samples);
    const gsize size = ra_voice_encode(talker->encoder, samples, message->sound.n, packet);
    talker->sent += size;
    if (size > 0)
        put(&(RaAssist){
            .kind = RA_ASSIST_VOICE_SOUND,
            .sound = {.stamp = message->sound.stamp, .size = (guint32)size, .data = packet}});
}

static guint port_queued(gpointer data)
{
    (void)data;
    return 0;
}

static gboolean on_enough(gpointer data)
{
    Talker *talker = data;
    ra_voice_end(talker->voice);
    return G_SOURCE_REMOVE;
}

static void on_changed(const RaVoiceStatus *status, gpointer data)
{
    Talker *talker = data;
    const gint64 now = g_get_monotonic_time();
    if (status->microphone_open && talker->microphone_us == 0)
        talker->microphone_us = now;
    if (status->state == RA_VOICE_ON && !status->no_loudspeaker && talker->loudspeaker_us == 0) {
        talker->loudspeaker_us = now;
        g_timeout_add_seconds(talker->seconds, on_enough, talker);
    }
    if (status->state == RA_VOICE_ASKED)
        ra_voice_answer(talker->voice, TRUE, RA_GOODBYE_UNKNOWN);
    if (status->state == RA_VOICE_OFF) /* a moment for what is under way */
        g_timeout_add(200, G_SOURCE_FUNC(g_main_loop_quit), talker->loop);
}

static void on_levels(guint ours, guint theirs, gpointer data)
{
    Talker *talker = data;
    talker->wait_sum += ra_voice_status(talker->voice)->buffer_ms;
    talker->waits++;
    talker->ours_max = MAX(talker->ours_max, ours);
    talker->theirs_max = MAX(talker->theirs_max, theirs);
}

static gboolean take(Talker *talker, const RaAssist *message)
{
    if (message->kind != RA_ASSIST_VOICE_SOUND)
        return ra_voice_take(talker->voice, message);
    gint16 samples[RA_SOUND_FRAME];
    const guint n =
        ra_voice_decode(talker->decoder, message->sound.data, message->sound.size, samples);
    const RaIpcMessage sound = {.kind = RA_IPC_SOUND,
                                .sound = {.stamp = message->sound.stamp,
                                          .n = (guint16)n,
                                          .samples = (const guint8 *)samples}};
    return n > 0 && ra_voice_take_sound(talker->voice, &sound);
}

static gboolean on_link(gint fd, GIOCondition condition, gpointer data)
{
    (void)condition;
    Talker *talker = data;
    guint8 bytes[4096];
    RaAssist message;
    gsize used;
    const gssize n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0 &&
        ra_assist_decode(bytes, (gsize)n, RA_ASSIST_FROM_HELPER, &message, &used) == RA_DECODE_OK &&
        take(talker, &message))
        return G_SOURCE_CONTINUE;
    talker->broken = n > 0;
    g_main_loop_quit(talker->loop);
    return G_SOURCE_REMOVE;
}

static void report(const Talker *talker)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("broken %d\n", talker->broken);
    printf("microphone-us %" G_GINT64_FORMAT "\n", talker->microphone_us);
    printf("loudspeaker-us %" G_GINT64_FORMAT "\n", talker->loudspeaker_us);
    printf("buffer-ms %.1f\n", talker->waits > 0 ? (double)talker->wait_sum / talker->waits : 0);
    printf("ours %u\ntheirs %u\n", talker->ours_max, talker->theirs_max);
    printf("bits-per-second %.0f\n", (double)talker->sent * 8 / talker->seconds);
    printf("cpu-percent %.1f\n", cpu * 100 / talker->seconds);
}

int main(int argc, char **argv)
{
    static const RaVoiceEvents events = {on_changed, on_levels};
    if (argc != 3)
        return 2;
    Talker talker = {.seconds = (guint)g_ascii_strtoull(argv[2], NULL, 10),
                     .loop = g_main_loop_new(NULL, FALSE)};
    const RaPort port = {port_send, port_queued, &talker};
    GSource *link = NULL;
    talker.encoder = ra_voice_encoder_new();
    talker.decoder = ra_voice_decoder_new();
    talker.voice = ra_voice_new(&port, &events, &talker);
    ra_source_watch(&link, LINK, G_IO_IN | G_IO_HUP, on_link, &talker);
    if (g_str_equal(argv[1], "ask"))
        ra_voice_ask(talker.voice);
    g_main_loop_run(talker.loop);
    ra_source_drop(&link);
    ra_voice_free(talker.voice);
    ra_voice_encoder_free(talker.encoder);
    ra_voice_decoder_free(talker.decoder);
    g_main_loop_unref(talker.loop);
    report(&talker);
    return EXIT_SUCCESS;
}
