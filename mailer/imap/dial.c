/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libcurl connects, encrypts and logs in (CURLOPT_CONNECT_ONLY), and then carries bytes. What it
 * read behind the answer to the login it keeps to itself; no server sends anything there unasked
 * but for a warning, and the session takes the rest of a line that is cut so.
 */
#include "mailer/imap/link.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/curl-memory.h"
#include "mailer/server.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

enum {
    KEEPALIVE_AFTER = 60, /* seconds of silence */
    KEEPALIVE_EVERY = 15,
    KEEPALIVE_COUNT = 4,
    SAID_MAX = 200, /* characters of what the server said that are shown */
};

typedef struct {
    RaImapLink link;
    const RaImapTarget *target; /* while dialling */
    CURLM *multi;               /* owns the connection */
    CURL *easy;
    curl_socket_t fd;
    gboolean login_tried;
    char *said; /* the server's last words before the login was done */
    char detail[CURL_ERROR_SIZE];
} CurlLink;

static gboolean fail(GError **error, RaError code, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean fail(GError **error, RaError code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, RA_ERROR, (int)code, text);
    return FALSE;
}

/* A broken connection is an error, not a signal: OpenSSL writes without MSG_NOSIGNAL. Blocked for
 * this thread alone, and taken away if it came meanwhile. */
typedef struct {
    sigset_t before;
    gboolean pending;
} Quiet;

static void begin_quiet(Quiet *quiet)
{
    sigset_t pipe, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    quiet->pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &quiet->before);
}

static void end_quiet(Quiet *quiet)
{
    static const struct timespec at_once;
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    if (!quiet->pending)
        (void)sigtimedwait(&pipe, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &quiet->before, NULL);
}

static void link_free(RaImapLink *link)
{
    CurlLink *self = (CurlLink *)link;
    Quiet quiet;
    begin_quiet(&quiet);
    if (self->multi != NULL && self->easy != NULL)
        (void)curl_multi_remove_handle(self->multi, self->easy);
    if (self->easy != NULL)
        curl_easy_cleanup(self->easy);
    if (self->multi != NULL)
        (void)curl_multi_cleanup(self->multi);
    end_quiet(&quiet);
    g_free(self->said);
    g_free(self);
}

/* Waits for EVENTS. FALSE with *ERROR where cancelled, without where the deadline has passed. */
static gboolean wait_ready(const CurlLink *self, short events, gint64 deadline,
                           GCancellable *cancel, GError **error)
{
    GPollFD stop = {.fd = -1};
    const gboolean may_stop = cancel != NULL && g_cancellable_make_pollfd(cancel, &stop);
    struct pollfd fds[2] = {{.fd = self->fd, .events = events}, {.fd = stop.fd, .events = POLLIN}};
    gboolean ready = FALSE;
    for (;;) {
        const gint64 left = deadline - g_get_monotonic_time();
        if (g_cancellable_set_error_if_cancelled(cancel, error) || left <= 0)
            break;
        const int n = poll(fds, may_stop ? 2 : 1, (int)MIN(left / 1000 + 1, 60 * 1000));
        if (n > 0 && fds[0].revents != 0) {
            ready = !g_cancellable_set_error_if_cancelled(cancel, error);
            break;
        }
    }
    if (may_stop)
        g_cancellable_release_fd(cancel);
    return ready;
}

static gboolean link_send(RaImapLink *link, const char *data, gsize size, gint64 deadline,
                          GCancellable *cancel, GError **error)
{
    CurlLink *self = (CurlLink *)link;
    while (size > 0) {
        size_t sent = 0;
        Quiet quiet;
        begin_quiet(&quiet);
        const CURLcode code = curl_easy_send(self->easy, data, size, &sent);
        end_quiet(&quiet);
        data += sent;
        size -= sent;
        if (code != CURLE_OK && code != CURLE_AGAIN)
            return fail(error, RA_ERROR_UNREACHABLE, "the connection to the IMAP server broke");
        g_autoptr(GError) stopped = NULL;
        if (size > 0 && !wait_ready(self, POLLOUT, deadline, cancel, &stopped)) {
            if (stopped == NULL)
                return fail(error, RA_ERROR_UNREACHABLE, "the IMAP server takes no more data");
            g_propagate_error(error, g_steal_pointer(&stopped));
            return FALSE;
        }
    }
    return TRUE;
}

/* What TLS has decrypted already is asked for before the socket is waited for. */
static gssize link_receive(RaImapLink *link, char *buffer, gsize size, gint64 deadline,
                           GCancellable *cancel, GError **error)
{
    CurlLink *self = (CurlLink *)link;
    for (;;) {
        size_t received = 0;
        Quiet quiet;
        begin_quiet(&quiet);
        const CURLcode code = curl_easy_recv(self->easy, buffer, size, &received);
        end_quiet(&quiet);
        if (code == CURLE_OK && received > 0)
            return (gssize)received;
        if (code != CURLE_AGAIN) {
            (void)fail(error, RA_ERROR_UNREACHABLE, "the IMAP server closed the connection");
            return -1;
        }
        g_autoptr(GError) stopped = NULL;
        if (!wait_ready(self, POLLIN, deadline, cancel, &stopped)) {
            if (stopped == NULL)
                return 0;
            g_propagate_error(error, g_steal_pointer(&stopped));
            return -1;
        }
    }
}

