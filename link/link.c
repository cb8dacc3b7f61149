/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/link.h"

#include "base/error.h"
#include "base/secret.h"
#include "link/socket-bio.h"

#include <glib-unix.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    UNREAD_MAX = 1024 * 1024, /* bytes thrown away when a link is freed */
    /* Two records are taken from the kernel at once: one call instead of four. With more, what
     * OpenSSL moves about in its buffer would cost what that saves. */
    READ_AHEAD = 2 * (SSL3_RT_HEADER_LENGTH + SSL3_RT_MAX_ENCRYPTED_LENGTH),
    /* A link that died without a word (a pulled cable) is found by the kernel, no timer of ours: in
     * 20 seconds while something is on its way, else after three probes, in 22. */
    KEEPALIVE_IDLE = 10,     /* seconds of silence before the first probe */
    KEEPALIVE_INTERVAL = 4,  /* seconds between probes */
    KEEPALIVE_PROBES = 3,    /* counts only where there is no TCP_USER_TIMEOUT (tcp(7)) */
    USER_TIMEOUT_MS = 20000, /* for data and probes to be acknowledged */
};

static const char suites[] = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
static const char groups[] = "X25519:P-256";
/* A PSK belongs to a hash, here SHA-256: its session names this suite, any other of the hash may be
 * chosen (RFC 8446 4.2.11). */
static const guint8 psk_suite[2] = {0x13, 0x01};
static const guint8 alpn[] = {4, 'r', 'a', '/', '1'};
G_STATIC_ASSERT(sizeof RA_LINK_ALPN == sizeof alpn);

struct _RaLink {
    int fd;
    SSL *ssl;
    gboolean server;
    gboolean up;     /* the handshake is over, both ends have proven the key */
    gboolean broken; /* OpenSSL must not be called again */
    char identity[RA_LINK_IDENTITY_MAX + 1]; /* the server's: the last one asked for */
    RaSecret *key;                           /* the client's, until the handshake is over */
    RaLinkKeyFunc find_key;                  /* the server's */
    gpointer find_data;
    gboolean known;     /* the key of `identity` was found */
    gboolean waiting;   /* the last read found nothing whole */
    guint32 unsent_max; /* bytes */
};

/* Takes nothing: OpenSSL copies KEY. NULL on failure. */
static SSL_SESSION *psk_session_new(SSL *ssl, const guint8 *key)
{
    SSL_SESSION *session = SSL_SESSION_new();
    const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, psk_suite);
    if (session != NULL && cipher != NULL &&
        SSL_SESSION_set1_master_key(session, key, RA_LINK_KEY_SIZE) &&
        SSL_SESSION_set_cipher(session, cipher) &&
        SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION))
        return session;
    SSL_SESSION_free(session);
    return NULL;
}

static gboolean is_identity(const guint8 *identity, gsize size)
{
    if (size < 1 || size > RA_LINK_IDENTITY_MAX)
        return FALSE;
    for (gsize i = 0; i < size; i++) {
        if (!g_ascii_isprint((char)identity[i]))
            return FALSE;
    }
    return TRUE;
}

/* The server's: always gives a session, so that the first identity offered decides, and one that is
 * unknown fails at the same step and with the same alert as a wrong key. */
static int find_session(SSL *ssl, const unsigned char *identity, size_t size, SSL_SESSION **ret)
{
    RaLink *link = SSL_get_app_data(ssl);
    guint8 key[RA_LINK_KEY_SIZE] = {0};
    link->known = FALSE;
    memset(link->identity, 0, sizeof link->identity);
    if (is_identity(identity, size)) {
        memcpy(link->identity, identity, size);
        link->known = link->find_key(link->identity, key, link->find_data);
    }
    SSL_SESSION *session = NULL;
    if (link->known || RAND_bytes(key, sizeof key) == 1)
        session = psk_session_new(ssl, key);
    explicit_bzero(key, sizeof key);
    if (session == NULL)
        return 0;
    *ret = session;
    return 1;
}

