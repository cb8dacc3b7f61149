/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/dial.h"

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"
#include "link/hosts.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>

typedef enum { WAITING, CONNECTING, CONNECTED, FAILED } State;

typedef struct {
    guint number;
    char *host;
    CURL *easy; /* while connecting */
    State state;
} Attempt;

struct _RaDialer {
    RaDialerCallbacks callbacks;
    gpointer data;
    char *proxy;               /* "" for none */
    const char *proxy_problem; /* why it cannot be used; NULL */
    CURLM *multi;
    GPtrArray *attempts; /* of Attempt */
    guint next;          /* the attempt to start next */
    GHashTable *sockets; /* descriptor to GSource: what libcurl waits for */
    GSource *timer;      /* libcurl's */
    GSource *wake;       /* ours: the next attempt, or the end */
    gboolean *freed;     /* set by ra_dialer_free() during a callback */
};

static void attach(GSource *source, GSourceFunc function, RaDialer *dialer)
{
    g_source_set_callback(source, function, dialer, NULL);
    g_source_attach(source, g_main_context_get_thread_default());
}

static void destroy_source(gpointer source)
{
    g_source_destroy(source);
    g_source_unref(source);
}

/* The proxy of the environment. http_proxy is not asked: it is for what travels in the clear. */
static const char *environment_proxy(void)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return value;
    }
    return "";
}

/* What is wrong with PROXY; NULL for nothing. */
static const char *find_proxy_problem(const char *proxy)
{
    static const char *const schemes[] = {"http", "socks4", "socks4a", "socks5", "socks5h", NULL};
    if (proxy[0] == '\0')
        return NULL;
    if (g_ascii_strncasecmp(proxy, "https://", 8) == 0)
        return "proxies that speak TLS themselves are not supported; set one of http:// or "
               "socks5h://";
    g_autofree char *url =
        strstr(proxy, "://") != NULL ? g_strdup(proxy) : g_strconcat("http://", proxy, NULL);
    char *scheme = NULL;
    CURLU *parts = curl_url();
    const gboolean valid =
        parts != NULL &&
        curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        g_strv_contains(schemes, scheme);
    curl_free(scheme);
    curl_url_cleanup(parts);
    return valid ? NULL
                 : "the proxy setting is none; write it as http://HOST:PORT or socks5h://HOST:PORT";
}

static gboolean on_wake(gpointer data);

static void wake_in(RaDialer *dialer, guint milliseconds)
{
    ra_source_drop(&dialer->wake);
    dialer->wake = g_timeout_source_new(milliseconds);
    attach(dialer->wake, on_wake, dialer);
}

/* Callbacks of the dialler's owner; FALSE when they freed it. */

static gboolean tell_failed(RaDialer *dialer, Attempt *attempt, const GError *error)
{
    gboolean freed = FALSE;
    attempt->state = FAILED;
    wake_in(dialer, 0);
    dialer->freed = &freed; /* cppcheck-suppress autoVariables */
    dialer->callbacks.failed(dialer, attempt->number, attempt->host, error, dialer->data);
    if (!freed)
        dialer->freed = NULL;
    return !freed;
}

static gboolean tell_connected(RaDialer *dialer, Attempt *attempt, int fd)
{
    gboolean freed = FALSE;
    attempt->state = CONNECTED;
    dialer->freed = &freed; /* cppcheck-suppress autoVariables */
    dialer->callbacks.connected(dialer, attempt->number, fd, attempt->host, dialer->data);
    if (!freed)
        dialer->freed = NULL;
    return !freed;
}

/* In words, why nothing was reached. */
static char *reason_of(CURL *easy, CURLcode code)
{
    long system = 0, status = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system);
    (void)curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return g_strdup("there is no computer of this name; check the name and the network");
    case CURLE_COULDNT_RESOLVE_PROXY:
        return g_strdup("there is no proxy of the name that is set; check the proxy setting");
    case CURLE_OPERATION_TIMEDOUT:
        return g_strdup_printf("no answer within %d seconds; it may be off, or a firewall between",
                               RA_DIAL_CONNECT_SECONDS);
    case CURLE_PROXY:
        return g_strdup("the proxy refused to connect to it");
    default:
        break;
    }
    if (status / 100 != 2 && status != 0)
        return g_strdup_printf("the proxy refused to connect to it (status %ld)", status);
    switch (code == CURLE_COULDNT_CONNECT ? system : 0) {
    case ECONNREFUSED:
        return g_strdup("connection refused; nothing is waiting there");
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EADDRNOTAVAIL:
        return g_strdup("there is no route to it from here");
    case ETIMEDOUT:
        return g_strdup("no answer; it may be off, or a firewall between");
    case 0:
        return g_strdup(curl_easy_strerror(code));
    default:
        return g_strdup(g_strerror((int)system));
    }
}

