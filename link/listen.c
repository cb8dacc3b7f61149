/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/listen.h"

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"
#include "link/half-open.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PORTS = 65,          /* the one asked for and the 64 after it */
    ANY_PORT_TRIES = 16, /* a port that is free at one address may be taken at the next */
    BACKLOG = 64,        /* connections that the kernel keeps for us */
    ACCEPT_BURST = 16,   /* connections taken before others get their turn */
    PAUSE_SECONDS = 1,   /* after the process ran out of descriptors or memory */
};

/* One listening socket. */
typedef struct {
    int fd;
    GSource *source; /* NULL while paused */
} Door;

struct _RaListener {
    GStrv addresses;
    guint16 port;
    RaListenerFunc accepted;
    gpointer data;
    GArray *doors; /* of Door; does not change once they are open */
    RaHalfOpen half_open;
    GSource *pause;
    gboolean *freed; /* set by ra_listener_free() during a callback */
};

void ra_listener_settled(RaListener *listener, guint id)
{
    ra_half_open_remove(&listener->half_open, id);
}

static gboolean on_pause_over(gpointer data);

/* Out of descriptors or memory: the sockets stay readable, and trying on would only spin. */
static void pause_all(RaListener *listener)
{
    for (guint i = 0; i < listener->doors->len; i++)
        ra_source_drop(&g_array_index(listener->doors, Door, i).source);
    ra_source_drop(&listener->pause);
    listener->pause = g_timeout_source_new_seconds(PAUSE_SECONDS);
    g_source_set_callback(listener->pause, on_pause_over, listener, NULL);
    g_source_attach(listener->pause, g_main_context_get_thread_default());
}

typedef enum { ACCEPTED, NOTHING_MORE, ONE_LOST, EXHAUSTED } Accept;

static Accept accept_one(int door, int *ret_fd, struct sockaddr_storage *peer)
{
    socklen_t size = sizeof *peer;
    const int fd = accept4(door, (struct sockaddr *)peer, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
        *ret_fd = fd;
        return ACCEPTED;
    }
    switch (errno) {
    case EAGAIN:
        return NOTHING_MORE;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return EXHAUSTED;
    default: /* accept(2): errors of the connection itself, which is gone already */
        return ONE_LOST;
    }
}

/* FALSE when the listener was freed meanwhile. */
static gboolean hand_out(RaListener *listener, int fd, const struct sockaddr_storage *peer)
{
    const guint id = ra_half_open_add(&listener->half_open, peer, g_get_monotonic_time());
    char text[NI_MAXHOST];
    if (id == 0 || getnameinfo((const struct sockaddr *)peer, sizeof *peer, text, sizeof text, NULL,
                               0, NI_NUMERICHOST) != 0) {
        close(fd);
        ra_listener_settled(listener, id);
        return TRUE;
    }
    ra_half_open_keep(&listener->half_open, id, fd);
    gboolean freed = FALSE;
    listener->freed = &freed; /* cppcheck-suppress autoVariables */
    listener->accepted(listener, id, fd, text, listener->data);
    if (freed)
        return FALSE;
    listener->freed = NULL;
    return TRUE;
}

static gboolean on_readable(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    RaListener *listener = data;
    for (guint i = 0; i < ACCEPT_BURST; i++) {
        struct sockaddr_storage peer = {0};
        int accepted = -1;
        switch (accept_one(fd, &accepted, &peer)) {
        case ACCEPTED:
            if (!hand_out(listener, accepted, &peer))
                return G_SOURCE_REMOVE;
            break;
        case ONE_LOST:
            break;
        case NOTHING_MORE:
            return G_SOURCE_CONTINUE;
        case EXHAUSTED:
            pause_all(listener);
            return G_SOURCE_REMOVE;
        }
    }
    return G_SOURCE_CONTINUE;
}

static void watch_doors(RaListener *listener)
{
    for (guint i = 0; i < listener->doors->len; i++) {
        Door *door = &g_array_index(listener->doors, Door, i);
        ra_source_watch(&door->source, door->fd, G_IO_IN, on_readable, listener);
    }
}

static gboolean on_pause_over(gpointer data)
{
    RaListener *listener = data;
    ra_source_drop(&listener->pause);
    watch_doors(listener);
    return G_SOURCE_REMOVE;
}

static void clear_door(gpointer data)
{
    Door *door = data;
    ra_source_drop(&door->source);
    close(door->fd);
}

/*
 * One listening socket; -1 with errno. SO_REUSEADDR lets the port of our tickets be taken again
 * while old connections linger in TIME_WAIT; on Linux it never lets two listen at one port. IPv6
 * sockets take IPv6 alone, so that an IPv4 address has one form only.
 */
