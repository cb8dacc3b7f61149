/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/chat-log.h"

#include "base/i18n.h"
#include "host/app/ui.h"
#include "host/app/wording.h"

#include <string.h>

enum {
    ENTRIES_MAX = 20000, /* the agent keeps no more */
    TRIM_SLACK = 50,     /* rows more than a step before the oldest go */
    LINE_CHARS = 56,     /* a message is not wider */
    PIECE_CHARS = 64,    /* of a text, that are shaped together */
    OTHER_SIDE = 40,     /* pixels that are left free there */
    GAP = 8,             /* pixels around the time */
};

enum { EARLIER, SIGNALS };
static guint signals[SIGNALS];

typedef struct {
    GVariant *entry;
    GtkWidget *row; /* NULL: not shown */
    GtkWidget *text, *waiting;
} Entry;

struct _RaChatLog {
    GtkBox parent;
    GPtrArray *entries; /* Entry; their numbers follow each other */
    guint first;        /* the number of the first */
    guint shown;        /* so many, the newest, have a row */
    GtkWidget *earlier;
    char *helper;
};

G_DEFINE_FINAL_TYPE(RaChatLog, ra_chat_log, GTK_TYPE_BOX)

static void entry_free(gpointer data)
{
    Entry *entry = data;
    g_variant_unref(entry->entry);
    g_free(entry);
}

static guint number_of(GVariant *entry)
{
    guint number = 0;
    (void)g_variant_lookup(entry, "number", "u", &number);
    return number;
}

static const char *string_of(GVariant *entry, const char *key)
{
    const char *text = "";
    (void)g_variant_lookup(entry, key, "&s", &text);
    return text;
}

static gint64 time_of(GVariant *entry)
{
    gint64 time = 0;
    (void)g_variant_lookup(entry, "time", "x", &time);
    return time;
}

char *ra_chat_log_time(gint64 time)
{
    return ra_wording_moment(time, g_get_real_time() / G_USEC_PER_SEC);
}

/* Pango shapes what is left of a piece again at each line end, and GTK looks for the least width
 * with a character in each line: that takes seconds for one long text. So it is cut into pieces, by
 * an attribute that every other one has, and that changes nothing. No hyphens where a word is cut.
 */
static void set_attributes(GtkLabel *label, const char *text)
{
    g_autoptr(PangoAttrList) list = pango_attr_list_new();
    PangoAttribute *piece = NULL;
    guint n = 0;
    pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at), n++) {
        if (n < PIECE_CHARS || g_unichar_ismark(g_utf8_get_char(at)))
            continue;
        n = 0;
        if (piece == NULL) {
            piece = pango_attr_letter_spacing_new(0);
            piece->start_index = (guint)(at - text);
        } else {
            piece->end_index = (guint)(at - text);
            pango_attr_list_insert(list, g_steal_pointer(&piece));
        }
    }
    if (piece != NULL)
        pango_attr_list_insert(list, piece); /* to the end */
    gtk_label_set_attributes(label, list);
}

/* The text of an entry: it can be selected, and is what the keyboard goes to. */
static GtkWidget *new_text(const char *text, const char *spoken)
{
    GtkWidget *label = ra_ui_label(text, NULL);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), LINE_CHARS);
    set_attributes(GTK_LABEL(label), text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                   -1);
    return label;
}

/* An empty widget that takes the room beside others. To align a long text by itself instead, GTK
 * would lay it out again and again to find the width that goes with a height. */
static void add_space(GtkWidget *box)
{
    GtkWidget *space = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_set_hexpand(space, TRUE);
    gtk_box_append(GTK_BOX(box), space);
}

static GtkWidget *new_line(GtkWidget *row, gboolean at_end)
{
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    if (at_end)
        add_space(line);
    gtk_box_append(GTK_BOX(row), line);
    return line;
}

static GtkWidget *new_time(const char *time)
{
    GtkWidget *label = gtk_label_new(time);
    gtk_widget_set_valign(label, GTK_ALIGN_START);
    gtk_widget_set_margin_start(label, GAP);
    gtk_widget_set_margin_end(label, GAP);
    gtk_widget_add_css_class(label, "ra-dim");
    return label;
}

static void make_event(Entry *entry, const char *text, const char *time)
{
    entry->row = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *line = new_line(entry->row, TRUE);
    /* Translators: read aloud: the time, and what happened then. */
    g_autofree char *spoken = g_strdup_printf(_("%1$s: %2$s"), time, text);
    entry->text = new_text(text, spoken);
    gtk_widget_add_css_class(entry->text, "ra-dim");
    gtk_box_append(GTK_BOX(line), new_time(time));
    gtk_box_append(GTK_BOX(line), entry->text);
    add_space(line);
}

