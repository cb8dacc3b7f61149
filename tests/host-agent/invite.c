/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/invite.h"

#include "ticket/ticket.h"

#include <gio/gio.h>
#include <string.h>

static char *add(RaStore *store, gint64 start, gint64 lifetime, RaRights rights,
                 const char *password)
{
    static const char *const hosts[] = {"127.0.0.1:3389", NULL};
    static const char *const to[] = {"desk@example.org", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaInvitation) invitation = ra_invitation_new("Nora", "nora@example.org", start,
                                                           start + lifetime, rights, hosts, &error);
    g_assert_no_error(error);
    g_autoptr(RaSecret) secret =
        password != NULL ? ra_secret_new_copy(password, strlen(password)) : NULL;
    g_autoptr(GBytes) ticket = secret != NULL ? ra_ticket_seal(invitation, secret, NULL, &error)
                                              : g_bytes_new_static("ticket", 6);
    g_assert_no_error(error);
    g_assert_true(ra_store_add(store, invitation, ticket, to, "Please help", &error));
    g_assert_no_error(error);
    return g_strdup(ra_invitation_id(invitation));
}

char *invite(RaStore *store, gint64 start, gint64 lifetime, RaRights rights)
{
    return add(store, start, lifetime, rights, NULL);
}

char *invite_sealed(RaStore *store, gint64 start, gint64 lifetime, RaRights rights)
{
    return add(store, start, lifetime, rights, "correct horse battery staple");
}

static void remove_tree(GFile *file)
{
    g_autoptr(GFileEnumerator) children = g_file_enumerate_children(
        file, "standard::name", G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
    GFile *child = NULL;
    while (children != NULL && g_file_enumerator_iterate(children, NULL, &child, NULL, NULL) &&
           child != NULL)
        remove_tree(child);
    g_assert_true(g_file_delete(file, NULL, NULL));
}

void invite_remove(const char *dir)
{
    g_autoptr(GFile) file = g_file_new_for_path(dir);
    remove_tree(file);
}
