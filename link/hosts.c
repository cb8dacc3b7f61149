/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/hosts.h"

#include "base/error.h"
#include "base/text.h"
#include "link/listen.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_addr.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 253, /* RFC 1035 2.3.4, without the root's dot */
    LABEL_MAX_BYTES = 63,
};

static gboolean is_label(const char *label)
{
    const gsize length = strlen(label);
    if (length < 1 || length > LABEL_MAX_BYTES || label[0] == '-' || label[length - 1] == '-')
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(label[i]) && label[i] != '-' && label[i] != '_')
            return FALSE;
    }
    return TRUE;
}

/* A last label that begins with a digit makes it an IPv4 address for some readers ("1.2.3",
 * "0x7f000001") and no top-level domain begins so: refused. */
static gboolean is_name(const char *name)
{
    const gsize length = strlen(name);
    if (length < 1 || length > NAME_MAX_BYTES)
        return FALSE;
    g_auto(GStrv) labels = g_strsplit(name, ".", -1);
    guint count = g_strv_length(labels);
    if (count > 1 && labels[count - 1][0] == '\0')
        count--; /* the root's dot */
    for (guint i = 0; i < count; i++) {
        if (!is_label(labels[i]))
            return FALSE;
    }
    return !g_ascii_isdigit(labels[count - 1][0]);
}

static gboolean read_port(const char *text, guint16 *ret)
{
    guint64 port = 0;
    if (!g_ascii_isdigit(text[0]) ||
        !g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT16, &port, NULL))
        return FALSE;
    *ret = (guint16)port;
    return TRUE;
}

/* IPv6 in its shortest form, anything else in lower case. NULL where HOST is none. */
static char *read_host(const char *host, gboolean must_be_ipv6)
{
    guint8 bytes[16];
    char text[INET6_ADDRSTRLEN];
    if (inet_pton(AF_INET6, host, bytes) == 1)
        return g_strdup_printf("[%s]", inet_ntop(AF_INET6, bytes, text, sizeof text));
    if (must_be_ipv6)
        return NULL;
    if (inet_pton(AF_INET, host, bytes) == 1)
        return g_strdup(host);
    if (!ra_text_is_plain_line(host))
        return NULL;
    g_autofree char *ascii = g_hostname_to_ascii(host);
    return ascii != NULL && is_name(ascii) ? g_steal_pointer(&ascii) : NULL;
}

/* Takes TEXT apart into *HOST and, where there is one, *PORT. */
static gboolean split(const char *text, char **host, guint16 *port)
{
    const char *colon = strrchr(text, ':');
    guint8 bytes[16];
    if (text[0] == '[') {
        const char *end = strchr(text, ']');
        if (end == NULL || (end[1] != '\0' && (end[1] != ':' || !read_port(end + 2, port))))
            return FALSE;
        g_autofree char *inside = g_strndup(text + 1, (gsize)(end - text - 1));
        *host = read_host(inside, TRUE);
    } else if (colon == NULL || inet_pton(AF_INET6, text, bytes) == 1) {
        *host = read_host(text, colon != NULL);
    } else {
        g_autofree char *before = g_strndup(text, (gsize)(colon - text));
        if (strchr(before, ':') != NULL || !read_port(colon + 1, port))
            return FALSE;
        *host = read_host(before, FALSE);
    }
    return *host != NULL;
}

gboolean ra_host_read(const char *text, guint16 default_port, char **ret, GError **error)
{
    g_autofree char *host = NULL;
    guint16 port = default_port;
    if (split(text, &host, &port) && port != 0) {
        *ret = g_strdup_printf("%s:%u", host, port);
        return TRUE;
    }
    g_autofree char *shown = ra_text_line(text, RA_TEXT_NAME_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "'%s' is no address: write it as HOST:PORT or [IPv6]:PORT%s", shown,
                default_port != 0 ? ", the port may be left out" : "");
    return FALSE;
}

