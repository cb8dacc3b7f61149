/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/i18n.h"
#include "host/app/invite-page-inner.h"

/* The choices; sending by a server and by sendmail(8) is one. */
enum { MAIL, CLIENT, FILE_, CHOICES };

typedef struct {
    GtkWidget *intro, *trouble;
    GtkWidget *button[CHOICES], *words[CHOICES];
    RaInviteWay mail; /* what MAIL means */
} How;

static How *how_of(GtkWidget *step)
{
    return g_object_get_data(G_OBJECT(step), "ra-how");
}

GtkWidget *ra_invite_how_new(void)
{
    static const char *const ids[] = {[MAIL] = "mail", [CLIENT] = "client", [FILE_] = "file"};
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/invite-page-how.ui");
    GtkWidget *step = GTK_WIDGET(gtk_builder_get_object(builder, "step"));
    How *how = g_new0(How, 1);
    g_object_set_data_full(G_OBJECT(g_object_ref(step)), "ra-how", how, g_free);
    how->intro = GTK_WIDGET(gtk_builder_get_object(builder, "intro"));
    how->trouble = GTK_WIDGET(gtk_builder_get_object(builder, "trouble"));
    for (int i = 0; i < CHOICES; i++) {
        g_autofree char *words = g_strconcat(ids[i], "-words", NULL);
        how->button[i] = GTK_WIDGET(gtk_builder_get_object(builder, ids[i]));
        how->words[i] = GTK_WIDGET(gtk_builder_get_object(builder, words));
        gtk_accessible_update_relation(GTK_ACCESSIBLE(how->button[i]),
                                       GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, how->words[i], NULL,
                                       -1);
    }
    return step;
}

static void offer(const How *how, int choice, gboolean usable, const char *words)
{
    gtk_widget_set_sensitive(how->button[choice], usable);
    gtk_label_set_text(GTK_LABEL(how->words[choice]), words);
}

static void offer_mail(How *how, const RaInviteDefaults *defaults)
{
    const gboolean server = defaults->way[RA_INVITE_SMTP].usable;
    const gboolean usable = server || defaults->way[RA_INVITE_SENDMAIL].usable;
    g_autofree char *words = NULL;
    how->mail = server ? RA_INVITE_SMTP : RA_INVITE_SENDMAIL;
    if (server && *defaults->way[RA_INVITE_SMTP].detail != '\0')
        /* Translators: %s is the name of a mail server. */
        words = g_strdup_printf(_("It is sent right away, through %s."),
                                defaults->way[RA_INVITE_SMTP].detail);
    else if (usable)
        words = g_strdup(_("It is sent right away, by this computer's own mail service."));
    offer(how, MAIL, usable, usable ? words : defaults->way[RA_INVITE_SMTP].why_not);
}

static void offer_client(const How *how, const RaInviteDefaults *defaults)
{
    const gboolean usable = defaults->way[RA_INVITE_MAIL_CLIENT].usable;
    const char *name = defaults->way[RA_INVITE_MAIL_CLIENT].detail;
    g_autofree char *words = NULL;
    if (usable && *name != '\0')
        /* Translators: %s is a mail program, as "Thunderbird". */
        words = g_strdup_printf(
            _("%s opens with the message. You look at it, and press Send there."), name);
    else if (usable)
        words = g_strdup(_("It opens with the message. You look at it, and press Send there."));
    offer(how, CLIENT, usable, usable ? words : defaults->way[RA_INVITE_MAIL_CLIENT].why_not);
}

/* What is chosen at the start: what works with the least to do. A computer's own mail service is
 * often there without a way to the world. */
static void choose(const How *how)
{
    int choice = FILE_;
    if (gtk_widget_get_sensitive(how->button[CLIENT]))
        choice = CLIENT;
    if (gtk_widget_get_sensitive(how->button[MAIL]) &&
        (how->mail == RA_INVITE_SMTP || (choice == FILE_)))
        choice = MAIL;
    if (gtk_widget_get_sensitive(how->button[choice]))
        gtk_check_button_set_active(GTK_CHECK_BUTTON(how->button[choice]), TRUE);
}

static void set_usable(const How *how, gboolean usable)
{
    for (int i = 0; i < CHOICES; i++)
        gtk_widget_set_visible(gtk_widget_get_parent(how->button[i]), usable);
    gtk_widget_set_visible(how->intro, usable);
    gtk_widget_set_visible(how->trouble, !usable);
}

void ra_invite_how_fill(GtkWidget *step, const RaInviteDefaults *defaults)
{
    How *how = how_of(step);
    offer_mail(how, defaults);
    offer_client(how, defaults);
    offer(how, FILE_, defaults->way[RA_INVITE_FILE].usable,
          defaults->way[RA_INVITE_FILE].usable
              ? _("You give the file to your helper yourself: on a memory stick, or as you like.")
              : defaults->way[RA_INVITE_FILE].why_not);
    choose(how);
    set_usable(how, defaults->enabled);
    if (defaults->enabled)
        return;
    /* Translators: %s is a message in English for whoever looks after the computer. */
    g_autofree char *text =
        g_strdup_printf(_("The settings of this computer do not allow invitations. Whoever looks "
                          "after it can tell you more.\n\n(%s)"),
                        defaults->why);
    gtk_label_set_text(GTK_LABEL(how->trouble), text);
}

void ra_invite_how_fail(GtkWidget *step, const GError *error)
{
    const How *how = how_of(step);
    /* Translators: %s is a message, often in English, for whoever looks after the computer. */
    g_autofree char *text = g_strdup_printf(
        _("Invitations cannot be made: a part of this program does not work.\n\n(%s)"),
        error->message);
    for (int i = 0; i < CHOICES; i++)
        gtk_widget_set_sensitive(how->button[i], FALSE);
    gtk_label_set_text(GTK_LABEL(how->trouble), text);
    set_usable(how, FALSE);
}

gboolean ra_invite_how_chosen(GtkWidget *step, RaInviteWay *ret)
{
    const How *how = how_of(step);
    const RaInviteWay ways[] = {
        [MAIL] = how->mail, [CLIENT] = RA_INVITE_MAIL_CLIENT, [FILE_] = RA_INVITE_FILE};
    for (int i = 0; i < CHOICES; i++) {
        if (gtk_widget_get_visible(how->intro) && gtk_widget_get_sensitive(how->button[i]) &&
            gtk_check_button_get_active(GTK_CHECK_BUTTON(how->button[i]))) {
            *ret = ways[i];
            return TRUE;
        }
    }
    return FALSE;
}
