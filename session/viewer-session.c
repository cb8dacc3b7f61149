/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/viewer-session.h"

#include "session/ending.h"
#include "session/viewer-private.h"
#include "wire/rects.h"

#include <string.h>
#include <unistd.h>

/* Pixels of the largest screen that is shown: 256 MiB of them. A host may claim more. */
enum { AREA_MAX = 1 << 26 };

void ra_viewer_session_end(RaViewerSession *s, RaGoodbye reason, gboolean ours, const char *text)
{
    if (s->state == ST_OVER)
        return;
    s->state = ST_OVER;
    g_clear_handle_id(&s->patience, g_source_remove);
    g_clear_handle_id(&s->backlog, g_source_remove);
    ra_meter_stop(s->meter);
    g_clear_pointer(&s->pulse, ra_pulse_free);
    ra_ending_tell(s->channel, reason, ours, text);
    s->over(s->data);
}

void ra_viewer_session_broke_protocol(RaViewerSession *s, const char *what)
{
    g_debug("The host broke the protocol: %s", what);
    ra_viewer_session_end(s, RA_GOODBYE_PROTOCOL, FALSE, what);
}

static void send_message(RaViewerSession *s, const RaRfbClientMessage *message)
{
    GByteArray *out = g_byte_array_new();
    (void)ra_rfb_client_encode(message, out);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
}

static void request_update(RaViewerSession *s, gboolean incremental)
{
    RaRfbClientMessage request = {.kind = RA_RFB_UPDATE_REQUEST};
    request.request.incremental = incremental;
    request.request.rect = (RaRect){.width = s->width, .height = s->height};
    send_message(s, &request);
}

static void enable_continuous(RaViewerSession *s)
{
    if (!s->speaks_fence || !s->offers_continuous)
        return;
    RaRfbClientMessage enable = {.kind = RA_RFB_ENABLE_CONTINUOUS};
    enable.request.enable = TRUE;
    enable.request.rect = (RaRect){.width = s->width, .height = s->height};
    send_message(s, &enable);
    s->continuous = TRUE;
}

/* Tells the program what was drawn, unless it is behind: then later, all at once. */
static void tell_changed(RaViewerSession *s)
{
    if (ra_channel_queued(s->channel) > RA_BACKLOG_MAX)
        return;
    if (s->pointer_moved)
        (void)ra_channel_send(s->channel, &s->pointer, -1);
    s->pointer_moved = FALSE;
    if (s->changed.rects.n == 0)
        return;
    s->changed.kind = RA_IPC_CHANGED;
    (void)ra_channel_send(s->channel, &s->changed, -1);
    s->changed.rects.n = 0;
}

/* What the server says */

static void on_resize(RaViewerSession *s, const RaServerEvent *event)
{
    RaPictureMemory picture;
    if ((gsize)event->resize.width * event->resize.height > AREA_MAX) {
        ra_viewer_session_end(s, RA_GOODBYE_NO_SCREEN, TRUE,
                              "their screen is larger than any that exists");
        return;
    }
    if (!ra_picture_memory_init(&picture, event->resize.width, event->resize.height)) {
        ra_viewer_session_end(s, RA_GOODBYE_NO_SCREEN, TRUE,
                              "there is no memory for a picture of that size");
        return;
    }
    ra_picture_memory_clear(&s->picture);
    s->picture = picture;
    s->width = event->resize.width;
    s->height = event->resize.height;
    s->changed.rects.n = 0;
    ra_decoder_set_frame(s->decoder, picture.pixels, picture.stride);
    RaIpcMessage screen = {.kind = RA_IPC_SCREEN};
    screen.frame.width = s->width;
    screen.frame.height = s->height;
    screen.frame.stride = picture.stride;
    g_strlcpy(screen.frame.name, s->novice, sizeof screen.frame.name);
    if (!ra_channel_send(s->channel, &screen, picture.fd))
        ra_viewer_session_end(s, RA_GOODBYE_UNKNOWN, TRUE, "the viewer does not take messages");
    close(s->picture.fd);
    s->picture.fd = -1;
    if (s->continuous)
        enable_continuous(s); /* for the new size */
}

static void on_rect(RaViewerSession *s, const RaServerEvent *event)
{
    for (guint i = 0; i < event->drawn.n; i++)
        ra_rects_add(s->changed.rects.rect, &s->changed.rects.n, RA_IPC_RECTS_MAX,
                     event->drawn.rect[i]);
}

