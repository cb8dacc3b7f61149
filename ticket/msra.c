/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/msra.h"

#include "base/error.h"
#include "ticket/msra-internal.h"

#include <string.h>

enum {
    HEAD = 4096,         /* bytes that tell what a document is */
    NUMBER_MAX = 10,     /* digits */
    PASS_STUB_MAX = 128, /* bytes; real ones have 14 */
};

struct _RaMsra {
    gatomicrefcount references;
    GBytes *bytes;
    char *name, *pass_stub, *string1; /* the last two may be NULL */
    GBytes *sealed;                   /* LHTICKET; NULL in version 1 */
    gint64 start, end;
    gboolean asks_password;
};

gboolean ra_msra_malformed(GError **error, const char *what)
{
    g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                "the invitation is damaged (%s): ask for a new invitation", what);
    return FALSE;
}

gboolean ra_msra_wrong_password(GError **error)
{
    g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                "the password is wrong, or the invitation was altered: "
                "check the password with the person who invites you");
    return FALSE;
}

void ra_msra_unref(RaMsra *msra)
{
    if (msra == NULL || !g_atomic_ref_count_dec(&msra->references))
        return;
    g_bytes_unref(msra->bytes);
    g_free(msra->name);
    g_free(msra->pass_stub);
    g_free(msra->string1);
    if (msra->sealed != NULL)
        g_bytes_unref(msra->sealed);
    g_free(msra);
}

RaMsra *ra_msra_ref(RaMsra *msra)
{
    g_atomic_ref_count_inc(&msra->references);
    return msra;
}

/* TRUE if MARK stands at DATA, with zeros anywhere in between. */
static gboolean stands_at(const guint8 *data, const guint8 *end, const char *mark)
{
    for (; data < end && *mark != '\0'; data++) {
        if (*data == 0)
            continue;
        if (*data != (guint8)*mark)
            return FALSE;
        mark++;
    }
    return *mark == '\0';
}

gboolean ra_msra_looks_like(const void *data, gsize size)
{
    static const guint8 before[] = {0xFF, 0xFE, 0xEF, 0xBB, 0xBF, 0, ' ', '\t', '\r', '\n'};
    const guint8 *p = data, *end = p + MIN(size, (gsize)HEAD);
    while (p < end && memchr(before, *p, sizeof before) != NULL)
        p++;
    if (p == end || *p != '<')
        return FALSE;
    for (; p < end; p++) {
        if (*p == '<' && stands_at(p, end, "<UPLOADINFO"))
            return TRUE;
    }
    return FALSE;
}

/* What mail or a person broke into lines inside quotes, whole again. */
static void drop_spaces(char *text)
{
    char *out = text;
    for (const char *p = text; *p != '\0'; p++) {
        if (!g_ascii_isspace(*p))
            *out++ = *p;
    }
    *out = '\0';
}

