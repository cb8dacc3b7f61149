/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Microsoft's invitations (.MsRcIncident), as a helper's side needs them: read, checked, opened.
 * Version 1 is Windows XP's and 2003's, version 2 Windows Vista's and later. The format is that of
 * MS-RAI (sections 2.2 and 6), with what its samples and real files add; doc/MSRA.md.
 *
 * Nothing in such a document is sealed but the connection string of version 2, and that without a
 * check against changes: who asks and when it ends are claims, whatever the password.
 */
#pragma once

#include "base/secret.h"

#include <glib.h>

enum {
    RA_MSRA_MAX = 64 * 1024,     /* bytes of a document, in any encoding */
    RA_MSRA_HOSTS_MAX = 64,      /* addresses of one */
    RA_MSRA_PASSWORD_MAX = 1024, /* bytes, UTF-8 */
    RA_MSRA_PASS_SIZE = 32,      /* bytes of an encrypted PassStub of 14 characters */
};
#define RA_MSRA_FILE_SUFFIX ".msrcincident"              /* in any case of letters */
#define RA_MSRA_MEDIA_TYPE  "application/x-msrcincident" /* ours: none is registered */

/* Read, not opened. Reference-counted, does not change. */
typedef struct _RaMsra RaMsra;

/* Cheap look at bytes of any kind and encoding; never an error. */
gboolean ra_msra_looks_like(const void *data, gsize size);
/* 8-bit or UTF-16, attributes in any order. RA_ERROR_MALFORMED for anything else. */
RaMsra *ra_msra_parse(const void *data, gsize size, GError **error);
RaMsra *ra_msra_ref(RaMsra *msra);
void ra_msra_unref(RaMsra *msra); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaMsra, ra_msra_unref)

guint ra_msra_version(const RaMsra *msra); /* 1 or 2 */
/* Borrowed; valid UTF-8, otherwise as written. */
const char *ra_msra_name(const RaMsra *msra);
gint64 ra_msra_start(const RaMsra *msra); /* seconds since 1970 UTC */
gint64 ra_msra_end(const RaMsra *msra);
gboolean ra_msra_needs_password(const RaMsra *msra);
/* Whether a password can be told right from wrong without the other computer: version 2. */
gboolean ra_msra_checks_password(const RaMsra *msra);
/* As written, or NULL where there is none (an empty PassStub is none). Borrowed, valid UTF-8. */
const char *ra_msra_pass_stub(const RaMsra *msra);
/* The first one, RCTICKET, without the white space that mail puts in. */
const char *ra_msra_connection_string(const RaMsra *msra);
/* The document as it was read. Borrowed. */
GBytes *ra_msra_bytes(const RaMsra *msra);

/* Where and how to connect. Owned by the caller. */
typedef struct {
    char **hosts;     /* "host:port", in order; "[fe80::1%3]:port" for IPv6 */
    char **uris;      /* of listeners for WebSockets, as written; mostly none */
    char *session_id; /* RASessionID, A/@ID */
    char *key_hash;   /* "KH2" if there is one ("sha256:BASE64"), else KH (Base64 of SHA-1), else
                         "" */
    gboolean password_checked;
} RaMsraOpened;

void ra_msra_opened_free(RaMsraOpened *opened); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaMsraOpened, ra_msra_opened_free)

/* Opens with PASSWORD (NULL where none is needed). RA_ERROR_PASSWORD for a wrong or missing one,
 * which version 2 alone can tell; RA_ERROR_MALFORMED where what was inside breaks the format. Does
 * not look at the time. */
RaMsraOpened *ra_msra_open(const RaMsra *msra, RaSecret *password, GError **error);

/* What the protocol sends to prove the password: the encrypted PassStub ([MS-RAI] 6, "PASS"), raw
 * bytes. NULL and RA_ERROR_MALFORMED where there is no PassStub to encrypt; RA_ERROR_PASSWORD for a
 * password that is none. */
RaSecret *ra_msra_encrypt_pass_stub(const RaMsra *msra, RaSecret *password, GError **error);
/* The pairs of VERIFY_PASSWORD (MS-RA 2.2.4.4): "20;NAME=Edgar Olougouna69;PASS=3C9C...". What in
 * EXPERT is not UTF-8 becomes U+FFFD. Errors as above. */
RaSecret *ra_msra_expert_blob(const RaMsra *msra, const char *expert, RaSecret *password,
                              GError **error);
/* The text of LHTICKET (UTF-8), decrypted; RA_ERROR_PASSWORD for a wrong or missing password,
 * RA_ERROR_MALFORMED where there is no LHTICKET. */
RaSecret *ra_msra_decrypt(const RaMsra *msra, RaSecret *password, GError **error);
/* The way back: TEXT (UTF-8) as the value of LHTICKET, in upper-case hexadecimal. Nothing in it is
 * random. RA_ERROR_PASSWORD for a password that is none, RA_ERROR_MALFORMED for what is no UTF-8 or
 * has a zero in it. Caller frees. */
char *ra_msra_encrypt(const char *text, gsize size, RaSecret *password, GError **error);
