/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/server.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/imap/utf7.h"
#include "mailer/server.h"

#include <string.h>

enum { PORT_IMAP = 143, PORT_IMAPS = 993, FOLDER_MAX = 1000, USER_MAX = 1000 };

static gboolean refuse(GError **error, const char *what)
{
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE, what);
    return FALSE;
}

/* The password is looked for first, so that no other message shows it. */
static gboolean check_uri(GUri *uri, GError **error)
{
    if (uri != NULL && g_uri_get_password(uri) != NULL)
        return refuse(error, "the IMAP server's URL holds a password, which every user of this "
                             "computer can read there: change it, and put the new one into a file");
    if (uri == NULL || (!g_str_equal(g_uri_get_scheme(uri), "imap") &&
                        !g_str_equal(g_uri_get_scheme(uri), "imaps")))
        return refuse(error, "the IMAP server must be a URL: imaps://USER@HOST[:PORT]/FOLDER, or "
                             "imap:// with STARTTLS");
    if (!ra_server_host_is_valid(g_uri_get_host(uri)))
        return refuse(error, "the IMAP server's URL names no host: write imaps://USER@HOST/FOLDER");
    if (g_uri_get_port(uri) == 0 || g_uri_get_query(uri) != NULL ||
        g_uri_get_fragment(uri) != NULL || strchr(g_uri_get_path(uri), ';') != NULL)
        return refuse(error, "the IMAP server's URL has more than a user, a host, a port and a "
                             "folder: write imaps://USER@HOST[:PORT]/FOLDER");
    return TRUE;
}

static gboolean check_login(const RaImapServer *server, const RaImapTarget *target, GError **error)
{
    if (server->password != NULL && server->token != NULL)
        return refuse(error, "give a password or a token for the IMAP server, not both");
    if (target->user == NULL)
        return refuse(error, "the IMAP server needs a user: write imaps://USER@HOST/FOLDER");
    if (!ra_text_is_plain_line(target->user) || strlen(target->user) > USER_MAX)
        return refuse(error, "the IMAP user's name must be one line without control characters");
    if (server->password == NULL && server->token == NULL)
        return refuse(error, "the IMAP user has no password: give one, or a token, in a file");
    if (server->tls == RA_IMAP_TLS_NONE && !target->tls_first && !target->local)
        return refuse(error, "a login is never sent over the network in clear: use encryption");
    return TRUE;
}

/* The name is never in need of a literal: a quoted string holds any line of ASCII. */
static gboolean set_folder(RaImapTarget *target, GUri *uri, GError **error)
{
    const char *path = g_uri_get_path(uri);
    g_autofree char *folder = g_uri_unescape_string(*path == '/' ? path + 1 : path, NULL);
    if (folder == NULL || !ra_text_is_plain_line(folder) || strlen(folder) > FOLDER_MAX)
        return refuse(error, "the folder in the IMAP server's URL must be percent-encoded UTF-8 "
                             "without control characters");
    target->folder = *folder == '\0' ? g_strdup("INBOX") : g_steal_pointer(&folder);
    g_autofree char *name = ra_imap_utf7_encode(target->folder);
    g_autoptr(GString) quoted = g_string_new("\"");
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *p);
    }
    g_string_append_c(quoted, '"');
    target->mailbox = g_strdup(quoted->str);
    return TRUE;
}

/* Where nobody says who bids, nobody else bids under the same name. */
static char *make_bidder(const char *name)
{
    if (name != NULL && *name != '\0')
        return ra_owner_encode(name);
    return g_strdup_printf("%08x", g_random_int());
}

RaImapTarget *ra_imap_target_new(const RaImapServer *server, GError **error)
{
    g_autoptr(GUri) uri =
        g_uri_parse(server->url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH, NULL);
    if (!check_uri(uri, error))
        return NULL;
    g_autoptr(RaImapTarget) target = g_new0(RaImapTarget, 1);
    target->tls_first = g_str_equal(g_uri_get_scheme(uri), "imaps");
    target->host = g_strdup(g_uri_get_host(uri));
    target->local = ra_server_is_local(target->host);
    const char *user = server->user != NULL ? server->user : g_uri_get_user(uri);
    target->user = user != NULL && *user != '\0' ? g_strdup(user) : NULL;
    if (!check_login(server, target, error) || !ra_server_check_ca(server->ca_file, error) ||
        !set_folder(target, uri, error))
        return NULL;
    const int port = g_uri_get_port(uri);
    target->port = (guint16)(port > 0 ? port : target->tls_first ? PORT_IMAPS : PORT_IMAP);
    target->url = g_uri_join(G_URI_FLAGS_NONE, g_uri_get_scheme(uri), NULL, target->host,
                             target->port, "/", NULL, NULL);
    target->password = server->password != NULL ? ra_secret_ref(server->password) : NULL;
    target->token = server->token != NULL ? ra_secret_ref(server->token) : NULL;
    target->ca_file = g_strdup(server->ca_file);
    target->tls = server->tls;
    target->timeout = MAX(server->timeout, 1);
    target->since = server->since;
    target->bidder = make_bidder(server->bidder);
    target->no_condstore = server->no_condstore;
    return g_steal_pointer(&target);
}

void ra_imap_target_free(RaImapTarget *target)
{
    if (target == NULL)
        return;
    g_free(target->url);
    g_free(target->host);
    g_free(target->user);
    g_free(target->folder);
    g_free(target->mailbox);
    ra_secret_unref(target->password);
    ra_secret_unref(target->token);
    g_free(target->ca_file);
    g_free(target->bidder);
    g_free(target);
}
