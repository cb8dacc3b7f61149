/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assistance messages, sound and the clipboard at the host's worker. */
#include "session/host-private.h"

#include <unistd.h>

static void send_cut_text(const guint8 *data, gsize size, gboolean extended, gpointer data_)
{
    RaHostSession *s = data_;
    GByteArray *out = g_byte_array_new();
    if (extended)
        (void)ra_rfb_write_server_extended_cut_text(out, data, size);
    else
        ra_rfb_write_server_cut_text(out, data, size);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
}

const RaCopiedCallbacks ra_host_copied_callbacks = {.send = send_cut_text};

/* A stock viewer's clipboard has no switch that it could tell of: it is shared. */
static void tell_of_share(RaHostSession *s)
{
    const RaAssist shared = {.kind = RA_ASSIST_CLIPBOARD_SHARED, .flag = TRUE};
    if (!s->listed || s->told_of_share || ra_relay_is_open(s->relay) ||
        (ra_relay_features(s->relay) & RA_FEATURE_CLIPBOARD) == 0)
        return;
    s->told_of_share = TRUE;
    ra_relay_tell_program(s->relay, &shared);
}

void ra_host_assist_negotiate(RaHostSession *s)
{
    const gboolean takes = ra_encoder_takes(s->encoder, RA_RFB_ASSIST);
    s->listed = TRUE;
    if (ra_encoder_takes(s->encoder, RA_RFB_EXTENDED_CLIPBOARD))
        ra_copied_extend(s->copied);
    if (takes && !ra_relay_is_open(s->relay)) {
        const RaAssist rights = {.kind = RA_ASSIST_RIGHTS, .rights = s->rights};
        ra_relay_open(s->relay, &rights);
    } else if (!takes) {
        ra_relay_close(s->relay);
    }
    tell_of_share(s);
}

void ra_host_assist_rights(RaHostSession *s)
{
    const RaAssist rights = {.kind = RA_ASSIST_RIGHTS, .rights = s->rights};
    ra_copied_allow(s->copied, (s->rights & RA_RIGHT_CONTROL) != 0);
    (void)ra_relay_send(s->relay, &rights);
}

/* What is between the workers. */
static void take_ours(RaHostSession *s, const RaAssist *m)
{
    switch (m->kind) {
    case RA_ASSIST_WANT_CONTROL:
        if (!s->asked_control && !(s->rights & RA_RIGHT_CONTROL)) {
            s->asked_control = TRUE;
            ra_host_session_tell(s, RA_IPC_WANT_CONTROL);
        }
        break;
    case RA_ASSIST_RETURN_CONTROL:
        if (s->rights & RA_RIGHT_CONTROL)
            ra_host_session_tell(s, RA_IPC_RETURN_CONTROL);
        break;
    case RA_ASSIST_GOODBYE:
        ra_host_session_end(s, m->end.reason, FALSE, m->end.text);
        break;
    case RA_ASSIST_QUALITY:
        ra_host_rfb_set_quality(s, m->quality);
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
            ra_host_session_broke_protocol(s, "its picture comes in the wrong order");
        break;
    default:
        break;
    }
}

void ra_host_assist_take(RaHostSession *s, const RaAssist *message)
{
    switch (ra_relay_from_link(s->relay, message)) {
    case RA_RELAY_BAD:
        ra_host_session_broke_protocol(s, "it sent a message that is not allowed now");
        break;
    case RA_RELAY_OURS:
        take_ours(s, message);
        break;
    case RA_RELAY_PASSED:
        break;
    }
}

void ra_host_assist_cut_text(RaHostSession *s, const RaRfbClientMessage *message)
{
    if (!ra_copied_take_text(s->copied, message->cut_text.bytes, message->cut_text.size,
                             message->cut_text.extended))
        ra_host_session_broke_protocol(s, "it sent a clipboard that is none");
}

void ra_host_assist_program(RaHostSession *s, const RaIpcMessage *message, int fd)
{
    switch (message->kind) {
    case RA_IPC_SOUND:
        ra_sound_from_program(s->sound, message);
        break;
    case RA_IPC_CLIPBOARD:
        ra_copied_from_program(s->copied, message, g_steal_fd(&fd));
        break;
    default:
        /* First the word, then the deed: a viewer that draws must know what the cover means. */
        ra_relay_from_program(s->relay, &message->assist);
        if (message->assist.kind == RA_ASSIST_PAUSED)
            ra_host_pause_set(s, message->assist.flag);
        if (message->assist.kind == RA_ASSIST_FEATURES)
            tell_of_share(s);
        break;
    }
    if (fd >= 0)
        close(fd);
}
