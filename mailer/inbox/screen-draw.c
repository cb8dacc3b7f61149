/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/screen-private.h"

#include "mailer/inbox/columns.h"
#include "mailer/inbox/text.h"

#include <ncurses.h>
#include <string.h>

enum {
    ROWS_MIN = 6, /* of the terminal; below there is but a word */
    COLUMNS_MIN = 30,
    GAP = 2,       /* columns between columns */
    AGE_FROM = 50, /* columns of the terminal from which the age is shown */
    SUBJECT_FROM = 70,
    WIDE_FROM = 110,
    AGE_WIDTH = 4,
    LEFT_WIDTH = 7,
};

/* Pairs of colours. Every colour only repeats what a word says. */
typedef enum { PLAIN, OPEN, MINE, OTHERS, BAD, N_PAIRS } Pair;

void ra_screen_colours(RaScreen *screen)
{
    /* Of 256, those that can be read on white as well as on black. */
    static const short many[N_PAIRS] = {[OPEN] = 28, [MINE] = 30, [OTHERS] = 163, [BAD] = 160};
    static const short few[N_PAIRS] = {
        [OPEN] = COLOR_GREEN, [MINE] = COLOR_CYAN, [OTHERS] = COLOR_MAGENTA, [BAD] = COLOR_RED};
    const char *never = g_getenv("NO_COLOR");
    screen->colours = (never == NULL || *never == '\0') && has_colors() && start_color() == OK &&
                      use_default_colors() == OK;
    for (short i = OPEN; screen->colours && i < N_PAIRS; i++)
        (void)init_pair(i, COLORS >= 256 ? many[i] : few[i], -1);
}

static chtype look(const RaScreen *screen, Pair pair)
{
    return screen->colours && pair != PLAIN ? COLOR_PAIR((chtype)pair) : 0;
}

/* TEXT (UTF-8) from X, in WIDTH columns. */
static void put(int y, int x, const char *text, int width, chtype attributes, gboolean right)
{
    g_autofree char *fitted = ra_columns_fit(text, MIN(width, COLS - x), right);
    g_autofree gunichar *wide = g_utf8_to_ucs4_fast(fitted, -1, NULL);
    (void)attrset((int)attributes);
    (void)mvaddwstr(y, x, (const wchar_t *)wide);
    (void)attrset(A_NORMAL);
}

/* LEFT and RIGHT in one line, over the whole width; RIGHT gives way. */
static void put_bar(int y, const char *left, const char *right, chtype attributes)
{
    const int width = ra_columns_width(right);
    const gboolean both = *right != '\0' && ra_columns_width(left) + GAP + width <= COLS;
    put(y, 0, left, COLS, attributes, FALSE);
    if (both)
        put(y, COLS - width, right, width, attributes, FALSE);
}

/* How the width is shared out. 0: not shown. */
typedef struct {
    int who, subject, age, left, state;
} Layout;

static Layout lay_out(void)
{
    Layout layout = {.left = LEFT_WIDTH};
    layout.state = COLS >= WIDE_FROM ? 28 : COLS >= SUBJECT_FROM ? 20 : COLS * 3 / 10;
    layout.age = COLS >= AGE_FROM ? AGE_WIDTH : 0;
    int rest = COLS - layout.left - layout.state - 2 * GAP;
    if (layout.age > 0)
        rest -= layout.age + GAP;
    layout.who = rest;
    if (COLS >= SUBJECT_FROM) {
        layout.who = rest * 9 / 20;
        layout.subject = rest - layout.who - GAP;
    }
    return layout;
}

/* The next column. */
static void put_cell(int y, int *x, const char *text, int width, chtype attributes, gboolean right)
{
    if (width <= 0)
        return;
    put(y, *x, text, width, attributes, right);
    *x += width + GAP;
}

static void draw_heads(int y, const Layout *layout)
{
    const chtype attributes = A_BOLD | A_UNDERLINE;
    int x = 0;
    put(y, 0, "", COLS, attributes, FALSE);
    put_cell(y, &x, "Who", layout->who, attributes, FALSE);
    put_cell(y, &x, "Subject", layout->subject, attributes, FALSE);
    put_cell(y, &x, "Age", layout->age, attributes, TRUE);
    put_cell(y, &x, "Left", layout->left, attributes, TRUE);
    put_cell(y, &x, "State", layout->state, attributes, FALSE);
}

static chtype state_look(const RaScreen *screen, const RaCase *item)
{
    switch (ra_case_state(item, screen->now)) {
    case RA_CASE_OPEN:
        return A_BOLD | look(screen, OPEN);
    case RA_CASE_CLAIMED:
    case RA_CASE_SESSION:
        return ra_row_is_mine(item, screen->plan->name) ? A_BOLD | look(screen, MINE)
                                                        : look(screen, OTHERS);
    case RA_CASE_INVALID:
        return look(screen, BAD);
    case RA_CASE_DONE:
    case RA_CASE_EXPIRED:
        break;
    }
    return A_DIM;
}