/* The client's. MD is the hash of a suite that the server has chosen already, or NULL. */
static int use_session(SSL *ssl, const EVP_MD *md, const unsigned char **identity, size_t *size,
                       SSL_SESSION **ret)
{
    const RaLink *link = SSL_get_app_data(ssl);
    if (md != NULL && !EVP_MD_is_a(md, "SHA256"))
        return 0;
    SSL_SESSION *session = psk_session_new(ssl, ra_secret_bytes(link->key));
    if (session == NULL)
        return 0;
    *identity = (const unsigned char *)link->identity;
    *size = strlen(link->identity);
    *ret = session;
    return 1;
}

/* A client that announces other protocols, or none, gets plain RFB. */
static int select_alpn(SSL *ssl G_GNUC_UNUSED, const unsigned char **ret, unsigned char *ret_size,
                       const unsigned char *offered, unsigned int size, void *data G_GNUC_UNUSED)
{
    for (guint at = 0; at < size; at += 1u + offered[at]) {
        if (offered[at] == alpn[0] && size - at >= sizeof alpn &&
            memcmp(offered + at, alpn, sizeof alpn) == 0) {
            *ret = alpn + 1;
            *ret_size = alpn[0];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_NOACK;
}

/* There are no certificates in this protocol: whoever shows one is a stranger. */
static int refuse_certificate(X509_STORE_CTX *store, void *data G_GNUC_UNUSED)
{
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

static SSL_CTX *context_new(gboolean server)
{
    SSL_CTX *context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (context == NULL || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) ||
        !SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) ||
        !SSL_CTX_set_ciphersuites(context, suites) || !SSL_CTX_set1_groups_list(context, groups) ||
        !SSL_CTX_set_num_tickets(context, 0))
        g_error("OpenSSL cannot do what is needed: %s", ERR_reason_error_string(ERR_get_error()));
    /* What was read may hold a key: it is wiped before its buffer is given back. */
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_clear_options(context, SSL_OP_ALLOW_NO_DHE_KEX | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_recv_max_early_data(context, 0);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_AHEAD);
    /* While anybody may knock, buffers are held only while they hold something. */
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    if (server) {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
        SSL_CTX_set_psk_find_session_callback(context, find_session);
        SSL_CTX_set_alpn_select_cb(context, select_alpn, NULL);
    } else {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_cert_verify_callback(context, refuse_certificate, NULL);
        SSL_CTX_set_psk_use_session_callback(context, use_session);
    }
    return context;
}

/* One for all servers and one for all clients of the process; they never change. */
static SSL_CTX *shared_context(gboolean server)
{
    static gsize contexts[2];
    gsize *made = &contexts[server ? 1 : 0];
    if (g_once_init_enter(made))
        g_once_init_leave(made, (gsize)context_new(server));
    return (SSL_CTX *)*made;
}

/* What fails here is not a TCP socket, or works without. */
static void tune_socket(int fd)
{
    static const struct {
        int level, name, value;
    } options[] = {
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {IPPROTO_TCP, TCP_NOTSENT_LOWAT, RA_LINK_UNSENT},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL},
        {IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
        (void)setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                         sizeof options[i].value);
    (void)g_unix_set_fd_nonblocking(fd, TRUE, NULL);
}

static RaLink *link_new(int fd, gboolean server)
{
    RaLink *link = g_new0(RaLink, 1);
    link->fd = fd;
    link->server = server;
    link->unsent_max = RA_LINK_UNSENT;
    link->ssl = SSL_new(shared_context(server));
    if (link->ssl == NULL)
        g_error("There is no memory for a link");
    SSL_set_app_data(link->ssl, link);
    BIO *bio = ra_socket_bio_new(fd);
    SSL_set_bio(link->ssl, bio, bio);
    tune_socket(fd);
    return link;
}

RaLink *ra_link_new_server(int fd, RaLinkKeyFunc find_key, gpointer data)
{
    RaLink *link = link_new(fd, TRUE);
    link->find_key = find_key;
    link->find_data = data;
    SSL_set_accept_state(link->ssl);
    return link;
}

RaLink *ra_link_new_client(int fd, const char *identity, const guint8 *key, gboolean native)
{
    RaLink *link = link_new(fd, FALSE);
    g_strlcpy(link->identity, identity, sizeof link->identity);
    link->key = ra_secret_new_copy(key, RA_LINK_KEY_SIZE);
    SSL_set_connect_state(link->ssl);
    if (native && SSL_set_alpn_protos(link->ssl, alpn, sizeof alpn) != 0)
        g_error("There is no memory for a link");
    return link;
}

/* A socket that is closed with bytes unread resets its connection, and the kernel throws away what
 * it has not sent yet: the goodbye. */
static void discard_unread(int fd)
{
    char bytes[16 * 1024];
    for (guint i = 0; i < UNREAD_MAX / sizeof bytes; i++) {
        if (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) <= 0)
            return;
    }
}

