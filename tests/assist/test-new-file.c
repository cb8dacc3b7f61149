/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/new-file.h"
#include "tests/assist/test-assist.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_contents(const char *folder, const char *name, const char *want)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, want);
}

static RaNewFile *create(int fd, gboolean plain, const char *name, const char *text)
{
    RaNewFile *file = ra_new_file_create(fd, name, 0666, plain);
    g_assert_nonnull(file);
    g_assert_cmpint(write(ra_new_file_fd(file), text, strlen(text)), ==, strlen(text));
    return file;
}

/* With and without O_TMPFILE. */
static void test_keep(gconstpointer data)
{
    const gboolean plain = GPOINTER_TO_INT(data);
    char *folder = test_folder_new();
    const int fd = open(folder, O_RDONLY | O_DIRECTORY);
    g_assert_cmpint(fd, >=, 0);

    g_autoptr(RaNewFile) file = create(fd, plain, "a.txt", "one");
    g_assert_cmpuint(test_folder_count(folder), ==, plain ? 1 : 0);
    g_autofree char *first = ra_new_file_keep(file, TRUE);
    g_assert_cmpstr(first, ==, "a.txt");
    g_clear_pointer(&file, ra_new_file_free);
    check_contents(folder, "a.txt", "one");
    g_autofree char *path = g_build_filename(folder, "a.txt", NULL);
    struct stat info;
    g_assert_cmpint(stat(path, &info), ==, 0);
    g_assert_cmpuint(info.st_mode & 0111, ==, 0);

    file = create(fd, plain, "a.txt", "two");
    g_assert_null(ra_new_file_keep(file, FALSE));
    g_assert_cmpint(errno, ==, EEXIST);
    g_autofree char *second = ra_new_file_keep(file, TRUE);
    g_assert_cmpstr(second, ==, "a (2).txt");
    g_clear_pointer(&file, ra_new_file_free);
    check_contents(folder, "a.txt", "one");
    check_contents(folder, "a (2).txt", "two");

    /* A name that is a link, to nowhere or to something, is one that exists. */
    g_autofree char *link = g_build_filename(folder, "link", NULL);
    g_assert_cmpint(symlink("elsewhere", link), ==, 0);
    file = create(fd, plain, "link", "three");
    g_autofree char *third = ra_new_file_keep(file, TRUE);
    g_assert_cmpstr(third, ==, "link (2)");
    g_clear_pointer(&file, ra_new_file_free);
    g_assert_cmpuint(test_folder_count(folder), ==, 4);

    /* Not kept, discarded early, or freed: nothing stays. */
    file = create(fd, plain, "b", "four");
    ra_new_file_discard(file);
    g_assert_cmpuint(test_folder_count(folder), ==, 4);
    g_clear_pointer(&file, ra_new_file_free);
    file = create(fd, plain, "b", "five");
    g_clear_pointer(&file, ra_new_file_free);
    g_assert_cmpuint(test_folder_count(folder), ==, 4);

    /* The temporary name of the longest name is not too long. */
    g_autofree char *longest = g_strnfill(255, 'x');
    file = create(fd, plain, longest, "six");
    g_autofree char *kept = ra_new_file_keep(file, TRUE);
    g_assert_cmpstr(kept, ==, longest);
    g_clear_pointer(&file, ra_new_file_free);

    (void)close(fd);
    test_folder_remove(folder);
}

/* A folder that was removed meanwhile, and one that cannot be written to. */
static void test_failures(void)
{
    char *folder = test_folder_new();
    const int fd = open(folder, O_RDONLY | O_DIRECTORY);
    g_autoptr(RaNewFile) file = create(fd, FALSE, "a", "one");
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_assert_null(ra_new_file_keep(file, TRUE));
    g_assert_cmpint(errno, ==, ENOENT);
    g_assert_null(ra_new_file_create(fd, "b", 0666, TRUE));
    g_assert_null(ra_new_file_create(-1, "b", 0666, FALSE));
    (void)close(fd);
    g_free(folder);

    const int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    g_assert_null(ra_new_file_create(proc, "b", 0666, FALSE));
    (void)close(proc);
}

void ra_test_new_file(void)
{
    g_test_add_data_func("/assist/new-file/unnamed", GINT_TO_POINTER(FALSE), test_keep);
    g_test_add_data_func("/assist/new-file/plain", GINT_TO_POINTER(TRUE), test_keep);
    g_test_add_func("/assist/new-file/failures", test_failures);
}
