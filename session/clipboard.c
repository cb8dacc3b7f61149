/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/clipboard.h"

#include "base/io.h"
#include "wire/clipboard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PICTURE_WAITING_MAX = 64 * 1024, /* bytes of a picture that wait in the stream */
    PICTURE_HEAD = 8,                /* bytes of CLIPBOARD_PICTURE's payload before the data */
    SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE,
};

static const guint8 png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

struct _RaCopied {
    RaStream *stream;
    RaChannel *channel;
    RaRelay *relay;
    const RaCopiedCallbacks *callbacks;
    gpointer data;
    gboolean control;
    gboolean extended;
    guint32 their_actions, their_text_max; /* what their CAPS said, or what holds without */
    GBytes *text;                          /* ours, for who asks */
    GBytes *picture;                       /* ours, leaving */
    gsize picture_sent;
    GByteArray *incoming; /* their picture so far; NULL: none has begun */
    guint32 incoming_total;
};

RaCopied *ra_copied_new(RaStream *stream, RaChannel *channel, RaRelay *relay,
                        const RaCopiedCallbacks *callbacks, gpointer data)
{
    RaCopied *copied = g_new0(RaCopied, 1);
    copied->stream = stream;
    copied->channel = channel;
    copied->relay = relay;
    copied->callbacks = callbacks;
    copied->data = data;
    /* rfbproto: of who sends no caps this much can be expected. */
    copied->their_actions = RA_CLIP_REQUEST | RA_CLIP_NOTIFY | RA_CLIP_PROVIDE;
    return copied;
}

static void forget(RaCopied *copied)
{
    g_clear_pointer(&copied->text, g_bytes_unref);
    g_clear_pointer(&copied->picture, g_bytes_unref);
    g_clear_pointer(&copied->incoming, g_byte_array_unref);
}

void ra_copied_free(RaCopied *copied)
{
    if (copied == NULL)
        return;
    forget(copied);
    g_free(copied);
}

static gboolean allowed(const RaCopied *copied)
{
    return copied->control && (ra_relay_features(copied->relay) & RA_FEATURE_CLIPBOARD) != 0;
}

void ra_copied_allow(RaCopied *copied, gboolean control)
{
    copied->control = control;
    if (!control)
        forget(copied);
}

static void send_content(RaCopied *copied, const GByteArray *content)
{
    copied->callbacks->send(content->data, content->len, TRUE, copied->data);
}

static void send_action(RaCopied *copied, RaClipAction action, guint32 formats)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    ra_clip_write(content, action, formats);
    send_content(copied, content);
}

void ra_copied_extend(RaCopied *copied)
{
    if (copied->extended)
        return;
    copied->extended = TRUE;
    g_autoptr(GByteArray) content = g_byte_array_new();
    ra_clip_write_caps(content);
    send_content(copied, content);
}

/* From our program */

