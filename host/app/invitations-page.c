/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/invitations-page.h"

#include "base/duration.h"
#include "base/i18n.h"
#include "host/app/invitation-row.h"
#include "host/app/ui.h"
#include "host/app/wording.h"

enum { FEW_ENDED = 5 }; /* of those that are over so many are shown at first */

typedef struct {
    GtkWidget *page, *all, *empty, *invite;
    GtkListBox *list;
    GtkLabel *said;
    GHashTable *rows; /* by id: GtkWidget, borrowed from the list */
    RaAgentBus *agent;
    RaInviter *inviter;
    GCancellable *cancel;
    char *sending; /* the id of what is sent now, or NULL */
    guint timer;   /* the next change of a time that is shown; 0: none changes */
    gboolean shows_all;
    gboolean fresh; /* in sight, and did not take the focus yet */
    void (*back)(gpointer data);
    void (*again)(const RaInvitePreset *preset, gpointer data);
    gpointer data;
} InvitationsPage;

/* A row's place is that which it had when the page was opened, so that nothing moves away from
 * under a pointer. */
static const char place_key[] = "ra-place-ended";

static void tick(InvitationsPage *page);

static void page_free(gpointer data)
{
    InvitationsPage *page = data;
    g_cancellable_cancel(page->cancel);
    g_object_unref(page->cancel);
    g_clear_handle_id(&page->timer, g_source_remove);
    g_hash_table_unref(page->rows);
    g_free(page->sending);
    g_free(page);
}

/* What happened last, where everybody looks. */
static void say(InvitationsPage *page, const char *line)
{
    if (!g_str_equal(gtk_label_get_text(page->said), line))
        gtk_label_set_text(page->said, line);
    gtk_widget_set_visible(GTK_WIDGET(page->said), line[0] != '\0');
}

static GtkWidget *row_by_id(InvitationsPage *page, const char *id)
{
    return g_hash_table_lookup(page->rows, id);
}

/* Time */

/* Seconds until what is shown of LEFT seconds changes. */
static guint until_next(gint64 left)
{
    const gint64 over = left % RA_MINUTE;
    if (left <= RA_MINUTE)
        return 1;
    return (guint)(over == 0 ? RA_MINUTE : over);
}

static gboolean on_timer(gpointer data)
{
    InvitationsPage *page = data;
    page->timer = 0;
    tick(page);
    return G_SOURCE_REMOVE;
}

/* Words of all rows, and a timer for the next change; none while nobody looks or nothing is open.
 */
static void tick(InvitationsPage *page)
{
    GHashTableIter iter;
    gpointer row = NULL;
    guint next = 0;
    const gint64 moment = ra_moment_now();
    g_clear_handle_id(&page->timer, g_source_remove);
    if (!gtk_widget_get_mapped(page->page))
        return;
    g_hash_table_iter_init(&iter, page->rows);
    while (g_hash_table_iter_next(&iter, NULL, &row)) {
        const RaInvitationFacts *facts = ra_invitation_row_facts(row);
        ra_invitation_row_update(row, moment);
        if (ra_invitation_is_open(facts, moment)) {
            const guint mine = until_next(facts->end - moment);
            next = next == 0 ? mine : MIN(next, mine);
        }
    }
    if (next > 0) {
        /* On the second, not somewhere within it. */
        const gint64 part = g_get_real_time() % G_USEC_PER_SEC / 1000;
        page->timer = g_timeout_add(next * 1000 - (guint)part, on_timer, page);
    }
}

/* What the novice does */

static void on_cancelled(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GtkWidget) row = data;
    g_autoptr(GError) error = NULL;
    if (ra_bus_host1_call_cancel_finish(RA_BUS_HOST1(source), result, &error)) {
        ra_invitation_row_set_busy(row, FALSE);
        return; /* the agent tells the new state to all */
    }
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    g_autofree char *message = ra_agent_bus_message(error);
    ra_invitation_row_set_busy(row, FALSE);
    ra_invitation_row_say(row, message);
}

