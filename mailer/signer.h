/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who signed a message (S/MIME: RFC 8551, PGP/MIME: RFC 3156), and what that is worth. */
#pragma once

#include <glib.h>

typedef enum {
    RA_SIGNATURE_SMIME,
    RA_SIGNATURE_PGP,
} RaSignatureKind;

typedef enum {
    RA_SIGNATURE_GOOD,      /* intact, by a key that this computer's user or system trusts */
    RA_SIGNATURE_UNTRUSTED, /* intact, but anybody could have made that key */
    RA_SIGNATURE_BAD,       /* what was signed was changed, or the signature is nonsense */
    RA_SIGNATURE_UNCHECKED, /* it could not be checked: see why */
} RaSignatureState;

/* Reference-counted, does not change. Texts are valid UTF-8, otherwise as written: clean them
 * (base/text.h) before showing. */
typedef struct {
    RaSignatureKind kind;
    RaSignatureState state;
    char *name;    /* of the certificate or key; "" where unknown */
    char *address; /* its mail address; "" where it has none */
    char *issuer;  /* who vouches for it; "" where nobody does */
    char *why;     /* what is wrong, or why it was not checked; "" for good ones. Clean */
    gint64 when;   /* signing time as claimed, seconds since 1970 UTC; 0: none */
} RaSigner;

RaSigner *ra_signer_ref(RaSigner *signer);
void ra_signer_unref(RaSigner *signer); /* NULL is fine */
/* One line for a person: "Jo Novice <jo@example.org>, vouched for by Example CA". Clean. */
char *ra_signer_describe(const RaSigner *signer);
