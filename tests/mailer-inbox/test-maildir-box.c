/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Maildir as a box: what it reports, who gets a mark, what it never touches. */
#include "base/error.h"
#include "mailer/inbox/maildir-box.h"
#include "mailer/inbox/maildir-marks.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    char *folder;
    RaBox *box;
    GPtrArray *seen; /* of char *: what was reported */
    guint names;
} Desk;

static void set_up(Desk *desk, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    (void)data;
    desk->folder = g_dir_make_tmp("maildir-XXXXXX", &error);
    g_assert_no_error(error);
    for (const char *const *sub = (const char *const[]){"new", "cur", "tmp", NULL}; *sub; sub++) {
        g_autofree char *path = g_build_filename(desk->folder, *sub, NULL);
        g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    }
    desk->box = ra_maildir_box_new(desk->folder, 0, &error);
    g_assert_no_error(error);
    desk->seen = g_ptr_array_new_with_free_func(g_free);
}

static void remove_all(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_all(inner);
    }
    (void)g_remove(path);
}

static void tear_down(Desk *desk, gconstpointer data)
{
    (void)data;
    ra_box_free(desk->box);
    g_ptr_array_unref(desk->seen);
    remove_all(desk->folder);
    g_free(desk->folder);
}

static void put(const Desk *desk, const char *sub, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(desk->folder, sub, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void rename_message(const Desk *desk, const char *from, const char *to)
{
    g_autofree char *old = g_build_filename(desk->folder, from, NULL);
    g_autofree char *new = g_build_filename(desk->folder, to, NULL);
    g_assert_cmpint(g_rename(old, new), ==, 0);
}

static void take(const RaBoxMessage *message, gpointer data)
{
    Desk *desk = data;
    g_ptr_array_add(desk->seen,
                    g_strdup_printf("%s %" G_GINT64_FORMAT " %s", message->id, message->received,
                                    message->gone                  ? "gone"
                                    : message->mark->owner == NULL ? "-"
                                                                   : message->mark->owner));
}

/* Refreshes; TEXT is what comes then, separated by "; ". */
static void expect(Desk *desk, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_ptr_array_set_size(desk->seen, 0);
    g_assert_true(desk->box->class->refresh(desk->box, take, NULL, desk, NULL, &error));
    g_assert_no_error(error);
    g_ptr_array_add(desk->seen, NULL);
    g_autofree char *all = g_strjoinv("; ", (char **)desk->seen->pdata);
    g_ptr_array_set_size(desk->seen, 0);
    g_assert_cmpstr(all, ==, text);
}

/* The first twelve digits of the SHA-256 of "1000000000.M1P1.host" and "1000000001.M2P1.host". */
static char *id_of(const char *unique)
{
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, unique, -1);
    return g_strndup(sum, RA_MARKS_ID_LENGTH);
}

static gboolean change(RaBox *box, const char *id, const char *from, const char *to, RaMark **now,
                       GError **error)
{
    g_autoptr(RaMark) expected = ra_mark_new(from, FALSE, FALSE);
    g_autoptr(RaMark) wanted = ra_mark_new(to, FALSE, FALSE);
    return box->class->change(box, id, expected, wanted, now, NULL, error);
}

static void test_names(Desk *desk, gconstpointer data)
{
    static const char *const names[] = {
        "new/1000000000.M1P1.host",
        "cur/1000000000.M1P1.host:2,",
        "cur/1000000000.M1P1.host:2,FRS",
        "cur/1000000000.M1P1.host,S=123:2,S",
        "cur/1000000000.M1P1.host,S=1,W=2:2,S",
    };
    (void)data;
    g_autofree char *id = id_of("1000000000.M1P1.host");
    g_autofree char *new = g_strdup_printf("%s 1000000000 -", id);
    put(desk, "new", "1000000000.M1P1.host", "From: a\n\nb\n");
    put(desk, "new", ".hidden", "no message");
    expect(desk, new);
    for (gsize i = 1; i < G_N_ELEMENTS(names); i++) {
        rename_message(desk, names[i - 1], names[i]);
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = desk->box->class->fetch(desk->box, id, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(g_bytes_get_size(bytes), ==, strlen("From: a\n\nb\n"));
        expect(desk, "");
    }
    g_autofree char *path = g_build_filename(desk->folder, names[4], NULL);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_autofree char *gone = g_strdup_printf("%s 1000000000 gone", id);
    expect(desk, gone);
    g_autoptr(GError) error = NULL;
    g_assert_null(desk->box->class->fetch(desk->box, id, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
}

static void test_since(Desk *desk, gconstpointer data)
{
    (void)data;
    put(desk, "new", "1000000000.M1P1.host", "a");
    put(desk, "cur", "2000000000.M2P1.host:2,S", "b");
    ra_box_free(desk->box);
    desk->box = ra_maildir_box_new(desk->folder, 1500000000, NULL);
    g_autofree char *id = id_of("2000000000.M2P1.host");
    g_autofree char *seen = g_strdup_printf("%s 2000000000 -", id);
    expect(desk, seen);
}

static void test_change(Desk *desk, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(RaBox) other = ra_maildir_box_new(desk->folder, 0, &error);
    g_autoptr(RaMark) now = NULL;
    g_autofree char *id = id_of("1000000000.M1P1.host");
    put(desk, "new", "1000000000.M1P1.host", "a");
    g_assert_false(change(desk->box, id, NULL, "alice", &now, &error)); /* not refreshed */
    g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
    g_clear_error(&error);
    g_autofree char *new = g_strdup_printf("%s 1000000000 -", id);
    expect(desk, new);
    g_assert_true(other->class->refresh(other, take, NULL, desk, NULL, &error));
    g_assert_true(change(desk->box, id, NULL, "alice", &now, &error));
    g_assert_no_error(error);
    g_assert_false(change(other, id, NULL, "bob", &now, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_DECLINED);
    g_assert_cmpstr(now->owner, ==, "alice");
    g_clear_error(&error);
    g_assert_true(change(other, id, "alice", "J\xc3\xbcrgen", &now, &error));
    g_autofree char *taken = g_strdup_printf("%s 1000000000 J\xc3\xbcrgen", id);
    expect(desk, taken);
    g_assert_true(change(other, id, "J\xc3\xbcrgen", NULL, &now, &error));
    expect(desk, new);
}

/* RACERS processes try for the same mark, round after round: one wins each. */
static void test_race(Desk *desk, gconstpointer data)
{
    enum { RACERS = 12, ROUNDS = 40 };
    (void)data;
    g_autofree char *id = id_of("1000000000.M1P1.host");
    put(desk, "new", "1000000000.M1P1.host", "a");
    g_autofree char *tally = g_build_filename(desk->folder, "tally", NULL);
    const gint64 start = g_get_monotonic_time() + G_USEC_PER_SEC / 4;
    for (int racer = 0; racer < RACERS; racer++) {
        if (fork() != 0)
            continue;
        g_autofree char *name = g_strdup_printf("racer-%d", racer);
        RaBox *box = ra_maildir_box_new(desk->folder, 0, NULL);
        Desk mine = {.seen = g_ptr_array_new()};
        (void)box->class->refresh(box, take, NULL, &mine, NULL, NULL);
        while (g_get_monotonic_time() < start)
            ;
        RaMark *mark = ra_mark_new(NULL, FALSE, FALSE);
        FILE *out = fopen(tally, "a");
        for (guint round = 1; round <= ROUNDS; round++) {
            RaMark *wanted = ra_mark_new(name, FALSE, FALSE), *now = NULL;
            wanted->done = round % 2;
            if (box->class->change(box, id, mark, wanted, &now, NULL, NULL))
                fprintf(out, "%s\n", name);
            ra_mark_free(mark);
            mark = now != NULL ? now : wanted;
        }
        fclose(out);
        _exit(0);
    }
    for (int racer = 0; racer < RACERS; racer++) {
        int status = 0;
        g_assert_cmpint(wait(&status), >, 0);
        g_assert_cmpint(status, ==, 0);
    }
    /* Each change that one was told of is a mark of its own: no two for one, none lost. */
    g_autofree char *wins = NULL;
    g_assert_true(g_file_get_contents(tally, &wins, NULL, NULL));
    guint won = 0, marks = 0;
    for (const char *p = wins; (p = strchr(p, '\n')) != NULL; p++)
        won++;
    g_autofree char *path = g_build_filename(desk->folder, RA_MARKS_FOLDER, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        char seen[RA_MARKS_ID_LENGTH + 1];
        guint number = 0;
        g_assert_true(ra_marks_parse_name(name, seen, &number));
        marks++;
    }
    g_assert_cmpuint(marks, >=, ROUNDS);
    g_assert_cmpuint(won, ==, marks);
}

static gpointer mark_later(gpointer data)
{
    const Desk *desk = data;
    g_autoptr(RaBox) box = ra_maildir_box_new(desk->folder, 0, NULL);
    g_autoptr(RaMark) now = NULL;
    g_autofree char *id = id_of("1000000000.M1P1.host");
    Desk mine = {.seen = g_ptr_array_new_with_free_func(g_free)};
    g_assert_true(box->class->refresh(box, take, NULL, &mine, NULL, NULL));
    g_ptr_array_unref(mine.seen);
    g_usleep(100000);
    g_assert_true(change(box, id, NULL, "alice", &now, NULL));
    return NULL;
}

static gpointer cancel_later(gpointer data)
{
    g_usleep(100000);
    g_cancellable_cancel(data);
    return NULL;
}

static void test_wait(Desk *desk, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    const RaBoxClass *class = desk->box->class;
    put(desk, "new", "1000000000.M1P1.host", "a");
    g_assert_true(class->wait(desk->box, 60, NULL, &error)); /* the first returns at once */
    gint64 start = g_get_monotonic_time();
    GThread *thread = g_thread_new("marks", mark_later, desk);
    g_assert_true(class->wait(desk->box, 60, NULL, &error));
    g_thread_join(thread);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
    g_assert_true(class->wait(desk->box, 0, NULL, &error)); /* takes what is left */
    start = g_get_monotonic_time();
    g_assert_true(class->wait(desk->box, 1, NULL, &error)); /* nothing happens */
    g_assert_cmpint(g_get_monotonic_time() - start, >=, G_USEC_PER_SEC / 2);
    GThread *canceller = g_thread_new("cancel", cancel_later, cancel);
    g_assert_false(class->wait(desk->box, 60, cancel, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_thread_join(canceller);
    /* cppcheck-suppress memleak ; both were joined, which frees them */
}

static void test_no_maildir(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(ra_maildir_box_new("/proc", 0, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/maildir/names", Desk, NULL, set_up, test_names, tear_down);
    g_test_add("/maildir/since", Desk, NULL, set_up, test_since, tear_down);
    g_test_add("/maildir/change", Desk, NULL, set_up, test_change, tear_down);
    g_test_add("/maildir/race", Desk, NULL, set_up, test_race, tear_down);
    g_test_add("/maildir/wait", Desk, NULL, set_up, test_wait, tear_down);
    g_test_add_func("/maildir/none", test_no_maildir);
    return g_test_run();
}
