/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/json.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

void ra_json_string(JsonBuilder *builder, const char *name, const char *text)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, text); /* NULL makes null */
}

void ra_json_text(JsonBuilder *builder, const char *name, const char *text)
{
    g_autofree char *clean = text != NULL ? ra_text_line(text, RA_TEXT_LINE_MAX) : NULL;
    ra_json_string(builder, name, clean);
}

void ra_json_number(JsonBuilder *builder, const char *name, gint64 number)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, number);
}

void ra_json_boolean(JsonBuilder *builder, const char *name, gboolean value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, value);
}

void ra_json_moment(JsonBuilder *builder, const char *name, gint64 moment)
{
    g_autoptr(GDateTime) time = moment != 0 ? g_date_time_new_from_unix_utc(moment) : NULL;
    g_autofree char *text = time != NULL ? g_date_time_format_iso8601(time) : NULL;
    ra_json_string(builder, name, text);
}

void ra_json_strings(JsonBuilder *builder, const char *name, const char *const *texts)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (; texts != NULL && *texts != NULL; texts++)
        json_builder_add_string_value(builder, *texts);
    json_builder_end_array(builder);
}

void ra_json_error(JsonBuilder *builder, const GError *error)
{
    static const char *const names[] = {
        [RA_ERROR_FAILED] = "failed",           [RA_ERROR_USAGE] = "usage",
        [RA_ERROR_NO_TICKET] = "no-invitation", [RA_ERROR_MALFORMED] = "malformed",
        [RA_ERROR_EXPIRED] = "expired",         [RA_ERROR_PASSWORD] = "password",
        [RA_ERROR_UNREACHABLE] = "unreachable", [RA_ERROR_DECLINED] = "declined",
        [RA_ERROR_FORBIDDEN] = "forbidden",     [RA_ERROR_MAIL] = "mail",
    };
    if (error == NULL) {
        ra_json_string(builder, "error", NULL);
        return;
    }
    const int code = ra_error_exit_code(error);
    g_autofree char *message = ra_text_line(error->message, RA_TEXT_MESSAGE_MAX);
    json_builder_set_member_name(builder, "error");
    json_builder_begin_object(builder);
    ra_json_number(builder, "code", code);
    ra_json_string(builder, "name", names[code]);
    ra_json_string(builder, "message", message);
    json_builder_end_object(builder);
}

char *ra_json_finish(JsonBuilder *builder, gboolean pretty)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, pretty);
    return g_strconcat(text, "\n", NULL);
}

static gboolean wanted(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean ra_json_parse_options(GOptionContext *context, gboolean *json, int *argc, char ***argv,
                               GError **error)
{
    const gboolean asked = wanted(*argc, *argv);
    if (g_option_context_parse(context, argc, argv, error))
        return TRUE;
    *json = asked; /* GLib has put it back to FALSE */
    return FALSE;
}
