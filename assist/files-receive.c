/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files from the other end to us. */
#include "assist/files-private.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void write_on(Transfer *transfer);

/* To an offer of another link there is no answer: it comes again, and is answered then. */
static void say_answer(const Transfer *transfer, gboolean yes)
{
    const RaAssist message = {
        .kind = RA_ASSIST_FILE_ANSWER,
        .file_answer = {.id = transfer->id, .yes = yes, .offset = yes ? transfer->received : 0},
    };
    if (transfer->files->linked && transfer->offered_link == transfer->files->link)
        ra_port_send_assist(transfer->files->port, &message);
}

static void refuse_unseen(const RaFiles *files, guint32 id)
{
    const RaAssist message = {
        .kind = RA_ASSIST_FILE_CLOSE,
        .file_close = {.id = id, .how = RA_FILE_REFUSED},
    };
    ra_port_send_assist(files->port, &message);
}

/* The same offer over another link: goes on, or hears again how it ended. */
static gboolean take_again(Transfer *transfer, const RaAssist *message)
{
    RaFiles *files = transfer->files;
    g_autofree char *name = ra_file_name_clean(message->offer.name);
    if (transfer->offered_link == files->link || message->offer.size != transfer->shown.size ||
        (!ra_transfer_is_over(transfer) && strcmp(name, transfer->name) != 0))
        return FALSE;
    transfer->offered_link = files->link;
    if (ra_transfer_is_over(transfer)) {
        if (!transfer->ended_here)
            return FALSE; /* it had ended it itself */
        ra_transfer_say_close(transfer);
    } else if (transfer->agreed) {
        transfer->told = transfer->received;
        say_answer(transfer, TRUE);
        ra_transfer_set_state(transfer,
                              transfer->finishing ? RA_TRANSFER_MOVING : RA_TRANSFER_QUEUED);
    }
    return TRUE;
}

gboolean ra_files_take_offer(RaFiles *files, const RaAssist *message)
{
    Transfer *known = g_hash_table_lookup(files->theirs, GUINT_TO_POINTER(message->offer.id));
    if (known != NULL)
        return take_again(known, message);
    if (ra_files_count_open(files, TRUE) >= RA_FILES_OPEN_MAX ||
        g_hash_table_size(files->theirs) >= RA_FILES_SESSION_MAX) {
        refuse_unseen(files, message->offer.id);
        return TRUE;
    }
    Transfer *transfer = ra_transfer_new(files, TRUE, message->offer.id, message->offer.name);
    transfer->shown.size = message->offer.size;
    transfer->offered_link = files->link;
    ra_transfer_set_type(transfer, message->offer.type);
    ra_transfer_changed(transfer);
    return TRUE;
}

static gboolean folder_failed(GError **error, const char *folder, const char *what)
{
    g_autofree char *shown = g_filename_display_name(folder);
    g_autofree char *safe = ra_text_line(shown, RA_TEXT_LINE_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                _("The file cannot be saved in %s (%s): choose another folder"), safe, what);
    return FALSE;
}

char *ra_files_folder(const RaFiles *files)
{
    if (files->folder != NULL)
        return g_strdup(files->folder);
    const char *downloads = g_get_user_special_dir(G_USER_DIRECTORY_DOWNLOAD);
    return downloads != NULL ? g_strdup(downloads)
                             : g_build_filename(g_get_home_dir(), "Downloads", NULL);
}

/* The user's Downloads are made where they are missing. */
static char *default_folder(const RaFiles *files)
{
    char *folder = ra_files_folder(files);
    if (files->folder == NULL)
        (void)g_mkdir_with_parents(folder, 0700);
    return folder;
}

/* Bytes that are promised to files on the same disk and not written yet. */
static guint64 promised(const RaFiles *files)
{
    guint64 sum = 0;
    for (guint i = 0; i < files->list->len; i++) {
        const Transfer *transfer = g_ptr_array_index(files->list, i);
        if (transfer->shown.incoming && transfer->disk != NULL)
            sum += MIN(transfer->shown.size - transfer->shown.done, G_MAXUINT64 - sum);
    }
    return sum;
}

