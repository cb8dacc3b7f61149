/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/unpack.h"

#include "base/io.h"
#include "base/paths.h"
#include "mailer/find/message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, MAGIC = 8, MARK = 22 };

static const char tnef[] = "\x78\x9F\x3E\x22";
static const char compound[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/* "__substg1.0" in UTF-16LE: in the names of what makes a compound file a message. */
static const char mark[MARK] = "_\0_\0s\0u\0b\0s\0t\0g\0001\0.\0000";

struct _RaUnpack {
    RaExtractor *extractor;
    const RaPlace *place;
    guint wrapped;
    gboolean tnef;
    gboolean marked;    /* it may be a message */
    char overlap[MARK]; /* the last bytes, in which a mark may have begun */
    gsize overlap_size;
    gsize size;
    int fd; /* a file in memory; -1: given up */
    RaMessage *message;
    gsize from;   /* of it: bytes, */
    gint64 until; /* and when it has to be done (monotonic microseconds) */
};

gboolean ra_unpack_wants(const char *head, gsize size)
{
    return (size >= 4 && memcmp(head, tnef, 4) == 0) ||
           (size >= MAGIC && memcmp(head, compound, MAGIC) == 0);
}

RaUnpack *ra_unpack_new(RaExtractor *extractor, const RaPlace *place, guint wrapped)
{
    RaUnpack *unpack = g_new0(RaUnpack, 1);
    unpack->extractor = extractor;
    unpack->place = place;
    unpack->wrapped = wrapped;
    unpack->fd = memfd_create("outlook", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return unpack;
}

static void give_up(RaUnpack *unpack, const char *why)
{
    if (unpack->fd >= 0)
        close(unpack->fd);
    unpack->fd = -1;
    unpack->extractor->unpack_held -= unpack->size;
    unpack->size = 0;
    if (why != NULL)
        ra_extractor_limit(unpack->extractor, why);
}

/* Most compound files are no messages but old Word's and Excel's. */
static void look_for_mark(RaUnpack *unpack, const char *data, gsize size)
{
    char seam[2 * MARK];
    const gsize n = MIN(size, (gsize)MARK);
    memcpy(seam, unpack->overlap, unpack->overlap_size);
    memcpy(seam + unpack->overlap_size, data, n);
    const gsize seam_size = unpack->overlap_size + n;
    unpack->marked = unpack->marked || memmem(seam, seam_size, mark, MARK) != NULL ||
                     memmem(data, size, mark, MARK) != NULL;
    const char *end = size >= MARK ? data + size : seam + seam_size;
    unpack->overlap_size = MIN(size >= MARK ? size : seam_size, (gsize)MARK - 1);
    memmove(unpack->overlap, end - unpack->overlap_size, unpack->overlap_size);
}

void ra_unpack_push(RaUnpack *unpack, const char *data, gsize size)
{
    RaExtractor *extractor = unpack->extractor;
    if (unpack->fd < 0)
        return;
    if (unpack->size == 0 && size >= 4)
        unpack->tnef = memcmp(data, tnef, 4) == 0;
    if (extractor->unpack_held + size > extractor->message_bytes + (gsize)RA_UNPACK_SPARE) {
        give_up(unpack, "Outlook attachments in each other were too large to be searched");
        return;
    }
    if (!ra_write_all(unpack->fd, data, size)) {
        give_up(unpack, "an Outlook attachment was not searched, for want of memory");
        return;
    }
    unpack->size += size;
    extractor->unpack_held += size;
    if (!unpack->tnef && !unpack->marked)
        look_for_mark(unpack, data, size);
}

/* What ra-unpack is told by its environment: nothing, but how developers want to be warned. */
static char **make_environment(void)
{
    static const char *const kept[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    char **environment = g_new0(char *, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        const char *value = g_getenv(kept[i]);
        if (value != NULL)
            environment = g_environ_setenv(environment, kept[i], value, TRUE);
    }
    return environment;
}

/* Starts ra-unpack; *OUT is what it writes to. FALSE with a word about it. */
static gboolean start(const RaUnpack *unpack, GPid *pid, int *out, GError **error)
{
    int ends[2];
    g_autofree char *program = ra_path_program("ra-unpack");
    g_auto(GStrv) environment = make_environment();
    const char *const arguments[] = {program, NULL};
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", g_strerror(errno));
        if (null >= 0)
            close(null);
        return FALSE;
    }
    const gboolean started = g_spawn_async_with_pipes_and_fds(
        "/", arguments, (const char *const *)environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
        unpack->fd, ends[1], null, NULL, NULL, 0, pid, NULL, NULL, NULL, error);
    close(ends[1]);
    close(null);
    if (started)
        *out = ends[0];
    else
        close(ends[0]);
    return started;
}

static void give_line(const RaLine *line, gpointer data)
{
    ra_message_line(((RaUnpack *)data)->message, line);
}

/* TRUE once there is something to read from FD, or its end. */
static gboolean wait_for(int fd, gint64 until)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    int ready = 0;
    do {
        const gint64 left = (until - g_get_monotonic_time()) / 1000;
        if (left <= 0)
            return FALSE;
        ready = poll(&poll_fd, 1, (int)left);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

/* Searches what comes out of FD. FALSE where that was stopped before its end. */
static gboolean search(RaUnpack *unpack, int fd)
{
    RaExtractor *extractor = unpack->extractor;
    const gint64 until = g_get_monotonic_time() + RA_UNPACK_SECONDS * G_USEC_PER_SEC;
    g_autofree char *piece = g_malloc(PIECE);
    g_autoptr(RaLines) lines = ra_lines_new(give_line, unpack);
    gboolean whole = FALSE;
    while (!extractor->skip) {
        if (!wait_for(fd, until)) {
            extractor->unpack_slow++;
            ra_extractor_limit(extractor, "an Outlook attachment took too long to be searched to "
                                          "its end");
            break;
        }
        const gssize n = read(fd, piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        whole = n == 0;
        if (n <= 0)
            break;
        extractor->unpacked += (gsize)n;
        if (extractor->unpacked > RA_UNPACK_MAX) {
            ra_extractor_limit(extractor, "an Outlook attachment holds more than is searched");
            break;
        }
        ra_lines_push(lines, piece, (gsize)n);
    }
    ra_lines_end(lines);
    return whole;
}

/* The exit code; -1 where it was killed. */
static int wait_exit(GPid pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* How much is known of the input: something was found in a part of it where this grows. */
static guint sum(const RaExtraction *out)
{
    return out->found->len + out->damaged + out->foreign + out->locked;
}

static void judge(RaUnpack *unpack, int code, guint before)
{
    if (code == RA_UNPACK_WHOLE || code == RA_UNPACK_OTHER ||
        sum(unpack->extractor->out) > before || unpack->extractor->skip)
        return;
    const char *why =
        "the Outlook message (.msg) is damaged: ask for the invitation once more, as a "
        "file";
    if (unpack->tnef)
        why = "the attachment that Outlook made (winmail.dat) is damaged: ask for the invitation "
              "once "
              "more, as a file";
    if (code == RA_UNPACK_FAILED || code == RA_UNPACK_USAGE)
        why = "what Outlook made of the message cannot be opened safely on this computer: ask for "
              "the "
              "invitation once more, as a file";
    ra_extractor_damaged(unpack->extractor, why);
}

/* FALSE where it turned out to be no message. */
static gboolean run(RaUnpack *unpack)
{
    GPid pid = 0;
    int fd = -1;
    g_autoptr(GError) error = NULL;
    const guint before = sum(unpack->extractor->out);
    if (!start(unpack, &pid, &fd, &error)) {
        g_autofree char *why = g_strdup_printf("cannot start the program ra-unpack (%s): is "
                                               "remote-assistance installed completely?",
                                               error->message);
        ra_extractor_damaged(unpack->extractor, why);
        return TRUE;
    }
    unpack->message = ra_message_new(unpack->extractor, unpack->place, unpack->wrapped);
    /* Inside a message, winmail.dat is that message once more. */
    if (unpack->tnef)
        ra_message_keep_sender(unpack->message);
    const gboolean whole = search(unpack, fd);
    ra_message_end(g_steal_pointer(&unpack->message));
    close(fd);
    if (!whole)
        (void)kill(pid, SIGKILL);
    const int code = wait_exit(pid);
    g_spawn_close_pid(pid);
    if (whole)
        judge(unpack, code, before);
    return !whole || code != RA_UNPACK_OTHER;
}

/* Says what the input itself was. */
static void note_input(const RaUnpack *unpack, gboolean message)
{
    if (unpack->place->message != NULL)
        return;
    if (message)
        unpack->extractor->out->messages++;
    else
        unpack->extractor->out->what = "an office document";
}

void ra_unpack_end(RaUnpack *unpack)
{
    if (unpack == NULL)
        return;
    RaExtractor *extractor = unpack->extractor;
    gboolean message = unpack->tnef || unpack->marked;
    if (unpack->fd >= 0 && message && !extractor->skip) {
        (void)fcntl(unpack->fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
        if (extractor->unpack_slow < RA_UNPACK_SLOW_MAX)
            message = run(unpack);
        else
            give_up(unpack, "too many Outlook attachments took too long to be searched");
    }
    note_input(unpack, message);
    give_up(unpack, NULL);
    g_free(unpack);
}
