/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assistance messages for file transfer, and between them what the person here does (one byte
 * each). Whatever comes: no count exceeds its limit, and no half file stays. */
#include "assist/files.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>

static char *folder, *to_send;

static void port_send(const RaIpcMessage *message, int fd, gpointer data)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert(fd == -1 && data == NULL && ra_ipc_encode(message, bytes));
}

static guint port_queued(gpointer data)
{
    (void)data;
    return 0;
}

static void changed(const RaTransfer *transfer, gpointer data)
{
    (void)data;
    g_autofree char *text = ra_transfer_text(transfer);
    g_assert(transfer->done <= transfer->size && text[0] != '\0');
}

static void remove_folder(void)
{
    (void)g_unlink(to_send);
    (void)g_rmdir(folder);
}

static void set_up(void)
{
    if (folder != NULL)
        return;
    folder = g_dir_make_tmp("ra-fuzz-XXXXXX", NULL);
    g_assert(folder != NULL);
    to_send = g_build_filename(folder, "to-send", NULL);
    g_assert(g_file_set_contents(to_send, "hello", 5, NULL));
    (void)atexit(remove_folder);
}

static void act(RaFiles *files, guint what)
{
    const GPtrArray *list = ra_files_list(files);
    const RaTransfer *last = list->len > 0 ? g_ptr_array_index(list, list->len - 1) : NULL;
    switch (what % 8) {
    case 0:
    case 1:
        if (last != NULL)
            (void)ra_files_answer(files, last->handle, what % 8 == 0, folder, NULL);
        break;
    case 2:
        if (last != NULL)
            ra_files_cancel(files, last->handle);
        break;
    case 3:
        ra_files_unlinked(files);
        break;
    case 4:
        ra_files_linked(files);
        break;
    case 5:
        (void)ra_files_offer(files, to_send, NULL);
        break;
    case 6:
        g_usleep(100);
        while (g_main_context_iteration(NULL, FALSE))
            continue;
        break;
    default:
        ra_files_end(files);
        break;
    }
}

/* Files that are there under their names are not for keeping here. */
static void clean_up(RaFiles *files)
{
    const GPtrArray *list = ra_files_list(files);
    for (guint i = 0; i < list->len; i++) {
        const RaTransfer *transfer = g_ptr_array_index(list, i);
        if (transfer->path != NULL)
            (void)g_unlink(transfer->path);
    }
    ra_files_free(files);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = g_dir_read_name(dir);
    g_assert(g_strcmp0(name, "to-send") == 0 && g_dir_read_name(dir) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const RaFilesEvents events = {.changed = changed};
    static const RaPort port = {.send = port_send, .queued = port_queued};
    set_up();
    RaFiles *files = ra_files_new(&port, folder, &events, NULL);
    ra_files_linked(files);
    gboolean good = TRUE;
    for (size_t at = 0; good && at < size;) {
        RaAssist message;
        gsize used = 1;
        if (data[at] != RA_RFB_ASSIST_MESSAGE)
            act(files, data[at]);
        else if (ra_assist_decode(data + at, size - at, RA_ASSIST_FROM_HELPER, &message, &used) ==
                 RA_DECODE_OK)
            good = ra_files_take(files, &message);
        else
            break;
        at += used;
    }
    g_assert(ra_files_list(files)->len <= 2 * 4096);
    clean_up(files);
    return 0;
}
