/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/folder.h"

#include "base/error.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_STEP_US = 1000 };

#define LOCK_FILE ".lock"
#define TEMPORARY ".new-" /* what unfinished files begin with */

struct _RaFolder {
    char *path; /* for messages */
    int dir;
    int lock; /* -1 while it is not held */
};

static gboolean fail(const RaFolder *folder, GError **error, const char *what, const char *name)
{
    const int saved = errno;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot %s '%s/%s': %s", what, folder->path, name,
                g_strerror(saved));
    return FALSE;
}

/* A new folder lasts once the one that it lies in is synced; two levels may be new. */
static void sync_parents(const char *path)
{
    g_autofree char *parent = g_path_get_dirname(path);
    g_autofree char *grandparent = g_path_get_dirname(parent);
    const char *const above[] = {parent, grandparent};
    for (gsize i = 0; i < G_N_ELEMENTS(above); i++) {
        const int fd = open(above[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0) {
            (void)fsync(fd);
            close(fd);
        }
    }
}

RaFolder *ra_folder_open(const char *path, GError **error)
{
    struct stat status;
    int dir = -1;
    const gboolean existed = g_file_test(path, G_FILE_TEST_IS_DIR);
    if (g_mkdir_with_parents(path, 0700) == 0)
        dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (dir < 0 || fstat(dir, &status) != 0 ||
        ((status.st_mode & 077) != 0 && fchmod(dir, 0700) != 0)) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot use the folder '%s': %s", path,
                    g_strerror(errno));
        if (dir >= 0)
            close(dir);
        return NULL;
    }
    if (!existed)
        sync_parents(path);
    RaFolder *folder = g_new0(RaFolder, 1);
    folder->path = g_strdup(path);
    folder->dir = dir;
    folder->lock = -1;
    return folder;
}

void ra_folder_free(RaFolder *folder)
{
    if (folder == NULL)
        return;
    ra_folder_unlock(folder);
    close(folder->dir);
    g_free(folder->path);
    g_free(folder);
}

gboolean ra_folder_lock(RaFolder *folder, GError **error)
{
    g_return_val_if_fail(folder->lock < 0, FALSE);
    const int fd = openat(folder->dir, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(folder, error, "make", LOCK_FILE);
    const gint64 until = g_get_monotonic_time() + RA_FOLDER_LOCK_SECONDS * G_USEC_PER_SEC;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR && (errno != EWOULDBLOCK || g_get_monotonic_time() > until)) {
            fail(folder, error, "lock", LOCK_FILE);
            close(fd);
            return FALSE;
        }
        g_usleep(LOCK_STEP_US);
    }
    folder->lock = fd;
    return TRUE;
}

void ra_folder_unlock(RaFolder *folder)
{
    if (folder->lock >= 0)
        close(folder->lock);
    folder->lock = -1;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folder's entries; to be closed by the caller. */
static DIR *open_listing(const RaFolder *folder)
{
    const int fd = openat(folder->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
    if (listing == NULL && fd >= 0)
        close(fd);
    return listing;
}

GStrv ra_folder_list(RaFolder *folder, const char *suffix, GError **error)
{
    DIR *listing = open_listing(folder);
    if (listing == NULL) {
        fail(folder, error, "list", ".");
        return NULL;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (entry->d_name[0] != '.' && g_str_has_suffix(entry->d_name, suffix))
            g_ptr_array_add(names, g_strdup(entry->d_name));
    }
    closedir(listing);
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/* Once through. *REPLACED: a writer moved another file to this place before all was read, and may
 * have wiped this one meanwhile. */
static RaSecret *read_once(RaFolder *folder, const char *name, gsize max, gboolean *replaced,
                           GError **error)
{
    struct stat status;
    const int fd =
        openat(folder->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET, "there is no file '%s' in '%s'", name,
                    folder->path);
        return NULL;
    }
    if (fd < 0 || fstat(fd, &status) != 0) {
        fail(folder, error, "read", name);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    g_autoptr(GError) why = NULL;
    RaSecret *bytes = S_ISREG(status.st_mode) ? ra_secret_read(fd, max, &why) : NULL;
    *replaced = fstat(fd, &status) == 0 && status.st_nlink == 0;
    close(fd);
    if (bytes == NULL && !*replaced)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot read '%s/%s': %s", folder->path, name,
                    why != NULL ? why->message : "it is not a plain file");
    return bytes;
}

RaSecret *ra_folder_read(RaFolder *folder, const char *name, gsize max, GError **error)
{
    gboolean replaced = FALSE;
    RaSecret *bytes = read_once(folder, name, max, &replaced, error);
    while (replaced) {
        replaced = FALSE;
        ra_secret_unref(bytes);
        bytes = read_once(folder, name, max, &replaced, error);
    }
    return bytes;
}

/* Overwrites what FD holds: a name no longer leads to it. Best effort: copy-on-write file systems
 * and flash memory may keep the old bytes. */
static void wipe(int fd)
{
    static const guint8 zeros[4096];
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || lseek(fd, 0, SEEK_SET) != 0)
        return;
    for (off_t left = status.st_size; left > 0; left -= (off_t)sizeof zeros) {
        if (!ra_write_all(fd, zeros, (gsize)MIN(left, (off_t)sizeof zeros)))
            return;
    }
    (void)fdatasync(fd);
}

/* A new file beside the others, written and synced; its name is in NAME. */
static gboolean write_temporary(RaFolder *folder, RaSecret *bytes, char *name, gsize size)
{
    g_snprintf(name, size, TEMPORARY "%08x%08x", g_random_int(), g_random_int());
    const int fd = openat(folder->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return FALSE;
    const gboolean written =
        ra_write_all(fd, ra_secret_bytes(bytes), ra_secret_size(bytes)) && fsync(fd) == 0;
    const int saved = errno;
    close(fd);
    if (!written)
        (void)unlinkat(folder->dir, name, 0);
    errno = saved;
    return written;
}

gboolean ra_folder_write(RaFolder *folder, const char *name, RaSecret *bytes, GError **error)
{
    g_return_val_if_fail(folder->lock >= 0, FALSE);
    char temporary[32];
    ra_folder_clean(folder);
    if (!write_temporary(folder, bytes, temporary, sizeof temporary))
        return fail(folder, error, "write", name);
    const int old = openat(folder->dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (renameat(folder->dir, temporary, folder->dir, name) != 0) {
        fail(folder, error, "replace", name);
        (void)unlinkat(folder->dir, temporary, 0);
        if (old >= 0)
            close(old);
        return FALSE;
    }
    const gboolean synced = fsync(folder->dir) == 0 || fail(folder, error, "sync", name);
    if (old >= 0) {
        if (synced)
            wipe(old);
        close(old);
    }
    return synced;
}

gboolean ra_folder_remove(RaFolder *folder, const char *name, GError **error)
{
    g_return_val_if_fail(folder->lock >= 0, FALSE);
    const int old = openat(folder->dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    const gboolean removed = unlinkat(folder->dir, name, 0) == 0 || errno == ENOENT ||
                             fail(folder, error, "remove", name);
    if (old >= 0) {
        if (removed)
            wipe(old);
        close(old);
    }
    if (!removed)
        return FALSE;
    return fsync(folder->dir) == 0 || fail(folder, error, "sync", name);
}

void ra_folder_clean(RaFolder *folder)
{
    g_return_if_fail(folder->lock >= 0);
    DIR *listing = open_listing(folder);
    if (listing == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (g_str_has_prefix(entry->d_name, TEMPORARY))
            (void)unlinkat(folder->dir, entry->d_name, 0);
    }
    closedir(listing);
}
