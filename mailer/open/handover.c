/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/handover.h"

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The exit code and the line of the error (0 and "" without), then the invitations: document and
 * warning. */
#define FORMAT "(usa(ays))"

enum {
    OFFER_OVERHEAD = 4096, /* bytes: its warning, with room to spare */
    BYTES_MAX = RA_HANDOVER_MAX * (RA_TICKET_MAX + OFFER_OVERHEAD),
};

static void offer_free(gpointer data)
{
    RaOffer *offer = data;
    ra_either_clear(&offer->either);
    g_free(offer->warning);
    g_free(offer);
}

RaHandover *ra_handover_new(void)
{
    RaHandover *handover = g_new0(RaHandover, 1);
    handover->offers = g_ptr_array_new_with_free_func(offer_free);
    return handover;
}

void ra_handover_add(RaHandover *handover, RaEither either, const char *warning)
{
    RaOffer *offer = g_new0(RaOffer, 1);
    offer->either = ra_either_copy(either);
    offer->warning = g_strdup(warning);
    g_ptr_array_add(handover->offers, offer);
}

RaHandover *ra_handover_new_error(const GError *error)
{
    RaHandover *handover = ra_handover_new();
    handover->error = g_error_new_literal(RA_ERROR, ra_error_exit_code(error), error->message);
    return handover;
}

void ra_handover_free(RaHandover *handover)
{
    if (handover == NULL)
        return;
    g_ptr_array_unref(handover->offers);
    g_clear_error(&handover->error);
    g_free(handover);
}

static GVariant *pack(const RaHandover *handover)
{
    GVariantBuilder offers;
    g_variant_builder_init(&offers, G_VARIANT_TYPE("a(ays)"));
    for (guint i = 0; i < handover->offers->len; i++) {
        const RaOffer *offer = handover->offers->pdata[i];
        g_variant_builder_add(&offers, "(@ays)",
                              g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING,
                                                       ra_either_bytes(offer->either), TRUE),
                              offer->warning);
    }
    const GError *error = handover->error;
    return g_variant_new(FORMAT, error != NULL ? (guint32)error->code : 0,
                         error != NULL ? error->message : "", &offers);
}

int ra_handover_to_fd(const RaHandover *handover, GError **error)
{
    g_autoptr(GVariant) packed = g_variant_ref_sink(pack(handover));
    const int fd = memfd_create("ra-tickets", MFD_CLOEXEC);
    if (fd >= 0 && ra_write_all(fd, g_variant_get_data(packed), g_variant_get_size(packed)) &&
        lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot hand the invitation over: %s",
                g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static gboolean malformed(GError **error)
{
    g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                "what was handed over is no invitation: open its file with ra-open");
    return FALSE;
}

static GBytes *read_all(int fd, GError **error)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    guint8 piece[16 * 1024];
    for (;;) {
        const ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || all->len + (gsize)n > BYTES_MAX) {
            malformed(error);
            return NULL;
        }
        if (n == 0)
            return g_byte_array_free_to_bytes(g_steal_pointer(&all));
        g_byte_array_append(all, piece, (guint)n);
    }
}

static gboolean read_ticket(RaEither *ret, const void *data, gsize size, GError **error)
{
    if (ra_msra_looks_like(data, size))
        ret->msra = ra_msra_parse(data, size, error);
    else
        ret->ticket = ra_ticket_parse(data, size, error);
    return ret->msra != NULL || ret->ticket != NULL;
}

static gboolean unpack(RaHandover *handover, GVariant *packed, GError **error)
{
    guint32 code;
    const char *message;
    g_autoptr(GVariantIter) offers = NULL;
    g_variant_get(packed, "(u&sa(ays))", &code, &message, &offers);
    if (code > RA_ERROR_MAIL || g_variant_iter_n_children(offers) > RA_HANDOVER_MAX ||
        (code == 0) == (g_variant_iter_n_children(offers) == 0))
        return malformed(error);
    if (code != 0) {
        g_autofree char *line = ra_text_line(message, RA_TEXT_LINE_MAX);
        handover->error = g_error_new_literal(RA_ERROR, (int)code, line);
    }
    GVariant *child;
    while ((child = g_variant_iter_next_value(offers)) != NULL) {
        g_autoptr(GVariant) offer = child;
        g_autoptr(GVariant) document = g_variant_get_child_value(offer, 0);
        const char *warning;
        g_variant_get_child(offer, 1, "&s", &warning);
        RaEither either = {NULL, NULL};
        if (!read_ticket(&either, g_variant_get_data(document), g_variant_get_size(document),
                         error))
            return FALSE;
        g_autofree char *clean = ra_text_message(warning, RA_TEXT_MESSAGE_MAX);
        ra_handover_add(handover, either, clean);
        ra_either_clear(&either);
    }
    return TRUE;
}

RaHandover *ra_handover_read(int fd, GError **error)
{
    g_autoptr(GBytes) bytes = read_all(fd, error);
    if (bytes == NULL)
        return NULL;
    g_autoptr(GVariant) packed =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(FORMAT), bytes, FALSE));
    if (!g_variant_is_normal_form(packed)) {
        malformed(error);
        return NULL;
    }
    g_autoptr(RaHandover) handover = ra_handover_new();
    if (!unpack(handover, packed, error))
        return NULL;
    return g_steal_pointer(&handover);
}
