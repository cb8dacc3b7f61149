/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/ticket/place.h"

#include "tests/ticket/tests.h"

#include <string.h>

const char *const place_recipients[] = {"helpdesk@example.org", NULL};

RaStore *place_open_store(const char *dir)
{
    g_autoptr(GError) error = NULL;
    RaStore *store = ra_store_open(dir, &error);
    g_assert_no_error(error);
    return store;
}

void place_set_up(Place *place, gconstpointer data)
{
    (void)data;
    place->dir = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    place->inside = g_build_filename(place->dir, "state", "invitations", NULL);
    place->store = place_open_store(place->inside);
}

void place_tear_down(Place *place, gconstpointer data)
{
    (void)data;
    ra_store_free(place->store);
    test_remove_folder(place->dir);
    g_free(place->dir);
    g_free(place->inside);
}

RaInvitation *place_add(RaStore *store, gint64 start, gint64 end, const char *message)
{
    g_autoptr(GError) error = NULL;
    RaInvitation *invitation =
        ra_invitation_new("Anna", "anna@example.org", start, end, RA_RIGHTS_ALL, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) ticket = g_bytes_new("ticket", 6);
    ra_store_add(store, invitation, ticket, place_recipients, message, &error);
    g_assert_no_error(error);
    return invitation;
}

char *place_path_of(const Place *place, const char *id)
{
    return g_strdup_printf("%s/%s.invitation", place->inside, id);
}

RaStoreEntry *place_get(RaStore *store, const char *id)
{
    g_autoptr(GError) error = NULL;
    RaStoreEntry *entry = ra_store_get(store, id, &error);
    g_assert_no_error(error);
    return entry;
}

gboolean place_holds(const Place *place, RaSecret *secret)
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
guint place_count_files(const Place *place)
{
    g_autoptr(GDir) dir = g_dir_open(place->inside, 0, NULL);
    guint n = 0;
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
        n += name[0] != '.' || g_str_has_prefix(name, ".new-") ? 1 : 0;
    return n;
}

guint place_count_entries(const Place *place, guint *damaged)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) bad = NULL;
    g_autoptr(GPtrArray) all = ra_store_list(place->store, &bad, &error);
    g_assert_no_error(error);
    *damaged = g_strv_length(bad);
    return all->len;
}
