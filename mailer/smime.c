/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/smime.h"

#include "base/error.h"
#include "mailer/content.h"
#include "mailer/signing.h"
#include "mailer/smime-keys.h"
#include "mailer/smime-verify.h"
#include "mailer/spool.h"

#include <gio/gio.h>
#include <openssl/err.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)

struct _RaSmime {
    RaExtractor *extractor;
    const RaPlace *place;
    RaCmsForm form;
    guint wrapped;
    GByteArray *bytes;
    gboolean overlong;
};

RaSmime *ra_smime_new(RaExtractor *extractor, const RaPlace *place, RaCmsForm form, guint wrapped)
{
    RaSmime *smime = g_new0(RaSmime, 1);
    smime->extractor = extractor;
    smime->place = place;
    smime->form = form;
    smime->wrapped = wrapped;
    smime->bytes = g_byte_array_new();
    return smime;
}

void ra_smime_push(RaSmime *smime, const char *data, gsize size)
{
    smime->overlong = smime->overlong || size > RA_EXTRACT_MESSAGE_MAX - smime->bytes->len;
    if (!smime->overlong)
        g_byte_array_append(smime->bytes, (const guint8 *)data, (guint)size);
}

static void push_inner(const char *data, gsize size, gpointer content)
{
    ra_content_push(content, data, size);
}

/* Searches what is in SPOOL, and lets it go. SIGNING is of that alone, or NULL. */
static void search(const RaSmime *smime, RaSpool *spool, gboolean decrypted, RaSigning *signing)
{
    RaPlace place = *smime->place;
    place.type = place.charset = place.file_name = "";
    place.depth++;
    place.wrapped = smime->wrapped;
    place.entity = TRUE;
    place.encrypted = place.encrypted || decrypted;
    place.signing = signing != NULL ? signing : place.signing;
    RaContent *content = ra_content_new(smime->extractor, &place);
    ra_spool_give(spool, TRUE, push_inner, content);
    ra_content_end(content);
}

/* The content of CMS, NULL where it has none or is empty. */
static const ASN1_OCTET_STRING *content_of(CMS_ContentInfo *cms)
{
    ASN1_OCTET_STRING **content = CMS_get0_content(cms);
    return content != NULL && *content != NULL && ASN1_STRING_length(*content) > 0 ? *content
                                                                                   : NULL;
}

/* The signatures are checked first, so that the message need not stay while its content, which may
 * be another one, is searched. */
static void open_signed(const RaSmime *smime, CMS_ContentInfo **cms)
{
    const ASN1_OCTET_STRING *content = content_of(*cms);
    if (content == NULL)
        return; /* a signature without its part, or a bundle of certificates */
    RaHeaders *message = smime->place->message;
    const char *from = message != NULL ? ra_headers_message(message)->from_address : "";
    const void *data = ASN1_STRING_get0_data(content);
    const gsize size = (gsize)ASN1_STRING_length(content);
    RaSigner *signer = ra_smime_verify_content(smime->extractor, *cms, data, size, from);
    g_autoptr(RaSpool) spool = ra_spool_new();
    const gboolean all = ra_spool_push(spool, data, size);
    g_clear_pointer(cms, CMS_ContentInfo_free);
    RaSigning *signing = ra_signing_new_known(smime->extractor, signer);
    ra_signer_unref(signer);
    if (all)
        search(smime, spool, FALSE, signing);
    else
        ra_extractor_limit(smime->extractor, "there was not enough memory for a signed message");
    ra_signing_end(signing);
}

static void lock(const RaSmime *smime)
{
    const char *file = smime->extractor->options.key_file;
    if (file == NULL) {
        ra_extractor_locked(smime->extractor, RA_ERROR_NO_TICKET,
                            "the message is encrypted with S/MIME: give your key with --key, or "
                            "open the attachment from your mail program");
        return;
    }
    g_autofree char *why = g_strdup_printf(
        "the message is encrypted with S/MIME, and the key in '%s' does not open it: it may be "
        "encrypted to another key, or damaged",
        file);
    ra_extractor_locked(smime->extractor, RA_ERROR_PASSWORD, why);
}