static GBytes *read_hex(const char *text)
{
    const gsize size = strlen(text);
    if (size == 0 || size % (gsize)(2 * RA_MSRA_BLOCK_SIZE) != 0)
        return NULL;
    g_autoptr(GByteArray) bytes = g_byte_array_sized_new((guint)size / 2);
    for (gsize i = 0; i < size; i += 2) {
        const int high = g_ascii_xdigit_value(text[i]), low = g_ascii_xdigit_value(text[i + 1]);
        if (high < 0 || low < 0)
            return NULL;
        const guint8 byte = (guint8)(high << 4 | low);
        g_byte_array_append(bytes, &byte, 1);
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static gboolean read_number(const xmlNode *node, const char *name, gint64 *ret)
{
    guint64 number = 0;
    g_autofree char *text = ra_xml_attribute(node, name);
    if (text == NULL || strlen(g_strstrip(text)) > NUMBER_MAX ||
        !g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, &number, NULL))
        return FALSE;
    *ret = (gint64)number;
    return TRUE;
}

/* Who asks and when it ends. */
static gboolean read_claims(RaMsra *msra, const xmlNode *data, GError **error)
{
    gint64 minutes = 0;
    msra->name = ra_xml_attribute(data, "USERNAME");
    if (msra->name == NULL)
        msra->name = g_strdup("");
    if (!read_number(data, "DtStart", &msra->start) || !read_number(data, "DtLength", &minutes))
        return ra_msra_malformed(error, "when it begins or ends is missing or not as it must be");
    msra->end = msra->start + 60 * minutes;
    return TRUE;
}

/* How to connect, and with what. */
static gboolean read_ways(RaMsra *msra, const xmlNode *data, GError **error)
{
    g_autofree char *sealed = ra_xml_attribute(data, "LHTICKET");
    g_autofree char *encrypted = ra_xml_attribute(data, "RCTICKETENCRYPTED");
    msra->string1 = ra_xml_attribute(data, "RCTICKET");
    msra->pass_stub = ra_xml_attribute(data, "PassStub");
    if (msra->string1 != NULL)
        drop_spaces(msra->string1);
    if (msra->pass_stub != NULL && *msra->pass_stub == '\0')
        g_clear_pointer(&msra->pass_stub, g_free);
    if (msra->pass_stub != NULL && strlen(msra->pass_stub) > PASS_STUB_MAX)
        return ra_msra_malformed(error, "its PassStub is too long");
    if (sealed != NULL) {
        drop_spaces(sealed);
        msra->sealed = read_hex(sealed);
        msra->asks_password = TRUE;
        return msra->sealed != NULL ||
               ra_msra_malformed(error, "its sealed part is not as it must be");
    }
    if (msra->string1 == NULL)
        return ra_msra_malformed(error, "it does not say where to connect");
    msra->asks_password =
        encrypted != NULL ? strcmp(g_strstrip(encrypted), "1") == 0 : msra->pass_stub != NULL;
    g_autoptr(RaMsraOpened) opened = ra_msra_read_string1(msra->string1, error);
    return opened != NULL;
}

/* The one UPLOADDATA in the UPLOADINFO that ROOT has to be. */
static const xmlNode *find_data(const xmlNode *root)
{
    const xmlNode *data = NULL;
    if (strcmp((const char *)root->name, "UPLOADINFO") != 0)
        return NULL;
    g_autofree char *type = ra_xml_attribute(root, "TYPE");
    for (const xmlNode *child = root->children; child != NULL; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || strcmp((const char *)child->name, "UPLOADDATA") != 0)
            continue;
        if (data != NULL)
            return NULL;
        data = child;
    }
    return type != NULL ? data : NULL;
}

static gboolean read_text(RaMsra *msra, char *text, GError **error)
{
    static const char last[] = "</UPLOADINFO>";
    gboolean doctype = FALSE;
    char *end = strstr(text, last);
    if (end != NULL) /* lists add footers to text */
        end[strlen(last)] = '\0';
    g_autofree char *mended = ra_msra_mend(text + strspn(text, " \t\r\n"));
    xmlDocPtr document = ra_xml_read(mended, &doctype);
    if (document == NULL)
        return ra_msra_malformed(error, doctype ? "it has a DOCTYPE" : "it is not well-formed XML");
    const xmlNode *data = find_data(xmlDocGetRootElement(document));
    const gboolean good = data != NULL
                              ? read_claims(msra, data, error) && read_ways(msra, data, error)
                              : ra_msra_malformed(error, "it does not begin as an invitation");
    xmlFreeDoc(document);
    return good;
}

RaMsra *ra_msra_parse(const void *data, gsize size, GError **error)
{
    if (size > RA_MSRA_MAX) {
        ra_msra_malformed(error, "it is larger than 64 KiB");
        return NULL;
    }
    g_autofree char *text = ra_msra_text(data, size);
    if (text == NULL) {
        ra_msra_malformed(error, "it is not text");
        return NULL;
    }
    g_autoptr(RaMsra) msra = g_new0(RaMsra, 1);
    g_atomic_ref_count_init(&msra->references);
    msra->bytes = g_bytes_new(data, size);
    return read_text(msra, text, error) ? g_steal_pointer(&msra) : NULL;
}

