/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/report.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/open/text.h"

#include <json-glib/json-glib.h>

static void add_text(JsonBuilder *builder, const char *name, const char *text)
{
    g_autofree char *clean = ra_text_line(text, RA_TEXT_LINE_MAX);
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, clean);
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
    json_builder_add_string_value(builder, text); /* NULL makes null */
}

static void add_message(JsonBuilder *builder, const RaMessageInfo *message)
{
    json_builder_set_member_name(builder, "message");
    if (message == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    add_text(builder, "from_name", message->from_name);
    add_text(builder, "from_address", message->from_address);
    add_text(builder, "sender", message->sender);
    add_text(builder, "reply_to", message->reply_to);
    add_text(builder, "subject", message->subject);
    add_text(builder, "message_id", message->message_id);
    add_moment(builder, "date", message->date);
    json_builder_end_object(builder);
}

static void add_signer(JsonBuilder *builder, const RaFound *found)
{
    const RaSigner *signer = found->signer;
    json_builder_set_member_name(builder, "signed_by");
    if (signer == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    add_text(builder, "kind", ra_signature_kind_name(signer->kind));
    add_text(builder, "state", ra_signature_state_name(signer->state));
    add_text(builder, "why", signer->why);
    add_text(builder, "name", signer->name);
    add_text(builder, "address", signer->address);
    add_text(builder, "issuer", signer->issuer);
    add_moment(builder, "date", signer->when);
    add_boolean(builder, "signer_differs", ra_open_signer_differs(found));
    json_builder_end_object(builder);
}

static void add_path(JsonBuilder *builder, const char *path)
{
    enum { SHOWN_MAX = 4096 };
    g_autofree char *name = path != NULL ? g_filename_display_name(path) : NULL;
    g_autofree char *clean = name != NULL ? ra_text_line(name, SHOWN_MAX) : NULL;
    json_builder_set_member_name(builder, "path");
    json_builder_add_string_value(builder, clean); /* NULL is null */
}

static void add_found(JsonBuilder *builder, const RaFound *found, guint number, gint64 now)
{
    static const char *const as[] = {
        [RA_FOUND_FILE] = "file",
        [RA_FOUND_ATTACHMENT] = "attachment",
        [RA_FOUND_TEXT] = "text",
        [RA_FOUND_UUENCODED] = "uuencoded",
    };
    json_builder_begin_object(builder);
    add_number(builder, "number", number);
    add_text(builder, "kind", found->msra != NULL ? "microsoft" : "ours");
    add_number(builder, "version", found->msra != NULL ? ra_msra_version(found->msra) : 1);
    add_text(builder, "name", ra_found_name(found));
    add_text(builder, "address", ra_found_address(found));
    add_moment(builder, "valid_from", ra_found_start(found));
    add_moment(builder, "valid_until", ra_found_end(found));
    add_number(builder, "seconds_left", MAX(ra_found_end(found) - now, 0));
    add_text(builder, "state", ra_open_state_name(ra_open_state(found, now)));
    add_boolean(builder, "needs_password", ra_found_needs_password(found));
    add_boolean(builder, "needs_key", ra_found_needs_key(found));
    add_text(builder, "found_as", as[found->as]);
    add_text(builder, "part", found->part);
    add_number(builder, "mailbox_index", found->mailbox_index);
    add_path(builder, found->path);
    add_text(builder, "file_name", found->file_name);
    add_boolean(builder, "sender_differs", ra_open_sender_differs(found));
    add_message(builder, found->message);
    add_signer(builder, found);
    add_boolean(builder, "encrypted", found->encrypted);
    json_builder_end_object(builder);
}

static void add_invitations(JsonBuilder *builder, const RaOpenResult *result)
{
    json_builder_set_member_name(builder, "invitations");
    json_builder_begin_array(builder);
    for (guint i = 0; result->sorted != NULL && i < result->sorted->len; i++)
        add_found(builder, result->sorted->pdata[i], i + 1, result->now);
    json_builder_end_array(builder);
}

static void add_warnings(JsonBuilder *builder, const RaOpenResult *result)
{
    json_builder_set_member_name(builder, "warnings");
    json_builder_begin_array(builder);
    if (result->extraction != NULL && result->extraction->limit != NULL)
        json_builder_add_string_value(builder, result->extraction->limit->message);
    if (result->chosen > 0) {
        g_auto(GStrv) warnings = ra_open_warnings(result->sorted->pdata[result->chosen - 1]);
        for (gsize i = 0; warnings[i] != NULL; i++)
            json_builder_add_string_value(builder, warnings[i]);
    }
    json_builder_end_array(builder);
}

static void add_texts(JsonBuilder *builder, const char *name, const char *const *texts)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (; *texts != NULL; texts++) {
        g_autofree char *text = ra_text_line(*texts, RA_TEXT_LINE_MAX);
        json_builder_add_string_value(builder, text);
    }
    json_builder_end_array(builder);
}

static void add_opened(JsonBuilder *builder, const RaOpenResult *result)
{
    json_builder_set_member_name(builder, "opened");
    if (!result->tried) {
        json_builder_add_null_value(builder);
        return;
    }
    const RaInvitation *invitation = result->opened.invitation;
    const RaMsraCall *call = result->opened.call;
    json_builder_add_boolean_value(builder, invitation != NULL || call != NULL);
    if (invitation != NULL) {
        add_text(builder, "id", ra_invitation_id(invitation));
        add_boolean(builder, "control", ra_invitation_rights(invitation) & RA_RIGHT_CONTROL);
        add_boolean(builder, "password_checked",
                    ra_found_needs_password(result->sorted->pdata[result->chosen - 1]));
        add_texts(builder, "hosts", ra_invitation_hosts(invitation));
    } else if (call != NULL) {
        add_text(builder, "id", call->opened->session_id);
        add_text(builder, "key_hash", call->opened->key_hash);
        add_boolean(builder, "password_checked", call->opened->password_checked);
        add_texts(builder, "hosts", (const char *const *)call->opened->hosts);
        add_texts(builder, "uris", (const char *const *)call->opened->uris);
    }
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

char *ra_open_report(const RaOpenResult *result)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    add_boolean(builder, "ok", result->error == NULL);
    add_error(builder, result->error);
    add_warnings(builder, result);
    add_invitations(builder, result);
    const RaExtraction *extraction = result->extraction;
    add_number(builder, "messages", extraction != NULL ? (gint64)extraction->messages : 0);
    add_number(builder, "damaged", result->extraction != NULL ? result->extraction->damaged : 0);
    add_number(builder, "foreign", result->extraction != NULL ? result->extraction->foreign : 0);
    add_number(builder, "locked", result->extraction != NULL ? result->extraction->locked : 0);
    add_number(builder, "chosen", result->chosen);
    add_opened(builder, result);
    json_builder_set_member_name(builder, "saved");
    json_builder_add_string_value(builder, result->saved);
    add_boolean(builder, "connecting", result->connecting);
    json_builder_end_object(builder);

    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, TRUE);
    return g_strconcat(text, "\n", NULL);
}
