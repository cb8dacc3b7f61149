/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of the store; entry.c has the form of its files, files.c the safe writing. */
#include "ticket/store.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/paths.h"
#include "ticket/entry.h"
#include "ticket/folder.h"
#include "ticket/internal.h"

#include <string.h>

enum { PREFIX_MIN = 6, PORT_TEXT_MAX = 8 };

#define SUFFIX    ".invitation"
#define PORT_FILE "port"

struct _RaStore {
    RaFolder *files;
};

RaStore *ra_store_open(const char *dir, GError **error)
{
    g_autofree char *state = ra_path_state_dir();
    g_autofree char *path =
        dir != NULL ? g_strdup(dir) : g_build_filename(state, "invitations", NULL);
    RaFolder *files = ra_folder_open(path, error);
    if (files == NULL)
        return NULL;
    RaStore *store = g_new0(RaStore, 1);
    store->files = files;
    return store;
}

void ra_store_free(RaStore *store)
{
    if (store == NULL)
        return;
    ra_folder_free(store->files);
    g_free(store);
}

static char *file_name(const char *id)
{
    return g_strconcat(id, SUFFIX, NULL);
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
    const RaStoreEntry *left = *(RaStoreEntry *const *)a, *right = *(RaStoreEntry *const *)b;
    const gint64 l = ra_entry_created(left), r = ra_entry_created(right);
    return l != r ? (l < r ? 1 : -1) : strcmp(ra_store_entry_id(left), ra_store_entry_id(right));
}

/* The entry in the file NAME; RA_ERROR_MALFORMED where it is not one, or not that one. */
static RaStoreEntry *load(RaStore *store, const char *name, GError **error)
{
    g_autoptr(RaSecret) bytes = ra_folder_read(store->files, name, RA_ENTRY_FILE_MAX, error);
    if (bytes == NULL)
        return NULL;
    g_autoptr(RaStoreEntry) entry = ra_entry_decode(bytes);
    g_autofree char *expected = entry != NULL ? file_name(ra_store_entry_id(entry)) : NULL;
    if (g_strcmp0(expected, name) == 0)
        return g_steal_pointer(&entry);
    g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                "the invitation's file '%s' is damaged: cancel it by removing the file", name);
    return NULL;
}

static gboolean save(RaStore *store, const RaStoreEntry *entry, GError **error)
{
    g_autoptr(RaSecret) bytes = ra_entry_encode(entry);
    g_autofree char *name = file_name(ra_store_entry_id(entry));
    return ra_folder_write(store->files, name, bytes, error);
}

GPtrArray *ra_store_list(RaStore *store, GStrv *damaged, GError **error)
{
    g_auto(GStrv) names = ra_folder_list(store->files, SUFFIX, error);
    if (names == NULL)
        return NULL;
    GPtrArray *entries = g_ptr_array_new_with_free_func((GDestroyNotify)ra_store_entry_unref);
    g_autoptr(GStrvBuilder) bad = g_strv_builder_new();
    for (gsize i = 0; names[i] != NULL; i++) {
        g_autoptr(GError) why = NULL;
        RaStoreEntry *entry = load(store, names[i], &why);
        if (entry != NULL)
            g_ptr_array_add(entries, entry);
        else if (!g_error_matches(why, RA_ERROR, RA_ERROR_NO_TICKET)) /* gone since it was listed */
            g_strv_builder_add(bad, names[i]);
    }
    g_ptr_array_sort(entries, newest_first);
    if (damaged != NULL)
        *damaged = g_strv_builder_end(bad);
    return entries;
}

/* The whole id that ID is, or begins. Caller frees. */
static char *find_id(RaStore *store, const char *id, GError **error)
{
    const gsize length = strlen(id);
    if (strspn(id, "0123456789abcdefABCDEF") != length || length > RA_INVITATION_ID_LENGTH ||
        length < PREFIX_MIN) {
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "an invitation's id has from %d to %d digits from 0-9 and a-f: "
                    "look it up in the list",
                    PREFIX_MIN, RA_INVITATION_ID_LENGTH);
        return NULL;
    }
    g_autofree char *wanted = g_ascii_strdown(id, -1);
    g_auto(GStrv) names = ra_folder_list(store->files, SUFFIX, error);
    const char *found = NULL;
    guint n = 0;
    for (gsize i = 0; names != NULL && names[i] != NULL; i++) {
        if (g_str_has_prefix(names[i], wanted)) {
            found = names[i];
            n++;
        }
    }
    if (n == 1)
        return g_strndup(found, strlen(found) - strlen(SUFFIX));
    if (n > 1)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "several invitations begin with '%s': give more digits", wanted);
    else if (names != NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "there is no invitation '%s': look it up in the list", wanted);
    return NULL;
}

RaStoreEntry *ra_store_get(RaStore *store, const char *id, GError **error)
{
    g_autofree char *whole = find_id(store, id, error);
    g_autofree char *name = whole != NULL ? file_name(whole) : NULL;
    return name != NULL ? load(store, name, error) : NULL;
}

gboolean ra_store_add(RaStore *store, RaInvitation *invitation, GBytes *ticket,
                      const char *const *recipients, const char *message, GError **error)
{
    g_autoptr(RaStoreEntry) entry =
        ra_entry_new(invitation, ticket, recipients, message, g_get_real_time(), error);
    if (entry == NULL || !ra_folder_lock(store->files, error))
        return FALSE;
    const gboolean saved = save(store, entry, error);
    ra_folder_unlock(store->files);
    return saved;
}