void ra_link_free(RaLink *link)
{
    if (link == NULL)
        return;
    if (link->up && !link->broken)
        (void)SSL_shutdown(link->ssl);
    SSL_free(link->ssl);
    ERR_clear_error();
    discard_unread(link->fd);
    close(link->fd);
    ra_secret_unref(link->key);
    g_free(link);
}

/* The handshake's alerts and failures that mean: the key did not fit. */
static gboolean is_key_failure(const RaLink *link, int reason)
{
    if (link->server)
        return reason == SSL_R_BINDER_DOES_NOT_VERIFY;
    return reason == SSL_AD_REASON_OFFSET + SSL_AD_ILLEGAL_PARAMETER ||
           reason == SSL_AD_REASON_OFFSET + SSL_AD_DECRYPT_ERROR ||
           reason == SSL_AD_REASON_OFFSET + SSL_AD_HANDSHAKE_FAILURE ||
           reason == SSL_AD_REASON_OFFSET + SSL_AD_UNKNOWN_PSK_IDENTITY;
}

static void set_key_error(const RaLink *link, GError **error)
{
    g_set_error_literal(error, RA_ERROR, RA_ERROR_PASSWORD,
                        link->server
                            ? "the key of the other computer is not that of a valid invitation"
                            : "the other computer did not accept the key: the invitation has "
                              "expired or was cancelled; ask for a new one");
}

/* Says why OpenSSL gave up. */
static void set_error(RaLink *link, GError **error)
{
    const unsigned long code = ERR_peek_error();
    const int reason = ERR_GET_REASON(code);
    const int system = ra_socket_bio_error(SSL_get_rbio(link->ssl));
    if (!link->up && ERR_GET_LIB(code) == ERR_LIB_SSL && is_key_failure(link, reason)) {
        set_key_error(link, error);
    } else if (system != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE, "the connection broke: %s",
                    g_strerror(system));
    } else if (code == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                            link->up ? "the connection was cut off"
                                     : "the other end closed the connection before it was secured");
    } else if (!link->up && reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        g_set_error_literal(
            error, RA_ERROR, RA_ERROR_UNREACHABLE,
            "it answered, but not as Remote Assistance does: it is another service");
    } else {
        const char *text = ERR_reason_error_string(code);
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE, "the connection could not be %s (%s)",
                    link->up ? "kept secure" : "secured", text != NULL ? text : "unknown reason");
    }
}

