/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/stream.h"

#include "base/error.h"
#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

enum {
    READ_SIZE = 64 * 1024,       /* bytes for one read */
    DISPATCH_SIZE = 1024 * 1024, /* bytes read before others get their turn */
    ROOM_KEPT = 1024 * 1024,     /* bytes of an empty buffer that are not given back */
    PACE_MS = 10,                /* of files on the way through the kernel at once, */
    PACE_LEAST = 2 * 1024,       /* bytes, but no less, */
    PACE_MOST = 256 * 1024,      /* and no more */
    PACE_EVERY_US = 50 * 1000,   /* how often the rate is looked at */
};

struct _RaStream {
    RaLink *link;
    const RaStreamCallbacks *callbacks;
    gpointer data;
    guint8 *input;                    /* may hold a key: never moved or freed without being wiped */
    gsize came, consumed, room;       /* bytes of input: there, done with, allocated */
    GQueue queues[RA_PRIORITY_COUNT]; /* of GByteArray */
    gsize waiting[RA_PRIORITY_COUNT]; /* bytes in each */
    guint64 bytes_in, bytes_out;
    guint32 pace;        /* bytes of files in the kernel */
    gint64 paced;        /* when that was looked at; monotonic */
    GByteArray *sending; /* has begun to leave */
    RaPriority sending_at;
    gsize sent; /* bytes of it */
    gsize queued;
    GSource *source, *again;
    GIOCondition watched;
    gboolean *freed; /* set by ra_stream_free() during a dispatch */
    gboolean closed;
    GError *broken; /* found while sending, told from the main loop */
};

static void update_watch(RaStream *stream);

static void close_stream(RaStream *stream, const GError *error)
{
    ra_source_drop(&stream->source);
    ra_source_drop(&stream->again);
    stream->closed = TRUE;
    stream->callbacks->closed(error, stream->data);
}

/* Room for SIZE more bytes behind what came. */
static guint8 *make_room(RaStream *stream, gsize size)
{
    if (stream->came + size > stream->room) {
        const gsize room = MAX(stream->room * 2, stream->came + size);
        guint8 *input = g_malloc(room);
        if (stream->came > 0) {
            memcpy(input, stream->input, stream->came);
            explicit_bzero(stream->input, stream->came);
        }
        g_free(stream->input);
        stream->input = input;
        stream->room = room;
    }
    return stream->input + stream->came;
}

/* Takes what has come, up to a budget. FALSE when nothing more will come: *ERROR says why. */
static gboolean fill(RaStream *stream, gboolean *got_some, GError **error)
{
    for (gsize taken = 0; taken < DISPATCH_SIZE;) {
        if (stream->came - stream->consumed > RA_STREAM_INPUT_MAX) {
            g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "a message is too long");
            return FALSE;
        }
        gsize got = 0;
        guint8 *room = make_room(stream, READ_SIZE);
        const RaLinkStatus status = ra_link_read(stream->link, room, READ_SIZE, &got, error);
        stream->came += got;
        stream->bytes_in += got;
        taken += got;
        *got_some = *got_some || got > 0;
        if (status == RA_LINK_CLOSED || status == RA_LINK_FAILED)
            return FALSE;
        if (status != RA_LINK_OK)
            break;
    }
    return TRUE;
}

/* It may have held a key. */
static void wipe_message(GByteArray *message)
{
    if (message == NULL)
        return;
    if (message->len > 0)
        explicit_bzero(message->data, message->len);
    g_byte_array_unref(message);
}

static GByteArray *pop(RaStream *stream, RaPriority priority)
{
    GByteArray *message = g_queue_pop_head(&stream->queues[priority]);
    if (message != NULL) {
        stream->waiting[priority] -= message->len;
        stream->sending_at = priority;
    }
    return message;
}

/* How much of files may be in the kernel's hands: what leaves within PACE_MS. */
static void pace(RaStream *stream)
{
    const gint64 now = g_get_monotonic_time();
    if (stream->paced != 0 && now - stream->paced < PACE_EVERY_US)
        return;
    stream->paced = now;
    const guint64 rate = ra_link_rate(stream->link);
    const guint64 bytes = rate * PACE_MS / 1000;
    stream->pace = rate == 0 ? RA_STREAM_PIECE_MAX
                             : (guint32)CLAMP(bytes, (guint64)PACE_LEAST, (guint64)PACE_MOST);
    ra_link_set_unsent_max(stream->link, stream->pace);
}