static gboolean has_room(const Transfer *transfer, int fd)
{
    struct statvfs info;
    if (fstatvfs(fd, &info) != 0 || info.f_blocks == 0)
        return TRUE; /* not known: writing will tell */
    const guint64 room = (guint64)info.f_bavail * info.f_frsize;
    const guint64 others = promised(transfer->files);
    return transfer->shown.size <= room && others <= room - transfer->shown.size;
}

/* Makes the file in FOLDER; all later work is inside what is opened here. */
static gboolean create(Transfer *transfer, const char *folder, GError **error)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return folder_failed(error, folder, g_strerror(errno));
    gboolean good = has_room(transfer, fd);
    if (!good) {
        (void)folder_failed(error, folder, "its disk has no room for it");
    } else {
        transfer->disk = ra_disk_create(fd, transfer->name);
        good = transfer->disk != NULL || folder_failed(error, folder, g_strerror(errno));
    }
    (void)close(fd);
    if (good)
        transfer->path = g_canonicalize_filename(folder, NULL);
    return good;
}

static Transfer *find_offer(const RaFiles *files, guint handle)
{
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (transfer->shown.handle == handle && transfer->shown.incoming &&
            transfer->shown.state == RA_TRANSFER_OFFERED)
            return transfer;
    }
    return NULL;
}

gboolean ra_files_answer(RaFiles *files, guint handle, gboolean yes, const char *folder,
                         GError **error)
{
    Transfer *transfer = find_offer(files, handle);
    if (transfer == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("This file is not offered any more: ask the other side to send it again"));
        return FALSE;
    }
    if (!yes) {
        transfer->ended_here = TRUE;
        say_answer(transfer, FALSE);
        ra_transfer_over(transfer, RA_FILE_REFUSED);
        return TRUE;
    }
    g_autofree char *preset = folder == NULL ? default_folder(files) : NULL;
    if (!create(transfer, folder != NULL ? folder : preset, error))
        return FALSE;
    transfer->agreed = TRUE;
    transfer->pending = g_byte_array_new();
    say_answer(transfer, TRUE);
    ra_transfer_set_state(transfer, files->linked ? RA_TRANSFER_QUEUED : RA_TRANSFER_BROKEN);
    return TRUE;
}

/* The kept file's name and path. */
static void name_it(Transfer *transfer, char *name)
{
    g_autofree char *folder = g_steal_pointer(&transfer->path);
    transfer->path = g_build_filename(folder, name, NULL);
    transfer->shown.path = transfer->path;
    g_free(transfer->name);
    transfer->name = name;
    transfer->shown.name = name;
}

static void finish_done(int error, GBytes *bytes, const guint8 *sha256, gpointer data)
{
    (void)bytes;
    (void)sha256;
    Transfer *transfer = data;
    transfer->job = NULL;
    char *name = error == 0 ? ra_disk_keep(transfer->disk) : NULL;
    if (error == 0 && name == NULL)
        error = errno;
    if (name != NULL)
        name_it(transfer, name);
    ra_transfer_close(transfer, error == 0         ? RA_FILE_DONE
                                : error == EBADMSG ? RA_FILE_ALTERED
                                                   : ra_files_write_error(error));
}

static void say_taken(Transfer *transfer)
{
    const RaAssist message = {
        .kind = RA_ASSIST_FILE_TAKEN,
        .piece = {.id = transfer->id, .offset = transfer->shown.done},
    };
    const gboolean agreed_here = transfer->offered_link == transfer->files->link;
    if (!transfer->files->linked || !agreed_here || transfer->shown.done <= transfer->told)
        return;
    transfer->told = transfer->shown.done;
    ra_port_send_assist(transfer->files->port, &message);
}

static void write_done(int error, GBytes *bytes, const guint8 *sha256, gpointer data)
{
    (void)sha256;
    Transfer *transfer = data;
    transfer->job = NULL;
    if (error != 0) {
        ra_transfer_close(transfer, ra_files_write_error(error));
        return;
    }
    transfer->shown.done += g_bytes_get_size(bytes);
    transfer->files->ahead -= transfer->writing;
    transfer->writing = 0;
    say_taken(transfer);
    write_on(transfer);
}

