/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/i18n.h"
#include "host/app/invite-page-inner.h"
#include "host/app/password-view.h"
#include "ticket/password.h"

#include <string.h>

/* Scores of ra_password_strength() from which the words change. */
enum { FAIR = 30, GOOD = 60, STRONG = 90 };

typedef struct {
    GtkWidget *kinds, *view, *own, *level, *strength, *another;
    RaSecret *generated;
    gint64 lifetime;
    gboolean watched;
    void (*next)(gpointer data);
    gpointer data;
} Step;

static Step *step_of(GtkWidget *widget)
{
    return g_object_get_data(G_OBJECT(widget), "ra-step");
}

static void step_free(gpointer data)
{
    Step *step = data;
    ra_secret_unref(step->generated);
    g_free(step);
}

static void show(const Step *step)
{
    ra_password_view_set(step->view, step->generated, step->watched);
    gtk_widget_set_sensitive(step->another, !step->watched);
}

static void generate(Step *step)
{
    ra_secret_unref(step->generated);
    step->generated = ra_password_generate_for(step->lifetime);
    show(step);
}

static void on_another(GtkButton *button, gpointer data)
{
    (void)button;
    generate(data);
}

static gboolean is_own(const Step *step)
{
    return g_str_equal(gtk_stack_get_visible_child_name(GTK_STACK(step->kinds)), "own");
}

static void on_choose(GtkButton *button, gpointer data)
{
    const Step *step = data;
    (void)button;
    gtk_stack_set_visible_child_name(GTK_STACK(step->kinds), "own");
    gtk_widget_grab_focus(step->own);
}

static void on_generate(GtkButton *button, gpointer data)
{
    const Step *step = data;
    (void)button;
    gtk_editable_set_text(GTK_EDITABLE(step->own), "");
    gtk_stack_set_visible_child_name(GTK_STACK(step->kinds), "generated");
    gtk_widget_grab_focus(step->another);
}

static RaSecret *typed(const Step *step)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(step->own)); /* the entry's own memory */
    return ra_secret_new_copy(text, strlen(text));
}

static const char *words_for(int score)
{
    if (score >= STRONG)
        return _("This is a very strong password.");
    if (score >= GOOD)
        return _("This is a strong password.");
    if (score >= FAIR)
        return _("This password will do. A longer one is safer.");
    return _("This password will just do. A longer one is safer.");
}

/* What is wrong with a password that was refused, by ERROR; the caller frees it. */
static char *words_against(const GError *error)
{
    /* Translators: %s is the reason, as the system's checker of passwords says it. */
    return g_strdup_printf(_("Not good enough yet: %s."), error->message);
}

/* TRUE if the typed one will do. */
static gboolean rate(const Step *step, RaSecret *password)
{
    g_autoptr(GError) error = NULL;
    const gboolean empty = ra_secret_size(password) == 0;
    const int score = ra_password_strength(password, &error);
    g_autofree char *against = score < 0 && !empty ? words_against(error) : NULL;
    const char *words = score >= 0 ? words_for(score) : against;
    gtk_level_bar_set_value(GTK_LEVEL_BAR(step->level), MAX(score, 0));
    gtk_label_set_text(GTK_LABEL(step->strength),
                       empty ? _("Take at least three words that do not belong together, or a long "
                                 "sentence of your own.")
                             : words);
    return score >= 0;
}

static void on_typed(GtkEditable *own, gpointer data)
{
    const Step *step = data;
    (void)own;
    g_autoptr(RaSecret) password = typed(step);
    rate(step, password);
    gtk_widget_remove_css_class(step->strength, "ra-wrong");
}

static void on_activate(GtkWidget *own, gpointer data)
{
    const Step *step = data;
    (void)own;
    step->next(step->data);
}

GtkWidget *ra_invite_password_new(void (*next)(gpointer data), gpointer data)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/invite-page-password.ui");
    GtkWidget *widget = GTK_WIDGET(gtk_builder_get_object(builder, "step"));
    Step *step = g_new0(Step, 1);
    g_object_set_data_full(G_OBJECT(g_object_ref(widget)), "ra-step", step, step_free);
    step->next = next;
    step->data = data;
    step->kinds = GTK_WIDGET(gtk_builder_get_object(builder, "kinds"));
    step->own = GTK_WIDGET(gtk_builder_get_object(builder, "own"));
    step->level = GTK_WIDGET(gtk_builder_get_object(builder, "level"));
    step->strength = GTK_WIDGET(gtk_builder_get_object(builder, "strength"));
    step->another = GTK_WIDGET(gtk_builder_get_object(builder, "another"));
    step->view = ra_password_view_new();
    gtk_box_prepend(GTK_BOX(gtk_builder_get_object(builder, "generated")), step->view);
    g_signal_connect(step->another, "clicked", G_CALLBACK(on_another), step);
    g_signal_connect(gtk_builder_get_object(builder, "choose"), "clicked", G_CALLBACK(on_choose),
                     step);
    g_signal_connect(gtk_builder_get_object(builder, "generate"), "clicked",
                     G_CALLBACK(on_generate), step);
    g_signal_connect(step->own, "changed", G_CALLBACK(on_typed), step);
    g_signal_connect(step->own, "activate", G_CALLBACK(on_activate), step);
    on_typed(NULL, step);
    return widget;
}

void ra_invite_password_set_lifetime(GtkWidget *widget, gint64 lifetime)
{
    Step *step = step_of(widget);
    const gboolean longer = lifetime > RA_PASSWORD_SHORT_LIFE;
    const gboolean was_longer = step->lifetime > RA_PASSWORD_SHORT_LIFE;
    step->lifetime = lifetime;
    if (step->generated == NULL || longer != was_longer)
        generate(step);
}

void ra_invite_password_set_watched(GtkWidget *widget, gboolean watched)
{
    Step *step = step_of(widget);
    GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(step->own));
    step->watched = watched;
    show(step);
    gtk_password_entry_set_show_peek_icon(GTK_PASSWORD_ENTRY(step->own), !watched);
    if (watched && GTK_IS_TEXT(text)) /* it may be in sight already */
        gtk_text_set_visibility(GTK_TEXT(text), FALSE);
}

RaSecret *ra_invite_password_take(GtkWidget *widget, gboolean *generated)
{
    const Step *step = step_of(widget);
    if (!is_own(step)) {
        *generated = TRUE;
        return ra_secret_ref(step->generated);
    }
    g_autoptr(RaSecret) password = typed(step);
    if (rate(step, password)) {
        *generated = FALSE;
        return g_steal_pointer(&password);
    }
    gtk_widget_add_css_class(step->strength, "ra-wrong");
    gtk_widget_grab_focus(step->own);
    return NULL;
}
