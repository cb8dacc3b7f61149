/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/secret.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

struct _RaSecret {
    guint8 *data;
    gsize size;
    gsize mapped; /* whole pages */
    gint refs;    /* atomic */
};

RaSecret *ra_secret_new(gsize size)
{
    g_return_val_if_fail(size <= RA_SECRET_MAX, NULL);
    const gsize page = (gsize)sysconf(_SC_PAGESIZE);
    const gsize mapped = (size + 1 + page - 1) / page * page;
    void *data = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED)
        g_error("No memory for a secret of %zu bytes", size);
    /* Locking fails where RLIMIT_MEMLOCK is spent: the secret is then as safe as the swap is. */
    (void)mlock(data, mapped);
    (void)madvise(data, mapped, MADV_DONTDUMP);
    (void)madvise(data, mapped, MADV_WIPEONFORK);

    RaSecret *secret = g_new0(RaSecret, 1);
    secret->data = data;
    secret->size = size;
    secret->mapped = mapped;
    secret->refs = 1;
    return secret;
}

RaSecret *ra_secret_new_copy(const void *data, gsize size)
{
    RaSecret *secret = ra_secret_new(size);
    if (size > 0)
        memcpy(secret->data, data, size);
    return secret;
}

RaSecret *ra_secret_new_random(gsize size)
{
    RaSecret *secret = ra_secret_new(size);
    for (gsize done = 0; done < size;) {
        const ssize_t n = getrandom(secret->data + done, size - done, 0);
        if (n < 0 && errno != EINTR)
            g_error("The kernel gives no random bytes: %s", g_strerror(errno));
        if (n > 0)
            done += (gsize)n;
    }
    return secret;
}

RaSecret *ra_secret_ref(RaSecret *secret)
{
    g_atomic_int_inc(&secret->refs);
    return secret;
}

void ra_secret_unref(RaSecret *secret)
{
    if (secret == NULL || !g_atomic_int_dec_and_test(&secret->refs))
        return;
    explicit_bzero(secret->data, secret->mapped);
    munmap(secret->data, secret->mapped);
    g_free(secret);
}

guint8 *ra_secret_bytes(RaSecret *secret)
{
    return secret->data;
}

const char *ra_secret_text(RaSecret *secret)
{
    return (const char *)secret->data;
}

gsize ra_secret_size(const RaSecret *secret)
{
    return secret->size;
}

void ra_secret_truncate(RaSecret *secret, gsize size)
{
    g_return_if_fail(size <= secret->size);
    explicit_bzero(secret->data + size, secret->size - size);
    secret->size = size;
}

gboolean ra_secret_equal(const RaSecret *a, const RaSecret *b)
{
    if (a->size != b->size)
        return FALSE;
    guint8 differs = 0;
    for (gsize i = 0; i < a->size; i++)
        differs |= a->data[i] ^ b->data[i];
    return differs == 0;
}

RaSecret *ra_secret_read(int fd, gsize max, GError **error)
{
    g_return_val_if_fail(max < RA_SECRET_MAX, NULL);
    g_autoptr(RaSecret) secret = ra_secret_new(max + 1);
    gsize size = 0;
    while (size <= max) {
        const ssize_t n = read(fd, secret->data + size, max + 1 - size);
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot read a secret: %s",
                        g_strerror(errno));
            return NULL;
        }
        size += (gsize)n;
    }
    if (size > max) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "a secret is longer than %zu bytes", max);
        return NULL;
    }
    ra_secret_truncate(secret, size);
    return g_steal_pointer(&secret);
}

/* Reads one byte at a time, so that what follows the line stays in the pipe for others. */
static gboolean read_line_from(int fd, RaSecret *line, gsize *ret_length)
{
    gsize length = 0;
    while (length < line->size) {
        const ssize_t n = read(fd, line->data + length, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        if (n == 0 || line->data[length] == '\n')
            break;
        length++;
    }
    if (length < line->size && length > 0 && line->data[length - 1] == '\r')
        length--;
    *ret_length = length;
    return TRUE;
}

RaSecret *ra_secret_read_line(const char *file, gsize max, GError **error)
{
    const gboolean standard_input = strcmp(file, "-") == 0;
    const int fd = standard_input ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot open the file '%s': %s", file,
                    g_strerror(errno));
        return NULL;
    }
    g_autoptr(RaSecret) line = ra_secret_new(max + 2);
    gsize length = 0;
    const gboolean read_ok = read_line_from(fd, line, &length);
    const int saved_errno = errno;
    if (!standard_input)
        close(fd);
    const char *name = standard_input ? "standard input" : file;
    if (!read_ok)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot read '%s': %s", name,
                    g_strerror(saved_errno));
    else if (length > max)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "the first line of '%s' is longer than %zu bytes", name, max);
    else if (length == 0)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "the first line of '%s' is empty", name);
    if (!read_ok || length > max || length == 0)
        return NULL;
    ra_secret_truncate(line, length);
    return g_steal_pointer(&line);
}

int ra_secret_to_fd(const RaSecret *secret, GError **error)
{
    const int fd = memfd_create("secret", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    gsize done = 0;
    while (fd >= 0 && done < secret->size) {
        const ssize_t n = write(fd, secret->data + done, secret->size - done);
        if (n < 0 && errno != EINTR)
            break;
        if (n > 0)
            done += (gsize)n;
    }
    if (fd < 0 || done < secret->size || lseek(fd, 0, SEEK_SET) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot make a memory file: %s",
                    g_strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

void ra_secret_harden_process(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}
