/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What honest ends do with files. */
#include "base/error.h"
#include "tests/assist/pair.h"
#include "tests/assist/test-assist.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static guint offer(End *end, const char *path)
{
    g_autoptr(GError) error = NULL;
    const guint handle = ra_files_offer(end->files, path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(handle, >, 0);
    return handle;
}

static void assert_over(End *end, guint handle, RaFileEnd how)
{
    const RaTransfer *transfer = ra_files_get(end->files, handle);
    g_assert_cmpint(transfer->state, ==, RA_TRANSFER_OVER);
    g_assert_cmpint(transfer->end, ==, how);
}

/* Sizes around everything that is cut into pieces. */
static void test_sizes(void)
{
    static const gsize sizes[] = {0,     1,          1023,   1024,           1025,
                                  32768, 256 * 1024, 262145, 3 * 1000 * 1000};
    g_autoptr(Pair) pair = pair_new();
    pair->b.accept = TRUE;
    pair_link(pair);
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *name = g_strdup_printf("file %" G_GSIZE_FORMAT ".bin", sizes[i]);
        g_autofree char *path = pair_file(&pair->a, name, sizes[i]);
        const guint handle = offer(&pair->a, path);
        pair_wait(pair, &pair->a, handle, RA_TRANSFER_OVER);
        assert_over(&pair->a, handle, RA_FILE_DONE);
        const RaTransfer *came = pair_last(&pair->b);
        assert_over(&pair->b, came->handle, RA_FILE_DONE);
        g_assert_cmpstr(came->name, ==, name);
        g_assert_cmpuint(came->size, ==, sizes[i]);
        g_assert_cmpuint(came->done, ==, sizes[i]);
        pair_assert_same_file(path, came->path);
        struct stat info;
        g_assert_cmpint(stat(came->path, &info), ==, 0);
        g_assert_cmpuint(info.st_mode & 0111, ==, 0);
        g_assert_cmpuint(test_folder_count(pair->b.folder), ==, i + 1);
    }
}

static void test_both_ways_and_queue(void)
{
    enum { N = 5 };
    g_autoptr(Pair) pair = pair_new();
    pair->a.accept = pair->b.accept = TRUE;
    guint to_b[N], to_a[N];
    g_autofree char *path = pair_file(&pair->a, "same.tar.gz", 700000);
    g_autofree char *back = pair_file(&pair->b, "back", 500000);
    for (guint i = 0; i < N; i++) { /* offered before there is a link */
        to_b[i] = offer(&pair->a, path);
        to_a[i] = offer(&pair->b, back);
    }
    g_assert_cmpuint(pair->a.out.length, ==, 0);
    pair_link(pair);
    for (guint i = 0; i < N; i++) {
        pair_wait(pair, &pair->a, to_b[i], RA_TRANSFER_OVER);
        pair_wait(pair, &pair->b, to_a[i], RA_TRANSFER_OVER);
        assert_over(&pair->a, to_b[i], RA_FILE_DONE);
        assert_over(&pair->b, to_a[i], RA_FILE_DONE);
    }
    for (guint i = 1; i <= N; i++) {
        g_autofree char *name =
            i == 1 ? g_strdup("same.tar.gz") : g_strdup_printf("same (%u).tar.gz", i);
        g_autofree char *came = g_build_filename(pair->b.folder, name, NULL);
        pair_assert_same_file(path, came);
    }
    g_assert_cmpuint(test_folder_count(pair->a.folder), ==, N + 1);
    g_assert_cmpuint(test_folder_count(pair->b.folder), ==, N + 1);
    g_assert_cmpuint(ra_files_list(pair->a.files)->len, ==, 2 * N);
}

