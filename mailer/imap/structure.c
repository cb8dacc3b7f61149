/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/structure.h"

#include "mailer/imap/box.h"

#include <string.h>

enum {
    SMALL = 128 * 1024, /* bytes, encoded: no invitation has more (64 KiB in base64) */
};

typedef struct {
    RaImapScan *scan;
    RaImapStructure *out;
    guint depth;
} Walk;

/* One part without parts. */
typedef struct {
    char *type; /* "text/plain", in lower case */
    char *name; /* in lower case, or "" */
    guint64 size;
    gboolean attached;
    RaImapPartKind kind; /* of a message inside */
} Leaf;

static void part_free(gpointer data)
{
    RaImapPart *part = data;
    g_free(part->number);
    g_free(part);
}

void ra_imap_structure_free(RaImapStructure *structure)
{
    if (structure == NULL)
        return;
    g_ptr_array_unref(structure->parts);
    g_free(structure);
}

static gboolean has_suffix_of(const char *text, const char *const *suffixes)
{
    for (; *suffixes != NULL; suffixes++) {
        if (g_str_has_suffix(text, *suffixes))
            return TRUE;
    }
    return FALSE;
}

/* Names may be encoded or cut: a piece of them will do. */
static gboolean is_ours_by_name(const char *name)
{
    return strstr(name, "raticket") != NULL || strstr(name, "msrcincident") != NULL ||
           strstr(name, "rcbuddy") != NULL || strstr(name, "winmail") != NULL;
}

/* Wrappings, of any size: what is in them, nobody says. */
static gboolean is_wrapping(const Leaf *leaf)
{
    static const char *const types[] = {"application/ms-tnef",        "application/vnd.ms-tnef",
                                        "application/pkcs7-mime",     "application/x-pkcs7-mime",
                                        "application/vnd.ms-outlook", "message/news",
                                        "application/mbox",           NULL};
    static const char *const suffixes[] = {".msg", ".p7m", ".eml", ".mbox", ".tnef", NULL};
    return g_strv_contains(types, leaf->type) || has_suffix_of(leaf->name, suffixes);
}

