/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's store: states, history, damage. */
#include "ticket/store.h"

#include "tests/ticket/place.h"
#include "tests/ticket/tests.h"
#include "ticket/entry.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_add(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) invitation =
        place_add(place->store, TEST_START, TEST_END, "Please\nhelp");
    g_autoptr(RaStoreEntry) entry = place_get(place->store, ra_invitation_id(invitation));
    g_assert_cmpstr(ra_store_entry_id(entry), ==, ra_invitation_id(invitation));
    g_assert_cmpstr(ra_store_entry_state_name(entry), ==, "open");
    g_assert_cmpstr(ra_store_entry_name(entry), ==, "Anna");
    g_assert_cmpstr(ra_store_entry_address(entry), ==, "anna@example.org");
    g_assert_cmpstr(ra_store_entry_message(entry), ==, "Please\nhelp");
    g_assert_cmpint(ra_store_entry_start(entry), ==, TEST_START);
    g_assert_cmpint(ra_store_entry_end(entry), ==, TEST_END);
    g_assert_false(ra_store_entry_sent(entry));
    g_assert_cmpstr(ra_store_entry_recipients(entry)[0], ==, place_recipients[0]);
    g_assert_null(ra_store_entry_recipients(entry)[1]);
    g_assert_cmpmem(g_bytes_get_data(ra_store_entry_ticket(entry), NULL), 6, "ticket", 6);
    RaInvitation *kept = ra_store_entry_invitation(entry);
    g_assert_true(ra_secret_equal(ra_invitation_key(kept), ra_invitation_key(invitation)));
    g_assert_true(place_holds(place, ra_invitation_key(invitation)));

    struct stat status;
    g_autofree char *path = place_path_of(place, ra_invitation_id(invitation));
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_cmpint(g_stat(place->inside, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0700);
}

static void test_states(Place *place, gconstpointer data)
{
    (void)data;
    static const struct {
        RaStoreState from, to;
        gint code; /* 0: allowed */
    } steps[] = {
        {RA_STORE_OPEN, RA_STORE_OPEN, 0},
        {RA_STORE_OPEN, RA_STORE_USED, 0},
        {RA_STORE_OPEN, RA_STORE_EXPIRED, 0},
        {RA_STORE_OPEN, RA_STORE_CANCELLED, 0},
        {RA_STORE_USED, RA_STORE_OPEN, RA_ERROR_USAGE},
        {RA_STORE_USED, RA_STORE_USED, 0},
        {RA_STORE_USED, RA_STORE_EXPIRED, 0},
        {RA_STORE_USED, RA_STORE_CANCELLED, 0},
        {RA_STORE_EXPIRED, RA_STORE_OPEN, RA_ERROR_EXPIRED},
        {RA_STORE_EXPIRED, RA_STORE_CANCELLED, RA_ERROR_EXPIRED},
        {RA_STORE_EXPIRED, RA_STORE_EXPIRED, 0},
        {RA_STORE_CANCELLED, RA_STORE_USED, RA_ERROR_DECLINED},
        {RA_STORE_CANCELLED, RA_STORE_EXPIRED, RA_ERROR_DECLINED},
        {RA_STORE_CANCELLED, RA_STORE_CANCELLED, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_test_message("from %d to %d", steps[i].from, steps[i].to);
        g_autoptr(GError) error = NULL;
        g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "m");
        const char *id = ra_invitation_id(invitation);
        g_assert_true(ra_store_set_state(place->store, id, steps[i].from, NULL));
        const gboolean done = ra_store_set_state(place->store, id, steps[i].to, &error);
        g_assert_cmpint(done, ==, steps[i].code == 0);
        if (!done)
            g_assert_error(error, RA_ERROR, steps[i].code);
        g_autoptr(RaStoreEntry) entry = place_get(place->store, id);
        const RaStoreState now = done ? steps[i].to : steps[i].from;
        g_assert_cmpint(ra_store_entry_state(entry), ==, now);
        /* The key lives as long as the invitation, and no longer: not even in a file's ruins. */
        const gboolean live = now == RA_STORE_OPEN || now == RA_STORE_USED;
        g_assert_cmpint(ra_store_entry_invitation(entry) != NULL, ==, live);
        g_assert_cmpint(place_holds(place, ra_invitation_key(invitation)), ==, live);
        g_assert_cmpstr(ra_store_entry_message(entry), ==, "m");
    }
}

