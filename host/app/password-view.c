/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/password-view.h"

#include "base/i18n.h"
#include "host/app/spelling.h"
#include "host/app/ui.h"

#include <string.h>

/* Pixels. */
enum { WORDS_GAP = 4, PARTS_GAP = 12, SPELLED_ABOVE = 6, SPELLED_BEFORE = 18 };

typedef struct {
    GtkWidget *words;    /* a box; takes the focus, so that a screen reader reads it */
    GtkWidget *spelling; /* an expander */
    GtkWidget *spelled;  /* the box in it */
    GtkWidget *hidden;   /* why there are no words */
    RaSecret *password;  /* what is shown; NULL: nothing */
} View;

static View *view_of(GtkWidget *widget)
{
    return g_object_get_data(G_OBJECT(widget), "ra-view");
}

static GtkWidget *column_new(int gap, const char *name)
{
    GtkWidget *box = g_object_new(GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP,
                                  "orientation", GTK_ORIENTATION_VERTICAL, "spacing", gap, NULL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    gtk_widget_set_focusable(box, TRUE);
    gtk_widget_add_css_class(box, "ra-read-aloud");
    return box;
}

static void view_free(gpointer data)
{
    View *view = data;
    ra_secret_unref(view->password);
    g_free(view);
}

GtkWidget *ra_password_view_new(void)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, PARTS_GAP);
    View *view = g_new0(View, 1);
    g_object_set_data_full(G_OBJECT(box), "ra-view", view, view_free);
    view->words = column_new(WORDS_GAP, _("Password"));
    view->spelled = column_new(WORDS_GAP, _("Password, letter by letter"));
    view->spelling = gtk_expander_new_with_mnemonic(_("Spell it _letter by letter"));
    gtk_widget_set_margin_top(view->spelled, SPELLED_ABOVE);
    gtk_widget_set_margin_start(view->spelled, SPELLED_BEFORE);
    gtk_expander_set_child(GTK_EXPANDER(view->spelling), view->spelled);
    view->hidden = ra_ui_label(_("Somebody can see this screen now, or is about to. The password "
                                 "is shown here again as soon as nobody can."),
                               NULL);
    gtk_box_append(GTK_BOX(box), view->words);
    gtk_box_append(GTK_BOX(box), view->spelling);
    gtk_box_append(GTK_BOX(box), view->hidden);
    ra_password_view_set(box, NULL, FALSE);
    return box;
}

static void clear(GtkWidget *box, const char *name)
{
    for (GtkWidget *child; (child = gtk_widget_get_first_child(box)) != NULL;)
        gtk_box_remove(GTK_BOX(box), child);
    gtk_accessible_update_property(GTK_ACCESSIBLE(box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void wipe(char *text)
{
    explicit_bzero(text, strlen(text));
    g_free(text);
}

/* Adds a word to both parts; NAME and SPELLING are what is read of them as a whole. */
static void add_word(const View *view, const char *word, GString *name, GString *spelling)
{
    char *letters = ra_spelling_of(word);
    /* Translators: a word of the password, and its letters by the spelling alphabet. */
    char *line = g_strdup_printf(_("%s: %s"), word, letters);
    gtk_box_append(GTK_BOX(view->words), ra_ui_label(word, "ra-password"));
    gtk_box_append(GTK_BOX(view->spelled), ra_ui_label(line, NULL));
    g_string_append_printf(name, "%s%s", name->len > 0 ? ", " : "", word);
    g_string_append_printf(spelling, "%s%s", spelling->len > 0 ? ", " : "", line);
    wipe(letters);
    wipe(line);
}

static void fill(const View *view, RaSecret *password)
{
    GString *name = g_string_sized_new(256), *spelling = g_string_sized_new(1024);
    const char *word = ra_secret_text(password);
    for (gsize length; *word != '\0'; word += length + (word[length] == '-')) {
        length = strcspn(word, "-");
        char *copy = g_strndup(word, length);
        add_word(view, copy, name, spelling);
        wipe(copy);
    }
    gtk_accessible_update_property(GTK_ACCESSIBLE(view->words), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   name->str, GTK_ACCESSIBLE_PROPERTY_ROLE_DESCRIPTION,
                                   _("password"), -1);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view->spelled), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   spelling->str, -1);
    wipe(g_string_free(name, FALSE));
    wipe(g_string_free(spelling, FALSE));
}

void ra_password_view_set(GtkWidget *widget, RaSecret *password, gboolean hidden)
{
    View *view = view_of(widget);
    RaSecret *shown = hidden ? NULL : password;
    gtk_widget_set_visible(view->hidden, hidden);
    /* First: a box that is filled while it is hidden keeps the size that it had. */
    gtk_widget_set_visible(view->words, shown != NULL);
    gtk_widget_set_visible(view->spelling, shown != NULL);
    if (shown == view->password) /* whoever reads it is not disturbed */
        return;
    ra_secret_unref(view->password);
    view->password = shown != NULL ? ra_secret_ref(shown) : NULL;
    clear(view->words, _("Password"));
    clear(view->spelled, _("Password, letter by letter"));
    if (shown != NULL)
        fill(view, shown);
}
