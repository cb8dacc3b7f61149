/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/socket-bio.h"

#include <errno.h>
#include <glib.h>
#include <sys/socket.h>

typedef struct {
    int fd;
    int error; /* errno of the first failure */
    gboolean at_end;
    gboolean emptied; /* the last read left nothing behind in the kernel */
} Socket;

/* What OpenSSL wants to know of N bytes moved. */
static int finish(BIO *bio, ssize_t n, int retry_flag)
{
    Socket *s = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (n >= 0)
        return (int)n;
    if (errno == EAGAIN)
        BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
    else if (s->error == 0)
        s->error = errno;
    return -1;
}

static int socket_read(BIO *bio, char *data, int size)
{
    Socket *s = BIO_get_data(bio);
    ssize_t n;
    do {
        n = recv(s->fd, data, (size_t)size, 0);
    } while (n < 0 && errno == EINTR);
    s->at_end = n == 0 && size > 0;
    s->emptied = n < size;
    return finish(bio, n, BIO_FLAGS_READ);
}

static int socket_write(BIO *bio, const char *data, int size)
{
    const Socket *s = BIO_get_data(bio);
    ssize_t n;
    do {
        n = send(s->fd, data, (size_t)size, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return finish(bio, n, BIO_FLAGS_WRITE);
}

static long socket_ctrl(BIO *bio, int command, long number G_GNUC_UNUSED,
                        void *pointer G_GNUC_UNUSED)
{
    const Socket *s = BIO_get_data(bio);
    switch (command) {
    case BIO_CTRL_FLUSH: /* nothing is held back */
        return 1;
    case BIO_CTRL_EOF:
        return s->at_end;
    default:
        return 0;
    }
}

static int socket_free(BIO *bio)
{
    g_free(BIO_get_data(bio));
    BIO_set_data(bio, NULL);
    return 1;
}

static BIO_METHOD *method(void)
{
    static gsize made;
    if (g_once_init_enter(&made)) {
        BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream socket");
        if (m == NULL || !BIO_meth_set_read(m, socket_read) ||
            !BIO_meth_set_write(m, socket_write) || !BIO_meth_set_ctrl(m, socket_ctrl) ||
            !BIO_meth_set_destroy(m, socket_free))
            g_error("There is no memory for a socket");
        g_once_init_leave(&made, (gsize)m);
    }
    return (BIO_METHOD *)made;
}

BIO *ra_socket_bio_new(int fd)
{
    BIO *bio = BIO_new(method());
    if (bio == NULL)
        g_error("There is no memory for a socket");
    Socket *s = g_new0(Socket, 1);
    s->fd = fd;
    BIO_set_data(bio, s);
    BIO_set_init(bio, 1);
    return bio;
}

int ra_socket_bio_error(BIO *bio)
{
    const Socket *s = BIO_get_data(bio);
    return s->error;
}

gboolean ra_socket_bio_emptied(BIO *bio)
{
    const Socket *s = BIO_get_data(bio);
    return s->emptied;
}
