/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/disk.h"

#include "assist/new-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct _RaDisk {
    gint refs;
    int fd;             /* to read from; that of FILE to write to */
    RaNewFile *file;    /* to be written */
    struct stat opened; /* to be read: as it was then */
    EVP_MD_CTX *digest;
    guint64 hashed; /* bytes, from the start */
    guint64 written;
    gboolean complete; /* the checksum is known */
    guint8 sha256[RA_DISK_SHA256_SIZE];
};

typedef enum { READ, WRITE, FINISH } Work;

struct _RaDiskJob {
    Work work;
    RaDisk *disk;
    RaDiskFunc func; /* NULL: dropped */
    gpointer data;
    guint64 offset;
    gsize size;
    GByteArray *bytes;
    guint8 sha256[RA_DISK_SHA256_SIZE];
    int error;
};

static RaDisk *disk_new(void)
{
    RaDisk *disk = g_new0(RaDisk, 1);
    disk->refs = 1;
    disk->fd = -1;
    disk->digest = EVP_MD_CTX_new();
    if (disk->digest == NULL || EVP_DigestInit_ex(disk->digest, EVP_sha256(), NULL) != 1)
        g_error("no SHA-256 in this OpenSSL");
    return disk;
}

static void disk_unref(RaDisk *disk)
{
    if (!g_atomic_int_dec_and_test(&disk->refs))
        return;
    const int saved = errno;
    if (disk->file == NULL && disk->fd >= 0)
        (void)close(disk->fd);
    ra_new_file_free(disk->file);
    EVP_MD_CTX_free(disk->digest);
    g_free(disk);
    errno = saved;
}

void ra_disk_release(RaDisk *disk)
{
    if (disk == NULL)
        return;
    if (disk->file != NULL)
        ra_new_file_discard(disk->file);
    disk_unref(disk);
}

RaDisk *ra_disk_open(const char *path, guint64 *size)
{
    RaDisk *disk = disk_new();
    /* Without O_NONBLOCK a pipe that lies there would wait for its writer. */
    disk->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int why = disk->fd < 0 || fstat(disk->fd, &disk->opened) != 0 ? errno : 0;
    if (why == 0 && !S_ISREG(disk->opened.st_mode))
        why = S_ISDIR(disk->opened.st_mode) ? EISDIR : EINVAL;
    if (why != 0) {
        disk_unref(disk);
        errno = why;
        return NULL;
    }
    *size = (guint64)disk->opened.st_size;
    return disk;
}

RaDisk *ra_disk_create(int folder, const char *name)
{
    RaDisk *disk = disk_new();
    disk->file = ra_new_file_create(folder, name, 0666, FALSE);
    if (disk->file == NULL) {
        disk_unref(disk);
        return NULL;
    }
    disk->fd = ra_new_file_fd(disk->file);
    return disk;
}

gsize ra_disk_head(RaDisk *disk, guint8 *head, gsize max)
{
    return (gsize)MAX(pread(disk->fd, head, max, 0), 0);
}

/* Counts what of SIZE bytes at OFFSET was not counted before. */
static void hash(RaDisk *disk, guint64 offset, const guint8 *data, gsize size)
{
    const guint64 known = disk->hashed - offset;
    if (known >= size)
        return;
    if (EVP_DigestUpdate(disk->digest, data + known, size - known) != 1)
        g_error("SHA-256 failed");
    disk->hashed = offset + size;
}

static void complete(RaDisk *disk)
{
    if (!disk->complete && EVP_DigestFinal_ex(disk->digest, disk->sha256, NULL) != 1)
        g_error("SHA-256 failed");
    disk->complete = TRUE;
}

