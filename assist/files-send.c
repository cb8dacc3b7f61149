/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files from us to the other end. */
#include "assist/files-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>

enum {
    PIECES_AT_ONCE = 64, /* then the main loop has a turn */
    WAKE = 2,            /* milliseconds after which a full queue is looked at again */
};

static void send_on(RaFiles *files);

static void say_offer(Transfer *transfer)
{
    RaAssist message = {
        .kind = RA_ASSIST_FILE_OFFER,
        .offer = {.id = transfer->id, .size = transfer->shown.size},
    };
    (void)g_strlcpy(message.offer.name, transfer->name, sizeof message.offer.name);
    (void)g_strlcpy(message.offer.type, transfer->type, sizeof message.offer.type);
    transfer->offered_link = transfer->files->link;
    ra_port_send_assist(transfer->files->port, &message);
}

static void set_open_error(GError **error, const char *path, int why)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_autofree char *safe = ra_text_line(shown, RA_TEXT_LINE_MAX);
    switch (why) {
    case EISDIR:
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("%s is a folder: send its files, or pack it into an archive first"), safe);
        break;
    case ELOOP:
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("%s is a link: send the file that it leads to"), safe);
        break;
    case EINVAL:
    case ENXIO:
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("%s is not a file but a device, a pipe or the like: it cannot be sent"),
                    safe);
        break;
    default:
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    _("%s cannot be read (%s): choose another file"), safe, g_strerror(why));
        break;
    }
}

/* "" where it is not known or too long. */
static char *guess_type(const char *name, const guint8 *head, gsize size)
{
    g_autofree char *content = g_content_type_guess(name, size > 0 ? head : NULL, size, NULL);
    g_autofree char *type = content != NULL ? g_content_type_get_mime_type(content) : NULL;
    return g_strdup(type != NULL && strlen(type) <= RA_FILE_TYPE_MAX ? type : "");
}

static gboolean may_offer(const RaFiles *files, GError **error)
{
    if (files->over)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    _("The session is over: connect again to send a file"));
    else if (ra_files_count_open(files, FALSE) >= RA_FILES_OPEN_MAX)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("%d files are waiting already: wait until some of them are through"),
                    RA_FILES_OPEN_MAX);
    else if (g_hash_table_size(files->ours) >= RA_FILES_SESSION_MAX)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("%d files were offered in this session: pack the others into an archive"),
                    RA_FILES_SESSION_MAX);
    else
        return TRUE;
    return FALSE;
}

guint ra_files_offer(RaFiles *files, const char *path, GError **error)
{
    if (!may_offer(files, error))
        return 0;
    guint64 size = 0;
    RaDisk *disk = ra_disk_open(path, &size);
    if (disk == NULL) {
        set_open_error(error, path, errno);
        return 0;
    }
    guint8 head[RA_FILE_HEAD_SIZE];
    const gsize n = ra_disk_head(disk, head, sizeof head);
    g_autofree char *base = g_path_get_basename(path);
    g_autofree char *name = g_filename_display_name(base);
    g_autofree char *type = guess_type(name, head, n);
    Transfer *transfer = ra_transfer_new(files, FALSE, 0, name);
    transfer->disk = disk;
    transfer->ready = g_byte_array_new();
    transfer->shown.size = size;
    transfer->shown.can_run |= ra_file_head_can_run(head, n);
    ra_transfer_set_type(transfer, type);
    const guint handle = transfer->shown.handle;
    if (files->linked)
        say_offer(transfer);
    ra_transfer_changed(transfer);
    return handle;
}

/* The next one that was agreed on, by age. */
static void choose(RaFiles *files)
{
    for (guint i = 0; files->sending == NULL && i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (!transfer->shown.incoming && transfer->shown.state == RA_TRANSFER_QUEUED)
            files->sending = transfer;
    }
}

static gboolean wake(gpointer data)
{
    RaFiles *files = data;
    files->wake = 0;
    send_on(files);
    return G_SOURCE_REMOVE;
}

static void wake_later(RaFiles *files)
{
    if (files->wake == 0)
        files->wake = g_timeout_add(WAKE, wake, files);
}

static void read_done(int error, GBytes *bytes, const guint8 *sha256, gpointer data)
{
    Transfer *transfer = data;
    transfer->job = NULL;
    if (error != 0) {
        ra_transfer_close(transfer, RA_FILE_UNREADABLE);
        return;
    }
    if (sha256 != NULL) {
        memcpy(transfer->sha256, sha256, sizeof transfer->sha256);
        transfer->has_sha256 = TRUE;
    }
    if (!transfer->reread) {
        gsize size;
        const guint8 *more = g_bytes_get_data(bytes, &size);
        if (transfer->ready_used > 0)
            g_byte_array_remove_range(transfer->ready, 0, transfer->ready_used);
        transfer->ready_used = 0;
        g_byte_array_append(transfer->ready, more, (guint)size);
    }
    transfer->reread = FALSE;
    send_on(transfer->files);
}

/* Keeps what is read one reading ahead of what is sent. */
static void read_ahead(Transfer *transfer)
{
    const guint64 left = transfer->shown.size - transfer->read_to;
    if (transfer->job != NULL ||
        transfer->ready->len - transfer->ready_used >= RA_FILES_READ_SIZE ||
        (left == 0 && transfer->has_sha256))
        return;
    const gsize size = (gsize)MIN(left, RA_FILES_READ_SIZE);
    transfer->job = ra_disk_read(transfer->disk, transfer->read_to, size, read_done, transfer);
    transfer->read_to += size;
}

