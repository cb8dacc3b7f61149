/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/invite.h"

#include "base/duration.h"
#include "base/error.h"
#include "link/listen.h"
#include "mailer/send/compose.h"
#include "mailer/send/invite-agent.h"
#include "mailer/send/invite-hosts.h"
#include "mailer/send/outbox.h"
#include "ticket/ticket.h"

#include <string.h>

/* What is needed to send an invitation, new or old. All borrowed. */
typedef struct {
    const RaInvitePlan *plan;
    RaLetter letter;
    const char *id;
    RaStore *store;
} Errand;

void ra_invite_result_clear(RaInviteResult *result)
{
    g_free(result->id);
    g_strfreev(result->to);
    ra_secret_unref(result->password);
    g_free(result->why_not);
    ra_mail_client_report_free(result->client);
    g_free(result->attachment);
    g_free(result->saved);
    g_clear_pointer(&result->printable, g_bytes_unref);
    g_clear_pointer(&result->refused, g_ptr_array_unref);
    memset(result, 0, sizeof *result);
}

static gboolean refused_some(const RaInviteResult *result, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < result->refused->len; i++) {
        const RaRefusal *refusal = g_ptr_array_index(result->refused, i);
        g_string_append_printf(list, "%s%s (%s)", i > 0 ? ", " : "", refusal->address,
                               refusal->reason);
    }
    g_set_error(error, RA_ERROR, RA_ERROR_MAIL,
                "the mail server refused %s; the others were sent the invitation: check the "
                "address%s",
                list->str, result->refused->len > 1 ? "es" : "");
    return FALSE;
}

static gboolean open_mail_program(const Errand *errand, RaInviteResult *result, GError **error)
{
    g_autofree char *file = ra_outbox_put(errand->id, errand->letter.ticket, errand->store, error);
    if (file == NULL)
        return FALSE;
    g_autofree char *subject = ra_letter_subject(&errand->letter);
    g_autofree char *text = ra_letter_text(&errand->letter);
    g_autofree char *whole = ra_letter_text_with_ticket(&errand->letter);
    const RaDraft draft = {errand->letter.to, subject, text, whole, file};
    result->client = ra_mail_client_open(&draft, error);
    if (result->client != NULL)
        result->attachment = g_steal_pointer(&file);
    return result->client != NULL;
}

static gboolean send_mail(const Errand *errand, GBytes *message, RaInviteResult *result,
                          GError **error)
{
    const RaInvitePlan *plan = errand->plan;
    const RaLetter *letter = &errand->letter;
    gboolean ok = TRUE;
    if (plan->way == RA_MAIL_SMTP)
        ok = result->mailed =
            ra_send_smtp(&plan->server, letter->from, letter->to, message, result->refused, error);
    else if (plan->way == RA_MAIL_SENDMAIL)
        ok = result->mailed = ra_send_sendmail(plan->sendmail, letter->from, letter->to, message,
                                               plan->server.timeout, error);
    else if (plan->way == RA_MAIL_CLIENT)
        ok = open_mail_program(errand, result, error);
    return ok && (result->refused->len == 0 || refused_some(result, error));
}

/* All the ways that the plan names; the first that fails ends it. */
static gboolean send_all(const Errand *errand, RaInviteResult *result, GError **error)
{
    const RaInvitePlan *plan = errand->plan;
    g_autoptr(GBytes) message = NULL;
    if (plan->way != RA_MAIL_NONE || plan->print) {
        message = ra_letter_compose(&errand->letter, error);
        if (message == NULL)
            return FALSE;
    }
    if (plan->save != NULL) {
        if (!ra_save_ticket(plan->save, errand->letter.ticket, plan->force, error))
            return FALSE;
        result->saved = g_strdup(plan->save);
    }
    if (plan->print)
        result->printable = ra_letter_unix(message);
    const gboolean sent = send_mail(errand, message, result, error);
    const gboolean out = result->mailed || result->saved != NULL || result->printable != NULL ||
                         result->client != NULL;
    g_autoptr(GError) local = NULL;
    if (out && !ra_store_set_sent(errand->store, errand->id, errand->letter.to, &local) && sent) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    return sent;
}

