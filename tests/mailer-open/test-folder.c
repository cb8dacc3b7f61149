/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching folders of messages, while others use them; and telling how far a search is. */
#include "base/error.h"
#include "mailer/find/maildir-search.h"
#include "mailer/open/search.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *folder;
} Place;

static void set_up(Place *place, gconstpointer data)
{
    (void)data;
    place->folder = g_dir_make_tmp("remote-assistance-XXXXXX", NULL);
    g_assert_nonnull(place->folder);
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir =
        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_tree(inner);
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

static void tear_down(Place *place, gconstpointer data)
{
    (void)data;
    remove_tree(place->folder);
    g_free(place->folder);
}

/* Puts the message SAMPLE there as NAME, with the folders that it needs. */
static void put(const Place *place, const char *name, const char *sample)
{
    g_autofree char *from = g_test_build_filename(G_TEST_DIST, "mailer-open", "data", sample, NULL);
    g_autofree char *to = g_build_filename(place->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(to);
    char *data = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    (void)(g_file_get_contents(from, &data, &size, &error) &&
           g_file_set_contents(to, data, (gssize)size, &error));
    g_assert_no_error(error);
    g_free(data);
}

static RaExtraction *search(const Place *place, const RaExtractOptions *options)
{
    g_autoptr(GError) error = NULL;
    RaExtraction *extraction = ra_extract_folder(place->folder, options, &error);
    g_assert_no_error(error);
    return extraction;
}

/* TRUE if one of the invitations lay in the file NAME. */
static gboolean has_path(const Place *place, const RaExtraction *extraction, const char *name)
{
    g_autofree char *path = g_build_filename(place->folder, name, NULL);
    for (guint i = 0; i < extraction->found->len; i++) {
        const RaFound *found = extraction->found->pdata[i];
        g_assert_cmpuint(found->mailbox_index, ==, 0);
        if (strcmp(found->path, path) == 0)
            return TRUE;
    }
    return FALSE;
}

static void test_maildir(Place *place, gconstpointer data)
{
    (void)data;
    put(place, "new/1.a", "base64.eml");
    put(place, "cur/2.b:2,S", "nothing.eml");
    put(place, "cur/3.c:2,", "armour.eml"); /* the same invitation: found once */
    put(place, "tmp/4.d", "two.eml");       /* not delivered yet */
    put(place, ".Archive/cur/5.e:2,S", "one-damaged.eml");
    g_autoptr(RaExtraction) extraction = search(place, NULL);
    g_assert_cmpuint(extraction->messages, ==, 4);
    g_assert_cmpuint(extraction->found->len, ==, 2);
    g_assert_cmpuint(extraction->damaged, ==, 1);
    g_assert_true(has_path(place, extraction, "new/1.a"));
    g_assert_true(has_path(place, extraction, ".Archive/cur/5.e:2,S"));
}

/* Messages that were saved, or MH: any folder that is no Maildir. */
static void test_files(Place *place, gconstpointer data)
{
    (void)data;
    put(place, "1", "base64.eml");
    put(place, "invitation.raticket", "ann.raticket");
    put(place, ".mh_sequences", "text.txt");
    put(place, "deeper/2", "two.eml");
    g_autoptr(RaExtraction) extraction = search(place, NULL);
    g_assert_cmpuint(extraction->messages, ==, 1);
    g_assert_cmpuint(extraction->found->len, ==, 2);
    g_assert_true(has_path(place, extraction, "1"));
    g_assert_true(has_path(place, extraction, "invitation.raticket"));
}

/* What is no plain file of this folder is passed over, and does not hold the search up. */
static void test_traps(Place *place, gconstpointer data)
{
    (void)data;
    put(place, "cur/1", "nothing.eml");
    put(place, "outside/2", "base64.eml");
    g_autofree char *pipe = g_build_filename(place->folder, "cur", "pipe", NULL);
    g_autofree char *link = g_build_filename(place->folder, "cur", "link", NULL);
    g_autofree char *folder = g_build_filename(place->folder, "new", NULL);
    g_autofree char *deep = g_build_filename(place->folder, "cur", "deep", NULL);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    g_assert_cmpint(symlink("../outside/2", link), ==, 0);
    g_assert_cmpint(symlink("outside", folder), ==, 0);
    g_assert_cmpint(g_mkdir(deep, 0700), ==, 0);
    g_autoptr(RaExtraction) extraction = search(place, NULL);
    g_assert_cmpuint(extraction->messages, ==, 1);
    g_assert_cmpuint(extraction->found->len, ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_extraction_check(extraction, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
}

typedef struct {
    const Place *place;
    guint calls;
} Meanwhile;

/* Another program marks the message as read, and a new one comes. */
static gboolean use_folder(guint64 done, guint64 size, guint64 messages, guint found, gpointer data)
{
    Meanwhile *meanwhile = data;
    g_assert_cmpuint(done, >, 0);
    g_assert_cmpuint(size, ==, 2);
    (void)messages;
    (void)found;
    if (meanwhile->calls++ > 0)
        return TRUE;
    g_autofree char *before = g_build_filename(meanwhile->place->folder, "cur", "2.b:2,", NULL);
    g_autofree char *after = g_build_filename(meanwhile->place->folder, "cur", "2.b:2,S", NULL);
    g_assert_cmpint(g_rename(before, after), ==, 0);
    put(meanwhile->place, "cur/3.c:2,", "one-damaged.eml");
    return TRUE;
}

static void test_meanwhile(Place *place, gconstpointer data)
{
    (void)data;
    Meanwhile meanwhile = {.place = place};
    const RaExtractOptions options = {.progress = use_folder, .progress_data = &meanwhile};
    put(place, "new/1.a", "nothing.eml");
    put(place, "cur/2.b:2,", "base64.eml");
    g_autoptr(RaExtraction) extraction = search(place, &options);
    g_assert_cmpuint(meanwhile.calls, >, 0);
    g_assert_cmpuint(extraction->found->len, ==, 2);
}

static gboolean stop(guint64 done, guint64 size, guint64 messages, guint found, gpointer data)
{
    (void)done;
    (void)size;
    (void)messages;
    (void)found;
    (void)data;
    return FALSE;
}

static void test_stopped(Place *place, gconstpointer data)
{
    (void)data;
    const RaExtractOptions options = {.progress = stop};
    put(place, "cur/1", "nothing.eml");
    put(place, "cur/2", "nothing.eml");
    g_autoptr(RaExtraction) extraction = search(place, &options);
    g_assert_cmpuint(extraction->messages, ==, 1);
    g_assert_error(extraction->limit, RA_ERROR, RA_ERROR_MALFORMED);
}

static void test_missing(Place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *none = g_build_filename(place->folder, "none", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(ra_extract_folder(none, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

static void test_line(void)
{
    static const struct {
        guint64 done, size, messages;
        guint found, width;
        const char *line;
    } lines[] = {
        {1, 2, 12345, 3, 79, "[##########          ] 50 %, 12,345 messages, 3 invitations"},
        {2, 2, 1, 1, 79, "[####################] 100 %, 1 message, 1 invitation"},
        {7, 0, 1234567, 0, 79, "1,234,567 messages, 0 invitations"},
        {9, 2, 0, 0, 10, "[#########"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *line = ra_open_search_line(lines[i].done, lines[i].size, lines[i].messages,
                                                    lines[i].found, lines[i].width);
        g_assert_cmpstr(line, ==, lines[i].line);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *name;
        void (*run)(Place *place, gconstpointer data);
    } tests[] = {
        {"/mailer/folder/maildir", test_maildir}, {"/mailer/folder/files", test_files},
        {"/mailer/folder/traps", test_traps},     {"/mailer/folder/meanwhile", test_meanwhile},
        {"/mailer/folder/stopped", test_stopped}, {"/mailer/folder/missing", test_missing},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Place, NULL, set_up, tests[i].run, tear_down);
    g_test_add_func("/mailer/folder/line", test_line);
    return g_test_run();
}