/* Who, and when; what they said; whether it is there. */
static void make_message(RaChatLog *log, Entry *entry, const char *text, const char *time)
{
    const gboolean mine = strcmp(string_of(entry->entry, "who"), "me") == 0;
    const char *name = string_of(entry->entry, "name");
    if (mine)
        name = _("You");
    else if (name[0] == '\0')
        name = log->helper[0] != '\0' ? log->helper : _("Your helper");
    entry->row = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    gtk_widget_add_css_class(entry->row, mine ? "ra-mine" : "ra-theirs");
    GtkWidget *head = new_line(entry->row, mine), *line = new_line(entry->row, mine);
    gtk_box_append(GTK_BOX(head), ra_ui_label(name, "ra-name"));
    gtk_box_append(GTK_BOX(head), new_time(time));
    /* Translators: read aloud: who, when, what they said. */
    g_autofree char *spoken = g_strdup_printf(_("%1$s, %2$s: %3$s"), name, time, text);
    entry->text = new_text(text, spoken);
    gtk_widget_add_css_class(entry->text, "ra-message");
    gtk_box_append(GTK_BOX(line), entry->text);
    if (mine) {
        gtk_widget_set_margin_start(entry->row, OTHER_SIDE);
        entry->waiting = ra_ui_label(_("not there yet"), "ra-dim");
        gtk_box_append(GTK_BOX(new_line(entry->row, TRUE)), entry->waiting);
    } else {
        gtk_widget_set_margin_end(entry->row, OTHER_SIDE);
        add_space(line);
    }
}

/* What may change in an entry that is there. */
static void refresh(Entry *entry)
{
    gboolean there = FALSE;
    (void)g_variant_lookup(entry->entry, "there", "b", &there);
    if (entry->waiting != NULL)
        gtk_widget_set_visible(entry->waiting, !there);
}

static void show(RaChatLog *log, Entry *entry, GtkWidget *after)
{
    const char *text = string_of(entry->entry, "text");
    g_autofree char *time = ra_chat_log_time(time_of(entry->entry));
    if (strcmp(string_of(entry->entry, "who"), "event") == 0)
        make_event(entry, text, time);
    else
        make_message(log, entry, text, time);
    refresh(entry);
    gtk_box_insert_child_after(GTK_BOX(log), entry->row, after);
    log->shown++;
}

/* The child of LOG that has the keyboard. */
static GtkWidget *child_in_focus(GtkWidget *log)
{
    GtkRoot *root = gtk_widget_get_root(log);
    GtkWidget *child = root != NULL ? gtk_root_get_focus(root) : NULL;
    while (child != NULL && gtk_widget_get_parent(child) != log)
        child = gtk_widget_get_parent(child);
    return child;
}

static void hide(RaChatLog *log, Entry *entry)
{
    /* Else GTK looks at the widget that had the keyboard once more when it is gone. */
    if (child_in_focus(GTK_WIDGET(log)) == entry->row)
        gtk_root_set_focus(gtk_widget_get_root(GTK_WIDGET(log)), NULL);
    gtk_box_remove(GTK_BOX(log), entry->row);
    entry->row = entry->text = entry->waiting = NULL;
    log->shown--;
}

static void show_earlier(RaChatLog *log)
{
    for (guint n = RA_CHAT_LOG_STEP; n > 0 && log->shown < log->entries->len; n--)
        show(log, g_ptr_array_index(log->entries, log->entries->len - log->shown - 1),
             log->earlier);
    gtk_widget_set_visible(log->earlier, log->shown < log->entries->len);
}

static void on_earlier(GtkButton *button, gpointer data)
{
    RaChatLog *log = data;
    const Entry *top = g_ptr_array_index(log->entries, log->entries->len - log->shown);
    (void)button;
    g_signal_emit(log, signals[EARLIER], 0);
    show_earlier(log);
    if (!gtk_widget_get_visible(log->earlier)) /* the keyboard was on the button */
        gtk_widget_grab_focus(top->text);
}

void ra_chat_log_trim(RaChatLog *log)
{
    if (log->shown <= RA_CHAT_LOG_STEP + TRIM_SLACK)
        return;
    while (log->shown > RA_CHAT_LOG_STEP)
        hide(log, g_ptr_array_index(log->entries, log->entries->len - log->shown));
    gtk_widget_set_visible(log->earlier, TRUE);
}

static void clear(RaChatLog *log)
{
    while (log->shown > 0)
        hide(log, g_ptr_array_index(log->entries, log->entries->len - log->shown));
    g_ptr_array_set_size(log->entries, 0);
    gtk_widget_set_visible(log->earlier, FALSE);
}

