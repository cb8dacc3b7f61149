/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/entry.h"

#include "base/error.h"
#include "base/text.h"
#include "ticket/fields.h"
#include "ticket/internal.h"

#include <openssl/evp.h>
#include <string.h>

enum { SUM_SIZE = 32 };

#define ENTRY_MAGIC "ra-store-1"

struct _RaStoreEntry {
    gint refs; /* atomic */
    RaStoreState state;
    gboolean sent;
    gint64 created;           /* microseconds */
    RaInvitation *invitation; /* with a key of zeros where the key is forgotten */
    GBytes *ticket;
    GStrv recipients;
    char *message;
};

static const char *const state_names[] = {"open", "used", "expired", "cancelled"};

static gboolean has_key(RaStoreState state)
{
    return state == RA_STORE_OPEN || state == RA_STORE_USED;
}

RaStoreEntry *ra_store_entry_ref(RaStoreEntry *entry)
{
    g_atomic_int_inc(&entry->refs);
    return entry;
}

void ra_store_entry_unref(RaStoreEntry *entry)
{
    if (entry == NULL || !g_atomic_int_dec_and_test(&entry->refs))
        return;
    ra_invitation_unref(entry->invitation);
    g_bytes_unref(entry->ticket);
    g_strfreev(entry->recipients);
    g_free(entry->message);
    g_free(entry);
}

const char *ra_store_entry_id(const RaStoreEntry *entry)
{
    return ra_invitation_id(entry->invitation);
}

RaStoreState ra_store_entry_state(const RaStoreEntry *entry)
{
    return entry->state;
}

const char *ra_store_entry_state_name(const RaStoreEntry *entry)
{
    return state_names[entry->state];
}

const char *const *ra_store_entry_recipients(const RaStoreEntry *entry)
{
    return (const char *const *)entry->recipients;
}

gint64 ra_store_entry_start(const RaStoreEntry *entry)
{
    return ra_invitation_start(entry->invitation);
}

gint64 ra_store_entry_end(const RaStoreEntry *entry)
{
    return ra_invitation_end(entry->invitation);
}

const char *ra_store_entry_name(const RaStoreEntry *entry)
{
    return ra_invitation_name(entry->invitation);
}

const char *ra_store_entry_address(const RaStoreEntry *entry)
{
    return ra_invitation_address(entry->invitation);
}

gboolean ra_store_entry_sent(const RaStoreEntry *entry)
{
    return entry->sent;
}

GBytes *ra_store_entry_ticket(const RaStoreEntry *entry)
{
    return entry->ticket;
}

const char *ra_store_entry_message(const RaStoreEntry *entry)
{
    return entry->message;
}

RaInvitation *ra_store_entry_invitation(const RaStoreEntry *entry)
{
    return has_key(entry->state) ? entry->invitation : NULL;
}

gint64 ra_entry_created(const RaStoreEntry *entry)
{
    return entry->created;
}

static gboolean check_recipients(const char *const *recipients, GError **error)
{
    guint n = 0;
    for (; recipients != NULL && recipients[n] != NULL; n++) {
        if (strlen(recipients[n]) <= RA_INVITATION_ADDRESS_MAX &&
            ra_text_is_plain_line(recipients[n]))
            continue;
        g_autofree char *shown = ra_text_line(recipients[n], RA_TEXT_NAME_MAX);
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "'%s' is not a mail address: correct it",
                    shown);
        return FALSE;
    }
    if (n <= RA_ENTRY_RECIPIENTS_MAX)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "%u recipients are too many: at most %d", n,
                RA_ENTRY_RECIPIENTS_MAX);
    return FALSE;
}

