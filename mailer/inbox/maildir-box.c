/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/maildir-box.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/inbox/maildir-marks.h"
#include "mailer/inbox/maildir-watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *unique; /* what of the name stays */
    char *id;
    char *path; /* "cur/NAME": where it was seen last */
    gint64 received;
    RaMark *told; /* the mark that was reported; NULL: none yet */
    guint round;  /* of the scan that saw it last */
} Entry;

typedef struct {
    RaBox parent;
    char *path;
    gint64 since;
    GHashTable *by_name; /* unique -> Entry, which it owns */
    GHashTable *by_id;   /* id -> Entry */
    RaMarks *marks;
    RaMaildirWatch *watch;
    guint round;
    gboolean swept;
} Maildir;

static void free_entry(gpointer data)
{
    Entry *entry = data;
    g_free(entry->unique);
    g_free(entry->id);
    g_free(entry->path);
    ra_mark_free(entry->told);
    g_free(entry);
}

static char *shown(const Maildir *box)
{
    g_autofree char *name = g_filename_display_name(box->path);
    return ra_text_line(name, RA_TEXT_LINE_MAX);
}

/* --- names --- */

/* NAME without what mail programs change: the flags, and the sizes that some put before them. */
static char *unique_part(const char *name)
{
    g_autofree char *unique = g_strndup(name, strcspn(name, ":"));
    for (char *comma; (comma = strrchr(unique, ',')) != NULL;) {
        const char *digits = comma + 3;
        if ((comma[1] != 'S' && comma[1] != 'W') || comma[2] != '=' || *digits == '\0' ||
            digits[strspn(digits, "0123456789")] != '\0')
            break;
        *comma = '\0';
    }
    return g_steal_pointer(&unique);
}

static char *make_id(const char *unique)
{
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, unique, -1);
    return g_strndup(sum, RA_MARKS_ID_LENGTH);
}

/* When the message NAME came: Maildir names begin with that; else it is when it was written. */
static gint64 when_received(int folder, const char *name)
{
    const gint64 year_2000 = 946684800, far = 32503680000;
    struct stat status;
    char *end = NULL;
    const gint64 moment = g_ascii_strtoll(name, &end, 10);
    if (*end == '.' && moment > year_2000 && moment < far)
        return moment;
    return fstatat(folder, name, &status, 0) == 0 ? status.st_mtime : 0;
}

/* --- what is there --- */

static gint newest_first(gconstpointer a, gconstpointer b)
{
    const Entry *first = *(Entry *const *)a, *second = *(Entry *const *)b;
    return first->received > second->received ? -1 : first->received < second->received;
}

static void see(Maildir *box, const char *sub, int folder, const char *name, GPtrArray *fresh)
{
    g_autofree char *unique = unique_part(name);
    Entry *entry = g_hash_table_lookup(box->by_name, unique);
    if (entry == NULL) {
        const gint64 received = when_received(folder, name);
        if (received < box->since)
            return;
        entry = g_new0(Entry, 1);
        entry->id = make_id(unique);
        entry->unique = g_steal_pointer(&unique);
        entry->received = received;
        g_hash_table_insert(box->by_name, entry->unique, entry);
        g_ptr_array_add(fresh, entry);
    }
    entry->round = box->round;
    const gsize length = strlen(sub);
    if (entry->path == NULL || strncmp(entry->path, sub, length) != 0 ||
        strcmp(entry->path + length + 1, name) != 0) {
        g_free(entry->path);
        entry->path = g_build_filename(sub, name, NULL);
    }
}

static gboolean scan_folder(Maildir *box, const char *sub, GPtrArray *fresh, GError **error)
{
    g_autofree char *path = g_build_filename(box->path, sub, NULL);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        g_autofree char *name = shown(box);
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot read the Maildir \"%s\": %s: %s", name,
                    sub, g_strerror(errno));
        return FALSE;
    }
    errno = 0;
    for (const struct dirent *item; (item = readdir(folder)) != NULL; errno = 0) {
        if (*item->d_name != '.')
            see(box, sub, dirfd(folder), item->d_name, fresh);
    }
    const int problem = errno;
    closedir(folder);
    if (problem != 0) {
        g_autofree char *name = shown(box);
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE, "cannot read the Maildir \"%s\": %s",
                    name, g_strerror(problem));
    }
    return problem == 0;
}