static GError *error_new(const RaDialer *dialer, const Attempt *attempt, const char *reason)
{
    g_autofree char *host = ra_text_line(attempt->host, RA_TEXT_NAME_MAX);
    return g_error_new(RA_ERROR, RA_ERROR_UNREACHABLE, "cannot reach %s%s: %s", host,
                       dialer->proxy[0] != '\0' ? " (a proxy is set)" : "", reason);
}

static Attempt *attempt_of(CURL *easy)
{
    Attempt *attempt = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&attempt);
    return attempt;
}

static void close_easy(RaDialer *dialer, Attempt *attempt)
{
    if (attempt->easy == NULL)
        return;
    (void)curl_multi_remove_handle(dialer->multi, attempt->easy);
    g_clear_pointer(&attempt->easy, curl_easy_cleanup);
}

/* libcurl is done with one attempt; its socket goes on in a descriptor of our own. FALSE when the
 * dialler was freed. */
static gboolean finish_attempt(RaDialer *dialer, Attempt *attempt, CURLcode code)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    int fd = -1;
    g_autofree char *reason = NULL;
    if (code != CURLE_OK)
        reason = reason_of(attempt->easy, code);
    else if (curl_easy_getinfo(attempt->easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
             (fd = fcntl(socket, F_DUPFD_CLOEXEC, 0)) < 0)
        reason = g_strdup_printf("the connection was lost (%s)", g_strerror(errno));
    close_easy(dialer, attempt);
    if (fd >= 0)
        return tell_connected(dialer, attempt, fd);
    g_autoptr(GError) error = error_new(dialer, attempt, reason);
    return tell_failed(dialer, attempt, error);
}

/* Acts on what libcurl has finished. */
static void collect(RaDialer *dialer)
{
    const CURLMsg *message;
    int left = 0;
    while ((message = curl_multi_info_read(dialer->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        if (!finish_attempt(dialer, attempt_of(message->easy_handle), message->data.result))
            return;
    }
}

static gboolean on_socket(gint fd, GIOCondition condition, gpointer data)
{
    RaDialer *dialer = data;
    int running = 0, events = 0;
    if (condition & (G_IO_IN | G_IO_HUP))
        events |= CURL_CSELECT_IN;
    if (condition & G_IO_OUT)
        events |= CURL_CSELECT_OUT;
    if (condition & (G_IO_ERR | G_IO_NVAL))
        events |= CURL_CSELECT_ERR;
    (void)curl_multi_socket_action(dialer->multi, fd, events, &running);
    collect(dialer);
    return G_SOURCE_CONTINUE; /* whether or not the source still stands */
}

static gboolean on_timer(gpointer data)
{
    RaDialer *dialer = data;
    int running = 0;
    ra_source_drop(&dialer->timer);
    (void)curl_multi_socket_action(dialer->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(dialer);
    return G_SOURCE_REMOVE;
}

/* libcurl says what it waits for; it must not be called from here. */

static int watch_socket(CURL *easy G_GNUC_UNUSED, curl_socket_t fd, int what, void *data,
                        void *own G_GNUC_UNUSED)
{
    RaDialer *dialer = data;
    g_hash_table_remove(dialer->sockets, GINT_TO_POINTER(fd));
    if (what == CURL_POLL_REMOVE)
        return 0;
    const GIOCondition condition =
        (what & CURL_POLL_IN ? G_IO_IN : 0) | (what & CURL_POLL_OUT ? G_IO_OUT : 0);
    GSource *source = g_unix_fd_source_new(fd, condition);
    attach(source, G_SOURCE_FUNC(on_socket), dialer);
    g_hash_table_insert(dialer->sockets, GINT_TO_POINTER(fd), source);
    return 0;
}

static int watch_timer(CURLM *multi G_GNUC_UNUSED, long milliseconds, void *data)
{
    RaDialer *dialer = data;
    ra_source_drop(&dialer->timer);
    if (milliseconds >= 0) {
        dialer->timer = g_timeout_source_new((guint)MIN(milliseconds, G_MAXINT));
        attach(dialer->timer, on_timer, dialer);
    }
    return 0;
}

/* What a proxy says beside its status is nobody's business. */
static size_t discard(char *text G_GNUC_UNUSED, size_t size, size_t count, void *data G_GNUC_UNUSED)
{
    return size * count;
}

static void configure(CURL *easy, const RaDialer *dialer, Attempt *attempt, const char *url)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, attempt);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, dialer->proxy);
    curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)RA_DIAL_CONNECT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)RA_DIAL_CONNECT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Freeing does not wait for a name that is still being looked up. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
}