static void cancel(InvitationsPage *page, GtkWidget *row)
{
    RaBusHost1 *host = ra_agent_bus_host(page->agent);
    if (host == NULL)
        return;
    ra_invitation_row_set_busy(row, TRUE);
    ra_bus_host1_call_cancel(host, ra_invitation_row_facts(row)->id, page->cancel, on_cancelled,
                             g_object_ref(row));
}

static void end_sending(InvitationsPage *page, const char *line)
{
    g_autofree char *id = g_steal_pointer(&page->sending);
    GtkWidget *row = id != NULL ? row_by_id(page, id) : NULL;
    if (row == NULL)
        return;
    ra_invitation_row_set_busy(row, FALSE);
    ra_invitation_row_say(row, line);
}

static char *tell_outcome(const RaInviteOutcome *outcome)
{
    if (!outcome->ok)
        /* Translators: %s is what ra-invite says, in English. */
        return g_strdup_printf(_("The invitation could not be sent: %s"), outcome->error);
    if (outcome->mail_program[0] != '\0' && !outcome->attached && outcome->attachment[0] != '\0')
        return g_strdup_printf(
            /* Translators: the name of a mail program, and of a file. */
            _("%s shows the message now: attach the file %s to it, and send it there."),
            outcome->mail_program, outcome->attachment);
    if (outcome->mail_program[0] != '\0')
        return g_strdup_printf(
            /* Translators: %s is the name of a mail program. */
            _("%s shows the message now: send it there."), outcome->mail_program);
    if (outcome->refused[0] != NULL)
        return g_strdup_printf(
            /* Translators: %s is an address and the mail server's reason. */
            _("Sent, but not to everybody: %s"), outcome->refused[0]);
    return g_strdup(_("Sent again. The password is the one that you told them."));
}

static void on_sent(const RaInviteOutcome *outcome, const GError *error, gpointer data)
{
    InvitationsPage *page = data;
    g_autofree char *line = error != NULL ? g_strdup(error->message) : tell_outcome(outcome);
    end_sending(page, line);
}

/* In the way that a new invitation would be sent, which needs no question. */
static void on_defaults(const RaInviteDefaults *defaults, const GError *error, gpointer data)
{
    static const RaInviteWay ways[] = {RA_INVITE_SMTP, RA_INVITE_SENDMAIL, RA_INVITE_MAIL_CLIENT};
    InvitationsPage *page = data;
    if (error != NULL) {
        end_sending(page, error->message);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        const RaInviteOrder order = {.way = ways[i], .from = defaults->from};
        if (!defaults->way[ways[i]].usable)
            continue;
        ra_inviter_resend(page->inviter, page->sending, &order, on_sent, page);
        return;
    }
    end_sending(page, defaults->way[RA_INVITE_SMTP].why_not);
}

static void send_again(InvitationsPage *page, GtkWidget *row)
{
    if (page->sending != NULL) {
        ra_invitation_row_say(row, _("Another invitation is being sent: wait until it is out."));
        return;
    }
    page->sending = g_strdup(ra_invitation_row_facts(row)->id);
    ra_invitation_row_set_busy(row, TRUE);
    ra_invitation_row_say(row, _("Sending…"));
    ra_inviter_defaults(page->inviter, on_defaults, page);
}

static void invite_again(InvitationsPage *page, GtkWidget *row)
{
    const RaInvitationFacts *facts = ra_invitation_row_facts(row);
    const RaInvitePreset preset = {
        .to = (const char *const *)facts->to,
        .name = facts->name,
        .lifetime = MAX(facts->end - facts->start, 0),
        .replaces = ra_invitation_is_open(facts, ra_moment_now()) ? facts->id : NULL,
    };
    page->again(&preset, page->data);
}

static void on_act(GtkWidget *row, RaRowAct act, gpointer data)
{
    InvitationsPage *page = data;
    switch (act) {
    case RA_ROW_CANCEL:
        cancel(page, row);
        break;
    case RA_ROW_SEND:
        send_again(page, row);
        break;
    case RA_ROW_AGAIN:
        invite_again(page, row);
        break;
    }
}

/* The list */

