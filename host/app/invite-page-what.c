/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/duration.h"
#include "base/i18n.h"
#include "base/text.h"
#include "host/app/invite-page-inner.h"
#include "host/app/wording.h"
#include "ticket/invitation.h"

#include <string.h>

enum {
    COUNT_FROM = RA_TEXT_MESSAGE_MAX - 400, /* characters; from there on they are counted aloud */
    LIFETIMES_MAX = 8,
};

enum { TO, MESSAGE, NAME, FROM, LIFETIME, FIELDS };
static const char *const ids[FIELDS] = {"to", "message", "name", "from", "lifetime"};

typedef struct {
    GtkWidget *field[FIELDS], *input[FIELDS], *hint[FIELDS], *wrong[FIELDS];
    GtkWidget *other, *amount, *unit, *control, *view, *rights_hint;
    gint64 lifetimes[LIFETIMES_MAX]; /* of the list; 0: another one */
    guint n_lifetimes;
    gint64 lifetime_max;
    gboolean mail; /* addresses are needed */
    void (*next)(gpointer data);
    gpointer data;
} What;

static What *what_of(GtkWidget *step)
{
    return g_object_get_data(G_OBJECT(step), "ra-what");
}

void ra_invite_words_clear(RaInviteWords *words)
{
    g_strfreev(words->to);
    g_free(words->name);
    g_free(words->from);
    g_free(words->message);
    memset(words, 0, sizeof *words);
}

/* WHY NULL: nothing is wrong there. */
static void mark(const What *what, int field, const char *why)
{
    gtk_widget_set_visible(what->wrong[field], why != NULL);
    gtk_label_set_text(GTK_LABEL(what->wrong[field]), why != NULL ? why : "");
    gtk_accessible_update_state(
        GTK_ACCESSIBLE(what->input[field]), GTK_ACCESSIBLE_STATE_INVALID,
        why != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
    if (why != NULL)
        gtk_widget_add_css_class(what->input[field], "error");
    else
        gtk_widget_remove_css_class(what->input[field], "error");
}

static void on_edited(GtkWidget *input, gpointer data)
{
    const What *what = data;
    for (int i = 0; i < FIELDS; i++) {
        if (what->input[i] == input)
            mark(what, i, NULL);
    }
}

static void on_activate(GtkWidget *input, gpointer data)
{
    const What *what = data;
    (void)input;
    what->next(what->data);
}

static void hint(const What *what, int field, const char *text)
{
    gtk_label_set_text(GTK_LABEL(what->hint[field]), text);
    gtk_widget_set_visible(what->hint[field], *text != '\0');
}

static void on_message(GtkTextBuffer *buffer, gpointer data)
{
    const What *what = data;
    const int count = gtk_text_buffer_get_char_count(buffer), left = RA_TEXT_MESSAGE_MAX - count;
    g_autofree char *text = NULL;
    if (left < 0)
        text = g_strdup_printf(
            ngettext("%d character too many", "%d characters too many", (gulong)-left), -left);
    else if (count >= COUNT_FROM)
        text = g_strdup_printf(
            ngettext("Room for %d more character", "Room for %d more characters", (gulong)left),
            left);
    hint(what, MESSAGE, text != NULL ? text : "");
    mark(what, MESSAGE, NULL);
}

static gint64 chosen_lifetime(const What *what)
{
    static const gint64 units[] = {RA_MINUTE, RA_HOUR, RA_DAY};
    const guint i = gtk_drop_down_get_selected(GTK_DROP_DOWN(what->input[LIFETIME]));
    if (i < what->n_lifetimes && what->lifetimes[i] > 0)
        return what->lifetimes[i];
    gtk_spin_button_update(GTK_SPIN_BUTTON(what->amount));
    return gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(what->amount)) *
           units[MIN(gtk_drop_down_get_selected(GTK_DROP_DOWN(what->unit)),
                     G_N_ELEMENTS(units) - 1)];
}

static void on_lifetime(GObject *input, GParamSpec *property, gpointer data)
{
    const What *what = data;
    const guint i = gtk_drop_down_get_selected(GTK_DROP_DOWN(what->input[LIFETIME]));
    (void)input, (void)property;
    gtk_widget_set_visible(what->other, i < what->n_lifetimes && what->lifetimes[i] == 0);
    mark(what, LIFETIME, NULL);
}

static void on_amount(GtkSpinButton *amount, gpointer data)
{
    (void)amount;
    mark(data, LIFETIME, NULL);
}

static void connect_signals(What *what)
{
    static const int entries[] = {TO, NAME, FROM};
    for (gsize i = 0; i < G_N_ELEMENTS(entries); i++) {
        GtkWidget *entry = what->input[entries[i]];
        g_signal_connect(entry, "changed", G_CALLBACK(on_edited), what);
        g_signal_connect(entry, "activate", G_CALLBACK(on_activate), what);
    }
    g_signal_connect(gtk_text_view_get_buffer(GTK_TEXT_VIEW(what->input[MESSAGE])), "changed",
                     G_CALLBACK(on_message), what);
    g_signal_connect(what->input[LIFETIME], "notify::selected", G_CALLBACK(on_lifetime), what);
    g_signal_connect(what->unit, "notify::selected", G_CALLBACK(on_lifetime), what);
    g_signal_connect(what->amount, "value-changed", G_CALLBACK(on_amount), what);
}

