/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/invite-report.h"

#include "base/duration.h"
#include "base/text.h"
#include "mailer/json.h"

enum { ID_SHOWN = 8 }; /* digits; enough to name an invitation by */

/* "a@example.com and b@example.com"; without those who were refused. */
static char *recipients(const RaInviteResult *result)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (char **to = result->to; *to != NULL; to++) {
        gboolean refused = FALSE;
        for (guint i = 0; i < result->refused->len; i++) {
            const RaRefusal *refusal = g_ptr_array_index(result->refused, i);
            refused = refused || g_str_equal(refusal->address, *to);
        }
        if (!refused)
            g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", *to);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* How a program was given the message, for people. */
static const char *by(const char *means)
{
    if (g_str_equal(means, "portal"))
        return "by the desktop's mail portal";
    return g_str_equal(means, "xdg-email") ? "by xdg-email" : "by its own options";
}

static void append_client(GString *out, const RaInviteResult *result)
{
    const RaMailClientReport *client = result->client;
    g_autofree char *file = ra_text_line(result->attachment, RA_TEXT_LINE_MAX);
    g_string_append_printf(out, "The message was handed to %s %s: press Send there.\n",
                           client->name, by(client->means));
    if (client->in_text)
        g_string_append(out, "The invitation also stands in its text, for programs that drop "
                             "attachments.\n");
    if (!client->attached)
        g_string_append_printf(out, "If it has no attachment, attach this file: %s\n", file);
}

char *ra_invite_report_text(const RaInviteResult *result)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *to = recipients(result);
    g_autofree char *file = result->saved != NULL ? ra_text_line(result->saved, 4096) : NULL;
    if (file != NULL)
        g_string_append_printf(out, "The invitation is saved as %s.\n", file);
    if (result->mailed)
        g_string_append_printf(out, "The invitation was sent to %s.\n", to);
    if (result->client != NULL)
        append_client(out, result);
    if (out->len == 0 && result->printable == NULL)
        g_string_append_printf(out,
                               "The invitation was not sent, but is kept. To send it: "
                               "ra-invite --resend %.*s\n",
                               ID_SHOWN, result->id);
    else if (result->refused->len > 0)
        g_string_append_printf(out, "To send it again: ra-invite --resend %.*s --to ADDRESS\n",
                               ID_SHOWN, result->id);
    g_autofree char *local = ra_moment_format_local(result->end);
    g_autofree char *utc = ra_moment_format_utc(result->end);
    g_string_append_printf(out, "It is valid until %s, that is %s.\n", local, utc);
    g_string_append_printf(out, "To cancel it: ra-invite --cancel %.*s\n", ID_SHOWN, result->id);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void add_refused(JsonBuilder *json, const RaInviteResult *result)
{
    json_builder_set_member_name(json, "refused");
    json_builder_begin_array(json);
    for (guint i = 0; result->refused != NULL && i < result->refused->len; i++) {
        const RaRefusal *refusal = g_ptr_array_index(result->refused, i);
        json_builder_begin_object(json);
        ra_json_string(json, "address", refusal->address);
        ra_json_string(json, "reason", refusal->reason);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void add_client(JsonBuilder *json, const RaInviteResult *result)
{
    const RaMailClientReport *client = result->client;
    ra_json_string(json, "mail_program", client != NULL ? client->name : NULL);
    ra_json_string(json, "mail_program_means", client != NULL ? client->means : NULL);
    ra_json_boolean(json, "attached", client != NULL && client->attached);
    ra_json_boolean(json, "in_text", client != NULL && client->in_text);
    ra_json_string(json, "attachment", result->attachment);
}

char *ra_invite_report_json(const RaInviteResult *result, const GError *error)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    ra_json_boolean(json, "ok", error == NULL);
    ra_json_error(json, error);
    ra_json_string(json, "id", result->id);
    if (result->id != NULL) {
        ra_json_strings(json, "to", (const char *const *)result->to);
        ra_json_boolean(json, "sent", result->mailed);
        add_client(json, result);
        ra_json_string(json, "saved", result->saved);
        add_refused(json, result);
        ra_json_moment(json, "start", result->start);
        ra_json_moment(json, "end", result->end);
        ra_json_boolean(json, "needs_password", result->asks);
        ra_json_string(json, "password",
                       result->password != NULL ? ra_secret_text(result->password) : NULL);
        ra_json_boolean(json, "listening", result->listening);
        ra_json_string(json, "not_listening_because", result->why_not);
    }
    json_builder_end_object(json);
    return ra_json_finish(json, TRUE);
}

char *ra_invite_outcome_json(const char *id, const GError *error)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    ra_json_boolean(json, "ok", error == NULL);
    ra_json_error(json, error);
    ra_json_string(json, "id", id);
    json_builder_end_object(json);
    return ra_json_finish(json, TRUE);
}

char *ra_invite_list_text(GPtrArray *entries)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (entries->len == 0)
        g_string_append(out, "There are no invitations.\n");
    else
        g_string_append_printf(out, "%-*s  %-9s  %-6s  %-20s  %s\n", ID_SHOWN, "ID", "STATE",
                               "SENT", "VALID UNTIL", "TO");
    for (guint i = 0; i < entries->len; i++) {
        RaStoreEntry *entry = g_ptr_array_index(entries, i);
        g_autofree char *until = ra_moment_format_utc(ra_store_entry_end(entry));
        g_autofree char *joined = g_strjoinv(", ", (GStrv)ra_store_entry_recipients(entry));
        g_autofree char *to = ra_text_line(joined, RA_TEXT_LINE_MAX);
        g_string_append_printf(out, "%.*s  %-9s  %-6s  %-20s  %s\n", ID_SHOWN,
                               ra_store_entry_id(entry), ra_store_entry_state_name(entry),
                               ra_store_entry_sent(entry) ? "yes" : "no", until,
                               *to != '\0' ? to : "-");
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *ra_invite_list_json(GPtrArray *entries)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "invitations");
    json_builder_begin_array(json);
    for (guint i = 0; i < entries->len; i++) {
        RaStoreEntry *entry = g_ptr_array_index(entries, i);
        json_builder_begin_object(json);
        ra_json_string(json, "id", ra_store_entry_id(entry));
        ra_json_string(json, "state", ra_store_entry_state_name(entry));
        ra_json_boolean(json, "sent", ra_store_entry_sent(entry));
        ra_json_moment(json, "start", ra_store_entry_start(entry));
        ra_json_moment(json, "end", ra_store_entry_end(entry));
        ra_json_strings(json, "to", ra_store_entry_recipients(entry));
        ra_json_string(json, "name", ra_store_entry_name(entry));
        ra_json_string(json, "address", ra_store_entry_address(entry));
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
    return ra_json_finish(json, TRUE);
}