static int compare(GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
    const RaInvitationFacts *one = ra_invitation_row_facts(GTK_WIDGET(a));
    const RaInvitationFacts *two = ra_invitation_row_facts(GTK_WIDGET(b));
    const gboolean one_ended = g_object_get_data(G_OBJECT(a), place_key) != NULL;
    const gboolean two_ended = g_object_get_data(G_OBJECT(b), place_key) != NULL;
    (void)data;
    if (one_ended != two_ended)
        return one_ended ? 1 : -1;
    if (one->start != two->start)
        return one->start > two->start ? -1 : 1;
    return strcmp(one->id, two->id);
}

static void place(GtkWidget *row)
{
    const gboolean open = ra_invitation_is_open(ra_invitation_row_facts(row), ra_moment_now());
    g_object_set_data(G_OBJECT(row), place_key, open ? NULL : GINT_TO_POINTER(1));
}

/* Hides all but the first few of those that were over when the page was opened. */
static void limit(InvitationsPage *page)
{
    guint ended = 0;
    GtkListBoxRow *row = NULL;
    for (int i = 0; (row = gtk_list_box_get_row_at_index(page->list, i)) != NULL; i++) {
        ended += g_object_get_data(G_OBJECT(row), place_key) != NULL;
        gtk_widget_set_visible(GTK_WIDGET(row), page->shows_all || ended <= FEW_ENDED);
    }
    gtk_widget_set_visible(page->all, !page->shows_all && ended > FEW_ENDED);
}

static void take(InvitationsPage *page, GVariant *dictionary)
{
    RaInvitationFacts *facts = ra_invitation_facts_new(dictionary);
    GtkWidget *row = facts != NULL ? row_by_id(page, facts->id) : NULL;
    if (facts == NULL)
        return;
    if (row != NULL) {
        const gboolean cancelled = g_str_equal(facts->state, "cancelled") &&
                                   !g_str_equal(ra_invitation_row_facts(row)->state, "cancelled");
        ra_invitation_row_set(row, facts);
        if (cancelled)
            ra_invitation_row_say(row, _("Nobody can use this invitation any more."));
        return;
    }
    row = ra_invitation_row_new(facts, on_act, page);
    place(row);
    gtk_list_box_append(page->list, row);
    g_hash_table_insert(page->rows, g_strdup(facts->id), row);
}

/* Rows of invitations that the list has no more. */
static void drop(InvitationsPage *page, GVariant *invitations)
{
    GHashTableIter iter;
    gpointer id = NULL, row = NULL;
    g_autoptr(GHashTable) there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < g_variant_n_children(invitations); i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(invitations, i);
        char *known = NULL;
        if (g_variant_lookup(one, "id", "s", &known))
            g_hash_table_add(there, known);
    }
    g_hash_table_iter_init(&iter, page->rows);
    while (g_hash_table_iter_next(&iter, &id, &row)) {
        if (g_hash_table_contains(there, id))
            continue;
        gtk_list_box_remove(page->list, row);
        g_hash_table_iter_remove(&iter);
    }
}

/* What there is to see takes the focus, once after the page came into sight. */
static void take_focus(InvitationsPage *page, GtkWidget *what)
{
    if (page->fresh && gtk_widget_get_mapped(what))
        page->fresh = !gtk_widget_child_focus(what, GTK_DIR_TAB_FORWARD);
}

void ra_invitations_page_update(GtkWidget *widget)
{
    InvitationsPage *page = g_object_get_data(G_OBJECT(widget), "ra-invitations-page");
    GVariant *invitations = ra_agent_bus_invitations(page->agent);
    const char *problem = ra_agent_bus_problem(page->agent);
    if (invitations != NULL) {
        drop(page, invitations);
        for (gsize i = 0; i < g_variant_n_children(invitations); i++) {
            g_autoptr(GVariant) one = g_variant_get_child_value(invitations, i);
            take(page, one);
        }
        limit(page);
    }
    if (problem != NULL)
        say(page, problem);
    else
        say(page, invitations == NULL ? _("Looking for your invitations…") : "");
    const gboolean any = g_hash_table_size(page->rows) > 0;
    gtk_widget_set_visible(GTK_WIDGET(page->list), any);
    gtk_widget_set_visible(page->empty, !any && problem == NULL && invitations != NULL);
    take_focus(page, any ? GTK_WIDGET(page->list) : page->empty);
    tick(page);
}

