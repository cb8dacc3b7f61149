/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/host-session.h"

#include "session/ending.h"
#include "session/host-private.h"

#include <unistd.h>

void ra_host_session_end(RaHostSession *s, RaGoodbye reason, gboolean ours, const char *text)
{
    if (s->state == ST_OVER)
        return;
    s->state = ST_OVER;
    g_clear_handle_id(&s->patience, g_source_remove);
    g_clear_handle_id(&s->backlog, g_source_remove);
    g_clear_handle_id(&s->rest_timer, g_source_remove);
    ra_meter_stop(s->meter);
    g_clear_pointer(&s->pulse, ra_pulse_free);
    ra_host_held_clear(s);
    ra_ending_tell(s->channel, reason, ours, text);
    s->over(s->data);
}

void ra_host_session_broke_protocol(RaHostSession *s, const char *what)
{
    g_debug("The viewer broke the protocol: %s", what);
    ra_host_session_end(s, RA_GOODBYE_PROTOCOL, FALSE, what);
}

/* The last words to the helper; then the end. */
static void say_goodbye(RaHostSession *s, RaGoodbye reason, const char *text)
{
    GByteArray *out = g_byte_array_new();
    if (s->state & (ST_HANDSHAKE | ST_ASKED)) {
        ra_server_handshake_refuse(s->handshake, reason, NULL, out);
    } else {
        RaAssist goodbye = {.kind = RA_ASSIST_GOODBYE, .end.reason = reason};
        g_strlcpy(goodbye.end.text, text, sizeof goodbye.end.text);
        (void)ra_relay_send(s->relay, &goodbye);
    }
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    ra_stream_flush(s->stream, RA_ENDING_FLUSH_SECONDS);
    ra_host_session_end(s, reason, TRUE, text);
}

void ra_host_session_tell(RaHostSession *s, RaIpcKind kind)
{
    const RaIpcMessage message = {.kind = kind};
    (void)ra_channel_send(s->channel, &message, -1);
}

static void start_running(RaHostSession *s)
{
    if (!s->viewer_ready || s->frame == NULL)
        return;
    g_clear_handle_id(&s->patience, g_source_remove);
    const RaFrameView view = ra_frame_map_view(s->frame);
    GByteArray *out = g_byte_array_new();
    ra_rfb_write_server_init(out, view.width, view.height, &ra_pixel_format_native,
                             ra_frame_map_name(s->frame));
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    g_clear_pointer(&s->handshake, ra_server_handshake_free);
    s->state = ST_RUNNING;
}

static void ask(RaHostSession *s, const RaHello *hello)
{
    g_clear_handle_id(&s->patience, g_source_remove);
    s->state = ST_ASKED;
    RaIpcMessage message = {.kind = RA_IPC_ASK};
    RaLink *link = ra_stream_link(s->stream);
    g_strlcpy(message.ask.identity, ra_link_identity(link), sizeof message.ask.identity);
    g_strlcpy(message.ask.name, hello->name, sizeof message.ask.name);
    message.ask.native = ra_link_native(link);
    ra_relay_set_payload_max(s->relay, hello->payload_max);
    (void)ra_channel_send(s->channel, &message, -1);
}

/* One step of the beginning. TRUE: there may be another one. */
static gboolean take_handshake(RaHostSession *s, const guint8 *data, gsize size, gsize *used)
{
    GByteArray *out = g_byte_array_new();
    RaServerHandshakeEvent event;
    const RaDecode result = ra_server_handshake_step(s->handshake, data, size, used, &event, out);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    if (result == RA_DECODE_BAD) {
        ra_host_session_broke_protocol(s, "it does not begin as RFB does");
    } else if (result == RA_DECODE_OK && event.kind == RA_SERVER_ASK) {
        ask(s, &event.hello);
    } else if (result == RA_DECODE_OK) {
        s->viewer_ready = TRUE;
        start_running(s);
    }
    return result == RA_DECODE_OK && s->state != ST_OVER && s->state != ST_ASKED;
}

/* Something may have moved. */
static void poke(RaHostSession *s)
{
    ra_meter_poke(s->meter);
    if (ra_meter_is_moving(s->meter))
        ra_pulse_poke(s->pulse);
}

static gboolean on_backlog(gpointer data);

static void on_received(gpointer data)
{
    RaHostSession *s = data;
    gboolean more = TRUE;
    while (more && s->state != ST_OVER && !ra_stream_congested(s->stream)) {
        /* Whoever floods us with input waits until our own program has taken it. */
        if (ra_channel_queued(s->channel) > RA_BACKLOG_MAX) {
            if (s->backlog == 0)
                s->backlog = g_timeout_add(RA_BACKLOG_MS, on_backlog, s);
            return;
        }
        gsize size = 0, used = 0;
        const guint8 *input = ra_stream_input(s->stream, &size);
        /* Between ClientInit and the frame, what the viewer says next waits. */
        if (s->state == ST_ASKED || (s->state == ST_WELCOME && s->viewer_ready))
            return;
        more = s->state == ST_RUNNING ? ra_host_rfb_take(s, input, size, &used)
                                      : take_handshake(s, input, size, &used);
        ra_stream_consume(s->stream, used);
    }
    ra_host_rfb_pump(s);
    if (s->state == ST_RUNNING)
        poke(s);
}

