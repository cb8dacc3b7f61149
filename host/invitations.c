/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/invitations.h"

#include "base/error.h"
#include "base/i18n.h"
#include "ticket/ticket.h"

#include <gio/gio.h>
#include <string.h>

typedef struct {
    RaInvitation *invitation;
    GStrv recipients;
    RaInvitationsSeal seal;
    gint64 boot_end; /* boot clock */
    guint in_vain;   /* questions without a yes since the last one that had it */
    gint64 rest_end; /* boot clock: the novice is not asked before */
} Held;

struct _RaInvitations {
    RaStore *store;
    const RaClock *clock;
    RaInvitationsFunc changed;
    gpointer data;
    GHashTable *held; /* id to Held */
    GHashTable *over; /* ids that ended here: whatever the store says later, they stay so */
    GFileMonitor *monitor;
    guint check_timer, changed_idle;
};

static const char *const nobody[] = {NULL};

static void held_free(gpointer pointer)
{
    Held *held = pointer;
    ra_invitation_unref(held->invitation);
    g_strfreev(held->recipients);
    g_free(held);
}

RaInvitations *ra_invitations_new(RaStore *store, const RaClock *clock, RaInvitationsFunc changed,
                                  gpointer data)
{
    RaInvitations *invitations = g_new0(RaInvitations, 1);
    invitations->store = store;
    invitations->clock = clock;
    invitations->changed = changed;
    invitations->data = data;
    invitations->held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, held_free);
    invitations->over = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return invitations;
}

void ra_invitations_free(RaInvitations *invitations)
{
    if (invitations == NULL)
        return;
    if (invitations->monitor != NULL)
        g_signal_handlers_disconnect_by_data(invitations->monitor, invitations);
    g_clear_object(&invitations->monitor);
    g_clear_handle_id(&invitations->check_timer, g_source_remove);
    g_clear_handle_id(&invitations->changed_idle, g_source_remove);
    g_hash_table_unref(invitations->held);
    g_hash_table_unref(invitations->over);
    g_free(invitations);
}

static gboolean tell_changed(gpointer data)
{
    RaInvitations *invitations = data;
    invitations->changed_idle = 0;
    if (invitations->changed != NULL)
        invitations->changed(invitations->data);
    return G_SOURCE_REMOVE;
}

/* From the main loop, since whoever looks one up may not expect that the world changes. */
static void note_change(RaInvitations *invitations)
{
    if (invitations->changed_idle == 0)
        invitations->changed_idle = g_idle_add(tell_changed, invitations);
}

static gboolean is_over(const RaInvitations *invitations, const Held *held)
{
    const gint64 now = ra_clock_wall(invitations->clock);
    return now >= ra_invitation_end(held->invitation) ||
           ra_clock_boot(invitations->clock) >= held->boot_end;
}

/* Its time has not come: it was made with a clock that was set back since. */
static gboolean is_early(const RaInvitations *invitations, const Held *held)
{
    return ra_invitation_start(held->invitation) >
           ra_clock_wall(invitations->clock) + RA_INVITATIONS_CLOCK_SKEW;
}

/* Wipes the key, whether or not the store can be told. */
static void drop(RaInvitations *invitations, const char *id, RaStoreState state)
{
    g_autofree char *copy = g_strdup(id);
    g_hash_table_remove(invitations->held, copy);
    g_hash_table_add(invitations->over, g_strdup(copy));
    (void)ra_store_set_state(invitations->store, copy, state, NULL);
    note_change(invitations);
}

static void drop_what_is_over(RaInvitations *invitations)
{
    g_autoptr(GPtrArray) ended = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer id = NULL, held = NULL;
    g_hash_table_iter_init(&iter, invitations->held);
    while (g_hash_table_iter_next(&iter, &id, &held)) {
        if (is_over(invitations, held))
            g_ptr_array_add(ended, g_strdup(id));
    }
    for (guint i = 0; i < ended->len; i++)
        drop(invitations, g_ptr_array_index(ended, i), RA_STORE_EXPIRED);
}

static gboolean on_check(gpointer data);

/* The timer does not run in suspend and knows nothing of a clock that is set: it is there so that
 * keys do not lie about, while every lookup checks the clocks itself. */
