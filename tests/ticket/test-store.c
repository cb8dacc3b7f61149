/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's store: states, damage, power loss, a full disk. */
#include "base/error.h"
#include "ticket/entry.h"
#include "ticket/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define START ((gint64)1795251600) /* 2026-11-21T09:00:00Z */
#define END   (START + 3600)

static const char *const recipients[] = {"helpdesk@example.org", NULL};

typedef struct {
    char *dir, *inside;
    RaStore *store;
} Place;

static void set_up(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    place->dir = g_dir_make_tmp("ra-test-XXXXXX", &error);
    g_assert_no_error(error);
    place->inside = g_build_filename(place->dir, "state", "invitations", NULL);
    place->store = ra_store_open(place->inside, &error);
    g_assert_no_error(error);
}

static void tear_down(Place *place, gconstpointer data)
{
    (void)data;
    g_autofree char *command = g_strdup_printf("rm -r '%s'", place->dir);
    ra_store_free(place->store);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    g_free(place->dir);
    g_free(place->inside);
}

static RaInvitation *add(RaStore *store, gint64 start, gint64 end, const char *message)
{
    g_autoptr(GError) error = NULL;
    RaInvitation *invitation =
        ra_invitation_new("Anna", "anna@example.org", start, end, RA_RIGHTS_ALL, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) ticket = g_bytes_new("ticket", 6);
    ra_store_add(store, invitation, ticket, recipients, message, &error);
    g_assert_no_error(error);
    return invitation;
}

static char *path_of(const Place *place, const char *id)
{
    return g_strdup_printf("%s/%s.invitation", place->inside, id);
}

static RaStoreEntry *get(RaStore *store, const char *id)
{
    g_autoptr(GError) error = NULL;
    RaStoreEntry *entry = ra_store_get(store, id, &error);
    g_assert_no_error(error);
    return entry;
}

/* TRUE if the folder holds the bytes of SECRET in any file. */
static gboolean holds(const Place *place, RaSecret *secret)
{
    g_autoptr(GDir) dir = g_dir_open(place->inside, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(place->inside, name, NULL);
        g_autofree char *data = NULL;
        gsize size = 0;
        if (g_file_get_contents(path, &data, &size, NULL) &&
            memmem(data, size, ra_secret_bytes(secret), ra_secret_size(secret)) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void test_add(Place *place, gconstpointer data)
{
    (void)data;
    g_autoptr(RaInvitation) invitation = add(place->store, START, END, "Please\nhelp");
    g_autoptr(RaStoreEntry) entry = get(place->store, ra_invitation_id(invitation));
    g_assert_cmpstr(ra_store_entry_id(entry), ==, ra_invitation_id(invitation));
    g_assert_cmpstr(ra_store_entry_state_name(entry), ==, "open");
    g_assert_cmpstr(ra_store_entry_name(entry), ==, "Anna");
    g_assert_cmpstr(ra_store_entry_address(entry), ==, "anna@example.org");
    g_assert_cmpstr(ra_store_entry_message(entry), ==, "Please\nhelp");
    g_assert_cmpint(ra_store_entry_start(entry), ==, START);
    g_assert_cmpint(ra_store_entry_end(entry), ==, END);
    g_assert_false(ra_store_entry_sent(entry));
    g_assert_cmpstr(ra_store_entry_recipients(entry)[0], ==, recipients[0]);
    g_assert_null(ra_store_entry_recipients(entry)[1]);
    g_assert_cmpmem(g_bytes_get_data(ra_store_entry_ticket(entry), NULL), 6, "ticket", 6);
    RaInvitation *kept = ra_store_entry_invitation(entry);
    g_assert_true(ra_secret_equal(ra_invitation_key(kept), ra_invitation_key(invitation)));
    g_assert_true(holds(place, ra_invitation_key(invitation)));

    struct stat status;
    g_autofree char *path = path_of(place, ra_invitation_id(invitation));
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_cmpint(g_stat(place->inside, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0700);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/store/add", Place, NULL, set_up, test_add, tear_down);
    return g_test_run();
}