/* Where the ticket shall say that this computer is, when no agent can tell. */
static GStrv guess_hosts(const RaInvitePlan *plan, const RaSettings *settings, RaStore *store,
                         GError **error)
{
    guint16 port = ra_store_port(store);
    const gboolean new_port = port == 0;
    if (new_port)
        port = (guint16)ra_settings_integer(settings, "Link.Port");
    g_auto(GStrv) own =
        ra_hosts_for(ra_settings_list(settings, "Link.Listen"), port,
                     ra_settings_list(settings, "Link.Advertise"), RA_INVITATION_HOSTS_MAX);
    g_auto(GStrv) hosts = ra_invite_hosts((const char *const *)plan->advertise, port,
                                          (const char *const *)own, error);
    /* The agent, once it is started, keeps to the port that tickets name. */
    if (hosts == NULL || (new_port && !ra_store_set_port(store, port, error)))
        return NULL;
    return g_steal_pointer(&hosts);
}

/* Finds the agent, which may not be there, and the addresses for the ticket. */
static gboolean prepare(const RaInvitePlan *plan, const RaSettings *settings, RaStore *store,
                        RaInviteAgent **agent, GStrv *hosts, char **why_not, GError **error)
{
    guint16 port;
    g_auto(GStrv) found = NULL;
    if (!ra_invite_agent_prepare(agent, &port, &found, why_not, error))
        return FALSE;
    *hosts = *agent != NULL ? ra_invite_hosts((const char *const *)plan->advertise, port,
                                              (const char *const *)found, error)
                            : guess_hosts(plan, settings, store, error);
    return *hosts != NULL;
}

static RaInvitation *make(const RaInvitePlan *plan, const char *const *hosts, GError **error)
{
    const gint64 now = ra_moment_now();
    return ra_invitation_new(plan->name, plan->from, now, now + plan->lifetime, plan->rights, hosts,
                             error);
}

/* Puts the new invitation into the store, and hands it to the agent. */
static gboolean keep(RaStore *store, RaInvitation *invitation, GBytes *ticket, RaInviteAgent *agent,
                     const RaInvitePlan *plan, GError **error)
{
    const char *id = ra_invitation_id(invitation);
    if (!ra_store_add(store, invitation, ticket, (const char *const *)plan->to, plan->message,
                      error))
        return FALSE;
    if (agent == NULL || ra_invite_agent_register(agent, id, error))
        return TRUE;
    ra_store_set_state(store, id, RA_STORE_CANCELLED, NULL);
    return FALSE;
}

static void fill_result(RaInviteResult *result, const RaInvitePlan *plan,
                        const RaInvitation *invitation)
{
    result->id = g_strdup(ra_invitation_id(invitation));
    result->to = g_strdupv(plan->to);
    result->start = ra_invitation_start(invitation);
    result->end = ra_invitation_end(invitation);
    result->asks = plan->password != NULL;
    result->password = plan->generated ? ra_secret_ref(plan->password) : NULL;
    result->refused = ra_refusals_new();
}

gboolean ra_invite_run(const RaInvitePlan *plan, const RaSettings *settings, RaStore *store,
                       RaInviteResult *result, GError **error)
{
    g_autoptr(RaInviteAgent) agent = NULL;
    g_auto(GStrv) hosts = NULL;
    if (!prepare(plan, settings, store, &agent, &hosts, &result->why_not, error))
        return FALSE;
    g_autoptr(RaInvitation) invitation = make(plan, (const char *const *)hosts, error);
    if (invitation == NULL)
        return FALSE;
    g_autoptr(GBytes) ticket =
        ra_ticket_seal(invitation, plan->password, (const char *const *)plan->seal_to, error);
    if (ticket == NULL || !keep(store, invitation, ticket, agent, plan, error))
        return FALSE;
    result->listening = agent != NULL;
    fill_result(result, plan, invitation);
    const Errand errand = {
        .plan = plan,
        .letter = {.name = plan->name,
                   .from = plan->from,
                   .to = (const char *const *)plan->to,
                   .message = plan->message,
                   .ticket = ticket,
                   .now = result->start,
                   .end = result->end,
                   .password = result->asks},
        .id = result->id,
        .store = store,
    };
    return send_all(&errand, result, error);
}

