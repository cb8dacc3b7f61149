/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/smtp-server.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/server.h"

enum { PORT_RELAY = 25, PORT_SUBMISSION = 587, PORT_SUBMISSION_TLS = 465 };

gboolean ra_smtp_tls_parse(const char *text, RaSmtpTls *ret, GError **error)
{
    static const char *const names[] = {"auto", "required", "none"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(text, names[i])) {
            *ret = (RaSmtpTls)i;
            return TRUE;
        }
    }
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                        "encryption of SMTP is one of auto, required, none");
    return FALSE;
}

static gboolean refuse(GError **error, const char *what)
{
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE, what);
    return FALSE;
}

/* Only what is an SMTP URL of ours; the password is looked for first, so that no other message
 * shows it. */
static gboolean check_uri(GUri *uri, GError **error)
{
    if (uri != NULL && g_uri_get_password(uri) != NULL)
        return refuse(error, "the SMTP server's URL holds a password, which every user of this "
                             "computer can read there: change it, and use --smtp-password-file");
    if (uri == NULL || (!g_str_equal(g_uri_get_scheme(uri), "smtp") &&
                        !g_str_equal(g_uri_get_scheme(uri), "smtps")))
        return refuse(error, "the SMTP server must be a URL: smtp://HOST[:PORT] or "
                             "smtps://HOST[:PORT]");
    const char *path = g_uri_get_path(uri);
    if (!ra_server_host_is_valid(g_uri_get_host(uri)))
        return refuse(error, "the SMTP server's URL names no host: write smtp://HOST[:PORT]");
    if (g_uri_get_port(uri) == 0 || g_uri_get_query(uri) != NULL ||
        g_uri_get_fragment(uri) != NULL || (*path != '\0' && !g_str_equal(path, "/")))
        return refuse(error, "the SMTP server's URL has more than a host and a port: write "
                             "smtp://HOST[:PORT]");
    return TRUE;
}

static gboolean check_login(const RaSmtpServer *server, const RaSmtpTarget *target, GError **error)
{
    const gboolean secret = server->password != NULL || server->token != NULL;
    if (server->password != NULL && server->token != NULL)
        return refuse(error, "give a password or a token for the SMTP server, not both");
    if (target->user != NULL && !ra_text_is_plain_line(target->user))
        return refuse(error, "the SMTP user's name must be one line without control characters");
    if (target->user != NULL && !secret)
        return refuse(error, "the SMTP user has no password: give --smtp-password-file or "
                             "--smtp-token-file");
    if (target->user == NULL && secret)
        return refuse(error, "there is a password or token for the SMTP server, but no user: give "
                             "--smtp-user");
    if (secret && server->tls == RA_SMTP_TLS_NONE && !target->local)
        return refuse(error, "a login is never sent over the network in clear: leave out "
                             "--smtp-tls=none");
    return TRUE;
}

RaSmtpTarget *ra_smtp_target_new(const RaSmtpServer *server, GError **error)
{
    g_autoptr(GUri) uri =
        g_uri_parse(server->url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_PARSE_RELAXED, NULL);
    if (!check_uri(uri, error))
        return NULL;
    g_autoptr(RaSmtpTarget) target = g_new0(RaSmtpTarget, 1);
    target->tls_first = g_str_equal(g_uri_get_scheme(uri), "smtps");
    target->host = g_strdup(g_uri_get_host(uri));
    target->local = ra_server_is_local(target->host);
    const char *user = server->user != NULL ? server->user : g_uri_get_user(uri);
    target->user = user != NULL && *user != '\0' ? g_strdup(user) : NULL;
    if (!check_login(server, target, error) || !ra_server_check_ca(server->ca_file, error))
        return NULL;
    int port = g_uri_get_port(uri);
    if (port < 0)
        port = target->tls_first      ? PORT_SUBMISSION_TLS
               : target->user != NULL ? PORT_SUBMISSION
                                      : PORT_RELAY;
    target->port = (guint16)port;
    /* libcurl says EHLO with what stands for the path. A name would tell which computer this is. */
    target->url = g_uri_join(G_URI_FLAGS_NONE, g_uri_get_scheme(uri), NULL, target->host, port,
                             "/[127.0.0.1]", NULL, NULL);
    return g_steal_pointer(&target);
}

void ra_smtp_target_free(RaSmtpTarget *target)
{
    if (target == NULL)
        return;
    g_free(target->url);
    g_free(target->host);
    g_free(target->user);
    g_free(target);
}

gboolean ra_smtp_server_check(const RaSmtpServer *server, GError **error)
{
    g_autoptr(RaSmtpTarget) target = ra_smtp_target_new(server, error);
    return target != NULL;
}