static void schedule_check(RaInvitations *invitations)
{
    g_clear_handle_id(&invitations->check_timer, g_source_remove);
    if (g_hash_table_size(invitations->held) == 0)
        return;
    gint64 wait = RA_INVITATIONS_CHECK_SECONDS;
    GHashTableIter iter;
    gpointer value = NULL;
    g_hash_table_iter_init(&iter, invitations->held);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Held *held = value;
        wait = MIN(wait, ra_invitation_end(held->invitation) - ra_clock_wall(invitations->clock));
    }
    invitations->check_timer = g_timeout_add_seconds(
        (guint)CLAMP(wait, 1, RA_INVITATIONS_CHECK_SECONDS), on_check, invitations);
}

static gboolean on_check(gpointer data)
{
    RaInvitations *invitations = data;
    invitations->check_timer = 0;
    drop_what_is_over(invitations);
    schedule_check(invitations);
    return G_SOURCE_REMOVE;
}

static RaInvitationsSeal seal_of(const RaStoreEntry *entry)
{
    GBytes *bytes = ra_store_entry_ticket(entry);
    gsize size = 0;
    const void *data = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;
    g_autoptr(RaTicket) ticket = ra_ticket_parse(data, size, NULL);
    if (ticket == NULL)
        return RA_INVITATIONS_SEAL_UNKNOWN;
    return ra_ticket_needs_password(ticket) ? RA_INVITATIONS_PASSWORD : RA_INVITATIONS_NO_PASSWORD;
}

static void take(RaInvitations *invitations, RaStoreEntry *entry)
{
    const char *id = ra_store_entry_id(entry);
    RaInvitation *invitation = ra_store_entry_invitation(entry);
    const gint64 left = MIN(ra_store_entry_end(entry) - ra_clock_wall(invitations->clock),
                            RA_INVITATION_LIFETIME_MAX);
    if (invitation == NULL || left <= 0 || g_hash_table_contains(invitations->over, id) ||
        g_hash_table_contains(invitations->held, id) ||
        g_hash_table_size(invitations->held) >= RA_INVITATIONS_MAX)
        return;
    Held *held = g_new0(Held, 1);
    held->invitation = ra_invitation_ref(invitation);
    held->recipients = g_strdupv((GStrv)ra_store_entry_recipients(entry));
    held->seal = seal_of(entry);
    held->boot_end = ra_clock_boot(invitations->clock) + left * G_USEC_PER_SEC;
    g_hash_table_insert(invitations->held, g_strdup(id), held);
    note_change(invitations);
}

static gboolean can_be_used(const RaStoreEntry *entry)
{
    const RaStoreState state = ra_store_entry_state(entry);
    return state == RA_STORE_OPEN || state == RA_STORE_USED;
}

gboolean ra_invitations_reload(RaInvitations *invitations, GError **error)
{
    drop_what_is_over(invitations);
    if (ra_store_expire(invitations->store, ra_clock_wall(invitations->clock), error) < 0)
        return FALSE;
    g_autoptr(GPtrArray) entries = ra_store_list(invitations->store, NULL, error);
    if (entries == NULL)
        return FALSE;
    g_autoptr(GHashTable) usable = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < entries->len; i++) {
        RaStoreEntry *entry = g_ptr_array_index(entries, i);
        if (!can_be_used(entry))
            continue;
        g_hash_table_add(usable, (gpointer)ra_store_entry_id(entry));
        take(invitations, entry);
    }
    GHashTableIter iter;
    gpointer id = NULL;
    g_hash_table_iter_init(&iter, invitations->held);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        if (g_hash_table_contains(usable, id))
            continue;
        g_hash_table_iter_remove(&iter);
        note_change(invitations);
    }
    schedule_check(invitations);
    return TRUE;
}

/* Not what the store needs for itself: its lock, files that are being written. */
static gboolean is_entry(GFile *file)
{
    g_autofree char *name = file != NULL ? g_file_get_basename(file) : NULL;
    return name != NULL && name[0] != '.';
}

