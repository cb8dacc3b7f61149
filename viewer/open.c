/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/open.h"

#include "base/duration.h"
#include "base/error.h"
#include "mailer/find/extract.h"
#include "mailer/open/files.h"
#include "mailer/open/text.h"

#include <fcntl.h>
#include <unistd.h>

enum { PACKED_MAX = RA_TICKET_MAX }; /* bytes: an invitation is smaller than its ticket */

static gboolean check_descriptor(int fd, const char *option, GError **error)
{
    if (fd > STDERR_FILENO && fcntl(fd, F_GETFD) >= 0)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "%s is for ra-open, which hands the invitation over by it; give the viewer a file "
                "instead",
                option);
    return FALSE;
}

RaInvitation *ra_viewer_take_invitation(int fd, GError **error)
{
    if (!check_descriptor(fd, "--invitation-fd", error))
        return NULL;
    g_autoptr(RaSecret) packed = ra_secret_read(fd, PACKED_MAX, error);
    close(fd);
    return packed != NULL ? ra_invitation_unpack(packed, error) : NULL;
}

/* The only one whose time it is, or the only one; NULL where there are several. */
static const RaFound *choose(const GPtrArray *found)
{
    const RaFound *valid = NULL;
    guint n = 0;
    for (guint i = 0; i < found->len; i++) {
        const RaFound *one = g_ptr_array_index(found, i);
        if (found->len > 1 && !ra_found_check_time(one, ra_moment_now(), NULL))
            continue;
        valid = one;
        n++;
    }
    return n == 1 ? valid : NULL;
}

gboolean ra_viewer_find_ticket(const char *file, RaEither *ret, GError **error)
{
    g_autoptr(GInputStream) stream = ra_open_input(file, error);
    if (stream == NULL)
        return FALSE;
    g_autoptr(RaExtraction) extraction = ra_extract(stream, NULL, error);
    if (extraction == NULL || !ra_extraction_check(extraction, error))
        return FALSE;
    const RaFound *found = choose(extraction->found);
    if (found != NULL)
        *ret = ra_either_copy(ra_found_either(found));
    else
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "there are %u invitations in this: choose one with ra-open",
                    extraction->found->len);
    return found != NULL;
}

RaHandover *ra_viewer_take_tickets(int fd, GError **error)
{
    if (!check_descriptor(fd, "--ticket-fd", error))
        return NULL;
    RaHandover *handover = ra_handover_read(fd, error);
    close(fd);
    return handover;
}

RaHandover *ra_viewer_find_tickets(const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaExtraction) extraction = NULL;
    g_autoptr(GInputStream) stream = ra_open_input(file, &error);
    if (stream != NULL)
        extraction = ra_extract(stream, NULL, &error);
    if (extraction == NULL || !ra_extraction_check(extraction, &error))
        return ra_handover_new_error(error);
    g_autoptr(GPtrArray) sorted = ra_open_sort(extraction, ra_moment_now());
    return ra_open_handover(sorted, 0);
}
