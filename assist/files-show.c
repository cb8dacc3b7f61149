/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person sees of a transfer, and of the file that came. */
#include "assist/files.h"

#include "assist/file-name.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOW_TIMEOUT = 10000 }; /* milliseconds for the file manager to start */

/* In percent, of how many bytes; how many a second; how long it still takes. */
static const struct {
    const char *alone, *checked, *fast, *timed;
} progress_texts[] = {
    {N_("%u %% of %s sent"), N_("%u %% of %s sent, being checked"), N_("%u %% of %s sent, %s/s"),
     N_("%u %% of %s sent, %s/s, %s left")},
    {N_("%u %% of %s received"), N_("%u %% of %s received, being checked"),
     N_("%u %% of %s received, %s/s"), N_("%u %% of %s received, %s/s, %s left")},
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* they are all in the table */
static char *progress(const RaTransfer *transfer)
{
    const guint percent = transfer->size == 0
                              ? 100
                              : (guint)(100.0 * (gdouble)transfer->done / (gdouble)transfer->size);
    const guint way = transfer->incoming ? 1 : 0;
    g_autofree char *size = g_format_size(transfer->size);
    g_autofree char *rate = g_format_size(transfer->rate);
    if (transfer->done == transfer->size)
        return g_strdup_printf(_(progress_texts[way].checked), percent, size);
    if (transfer->rate == 0)
        return g_strdup_printf(_(progress_texts[way].alone), percent, size);
    if (transfer->seconds_left == G_MAXUINT)
        return g_strdup_printf(_(progress_texts[way].fast), percent, size, rate);
    g_autofree char *left = ra_duration_format(MAX(transfer->seconds_left, 1));
    return g_strdup_printf(_(progress_texts[way].timed), percent, size, rate, left);
}
#pragma GCC diagnostic pop

/* Translators: the first %s is a file's name, the second its size. */
static const struct {
    const char *sent, *received;
} over_texts[] = {
    [RA_FILE_DONE] = {N_("%s (%s) was sent"), N_("%s (%s) has arrived")},
    [RA_FILE_CANCELLED] = {N_("%s (%s) was cancelled"), N_("%s (%s) was cancelled")},
    [RA_FILE_REFUSED] = {N_("%s (%s) was refused by the other side"), N_("%s (%s) was refused")},
    [RA_FILE_ALTERED] = {N_("%s (%s) was damaged on its way: send it again"),
                         N_("%s (%s) was damaged on its way and thrown away: ask for it again")},
    [RA_FILE_NO_SPACE] = {N_("%s (%s) was not saved: the other side's disk is full"),
                          N_("%s (%s) was not saved: the disk is full. Make room and ask for it "
                             "again")},
    [RA_FILE_UNREADABLE] = {N_("%s (%s) was not sent: it cannot be read, or was changed "
                               "meanwhile"),
                            N_("%s (%s) did not arrive: the other side cannot read it any more")},
    [RA_FILE_UNWRITABLE] = {N_("%s (%s) was not saved: the other side cannot write it"),
                            N_("%s (%s) was not saved: the folder cannot be written to")},
};

static char *place(const RaTransfer *transfer)
{
    g_autofree char *folder = g_path_get_dirname(transfer->path);
    g_autofree char *shown = g_filename_display_name(folder);
    return ra_text_line(shown, RA_TEXT_LINE_MAX);
}

/* FORMAT with the file's name and SIZE in the place of its two "%s". */
static char *fill(const char *format, const RaTransfer *transfer, const char *size)
{
    g_auto(GStrv) parts = g_strsplit(format, "%s", 3);
    return g_strv_length(parts) == 3
               ? g_strconcat(parts[0], transfer->name, parts[1], size, parts[2], NULL)
               : g_strdup(transfer->name);
}

static char *over_text(const RaTransfer *transfer, const char *size)
{
    const char *const format =
        transfer->incoming ? over_texts[transfer->end].received : over_texts[transfer->end].sent;
    if (transfer->path == NULL)
        return fill(_(format), transfer, size);
    g_autofree char *folder = place(transfer);
    /* Translators: a file's name, its size, and the folder that it is in. */
    return g_strdup_printf(_("%s (%s) has arrived in %s"), transfer->name, size, folder);
}

static char *state_text(const RaTransfer *transfer)
{
    g_autofree char *size = g_format_size(transfer->size);
    switch (transfer->state) {
    case RA_TRANSFER_OFFERED:
        return transfer->incoming
                   ? g_strdup_printf(_("%s (%s) waits for your answer"), transfer->name, size)
                   : g_strdup_printf(_("%s (%s) waits for the other side's answer"), transfer->name,
                                     size);
    case RA_TRANSFER_QUEUED:
        return g_strdup_printf(_("%s (%s) is next in line"), transfer->name, size);
    case RA_TRANSFER_MOVING: {
        g_autofree char *how = progress(transfer);
        return g_strdup_printf("%s: %s", transfer->name, how);
    }
    case RA_TRANSFER_BROKEN:
        return g_strdup_printf(_("%s (%s) goes on when the connection is back"), transfer->name,
                               size);
    case RA_TRANSFER_OVER:
        break;
    }
    return over_text(transfer, size);
}

char *ra_transfer_text(const RaTransfer *transfer)
{
    g_autofree char *text = state_text(transfer);
    const gboolean here = (transfer->state == RA_TRANSFER_OFFERED && transfer->incoming) ||
                          (transfer->state == RA_TRANSFER_OVER && transfer->path != NULL);
    if (!transfer->can_run || !here)
        return g_steal_pointer(&text);
    return g_strjoin(". ", text, _("It can run as a program: trust it only if you expect it"),
                     NULL);
}

/* The file's URI. NULL where there is no such file (any more), or something else in its place. */
static char *uri_of(const RaTransfer *transfer, gboolean *can_run, GError **error)
{
    const int fd = transfer->path != NULL
                       ? open(transfer->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                       : -1;
    struct stat info;
    guint8 head[RA_FILE_HEAD_SIZE];
    const gboolean good = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    const gssize n = good ? pread(fd, head, sizeof head, 0) : 0;
    if (fd >= 0)
        (void)close(fd);
    if (!good) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("%s is not there any more: look where you moved it, or ask for it again"),
                    transfer->name);
        return NULL;
    }
    *can_run = transfer->can_run || (n > 0 && ra_file_head_can_run(head, (gsize)n));
    return g_filename_to_uri(transfer->path, NULL, error);
}

