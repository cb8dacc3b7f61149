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
};

struct _RaStream {
    RaLink *link;
    const RaStreamCallbacks *callbacks;
    gpointer data;
    GByteArray *input;
    gsize consumed;                   /* bytes of input that are done with */
    GQueue queues[RA_PRIORITY_COUNT]; /* of GByteArray */
    GByteArray *sending;              /* has begun to leave */
    gsize sent;                       /* bytes of it */
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

/* Takes what has come, up to a budget. FALSE when nothing more will come: *ERROR says why. */
static gboolean fill(RaStream *stream, gboolean *got_some, GError **error)
{
    for (gsize taken = 0; taken < DISPATCH_SIZE;) {
        if (stream->input->len - stream->consumed > RA_STREAM_INPUT_MAX) {
            g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "a message is too long");
            return FALSE;
        }
        const guint before = stream->input->len;
        gsize got = 0;
        g_byte_array_set_size(stream->input, before + READ_SIZE);
        const RaLinkStatus status =
            ra_link_read(stream->link, stream->input->data + before, READ_SIZE, &got, error);
        g_byte_array_set_size(stream->input, before + (guint)got);
        taken += got;
        *got_some = *got_some || got > 0;
        if (status == RA_LINK_CLOSED || status == RA_LINK_FAILED)
            return FALSE;
        if (status != RA_LINK_OK)
            break;
    }
    return TRUE;
}

static GByteArray *next_message(RaStream *stream)
{
    for (guint i = 0; i < RA_PRIORITY_COUNT; i++) {
        GByteArray *message = g_queue_pop_head(&stream->queues[i]);
        if (message != NULL)
            return message;
    }
    return NULL;
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
        if (stream->sent == stream->sending->len)
            g_clear_pointer(&stream->sending, g_byte_array_unref);
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
    if (!freed && drained && stream->queued == 0)
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
    const gboolean had_output = stream->queued > 0;
    gboolean over = !fill(stream, &received, &error);
    drain(stream);
    if (!over && stream->broken != NULL) {
        error = g_steal_pointer(&stream->broken);
        over = TRUE;
    }
    if (!tell(stream, received, had_output && stream->queued == 0, over, error))
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
    stream->input = g_byte_array_new();
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
        g_queue_clear_full(&stream->queues[i], (GDestroyNotify)g_byte_array_unref);
    g_clear_pointer(&stream->sending, g_byte_array_unref);
    g_byte_array_unref(stream->input);
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
    *size = stream->input->len - stream->consumed;
    return stream->input->data + stream->consumed;
}

void ra_stream_consume(RaStream *stream, gsize size)
{
    stream->consumed += size;
    g_assert(stream->consumed <= stream->input->len);
    /* Moving what is left is worth it once it is the smaller part. */
    if (stream->consumed == stream->input->len) {
        g_byte_array_set_size(stream->input, 0);
        stream->consumed = 0;
    } else if (stream->consumed > stream->input->len / 2) {
        g_byte_array_remove_range(stream->input, 0, (guint)stream->consumed);
        stream->consumed = 0;
    }
}

void ra_stream_send(RaStream *stream, RaPriority priority, GByteArray *message)
{
    if (message->len == 0 || stream->closed || stream->broken != NULL) {
        g_byte_array_unref(message);
        return;
    }
    stream->queued += message->len;
    g_queue_push_tail(&stream->queues[priority], message);
    drain(stream);
    update_watch(stream);
}

gsize ra_stream_queued(const RaStream *stream)
{
    return stream->queued;
}

gboolean ra_stream_congested(const RaStream *stream)
{
    guint waiting = 0;
    for (guint i = 0; i < RA_PRIORITY_COUNT; i++)
        waiting += stream->queues[i].length;
    return waiting >= RA_STREAM_WAITING_MAX;
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
