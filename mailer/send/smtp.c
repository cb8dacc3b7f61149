/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/send.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/curl-memory.h"
#include "mailer/send/smtp-dialogue.h"
#include "mailer/send/smtp-server.h"
#include "mailer/server.h"

#include <curl/curl.h>
#include <string.h>

typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)

enum { PARTING_SECONDS = 2 };

/* One attempt to send. */
typedef struct {
    const RaSmtpServer *server;
    const RaSmtpTarget *target;
    GBytes *message;
    gsize sent; /* bytes of it */
    RaSmtpDialogue *dialogue;
    char detail[CURL_ERROR_SIZE];
    long os_error; /* errno of a failed connect; 0: none */
} Attempt;

void ra_refusal_free(RaRefusal *refusal)
{
    if (refusal == NULL)
        return;
    g_free(refusal->address);
    g_free(refusal->reason);
    g_free(refusal);
}

GPtrArray *ra_refusals_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)ra_refusal_free);
}

/* libcurl goes on without a login where the server offers none at all. */
static gboolean login_is_missing(const Attempt *attempt)
{
    return attempt->target->user != NULL && !ra_smtp_dialogue_logged_in(attempt->dialogue);
}

static size_t give_message(char *out, size_t size, size_t count, void *data)
{
    Attempt *attempt = data;
    if (login_is_missing(attempt))
        return CURL_READFUNC_ABORT;
    gsize total;
    const char *bytes = g_bytes_get_data(attempt->message, &total);
    const gsize n = MIN(size * count, total - attempt->sent);
    memcpy(out, bytes + attempt->sent, n);
    attempt->sent += n;
    return n;
}

static int follow(CURL *curl, curl_infotype type, char *bytes, size_t size, void *data)
{
    Attempt *attempt = data;
    if (type == CURLINFO_HEADER_IN)
        ra_smtp_dialogue_reply(attempt->dialogue, bytes, size);
    else if (type == CURLINFO_HEADER_OUT)
        ra_smtp_dialogue_command(attempt->dialogue, bytes, size);
    /* All is over when libcurl says QUIT; it would wait two minutes for the answer. */
    if (type == CURLINFO_HEADER_OUT && ra_smtp_dialogue_over(attempt->dialogue))
        curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)PARTING_SECONDS);
    return 0;
}

static void set_encryption(CURL *curl, const Attempt *attempt)
{
    const RaSmtpServer *server = attempt->server;
    long use = CURLUSESSL_ALL;
    if (server->tls == RA_SMTP_TLS_NONE && !attempt->target->tls_first)
        use = CURLUSESSL_NONE;
    else if (server->tls == RA_SMTP_TLS_AUTO && attempt->target->local)
        use = CURLUSESSL_TRY;
    curl_easy_setopt(curl, CURLOPT_USE_SSL, use);
    ra_server_set_tls(curl, server->ca_file);
}

static void set_login(CURL *curl, const Attempt *attempt)
{
    const RaSmtpServer *server = attempt->server;
    if (attempt->target->user == NULL)
        return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, attempt->target->user);
    if (server->token != NULL) {
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, ra_secret_text(server->token));
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
        curl_easy_setopt(curl, CURLOPT_SASL_IR, 1L);
    } else {
        curl_easy_setopt(curl, CURLOPT_PASSWORD, ra_secret_text(server->password));
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
}

static void set_options(CURL *curl, Attempt *attempt)
{
    curl_easy_setopt(curl, CURLOPT_URL, attempt->target->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)attempt->server->timeout);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)attempt->server->timeout);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, attempt->detail);
    /* A proxy of the environment is for what leaves this computer. */
    if (attempt->target->local)
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, follow);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, attempt);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, attempt);
    /* Announced to a server that knows SIZE (RFC 1870), which can then refuse at once. */
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
                     (curl_off_t)g_bytes_get_size(attempt->message));
    set_encryption(curl, attempt);
    set_login(curl, attempt);
}

static gboolean fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean fail(GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, RA_ERROR, RA_ERROR_MAIL, text);
    return FALSE;
}