/* Bridges and pairs that virtual machines and containers hang from: nobody outside gets there. */
static gboolean is_virtual(const char *interface)
{
    static const char *const prefixes[] = {
        "br-",     "cali",   "cni",  "docker", "flannel", "kube",  "lxcbr",   "lxdbr",
        "incusbr", "podman", "veth", "virbr",  "vnet",    "vmnet", "vboxnet",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(interface, prefixes[i]))
            return TRUE;
    }
    return FALSE;
}

typedef enum { GLOBAL_IPV6, PUBLIC_IPV4, PRIVATE_IPV4, PRIVATE_IPV6, RANKS, UNFIT } Rank;

static Rank rank_ipv4(const guint8 *b)
{
    if (b[0] == 0 || b[0] == 127 || b[0] >= 224 || (b[0] == 169 && b[1] == 254))
        return UNFIT;
    /* RFC 1918, and RFC 6598 for a provider's own */
    if (b[0] == 10 || (b[0] == 172 && (b[1] & 0xF0) == 16) || (b[0] == 192 && b[1] == 168) ||
        (b[0] == 100 && (b[1] & 0xC0) == 64))
        return PRIVATE_IPV4;
    return PUBLIC_IPV4;
}

static Rank rank_ipv6(const guint8 *b, guint flags)
{
    if (flags & (IFA_F_DEPRECATED | IFA_F_TENTATIVE | IFA_F_DADFAILED))
        return UNFIT;
    if ((b[0] & 0xFE) == 0xFC) /* RFC 4193 */
        return PRIVATE_IPV6;
    return (b[0] & 0xE0) == 0x20 ? GLOBAL_IPV6 : UNFIT; /* RFC 4291 2.4: 2000::/3 */
}

static Rank rank_of(const RaLocalAddress *a)
{
    const guint up = IFF_UP | IFF_RUNNING;
    if ((a->interface_flags & up) != up || (a->interface_flags & IFF_LOOPBACK) ||
        is_virtual(a->interface))
        return UNFIT;
    return a->family == AF_INET ? rank_ipv4(a->bytes) : rank_ipv6(a->bytes, a->ipv6_flags);
}

/* A temporary address (RFC 8981) goes stale within the life of an invitation: it is used only where
 * its network has no other. */
static gboolean has_better(const RaLocalAddress *all, gsize count, const RaLocalAddress *a)
{
    if (a->family != AF_INET6 || !(a->ipv6_flags & IFA_F_TEMPORARY))
        return FALSE;
    for (gsize i = 0; i < count; i++) {
        if (all[i].family == AF_INET6 && !(all[i].ipv6_flags & IFA_F_TEMPORARY) &&
            memcmp(all[i].bytes, a->bytes, 8) == 0 && rank_of(&all[i]) != UNFIT)
            return TRUE;
    }
    return FALSE;
}

static void add_once(GPtrArray *hosts, char *host, guint max)
{
    if (hosts->len < max && !g_ptr_array_find_with_equal_func(hosts, host, g_str_equal, NULL))
        g_ptr_array_add(hosts, host);
    else
        g_free(host);
}

static GStrv finish(GPtrArray *hosts)
{
    g_ptr_array_add(hosts, NULL);
    return (GStrv)g_ptr_array_free(hosts, FALSE);
}

GStrv ra_hosts_rank(const RaLocalAddress *all, gsize count, guint16 port, guint max)
{
    GPtrArray *hosts = g_ptr_array_new();
    for (Rank rank = GLOBAL_IPV6; rank < RANKS; rank++) {
        for (gsize i = 0; i < count; i++) {
            char text[INET6_ADDRSTRLEN];
            if (rank_of(&all[i]) != rank || has_better(all, count, &all[i]))
                continue;
            inet_ntop(all[i].family, all[i].bytes, text, sizeof text);
            add_once(hosts,
                     g_strdup_printf(all[i].family == AF_INET ? "%s:%u" : "[%s]:%u", text, port),
                     max);
        }
    }
    return finish(hosts);
}