guint ra_msra_version(const RaMsra *msra)
{
    return msra->sealed != NULL ? 2 : 1;
}

const char *ra_msra_name(const RaMsra *msra)
{
    return msra->name;
}

gint64 ra_msra_start(const RaMsra *msra)
{
    return msra->start;
}

gint64 ra_msra_end(const RaMsra *msra)
{
    return msra->end;
}

gboolean ra_msra_needs_password(const RaMsra *msra)
{
    return msra->asks_password;
}

gboolean ra_msra_checks_password(const RaMsra *msra)
{
    return msra->sealed != NULL;
}

const char *ra_msra_pass_stub(const RaMsra *msra)
{
    return msra->pass_stub;
}

const char *ra_msra_connection_string(const RaMsra *msra)
{
    return msra->string1;
}

GBytes *ra_msra_bytes(const RaMsra *msra)
{
    return msra->bytes;
}

void ra_msra_opened_free(RaMsraOpened *opened)
{
    if (opened == NULL)
        return;
    g_strfreev(opened->hosts);
    g_strfreev(opened->uris);
    g_free(opened->session_id);
    g_free(opened->key_hash);
    g_free(opened);
}

/* The password as Windows has it. NULL for one that cannot be right. */
static RaSecret *wide_password(RaSecret *password, GError **error)
{
    const gsize size = password != NULL ? ra_secret_size(password) : 0;
    if (size > 0 && size <= RA_MSRA_PASSWORD_MAX &&
        g_utf8_validate_len(ra_secret_text(password), size, NULL))
        return ra_msra_to_utf16(ra_secret_text(password), size);
    if (size == 0)
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                    "the invitation needs a password: ask the person who invites you for it");
    else
        ra_msra_wrong_password(error);
    return NULL;
}

/* A wrong password gives noise, which in one of 256 cases is padded well. */
static gboolean begins_as_string2(const guint8 *wide, gsize size)
{
    const gsize mark = size >= 2 && wide[0] == 0xFF && wide[1] == 0xFE ? 2 : 0;
    return size >= mark + 4 && wide[mark] == '<' && wide[mark + 1] == 0 && wide[mark + 3] == 0;
}

RaSecret *ra_msra_decrypt(const RaMsra *msra, RaSecret *password, GError **error)
{
    gsize size = 0;
    if (msra->sealed == NULL) {
        ra_msra_malformed(error, "nothing in it is sealed");
        return NULL;
    }
    g_autoptr(RaSecret) key = wide_password(password, error);
    if (key == NULL)
        return NULL;
    const guint8 *sealed = g_bytes_get_data(msra->sealed, &size);
    g_autoptr(RaSecret) wide = ra_msra_aes_open(key, sealed, size, error);
    if (wide == NULL)
        return NULL;
    const guint8 *bytes = ra_secret_bytes(wide);
    size = ra_secret_size(wide);
    if (!begins_as_string2(bytes, size)) {
        ra_msra_wrong_password(error);
        return NULL;
    }
    const gsize mark = bytes[0] == 0xFF ? 2 : 0;
    g_autoptr(RaSecret) text = ra_secret_new(size / 2 * 3);
    ra_secret_truncate(
        text, ra_msra_from_utf16(bytes + mark, size - mark, FALSE, (char *)ra_secret_bytes(text)));
    return g_steal_pointer(&text);
}

char *ra_msra_encrypt(const char *text, gsize size, RaSecret *password, GError **error)
{
    static const char digits[] = "0123456789ABCDEF";
    g_autoptr(RaSecret) key = wide_password(password, error);
    if (key == NULL)
        return NULL;
    if (!g_utf8_validate_len(text, size, NULL)) {
        ra_msra_malformed(error, "its connection string is not text");
        return NULL;
    }
    g_autoptr(RaSecret) wide = ra_msra_to_utf16(text, size);
    g_autoptr(GBytes) sealed = ra_msra_aes_seal(key, wide, error);
    if (sealed == NULL)
        return NULL;
    gsize n = 0;
    const guint8 *bytes = g_bytes_get_data(sealed, &n);
    char *hex = g_malloc(2 * n + 1);
    for (gsize i = 0; i < n; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 0xF];
    }
    hex[2 * n] = '\0';
    return hex;
}

