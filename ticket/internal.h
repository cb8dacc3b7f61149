/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this room share, and what its tests and fuzz targets reach into. Formats:
 * doc/TICKET.md. */
#pragma once

#include "ticket/ticket.h"

enum {
    RA_SALT_SIZE = 16,  /* bytes */
    RA_NONCE_SIZE = 12, /* bytes, AES-GCM */
    RA_TAG_SIZE = 16,   /* bytes, AES-GCM */
    RA_CIPHER_KEY_SIZE = 32,
    RA_CERTIFICATES_MAX = 16,
};

#define RA_TICKET_NAMESPACE_ANY "urn:remote-assistance:ticket:"
#define RA_TICKET_NAMESPACE     RA_TICKET_NAMESPACE_ANY "1"
#define RA_TICKET_VERSION       "1"

/* The work of one guess; RFC 7914. */
typedef struct {
    guint64 n;
    guint32 r, p;
} RaCost;

/* What this program writes. */
#define RA_COST_DEFAULT ((RaCost){1 << 17, 8, 1})
/* TRUE inside the bounds that no ticket may leave: N a power of two from 2^14 to 2^19, r from 1 to
 * 16, p from 1 to 4, 2^17 <= N * r, N * r * p <= 2^22. So 512 MiB and four times the default's time
 * at the most. */
gboolean ra_cost_is_sane(const RaCost *cost);

/* Everything that a ticket shows without being opened. */
typedef struct {
    char *name, *address;
    gint64 start, end;
    gboolean password; /* a password is needed; COST and SALT count only then */
    RaCost cost;
    guint8 salt[RA_SALT_SIZE];
    gboolean certificates; /* a private key is needed */
    guint8 nonce[RA_NONCE_SIZE];
} RaReadable;

void ra_readable_clear(RaReadable *readable);
/* The associated data of the seal: all of it, as fields in a fixed order. */
RaSecret *ra_readable_associated(const RaReadable *readable);

/* document.c: the XML. RET and *RET_SEALED are untouched on failure; RA_ERROR_MALFORMED. */
gboolean ra_document_read(RaReadable *ret, GBytes **ret_sealed, const void *data, gsize size,
                          GError **error);
GBytes *ra_document_write(const RaReadable *readable, GBytes *sealed);
/* The text as UTF-8 without a byte order mark, from UTF-8 or UTF-16 (by its mark); NULL where it is
 * neither. Caller frees. */
char *ra_document_to_utf8(const void *data, gsize size);
/* "2026-11-21T09:00:00Z" and back; the one form that is taken. NULL outside the years 1970 to
 * 9999. */
char *ra_date_format(gint64 moment);
gboolean ra_date_parse(const char *text, gint64 *ret);

/* base64.c: RFC 4648 section 4, with padding; nothing but the canonical form is read, apart from
 * XML's white space where SPACES. NULL otherwise. */
GBytes *ra_base64_read(const char *text, gsize size, gboolean spaces);
/* In lines of WIDTH characters, each ended by "\n". Caller frees. */
char *ra_base64_lines(const void *data, gsize size, guint width);

/* inner.c: what is sealed. ASSOCIATED is ra_readable_associated()'s. RA_ERROR_MALFORMED where INNER
 * breaks the format, RA_ERROR_PASSWORD where it speaks of another readable part. */
RaSecret *ra_inner_write(const RaInvitation *invitation, const RaReadable *readable);
RaInvitation *ra_inner_read(RaSecret *inner, const RaReadable *readable, GError **error);

/* crypto.c. RA_ERROR_FAILED, mostly for want of memory. */
RaSecret *ra_derive_key(RaSecret *password, const guint8 *salt, const RaCost *cost, GError **error);
/* Ciphertext and tag. NULL never happens but by want of memory: then it aborts. */
GBytes *ra_cipher_seal(RaSecret *key, const guint8 *nonce, RaSecret *associated, RaSecret *plain);
/* NULL where the tag does not fit. */
RaSecret *ra_cipher_open(RaSecret *key, const guint8 *nonce, RaSecret *associated,
                         const guint8 *sealed, gsize size);

/* envelope.c: CMS AuthEnvelopedData, RFC 5083 and 5084. RA_ERROR_USAGE for certificates and key
 * files, RA_ERROR_MALFORMED for an envelope that is none, RA_ERROR_PASSWORD for one that the key
 * does not open. */
GBytes *ra_envelope_seal(RaSecret *content, const char *const *certificates, GError **error);
RaSecret *ra_envelope_open(GBytes *envelope, const char *key_file, GError **error);

/* The values that ra_ticket_seal() draws, fixed: test vectors, and cheaper tests. NULL pointers and
 * an n of 0 stand for what ra_ticket_seal() does. */
typedef struct {
    RaCost cost;
    const guint8 *salt, *nonce;
} RaSealWith;
GBytes *ra_ticket_seal_with(const RaInvitation *invitation, RaSecret *password,
                            const char *const *certificates, const RaSealWith *with,
                            GError **error);

/* invitation.c: with an id and key that exist. KEY is referenced. CODE is that of errors:
 * RA_ERROR_USAGE or RA_ERROR_MALFORMED. */
RaInvitation *ra_invitation_restore(const char *id, RaSecret *key, const char *name,
                                    const char *address, gint64 start, gint64 end, RaRights rights,
                                    const char *const *hosts, gint code, GError **error);
/* "view" or "view control". */
const char *ra_rights_to_text(RaRights rights);
gboolean ra_rights_from_text(const char *text, RaRights *ret);
gboolean ra_invitation_id_is_valid(const char *id);
/* The rules of a readable part, for both ends: code as above. */
gboolean ra_invitation_check_readable(const char *name, const char *address, gint64 start,
                                      gint64 end, gint code, GError **error);
/* White space (XML's) around goes, runs of it become one space. In place; returns TEXT. */
char *ra_collapse(char *text);

/* password.c. DICTIONARY: whether cracklib's is there to check against; without
 * it a password needs 15 characters. */
gboolean ra_password_dictionary_exists(void);
gboolean ra_password_check_with(RaSecret *password, gboolean dictionary, GError **error);

/* words.c: the list that passwords are made of, sorted, no word the beginning of another. */
enum { RA_WORDS = 2048 };
extern const char *const ra_words[RA_WORDS];