/* FALSE with an error where there is nothing to try. */
static gboolean start_attempt(RaDialer *dialer, Attempt *attempt, GError **error)
{
    g_autofree char *host = NULL;
    const char *wrong = NULL;
    if (!ra_host_read(attempt->host, 0, &host, NULL))
        wrong = "it is no address of the form HOST:PORT";
    else if (dialer->proxy_problem != NULL)
        wrong = dialer->proxy_problem;
    else if ((attempt->easy = curl_easy_init()) == NULL)
        wrong = "there is no memory for it";
    if (wrong == NULL) {
        g_autofree char *url = g_strdup_printf("http://%s/", host);
        configure(attempt->easy, dialer, attempt, url);
        if (curl_multi_add_handle(dialer->multi, attempt->easy) == CURLM_OK) {
            attempt->state = CONNECTING;
            return TRUE;
        }
        g_clear_pointer(&attempt->easy, curl_easy_cleanup);
        wrong = "there is no memory for it";
    }
    *error = error_new(dialer, attempt, wrong);
    return FALSE;
}

static gboolean all_failed(const RaDialer *dialer)
{
    for (guint i = 0; i < dialer->attempts->len; i++) {
        const Attempt *attempt = g_ptr_array_index(dialer->attempts, i);
        if (attempt->state != FAILED)
            return FALSE;
    }
    return TRUE;
}

/* It is time for the next attempt, or there may be none left. */
static gboolean on_wake(gpointer data)
{
    RaDialer *dialer = data;
    ra_source_drop(&dialer->wake);
    if (dialer->next < dialer->attempts->len) {
        g_autoptr(GError) error = NULL;
        Attempt *attempt = g_ptr_array_index(dialer->attempts, dialer->next++);
        if (!start_attempt(dialer, attempt, &error))
            (void)tell_failed(dialer, attempt, error);
        else if (dialer->next < dialer->attempts->len)
            wake_in(dialer, RA_DIAL_STAGGER_MS);
    } else if (all_failed(dialer)) {
        dialer->callbacks.exhausted(dialer, dialer->data);
    }
    return G_SOURCE_REMOVE;
}

static void attempt_free(gpointer data)
{
    Attempt *attempt = data;
    g_free(attempt->host);
    g_free(attempt);
}

static CURLM *multi_new(RaDialer *dialer)
{
    static gsize initialised;
    if (g_once_init_enter(&initialised)) {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            g_error("libcurl cannot be used");
        g_once_init_leave(&initialised, 1);
    }
    CURLM *multi = curl_multi_init();
    if (multi == NULL)
        g_error("There is no memory for libcurl");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, dialer);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, watch_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, dialer);
    return multi;
}

RaDialer *ra_dialer_new(const char *const *hosts, const char *proxy,
                        const RaDialerCallbacks *callbacks, gpointer data)
{
    RaDialer *dialer = g_new0(RaDialer, 1);
    dialer->callbacks = *callbacks;
    dialer->data = data;
    dialer->proxy = g_strdup(proxy != NULL ? proxy : environment_proxy());
    dialer->proxy_problem = find_proxy_problem(dialer->proxy);
    dialer->sockets = g_hash_table_new_full(NULL, NULL, NULL, destroy_source);
    dialer->attempts = g_ptr_array_new_with_free_func(attempt_free);
    dialer->multi = multi_new(dialer);
    for (guint i = 0; hosts[i] != NULL; i++) {
        Attempt *attempt = g_new0(Attempt, 1);
        attempt->number = i;
        attempt->host = g_strdup(hosts[i]);
        g_ptr_array_add(dialer->attempts, attempt);
    }
    wake_in(dialer, 0);
    return dialer;
}

void ra_dialer_attempt_failed(RaDialer *dialer, guint attempt)
{
    g_return_if_fail(attempt < dialer->attempts->len);
    Attempt *failed = g_ptr_array_index(dialer->attempts, attempt);
    if (failed->state != CONNECTED)
        return;
    failed->state = FAILED;
    wake_in(dialer, 0);
}

void ra_dialer_free(RaDialer *dialer)
{
    if (dialer == NULL)
        return;
    if (dialer->freed != NULL)
        *dialer->freed = TRUE;
    for (guint i = 0; i < dialer->attempts->len; i++)
        close_easy(dialer, g_ptr_array_index(dialer->attempts, i));
    (void)curl_multi_cleanup(dialer->multi);
    ra_source_drop(&dialer->timer);
    ra_source_drop(&dialer->wake);
    g_hash_table_unref(dialer->sockets);
    g_ptr_array_unref(dialer->attempts);
    g_free(dialer->proxy);
    g_free(dialer);
}
