/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/history.h"

#include "assist/file-name.h"
#include "assist/new-file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct _RaHistory {
    char *me, *them;
    RaHistoryFunc changed;
    gpointer data;
    GPtrArray *entries; /* RaHistoryEntry; their numbers follow each other */
    guint next;         /* number */
    guint missing;      /* entries that were dropped */
    guint unread;
    gint64 start; /* seconds since 1970 */
};

static gint64 now(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

static void entry_free(gpointer data)
{
    RaHistoryEntry *entry = data;
    g_free(entry->text);
    g_free(entry);
}

RaHistory *ra_history_new(const char *me, const char *them, RaHistoryFunc changed, gpointer data)
{
    RaHistory *history = g_new0(RaHistory, 1);
    history->me = g_strdup(me[0] != '\0' ? me : _("you"));
    history->them = g_strdup(them[0] != '\0' ? them : _("the other side"));
    history->changed = changed;
    history->data = data;
    history->entries = g_ptr_array_new_with_free_func(entry_free);
    history->next = 1;
    history->start = now();
    return history;
}

void ra_history_free(RaHistory *history)
{
    if (history == NULL)
        return;
    g_ptr_array_unref(history->entries);
    g_free(history->me);
    g_free(history->them);
    g_free(history);
}

static void tell(RaHistory *history, const RaHistoryEntry *entry)
{
    if (history->changed != NULL)
        history->changed(entry, history->data);
}

static void drop_oldest(RaHistory *history)
{
    const RaHistoryEntry *oldest = g_ptr_array_index(history->entries, 0);
    if (oldest->who == RA_HISTORY_THEM && !oldest->read)
        history->unread--;
    history->missing++;
    g_ptr_array_remove_index(history->entries, 0);
}

guint ra_history_add(RaHistory *history, RaHistoryWho who, const char *text)
{
    if (history->entries->len >= RA_HISTORY_ENTRIES_MAX)
        drop_oldest(history);
    RaHistoryEntry *entry = g_new0(RaHistoryEntry, 1);
    entry->number = history->next++;
    entry->who = who;
    entry->time = now();
    entry->text = ra_text_message(text, RA_TEXT_MESSAGE_MAX);
    g_ptr_array_add(history->entries, entry);
    if (who == RA_HISTORY_THEM)
        history->unread++;
    const guint number = entry->number;
    tell(history, entry);
    return number;
}

guint ra_history_event(RaHistory *history, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return ra_history_add(history, RA_HISTORY_EVENT, text);
}

/* NULL where it has been dropped, or never was. */
static RaHistoryEntry *find(const RaHistory *history, guint number)
{
    const guint first = history->next - history->entries->len;
    if (number < first || number >= history->next)
        return NULL;
    return g_ptr_array_index(history->entries, number - first);
}

void ra_history_mark_there(RaHistory *history, guint number)
{
    RaHistoryEntry *entry = find(history, number);
    if (entry == NULL || entry->who != RA_HISTORY_ME || entry->there)
        return;
    entry->there = TRUE;
    tell(history, entry);
}

void ra_history_mark_read(RaHistory *history)
{
    const guint end = history->next;
    for (guint number = end - history->entries->len; history->unread > 0 && number < end;
         number++) {
        RaHistoryEntry *entry = find(history, number);
        if (entry == NULL || entry->who != RA_HISTORY_THEM || entry->read)
            continue;
        entry->read = TRUE;
        history->unread--;
        tell(history, entry);
    }
}

guint ra_history_unread(const RaHistory *history)
{
    return history->unread;
}

guint ra_history_length(const RaHistory *history)
{
    return history->entries->len;
}

const RaHistoryEntry *ra_history_get(const RaHistory *history, guint index)
{
    return index < history->entries->len ? g_ptr_array_index(history->entries, index) : NULL;
}

const char *ra_history_name(const RaHistory *history, RaHistoryWho who)
{
    return who == RA_HISTORY_ME ? history->me : who == RA_HISTORY_THEM ? history->them : "";
}

static char *format_time(gint64 time, const char *format)
{
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_local(time);
    return moment != NULL ? g_date_time_format(moment, format) : g_strdup("");
}

/* What an entry's text adds stands behind spaces, so that no text can look like another entry. */
static void append_entry(const RaHistory *history, const RaHistoryEntry *entry, GString *out)
{
    g_autofree char *time = format_time(entry->time, "%Y-%m-%d %H:%M:%S");
    g_auto(GStrv) lines = g_strsplit(entry->text, "\n", -1);
    g_autofree char *text = g_strjoinv("\n    ", lines);
    g_string_append_printf(out, "%s  ", time);
    if (entry->who == RA_HISTORY_EVENT)
        g_string_append_printf(out, "* %s\n", text);
    else
        g_string_append_printf(out, "%s: %s\n", ra_history_name(history, entry->who), text);
}

char *ra_history_text(const RaHistory *history)
{
    g_autofree char *zone = format_time(history->start, "%Z, UTC%:z");
    GString *out = g_string_new(NULL);
    /* Translators: the head of a file: with whom; the time zone. */
    g_string_append_printf(out, _("Remote Assistance with %s. Times are local (%s)."),
                           history->them, zone);
    g_string_append(out, "\n\n");
    if (history->missing > 0) {
        g_string_append_printf(out,
                               ngettext("(%u older entry is missing)",
                                        "(%u older entries are missing)", history->missing),
                               history->missing);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < history->entries->len; i++)
        append_entry(history, g_ptr_array_index(history->entries, i), out);
    return g_string_free(out, FALSE);
}

static gboolean save_failed(const char *path, int why, GError **error)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_autofree char *safe = ra_text_line(shown, RA_TEXT_LINE_MAX);
    if (why == EEXIST)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    _("%s exists already: choose another name for the history"), safe);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    _("The history cannot be saved as %s (%s): choose another folder"), safe,
                    g_strerror(why));
    return FALSE;
}

/* 0, or errno. */
static int write_new(const char *path, const char *text)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    g_autoptr(RaNewFile) file = ra_new_file_create(fd, name, 0600, FALSE);
    int why = file == NULL ? errno : 0;
    (void)close(fd);
    if (why != 0)
        return why;
    const int out = ra_new_file_fd(file);
    if (!ra_write_all(out, text, strlen(text)) || fsync(out) != 0)
        return errno;
    g_autofree char *kept = ra_new_file_keep(file, FALSE);
    return kept == NULL ? errno : 0;
}

gboolean ra_history_save(const RaHistory *history, const char *path, GError **error)
{
    g_autofree char *text = ra_history_text(history);
    const int why = write_new(path, text);
    return why == 0 || save_failed(path, why, error);
}

char *ra_history_file_name(const RaHistory *history)
{
    g_autofree char *time = format_time(history->start, "%Y-%m-%d %H.%M");
    g_autofree char *them = ra_text_line(history->them, RA_TEXT_NAME_MAX);
    for (char *p = them; *p != '\0'; p++) {
        if (*p == '/' || *p == '\\')
            *p = '_';
    }
    g_autofree char *name = g_strdup_printf(_("Remote Assistance with %1$s %2$s.txt"), them, time);
    return ra_file_name_clean(name);
}