static void test_sent(Place *place, gconstpointer data)
{
    (void)data;
    static const char *const more[] = {"second@example.org", "helpdesk@example.org", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "");
    const char *id = ra_invitation_id(invitation);
    g_assert_true(ra_store_set_sent(place->store, id, NULL, &error));
    g_autoptr(RaStoreEntry) sent = place_get(place->store, id);
    g_assert_true(ra_store_entry_sent(sent));
    g_assert_cmpuint(g_strv_length((GStrv)ra_store_entry_recipients(sent)), ==, 1);
    g_assert_true(ra_store_set_sent(place->store, id, more, &error));
    g_assert_true(ra_store_set_state(place->store, id, RA_STORE_USED, &error));
    g_autoptr(RaStoreEntry) again = place_get(place->store, id);
    g_assert_true(ra_store_entry_sent(again));
    g_assert_cmpstr(ra_store_entry_recipients(again)[0], ==, "helpdesk@example.org");
    g_assert_cmpstr(ra_store_entry_recipients(again)[1], ==, "second@example.org");
    g_assert_null(ra_store_entry_recipients(again)[2]);
    const char *const bad[] = {"a\nb", NULL};
    g_assert_false(ra_store_set_sent(place->store, id, bad, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

static void test_get(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "");
    const char *id = ra_invitation_id(invitation);
    g_autofree char *six = g_strndup(id, 6);
    g_autofree char *upper = g_ascii_strup(id, 10);
    g_autoptr(RaStoreEntry) by_prefix = place_get(place->store, six);
    g_autoptr(RaStoreEntry) by_upper = place_get(place->store, upper);
    g_assert_cmpstr(ra_store_entry_id(by_prefix), ==, id);
    g_assert_cmpstr(ra_store_entry_id(by_upper), ==, id);
    g_autofree char *five = g_strndup(id, 5);
    g_autofree char *other = g_strdup(id);
    other[31] = other[31] == '0' ? '1' : '0';
    const char *const none[] = {five, other, "", "../../../etc/passwd", "000000/", id + 1};
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(ra_store_get(place->store, none[i], &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
        g_clear_error(&error);
        g_assert_false(ra_store_set_state(place->store, none[i], RA_STORE_USED, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
    }
    /* Two that begin alike. */
    g_autoptr(GError) error = NULL;
    g_autofree char *twin = place_path_of(place, other);
    g_assert_true(g_file_set_contents(twin, "", 0, NULL));
    g_assert_null(ra_store_get(place->store, six, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

static void test_expire(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) early = place_add(place->store, TEST_START, TEST_START + 60, "");
    g_autoptr(RaInvitation) late = place_add(place->store, TEST_START, TEST_END, "");
    g_autoptr(RaInvitation) ended = place_add(place->store, TEST_START, TEST_END, "");
    g_assert_true(ra_store_set_state(place->store, ra_invitation_id(late), RA_STORE_USED, NULL));
    g_assert_true(
        ra_store_set_state(place->store, ra_invitation_id(ended), RA_STORE_CANCELLED, NULL));
    g_autoptr(GPtrArray) newest_first = ra_store_list(place->store, NULL, &error);
    g_assert_cmpstr(ra_store_entry_id(newest_first->pdata[0]), ==, ra_invitation_id(ended));
    g_assert_cmpstr(ra_store_entry_id(newest_first->pdata[2]), ==, ra_invitation_id(early));

    g_assert_cmpint(ra_store_expire(place->store, TEST_START + 59, &error), ==, 2);
    g_assert_true(place_holds(place, ra_invitation_key(early)));
    g_assert_cmpint(ra_store_expire(place->store, TEST_START + 60, &error), ==, 1);
    g_assert_false(place_holds(place, ra_invitation_key(early)));
    g_autoptr(RaStoreEntry) gone = place_get(place->store, ra_invitation_id(early));
    g_assert_cmpint(ra_store_entry_state(gone), ==, RA_STORE_EXPIRED);
    g_assert_true(place_holds(place, ra_invitation_key(late)));
    g_assert_cmpint(ra_store_expire(place->store, TEST_END, &error), ==, 0);
    g_assert_false(place_holds(place, ra_invitation_key(late)));
    g_assert_cmpuint(place_count_files(place), ==, 3);
    /* History goes after 90 days; who was cancelled stays cancelled. */
    g_autoptr(RaStoreEntry) cancelled = place_get(place->store, ra_invitation_id(ended));
    g_assert_cmpint(ra_store_entry_state(cancelled), ==, RA_STORE_CANCELLED);
    const gint64 later = TEST_START + 60 + RA_STORE_HISTORY_DAYS * 86400LL;
    g_assert_cmpint(ra_store_expire(place->store, later, &error), ==, 0);
    g_assert_cmpuint(place_count_files(place), ==, 3);
    g_assert_cmpint(ra_store_expire(place->store, later + 1, &error), ==, 0);
    g_assert_cmpuint(place_count_files(place), ==, 2);
    g_assert_no_error(error);
}

static void test_history_limit(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) oldest = place_add(place->store, TEST_START, TEST_END, "");
    for (guint i = 0; i < RA_STORE_HISTORY_MAX; i++)
        ra_invitation_unref(place_add(place->store, TEST_START, TEST_END, ""));
    g_autoptr(RaInvitation) live = place_add(place->store, TEST_START, TEST_END + 60, "");
    g_assert_cmpint(ra_store_expire(place->store, TEST_END, &error), ==, 1);
    g_assert_no_error(error);
    g_assert_cmpuint(place_count_files(place), ==, RA_STORE_HISTORY_MAX + 1);
    g_autoptr(RaStoreEntry) kept = place_get(place->store, ra_invitation_id(live));
    g_assert_nonnull(ra_store_entry_invitation(kept));
    g_assert_null(ra_store_get(place->store, ra_invitation_id(oldest), &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
}

/* What is not ours stays as it is, and hinders nothing. */
static void test_foreign(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) good = place_add(place->store, TEST_START, TEST_END, "");
    g_autoptr(RaInvitation) cut = place_add(place->store, TEST_START, TEST_END, "");
    g_autofree char *good_path = place_path_of(place, ra_invitation_id(good));
    g_autofree char *cut_path = place_path_of(place, ra_invitation_id(cut));
    g_autofree char *moved = place_path_of(place, "00000000000000000000000000000000");
    g_autofree char *link = place_path_of(place, "00000000000000000000000000000001");
    g_autofree char *fifo = place_path_of(place, "00000000000000000000000000000002");
    g_autofree char *folder = place_path_of(place, "00000000000000000000000000000003");
    g_autofree char *large = place_path_of(place, "00000000000000000000000000000004");
    g_autofree char *note = g_build_filename(place->inside, "note.txt", NULL);
    g_autofree char *content = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(good_path, &content, &size, NULL));
    g_assert_true(g_file_set_contents(moved, content, (gssize)size, NULL));
    g_assert_cmpint(truncate(cut_path, (off_t)size - 1), ==, 0);
    g_assert_cmpint(symlink(good_path, link), ==, 0);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_autofree char *filling = g_strnfill(RA_ENTRY_FILE_MAX + 1, 'x');
    g_assert_true(g_file_set_contents(large, filling, -1, NULL));
    g_assert_true(g_file_set_contents(note, "mine", -1, NULL));
    const guint files = place_count_files(place);

    guint damaged = 0;
    g_assert_cmpuint(place_count_entries(place, &damaged), ==, 1);
    g_assert_cmpuint(damaged, ==, 6);
    g_autoptr(GError) error = NULL;
    g_assert_null(ra_store_get(place->store, ra_invitation_id(cut), &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    g_clear_error(&error);
    g_assert_cmpint(ra_store_expire(place->store, TEST_END + 400 * 86400LL, &error), ==, 0);
    g_assert_no_error(error);
    g_assert_cmpuint(place_count_files(place), ==, files - 1); /* the good one, by its age */
}

/* Every byte of a file counts. */
static void test_every_byte(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) invitation = place_add(place->store, TEST_START, TEST_END, "Help");
    g_autoptr(RaStoreEntry) entry = place_get(place->store, ra_invitation_id(invitation));
    g_autoptr(RaSecret) bytes = ra_entry_encode(entry);
    g_autoptr(RaStoreEntry) decoded = ra_entry_decode(bytes);
    g_assert_nonnull(decoded);
    for (gsize i = 0; i < ra_secret_size(bytes); i++) {
        ra_secret_bytes(bytes)[i] ^= 1;
        g_assert_null(ra_entry_decode(bytes));
        ra_secret_bytes(bytes)[i] ^= 1;
        g_autoptr(RaSecret) cut = ra_secret_new_copy(ra_secret_bytes(bytes), i);
        g_assert_null(ra_entry_decode(cut));
    }
}

static void test_port(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_cmpuint(ra_store_port(place->store), ==, 0);
    g_assert_true(ra_store_set_port(place->store, 3390, &error));
    g_assert_cmpuint(ra_store_port(place->store), ==, 3390);
    g_assert_true(ra_store_set_port(place->store, 65535, &error));
    g_autoptr(RaStore) other = place_open_store(place->inside);
    g_assert_cmpuint(ra_store_port(other), ==, 65535);
    static const char *const bad[] = {"", "0", "65536", "-1", "3389x", "99999999999999", "\n"};
    g_autofree char *path = g_build_filename(place->inside, "port", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_true(g_file_set_contents(path, bad[i], -1, NULL));
        g_assert_cmpuint(ra_store_port(place->store), ==, 0);
    }
}

static void test_bad_folder(Place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *file = g_build_filename(place->dir, "file", NULL);
    g_autofree char *link = g_build_filename(place->dir, "link", NULL);
    g_autofree char *wide = g_build_filename(place->dir, "wide", NULL);
    g_autofree char *below = g_build_filename(file, "below", NULL);
    g_assert_true(g_file_set_contents(file, "", -1, NULL));
    g_assert_cmpint(symlink(place->inside, link), ==, 0);
    const char *const bad[] = {file, below, link};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(ra_store_open(bad[i], &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    }
    struct stat status;
    g_assert_cmpint(g_mkdir(wide, 0755), ==, 0);
    g_autoptr(RaStore) store = place_open_store(wide);
    g_assert_cmpuint(ra_store_port(store), ==, 0);
    g_assert_cmpint(g_stat(wide, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0700);
}

static void test_too_large(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) invitation = test_invitation();
    g_autoptr(GBytes) ticket = g_bytes_new("ticket", 6);
    g_autofree char *huge = g_strnfill(RA_TICKET_MAX + 1, 'x');
    g_autoptr(GBytes) huge_ticket = g_bytes_new(huge, RA_TICKET_MAX + 1);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_store_add(place->store, invitation, ticket, NULL, huge, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_clear_error(&error);
    g_assert_false(ra_store_add(place->store, invitation, huge_ticket, NULL, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_cmpuint(place_count_files(place), ==, 0);
    /* The largest of everything fits, and comes back. */
    g_autofree char *message = g_strnfill(RA_ENTRY_MESSAGE_MAX, 'm');
    g_autoptr(GBytes) largest = g_bytes_new(huge, RA_TICKET_MAX);
    g_autofree char *address = g_strnfill(RA_INVITATION_ADDRESS_MAX, 'a');
    const char *all[RA_ENTRY_RECIPIENTS_MAX + 1] = {NULL};
    for (gsize i = 0; i < RA_ENTRY_RECIPIENTS_MAX; i++)
        all[i] = address;
    g_clear_error(&error);
    g_assert_true(ra_store_add(place->store, invitation, largest, all, message, &error));
    g_assert_no_error(error);
    g_autoptr(RaStoreEntry) entry = place_get(place->store, ra_invitation_id(invitation));
    g_assert_true(g_bytes_equal(ra_store_entry_ticket(entry), largest));
}

void add_store_tests(void)
{
    static const struct {
        const char *path;
        void (*test)(Place *place, gconstpointer data);
    } tests[] = {
        {"/store/add", test_add},
        {"/store/states", test_states},
        {"/store/sent", test_sent},
        {"/store/get", test_get},
        {"/store/expire", test_expire},
        {"/store/history-limit", test_history_limit},
        {"/store/foreign", test_foreign},
        {"/store/every-byte", test_every_byte},
        {"/store/port", test_port},
        {"/store/bad-folder", test_bad_folder},
        {"/store/too-large", test_too_large},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Place, NULL, place_set_up, tests[i].test, place_tear_down);
}
