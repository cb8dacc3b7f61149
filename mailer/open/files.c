/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/files.h"

#include "base/error.h"
#include "base/io.h"
#include "base/paths.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *shown(const char *file)
{
    g_autofree char *name = g_filename_display_name(file);
    return ra_text_line(name, RA_TEXT_LINE_MAX);
}

/* FILE, or what it stands for if it is the URL of a file on this computer, as some mail programs
 * give it. The caller frees it. */
static char *local_path(const char *file)
{
    g_autofree char *host = NULL;
    if (g_ascii_strncasecmp(file, "file:", 5) != 0 || access(file, F_OK) == 0)
        return g_strdup(file);
    char *path = g_filename_from_uri(file, &host, NULL);
    if (path != NULL &&
        (host == NULL || g_str_equal(host, "localhost") || g_str_equal(host, g_get_host_name())))
        return path;
    g_free(path);
    return g_strdup(file);
}

/* Always NULL. */
static GInputStream *cannot_open(const char *file, int problem, GError **error)
{
    g_autofree char *name = shown(file);
    if (problem == EISDIR)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "\"%s\" is a folder: name one message or ticket in it", name);
    else if (problem == ENOENT)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "cannot open \"%s\": %s; if a mail program opened it, save the attachment and "
                    "open the saved file",
                    name, g_strerror(problem));
    else
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot open \"%s\": %s", name,
                    g_strerror(problem));
    return NULL;
}

GInputStream *ra_open_input(const char *file, GError **error)
{
    struct stat status;
    if (strcmp(file, "-") == 0)
        return g_unix_input_stream_new(STDIN_FILENO, FALSE);
    g_autofree char *path = local_path(file);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int problem = fd < 0 ? errno : 0;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
        problem = EISDIR;
    if (problem == 0)
        return g_unix_input_stream_new(fd, TRUE);
    if (fd >= 0)
        close(fd);
    return cannot_open(file, problem, error);
}

/* A new file, for its owner alone. */
static gboolean save_new(const char *file, const void *data, gsize size, GError **error)
{
    g_autofree char *name = shown(file);
    const int fd =
        open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EEXIST)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "\"%s\" is there already: give another name to save to", name);
    else if (fd < 0)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot save to \"%s\": %s", name,
                    g_strerror(errno));
    if (fd < 0)
        return FALSE;
    const gboolean written = ra_write_all(fd, data, size);
    const int problem = errno;
    if (close(fd) == 0 && written)
        return TRUE;
    (void)g_unlink(file);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot save to \"%s\": %s", name,
                g_strerror(written ? errno : problem));
    return FALSE;
}

gboolean ra_open_save_ticket(const char *file, GBytes *ticket, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(ticket, &size);
    return save_new(file, data, size, error);
}

gboolean ra_open_save_psk(const char *file, const RaInvitation *invitation, GError **error)
{
    static const char digits[] = "0123456789abcdef";
    RaSecret *key = ra_invitation_key(invitation);
    const char *id = ra_invitation_id(invitation);
    const gsize id_size = strlen(id), key_size = ra_secret_size(key);
    g_autoptr(RaSecret) line = ra_secret_new(id_size + 1 + 2 * key_size + 1);
    guint8 *out = ra_secret_bytes(line);
    memcpy(out, id, id_size);
    out[id_size] = ':';
    for (gsize i = 0; i < key_size; i++) {
        out[id_size + 1 + 2 * i] = (guint8)digits[ra_secret_bytes(key)[i] >> 4];
        out[id_size + 2 + 2 * i] = (guint8)digits[ra_secret_bytes(key)[i] & 0xF];
    }
    out[ra_secret_size(line) - 1] = '\n';
    return save_new(file, out, ra_secret_size(line), error);
}

gboolean ra_open_viewer_check(GError **error)
{
    g_autofree char *program = ra_path_program("ra-viewer");
    if (access(program, X_OK) == 0)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot start the viewer %s: %s", program,
                g_strerror(errno));
    return FALSE;
}

gboolean ra_open_report_check(int fd, GError **error)
{
    const int flags = fd > STDERR_FILENO ? fcntl(fd, F_GETFD) : -1;
    if (flags >= 0 && fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "--report-fd names no descriptor of ours: it is for programs that start this one");
    return FALSE;
}

/* Becomes the viewer, with descriptor FD named by OPTION. Returns on failure, with FD closed. */
static void become_viewer(const char *option, int fd, const char *const *more, int report_fd,
                          GError **error)
{
    g_autofree char *program = ra_path_program("ra-viewer");
    g_autofree char *inherited = g_strdup_printf("%s=%d", option, fd);
    g_autofree char *report = g_strdup_printf("--report-fd=%d", report_fd);
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_ptr_array_add(arguments, program);
    g_ptr_array_add(arguments, inherited);
    if (report_fd >= 0)
        g_ptr_array_add(arguments, report);
    for (; more != NULL && *more != NULL; more++)
        g_ptr_array_add(arguments, (char *)*more);
    g_ptr_array_add(arguments, NULL);
    if (fcntl(fd, F_SETFD, 0) == 0 && (report_fd < 0 || fcntl(report_fd, F_SETFD, 0) == 0))
        (void)execv(program, (char *const *)arguments->pdata);
    const int problem = errno;
    close(fd);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot start the viewer %s: %s", program,
                g_strerror(problem));
}

void ra_open_viewer_run(const RaInvitation *invitation, int report_fd, GError **error)
{
    g_autoptr(RaSecret) packed = ra_invitation_pack(invitation);
    const int fd = ra_secret_to_fd(packed, error);
    if (fd >= 0)
        become_viewer("--invitation-fd", fd, NULL, report_fd, error);
}

void ra_open_viewer_ask(const RaHandover *handover, const char *const *more, int report_fd,
                        GError **error)
{
    const int fd = ra_handover_to_fd(handover, error);
    if (fd >= 0)
        become_viewer("--ticket-fd", fd, more, report_fd, error);
}
