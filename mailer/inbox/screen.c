/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/screen.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/inbox/screen-private.h"

#include <glib-unix.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    ESCAPE_MS = 25,     /* how long the rest of a key's sequence may take */
    EMPTY_READS = 20,   /* in a row without a key: nobody is there */
    LEAVE_SECONDS = 30, /* for replies that are under way */
};

void ra_screen_say(RaScreen *screen, gboolean bad, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_free(screen->notice);
    screen->notice = ra_text_line(text, RA_TEXT_LINE_MAX);
    screen->notice_bad = bad;
    ra_screen_redraw(screen);
}

RaCase *ra_screen_find(const RaScreen *screen, const char *id)
{
    for (guint i = 0; id != NULL && i < screen->all->len; i++) {
        RaCase *item = screen->all->pdata[i];
        if (strcmp(item->id, id) == 0)
            return item;
    }
    return NULL;
}

RaCase *ra_screen_selected(const RaScreen *screen)
{
    return screen->selected < screen->rows->len ? screen->rows->pdata[screen->selected] : NULL;
}

/* The selection stays with its case; where that is gone, with its place. While the mailbox is read
 * for the first time it is the one that is to be taken first. */
static void keep_selection(RaScreen *screen)
{
    if (!screen->touched && ra_queue_is_loading(screen->queue)) {
        g_clear_pointer(&screen->selected_id, g_free);
        screen->selected = 0;
        return;
    }
    for (guint i = 0; screen->selected_id != NULL && i < screen->rows->len; i++) {
        const RaCase *item = screen->rows->pdata[i];
        if (strcmp(item->id, screen->selected_id) == 0) {
            screen->selected = i;
            return;
        }
    }
    screen->selected = MIN(screen->selected, MAX(screen->rows->len, 1) - 1);
    const RaCase *item = ra_screen_selected(screen);
    if (item == NULL)
        return; /* what is searched for may be there again soon */
    g_free(screen->selected_id);
    screen->selected_id = g_strdup(item->id);
}

static gboolean on_tick(gpointer data);

/* The next moment at which something on the screen changes by itself. */
static void set_clock(RaScreen *screen)
{
    guint next = RA_MINUTE;
    for (guint i = 0; i < screen->rows->len && next > 1; i++)
        next = MIN(next, ra_row_next(screen->rows->pdata[i], screen->now));
    if (screen->clock != 0)
        g_source_remove(screen->clock);
    screen->clock = g_timeout_add_seconds(next, on_tick, screen);
}

void ra_screen_list(RaScreen *screen)
{
    screen->now = ra_moment_now();
    g_ptr_array_set_size(screen->rows, 0);
    for (guint i = 0; i < screen->all->len; i++) {
        RaCase *item = screen->all->pdata[i];
        if (ra_row_in(item, screen->which, screen->plan->name, screen->now) &&
            ra_row_matches(item, screen->search->str))
            g_ptr_array_add(screen->rows, item);
    }
    keep_selection(screen);
    set_clock(screen);
    ra_screen_redraw(screen);
}

void ra_screen_update(RaScreen *screen)
{
    g_ptr_array_set_size(screen->rows, 0);
    g_ptr_array_unref(screen->all);
    screen->all = ra_queue_cases(screen->queue, ra_moment_now());
    ra_screen_list(screen);
    ra_screen_tell_expired(screen);
}

static gboolean on_tick(gpointer data)
{
    RaScreen *screen = data;
    screen->clock = 0;
    ra_screen_update(screen); /* their order goes by the time, too */
    ra_screen_end_sessions(screen);
    return G_SOURCE_REMOVE;
}

static gboolean draw_now(gpointer data)
{
    RaScreen *screen = data;
    screen->drawn = TRUE;
    if (!screen->away)
        ra_screen_draw(screen);
    return G_SOURCE_REMOVE;
}

void ra_screen_redraw(RaScreen *screen)
{
    if (!screen->drawn)
        return; /* it is on its way */
    screen->drawn = FALSE;
    g_idle_add(draw_now, screen);
}

/* From the queue. */

static void on_changed(RaQueue *queue, gpointer data)
{
    (void)queue;
    ra_screen_update(data);
}

static void on_trouble(RaQueue *queue, const GError *error, gpointer data)
{
    (void)queue;
    RaScreen *screen = data;
    g_free(screen->trouble);
    screen->trouble = error != NULL ? ra_text_line(error->message, RA_TEXT_LINE_MAX) : NULL;
    if (error == NULL)
        ra_screen_end_sessions(screen);
    ra_screen_redraw(screen);
}

/* From the terminal. */

static gboolean give_up(gpointer data)
{
    g_main_loop_quit(((RaScreen *)data)->loop);
    return G_SOURCE_REMOVE;
}

void ra_screen_leave(RaScreen *screen)
{
    if (screen->telling == 0 || screen->leaving) {
        g_main_loop_quit(screen->loop);
        return;
    }
    screen->leaving = TRUE;
    g_timeout_add_seconds(LEAVE_SECONDS, give_up, screen);
    ra_screen_say(screen, FALSE, "Sending a reply; q leaves at once");
}

