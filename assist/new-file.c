/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/new-file.h"

#include "assist/file-name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    TRIES = 100,       /* temporary names */
    NUMBERS_MAX = 999, /* "NAME (999).EXT" */
};

struct _RaNewFile {
    int folder, fd;
    char *name;      /* the final one */
    char *temporary; /* NULL: it has no name yet */
};

/* A name of at most NAME_MAX bytes, whatever NAME's length is. */
static char *temporary_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    char random[7] = "";
    for (gsize i = 0; i < 6; i++)
        random[i] = letters[g_random_int_range(0, sizeof letters - 1)];
    g_autofree char *start = ra_file_name_cut(name, 200);
    return g_strdup_printf(".%s.%s.part", start, random);
}

static gboolean create_plain(RaNewFile *file, mode_t mode)
{
    for (guint i = 0; i < TRIES; i++) {
        g_autofree char *name = temporary_name(file->name);
        file->fd = openat(file->folder, name,
                          O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, mode);
        if (file->fd >= 0) {
            file->temporary = g_steal_pointer(&name);
            return TRUE;
        }
        if (errno != EEXIST)
            return FALSE;
    }
    return FALSE;
}

/* EISDIR and ENOENT are what kernels and file systems say that do not know O_TMPFILE. */
static gboolean create_unnamed(RaNewFile *file, mode_t mode, gboolean *unknown)
{
    file->fd = openat(file->folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
    *unknown = file->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT ||
                                errno == EINVAL || errno == ENOSYS);
    return file->fd >= 0;
}

RaNewFile *ra_new_file_create(int folder, const char *name, mode_t mode, gboolean plain)
{
    g_autoptr(RaNewFile) file = g_new0(RaNewFile, 1);
    gboolean unknown = TRUE;
    file->fd = -1;
    file->name = g_strdup(name);
    file->folder = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    if (file->folder < 0)
        return NULL;
    if ((!plain && create_unnamed(file, mode, &unknown)) || (unknown && create_plain(file, mode)))
        return g_steal_pointer(&file);
    return NULL;
}

void ra_new_file_discard(RaNewFile *file)
{
    if (file->temporary != NULL)
        (void)unlinkat(file->folder, file->temporary, 0);
    g_clear_pointer(&file->temporary, g_free);
}

void ra_new_file_free(RaNewFile *file)
{
    if (file == NULL)
        return;
    const int saved = errno;
    ra_new_file_discard(file);
    if (file->fd >= 0)
        (void)close(file->fd);
    if (file->folder >= 0)
        (void)close(file->folder);
    g_free(file->name);
    g_free(file);
    errno = saved;
}

int ra_new_file_fd(const RaNewFile *file)
{
    return file->fd;
}

/* Both ways of giving it NAME fail where that exists. A file system without hard links (FAT) can
 * still rename. */
static gboolean give_name(RaNewFile *file, const char *name)
{
    if (file->temporary == NULL) {
        char self[32];
        (void)snprintf(self, sizeof self, "/proc/self/fd/%d", file->fd);
        return linkat(AT_FDCWD, self, file->folder, name, AT_SYMLINK_FOLLOW) == 0;
    }
    if (renameat2(file->folder, file->temporary, file->folder, name, RENAME_NOREPLACE) == 0) {
        g_clear_pointer(&file->temporary, g_free);
        return TRUE;
    }
    if (errno != EINVAL && errno != ENOSYS)
        return FALSE;
    if (linkat(file->folder, file->temporary, file->folder, name, 0) != 0)
        return FALSE;
    ra_new_file_discard(file);
    return TRUE;
}

char *ra_new_file_keep(RaNewFile *file, gboolean any_number)
{
    for (guint i = 1; i <= (any_number ? NUMBERS_MAX : 1); i++) {
        g_autofree char *name =
            i == 1 ? g_strdup(file->name) : ra_file_name_numbered(file->name, i);
        if (give_name(file, name))
            return g_steal_pointer(&name);
        if (errno != EEXIST)
            return NULL;
    }
    return NULL;
}
