/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/send.h"

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

static gboolean fail(const char *file, const char *why, GError **error)
{
    g_autofree char *shown = ra_text_line(file, RA_TEXT_LINE_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot save the invitation as %s: %s", shown,
                why);
    return FALSE;
}

/* Gives TEMPORARY the name FILE, which it must not take from another file. */
static gboolean rename_new(const char *temporary, const char *file)
{
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, file, RENAME_NOREPLACE) == 0)
        return TRUE;
    if (errno != EINVAL && errno != ENOSYS)
        return FALSE;
    /* A file system without it (NFS): link() does not replace either. */
    return link(temporary, file) == 0 && g_unlink(temporary) == 0;
}

static void sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

static const char exists[] = "it exists: choose another name, or --force to replace it";

gboolean ra_save_check(const char *file, gboolean force, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(file);
    if (g_file_test(file, G_FILE_TEST_IS_DIR))
        return fail(file, "it is a folder: name a file", error);
    if (access(folder, W_OK | X_OK) != 0)
        return fail(file, g_strerror(errno), error);
    return force || !g_file_test(file, G_FILE_TEST_EXISTS) || fail(file, exists, error);
}

gboolean ra_save_ticket(const char *file, GBytes *ticket, gboolean force, GError **error)
{
    if (g_file_test(file, G_FILE_TEST_IS_DIR))
        return fail(file, "it is a folder: name a file", error);
    g_autofree char *folder = g_path_get_dirname(file);
    g_autofree char *temporary = g_build_filename(folder, ".Invitation.XXXXXX", NULL);
    const int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(file, g_strerror(errno), error);
    gsize size;
    const void *data = g_bytes_get_data(ticket, &size);
    gboolean ok = ra_write_all(fd, data, size) && fsync(fd) == 0;
    int problem = errno;
    close(fd);
    if (ok) {
        ok = force ? g_rename(temporary, file) == 0 : rename_new(temporary, file);
        problem = errno;
    }
    if (!ok) {
        g_unlink(temporary);
        return fail(file, problem == EEXIST ? exists : g_strerror(problem), error);
    }
    sync_folder(folder);
    return TRUE;
}