/* The page comes and goes */

static void on_map(GtkWidget *widget, gpointer data)
{
    InvitationsPage *page = data;
    GHashTableIter iter;
    gpointer row = NULL;
    g_hash_table_iter_init(&iter, page->rows);
    while (g_hash_table_iter_next(&iter, NULL, &row)) {
        place(row);
        if (g_strcmp0(page->sending, ra_invitation_row_facts(row)->id) != 0)
            ra_invitation_row_say(row, "");
    }
    gtk_list_box_invalidate_sort(page->list);
    page->fresh = TRUE;
    ra_agent_bus_look(page->agent);
    ra_invitations_page_update(widget);
}

static void on_unmap(GtkWidget *widget, gpointer data)
{
    InvitationsPage *page = data;
    (void)widget;
    page->shows_all = FALSE;
    g_clear_handle_id(&page->timer, g_source_remove);
}

static void on_all(GtkButton *button, gpointer data)
{
    InvitationsPage *page = data;
    (void)button;
    page->shows_all = TRUE;
    limit(page);
    (void)gtk_widget_child_focus(GTK_WIDGET(page->list), GTK_DIR_TAB_FORWARD);
}

static void on_invite(GtkButton *button, gpointer data)
{
    InvitationsPage *page = data;
    (void)button;
    page->again(NULL, page->data);
}

static gboolean on_escape(GtkWidget *widget, GVariant *args, gpointer data)
{
    InvitationsPage *page = data;
    (void)widget, (void)args;
    if (!gtk_widget_get_mapped(page->page))
        return FALSE;
    page->back(page->data);
    return TRUE;
}

static void add_escape(InvitationsPage *page)
{
    GtkEventController *keys = gtk_shortcut_controller_new();
    gtk_shortcut_controller_set_scope(GTK_SHORTCUT_CONTROLLER(keys), GTK_SHORTCUT_SCOPE_GLOBAL);
    gtk_shortcut_controller_add_shortcut(
        GTK_SHORTCUT_CONTROLLER(keys),
        gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, 0),
                         gtk_callback_action_new(on_escape, page, NULL)));
    gtk_widget_add_controller(page->page, keys);
}

GtkWidget *ra_invitations_page_new(RaAgentBus *agent, RaInviter *inviter,
                                   void (*back)(gpointer data),
                                   void (*again)(const RaInvitePreset *preset, gpointer data),
                                   gpointer data)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/invitations-page.ui");
    InvitationsPage *page = g_new0(InvitationsPage, 1);
    page->page = ra_ui_take(builder, "page");
    page->all = GTK_WIDGET(gtk_builder_get_object(builder, "all"));
    page->empty = GTK_WIDGET(gtk_builder_get_object(builder, "empty"));
    page->invite = GTK_WIDGET(gtk_builder_get_object(builder, "invite"));
    page->list = GTK_LIST_BOX(gtk_builder_get_object(builder, "list"));
    page->said = GTK_LABEL(gtk_builder_get_object(builder, "said"));
    page->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    page->cancel = g_cancellable_new();
    page->agent = agent;
    page->inviter = inviter;
    page->back = back;
    page->again = again;
    page->data = data;
    g_object_set_data_full(G_OBJECT(page->page), "ra-invitations-page", page, page_free);
    gtk_list_box_set_sort_func(page->list, compare, NULL, NULL);
    g_signal_connect(page->page, "map", G_CALLBACK(on_map), page);
    g_signal_connect(page->page, "unmap", G_CALLBACK(on_unmap), page);
    g_signal_connect(page->all, "clicked", G_CALLBACK(on_all), page);
    g_signal_connect(page->invite, "clicked", G_CALLBACK(on_invite), page);
    add_escape(page);
    return page->page;
}