static void on_update_end(RaViewerSession *s, const RaServerEvent *event G_GNUC_UNUSED)
{
    tell_changed(s);
    if (!s->continuous)
        request_update(s, TRUE);
}

static void on_cursor(RaViewerSession *s, const RaServerEvent *event)
{
    RaIpcMessage cursor = {.kind = RA_IPC_CURSOR};
    cursor.cursor.width = event->cursor.width;
    cursor.cursor.height = event->cursor.height;
    cursor.cursor.hot_x = event->cursor.hot_x;
    cursor.cursor.hot_y = event->cursor.hot_y;
    cursor.cursor.pixels = event->cursor.pixels;
    (void)ra_channel_send(s->channel, &cursor, -1);
}

static void on_pointer(RaViewerSession *s, const RaServerEvent *event)
{
    s->pointer = (RaIpcMessage){.kind = RA_IPC_POINTER};
    s->pointer.pointer.x = event->pointer.x;
    s->pointer.pointer.y = event->pointer.y;
    s->pointer_moved = TRUE; /* told with the update */
}

static void on_fence(RaViewerSession *s, const RaServerEvent *event)
{
    s->speaks_fence = TRUE;
    if (event->fence.flags & RA_RFB_FENCE_REQUEST) {
        RaRfbFence answer = event->fence;
        answer.flags &= RA_RFB_FENCE_FLAGS;
        GByteArray *out = g_byte_array_new();
        ra_rfb_write_fence(out, &answer);
        ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    }
    if (!s->continuous)
        enable_continuous(s);
}

static void on_end_continuous(RaViewerSession *s, const RaServerEvent *event G_GNUC_UNUSED)
{
    const gboolean stopped = s->continuous;
    s->offers_continuous = !stopped;
    s->continuous = FALSE;
    if (stopped)
        request_update(s, TRUE);
    else
        enable_continuous(s);
}

static void on_extended_key(RaViewerSession *s, const RaServerEvent *event G_GNUC_UNUSED)
{
    s->speaks_keys = TRUE;
}

static void on_assist(RaViewerSession *s, const RaServerEvent *event)
{
    ra_viewer_assist_take(s, &event->assist);
}

static void on_ignored(RaViewerSession *s G_GNUC_UNUSED, const RaServerEvent *event G_GNUC_UNUSED)
{
}

static void (*const server_rules[])(RaViewerSession *s, const RaServerEvent *event) = {
    [RA_EVENT_NONE] = on_ignored,
    [RA_EVENT_RESIZE] = on_resize,
    [RA_EVENT_RECT] = on_rect,
    [RA_EVENT_CURSOR] = on_cursor,
    [RA_EVENT_POINTER] = on_pointer,
    [RA_EVENT_UPDATE_END] = on_update_end,
    [RA_EVENT_BELL] = on_ignored,
    [RA_EVENT_CUT_TEXT] = ra_viewer_assist_cut_text,
    [RA_EVENT_FENCE] = on_fence,
    [RA_EVENT_END_CONTINUOUS] = on_end_continuous,
    [RA_EVENT_EXTENDED_KEY] = on_extended_key,
    [RA_EVENT_ASSIST] = on_assist,
};

static void start_running(RaViewerSession *s, guint16 width, guint16 height)
{
    g_clear_handle_id(&s->patience, g_source_remove);
    g_clear_pointer(&s->handshake, ra_client_handshake_free);
    s->decoder = ra_decoder_new(width, height);
    s->width = width;
    s->height = height;
    s->state = ST_RUNNING;
    RaRfbClientMessage message = {.kind = RA_RFB_SET_PIXEL_FORMAT};
    message.format = ra_pixel_format_native;
    send_message(s, &message);
    message.kind = RA_RFB_SET_ENCODINGS;
    const gint32 *encodings = ra_decoder_encodings(&message.encodings.n);
    memcpy(message.encodings.encoding, encodings, message.encodings.n * sizeof *encodings);
    send_message(s, &message);
    ra_viewer_assist_start(s);
    request_update(s, FALSE);
}

static void take_handshake_event(RaViewerSession *s, const RaClientHandshakeEvent *event)
{
    switch (event->kind) {
    case RA_CLIENT_HELLO:
        g_strlcpy(s->novice, event->hello.name, sizeof s->novice);
        ra_relay_set_payload_max(s->relay, event->hello.payload_max);
        break;
    case RA_CLIENT_WAITING:
        /* The novice takes as long as they take: their side has its own limit. */
        g_clear_handle_id(&s->patience, g_source_remove);
        break;
    case RA_CLIENT_NOTHING:
    case RA_CLIENT_ALLOWED:
        break;
    case RA_CLIENT_REFUSED:
        ra_viewer_session_end(s, event->refused.reason, FALSE, event->refused.text);
        break;
    case RA_CLIENT_READY:
        start_running(s, event->ready.width, event->ready.height);
        break;
    }
}

