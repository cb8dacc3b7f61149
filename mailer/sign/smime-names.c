/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/smime-names.h"

#include "base/text.h"

#include <openssl/x509v3.h>
#include <string.h>

enum { ADDRESSES_MAX = 16, NAME_SIZE_MAX = 1024 };

/* NULL where it is no text for one line, or too long. Caller frees. */
static char *to_text(const ASN1_STRING *string)
{
    unsigned char *utf8 = NULL;
    const int size = string != NULL ? ASN1_STRING_to_UTF8(&utf8, string) : -1;
    g_autofree char *text = NULL;
    if (size > 0 && size <= NAME_SIZE_MAX && memchr(utf8, '\0', (size_t)size) == NULL)
        text = g_strndup((const char *)utf8, (gsize)size);
    if (size >= 0)
        OPENSSL_free(utf8);
    return text != NULL && ra_text_is_plain_line(text) ? g_steal_pointer(&text) : NULL;
}

char *ra_certificate_name(const X509_NAME *name)
{
    static const int kinds[] = {NID_commonName, NID_organizationName};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const int at = X509_NAME_get_index_by_NID(name, kinds[i], -1);
        const X509_NAME_ENTRY *entry = at >= 0 ? X509_NAME_get_entry(name, at) : NULL;
        char *text = entry != NULL ? to_text(X509_NAME_ENTRY_get_data(entry)) : NULL;
        if (text != NULL)
            return text;
    }
    return g_strdup("");
}

static void add(GPtrArray *addresses, const ASN1_STRING *string)
{
    g_autofree char *text = to_text(string);
    if (text != NULL && addresses->len < ADDRESSES_MAX)
        g_ptr_array_add(addresses, g_steal_pointer(&text));
}

GStrv ra_certificate_addresses(X509 *certificate)
{
    GPtrArray *addresses = g_ptr_array_new();
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_EMAIL)
            add(addresses, name->d.rfc822Name);
        else if (name->type == GEN_OTHERNAME &&
                 OBJ_obj2nid(name->d.otherName->type_id) == NID_id_on_SmtpUTF8Mailbox &&
                 ASN1_TYPE_get(name->d.otherName->value) == V_ASN1_UTF8STRING)
            add(addresses, name->d.otherName->value->value.utf8string);
    }
    GENERAL_NAMES_free(names);
    const X509_NAME *subject = X509_get_subject_name(certificate);
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_pkcs9_emailAddress, at)) >= 0;)
        add(addresses, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    g_ptr_array_add(addresses, NULL);
    return (GStrv)g_ptr_array_free(addresses, FALSE);
}
