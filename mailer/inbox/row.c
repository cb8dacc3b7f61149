/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/row.h"

#include "base/duration.h"
#include "base/text.h"
#include "mailer/inbox/text.h"
#include "mailer/open/text.h"

#include <string.h>

enum {
    URGENT = 5 * RA_MINUTE,
    COUNTDOWN = 2 * RA_MINUTE, /* so much before its end a case counts seconds */
};

char *ra_row_who(const RaCase *item)
{
    if (item->found != NULL)
        return ra_open_who(item->found);
    if (item->message == NULL)
        return g_strdup("somebody");
    g_autofree char *name = ra_text_line(item->message->from_name, RA_TEXT_NAME_MAX);
    g_autofree char *address = ra_text_line(item->message->from_address, RA_TEXT_NAME_MAX);
    if (*name == '\0' && *address == '\0')
        return g_strdup("somebody");
    return g_strdup(*name != '\0' ? name : address);
}

char *ra_row_subject(const RaCase *item)
{
    /* What each of ra-invite's messages begins with says nothing in a list of them. */
    static const char usual[] = "YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION";
    const char *subject = item->message != NULL ? item->message->subject : "";
    if (g_str_has_prefix(subject, usual))
        return g_strdup("Invitation");
    return ra_text_line(subject, RA_TEXT_LINE_MAX);
}

char *ra_row_age(const RaCase *item, gint64 now)
{
    const gint64 age = now - item->received;
    if (age < RA_MINUTE)
        return g_strdup("now");
    if (age < RA_HOUR)
        return g_strdup_printf("%dm", (int)age / RA_MINUTE);
    if (age < RA_DAY)
        return g_strdup_printf("%dh", (int)age / RA_HOUR);
    return g_strdup_printf("%dd", (int)MIN(age / RA_DAY, 9999));
}

gboolean ra_row_is_mine(const RaCase *item, const char *owner)
{
    return g_strcmp0(item->mark->owner, owner) == 0;
}

static char *owner_of(const RaCase *item, const char *owner)
{
    if (item->mark->owner == NULL)
        return NULL;
    return ra_row_is_mine(item, owner) ? g_strdup("you")
                                       : ra_text_line(item->mark->owner, RA_OWNER_MAX);
}

char *ra_row_state(const RaCase *item, const char *owner, gint64 now)
{
    const RaCaseState state = ra_case_state(item, now);
    g_autofree char *who = owner_of(item, owner);
    if (who == NULL)
        return g_strdup(state == RA_CASE_SESSION ? "in session" : ra_case_state_name(state));
    switch (state) {
    case RA_CASE_CLAIMED:
        return g_steal_pointer(&who);
    case RA_CASE_SESSION:
        return g_strdup_printf("%s: in session", who);
    case RA_CASE_DONE:
        return g_strdup_printf("done by %s", who);
    default:
        return g_strdup_printf("%s (%s)", ra_case_state_name(state), who);
    }
}

gboolean ra_row_is_urgent(const RaCase *item, gint64 now)
{
    const RaCaseState state = ra_case_state(item, now);
    return (state == RA_CASE_OPEN || state == RA_CASE_CLAIMED) && item->found != NULL &&
           ra_found_end(item->found) - now < URGENT;
}

gboolean ra_row_is_warned(const RaCase *item)
{
    if (item->found == NULL)
        return FALSE;
    g_auto(GStrv) warnings = ra_open_warnings(item->found);
    return warnings[0] != NULL;
}

gboolean ra_row_in(const RaCase *item, RaRows rows, const char *owner, gint64 now)
{
    const RaCaseState state = ra_case_state(item, now);
    if (rows == RA_ROWS_OPEN)
        return state == RA_CASE_OPEN;
    if (rows == RA_ROWS_MINE)
        return ra_row_is_mine(item, owner) && state != RA_CASE_DONE;
    return TRUE;
}

static gboolean holds(const char *text, const char *folded)
{
    if (text == NULL)
        return FALSE;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *composed = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
    g_autofree char *own = g_utf8_casefold(composed, -1);
    return strstr(own, folded) != NULL;
}

gboolean ra_row_matches(const RaCase *item, const char *text)
{
    g_autofree char *composed = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
    g_autofree char *folded = g_utf8_casefold(composed != NULL ? composed : "", -1);
    g_autofree char *who = ra_row_who(item);
    const RaMessageInfo *message = item->message;
    return holds(who, folded) || holds(item->mark->owner, folded) || holds(item->id, folded) ||
           (item->found != NULL && holds(ra_found_address(item->found), folded)) ||
           (message != NULL &&
            (holds(message->from_address, folded) || holds(message->from_name, folded) ||
             holds(message->subject, folded)));
}

guint ra_row_next(const RaCase *item, gint64 now)
{
    const RaCaseState state = ra_case_state(item, now);
    if (item->found == NULL || state == RA_CASE_EXPIRED || state == RA_CASE_DONE)
        return RA_MINUTE;
    const gint64 end = ra_found_end(item->found) - now, start = ra_found_start(item->found) - now;
    if (end > 0 && end <= COUNTDOWN)
        return 1;
    guint next = end > 0 ? (guint)MIN(end - COUNTDOWN, RA_MINUTE) : RA_MINUTE;
    if (start > 0)
        next = (guint)MIN(start, next);
    return MAX(next, 1);
}

/* A line with its heading, if there is something to say. */
static void say(GString *out, const char *heading, const char *text)
{
    if (*text != '\0')
        g_string_append_printf(out, "  %-13s %s\n", heading, text);
}

static void say_message(GString *out, const RaMessageInfo *message)
{
    g_autofree char *subject = ra_text_line(message->subject, RA_TEXT_LINE_MAX);
    g_autofree char *date = message->date != 0 ? ra_moment_format_local(message->date) : NULL;
    g_autofree char *reply = ra_text_line(message->reply_to, RA_TEXT_LINE_MAX);
    say(out, "Subject:", subject);
    say(out, "Sent:", date != NULL ? date : "");
    say(out, "Answers to:", reply);
}

/* Of a session: since when, as far as that is known. */
static void say_since(GString *out, const RaMark *mark, gint64 now)
{
    if (!mark->session || mark->since == 0)
        return;
    g_autofree char *time = ra_moment_format_local(mark->since);
    g_autofree char *length = ra_inbox_short_time(now - mark->since);
    g_autofree char *both = g_strdup_printf("%s (%s)", time, length);
    say(out, "In session:", both);
}

char *ra_row_details(const RaCase *item, const char *owner, gint64 now)
{
    GString *out = g_string_new(NULL);
    g_autofree char *state = ra_row_state(item, owner, now);
    g_autofree char *received = ra_moment_format_local(item->received);
    if (item->found != NULL) {
        g_autofree char *text = ra_open_describe(item->found, now);
        g_string_append(out, text);
    } else {
        g_autofree char *who = ra_row_who(item);
        say(out, "Message from:", who);
    }
    if (item->message != NULL)
        say_message(out, item->message);
    say(out, "Received:", received);
    say(out, "State:", state);
    say_since(out, item->mark, now);
    say(out, "Case:", item->id);
    if (item->problem != NULL)
        say(out, "Problem:", item->problem);
    g_auto(GStrv) warnings =
        item->found != NULL ? ra_open_warnings(item->found) : g_new0(char *, 1);
    for (char **warning = warnings; *warning != NULL; warning++)
        say(out, "WARNING:", *warning);
    return g_string_free(out, FALSE);
}