static void say_end(Transfer *transfer)
{
    RaFiles *files = transfer->files;
    RaAssist message = {.kind = RA_ASSIST_FILE_END, .file_end = {.id = transfer->id}};
    memcpy(message.file_end.sha256, transfer->sha256, RA_SHA256_SIZE);
    transfer->end_link = files->link;
    files->sending = NULL;
    ra_port_send_assist(files->port, &message);
}

static void say_piece(Transfer *transfer, guint size)
{
    RaFiles *files = transfer->files;
    const RaAssist message = {
        .kind = RA_ASSIST_FILE_DATA,
        .piece = {.id = transfer->id,
                  .offset = transfer->sent,
                  .size = size,
                  .data = transfer->ready->data + transfer->ready_used},
    };
    ra_port_send_assist(files->port, &message);
    ra_pace_sent(files->pace, size, g_get_monotonic_time());
    transfer->ready_used += size;
    transfer->sent += size;
    transfer->sent_most = MAX(transfer->sent_most, transfer->sent);
}

/* One message of the file that moves. FALSE where there is none to be sent now. */
static gboolean send_one(RaFiles *files, Transfer *transfer)
{
    const guint ready = transfer->ready->len - transfer->ready_used;
    read_ahead(transfer);
    if (transfer->sent == transfer->shown.size && transfer->has_sha256) {
        say_end(transfer);
        return TRUE;
    }
    if (ready == 0)
        return FALSE;
    if (files->port->queued(files->port->data) > 0) {
        wake_later(files);
        return FALSE;
    }
    const guint piece = ra_pace_next(files->pace);
    if (piece > 0)
        say_piece(transfer, MIN(piece, ready));
    return piece > 0;
}

static void send_on(RaFiles *files)
{
    for (guint i = 0; files->linked; i++) {
        choose(files);
        Transfer *transfer = files->sending;
        if (transfer == NULL)
            return;
        ra_transfer_set_state(transfer, RA_TRANSFER_MOVING);
        if (i >= PIECES_AT_ONCE) {
            wake_later(files);
            return;
        }
        /* Whoever was told may have cancelled it. */
        if (files->sending == transfer && !send_one(files, transfer))
            return;
    }
}

/* NULL: *RET is what to answer. A transfer that is over is no lie: the two words crossed. */
static Transfer *find(const RaFiles *files, guint32 id, gboolean *ret)
{
    Transfer *transfer = g_hash_table_lookup(files->ours, GUINT_TO_POINTER(id));
    *ret = transfer != NULL && transfer->offered_link > 0;
    return *ret && !ra_transfer_is_over(transfer) ? transfer : NULL;
}

gboolean ra_files_take_answer(RaFiles *files, const RaAssist *message)
{
    gboolean known = FALSE;
    Transfer *transfer = find(files, message->file_answer.id, &known);
    if (transfer == NULL)
        return known;
    const RaTransferState state = transfer->shown.state;
    const guint64 offset = message->file_answer.offset;
    if (state != RA_TRANSFER_OFFERED && state != RA_TRANSFER_BROKEN)
        return FALSE; /* a second answer */
    if (!message->file_answer.yes) {
        ra_transfer_over(transfer, RA_FILE_REFUSED);
        return TRUE;
    }
    if (offset > transfer->sent_most)
        return FALSE; /* it cannot have that */
    transfer->agreed = TRUE;
    g_byte_array_set_size(transfer->ready, 0);
    transfer->ready_used = 0;
    transfer->sent = transfer->read_to = transfer->shown.done = offset;
    transfer->reread = transfer->job != NULL;
    ra_transfer_set_state(transfer, RA_TRANSFER_QUEUED);
    send_on(files);
    return TRUE;
}

gboolean ra_files_take_taken(RaFiles *files, const RaAssist *message)
{
    gboolean known = FALSE;
    Transfer *transfer = find(files, message->piece.id, &known);
    if (transfer == NULL)
        return known;
    const guint64 offset = message->piece.offset, before = transfer->shown.done;
    if (transfer->shown.state != RA_TRANSFER_MOVING || offset < before || offset > transfer->sent)
        return FALSE;
    transfer->shown.done = offset;
    ra_pace_taken(files->pace, offset - before, g_get_monotonic_time());
    send_on(files);
    return TRUE;
}

gboolean ra_files_take_close_of_ours(RaFiles *files, const RaAssist *message)
{
    gboolean known = FALSE;
    Transfer *transfer = find(files, message->file_close.id, &known);
    if (transfer == NULL)
        return known;
    switch (message->file_close.how) {
    case RA_FILE_DONE:
    case RA_FILE_ALTERED:
        if (transfer->end_link == 0)
            return FALSE; /* before it heard what it should be */
        break;
    case RA_FILE_UNREADABLE:
        return FALSE; /* only we could know */
    default:
        break;
    }
    ra_transfer_over(transfer, message->file_close.how);
    return TRUE;
}

void ra_files_send_ended(Transfer *transfer)
{
    RaFiles *files = transfer->files;
    if (transfer->shown.end != RA_FILE_DONE && transfer->sent > transfer->shown.done)
        ra_pace_forget(files->pace);
    if (files->sending == transfer)
        files->sending = NULL;
    if (!files->over)
        send_on(files);
}

void ra_files_send_unlinked(RaFiles *files)
{
    files->sending = NULL;
    g_clear_handle_id(&files->wake, g_source_remove);
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (!transfer->shown.incoming && !ra_transfer_is_over(transfer) && transfer->agreed)
            ra_transfer_set_state(transfer, RA_TRANSFER_BROKEN);
    }
}

void ra_files_send_linked(RaFiles *files)
{
    ra_pace_reset(files->pace);
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (!transfer->shown.incoming && !ra_transfer_is_over(transfer))
            say_offer(transfer);
    }
}