static int open_door(const struct sockaddr *address, socklen_t size)
{
    static const int on = 1;
    const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (address->sa_family != AF_INET6 ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
        bind(fd, address, size) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    const int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static guint16 port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } address;
    memset(&address, 0, sizeof address);
    socklen_t size = sizeof address;
    if (getsockname(fd, &address.any, &size) != 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.in6.sin6_port : address.in.sin_port);
}

/* An address family that this computer does without. */
static gboolean is_missing_family(int code)
{
    return code == EAFNOSUPPORT || code == EADDRNOTAVAIL || code == EPROTONOSUPPORT;
}

/* Opens PORT at every one of PLACES (0: any port, the same for all). FALSE, with errno and no door
 * open, when one cannot; OPTIONAL: as long as one can. */
static gboolean open_all(RaListener *listener, GPtrArray *places, guint16 port, gboolean optional)
{
    int code = EADDRNOTAVAIL;
    for (guint i = 0; i < places->len; i++) {
        const struct addrinfo *place = g_ptr_array_index(places, i);
        struct sockaddr_storage address = {0};
        memcpy(&address, place->ai_addr, place->ai_addrlen);
        /* The port is at the same place in both. */
        ((struct sockaddr_in *)(void *)&address)->sin_port = htons(port);
        const int fd = open_door((const struct sockaddr *)&address, place->ai_addrlen);
        if (fd >= 0) {
            const Door door = {.fd = fd};
            g_array_append_val(listener->doors, door);
            port = port_of(fd);
        } else if (!optional || !is_missing_family(errno)) {
            code = errno;
            g_array_set_size(listener->doors, 0);
            break;
        }
    }
    errno = code;
    if (listener->doors->len == 0)
        return FALSE;
    listener->port = port;
    return TRUE;
}

/* The addresses to listen at, as struct addrinfo. NULL where one is none. */
static GPtrArray *read_places(const char *const *addresses, GError **error)
{
    g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func((GDestroyNotify)freeaddrinfo);
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM};
    for (guint i = 0; addresses[i] != NULL; i++) {
        struct addrinfo *found = NULL;
        if (getaddrinfo(addresses[i], "0", &hints, &found) != 0) {
            g_autofree char *shown = ra_text_line(addresses[i], RA_TEXT_NAME_MAX);
            g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                        "'%s' is no numeric address to listen at: give one of this computer's own",
                        shown);
            return NULL;
        }
        g_ptr_array_add(places, found);
    }
    return g_steal_pointer(&places);
}

/* Tries PORT and those after it. */
static gboolean open_some(RaListener *listener, GPtrArray *places, guint16 port, gboolean exact,
                          gboolean optional, GError **error)
{
    guint tries = exact ? 1 : MIN(PORTS, G_MAXUINT16 - port + 1u);
    if (port == 0)
        tries = ANY_PORT_TRIES;
    int code = 0;
    for (guint i = 0; i < tries; i++) {
        if (open_all(listener, places, port == 0 ? 0 : (guint16)(port + i), optional))
            return TRUE;
        code = errno;
        if (code != EADDRINUSE && code != EACCES)
            break;
    }
    if (tries > 1 && port != 0 && (code == EADDRINUSE || code == EACCES))
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "cannot listen: none of the ports %u to %u is free", port, port + tries - 1);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot listen at port %u: %s", port,
                    g_strerror(code));
    return FALSE;
}

RaListener *ra_listener_new(const char *const *addresses, guint16 port, gboolean exact,
                            RaListenerFunc accepted, gpointer data, GError **error)
{
    static const char *const everywhere[] = {"::", "0.0.0.0", NULL};
    const gboolean all = addresses == NULL || addresses[0] == NULL;
    g_autoptr(GPtrArray) places = read_places(all ? everywhere : addresses, error);
    if (places == NULL)
        return NULL;
    RaListener *listener = g_new0(RaListener, 1);
    listener->doors = g_array_new(FALSE, FALSE, sizeof(Door));
    g_array_set_clear_func(listener->doors, clear_door);
    listener->addresses = all ? NULL : g_strdupv((char **)addresses);
    listener->accepted = accepted;
    listener->data = data;
    if (!open_some(listener, places, port, exact, all, error)) {
        ra_listener_free(listener);
        return NULL;
    }
    watch_doors(listener);
    return listener;
}

void ra_listener_free(RaListener *listener)
{
    if (listener == NULL)
        return;
    if (listener->freed != NULL)
        *listener->freed = TRUE;
    ra_source_drop(&listener->pause);
    ra_half_open_clear(&listener->half_open);
    g_array_unref(listener->doors);
    g_strfreev(listener->addresses);
    g_free(listener);
}

guint16 ra_listener_port(const RaListener *listener)
{
    return listener->port;
}

GStrv ra_listener_hosts(const RaListener *listener, const char *const *advertise, guint max)
{
    return ra_hosts_for((const char *const *)listener->addresses, listener->port, advertise, max);
}
