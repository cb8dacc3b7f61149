/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a mail holds, finding invitations in it does no harm. */
#include "mailer/find/extract.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
    g_autoptr(GError) error = NULL;
    if (ra_extraction_check(extraction, &error) != (extraction->found->len > 0))
        g_error("The check contradicts the list");
    return 0;
}
