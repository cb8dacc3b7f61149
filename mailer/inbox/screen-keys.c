/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/screen-private.h"

#include "base/text.h"
#include "mailer/open/text.h"

#include <ncurses.h>
#include <signal.h>
#include <string.h>

enum { CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26, ESCAPE = 27, DELETE = 127 };

static void select_row(RaScreen *screen, gint64 to)
{
    if (screen->rows->len == 0)
        return;
    screen->selected = (guint)CLAMP(to, 0, (gint64)screen->rows->len - 1);
    g_free(screen->selected_id);
    screen->selected_id = g_strdup(ra_screen_selected(screen)->id);
}

static void show_page(RaScreen *screen, RaPage page)
{
    if (page == RA_PAGE_HELP)
        screen->page_before = screen->page;
    screen->page = page;
    screen->scroll = 0;
}

/* Questions */

static void forget_question(RaScreen *screen)
{
    screen->asked = RA_ASKED_NOTHING;
    g_clear_pointer(&screen->asked_id, g_free);
    g_clear_pointer(&screen->question, g_free);
}

static void ask(RaScreen *screen, RaAsked asked, const RaCase *item, char *question)
{
    forget_question(screen);
    screen->asked = asked;
    screen->asked_id = item != NULL ? g_strdup(item->id) : NULL;
    screen->question = ra_text_line(question, RA_TEXT_LINE_MAX);
    g_free(question);
}

static void answer(RaScreen *screen, gboolean yes)
{
    const RaAsked asked = screen->asked;
    RaCase *item = ra_screen_find(screen, screen->asked_id);
    forget_question(screen);
    if (!yes)
        return;
    if (asked == RA_ASKED_QUIT)
        ra_screen_leave(screen);
    else if (item == NULL)
        ra_screen_say(screen, TRUE, "That case is gone");
    else if (asked == RA_ASKED_FORCE_CLAIM)
        ra_screen_act(screen, item, RA_ACT_CLAIM, TRUE);
    else
        ra_screen_open(screen, item);
}

/* Whose case it is, where that is somebody else; else NULL. Caller frees. */
static char *other_owner(const RaScreen *screen, const RaCase *item)
{
    if (item->mark->owner == NULL || ra_row_is_mine(item, screen->plan->name))
        return NULL;
    return ra_text_line(item->mark->owner, RA_OWNER_MAX);
}

/* What a key does to the case that is selected. */

static void claim(RaScreen *screen, RaCase *item)
{
    g_autofree char *other = other_owner(screen, item);
    if (other != NULL && !item->mark->done)
        ra_screen_say(screen, TRUE, "%s has it. F takes it over", other);
    else
        ra_screen_act(screen, item, RA_ACT_CLAIM, FALSE);
}

static void take_over(RaScreen *screen, RaCase *item)
{
    g_autofree char *other = other_owner(screen, item);
    if (other == NULL && item->mark->owner != NULL && item->mark->session)
        ask(screen, RA_ASKED_FORCE_CLAIM, item,
            g_strdup("Say that your session is over? It may go on elsewhere. y/N"));
    else if (other == NULL)
        ra_screen_say(screen, FALSE, "Nobody else has it: c claims");
    else
        ask(screen, RA_ASKED_FORCE_CLAIM, item,
            g_strdup_printf("Take it from %s%s? y/N", other,
                            item->mark->session ? ", who is in session" : ""));
}

static void release(RaScreen *screen, RaCase *item)
{
    ra_screen_act(screen, item, RA_ACT_RELEASE, FALSE);
}

static void finish(RaScreen *screen, RaCase *item)
{
    ra_screen_act(screen, item, RA_ACT_DONE, FALSE);
}

/* ra-open gets the invitation without its message, so what it would warn of is said here. */
static void open_case(RaScreen *screen, RaCase *item)
{
    g_autofree char *other = other_owner(screen, item);
    g_auto(GStrv) warnings =
        item->found != NULL ? ra_open_warnings(item->found) : g_new0(char *, 1);
    if (other != NULL && !item->mark->done)
        ra_screen_say(screen, TRUE, "%s has it. F takes it over", other);
    else if (warnings[0] != NULL)
        ask(screen, RA_ASKED_OPEN, item, g_strdup_printf("Open? %s. y/N", warnings[0]));
    else
        ra_screen_open(screen, item);
}

static void show_details(RaScreen *screen, RaCase *item)
{
    (void)item;
    show_page(screen, RA_PAGE_DETAILS);
}

static const struct {
    guint key;
    void (*act)(RaScreen *screen, RaCase *item);
} case_keys[] = {
    {'c', claim},     {'F', take_over},     {'r', release},       {'d', finish},
    {'o', open_case}, {'\r', show_details}, {'\n', show_details}, {' ', show_details},
};

static gboolean case_key(RaScreen *screen, guint key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(case_keys); i++) {
        if (case_keys[i].key != key)
            continue;
        RaCase *item = ra_screen_selected(screen);
        if (item == NULL)
            ra_screen_say(screen, TRUE, "No case is selected");
        else
            case_keys[i].act(screen, item);
        return TRUE;
    }
    return FALSE;
}

