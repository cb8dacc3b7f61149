/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/host-private.h"

#include <string.h>
#include <sys/socket.h>

enum {
    REST_MS = 80,           /* three of them without a change, and a lossy part is sent exactly */
    PIECE_SIZE = 32 * 1024, /* bytes of an update that leave at once */
    POINTER_SIZE = 16,      /* bytes of an update that only moves the pointer */
    POINTER_FENCES_MAX = 2, /* of such updates, that are not answered */
    FENCE_MARK = 0x5241,    /* begins the payload of our fences */
    POINTER_MARK = 0x5250,  /* the same, of such updates */
};

/* A fence behind an update: its answer is our measure of what is on the way. */
static void append_fence(RaHostSession *s, guint mark, GByteArray *out)
{
    s->fence++;
    RaRfbFence fence = {.flags = RA_RFB_FENCE_REQUEST | RA_RFB_FENCE_BLOCK_BEFORE, .size = 6};
    fence.payload[0] = (guint8)(mark >> 8);
    fence.payload[1] = (guint8)mark;
    const guint32 number = GUINT32_TO_BE(s->fence);
    memcpy(fence.payload + 2, &number, sizeof number);
    ra_rfb_write_fence(out, &fence);
}

static gboolean on_rest(gpointer data)
{
    RaHostSession *s = data;
    ra_encoder_rest(s->encoder);
    const gboolean more = ra_encoder_blurred(s->encoder);
    if (!more)
        s->rest_timer = 0;
    ra_host_rfb_pump(s);
    return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void ra_host_rfb_set_quality(RaHostSession *s, RaQuality quality)
{
    s->quality = quality;
}

/* How well, and how much at a time: what is urgent has its turn between two updates. A viewer that
 * asks for each has waited for it. */
static void adjust_encoder(RaHostSession *s)
{
    ra_encoder_set_quality(s->encoder, s->quality, ra_picture_pace_rate(&s->pace));
    ra_encoder_set_budget(s->encoder, s->continuous ? ra_picture_pace_budget(&s->pace) : 0);
}

/* On the bell, which wakes our program only where it waits for the frame. A bell that nobody hears
 * belongs to a program that has left. */
static void give_back(RaHostSession *s)
{
    if (s->bell < 0)
        ra_host_session_tell(s, RA_IPC_WANT_PIXELS);
    else
        (void)send(s->bell, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The frame goes back to our program once nothing of it is still to be looked at. */
static void release_frame(RaHostSession *s)
{
    if (s->dirty->len > 0)
        return;
    for (; s->owed > 0; s->owed--)
        give_back(s);
}

/* Takes what is to be sent next out of the frame. FALSE: nothing. What is to be sent anew is read
 * from it even while that is the host's: what the host writes meanwhile comes as PIXELS right
 * after, and is compared with what was sent. */
static gboolean begin_update(RaHostSession *s)
{
    const guint n = s->owed > 0 ? s->dirty->len : 0;
    const gboolean pending = ra_encoder_pending(s->encoder);
    if (s->paused ? s->covered && !pending : s->fresh || (n == 0 && !pending))
        return FALSE;
    const RaFrameView view = ra_frame_map_view(s->frame);
    adjust_encoder(s);
    const gboolean something =
        s->paused ? ra_host_pause_begin(s)
                  : ra_encoder_begin(s->encoder, &view, (const RaRect *)s->dirty->data, n);
    if (n > 0)
        g_array_set_size(s->dirty, 0);
    return something;
}

/* Behind the last piece of an update of SIZE bytes, whose first one left at BEGUN: a fence, where
 * the pace needs one. */
static void follow_update(RaHostSession *s, gsize size, gint64 begun, GByteArray *out)
{
    const gboolean more = ra_encoder_pending(s->encoder);
    const gint64 now = g_get_monotonic_time();
    if (!ra_encoder_takes(s->encoder, RA_RFB_FENCE))
        return;
    if (!ra_picture_pace_wants_mark(&s->pace, size, more, now)) {
        ra_picture_pace_sent_loose(&s->pace, size);
        return;
    }
    append_fence(s, FENCE_MARK, out);
    ra_picture_pace_sent(&s->pace, size, more, begun, now);
}

/* One update, if there is something to say. It leaves while it is being made, and the next picture
 * is fetched meanwhile where that one will have room. */
static gboolean send_update(RaHostSession *s)
{
    if (!begin_update(s))
        return FALSE;
    if (s->continuous && ra_picture_pace_may_send_two(&s->pace))
        release_frame(s);
    gsize size = 0;
    gint64 begun = 0;
    for (gboolean more = TRUE; more;) {
        GByteArray *piece = ra_stream_buffer(s->stream);
        more = ra_encoder_write(s->encoder, piece, PIECE_SIZE);
        if (size == 0)
            begun = g_get_monotonic_time();
        size += piece->len;
        if (!more)
            follow_update(s, size, begun, piece);
        ra_stream_send_piece(s->stream, piece, more);
    }
    s->requested = FALSE;
    if (s->rest_timer == 0 && ra_encoder_blurred(s->encoder))
        s->rest_timer = g_timeout_add(REST_MS, on_rest, s);
    return TRUE;
}

static gboolean may_update(const RaHostSession *s)
{
    return s->state == ST_RUNNING && ra_stream_ahead(s->stream) == 0 &&
           (s->requested || (s->continuous && ra_picture_pace_may_send(&s->pace)));
}

/* The pointer's position by itself: it takes no turn from the pixels, and waits for none of
 * theirs. */
static void send_pointer(RaHostSession *s)
{
    const gboolean loose = ra_picture_pace_fits_loose(&s->pace, POINTER_SIZE);
    if (s->state != ST_RUNNING || !s->continuous || s->fresh || ra_stream_ahead(s->stream) > 0 ||
        (!loose && s->pointer_fences >= POINTER_FENCES_MAX))
        return;
    GByteArray *out = ra_stream_buffer(s->stream);
    if (ra_encoder_update_pointer(s->encoder, out)) {
        if (loose) {
            ra_picture_pace_sent_loose(&s->pace, out->len);
        } else {
            append_fence(s, POINTER_MARK, out);
            ra_picture_pace_sent_mark(&s->pace);
            s->pointer_fences++;
        }
    }
    ra_stream_send(s->stream, RA_PRIORITY_PIXELS, out);
}

void ra_host_rfb_pump(RaHostSession *s)
{
    /* What leaves with pixels needs no message of its own. */
    if (s->dirty->len == 0 || !may_update(s))
        send_pointer(s);
    while (may_update(s)) {
        /* First: what else there is to say must not keep new pixels away for good. */
        release_frame(s);
        if (!send_update(s))
            break;
    }
    if (may_update(s))
        release_frame(s);
}

/* What the viewer says */

static void viewer_format(RaHostSession *s, const RaRfbClientMessage *m)
{
    ra_encoder_set_format(s->encoder, &m->format);
}

static void viewer_encodings(RaHostSession *s, const RaRfbClientMessage *m)
{
    const gboolean had_fence = ra_encoder_takes(s->encoder, RA_RFB_FENCE);
    ra_encoder_set_encodings(s->encoder, m->encodings.encoding, m->encodings.n);
    GByteArray *out = g_byte_array_new();
    if (!had_fence && ra_encoder_takes(s->encoder, RA_RFB_FENCE)) {
        const RaRfbFence fence = {.flags = RA_RFB_FENCE_REQUEST};
        ra_rfb_write_fence(out, &fence); /* says that we speak it */
        if (ra_encoder_takes(s->encoder, RA_RFB_CONTINUOUS_UPDATES))
            ra_rfb_write_end_of_continuous_updates(out);
    }
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
    ra_host_assist_negotiate(s);
}

static void viewer_wants_update(RaHostSession *s, const RaRfbClientMessage *m)
{
    if (!m->request.incremental)
        ra_encoder_invalidate(s->encoder, &m->request.rect);
    s->requested = TRUE;
}

static void viewer_enables_continuous(RaHostSession *s, const RaRfbClientMessage *m)
{
    if (!ra_encoder_takes(s->encoder, RA_RFB_CONTINUOUS_UPDATES) ||
        !ra_encoder_takes(s->encoder, RA_RFB_FENCE)) {
        ra_host_session_broke_protocol(
            s, "it wants continuous updates without having said that it can");
        return;
    }
    s->continuous = m->request.enable;
    if (s->continuous)
        return;
    GByteArray *out = g_byte_array_new();
    ra_rfb_write_end_of_continuous_updates(out);
    ra_stream_send(s->stream, RA_PRIORITY_CONTROL, out);
}

static void viewer_fence(RaHostSession *s, const RaRfbClientMessage *m)
{
    if (m->fence.flags & RA_RFB_FENCE_REQUEST) {
        RaRfbFence answer = m->fence;
        answer.flags &= RA_RFB_FENCE_FLAGS;
        GByteArray *out = g_byte_array_new();
        ra_rfb_write_fence(out, &answer);
        /* Behind the pixels that it asks about. */
        ra_stream_send(s->stream, RA_PRIORITY_PIXELS, out);
        return;
    }
    const guint mark =
        m->fence.size == 6 ? (guint)m->fence.payload[0] << 8 | m->fence.payload[1] : 0;
    if (mark == FENCE_MARK)
        ra_picture_pace_taken(&s->pace, g_get_monotonic_time());
    else if (mark == POINTER_MARK && s->pointer_fences > 0)
        s->pointer_fences--;
}

/* A stock viewer has no other way to ask for control than to try it. */
static gboolean may_control(RaHostSession *s, gboolean pressed)
{
    if (s->rights & RA_RIGHT_CONTROL)
        return TRUE;
    if (pressed && !ra_encoder_takes(s->encoder, RA_RFB_ASSIST) && !s->asked_control &&
        g_get_monotonic_time() >= s->ask_after) {
        s->asked_control = TRUE;
        ra_host_session_tell(s, RA_IPC_WANT_CONTROL);
    }
    return FALSE;
}

static void viewer_key(RaHostSession *s, const RaRfbClientMessage *m)
{
    if (!may_control(s, m->key.down))
        return;
    RaIpcMessage event = {.kind = RA_IPC_KEY_PRESS};
    event.key.down = m->key.down;
    event.key.keysym = m->key.keysym;
    event.key.code = m->key.code;
    (void)ra_channel_send(s->channel, &event, -1);
    ra_host_held_key(s, &event);
}

static void viewer_pointer(RaHostSession *s, const RaRfbClientMessage *m)
{
    if (!may_control(s, m->pointer.buttons != 0))
        return;
    RaIpcMessage event = {.kind = RA_IPC_POINTER};
    event.pointer.x = m->pointer.x;
    event.pointer.y = m->pointer.y;
    event.pointer.buttons = m->pointer.buttons;
    (void)ra_channel_send(s->channel, &event, -1);
    ra_host_held_pointer(s, &event);
}

static void viewer_wants_size(RaHostSession *s, const RaRfbClientMessage *m G_GNUC_UNUSED)
{
    ra_encoder_refuse_resize(s->encoder);
}

static const struct {
    RaRfbClientKind kind;
    void (*take)(RaHostSession *s, const RaRfbClientMessage *m);
} viewer_rules[] = {
    {RA_RFB_SET_PIXEL_FORMAT, viewer_format},
    {RA_RFB_SET_ENCODINGS, viewer_encodings},
    {RA_RFB_UPDATE_REQUEST, viewer_wants_update},
    {RA_RFB_KEY, viewer_key},
    {RA_RFB_QEMU, viewer_key},
    {RA_RFB_POINTER, viewer_pointer},
    {RA_RFB_CLIENT_CUT_TEXT, ra_host_assist_cut_text},
    {RA_RFB_ENABLE_CONTINUOUS, viewer_enables_continuous},
    {RA_RFB_CLIENT_FENCE, viewer_fence},
    {RA_RFB_SET_DESKTOP_SIZE, viewer_wants_size},
};

gboolean ra_host_rfb_take(RaHostSession *s, const guint8 *data, gsize size, gsize *used)
{
    RaRfbClientMessage message;
    RaDecode result = ra_rfb_client_decode(data, size, &message, used);
    if (result == RA_DECODE_OK && message.kind == RA_RFB_ASSIST_MESSAGE) {
        RaAssist assist;
        result = ra_assist_decode(data, size, RA_ASSIST_FROM_HELPER, &assist, used);
        if (result == RA_DECODE_OK)
            ra_host_assist_take(s, &assist);
        else
            result = RA_DECODE_BAD;
    } else if (result == RA_DECODE_OK) {
        for (gsize i = 0; i < G_N_ELEMENTS(viewer_rules); i++) {
            if (viewer_rules[i].kind == message.kind)
                viewer_rules[i].take(s, &message);
        }
    }
    if (result == RA_DECODE_BAD)
        ra_host_session_broke_protocol(s, "it sent a message that is not allowed");
    return result == RA_DECODE_OK && s->state != ST_OVER;
}
