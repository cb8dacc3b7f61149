/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/stream.h"

#include "base/error.h"
#include "base/io.h"
#include "session/input.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

enum {
    READ_SIZE = 64 * 1024,      /* bytes for one read */
    DISPATCH_SIZE = 256 * 1024, /* bytes read before others get their turn */
    MESSAGES_KEPT = 64,         /* empty ones */
    PACE_MS = 10,               /* of files on the way through the kernel at once, */
    PACE_LEAST = 2 * 1024,      /* bytes, but no less, */
    PACE_MOST = 256 * 1024,     /* and no more */
    PACE_EVERY_US = 50 * 1000,  /* how often the rate is looked at */
};

/* A message, or a piece of one, in a queue. */
typedef struct {
    GList link; /* its own place there: nothing is allocated for it */
    GByteArray *bytes;
    gboolean more; /* the next piece follows it */
} Message;

/* Watches the socket. What poll() waits for changes often: its own GPollFD needs no new source. */
typedef struct {
    GSource source;
    RaStream *stream;
    GPollFD poll;
} Watch;

struct _RaStream {
    RaLink *link;
    const RaStreamCallbacks *callbacks;
    gpointer data;
    RaInput input;
    GQueue queues[RA_PRIORITY_COUNT];           /* of Message */
    gsize waiting[RA_PRIORITY_COUNT];           /* bytes in each */
    GQueue spare;                               /* of Message, without bytes */
    GByteArray *buffers[RA_STREAM_BUFFERS_MAX]; /* that have left */
    guint n_buffers;
    guint64 bytes_in, bytes_out;
    guint32 pace;     /* bytes of files in the kernel */
    gint64 paced;     /* when that was looked at; monotonic */
    Message *sending; /* has begun to leave */
    RaPriority sending_at;
    gsize sent;         /* bytes of it */
    gboolean in_pieces; /* of what left last the next piece is to come */
    gsize queued;
    Watch *watch;    /* NULL once closed */
    gboolean again;  /* there may be more to read that poll() does not tell of */
    gboolean *freed; /* set by ra_stream_free() during a dispatch */
    GError *broken;  /* found while sending, told from the main loop */
};

static void update_watch(RaStream *stream);

static void drop_watch(RaStream *stream)
{
    if (stream->watch == NULL)
        return;
    g_source_destroy(&stream->watch->source);
    g_source_unref(&stream->watch->source);
    stream->watch = NULL;
}

static void close_stream(RaStream *stream, const GError *error)
{
    drop_watch(stream);
    stream->callbacks->closed(error, stream->data);
}

/* Takes what has come, up to a budget. FALSE when nothing more will come: *ERROR says why. */
static gboolean fill(RaStream *stream, gboolean *got_some, GError **error)
{
    RaInput *input = &stream->input;
    stream->again = FALSE;
    for (gsize taken = 0; taken < DISPATCH_SIZE;) {
        if (input->came - input->consumed > RA_STREAM_INPUT_MAX) {
            g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "a message is too long");
            return FALSE;
        }
        gsize got = 0;
        guint8 *room = ra_input_room(input, READ_SIZE);
        const RaLinkStatus status = ra_link_read(stream->link, room, READ_SIZE, &got, error);
        input->came += got;
        stream->bytes_in += got;
        taken += got;
        *got_some = *got_some || got > 0;
        if (status == RA_LINK_CLOSED || status == RA_LINK_FAILED)
            return FALSE;
        if (status != RA_LINK_OK || !ra_link_pending(stream->link))
            return TRUE;
    }
    stream->again = TRUE;
    return TRUE;
}

/* Anything but pixels may have held a secret. */
static void release_bytes(RaStream *stream, GByteArray *bytes, RaPriority priority)
{
    if (priority != RA_PRIORITY_PIXELS) {
        if (bytes->len > 0)
            explicit_bzero(bytes->data, bytes->len);
    } else if (stream->n_buffers < RA_STREAM_BUFFERS_MAX && bytes->len <= RA_STREAM_BUFFER_MAX) {
        g_byte_array_set_size(bytes, 0);
        stream->buffers[stream->n_buffers++] = bytes;
        return;
    }
    g_byte_array_unref(bytes);
}

/* It has left, or is not to. */
static void release_message(RaStream *stream, Message *message, RaPriority priority)
{
    release_bytes(stream, message->bytes, priority);
    message->bytes = NULL;
    if (stream->spare.length < MESSAGES_KEPT)
        g_queue_push_head_link(&stream->spare, &message->link);
    else
        g_free(message);
}

static Message *new_message(RaStream *stream, GByteArray *bytes, gboolean more)
{
    GList *link = g_queue_pop_head_link(&stream->spare);
    Message *message = link != NULL ? link->data : g_new0(Message, 1);
    message->link.data = message;
    message->bytes = bytes;
    message->more = more;
    return message;
}