static void draw_row(const RaScreen *screen, int y, const RaCase *item, const Layout *layout,
                     gboolean selected)
{
    const RaCaseState state = ra_case_state(item, screen->now);
    const gboolean over = state == RA_CASE_DONE || state == RA_CASE_EXPIRED;
    const chtype base = selected ? A_REVERSE : over ? A_DIM : A_NORMAL;
    const chtype tinted = selected ? A_REVERSE | A_BOLD : state_look(screen, item);
    const chtype left_look =
        ra_row_is_urgent(item, screen->now) && !selected ? A_BOLD | look(screen, BAD) : base;
    const gboolean warned = ra_row_is_warned(item);
    g_autofree char *name = ra_row_who(item);
    g_autofree char *who = g_strconcat(warned ? "! " : "", name, NULL);
    g_autofree char *subject = ra_row_subject(item);
    g_autofree char *age = ra_row_age(item, screen->now);
    g_autofree char *left = ra_inbox_left(item, screen->now);
    g_autofree char *words = ra_row_state(item, screen->plan->name, screen->now);
    int x = 0;
    put(y, 0, "", COLS, base, FALSE);
    put_cell(y, &x, who, layout->who, warned && !selected ? A_BOLD | look(screen, BAD) : base,
             FALSE);
    put_cell(y, &x, subject, layout->subject, base, FALSE);
    put_cell(y, &x, age, layout->age, base, TRUE);
    put_cell(y, &x, left, layout->left, left_look, TRUE);
    put_cell(y, &x, words, layout->state, tinted, FALSE);
}

static const char *nothing_here(const RaScreen *screen)
{
    if (ra_queue_is_loading(screen->queue))
        return screen->trouble != NULL ? "The mailbox cannot be read yet." : "Reading the mailbox…";
    if (screen->all->len == 0)
        return "No invitations. New ones appear here by themselves.";
    if (screen->search->len > 0)
        return "Nothing matches. Esc shows all again.";
    return screen->which == RA_ROWS_MINE ? "You have no case. c claims one." : "No case is open.";
}

/* From line FROM on, BODY lines. */
static void draw_list(RaScreen *screen, int from, int body)
{
    const Layout layout = lay_out();
    screen->body = (guint)MAX(body, 1);
    if (screen->selected < screen->top)
        screen->top = screen->selected;
    if (screen->selected >= screen->top + screen->body)
        screen->top = screen->selected - screen->body + 1;
    screen->top = MIN(screen->top, screen->rows->len - MIN(screen->rows->len, screen->body));
    for (guint i = 0; i < screen->body && screen->top + i < screen->rows->len; i++)
        draw_row(screen, from + (int)i, screen->rows->pdata[screen->top + i], &layout,
                 screen->top + i == screen->selected);
    if (screen->rows->len == 0)
        put(from + (body > 2 ? 1 : 0), 0, nothing_here(screen), COLS, A_NORMAL, FALSE);
}

static const char help[] =
    "Keys\n"
    "\n"
    "  Up, Down, j, k    the case above or below\n"
    "  PgUp, PgDn        a page up or down\n"
    "  Home, End, g, G   the first or the last case\n"
    "  Enter, Space      all about the case\n"
    "  o                 open it: claims it, and asks for the password in a window\n"
    "  c                 claim it: nobody else takes it then\n"
    "  r                 let it go again\n"
    "  d                 it is done\n"
    "  F                 take it from the helper who has it, or end a session of yours that\n"
    "                    is over but still marked\n"
    "  f                 list all cases, those that are open, or your own\n"
    "  /                 search; Enter keeps what was found, Esc shows all again\n"
    "  Ctrl-L            paint the screen again\n"
    "  q                 leave\n"
    "\n"
    "States\n"
    "\n"
    "  open              nobody has it yet\n"
    "  you, or a name    who has claimed it\n"
    "  in session        they are connected\n"
    "  done              finished\n"
    "  expired           the invitation can no longer be used\n"
    "  invalid           the invitation is damaged: Enter says how\n"
    "  !                 something is odd about it: Enter says what\n";

/* A line may go on in the next ones, below where its words began. */
static GStrv page_lines(const RaScreen *screen)
{
    const RaCase *item = ra_screen_selected(screen);
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_autofree char *text = NULL;
    if (screen->page == RA_PAGE_DETAILS && item != NULL)
        text = ra_row_details(item, screen->plan->name, screen->now);
    const gboolean narrow = COLS < SUBJECT_FROM;
    g_auto(GStrv) lines = g_strsplit(screen->page == RA_PAGE_HELP ? help
                                     : text != NULL               ? text
                                                                  : "That case is gone.",
                                     "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const int indent = narrow ? 4 : screen->page == RA_PAGE_HELP ? 20 : 16;
        g_auto(GStrv) parts = ra_columns_wrap(*line, COLS - 1, indent);
        g_strv_builder_addv(all, (const char **)parts);
        if (parts[0] == NULL)
            g_strv_builder_add(all, "");
    }
    return g_strv_builder_end(all);
}