static void open_enveloped(const RaSmime *smime, CMS_ContentInfo **cms)
{
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL;
    RaExtractor *extractor = smime->extractor;
    if (extractor->options.key_file == NULL) {
        lock(smime);
        return;
    }
    if (extractor->failure != NULL ||
        !ra_smime_keys_private(extractor->smime, &key, &certificate, &extractor->failure))
        return;
    g_autoptr(RaSpool) spool = ra_spool_new();
    const int fd = ra_spool_to_fd(spool);
    g_autoptr(BIO) out = fd >= 0 ? BIO_new_fd(fd, BIO_NOCLOSE) : NULL;
    const gboolean opened =
        out != NULL && CMS_decrypt(*cms, key, certificate, NULL, out, CMS_BINARY) == 1;
    ERR_clear_error();
    g_clear_pointer(cms, CMS_ContentInfo_free);
    if (opened)
        search(smime, spool, TRUE, NULL);
    else
        lock(smime);
}

/* OpenSSL may have been built without zlib; GLib has it. */
static gboolean inflate(const ASN1_OCTET_STRING *content, RaSpool *spool)
{
    enum { PIECE = 64 * 1024 };
    g_autoptr(GConverter) converter =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
    g_autofree char *out = g_malloc(PIECE);
    const guint8 *in = ASN1_STRING_get0_data(content);
    gsize left = (gsize)ASN1_STRING_length(content), total = 0;
    for (;;) {
        gsize read = 0, written = 0;
        const GConverterResult result = g_converter_convert(
            converter, in, left, out, PIECE, G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
        if (result == G_CONVERTER_ERROR)
            return FALSE;
        in += read;
        left -= read;
        total += written;
        if (total > RA_EXTRACT_MESSAGE_MAX || !ra_spool_push(spool, out, written))
            return FALSE;
        if (result == G_CONVERTER_FINISHED)
            return TRUE;
    }
}

static void open_compressed(const RaSmime *smime, CMS_ContentInfo **cms)
{
    g_autoptr(RaSpool) spool = ra_spool_new();
    const ASN1_OCTET_STRING *content = content_of(*cms);
    const gboolean all = content != NULL && inflate(content, spool);
    g_clear_pointer(cms, CMS_ContentInfo_free);
    if (!all)
        ra_extractor_limit(smime->extractor,
                           "not all of a compressed part of the message could be searched");
    search(smime, spool, FALSE, NULL);
}

/* NULL where it cannot be read, or only at a price. Lets go of the bytes. */
static CMS_ContentInfo *parse(RaSmime *smime)
{
    if (smime->form != RA_CMS_BINARY)
        g_byte_array_set_size(smime->bytes,
                              (guint)ra_cms_decode((char *)smime->bytes->data, smime->bytes->len));
    const guint8 *at = smime->bytes->data;
    CMS_ContentInfo *cms = NULL;
    if (!smime->overlong && ra_cms_is_bounded(at, smime->bytes->len))
        cms = d2i_CMS_ContentInfo(NULL, &at, (long)smime->bytes->len);
    ERR_clear_error();
    g_clear_pointer(&smime->bytes, g_byte_array_unref);
    return cms;
}

static void open_cms(RaSmime *smime)
{
    g_autoptr(CMS_ContentInfo) cms = parse(smime);
    if (cms == NULL) {
        ra_extractor_limit(smime->extractor, "a part that is encrypted or signed with S/MIME is "
                                             "damaged or too large, and was not searched");
        return;
    }
    switch (OBJ_obj2nid(CMS_get0_type(cms))) {
    case NID_pkcs7_signed:
        open_signed(smime, &cms);
        break;
    case NID_pkcs7_enveloped:
    case NID_id_smime_ct_authEnvelopedData:
        open_enveloped(smime, &cms);
        break;
    case NID_id_smime_ct_compressedData:
        open_compressed(smime, &cms);
        break;
    default:
        break;
    }
}

void ra_smime_end(RaSmime *smime)
{
    if (smime == NULL)
        return;
    if (!smime->extractor->skip)
        open_cms(smime);
    g_clear_pointer(&smime->bytes, g_byte_array_unref);
    g_free(smime);
}
