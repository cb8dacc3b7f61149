/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The binary form behind the seal, of handed-over invitations and of the store. The first byte
 * says which. */
#include "ticket/entry.h"
#include "ticket/fields.h"
#include "ticket/internal.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

enum { SUM_SIZE = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_fields(const uint8_t *data, size_t size)
{
    RaFieldReader reader;
    ra_field_reader_init(&reader, data, size);
    for (guint i = 0; ra_field_more(&reader); i++) {
        guint8 four[4];
        if (i % 4 == 0)
            g_free(ra_field_get_text(&reader, 64, i % 8 == 0));
        else if (i % 4 == 1)
            (void)ra_field_get_number(&reader, -5, 1000);
        else
            ra_field_get_exact(&reader, four, i % 5);
    }
    (void)ra_field_reader_done(&reader);
}

static void read_inner(RaSecret *bytes)
{
    const RaReadable readable = {.name = (char *)"Anna",
                                 .address = (char *)"a@b.example",
                                 .start = 0,
                                 .end = 3600,
                                 .certificates = TRUE};
    g_autoptr(RaInvitation) invitation = ra_inner_read(bytes, &readable, NULL);
    if (invitation == NULL)
        return;
    g_autoptr(RaSecret) again = ra_inner_write(invitation, &readable);
    g_assert_true(ra_secret_equal(again, bytes));
}

static void read_packed(RaSecret *bytes)
{
    g_autoptr(RaInvitation) invitation = ra_invitation_unpack(bytes, NULL);
    if (invitation == NULL)
        return;
    g_autoptr(RaSecret) again = ra_invitation_pack(invitation);
    g_autoptr(RaInvitation) twice = ra_invitation_unpack(again, NULL);
    g_assert_nonnull(twice);
}

/* With the right checksum behind it, which no fuzzer finds. */
static void read_entry(const uint8_t *data, size_t size)
{
    g_autoptr(RaSecret) bytes = ra_secret_new(size + SUM_SIZE);
    memcpy(ra_secret_bytes(bytes), data, size);
    EVP_Digest(data, size, ra_secret_bytes(bytes) + size, NULL, EVP_sha256(), NULL);
    RaStoreEntry *entry = ra_entry_decode(bytes);
    if (entry == NULL)
        return;
    g_autoptr(RaSecret) again = ra_entry_encode(entry);
    ra_store_entry_unref(entry);
    entry = ra_entry_decode(again);
    g_assert_nonnull(entry);
    ra_store_entry_unref(entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > RA_FIELDS_MAX)
        return 0;
    const uint8_t kind = data[0];
    data++;
    size--;
    read_fields(data, size);
    g_autoptr(RaSecret) bytes = ra_secret_new_copy(data, size);
    if (kind == 'i')
        read_inner(bytes);
    else if (kind == 'p')
        read_packed(bytes);
    else if (kind == 's')
        read_entry(data, size);
    return 0;
}