/* Turns the outcome of an OpenSSL call that did not succeed into a status. */
static RaLinkStatus status_of(RaLink *link, int result, GError **error)
{
    switch (SSL_get_error(link->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return RA_LINK_WANT_READ;
    case SSL_ERROR_WANT_WRITE:
        return RA_LINK_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        if (link->up)
            return RA_LINK_CLOSED;
        break;
    default:
        break;
    }
    set_error(link, error);
    link->broken = TRUE;
    ERR_clear_error();
    return RA_LINK_FAILED;
}

/* FALSE where OpenSSL must not be called. */
static gboolean usable(const RaLink *link, gboolean needs_up, GError **error)
{
    ERR_clear_error();
    if (!link->broken && (link->up || !needs_up))
        return TRUE;
    g_set_error_literal(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                        link->broken ? "the connection is broken"
                                     : "the connection is not secured");
    return FALSE;
}

RaLinkStatus ra_link_handshake(RaLink *link, GError **error)
{
    if (!usable(link, FALSE, error))
        return RA_LINK_FAILED;
    if (link->up)
        return RA_LINK_OK;
    const int result = SSL_do_handshake(link->ssl);
    if (result != 1)
        return status_of(link, result, error);
    /* OpenSSL calls a session that began with the key "reused"; nothing else may pass. */
    if (!SSL_session_reused(link->ssl) || (link->server && !link->known)) {
        link->broken = TRUE;
        set_key_error(link, error);
        return RA_LINK_FAILED;
    }
    /* The traffic keys take over; the invitation's own key need not stay. */
    static const guint8 zeros[RA_LINK_KEY_SIZE];
    (void)SSL_SESSION_set1_master_key(SSL_get_session(link->ssl), zeros, sizeof zeros);
    g_clear_pointer(&link->key, ra_secret_unref);
    link->up = TRUE;
    (void)SSL_clear_mode(link->ssl, SSL_MODE_RELEASE_BUFFERS);
    return RA_LINK_OK;
}

RaLinkStatus ra_link_read(RaLink *link, void *data, gsize size, gsize *got, GError **error)
{
    if (!usable(link, TRUE, error))
        return RA_LINK_FAILED;
    gsize n = 0;
    const int result = SSL_read_ex(link->ssl, data, size, &n);
    link->waiting = result != 1;
    if (result != 1)
        return status_of(link, result, error);
    *got = n;
    return RA_LINK_OK;
}

RaLinkStatus ra_link_write(RaLink *link, const void *data, gsize size, gsize *wrote, GError **error)
{
    if (!usable(link, TRUE, error))
        return RA_LINK_FAILED;
    gsize n = 0;
    const int result = SSL_write_ex(link->ssl, data, size, &n);
    if (result != 1)
        return status_of(link, result, error);
    *wrote = n;
    return RA_LINK_OK;
}

gboolean ra_link_pending(const RaLink *link)
{
    return link->up && !link->broken && !link->waiting &&
           (SSL_has_pending(link->ssl) || !ra_socket_bio_emptied(SSL_get_rbio(link->ssl)));
}

gsize ra_link_unsent(const RaLink *link)
{
    int unsent = 0;
    if (ioctl(link->fd, SIOCOUTQNSD, &unsent) != 0 && ioctl(link->fd, SIOCOUTQ, &unsent) != 0)
        return 0;
    return unsent > 0 ? (gsize)unsent : 0;
}

guint64 ra_link_rate(const RaLink *link)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(link->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(struct tcp_info, tcpi_delivery_rate) + sizeof info.tcpi_delivery_rate)
        return 0;
    return info.tcpi_delivery_rate;
}

void ra_link_set_unsent_max(RaLink *link, guint32 bytes)
{
    const int value = (int)MIN(bytes, (guint32)G_MAXINT);
    if (bytes == link->unsent_max)
        return;
    link->unsent_max = bytes;
    (void)setsockopt(link->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &value, sizeof value);
}

gboolean ra_link_full(const RaLink *link)
{
    int unsent = 0;
    return ioctl(link->fd, SIOCOUTQNSD, &unsent) == 0 && unsent > 0 &&
           (guint32)unsent >= link->unsent_max;
}

int ra_link_fd(const RaLink *link)
{
    return link->fd;
}

const char *ra_link_identity(const RaLink *link)
{
    return link->up ? link->identity : NULL;
}

gboolean ra_link_native(const RaLink *link)
{
    const unsigned char *selected = NULL;
    unsigned int size = 0;
    SSL_get0_alpn_selected(link->ssl, &selected, &size);
    return link->up && size == alpn[0] && memcmp(selected, alpn + 1, size) == 0;
}
