/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connection strings: where to connect, and as what. [MS-RAI] 2.2.1 and 2.2.2. */
#include "ticket/msra-internal.h"

#include "base/error.h"

#include <gio/gio.h>
#include <string.h>

enum { FIELDS = 8, HOST_MAX = 255, ID_MAX = 512, URI_MAX = 1024 };

typedef struct {
    GPtrArray *hosts, *uris; /* of strings */
    char *session_id, *key_hash;
} Found;

static void found_clear(Found *found)
{
    g_clear_pointer(&found->hosts, g_ptr_array_unref);
    g_clear_pointer(&found->uris, g_ptr_array_unref);
    g_clear_pointer(&found->session_id, g_free);
    g_clear_pointer(&found->key_hash, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

static Found found_new(void)
{
    return (Found){.hosts = g_ptr_array_new_with_free_func(g_free),
                   .uris = g_ptr_array_new_with_free_func(g_free)};
}

static char **take_strings(GPtrArray **strings)
{
    g_ptr_array_add(*strings, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(strings), FALSE);
}

static RaMsraOpened *found_take(Found *found)
{
    RaMsraOpened *opened = g_new0(RaMsraOpened, 1);
    opened->hosts = take_strings(&found->hosts);
    opened->uris = take_strings(&found->uris);
    opened->session_id = g_steal_pointer(&found->session_id);
    opened->key_hash = found->key_hash != NULL ? g_steal_pointer(&found->key_hash) : g_strdup("");
    return opened;
}

/* A token of ASCII without what would need quoting in XML or in a list. */
static gboolean is_token(const char *text, gsize max)
{
    gsize n = 0;
    for (; text[n] != '\0'; n++) {
        if (n >= max || !g_ascii_isgraph(text[n]) || strchr("\"'<>&,;", text[n]) != NULL)
            return FALSE;
    }
    return TRUE;
}

/* A host name of any script, or an IPv4 address. */
static gboolean is_name(const char *host)
{
    const gsize size = strlen(host);
    for (const char *p = host; *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (!g_unichar_isgraph(c) ||
            (c < 128 && strchr("\"'<>&,;:/\\@[]%?#|`$(){}*!", (int)c) != NULL))
            return FALSE;
    }
    return size > 0 && size <= HOST_MAX;
}

/* "fe80::1%3" */
static gboolean is_ipv6(const char *host)
{
    const char *scope = strchr(host, '%');
    if (strlen(host) > HOST_MAX || (scope != NULL && (scope[1] == '\0' || !is_name(scope + 1))))
        return FALSE;
    g_autofree char *bare = g_strndup(host, scope != NULL ? (gsize)(scope - host) : strlen(host));
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(bare);
    return address != NULL && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
}

static gboolean add_host(Found *found, const char *raw_host, const char *raw_port)
{
    g_autofree char *host = g_strstrip(g_strdup(raw_host));
    g_autofree char *port_text = g_strstrip(g_strdup(raw_port));
    const gsize size = strlen(host);
    guint64 port = 0;
    if (size > 2 && host[0] == '[' && host[size - 1] == ']') {
        host[size - 1] = '\0';
        memmove(host, host + 1, size - 1);
    }
    if (found->hosts->len >= RA_MSRA_HOSTS_MAX ||
        !g_ascii_string_to_unsigned(port_text, 10, 1, G_MAXUINT16, &port, NULL))
        return FALSE;
    const gboolean six = strchr(host, ':') != NULL;
    if (six ? !is_ipv6(host) : !is_name(host))
        return FALSE;
    g_ptr_array_add(found->hosts, g_strdup_printf(six ? "[%s]:%u" : "%s:%u", host, (guint)port));
    return TRUE;
}

/* "10.0.3.105:3389;pc.example.org:3389" */
static gboolean add_list(Found *found, const char *list)
{
    g_auto(GStrv) entries = g_strsplit(list, ";", -1);
    for (gsize i = 0; entries[i] != NULL; i++) {
        char *colon = strrchr(g_strstrip(entries[i]), ':');
        if (*entries[i] == '\0')
            continue;
        if (colon == NULL)
            return FALSE;
        *colon = '\0';
        if (!add_host(found, entries[i], colon + 1))
            return FALSE;
    }
    return found->hosts->len > 0;
}

RaMsraOpened *ra_msra_read_string1(const char *text, GError **error)
{
    static const char *const fixed[FIELDS] = {"65538", "1", NULL, "*", NULL, "*", "*", NULL};
    g_auto(Found) found = found_new();
    g_auto(GStrv) fields = g_strsplit(text, ",", FIELDS + 1);
    gboolean good = g_strv_length(fields) == FIELDS;
    for (gsize i = 0; good && i < FIELDS; i++) {
        g_strstrip(fields[i]);
        good = fixed[i] == NULL || strcmp(fields[i], fixed[i]) == 0;
    }
    if (!good) {
        ra_msra_malformed(error, "its connection string is not as it must be");
        return NULL;
    }
    if (!add_list(&found, fields[2])) {
        ra_msra_malformed(error, "its addresses are missing or not as they must be");
        return NULL;
    }
    if (*fields[4] == '\0' || !is_token(fields[4], ID_MAX) || !is_token(fields[7], ID_MAX)) {
        ra_msra_malformed(error, "its session is not named as it must be");
        return NULL;
    }
    found.session_id = g_strdup(fields[4]);
    found.key_hash = g_strdup(fields[7]);
    return found_take(&found);
}

static gboolean is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The only child with that name; NULL where there is none, or more. */
static const xmlNode *only_child(const xmlNode *parent, const char *name)
{
    const xmlNode *found = NULL;
    for (const xmlNode *child = parent->children; child != NULL; child = child->next) {
        if (!is_element(child, name))
            continue;
        if (found != NULL)
            return NULL;
        found = child;
    }
    return found;
}

/* <A KH="..." KH2="..." ID="..."/> */
static gboolean read_authentication(Found *found, const xmlNode *node)
{
    g_autofree char *id = ra_xml_attribute(node, "ID");
    g_autofree char *hash = ra_xml_attribute(node, "KH2");
    if (hash == NULL || *g_strstrip(hash) == '\0') {
        g_free(hash);
        hash = ra_xml_attribute(node, "KH");
    }
    if (id == NULL || *g_strstrip(id) == '\0' || !is_token(id, ID_MAX) ||
        (hash != NULL && !is_token(g_strstrip(hash), ID_MAX)))
        return FALSE;
    found->session_id = g_steal_pointer(&id);
    found->key_hash = g_steal_pointer(&hash);
    return TRUE;
}

/* <L P="49228" N="192.0.2.1"/>, or <L U="wss://..." N="..."/> */
static gboolean read_listener(Found *found, const xmlNode *node)
{
    g_autofree char *port = ra_xml_attribute(node, "P");
    g_autofree char *name = ra_xml_attribute(node, "N");
    g_autofree char *uri = ra_xml_attribute(node, "U");
    if (port != NULL && name != NULL)
        return add_host(found, name, port);
    if (uri == NULL || *g_strstrip(uri) == '\0' || strlen(uri) > URI_MAX ||
        found->uris->len >= RA_MSRA_HOSTS_MAX)
        return FALSE;
    g_ptr_array_add(found->uris, g_steal_pointer(&uri));
    return TRUE;
}

/* <C><T ID="1" SID="0"><L/>...</T>...</C> */
static gboolean read_connections(Found *found, const xmlNode *node)
{
    for (const xmlNode *t = node->children; t != NULL; t = t->next) {
        if (!is_element(t, "T"))
            continue;
        for (const xmlNode *l = t->children; l != NULL; l = l->next) {
            if (is_element(l, "L") && !read_listener(found, l))
                return FALSE;
        }
    }
    return found->hosts->len + found->uris->len > 0;
}

static gboolean read_root(Found *found, const xmlNode *root, GError **error)
{
    const xmlNode *a = is_element(root, "E") ? only_child(root, "A") : NULL;
    const xmlNode *c = a != NULL ? only_child(root, "C") : NULL;
    if (c == NULL)
        return ra_msra_malformed(error, "its connection string is not as it must be");
    if (!read_authentication(found, a))
        return ra_msra_malformed(error, "its session is not named as it must be");
    return read_connections(found, c) ||
           ra_msra_malformed(error, "its addresses are missing or not as they must be");
}

RaMsraOpened *ra_msra_read_string2(const char *text, GError **error)
{
    g_auto(Found) found = found_new();
    gboolean doctype = FALSE;
    g_autofree char *mended = ra_msra_mend(text);
    xmlDocPtr document = ra_xml_read(mended, &doctype);
    if (document == NULL) {
        ra_msra_malformed(error, "its connection string is not well-formed XML");
        return NULL;
    }
    const gboolean good = read_root(&found, xmlDocGetRootElement(document), error);
    xmlFreeDoc(document);
    return good ? found_take(&found) : NULL;
}
