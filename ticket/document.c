/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The XML of a ticket: read with libxml2, then walked element by element; written as text. */
#include "ticket/internal.h"

#include "base/error.h"
#include "ticket/xml.h"

#include <string.h>

enum { DECLARATION_MAX = 256, ATTRIBUTES_MAX = 8, NUMBER_DIGITS_MAX = 7, LINE_WIDTH = 64 };

#define REMEDY "ask for a new invitation"

static gboolean malformed(GError **error, const char *what)
{
    g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "the invitation is damaged (%s): " REMEDY,
                what);
    return FALSE;
}

void ra_readable_clear(RaReadable *readable)
{
    g_clear_pointer(&readable->name, g_free);
    g_clear_pointer(&readable->address, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RaReadable, ra_readable_clear)

char *ra_date_format(gint64 moment)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(moment);
    if (moment < 0 || date == NULL || g_date_time_get_year(date) > 9999)
        return NULL;
    return g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ");
}

gboolean ra_date_parse(const char *text, gint64 *ret)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    int part[6] = {0};
    gsize n = 0, i = 0;
    for (; form[i] != '\0'; i++) {
        if (form[i] != 'd' ? text[i] != form[i] : !g_ascii_isdigit(text[i]))
            return FALSE;
        if (form[i] == 'd')
            part[n] = 10 * part[n] + (text[i] - '0');
        else
            n++;
    }
    if (text[i] != '\0' || part[0] < 1970)
        return FALSE;
    g_autoptr(GDateTime) date =
        g_date_time_new_utc(part[0], part[1], part[2], part[3], part[4], part[5]);
    if (date == NULL)
        return FALSE;
    *ret = g_date_time_to_unix(date);
    return TRUE;
}

char *ra_document_to_utf8(const void *data, gsize size)
{
    const guint8 *bytes = data;
    if (size >= 2 &&
        ((bytes[0] == 0xFE && bytes[1] == 0xFF) || (bytes[0] == 0xFF && bytes[1] == 0xFE))) {
        gsize length = 0;
        g_autofree char *text =
            g_convert((const char *)bytes + 2, (gssize)(size - 2), "UTF-8",
                      bytes[0] == 0xFE ? "UTF-16BE" : "UTF-16LE", NULL, &length, NULL);
        return text != NULL && strlen(text) == length ? g_steal_pointer(&text) : NULL;
    }
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    if (!g_utf8_validate_len((const char *)bytes, size, NULL))
        return NULL;
    return g_strndup((const char *)bytes, size);
}

/* The text is UTF-8 by now; a document that says to be anything else is not what it says. */
static gboolean declares_known_encoding(const char *text)
{
    static const char *const known[] = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII"};
    if (!g_str_has_prefix(text, "<?xml"))
        return TRUE;
    const char *end = g_strstr_len(text, DECLARATION_MAX, "?>");
    if (end == NULL)
        return FALSE;
    const char *p = g_strstr_len(text, end - text, "encoding");
    if (p == NULL)
        return TRUE;
    p += strlen("encoding");
    p += strspn(p, " \t\r\n=\"'");
    const gsize length = strcspn(p, "\"'? \t\r\n");
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (length == strlen(known[i]) && g_ascii_strncasecmp(p, known[i], length) == 0)
            return TRUE;
    }
    return FALSE;
}

static xmlDocPtr parse_xml(const char *text, GError **error)
{
    gboolean doctype = FALSE;
    xmlDocPtr document = ra_xml_read(text, &doctype);
    if (document == NULL)
        malformed(error, doctype ? "it has a DOCTYPE" : "it is not well-formed XML");
    return document;
}

static gboolean is_ours(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns != NULL &&
           strcmp((const char *)node->ns->href, RA_TICKET_NAMESPACE) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

/* The element at *CURSOR if it has that name, and *CURSOR behind it; else NULL. */
static const xmlNode *take(const xmlNode **cursor, const char *name)
{
    while (*cursor != NULL && ra_xml_is_blank(*cursor))
        *cursor = (*cursor)->next;
    if (*cursor == NULL || !is_ours(*cursor, name))
        return NULL;
    const xmlNode *found = *cursor;
    *cursor = found->next;
    return found;
}

static gboolean at_end(const xmlNode *cursor)
{
    while (cursor != NULL && ra_xml_is_blank(cursor))
        cursor = cursor->next;
    return cursor == NULL;
}

/* TRUE if NODE has exactly the attributes NAMES (NULL-terminated), in any order, and declares no
 * foreign namespace. XML itself forbids one twice. */
static gboolean has_attributes(const xmlNode *node, const char *const *names)
{
    for (const xmlNs *ns = node->nsDef; ns != NULL; ns = ns->next) {
        if (ns->href == NULL || strcmp((const char *)ns->href, RA_TICKET_NAMESPACE) != 0)
            return FALSE;
    }
    guint n = 0;
    for (const xmlAttr *attribute = node->properties; attribute != NULL;
         attribute = attribute->next) {
        if (attribute->ns != NULL || !g_strv_contains(names, (const char *)attribute->name))
            return FALSE;
        n++;
    }
    return n == g_strv_length((GStrv)names);
}

static gboolean attribute_is(const xmlNode *node, const char *name, const char *value)
{
    g_autofree char *found = ra_xml_attribute(node, name);
    return g_strcmp0(found, value) == 0;
}

static gboolean attribute_number(const xmlNode *node, const char *name, guint64 *ret)
{
    g_autofree char *text = ra_xml_attribute(node, name);
    return text != NULL && strlen(text) <= NUMBER_DIGITS_MAX && text[0] != '0' &&
           g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32, ret, NULL);
}