/* The next to leave; NULL also where files have to wait for the kernel to send what it has. */
static GByteArray *next_message(RaStream *stream)
{
    for (RaPriority i = 0; i < RA_PRIORITY_FILES; i++) {
        GByteArray *message = pop(stream, i);
        if (message != NULL)
            return message;
    }
    if (g_queue_is_empty(&stream->queues[RA_PRIORITY_FILES]))
        return NULL;
    pace(stream);
    return ra_link_full(stream->link) ? NULL : pop(stream, RA_PRIORITY_FILES);
}

/* Sends what the kernel takes. A failure is kept for the main loop to tell. */
static void drain(RaStream *stream)
{
    while (stream->broken == NULL) {
        if (stream->sending == NULL) {
            stream->sending = next_message(stream);
            stream->sent = 0;
        }
        if (stream->sending == NULL)
            return;
        gsize wrote = 0;
        const RaLinkStatus status =
            ra_link_write(stream->link, stream->sending->data + stream->sent,
                          stream->sending->len - stream->sent, &wrote, &stream->broken);
        if (status != RA_LINK_OK)
            return;
        stream->sent += wrote;
        stream->queued -= wrote;
        stream->bytes_out += wrote;
        if (stream->sent == stream->sending->len)
            g_clear_pointer(&stream->sending, wipe_message);
    }
}

/* Calls back what there is to tell; FALSE when the stream is gone afterwards. */
static gboolean tell(RaStream *stream, gboolean received, gboolean drained, gboolean over,
                     const GError *error)
{
    gboolean freed = FALSE;
    stream->freed = &freed; /* cppcheck-suppress autoVariables */
    if (received)
        stream->callbacks->received(stream->data);
    if (!freed && drained)
        stream->callbacks->drained(stream->data);
    if (!freed && over)
        close_stream(stream, error);
    if (!freed)
        stream->freed = NULL;
    return !freed && !over;
}

static gboolean service(RaStream *stream)
{
    g_autoptr(GError) error = NULL;
    gboolean received = FALSE;
    const gboolean had_files = stream->queued > 0, had_other = ra_stream_ahead(stream) > 0;
    gboolean over = !fill(stream, &received, &error);
    drain(stream);
    if (!over && stream->broken != NULL) {
        error = g_steal_pointer(&stream->broken);
        over = TRUE;
    }
    const gboolean drained =
        (had_files && stream->queued == 0) || (had_other && ra_stream_ahead(stream) == 0);
    if (!tell(stream, received, drained, over, error))
        return G_SOURCE_REMOVE;
    if (ra_link_pending(stream->link) && stream->again == NULL) {
        stream->again = g_idle_source_new();
        g_source_set_priority(stream->again, G_PRIORITY_DEFAULT);
        g_source_set_callback(stream->again, G_SOURCE_FUNC(service), stream, NULL);
        g_source_attach(stream->again, g_main_context_get_thread_default());
    } else if (!ra_link_pending(stream->link)) {
        ra_source_drop(&stream->again);
    }
    update_watch(stream);
    return G_SOURCE_CONTINUE;
}

static gboolean on_socket(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                          gpointer data)
{
    return service(data);
}

static void update_watch(RaStream *stream)
{
    const GIOCondition wanted =
        G_IO_IN | (stream->queued > 0 || stream->broken != NULL ? G_IO_OUT : 0);
    if (stream->closed || (stream->source != NULL && stream->watched == wanted))
        return;
    stream->watched = wanted;
    ra_source_watch(&stream->source, ra_link_fd(stream->link), wanted, on_socket, stream);
}

RaStream *ra_stream_new(RaLink *link, const RaStreamCallbacks *callbacks, gpointer data)
{
    RaStream *stream = g_new0(RaStream, 1);
    stream->link = link;
    stream->callbacks = callbacks;
    stream->data = data;
    stream->pace = RA_STREAM_PIECE_MAX;
    for (guint i = 0; i < RA_PRIORITY_COUNT; i++)
        g_queue_init(&stream->queues[i]);
    /* The handshake may have left bytes behind that poll() does not tell of. */
    stream->again = g_idle_source_new();
    g_source_set_callback(stream->again, G_SOURCE_FUNC(service), stream, NULL);
    g_source_attach(stream->again, g_main_context_get_thread_default());
    update_watch(stream);
    return stream;
}

