/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/wording.h"

#include "base/duration.h"
#include "base/i18n.h"

enum {
    FEW_DAYS = 3,       /* told with their hours; more are not */
    MOST_DAYS = 1000000 /* far beyond any invitation */
};

static char *hours_and_minutes(gint64 minutes)
{
    const gint64 hours = minutes / 60;
    minutes %= 60;
    g_autofree char *whole =
        g_strdup_printf(ngettext("%d hour", "%d hours", (gulong)hours), (int)hours);
    if (minutes == 0)
        return g_steal_pointer(&whole);
    g_autofree char *rest =
        g_strdup_printf(ngettext("%d minute", "%d minutes", (gulong)minutes), (int)minutes);
    /* Translators: hours, then minutes: "1 hour 5 minutes". */
    return g_strdup_printf(C_("hours and minutes", "%s %s"), whole, rest);
}

static char *days_and_hours(gint64 hours)
{
    const gint64 days = hours / 24;
    hours %= 24;
    g_autofree char *whole =
        g_strdup_printf(ngettext("%d day", "%d days", (gulong)days), (int)days);
    if (hours == 0)
        return g_steal_pointer(&whole);
    g_autofree char *rest =
        g_strdup_printf(ngettext("%d hour", "%d hours", (gulong)hours), (int)hours);
    /* Translators: days, then hours: "1 day 5 hours". */
    return g_strdup_printf(C_("days and hours", "%s %s"), whole, rest);
}

char *ra_wording_left(gint64 seconds)
{
    if (seconds <= 0)
        return g_strdup("");
    if (seconds < RA_MINUTE)
        return g_strdup_printf(ngettext("%d second", "%d seconds", (gulong)seconds), (int)seconds);
    seconds = MIN(seconds, (gint64)MOST_DAYS * RA_DAY);
    const gint64 minutes = (seconds + RA_MINUTE - 1) / RA_MINUTE;
    if (minutes < 60)
        return g_strdup_printf(ngettext("%d minute", "%d minutes", (gulong)minutes), (int)minutes);
    if (minutes < RA_DAY / RA_MINUTE)
        return hours_and_minutes(minutes);
    const gint64 hours = (seconds + RA_HOUR - 1) / RA_HOUR;
    if (hours < FEW_DAYS * 24)
        return days_and_hours(hours);
    const gint64 days = (seconds + RA_DAY - 1) / RA_DAY;
    return g_strdup_printf(ngettext("%d day", "%d days", (gulong)days), (int)days);
}

static gboolean is_same_day(GDateTime *a, GDateTime *b)
{
    return g_date_time_get_year(a) == g_date_time_get_year(b) &&
           g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

char *ra_wording_moment(gint64 moment, gint64 now)
{
    g_autoptr(GDateTime) then = g_date_time_new_from_unix_local(moment);
    g_autoptr(GDateTime) today = g_date_time_new_from_unix_local(now);
    if (then == NULL || today == NULL)
        return g_strdup("");
    if (is_same_day(then, today))
        /* Translators: a time of today, as strftime(3) has it: "14:03". */
        return g_date_time_format(then, C_("time of today", "%H:%M"));
    if (g_date_time_get_year(then) == g_date_time_get_year(today))
        /* Translators: a moment of this year, as strftime(3) has it: "Fri 20 Nov, 14:03". */
        return g_date_time_format(then, C_("moment of this year", "%a %-d %b, %H:%M"));
    /* Translators: a moment of another year, as strftime(3) has it: "20 Nov 2025, 14:03". */
    return g_date_time_format(then, C_("moment of another year", "%-d %b %Y, %H:%M"));
}

char *ra_wording_size(guint64 bytes)
{
    return g_format_size(bytes);
}

char *ra_wording_people(const char *const *people)
{
    const guint count = people != NULL ? g_strv_length((GStrv)people) : 0;
    switch (count) {
    case 0:
        return g_strdup("");
    case 1:
        return g_strdup(people[0]);
    case 2:
        /* Translators: two people. */
        return g_strdup_printf(_("%s and %s"), people[0], people[1]);
    default:
        /* Translators: two people, and how many more there are. */
        return g_strdup_printf(ngettext("%s, %s and %u other", "%s, %s and %u others", count - 2),
                               people[0], people[1], count - 2);
    }
}
