/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/invitation.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "ticket/fields.h"
#include "ticket/internal.h"

#include <gio/gio.h>
#include <string.h>

struct _RaInvitation {
    gint refs; /* atomic */
    char id[RA_INVITATION_ID_LENGTH + 1];
    RaSecret *key;
    char *name, *address;
    gint64 start, end;
    RaRights rights;
    GStrv hosts;
};

/* The last second that has a four-digit year. */
#define MOMENT_MAX ((gint64)253402300799)
#define PACK_MAGIC "ra-invitation-1"

/* XML has no way to write these two; GLib takes them for characters. */
static gboolean has_noncharacter(const char *text)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (c == 0xFFFE || c == 0xFFFF)
            return TRUE;
    }
    return FALSE;
}

static gboolean check_line(const char *what, const char *text, gsize max, gint code, GError **error)
{
    if (!ra_text_is_plain_line(text) || has_noncharacter(text)) {
        g_set_error(error, RA_ERROR, code,
                    "the %s is not one line of readable text: remove what is unusual in it", what);
        return FALSE;
    }
    if (strlen(text) > max) {
        g_set_error(error, RA_ERROR, code, "the %s is longer than %zu bytes: shorten it", what,
                    max);
        return FALSE;
    }
    return TRUE;
}

gboolean ra_invitation_check_readable(const char *name, const char *address, gint64 start,
                                      gint64 end, gint code, GError **error)
{
    if (!check_line("name", name, RA_INVITATION_NAME_MAX, code, error) ||
        !check_line("mail address", address, RA_INVITATION_ADDRESS_MAX, code, error))
        return FALSE;
    if (start < 0 || end > MOMENT_MAX || start > end) {
        g_set_error(error, RA_ERROR, code, "the start or the end of the invitation is impossible");
        return FALSE;
    }
    if (end - start < RA_INVITATION_LIFETIME_MIN || end - start > RA_INVITATION_LIFETIME_MAX) {
        g_autofree char *lifetime = ra_duration_format(end - start);
        g_set_error(error, RA_ERROR, code,
                    "the invitation would be valid for %s: from 1 minute to 30 days are possible",
                    lifetime);
        return FALSE;
    }
    return TRUE;
}

char *ra_collapse(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (strchr(" \t\r\n", *from) == NULL)
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > text && to[-1] == ' ')
        to--;
    *to = '\0';
    return text;
}

/* A DNS name or an IPv4 address, SIZE bytes; names in other scripts come in their ASCII form. */
static gboolean is_host_name(const char *name, gsize size)
{
    gsize label = 0;
    for (gsize i = 0; i < size; i++) {
        const char c = name[i];
        if (c == '.' ? label == 0 : !g_ascii_isalnum(c) && c != '_' && (c != '-' || label == 0))
            return FALSE;
        label = c == '.' ? 0 : label + 1;
        if (label > 63)
            return FALSE;
    }
    return size > 0 && size <= 253;
}

static gboolean is_ipv6_literal(const char *text, gsize size)
{
    if (size < 4 || text[0] != '[' || text[size - 1] != ']')
        return FALSE;
    g_autofree char *inside = g_strndup(text + 1, size - 2);
    if (strchr(inside, '%') != NULL)
        return FALSE; /* a zone means nothing on another computer */
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(inside);
    return address != NULL && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
}

static gboolean is_host_and_port(const char *host)
{
    const char *colon = strrchr(host, ':');
    if (strlen(host) > RA_INVITATION_HOST_MAX || colon == NULL || colon[1] == '0')
        return FALSE;
    const gsize size = (gsize)(colon - host);
    guint64 port = 0;
    return g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL) &&
           (is_ipv6_literal(host, size) || is_host_name(host, size));
}

