/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/maildir-marks.h"

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    FILE_MAX = 1024,       /* bytes of a mark's file */
    NUMBER_MAX = 99999999, /* the highest generation */
    NAME_SIZE = 64,        /* bytes of a file name of ours */
};
#define PENDING "tmp-" /* begins the name of a mark that is being written */

static const struct {
    guint told;
    const char *name;
} told_names[] = {
    {RA_TOLD_CLAIMED, "claimed"},
    {RA_TOLD_CONNECTED, "connected"},
    {RA_TOLD_FINISHED, "finished"},
    {RA_TOLD_EXPIRED, "expired"},
};

typedef struct {
    guint number; /* 0: there is no file */
    RaMark *mark;
} Entry;

struct _RaMarks {
    char *maildir, *path;
    GHashTable *entries; /* ID -> Entry */
    RaMark *nobody;
};

static void free_entry(gpointer data)
{
    Entry *entry = data;
    ra_mark_free(entry->mark);
    g_free(entry);
}

RaMarks *ra_marks_new(const char *maildir)
{
    RaMarks *marks = g_new0(RaMarks, 1);
    marks->maildir = g_strdup(maildir);
    marks->path = g_build_filename(maildir, RA_MARKS_FOLDER, NULL);
    marks->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_entry);
    marks->nobody = ra_mark_new(NULL, FALSE, FALSE);
    return marks;
}

void ra_marks_free(RaMarks *marks)
{
    if (marks == NULL)
        return;
    g_hash_table_unref(marks->entries);
    ra_mark_free(marks->nobody);
    g_free(marks->maildir);
    g_free(marks->path);
    g_free(marks);
}

gboolean ra_marks_parse_name(const char *name, char *id, guint *number)
{
    const gsize digits = strspn(name, "0123456789abcdef");
    if (digits != RA_MARKS_ID_LENGTH || name[digits] != '.')
        return FALSE;
    const char *rest = name + digits + 1;
    guint64 value = 0;
    if (*rest == '0' || !g_ascii_string_to_unsigned(rest, 10, 1, NUMBER_MAX, &value, NULL))
        return FALSE;
    memcpy(id, name, digits);
    id[digits] = '\0';
    *number = (guint)value;
    return TRUE;
}

static void mark_name(char *name, const char *id, guint number)
{
    g_snprintf(name, NAME_SIZE, "%s.%u", id, number);
}

/* --- what a file says --- */

static char *to_text(const RaMark *mark)
{
    g_autoptr(GKeyFile) keys = g_key_file_new();
    g_autofree char *owner = mark->owner != NULL ? ra_owner_encode(mark->owner) : NULL;
    if (owner != NULL)
        g_key_file_set_string(keys, "Mark", "Owner", owner);
    g_key_file_set_boolean(keys, "Mark", "Session", mark->session);
    g_key_file_set_boolean(keys, "Mark", "Done", mark->done);
    if (mark->session && mark->since != 0)
        g_key_file_set_int64(keys, "Mark", "Since", mark->since);
    g_autoptr(GPtrArray) told = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(told_names); i++) {
        if (mark->told & told_names[i].told)
            g_ptr_array_add(told, (gpointer)told_names[i].name);
    }
    g_key_file_set_string_list(keys, "Mark", "Told", (const char *const *)told->pdata, told->len);
    return g_key_file_to_data(keys, NULL, NULL);
}

