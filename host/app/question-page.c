/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/question-page.h"

#include "base/i18n.h"
#include "host/app/own-press.h"
#include "host/app/question-text.h"
#include "host/app/stale-keys.h"
#include "host/app/ui.h"

enum { TICK_MS = 1000 };

typedef struct {
    GtkBox parent;
    RaAgentLink *link;
    GCancellable *cancellable;
    RaStaleKeys *keys;
    RaOwnPress *press;              /* of Yes */
    GtkEventController *controller; /* the window's, while the page is in it */
    guint number;
    gint64 deadline; /* seconds since 1970 UTC */
    gint64 asked;    /* when the page was made */
    guint hold_timer, tick;
    gint64 told;       /* seconds left when the screen reader was last told */
    gboolean answered; /* an answer is on its way, or was taken */
    gboolean ready;    /* Yes may be pressed */
    GtkWidget *scroll, *text, *title, *proven, *address, *says, *file, *powers, *warning, *caution;
    GtkWidget *status, *left, *bar, *no, *yes;
} RaQuestionPage;
typedef GtkBoxClass RaQuestionPageClass;

static GType ra_question_page_get_type(void);
G_DEFINE_FINAL_TYPE(RaQuestionPage, ra_question_page, GTK_TYPE_BOX)
#define QUESTION_PAGE(page) \
    G_TYPE_CHECK_INSTANCE_CAST(page, ra_question_page_get_type(), RaQuestionPage)

/* Shown, and told by a screen reader: the label's role is STATUS. */
static void say_status(RaQuestionPage *self, const char *text)
{
    gtk_label_set_text(GTK_LABEL(self->status), text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->status), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   text, -1);
}

static void refuse(RaQuestionPage *self, const char *why)
{
    say_status(self, why);
    gtk_widget_add_css_class(self->status, "error");
}

static void set_answered(RaQuestionPage *self, gboolean answered)
{
    self->answered = answered;
    if (answered)
        gtk_widget_grab_focus(self->no); /* an insensitive button loses it to nothing */
    gtk_widget_set_sensitive(self->yes, self->ready && !answered);
}

static void on_answer_taken(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    if (ra_bus_consent1_call_answer_finish(RA_BUS_CONSENT1(source), result, &error))
        return; /* the question is settled: whoever shows the page takes it away */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the page is gone */
    RaQuestionPage *self = data;
    g_autofree char *message = ra_agent_link_message(error);
    refuse(self, message);
    set_answered(self, FALSE);
}

static void answer(RaQuestionPage *self, gboolean yes)
{
    if (self->answered)
        return;
    set_answered(self, TRUE);
    ra_bus_consent1_call_answer(ra_agent_link_consent(self->link), self->number, yes,
                                self->cancellable, on_answer_taken, self);
}

static void on_no(RaQuestionPage *self)
{
    answer(self, FALSE);
}

/* An insensitive button is not pressed by anything; that it is ready is asked all the same, since
 * this one decides. */
static void on_yes(RaQuestionPage *self)
{
    if (!self->ready)
        return;
    if (ra_own_press_take(self->press))
        answer(self, TRUE);
    else
        refuse(self, _("Press the button again, with your own mouse or keyboard."));
}

