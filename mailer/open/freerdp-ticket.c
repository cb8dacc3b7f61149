/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ticket as FreeRDP reads it. It looks for names and quotes with strstr(), in the document and
 * in the connection string (libfreerdp/common/assistance.c): no entities, double quotes, and this
 * order of P and N. */
#include "mailer/open/freerdp.h"

#include "base/error.h"

#include <gio/gio.h>
#include <string.h>

enum {
    SHORT_MAX = 8,      /* characters of an address that FreeRDP 2 drops */
    LOOK_UP_TIMEOUT = 4 /* seconds */
};

typedef struct {
    GString *near, *far; /* <L/> elements: link-local addresses are near */
} Listeners;

static void add(Listeners *listeners, const char *host, const char *port, gboolean near)
{
    g_string_append_printf(near ? listeners->near : listeners->far, "<L P=\"%s\" N=\"%s\"/>", port,
                           host);
}

/* In the long form of IPv4 or IPv6; SCOPE is "" or "%3". */
static void add_address(Listeners *listeners, GInetAddress *address, const char *scope,
                        const char *port)
{
    const guint8 *b = g_inet_address_to_bytes(address);
    GString *text = g_string_new(NULL);
    if (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV4) {
        g_string_printf(text, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
        if (text->len <= SHORT_MAX) /* octal, with as many zeros as it takes */
            g_string_printf(text, "%u.%u.%u.%06o", b[0], b[1], b[2], b[3]);
    } else {
        for (guint i = 0; i < 16; i += 2)
            g_string_append_printf(text, "%s%02x%02x", i > 0 ? ":" : "", b[i], b[i + 1]);
        g_string_append(text, scope);
    }
    add(listeners, text->str, port, g_inet_address_get_is_link_local(address));
    g_string_free(text, TRUE);
}

static gboolean give_up(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

typedef struct {
    GMainLoop *loop;
    GList *addresses;
} LookUp;

static void on_looked_up(GObject *source, GAsyncResult *result, gpointer data)
{
    LookUp *look = data;
    look->addresses = g_resolver_lookup_by_name_finish(G_RESOLVER(source), result, NULL);
    g_main_loop_quit(look->loop);
}

static void look_up(Listeners *listeners, const char *name, const char *port)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_main_context_push_thread_default(context);
    g_autoptr(GMainLoop) loop = g_main_loop_new(context, FALSE);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GResolver) resolver = g_resolver_get_default();
    g_autoptr(GSource) timeout = g_timeout_source_new_seconds(LOOK_UP_TIMEOUT);
    LookUp look = {.loop = loop};
    g_source_set_callback(timeout, give_up, cancellable, NULL);
    g_source_attach(timeout, context);
    g_resolver_lookup_by_name_async(resolver, name, cancellable, on_looked_up, &look);
    g_main_loop_run(loop);
    g_source_destroy(timeout);
    g_main_context_pop_thread_default(context);
    for (GList *one = look.addresses; one != NULL; one = one->next)
        add_address(listeners, one->data, "", port);
    g_resolver_free_addresses(look.addresses);
}

/* "host:port" or "[address%scope]:port", as RaMsraOpened has them. */
static void add_host(Listeners *listeners, const char *text)
{
    const char *colon = strrchr(text, ':');
    const gboolean brackets = *text == '[';
    g_autofree char *host =
        g_strndup(text + (brackets ? 1 : 0), (gsize)(colon - text) - (brackets ? 2 : 0));
    const char *percent = strchr(host, '%');
    g_autofree char *scope = g_strdup(percent != NULL ? percent : "");
    g_autofree char *bare = g_strndup(host, strlen(host) - strlen(scope));
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(bare);
    g_autofree char *name = g_hostname_to_ascii(host);
    if (address != NULL)
        add_address(listeners, address, scope, colon + 1);
    else if (name != NULL && strlen(name) > SHORT_MAX)
        add(listeners, name, colon + 1, FALSE);
    else if (name != NULL)
        look_up(listeners, name, colon + 1);
}

/* TEXT can stand between double quotes, for somebody who knows no entities. */
static gboolean is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if (!g_ascii_isgraph(*text) || strchr("\"<>", *text) != NULL)
            return FALSE;
    }
    return TRUE;
}