static const RaImapLinkClass curl_link = {link_send, link_receive, link_free};

/* "A002 AUTHENTICATE ..." */
static gboolean begins_login(const char *bytes, gsize size)
{
    static const char *const verbs[] = {" AUTHENTICATE", " LOGIN"};
    const char *verb = memchr(bytes, ' ', MIN(size, 16));
    const gsize left = verb != NULL ? size - (gsize)(verb - bytes) : 0;
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        const gsize length = strlen(verbs[i]);
        if (left > length && memcmp(verb, verbs[i], length) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Keeps the server's last line; of ours it looks only at whether a login began. */
static int follow(CURL *easy G_GNUC_UNUSED, curl_infotype type, char *bytes, size_t size,
                  void *data)
{
    CurlLink *self = data;
    if (type == CURLINFO_HEADER_IN && size > 0 && bytes[0] != '+') {
        g_autofree char *line = g_strndup(bytes, MIN(size, 1024));
        const char *text = strchr(line, ' '); /* behind the tag */
        g_free(self->said);
        self->said = ra_text_line(text != NULL ? text : line, SAID_MAX);
    } else if (type == CURLINFO_HEADER_OUT) {
        self->login_tried = self->login_tried || begins_login(bytes, size);
    }
    return 0;
}

static void set_encryption(CURL *easy, const RaImapTarget *target)
{
    long use = CURLUSESSL_ALL;
    if (target->tls == RA_IMAP_TLS_NONE && !target->tls_first)
        use = CURLUSESSL_NONE;
    else if (target->tls == RA_IMAP_TLS_AUTO && target->local)
        use = CURLUSESSL_TRY;
    curl_easy_setopt(easy, CURLOPT_USE_SSL, use);
    ra_server_set_tls(easy, target->ca_file);
}

/* By SASL PLAIN or LOGIN; where the server knows neither, by whatever both ends know, the LOGIN
 * command too. */
static void set_login(CURL *easy, const RaImapTarget *target, gboolean any)
{
    curl_easy_setopt(easy, CURLOPT_USERNAME, target->user);
    if (target->token != NULL) {
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, ra_secret_text(target->token));
        curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
    } else {
        curl_easy_setopt(easy, CURLOPT_PASSWORD, ra_secret_text(target->password));
        if (!any)
            curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
    curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L);
}

static void set_options(CurlLink *self, gboolean any)
{
    CURL *easy = self->easy;
    const RaImapTarget *target = self->target;
    curl_easy_setopt(easy, CURLOPT_URL, target->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)target->timeout);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)target->timeout);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->detail);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_AFTER);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_EVERY);
    /* A proxy of the environment is for what leaves this computer. */
    if (target->local)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, follow);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, self);
    set_encryption(easy, target);
    set_login(easy, target, any);
}

/* The connection, or its encryption, failed. FALSE if it is none of that. */
static gboolean explain_connection(CurlLink *self, CURLcode code, GError **error)
{
    const RaImapTarget *target = self->target;
    g_autofree char *host = ra_text_line(target->host, RA_TEXT_NAME_MAX);
    g_autofree char *detail = ra_text_line(self->detail, RA_TEXT_LINE_MAX);
    g_autofree char *time = ra_duration_format(target->timeout);
    const guint port = target->port;
    long os_error = 0;
    curl_easy_getinfo(self->easy, CURLINFO_OS_ERRNO, &os_error);
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        fail(error, RA_ERROR_UNREACHABLE,
             "the IMAP server's name %s was not found: check the name and the network connection",
             host);
    else if (code == CURLE_COULDNT_RESOLVE_PROXY)
        fail(error, RA_ERROR_UNREACHABLE, "the proxy's name was not found (%s): check ALL_PROXY",
             detail);
    else if (code == CURLE_COULDNT_CONNECT)
        fail(error, RA_ERROR_UNREACHABLE,
             "cannot connect to the IMAP server %s, port %u (%s): check the name and port", host,
             port, os_error != 0 ? g_strerror((int)os_error) : detail);
    else if (code == CURLE_OPERATION_TIMEDOUT)
        fail(error, RA_ERROR_UNREACHABLE,
             "the IMAP server %s, port %u, did not answer within %s: try again later", host, port,
             time);
    else if (code == CURLE_PEER_FAILED_VERIFICATION)
        fail(error, RA_ERROR_UNREACHABLE,
             "the IMAP server %s could not prove who it is (%s): check the name, or name its CA",
             host, detail);
    else if (code == CURLE_USE_SSL_FAILED)
        fail(error, RA_ERROR_UNREACHABLE,
             "the IMAP server %s, port %u, offers no encryption (STARTTLS), no login was sent: "
             "try imaps://",
             host, port);
    else if (code == CURLE_SSL_CACERT_BADFILE)
        fail(error, RA_ERROR_USAGE, "the CA certificates cannot be used (%s): check the file",
             detail);
    else if (code == CURLE_SSL_CONNECT_ERROR)
        fail(error, RA_ERROR_UNREACHABLE,
             "no encrypted connection to the IMAP server %s, port %u (%s): check the port, and "
             "whether it is for imap:// or imaps://",
             host, port, detail);
    else
        return FALSE;
    return TRUE;
}