/* NULL where it says nothing that we know. */
static RaMark *from_text(const char *text, gsize size)
{
    g_autoptr(GKeyFile) keys = g_key_file_new();
    if (!g_key_file_load_from_data(keys, text, size, G_KEY_FILE_NONE, NULL) ||
        !g_key_file_has_group(keys, "Mark"))
        return NULL;
    g_autofree char *encoded = g_key_file_get_string(keys, "Mark", "Owner", NULL);
    g_autofree char *owner = encoded != NULL ? ra_owner_decode(encoded) : NULL;
    if (encoded != NULL && owner == NULL)
        return NULL;
    RaMark *mark = ra_mark_new(owner, g_key_file_get_boolean(keys, "Mark", "Session", NULL),
                               g_key_file_get_boolean(keys, "Mark", "Done", NULL));
    if (mark->session)
        mark->since = MAX(g_key_file_get_int64(keys, "Mark", "Since", NULL), 0);
    g_auto(GStrv) told = g_key_file_get_string_list(keys, "Mark", "Told", NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(told_names); i++) {
        if (told != NULL && g_strv_contains((const char *const *)told, told_names[i].name))
            mark->told |= told_names[i].told;
    }
    return mark;
}

/* The mark in file NAME; NULL where it has gone. */
static RaMark *read_mark(int folder, const char *name)
{
    char text[FILE_MAX + 1];
    struct stat status;
    gssize size = -1;
    const int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return NULL;
    if (fd >= 0) {
        if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
            size = read(fd, text, sizeof text);
        close(fd);
    }
    RaMark *mark = size >= 0 && size <= FILE_MAX ? from_text(text, (gsize)size) : NULL;
    if (mark != NULL && mark->session && mark->since == 0)
        mark->since = status.st_mtime;
    return mark != NULL ? mark : ra_mark_new(RA_MARKS_UNKNOWN, FALSE, FALSE);
}

/* --- the folder --- */

static DIR *open_folder(const RaMarks *marks)
{
    const int fd = open(marks->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    const int problem = errno;
    if (folder == NULL && fd >= 0)
        close(fd);
    errno = problem;
    return folder;
}

static char *shown(const char *path)
{
    g_autofree char *name = g_filename_display_name(path);
    return ra_text_line(name, RA_TEXT_LINE_MAX);
}

/* The highest number of each id among the names in FOLDER. */
static GHashTable *highest_numbers(DIR *folder)
{
    GHashTable *numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char id[RA_MARKS_ID_LENGTH + 1];
    guint number = 0;
    for (const struct dirent *item; (item = readdir(folder)) != NULL;) {
        if (!ra_marks_parse_name(item->d_name, id, &number))
            continue;
        if (GPOINTER_TO_UINT(g_hash_table_lookup(numbers, id)) < number)
            g_hash_table_replace(numbers, g_strdup(id), GUINT_TO_POINTER(number));
    }
    return numbers;
}

/* A name may be missed while another is being made, but numbers have no gaps above the highest that
 * was there all the time. */
static guint climb(int folder, const char *id, guint number)
{
    char name[NAME_SIZE];
    for (;; number++) {
        mark_name(name, id, number + 1);
        if (faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
            return number;
    }
}

/* Files never change, so one that was read need not be read again. */
static void take(RaMarks *marks, int folder, const char *id, guint number)
{
    Entry *entry = g_hash_table_lookup(marks->entries, id);
    if (entry != NULL && entry->number == number)
        return;
    char name[NAME_SIZE];
    mark_name(name, id, number);
    RaMark *mark = read_mark(folder, name);
    if (mark == NULL) /* deleted just now, so there is a higher one: seen by the next look */
        return;
    entry = g_new0(Entry, 1);
    entry->number = number;
    entry->mark = mark;
    g_hash_table_replace(marks->entries, g_strdup(id), entry);
}

gboolean ra_marks_load(RaMarks *marks, GError **error)
{
    DIR *folder = open_folder(marks);
    if (folder == NULL && errno == ENOENT) {
        g_hash_table_remove_all(marks->entries);
        return TRUE;
    }
    if (folder == NULL) {
        g_autofree char *path = shown(marks->path);
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot look who has which case in \"%s\": %s",
                    path, g_strerror(errno));
        return FALSE;
    }
    g_autoptr(GHashTable) numbers = highest_numbers(folder);
    GHashTableIter iter;
    gpointer id = NULL, number = NULL;
    g_hash_table_iter_init(&iter, numbers);
    while (g_hash_table_iter_next(&iter, &id, &number))
        take(marks, dirfd(folder), id, GPOINTER_TO_UINT(number));
    closedir(folder);
    g_hash_table_iter_init(&iter, marks->entries);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        if (!g_hash_table_contains(numbers, id))
            g_hash_table_iter_remove(&iter);
    }
    return TRUE;
}

