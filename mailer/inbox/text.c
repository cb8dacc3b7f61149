/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/text.h"

#include "base/duration.h"
#include "base/text.h"
#include "mailer/inbox/columns.h"
#include "mailer/open/list.h"

#include <string.h>

enum {
    ID_MIN = 6, /* digits */
    COLUMNS_MIN = 50,
    GAP = 2,
};
typedef enum { ID, STATE, LEFT, AGE, WHO, SUBJECT, CELLS } Cell;

/* --- what stands in a line --- */

char *ra_inbox_short_time(gint64 seconds)
{
    const int s = (int)CLAMP(seconds, 0, G_MAXINT);
    if (s < 2 * RA_MINUTE)
        return g_strdup_printf("%ds", s);
    if (s < RA_HOUR)
        return g_strdup_printf("%dm", s / RA_MINUTE);
    if (s < RA_DAY)
        return g_strdup_printf("%dh%02dm", s / RA_HOUR, s % RA_HOUR / RA_MINUTE);
    return g_strdup_printf("%dd%dh", s / RA_DAY, s % RA_DAY / RA_HOUR);
}

char *ra_inbox_left(const RaCase *item, gint64 now)
{
    if (item->found == NULL)
        return g_strdup("");
    switch (ra_open_state(item->found, now)) {
    case RA_OPEN_VALID:
        return ra_inbox_short_time(ra_found_end(item->found) - now);
    case RA_OPEN_NOT_YET: {
        g_autofree char *time = ra_inbox_short_time(ra_found_start(item->found) - now);
        return g_strdup_printf("in %s", time);
    }
    case RA_OPEN_EXPIRED:
        break;
    }
    return g_strdup("");
}

/* "open", "claimed: alice", "in session: alice", "done: alice", "expired", "invalid". */
static char *state_of(const RaCase *item, gint64 now)
{
    const RaCaseState which = ra_case_state(item, now);
    const char *state = which == RA_CASE_SESSION ? "in session" : ra_case_state_name(which);
    if (item->mark->owner == NULL)
        return g_strdup(state);
    g_autofree char *owner = ra_text_line(item->mark->owner, RA_TEXT_NAME_MAX);
    return g_strdup_printf("%s: %s", state, owner);
}

char *ra_inbox_who(const RaCase *item)
{
    const char *raw_name = "", *raw_address = "";
    if (item->found != NULL) {
        raw_name = ra_found_name(item->found);
        raw_address = ra_found_address(item->found);
    } else if (item->message != NULL) {
        raw_name = item->message->from_name;
        raw_address = item->message->from_address;
    }
    /* A name with brackets of its own could pretend to another address. */
    g_autofree char *bare = g_strdelimit(g_strdup(raw_name), "<>", ' ');
    g_autofree char *name = ra_text_line(bare, RA_TEXT_NAME_MAX);
    g_autofree char *address = ra_text_line(raw_address, RA_TEXT_LINE_MAX);
    if (*name != '\0' && *address != '\0')
        return g_strdup_printf("%s <%s>", name, address);
    return g_strdup(*name != '\0' ? name : *address != '\0' ? address : "somebody");
}

/* Of the message; what is wrong with it where it is invalid. */
static char *subject_of(const RaCase *item)
{
    if (item->problem != NULL)
        return g_strdup(item->problem);
    return ra_text_line(item->message != NULL ? item->message->subject : "", RA_TEXT_LINE_MAX);
}

/* How many digits of their ids tell CASES (of RaCase) apart. */
static guint id_length_of(const GPtrArray *cases)
{
    for (guint length = ID_MIN;; length++) {
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        gboolean longer = FALSE, apart = TRUE;
        for (guint i = 0; apart && i < cases->len; i++) {
            const RaCase *item = cases->pdata[i];
            longer = longer || strlen(item->id) > length;
            apart = g_hash_table_add(seen, g_strndup(item->id, length));
        }
        if (apart || !longer)
            return length;
    }
}

/* --- the table --- */

static void fill(char *cells[CELLS], const RaCase *item, guint id_length, gint64 now)
{
    cells[ID] = g_strndup(item->id, id_length);
    cells[STATE] = state_of(item, now);
    cells[LEFT] = ra_inbox_left(item, now);
    cells[AGE] = ra_inbox_short_time(now - item->received);
    cells[WHO] = ra_inbox_who(item);
    cells[SUBJECT] = subject_of(item);
}

/* Makes WIDTHS fit into COLUMNS: first the subject gives way, then who and state, evenly. */
static void narrow(guint widths[CELLS], guint columns)
{
    static const struct {
        Cell cell;
        guint least;
    } order[] = {{SUBJECT, 16}, {WHO, 16}, {STATE, 12}, {SUBJECT, 0}, {WHO, 6}, {STATE, 4}};
    const guint room = MAX(columns, COLUMNS_MIN);
    guint total = GAP * (CELLS - 1);
    for (guint i = 0; i < CELLS; i++)
        total += widths[i];
    for (gsize i = 0; i < G_N_ELEMENTS(order) && total > room; i++) {
        guint *width = &widths[order[i].cell];
        const guint give = MIN(total - room, *width > order[i].least ? *width - order[i].least : 0);
        *width -= give;
        total -= give;
    }
}

static void add_row(GString *table, char *const cells[CELLS], const guint widths[CELLS])
{
    const gsize start = table->len;
    for (guint i = 0; i < CELLS; i++) {
        g_autofree char *cell = ra_columns_fit(cells[i], (int)widths[i], FALSE);
        g_string_append_printf(table, "%s%*s", cell, i + 1 < CELLS ? GAP : 0, "");
    }
    gsize end = table->len;
    while (end > start && table->str[end - 1] == ' ')
        end--;
    g_string_truncate(table, end);
    g_string_append_c(table, '\n');
}

char *ra_inbox_table(const GPtrArray *cases, guint columns, gint64 now)
{
    typedef char *Row[CELLS];
    const guint rows = cases->len + 1, id_length = id_length_of(cases);
    static const char *const heading[CELLS] = {"ID", "STATE", "LEFT", "AGE", "WHO", "SUBJECT"};
    guint widths[CELLS] = {0};
    GString *table = g_string_new(NULL);
    Row *cells = g_new0(Row, rows);
    for (guint i = 0; i < CELLS; i++)
        cells[0][i] = g_strdup(heading[i]);
    for (guint row = 1; row < rows; row++)
        fill(cells[row], cases->pdata[row - 1], id_length, now);
    for (guint row = 0; row < rows; row++) {
        for (guint i = 0; i < CELLS; i++)
            widths[i] = MAX(widths[i], (guint)ra_columns_width(cells[row][i]));
    }
    if (columns > 0)
        narrow(widths, columns);
    for (guint row = 0; row < rows; row++) {
        add_row(table, cells[row], widths);
        for (guint i = 0; i < CELLS; i++)
            g_free(cells[row][i]);
    }
    g_free(cells);
    return g_string_free(table, FALSE);
}

char *ra_inbox_line(const RaCase *item, gint64 now)
{
    g_autofree char *state = state_of(item, now);
    g_autofree char *left = ra_inbox_left(item, now);
    g_autofree char *who = ra_inbox_who(item);
    return g_strdup_printf("%s  %s%s%s%s  %s", item->id, state, *left != '\0' ? " (" : "", left,
                           *left != '\0' ? ")" : "", who);
}