static void explain(CurlLink *self, CURLcode code, GError **error)
{
    if (explain_connection(self, code, error))
        return;
    g_autofree char *host = ra_text_line(self->target->host, RA_TEXT_NAME_MAX);
    const char *said = self->said != NULL ? self->said : "";
    if (code == CURLE_LOGIN_DENIED && self->login_tried)
        fail(error, RA_ERROR_PASSWORD,
             "the IMAP server %s refused the login (%s): check the user and the password or token",
             host, said);
    else if (code == CURLE_LOGIN_DENIED)
        fail(error, RA_ERROR_UNREACHABLE,
             "the IMAP server %s offers no way to log in that fits (%s): passwords need AUTH PLAIN "
             "or LOGIN, tokens OAUTHBEARER or XOAUTH2",
             host, said);
    else if (code == CURLE_WEIRD_SERVER_REPLY)
        fail(error, RA_ERROR_MALFORMED, "what answers at %s, port %u, is no IMAP server (%s)", host,
             self->target->port, said);
    else
        fail(error, RA_ERROR_UNREACHABLE,
             "the IMAP server %s closed the connection too early: try again later", host);
}

/* Runs libcurl until it is logged in. */
static CURLcode perform(CurlLink *self, GCancellable *cancel, GError **error)
{
    GPollFD stop = {.fd = -1};
    const gboolean may_stop = cancel != NULL && g_cancellable_make_pollfd(cancel, &stop);
    struct curl_waitfd extra = {.fd = stop.fd, .events = CURL_WAIT_POLLIN};
    CURLcode code = CURLE_FAILED_INIT;
    for (;;) {
        int running = 0, left = 0;
        if (g_cancellable_set_error_if_cancelled(cancel, error) ||
            curl_multi_perform(self->multi, &running) != CURLM_OK)
            break;
        const CURLMsg *message = curl_multi_info_read(self->multi, &left);
        if (message != NULL && message->msg == CURLMSG_DONE) {
            code = message->data.result;
            break;
        }
        (void)curl_multi_poll(self->multi, &extra, may_stop ? 1 : 0, 1000, NULL);
    }
    if (may_stop)
        g_cancellable_release_fd(cancel);
    return code;
}

static CurlLink *attempt(const RaImapTarget *target, gboolean any, GCancellable *cancel,
                         CURLcode *code, GError **error)
{
    CurlLink *self = g_new0(CurlLink, 1);
    self->link.class = &curl_link;
    self->target = target;
    self->multi = curl_multi_init();
    self->easy = curl_easy_init();
    *code = CURLE_FAILED_INIT;
    if (self->multi != NULL && self->easy != NULL) {
        set_options(self, any);
        (void)curl_multi_add_handle(self->multi, self->easy);
        Quiet quiet;
        begin_quiet(&quiet);
        *code = perform(self, cancel, error);
        end_quiet(&quiet);
    }
    return self;
}

/* What carries the connection must end it within a minute or two when the other side is gone. */
static gboolean set_socket(CurlLink *self)
{
    self->fd = CURL_SOCKET_BAD;
    const int count = KEEPALIVE_COUNT;
    if (curl_easy_getinfo(self->easy, CURLINFO_ACTIVESOCKET, &self->fd) != CURLE_OK ||
        self->fd == CURL_SOCKET_BAD)
        return FALSE;
    (void)setsockopt(self->fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
    return TRUE;
}

RaImapLink *ra_imap_dial(const RaImapTarget *target, gpointer data G_GNUC_UNUSED,
                         GCancellable *cancel, GError **error)
{
    ra_curl_memory_init();
    g_autoptr(GError) stopped = NULL;
    CURLcode code;
    CurlLink *self = attempt(target, FALSE, cancel, &code, &stopped);
    if (code == CURLE_LOGIN_DENIED && !self->login_tried && target->token == NULL) {
        link_free(&self->link);
        self = attempt(target, TRUE, cancel, &code, &stopped);
    }
    if (stopped != NULL)
        g_propagate_error(error, g_steal_pointer(&stopped));
    else if (code == CURLE_FAILED_INIT || code == CURLE_OUT_OF_MEMORY)
        fail(error, RA_ERROR_FAILED, "libcurl failed: %s", curl_easy_strerror(code));
    else if (code != CURLE_OK)
        explain(self, code, error);
    else if (!set_socket(self))
        fail(error, RA_ERROR_UNREACHABLE, "the IMAP server closed the connection");
    else
        return &self->link;
    link_free(&self->link);
    return NULL;
}