static gboolean check_hosts(const char *const *hosts, gint code, GError **error)
{
    guint n = 0;
    for (; hosts != NULL && hosts[n] != NULL; n++) {
        if (is_host_and_port(hosts[n]))
            continue;
        g_autofree char *shown = ra_text_line(hosts[n], RA_TEXT_NAME_MAX);
        g_set_error(error, RA_ERROR, code,
                    "'%s' is not an address to connect to: write HOST:PORT or [IPv6]:PORT", shown);
        return FALSE;
    }
    if (n <= RA_INVITATION_HOSTS_MAX)
        return TRUE;
    g_set_error(error, RA_ERROR, code, "%u addresses to connect to are too many: give at most %d",
                n, RA_INVITATION_HOSTS_MAX);
    return FALSE;
}

gboolean ra_invitation_id_is_valid(const char *id)
{
    return strlen(id) == RA_INVITATION_ID_LENGTH &&
           strspn(id, "0123456789abcdef") == RA_INVITATION_ID_LENGTH;
}

RaInvitation *ra_invitation_restore(const char *id, RaSecret *key, const char *name,
                                    const char *address, gint64 start, gint64 end, RaRights rights,
                                    const char *const *hosts, gint code, GError **error)
{
    g_autofree char *tidy_name = ra_collapse(g_strdup(name));
    g_autofree char *tidy_address = ra_collapse(g_strdup(address));
    if (!check_line("name", name, RA_INVITATION_NAME_MAX, code, error) ||
        !check_line("mail address", address, RA_INVITATION_ADDRESS_MAX, code, error) ||
        !ra_invitation_check_readable(tidy_name, tidy_address, start, end, code, error) ||
        !check_hosts(hosts, code, error))
        return NULL;
    if ((rights & RA_RIGHT_VIEW) == 0 || (rights & ~(guint)RA_RIGHTS_ALL) != 0 ||
        !ra_invitation_id_is_valid(id) || ra_secret_size(key) != RA_INVITATION_KEY_SIZE) {
        g_set_error(error, RA_ERROR, code, "the invitation's rights, id or key are impossible");
        return NULL;
    }
    RaInvitation *invitation = g_new0(RaInvitation, 1);
    invitation->refs = 1;
    g_strlcpy(invitation->id, id, sizeof invitation->id);
    invitation->key = ra_secret_ref(key);
    invitation->name = g_steal_pointer(&tidy_name);
    invitation->address = g_steal_pointer(&tidy_address);
    invitation->start = start;
    invitation->end = end;
    invitation->rights = rights;
    invitation->hosts = hosts != NULL ? g_strdupv((GStrv)hosts) : g_new0(char *, 1);
    return invitation;
}

RaInvitation *ra_invitation_new(const char *name, const char *address, gint64 start, gint64 end,
                                RaRights rights, const char *const *hosts, GError **error)
{
    g_autoptr(RaSecret) random = ra_secret_new_random(RA_INVITATION_ID_LENGTH / 2);
    g_autoptr(RaSecret) key = ra_secret_new_random(RA_INVITATION_KEY_SIZE);
    char id[RA_INVITATION_ID_LENGTH + 1];
    for (gsize i = 0; i < RA_INVITATION_ID_LENGTH / 2; i++)
        g_snprintf(id + 2 * i, 3, "%02x", (guint)ra_secret_bytes(random)[i]);
    return ra_invitation_restore(id, key, name, address, start, end, rights, hosts, RA_ERROR_USAGE,
                                 error);
}

RaInvitation *ra_invitation_ref(RaInvitation *invitation)
{
    g_atomic_int_inc(&invitation->refs);
    return invitation;
}

void ra_invitation_unref(RaInvitation *invitation)
{
    if (invitation == NULL || !g_atomic_int_dec_and_test(&invitation->refs))
        return;
    ra_secret_unref(invitation->key);
    g_free(invitation->name);
    g_free(invitation->address);
    g_strfreev(invitation->hosts);
    g_free(invitation);
}

const char *ra_invitation_id(const RaInvitation *invitation)
{
    return invitation->id;
}

RaSecret *ra_invitation_key(const RaInvitation *invitation)
{
    return invitation->key;
}

