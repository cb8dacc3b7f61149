/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/duration.h"

#include "base/error.h"
#include "base/i18n.h"

#include <string.h>

static const struct {
    char letter;
    gint64 seconds;
} units[] = {{'d', RA_DAY}, {'h', RA_HOUR}, {'m', RA_MINUTE}, {'s', 1}};

enum { DURATION_MAX_DAYS = 3650 };

static gboolean bad_duration(const char *text, GError **error)
{
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "'%s' is not a length of time: write for example 45m, 1h, 1h30m or 2d", text);
    return FALSE;
}

gboolean ra_duration_parse(const char *text, gint64 *ret, GError **error)
{
    const gint64 max = (gint64)DURATION_MAX_DAYS * RA_DAY;
    gint64 total = 0;
    gsize next_unit = 0;
    const char *p = text;
    do {
        gint64 number = 0;
        const char *digits = p;
        for (; g_ascii_isdigit(*p) && number <= max; p++)
            number = number * 10 + (*p - '0');
        if (p == digits || number > max)
            return bad_duration(text, error);
        gsize unit = next_unit;
        if (*p == '\0' && next_unit == 0)
            unit = 2; /* a number alone: minutes */
        else
            while (unit < G_N_ELEMENTS(units) && units[unit].letter != *p)
                unit++;
        if (unit >= G_N_ELEMENTS(units))
            return bad_duration(text, error);
        if (*p != '\0')
            p++;
        next_unit = unit + 1;
        total += number * units[unit].seconds;
        if (total > max)
            return bad_duration(text, error);
    } while (*p != '\0');
    *ret = total;
    return TRUE;
}

/* N of units[UNIT]. */
static char *format_unit(gsize unit, int n)
{
    const gulong count = (gulong)n;
    switch (units[unit].letter) {
    case 'd':
        return g_strdup_printf(ngettext("%d day", "%d days", count), n);
    case 'h':
        return g_strdup_printf(ngettext("%d hour", "%d hours", count), n);
    case 'm':
        return g_strdup_printf(ngettext("%d minute", "%d minutes", count), n);
    default:
        return g_strdup_printf(ngettext("%d second", "%d seconds", count), n);
    }
}

char *ra_duration_format(gint64 seconds)
{
    if (seconds <= 0)
        return format_unit(G_N_ELEMENTS(units) - 1, 0);
    GString *out = g_string_new(NULL);
    guint shown = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(units) && shown < 2; i++) {
        const gint64 n = seconds / units[i].seconds;
        if (shown > 0)
            shown++; /* the unit right below the first one is the last */
        if (n == 0)
            continue;
        g_autofree char *text = format_unit(i, (int)MIN(n, G_MAXINT));
        g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", text);
        seconds -= n * units[i].seconds;
        shown = MAX(shown, 1);
    }
    return g_string_free(out, FALSE);
}

char *ra_moment_format_local(gint64 moment)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(moment);
    return time != NULL ? g_date_time_format(time, "%A %-d %B %Y, %H:%M (%Z)")
                        : g_strdup("an impossible date");
}

char *ra_moment_format_utc(gint64 moment)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(moment);
    return time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC")
                        : g_strdup("an impossible date");
}

gint64 ra_moment_now(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}