static gboolean on_backlog(gpointer data)
{
    RaHostSession *s = data;
    s->backlog = 0;
    on_received(s);
    return G_SOURCE_REMOVE;
}

static void on_drained(gpointer data)
{
    RaHostSession *s = data;
    ra_host_rfb_pump(s);
    ra_copied_pump(s->copied);
    ra_channel_hold(s->channel, ra_stream_files_full(s->stream));
    on_received(s); /* there was no room for answers */
}

static void on_closed(const GError *error, gpointer data)
{
    RaHostSession *s = data;
    /* Our own viewers say goodbye before they leave; others only close. */
    const gboolean broke =
        error != NULL || (s->state == ST_RUNNING && ra_link_native(ra_stream_link(s->stream)));
    ra_host_session_end(s, broke ? RA_GOODBYE_LINK : RA_GOODBYE_ENDED, FALSE,
                        error != NULL ? error->message : "");
}

static void on_dead(gpointer data)
{
    ra_host_session_end(data, RA_GOODBYE_LINK, FALSE, "nothing comes any more");
}

static const RaStreamCallbacks stream_callbacks = {
    .received = on_received, .drained = on_drained, .closed = on_closed};

static gboolean on_patience(gpointer data)
{
    RaHostSession *s = data;
    s->patience = 0;
    ra_host_session_broke_protocol(s, "it said nothing for too long");
    return G_SOURCE_REMOVE;
}

/* What our own program says */

static void program_allow(RaHostSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    if (!m->allow.yes) {
        say_goodbye(s, m->allow.reason, "");
        return;
    }
    GByteArray *out = g_byte_array_new();
    ra_server_handshake_allow(s->handshake, out);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    s->state = ST_WELCOME;
    s->patience = g_timeout_add_seconds(RA_PATIENCE_SECONDS, on_patience, s);
    on_received(s);
}

static void program_frame(RaHostSession *s, const RaIpcMessage *m, int fd)
{
    RaFrameMap *frame = ra_frame_map_new(fd, m);
    if (frame == NULL) {
        say_goodbye(s, RA_GOODBYE_NO_SCREEN, "");
        return;
    }
    ra_frame_map_free(s->frame);
    s->frame = frame;
    s->owed++;
    s->fresh = TRUE;
    s->covered = FALSE;
    g_array_set_size(s->dirty, 0);
    if (s->encoder == NULL)
        s->encoder = ra_encoder_new(m->frame.width, m->frame.height);
    else
        ra_encoder_resize(s->encoder, m->frame.width, m->frame.height);
    if (s->state == ST_WELCOME)
        start_running(s);
    on_received(s);
}

static void program_bell(RaHostSession *s, const RaIpcMessage *m G_GNUC_UNUSED, int fd)
{
    if (s->bell >= 0)
        close(s->bell);
    s->bell = fd;
}

static void program_pixels(RaHostSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    const RaFrameView view = ra_frame_map_view(s->frame);
    s->owed++;
    s->fresh = FALSE;
    /* What is hidden now is looked at anew when it is shown again. */
    for (guint i = 0; i < m->rects.n && !s->paused; i++) {
        if (ra_rect_inside(&m->rects.rect[i], view.width, view.height))
            g_array_append_val(s->dirty, m->rects.rect[i]);
    }
    ra_host_rfb_pump(s);
}

static void program_cursor(RaHostSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    if (s->encoder == NULL)
        return;
    ra_host_pause_cursor(s, m);
    ra_host_rfb_pump(s);
}

static void program_pointer(RaHostSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    if (s->encoder == NULL)
        return;
    ra_host_pause_pointer(s, m->pointer.x, m->pointer.y);
    ra_host_rfb_pump(s);
}

static void program_rights(RaHostSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    s->rights = m->rights.rights;
    if ((s->rights & RA_RIGHT_CONTROL) == 0)
        ra_host_held_clear(s);
    s->asked_control = FALSE;
    ra_host_assist_rights(s);
}

static void program_control_answer(RaHostSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    s->asked_control = FALSE;
    if (m->allow.yes) /* RIGHTS says the rest */
        return;
    s->ask_after = g_get_monotonic_time() + RA_ASK_AGAIN_SECONDS * (gint64)G_USEC_PER_SEC;
    const RaAssist denied = {.kind = RA_ASSIST_CONTROL_DENIED, .end.reason = m->allow.reason};
    (void)ra_relay_send(s->relay, &denied);
}

