/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/ticket.h"

#include "base/duration.h"
#include "base/error.h"
#include "ticket/internal.h"
#include "ticket/password.h"

#include <string.h>

enum { LOOK_SIZE = 4096 }; /* bytes of a document that are looked at for its kind */

/* A moment by which this format existed: no right clock shows an earlier one. 2026-11-01. */
#define PROGRAM_MADE ((gint64)1793491200)

struct _RaTicket {
    gint refs; /* atomic */
    GBytes *bytes;
    RaReadable readable;
    GBytes *sealed;
};

gboolean ra_ticket_looks_like(const void *data, gsize size)
{
    if (size > RA_TICKET_MAX)
        return FALSE;
    const gsize length = MIN(size, LOOK_SIZE);
    g_autofree char *squeezed = g_malloc(length + 1);
    gsize n = 0;
    /* Without the zero bytes and the marks of UTF-16 and UTF-8, ASCII looks the same in all. */
    for (gsize i = 0; i < length; i++) {
        const char c = ((const char *)data)[i];
        if (c != '\0' && (n > 0 || strchr("\xEF\xBB\xBF\xFE\xFF \t\r\n", c) == NULL))
            squeezed[n++] = c;
    }
    squeezed[n] = '\0';
    return squeezed[0] == '<' && strstr(squeezed, RA_TICKET_NAMESPACE_ANY) != NULL;
}

RaTicket *ra_ticket_parse(const void *data, gsize size, GError **error)
{
    RaReadable readable = {0};
    GBytes *sealed = NULL;
    if (!ra_document_read(&readable, &sealed, data, size, error))
        return NULL;
    RaTicket *ticket = g_new0(RaTicket, 1);
    ticket->refs = 1;
    ticket->bytes = g_bytes_new(data, size);
    ticket->readable = readable;
    ticket->sealed = sealed;
    return ticket;
}

RaTicket *ra_ticket_ref(RaTicket *ticket)
{
    g_atomic_int_inc(&ticket->refs);
    return ticket;
}

void ra_ticket_unref(RaTicket *ticket)
{
    if (ticket == NULL || !g_atomic_int_dec_and_test(&ticket->refs))
        return;
    g_bytes_unref(ticket->bytes);
    g_bytes_unref(ticket->sealed);
    ra_readable_clear(&ticket->readable);
    g_free(ticket);
}

const char *ra_ticket_name(const RaTicket *ticket)
{
    return ticket->readable.name;
}

const char *ra_ticket_address(const RaTicket *ticket)
{
    return ticket->readable.address;
}

gint64 ra_ticket_start(const RaTicket *ticket)
{
    return ticket->readable.start;
}

gint64 ra_ticket_end(const RaTicket *ticket)
{
    return ticket->readable.end;
}

gboolean ra_ticket_needs_password(const RaTicket *ticket)
{
    return ticket->readable.password;
}

gboolean ra_ticket_needs_key(const RaTicket *ticket)
{
    return ticket->readable.certificates;
}

GBytes *ra_ticket_bytes(const RaTicket *ticket)
{
    return ticket->bytes;
}

gboolean ra_ticket_check_span(gint64 start, gint64 end, gint64 now, GError **error)
{
    if (now < end && now >= start - RA_TICKET_CLOCK_SKEW)
        return TRUE;
    const gboolean clock_wrong = now < PROGRAM_MADE || now < start - RA_DAY;
    const char *hint = clock_wrong ? "; this computer's clock may be wrong, check it first" : "";
    g_autofree char *when = ra_moment_format_utc(now >= end ? end : start);
    if (now >= end)
        g_set_error(error, RA_ERROR, RA_ERROR_EXPIRED,
                    "the invitation expired at %s: ask for a new one%s", when, hint);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_EXPIRED,
                    "the invitation is not valid before %s: wait until then%s", when, hint);
    return FALSE;
}

gboolean ra_ticket_check_time(const RaTicket *ticket, gint64 now, GError **error)
{
    return ra_ticket_check_span(ticket->readable.start, ticket->readable.end, now, error);
}

/* The key of the cipher and what it seals: the password's key and all of the sealed part or, where
 * there is no password, the key that the envelope holds in front of it. */
static RaSecret *find_cipher_key(const RaTicket *ticket, RaSecret *password, const guint8 **sealed,
                                 gsize *size, GError **error)
{
    const RaReadable *readable = &ticket->readable;
    if (readable->password) {
        g_autoptr(RaSecret) normal = ra_password_normalise(password);
        return ra_derive_key(normal, readable->salt, &readable->cost, error);
    }
    if (*size <= RA_CIPHER_KEY_SIZE) {
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                    "what is sealed in the invitation breaks the format: ask for a new invitation");
        return NULL;
    }
    RaSecret *key = ra_secret_new_copy(*sealed, RA_CIPHER_KEY_SIZE);
    *sealed += RA_CIPHER_KEY_SIZE;
    *size -= RA_CIPHER_KEY_SIZE;
    return key;
}

static RaInvitation *open_cipher(const RaTicket *ticket, RaSecret *password, const guint8 *sealed,
                                 gsize size, GError **error)
{
    const RaReadable *readable = &ticket->readable;
    g_autoptr(RaSecret) key = find_cipher_key(ticket, password, &sealed, &size, error);
    if (key == NULL)
        return NULL;
    g_autoptr(RaSecret) associated = ra_readable_associated(readable);
    g_autoptr(RaSecret) inner = ra_cipher_open(key, readable->nonce, associated, sealed, size);
    if (inner != NULL)
        return ra_inner_read(inner, readable, error);
    if (readable->password)
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                    "the password is wrong, or the invitation was altered: "
                    "check the password with the person who invites you");
    else
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                    "the invitation was altered: ask for a new one");
    return NULL;
}