/* "new" first: what moves meanwhile is seen in one of the two, or in both. */
static gboolean scan_both(Maildir *box, GPtrArray *fresh, GError **error)
{
    return scan_folder(box, "new", fresh, error) && scan_folder(box, "cur", fresh, error);
}

static gboolean any_missing(const Maildir *box)
{
    GHashTableIter iter;
    gpointer value = NULL;
    g_hash_table_iter_init(&iter, box->by_name);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (((const Entry *)value)->round != box->round)
            return TRUE;
    }
    return FALSE;
}

/* Gives ids to what is new; what there is no room for, and the second of two with one id, is
 * forgotten again. */
static void admit(Maildir *box, GPtrArray *fresh)
{
    g_ptr_array_sort(fresh, newest_first);
    for (guint i = 0; i < fresh->len; i++) {
        Entry *entry = fresh->pdata[i];
        if (g_hash_table_size(box->by_id) < RA_BOX_MESSAGES_MAX &&
            !g_hash_table_contains(box->by_id, entry->id))
            g_hash_table_insert(box->by_id, entry->id, entry);
        else
            g_hash_table_remove(box->by_name, entry->unique);
    }
}

/* Renaming can hide a message from one reading of a folder, hardly from two. */
static gboolean scan(Maildir *box, GError **error)
{
    g_autoptr(GPtrArray) fresh = g_ptr_array_new();
    box->round++;
    const gboolean done =
        scan_both(box, fresh, error) && (!any_missing(box) || scan_both(box, fresh, error));
    admit(box, fresh);
    return done;
}

/* --- the box --- */

static void report_gone(Maildir *box, RaBoxFunc report, gpointer data)
{
    GHashTableIter iter;
    gpointer value = NULL;
    g_hash_table_iter_init(&iter, box->by_name);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Entry *entry = value;
        if (entry->round == box->round)
            continue;
        const RaBoxMessage message = {.id = entry->id, .received = entry->received, .gone = TRUE};
        if (entry->told != NULL)
            report(&message, data);
        g_hash_table_remove(box->by_id, entry->id);
        g_hash_table_iter_remove(&iter);
    }
}

/* All messages, of Entry. */
static GPtrArray *newest(const Maildir *box)
{
    GPtrArray *all = g_ptr_array_new();
    GHashTableIter iter;
    gpointer entry = NULL;
    g_hash_table_iter_init(&iter, box->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &entry))
        g_ptr_array_add(all, entry);
    g_ptr_array_sort(all, newest_first);
    return all;
}

static gboolean refresh(RaBox *parent, RaBoxFunc report, void (*reset)(gpointer data),
                        gpointer data, GCancellable *cancel, GError **error)
{
    Maildir *box = (Maildir *)parent;
    (void)reset; /* it always stays what it is */
    if (g_cancellable_set_error_if_cancelled(cancel, error) || !scan(box, error) ||
        !ra_marks_load(box->marks, error))
        return FALSE;
    report_gone(box, report, data);
    g_autoptr(GPtrArray) all = newest(box);
    for (guint i = 0; i < all->len; i++) {
        Entry *entry = all->pdata[i];
        const RaMark *mark = ra_marks_get(box->marks, entry->id);
        if (entry->told != NULL && ra_mark_equal(entry->told, mark))
            continue;
        ra_mark_free(entry->told);
        entry->told = ra_mark_copy(mark);
        const RaBoxMessage message = {
            .id = entry->id, .received = entry->received, .mark = entry->told};
        report(&message, data);
    }
    return TRUE;
}