static RaMsraOpened *open_sealed(const RaMsra *msra, RaSecret *password, GError **error)
{
    g_autoptr(RaSecret) text = ra_msra_decrypt(msra, password, error);
    if (text == NULL)
        return NULL;
    gsize size = ra_secret_size(text); /* with zeros behind, which some may have added */
    while (size > 0 && ra_secret_text(text)[size - 1] == '\0')
        size--;
    if (strlen(ra_secret_text(text)) != size) {
        ra_msra_malformed(error, "its connection string is not text");
        return NULL;
    }
    RaMsraOpened *opened = ra_msra_read_string2(ra_secret_text(text), error);
    if (opened != NULL)
        opened->password_checked = TRUE;
    return opened;
}

RaMsraOpened *ra_msra_open(const RaMsra *msra, RaSecret *password, GError **error)
{
    if (msra->sealed != NULL)
        return open_sealed(msra, password, error);
    if (msra->asks_password) {
        g_autoptr(RaSecret) wide = wide_password(password, error);
        if (wide == NULL)
            return NULL;
    }
    return ra_msra_read_string1(msra->string1, error);
}

RaSecret *ra_msra_encrypt_pass_stub(const RaMsra *msra, RaSecret *password, GError **error)
{
    if (msra->pass_stub == NULL) {
        ra_msra_malformed(error, "it has no PassStub");
        return NULL;
    }
    g_autoptr(RaSecret) key = wide_password(password, error);
    if (key == NULL)
        return NULL;
    /* A BSTR: the length in bytes in front, and no zero behind. */
    g_autoptr(RaSecret) wide = ra_msra_to_utf16(msra->pass_stub, strlen(msra->pass_stub));
    const guint32 size = GUINT32_TO_LE((guint32)ra_secret_size(wide));
    g_autoptr(RaSecret) pass = ra_secret_new(sizeof size + ra_secret_size(wide));
    guint8 *bytes = ra_secret_bytes(pass);
    memcpy(bytes, &size, sizeof size);
    memcpy(bytes + sizeof size, ra_secret_bytes(wide), ra_secret_size(wide));
    return ra_msra_rc4(key, bytes, ra_secret_size(pass), bytes, error) ? g_steal_pointer(&pass)
                                                                       : NULL;
}

RaSecret *ra_msra_expert_blob(const RaMsra *msra, const char *raw_expert, RaSecret *password,
                              GError **error)
{
    static const char digits[] = "0123456789ABCDEF";
    g_autofree char *expert = g_utf8_make_valid(raw_expert, -1);
    g_autoptr(RaSecret) pass = ra_msra_encrypt_pass_stub(msra, password, error);
    if (pass == NULL)
        return NULL;
    /* Lengths count what is sent: UTF-16. */
    g_autoptr(RaSecret) name = ra_msra_to_utf16(expert, strlen(expert));
    const gsize name_length = strlen("NAME=") + ra_secret_size(name) / 2;
    const gsize size = ra_secret_size(pass);
    g_autofree char *head =
        g_strdup_printf("%" G_GSIZE_FORMAT ";NAME=%s%" G_GSIZE_FORMAT ";PASS=", name_length, expert,
                        strlen("PASS=") + 2 * size);
    const gsize head_size = strlen(head);
    RaSecret *blob = ra_secret_new(head_size + 2 * size);
    guint8 *out = ra_secret_bytes(blob);
    memcpy(out, head, head_size);
    for (gsize i = 0; i < size; i++) {
        out[head_size + 2 * i] = (guint8)digits[ra_secret_bytes(pass)[i] >> 4];
        out[head_size + 2 * i + 1] = (guint8)digits[ra_secret_bytes(pass)[i] & 0xF];
    }
    return blob;
}