/* The list */

/* Where a key moves in LENGTH lines of which PAGE are in sight. FALSE: it does not. */
static gboolean travel(guint key, gboolean code, gint64 *at, guint page, guint length)
{
    static const struct {
        guint code, character;
        int lines, pages;
    } moves[] = {
        {KEY_UP, 'k', -1, 0}, {KEY_DOWN, 'j', 1, 0},        {KEY_PPAGE, 2, 0, -1},
        {KEY_NPAGE, 6, 0, 1}, {KEY_HOME, 'g', -1000000, 0}, {KEY_END, 'G', 1000000, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(moves); i++) {
        if (key != (code ? moves[i].code : moves[i].character))
            continue;
        *at = CLAMP(*at + moves[i].lines + moves[i].pages * (gint64)MAX(page, 1), 0,
                    (gint64)MAX(length, 1) - 1);
        return TRUE;
    }
    return FALSE;
}

static void quit(RaScreen *screen)
{
    if (screen->opens->len > 0 && !screen->leaving)
        ask(screen, RA_ASKED_QUIT, NULL,
            g_strdup_printf("%u session%s open, and will not be marked as over. Leave? y/N",
                            screen->opens->len, screen->opens->len == 1 ? " is" : "s are"));
    else
        ra_screen_leave(screen);
}

static void next_rows(RaScreen *screen)
{
    screen->which = (screen->which + 1) % N_RA_ROWS;
    ra_screen_list(screen);
}

static void clear_search(RaScreen *screen)
{
    screen->searching = FALSE;
    g_string_truncate(screen->search, 0);
    ra_screen_list(screen);
}

static void list_key(RaScreen *screen, guint key, gboolean code)
{
    gint64 at = screen->selected;
    if (travel(key, code, &at, screen->body, screen->rows->len)) {
        select_row(screen, at);
        return;
    }
    if (code || case_key(screen, key))
        return;
    switch (key) {
    case 'q':
        quit(screen);
        break;
    case 'f':
        next_rows(screen);
        break;
    case '/':
        screen->searching = TRUE;
        break;
    case ESCAPE:
        clear_search(screen);
        break;
    case '?':
        show_page(screen, RA_PAGE_HELP);
        break;
    default:
        break;
    }
}

/* Details and help */
static void page_key(RaScreen *screen, guint key, gboolean code)
{
    gint64 at = screen->scroll;
    if (travel(key, code, &at, screen->body, screen->lines))
        screen->scroll = (guint)at;
    else if (!code && key == '?' && screen->page == RA_PAGE_DETAILS)
        show_page(screen, RA_PAGE_HELP);
    else if (!code && (key == 'q' || key == ESCAPE || key == '\r' || key == ' ' || key == '?'))
        show_page(screen, screen->page == RA_PAGE_HELP ? screen->page_before : RA_PAGE_LIST);
    else if (!code && screen->page == RA_PAGE_DETAILS)
        (void)case_key(screen, key);
}

/* What is searched for narrows the list with each letter. */
static void search_key(RaScreen *screen, guint key, gboolean code)
{
    GString *search = screen->search;
    if (code ? key == KEY_ENTER : key == '\r' || key == '\n') {
        screen->searching = FALSE;
    } else if (!code && key == ESCAPE) {
        clear_search(screen);
    } else if ((code && key == KEY_BACKSPACE) || (!code && (key == DELETE || key == '\b'))) {
        if (search->len > 0)
            g_string_truncate(
                search, (gsize)(g_utf8_find_prev_char(search->str, search->str + search->len) -
                                search->str));
    } else if (!code && g_unichar_isprint(key) &&
               g_utf8_strlen(search->str, -1) < RA_SCREEN_SEARCH_MAX) {
        g_string_append_unichar(search, key);
    } else if (code) {
        gint64 at = screen->selected;
        if (travel(key, TRUE, &at, screen->body, screen->rows->len))
            select_row(screen, at);
    }
    ra_screen_list(screen);
}

/* Curses has a handler, which gives the terminal back and takes it again. The windows that were
 * opened go on. */
static void suspend(void)
{
    (void)raise(SIGTSTP);
    ra_screen_fit();
}

void ra_screen_key(RaScreen *screen, guint key, gboolean code)
{
    if (!screen->touched && ra_screen_selected(screen) != NULL)
        select_row(screen, screen->selected); /* what is seen is what is meant */
    screen->touched = TRUE;
    if (!code && key == CTRL_Z) {
        suspend();
    } else if (!code && key == CTRL_L) {
        (void)clearok(curscr, TRUE);
    } else if (!code && key == CTRL_C) {
        ra_screen_leave(screen);
    } else if (screen->asked != RA_ASKED_NOTHING) {
        answer(screen, !code && (key == 'y' || key == 'Y'));
    } else {
        if (!screen->leaving)
            g_clear_pointer(&screen->notice, g_free);
        if (screen->searching)
            search_key(screen, key, code);
        else if (screen->page == RA_PAGE_LIST)
            list_key(screen, key, code);
        else
            page_key(screen, key, code);
    }
    ra_screen_redraw(screen);
}
