/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/fetched.h"

#include "mailer/imap/marks.h"

#include <stdio.h>
#include <string.h>

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

gboolean ra_imap_date_parse(const char *text, gint64 *ret)
{
    int day, year, hour, minute, second, zone, used = 0;
    char month[4], sign;
    while (*text == ' ')
        text++;
    /* Each number has a width, so that none overflows. NOLINTNEXTLINE(cert-err34-c) */
    if (strlen(text) > 32 || sscanf(text, "%2d-%3[A-Za-z]-%4d %2d:%2d:%2d %c%4d%n", &day, month,
                                    &year, &hour, &minute, &second, &sign, &zone, &used) != 8)
        return FALSE;
    int number = 0;
    for (int i = 0; i < 12; i++) {
        if (g_ascii_strncasecmp(months + (gsize)i * 3, month, 3) == 0)
            number = i + 1;
    }
    if (text[used] != '\0' || (sign != '+' && sign != '-') || zone < 0 || number == 0)
        return FALSE;
    g_autoptr(GDateTime) time =
        g_date_time_new_utc(year, number, day, hour, minute, MIN(second, 59));
    if (time == NULL)
        return FALSE;
    const gint64 offset = (gint64)(zone / 100 * 60 + zone % 100) * 60;
    *ret = g_date_time_to_unix(time) - (sign == '+' ? offset : -offset);
    return TRUE;
}

char *ra_imap_day_format(gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    if (date == NULL)
        date = g_date_time_new_from_unix_utc(0);
    return g_strdup_printf("%d-%.3s-%04d", g_date_time_get_day_of_month(date),
                           months + (gsize)(g_date_time_get_month(date) - 1) * 3,
                           g_date_time_get_year(date));
}

void ra_imap_fetched_clear(RaImapFetched *fetched)
{
    g_clear_pointer(&fetched->keywords, g_ptr_array_unref);
    g_clear_pointer(&fetched->structure, ra_imap_structure_free);
}

static GPtrArray *scan_flags(RaImapScan *scan)
{
    g_autoptr(GPtrArray) keywords = g_ptr_array_new_with_free_func(g_free);
    ra_imap_scan_spaces(scan);
    ra_imap_scan_want(scan, '(');
    while (!scan->bad && !ra_imap_scan_char(scan, ')')) {
        g_autofree char *flag = ra_imap_scan_atom(scan);
        g_autofree char *lower = flag != NULL ? g_ascii_strdown(flag, -1) : NULL;
        if (lower != NULL && ra_imap_keyword_is_ours(lower))
            g_ptr_array_add(keywords, g_steal_pointer(&lower));
        ra_imap_scan_spaces(scan);
    }
    return scan->bad ? NULL : g_steal_pointer(&keywords);
}

/* "BODY[1.2]<0> " is over; its value: a string in one piece. */
static void scan_section(RaImapScan *scan, RaImapFetched *fetched)
{
    while (!scan->bad && !ra_imap_scan_char(scan, ']')) {
        scan->bad = scan->at >= scan->end;
        scan->at += scan->bad ? 0 : 1;
    }
    if (ra_imap_scan_char(scan, '<')) {
        (void)ra_imap_scan_number(scan);
        ra_imap_scan_want(scan, '>');
    }
    ra_imap_scan_spaces(scan);
    gsize size = 0;
    const char *body = ra_imap_scan_literal(scan, &size);
    if (body == NULL && ra_imap_scan_char(scan, '"')) { /* a short one may be quoted */
        body = scan->at;
        while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\')
            scan->at++;
        size = (gsize)(scan->at - body);
        ra_imap_scan_want(scan, '"');
    } else if (body == NULL) {
        scan->bad = scan->bad || !ra_imap_scan_word(scan, "NIL");
    }
    if (!scan->bad && fetched->body == NULL) {
        fetched->body = body != NULL ? body : "";
        fetched->body_size = size;
    }
}

static void scan_date(RaImapScan *scan, RaImapFetched *fetched)
{
    ra_imap_scan_spaces(scan);
    g_autofree char *text = ra_imap_scan_string(scan, NULL);
    gint64 time;
    if (!scan->bad && text != NULL && ra_imap_date_parse(text, &time))
        fetched->received = time;
}

static void scan_item(RaImapScan *scan, RaImapFetched *fetched)
{
    if (ra_imap_scan_word(scan, "UID")) {
        ra_imap_scan_spaces(scan);
        fetched->uid = ra_imap_scan_uid(scan);
    } else if (ra_imap_scan_word(scan, "FLAGS")) {
        g_clear_pointer(&fetched->keywords, g_ptr_array_unref);
        fetched->keywords = scan_flags(scan);
    } else if (ra_imap_scan_word(scan, "MODSEQ")) {
        ra_imap_scan_spaces(scan);
        ra_imap_scan_want(scan, '(');
        fetched->modseq = ra_imap_scan_number(scan);
        ra_imap_scan_want(scan, ')');
    } else if (ra_imap_scan_word(scan, "INTERNALDATE")) {
        scan_date(scan, fetched);
    } else if (ra_imap_scan_word(scan, "RFC822.SIZE")) {
        ra_imap_scan_spaces(scan);
        const guint64 size = ra_imap_scan_number(scan);
        fetched->size = scan->bad ? -1 : (gint64)size;
    } else if (ra_imap_scan_word(scan, "BODYSTRUCTURE")) {
        g_clear_pointer(&fetched->structure, ra_imap_structure_free);
        fetched->structure = ra_imap_structure_scan(scan);
    } else if (ra_imap_scan_word(scan, "BODY[")) {
        scan_section(scan, fetched);
    } else {
        ra_imap_scan_skip(scan); /* its name, then its value */
        ra_imap_scan_skip(scan);
    }
}

gboolean ra_imap_fetched_read(RaImapFetched *fetched, const char *data, gsize size)
{
    RaImapScan scan = ra_imap_scan(data, size);
    (void)ra_imap_scan_number(&scan);
    ra_imap_scan_want(&scan, ' ');
    if (!ra_imap_scan_word(&scan, "FETCH"))
        return FALSE;
    *fetched = (RaImapFetched){.received = G_MININT64, .size = -1};
    ra_imap_scan_spaces(&scan);
    ra_imap_scan_want(&scan, '(');
    while (!scan.bad && !ra_imap_scan_char(&scan, ')')) {
        scan_item(&scan, fetched);
        ra_imap_scan_spaces(&scan);
    }
    return TRUE;
}