static void on_store_changed(GFileMonitor *monitor, GFile *file, GFile *other,
                             GFileMonitorEvent event, gpointer data)
{
    RaInvitations *invitations = data;
    (void)monitor;
    if (!is_entry(file) && !is_entry(other))
        return;
    if (event != G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && event != G_FILE_MONITOR_EVENT_DELETED &&
        event != G_FILE_MONITOR_EVENT_RENAMED && event != G_FILE_MONITOR_EVENT_MOVED_IN &&
        event != G_FILE_MONITOR_EVENT_MOVED_OUT)
        return;
    (void)ra_invitations_reload(invitations, NULL);
    note_change(invitations);
}

void ra_invitations_watch(RaInvitations *invitations, const char *dir)
{
    if (invitations->monitor != NULL)
        return;
    g_autoptr(GFile) folder = g_file_new_for_path(dir);
    invitations->monitor = g_file_monitor_directory(folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    if (invitations->monitor != NULL)
        g_signal_connect(invitations->monitor, "changed", G_CALLBACK(on_store_changed),
                         invitations);
}

guint ra_invitations_count(RaInvitations *invitations)
{
    drop_what_is_over(invitations);
    return g_hash_table_size(invitations->held);
}

static Held *find_held(RaInvitations *invitations, const char *id)
{
    Held *held = g_hash_table_lookup(invitations->held, id);
    if (held == NULL)
        return NULL;
    if (!is_over(invitations, held))
        return is_early(invitations, held) ? NULL : held;
    drop(invitations, id, RA_STORE_EXPIRED);
    return NULL;
}

RaInvitation *ra_invitations_find(RaInvitations *invitations, const char *id)
{
    Held *held = find_held(invitations, id);
    return held != NULL ? ra_invitation_ref(held->invitation) : NULL;
}

const char *const *ra_invitations_recipients(RaInvitations *invitations, const char *id)
{
    const Held *held = find_held(invitations, id);
    return held != NULL ? (const char *const *)held->recipients : nobody;
}

const char *ra_invitations_novice(RaInvitations *invitations, const char *id)
{
    const Held *held = find_held(invitations, id);
    return held != NULL ? ra_invitation_name(held->invitation) : "";
}

RaInvitationsSeal ra_invitations_seal(RaInvitations *invitations, const char *id)
{
    const Held *held = find_held(invitations, id);
    return held != NULL ? held->seal : RA_INVITATIONS_SEAL_UNKNOWN;
}

gboolean ra_invitations_may_ask(RaInvitations *invitations, const char *id)
{
    const Held *held = find_held(invitations, id);
    return held != NULL && ra_clock_boot(invitations->clock) >= held->rest_end;
}

void ra_invitations_answered(RaInvitations *invitations, const char *id, gboolean yes)
{
    Held *held = find_held(invitations, id);
    if (held == NULL)
        return;
    held->in_vain = yes ? 0 : held->in_vain + 1;
    if (held->in_vain < RA_INVITATIONS_FREE_QUESTIONS)
        return;
    const guint doublings = MIN(held->in_vain - RA_INVITATIONS_FREE_QUESTIONS, 10);
    const gint64 pause =
        MIN((gint64)RA_INVITATIONS_PAUSE_SECONDS << doublings, RA_INVITATIONS_PAUSE_MAX);
    held->rest_end = ra_clock_boot(invitations->clock) + pause * G_USEC_PER_SEC;
}

gboolean ra_invitations_cancel(RaInvitations *invitations, const char *id, GError **error)
{
    g_autoptr(RaStoreEntry) entry = ra_store_get(invitations->store, id, error);
    if (entry == NULL)
        return FALSE;
    const char *whole = ra_store_entry_id(entry);
    const gboolean held = g_hash_table_remove(invitations->held, whole);
    g_hash_table_add(invitations->over, g_strdup(whole));
    if (held || can_be_used(entry))
        note_change(invitations);
    if (!can_be_used(entry)) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("invitation %.8s is over already: there is nothing to cancel"), whole);
        return FALSE;
    }
    return ra_store_set_state(invitations->store, whole, RA_STORE_CANCELLED, error);
}

gboolean ra_invitations_mark_used(RaInvitations *invitations, const char *id, GError **error)
{
    g_autoptr(RaStoreEntry) entry = ra_store_get(invitations->store, id, error);
    if (entry == NULL)
        return FALSE;
    if (ra_store_entry_state(entry) != RA_STORE_OPEN)
        return TRUE;
    return ra_store_set_state(invitations->store, ra_store_entry_id(entry), RA_STORE_USED, error);
}