GtkWidget *ra_invite_what_new(void (*next)(gpointer data), gpointer data)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/invite-page-what.ui");
    GtkWidget *step = GTK_WIDGET(gtk_builder_get_object(builder, "step"));
    What *what = g_new0(What, 1);
    g_object_set_data_full(G_OBJECT(g_object_ref(step)), "ra-what", what, g_free);
    what->next = next;
    what->data = data;
    for (int i = 0; i < FIELDS; i++) {
        g_autofree char *field = g_strconcat(ids[i], "-field", NULL);
        g_autofree char *hints = g_strconcat(ids[i], "-hint", NULL);
        g_autofree char *wrong = g_strconcat(ids[i], "-wrong", NULL);
        what->field[i] = GTK_WIDGET(gtk_builder_get_object(builder, field));
        what->input[i] = GTK_WIDGET(gtk_builder_get_object(builder, ids[i]));
        what->hint[i] = GTK_WIDGET(gtk_builder_get_object(builder, hints));
        what->wrong[i] = GTK_WIDGET(gtk_builder_get_object(builder, wrong));
        gtk_accessible_update_relation(GTK_ACCESSIBLE(what->input[i]),
                                       GTK_ACCESSIBLE_RELATION_ERROR_MESSAGE, what->wrong[i], -1);
    }
    what->other = GTK_WIDGET(gtk_builder_get_object(builder, "other"));
    what->amount = GTK_WIDGET(gtk_builder_get_object(builder, "amount"));
    what->unit = GTK_WIDGET(gtk_builder_get_object(builder, "unit"));
    what->control = GTK_WIDGET(gtk_builder_get_object(builder, "control"));
    what->view = GTK_WIDGET(gtk_builder_get_object(builder, "view"));
    what->rights_hint = GTK_WIDGET(gtk_builder_get_object(builder, "rights-hint"));
    connect_signals(what);
    return step;
}

static void set_entry(const What *what, int field, const char *text, gboolean locked)
{
    gtk_editable_set_text(GTK_EDITABLE(what->input[field]), text);
    gtk_editable_set_editable(GTK_EDITABLE(what->input[field]), !locked);
    gtk_widget_set_sensitive(what->input[field], !locked);
    hint(what, field, locked ? _("Set by your organisation; it cannot be changed here.") : "");
}

/* The list: the usual ones within MAX, WANTED among them and chosen, and "another". */
static void set_lifetimes(What *what, gint64 wanted, gint64 max)
{
    static const gint64 usual[] = {15 * RA_MINUTE, RA_HOUR, 4 * RA_HOUR, RA_DAY};
    g_autoptr(GtkStringList) list = gtk_string_list_new(NULL);
    guint chosen = 0;
    what->n_lifetimes = 0;
    for (gsize i = 0; i <= G_N_ELEMENTS(usual); i++) {
        const gint64 next = i < G_N_ELEMENTS(usual) ? usual[i] : G_MAXINT64;
        const gint64 before = i > 0 ? usual[i - 1] : 0;
        if (wanted > before && wanted < next) {
            what->lifetimes[what->n_lifetimes++] = wanted;
        }
        if (next <= max && next != G_MAXINT64)
            what->lifetimes[what->n_lifetimes++] = next;
    }
    for (guint i = 0; i < what->n_lifetimes; i++) {
        g_autofree char *words = ra_wording_left(what->lifetimes[i]);
        gtk_string_list_append(list, words);
        chosen = what->lifetimes[i] == wanted ? i : chosen;
    }
    what->lifetimes[what->n_lifetimes++] = 0;
    gtk_string_list_append(list, _("Another time…"));
    gtk_drop_down_set_model(GTK_DROP_DOWN(what->input[LIFETIME]), G_LIST_MODEL(list));
    gtk_drop_down_set_selected(GTK_DROP_DOWN(what->input[LIFETIME]), chosen);
    what->lifetime_max = max;
}

void ra_invite_what_fill(GtkWidget *step, const RaInviteDefaults *defaults,
                         const RaInvitePreset *preset)
{
    What *what = what_of(step);
    const gboolean asked = preset->to != NULL && *preset->to != NULL && !defaults->to_locked;
    g_autofree char *to = g_strjoinv(", ", asked ? (GStrv)preset->to : defaults->to);
    set_entry(what, TO, to, defaults->to_locked);
    set_entry(what, NAME,
              preset->name != NULL && !defaults->name_locked ? preset->name : defaults->name,
              defaults->name_locked);
    set_entry(what, FROM, defaults->from, defaults->from_locked);
    set_lifetimes(what,
                  preset->lifetime > 0 ? CLAMP(preset->lifetime, RA_MINUTE, defaults->lifetime_max)
                                       : defaults->lifetime,
                  defaults->lifetime_max);
    gtk_widget_set_visible(what->control, defaults->allow_control);
    gtk_widget_set_visible(what->view, defaults->allow_control);
    gtk_check_button_set_active(
        GTK_CHECK_BUTTON(defaults->allow_control ? what->control : what->view), TRUE);
    gtk_label_set_text(GTK_LABEL(what->rights_hint),
                       _("Only look. The settings of this computer allow no more."));
    gtk_widget_set_visible(what->rights_hint, !defaults->allow_control);
}

