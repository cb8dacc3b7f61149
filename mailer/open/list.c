/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/list.h"

#include "base/error.h"

#include <string.h>

RaOpenState ra_open_state(const RaFound *found, gint64 now)
{
    if (ra_found_check_time(found, now, NULL))
        return RA_OPEN_VALID;
    return now < ra_found_start(found) ? RA_OPEN_NOT_YET : RA_OPEN_EXPIRED;
}

const char *ra_open_state_name(RaOpenState state)
{
    switch (state) {
    case RA_OPEN_VALID:
        return "valid";
    case RA_OPEN_NOT_YET:
        return "not-yet-valid";
    case RA_OPEN_EXPIRED:
        break;
    }
    return "expired";
}

static gint compare(gconstpointer a, gconstpointer b, gpointer data)
{
    const RaFound *first = *(RaFound *const *)a, *second = *(RaFound *const *)b;
    const gint64 now = *(const gint64 *)data;
    const RaOpenState first_state = ra_open_state(first, now);
    const RaOpenState second_state = ra_open_state(second, now);
    if (first_state != second_state)
        return first_state < second_state ? -1 : 1;
    const gint64 first_start = ra_found_start(first);
    const gint64 second_start = ra_found_start(second);
    return first_start > second_start ? -1 : first_start < second_start;
}

GPtrArray *ra_open_sort(const RaExtraction *extraction, gint64 now)
{
    GPtrArray *sorted = g_ptr_array_new();
    for (guint i = 0; i < extraction->found->len; i++)
        g_ptr_array_add(sorted, extraction->found->pdata[i]);
    g_ptr_array_sort_with_data(sorted, compare, &now); /* stable */
    return sorted;
}

gboolean ra_open_sender_differs(const RaFound *found)
{
    const char *address = ra_found_address(found);
    if (found->message == NULL || *address == '\0')
        return FALSE;
    if (found->message->from_many)
        return TRUE;
    g_autofree char *claimed = g_utf8_casefold(address, -1);
    g_autofree char *sender = g_utf8_casefold(found->message->from_address, -1);
    return *sender != '\0' && strcmp(claimed, sender) != 0;
}

gboolean ra_open_signer_differs(const RaFound *found)
{
    const RaSigner *signer = found->signer;
    if (signer == NULL || found->message == NULL || *found->message->from_address == '\0' ||
        (signer->state != RA_SIGNATURE_GOOD && signer->state != RA_SIGNATURE_UNTRUSTED))
        return FALSE;
    return found->message->from_many || !ra_signer_is(signer, found->message->from_address);
}

gboolean ra_open_check_number(const GPtrArray *sorted, int number, GError **error)
{
    const guint n = sorted->len;
    if (number >= 0 && (guint)number <= n)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                n == 1 ? "there is no invitation %d: there is one"
                       : "there is no invitation %d: there are %u",
                number, n);
    return FALSE;
}
