/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/report.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/open/list.h"

#include <json-glib/json-glib.h>

static void add_text(JsonBuilder *builder, const char *name, const char *text)
{
    g_autofree char *clean = text != NULL ? ra_text_line(text, RA_TEXT_LINE_MAX) : NULL;
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, clean); /* NULL makes null */
}

static void add_number(JsonBuilder *builder, const char *name, gint64 number)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, number);
}

static void add_boolean(JsonBuilder *builder, const char *name, gboolean value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, value);
}

/* As RFC 3339 has it, in UTC; null for 0. */
static void add_moment(JsonBuilder *builder, const char *name, gint64 moment)
{
    g_autoptr(GDateTime) time = moment != 0 ? g_date_time_new_from_unix_utc(moment) : NULL;
    g_autofree char *text = time != NULL ? g_date_time_format_iso8601(time) : NULL;
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, text);
}

static void add_signed(JsonBuilder *builder, const RaSigner *signer)
{
    static const char *const states[] = {
        [RA_SIGNATURE_GOOD] = "good",
        [RA_SIGNATURE_UNTRUSTED] = "untrusted",
        [RA_SIGNATURE_BAD] = "bad",
        [RA_SIGNATURE_UNCHECKED] = "unchecked",
    };
    json_builder_set_member_name(builder, "signed");
    if (signer == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    add_text(builder, "state", states[signer->state]);
    add_text(builder, "kind", signer->kind == RA_SIGNATURE_SMIME ? "smime" : "pgp");
    add_text(builder, "name", signer->name);
    add_text(builder, "address", signer->address);
    json_builder_end_object(builder);
}

static void add_found(JsonBuilder *builder, const RaFound *found, gint64 now)
{
    add_text(builder, "name", ra_found_name(found));
    add_text(builder, "address", ra_found_address(found));
    add_moment(builder, "valid_from", ra_found_start(found));
    add_moment(builder, "valid_until", ra_found_end(found));
    add_number(builder, "seconds_left", MAX(ra_found_end(found) - now, 0));
    add_text(builder, "kind", found->msra != NULL ? "microsoft" : "ours");
    add_boolean(builder, "needs_password", ra_found_needs_password(found));
    add_boolean(builder, "needs_key", ra_found_needs_key(found));
    add_boolean(builder, "encrypted", found->encrypted);
    add_boolean(builder, "sender_differs", ra_open_sender_differs(found));
    add_signed(builder, found->signer);
}

static void add_mark(JsonBuilder *builder, const RaMark *mark, const char *owner)
{
    static const char *const names[] = {"claimed", "connected", "finished", "expired"};
    add_text(builder, "owner", mark->owner);
    add_boolean(builder, "mine", g_strcmp0(mark->owner, owner) == 0);
    json_builder_set_member_name(builder, "told");
    json_builder_begin_array(builder);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mark->told & 1U << i)
            json_builder_add_string_value(builder, names[i]);
    }
    json_builder_end_array(builder);
}

static void add_case(JsonBuilder *builder, const RaCase *item, const char *owner, gint64 now)
{
    json_builder_begin_object(builder);
    add_text(builder, "id", item->id);
    add_text(builder, "state", ra_case_state_name(ra_case_state(item, now)));
    add_mark(builder, item->mark, owner);
    add_moment(builder, "received", item->received);
    add_number(builder, "age", MAX(now - item->received, 0));
    if (item->message != NULL) {
        add_text(builder, "subject", item->message->subject);
        add_text(builder, "from_name", item->message->from_name);
        add_text(builder, "from_address", item->message->from_address);
        add_text(builder, "message_id", item->message->message_id);
    }
    if (item->found != NULL)
        add_found(builder, item->found, now);
    add_text(builder, "problem", item->problem);
    json_builder_end_object(builder);
}

static void add_error(JsonBuilder *builder, const GError *error)
{
    static const char *const names[] = {
        [RA_ERROR_FAILED] = "failed",           [RA_ERROR_USAGE] = "usage",
        [RA_ERROR_NO_TICKET] = "no-invitation", [RA_ERROR_MALFORMED] = "malformed",
        [RA_ERROR_EXPIRED] = "expired",         [RA_ERROR_PASSWORD] = "password",
        [RA_ERROR_UNREACHABLE] = "unreachable", [RA_ERROR_DECLINED] = "declined",
        [RA_ERROR_FORBIDDEN] = "forbidden",     [RA_ERROR_MAIL] = "mail",
    };
    json_builder_set_member_name(builder, "error");
    if (error == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    const int code = ra_error_exit_code(error);
    json_builder_begin_object(builder);
    add_number(builder, "code", code);
    add_text(builder, "name", names[code]);
    add_text(builder, "message", error->message);
    json_builder_end_object(builder);
}

static char *to_text(JsonBuilder *builder, gboolean pretty)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, pretty);
    return g_strconcat(text, "\n", NULL);
}

char *ra_inbox_report(const RaInboxResult *result)
{
    const char *owner = result->queue != NULL ? ra_queue_owner(result->queue) : NULL;
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    add_boolean(builder, "ok", result->error == NULL);
    add_error(builder, result->error);
    add_text(builder, "inbox", result->inbox);
    add_text(builder, "helper", owner);
    if (result->cases != NULL) {
        add_number(builder, "left_out", ra_queue_left_out(result->queue));
        json_builder_set_member_name(builder, "cases");
        json_builder_begin_array(builder);
        for (guint i = 0; i < result->cases->len; i++)
            add_case(builder, result->cases->pdata[i], owner, result->now);
        json_builder_end_array(builder);
    }
    if (result->item != NULL) {
        add_text(builder, "taken_from", result->taken_from);
        if (result->opened) {
            add_number(builder, "open_code", result->code);
            add_number(builder, "session_seconds", result->seconds);
        }
        json_builder_set_member_name(builder, "case");
        add_case(builder, result->item, owner, result->now);
    }
    json_builder_end_object(builder);
    return to_text(builder, TRUE);
}

char *ra_inbox_report_event(const char *event, const RaCase *item, const GError *error,
                            const char *owner, gint64 now)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    add_text(builder, "event", event);
    add_moment(builder, "time", now);
    if (error != NULL)
        add_error(builder, error);
    if (item != NULL) {
        json_builder_set_member_name(builder, "case");
        add_case(builder, item, owner, now);
    }
    json_builder_end_object(builder);
    return to_text(builder, FALSE);
}
