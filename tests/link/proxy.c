/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/link/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 10 * 1000 };

struct _Proxy {
    ProxyKind kind;
    gboolean refuse;
    guint16 port, target;
    int listener;
    char asked[300];
    GThread *thread;
};

int loopback_socket(int backlog, guint16 *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof address), ==, 0);
    if (backlog >= 0)
        g_assert_cmpint(listen(fd, backlog), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &size), ==, 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static int connect_to(guint16 port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(port),
                                        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(connect(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    return fd;
}

static gboolean take(int fd, void *data, gsize size)
{
    return recv(fd, data, size, MSG_WAITALL) == (ssize_t)size;
}

static void give(int fd, const void *data, gsize size)
{
    g_assert_cmpint(send(fd, data, size, MSG_NOSIGNAL), ==, size);
}

static gboolean serve_socks(Proxy *proxy, int fd)
{
    guint8 head[256], port[2], length = 0;
    char name[256] = "";
    if (!take(fd, head, 2) || head[0] != 5 || !take(fd, head + 2, head[1]))
        return FALSE;
    give(fd, (const guint8[]){5, 0}, 2);
    if (!take(fd, head, 4) || head[1] != 1 || head[3] != 3 || !take(fd, &length, 1) ||
        !take(fd, name, length) || !take(fd, port, 2))
        return FALSE;
    g_snprintf(proxy->asked, sizeof proxy->asked, "%s:%u", name, port[0] << 8 | port[1]);
    give(fd, (const guint8[]){5, proxy->refuse ? 2 : 0, 0, 1, 127, 0, 0, 1, 0, 0}, 10);
    return !proxy->refuse;
}

static gboolean serve_http(Proxy *proxy, int fd)
{
    static const char yes[] = "HTTP/1.1 200 Fine\r\n\r\n";
    static const char no[] = "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nNo\n";
    char request[2048] = "";
    gsize size = 0;
    while (strstr(request, "\r\n\r\n") == NULL) {
        if (size + 1 >= sizeof request || !take(fd, request + size, 1))
            return FALSE;
        request[++size] = '\0';
    }
    if (sscanf(request, "CONNECT %290s HTTP/1.1\r\n", proxy->asked) != 1)
        return FALSE;
    if (proxy->refuse)
        give(fd, no, strlen(no));
    else
        give(fd, yes, strlen(yes));
    return !proxy->refuse;
}

static void relay(int one, int other)
{
    struct pollfd fds[2] = {{.fd = one, .events = POLLIN}, {.fd = other, .events = POLLIN}};
    while (poll(fds, 2, WAIT_MS) > 0) {
        for (guint i = 0; i < 2; i++) {
            char data[4096];
            if (fds[i].revents == 0)
                continue;
            const ssize_t n = recv(fds[i].fd, data, sizeof data, 0);
            if (n <= 0)
                return;
            give(fds[1 - i].fd, data, (gsize)n);
        }
    }
}

static gpointer run(gpointer data)
{
    Proxy *proxy = data;
    struct pollfd ready = {.fd = proxy->listener, .events = POLLIN};
    if (poll(&ready, 1, WAIT_MS) <= 0)
        return NULL;
    const int fd = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
    if (proxy->kind == PROXY_SOCKS5 ? serve_socks(proxy, fd) : serve_http(proxy, fd)) {
        const int target = connect_to(proxy->target);
        relay(fd, target);
        close(target);
    }
    close(fd);
    return NULL;
}

Proxy *proxy_new(ProxyKind kind, gboolean refuse, guint16 target)
{
    Proxy *proxy = g_new0(Proxy, 1);
    proxy->kind = kind;
    proxy->refuse = refuse;
    proxy->target = target;
    proxy->listener = loopback_socket(4, &proxy->port);
    proxy->thread = g_thread_new("proxy", run, proxy);
    return proxy;
}

char *proxy_url(const Proxy *proxy)
{
    return g_strdup_printf("%s://127.0.0.1:%u", proxy->kind == PROXY_SOCKS5 ? "socks5h" : "http",
                           proxy->port);
}

char *proxy_end(Proxy *proxy)
{
    g_thread_join(proxy->thread);
    char *asked = g_strdup(proxy->asked);
    close(proxy->listener);
    g_free(proxy);
    return asked;
}