void ra_stream_free(RaStream *stream)
{
    if (stream == NULL)
        return;
    if (stream->freed != NULL)
        *stream->freed = TRUE;
    ra_source_drop(&stream->source);
    ra_source_drop(&stream->again);
    for (guint i = 0; i < RA_PRIORITY_COUNT; i++)
        g_queue_clear_full(&stream->queues[i], (GDestroyNotify)wipe_message);
    g_clear_pointer(&stream->sending, wipe_message);
    if (stream->came > 0)
        explicit_bzero(stream->input, stream->came);
    g_free(stream->input);
    g_clear_error(&stream->broken);
    ra_link_free(stream->link);
    g_free(stream);
}

RaLink *ra_stream_link(RaStream *stream)
{
    return stream->link;
}

const guint8 *ra_stream_input(RaStream *stream, gsize *size)
{
    *size = stream->came - stream->consumed;
    return *size > 0 ? stream->input + stream->consumed : NULL;
}

void ra_stream_consume(RaStream *stream, gsize size)
{
    g_assert(size <= stream->came - stream->consumed);
    if (size > 0)
        explicit_bzero(stream->input + stream->consumed, size);
    stream->consumed += size;
    if (stream->consumed == stream->came) {
        stream->came = stream->consumed = 0;
        if (stream->room > ROOM_KEPT) {
            g_clear_pointer(&stream->input, g_free);
            stream->room = 0;
        }
    } else if (stream->consumed > stream->came / 2) {
        /* Moving what is left is worth it once it is the smaller part. */
        const gsize left = stream->came - stream->consumed;
        memmove(stream->input, stream->input + stream->consumed, left);
        explicit_bzero(stream->input + left, stream->came - left);
        stream->came = left;
        stream->consumed = 0;
    }
}

void ra_stream_send(RaStream *stream, RaPriority priority, GByteArray *message)
{
    if (message->len == 0 || stream->closed || stream->broken != NULL) {
        wipe_message(message);
        return;
    }
    stream->queued += message->len;
    stream->waiting[priority] += message->len;
    g_queue_push_tail(&stream->queues[priority], message);
    drain(stream);
    update_watch(stream);
}

gsize ra_stream_queued(const RaStream *stream)
{
    return stream->queued;
}

gsize ra_stream_ahead(const RaStream *stream)
{
    gsize files = stream->waiting[RA_PRIORITY_FILES];
    if (stream->sending != NULL && stream->sending_at == RA_PRIORITY_FILES)
        files += stream->sending->len - stream->sent;
    return stream->queued - files;
}

guint ra_stream_waiting(const RaStream *stream, RaPriority priority, gsize *bytes)
{
    if (bytes != NULL)
        *bytes = stream->waiting[priority];
    return stream->queues[priority].length;
}

gboolean ra_stream_files_full(const RaStream *stream)
{
    return stream->waiting[RA_PRIORITY_FILES] > RA_STREAM_FILES_MAX;
}

void ra_stream_drop_oldest(RaStream *stream, RaPriority priority)
{
    GByteArray *message = g_queue_pop_head(&stream->queues[priority]);
    if (message == NULL)
        return;
    stream->waiting[priority] -= message->len;
    stream->queued -= message->len;
    wipe_message(message);
}

guint32 ra_stream_piece(const RaStream *stream)
{
    return MIN(stream->pace, (guint32)RA_STREAM_PIECE_MAX);
}

void ra_stream_bytes(const RaStream *stream, guint64 *in, guint64 *out)
{
    *in = stream->bytes_in;
    *out = stream->bytes_out;
}

gboolean ra_stream_congested(const RaStream *stream)
{
    guint waiting = 0;
    for (guint i = 0; i < RA_PRIORITY_FILES; i++)
        waiting += stream->queues[i].length;
    return waiting >= RA_STREAM_WAITING_MAX ||
           stream->waiting[RA_PRIORITY_CONTROL] >= RA_STREAM_CONTROL_MAX;
}

void ra_stream_flush(RaStream *stream, guint seconds)
{
    const gint64 deadline = g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC;
    for (drain(stream); stream->queued > 0 && stream->broken == NULL; drain(stream)) {
        const gint64 left = deadline - g_get_monotonic_time();
        struct pollfd ready = {.fd = ra_link_fd(stream->link), .events = POLLOUT};
        if (left <= 0 || (poll(&ready, 1, (int)(left / 1000)) < 0 && errno != EINTR))
            return;
    }
}