/* "550 5.1.1 No such user", for a person. */
static char *quote(const RaSmtpReply *reply)
{
    if (reply->code == 0)
        return g_strdup("no answer");
    return g_strdup_printf("%d%s%s", reply->code, *reply->text != '\0' ? " " : "", reply->text);
}

/* The connection, or its encryption, failed. FALSE if it is none of that. */
static gboolean explain_connection(const Attempt *attempt, CURLcode code, GError **error)
{
    g_autofree char *host = ra_text_line(attempt->target->host, RA_TEXT_NAME_MAX);
    g_autofree char *detail = ra_text_line(attempt->detail, RA_TEXT_LINE_MAX);
    g_autofree char *time = ra_duration_format(attempt->server->timeout);
    const guint port = attempt->target->port;
    const gboolean may_do_without = attempt->target->local && !attempt->target->tls_first &&
                                    attempt->server->tls == RA_SMTP_TLS_AUTO;
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        fail(error,
             "the mail server's name %s was not found: check the name and the network connection",
             host);
    else if (code == CURLE_COULDNT_RESOLVE_PROXY)
        fail(error, "the proxy's name was not found (%s): check ALL_PROXY", detail);
    else if (code == CURLE_COULDNT_CONNECT)
        fail(error, "cannot connect to the mail server %s, port %u (%s): check the name and port",
             host, port, attempt->os_error != 0 ? g_strerror((int)attempt->os_error) : detail);
    else if (code == CURLE_OPERATION_TIMEDOUT)
        fail(error, "the mail server %s, port %u, was not done after %s: try again later", host,
             port, time);
    else if (code == CURLE_PEER_FAILED_VERIFICATION)
        fail(error,
             "the mail server %s could not prove who it is (%s): check the name, or name its CA "
             "by --smtp-ca%s",
             host, detail, may_do_without ? ", or, on this computer, use --smtp-tls none" : "");
    else if (code == CURLE_USE_SSL_FAILED)
        fail(error,
             "the mail server %s, port %u, offers no encryption (STARTTLS), nothing was sent: "
             "try smtps://",
             host, port);
    else if (code == CURLE_SSL_CACERT_BADFILE)
        fail(error, "the CA certificates cannot be used (%s): check --smtp-ca", detail);
    else if (code == CURLE_SSL_CONNECT_ERROR)
        fail(error,
             "no encrypted connection to the mail server %s, port %u (%s): check the port, and "
             "whether it is for smtp:// or smtps://",
             host, port, detail);
    else
        return FALSE;
    return TRUE;
}

static gboolean is_too_large(const Attempt *attempt)
{
    const RaSmtpStage stage = ra_smtp_dialogue_stage(attempt->dialogue);
    const RaSmtpReply *reply = ra_smtp_dialogue_last(attempt->dialogue);
    return (stage == RA_SMTP_SENDER || stage == RA_SMTP_MESSAGE) &&
           (reply->code == 552 || (reply->code / 100 == 5 &&
                                   (strstr(reply->text, "5.3.4") || strstr(reply->text, "5.2.3"))));
}

/* The server answered with a no, or not at all. */
static gboolean explain_reply(const Attempt *attempt, CURLcode code, GError **error)
{
    const RaSmtpStage stage = ra_smtp_dialogue_stage(attempt->dialogue);
    const RaSmtpReply *reply = ra_smtp_dialogue_last(attempt->dialogue);
    g_autofree char *host = ra_text_line(attempt->target->host, RA_TEXT_NAME_MAX);
    g_autofree char *said = quote(reply);
    if (stage == RA_SMTP_LOGIN && reply->code != 0)
        return fail(error,
                    "the mail server %s refused the login (%s): check the user and the password "
                    "or token",
                    host, said);
    if (code == CURLE_ABORTED_BY_CALLBACK && login_is_missing(attempt))
        return fail(error,
                    "the mail server %s offers no login, nothing was sent: check the port, or "
                    "leave out --smtp-user",
                    host);
    if (code == CURLE_LOGIN_DENIED)
        return fail(error,
                    "the mail server %s offers no way to log in that fits: passwords need AUTH "
                    "PLAIN or LOGIN, tokens OAUTHBEARER or XOAUTH2",
                    host);
    if (reply->code == 0)
        return fail(error, "the mail server %s closed the connection too early: try again later",
                    host);
    if (is_too_large(attempt))
        return fail(error, "the message is too large for the mail server %s (%s)", host, said);
    if (reply->code == 530 && !ra_smtp_dialogue_logged_in(attempt->dialogue))
        return fail(error,
                    "the mail server %s wants a login (%s): give --smtp-user and "
                    "--smtp-password-file",
                    host, said);
    if (reply->code / 100 == 4)
        return fail(error, "the mail server %s cannot take the message now (%s): try again later",
                    host, said);
    if (stage == RA_SMTP_SENDER)
        return fail(error, "the mail server %s refused the sender (%s): check the address", host,
                    said);
    return fail(error, "the mail server %s refused the message (%s)", host, said);
}

