/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/assist/pair.h"

#include "tests/assist/test-assist.h"

#include <string.h>

enum { PATIENCE = 60 /* seconds */ };

static void end_send(const RaIpcMessage *message, int fd, gpointer data)
{
    End *end = data;
    g_assert_cmpint(fd, ==, -1);
    if (!end->pair->linked || (end->dropping != 0 && message->assist.kind == end->dropping))
        return;
    GByteArray *bytes = g_byte_array_new();
    g_assert_true(ra_ipc_encode(message, bytes));
    g_queue_push_tail(&end->out, g_byte_array_free_to_bytes(bytes));
}

static guint end_queued(gpointer data)
{
    const End *end = data;
    return end->out.length > 64 ? 1 : 0; /* as the socketpair, before the queue begins */
}

static void end_changed(const RaTransfer *transfer, gpointer data)
{
    End *end = data;
    end->changes++;
    g_assert_nonnull(transfer->name);
    g_assert_nonnull(transfer->type);
    g_assert_cmpuint(transfer->done, <=, transfer->size);
    g_assert_cmpint(transfer->path != NULL, ==,
                    transfer->incoming && transfer->state == RA_TRANSFER_OVER &&
                        transfer->end == RA_FILE_DONE);
    g_autofree char *text = ra_transfer_text(transfer);
    g_assert_nonnull(strstr(text, transfer->name));
    if (end->accept && transfer->incoming && transfer->state == RA_TRANSFER_OFFERED)
        g_assert_true(ra_files_answer(end->files, transfer->handle, TRUE, NULL, NULL));
}

static void end_init(Pair *pair, End *end)
{
    static const RaFilesEvents events = {.changed = end_changed};
    end->pair = pair;
    end->folder = test_folder_new();
    end->port = (RaPort){.send = end_send, .queued = end_queued, .data = end};
    g_queue_init(&end->out);
    end->files = ra_files_new(&end->port, end->folder, &events, end);
}

Pair *pair_new(void)
{
    Pair *pair = g_new0(Pair, 1);
    end_init(pair, &pair->a);
    end_init(pair, &pair->b);
    return pair;
}

static void end_clear(End *end)
{
    ra_files_free(end->files);
    g_queue_clear_full(&end->out, (GDestroyNotify)g_bytes_unref);
    test_folder_remove(end->folder);
}

void pair_free(Pair *pair)
{
    end_clear(&pair->a);
    end_clear(&pair->b);
    g_free(pair);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

void pair_link(Pair *pair)
{
    pair->linked = TRUE;
    ra_files_linked(pair->a.files);
    ra_files_linked(pair->b.files);
}

void pair_break(Pair *pair)
{
    pair->linked = FALSE;
    g_queue_clear_full(&pair->a.out, (GDestroyNotify)g_bytes_unref);
    g_queue_clear_full(&pair->b.out, (GDestroyNotify)g_bytes_unref);
    ra_files_unlinked(pair->a.files);
    ra_files_unlinked(pair->b.files);
}

static gboolean hear(End *from, End *to)
{
    g_autoptr(GBytes) bytes = g_queue_pop_head(&from->out);
    if (bytes == NULL)
        return FALSE;
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    RaIpcMessage message;
    g_assert_true(ra_ipc_decode(&message, RA_IPC_FROM_HOST_WORKER, data, size));
    from->pair->said++;
    to->broke_rules |= !ra_files_take(to->files, &message.assist);
    g_assert_false(to->broke_rules);
    return TRUE;
}

/* Does what there is to do. FALSE where there is nothing. */
static gboolean step(Pair *pair)
{
    gboolean any = g_main_context_iteration(NULL, FALSE);
    for (guint i = 0; i < 16; i++) {
        any |= hear(&pair->a, &pair->b);
        any |= hear(&pair->b, &pair->a);
    }
    return any;
}

void pair_settle(Pair *pair)
{
    gint64 quiet = g_get_monotonic_time() + 50000;
    while (g_get_monotonic_time() < quiet) {
        if (step(pair))
            quiet = g_get_monotonic_time() + 50000;
        else
            g_usleep(200);
    }
}

static void step_patiently(Pair *pair, gint64 until)
{
    g_assert_cmpint(g_get_monotonic_time(), <, until);
    if (!step(pair))
        g_usleep(20);
}

void pair_wait(Pair *pair, End *end, guint handle, RaTransferState state)
{
    const gint64 until = g_get_monotonic_time() + PATIENCE * (gint64)G_USEC_PER_SEC;
    while (ra_files_get(end->files, handle)->state != state)
        step_patiently(pair, until);
}

void pair_wait_bytes(Pair *pair, End *end, guint handle, guint64 done)
{
    const gint64 until = g_get_monotonic_time() + PATIENCE * (gint64)G_USEC_PER_SEC;
    while (ra_files_get(end->files, handle)->done < done)
        step_patiently(pair, until);
}

char *pair_file(const End *end, const char *name, gsize size)
{
    char *path = g_build_filename(end->folder, name, NULL);
    g_autofree guint8 *data = g_malloc(size + 1);
    guint32 state = (guint32)size | 1;
    for (gsize i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        data[i] = (guint8)(state >> 24);
    }
    g_assert_true(g_file_set_contents(path, (const char *)data, (gssize)size, NULL));
    return path;
}

const RaTransfer *pair_last(End *end)
{
    const GPtrArray *list = ra_files_list(end->files);
    g_assert_cmpuint(list->len, >, 0);
    return g_ptr_array_index(list, list->len - 1);
}

void pair_assert_same_file(const char *path, const char *other)
{
    g_autofree char *one = NULL, *two = NULL;
    gsize size_one, size_two;
    g_assert_true(g_file_get_contents(path, &one, &size_one, NULL));
    g_assert_true(g_file_get_contents(other, &two, &size_two, NULL));
    g_assert_cmpmem(one, size_one, two, size_two);
}
