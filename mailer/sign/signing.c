/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/signing.h"

#include "mailer/find/spool.h"
#include "mailer/sign/pgp.h"
#include "mailer/sign/smime-verify.h"

#include <string.h>

struct _RaSigning {
    RaExtractor *extractor;
    RaHeaders *message;
    RaSigner *signer; /* once it is known */
    guint part;       /* the present one */
    gboolean pending; /* a line end that counts only if something follows */
    gboolean cr;      /* lines end with CR alone */
    RaSpool *signed_part;
    gsize kept;
    GByteArray *signature;
    char *spoiled;    /* why it cannot be checked, or NULL */
    GPtrArray *found; /* of RaFound, borrowed */
};

RaSigning *ra_signing_new(RaExtractor *extractor, RaHeaders *message)
{
    RaSigning *signing = g_new0(RaSigning, 1);
    signing->extractor = extractor;
    signing->message = message;
    signing->signed_part = ra_spool_new();
    signing->signature = g_byte_array_new();
    signing->found = g_ptr_array_new();
    return signing;
}

RaSigning *ra_signing_new_known(RaExtractor *extractor, RaSigner *signer)
{
    RaSigning *signing = ra_signing_new(extractor, NULL);
    signing->signer = ra_signer_ref(signer);
    signing->part = 1;
    return signing;
}

void ra_signing_part(RaSigning *signing, guint number, const RaLine *delimiter)
{
    /* A first part that comes again, behind a closing delimiter, is not the one that was signed. */
    signing->part = number > signing->part ? number : G_MAXUINT;
    signing->pending = FALSE;
    if (delimiter != NULL)
        signing->cr =
            delimiter->size == delimiter->length + 1 && delimiter->text[delimiter->length] == '\r';
}

static void let_go(RaSigning *signing)
{
    g_clear_pointer(&signing->signed_part, ra_spool_free);
    signing->extractor->kept -= signing->kept;
    signing->kept = 0;
}

void ra_signing_spoil(RaSigning *signing, const char *why)
{
    if (signing->spoiled == NULL)
        signing->spoiled = g_strdup(why);
    let_go(signing);
}

static void keep(RaSigning *signing, const char *data, gsize size)
{
    if (signing->spoiled != NULL || size == 0)
        return;
    if (size > RA_SIGNING_KEPT_MAX - signing->extractor->kept) {
        ra_signing_spoil(signing, "the message is too large");
        return;
    }
    signing->kept += size;
    signing->extractor->kept += size;
    if (!ra_spool_push(signing->signed_part, data, size))
        ra_signing_spoil(signing, "there is not enough memory");
}

void ra_signing_line(RaSigning *signing, const RaLine *line)
{
    if (!ra_signing_covers(signing))
        return;
    if (signing->pending)
        keep(signing, "\r\n", 2);
    keep(signing, line->text, line->length);
    signing->pending = line->size > line->length;
    /* A CR inside a line that ends otherwise is text. */
    if (line->size == line->length + 1 && line->text[line->length] == '\r' && !signing->cr) {
        keep(signing, "\r", 1);
        signing->pending = FALSE;
    }
}

gboolean ra_signing_covers(const RaSigning *signing)
{
    return signing->part == 1;
}

gboolean ra_signing_wants_signature(const RaSigning *signing)
{
    return signing->part == 2 && signing->signer == NULL;
}

void ra_signing_signature(RaSigning *signing, const char *data, gsize size)
{
    if (size > RA_SIGNATURE_MAX - signing->signature->len)
        ra_signing_spoil(signing, "the signature is larger than signatures are");
    else
        g_byte_array_append(signing->signature, (const guint8 *)data, (guint)size);
}

void ra_signing_add(RaSigning *signing, RaFound *found)
{
    g_ptr_array_add(signing->found, found);
}

static gboolean is_pgp(const GByteArray *signature)
{
    return signature->len > 0 && g_strstr_len((const char *)signature->data, (gssize)signature->len,
                                              "-----BEGIN PGP ") != NULL;
}

static RaSigner *verify(RaSigning *signing)
{
    const GByteArray *signature = signing->signature;
    const RaSignatureKind kind = is_pgp(signature) ? RA_SIGNATURE_PGP : RA_SIGNATURE_SMIME;
    RaHeaders *message = signing->message;
    const char *from = message != NULL ? ra_headers_message(message)->from_address : "";
    if (signing->extractor->skip)
        ra_signing_spoil(signing, "not all of the message was read");
    if (signing->spoiled == NULL && signature->len == 0)
        ra_signing_spoil(signing, "the signature is missing");
    if (signing->spoiled != NULL)
        return ra_signer_new_unknown(kind, RA_SIGNATURE_UNCHECKED, signing->spoiled);
    if (kind == RA_SIGNATURE_PGP)
        return ra_pgp_verify(signing->signed_part, signature, from);
    return ra_smime_verify_detached(signing->extractor, signing->signed_part, signature, from);
}

void ra_signing_end(RaSigning *signing)
{
    if (signing == NULL)
        return;
    if (signing->found->len > 0 && signing->signer == NULL)
        signing->signer = verify(signing);
    for (guint i = 0; i < signing->found->len; i++) {
        RaFound *found = signing->found->pdata[i];
        if (found->signer == NULL)
            found->signer = ra_signer_ref(signing->signer);
    }
    let_go(signing);
    ra_signer_unref(signing->signer);
    g_byte_array_unref(signing->signature);
    g_ptr_array_unref(signing->found);
    g_free(signing->spoiled);
    g_free(signing);
}