static gboolean check_resendable(RaStoreEntry *entry, gint64 now, GError **error)
{
    const RaStoreState state = ra_store_entry_state(entry);
    const gboolean over = ra_store_entry_end(entry) <= now;
    if (!over && (state == RA_STORE_OPEN || state == RA_STORE_USED))
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_EXPIRED, "the invitation %.8s is %s: make a new one",
                ra_store_entry_id(entry), over ? "expired" : ra_store_entry_state_name(entry));
    return FALSE;
}

/* The agent is told again: it may not have run when the invitation was made. */
static gboolean tell_agent(const char *id, RaInviteResult *result, GError **error)
{
    g_autoptr(RaInviteAgent) agent = NULL;
    g_auto(GStrv) hosts = NULL;
    guint16 port;
    if (!ra_invite_agent_prepare(&agent, &port, &hosts, &result->why_not, error))
        return FALSE;
    result->listening = agent != NULL && ra_invite_agent_register(agent, id, error);
    return agent == NULL || result->listening;
}

static gboolean check_addressed(const RaInvitePlan *plan, const RaLetter *letter, GError **error)
{
    const char *missing = NULL;
    if (plan->way != RA_MAIL_NONE && letter->to[0] == NULL)
        missing = "say whom to invite: --to ADDRESS";
    else if ((plan->way != RA_MAIL_NONE || plan->print) && *letter->from == '\0')
        missing = "say who you are: --from ADDRESS";
    if (missing != NULL)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE, missing);
    return missing == NULL;
}

gboolean ra_invite_resend(const RaInvitePlan *plan, RaStore *store, const char *id,
                          RaInviteResult *result, GError **error)
{
    const gint64 now = ra_moment_now();
    g_autoptr(RaStoreEntry) entry = ra_store_get(store, id, error);
    if (entry == NULL || !check_resendable(entry, now, error))
        return FALSE;
    GBytes *bytes = ra_store_entry_ticket(entry);
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    g_autoptr(RaTicket) ticket = ra_ticket_parse(data, size, error);
    if (ticket == NULL)
        return FALSE;
    const char *own = ra_store_entry_address(entry);
    const Errand errand = {
        .plan = plan,
        .letter = {.name = ra_store_entry_name(entry),
                   .from = *own != '\0' ? own : plan->from,
                   .to = plan->to[0] != NULL ? (const char *const *)plan->to
                                             : ra_store_entry_recipients(entry),
                   .message = plan->message != NULL ? plan->message : ra_store_entry_message(entry),
                   .ticket = bytes,
                   .now = now,
                   .end = ra_store_entry_end(entry),
                   .password = ra_ticket_needs_password(ticket)},
        .id = ra_store_entry_id(entry),
        .store = store,
    };
    if (!check_addressed(plan, &errand.letter, error) || !tell_agent(errand.id, result, error))
        return FALSE;
    result->id = g_strdup(errand.id);
    result->to = g_strdupv((GStrv)errand.letter.to);
    result->start = ra_store_entry_start(entry);
    result->end = errand.letter.end;
    result->asks = errand.letter.password;
    result->refused = ra_refusals_new();
    return send_all(&errand, result, error);
}

gboolean ra_invite_cancel(RaStore *store, const char *id, char **ret_id, GError **error)
{
    g_autoptr(RaStoreEntry) entry = ra_store_get(store, id, error);
    if (entry == NULL)
        return FALSE;
    const char *whole = ra_store_entry_id(entry);
    if (!ra_invite_agent_cancel(whole, error))
        return FALSE;
    /* The agent writes it, too; where it runs no longer, nobody else does. */
    const RaStoreState state = ra_store_entry_state(entry);
    if ((state == RA_STORE_OPEN || state == RA_STORE_USED) &&
        !ra_store_set_state(store, whole, RA_STORE_CANCELLED, error))
        return FALSE;
    *ret_id = g_strdup(whole);
    return TRUE;
}
