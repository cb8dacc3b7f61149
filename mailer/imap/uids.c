/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/uids.h"

GArray *ra_imap_uids_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(guint32));
}

void ra_imap_uids_scan(RaImapScan *scan, GArray *uids, guint max)
{
    do {
        guint32 first = ra_imap_scan_uid(scan);
        guint32 last = ra_imap_scan_char(scan, ':') ? ra_imap_scan_uid(scan) : first;
        if (scan->bad)
            return;
        if (first > last) {
            const guint32 other = first;
            first = last;
            last = other;
        }
        /* The newest count. */
        for (guint64 uid = last; uid >= first && uids->len < max; uid--) {
            const guint32 value = (guint32)uid;
            g_array_append_val(uids, value);
        }
    } while (ra_imap_scan_char(scan, ','));
}

static int compare(gconstpointer one, gconstpointer two)
{
    const guint32 first = *(const guint32 *)one, second = *(const guint32 *)two;
    return first < second ? -1 : first > second;
}

void ra_imap_uids_sort(GArray *uids)
{
    g_array_sort(uids, compare);
    guint kept = 0;
    for (guint i = 0; i < uids->len; i++) {
        const guint32 uid = g_array_index(uids, guint32, i);
        if (kept == 0 || g_array_index(uids, guint32, kept - 1) != uid)
            g_array_index(uids, guint32, kept++) = uid;
    }
    g_array_set_size(uids, kept);
}

char *ra_imap_uids_take(const GArray *uids, guint *at, guint count)
{
    GString *text = g_string_new(NULL);
    const guint end = count < uids->len - *at ? *at + count : uids->len;
    guint i = *at;
    while (i < end && text->len < RA_IMAP_SET_MAX) {
        const guint32 from = g_array_index(uids, guint32, i);
        guint32 to = from;
        for (i++; i < end && g_array_index(uids, guint32, i) == to + 1; i++)
            to++;
        g_string_append_printf(text, "%s%u", text->len > 0 ? "," : "", from);
        if (to > from)
            g_string_append_printf(text, ":%u", to);
    }
    *at = i;
    return g_string_free(text, FALSE);
}

gboolean ra_imap_uids_find(const GArray *uids, guint32 uid, guint *at)
{
    return g_array_binary_search((GArray *)uids, &uid, compare, at);
}

gboolean ra_imap_uids_hold(const GArray *uids, guint32 uid)
{
    guint at;
    return ra_imap_uids_find(uids, uid, &at);
}
