/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/open.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <unistd.h>

enum { PACKED_MAX = RA_TICKET_MAX }; /* bytes: an invitation is smaller than its ticket */

RaInvitation *ra_viewer_take_invitation(int fd, GError **error)
{
    if (fd <= STDERR_FILENO || fcntl(fd, F_GETFD) < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--invitation-fd is for ra-open, which hands the opened invitation over by it; "
                    "give the viewer a file instead.");
        return NULL;
    }
    g_autoptr(RaSecret) packed = ra_secret_read(fd, PACKED_MAX, error);
    close(fd);
    return packed != NULL ? ra_invitation_unpack(packed, error) : NULL;
}

static GBytes *read_all(const char *file, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(GInputStream) stream = NULL;
    if (g_str_equal(file, "-")) {
        stream = g_unix_input_stream_new(STDIN_FILENO, FALSE);
    } else {
        g_autoptr(GFile) path = g_file_new_for_commandline_arg(file);
        stream = G_INPUT_STREAM(g_file_read(path, NULL, &inner));
    }
    GBytes *bytes =
        stream != NULL ? g_input_stream_read_bytes(stream, RA_TICKET_MAX + 1, NULL, &inner) : NULL;
    if (bytes == NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "The invitation cannot be read: %s.",
                    inner->message);
    return bytes;
}

RaTicket *ra_viewer_find_ticket(const char *file, GError **error)
{
    g_autoptr(GBytes) bytes = read_all(file, error);
    if (bytes == NULL)
        return NULL;
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    if (!ra_ticket_looks_like(data, size)) {
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "This is no invitation; mail messages are opened by ra-open.");
        return NULL;
    }
    return ra_ticket_parse(data, size, error);
}