/* TRUE: there may be another step. */
static gboolean take_handshake(RaViewerSession *s, const guint8 *data, gsize size)
{
    GByteArray *out = g_byte_array_new();
    gsize used = 0;
    RaClientHandshakeEvent event;
    const RaDecode result = ra_client_handshake_step(s->handshake, data, size, &used, &event, out);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    if (result == RA_DECODE_BAD)
        ra_viewer_session_broke_protocol(s, "it does not begin as RFB does");
    else if (result == RA_DECODE_OK)
        take_handshake_event(s, &event);
    ra_stream_consume(s->stream, used);
    return result == RA_DECODE_OK;
}

/* The same for what is said later; pixels are no secret to be wiped. */
static gboolean take_event(RaViewerSession *s, const guint8 *data, gsize size)
{
    RaServerEvent event;
    gsize used = 0;
    const RaDecode result = ra_decoder_step(s->decoder, data, size, &used, &event);
    if (result == RA_DECODE_BAD)
        ra_viewer_session_broke_protocol(s, "it sent a message that is not allowed");
    else if (result == RA_DECODE_OK)
        server_rules[event.kind](s, &event);
    if (result == RA_DECODE_OK && event.kind == RA_EVENT_ASSIST)
        ra_assist_clear(&event.assist);
    if (result == RA_DECODE_OK && event.kind == RA_EVENT_RECT)
        ra_stream_skip(s->stream, used);
    else
        ra_stream_consume(s->stream, used);
    return result == RA_DECODE_OK;
}

/* Something may have moved. */
static void poke(RaViewerSession *s)
{
    ra_meter_poke(s->meter);
    if (ra_meter_is_moving(s->meter))
        ra_pulse_poke(s->pulse);
}

static gboolean on_backlog(gpointer data);

static void on_received(gpointer data)
{
    RaViewerSession *s = data;
    for (gboolean more = TRUE; more && s->state != ST_OVER && !ra_stream_congested(s->stream);) {
        if (ra_channel_queued(s->channel) > RA_BACKLOG_MAX) {
            if (s->backlog == 0)
                s->backlog = g_timeout_add(RA_BACKLOG_MS, on_backlog, s);
            return;
        }
        gsize size = 0;
        const guint8 *input = ra_stream_input(s->stream, &size);
        more = s->state == ST_RUNNING ? take_event(s, input, size) : take_handshake(s, input, size);
    }
    if (s->state == ST_RUNNING)
        poke(s);
}

static gboolean on_backlog(gpointer data)
{
    RaViewerSession *s = data;
    s->backlog = 0;
    tell_changed(s);
    on_received(s);
    return G_SOURCE_REMOVE;
}

static void on_drained(gpointer data)
{
    RaViewerSession *s = data;
    ra_copied_pump(s->copied);
    ra_channel_hold(s->channel, ra_stream_files_full(s->stream));
    on_received(s); /* there was no room for answers */
}

static void on_closed(const GError *error, gpointer data)
{
    RaViewerSession *s = data;
    /* Whoever leaves in order says goodbye first: this is a broken link, or a foreign server. */
    ra_viewer_session_end(s, RA_GOODBYE_LINK, FALSE, error != NULL ? error->message : "");
}

static void on_dead(gpointer data)
{
    ra_viewer_session_end(data, RA_GOODBYE_LINK, FALSE, "nothing comes any more");
}

static const RaStreamCallbacks stream_callbacks = {
    .received = on_received, .drained = on_drained, .closed = on_closed};

static gboolean on_patience(gpointer data)
{
    RaViewerSession *s = data;
    s->patience = 0;
    ra_viewer_session_broke_protocol(s, "it said nothing for too long");
    return G_SOURCE_REMOVE;
}

/* What our own program says */

static void program_pointer(RaViewerSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    RaRfbClientMessage pointer = {.kind = RA_RFB_POINTER};
    pointer.pointer.x = m->pointer.x;
    pointer.pointer.y = m->pointer.y;
    pointer.pointer.buttons = (guint8)m->pointer.buttons;
    send_message(s, &pointer);
}