static Message *pop(RaStream *stream, RaPriority priority)
{
    GList *link = g_queue_pop_head_link(&stream->queues[priority]);
    Message *message = link != NULL ? link->data : NULL;
    if (message != NULL) {
        stream->waiting[priority] -= message->bytes->len;
        stream->sending_at = priority;
        stream->in_pieces = message->more;
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
static Message *next_message(RaStream *stream)
{
    if (stream->in_pieces)
        return pop(stream, RA_PRIORITY_PIXELS);
    for (RaPriority i = 0; i < RA_PRIORITY_FILES; i++) {
        Message *message = pop(stream, i);
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
        const GByteArray *bytes = stream->sending->bytes;
        const gsize left = bytes->len - stream->sent;
        gsize wrote = 0;
        if (left > 0 && ra_link_write(stream->link, bytes->data + stream->sent, left, &wrote,
                                      &stream->broken) != RA_LINK_OK)
            return;
        stream->sent += wrote;
        stream->queued -= wrote;
        stream->bytes_out += wrote;
        if (wrote == left)
            release_message(stream, g_steal_pointer(&stream->sending), stream->sending_at);
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
    update_watch(stream);
    return G_SOURCE_CONTINUE;
}

static gboolean watch_prepare(GSource *source, gint *timeout)
{
    *timeout = -1;
    return ((Watch *)source)->stream->again;
}

static gboolean watch_check(GSource *source)
{
    const Watch *watch = (Watch *)source;
    return watch->poll.revents != 0 || watch->stream->again;
}

static gboolean watch_dispatch(GSource *source, GSourceFunc callback G_GNUC_UNUSED,
                               gpointer data G_GNUC_UNUSED)
{
    return service(((Watch *)source)->stream);
}

static void start_watch(RaStream *stream)
{
    static GSourceFuncs funcs = {
        .prepare = watch_prepare, .check = watch_check, .dispatch = watch_dispatch};
    stream->watch = (Watch *)g_source_new(&funcs, sizeof *stream->watch);
    stream->watch->stream = stream;
    stream->watch->poll = (GPollFD){.fd = ra_link_fd(stream->link), .events = G_IO_IN};
    g_source_add_poll(&stream->watch->source, &stream->watch->poll);
    ra_source_set_lean(&stream->watch->source);
    g_source_attach(&stream->watch->source, g_main_context_get_thread_default());
}

static void update_watch(RaStream *stream)
{
    const gboolean writes = stream->queued > 0 || stream->broken != NULL;
    if (stream->watch != NULL)
        stream->watch->poll.events = G_IO_IN | (writes ? G_IO_OUT : 0);
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
    g_queue_init(&stream->spare);
    stream->again = TRUE; /* the handshake may have left bytes behind */
    start_watch(stream);
    return stream;
}

static void drop_queue(RaStream *stream, RaPriority priority)
{
    for (Message *message; (message = pop(stream, priority)) != NULL;)
        release_message(stream, message, priority);
}

void ra_stream_free(RaStream *stream)
{
    if (stream == NULL)
        return;
    if (stream->freed != NULL)
        *stream->freed = TRUE;
    drop_watch(stream);
    if (stream->sending != NULL)
        release_message(stream, stream->sending, stream->sending_at);
    for (RaPriority i = 0; i < RA_PRIORITY_COUNT; i++)
        drop_queue(stream, i);
    for (GList *link; (link = g_queue_pop_head_link(&stream->spare)) != NULL;)
        g_free(link->data);
    while (stream->n_buffers > 0)
        g_byte_array_unref(stream->buffers[--stream->n_buffers]);
    ra_input_clear(&stream->input);
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
    const RaInput *input = &stream->input;
    *size = input->came - input->consumed;
    return *size > 0 ? input->bytes + input->consumed : NULL;
}

void ra_stream_consume(RaStream *stream, gsize size)
{
    ra_input_consume(&stream->input, size, TRUE);
}

void ra_stream_skip(RaStream *stream, gsize size)
{
    ra_input_consume(&stream->input, size, FALSE);
}

GByteArray *ra_stream_buffer(RaStream *stream)
{
    return stream->n_buffers > 0 ? stream->buffers[--stream->n_buffers] : g_byte_array_new();
}

static void send_bytes(RaStream *stream, RaPriority priority, GByteArray *bytes, gboolean more)
{
    if (stream->watch == NULL || stream->broken != NULL) {
        release_bytes(stream, bytes, priority);
        return;
    }
    stream->queued += bytes->len;
    stream->waiting[priority] += bytes->len;
    g_queue_push_tail_link(&stream->queues[priority], &new_message(stream, bytes, more)->link);
    drain(stream);
    update_watch(stream);
}

void ra_stream_send(RaStream *stream, RaPriority priority, GByteArray *message)
{
    if (message->len > 0)
        send_bytes(stream, priority, message, FALSE);
    else
        release_bytes(stream, message, priority);
}

void ra_stream_send_piece(RaStream *stream, GByteArray *piece, gboolean more)
{
    send_bytes(stream, RA_PRIORITY_PIXELS, piece, more);
}

gsize ra_stream_queued(const RaStream *stream)
{
    return stream->queued;
}

gsize ra_stream_ahead(const RaStream *stream)
{
    gsize files = stream->waiting[RA_PRIORITY_FILES];
    if (stream->sending != NULL && stream->sending_at == RA_PRIORITY_FILES)
        files += stream->sending->bytes->len - stream->sent;
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
    GList *link = g_queue_pop_head_link(&stream->queues[priority]);
    if (link == NULL)
        return;
    Message *message = link->data;
    stream->waiting[priority] -= message->bytes->len;
    stream->queued -= message->bytes->len;
    release_message(stream, message, priority);
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
