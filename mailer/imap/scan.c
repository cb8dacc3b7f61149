/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/scan.h"

#include "mailer/imap/box.h"

#include <string.h>

RaImapScan ra_imap_scan(const char *data, gsize size)
{
    return (RaImapScan){.at = data, .end = data + size, .bad = FALSE};
}

static char next(const RaImapScan *scan)
{
    return scan->bad || scan->at >= scan->end ? '\0' : *scan->at;
}

static gboolean is_atom_char(char c)
{
    return (guchar)c > ' ' && c != 0x7F && strchr("()[]{}\"", c) == NULL;
}

gboolean ra_imap_scan_char(RaImapScan *scan, char c)
{
    if (next(scan) != c || c == '\0')
        return FALSE;
    scan->at++;
    return TRUE;
}

gboolean ra_imap_scan_word(RaImapScan *scan, const char *word)
{
    const gsize length = strlen(word);
    if (scan->bad || (gsize)(scan->end - scan->at) < length ||
        g_ascii_strncasecmp(scan->at, word, length) != 0)
        return FALSE;
    if (scan->at + length < scan->end && is_atom_char(scan->at[length]) &&
        is_atom_char(word[length - 1]))
        return FALSE;
    scan->at += length;
    return TRUE;
}

void ra_imap_scan_want(RaImapScan *scan, char c)
{
    if (!ra_imap_scan_char(scan, c))
        scan->bad = TRUE;
}

void ra_imap_scan_spaces(RaImapScan *scan)
{
    while (ra_imap_scan_char(scan, ' '))
        ;
}

guint64 ra_imap_scan_number(RaImapScan *scan)
{
    guint64 n = 0;
    guint digits = 0;
    for (; g_ascii_isdigit(next(scan)); scan->at++, digits++) {
        const guint64 digit = (guint64)(*scan->at - '0');
        if (n > (G_MAXINT64 - digit) / 10) {
            scan->bad = TRUE;
            return 0;
        }
        n = n * 10 + digit;
    }
    scan->bad = scan->bad || digits == 0;
    return n;
}

guint32 ra_imap_scan_uid(RaImapScan *scan)
{
    const guint64 n = ra_imap_scan_number(scan);
    scan->bad = scan->bad || n == 0 || n > G_MAXUINT32;
    return scan->bad ? 0 : (guint32)n;
}

char *ra_imap_scan_atom(RaImapScan *scan)
{
    const char *start = scan->at;
    while (is_atom_char(next(scan)))
        scan->at++;
    if (scan->at == start || scan->bad) {
        scan->bad = TRUE;
        return NULL;
    }
    return g_strndup(start, (gsize)(scan->at - start));
}

const char *ra_imap_scan_literal(RaImapScan *scan, gsize *size)
{
    RaImapScan ahead = *scan;
    (void)ra_imap_scan_char(&ahead, '~');
    if (!ra_imap_scan_char(&ahead, '{'))
        return NULL;
    const guint64 n = ra_imap_scan_number(&ahead);
    (void)ra_imap_scan_char(&ahead, '+');
    ra_imap_scan_want(&ahead, '}');
    (void)ra_imap_scan_char(&ahead, '\r');
    ra_imap_scan_want(&ahead, '\n');
    if (ahead.bad || n > (guint64)(ahead.end - ahead.at))
        return NULL;
    const char *bytes = ahead.at;
    ahead.at += n;
    *scan = ahead;
    *size = (gsize)n;
    return bytes;
}

static char *scan_quoted(RaImapScan *scan, gsize *size)
{
    g_autoptr(GString) text = g_string_new(NULL);
    ra_imap_scan_want(scan, '"');
    while (!scan->bad && next(scan) != '"') {
        (void)ra_imap_scan_char(scan, '\\');
        if (scan->at >= scan->end) {
            scan->bad = TRUE;
            return NULL;
        }
        g_string_append_c(text, *scan->at++);
    }
    ra_imap_scan_want(scan, '"');
    *size = text->len;
    return scan->bad ? NULL : g_strndup(text->str, text->len);
}

char *ra_imap_scan_string(RaImapScan *scan, gsize *size)
{
    gsize n = 0;
    char *text = NULL;
    const char *bytes = ra_imap_scan_literal(scan, &n);
    if (bytes != NULL) {
        text = g_malloc(n + 1);
        memcpy(text, bytes, n);
        text[n] = '\0';
    } else if (next(scan) == '"') {
        text = scan_quoted(scan, &n);
    } else if (!ra_imap_scan_word(scan, "NIL")) {
        text = ra_imap_scan_atom(scan); /* some servers leave out the quotes */
        n = text != NULL ? strlen(text) : 0;
    }
    if (size != NULL)
        *size = n;
    return text;
}

static void skip_one(RaImapScan *scan)
{
    gsize size;
    if (ra_imap_scan_literal(scan, &size) != NULL)
        return;
    if (next(scan) == '"') {
        scan->at++;
        while (scan->at < scan->end && *scan->at != '"')
            scan->at += *scan->at == '\\' && scan->at + 1 < scan->end ? 2 : 1;
        ra_imap_scan_want(scan, '"');
        return;
    }
    const char *start = scan->at;
    while (is_atom_char(next(scan)) || next(scan) == '[' || next(scan) == ']')
        scan->at++;
    scan->bad = scan->bad || scan->at == start;
}

void ra_imap_scan_skip(RaImapScan *scan)
{
    guint depth = 0;
    do {
        ra_imap_scan_spaces(scan);
        if (ra_imap_scan_char(scan, '(')) {
            scan->bad = scan->bad || ++depth > RA_IMAP_NESTING_MAX;
        } else if (ra_imap_scan_char(scan, ')')) {
            scan->bad = scan->bad || depth == 0;
            depth -= depth > 0 ? 1 : 0;
        } else {
            skip_one(scan);
        }
    } while (!scan->bad && depth > 0);
}