/* A text that is longer than the window, for the keyboard: the focus stays with the buttons. */
static gboolean scroll(RaQuestionPage *self, guint keysym)
{
    static const struct {
        guint keysym, keypad;
        GtkScrollType how;
    } keys[] = {
        {GDK_KEY_Up, GDK_KEY_KP_Up, GTK_SCROLL_STEP_UP},
        {GDK_KEY_Down, GDK_KEY_KP_Down, GTK_SCROLL_STEP_DOWN},
        {GDK_KEY_Page_Up, GDK_KEY_KP_Page_Up, GTK_SCROLL_PAGE_UP},
        {GDK_KEY_Page_Down, GDK_KEY_KP_Page_Down, GTK_SCROLL_PAGE_DOWN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        gboolean taken = FALSE;
        if (keysym != keys[i].keysym && keysym != keys[i].keypad)
            continue;
        g_signal_emit_by_name(self->scroll, "scroll-child", keys[i].how, FALSE, &taken);
        return GDK_EVENT_STOP;
    }
    return GDK_EVENT_PROPAGATE;
}

/* There are two places for the focus: at the end of a window GTK gives it to none. */
static gboolean move_focus(RaQuestionPage *self)
{
    gtk_widget_grab_focus(gtk_widget_has_focus(self->yes) || !self->ready ? self->no : self->yes);
    return GDK_EVENT_STOP;
}

/* Before any button hears of it: Escape and Enter are No wherever the focus is, and a key that was
 * down already when the question came does nothing. */
static gboolean on_key(GtkEventControllerKey *controller, guint keysym, guint code,
                       GdkModifierType modifiers, RaQuestionPage *self)
{
    (void)controller;
    if (ra_stale_keys_pressed(self->keys, code, self->ready))
        return GDK_EVENT_STOP;
    ra_own_press_key(self->press, keysym, modifiers);
    modifiers &= gtk_accelerator_get_default_mod_mask();
    if ((modifiers & ~(guint)GDK_SHIFT_MASK) != 0)
        return GDK_EVENT_PROPAGATE;
    switch (keysym) {
    case GDK_KEY_Escape:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
        answer(self, FALSE);
        return GDK_EVENT_STOP;
    case GDK_KEY_space: /* typed into another window, when this one came */
    case GDK_KEY_KP_Space:
        return self->ready ? GDK_EVENT_PROPAGATE : GDK_EVENT_STOP;
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
    case GDK_KEY_ISO_Left_Tab:
        return move_focus(self);
    default:
        return scroll(self, keysym);
    }
}

static void on_key_up(GtkEventControllerKey *controller, guint keysym, guint code,
                      GdkModifierType modifiers, RaQuestionPage *self)
{
    (void)controller, (void)keysym, (void)modifiers;
    ra_stale_keys_released(self->keys, code);
}

static gboolean on_held(gpointer data)
{
    RaQuestionPage *self = data;
    self->hold_timer = 0;
    self->ready = TRUE;
    set_answered(self, self->answered);
    return G_SOURCE_REMOVE;
}

/* The screen reader is told at half a minute and at ten seconds, not every second. */
static void tell_left(RaQuestionPage *self, gint64 left)
{
    static const gint64 moments[] = {30, 10};
    const char *shown = gtk_label_get_text(GTK_LABEL(self->status));
    for (gsize i = 0; i < G_N_ELEMENTS(moments); i++) {
        if (left > moments[i] || self->told <= moments[i] || shown[0] != '\0')
            continue;
        gtk_accessible_update_property(GTK_ACCESSIBLE(self->status), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       gtk_label_get_text(GTK_LABEL(self->left)), -1);
    }
    self->told = left;
}

static gboolean on_tick(gpointer data)
{
    RaQuestionPage *self = data;
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    const gint64 left = CLAMP(self->deadline - now, 0, G_MAXINT);
    const gint64 whole = MAX(self->deadline - self->asked, 1);
    g_autofree char *text =
        g_strdup_printf(ngettext("Without an answer it is No in %d second.",
                                 "Without an answer it is No in %d seconds.", (gulong)left),
                        (int)left);
    gtk_label_set_text(GTK_LABEL(self->left), text);
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(self->bar),
                                  CLAMP((double)left / (double)whole, 0, 1));
    tell_left(self, left);
    return G_SOURCE_CONTINUE;
}

static void ra_question_page_root(GtkWidget *widget)
{
    RaQuestionPage *self = QUESTION_PAGE(widget);
    GTK_WIDGET_CLASS(ra_question_page_parent_class)->root(widget);
    GtkWidget *root = GTK_WIDGET(gtk_widget_get_root(widget));
    self->controller = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(self->controller, GTK_PHASE_CAPTURE);
    g_signal_connect(self->controller, "key-pressed", G_CALLBACK(on_key), self);
    g_signal_connect(self->controller, "key-released", G_CALLBACK(on_key_up), self);
    gtk_widget_add_controller(root, self->controller);
}

static void ra_question_page_unroot(GtkWidget *widget)
{
    RaQuestionPage *self = QUESTION_PAGE(widget);
    GtkWidget *root = GTK_WIDGET(gtk_widget_get_root(widget));
    gtk_widget_remove_controller(root, g_steal_pointer(&self->controller));
    GTK_WIDGET_CLASS(ra_question_page_parent_class)->unroot(widget);
}

static void ra_question_page_dispose(GObject *object)
{
    RaQuestionPage *self = QUESTION_PAGE(object);
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_handle_id(&self->hold_timer, g_source_remove);
    g_clear_handle_id(&self->tick, g_source_remove);
    g_clear_pointer(&self->keys, ra_stale_keys_free);
    g_clear_pointer(&self->press, ra_own_press_free);
    G_OBJECT_CLASS(ra_question_page_parent_class)->dispose(object);
}

static void ra_question_page_class_init(RaQuestionPageClass *class)
{
    static const struct {
        const char *name;
        gssize offset;
    } children[] = {
#define CHILD(name) {#name, G_STRUCT_OFFSET(RaQuestionPage, name)}
        CHILD(scroll), CHILD(text), CHILD(title),  CHILD(proven),  CHILD(address),
        CHILD(says),   CHILD(file), CHILD(powers), CHILD(warning), CHILD(caution),
        CHILD(status), CHILD(left), CHILD(bar),    CHILD(no),      CHILD(yes),
#undef CHILD
    };
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    G_OBJECT_CLASS(class)->dispose = ra_question_page_dispose;
    widget_class->root = ra_question_page_root;
    widget_class->unroot = ra_question_page_unroot;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/remoteassistance/app/question-page.ui");
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++)
        gtk_widget_class_bind_template_child_full(widget_class, children[i].name, FALSE,
                                                  children[i].offset);
    gtk_widget_class_bind_template_callback(widget_class, on_no);
    gtk_widget_class_bind_template_callback(widget_class, on_yes);
}