/* What SIZE bytes of FD hold; NULL where they could still change or are not so many. */
static GBytes *read_file(int fd, guint32 size)
{
    struct stat state;
    const int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &state) != 0 || state.st_size != size)
        return NULL;
    g_autofree guint8 *bytes = g_malloc(size + 1u);
    for (gsize at = 0; at < size;) {
        const ssize_t n = pread(fd, bytes + at, size - at, (off_t)at);
        if (n > 0)
            at += (gsize)n;
        else if (n == 0 || errno != EINTR)
            return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

static void provide(RaCopied *copied, GBytes *text)
{
    g_autoptr(GByteArray) content = g_byte_array_new();
    if (ra_clip_write_provide(content, text))
        send_content(copied, content);
}

/* One text has not left yet: another would only fill the memory of who copies much over a link that
 * takes little. */
static gboolean is_behind(const RaCopied *copied)
{
    gsize bytes = 0;
    (void)ra_stream_waiting(copied->stream, RA_PRIORITY_CONTROL, &bytes);
    return bytes >= RA_CLIPBOARD_TEXT_MAX;
}

/* Text goes where it can be pasted next: at once to who takes so much unasked, so that it comes
 * before the keys that paste it; else it is kept until somebody asks. */
static void share_text(RaCopied *copied, GBytes *text)
{
    g_clear_pointer(&copied->text, g_bytes_unref);
    copied->text = g_bytes_ref(text);
    const gboolean behind = is_behind(copied);
    if (!copied->extended) {
        if (behind)
            return;
        g_autoptr(GBytes) latin1 = ra_clip_to_latin1(text);
        gsize size = 0;
        const guint8 *bytes = g_bytes_get_data(latin1, &size);
        copied->callbacks->send(bytes, size, FALSE, copied->data);
    } else if (!behind && (copied->their_actions & RA_CLIP_PROVIDE) != 0 &&
               (ra_clip_wire_size(text) <= copied->their_text_max ||
                (copied->their_actions & RA_CLIP_NOTIFY) == 0)) {
        provide(copied, text);
    } else {
        send_action(copied, RA_CLIP_NOTIFY, RA_CLIP_TEXT);
    }
}

static void share_nothing(RaCopied *copied)
{
    const gboolean had = copied->text != NULL;
    g_clear_pointer(&copied->text, g_bytes_unref);
    if (had && copied->extended && (copied->their_actions & RA_CLIP_NOTIFY) != 0)
        send_action(copied, RA_CLIP_NOTIFY, 0);
}

static gboolean is_text(GBytes *bytes)
{
    gsize size = 0;
    const char *text = g_bytes_get_data(bytes, &size);
    return g_utf8_validate_len(text, size, NULL);
}

void ra_copied_from_program(RaCopied *copied, const RaIpcMessage *message, int fd)
{
    g_autoptr(GBytes) bytes = allowed(copied) ? read_file(fd, message->clipboard.size) : NULL;
    close(fd);
    if (bytes == NULL)
        return;
    if (message->clipboard.size == 0) {
        share_nothing(copied);
    } else if (message->clipboard.format == RA_CLIPBOARD_TEXT) {
        if (is_text(bytes))
            share_text(copied, bytes);
    } else if (ra_relay_is_open(copied->relay)) {
        /* It takes the place of one that is still leaving. */
        g_clear_pointer(&copied->picture, g_bytes_unref);
        copied->picture = g_steal_pointer(&bytes);
        copied->picture_sent = 0;
        ra_copied_pump(copied);
    }
}

void ra_copied_pump(RaCopied *copied)
{
    while (copied->picture != NULL) {
        gsize waiting = 0, total = 0;
        (void)ra_stream_waiting(copied->stream, RA_PRIORITY_FILES, &waiting);
        if (waiting >= PICTURE_WAITING_MAX)
            return;
        const guint8 *bytes = g_bytes_get_data(copied->picture, &total);
        const guint32 most = MIN(ra_stream_piece(copied->stream),
                                 ra_relay_payload_max(copied->relay) - PICTURE_HEAD);
        RaAssist piece = {.kind = RA_ASSIST_CLIPBOARD_PICTURE};
        piece.picture.total = (guint32)total;
        piece.picture.offset = (guint32)copied->picture_sent;
        piece.picture.size = (guint32)MIN(total - copied->picture_sent, (gsize)most);
        piece.picture.data = bytes + copied->picture_sent;
        copied->picture_sent += piece.picture.size;
        const gboolean sent = ra_relay_send(copied->relay, &piece);
        if (!sent || copied->picture_sent == total)
            g_clear_pointer(&copied->picture, g_bytes_unref);
    }
}

/* From the other end */

static int make_file(const guint8 *bytes, gsize size)
{
    const int fd = memfd_create("clipboard", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -1;
    if (ra_write_all(fd, bytes, size) && fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) == 0)
        return fd;
    close(fd);
    return -1;
}

static void tell_program(RaCopied *copied, RaClipboardFormat format, const guint8 *bytes,
                         gsize size)
{
    RaIpcMessage message = {.kind = RA_IPC_CLIPBOARD};
    message.clipboard.format = format;
    message.clipboard.size = (guint32)size;
    const int fd = make_file(bytes, size);
    if (fd < 0)
        return;
    (void)ra_channel_send(copied->channel, &message, fd);
    close(fd);
}

static void tell_text(RaCopied *copied, GBytes *text)
{
    gsize size = 0;
    const guint8 *bytes = text != NULL ? g_bytes_get_data(text, &size) : NULL;
    if (size > 0 && allowed(copied))
        tell_program(copied, RA_CLIPBOARD_TEXT, bytes, size);
}

static void take_clip(RaCopied *copied, const RaClip *clip)
{
    const gboolean text = (clip->formats & RA_CLIP_TEXT) != 0;
    switch (clip->action) {
    case RA_CLIP_CAPS:
        copied->their_actions = text ? clip->actions : 0;
        copied->their_text_max = text ? clip->text_max : 0;
        break;
    case RA_CLIP_REQUEST:
        if (text && copied->text != NULL && allowed(copied))
            provide(copied, copied->text);
        break;
    case RA_CLIP_PEEK:
        send_action(copied, RA_CLIP_NOTIFY,
                    copied->text != NULL && allowed(copied) ? RA_CLIP_TEXT : 0);
        break;
    case RA_CLIP_NOTIFY:
        if (text && allowed(copied))
            send_action(copied, RA_CLIP_REQUEST, RA_CLIP_TEXT);
        break;
    case RA_CLIP_PROVIDE:
        tell_text(copied, clip->text);
        break;
    case RA_CLIP_ACTIONS: /* no action, but all of them */
        break;
    }
}

gboolean ra_copied_take_text(RaCopied *copied, const guint8 *data, gsize size, gboolean extended)
{
    if (!extended) {
        g_autoptr(GBytes) text = allowed(copied) ? ra_clip_from_latin1(data, size) : NULL;
        tell_text(copied, text);
        return TRUE;
    }
    RaClip clip;
    if (!copied->extended || !ra_clip_decode(data, size, &clip))
        return FALSE;
    take_clip(copied, &clip);
    ra_clip_clear(&clip);
    return TRUE;
}

gboolean ra_copied_take_picture(RaCopied *copied, const RaAssist *message)
{
    if (!allowed(copied)) {
        g_clear_pointer(&copied->incoming, g_byte_array_unref);
        return TRUE;
    }
    if (message->picture.offset == 0) {
        g_clear_pointer(&copied->incoming, g_byte_array_unref);
        copied->incoming = g_byte_array_new();
        copied->incoming_total = message->picture.total;
    }
    if (copied->incoming == NULL)
        return TRUE; /* its beginning was dropped */
    if (message->picture.total != copied->incoming_total ||
        message->picture.offset != copied->incoming->len)
        return FALSE;
    g_byte_array_append(copied->incoming, message->picture.data, message->picture.size);
    if (copied->incoming->len < copied->incoming_total)
        return TRUE;
    if (copied->incoming->len > sizeof png && memcmp(copied->incoming->data, png, sizeof png) == 0)
        tell_program(copied, RA_CLIPBOARD_PNG, copied->incoming->data, copied->incoming->len);
    g_clear_pointer(&copied->incoming, g_byte_array_unref);
    return TRUE;
}
