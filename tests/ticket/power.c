/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store when writers die, meet, or find the disk full. */
#include "tests/ticket/place.h"
#include "tests/ticket/tests.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child never returns: it writes until it is killed. */
static pid_t start_writer(const Place *place, const char *id, guint which)
{
    const pid_t pid = fork();
    g_assert_cmpint(pid, >=, 0);
    if (pid != 0)
        return pid;
    g_autoptr(RaStore) store = place_open_store(place->inside);
    for (guint i = 0;; i++) {
        g_usleep(500); /* lets the other have the lock */
        g_autofree char *address = g_strdup_printf("w%u.%u@example.org", which, i % 40);
        const char *const list[] = {address, NULL};
        if (which == 0)
            (void)ra_store_set_sent(store, id, list, NULL);
        else
            ra_invitation_unref(place_add(store, TEST_START, TEST_END, "written until killed"));
    }
}

static void kill_writer(pid_t pid)
{
    int status = 0;
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFSIGNALED(status)); /* it was at work, and had not failed */
}

/* Whenever writers die, each file is whole, and nothing that was there is lost. */
static void test_killed_writers(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "first");
    const char *id = ra_invitation_id(invitation);
    guint entries = 1;
    /* On a busy machine it takes longer until a writer gets anywhere. */
    for (guint round = 0; round < 40 || (entries == 1 && round < 400); round++) {
        const pid_t updater = start_writer(place, id, 0);
        const pid_t adder = start_writer(place, id, 1);
        g_usleep((gulong)g_test_rand_int_range(1000, round < 40 ? 30000 : 200000));
        kill_writer(updater);
        kill_writer(adder);
        guint damaged = 0;
        const guint now = place_count_entries(place, &damaged);
        g_assert_cmpuint(damaged, ==, 0);
        g_assert_cmpuint(now, >=, entries);
        entries = now;
        g_autoptr(RaStoreEntry) entry = place_get(place->store, id);
        g_assert_cmpstr(ra_store_entry_message(entry), ==, "first");
    }
    g_assert_cmpuint(entries, >, 1);
    /* The next who writes clears away what the dead left. */
    g_assert_cmpint(ra_store_expire(place->store, TEST_START, &error), ==, (gint)entries);
    g_assert_cmpuint(place_count_files(place), ==, entries);
}

/* Whoever reads while others write sees the old or the new, never a ruin. */
static void test_read_while_written(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "first");
    const char *id = ra_invitation_id(invitation);
    const pid_t updater = start_writer(place, id, 0);
    const gint64 until = g_get_monotonic_time() + G_USEC_PER_SEC / 2;
    while (g_get_monotonic_time() < until) {
        g_autoptr(RaStoreEntry) entry = place_get(place->store, id);
        g_assert_cmpstr(ra_store_entry_message(entry), ==, "first");
    }
    kill_writer(updater);
}

/* Two programs that change the same file lose nothing of each other's. */
static void test_two_programs(Place *place, gconstpointer data)
{
    (void)data;
    enum { EACH = 20 };
    g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "");
    const char *id = ra_invitation_id(invitation);
    pid_t pids[2];
    for (guint which = 0; which < 2; which++) {
        pids[which] = fork();
        if (pids[which] != 0)
            continue;
        g_autoptr(RaStore) store = place_open_store(place->inside);
        gboolean good = TRUE;
        for (guint i = 0; i < EACH; i++) {
            g_autofree char *address = g_strdup_printf("p%u.%u@example.org", which, i);
            const char *const list[] = {address, NULL};
            good = ra_store_set_sent(store, id, list, NULL) && good;
        }
        _exit(good ? 0 : 1);
    }
    for (guint which = 0; which < 2; which++) {
        int status = 0;
        g_assert_cmpint(waitpid(pids[which], &status, 0), ==, pids[which]);
        g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    g_autoptr(RaStoreEntry) entry = place_get(place->store, id);
    g_assert_cmpuint(g_strv_length((GStrv)ra_store_entry_recipients(entry)), ==, 1 + 2 * EACH);
}

/* A disk that takes only so many bytes of a file: the change fails, the old file stays. */
static void test_full_disk(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "first");
    const char *id = ra_invitation_id(invitation);
    struct stat whole;
    g_autofree char *path = place_path_of(place, id);
    g_assert_cmpint(g_stat(path, &whole), ==, 0);
    const rlim_t limits[] = {0, 1, (rlim_t)whole.st_size / 2, (rlim_t)whole.st_size - 1};
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            const struct rlimit small = {limits[i], limits[i]};
            g_autoptr(GError) error = NULL;
            (void)signal(SIGXFSZ, SIG_IGN);
            if (setrlimit(RLIMIT_FSIZE, &small) != 0)
                _exit(2);
            const gboolean changed =
                ra_store_set_state(place->store, id, RA_STORE_CANCELLED, &error);
            _exit(!changed && g_error_matches(error, RA_ERROR, RA_ERROR_FAILED) ? 0 : 1);
        }
        int status = 0;
        g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
        g_assert_true(WIFEXITED(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, 0);
        g_autoptr(RaStoreEntry) entry = place_get(place->store, id);
        g_assert_cmpint(ra_store_entry_state(entry), ==, RA_STORE_OPEN);
        g_assert_cmpuint(place_count_files(place), ==, 1);
    }
}
/* The key goes in time all the same, if need be with the whole file. */
static void test_full_disk_at_the_end(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) ended = place_add(place->store, TEST_START, TEST_END, "");
    g_autoptr(RaInvitation) live = place_add(place->store, TEST_START, TEST_END + 60, "");
    const pid_t pid = fork();
    if (pid == 0) {
        const struct rlimit none = {0, 0};
        (void)signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &none) != 0)
            _exit(2);
        _exit(ra_store_expire(place->store, TEST_END, NULL) == 1 ? 0 : 1);
    }
    int status = 0;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    g_assert_false(place_holds(place, ra_invitation_key(ended)));
    g_autoptr(RaStoreEntry) entry = place_get(place->store, ra_invitation_id(live));
    g_assert_true(ra_secret_equal(ra_invitation_key(ra_store_entry_invitation(entry)),
                                  ra_invitation_key(live)));
}

void add_power_tests(void)
{
    static const struct {
        const char *path;
        void (*test)(Place *place, gconstpointer data);
    } tests[] = {
        {"/store/killed-writers", test_killed_writers},
        {"/store/read-while-written", test_read_while_written},
        {"/store/two-programs", test_two_programs},
        {"/store/full-disk", test_full_disk},
        {"/store/full-disk-at-the-end", test_full_disk_at_the_end},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Place, NULL, place_set_up, tests[i].test, place_tear_down);
}
