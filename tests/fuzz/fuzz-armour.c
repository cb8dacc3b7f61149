/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding blocks in any text; and any bytes put into a block must come out of it. */
#include "ticket/armour.h"
#include "ticket/ticket.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCKS_MAX = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    guint damaged = 0;
    g_autoptr(GPtrArray) found = ra_dearmour((const char *)data, size, BLOCKS_MAX, &damaged);
    g_assert_cmpuint(found->len, <=, BLOCKS_MAX);
    if (size == 0 || size > RA_TICKET_MAX)
        return 0;
    g_autoptr(GBytes) document = g_bytes_new(data, size);
    g_autofree char *block = ra_armour(document);
    g_autoptr(GPtrArray) back = ra_dearmour(block, strlen(block), BLOCKS_MAX, &damaged);
    g_assert_cmpuint(back->len, ==, 1);
    g_assert_cmpuint(damaged, ==, 0);
    g_assert_true(g_bytes_equal(back->pdata[0], document));
    return 0;
}
