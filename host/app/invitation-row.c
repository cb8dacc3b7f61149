/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/invitation-row.h"

#include "base/i18n.h"
#include "base/text.h"
#include "host/app/ui.h"
#include "host/app/wording.h"

enum { ACTS = RA_ROW_AGAIN + 1 };

typedef struct {
    RaInvitationFacts *facts;
    GtkLabel *people, *state, *made, *said;
    GtkWidget *acts[ACTS];
    gboolean busy;
    RaRowFunc act;
    gpointer data;
} Row;

/* Facts */

static GStrv safe_people(char **people)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (; people != NULL && *people != NULL; people++) {
        g_autofree char *line = ra_text_line(*people, RA_TEXT_NAME_MAX);
        g_strv_builder_add(builder, line);
    }
    return g_strv_builder_end(builder);
}

RaInvitationFacts *ra_invitation_facts_new(GVariant *dictionary)
{
    g_autoptr(RaInvitationFacts) facts = g_new0(RaInvitationFacts, 1);
    g_auto(GStrv) to = NULL;
    (void)g_variant_lookup(dictionary, "id", "s", &facts->id);
    (void)g_variant_lookup(dictionary, "name", "s", &facts->name);
    (void)g_variant_lookup(dictionary, "state", "s", &facts->state);
    (void)g_variant_lookup(dictionary, "start", "x", &facts->start);
    (void)g_variant_lookup(dictionary, "end", "x", &facts->end);
    (void)g_variant_lookup(dictionary, "sent", "b", &facts->sent);
    (void)g_variant_lookup(dictionary, "to", "^as", &to);
    facts->to = safe_people(to);
    if (facts->state == NULL)
        facts->state = g_strdup("");
    return facts->id != NULL ? g_steal_pointer(&facts) : NULL;
}

void ra_invitation_facts_free(RaInvitationFacts *facts)
{
    if (facts == NULL)
        return;
    g_free(facts->id);
    g_strfreev(facts->to);
    g_free(facts->name);
    g_free(facts->state);
    g_free(facts);
}

gboolean ra_invitation_is_open(const RaInvitationFacts *facts, gint64 now)
{
    return facts->end > now &&
           (g_str_equal(facts->state, "open") || g_str_equal(facts->state, "used"));
}

/* The row */

static void row_free(gpointer data)
{
    Row *row = data;
    ra_invitation_facts_free(row->facts);
    g_free(row);
}

static Row *row_of(GtkWidget *widget)
{
    return g_object_get_data(G_OBJECT(widget), "ra-invitation-row");
}

const RaInvitationFacts *ra_invitation_row_facts(GtkWidget *row)
{
    return row_of(row)->facts;
}

/* Labels that stay the same are left alone: screen readers tell each change. */
static void set_text(GtkLabel *label, const char *text)
{
    if (!g_str_equal(gtk_label_get_text(label), text))
        gtk_label_set_text(label, text);
}

/* The words wrap, so that three buttons fit beside each other in large type. */
static void set_act(const Row *row, RaRowAct act, const char *label)
{
    GtkButton *button = GTK_BUTTON(row->acts[act]);
    if (g_strcmp0(gtk_button_get_label(button), label) != 0)
        gtk_button_set_label(button, label);
    gtk_label_set_wrap(GTK_LABEL(gtk_button_get_child(button)), TRUE);
}

static char *tell_state(const RaInvitationFacts *facts, gint64 now)
{
    if (!ra_invitation_is_open(facts, now))
        return g_strdup(g_str_equal(facts->state, "cancelled") ? _("Cancelled") : _("Expired"));
    g_autofree char *left = ra_wording_left(facts->end - now);
    if (!facts->sent)
        /* Translators: an invitation; %s is a length of time. */
        return g_strdup_printf(_("Not sent. %s left."), left);
    if (g_str_equal(facts->state, "used"))
        /* Translators: an invitation; %s is a length of time. */
        return g_strdup_printf(_("Used. %s left."), left);
    /* Translators: an invitation; %s is a length of time. */
    return g_strdup_printf(_("Open. %s left."), left);
}

