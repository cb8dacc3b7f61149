/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/invite-hosts.h"

#include "base/error.h"
#include "base/text.h"
#include "ticket/ticket.h"

#include <gio/gio.h>
#include <string.h>

/* As a ticket writes it, "HOST:PORT"; NULL if TEXT is none. */
static char *complete_host(const char *text, guint16 port)
{
    if (!ra_text_is_plain_line(text) || strpbrk(text, " /@") != NULL)
        return NULL;
    g_autoptr(GSocketConnectable) parsed = g_network_address_parse(text, port, NULL);
    if (parsed == NULL)
        return NULL;
    GNetworkAddress *address = G_NETWORK_ADDRESS(parsed);
    const guint16 number = g_network_address_get_port(address);
    g_autofree char *host = g_hostname_to_ascii(g_network_address_get_hostname(address));
    if (host == NULL || *host == '\0' || number == 0)
        return NULL;
    const gboolean brackets = strchr(host, ':') != NULL;
    if (brackets && !g_hostname_is_ip_address(host))
        return NULL;
    return g_strdup_printf(brackets ? "[%s]:%u" : "%s:%u", host, number);
}

static void add(GPtrArray *hosts, const char *host)
{
    if (hosts->len < RA_INVITATION_HOSTS_MAX &&
        !g_ptr_array_find_with_equal_func(hosts, host, g_str_equal, NULL))
        g_ptr_array_add(hosts, g_strdup(host));
}

GStrv ra_invite_hosts(const char *const *advertise, guint16 port, const char *const *others,
                      GError **error)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);
    for (; *advertise != NULL; advertise++) {
        g_autofree char *host = complete_host(*advertise, port);
        if (host == NULL) {
            g_autofree char *shown = ra_text_line(*advertise, RA_TEXT_NAME_MAX);
            g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                        "\"%s\" is no address to advertise: write HOST or HOST:PORT", shown);
            return NULL;
        }
        add(hosts, host);
    }
    for (; *others != NULL; others++)
        add(hosts, *others);
    g_ptr_array_add(hosts, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&hosts), FALSE);
}
