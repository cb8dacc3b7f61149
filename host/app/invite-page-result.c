/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/duration.h"
#include "base/i18n.h"
#include "host/app/invite-page-inner.h"
#include "host/app/password-view.h"
#include "host/app/ui.h"
#include "host/app/wording.h"

typedef struct {
    GtkWidget *what, *warnings, *details, *detail, *remedies, *again, *save, *after, *first, *until;
    GtkWidget *view, *chosen;
    RaSecret *password;
    gboolean out, watched;
    void (*on_again)(gpointer data);
    void (*on_save)(gpointer data);
    gpointer data;
} Result;

static Result *result_of(GtkWidget *step)
{
    return g_object_get_data(G_OBJECT(step), "ra-result");
}

static void result_free(gpointer data)
{
    Result *result = data;
    ra_secret_unref(result->password);
    g_free(result);
}

static void on_again(GtkButton *button, gpointer data)
{
    const Result *result = data;
    (void)button;
    result->on_again(result->data);
}

static void on_save(GtkButton *button, gpointer data)
{
    const Result *result = data;
    (void)button;
    result->on_save(result->data);
}

GtkWidget *ra_invite_result_new(void (*again)(gpointer data), void (*save)(gpointer data),
                                gpointer data)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/invite-page-result.ui");
    GtkWidget *step = GTK_WIDGET(gtk_builder_get_object(builder, "step"));
    Result *result = g_new0(Result, 1);
    g_object_set_data_full(G_OBJECT(g_object_ref(step)), "ra-result", result, result_free);
    const struct {
        const char *id;
        GtkWidget **widget;
    } parts[] = {{"what", &result->what},         {"warnings", &result->warnings},
                 {"details", &result->details},   {"detail", &result->detail},
                 {"remedies", &result->remedies}, {"again", &result->again},
                 {"save", &result->save},         {"after", &result->after},
                 {"first", &result->first},       {"until", &result->until}};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        *parts[i].widget = GTK_WIDGET(gtk_builder_get_object(builder, parts[i].id));
    result->on_again = again;
    result->on_save = save;
    result->data = data;
    result->view = ra_password_view_new();
    result->chosen = ra_ui_label(_("The password is the one that you chose yourself."), NULL);
    GtkBox *place = GTK_BOX(gtk_builder_get_object(builder, "password"));
    gtk_box_append(place, result->view);
    gtk_box_append(place, result->chosen);
    g_signal_connect(result->again, "clicked", G_CALLBACK(on_again), result);
    g_signal_connect(result->save, "clicked", G_CALLBACK(on_save), result);
    return step;
}

void ra_invite_result_warn(GtkWidget *step, const char *warning)
{
    const Result *result = result_of(step);
    /* First: a box that is filled while it is hidden keeps the size that it had. */
    gtk_widget_set_visible(result->warnings, TRUE);
    gtk_box_append(GTK_BOX(result->warnings), ra_ui_label(warning, "ra-wrong"));
}

static void fill_warnings(GtkWidget *step, const char *const *warnings)
{
    const Result *result = result_of(step);
    for (GtkWidget *child; (child = gtk_widget_get_first_child(result->warnings)) != NULL;)
        gtk_box_remove(GTK_BOX(result->warnings), child);
    gtk_widget_set_visible(result->warnings, FALSE);
    for (; *warnings != NULL; warnings++)
        ra_invite_result_warn(step, *warnings);
}

static void fill_until(const Result *result, gint64 end)
{
    const gint64 now = ra_moment_now();
    g_autofree char *moment = ra_wording_moment(end, now);
    /* Translators: %s is a time, as "14:03" or "Fri 20 Nov, 14:03". */
    g_autofree char *text = g_strdup_printf(_("The invitation can be used until %s."), moment);
    gtk_label_set_text(GTK_LABEL(result->until), text);
    gtk_widget_set_visible(result->until, end != 0);
}

void ra_invite_result_fill(GtkWidget *step, const RaInviteEnd *end, gboolean watched)
{
    Result *result = result_of(step);
    result->out = end->out;
    ra_secret_unref(result->password);
    result->password = end->out && end->password != NULL ? ra_secret_ref(end->password) : NULL;
    gtk_label_set_text(GTK_LABEL(result->what), end->what);
    if (end->out)
        gtk_widget_remove_css_class(result->what, "ra-wrong");
    else
        gtk_widget_add_css_class(result->what, "ra-wrong");
    fill_warnings(step, end->warnings);
    gtk_label_set_text(GTK_LABEL(result->detail), end->detail);
    gtk_expander_set_expanded(GTK_EXPANDER(result->details), !end->out);
    gtk_widget_set_visible(result->details, *end->detail != '\0');
    gtk_widget_set_visible(result->again, end->can_retry);
    gtk_widget_set_visible(result->save, end->can_save);
    gtk_widget_set_visible(result->remedies, end->can_retry || end->can_save);
    gtk_widget_set_visible(result->after, end->out);
    gtk_label_set_text(
        GTK_LABEL(result->first),
        end->needs_file
            ? _("1. Give the file to your helper, and tell them the password on the telephone:")
            : _("1. Call your helper, and tell them the password on the telephone:"));
    gtk_widget_set_visible(result->chosen, end->out && end->password == NULL);
    fill_until(result, end->end);
    ra_invite_result_set_watched(step, watched);
}

void ra_invite_result_set_watched(GtkWidget *step, gboolean watched)
{
    const Result *result = result_of(step);
    const gboolean there = result->out && result->password != NULL;
    ra_password_view_set(result->view, result->password, there && watched);
    gtk_widget_set_visible(result->view, there);
}

void ra_invite_result_focus(GtkWidget *step)
{
    const Result *result = result_of(step);
    if (!result->out && gtk_widget_get_visible(result->again))
        gtk_widget_grab_focus(result->again);
}