static void program_assist(RaHostSession *s, const RaIpcMessage *m, int fd)
{
    ra_host_assist_program(s, m, fd);
    ra_channel_hold(s->channel, ra_stream_files_full(s->stream));
}

static void program_bye(RaHostSession *s, const RaIpcMessage *m, int fd G_GNUC_UNUSED)
{
    say_goodbye(s, m->ended.reason, m->ended.text);
}

static const struct {
    RaIpcKind kind;
    guint in; /* states */
    void (*take)(RaHostSession *s, const RaIpcMessage *m, int fd);
} program_rules[] = {
    {RA_IPC_ALLOW, ST_ASKED, program_allow},
    {RA_IPC_FRAME, ST_WELCOME | ST_RUNNING, program_frame},
    {RA_IPC_PIXELS, ST_RUNNING, program_pixels},
    {RA_IPC_BELL, ST_WELCOME | ST_RUNNING, program_bell},
    {RA_IPC_CURSOR, ST_WELCOME | ST_RUNNING, program_cursor},
    {RA_IPC_POINTER, ST_WELCOME | ST_RUNNING, program_pointer},
    {RA_IPC_RIGHTS, ST_WELCOME | ST_RUNNING, program_rights},
    {RA_IPC_CONTROL_ANSWER, ST_RUNNING, program_control_answer},
    {RA_IPC_ASSIST, ST_WELCOME | ST_RUNNING, program_assist},
    {RA_IPC_SOUND, ST_RUNNING, program_assist},
    {RA_IPC_CLIPBOARD, ST_RUNNING, program_assist},
    {RA_IPC_BYE, ST_HANDSHAKE | ST_ASKED | ST_WELCOME | ST_RUNNING, program_bye},
};

void ra_host_session_message(RaHostSession *s, const RaIpcMessage *message, int fd)
{
    for (gsize i = 0; i < G_N_ELEMENTS(program_rules); i++) {
        if (program_rules[i].kind == message->kind && (program_rules[i].in & s->state) != 0) {
            program_rules[i].take(s, message, fd); /* with the descriptor */
            if (s->state == ST_RUNNING)
                poke(s);
            return;
        }
    }
    if (fd >= 0)
        close(fd);
    if (s->state != ST_OVER)
        g_warning("Message %d is not for this state of the session", message->kind);
}

RaHostSession *ra_host_session_new(RaLink *link, RaChannel *channel, const char *name,
                                   void (*over)(gpointer data), gpointer data)
{
    RaHostSession *s = g_new0(RaHostSession, 1);
    s->channel = channel;
    s->over = over;
    s->data = data;
    s->state = ST_HANDSHAKE;
    s->bell = -1;
    s->dirty = g_array_new(FALSE, FALSE, sizeof(RaRect));
    RaHello hello = {.version = RA_HELLO_VERSION, .payload_max = RA_ASSIST_PAYLOAD_MAX};
    g_strlcpy(hello.name, name, sizeof hello.name);
    GByteArray *out = g_byte_array_new();
    s->handshake = ra_server_handshake_new(ra_link_native(link) ? &hello : NULL, out);
    s->stream = ra_stream_new(link, &stream_callbacks, s);
    s->relay = ra_relay_new(s->stream, channel, RA_ASSIST_FROM_NOVICE);
    s->meter = ra_meter_new(s->stream, channel, s->relay);
    s->pulse = ra_pulse_new(s->stream, s->relay, s->meter, FALSE, on_dead, s);
    s->sound = ra_sound_new(s->stream, channel, s->relay);
    s->copied = ra_copied_new(s->stream, channel, s->relay, &ra_host_copied_callbacks, s);
    s->pointer[0] = s->pointer[1] = RA_IPC_OUTSIDE;
    s->patience = g_timeout_add_seconds(RA_PATIENCE_SECONDS, on_patience, s);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    return s;
}

void ra_host_session_free(RaHostSession *s)
{
    if (s == NULL)
        return;
    g_clear_handle_id(&s->patience, g_source_remove);
    g_clear_handle_id(&s->backlog, g_source_remove);
    g_clear_handle_id(&s->rest_timer, g_source_remove);
    ra_copied_free(s->copied);
    ra_sound_free(s->sound);
    ra_host_held_clear(s);
    ra_pulse_free(s->pulse);
    ra_meter_free(s->meter);
    ra_relay_free(s->relay);
    ra_stream_free(s->stream);
    g_free(s->cursor_pixels);
    ra_server_handshake_free(s->handshake);
    ra_encoder_free(s->encoder);
    ra_frame_map_free(s->frame);
    if (s->bell >= 0)
        close(s->bell);
    g_array_unref(s->dirty);
    g_free(s);
}