static void set_ipv6_flags(GArray *all, const char *digits, guint flags)
{
    for (guint i = 0; i < all->len; i++) {
        RaLocalAddress *a = &g_array_index(all, RaLocalAddress, i);
        char own[33] = "";
        for (guint b = 0; b < 16; b++)
            g_snprintf(own + 2 * (gsize)b, 3, "%02x", a->bytes[b]);
        if (a->family == AF_INET6 && strcmp(own, digits) == 0)
            a->ipv6_flags = flags;
    }
}

/* getifaddrs() does not tell an IPv6 address's flags; /proc/net/if_inet6 does (one a line: address,
 * interface index, prefix length, scope, flags, all hexadecimal, and the name). */
static void add_ipv6_flags(GArray *all)
{
    enum { ADDRESS, FLAGS = 4, FIELDS };
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/net/if_inet6", &text, NULL, NULL))
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint l = 0; lines[l] != NULL; l++) {
        g_auto(GStrv) fields = g_strsplit(lines[l], " ", FIELDS + 1);
        guint64 flags = 0;
        if (g_strv_length(fields) > FLAGS &&
            g_ascii_string_to_unsigned(fields[FLAGS], 16, 0, G_MAXUINT8, &flags, NULL))
            set_ipv6_flags(all, fields[ADDRESS], (guint)flags);
    }
}

/* This computer's addresses of FAMILY (AF_UNSPEC: both). */
static GArray *local_addresses(int family)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(RaLocalAddress));
    struct ifaddrs *list = NULL;
    if (getifaddrs(&list) != 0)
        return all;
    for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
        if (i->ifa_addr == NULL || (family != AF_UNSPEC && i->ifa_addr->sa_family != family))
            continue;
        RaLocalAddress a = {.interface_flags = i->ifa_flags, .family = i->ifa_addr->sa_family};
        g_strlcpy(a.interface, i->ifa_name, sizeof a.interface);
        if (a.family == AF_INET)
            memcpy(a.bytes, &((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr, 4);
        else if (a.family == AF_INET6)
            memcpy(a.bytes, &((const struct sockaddr_in6 *)(const void *)i->ifa_addr)->sin6_addr,
                   16);
        else
            continue;
        g_array_append_val(all, a);
    }
    freeifaddrs(list);
    add_ipv6_flags(all);
    return all;
}

static void add_interfaces(GPtrArray *hosts, int family, guint16 port, guint max)
{
    g_autoptr(GArray) all = local_addresses(family);
    g_auto(GStrv) ranked =
        ra_hosts_rank((const RaLocalAddress *)(void *)all->data, all->len, port, max);
    for (guint i = 0; ranked[i] != NULL; i++)
        add_once(hosts, g_strdup(ranked[i]), max);
}

/* An address that is listened at: the wildcards stand for the interfaces' own. */
static void add_listened(GPtrArray *hosts, const char *address, guint16 port, guint max)
{
    static const guint8 any[16];
    guint8 bytes[16];
    if (inet_pton(AF_INET, address, bytes) == 1) {
        if (memcmp(bytes, any, 4) == 0)
            add_interfaces(hosts, AF_INET, port, max);
        else
            add_once(hosts, g_strdup_printf("%s:%u", address, port), max);
    } else if (inet_pton(AF_INET6, address, bytes) == 1) {
        if (memcmp(bytes, any, 16) == 0)
            add_interfaces(hosts, AF_INET6, port, max);
        else if (bytes[0] != 0xFE || (bytes[1] & 0xC0) != 0x80)
            add_once(hosts, g_strdup_printf("[%s]:%u", address, port), max);
    }
}

GStrv ra_hosts_for(const char *const *addresses, guint16 port, const char *const *advertise,
                   guint max)
{
    GPtrArray *hosts = g_ptr_array_new();
    for (guint i = 0; advertise != NULL && advertise[i] != NULL; i++) {
        char *host = NULL;
        if (ra_host_read(advertise[i], port, &host, NULL))
            add_once(hosts, host, max);
    }
    if (addresses == NULL || addresses[0] == NULL)
        add_interfaces(hosts, AF_UNSPEC, port, max);
    for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
        add_listened(hosts, addresses[i], port, max);
    return finish(hosts);
}