/* What came while the disk was at work is written in one go. */
static void write_on(Transfer *transfer)
{
    if (transfer->job != NULL)
        return;
    if (transfer->pending->len > 0) {
        GByteArray *bytes = g_steal_pointer(&transfer->pending);
        transfer->pending = g_byte_array_new();
        transfer->writing = bytes->len;
        transfer->job = ra_disk_write(transfer->disk, bytes, write_done, transfer);
    } else if (transfer->finishing) {
        transfer->job = ra_disk_finish(transfer->disk, transfer->sha256, finish_done, transfer);
    }
}

/*
 * NULL: *RET is what to answer. What was on its way when we ended a transfer is dropped; whoever
 * ended one and goes on with it, or had no yes to it over this link, lies.
 */
static Transfer *find_moving(const RaFiles *files, guint32 id, gboolean *ret)
{
    Transfer *transfer = g_hash_table_lookup(files->theirs, GUINT_TO_POINTER(id));
    *ret = transfer != NULL && transfer->agreed && transfer->offered_link == files->link;
    if (*ret && ra_transfer_is_over(transfer)) {
        *ret = transfer->ended_here;
        return NULL;
    }
    return *ret ? transfer : NULL;
}

static void look_at_head(Transfer *transfer, const guint8 *data, guint32 size)
{
    const guint room = RA_FILE_HEAD_SIZE - transfer->head_size;
    const guint more = MIN(room, size);
    if (more == 0)
        return;
    memcpy(transfer->head + transfer->head_size, data, more);
    transfer->head_size += more;
    transfer->shown.can_run |= ra_file_head_can_run(transfer->head, transfer->head_size);
}

gboolean ra_files_take_data(RaFiles *files, const RaAssist *message)
{
    gboolean known = FALSE;
    Transfer *transfer = find_moving(files, message->piece.id, &known);
    if (transfer == NULL)
        return known;
    const guint32 size = message->piece.size;
    if (message->piece.offset != transfer->received || transfer->finishing ||
        size > transfer->shown.size - transfer->received ||
        transfer->received + size - transfer->told > RA_FILES_AHEAD_MAX ||
        files->ahead + size > 2 * (gsize)RA_FILES_AHEAD_MAX)
        return FALSE;
    look_at_head(transfer, message->piece.data, size);
    g_byte_array_append(transfer->pending, message->piece.data, size);
    files->ahead += size;
    transfer->received += size;
    write_on(transfer);
    ra_transfer_set_state(transfer, RA_TRANSFER_MOVING);
    return TRUE;
}

gboolean ra_files_take_end(RaFiles *files, const RaAssist *message)
{
    gboolean known = FALSE;
    Transfer *transfer = find_moving(files, message->file_end.id, &known);
    if (transfer == NULL)
        return known;
    if (transfer->end_link == files->link || transfer->received != transfer->shown.size)
        return FALSE;
    transfer->end_link = files->link;
    if (transfer->finishing) /* since the link before this one */
        return memcmp(transfer->sha256, message->file_end.sha256, RA_SHA256_SIZE) == 0;
    transfer->finishing = TRUE;
    memcpy(transfer->sha256, message->file_end.sha256, RA_SHA256_SIZE);
    write_on(transfer);
    ra_transfer_set_state(transfer, RA_TRANSFER_MOVING);
    return TRUE;
}

gboolean ra_files_take_close_of_theirs(RaFiles *files, const RaAssist *message)
{
    const RaFileEnd how = message->file_close.how;
    if (how != RA_FILE_CANCELLED && how != RA_FILE_UNREADABLE)
        return FALSE; /* only we could know */
    Transfer *transfer =
        g_hash_table_lookup(files->theirs, GUINT_TO_POINTER(message->file_close.id));
    /* One that was never seen was refused unseen, or its offer got lost with a link. */
    if (transfer != NULL && !ra_transfer_is_over(transfer))
        ra_transfer_over(transfer, how);
    return TRUE;
}

/* What is checked already goes on to its end without a link. */
void ra_files_receive_unlinked(RaFiles *files)
{
    for (guint i = 0; i < files->list->len; i++) {
        Transfer *transfer = g_ptr_array_index(files->list, i);
        if (transfer->shown.incoming && !ra_transfer_is_over(transfer) && transfer->agreed &&
            !transfer->finishing)
            ra_transfer_set_state(transfer, RA_TRANSFER_BROKEN);
    }
}