static gboolean launch(const char *uri, const char *what, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (g_app_info_launch_default_for_uri(uri, NULL, &why))
        return TRUE;
    g_autofree char *safe = ra_text_line(why->message, RA_TEXT_LINE_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                _("No program could open %s (%s): open it from a file manager"), what, safe);
    return FALSE;
}

static char *folder_uri(const char *uri)
{
    g_autoptr(GFile) file = g_file_new_for_uri(uri);
    g_autoptr(GFile) folder = g_file_get_parent(file);
    return folder != NULL ? g_file_get_uri(folder) : g_strdup(uri);
}

/* DATA is the file's URI. Without a file manager that can select it, the folder has to do. */
static void selected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree char *uri = data;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
    if (answer != NULL)
        return;
    g_autofree char *folder = folder_uri(uri);
    (void)launch(folder, "the folder", NULL);
}

static gboolean show(const char *uri, GError **error)
{
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
    if (bus == NULL) {
        g_autofree char *folder = folder_uri(uri);
        return launch(folder, "the folder", error);
    }
    const char *const uris[] = {uri, NULL};
    g_dbus_connection_call(bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                           "org.freedesktop.FileManager1", "ShowItems",
                           g_variant_new("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE,
                           SHOW_TIMEOUT, NULL, selected, g_strdup(uri));
    return TRUE;
}

gboolean ra_files_show(const RaTransfer *transfer, GError **error)
{
    gboolean can_run = FALSE;
    g_autofree char *uri = uri_of(transfer, &can_run, error);
    return uri != NULL && show(uri, error);
}

gboolean ra_files_open(const RaTransfer *transfer, GError **error)
{
    gboolean can_run = FALSE;
    g_autofree char *uri = uri_of(transfer, &can_run, error);
    if (uri == NULL)
        return FALSE;
    return can_run ? show(uri, error) : launch(uri, transfer->name, error);
}
