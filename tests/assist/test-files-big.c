/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files beyond 4 GiB, and disks that are full. */
#include "tests/assist/pair.h"
#include "tests/assist/test-assist.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const guint64 BIG = (4ULL << 30) + 12345;

/* A file with a hole and a little at its start, around 4 GiB, and at its end. */
static char *sparse_file(const End *end)
{
    char *path = g_build_filename(end->folder, "big.img", NULL);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    g_assert_cmpint(fd, >=, 0);
    const guint64 at[] = {0, (4ULL << 30) - 3, BIG - 6};
    for (gsize i = 0; i < G_N_ELEMENTS(at); i++)
        g_assert_cmpint(pwrite(fd, "marked", 6, (off_t)at[i]), ==, 6);
    (void)close(fd);
    return path;
}

static void check_sparse(const char *path)
{
    struct stat info;
    g_assert_cmpint(stat(path, &info), ==, 0);
    g_assert_cmpuint((guint64)info.st_size, ==, BIG);
    g_assert_cmpuint((guint64)info.st_blocks * 512, <, 64 << 20); /* the hole is one */
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    char text[7] = "";
    g_assert_cmpint(pread(fd, text, 6, (4LL << 30) - 3), ==, 6);
    g_assert_cmpstr(text, ==, "marked");
    g_assert_cmpint(pread(fd, text, 6, (off_t)BIG - 6), ==, 6);
    g_assert_cmpstr(text, ==, "marked");
    (void)close(fd);
}

static void test_big(void)
{
    g_autoptr(Pair) pair = pair_new();
    pair->b.accept = TRUE;
    pair_link(pair);
    g_autofree char *path = sparse_file(&pair->a);
    const gint64 start = g_get_monotonic_time();
    const guint handle = ra_files_offer(pair->a.files, path, NULL);
    g_assert_cmpuint(handle, >, 0);
    for (guint64 part = 1; part <= 16; part++) { /* each with a minute of patience */
        pair_wait_bytes(pair, &pair->a, handle, BIG / 16 * part);
        if (part == 15) { /* behind what 32 bits can count, but for the last */
            pair_break(pair);
            pair_link(pair);
        }
    }
    pair_wait(pair, &pair->a, handle, RA_TRANSFER_OVER);
    const gdouble seconds = (gdouble)(g_get_monotonic_time() - start) / 1e6;
    const RaTransfer *came = pair_last(&pair->b);
    g_assert_cmpint(came->end, ==, RA_FILE_DONE);
    check_sparse(came->path);
    g_test_message("4 GiB in %.1f s: %.0f MB/s, %" G_GUINT64_FORMAT " messages", seconds,
                   (gdouble)BIG / 1e6 / seconds, pair->said);
}

static void wait_no_space(Pair *pair, guint handle)
{
    pair_wait(pair, &pair->a, handle, RA_TRANSFER_OVER);
    pair_settle(pair);
    g_assert_cmpint(ra_files_get(pair->a.files, handle)->end, ==, RA_FILE_NO_SPACE);
    g_assert_cmpint(pair_last(&pair->b)->end, ==, RA_FILE_NO_SPACE);
}

/* The kernel refuses what goes beyond a limit, as a full disk does. */
static void test_limit(void)
{
    g_autoptr(Pair) pair = pair_new();
    pair->b.accept = TRUE;
    pair_link(pair);
    g_autofree char *path = pair_file(&pair->a, "a", 2000000);
    struct rlimit old, low;
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
    low = old;
    low.rlim_cur = 1000000;
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &low), ==, 0);
    const guint handle = ra_files_offer(pair->a.files, path, NULL);
    wait_no_space(pair, handle);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    g_assert_cmpuint(test_folder_count(pair->b.folder), ==, 0);
}

/* A real disk that is too small from the start, and one that fills up meanwhile. */
static void test_full(void)
{
    g_autoptr(Pair) pair = pair_new();
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", pair->b.folder, "tmpfs", 0, "size=4m") != 0) {
        g_test_skip("a small disk cannot be mounted here");
        return;
    }
    pair_link(pair);
    g_autofree char *large = pair_file(&pair->a, "large", 5 * 1000 * 1000);
    const guint refused = ra_files_offer(pair->a.files, large, NULL);
    pair_settle(pair);
    g_autoptr(GError) error = NULL;
    const guint theirs = pair_last(&pair->b)->handle;
    g_assert_false(ra_files_answer(pair->b.files, theirs, TRUE, NULL, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "no room"));
    ra_files_cancel(pair->a.files, refused);
    pair_settle(pair);

    pair->b.accept = TRUE;
    g_autofree char *fits = pair_file(&pair->a, "fits", 3 * 1000 * 1000);
    const guint handle = ra_files_offer(pair->a.files, fits, NULL);
    pair_wait(pair, &pair->a, handle, RA_TRANSFER_MOVING);
    g_autofree char *other = pair_file(&pair->b, "other", 2 * 1000 * 1000);
    wait_no_space(pair, handle);
    g_assert_cmpuint(test_folder_count(pair->b.folder), ==, 1);
    g_assert_cmpint(g_unlink(other), ==, 0);
    const guint again = ra_files_offer(pair->a.files, fits, NULL);
    pair_wait(pair, &pair->a, again, RA_TRANSFER_OVER);
    g_assert_cmpint(ra_files_get(pair->a.files, again)->end, ==, RA_FILE_DONE);
    g_autofree char *folder = g_strdup(pair->b.folder);
    g_clear_pointer(&pair, pair_free);
    (void)umount2(folder, MNT_DETACH);
    (void)g_rmdir(folder);
}

void ra_test_files_big(void)
{
    g_test_add_func("/assist/files/4-gib", test_big);
    g_test_add_func("/assist/files/limit", test_limit);
    g_test_add_func("/assist/files/full", test_full);
}
