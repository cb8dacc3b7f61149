/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/summary-text.h"

#include "base/i18n.h"
#include "base/text.h"
#include "host/app/session-words.h"

#include <string.h>

enum { NAME_CHARS = 40 }; /* of four bytes each: a file's name has 255 at the most */

static char *format_time(gint64 time, const char *format)
{
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_local(time);
    return moment != NULL ? g_date_time_format(moment, format) : g_strdup("");
}

static void append_entry(GString *out, GVariant *entry)
{
    const char *who = "", *name = "", *text = "";
    gint64 time = 0;
    (void)g_variant_lookup(entry, "who", "&s", &who);
    (void)g_variant_lookup(entry, "name", "&s", &name);
    (void)g_variant_lookup(entry, "text", "&s", &text);
    (void)g_variant_lookup(entry, "time", "x", &time);
    g_autofree char *when = format_time(time, "%Y-%m-%d %H:%M:%S");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *indented = g_strjoinv("\n    ", lines);
    if (strcmp(who, "event") == 0)
        g_string_append_printf(out, "%s  * %s\n", when, indented);
    else
        g_string_append_printf(out, "%s  %s: %s\n", when, name, indented);
}

char *ra_summary_text(RaChatLog *log, const char *helper)
{
    static const RaWords heading = {N_("Remote Assistance with %s"), N_("Remote Assistance")};
    g_autofree char *title = ra_words_about(heading, helper);
    GString *out = g_string_new(title);
    g_string_append(out, "\n\n");
    for (guint i = 0; i < ra_chat_log_length(log); i++)
        append_entry(out, ra_chat_log_entry(log, i));
    return g_string_free(out, FALSE);
}

char *ra_summary_file_name(const char *helper, gint64 began)
{
    g_autofree char *time = format_time(began, "%Y-%m-%d %H.%M");
    g_autofree char *who = ra_text_line(helper, NAME_CHARS);
    g_strdelimit(who, "/\\", '_');
    if (who[0] == '\0')
        /* Translators: a file's name; %s is a date. */
        return g_strdup_printf(_("Remote Assistance %s.txt"), time);
    /* Translators: a file's name: with whom, and a date. */
    return g_strdup_printf(_("Remote Assistance with %1$s %2$s.txt"), who, time);
}
