/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/maildir-search.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/find/content.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024,
    CLOCK_STEP = 2,           /* seconds that a file system's times may be behind */
    BATCH_MAX = 4096,         /* names that are sorted at once */
    AHEAD = 32,               /* files that are opened before it is their turn ... */
    AHEAD_BYTES = 256 * 1024, /* ... and what is asked of the disk of each */
};

/* A file that is to be searched. */
typedef struct {
    ino_t inode;
    const char *name;
    int fd; /* -1: not open */
} Entry;

typedef struct {
    RaExtractor extractor;
    char *buffer;
    GArray *batch;       /* of Entry */
    GStringChunk *names; /* theirs */
    guint64 files;       /* searched */
    gint64 since;        /* 0, or: only files that were changed since then (seconds since 1970) */
} Search;

/* A folder inside PARENT (AT_FDCWD for none), never by a link unless it is the first. NULL with
 * errno set. */
static DIR *open_folder(int parent, const char *name)
{
    const int links = parent == AT_FDCWD ? 0 : O_NOFOLLOW;
    const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | links);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL && fd >= 0)
        close(fd);
    return dir;
}

/* The next one that is not hidden; NULL at the end. */
static const struct dirent *next_entry(DIR *dir)
{
    const struct dirent *entry;
    do
        entry = readdir(dir);
    while (entry != NULL && entry->d_name[0] == '.');
    return entry;
}

static int compare_inodes(gconstpointer a, gconstpointer b)
{
    const Entry *one = a, *other = b;
    return one->inode < other->inode ? -1 : one->inode > other->inode;
}

/* The next names of DIR, by inode: that is about the order in which files lie on a disk, while a
 * folder gives their names in that of a hash. FALSE at the end. */
static gboolean next_batch(Search *search, DIR *dir)
{
    const struct dirent *entry;
    g_array_set_size(search->batch, 0);
    g_string_chunk_clear(search->names);
    while (search->batch->len < BATCH_MAX && (entry = next_entry(dir)) != NULL) {
        const Entry one = {.inode = entry->d_ino,
                           .name = g_string_chunk_insert(search->names, entry->d_name),
                           .fd = -1};
        g_array_append_val(search->batch, one);
    }
    g_array_sort(search->batch, compare_inodes);
    return search->batch->len > 0;
}

/* Opens a file whose turn comes soon, so that the disk reads it while others are searched. What
 * cannot be opened is gone, or not ours to read. */