void ra_invite_what_set_way(GtkWidget *step, RaInviteWay way)
{
    What *what = what_of(step);
    what->mail = way != RA_INVITE_FILE;
    gtk_widget_set_visible(what->field[TO], what->mail);
    gtk_widget_set_visible(what->field[FROM], what->mail);
}

/* Something like an address; ra-invite has the last word. */
static gboolean is_address(const char *text)
{
    const char *at = strchr(text, '@');
    return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           strpbrk(text, " \t\"<>()\\;:") == NULL && *text != '-' && *text != '.' &&
           !g_str_has_suffix(text, ".") && ra_text_is_plain_line(text);
}

/* The addresses of the field, between commas, semicolons or spaces; *BAD is the first that is
 * none, the caller's. */
static GStrv split_addresses(const char *text, char **bad)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) parts = g_strsplit_set(text, ",; \t", -1);
    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0')
            continue;
        g_strv_builder_add(builder, *part);
        if (*bad == NULL && !is_address(*part))
            *bad = ra_text_line(*part, RA_TEXT_NAME_MAX);
    }
    return g_strv_builder_end(builder);
}

/* None where none are needed. */
static GStrv check_to(const What *what)
{
    g_autofree char *bad = NULL, *why = NULL;
    const char *text = gtk_editable_get_text(GTK_EDITABLE(what->input[TO]));
    g_auto(GStrv) to = split_addresses(what->mail ? text : "", &bad);
    if (bad != NULL)
        /* Translators: %s is what was typed. */
        why = g_strdup_printf(_("“%s” is no e-mail address. Write it like name@example.com."), bad);
    else if (what->mail && to[0] == NULL)
        why = g_strdup(_("Write the e-mail address of the person who shall help you."));
    mark(what, TO, why);
    return g_steal_pointer(&to);
}

static char *check_from(const What *what)
{
    char *from = g_strdup(gtk_editable_get_text(GTK_EDITABLE(what->input[FROM])));
    const char *why = NULL;
    if (*g_strstrip(from) == '\0')
        why = _("Write your own e-mail address, so that your helper knows who is asking.");
    else if (!is_address(from))
        why = _("This is no e-mail address. Write it like name@example.com.");
    mark(what, FROM, why);
    return from;
}

static char *check_name(const What *what)
{
    char *name = g_strdup(gtk_editable_get_text(GTK_EDITABLE(what->input[NAME])));
    const char *why = NULL;
    if (*g_strstrip(name) == '\0')
        why = _("Write your name, so that your helper knows who is asking.");
    else if (strlen(name) > RA_INVITATION_NAME_MAX)
        why = _("This name is too long. Write a shorter one.");
    else if (!ra_text_is_plain_line(name) || strstr(name, "=?") != NULL)
        why = _("The name has characters that cannot be sent. Write it with letters only.");
    mark(what, NAME, why);
    return name;
}

static char *check_message(const What *what)
{
    GtkTextIter start, end;
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(what->input[MESSAGE]));
    gtk_text_buffer_get_bounds(buffer, &start, &end);
    g_autofree char *text = gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
    const gboolean fits = g_utf8_strlen(text, -1) <= RA_TEXT_MESSAGE_MAX;
    mark(what, MESSAGE, fits ? NULL : _("This is too long to be sent. Say it with fewer words."));
    /* What was pasted may hold characters that cannot be sent. */
    return ra_text_message(text, RA_TEXT_MESSAGE_MAX);
}

static gint64 check_lifetime(const What *what)
{
    const gint64 lifetime = chosen_lifetime(what);
    g_autofree char *why = NULL;
    if (lifetime > what->lifetime_max) {
        g_autofree char *most = ra_wording_left(what->lifetime_max);
        /* Translators: %s is a length of time, as "1 hour". */
        why = g_strdup_printf(_("This is too long: %s at the most."), most);
    }
    mark(what, LIFETIME, why);
    return lifetime;
}

gboolean ra_invite_what_take(GtkWidget *step, RaInviteWords *ret)
{
    const What *what = what_of(step);
    RaInviteWords words = {.to = check_to(what),
                           .name = check_name(what),
                           .from = what->mail ? check_from(what) : g_strdup(""),
                           .message = check_message(what),
                           .lifetime = check_lifetime(what),
                           .view_only = gtk_check_button_get_active(GTK_CHECK_BUTTON(what->view))};
    for (int i = 0; i < FIELDS; i++) {
        if (gtk_widget_get_visible(what->field[i]) && gtk_widget_get_visible(what->wrong[i])) {
            const gboolean amount = i == LIFETIME && gtk_widget_get_visible(what->other);
            gtk_widget_grab_focus(amount ? what->amount : what->input[i]);
            ra_invite_words_clear(&words);
            return FALSE;
        }
    }
    *ret = words;
    return TRUE;
}
