/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/invite-defaults.h"

#include "base/duration.h"
#include "base/text.h"
#include "mailer/json.h"
#include "mailer/send/invite-plan.h"
#include "mailer/send/mail-client.h"

static const struct {
    const char *name;
    RaMailWay way;
} ways[] = {{"smtp", RA_MAIL_SMTP},
            {"sendmail", RA_MAIL_SENDMAIL},
            {"mail-client", RA_MAIL_CLIENT},
            {"file", RA_MAIL_NONE}};

static const char *const states[] = {[RA_WAY_USABLE] = NULL,
                                     [RA_WAY_FORBIDDEN] = "forbidden",
                                     [RA_WAY_ABSENT] = "absent",
                                     [RA_WAY_FAULTY] = "faulty"};

/* The server's host, the program; NULL where there is nothing to name. The caller frees it. */
static char *detail_of(RaMailWay way, const RaSettings *settings)
{
    const char *url = ra_settings_string(settings, "Mail.Smtp");
    g_autoptr(GUri) uri = NULL;
    switch (way) {
    case RA_MAIL_SMTP:
        uri = url != NULL ? g_uri_parse(url, G_URI_FLAGS_HAS_PASSWORD, NULL) : NULL;
        return uri != NULL ? g_strdup(g_uri_get_host(uri)) : NULL;
    case RA_MAIL_SENDMAIL:
        return ra_sendmail_find();
    case RA_MAIL_CLIENT:
        return ra_mail_client_name();
    case RA_MAIL_NONE:
        break;
    }
    return NULL;
}

static void add_ways(JsonBuilder *json, const RaSettings *settings)
{
    json_builder_set_member_name(json, "ways");
    json_builder_begin_object(json);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *why = NULL;
        const RaWayState state = ra_invite_way_state(ways[i].way, settings, &why);
        g_autofree char *detail = detail_of(ways[i].way, settings);
        json_builder_set_member_name(json, ways[i].name);
        json_builder_begin_object(json);
        ra_json_boolean(json, "usable", state == RA_WAY_USABLE);
        ra_json_string(json, "reason", states[state]);
        ra_json_text(json, "why_not", why);
        ra_json_text(json, "detail", detail);
        json_builder_end_object(json);
    }
    json_builder_end_object(json);
}

char *ra_invite_defaults_json(const RaSettings *settings)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autoptr(GError) forbidden = NULL;
    const gboolean enabled = ra_invite_check(settings, &forbidden);
    json_builder_begin_object(json);
    ra_json_boolean(json, "ok", TRUE);
    ra_json_error(json, NULL);
    ra_json_boolean(json, "enabled", enabled);
    ra_json_text(json, "why_not", enabled ? NULL : forbidden->message);
    ra_json_strings(json, "to", ra_settings_list(settings, "Invitation.HelpDesk"));
    ra_json_boolean(json, "to_locked", ra_settings_locked(settings, "Invitation.HelpDesk"));
    ra_json_string(json, "name", ra_invite_preset_name(settings));
    ra_json_boolean(json, "name_locked", ra_settings_locked(settings, "Invitation.Name"));
    ra_json_string(json, "from", ra_settings_string(settings, "Invitation.Address"));
    ra_json_boolean(json, "from_locked", ra_settings_locked(settings, "Invitation.Address"));
    ra_json_number(json, "lifetime", ra_invite_preset_lifetime(settings));
    ra_json_number(json, "lifetime_max",
                   ra_settings_integer(settings, "Invitation.MaximumLifetime"));
    ra_json_boolean(json, "control", ra_settings_boolean(settings, "Invitation.AllowControl"));
    add_ways(json, settings);
    json_builder_end_object(json);
    return ra_json_finish(json, TRUE);
}

static void append(GString *out, const char *label, const char *text, gboolean locked)
{
    g_autofree char *safe = ra_text_line(text != NULL ? text : "", RA_TEXT_LINE_MAX);
    g_string_append_printf(out, "%-12s %s%s\n", label, *safe != '\0' ? safe : "-",
                           locked ? " (set by the administrator)" : "");
}

static void append_way(GString *out, gsize i, const RaSettings *settings)
{
    g_autofree char *why = NULL;
    const RaWayState state = ra_invite_way_state(ways[i].way, settings, &why);
    g_autofree char *detail = detail_of(ways[i].way, settings);
    g_autofree char *label = g_strdup_printf("%s:", ways[i].name);
    g_autofree char *text = state != RA_WAY_USABLE ? g_strdup_printf("no: %s", why)
                            : detail != NULL       ? g_strdup_printf("yes: %s", detail)
                                                   : g_strdup("yes");
    append(out, label, text, FALSE);
}

char *ra_invite_defaults_text(const RaSettings *settings)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) forbidden = NULL;
    if (!ra_invite_check(settings, &forbidden))
        g_string_append_printf(out, "No invitation can be made: %s.\n", forbidden->message);
    g_autofree char *to =
        g_strjoinv(", ", (GStrv)ra_settings_list(settings, "Invitation.HelpDesk"));
    g_autofree char *lifetime = ra_duration_format(ra_invite_preset_lifetime(settings));
    g_autofree char *most =
        ra_duration_format(ra_settings_integer(settings, "Invitation.MaximumLifetime"));
    g_autofree char *valid = g_strdup_printf("%s; at most %s", lifetime, most);
    append(out, "To:", to, ra_settings_locked(settings, "Invitation.HelpDesk"));
    append(out, "Name:", ra_invite_preset_name(settings),
           ra_settings_locked(settings, "Invitation.Name"));
    append(out, "From:", ra_settings_string(settings, "Invitation.Address"),
           ra_settings_locked(settings, "Invitation.Address"));
    append(out, "Valid for:", valid, FALSE);
    append(out, "Control:",
           ra_settings_boolean(settings, "Invitation.AllowControl") ? "if you agree" : "never",
           FALSE);
    g_string_append(out, "Ways of sending:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
        append_way(out, i, settings);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
