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
    char *name;       /* of the certificate or key; "" where unknown */
    char *address;    /* its first mail address; "" where it has none */
    char **addresses; /* all of them */
    char *issuer;     /* who vouches for it; "" where nobody does */
    char *why;        /* what is wrong, or why it was not checked; "" for good ones. Clean */
    gint64 when;      /* signing time as claimed, seconds since 1970 UTC; 0: none */
} RaSigner;

RaSigner *ra_signer_ref(RaSigner *signer);
void ra_signer_unref(RaSigner *signer); /* NULL is fine */
/* For whoever makes one: fills what is NULL with "". TAKEN is a value whose strings become the
 * signer's. */
RaSigner *ra_signer_new(const RaSigner *taken);
/* One of KIND that could not be checked, or is nonsense, with nothing known of who. */
RaSigner *ra_signer_new_unknown(RaSignatureKind kind, RaSignatureState state, const char *why);
/* TRUE if ADDRESS is one of the signer's: in any case of letters, the domain in either form (RFC
 * 5890). */
gboolean ra_signer_is(const RaSigner *signer, const char *address);
/* TRUE if A says more than B: one good signature proves what it proves, whoever else signed badly.
 * Of equal ones that of the address FROM. */
gboolean ra_signer_is_better(const RaSigner *a, const RaSigner *b, const char *from);
/* "good", "untrusted", "bad", "unchecked"; "smime", "pgp". Static. */
const char *ra_signature_state_name(RaSignatureState state);
const char *ra_signature_kind_name(RaSignatureKind kind);
/* One line for a person: "Jo Novice <jo@example.org>, vouched for by Example CA". Clean. */
char *ra_signer_describe(const RaSigner *signer);
