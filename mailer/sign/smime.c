/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/smime.h"

#include "base/error.h"
#include "mailer/find/content.h"
#include "mailer/find/spool.h"
#include "mailer/sign/signing.h"
#include "mailer/sign/smime-keys.h"
#include "mailer/sign/smime-split.h"
#include "mailer/sign/smime-verify.h"

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

/* The signatures are checked first, so that the message need not stay while its content, which may
 * be another one, is searched. */
static void open_signed(RaSmime *smime, CMS_ContentInfo *cms)
{
    if (smime->bytes->len == 0)
        return; /* a signature without its part, or a bundle of certificates */
    RaHeaders *message = smime->place->message;
    const char *from = message != NULL ? ra_headers_message(message)->from_address : "";
    RaSigner *signer =
        ra_smime_verify_content(smime->extractor, cms, smime->bytes->data, smime->bytes->len, from);
    g_autoptr(RaSpool) spool = ra_spool_new();
    const gboolean all = ra_spool_push(spool, smime->bytes->data, smime->bytes->len);
    g_clear_pointer(&smime->bytes, g_byte_array_unref);
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

static void open_enveloped(RaSmime *smime, CMS_ContentInfo *cms)
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
    g_autoptr(BIO) in = BIO_new_mem_buf(smime->bytes->data, (int)smime->bytes->len);
    const gboolean opened =
        in != NULL && out != NULL && CMS_decrypt(cms, key, certificate, in, out, CMS_BINARY) == 1;
    ERR_clear_error();
    g_clear_pointer(&smime->bytes, g_byte_array_unref);
    if (opened)
        search(smime, spool, TRUE, NULL);
    else
        lock(smime);
}

/* OpenSSL may have been built without zlib; GLib has it. */
static gboolean inflate(const GByteArray *content, RaSpool *spool)
{
    enum { PIECE = 64 * 1024 };
    g_autoptr(GConverter) converter =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
    g_autofree char *out = g_malloc(PIECE);
    const guint8 *in = content->data;
    gsize left = content->len, total = 0;
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

static void open_compressed(RaSmime *smime)
{
    g_autoptr(RaSpool) spool = ra_spool_new();
    if (smime->bytes->len == 0 || !inflate(smime->bytes, spool))
        ra_extractor_limit(smime->extractor,
                           "not all of a compressed part of the message could be searched");
    g_clear_pointer(&smime->bytes, g_byte_array_unref);
    search(smime, spool, FALSE, NULL);
}

/* The message without its content, which alone is left in the bytes. NULL where it cannot be read,
 * or only at a price. */
static CMS_ContentInfo *parse(RaSmime *smime, RaCmsKind *ret_kind)
{
    GByteArray *bytes = smime->bytes;
    RaCmsForm form = RA_CMS_BINARY;
    gsize size = 0;
    if (smime->form != RA_CMS_BINARY)
        g_byte_array_set_size(bytes, (guint)ra_cms_decode((char *)bytes->data, bytes->len));
    if (smime->overlong || ra_cms_measure(bytes->data, bytes->len) == 0)
        return NULL;
    *ret_kind = ra_cms_look((const char *)bytes->data, bytes->len, &form);
    g_autoptr(GByteArray) rest = ra_cms_split(bytes->data, bytes->len, *ret_kind, &size);
    if (rest == NULL)
        return NULL;
    g_byte_array_set_size(bytes, (guint)size);
    const guint8 *at = rest->data;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)rest->len);
    ERR_clear_error();
    return cms;
}

static void open_cms(RaSmime *smime)
{
    RaCmsKind kind = RA_CMS_NONE;
    g_autoptr(CMS_ContentInfo) cms = parse(smime, &kind);
    if (cms == NULL)
        kind = RA_CMS_NONE;
    switch (kind) {
    case RA_CMS_SIGNED:
        open_signed(smime, cms);
        break;
    case RA_CMS_ENVELOPED:
        open_enveloped(smime, cms);
        break;
    case RA_CMS_COMPRESSED:
        open_compressed(smime);
        break;
    case RA_CMS_NONE:
        ra_extractor_limit(smime->extractor, "a part that is encrypted or signed with S/MIME is "
                                             "damaged or too large, and was not searched");
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
