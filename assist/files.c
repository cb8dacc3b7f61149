/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/files-private.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

enum {
    TICK = 250,                           /* milliseconds between two reports of progress */
    RECENT = 120 * (gint64)G_USEC_PER_SEC /* a link that breaks may have lost what was said since */
};

RaFiles *ra_files_new(const RaPort *port, const char *folder, const RaFilesEvents *events,
                      gpointer data)
{
    RaFiles *files = g_new0(RaFiles, 1);
    files->port = port;
    files->events = events;
    files->data = data;
    files->folder = g_strdup(folder);
    files->list = g_ptr_array_new();
    files->ours = g_hash_table_new(NULL, NULL);
    files->theirs = g_hash_table_new(NULL, NULL);
    files->pace = ra_pace_new();
    return files;
}

/* Lets go of the file, and of what came of it. */
static void drop_resources(Transfer *transfer)
{
    ra_disk_job_drop(transfer->job);
    transfer->job = NULL;
    g_clear_pointer(&transfer->disk, ra_disk_release);
    if (transfer->pending != NULL)
        transfer->files->ahead -= transfer->pending->len + transfer->writing;
    transfer->writing = 0;
    g_clear_pointer(&transfer->pending, g_byte_array_unref);
    g_clear_pointer(&transfer->ready, g_byte_array_unref);
    transfer->ready_used = 0;
}

static void transfer_free(Transfer *transfer)
{
    drop_resources(transfer);
    g_free(transfer->name);
    g_free(transfer->type);
    g_free(transfer->path);
    g_free(transfer);
}

void ra_files_free(RaFiles *files)
{
    if (files == NULL)
        return;
    for (guint i = 0; i < files->list->len; i++)
        transfer_free(g_ptr_array_index(files->list, i));
    g_clear_handle_id(&files->tick, g_source_remove);
    g_clear_handle_id(&files->wake, g_source_remove);
    g_ptr_array_unref(files->list);
    g_hash_table_unref(files->ours);
    g_hash_table_unref(files->theirs);
    ra_pace_free(files->pace);
    g_free(files->folder);
    g_free(files);
}

static guint next_handle(void)
{
    static gint last;
    return (guint)g_atomic_int_add(&last, 1) + 1;
}

Transfer *ra_transfer_new(RaFiles *files, gboolean incoming, guint32 id, const char *name)
{
    Transfer *transfer = g_new0(Transfer, 1);
    transfer->files = files;
    transfer->name = ra_file_name_clean(name);
    transfer->shown = (RaTransfer){
        .handle = next_handle(),
        .incoming = incoming,
        .state = RA_TRANSFER_OFFERED,
        .name = transfer->name,
        .can_run = ra_file_name_can_run(name) || ra_file_name_can_run(transfer->name),
        .seconds_left = G_MAXUINT,
    };
    transfer->id = incoming ? id : transfer->shown.handle;
    ra_transfer_set_type(transfer, "");
    g_ptr_array_add(files->list, transfer);
    g_hash_table_insert(incoming ? files->theirs : files->ours, GUINT_TO_POINTER(transfer->id),
                        transfer);
    return transfer;
}

void ra_transfer_set_type(Transfer *transfer, const char *type)
{
    g_free(transfer->type);
    transfer->type = ra_text_line(type, RA_FILE_TYPE_MAX);
    transfer->shown.type = transfer->type;
}

void ra_transfer_changed(Transfer *transfer)
{
    RaFiles *files = transfer->files;
    if (files->events->changed != NULL)
        files->events->changed(&transfer->shown, files->data);
}

gboolean ra_transfer_is_over(const Transfer *transfer)
{
    return transfer->shown.state == RA_TRANSFER_OVER;
}

static void measure(Transfer *transfer, gint64 now)
{
    RaTransfer *shown = &transfer->shown;
    if (transfer->rate_time > 0 && now > transfer->rate_time &&
        shown->done >= transfer->rate_done) {
        const gdouble rate = (gdouble)(shown->done - transfer->rate_done) * G_USEC_PER_SEC /
                             (gdouble)(now - transfer->rate_time);
        shown->rate = (guint64)(shown->rate == 0 ? rate : 0.7 * (gdouble)shown->rate + 0.3 * rate);
        const guint64 left = shown->rate == 0
                                 ? G_MAXUINT
                                 : (shown->size - shown->done + shown->rate - 1) / shown->rate;
        shown->seconds_left = (guint)MIN(left, G_MAXUINT);
    }
    transfer->rate_time = now;
    transfer->rate_done = shown->done;
}

static gboolean tick(gpointer data)
{
    RaFiles *files = data;
    const gint64 now = g_get_monotonic_time();
    gboolean any = FALSE;
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (transfer->shown.state != RA_TRANSFER_MOVING)
            continue;
        any = TRUE;
        measure(transfer, now);
        ra_transfer_changed(transfer);
    }
    if (!any)
        files->tick = 0;
    return any;
}