const RaMark *ra_marks_get(const RaMarks *marks, const char *id)
{
    const Entry *entry = g_hash_table_lookup(marks->entries, id);
    return entry != NULL ? entry->mark : marks->nobody;
}

/* --- changing --- */

static void cannot_write(const RaMarks *marks, int problem, GError **error)
{
    g_autofree char *path = shown(marks->maildir);
    if (problem == EROFS || problem == EACCES || problem == EPERM)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "nothing can be written into the Maildir \"%s\" (%s): you can look at its "
                    "cases, but not claim them",
                    path, g_strerror(problem));
    else
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "cannot mark the case in the Maildir \"%s\": %s", path, g_strerror(problem));
}

/* Whoever may write the Maildir may write its marks, whatever the umask of who writes first. */
static int make_folder(const RaMarks *marks, mode_t *mode, GError **error)
{
    struct stat status;
    if (stat(marks->maildir, &status) != 0) {
        cannot_write(marks, errno, error);
        return -1;
    }
    *mode = status.st_mode;
    const gboolean made = mkdir(marks->path, 0700) == 0;
    const int problem = made || errno == EEXIST ? 0 : errno;
    const int fd =
        problem == 0 ? open(marks->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (fd < 0)
        cannot_write(marks, problem != 0 ? problem : errno, error);
    else if (made) /* by the descriptor: a name may lead elsewhere meanwhile */
        (void)fchmod(fd, status.st_mode & 07777);
    return fd;
}

/* A file NAME in FOLDER with all of MARK on the disk; its descriptor, or -1 with errno. */
static int write_pending(int folder, const char *name, const RaMark *mark, mode_t mode)
{
    g_autofree char *text = to_text(mark);
    const int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -1;
    if (fchmod(fd, mode & 0666) == 0 && ra_write_all(fd, text, strlen(text)) && fsync(fd) == 0)
        return fd;
    const int problem = errno;
    close(fd);
    (void)unlinkat(folder, name, 0);
    errno = problem;
    return -1;
}

/* Gives the pending file its NAME, which nobody else has then. On network file systems the answer
 * to a link that was made may be lost: the count of links tells. */
static gboolean publish(int folder, const char *pending, int fd, const char *name)
{
    struct stat status;
    if (linkat(folder, pending, folder, name, 0) == 0)
        return TRUE;
    int problem = errno;
    if (problem == EEXIST && fstat(fd, &status) == 0 && status.st_nlink == 2)
        return TRUE;
    if (problem == EPERM || problem == EOPNOTSUPP || problem == ENOSYS || problem == EMLINK) {
        if (renameat2(folder, pending, folder, name, RENAME_NOREPLACE) == 0)
            return TRUE; /* a file system without links */
        problem = errno == EINVAL ? problem : errno;
    }
    errno = problem;
    return FALSE;
}

static gboolean is_late(const struct timespec *start)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec - start->tv_sec >= RA_MARKS_PATIENCE;
}

/* TRUE where the mark NUMBER of ID is WANTED now, by us. FALSE with errno: EEXIST where another was
 * faster. */
