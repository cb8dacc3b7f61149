/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/maildir-watch.h"

#include "mailer/inbox/maildir-marks.h"

#include <errno.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

struct _RaMaildirWatch {
    char *maildir;
    int fd;          /* -1: not watching */
    gboolean poll;   /* look again after RA_MAILDIR_POLL in any case */
    int root, marks; /* watch descriptors; MARKS -1 while there is no such folder */
};

RaMaildirWatch *ra_maildir_watch_new(const char *maildir)
{
    RaMaildirWatch *watch = g_new0(RaMaildirWatch, 1);
    watch->maildir = g_strdup(maildir);
    watch->fd = -1;
    return watch;
}

void ra_maildir_watch_free(RaMaildirWatch *watch)
{
    if (watch == NULL)
        return;
    if (watch->fd >= 0)
        close(watch->fd);
    g_free(watch->maildir);
    g_free(watch);
}

/* TRUE where other computers may write as well. */
static gboolean is_shared(const char *path)
{
    static const guint64 kinds[] = {
        NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,  SMB2_SUPER_MAGIC, CIFS_SUPER_MAGIC,
        AFS_SUPER_MAGIC,  CODA_SUPER_MAGIC, V9FS_MAGIC,       CEPH_SUPER_MAGIC,
        FUSE_SUPER_MAGIC, 0x01161970, /* GFS2 */
        0x7461636f,                   /* OCFS2 */
    };
    struct statfs status;
    if (statfs(path, &status) != 0)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if ((guint32)status.f_type == kinds[i])
            return TRUE;
    }
    return FALSE;
}

static int add(const RaMaildirWatch *watch, const char *folder)
{
    g_autofree char *path = g_build_filename(watch->maildir, folder, NULL);
    return inotify_add_watch(watch->fd, path,
                             IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF |
                                 IN_MOVE_SELF | IN_ONLYDIR);
}

static void start(RaMaildirWatch *watch)
{
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    watch->poll = watch->fd < 0 || is_shared(watch->maildir);
    if (watch->fd < 0)
        return;
    watch->root = add(watch, ".");
    watch->marks = add(watch, RA_MARKS_FOLDER);
    if (add(watch, "new") < 0 || add(watch, "cur") < 0 || watch->root < 0)
        watch->poll = TRUE;
}

/* TRUE if EVENT is about a message or a mark, not about a file that comes to be one. */
static gboolean counts(RaMaildirWatch *watch, const struct inotify_event *event)
{
    char id[RA_MARKS_ID_LENGTH + 1];
    guint number = 0;
    if (event->mask & (IN_IGNORED | IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF)) {
        if (event->wd == watch->marks)
            watch->marks = -1;
        else if (!(event->mask & IN_Q_OVERFLOW))
            watch->poll = TRUE; /* a folder of the Maildir was replaced */
        return TRUE;
    }
    if (event->len == 0)
        return FALSE;
    if (event->wd == watch->marks)
        return ra_marks_parse_name(event->name, id, &number);
    if (event->wd != watch->root)
        return TRUE;
    if (strcmp(event->name, RA_MARKS_FOLDER) != 0)
        return FALSE;
    watch->marks = add(watch, RA_MARKS_FOLDER);
    return TRUE;
}

/* Reads all that is there to be read; TRUE if any of it counts. */
static gboolean drain(RaMaildirWatch *watch)
{
    union {
        struct inotify_event event; /* for the alignment */
        char bytes[16 * 1024];
    } buffer;
    gboolean any = FALSE;
    for (;;) {
        const gssize size = read(watch->fd, buffer.bytes, sizeof buffer.bytes);
        if (size <= 0)
            return any;
        for (gssize at = 0; at < size;) {
            const struct inotify_event *event =
                (const struct inotify_event *)(const void *)(buffer.bytes + at);
            any = counts(watch, event) || any;
            at += (gssize)(sizeof *event + event->len);
        }
    }
}

gboolean ra_maildir_watch_wait(RaMaildirWatch *watch, guint seconds, GCancellable *cancel,
                               GError **error)
{
    if (g_cancellable_set_error_if_cancelled(cancel, error))
        return FALSE;
    if (watch->fd < 0) {
        start(watch);
        if (watch->fd >= 0)
            return TRUE; /* it may have happened before we watched */
    }
    GPollFD cancelled = {.fd = -1};
    const gboolean cancellable = g_cancellable_make_pollfd(cancel, &cancelled);
    const gint64 end = g_get_monotonic_time() +
                       G_USEC_PER_SEC * (watch->poll ? MIN(seconds, RA_MAILDIR_POLL) : seconds);
    for (gboolean any = FALSE; !any;) {
        struct pollfd fds[] = {{.fd = watch->fd, .events = POLLIN},
                               {.fd = cancelled.fd, .events = POLLIN}};
        const gint64 left = MAX(end - g_get_monotonic_time(), 0);
        const int n =
            poll(fds, G_N_ELEMENTS(fds), left > 0 ? (int)MIN(left / 1000 + 1, G_MAXINT) : 0);
        if (fds[1].revents != 0 || (n < 0 && errno != EINTR))
            break;
        any = n > 0 && drain(watch);
        if (left == 0)
            break;
    }
    if (cancellable)
        g_cancellable_release_fd(cancel);
    return !g_cancellable_set_error_if_cancelled(cancel, error);
}