RaStoreEntry *ra_entry_new(RaInvitation *invitation, GBytes *ticket, const char *const *recipients,
                           const char *message, gint64 created, GError **error)
{
    g_autofree char *text = g_utf8_make_valid(message != NULL ? message : "", -1);
    if (g_bytes_get_size(ticket) > RA_TICKET_MAX || strlen(text) > RA_ENTRY_MESSAGE_MAX) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "the invitation's message is longer than %d bytes: shorten it",
                    RA_ENTRY_MESSAGE_MAX);
        return NULL;
    }
    if (!check_recipients(recipients, error))
        return NULL;
    RaStoreEntry *entry = g_new0(RaStoreEntry, 1);
    entry->refs = 1;
    entry->created = created;
    entry->invitation = ra_invitation_ref(invitation);
    entry->ticket = g_bytes_ref(ticket);
    entry->recipients = recipients != NULL ? g_strdupv((GStrv)recipients) : g_new0(char *, 1);
    entry->message = g_steal_pointer(&text);
    return entry;
}

/* The same without its key: one of zeros takes the place. */
static RaInvitation *without_key(const RaInvitation *invitation)
{
    g_autoptr(RaSecret) zeros = ra_secret_new(RA_INVITATION_KEY_SIZE);
    g_autoptr(GError) error = NULL;
    RaInvitation *bare =
        ra_invitation_restore(ra_invitation_id(invitation), zeros, ra_invitation_name(invitation),
                              ra_invitation_address(invitation), ra_invitation_start(invitation),
                              ra_invitation_end(invitation), ra_invitation_rights(invitation),
                              ra_invitation_hosts(invitation), RA_ERROR_FAILED, &error);
    g_assert_no_error(error); /* every value was checked when the original was made */
    return bare;
}

static RaStoreEntry *copy(const RaStoreEntry *entry)
{
    RaStoreEntry *twin = g_new0(RaStoreEntry, 1);
    twin->refs = 1;
    twin->state = entry->state;
    twin->sent = entry->sent;
    twin->created = entry->created;
    twin->invitation = ra_invitation_ref(entry->invitation);
    twin->ticket = g_bytes_ref(entry->ticket);
    twin->recipients = g_strdupv(entry->recipients);
    twin->message = g_strdup(entry->message);
    return twin;
}

RaStoreEntry *ra_entry_with_state(const RaStoreEntry *entry, RaStoreState state)
{
    RaStoreEntry *changed = copy(entry);
    changed->state = state;
    if (!has_key(state)) {
        ra_invitation_unref(changed->invitation);
        changed->invitation = without_key(entry->invitation);
    }
    return changed;
}

RaStoreEntry *ra_entry_with_sent(const RaStoreEntry *entry, const char *const *recipients,
                                 GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const char *const *had = (const char *const *)entry->recipients;
    g_strv_builder_addv(builder, (const char **)entry->recipients);
    for (gsize i = 0; recipients != NULL && recipients[i] != NULL; i++) {
        if (!g_strv_contains(had, recipients[i]))
            g_strv_builder_add(builder, recipients[i]);
    }
    g_auto(GStrv) all = g_strv_builder_end(builder);
    if (!check_recipients((const char *const *)all, error))
        return NULL;
    RaStoreEntry *changed = copy(entry);
    g_strfreev(changed->recipients);
    changed->recipients = g_steal_pointer(&all);
    changed->sent = TRUE;
    return changed;
}

static void checksum(RaSecret *bytes, gsize size, guint8 *sum)
{
    if (EVP_Digest(ra_secret_bytes(bytes), size, sum, NULL, EVP_sha256(), NULL) != 1)
        g_error("SHA-256 does not work here");
}

RaSecret *ra_entry_encode(const RaStoreEntry *entry)
{
    g_autoptr(RaSecret) invitation = ra_invitation_pack(entry->invitation);
    RaFieldWriter writer;
    ra_field_writer_init(&writer);
    ra_field_put_text(&writer, ENTRY_MAGIC);
    ra_field_put_text(&writer, state_names[entry->state]);
    ra_field_put_number(&writer, entry->sent ? 1 : 0);
    ra_field_put_number(&writer, entry->created);
    ra_field_put(&writer, ra_secret_bytes(invitation), ra_secret_size(invitation));
    ra_field_put(&writer, g_bytes_get_data(entry->ticket, NULL), g_bytes_get_size(entry->ticket));
    ra_field_put_text(&writer, entry->message);
    for (gsize i = 0; entry->recipients[i] != NULL; i++)
        ra_field_put_text(&writer, entry->recipients[i]);
    g_autoptr(RaSecret) fields = ra_field_writer_finish(&writer);
    const gsize size = ra_secret_size(fields);
    RaSecret *bytes = ra_secret_new(size + SUM_SIZE);
    memcpy(ra_secret_bytes(bytes), ra_secret_bytes(fields), size);
    checksum(fields, size, ra_secret_bytes(bytes) + size);
    return bytes;
}

