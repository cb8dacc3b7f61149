/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/outbox.h"

#include "base/error.h"
#include "base/paths.h"
#include "mailer/send/mail-portal.h"
#include "mailer/send/send.h"
#include "ticket/ticket.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

static gboolean is_over(RaStore *store, const char *id)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(RaStoreEntry) entry = ra_store_get(store, id, &local);
    if (entry == NULL)
        return g_error_matches(local, RA_ERROR, RA_ERROR_NO_TICKET);
    const RaStoreState state = ra_store_entry_state(entry);
    return state != RA_STORE_OPEN && state != RA_STORE_USED;
}

/* Removes from the folder OUTBOX what belongs to invitations that are neither open nor used. */
static void clean(const char *outbox, RaStore *store)
{
    g_autoptr(GDir) listing = g_dir_open(outbox, 0, NULL);
    if (listing == NULL)
        return;
    for (const char *id; (id = g_dir_read_name(listing)) != NULL;) {
        if (!is_over(store, id))
            continue;
        g_autofree char *folder = g_build_filename(outbox, id, NULL);
        g_autofree char *file = g_build_filename(folder, RA_TICKET_FILE_NAME, NULL);
        g_unlink(file);
        g_rmdir(folder);
    }
}

static char *kept_outbox(void)
{
    g_autofree char *state = ra_path_state_dir();
    return g_build_filename(state, "outbox", NULL);
}

/* NULL where there is none. */
static char *session_outbox(void)
{
    GStatBuf status;
    const char *runtime = g_getenv("XDG_RUNTIME_DIR");
    if (runtime == NULL || !g_path_is_absolute(runtime) || ra_portal_is_sandboxed())
        return NULL;
    /* Where others may write, a folder of ours could be theirs, or a link of theirs. */
    if (g_stat(runtime, &status) != 0 || status.st_uid != geteuid() || (status.st_mode & 0022) != 0)
        return NULL;
    g_autofree char *folder = g_build_filename(runtime, "remote-assistance", "outbox", NULL);
    return g_mkdir_with_parents(folder, 0700) == 0 ? g_steal_pointer(&folder) : NULL;
}

char *ra_outbox_put(const char *id, GBytes *ticket, RaStore *store, GError **error)
{
    g_autofree char *kept = kept_outbox(), *session = session_outbox();
    clean(kept, store);
    if (session != NULL)
        clean(session, store);
    g_autofree char *folder = g_build_filename(session != NULL ? session : kept, id, NULL);
    if (g_mkdir_with_parents(folder, 0700) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot make the folder %s: %s", folder,
                    g_strerror(errno));
        return NULL;
    }
    g_autofree char *file = g_build_filename(folder, RA_TICKET_FILE_NAME, NULL);
    return ra_save_ticket(file, ticket, TRUE, error) ? g_steal_pointer(&file) : NULL;
}