static gboolean put(int folder, mode_t mode, const char *id, guint number, const RaMark *wanted,
                    const struct timespec *start)
{
    char name[NAME_SIZE], pending[NAME_SIZE];
    mark_name(name, id, number);
    g_snprintf(pending, sizeof pending, PENDING "%08x%08x%08x", g_random_int(), g_random_int(),
               (guint)getpid());
    const int fd = write_pending(folder, pending, wanted, mode);
    if (fd < 0)
        return FALSE;
    gboolean ours = publish(folder, pending, fd, name);
    int problem = errno;
    (void)unlinkat(folder, pending, 0);
    close(fd);
    if (ours && is_late(start)) { /* asleep meanwhile: what we looked at may be long ago */
        (void)unlinkat(folder, name, 0);
        ours = FALSE;
        problem = ETIMEDOUT;
    }
    if (ours)
        (void)fsync(folder);
    errno = problem;
    return ours;
}

static gboolean declined(const RaMarks *marks, const char *id, RaMark **now, GError **error)
{
    *now = ra_mark_copy(ra_marks_get(marks, id));
    g_set_error_literal(error, RA_ERROR, RA_ERROR_DECLINED,
                        "somebody else changed the case at the same moment: look again");
    return FALSE;
}

/* The number of the mark of ID that counts, after a look. */
static gboolean look(RaMarks *marks, int folder, const char *id, guint *number, GError **error)
{
    if (!ra_marks_load(marks, error))
        return FALSE;
    const Entry *entry = g_hash_table_lookup(marks->entries, id);
    *number = climb(folder, id, entry != NULL ? entry->number : 0);
    if (*number > 0)
        take(marks, folder, id, *number);
    return TRUE;
}

gboolean ra_marks_change(RaMarks *marks, const char *id, const RaMark *expected,
                         const RaMark *wanted, RaMark **now, GError **error)
{
    struct timespec start;
    (void)clock_gettime(CLOCK_BOOTTIME, &start);
    mode_t mode = 0;
    guint number = 0;
    const int folder = make_folder(marks, &mode, error);
    if (folder < 0)
        return FALSE;
    gboolean done = look(marks, folder, id, &number, error);
    if (done && !ra_mark_equal(ra_marks_get(marks, id), expected)) {
        done = declined(marks, id, now, error);
    } else if (done && number >= NUMBER_MAX) {
        cannot_write(marks, EOVERFLOW, error);
        done = FALSE;
    } else if (done) {
        done = put(folder, mode, id, number + 1, wanted, &start);
        const int problem = errno;
        if (done)
            take(marks, folder, id, number + 1);
        else if (problem != EEXIST)
            cannot_write(marks, problem, error);
        else if (look(marks, folder, id, &number, error))
            (void)declined(marks, id, now, error);
    }
    close(folder);
    return done;
}

/* --- cleaning up --- */

/* How long ago NAME was written, by the clock of whoever keeps the file. */
static gint64 age(int folder, const char *name, gint64 now)
{
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? now - status.st_mtime : 0;
}

/* That clock: its time is on the folder, since we have just written there. */
static gint64 clock_of(int folder)
{
    struct stat status;
    return fstat(folder, &status) == 0 ? status.st_mtime : 0;
}

void ra_marks_sweep(RaMarks *marks, gboolean (*is_there)(const char *id, gpointer data),
                    gpointer data)
{
    DIR *folder = open_folder(marks);
    if (folder == NULL)
        return;
    const int fd = dirfd(folder);
    const gint64 now = clock_of(fd);
    char id[RA_MARKS_ID_LENGTH + 1];
    guint number = 0;
    for (const struct dirent *item; (item = readdir(folder)) != NULL;) {
        const char *name = item->d_name;
        gint64 limit = RA_MARKS_OUTDATED;
        if (ra_marks_parse_name(name, id, &number)) {
            const Entry *entry = g_hash_table_lookup(marks->entries, id);
            const gboolean counts = entry == NULL || number >= entry->number;
            if (counts && is_there(id, data))
                continue;
            limit = counts ? RA_MARKS_ORPHANED : RA_MARKS_OUTDATED;
        } else if (!g_str_has_prefix(name, PENDING)) {
            continue;
        }
        if (age(fd, name, now) > limit)
            (void)unlinkat(fd, name, 0);
    }
    closedir(folder);
}