static void test_refuse(void)
{
    g_autoptr(Pair) pair = pair_new();
    pair_link(pair);
    g_autofree char *path = pair_file(&pair->a, "a", 10);
    const guint handle = offer(&pair->a, path);
    pair_settle(pair);
    const guint theirs = pair_last(&pair->b)->handle;
    g_assert_cmpint(pair_last(&pair->b)->state, ==, RA_TRANSFER_OFFERED);

    /* A folder that is none, is not there, or cannot be written to leaves the offer open. */
    const char *const bad[] = {path, "/nonexistent", "/proc/self"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(ra_files_answer(pair->b.files, theirs, TRUE, bad[i], &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    }
    g_assert_cmpint(pair_last(&pair->b)->state, ==, RA_TRANSFER_OFFERED);
    g_assert_true(ra_files_answer(pair->b.files, theirs, FALSE, NULL, NULL));
    pair_settle(pair);
    assert_over(&pair->a, handle, RA_FILE_REFUSED);
    assert_over(&pair->b, theirs, RA_FILE_REFUSED);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_files_answer(pair->b.files, theirs, TRUE, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_cmpuint(test_folder_count(pair->b.folder), ==, 0);
}

/* Either end, at each stage; what is on its way harms nothing, and the next file goes on. */
static void test_cancel(void)
{
    for (guint i = 0; i < 6; i++) {
        g_autoptr(Pair) pair = pair_new();
        pair->b.accept = i >= 2;
        pair_link(pair);
        g_autofree char *path = pair_file(&pair->a, "big", 20 * 1000 * 1000);
        const guint handle = offer(&pair->a, path);
        if (i >= 4)
            pair_wait_bytes(pair, &pair->a, handle, 100000);
        else if (i < 2)
            pair_settle(pair);
        else
            pair_wait(pair, &pair->a, handle, RA_TRANSFER_MOVING);
        g_autofree char *small = pair_file(&pair->a, "small", 100);
        pair->b.accept = TRUE;
        const guint next = offer(&pair->a, small);
        if (i % 2 == 0)
            ra_files_cancel(pair->a.files, handle);
        else
            ra_files_cancel(
                pair->b.files,
                ((RaTransfer *)g_ptr_array_index(ra_files_list(pair->b.files), 0))->handle);
        pair_wait(pair, &pair->a, next, RA_TRANSFER_OVER);
        pair_settle(pair);
        assert_over(&pair->a, handle, RA_FILE_CANCELLED);
        assert_over(&pair->a, next, RA_FILE_DONE);
        g_assert_cmpuint(test_folder_count(pair->b.folder), ==, 1);
    }
}

/* The link breaks again and again; the file comes whole, and once. */
static void test_resume(void)
{
    static const RaAssistKind lost[] = {0, RA_ASSIST_FILE_ANSWER, RA_ASSIST_FILE_TAKEN,
                                        RA_ASSIST_FILE_END, RA_ASSIST_FILE_CLOSE};
    for (gsize i = 0; i < G_N_ELEMENTS(lost); i++) {
        g_autoptr(Pair) pair = pair_new();
        pair->b.accept = TRUE;
        pair_link(pair);
        g_autofree char *path = pair_file(&pair->a, "big", 6 * 1000 * 1000);
        g_autofree char *second = pair_file(&pair->a, "second", 1000);
        pair->a.dropping = pair->b.dropping = lost[i];
        const guint handle = offer(&pair->a, path);
        const guint next = offer(&pair->a, second);
        if (lost[i] == 0)
            pair_wait_bytes(pair, &pair->a, handle, 1000000);
        else
            pair_settle(pair);
        pair_break(pair);
        pair_settle(pair);
        const guint64 before = ra_files_get(pair->a.files, handle)->done;
        if (lost[i] == 0) {
            g_assert_cmpint(ra_files_get(pair->a.files, handle)->state, ==, RA_TRANSFER_BROKEN);
            g_assert_cmpuint(before, >=, 1000000);
        }
        pair->a.dropping = pair->b.dropping = 0;
        pair_link(pair);
        if (lost[i] == 0) {
            pair_wait_bytes(pair, &pair->a, handle, before + 1000000);
            pair_break(pair); /* and back at once, with the disk at work */
            pair_link(pair);
        }
        pair_wait(pair, &pair->a, handle, RA_TRANSFER_OVER);
        pair_wait(pair, &pair->a, next, RA_TRANSFER_OVER);
        assert_over(&pair->a, handle, RA_FILE_DONE);
        assert_over(&pair->a, next, RA_FILE_DONE);
        g_autofree char *came = g_build_filename(pair->b.folder, "big", NULL);
        pair_assert_same_file(path, came);
        g_assert_cmpuint(test_folder_count(pair->b.folder), ==, 2);
    }
}

/* What is decided while there is no link, or was said and got lost, is heard when it is back. */
static void test_decide_unlinked(void)
{
    for (guint i = 0; i < 5; i++) {
        g_autoptr(Pair) pair = pair_new();
        pair_link(pair);
        g_autofree char *path = pair_file(&pair->a, "a", 1000);
        const guint handle = offer(&pair->a, path);
        pair_settle(pair);
        const guint theirs = pair_last(&pair->b)->handle;
        if (i == 4) {
            ra_files_cancel(pair->a.files, handle); /* said, but lost */
            pair_break(pair);
        } else {
            pair_break(pair);
            if (i == 0)
                ra_files_cancel(pair->a.files, handle);
            else if (i == 1)
                ra_files_cancel(pair->b.files, theirs);
            else
                g_assert_true(ra_files_answer(pair->b.files, theirs, i == 2, NULL, NULL));
        }
        pair_link(pair);
        pair_settle(pair);
        pair_wait(pair, &pair->a, handle, RA_TRANSFER_OVER);
        static const RaFileEnd ends[] = {RA_FILE_CANCELLED, RA_FILE_CANCELLED, RA_FILE_DONE,
                                         RA_FILE_REFUSED, RA_FILE_CANCELLED};
        assert_over(&pair->a, handle, ends[i]);
        assert_over(&pair->b, theirs, ends[i]);
        g_assert_cmpuint(test_folder_count(pair->b.folder), ==, i == 2 ? 1 : 0);
    }
}

/* The file shrinks, grows or is written to while it is sent. */
static void test_changed_file(void)
{
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Pair) pair = pair_new();
        pair->b.accept = TRUE;
        pair_link(pair);
        g_autofree char *path = pair_file(&pair->a, "a", 12 * 1000 * 1000);
        const guint handle = offer(&pair->a, path);
        pair_wait_bytes(pair, &pair->a, handle, 1000000);
        const int fd = open(path, O_WRONLY | O_CLOEXEC | (i == 1 ? O_APPEND : 0));
        if (i == 0)
            g_assert_cmpint(ftruncate(fd, 2000000), ==, 0);
        else
            g_assert_cmpint(write(fd, "changed", 7), ==, 7);
        (void)close(fd);
        pair_wait(pair, &pair->a, handle, RA_TRANSFER_OVER);
        pair_settle(pair);
        assert_over(&pair->a, handle, RA_FILE_UNREADABLE);
        assert_over(&pair->b, pair_last(&pair->b)->handle, RA_FILE_UNREADABLE);
        g_assert_cmpuint(test_folder_count(pair->b.folder), ==, 0);
    }
}

static void test_not_files(void)
{
    g_autoptr(Pair) pair = pair_new();
    g_autofree char *path = pair_file(&pair->a, "a", 10);
    g_autofree char *link = g_build_filename(pair->a.folder, "link", NULL);
    g_autofree char *pipe = g_build_filename(pair->a.folder, "pipe", NULL);
    g_autofree char *missing = g_build_filename(pair->a.folder, "missing", NULL);
    g_assert_cmpint(symlink("a", link), ==, 0);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    const struct {
        const char *path;
        RaError code;
    } cases[] = {
        {link, RA_ERROR_USAGE},        {pipe, RA_ERROR_USAGE},     {pair->a.folder, RA_ERROR_USAGE},
        {"/dev/zero", RA_ERROR_USAGE}, {missing, RA_ERROR_FAILED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpuint(ra_files_offer(pair->a.files, cases[i].path, &error), ==, 0);
        g_assert_error(error, RA_ERROR, (gint)cases[i].code);
    }
    for (guint i = 0; i < RA_FILES_OPEN_MAX; i++)
        (void)offer(&pair->a, path);
    g_autoptr(GError) error = NULL;
    g_assert_cmpuint(ra_files_offer(pair->a.files, path, &error), ==, 0);
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_null(ra_files_get(pair->a.files, 0));

    /* The session ends: all are over, and no more are taken. */
    ra_files_end(pair->a.files);
    for (guint i = 0; i < RA_FILES_OPEN_MAX; i++)
        g_assert_cmpint(((RaTransfer *)g_ptr_array_index(ra_files_list(pair->a.files), i))->state,
                        ==, RA_TRANSFER_OVER);
    g_clear_error(&error);
    g_assert_cmpuint(ra_files_offer(pair->a.files, path, &error), ==, 0);
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
}

/* A session that ends, or a program that does, in the middle leaves nothing. */
static void test_end_in_the_middle(void)
{
    g_autoptr(Pair) pair = pair_new();
    pair->b.accept = TRUE;
    pair_link(pair);
    g_autofree char *path = pair_file(&pair->a, "a", 12 * 1000 * 1000);
    const guint handle = offer(&pair->a, path);
    pair_wait_bytes(pair, &pair->a, handle, 1000000);
    ra_files_end(pair->b.files);
    assert_over(&pair->b, pair_last(&pair->b)->handle, RA_FILE_CANCELLED);
    g_assert_cmpuint(test_folder_count(pair->b.folder), ==, 0);
}

static void test_warnings(void)
{
    static const struct {
        const char *name, *content;
        gboolean runs;
    } cases[] = {
        {"notes.txt", "hello", FALSE},        {"notes", "#!/bin/sh\nrm -rf ~\n", TRUE},
        {"photo.jpg", "\177ELF\2\1\1", TRUE}, {"setup.exe", "hello", TRUE},
        {"letter.docm", "PK", TRUE},
    };
    g_autoptr(Pair) pair = pair_new();
    pair->b.accept = TRUE;
    pair_link(pair);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_build_filename(pair->a.folder, cases[i].name, NULL);
        g_assert_true(g_file_set_contents(path, cases[i].content, -1, NULL));
        g_assert_cmpint(chmod(path, 0755), ==, 0);
        const guint handle = offer(&pair->a, path);
        g_assert_cmpint(ra_files_get(pair->a.files, handle)->can_run, ==, cases[i].runs);
        pair_wait(pair, &pair->a, handle, RA_TRANSFER_OVER);
        const RaTransfer *came = pair_last(&pair->b);
        g_assert_cmpint(came->can_run, ==, cases[i].runs);
        g_autofree char *text = ra_transfer_text(came);
        g_assert_cmpint(strstr(text, "as a program") != NULL, ==, cases[i].runs);
        struct stat info;
        g_assert_cmpint(stat(came->path, &info), ==, 0);
        g_assert_cmpuint(info.st_mode & 0111, ==, 0);
    }

    /* Gone, or replaced by a link: not opened. */
    const RaTransfer *came = pair_last(&pair->b);
    g_assert_cmpint(g_unlink(came->path), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_files_open(came, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_clear_error(&error);
    g_assert_cmpint(symlink("/etc/passwd", came->path), ==, 0);
    g_assert_false(ra_files_show(came, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

void ra_test_files(void)
{
    g_test_add_func("/assist/files/sizes", test_sizes);
    g_test_add_func("/assist/files/both-ways", test_both_ways_and_queue);
    g_test_add_func("/assist/files/refuse", test_refuse);
    g_test_add_func("/assist/files/cancel", test_cancel);
    g_test_add_func("/assist/files/resume", test_resume);
    g_test_add_func("/assist/files/decide-unlinked", test_decide_unlinked);
    g_test_add_func("/assist/files/changed", test_changed_file);
    g_test_add_func("/assist/files/not-files", test_not_files);
    g_test_add_func("/assist/files/end", test_end_in_the_middle);
    g_test_add_func("/assist/files/warnings", test_warnings);
}
