/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/inviter-report.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum {
    BRACKETS_MAX = 4096, /* of any kind: json-glib calls itself for each one inside another */
    LIST_MAX = 256,      /* recipients */
    ADDRESS_MAX = 320,   /* characters */
    SECONDS_MAX = 366 * 24 * 3600 /* of a lifetime */
};

/* An object and the first member that was not as it should be. */
typedef struct {
    JsonObject *object;
    const char *wrong; /* NULL: none yet */
} Reader;

static JsonNode *member(Reader *reader, const char *name)
{
    JsonNode *node = json_object_get_member(reader->object, name);
    if (node == NULL && reader->wrong == NULL)
        reader->wrong = name;
    return node;
}

static gboolean is_of(JsonNode *node, GType type)
{
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

static gboolean read_boolean(Reader *reader, const char *name)
{
    JsonNode *node = member(reader, name);
    if (is_of(node, G_TYPE_BOOLEAN))
        return json_node_get_boolean(node);
    reader->wrong = name;
    return FALSE;
}

static gint64 read_number(Reader *reader, const char *name, gint64 min, gint64 max)
{
    JsonNode *node = member(reader, name);
    const gint64 number = is_of(node, G_TYPE_INT64) ? json_node_get_int(node) : min - 1;
    if (number >= min && number <= max)
        return number;
    reader->wrong = name;
    return min;
}

/* A line, safe to show; "" for null. */
static char *read_line(Reader *reader, const char *name, gsize max)
{
    JsonNode *node = member(reader, name);
    if (is_of(node, G_TYPE_STRING))
        return ra_text_line(json_node_get_string(node), max);
    if (node == NULL || !JSON_NODE_HOLDS_NULL(node))
        reader->wrong = name;
    return g_strdup("");
}

/* Seconds since 1970; 0 for null. */
static gint64 read_moment(Reader *reader, const char *name)
{
    g_autofree char *text = read_line(reader, name, RA_TEXT_LINE_MAX);
    if (*text == '\0')
        return 0;
    g_autoptr(GDateTime) moment = g_date_time_new_from_iso8601(text, NULL);
    if (moment != NULL)
        return g_date_time_to_unix(moment);
    reader->wrong = name;
    return 0;
}

static JsonArray *read_array(Reader *reader, const char *name)
{
    JsonNode *node = member(reader, name);
    if (node != NULL && JSON_NODE_HOLDS_ARRAY(node) &&
        json_array_get_length(json_node_get_array(node)) <= LIST_MAX)
        return json_node_get_array(node);
    reader->wrong = name;
    return NULL;
}

static GStrv read_lines(Reader *reader, const char *name)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonArray *array = read_array(reader, name);
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        if (!is_of(node, G_TYPE_STRING)) {
            reader->wrong = name;
            break;
        }
        g_autofree char *line = ra_text_line(json_node_get_string(node), ADDRESS_MAX);
        g_strv_builder_add(builder, line);
    }
    return g_strv_builder_end(builder);
}

/* Of {address, reason}: "ADDRESS: REASON". */
static GStrv read_refused(Reader *reader, const char *name)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonArray *array = read_array(reader, name);
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        Reader inner = {JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL, NULL};
        if (inner.object == NULL) {
            reader->wrong = name;
            break;
        }
        g_autofree char *address = read_line(&inner, "address", ADDRESS_MAX);
        g_autofree char *reason = read_line(&inner, "reason", RA_TEXT_LINE_MAX);
        g_autofree char *line = g_strdup_printf("%s: %s", address, reason);
        g_strv_builder_add(builder, line);
        if (inner.wrong != NULL)
            reader->wrong = name;
    }
    return g_strv_builder_end(builder);
}

static gboolean nonsense(GError **error, const char *where)
{
    g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                "ra-invite answered with something else than its report (%s): is it of another "
                "version?",
                where);
    return FALSE;
}

/* Whether json-glib can be trusted with TEXT. */
static gboolean is_tame(const char *text, gsize size)
{
    gsize brackets = 0;
    for (gsize i = 0; i < size; i++)
        brackets += text[i] == '[' || text[i] == '{';
    return size > 0 && size <= RA_INVITER_REPORT_MAX && brackets <= BRACKETS_MAX &&
           g_utf8_validate_len(text, size, NULL);
}