static gboolean attribute_bytes(const xmlNode *node, const char *name, guint8 *ret, gsize size)
{
    g_autofree char *text = ra_xml_attribute(node, name);
    g_autoptr(GBytes) bytes = text != NULL ? ra_base64_read(text, strlen(text), FALSE) : NULL;
    if (bytes == NULL || g_bytes_get_size(bytes) != size)
        return FALSE;
    memcpy(ret, g_bytes_get_data(bytes, NULL), size);
    return TRUE;
}

static const char *const no_attributes[] = {NULL};

/* The next element, of text alone, with white space collapsed. NULL otherwise. Caller frees. */
static char *take_text(const xmlNode **cursor, const char *name)
{
    const xmlNode *node = take(cursor, name);
    char *text = node != NULL && has_attributes(node, no_attributes) ? ra_xml_text(node) : NULL;
    return text != NULL ? ra_collapse(text) : NULL;
}

static gboolean take_date(const xmlNode **cursor, const char *name, gint64 *ret)
{
    g_autofree char *text = take_text(cursor, name);
    return text != NULL && ra_date_parse(text, ret);
}

static gboolean read_password(const xmlNode *node, RaReadable *readable, GError **error)
{
    static const char *const attributes[] = {"kdf", "n", "r", "p", "salt", NULL};
    guint64 r = 0, p = 0;
    if (!has_attributes(node, attributes) || !at_end(node->children) ||
        !attribute_is(node, "kdf", "scrypt") || !attribute_number(node, "n", &readable->cost.n) ||
        !attribute_number(node, "r", &r) || !attribute_number(node, "p", &p) ||
        !attribute_bytes(node, "salt", readable->salt, RA_SALT_SIZE))
        return malformed(error, "how the password seals it is not as it must be");
    readable->cost.r = (guint32)r;
    readable->cost.p = (guint32)p;
    readable->password = TRUE;
    return ra_cost_is_sane(&readable->cost) || malformed(error, "its cost is out of bounds");
}

static gboolean read_sealing(const xmlNode *sealing, RaReadable *readable, GError **error)
{
    static const char *const envelope_attributes[] = {"envelope", NULL};
    static const char *const cipher_attributes[] = {"name", "nonce", NULL};
    const xmlNode *cursor = sealing->children;
    const xmlNode *password = take(&cursor, "password");
    if (password != NULL && !read_password(password, readable, error))
        return FALSE;
    const xmlNode *certificates = take(&cursor, "certificates");
    if (certificates != NULL &&
        (!has_attributes(certificates, envelope_attributes) || !at_end(certificates->children) ||
         !attribute_is(certificates, "envelope", "cms")))
        return malformed(error, "how certificates seal it is not as it must be");
    readable->certificates = certificates != NULL;
    const xmlNode *cipher = take(&cursor, "cipher");
    if (cipher == NULL || !has_attributes(cipher, cipher_attributes) || !at_end(cipher->children) ||
        !attribute_is(cipher, "name", "aes-256-gcm") ||
        !attribute_bytes(cipher, "nonce", readable->nonce, RA_NONCE_SIZE) ||
        !has_attributes(sealing, no_attributes) || !at_end(cursor))
        return malformed(error, "how it is sealed is not as it must be");
    return readable->password || readable->certificates ||
           malformed(error, "neither a password nor a certificate seals it");
}

static GBytes *read_sealed(const xmlNode *node)
{
    g_autofree char *text = has_attributes(node, no_attributes) ? ra_xml_text(node) : NULL;
    g_autoptr(GBytes) sealed = text != NULL ? ra_base64_read(text, strlen(text), TRUE) : NULL;
    return sealed != NULL && g_bytes_get_size(sealed) > RA_TAG_SIZE ? g_steal_pointer(&sealed)
                                                                    : NULL;
}