static GPtrArray *find_refused(const Attempt *attempt, const char *const *to)
{
    GPtrArray *refused = ra_refusals_new();
    for (guint i = 0; to[i] != NULL; i++) {
        const RaSmtpReply *reply = ra_smtp_dialogue_recipient(attempt->dialogue, i);
        if (reply->code / 100 == 2)
            continue;
        RaRefusal *refusal = g_new0(RaRefusal, 1);
        refusal->address = g_strdup(to[i]);
        refusal->reason = quote(reply);
        g_ptr_array_add(refused, refusal);
    }
    return refused;
}

/* TRUE if the dialogue ended because every recipient got a no. */
static gboolean all_refused(const Attempt *attempt, const char *const *to, GError **error)
{
    if (ra_smtp_dialogue_stage(attempt->dialogue) != RA_SMTP_RECIPIENT)
        return FALSE;
    g_autoptr(GPtrArray) refused = find_refused(attempt, to);
    if (refused->len < g_strv_length((GStrv)to) ||
        ra_smtp_dialogue_recipient(attempt->dialogue, refused->len - 1)->code == 0)
        return FALSE;
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < refused->len; i++) {
        const RaRefusal *refusal = g_ptr_array_index(refused, i);
        g_string_append_printf(list, "%s%s (%s)", i > 0 ? ", " : "", refusal->address,
                               refusal->reason);
    }
    return !fail(error, "the mail server %s refused %s: check the %s", attempt->target->host,
                 list->str, refused->len > 1 ? "addresses" : "address");
}

static gboolean conclude(const Attempt *attempt, CURLcode code, const char *const *to,
                         GPtrArray *refused, GError **error)
{
    /* Once the server has said yes, a failure to part in order does not count. */
    if (ra_smtp_dialogue_accepted(attempt->dialogue)) {
        g_autoptr(GPtrArray) found = find_refused(attempt, to);
        g_ptr_array_extend_and_steal(refused, g_steal_pointer(&found));
        return TRUE;
    }
    if (explain_connection(attempt, code, error) || all_refused(attempt, to, error))
        return FALSE;
    return explain_reply(attempt, code, error);
}

static CURLcode perform(Attempt *attempt, const char *const *to, const char *from)
{
    g_autoptr(CurlList) recipients = NULL;
    for (; *to != NULL; to++) {
        g_autofree char *path = g_strdup_printf("<%s>", *to);
        recipients = curl_slist_append(recipients, path);
    }
    g_autofree char *sender = g_strdup_printf("<%s>", from);
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return CURLE_FAILED_INIT;
    set_options(curl, attempt);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    const CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &attempt->os_error);
    curl_easy_cleanup(curl);
    return code;
}

gboolean ra_send_smtp(const RaSmtpServer *server, const char *from, const char *const *to,
                      GBytes *message, GPtrArray *refused, GError **error)
{
    ra_curl_memory_init();
    g_autoptr(RaSmtpTarget) target = ra_smtp_target_new(server, error);
    if (target == NULL)
        return FALSE;
    g_autoptr(RaSmtpDialogue) dialogue = ra_smtp_dialogue_new();
    Attempt attempt = {server, target, message, 0, dialogue, "", 0};
    const CURLcode code = perform(&attempt, to, from);
    if (code == CURLE_FAILED_INIT || code == CURLE_OUT_OF_MEMORY) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "libcurl failed: %s",
                    curl_easy_strerror(code));
        return FALSE;
    }
    return conclude(&attempt, code, to, refused, error);
}