/* Makes of an entry its successor; NULL to leave it alone, with an error or without. */
typedef RaStoreEntry *(*Change)(const RaStoreEntry *entry, gpointer data, GError **error);

static gboolean update(RaStore *store, const char *id, Change change, gpointer data, GError **error)
{
    if (!ra_folder_lock(store->files, error))
        return FALSE;
    g_autoptr(GError) why = NULL;
    g_autoptr(RaStoreEntry) entry = ra_store_get(store, id, &why);
    g_autoptr(RaStoreEntry) changed = entry != NULL ? change(entry, data, &why) : NULL;
    if (changed != NULL)
        (void)save(store, changed, &why);
    ra_folder_unlock(store->files);
    if (why == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

static RaStoreEntry *change_state(const RaStoreEntry *entry, gpointer data, GError **error)
{
    const RaStoreState from = ra_store_entry_state(entry), to = *(RaStoreState *)data;
    if (from == to)
        return NULL;
    if (from == RA_STORE_EXPIRED)
        g_set_error(error, RA_ERROR, RA_ERROR_EXPIRED,
                    "the invitation has expired already: make a new one");
    else if (from == RA_STORE_CANCELLED)
        g_set_error(error, RA_ERROR, RA_ERROR_DECLINED,
                    "the invitation was cancelled already: make a new one");
    else if (to == RA_STORE_OPEN)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "a used invitation cannot become unused");
    else
        return ra_entry_with_state(entry, to);
    return NULL;
}

gboolean ra_store_set_state(RaStore *store, const char *id, RaStoreState state, GError **error)
{
    return update(store, id, change_state, &state, error);
}

static RaStoreEntry *change_sent(const RaStoreEntry *entry, gpointer data, GError **error)
{
    return ra_entry_with_sent(entry, data, error);
}

gboolean ra_store_set_sent(RaStore *store, const char *id, const char *const *recipients,
                           GError **error)
{
    return update(store, id, change_sent, (gpointer)recipients, error);
}

static gboolean is_live(const RaStoreEntry *entry)
{
    const RaStoreState state = ra_store_entry_state(entry);
    return state == RA_STORE_OPEN || state == RA_STORE_USED;
}

/* Removes the entries of the past that are too old or too many; ENTRIES is newest first. */
static gboolean prune(RaStore *store, GPtrArray *entries, gint64 now, GError **error)
{
    guint kept = 0;
    for (guint i = 0; i < entries->len; i++) {
        const RaStoreEntry *entry = entries->pdata[i];
        const gboolean old =
            now - ra_store_entry_end(entry) > RA_STORE_HISTORY_DAYS * (gint64)RA_DAY;
        if (is_live(entry) || (!old && kept++ < RA_STORE_HISTORY_MAX))
            continue;
        g_autofree char *name = file_name(ra_store_entry_id(entry));
        if (!ra_folder_remove(store->files, name, error))
            return FALSE;
    }
    return TRUE;
}

/* Puts the successor of an entry in its place, without the key. Where the disk is full the file
 * goes altogether: better no history than a key that outlives its time. */
static gboolean forget_key(RaStore *store, const RaStoreEntry *expired, GError **error)
{
    if (save(store, expired, NULL))
        return TRUE;
    g_autofree char *name = file_name(ra_store_entry_id(expired));
    return ra_folder_remove(store->files, name, error);
}

/* Every entry is tried, also after one failed; the first error is reported. */
static gint expire_entries(RaStore *store, GPtrArray *entries, gint64 now, GError **error)
{
    gint live = 0;
    GError *first = NULL;
    for (guint i = 0; i < entries->len; i++) {
        RaStoreEntry *entry = entries->pdata[i];
        if (!is_live(entry))
            continue;
        if (ra_store_entry_end(entry) > now) {
            live++;
            continue;
        }
        entries->pdata[i] = ra_entry_with_state(entry, RA_STORE_EXPIRED);
        ra_store_entry_unref(entry);
        (void)forget_key(store, entries->pdata[i], first == NULL ? &first : NULL);
    }
    if (first == NULL)
        return prune(store, entries, now, error) ? live : -1;
    g_propagate_error(error, first);
    return -1;
}

gint ra_store_expire(RaStore *store, gint64 now, GError **error)
{
    if (!ra_folder_lock(store->files, error))
        return -1;
    ra_folder_clean(store->files);
    g_autoptr(GPtrArray) entries = ra_store_list(store, NULL, error);
    const gint live = entries != NULL ? expire_entries(store, entries, now, error) : -1;
    ra_folder_unlock(store->files);
    return live;
}

guint16 ra_store_port(RaStore *store)
{
    g_autoptr(RaSecret) text = ra_folder_read(store->files, PORT_FILE, PORT_TEXT_MAX, NULL);
    guint64 port = 0;
    if (text == NULL)
        return 0;
    g_autofree char *line = g_strchomp(g_strdup(ra_secret_text(text)));
    return g_ascii_string_to_unsigned(line, 10, 1, G_MAXUINT16, &port, NULL) ? (guint16)port : 0;
}

gboolean ra_store_set_port(RaStore *store, guint16 port, GError **error)
{
    char text[PORT_TEXT_MAX];
    const int length = g_snprintf(text, sizeof text, "%u\n", (guint)port);
    g_autoptr(RaSecret) bytes = ra_secret_new_copy(text, (gsize)length);
    if (!ra_folder_lock(store->files, error))
        return FALSE;
    const gboolean written = ra_folder_write(store->files, PORT_FILE, bytes, error);
    ra_folder_unlock(store->files);
    return written;
}