static gboolean check_root(const xmlNode *root, GError **error)
{
    static const char *const attributes[] = {"version", NULL};
    const char *href = root->ns != NULL ? (const char *)root->ns->href : "";
    const gboolean ours = g_str_has_prefix(href, RA_TICKET_NAMESPACE_ANY) &&
                          strcmp((const char *)root->name, "ticket") == 0;
    if (ours && (strcmp(href, RA_TICKET_NAMESPACE) != 0 ||
                 !attribute_is(root, "version", RA_TICKET_VERSION))) {
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                    "the invitation has a format that this program does not know: "
                    "update the program, or " REMEDY);
        return FALSE;
    }
    return (ours && has_attributes(root, attributes)) ||
           malformed(error, "it does not begin as an invitation");
}

static gboolean read_root(const xmlNode *root, RaReadable *readable, GBytes **ret_sealed,
                          GError **error)
{
    if (!check_root(root, error))
        return FALSE;
    const xmlNode *cursor = root->children;
    readable->name = take_text(&cursor, "name");
    readable->address = readable->name != NULL ? take_text(&cursor, "address") : NULL;
    if (readable->address == NULL || !take_date(&cursor, "start", &readable->start) ||
        !take_date(&cursor, "end", &readable->end))
        return malformed(error, "who asks, or when, is missing or not as it must be");
    g_autoptr(GError) why = NULL;
    if (!ra_invitation_check_readable(readable->name, readable->address, readable->start,
                                      readable->end, RA_ERROR_MALFORMED, &why))
        return malformed(error, why->message);
    const xmlNode *sealing = take(&cursor, "sealing");
    if (sealing == NULL)
        return malformed(error, "it does not say how it is sealed");
    if (!read_sealing(sealing, readable, error))
        return FALSE;
    const xmlNode *node = take(&cursor, "sealed");
    g_autoptr(GBytes) sealed = node != NULL ? read_sealed(node) : NULL;
    if (sealed == NULL)
        return malformed(error, "its sealed part is missing or damaged");
    if (!at_end(cursor))
        return malformed(error, "something unknown follows its sealed part");
    *ret_sealed = g_steal_pointer(&sealed);
    return TRUE;
}

gboolean ra_document_read(RaReadable *ret, GBytes **ret_sealed, const void *data, gsize size,
                          GError **error)
{
    if (size > RA_TICKET_MAX)
        return malformed(error, "it is larger than 64 KiB");
    g_autofree char *text = ra_document_to_utf8(data, size);
    if (text == NULL)
        return malformed(error, "it is not text in UTF-8 or UTF-16");
    if (!declares_known_encoding(text))
        return malformed(error, "it declares an encoding other than UTF-8 and UTF-16");
    xmlDocPtr document = parse_xml(text, error);
    if (document == NULL)
        return FALSE;
    g_auto(RaReadable) readable = {0};
    const xmlNode *root = xmlDocGetRootElement(document);
    gboolean good = root->prev == NULL && root->next == NULL
                        ? read_root(root, &readable, ret_sealed, error)
                        : malformed(error, "something unknown stands around it");
    xmlFreeDoc(document);
    if (!good)
        return FALSE;
    *ret = readable;
    readable = (RaReadable){0};
    return TRUE;
}

static void write_sealing(GString *xml, const RaReadable *readable)
{
    g_string_append(xml, "  <sealing>\n");
    if (readable->password) {
        g_autofree char *salt = g_base64_encode(readable->salt, RA_SALT_SIZE);
        g_string_append_printf(xml,
                               "    <password kdf=\"scrypt\" n=\"%" G_GUINT64_FORMAT
                               "\" r=\"%u\" p=\"%u\" salt=\"%s\"/>\n",
                               readable->cost.n, readable->cost.r, readable->cost.p, salt);
    }
    if (readable->certificates)
        g_string_append(xml, "    <certificates envelope=\"cms\"/>\n");
    g_autofree char *nonce = g_base64_encode(readable->nonce, RA_NONCE_SIZE);
    g_string_append_printf(xml, "    <cipher name=\"aes-256-gcm\" nonce=\"%s\"/>\n  </sealing>\n",
                           nonce);
}

GBytes *ra_document_write(const RaReadable *readable, GBytes *sealed)
{
    g_autofree char *name = g_markup_escape_text(readable->name, -1);
    g_autofree char *address = g_markup_escape_text(readable->address, -1);
    g_autofree char *start = ra_date_format(readable->start);
    g_autofree char *end = ra_date_format(readable->end);
    gsize size = 0;
    const void *data = g_bytes_get_data(sealed, &size);
    g_autofree char *lines = ra_base64_lines(data, size, LINE_WIDTH);
    GString *xml = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                "<ticket xmlns=\"" RA_TICKET_NAMESPACE
                                "\" version=\"" RA_TICKET_VERSION "\">\n");
    g_string_append_printf(xml, "  <name>%s</name>\n  <address>%s</address>\n", name, address);
    g_string_append_printf(xml, "  <start>%s</start>\n  <end>%s</end>\n", start, end);
    write_sealing(xml, readable);
    g_string_append_printf(xml, "  <sealed>\n%s  </sealed>\n</ticket>\n", lines);
    return g_string_free_to_bytes(xml);
}
