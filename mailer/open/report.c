/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/report.h"

#include "base/text.h"
#include "mailer/json.h"
#include "mailer/open/text.h"

/* With its line ends. */
static void add_words(JsonBuilder *builder, const RaMessageInfo *message)
{
    g_autofree char *text = ra_text_message(message->text, RA_TEXT_MESSAGE_MAX);
    json_builder_set_member_name(builder, "text");
    json_builder_add_string_value(builder, text);
}

static void add_message(JsonBuilder *builder, const RaMessageInfo *message)
{
    json_builder_set_member_name(builder, "message");
    if (message == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    ra_json_text(builder, "from_name", message->from_name);
    ra_json_text(builder, "from_address", message->from_address);
    ra_json_text(builder, "sender", message->sender);
    ra_json_text(builder, "reply_to", message->reply_to);
    ra_json_text(builder, "subject", message->subject);
    ra_json_text(builder, "message_id", message->message_id);
    ra_json_moment(builder, "date", message->date);
    add_words(builder, message);
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
    ra_json_text(builder, "kind", ra_signature_kind_name(signer->kind));
    ra_json_text(builder, "state", ra_signature_state_name(signer->state));
    ra_json_text(builder, "why", signer->why);
    ra_json_text(builder, "name", signer->name);
    ra_json_text(builder, "address", signer->address);
    ra_json_text(builder, "issuer", signer->issuer);
    ra_json_moment(builder, "date", signer->when);
    ra_json_boolean(builder, "signer_differs", ra_open_signer_differs(found));
    json_builder_end_object(builder);
}

static void add_path(JsonBuilder *builder, const char *path)
{
    enum { SHOWN_MAX = 4096 };
    g_autofree char *name = path != NULL ? g_filename_display_name(path) : NULL;
    g_autofree char *clean = name != NULL ? ra_text_line(name, SHOWN_MAX) : NULL;
    ra_json_string(builder, "path", clean);
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
    ra_json_number(builder, "number", number);
    ra_json_text(builder, "kind", found->msra != NULL ? "microsoft" : "ours");
    ra_json_number(builder, "version", found->msra != NULL ? ra_msra_version(found->msra) : 1);
    ra_json_text(builder, "name", ra_found_name(found));
    ra_json_text(builder, "address", ra_found_address(found));
    ra_json_moment(builder, "valid_from", ra_found_start(found));
    ra_json_moment(builder, "valid_until", ra_found_end(found));
    ra_json_number(builder, "seconds_left", MAX(ra_found_end(found) - now, 0));
    ra_json_text(builder, "state", ra_open_state_name(ra_open_state(found, now)));
    ra_json_boolean(builder, "needs_password", ra_found_needs_password(found));
    ra_json_boolean(builder, "needs_key", ra_found_needs_key(found));
    ra_json_text(builder, "found_as", as[found->as]);
    ra_json_text(builder, "part", found->part);
    ra_json_number(builder, "mailbox_index", found->mailbox_index);
    add_path(builder, found->path);
    ra_json_text(builder, "file_name", found->file_name);
    ra_json_boolean(builder, "sender_differs", ra_open_sender_differs(found));
    add_message(builder, found->message);
    add_signer(builder, found);
    ra_json_boolean(builder, "encrypted", found->encrypted);
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
        ra_json_text(builder, "id", ra_invitation_id(invitation));
        ra_json_boolean(builder, "control", ra_invitation_rights(invitation) & RA_RIGHT_CONTROL);
        ra_json_boolean(builder, "password_checked",
                        ra_found_needs_password(result->sorted->pdata[result->chosen - 1]));
        add_texts(builder, "hosts", ra_invitation_hosts(invitation));
    } else if (call != NULL) {
        ra_json_text(builder, "id", call->opened->session_id);
        ra_json_text(builder, "key_hash", call->opened->key_hash);
        ra_json_boolean(builder, "password_checked", call->opened->password_checked);
        add_texts(builder, "hosts", (const char *const *)call->opened->hosts);
        add_texts(builder, "uris", (const char *const *)call->opened->uris);
    }
}

char *ra_open_report(const RaOpenResult *result)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    ra_json_boolean(builder, "ok", result->error == NULL);
    ra_json_error(builder, result->error);
    add_warnings(builder, result);
    add_invitations(builder, result);
    const RaExtraction *extraction = result->extraction;
    ra_json_number(builder, "messages", extraction != NULL ? (gint64)extraction->messages : 0);
    ra_json_number(builder, "damaged",
                   result->extraction != NULL ? result->extraction->damaged : 0);
    ra_json_number(builder, "foreign",
                   result->extraction != NULL ? result->extraction->foreign : 0);
    ra_json_number(builder, "locked", result->extraction != NULL ? result->extraction->locked : 0);
    ra_json_number(builder, "chosen", result->chosen);
    add_opened(builder, result);
    ra_json_string(builder, "saved", result->saved);
    ra_json_boolean(builder, "connecting", result->connecting);
    json_builder_end_object(builder);
    return ra_json_finish(builder, TRUE);
}
