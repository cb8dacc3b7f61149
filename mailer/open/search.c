/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/search.h"

#include "mailer/find/maildir-search.h"
#include "mailer/open/files.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLEAR "\r\033[K"

enum { PATIENCE = 500 * 1000, WIDTH = 80 };

typedef struct {
    gint64 start;
    gboolean shown;
    struct sigaction before; /* what SIGINT did */
} Bar;

/* "12,345", in every locale. */
static char *grouped(guint64 n)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, n);
    GString *out = g_string_new(NULL);
    for (gsize i = 0, length = strlen(digits); i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

static void append_bar(GString *line, guint64 done, guint64 size)
{
    enum { CELLS = 20 };
    const guint full = (guint)((double)MIN(done, size) / (double)size * CELLS);
    g_string_append_c(line, '[');
    for (guint i = 0; i < CELLS; i++)
        g_string_append_c(line, i < full ? '#' : ' ');
    g_string_append_printf(line, "] %u %%, ",
                           (guint)((double)MIN(done, size) / (double)size * 100));
}

char *ra_open_search_line(guint64 done, guint64 size, guint64 messages, guint found, guint width)
{
    GString *line = g_string_new(NULL);
    g_autofree char *count = grouped(messages);
    if (size > 0)
        append_bar(line, done, size);
    g_string_append_printf(line, "%s message%s, %u invitation%s", count, messages == 1 ? "" : "s",
                           found, found == 1 ? "" : "s");
    g_string_truncate(line, MIN(line->len, width));
    return g_string_free(line, FALSE);
}

static void put(const char *text)
{
    const ssize_t n = write(STDERR_FILENO, text, strlen(text));
    (void)n; /* a bar that cannot be shown is no loss */
}

/* Nothing was begun that had to be undone, but the line. */
static void on_interrupt(int number)
{
    put(CLEAR);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static guint terminal_width(void)
{
    struct winsize window;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1 ? window.ws_col
                                                                               : WIDTH;
}

static gboolean show(guint64 done, guint64 size, guint64 messages, guint found, gpointer data)
{
    Bar *bar = data;
    if (g_get_monotonic_time() - bar->start < PATIENCE)
        return TRUE;
    if (!bar->shown) {
        struct sigaction action = {.sa_handler = on_interrupt};
        bar->shown = TRUE;
        (void)sigaction(SIGINT, NULL, &bar->before);
        if (bar->before.sa_handler == SIG_DFL)
            (void)sigaction(SIGINT, &action, NULL);
    }
    g_autofree char *line = ra_open_search_line(done, size, messages, found, terminal_width() - 1);
    g_autofree char *text = g_strconcat(CLEAR, line, NULL);
    put(text);
    return TRUE;
}

static void clear(const Bar *bar)
{
    if (!bar->shown)
        return;
    put(CLEAR);
    (void)sigaction(SIGINT, &bar->before, NULL);
}

static RaExtraction *search(const char *name, RaExtractOptions *options, GError **error)
{
    struct stat status;
    const gboolean known =
        strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &status) == 0 : stat(name, &status) == 0;
    if (known && S_ISDIR(status.st_mode) && strcmp(name, "-") != 0)
        return ra_extract_folder(name, options, error);
    options->size = known && S_ISREG(status.st_mode) ? (guint64)status.st_size : 0;
    g_autoptr(GInputStream) stream = ra_open_input(name, error);
    return stream != NULL ? ra_extract(stream, options, error) : NULL;
}

RaExtraction *ra_open_search(const char *name, const RaExtractOptions *options, gboolean progress,
                             GError **error)
{
    RaExtractOptions mine = options != NULL ? *options : (RaExtractOptions){0};
    Bar bar = {.start = g_get_monotonic_time()};
    if (progress && isatty(STDERR_FILENO) == 1) {
        mine.progress = show;
        mine.progress_data = &bar;
    }
    RaExtraction *extraction = search(name, &mine, error);
    clear(&bar);
    return extraction;
}