static int open_message(const Maildir *box, const Entry *entry)
{
    g_autofree char *path = g_build_filename(box->path, entry->path, NULL);
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static GBytes *read_message(int fd, GError **error)
{
    struct stat status;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gssize n = fstat(fd, &status);
    if (n == 0 && !S_ISREG(status.st_mode)) {
        errno = EINVAL;
        n = -1;
    }
    if (n == 0)
        g_byte_array_set_size(bytes, (guint)CLAMP(status.st_size + 1, 1, RA_BOX_MESSAGE_MAX));
    gsize size = 0;
    while (n >= 0 && size < bytes->len) {
        n = read(fd, bytes->data + size, bytes->len - size);
        if (n == 0)
            break;
        size += (gsize)MAX(n, 0);
    }
    if (n < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "the message cannot be read: %s",
                    g_strerror(errno));
        return NULL;
    }
    g_byte_array_set_size(bytes, (guint)size);
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static GBytes *fetch(RaBox *parent, const char *id, GCancellable *cancel, GError **error)
{
    Maildir *box = (Maildir *)parent;
    if (g_cancellable_set_error_if_cancelled(cancel, error))
        return NULL;
    const Entry *entry = g_hash_table_lookup(box->by_id, id);
    int fd = entry != NULL ? open_message(box, entry) : -1;
    if (fd < 0 && entry != NULL && errno == ENOENT) { /* a mail program has renamed it */
        if (!scan(box, error))
            return NULL;
        fd = open_message(box, entry);
    }
    if (fd < 0 && (entry == NULL || errno == ENOENT))
        g_set_error_literal(error, RA_ERROR, RA_ERROR_NO_TICKET, "the message is gone");
    else if (fd < 0)
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "the message cannot be read: %s",
                    g_strerror(errno));
    if (fd < 0)
        return NULL;
    GBytes *bytes = read_message(fd, error);
    close(fd);
    return bytes;
}

static gboolean is_there(const char *id, gpointer data)
{
    const Maildir *box = data;
    return g_hash_table_contains(box->by_id, id);
}

static gboolean change(RaBox *parent, const char *id, const RaMark *expected, const RaMark *wanted,
                       RaMark **now, GCancellable *cancel, GError **error)
{
    Maildir *box = (Maildir *)parent;
    if (g_cancellable_set_error_if_cancelled(cancel, error))
        return FALSE;
    Entry *entry = g_hash_table_lookup(box->by_id, id);
    if (entry == NULL) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_NO_TICKET, "the message is gone");
        return FALSE;
    }
    if (!ra_marks_change(box->marks, id, expected, wanted, now, error))
        return FALSE;
    if (!box->swept)
        ra_marks_sweep(box->marks, is_there, box);
    box->swept = TRUE;
    return TRUE;
}

static gboolean wait_for_change(RaBox *parent, guint seconds, GCancellable *cancel, GError **error)
{
    return ra_maildir_watch_wait(((Maildir *)parent)->watch, seconds, cancel, error);
}

static void free_box(RaBox *parent)
{
    Maildir *box = (Maildir *)parent;
    g_hash_table_unref(box->by_id);
    g_hash_table_unref(box->by_name);
    ra_marks_free(box->marks);
    ra_maildir_watch_free(box->watch);
    g_free(box->path);
    g_free(box);
}

static const RaBoxClass maildir_class = {
    .kind = "maildir",
    .refresh = refresh,
    .fetch = fetch,
    .change = change,
    .wait = wait_for_change,
    .free = free_box,
};

RaBox *ra_maildir_box_new(const char *path, gint64 since, GError **error)
{
    static const char *const subs[] = {"new", "cur"};
    for (gsize i = 0; i < G_N_ELEMENTS(subs); i++) {
        g_autofree char *sub = g_build_filename(path, subs[i], NULL);
        if (g_file_test(sub, G_FILE_TEST_IS_DIR))
            continue;
        g_autofree char *display = g_filename_display_name(path);
        g_autofree char *name = ra_text_line(display, RA_TEXT_LINE_MAX);
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "\"%s\" is no Maildir: name the folder that holds \"new\" and \"cur\"", name);
        return NULL;
    }
    Maildir *box = g_new0(Maildir, 1);
    box->parent.class = &maildir_class;
    box->path = g_strdup(path);
    box->since = since;
    box->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_entry);
    box->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    box->marks = ra_marks_new(path);
    box->watch = ra_maildir_watch_new(path);
    return &box->parent;
}
