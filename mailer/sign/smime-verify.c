/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/smime-verify.h"

#include "mailer/sign/smime-keys.h"
#include "mailer/sign/smime-names.h"
#include "mailer/sign/smime-scan.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <time.h>

enum {
    LEVEL = 2,      /* OpenSSL's: keys and digests of 112 bits */
    CHAIN_MAX = 10, /* certificates between signer and root */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)

static RaSigner *unknown(RaSignatureState state, const char *why)
{
    return ra_signer_new_unknown(RA_SIGNATURE_SMIME, state, why);
}

static int digest_of(CMS_SignerInfo *info)
{
    X509_ALGOR *algorithm = NULL;
    const ASN1_OBJECT *oid = NULL;
    CMS_SignerInfo_get0_algs(info, NULL, NULL, &algorithm, NULL);
    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    return OBJ_obj2nid(oid);
}

/* One filter for each digest that the signers name (not for what else the message announces, which
 * may be thousands); what is written to the chain is digested. NULL where there are too many
 * signers. */
static BIO *digest_chain(CMS_ContentInfo *cms)
{
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
    BIO *chain = BIO_new(BIO_s_null());
    int done[RA_SMIME_SIGNERS_MAX] = {0};
    for (int i = 0; i < MIN(sk_CMS_SignerInfo_num(infos), RA_SMIME_SIGNERS_MAX); i++) {
        const int nid = digest_of(sk_CMS_SignerInfo_value(infos, i));
        const EVP_MD *md = EVP_get_digestbynid(nid);
        gboolean again = md == NULL;
        for (int k = 0; k < i; k++)
            again = again || done[k] == nid;
        done[i] = nid;
        BIO *filter = again ? NULL : BIO_new(BIO_f_md());
        if (filter != NULL) {
            (void)BIO_set_md(filter, md);
            chain = BIO_push(filter, chain);
        }
    }
    return chain;
}

/* Seconds since 1970, 0 where it is not said. */
static gint64 signing_time(CMS_SignerInfo *info)
{
    struct tm tm = {0};
    const int at = CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1);
    X509_ATTRIBUTE *attribute = at >= 0 ? CMS_signed_get_attr(info, at) : NULL;
    const ASN1_TYPE *value = attribute != NULL ? X509_ATTRIBUTE_get0_type(attribute, 0) : NULL;
    if (value == NULL || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME) ||
        ASN1_TIME_to_tm(value->value.asn1_string, &tm) != 1)
        return 0;
    const time_t when = timegm(&tm);
    return when > 0 ? when : 0;
}

/* Why the chain is not trusted, in plain words; NULL where it is. *RET_ISSUER: who vouches. */
static const char *check_chain(X509_STORE *store, X509 *certificate, STACK_OF(X509) * others,
                               char **ret_issuer)
{
    g_autoptr(X509_STORE_CTX) context = X509_STORE_CTX_new();
    if (context == NULL || X509_STORE_CTX_init(context, store, certificate, others) != 1 ||
        X509_STORE_CTX_set_default(context, "smime_sign") != 1)
        return "there is not enough memory";
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_auth_level(parameters, LEVEL);
    X509_VERIFY_PARAM_set_depth(parameters, CHAIN_MAX);
    /* Who is in the list is trusted, whoever vouches for them. */
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    if (X509_verify_cert(context) == 1) {
        const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
        const gboolean alone =
            sk_X509_num(chain) < 2 && X509_NAME_cmp(X509_get_issuer_name(certificate),
                                                    X509_get_subject_name(certificate)) == 0;
        *ret_issuer = alone ? NULL : ra_certificate_name(X509_get_issuer_name(certificate));
        return NULL;
    }
    switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "nobody vouches for the certificate but itself";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "this computer does not know who vouches for the certificate";
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "the certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "the certificate is not valid yet";
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
        return "the certificate is not meant for mail";
    case X509_V_ERR_CA_MD_TOO_WEAK:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_EE_KEY_TOO_SMALL:
        return "the certificate is too weak to prove anything";
    default:
        return "the certificate is not in order";
    }
}

static gboolean is_weak(int digest)
{
    return digest == NID_md5 || digest == NID_sha1 || digest == NID_md4 || digest == NID_md2 ||
           digest == NID_ripemd160 || digest == NID_md5_sha1;
}

/* What OpenSSL 3.0 cannot check, so that a no would not mean that the signature is wrong. */
static gboolean is_unknown(CMS_SignerInfo *info, X509 *certificate)
{
    const EVP_PKEY *key = X509_get0_pubkey(certificate);
    const int kind = key != NULL ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE;
    return EVP_get_digestbynid(digest_of(info)) == NULL ||
           (kind != EVP_PKEY_RSA && kind != EVP_PKEY_RSA_PSS && kind != EVP_PKEY_EC &&
            kind != EVP_PKEY_DSA);
}