/* NAME in ASCII, since FreeRDP counts bytes where characters count. Caller frees. */
static char *plain_name(const char *name)
{
    char *plain = g_str_to_ascii(name, NULL);
    for (char *p = plain; *p != '\0'; p++) {
        if (!g_ascii_isprint(*p) || strchr("\"<>&;?", *p) != NULL)
            *p = ' ';
    }
    g_strstrip(plain);
    if (*plain != '\0')
        return plain;
    g_free(plain);
    return g_strdup("Helper");
}

/* Connection string 2 with all addresses; NULL and RA_ERROR_UNREACHABLE where there is none. */
static char *connection_string(const RaMsraOpened *opened, GError **error)
{
    Listeners listeners = {.near = g_string_new(NULL), .far = g_string_new(NULL)};
    for (char **host = opened->hosts; *host != NULL; host++)
        add_host(&listeners, *host);
    const gboolean any = listeners.near->len + listeners.far->len > 0;
    /* KH is for one hash, as of old; FreeRDP looks at neither. */
    const char *hash = strchr(opened->key_hash, ':') == NULL ? opened->key_hash : "";
    char *text = g_strdup_printf("<E><A KH=\"%s\" ID=\"%s\"/><C><T ID=\"1\" SID=\"0\">%s%s</T></C>"
                                 "</E>\r\n",
                                 hash, opened->session_id, listeners.far->str, listeners.near->str);
    g_string_free(listeners.near, TRUE);
    g_string_free(listeners.far, TRUE);
    if (any)
        return text;
    g_free(text);
    g_set_error(
        error, RA_ERROR, RA_ERROR_UNREACHABLE,
        *opened->hosts == NULL
            ? "the invitation has addresses for WebSockets only, which FreeRDP cannot dial: "
              "ask for help to be given on the local network"
            : "the names in the invitation cannot be looked up: ask for a new invitation, "
              "or for the computer's address");
    return NULL;
}

GBytes *ra_freerdp_ticket(const RaMsraCall *call, const char *expert, GError **error)
{
    /* Where no password is asked for, FreeRDP wants one all the same, and something to encrypt. */
    static const char nothing[] = "none", stub[] = "AA!1Aaaaaaaaaa";
    const char *pass_stub = ra_msra_pass_stub(call->msra);
    const char *string1 = ra_msra_connection_string(call->msra);
    if (pass_stub == NULL && !ra_msra_needs_password(call->msra))
        pass_stub = stub;
    if (pass_stub == NULL || !is_plain(pass_stub)) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "FreeRDP cannot use this invitation, since its PassStub is %s: ask for a new "
                    "one",
                    pass_stub == NULL ? "missing" : "not as Windows makes them");
        return NULL;
    }
    g_autofree char *text = connection_string(call->opened, error);
    if (text == NULL)
        return NULL;
    g_autoptr(RaSecret) password = call->password != NULL
                                       ? ra_secret_ref(call->password)
                                       : ra_secret_new_copy(nothing, strlen(nothing));
    g_autofree char *sealed = ra_msra_encrypt(text, strlen(text), password, error);
    if (sealed == NULL)
        return NULL;
    g_autofree char *name = plain_name(expert);
    GString *ticket = g_string_new("<?xml version=\"1.0\"?><UPLOADINFO TYPE=\"Escalated\">");
    g_string_append_printf(ticket, "<UPLOADDATA USERNAME=\"%s\" LHTICKET=\"%s\"", name, sealed);
    if (string1 != NULL && is_plain(string1))
        g_string_append_printf(ticket, " RCTICKET=\"%s\"", string1);
    const gint64 start = ra_msra_start(call->msra), end = ra_msra_end(call->msra);
    g_string_append_printf(ticket,
                           " PassStub=\"%s\" RCTICKETENCRYPTED=\"1\" DtStart=\"%" G_GINT64_FORMAT
                           "\" DtLength=\"%" G_GINT64_FORMAT "\" L=\"0\"/></UPLOADINFO>",
                           pass_stub, start, (end - start) / 60);
    return g_string_free_to_bytes(ticket);
}
