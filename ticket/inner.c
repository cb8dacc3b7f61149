/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a ticket says only to those who can open it. */
#include "ticket/internal.h"

#include "base/error.h"
#include "ticket/fields.h"

#include <string.h>

#define ASSOCIATED_MAGIC RA_TICKET_NAMESPACE
#define INNER_MAGIC      "ra-sealed-1"

RaSecret *ra_readable_associated(const RaReadable *readable)
{
    g_autofree char *start = ra_date_format(readable->start);
    g_autofree char *end = ra_date_format(readable->end);
    RaFieldWriter writer;
    ra_field_writer_init(&writer);
    ra_field_put_text(&writer, ASSOCIATED_MAGIC);
    ra_field_put_text(&writer, RA_TICKET_VERSION);
    ra_field_put_text(&writer, readable->name);
    ra_field_put_text(&writer, readable->address);
    ra_field_put_text(&writer, start);
    ra_field_put_text(&writer, end);
    if (readable->password) {
        ra_field_put_text(&writer, "scrypt");
        ra_field_put_number(&writer, (gint64)readable->cost.n);
        ra_field_put_number(&writer, readable->cost.r);
        ra_field_put_number(&writer, readable->cost.p);
        ra_field_put(&writer, readable->salt, RA_SALT_SIZE);
    } else {
        for (guint i = 0; i < 5; i++)
            ra_field_put_text(&writer, "");
    }
    ra_field_put_text(&writer, readable->certificates ? "cms" : "");
    ra_field_put_text(&writer, "aes-256-gcm");
    ra_field_put(&writer, readable->nonce, RA_NONCE_SIZE);
    return ra_field_writer_finish(&writer);
}

RaSecret *ra_inner_write(const RaInvitation *invitation, const RaReadable *readable)
{
    g_autoptr(RaSecret) associated = ra_readable_associated(readable);
    RaFieldWriter writer;
    ra_field_writer_init(&writer);
    ra_field_put_text(&writer, INNER_MAGIC);
    ra_field_put(&writer, ra_secret_bytes(associated), ra_secret_size(associated));
    ra_field_put_text(&writer, ra_invitation_id(invitation));
    ra_field_put(&writer, ra_secret_bytes(ra_invitation_key(invitation)), RA_INVITATION_KEY_SIZE);
    ra_field_put_text(&writer, ra_rights_to_text(ra_invitation_rights(invitation)));
    const char *const *hosts = ra_invitation_hosts(invitation);
    for (gsize i = 0; hosts[i] != NULL; i++)
        ra_field_put_text(&writer, hosts[i]);
    return ra_field_writer_finish(&writer);
}

RaInvitation *ra_inner_read(RaSecret *inner, const RaReadable *readable, GError **error)
{
    RaFieldReader reader;
    ra_field_reader_init(&reader, ra_secret_bytes(inner), ra_secret_size(inner));
    g_autofree char *magic = ra_field_get_text(&reader, strlen(INNER_MAGIC), FALSE);
    gsize repeated_size = 0;
    const guint8 *repeated = ra_field_get(&reader, &repeated_size);
    g_autofree char *id = ra_field_get_text(&reader, RA_INVITATION_ID_LENGTH, FALSE);
    g_autoptr(RaSecret) key = ra_secret_new(RA_INVITATION_KEY_SIZE);
    ra_field_get_exact(&reader, ra_secret_bytes(key), RA_INVITATION_KEY_SIZE);
    g_autofree char *rights_text = ra_field_get_text(&reader, 16, FALSE);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (guint n = 0; ra_field_more(&reader) && n < RA_INVITATION_HOSTS_MAX; n++) {
        g_autofree char *host = ra_field_get_text(&reader, RA_INVITATION_HOST_MAX, FALSE);
        g_strv_builder_add(builder, host);
    }
    g_auto(GStrv) hosts = g_strv_builder_end(builder);
    RaRights rights = 0;
    if (!ra_field_reader_done(&reader) || strcmp(magic, INNER_MAGIC) != 0 ||
        !ra_rights_from_text(rights_text, &rights)) {
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                    "what is sealed in the invitation breaks the format: ask for a new invitation");
        return NULL;
    }
    g_autoptr(RaSecret) associated = ra_readable_associated(readable);
    if (repeated_size != ra_secret_size(associated) ||
        memcmp(repeated, ra_secret_bytes(associated), repeated_size) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                    "what the invitation shows differs from what is sealed in it: it was altered, "
                    "ask for a new one");
        return NULL;
    }
    return ra_invitation_restore(id, key, readable->name, readable->address, readable->start,
                                 readable->end, rights, (const char *const *)hosts,
                                 RA_ERROR_MALFORMED, error);
}