RaInvitation *ra_ticket_open(const RaTicket *ticket, RaSecret *password, const char *key_file,
                             GError **error)
{
    if (ticket->readable.password && (password == NULL || ra_secret_size(password) == 0 ||
                                      ra_secret_size(password) > RA_TICKET_PASSWORD_MAX)) {
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                    "the invitation is opened with a password: "
                    "ask the person who invites you for it");
        return NULL;
    }
    if (ticket->readable.certificates && key_file == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                    "the invitation is sealed to certificates: give the file with your key");
        return NULL;
    }
    gsize size = 0;
    const guint8 *sealed = g_bytes_get_data(ticket->sealed, &size);
    if (!ticket->readable.certificates)
        return open_cipher(ticket, password, sealed, size, error);
    g_autoptr(RaSecret) content = ra_envelope_open(ticket->sealed, key_file, error);
    if (content == NULL)
        return NULL;
    return open_cipher(ticket, password, ra_secret_bytes(content), ra_secret_size(content), error);
}

static RaSecret *concatenate(RaSecret *key, GBytes *sealed)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(sealed, &size);
    RaSecret *both = ra_secret_new(RA_CIPHER_KEY_SIZE + size);
    memcpy(ra_secret_bytes(both), ra_secret_bytes(key), RA_CIPHER_KEY_SIZE);
    memcpy(ra_secret_bytes(both) + RA_CIPHER_KEY_SIZE, data, size);
    return both;
}

/* Wraps what the cipher sealed once more, with the cipher's key where no password makes it. */
static GBytes *wrap(const RaReadable *readable, RaSecret *key, GBytes *sealed,
                    const char *const *certificates, GError **error)
{
    if (!readable->certificates)
        return g_bytes_ref(sealed);
    gsize size = 0;
    const void *data = g_bytes_get_data(sealed, &size);
    g_autoptr(RaSecret) content =
        readable->password ? ra_secret_new_copy(data, size) : concatenate(key, sealed);
    return ra_envelope_seal(content, certificates, error);
}

static void fill_readable(RaReadable *readable, const RaInvitation *invitation,
                          const RaSealWith *with)
{
    readable->name = g_strdup(ra_invitation_name(invitation));
    readable->address = g_strdup(ra_invitation_address(invitation));
    readable->start = ra_invitation_start(invitation);
    readable->end = ra_invitation_end(invitation);
    readable->cost = with->cost.n != 0 ? with->cost : RA_COST_DEFAULT;
    g_autoptr(RaSecret) random = ra_secret_new_random(RA_SALT_SIZE + RA_NONCE_SIZE);
    const guint8 *bytes = ra_secret_bytes(random);
    memcpy(readable->salt, with->salt != NULL ? with->salt : bytes, RA_SALT_SIZE);
    memcpy(readable->nonce, with->nonce != NULL ? with->nonce : bytes + RA_SALT_SIZE,
           RA_NONCE_SIZE);
}

static RaSecret *make_cipher_key(const RaReadable *readable, RaSecret *password, GError **error)
{
    if (!readable->password)
        return ra_secret_new_random(RA_CIPHER_KEY_SIZE);
    g_autoptr(RaSecret) normal = ra_password_normalise(password);
    return ra_derive_key(normal, readable->salt, &readable->cost, error);
}

GBytes *ra_ticket_seal_with(const RaInvitation *invitation, RaSecret *password,
                            const char *const *certificates, const RaSealWith *with, GError **error)
{
    RaReadable readable = {0};
    readable.password = password != NULL;
    readable.certificates = certificates != NULL && certificates[0] != NULL;
    if (!readable.password && !readable.certificates) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "an invitation needs a password, or a certificate to be sealed to");
        return NULL;
    }
    if (readable.password &&
        (ra_secret_size(password) == 0 || ra_secret_size(password) > RA_TICKET_PASSWORD_MAX)) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "a password has from 1 to %d bytes: choose another", RA_TICKET_PASSWORD_MAX);
        return NULL;
    }
    fill_readable(&readable, invitation, with);
    g_autoptr(RaSecret) key = make_cipher_key(&readable, password, error);
    g_autoptr(GBytes) ticket = NULL;
    if (key != NULL) {
        g_autoptr(RaSecret) inner = ra_inner_write(invitation, &readable);
        g_autoptr(RaSecret) associated = ra_readable_associated(&readable);
        g_autoptr(GBytes) cipher = ra_cipher_seal(key, readable.nonce, associated, inner);
        g_autoptr(GBytes) sealed = wrap(&readable, key, cipher, certificates, error);
        if (sealed != NULL)
            ticket = ra_document_write(&readable, sealed);
    }
    ra_readable_clear(&readable);
    if (ticket != NULL && g_bytes_get_size(ticket) > RA_TICKET_MAX) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "the invitation is larger than 64 KiB: seal it to fewer certificates");
        return NULL;
    }
    return g_steal_pointer(&ticket);
}

GBytes *ra_ticket_seal(const RaInvitation *invitation, RaSecret *password,
                       const char *const *certificates, GError **error)
{
    const RaSealWith random = {0};
    return ra_ticket_seal_with(invitation, password, certificates, &random, error);
}