static void program_key(RaViewerSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    RaRfbClientMessage key = {.kind = RA_RFB_KEY};
    if (s->speaks_keys && m->key.code != 0)
        key.kind = RA_RFB_QEMU;
    key.key.down = m->key.down;
    key.key.keysym = m->key.keysym;
    key.key.code = m->key.code;
    send_message(s, &key);
}

static void program_assist(RaViewerSession *s, const RaIpcMessage *m, int fd)
{
    ra_viewer_assist_program(s, m, fd);
    ra_channel_hold(s->channel, ra_stream_files_full(s->stream));
}

static void program_bye(RaViewerSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    if (s->state == ST_RUNNING) {
        RaAssist goodbye = {.kind = RA_ASSIST_GOODBYE, .end.reason = m->ended.reason};
        g_strlcpy(goodbye.end.text, m->ended.text, sizeof goodbye.end.text);
        (void)ra_relay_send(s->relay, &goodbye);
        ra_stream_flush(s->stream, RA_ENDING_FLUSH_SECONDS);
    }
    ra_viewer_session_end(s, m->ended.reason, TRUE, m->ended.text);
}

static const struct {
    RaIpcKind kind;
    guint in;
    void (*take)(RaViewerSession *s, const RaIpcMessage *m, int fd);
} program_rules[] = {
    {RA_IPC_POINTER, ST_RUNNING, program_pointer},
    {RA_IPC_KEY_PRESS, ST_RUNNING, program_key},
    {RA_IPC_WANT_CONTROL_OUT, ST_RUNNING, program_assist},
    {RA_IPC_RETURN_CONTROL_OUT, ST_RUNNING, program_assist},
    {RA_IPC_ASSIST, ST_RUNNING, program_assist},
    {RA_IPC_SOUND, ST_RUNNING, program_assist},
    {RA_IPC_CLIPBOARD, ST_RUNNING, program_assist},
    {RA_IPC_BYE, ST_HANDSHAKE | ST_RUNNING, program_bye},
};

void ra_viewer_session_message(RaViewerSession *s, const RaIpcMessage *message, int fd)
{
    for (gsize i = 0; i < G_N_ELEMENTS(program_rules); i++) {
        if (program_rules[i].kind == message->kind && (program_rules[i].in & s->state) != 0) {
            program_rules[i].take(s, message, fd); /* with the descriptor */
            if (s->state == ST_RUNNING)
                poke(s);
            return;
        }
    }
    if (fd >= 0) /* a socket that connected after the race was won */
        close(fd);
}

RaViewerSession *ra_viewer_session_new(RaLink *link, RaChannel *channel, const char *name,
                                       gboolean proxied, void (*over)(gpointer data), gpointer data)
{
    RaViewerSession *s = g_new0(RaViewerSession, 1);
    s->channel = channel;
    s->over = over;
    s->data = data;
    s->state = ST_HANDSHAKE;
    s->picture.fd = -1;
    RaHello hello = {.version = RA_HELLO_VERSION, .payload_max = RA_ASSIST_PAYLOAD_MAX};
    g_strlcpy(hello.name, name, sizeof hello.name);
    GByteArray *out = g_byte_array_new();
    s->handshake = ra_client_handshake_new(ra_link_native(link) ? &hello : NULL, out);
    s->stream = ra_stream_new(link, &stream_callbacks, s);
    s->relay = ra_relay_new(s->stream, channel, RA_ASSIST_FROM_HELPER);
    s->meter = ra_meter_new(s->stream, channel, s->relay);
    s->pulse = ra_pulse_new(s->stream, s->relay, s->meter, proxied, on_dead, s);
    s->sound = ra_sound_new(s->stream, channel, s->relay);
    s->copied = ra_copied_new(s->stream, channel, s->relay, &ra_viewer_copied_callbacks, s);
    s->patience = g_timeout_add_seconds(RA_PATIENCE_SECONDS, on_patience, s);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    return s;
}

void ra_viewer_session_free(RaViewerSession *s)
{
    if (s == NULL)
        return;
    g_clear_handle_id(&s->patience, g_source_remove);
    g_clear_handle_id(&s->backlog, g_source_remove);
    ra_copied_free(s->copied);
    ra_sound_free(s->sound);
    ra_pulse_free(s->pulse);
    ra_meter_free(s->meter);
    ra_relay_free(s->relay);
    ra_stream_free(s->stream);
    ra_client_handshake_free(s->handshake);
    ra_decoder_free(s->decoder);
    ra_picture_memory_clear(&s->picture);
    g_free(s);
}