typedef struct {
    X509_STORE *store;
    STACK_OF(X509) * certificates;
    BIO *digests;
} Check;

static void judge(const Check *check, CMS_SignerInfo *info, X509 *certificate, RaSigner *signer)
{
    const gboolean attributes = CMS_signed_get_attr_count(info) >= 0;
    signer->state = RA_SIGNATURE_UNCHECKED;
    if (is_unknown(info, certificate)) {
        signer->why = g_strdup("this program does not know its method");
        return;
    }
    if ((attributes && CMS_SignerInfo_verify(info) <= 0) ||
        CMS_SignerInfo_verify_content(info, check->digests) <= 0) {
        signer->state = RA_SIGNATURE_BAD;
        signer->why = g_strdup("what was signed has been changed");
        return;
    }
    char *issuer = NULL;
    const char *why = check_chain(check->store, certificate, check->certificates, &issuer);
    if (why == NULL && is_weak(digest_of(info)))
        why = "the method of signing is too weak to prove anything";
    signer->state = why == NULL ? RA_SIGNATURE_GOOD : RA_SIGNATURE_UNTRUSTED;
    signer->why = g_strdup(why);
    signer->issuer = issuer;
}

static RaSigner *check_one(const Check *check, CMS_SignerInfo *info)
{
    X509 *certificate = NULL;
    CMS_SignerInfo_get0_algs(info, NULL, &certificate, NULL, NULL);
    if (certificate == NULL)
        return unknown(RA_SIGNATURE_UNCHECKED, "the signer's certificate is not in the message");
    RaSigner signer = {.kind = RA_SIGNATURE_SMIME};
    judge(check, info, certificate, &signer);
    signer.name = ra_certificate_name(X509_get_subject_name(certificate));
    signer.addresses = ra_certificate_addresses(certificate);
    signer.when = signing_time(info);
    ERR_clear_error();
    return ra_signer_new(&signer);
}

/* What was signed has been written to DIGESTS. */
static RaSigner *check_all(RaExtractor *extractor, CMS_ContentInfo *cms, BIO *digests,
                           const char *from)
{
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
    if (sk_CMS_SignerInfo_num(infos) <= 0)
        return unknown(RA_SIGNATURE_BAD, "it is empty");
    if (sk_CMS_SignerInfo_num(infos) > RA_SMIME_SIGNERS_MAX)
        return unknown(RA_SIGNATURE_UNCHECKED, "it has more signatures than messages have");
    GError **failure = extractor->failure == NULL ? &extractor->failure : NULL;
    Check check = {.store = ra_smime_keys_store(extractor->smime, failure), .digests = digests};
    if (check.store == NULL)
        return unknown(RA_SIGNATURE_UNCHECKED, "the list of those who vouch cannot be read");
    check.certificates = CMS_get1_certs(cms);
    RaSigner *best = NULL;
    if (sk_X509_num(check.certificates) > RA_SMIME_CERTIFICATES_MAX) {
        best = unknown(RA_SIGNATURE_UNCHECKED, "it has more certificates than messages have");
    } else {
        (void)CMS_set1_signers_certs(cms, NULL, 0);
        for (int i = 0; i < sk_CMS_SignerInfo_num(infos); i++) {
            RaSigner *one = check_one(&check, sk_CMS_SignerInfo_value(infos, i));
            if (best == NULL || ra_signer_is_better(one, best, from)) {
                ra_signer_unref(best);
                best = one;
            } else {
                ra_signer_unref(one);
            }
        }
    }
    sk_X509_pop_free(check.certificates, X509_free);
    ERR_clear_error();
    return best;
}

static void digest_piece(const char *data, gsize size, gpointer user_data)
{
    if (size > 0)
        (void)BIO_write(user_data, data, (int)size);
}

RaSigner *ra_smime_verify_detached(RaExtractor *extractor, RaSpool *signed_part,
                                   const GByteArray *signature, const char *from)
{
    const guint8 *at = signature->data;
    g_autoptr(CMS_ContentInfo) cms = NULL;
    if (ra_cms_measure(signature->data, signature->len) > 0)
        cms = d2i_CMS_ContentInfo(NULL, &at, (long)signature->len);
    ERR_clear_error();
    if (cms == NULL || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
        return unknown(RA_SIGNATURE_BAD, "it cannot be read");
    g_autoptr(BIO) digests = digest_chain(cms);
    ra_spool_give(signed_part, FALSE, digest_piece, digests);
    return check_all(extractor, cms, digests, from);
}

RaSigner *ra_smime_verify_content(RaExtractor *extractor, CMS_ContentInfo *cms, const void *data,
                                  gsize size, const char *from)
{
    enum { PIECE = 1024 * 1024 };
    g_autoptr(BIO) digests = digest_chain(cms);
    for (gsize done = 0; done < size; done += PIECE)
        digest_piece((const char *)data + done, MIN(size - done, (gsize)PIECE), digests);
    return check_all(extractor, cms, digests, from);
}