static void add(RaChatLog *log, GVariant *value)
{
    if (log->entries->len >= ENTRIES_MAX) {
        Entry *oldest = g_ptr_array_index(log->entries, 0);
        if (oldest->row != NULL)
            hide(log, oldest);
        g_ptr_array_remove_index(log->entries, 0);
        log->first++;
    }
    if (log->entries->len == 0)
        log->first = number_of(value);
    Entry *entry = g_new0(Entry, 1);
    entry->entry = g_variant_ref(value);
    g_ptr_array_add(log->entries, entry);
}

void ra_chat_log_load(RaChatLog *log, GVariant *entries)
{
    clear(log);
    const gsize n = g_variant_n_children(entries);
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GVariant) value = g_variant_get_child_value(entries, i);
        add(log, value);
    }
    show_earlier(log);
}

static gboolean same(GVariant *a, GVariant *b)
{
    return time_of(a) == time_of(b) && strcmp(string_of(a, "who"), string_of(b, "who")) == 0 &&
           strcmp(string_of(a, "text"), string_of(b, "text")) == 0;
}

gboolean ra_chat_log_take(RaChatLog *log, GVariant *value)
{
    const guint number = number_of(value), length = log->entries->len;
    if (length == 0 ? number == 1 : number == log->first + length) {
        add(log, value);
        show(log, g_ptr_array_index(log->entries, log->entries->len - 1),
             gtk_widget_get_last_child(GTK_WIDGET(log)));
        return TRUE;
    }
    if (length == 0 || number < log->first || number > log->first + length)
        return FALSE;
    Entry *entry = g_ptr_array_index(log->entries, number - log->first);
    if (!same(entry->entry, value))
        return FALSE;
    g_variant_unref(entry->entry);
    entry->entry = g_variant_ref(value);
    refresh(entry);
    return TRUE;
}

guint ra_chat_log_length(RaChatLog *log)
{
    return log->entries->len;
}

GVariant *ra_chat_log_entry(RaChatLog *log, guint index)
{
    const Entry *entry = g_ptr_array_index(log->entries, index);
    return entry->entry;
}

void ra_chat_log_set_helper(RaChatLog *log, const char *helper)
{
    g_free(log->helper);
    log->helper = g_strdup(helper);
}

static gboolean focus_child(RaChatLog *log, GtkWidget *child)
{
    if (child == log->earlier)
        return gtk_widget_get_visible(child) && gtk_widget_grab_focus(child);
    for (guint i = log->entries->len; i > 0; i--) {
        const Entry *entry = g_ptr_array_index(log->entries, i - 1);
        if (entry->row == child)
            return gtk_widget_grab_focus(entry->text);
    }
    return FALSE;
}

static gboolean chat_log_focus(GtkWidget *widget, GtkDirectionType direction)
{
    RaChatLog *log = RA_CHAT_LOG(widget);
    GtkWidget *child = child_in_focus(widget), *next = NULL;
    if (child == NULL)
        return log->shown > 0 && focus_child(log, gtk_widget_get_last_child(widget));
    if (direction == GTK_DIR_UP)
        next = gtk_widget_get_prev_sibling(child);
    else if (direction == GTK_DIR_DOWN)
        next = gtk_widget_get_next_sibling(child);
    return next != NULL && focus_child(log, next);
}

static void chat_log_finalize(GObject *object)
{
    RaChatLog *log = RA_CHAT_LOG(object);
    g_ptr_array_unref(log->entries);
    g_free(log->helper);
    G_OBJECT_CLASS(ra_chat_log_parent_class)->finalize(object);
}

static void ra_chat_log_class_init(RaChatLogClass *class)
{
    G_OBJECT_CLASS(class)->finalize = chat_log_finalize;
    GTK_WIDGET_CLASS(class)->focus = chat_log_focus;
    gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_LOG);
    signals[EARLIER] = g_signal_new("earlier", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void ra_chat_log_init(RaChatLog *log)
{
    log->entries = g_ptr_array_new_with_free_func(entry_free);
    log->helper = g_strdup("");
    gtk_orientable_set_orientation(GTK_ORIENTABLE(log), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(log), 10);
    gtk_widget_add_css_class(GTK_WIDGET(log), "ra-log");
    log->earlier = gtk_button_new_with_label(_("Show what was before"));
    gtk_widget_set_halign(log->earlier, GTK_ALIGN_CENTER);
    gtk_widget_set_visible(log->earlier, FALSE);
    g_signal_connect(log->earlier, "clicked", G_CALLBACK(on_earlier), log);
    gtk_box_append(GTK_BOX(log), log->earlier);
    gtk_accessible_update_property(GTK_ACCESSIBLE(log), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("What was said and what happened"), -1);
}

GtkWidget *ra_chat_log_new(void)
{
    return g_object_new(ra_chat_log_get_type(), NULL);
}