void ra_screen_fit(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        (void)resizeterm(size.ws_row, size.ws_col);
    (void)clearok(curscr, TRUE);
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
    (void)fd;
    RaScreen *screen = data;
    static guint empty;
    wint_t key = 0;
    int kind = ERR;
    while ((kind = get_wch(&key)) != ERR) {
        empty = 0;
        ra_screen_key(screen, (guint)key, kind == KEY_CODE_YES);
        if (screen->away)
            return G_SOURCE_REMOVE;
    }
    if ((condition & (G_IO_HUP | G_IO_ERR)) == 0 && ++empty < EMPTY_READS)
        return G_SOURCE_CONTINUE;
    g_main_loop_quit(screen->loop); /* the terminal is gone */
    screen->input = 0;
    return G_SOURCE_REMOVE;
}

static void listen_to_keys(RaScreen *screen)
{
    screen->input = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, screen);
}

static void (*stopped_by)(int); /* what curses does on SIGTSTP */

void ra_screen_step_out(RaScreen *screen)
{
    screen->away = TRUE;
    if (screen->input != 0)
        (void)g_source_remove(screen->input);
    screen->input = 0;
    (void)endwin();
    stopped_by = signal(SIGTSTP, SIG_DFL);
}

void ra_screen_step_in(RaScreen *screen)
{
    if (stopped_by != SIG_ERR)
        (void)signal(SIGTSTP, stopped_by);
    screen->away = FALSE;
    (void)refresh();
    ra_screen_fit();
    listen_to_keys(screen);
    ra_screen_update(screen);
}

static gboolean on_resize(gpointer data)
{
    RaScreen *screen = data;
    if (screen->away)
        return G_SOURCE_CONTINUE;
    ra_screen_fit();
    ra_screen_redraw(screen);
    return G_SOURCE_CONTINUE;
}

static gboolean on_signal(gpointer data)
{
    g_main_loop_quit(((RaScreen *)data)->loop);
    return G_SOURCE_CONTINUE;
}

/* Ctrl-C on the terminal is for ra-open while that has it. */
static gboolean on_interrupt(gpointer data)
{
    RaScreen *screen = data;
    if (!screen->away)
        g_main_loop_quit(screen->loop);
    return G_SOURCE_CONTINUE;
}

/* NULL where the terminal cannot be used. */
static SCREEN *begin_terminal(RaScreen *screen)
{
    SCREEN *terminal = newterm(NULL, stdout, stdin);
    if (terminal == NULL)
        return NULL;
    (void)raw(); /* Ctrl-C and Ctrl-Z come as keys */
    (void)noecho();
    (void)nonl();
    (void)keypad(stdscr, TRUE);
    (void)nodelay(stdscr, TRUE);
    (void)meta(stdscr, TRUE);
    (void)curs_set(0);
    set_escdelay(ESCAPE_MS);
    ra_screen_colours(screen);
    return terminal;
}

static void run_loop(RaScreen *screen)
{
    const guint sources[] = {
        g_unix_signal_add(SIGWINCH, on_resize, screen),
        g_unix_signal_add(SIGINT, on_interrupt, screen),
        g_unix_signal_add(SIGTERM, on_signal, screen),
        g_unix_signal_add(SIGHUP, on_signal, screen),
    };
    listen_to_keys(screen);
    ra_queue_follow(screen->queue);
    ra_screen_update(screen);
    g_main_loop_run(screen->loop);
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        (void)g_source_remove(sources[i]);
}

static void screen_free(RaScreen *screen)
{
    while (g_source_remove_by_user_data(screen))
        ;
    g_ptr_array_unref(screen->opens); /* what they opened goes on */
    ra_queue_free(screen->queue);
    g_ptr_array_unref(screen->rows);
    g_ptr_array_unref(screen->all);
    g_hash_table_unref(screen->seconds);
    g_hash_table_unref(screen->waiting);
    g_hash_table_unref(screen->over);
    g_main_loop_unref(screen->loop);
    g_string_free(screen->search, TRUE);
    g_free(screen->selected_id);
    g_free(screen->asked_id);
    g_free(screen->question);
    g_free(screen->notice);
    g_free(screen->trouble);
    g_free(screen);
}

static RaScreen *screen_new(const RaInboxPlan *plan, GError **error)
{
    static const RaQueueFuncs funcs = {.changed = on_changed, .trouble = on_trouble};
    RaScreen *screen = g_new0(RaScreen, 1);
    screen->plan = plan;
    screen->loop = g_main_loop_new(NULL, FALSE);
    screen->all = g_ptr_array_new_with_free_func((GDestroyNotify)ra_case_unref);
    screen->rows = g_ptr_array_new();
    screen->over = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    screen->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    screen->seconds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    screen->opens = g_ptr_array_new_with_free_func(ra_screen_opened_free);
    screen->search = g_string_new(NULL);
    screen->drawn = TRUE;
    screen->queue = ra_inbox_plan_queue(plan, &funcs, screen, error);
    if (screen->queue != NULL)
        return screen;
    screen_free(screen);
    return NULL;
}

gboolean ra_inbox_screen_run(const RaInboxPlan *plan, GError **error)
{
    RaScreen *screen = ra_inbox_screen_check(error) ? screen_new(plan, error) : NULL;
    if (screen == NULL)
        return FALSE;
    SCREEN *terminal = begin_terminal(screen);
    if (terminal == NULL) {
        screen_free(screen);
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                            "this terminal cannot show the screen");
        return FALSE;
    }
    run_loop(screen);
    if (!screen->away)
        (void)endwin();
    delscreen(terminal);
    screen_free(screen);
    return TRUE;
}