/* The object is the parser's. NULL on failure. */
static JsonObject *parse(JsonParser *parser, const char *text, gsize size, GError **error)
{
    JsonNode *root = NULL;
    if (is_tame(text, size) && json_parser_load_from_data(parser, text, (gssize)size, NULL))
        root = json_parser_get_root(parser);
    if (root != NULL && JSON_NODE_HOLDS_OBJECT(root))
        return json_node_get_object(root);
    nonsense(error, "no object");
    return NULL;
}

/* Why a way cannot be used, for the novice. The caller frees it. */
static char *why_not(RaInviteWay way, const char *reason, const char *line)
{
    const gboolean absent = g_str_equal(reason, "absent");
    if (g_str_equal(reason, "forbidden"))
        return g_strdup(_("The settings of this computer do not allow it."));
    if (absent && way == RA_INVITE_SMTP)
        return g_strdup(_("No mail server is set up on this computer."));
    if (absent && way == RA_INVITE_MAIL_CLIENT)
        return g_strdup(_("No mail program is set up on this computer."));
    if (absent)
        return g_strdup(_("This computer cannot send mail by itself."));
    /* Translators: %s is a message in English for whoever looks after the computer. */
    return g_strdup_printf(_("The settings for it are wrong: %s"), line);
}

static void read_way(RaInviteDefaults *defaults, RaInviteWay way, Reader *ways, const char *name)
{
    JsonNode *node = member(ways, name);
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node)) {
        ways->wrong = name;
        return;
    }
    Reader reader = {json_node_get_object(node), NULL};
    g_autofree char *reason = read_line(&reader, "reason", RA_TEXT_LINE_MAX);
    g_autofree char *line = read_line(&reader, "why_not", RA_TEXT_LINE_MAX);
    defaults->way[way].usable = read_boolean(&reader, "usable");
    defaults->way[way].detail = read_line(&reader, "detail", RA_TEXT_LINE_MAX);
    defaults->way[way].why_not =
        defaults->way[way].usable ? g_strdup("") : why_not(way, reason, line);
    if (reader.wrong != NULL)
        ways->wrong = name;
}

static void read_ways(Reader *reader, RaInviteDefaults *defaults)
{
    static const char *const names[RA_INVITE_WAYS] = {[RA_INVITE_SMTP] = "smtp",
                                                      [RA_INVITE_SENDMAIL] = "sendmail",
                                                      [RA_INVITE_MAIL_CLIENT] = "mail-client",
                                                      [RA_INVITE_FILE] = "file"};
    JsonNode *node = member(reader, "ways");
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node)) {
        reader->wrong = "ways";
        return;
    }
    Reader ways = {json_node_get_object(node), NULL};
    for (int i = 0; i < RA_INVITE_WAYS; i++)
        read_way(defaults, (RaInviteWay)i, &ways, names[i]);
    if (ways.wrong != NULL)
        reader->wrong = ways.wrong;
}

/* "error": null, or an object. A report that is a failure as a whole has nothing else to read. */
static void read_error(Reader *reader, int *code, char **line)
{
    JsonNode *node = member(reader, "error");
    if (node != NULL && JSON_NODE_HOLDS_OBJECT(node)) {
        Reader inner = {json_node_get_object(node), NULL};
        *code = (int)read_number(&inner, "code", RA_ERROR_FAILED, RA_ERROR_MAIL);
        *line = read_line(&inner, "message", RA_TEXT_MESSAGE_MAX);
        if (inner.wrong == NULL)
            return;
    } else if (node != NULL && JSON_NODE_HOLDS_NULL(node)) {
        return;
    }
    reader->wrong = "error";
}

static RaInviteDefaults *read_defaults(Reader *reader)
{
    RaInviteDefaults *defaults = g_new0(RaInviteDefaults, 1);
    defaults->enabled = read_boolean(reader, "enabled");
    defaults->why = read_line(reader, "why_not", RA_TEXT_LINE_MAX);
    defaults->to = read_lines(reader, "to");
    defaults->to_locked = read_boolean(reader, "to_locked");
    defaults->name = read_line(reader, "name", RA_TEXT_LINE_MAX);
    defaults->name_locked = read_boolean(reader, "name_locked");
    defaults->from = read_line(reader, "from", ADDRESS_MAX);
    defaults->from_locked = read_boolean(reader, "from_locked");
    defaults->lifetime_max = read_number(reader, "lifetime_max", 1, SECONDS_MAX);
    defaults->lifetime = read_number(reader, "lifetime", 1, defaults->lifetime_max);
    defaults->allow_control = read_boolean(reader, "control");
    read_ways(reader, defaults);
    return defaults;
}