static char *tell_people(const RaInvitationFacts *facts)
{
    if (facts->to[0] != NULL)
        return ra_wording_people((const char *const *)facts->to);
    return g_strdup(facts->sent ? _("Saved as a file") : _("Not sent to anybody"));
}

void ra_invitation_row_update(GtkWidget *widget, gint64 now)
{
    const Row *row = row_of(widget);
    const RaInvitationFacts *facts = row->facts;
    const gboolean open = ra_invitation_is_open(facts, now);
    g_autofree char *people = tell_people(facts);
    g_autofree char *state = tell_state(facts, now);
    g_autofree char *moment = ra_wording_moment(facts->start, now);
    /* Translators: %s is a moment: "14:03", "Fri 20 Nov, 14:03". */
    g_autofree char *made = g_strdup_printf(_("Made: %s"), moment);
    set_text(row->people, people);
    set_text(row->state, state);
    set_text(row->made, made);
    gtk_widget_set_visible(row->acts[RA_ROW_CANCEL], open);
    gtk_widget_set_visible(row->acts[RA_ROW_SEND], open && facts->to[0] != NULL);
    set_act(row, RA_ROW_SEND, facts->sent ? _("Send again") : _("Send"));
    set_act(row, RA_ROW_AGAIN, open ? _("New time…") : _("Invite again…"));
    for (gsize i = 0; i < ACTS; i++)
        gtk_widget_set_sensitive(row->acts[i], !row->busy);
    if (open)
        gtk_widget_remove_css_class(GTK_WIDGET(row->people), "ra-dim");
    else
        gtk_widget_add_css_class(GTK_WIDGET(row->people), "ra-dim");
}

void ra_invitation_row_set(GtkWidget *widget, RaInvitationFacts *facts)
{
    Row *row = row_of(widget);
    ra_invitation_facts_free(row->facts);
    row->facts = facts;
}

void ra_invitation_row_say(GtkWidget *widget, const char *line)
{
    const Row *row = row_of(widget);
    set_text(row->said, line);
    gtk_widget_set_visible(GTK_WIDGET(row->said), line[0] != '\0');
}

/* The focus stays in the row while the button that had it cannot be pressed. */
void ra_invitation_row_set_busy(GtkWidget *widget, gboolean busy)
{
    Row *row = row_of(widget);
    row->busy = busy;
    if (busy && gtk_widget_get_focus_child(widget) != NULL)
        (void)gtk_widget_grab_focus(widget);
    for (gsize i = 0; i < ACTS; i++)
        gtk_widget_set_sensitive(row->acts[i], !busy);
}

static void on_clicked(GtkButton *button, gpointer data)
{
    GtkWidget *widget = data;
    const Row *row = row_of(widget);
    for (gsize i = 0; i < ACTS; i++)
        if (row->acts[i] == GTK_WIDGET(button)) {
            row->act(widget, (RaRowAct)i, row->data);
            return;
        }
}

GtkWidget *ra_invitation_row_new(RaInvitationFacts *facts, RaRowFunc act, gpointer data)
{
    static const char *const acts[ACTS] = {"cancel", "send", "again"};
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/invitation-row.ui");
    GtkWidget *widget = ra_ui_take(builder, "row");
    Row *row = g_new0(Row, 1);
    row->facts = facts;
    row->act = act;
    row->data = data;
    row->people = GTK_LABEL(gtk_builder_get_object(builder, "people"));
    row->state = GTK_LABEL(gtk_builder_get_object(builder, "state"));
    row->made = GTK_LABEL(gtk_builder_get_object(builder, "made"));
    row->said = GTK_LABEL(gtk_builder_get_object(builder, "said"));
    for (gsize i = 0; i < ACTS; i++) {
        row->acts[i] = GTK_WIDGET(gtk_builder_get_object(builder, acts[i]));
        g_signal_connect(row->acts[i], "clicked", G_CALLBACK(on_clicked), widget);
    }
    g_object_set_data_full(G_OBJECT(widget), "ra-invitation-row", row, row_free);
    return widget;
}
