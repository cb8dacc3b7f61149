/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/browse.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

enum { READ_MAX = 100000 }; /* names of one folder that are looked at */

static void entry_free(gpointer data)
{
    RaBrowseEntry *entry = data;
    g_free(entry->path);
    g_free(entry->name);
    g_free(entry->key);
    g_free(entry);
}

char *ra_browse_shown(const char *path)
{
    g_autofree char *name = g_filename_display_name(path);
    return ra_text_line(name, RA_TEXT_LINE_MAX);
}

/* NULL for what is not to be listed. */
static RaBrowseEntry *look(const char *folder, const char *name, gboolean files)
{
    GStatBuf status;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_stat(path, &status) != 0)
        return NULL;
    const gboolean is_folder = S_ISDIR(status.st_mode);
    if (!is_folder && (!files || !S_ISREG(status.st_mode)))
        return NULL;
    RaBrowseEntry *entry = g_new0(RaBrowseEntry, 1);
    entry->path = g_steal_pointer(&path);
    entry->name = ra_browse_shown(name);
    entry->key = g_utf8_collate_key_for_filename(entry->name, -1);
    entry->folder = is_folder;
    entry->size = is_folder ? 0 : (guint64)status.st_size;
    entry->modified = status.st_mtime;
    return entry;
}

static int compare(gconstpointer one, gconstpointer other)
{
    const RaBrowseEntry *a = *(RaBrowseEntry *const *)one, *b = *(RaBrowseEntry *const *)other;
    if (a->folder != b->folder)
        return a->folder ? -1 : 1;
    const int order = strcmp(a->key, b->key);
    return order != 0 ? order : strcmp(a->path, b->path);
}

GPtrArray *ra_browse_list(const char *folder, gboolean files, gboolean hidden, gboolean *more,
                          GError **error)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    if (dir == NULL) {
        g_autofree char *shown = ra_browse_shown(folder);
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "The folder %s cannot be opened: %s", shown,
                    g_strerror(errno));
        return NULL;
    }
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    const char *name;
    for (guint n = 0; n < READ_MAX && (name = g_dir_read_name(dir)) != NULL; n++) {
        RaBrowseEntry *entry = hidden || *name != '.' ? look(folder, name, files) : NULL;
        if (entry != NULL)
            g_ptr_array_add(entries, entry);
    }
    g_dir_close(dir);
    g_ptr_array_sort(entries, compare);
    *more = entries->len > RA_BROWSE_MAX;
    if (*more)
        g_ptr_array_set_size(entries, RA_BROWSE_MAX);
    return entries;
}

char *ra_browse_date(gint64 moment, gint64 now)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(moment);
    g_autoptr(GDateTime) today = g_date_time_new_from_unix_local(now);
    if (time == NULL || today == NULL)
        return g_strdup("");
    const gboolean year = g_date_time_get_year(time) == g_date_time_get_year(today);
    const gboolean day =
        year && g_date_time_get_day_of_year(time) == g_date_time_get_day_of_year(today);
    return g_date_time_format(time, day ? "%H:%M" : year ? "%-d %b" : "%Y-%m-%d");
}

char *ra_browse_new_path(const char *folder, const char *name, GError **error)
{
    g_autofree char *bare = g_strstrip(g_strdup(name));
    g_autofree char *file = g_filename_from_utf8(bare, -1, NULL, NULL, NULL);
    GStatBuf status;
    if (file == NULL || *file == '\0' || strchr(file, '/') != NULL || strcmp(file, ".") == 0 ||
        strcmp(file, "..") == 0 || strlen(file) > 255) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "Type a name for the file, without slashes.");
        return NULL;
    }
    g_autofree char *path = g_build_filename(folder, file, NULL);
    if (g_lstat(path, &status) != 0)
        return g_steal_pointer(&path);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "There is something of that name already: choose another name.");
    return NULL;
}