static void ra_question_page_init(RaQuestionPage *self)
{
    self->cancellable = g_cancellable_new();
    self->keys = ra_stale_keys_new();
    self->told = G_MAXINT64;
    gtk_widget_init_template(GTK_WIDGET(self));
    self->press = ra_own_press_new(self->yes, self->no);
}

/* Two columns: a mark or a name, which is never wrapped, and a text. */
static void add_row(GtkWidget *grid, int row, const char *first, const char *second)
{
    GtkWidget *start = gtk_label_new(first);
    GtkWidget *end = ra_ui_label(second, NULL);
    gtk_label_set_xalign(GTK_LABEL(start), 0);
    gtk_widget_set_valign(start, GTK_ALIGN_START);
    gtk_widget_set_hexpand(end, TRUE);
    gtk_grid_attach(GTK_GRID(grid), start, 0, row, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), end, 1, row, 1, 1);
}

static void fill(RaQuestionPage *self, const RaQuestionText *text)
{
    GtkWidget *const from_outside[] = {self->title, self->proven, self->address, self->says};
    for (gsize i = 0; i < G_N_ELEMENTS(from_outside); i++)
        ra_ui_keep_as_written(GTK_LABEL(from_outside[i]));
    gtk_label_set_text(GTK_LABEL(self->title), text->title);
    gtk_label_set_text(GTK_LABEL(self->proven), text->proven);
    gtk_label_set_text(GTK_LABEL(self->address), text->address);
    gtk_widget_set_visible(self->address, text->address[0] != '\0');
    gtk_label_set_text(GTK_LABEL(self->says), text->says);
    gtk_widget_set_visible(self->file, text->facts->len > 0);
    for (guint i = 0; i + 1 < text->facts->len; i += 2)
        add_row(self->file, (int)i, text->facts->pdata[i], text->facts->pdata[i + 1]);
    for (guint i = 0; i < text->powers->len; i++)
        add_row(self->powers, (int)i, "•", text->powers->pdata[i]);
    gtk_label_set_text(GTK_LABEL(self->caution), text->caution);
    gtk_widget_set_visible(self->warning, text->caution[0] != '\0');
    if (text->facts->len > 0) /* a long name must not push the warning out of sight */
        gtk_box_reorder_child_after(GTK_BOX(self->text), self->warning, self->title);
}

/* A screen reader tells all of the question when it comes. */
static void describe(RaQuestionPage *self)
{
    gtk_accessible_update_relation(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                   self->title, NULL, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                   self->proven, self->says, self->caution, NULL, -1);
}

GtkWidget *ra_question_page_new(RaAgentLink *link, guint number, const char *what,
                                GVariant *details)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(RaQuestionText) text = ra_question_text_new(what, details, now);
    if (text == NULL)
        return NULL;
    RaQuestionPage *self = g_object_new(ra_question_page_get_type(), NULL);
    self->link = link;
    self->number = number;
    self->asked = now;
    if (!g_variant_lookup(details, "deadline", "x", &self->deadline))
        self->deadline = now;
    fill(self, text);
    describe(self);
    (void)on_tick(self);
    self->tick = g_timeout_add(TICK_MS, on_tick, self);
    return GTK_WIDGET(self);
}

static void on_shown_taken(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)data; /* a question that was settled meanwhile: whoever shows the page hears of it */
    (void)ra_bus_consent1_call_shown_finish(RA_BUS_CONSENT1(source), result, NULL);
}

void ra_question_page_shown(GtkWidget *page, guint32 window)
{
    RaQuestionPage *self = QUESTION_PAGE(page);
    ra_bus_consent1_call_shown(ra_agent_link_consent(self->link), self->number, window, NULL,
                               on_shown_taken, NULL);
    if (self->ready || self->hold_timer != 0)
        return;
    ra_stale_keys_look(self->keys, gtk_widget_get_display(page));
    self->hold_timer = g_timeout_add(RA_QUESTION_PAGE_HOLD_MS, on_held, self);
}

void ra_question_page_decline(GtkWidget *page)
{
    answer(QUESTION_PAGE(page), FALSE);
}

const char *ra_question_page_title(GtkWidget *page)
{
    return gtk_label_get_text(GTK_LABEL(QUESTION_PAGE(page)->title));
}

GtkWidget *ra_question_page_default(GtkWidget *page)
{
    return QUESTION_PAGE(page)->no;
}

static int height_of(GtkWidget *widget, int width)
{
    int natural = 0;
    gtk_widget_measure(widget, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
    return natural;
}

/* What scrolls asks for no more than text that is not wrapped. */
int ra_question_page_height(GtkWidget *page, int width)
{
    RaQuestionPage *self = QUESTION_PAGE(page);
    return height_of(page, width) - height_of(self->scroll, width) + height_of(self->text, width);
}