void ra_transfer_set_state(Transfer *transfer, RaTransferState state)
{
    RaFiles *files = transfer->files;
    if (state == transfer->shown.state)
        return;
    transfer->shown.state = state;
    transfer->shown.rate = 0;
    transfer->shown.seconds_left = G_MAXUINT;
    transfer->rate_time = 0;
    if (state == RA_TRANSFER_MOVING) {
        measure(transfer, g_get_monotonic_time());
        if (files->tick == 0)
            files->tick = g_timeout_add(TICK, tick, files);
    }
    ra_transfer_changed(transfer);
}

void ra_transfer_over(Transfer *transfer, RaFileEnd end)
{
    drop_resources(transfer);
    transfer->shown.end = end;
    transfer->over_time = g_get_monotonic_time();
    if (end == RA_FILE_DONE)
        transfer->shown.done = transfer->shown.size;
    ra_transfer_set_state(transfer, RA_TRANSFER_OVER);
    if (!transfer->shown.incoming)
        ra_files_send_ended(transfer);
}

void ra_transfer_say_close(Transfer *transfer)
{
    const RaAssist message = {
        .kind = RA_ASSIST_FILE_CLOSE,
        .file_close = {.id = transfer->id,
                       .of_sender = !transfer->shown.incoming,
                       .how = transfer->shown.end},
    };
    transfer->close_untold = !transfer->files->linked;
    if (transfer->files->linked)
        ra_port_send_assist(transfer->files->port, &message);
}

void ra_transfer_close(Transfer *transfer, RaFileEnd end)
{
    transfer->ended_here = TRUE;
    transfer->shown.end = end;
    ra_transfer_say_close(transfer);
    ra_transfer_over(transfer, end);
}

guint ra_files_count_open(const RaFiles *files, gboolean incoming)
{
    guint n = 0;
    for (guint i = 0; i < files->list->len; i++) {
        const Transfer *transfer = g_ptr_array_index(files->list, i);
        n += transfer->shown.incoming == incoming && !ra_transfer_is_over(transfer);
    }
    return n;
}

RaFileEnd ra_files_write_error(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG ? RA_FILE_NO_SPACE
                                                                : RA_FILE_UNWRITABLE;
}

static Transfer *find(const RaFiles *files, guint handle)
{
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (transfer->shown.handle == handle)
            return transfer;
    }
    return NULL;
}

void ra_files_cancel(RaFiles *files, guint handle)
{
    Transfer *transfer = find(files, handle);
    if (transfer != NULL && !ra_transfer_is_over(transfer))
        ra_transfer_close(transfer, RA_FILE_CANCELLED);
}

gboolean ra_files_take(RaFiles *files, const RaAssist *message)
{
    /* What a worker still had to say when its link was gone. */
    if (!files->linked || files->over)
        return TRUE;
    switch (message->kind) {
    case RA_ASSIST_FILE_OFFER:
        return ra_files_take_offer(files, message);
    case RA_ASSIST_FILE_ANSWER:
        return ra_files_take_answer(files, message);
    case RA_ASSIST_FILE_DATA:
        return ra_files_take_data(files, message);
    case RA_ASSIST_FILE_TAKEN:
        return ra_files_take_taken(files, message);
    case RA_ASSIST_FILE_END:
        return ra_files_take_end(files, message);
    case RA_ASSIST_FILE_CLOSE:
        return message->file_close.of_sender ? ra_files_take_close_of_theirs(files, message)
                                             : ra_files_take_close_of_ours(files, message);
    default:
        return FALSE;
    }
}

void ra_files_unlinked(RaFiles *files)
{
    if (!files->linked)
        return;
    files->linked = FALSE;
    ra_files_send_unlinked(files);
    ra_files_receive_unlinked(files);
}

/* The other end may not have heard that a transfer of ours is over. That one of theirs is, it hears
 * when it offers it again. */
static void say_closes_again(RaFiles *files)
{
    const gint64 since = g_get_monotonic_time() - RECENT;
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (!transfer->shown.incoming && ra_transfer_is_over(transfer) && transfer->ended_here &&
            transfer->offered_link > 0 && (transfer->close_untold || transfer->over_time >= since))
            ra_transfer_say_close(transfer);
    }
}

void ra_files_linked(RaFiles *files)
{
    if (files->linked || files->over)
        return;
    files->linked = TRUE;
    files->link++;
    say_closes_again(files);
    ra_files_send_linked(files);
}

void ra_files_end(RaFiles *files)
{
    files->linked = FALSE;
    files->over = TRUE;
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (!ra_transfer_is_over(transfer))
            ra_transfer_over(transfer, RA_FILE_CANCELLED);
    }
}

GPtrArray *ra_files_list(RaFiles *files)
{
    return files->list;
}

const RaTransfer *ra_files_get(RaFiles *files, guint handle)
{
    const Transfer *transfer = find(files, handle);
    return transfer != NULL ? &transfer->shown : NULL;
}