static void open_ahead(Entry *entry, int dir)
{
    entry->fd = openat(dir, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (entry->fd >= 0)
        (void)posix_fadvise(entry->fd, 0, AHEAD_BYTES, POSIX_FADV_WILLNEED);
}

/* SIZE, as far as it is known, saves a call that would read nothing. */
static void read_file(Search *search, int fd, off_t size)
{
    RaContent *content = ra_content_new(&search->extractor, &ra_place_outside);
    off_t done = 0;
    ssize_t n;
    do {
        n = read(fd, search->buffer, READ_SIZE);
        if (n > 0)
            ra_content_push(content, search->buffer, (gsize)n);
        done += n > 0 ? n : 0;
    } while (((n > 0 && done != size) || (n < 0 && errno == EINTR)) &&
             ra_extractor_wants_more(&search->extractor));
    ra_content_end(content);
}

/* One file, if it is a plain one. Closes it. */
static void search_file(Search *search, const Entry *entry, const char *folder)
{
    struct stat status;
    if (entry->fd < 0)
        return;
    if (fstat(entry->fd, &status) == 0 && S_ISREG(status.st_mode) &&
        (search->since == 0 || status.st_ctime >= search->since)) {
        g_autofree char *path = g_build_filename(folder, entry->name, NULL);
        ra_extractor_next_file(&search->extractor, path);
        read_file(search, entry->fd, status.st_size);
        search->extractor.path = NULL;
        ra_extractor_report(&search->extractor, ++search->files);
    }
    close(entry->fd);
}

static void search_batch(Search *search, int dir, const char *folder)
{
    Entry *entries = (Entry *)(void *)search->batch->data;
    const guint n = search->batch->len;
    guint opened = 0, done = 0;
    for (; done < n && !search->extractor.full; done++) {
        for (; opened < n && opened <= done + AHEAD; opened++)
            open_ahead(&entries[opened], dir);
        search_file(search, &entries[done], folder);
    }
    for (; done < opened; done++) {
        if (entries[done].fd >= 0)
            close(entries[done].fd);
    }
}

/* TRUE if DIR changed in the last moments or since BEFORE. */
static gboolean changed(int dir, const struct stat *before)
{
    struct stat after;
    return fstat(dir, &after) == 0 && (after.st_mtim.tv_sec != before->st_mtim.tv_sec ||
                                       after.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

/* All files right in DIR; then those again that were renamed or came meanwhile. Closes DIR. */
static void search_files(Search *search, DIR *dir, const char *folder)
{
    enum { ROUNDS = 3 }; /* a folder that never rests is given up on */
    const gint64 begin = g_get_real_time() / G_USEC_PER_SEC;
    search->since = 0;
    for (guint round = 0; round < ROUNDS && !search->extractor.full; round++) {
        struct stat before;
        const gboolean known = fstat(dirfd(dir), &before) == 0;
        while (!search->extractor.full && next_batch(search, dir))
            search_batch(search, dirfd(dir), folder);
        if (!known || !changed(dirfd(dir), &before))
            break;
        search->since = begin - CLOCK_STEP;
        rewinddir(dir);
    }
    closedir(dir);
}

/* "new" before "cur": a message that is read meanwhile moves from the one to the other. FALSE if
 * there is neither. */
static gboolean search_maildir(Search *search, int parent, const char *folder)
{
    static const char *const names[] = {"new", "cur"};
    gboolean any = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        DIR *dir = open_folder(parent, names[i]);
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        any = any || dir != NULL;
        if (dir != NULL)
            search_files(search, dir, path);
    }
    return any;
}

static void search_subfolders(Search *search, DIR *dir, const char *folder)
{
    const struct dirent *entry;
    rewinddir(dir);
    while (!search->extractor.full && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (name[0] != '.' || name[1] == '\0' || strcmp(name, "..") == 0)
            continue;
        DIR *inner = open_folder(dirfd(dir), name);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (inner == NULL)
            continue;
        (void)search_maildir(search, dirfd(inner), path);
        closedir(inner);
    }
}

static guint64 count_files(int parent, const char *name)
{
    DIR *dir = open_folder(parent, name);
    guint64 n = 0;
    while (dir != NULL && next_entry(dir) != NULL)
        n++;
    if (dir != NULL)
        closedir(dir);
    return n;
}

RaExtraction *ra_extract_folder(const char *folder, const RaExtractOptions *options, GError **error)
{
    DIR *dir = open_folder(AT_FDCWD, folder);
    if (dir == NULL) {
        const int problem = errno;
        g_autofree char *name = g_filename_display_name(folder);
        g_autofree char *shown = ra_text_line(name, RA_TEXT_LINE_MAX);
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot open \"%s\": %s", shown,
                    g_strerror(problem));
        return NULL;
    }
    g_autofree char *buffer = g_malloc(READ_SIZE);
    Search search = {
        .buffer = buffer,
        .batch = g_array_new(FALSE, FALSE, sizeof(Entry)),
        .names = g_string_chunk_new(READ_SIZE),
    };
    ra_extractor_start(&search.extractor, options);
    /* For whoever shows how far it is; subfolders are a surprise. */
    search.extractor.options.size = count_files(dirfd(dir), "new") + count_files(dirfd(dir), "cur");
    if (search_maildir(&search, dirfd(dir), folder)) {
        search_subfolders(&search, dir, folder);
        closedir(dir);
    } else {
        search.extractor.options.size = count_files(dirfd(dir), ".");
        search_files(&search, dir, folder);
    }
    g_array_unref(search.batch);
    g_string_chunk_free(search.names);
    RaExtraction *extraction = ra_extractor_finish(&search.extractor, error);
    if (extraction != NULL)
        extraction->what = extraction->messages > 0 ? NULL : "a folder without messages";
    return extraction;
}
