/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a ticket as it comes out of a mail. What is read is written again, and must read alike.
 */
#include "ticket/internal.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_again(const RaReadable *first, GBytes *sealed)
{
    g_autoptr(GBytes) document = ra_document_write(first, sealed);
    g_autoptr(GError) error = NULL;
    RaReadable second = {0};
    GBytes *second_sealed = NULL;
    /* What was short for being spaced out may be too large when written: 64 KiB hold for both. */
    if (g_bytes_get_size(document) > RA_TICKET_MAX)
        return;
    if (!ra_document_read(&second, &second_sealed, g_bytes_get_data(document, NULL),
                          g_bytes_get_size(document), &error))
        g_error("not read again: %s", error->message);
    g_autoptr(RaSecret) a = ra_readable_associated(first);
    g_autoptr(RaSecret) b = ra_readable_associated(&second);
    g_assert_true(ra_secret_equal(a, b));
    g_assert_true(g_bytes_equal(sealed, second_sealed));
    ra_readable_clear(&second);
    g_bytes_unref(second_sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    RaReadable readable = {0};
    GBytes *sealed = NULL;
    (void)ra_ticket_looks_like(data, size);
    if (!ra_document_read(&readable, &sealed, data, size, &error)) {
        g_assert_nonnull(error);
        g_assert_null(sealed);
        return 0;
    }
    read_again(&readable, sealed);
    ra_readable_clear(&readable);
    g_bytes_unref(sealed);
    g_autoptr(RaTicket) ticket = ra_ticket_parse(data, size, NULL);
    g_assert_nonnull(ticket);
    (void)ra_ticket_check_time(ticket, ra_ticket_end(ticket) - 1, NULL);
    return 0;
}