RaInviteDefaults *ra_invite_defaults_parse(const char *text, gsize size, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *said = NULL;
    int code = 0;
    Reader reader = {parse(parser, text, size, error), NULL};
    if (reader.object == NULL)
        return NULL;
    const gboolean ok = read_boolean(&reader, "ok");
    read_error(&reader, &code, &said);
    if (reader.wrong == NULL && ok == (code != 0))
        reader.wrong = "ok";
    if (reader.wrong == NULL && !ok) {
        g_set_error_literal(error, RA_ERROR, code, said);
        return NULL;
    }
    g_autoptr(RaInviteDefaults) defaults = reader.wrong == NULL ? read_defaults(&reader) : NULL;
    if (reader.wrong != NULL) {
        nonsense(error, reader.wrong);
        return NULL;
    }
    return g_steal_pointer(&defaults);
}

void ra_invite_defaults_free(RaInviteDefaults *defaults)
{
    if (defaults == NULL)
        return;
    g_free(defaults->why);
    g_strfreev(defaults->to);
    g_free(defaults->name);
    g_free(defaults->from);
    for (int i = 0; i < RA_INVITE_WAYS; i++) {
        g_free(defaults->way[i].why_not);
        g_free(defaults->way[i].detail);
    }
    g_free(defaults);
}

/* What stands there only where an invitation was made. */
static void read_made(Reader *reader, RaInviteOutcome *outcome)
{
    outcome->to = read_lines(reader, "to");
    outcome->end = read_moment(reader, "end");
    outcome->sent = read_boolean(reader, "sent");
    outcome->refused = read_refused(reader, "refused");
    outcome->mail_program = read_line(reader, "mail_program", RA_TEXT_NAME_MAX);
    outcome->attached = read_boolean(reader, "attached");
    outcome->attachment = read_line(reader, "attachment", RA_TEXT_MESSAGE_MAX);
    outcome->saved = read_line(reader, "saved", RA_TEXT_MESSAGE_MAX);
    outcome->listening = read_boolean(reader, "listening");
    outcome->why_not = read_line(reader, "not_listening_because", RA_TEXT_LINE_MAX);
}

RaInviteOutcome *ra_invite_outcome_parse(const char *text, gsize size, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    Reader reader = {parse(parser, text, size, error), NULL};
    if (reader.object == NULL)
        return NULL;
    g_autoptr(RaInviteOutcome) outcome = g_new0(RaInviteOutcome, 1);
    outcome->ok = read_boolean(&reader, "ok");
    read_error(&reader, &outcome->code, &outcome->error);
    outcome->id = read_line(&reader, "id", RA_TEXT_NAME_MAX);
    if (outcome->ok == (outcome->code != 0) || (outcome->ok && *outcome->id == '\0'))
        reader.wrong = "ok";
    if (*outcome->id != '\0')
        read_made(&reader, outcome);
    if (reader.wrong != NULL) {
        nonsense(error, reader.wrong);
        return NULL;
    }
    char **const texts[] = {&outcome->error, &outcome->mail_program, &outcome->attachment,
                            &outcome->saved, &outcome->why_not};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = *texts[i] != NULL ? *texts[i] : g_strdup("");
    outcome->to = outcome->to != NULL ? outcome->to : g_new0(char *, 1);
    outcome->refused = outcome->refused != NULL ? outcome->refused : g_new0(char *, 1);
    return g_steal_pointer(&outcome);
}

void ra_invite_outcome_free(RaInviteOutcome *outcome)
{
    if (outcome == NULL)
        return;
    char *const texts[] = {outcome->error,      outcome->id,    outcome->mail_program,
                           outcome->attachment, outcome->saved, outcome->why_not};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(outcome->to);
    g_strfreev(outcome->refused);
    g_free(outcome);
}