/* 0, or errno; EIO where the file ends too early. */
static int read_all(int fd, guint8 *data, gsize size, guint64 offset)
{
    for (gsize done = 0; done < size;) {
        const gssize n = pread(fd, data + done, size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        done += (gsize)n;
    }
    return 0;
}

static int write_all(int fd, const guint8 *data, gsize size, guint64 offset)
{
    for (gsize done = 0; done < size;) {
        const gssize n = pwrite(fd, data + done, size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        done += (gsize)n;
    }
    return 0;
}

static gboolean unchanged(const RaDisk *disk)
{
    struct stat info;
    return fstat(disk->fd, &info) == 0 && info.st_size == disk->opened.st_size &&
           info.st_mtim.tv_sec == disk->opened.st_mtim.tv_sec &&
           info.st_mtim.tv_nsec == disk->opened.st_mtim.tv_nsec;
}

static int do_read(RaDiskJob *job)
{
    RaDisk *disk = job->disk;
    g_byte_array_set_size(job->bytes, (guint)job->size);
    const int error = read_all(disk->fd, job->bytes->data, job->size, job->offset);
    if (error != 0)
        return error;
    hash(disk, job->offset, job->bytes->data, job->size);
    if (disk->hashed < (guint64)disk->opened.st_size)
        return 0;
    complete(disk);
    return unchanged(disk) ? 0 : ESTALE;
}

static int do_write(RaDiskJob *job)
{
    RaDisk *disk = job->disk;
    const guint8 *data = job->bytes->data;
    const gsize size = job->bytes->len;
    const gboolean zeros = data[0] == 0 && memcmp(data, data + 1, size - 1) == 0;
    const int error = zeros ? 0 : write_all(disk->fd, data, size, disk->written);
    if (error != 0)
        return error;
    hash(disk, disk->written, data, size);
    disk->written += size;
    return 0;
}

static int do_finish(RaDiskJob *job)
{
    RaDisk *disk = job->disk;
    complete(disk);
    if (memcmp(disk->sha256, job->sha256, sizeof job->sha256) != 0)
        return EBADMSG;
    if (ftruncate(disk->fd, (off_t)disk->written) != 0 || fsync(disk->fd) != 0)
        return errno;
    return 0;
}

static void work(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    (void)source;
    (void)cancellable;
    RaDiskJob *job = data;
    switch (job->work) {
    case READ:
        job->error = do_read(job);
        break;
    case WRITE:
        job->error = do_write(job);
        break;
    case FINISH:
        job->error = do_finish(job);
        break;
    }
    g_task_return_boolean(task, TRUE);
}

static void job_free(gpointer data)
{
    RaDiskJob *job = data;
    disk_unref(job->disk);
    g_byte_array_unref(job->bytes);
    g_free(job);
}

static void done(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    (void)data;
    RaDiskJob *job = g_task_get_task_data(G_TASK(result));
    if (job->func == NULL)
        return;
    g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(g_byte_array_ref(job->bytes));
    job->func(job->error, bytes, job->disk->complete ? job->disk->sha256 : NULL, job->data);
}

static RaDiskJob *start(RaDisk *disk, Work kind, GByteArray *bytes, RaDiskJob values)
{
    RaDiskJob *job = g_new(RaDiskJob, 1);
    *job = values;
    job->work = kind;
    job->disk = disk;
    job->bytes = bytes != NULL ? bytes : g_byte_array_new();
    g_atomic_int_inc(&disk->refs);
    g_autoptr(GTask) task = g_task_new(NULL, NULL, done, NULL);
    g_task_set_task_data(task, job, job_free);
    g_task_run_in_thread(task, work);
    return job;
}

RaDiskJob *ra_disk_read(RaDisk *disk, guint64 offset, gsize size, RaDiskFunc func, gpointer data)
{
    g_return_val_if_fail(offset <= disk->hashed, NULL);
    return start(disk, READ, NULL,
                 (RaDiskJob){.func = func, .data = data, .offset = offset, .size = size});
}

RaDiskJob *ra_disk_write(RaDisk *disk, GByteArray *bytes, RaDiskFunc func, gpointer data)
{
    g_return_val_if_fail(bytes->len > 0, NULL);
    return start(disk, WRITE, bytes, (RaDiskJob){.func = func, .data = data});
}

RaDiskJob *ra_disk_finish(RaDisk *disk, const guint8 *sha256, RaDiskFunc func, gpointer data)
{
    RaDiskJob values = {.func = func, .data = data};
    memcpy(values.sha256, sha256, sizeof values.sha256);
    return start(disk, FINISH, NULL, values);
}

void ra_disk_job_drop(RaDiskJob *job)
{
    if (job != NULL)
        job->func = NULL;
}

char *ra_disk_keep(RaDisk *disk)
{
    return ra_new_file_keep(disk->file, TRUE);
}