static gboolean decode_state(RaFieldReader *reader, RaStoreState *ret)
{
    g_autofree char *name = ra_field_get_text(reader, 16, FALSE);
    for (guint i = 0; i < G_N_ELEMENTS(state_names); i++) {
        if (strcmp(name, state_names[i]) == 0) {
            *ret = (RaStoreState)i;
            return TRUE;
        }
    }
    return FALSE;
}

static RaInvitation *decode_invitation(RaFieldReader *reader)
{
    gsize size = 0;
    const guint8 *data = ra_field_get(reader, &size);
    if (data == NULL || size > RA_SECRET_MAX)
        return NULL;
    g_autoptr(RaSecret) packed = ra_secret_new_copy(data, size);
    return ra_invitation_unpack(packed, NULL);
}

static GBytes *decode_ticket(RaFieldReader *reader)
{
    gsize size = 0;
    const guint8 *data = ra_field_get(reader, &size);
    return data != NULL ? g_bytes_new(data, size) : NULL;
}

static GStrv decode_recipients(RaFieldReader *reader)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (guint n = 0; ra_field_more(reader) && n < RA_ENTRY_RECIPIENTS_MAX; n++) {
        g_autofree char *recipient = ra_field_get_text(reader, RA_INVITATION_ADDRESS_MAX, FALSE);
        g_strv_builder_add(builder, recipient);
    }
    return g_strv_builder_end(builder);
}

/* Personal messages keep whatever the novice typed; only NUL and broken UTF-8 cannot be in one. */
static char *decode_message(RaFieldReader *reader)
{
    gsize size = 0;
    const guint8 *data = ra_field_get(reader, &size);
    if (data == NULL || size > RA_ENTRY_MESSAGE_MAX ||
        !g_utf8_validate_len((const char *)data, size, NULL))
        return NULL;
    return g_strndup((const char *)data, size);
}

RaStoreEntry *ra_entry_decode(RaSecret *bytes)
{
    guint8 sum[SUM_SIZE];
    if (ra_secret_size(bytes) <= SUM_SIZE)
        return NULL;
    const gsize size = ra_secret_size(bytes) - SUM_SIZE;
    checksum(bytes, size, sum);
    if (memcmp(sum, ra_secret_bytes(bytes) + size, SUM_SIZE) != 0)
        return NULL;
    RaFieldReader reader;
    ra_field_reader_init(&reader, ra_secret_bytes(bytes), size);
    g_autofree char *magic = ra_field_get_text(&reader, strlen(ENTRY_MAGIC), FALSE);
    RaStoreState state = RA_STORE_OPEN;
    const gboolean state_known = decode_state(&reader, &state);
    const gboolean sent = ra_field_get_number(&reader, 0, 1) == 1;
    const gint64 created = ra_field_get_number(&reader, 0, G_MAXINT64);
    g_autoptr(RaInvitation) invitation = decode_invitation(&reader);
    g_autoptr(GBytes) ticket = decode_ticket(&reader);
    g_autofree char *message = decode_message(&reader);
    g_auto(GStrv) recipients = decode_recipients(&reader);
    if (!ra_field_reader_done(&reader) || strcmp(magic, ENTRY_MAGIC) != 0 || !state_known ||
        invitation == NULL || ticket == NULL || message == NULL)
        return NULL;
    RaStoreEntry *entry =
        ra_entry_new(invitation, ticket, (const char *const *)recipients, message, created, NULL);
    if (entry != NULL) {
        entry->state = state;
        entry->sent = sent;
    }
    return entry;
}
