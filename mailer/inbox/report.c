/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/report.h"

#include "base/text.h"
#include "mailer/inbox/case-letter.h"
#include "mailer/json.h"
#include "mailer/open/list.h"

static void add_signed(JsonBuilder *builder, const RaSigner *signer)
{
    json_builder_set_member_name(builder, "signed");
    if (signer == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    ra_json_text(builder, "state", ra_signature_state_name(signer->state));
    ra_json_text(builder, "kind", ra_signature_kind_name(signer->kind));
    ra_json_text(builder, "name", signer->name);
    ra_json_text(builder, "address", signer->address);
    json_builder_end_object(builder);
}

static void add_found(JsonBuilder *builder, const RaFound *found, gint64 now)
{
    ra_json_text(builder, "name", ra_found_name(found));
    ra_json_text(builder, "address", ra_found_address(found));
    ra_json_moment(builder, "valid_from", ra_found_start(found));
    ra_json_moment(builder, "valid_until", ra_found_end(found));
    ra_json_number(builder, "seconds_left", MAX(ra_found_end(found) - now, 0));
    ra_json_text(builder, "kind", found->msra != NULL ? "microsoft" : "ours");
    ra_json_boolean(builder, "needs_password", ra_found_needs_password(found));
    ra_json_boolean(builder, "needs_key", ra_found_needs_key(found));
    ra_json_boolean(builder, "encrypted", found->encrypted);
    ra_json_boolean(builder, "sender_differs", ra_open_sender_differs(found));
    add_signed(builder, found->signer);
}

static void add_mark(JsonBuilder *builder, const RaMark *mark, const char *owner)
{
    ra_json_text(builder, "owner", mark->owner);
    ra_json_boolean(builder, "mine", g_strcmp0(mark->owner, owner) == 0);
    ra_json_moment(builder, "session_since", mark->session ? mark->since : 0);
    json_builder_set_member_name(builder, "told");
    json_builder_begin_array(builder);
    for (RaCaseEvent event = RA_EVENT_CLAIMED; event <= RA_EVENT_EXPIRED; event++) {
        if (mark->told & 1U << event)
            json_builder_add_string_value(builder, ra_case_event_name(event));
    }
    json_builder_end_array(builder);
}

/* With its line ends. */
static void add_words(JsonBuilder *builder, const RaCase *item)
{
    const RaMessageInfo *message = item->found != NULL ? item->found->message : NULL;
    g_autofree char *text =
        ra_text_message(message != NULL ? message->text : "", RA_TEXT_MESSAGE_MAX);
    json_builder_set_member_name(builder, "text");
    json_builder_add_string_value(builder, text);
}

static void add_case(JsonBuilder *builder, const RaCase *item, const char *owner, gint64 now)
{
    json_builder_begin_object(builder);
    ra_json_text(builder, "id", item->id);
    ra_json_text(builder, "state", ra_case_state_name(ra_case_state(item, now)));
    add_mark(builder, item->mark, owner);
    ra_json_moment(builder, "received", item->received);
    ra_json_number(builder, "age", MAX(now - item->received, 0));
    if (item->message != NULL) {
        ra_json_text(builder, "subject", item->message->subject);
        ra_json_text(builder, "from_name", item->message->from_name);
        ra_json_text(builder, "from_address", item->message->from_address);
        ra_json_text(builder, "message_id", item->message->message_id);
    }
    if (item->found != NULL)
        add_found(builder, item->found, now);
    add_words(builder, item);
    ra_json_text(builder, "problem", item->problem);
    json_builder_end_object(builder);
}

char *ra_inbox_report(const RaInboxResult *result)
{
    const char *owner = result->queue != NULL ? ra_queue_owner(result->queue) : NULL;
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    ra_json_boolean(builder, "ok", result->error == NULL);
    ra_json_error(builder, result->error);
    ra_json_text(builder, "inbox", result->inbox);
    ra_json_text(builder, "helper", owner);
    if (result->cases != NULL) {
        ra_json_number(builder, "left_out", ra_queue_left_out(result->queue));
        json_builder_set_member_name(builder, "cases");
        json_builder_begin_array(builder);
        for (guint i = 0; i < result->cases->len; i++)
            add_case(builder, result->cases->pdata[i], owner, result->now);
        json_builder_end_array(builder);
    }
    if (result->item != NULL) {
        ra_json_text(builder, "taken_from", result->taken_from);
        if (result->opened) {
            ra_json_number(builder, "open_code", result->code);
            ra_json_number(builder, "session_seconds", result->seconds);
        }
        json_builder_set_member_name(builder, "case");
        add_case(builder, result->item, owner, result->now);
    }
    json_builder_end_object(builder);
    return ra_json_finish(builder, TRUE);
}

char *ra_inbox_report_event(const char *event, const RaCase *item, const GError *error,
                            const char *owner, gint64 now)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    ra_json_text(builder, "event", event);
    ra_json_moment(builder, "time", now);
    if (error != NULL)
        ra_json_error(builder, error);
    if (item != NULL) {
        json_builder_set_member_name(builder, "case");
        add_case(builder, item, owner, now);
    }
    json_builder_end_object(builder);
    return ra_json_finish(builder, FALSE);
}
