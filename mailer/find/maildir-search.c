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
    CLOCK_STEP = 2, /* seconds that a file system's times may be behind */
};

typedef struct {
    RaExtractor extractor;
    char *buffer;
    guint64 files; /* searched */
    gint64 since;  /* 0, or: only files that were changed since then (seconds since 1970) */
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

/* The next name that is not hidden; NULL at the end. */
static const char *next_name(DIR *dir)
{
    const struct dirent *entry;
    do
        entry = readdir(dir);
    while (entry != NULL && entry->d_name[0] == '.');
    return entry != NULL ? entry->d_name : NULL;
}

static gboolean read_file(Search *search, int fd)
{
    RaContent *content = ra_content_new(&search->extractor, &ra_place_outside);
    ssize_t n;
    do {
        n = read(fd, search->buffer, READ_SIZE);
        if (n > 0)
            ra_content_push(content, search->buffer, (gsize)n);
    } while ((n > 0 || (n < 0 && errno == EINTR)) && ra_extractor_wants_more(&search->extractor));
    ra_content_end(content);
    return n >= 0;
}

/* One file of DIR, if it is a plain one: what cannot be opened is gone, or not ours to read. */
static void search_file(Search *search, int dir, const char *folder, const char *name)
{
    struct stat status;
    const int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
        (search->since == 0 || status.st_ctime >= search->since)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        ra_extractor_next_file(&search->extractor, path);
        (void)read_file(search, fd);
        search->extractor.path = NULL;
        ra_extractor_report(&search->extractor, ++search->files);
    }
    close(fd);
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
        const char *name;
        while (!search->extractor.full && (name = next_name(dir)) != NULL)
            search_file(search, dirfd(dir), folder, name);
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
    while (dir != NULL && next_name(dir) != NULL)
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
    Search search = {.buffer = buffer};
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
    RaExtraction *extraction = ra_extractor_finish(&search.extractor, error);
    if (extraction != NULL)
        extraction->what = extraction->messages > 0 ? NULL : "a folder without messages";
    return extraction;
}