const char *ra_invitation_name(const RaInvitation *invitation)
{
    return invitation->name;
}

const char *ra_invitation_address(const RaInvitation *invitation)
{
    return invitation->address;
}

gint64 ra_invitation_start(const RaInvitation *invitation)
{
    return invitation->start;
}

gint64 ra_invitation_end(const RaInvitation *invitation)
{
    return invitation->end;
}

RaRights ra_invitation_rights(const RaInvitation *invitation)
{
    return invitation->rights;
}

const char *const *ra_invitation_hosts(const RaInvitation *invitation)
{
    return (const char *const *)invitation->hosts;
}

const char *ra_rights_to_text(RaRights rights)
{
    return (rights & RA_RIGHT_CONTROL) != 0 ? "view control" : "view";
}

gboolean ra_rights_from_text(const char *text, RaRights *ret)
{
    if (strcmp(text, "view") == 0)
        *ret = RA_RIGHT_VIEW;
    else if (strcmp(text, "view control") == 0)
        *ret = RA_RIGHTS_ALL;
    else
        return FALSE;
    return TRUE;
}

RaSecret *ra_invitation_pack(const RaInvitation *invitation)
{
    RaFieldWriter writer;
    ra_field_writer_init(&writer);
    ra_field_put_text(&writer, PACK_MAGIC);
    ra_field_put_text(&writer, invitation->id);
    ra_field_put(&writer, ra_secret_bytes(invitation->key), RA_INVITATION_KEY_SIZE);
    ra_field_put_text(&writer, invitation->name);
    ra_field_put_text(&writer, invitation->address);
    ra_field_put_number(&writer, invitation->start);
    ra_field_put_number(&writer, invitation->end);
    ra_field_put_text(&writer, ra_rights_to_text(invitation->rights));
    for (gsize i = 0; invitation->hosts[i] != NULL; i++)
        ra_field_put_text(&writer, invitation->hosts[i]);
    return ra_field_writer_finish(&writer);
}

RaInvitation *ra_invitation_unpack(RaSecret *packed, GError **error)
{
    RaFieldReader reader;
    ra_field_reader_init(&reader, ra_secret_bytes(packed), ra_secret_size(packed));
    g_autofree char *magic = ra_field_get_text(&reader, strlen(PACK_MAGIC), FALSE);
    g_autofree char *id = ra_field_get_text(&reader, RA_INVITATION_ID_LENGTH, FALSE);
    g_autoptr(RaSecret) key = ra_secret_new(RA_INVITATION_KEY_SIZE);
    ra_field_get_exact(&reader, ra_secret_bytes(key), RA_INVITATION_KEY_SIZE);
    g_autofree char *name = ra_field_get_text(&reader, RA_INVITATION_NAME_MAX, FALSE);
    g_autofree char *address = ra_field_get_text(&reader, RA_INVITATION_ADDRESS_MAX, FALSE);
    const gint64 start = ra_field_get_number(&reader, 0, MOMENT_MAX);
    const gint64 end = ra_field_get_number(&reader, 0, MOMENT_MAX);
    g_autofree char *rights_text = ra_field_get_text(&reader, 16, FALSE);
    g_autoptr(GStrvBuilder) hosts = g_strv_builder_new();
    for (guint n = 0; ra_field_more(&reader) && n < RA_INVITATION_HOSTS_MAX; n++) {
        g_autofree char *host = ra_field_get_text(&reader, RA_INVITATION_HOST_MAX, FALSE);
        g_strv_builder_add(hosts, host);
    }
    g_auto(GStrv) all = g_strv_builder_end(hosts);
    RaRights rights = 0;
    if (!ra_field_reader_done(&reader) || strcmp(magic, PACK_MAGIC) != 0 ||
        !ra_rights_from_text(rights_text, &rights)) {
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "the handed-over invitation is damaged");
        return NULL;
    }
    return ra_invitation_restore(id, key, name, address, start, end, rights,
                                 (const char *const *)all, RA_ERROR_MALFORMED, error);
}
