/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assistance messages, sound and the clipboard at the viewer's worker. */
#include "session/viewer-private.h"

#include <unistd.h>

static void send_cut_text(const guint8 *data, gsize size, gboolean extended, gpointer data_)
{
    RaViewerSession *s = data_;
    RaRfbClientMessage message = {.kind = RA_RFB_CLIENT_CUT_TEXT};
    message.cut_text.bytes = data;
    message.cut_text.size = (guint32)size;
    message.cut_text.extended = extended;
    GByteArray *out = g_byte_array_new();
    (void)ra_rfb_client_encode(&message, out);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
}

const RaCopiedCallbacks ra_viewer_copied_callbacks = {.send = send_cut_text};

void ra_viewer_assist_start(RaViewerSession *s)
{
    /* SetEncodings has told the host that we take them; another server says so by sending one. */
    if (ra_link_native(ra_stream_link(s->stream)))
        ra_relay_open(s->relay, NULL);
}

static void take_rights(RaViewerSession *s, const RaAssist *m)
{
    RaIpcMessage message = {.kind = RA_IPC_RIGHTS};
    ra_copied_allow(s->copied, (m->rights & RA_RIGHT_CONTROL) != 0);
    message.rights.rights = m->rights;
    (void)ra_channel_send(s->channel, &message, -1);
}

static void take_denied(RaViewerSession *s, const RaAssist *m)
{
    RaIpcMessage message = {.kind = RA_IPC_CONTROL_ANSWER};
    message.allow.yes = FALSE;
    message.allow.reason = m->end.reason;
    (void)ra_channel_send(s->channel, &message, -1);
}

/* What is between the workers. */
static void take_ours(RaViewerSession *s, const RaAssist *m)
{
    switch (m->kind) {
    case RA_ASSIST_RIGHTS:
        take_rights(s, m);
        break;
    case RA_ASSIST_CONTROL_DENIED:
        take_denied(s, m);
        break;
    case RA_ASSIST_GOODBYE:
        ra_viewer_session_end(s, m->end.reason, FALSE, m->end.text);
        break;
    case RA_ASSIST_PING:
    case RA_ASSIST_PONG:
        ra_meter_take(s->meter, m);
        break;
    case RA_ASSIST_VOICE_SOUND:
        ra_sound_from_link(s->sound, m);
        break;
    case RA_ASSIST_CLIPBOARD_PICTURE:
        if (!ra_copied_take_picture(s->copied, m))
            ra_viewer_session_broke_protocol(s, "its picture comes in the wrong order");
        break;
    default:
        break;
    }
}

void ra_viewer_assist_take(RaViewerSession *s, const RaAssist *message)
{
    if (!ra_relay_is_open(s->relay))
        ra_relay_open(s->relay, NULL);
    switch (ra_relay_from_link(s->relay, message)) {
    case RA_RELAY_BAD:
        ra_viewer_session_broke_protocol(s, "it sent a message that is not allowed now");
        break;
    case RA_RELAY_OURS:
        take_ours(s, message);
        break;
    case RA_RELAY_PASSED:
        break;
    }
}

void ra_viewer_assist_cut_text(RaViewerSession *s, const RaServerEvent *event)
{
    if (event->cut_text.extended)
        ra_copied_extend(s->copied); /* its caps: we have asked for them */
    if (!ra_copied_take_text(s->copied, event->cut_text.bytes, event->cut_text.size,
                             event->cut_text.extended))
        ra_viewer_session_broke_protocol(s, "it sent a clipboard that is none");
}

static void send_word(RaViewerSession *s, RaAssistKind kind)
{
    const RaAssist word = {.kind = kind};
    (void)ra_relay_send(s->relay, &word);
}

void ra_viewer_assist_program(RaViewerSession *s, const RaIpcMessage *message, int fd)
{
    switch (message->kind) {
    case RA_IPC_WANT_CONTROL_OUT:
        send_word(s, RA_ASSIST_WANT_CONTROL);
        break;
    case RA_IPC_RETURN_CONTROL_OUT:
        send_word(s, RA_ASSIST_RETURN_CONTROL);
        break;
    case RA_IPC_SOUND:
        ra_sound_from_program(s->sound, message);
        break;
    case RA_IPC_CLIPBOARD:
        ra_copied_from_program(s->copied, message, g_steal_fd(&fd));
        break;
    default:
        ra_relay_from_program(s->relay, &message->assist);
        break;
    }
    if (fd >= 0)
        close(fd);
}
