/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/clipboard.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static const guint8 PNG_SIGNATURE[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

struct _RaClipboard {
    RaSelection *selection; /* NULL: this desktop has none */
    const RaPort *port;
    gboolean allowed, shared, their_shared;
    gboolean reading; /* something was copied while it was shared, and is awaited */
};

static gboolean is_active(const RaClipboard *clipboard)
{
    return clipboard->selection != NULL && clipboard->allowed && clipboard->shared &&
           clipboard->their_shared;
}

static gsize limit_of(RaClipboardFormat format)
{
    return format == RA_CLIPBOARD_TEXT ? (gsize)RA_CLIPBOARD_TEXT_MAX
                                       : (gsize)RA_CLIPBOARD_PICTURE_MAX;
}

/* What the port and the selections take, whoever made it. */
static gboolean is_fit(RaClipboardFormat format, GBytes *bytes)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);
    if (size == 0 || size > limit_of(format))
        return FALSE;
    if (format == RA_CLIPBOARD_TEXT)
        return g_utf8_validate_len(data, size, NULL);
    return size > sizeof PNG_SIGNATURE && memcmp(data, PNG_SIGNATURE, sizeof PNG_SIGNATURE) == 0;
}

/* A memfd that nobody can change; -1 where there is no memory. */
static int seal(GBytes *bytes)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(bytes, &size);
    const int fd = memfd_create("clipboard", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && ra_write_all(fd, data, size) && fcntl(fd, F_ADD_SEALS, SEALS) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void on_got(RaClipboardFormat format, GBytes *bytes, gpointer data)
{
    RaClipboard *clipboard = data;
    g_autoptr(GBytes) content = bytes;
    if (!clipboard->reading)
        return;
    clipboard->reading = FALSE;
    if (!is_active(clipboard) || content == NULL || !is_fit(format, content))
        return;
    const int fd = seal(content);
    if (fd < 0)
        return;
    const RaIpcMessage message = {
        .kind = RA_IPC_CLIPBOARD,
        .clipboard = {.format = format, .size = (guint32)g_bytes_get_size(content)}};
    clipboard->port->send(&message, fd, clipboard->port->data);
    close(fd);
}

static void on_changed(gpointer data)
{
    RaClipboard *clipboard = data;
    if (!is_active(clipboard))
        return;
    clipboard->reading = TRUE;
    clipboard->selection->class->read(clipboard->selection);
}

RaClipboard *ra_clipboard_new(RaSelection *selection, const RaPort *port)
{
    static const RaSelectionEvents events = {.changed = on_changed, .got = on_got};
    RaClipboard *clipboard = g_new0(RaClipboard, 1);
    clipboard->selection = selection;
    clipboard->port = port;
    if (selection != NULL)
        selection->class->watch(selection, &events, clipboard);
    return clipboard;
}

void ra_clipboard_free(RaClipboard *clipboard)
{
    if (clipboard == NULL)
        return;
    if (clipboard->selection != NULL)
        clipboard->selection->class->free(clipboard->selection);
    g_free(clipboard);
}

/* What is on its way belongs to what was shared when it was copied. */
static void conditions_changed(RaClipboard *clipboard)
{
    clipboard->reading &= is_active(clipboard);
}

void ra_clipboard_allow(RaClipboard *clipboard, gboolean allowed)
{
    clipboard->allowed = allowed;
    conditions_changed(clipboard);
}

static void tell_shared(RaClipboard *clipboard)
{
    const RaAssist message = {.kind = RA_ASSIST_CLIPBOARD_SHARED, .flag = clipboard->shared};
    ra_port_send_assist(clipboard->port, &message);
}

void ra_clipboard_share(RaClipboard *clipboard, gboolean shared)
{
    if (clipboard->selection == NULL || !clipboard->shared == !shared)
        return;
    clipboard->shared = shared != FALSE;
    conditions_changed(clipboard);
    tell_shared(clipboard);
}

gboolean ra_clipboard_shared(const RaClipboard *clipboard)
{
    return clipboard->shared;
}

gboolean ra_clipboard_their_shared(const RaClipboard *clipboard)
{
    return clipboard->their_shared;
}

gboolean ra_clipboard_take(RaClipboard *clipboard, const RaAssist *message)
{
    if (message->kind != RA_ASSIST_CLIPBOARD_SHARED)
        return FALSE;
    clipboard->their_shared = message->flag != FALSE;
    conditions_changed(clipboard);
    return TRUE;
}

/* The whole file, where it is one that nobody can change any more and has that size. */
static GBytes *read_sealed(int fd, gsize size)
{
    struct stat about;
    const int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & (F_SEAL_SHRINK | F_SEAL_WRITE)) != (F_SEAL_SHRINK | F_SEAL_WRITE) ||
        fstat(fd, &about) != 0 || about.st_size < 0 || (gsize)about.st_size != size)
        return NULL;
    g_autofree guint8 *data = g_try_malloc(size);
    for (gsize at = 0; data != NULL && at < size;) {
        const ssize_t n = pread(fd, data + at, size - at, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return NULL;
        at += (gsize)n;
    }
    return data != NULL ? g_bytes_new_take(g_steal_pointer(&data), size) : NULL;
}

gboolean ra_clipboard_take_content(RaClipboard *clipboard, const RaIpcMessage *message, int fd)
{
    const RaClipboardFormat format = message->clipboard.format;
    if (message->kind != RA_IPC_CLIPBOARD || format > RA_CLIPBOARD_LAST || fd < 0 ||
        message->clipboard.size > limit_of(format))
        return FALSE;
    if (!is_active(clipboard) || message->clipboard.size == 0)
        return TRUE;
    g_autoptr(GBytes) bytes = read_sealed(fd, message->clipboard.size);
    if (bytes == NULL)
        return FALSE;
    if (is_fit(format, bytes))
        clipboard->selection->class->set(clipboard->selection, format, bytes);
    return TRUE;
}

void ra_clipboard_linked(RaClipboard *clipboard)
{
    if (clipboard->selection != NULL)
        tell_shared(clipboard);
}