/* What mail programs declare rightly, as far as they know it at all. */
static gboolean is_known_otherwise(const char *type)
{
    static const char *const types[] = {"application/pdf",
                                        "application/zip",
                                        "application/x-zip-compressed",
                                        "application/gzip",
                                        "application/msword",
                                        "application/rtf",
                                        "application/pgp-signature",
                                        "application/pgp-encrypted",
                                        "application/pgp-keys",
                                        "application/pkcs7-signature",
                                        "application/x-pkcs7-signature",
                                        "application/ics",
                                        "text/calendar",
                                        "text/vcard",
                                        "text/x-vcard",
                                        "text/rfc822-headers",
                                        "message/delivery-status",
                                        "message/disposition-notification",
                                        "message/external-body",
                                        NULL};
    static const char *const classes[] = {"image/",
                                          "audio/",
                                          "video/",
                                          "font/",
                                          "model/",
                                          "application/vnd.openxmlformats-",
                                          "application/vnd.oasis.",
                                          "application/vnd.ms-excel",
                                          "application/vnd.ms-powerpoint",
                                          "application/vnd.ms-word",
                                          NULL};
    if (g_strv_contains(types, type))
        return TRUE;
    for (guint i = 0; classes[i] != NULL; i++) {
        if (g_str_has_prefix(type, classes[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_message(const char *type)
{
    return strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0;
}

static RaImapPartKind judge(const Leaf *leaf)
{
    if (is_message(leaf->type))
        return leaf->kind;
    if (is_wrapping(leaf) || is_ours_by_name(leaf->name) || is_ours_by_name(leaf->type) ||
        g_str_has_prefix(leaf->type, "application/vnd.remote-assistance"))
        return RA_IMAP_PART_MAYBE;
    if (is_known_otherwise(leaf->type))
        return RA_IMAP_PART_NO;
    if (g_str_has_prefix(leaf->type, "text/") && !leaf->attached &&
        !g_str_equal(leaf->type, "text/xml"))
        return RA_IMAP_PART_TEXT;
    if (leaf->size <= SMALL)
        return RA_IMAP_PART_MAYBE;
    return g_str_has_prefix(leaf->type, "text/") ? RA_IMAP_PART_TEXT : RA_IMAP_PART_NO;
}

static void add_part(Walk *walk, const char *number, const Leaf *leaf)
{
    RaImapPart *part = g_new0(RaImapPart, 1);
    part->number = g_strdup(number);
    part->kind = judge(leaf);
    part->size = leaf->size;
    g_ptr_array_add(walk->out->parts, part);
    walk->scan->bad = walk->scan->bad || walk->out->parts->len > RA_IMAP_PARTS_MAX;
}

static char *scan_lower(RaImapScan *scan)
{
    g_autofree char *text = ra_imap_scan_string(scan, NULL);
    return text != NULL ? g_ascii_strdown(text, -1) : g_strdup("");
}

/* "(" name value ... ")" or NIL; appends the values of names that a file's name can have. */
static void scan_params(RaImapScan *scan, GString *name)
{
    ra_imap_scan_spaces(scan);
    if (!ra_imap_scan_char(scan, '(')) {
        ra_imap_scan_skip(scan); /* NIL */
        return;
    }
    while (!scan->bad && !ra_imap_scan_char(scan, ')')) {
        ra_imap_scan_spaces(scan);
        g_autofree char *key = scan_lower(scan);
        ra_imap_scan_spaces(scan);
        g_autofree char *value = scan_lower(scan);
        ra_imap_scan_spaces(scan);
        if (g_str_has_prefix(key, "name") || g_str_has_prefix(key, "filename"))
            g_string_append(name, value);
    }
}

static gboolean at_end(const RaImapScan *scan)
{
    return scan->bad || scan->at >= scan->end || *scan->at == ')';
}

static void skip_rest(RaImapScan *scan)
{
    for (ra_imap_scan_spaces(scan); !at_end(scan); ra_imap_scan_spaces(scan))
        ra_imap_scan_skip(scan);
    ra_imap_scan_want(scan, ')');
}

/* What follows the fields of all: MD5, then the disposition, which may name a file. */
static void scan_disposition(RaImapScan *scan, Leaf *leaf, GString *name)
{
    ra_imap_scan_spaces(scan);
    if (at_end(scan))
        return;
    ra_imap_scan_skip(scan);
    ra_imap_scan_spaces(scan);
    if (at_end(scan) || !ra_imap_scan_char(scan, '('))
        return;
    g_autofree char *disposition = scan_lower(scan);
    leaf->attached = strcmp(disposition, "attachment") == 0;
    ra_imap_scan_spaces(scan);
    if (!at_end(scan))
        scan_params(scan, name);
    skip_rest(scan);
}

static void scan_body(Walk *walk, const char *number);

/* A message inside is one part for us, which keeps its headers; worth the most that it holds. */
static RaImapPartKind scan_inner(Walk *walk, const char *number)
{
    const guint before = walk->out->parts->len;
    const gboolean whole = walk->out->whole;
    scan_body(walk, number);
    RaImapPartKind most = RA_IMAP_PART_NO;
    for (guint i = before; i < walk->out->parts->len; i++) {
        const RaImapPart *part = walk->out->parts->pdata[i];
        most = MAX(most, part->kind);
    }
    g_ptr_array_set_size(walk->out->parts, (gint)before);
    walk->out->whole = whole;
    return most;
}

/* The scan stands behind the "(" of a part that is no multipart. */
static void scan_leaf(Walk *walk, const char *number)
{
    RaImapScan *scan = walk->scan;
    Leaf leaf = {0};
    g_autoptr(GString) name = g_string_new(NULL);
    g_autofree char *major = scan_lower(scan);
    ra_imap_scan_spaces(scan);
    g_autofree char *minor = scan_lower(scan);
    g_autofree char *type = g_strdup_printf("%s/%s", major, minor);
    scan_params(scan, name);
    for (guint i = 0; i < 3; i++) /* id, description, encoding */
        ra_imap_scan_skip(scan);
    ra_imap_scan_spaces(scan);
    leaf.size = ra_imap_scan_number(scan);
    if (is_message(type)) {
        ra_imap_scan_skip(scan); /* envelope */
        leaf.kind = scan_inner(walk, number);
        ra_imap_scan_skip(scan); /* lines */
    } else if (strcmp(major, "text") == 0) {
        ra_imap_scan_skip(scan); /* lines */
    }
    scan_disposition(scan, &leaf, name);
    skip_rest(scan);
    leaf.type = type;
    leaf.name = name->str;
    leaf.attached = leaf.attached || *name->str != '\0';
    if (!scan->bad)
        add_part(walk, number, &leaf);
}

/* The scan stands behind the "(" of a multipart. */
static void scan_multipart(Walk *walk, const char *number)
{
    RaImapScan *scan = walk->scan;
    guint child = 0;
    while (!scan->bad && scan->at < scan->end && *scan->at == '(') {
        g_autofree char *inner =
            g_strdup_printf("%s%s%u", number, *number != '\0' ? "." : "", ++child);
        scan_body(walk, inner);
        ra_imap_scan_spaces(scan);
    }
    g_autofree char *subtype = scan_lower(scan);
    if (strcmp(subtype, "signed") == 0)
        walk->out->whole = TRUE;
    skip_rest(scan);
}

static void scan_body(Walk *walk, const char *number)
{
    RaImapScan *scan = walk->scan;
    scan->bad = scan->bad || ++walk->depth > RA_IMAP_NESTING_MAX;
    ra_imap_scan_spaces(scan);
    ra_imap_scan_want(scan, '(');
    if (scan->bad)
        return;
    if (scan->at < scan->end && *scan->at == '(')
        scan_multipart(walk, number);
    else
        scan_leaf(walk, number);
    walk->depth--;
}

RaImapStructure *ra_imap_structure_scan(RaImapScan *scan)
{
    g_autoptr(RaImapStructure) out = g_new0(RaImapStructure, 1);
    out->parts = g_ptr_array_new_with_free_func(part_free);
    ra_imap_scan_spaces(scan);
    out->single = scan->at + 1 < scan->end && scan->at[1] != '(';
    Walk walk = {scan, out, 0};
    scan_body(&walk, "");
    return scan->bad ? NULL : g_steal_pointer(&out);
}

RaImapPartKind ra_imap_structure_judge(const RaImapStructure *structure)
{
    RaImapPartKind most = RA_IMAP_PART_NO;
    for (guint i = 0; i < structure->parts->len; i++) {
        const RaImapPart *part = structure->parts->pdata[i];
        most = MAX(most, part->kind);
    }
    return most;
}
