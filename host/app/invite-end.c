/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-invite reported, in words for the novice. */
#include "base/error.h"
#include "base/i18n.h"
#include "host/app/invite-errand.h"
#include "host/app/wording.h"

/* Gives TEXT to TEXTS. */
static const char *keep(GPtrArray *texts, char *text)
{
    g_ptr_array_add(texts, text);
    return text;
}

static const char *what_is_out(GPtrArray *texts, const RaInviteOutcome *outcome,
                               const RaInviteOrder *order)
{
    if (*outcome->saved != '\0') {
        g_autofree char *file = g_filename_display_name(order->file);
        /* Translators: %s is a file's name with its folders. */
        return keep(texts, g_strdup_printf(_("The invitation is saved as %s."), file));
    }
    if (*outcome->mail_program != '\0')
        /* Translators: %s is a mail program, as "Thunderbird". */
        return keep(texts, g_strdup_printf(_("%s shows the message now. It is not sent yet: look "
                                             "at it, and press Send there."),
                                           outcome->mail_program));
    g_auto(GStrv) reached = ra_invite_reached(outcome);
    g_autofree char *people = ra_wording_people((const char *const *)reached);
    /* Translators: %s is one mail address, or several with "and". */
    return keep(texts, g_strdup_printf(_("The invitation was sent to %s."), people));
}

static const char *title_of(const RaInviteEnd *end, const RaInviteOutcome *outcome)
{
    if (!end->out || outcome == NULL)
        return _("This did not work");
    if (*outcome->saved != '\0')
        return _("Your invitation is saved");
    return *outcome->mail_program != '\0' ? _("Almost done") : _("Your invitation is on its way");
}

static const char *what_failed(int code, const RaInviteOrder *order)
{
    switch (code) {
    case RA_ERROR_USAGE:
        return _("Something that you wrote cannot be used. Go back, and look at it once more.");
    case RA_ERROR_FORBIDDEN:
        return _("The settings of this computer do not allow this invitation.");
    case RA_ERROR_DECLINED:
        return _("No message was written, so the invitation was not sent.");
    case RA_ERROR_EXPIRED:
        return _("The time of this invitation is over. Go back, and make a new one.");
    case RA_ERROR_MAIL:
        return order->way == RA_INVITE_MAIL_CLIENT
                   ? _("Your mail program could not be opened, so the invitation was not sent.")
                   : _("The mail could not be sent.");
    default:
        return order->way == RA_INVITE_FILE ? _("The file could not be saved.")
                                            : _("The invitation could not be sent.");
    }
}

static void add_warnings(GPtrArray *warnings, GPtrArray *texts, const RaInviteOutcome *outcome)
{
    for (char **line = outcome->refused; *line != NULL; line++)
        /* Translators: %s is an address and why a mail server does not take it. */
        g_ptr_array_add(warnings,
                        (gpointer)keep(texts, g_strdup_printf(_("Not sent to %s"), *line)));
    if (*outcome->mail_program != '\0' && !outcome->attached && *outcome->attachment != '\0')
        /* Translators: %s is a file's name with its folders. */
        g_ptr_array_add(warnings,
                        (gpointer)keep(texts, g_strdup_printf(_("If the message has no "
                                                                "attachment, attach this file: %s"),
                                                              outcome->attachment)));
    if (!outcome->listening)
        g_ptr_array_add(warnings, (gpointer)_("Nobody can connect yet: this computer does not "
                                              "listen. Log out and in again, so that it does."));
}

void ra_invite_end_of(RaInviteEnd *ret, GPtrArray *texts, const RaInviteOutcome *outcome,
                      const GError *error, const RaInviteOrder *order)
{
    GPtrArray *warnings = g_ptr_array_new();
    const int code = outcome != NULL ? outcome->code : RA_ERROR_FAILED;
    *ret = (RaInviteEnd){.way = order->way, .detail = error != NULL ? error->message : ""};
    if (outcome != NULL) {
        ret->out = outcome->sent || *outcome->saved != '\0' || *outcome->mail_program != '\0';
        ret->end = ret->out ? outcome->end : 0;
        ret->detail =
            keep(texts, g_strdup(*outcome->error != '\0' ? outcome->error : outcome->why_not));
        ret->needs_file = *outcome->saved != '\0';
        if (ret->out)
            add_warnings(warnings, texts, outcome);
    }
    ret->title = title_of(ret, outcome);
    ret->what =
        outcome != NULL && ret->out ? what_is_out(texts, outcome, order) : what_failed(code, order);
    ret->can_retry = !(outcome != NULL && outcome->ok) && code != RA_ERROR_FORBIDDEN &&
                     code != RA_ERROR_USAGE && code != RA_ERROR_EXPIRED;
    /* The words of a way of sending that failed are not wrong for a file. */
    ret->can_save = ret->can_retry && !ret->out;
    g_ptr_array_add(warnings, NULL);
    /* The list itself lives as long as its texts. */
    ret->warnings = (const char *const *)keep(texts, (char *)g_ptr_array_free(warnings, FALSE));
}