static void draw_page(RaScreen *screen, int from, int body)
{
    g_auto(GStrv) lines = page_lines(screen);
    const guint n = g_strv_length(lines);
    screen->body = (guint)MAX(body, 1);
    screen->lines = n > screen->body ? n - screen->body + 1 : 1;
    screen->scroll = MIN(screen->scroll, screen->lines - 1);
    for (guint i = 0; i < screen->body && screen->scroll + i < n; i++) {
        const char *line = lines[screen->scroll + i];
        const gboolean warning = g_str_has_prefix(line, "  WARNING:");
        put(from + (int)i, 0, line, COLS, warning ? A_BOLD | look(screen, BAD) : A_NORMAL, FALSE);
    }
}

static char *counts(const RaScreen *screen)
{
    guint n[RA_CASE_INVALID + 1] = {0};
    for (guint i = 0; i < screen->all->len; i++)
        n[ra_case_state(screen->all->pdata[i], screen->now)]++;
    return g_strdup_printf("%u open, %u claimed, %u in session", n[RA_CASE_OPEN],
                           n[RA_CASE_CLAIMED], n[RA_CASE_SESSION]);
}

static void draw_title(const RaScreen *screen)
{
    static const char *const names[] = {
        [RA_ROWS_ALL] = "", [RA_ROWS_OPEN] = " [open]", [RA_ROWS_MINE] = " [mine]"};
    g_autofree char *left =
        g_strconcat(" ", screen->plan->url, names[screen->which],
                    screen->search->len > 0 ? " /" : "", screen->search->str, NULL);
    g_autofree char *numbers = counts(screen);
    g_autofree char *right = g_strconcat(numbers, " ", NULL);
    if (ra_columns_width(left) + GAP + ra_columns_width(right) > COLS && COLS < SUBJECT_FROM)
        put_bar(0, right, "", A_REVERSE | A_BOLD); /* numbers are news, the name is none */
    else
        put_bar(0, left, right, A_REVERSE | A_BOLD);
}

/* What matters most of: a question, a search, what happened, the connection, nothing. */
static void draw_status(const RaScreen *screen, int y)
{
    g_autofree char *text = NULL;
    const char *right = ra_queue_is_loading(screen->queue) ? "reading…" : "live";
    chtype attributes = A_NORMAL;
    if (screen->question != NULL) {
        text = g_strdup(screen->question);
        attributes = A_BOLD;
    } else if (screen->searching) {
        text = g_strconcat("/", screen->search->str, "_", NULL);
    } else if (screen->notice != NULL) {
        text = g_strdup(screen->notice);
        attributes = screen->notice_bad ? A_BOLD | look(screen, BAD) : A_NORMAL;
    } else if (screen->trouble != NULL) {
        text = g_strdup_printf("Not connected: %s", screen->trouble);
        attributes = A_BOLD | look(screen, BAD);
    } else if (ra_queue_left_out(screen->queue) > 0) {
        text = g_strdup_printf("%u older messages are left out", ra_queue_left_out(screen->queue));
    }
    if (screen->trouble != NULL)
        right = "not connected";
    put_bar(y, text != NULL ? text : "", right, attributes);
}

static void draw_keys(const RaScreen *screen, int y)
{
    const gboolean list = screen->page == RA_PAGE_LIST;
    const char *wide =
        list ? " o:open c:claim r:release d:done Enter:more f:filter /:search ?:help q:quit"
             : " q:back o:open c:claim r:release d:done F:take over";
    const char *narrow =
        list ? " o:open c:claim d:done ?:help q:quit" : " q:back o:open c:claim d:done";
    if (screen->page == RA_PAGE_HELP)
        wide = narrow = " q:back";
    put_bar(y, ra_columns_width(wide) <= COLS ? wide : narrow, "", A_REVERSE);
}

void ra_screen_draw(RaScreen *screen)
{
    (void)erase();
    if (LINES < ROWS_MIN || COLS < COLUMNS_MIN) {
        put(0, 0, "The terminal is too small", COLS, A_NORMAL, FALSE);
        (void)refresh();
        return;
    }
    draw_title(screen);
    if (screen->page == RA_PAGE_LIST) {
        const Layout layout = lay_out();
        draw_heads(1, &layout);
        draw_list(screen, 2, LINES - 4);
    } else {
        draw_page(screen, 1, LINES - 3);
    }
    draw_status(screen, LINES - 2);
    draw_keys(screen, LINES - 1);
    (void)refresh();
}
