/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/invite-page.h"

#include "base/error.h"
#include "base/i18n.h"
#include "host/app/invite-errand.h"

#include <string.h>

enum { SLOW_SECONDS = 20 }; /* then it is told that sending may take long */

enum { LOADING, HOW, WHAT, PASSWORD, SENDING, RESULT, STEPS };

typedef struct {
    RaAgentBus *agent;
    RaInviter *inviter;
    void (*done)(gpointer data);
    gpointer data;
    GtkWidget *page, *progress, *title, *steps, *spinner, *doing, *back, *next;
    GtkWidget *step[STEPS];
    int at;
    GtkFileChooserNative *chooser; /* NULL: not open */
    GCancellable *cancel;
    guint slow;   /* a timer */
    gboolean out; /* the invitation went out, to some at the least */

    GStrv preset_to; /* the preset, copied */
    char *preset_name;
    gint64 preset_lifetime;
    GPtrArray *replaced; /* invitations to be cancelled as soon as another is out; of char * */

    RaInviteErrand errand;
} Page;

static void go(Page *page, int step);
static void forward(Page *page);

static Page *page_of(GtkWidget *widget)
{
    return g_object_get_data(G_OBJECT(widget), "ra-page");
}

static void page_free(gpointer data)
{
    Page *page = data;
    g_strfreev(page->preset_to);
    g_free(page->preset_name);
    g_ptr_array_unref(page->replaced);
    ra_invite_errand_clear(&page->errand);
    g_object_unref(page->cancel);
    g_free(page);
}

static void close_chooser(Page *page)
{
    if (page->chooser != NULL)
        gtk_native_dialog_destroy(GTK_NATIVE_DIALOG(page->chooser));
    g_clear_object(&page->chooser);
}

/* The widget goes: nothing may come back to it. */
static void on_destroy(GtkWidget *widget, gpointer data)
{
    Page *page = data;
    (void)widget;
    ra_inviter_forget(page->inviter, page);
    g_cancellable_cancel(page->cancel);
    g_clear_handle_id(&page->slow, g_source_remove);
    close_chooser(page);
}

static void on_defaults(const RaInviteDefaults *defaults, const GError *error, gpointer data)
{
    Page *page = data;
    const RaInvitePreset preset = {.to = (const char *const *)page->preset_to,
                                   .name = page->preset_name,
                                   .lifetime = page->preset_lifetime};
    if (defaults != NULL) {
        ra_invite_how_fill(page->step[HOW], defaults);
        ra_invite_what_fill(page->step[WHAT], defaults, &preset);
    } else {
        ra_invite_how_fail(page->step[HOW], error);
    }
    go(page, HOW);
}

static const char *old_one_stays(void)
{
    return _("The old invitation could not be cancelled. It is still in \"Your invitations\": "
             "cancel it there.");
}

static void on_cancelled(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    if (!ra_bus_host1_call_cancel_finish(RA_BUS_HOST1(source), result, &error) &&
        !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* then the page is gone */
        ra_invite_result_warn(((Page *)data)->step[RESULT], old_one_stays());
}

static void cancel_replaced(Page *page)
{
    RaBusHost1 *host = ra_agent_bus_host(page->agent);
    for (guint i = 0; i < page->replaced->len; i++) {
        if (host != NULL)
            ra_bus_host1_call_cancel(host, page->replaced->pdata[i], page->cancel, on_cancelled,
                                     page);
        else
            ra_invite_result_warn(page->step[RESULT], old_one_stays());
    }
    g_ptr_array_set_size(page->replaced, 0);
}

static void on_outcome(const RaInviteOutcome *outcome, const GError *error, gpointer data)
{
    Page *page = data;
    RaInviteEnd end;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    const RaInviteOrder order = ra_invite_errand_order(&page->errand, NULL);
    g_clear_handle_id(&page->slow, g_source_remove);
    if (outcome != NULL)
        ra_invite_errand_learn(&page->errand, outcome);
    ra_invite_end_of(&end, texts, outcome, error, &order);
    end.password = page->errand.generated ? page->errand.password : NULL;
    ra_invite_result_fill(page->step[RESULT], &end, ra_agent_bus_watched(page->agent));
    if (end.out)
        cancel_replaced(page);
    gtk_label_set_text(GTK_LABEL(page->title), end.title);
    page->out = end.out;
    gtk_widget_set_visible(page->back, !end.out || end.can_retry); /* to put something right */
    go(page, RESULT);
    ra_invite_result_focus(page->step[RESULT]);
}

static gboolean on_slow(gpointer data)
{
    Page *page = data;
    page->slow = 0;
    gtk_label_set_text(GTK_LABEL(page->doing),
                       _("This takes longer than usual. You can wait, or close this window: it "
                         "goes on by itself."));
    return G_SOURCE_REMOVE;
}

static void send_it(Page *page)
{
    static const char *const words[RA_INVITE_WAYS] = {
        [RA_INVITE_SMTP] = N_("The invitation is being made and sent…"),
        [RA_INVITE_SENDMAIL] = N_("The invitation is being made and sent…"),
        [RA_INVITE_MAIL_CLIENT] = N_("The invitation is being made, and your mail program opened…"),
        [RA_INVITE_FILE] = N_("The invitation is being made and saved…"),
    };
    gtk_label_set_text(GTK_LABEL(page->doing), _(words[page->errand.way]));
    page->slow = g_timeout_add_seconds(SLOW_SECONDS, on_slow, page);
    go(page, SENDING);
    /* One that did not reach anybody, and is not what is wanted any more. */
    g_autofree char *useless = ra_invite_errand_run(&page->errand, page->inviter, on_outcome, page);
    if (useless != NULL)
        g_ptr_array_add(page->replaced, g_steal_pointer(&useless));
}

void ra_invite_page_save(GtkWidget *widget, const char *file)
{
    Page *page = page_of(widget);
    page->errand.way = RA_INVITE_FILE;
    g_free(page->errand.file);
    page->errand.file = g_strdup(file);
    send_it(page);
}

/* The chooser has asked before a file is replaced. */
static void on_chosen(GtkNativeDialog *dialog, int response, gpointer data)
{
    Page *page = data;
    g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT
                                ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog))
                                : NULL;
    g_autofree char *path = file != NULL ? g_file_get_path(file) : NULL;
    close_chooser(page);
    if (path != NULL)
        ra_invite_page_save(page->page, path);
}

static void choose_file(Page *page)
{
    const char *folder = g_get_user_special_dir(G_USER_DIRECTORY_DOCUMENTS);
    g_autoptr(GFile) documents = g_file_new_for_path(folder != NULL ? folder : g_get_home_dir());
    close_chooser(page);
    page->chooser = gtk_file_chooser_native_new(
        _("Save the invitation"), GTK_WINDOW(gtk_widget_get_root(page->page)),
        GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
    gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(page->chooser), "Invitation.raticket");
    if (g_file_query_exists(documents, NULL))
        gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(page->chooser), documents, NULL);
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(page->chooser), TRUE);
    g_signal_connect(page->chooser, "response", G_CALLBACK(on_chosen), page);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(page->chooser));
}

static void on_again(gpointer data)
{
    send_it(data);
}

static void on_save(gpointer data)
{
    choose_file(data);
}

/* The scrolled window around STEP is what the stack shows. */
static void put(Page *page, int step, GtkWidget *widget, const char *name)
{
    GtkWidget *scrolled = gtk_scrolled_window_new();
    page->step[step] = widget;
    gtk_widget_set_margin_top(widget, 12);
    gtk_widget_set_margin_bottom(widget, 18);
    gtk_widget_set_margin_start(widget, 24);
    gtk_widget_set_margin_end(widget, 24);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), widget);
    g_object_unref(widget);
    gtk_stack_add_named(GTK_STACK(page->steps), scrolled, name);
}

static const struct {
    const char *stack, *title, *next;
    int number; /* of the steps that the novice goes through; 0: none of them */
} steps[STEPS] = {
    [LOADING] = {"wait", N_("Invite someone to help you"), NULL, 0},
    [HOW] = {"how", N_("Invite someone to help you"), N_("_Next"), 1},
    [WHAT] = {"what", N_("Whom, and what for?"), N_("_Next"), 2},
    [PASSWORD] = {"password", N_("The password for your helper"), N_("_Send the invitation"), 3},
    [SENDING] = {"wait", N_("One moment, please"), NULL, 0},
    [RESULT] = {"result", NULL, N_("_Done"), 0},
};

static const char *next_words(const Page *page)
{
    if (page->at == PASSWORD && page->errand.way == RA_INVITE_FILE)
        return _("_Save the invitation…");
    if (page->at == PASSWORD && page->errand.way == RA_INVITE_MAIL_CLIENT)
        return _("Open the mail _program");
    if (page->at == RESULT && !page->out)
        return _("_Close");
    return _(steps[page->at].next);
}

static void dress(const Page *page)
{
    const int number = steps[page->at].number;
    /* Translators: %d is 1, 2 or 3. */
    g_autofree char *progress = g_strdup_printf(_("Step %d of 3"), number);
    if (number > 0)
        gtk_label_set_text(GTK_LABEL(page->progress), progress);
    gtk_widget_set_visible(page->progress, number > 0);
    if (steps[page->at].title != NULL)
        gtk_label_set_text(GTK_LABEL(page->title), _(steps[page->at].title));
    if (page->step[page->at] != NULL)
        gtk_accessible_update_property(GTK_ACCESSIBLE(page->step[page->at]),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       gtk_label_get_text(GTK_LABEL(page->title)), -1);
    if (page->at != RESULT)
        gtk_widget_set_visible(page->back, page->at != SENDING);
    gtk_widget_set_visible(page->next, steps[page->at].next != NULL);
    if (steps[page->at].next != NULL)
        gtk_button_set_label(GTK_BUTTON(page->next), next_words(page));
    /* After a failure the way on is another one. */
    if (page->at == RESULT && !page->out)
        gtk_widget_remove_css_class(page->next, "suggested-action");
    else
        gtk_widget_add_css_class(page->next, "suggested-action");
}

/* The first thing beneath WIDGET that takes the focus. */
static gboolean focus_first(GtkWidget *widget)
{
    if (!gtk_widget_get_visible(widget) || !gtk_widget_is_sensitive(widget))
        return FALSE;
    /* Of several choices, the one that is chosen. */
    if (GTK_IS_CHECK_BUTTON(widget) && !gtk_check_button_get_active(GTK_CHECK_BUTTON(widget)))
        return FALSE;
    if (gtk_widget_get_focusable(widget) && !GTK_IS_SCROLLED_WINDOW(widget))
        return gtk_widget_grab_focus(widget);
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        if (gtk_widget_get_child_visible(child) && focus_first(child))
            return TRUE;
    }
    return FALSE;
}

static void go(Page *page, int step)
{
    RaInviteWay way;
    page->at = step;
    gtk_spinner_set_spinning(GTK_SPINNER(page->spinner), step == LOADING || step == SENDING);
    dress(page);
    gtk_stack_set_visible_child_name(GTK_STACK(page->steps), steps[step].stack);
    if (step == HOW)
        gtk_widget_set_visible(page->next, ra_invite_how_chosen(page->step[HOW], &way));
    /* Where nothing takes it, the keyboard begins at the button; not at "Done" if there is a
     * password to be read, which a key that is held for too long would take away. */
    if (step == SENDING) /* there is no button; so a screen reader tells what is going on */
        gtk_widget_grab_focus(page->doing);
    else if (page->step[step] == NULL || !focus_first(page->step[step]))
        gtk_widget_grab_focus(gtk_widget_get_visible(page->next) ? page->next : page->back);
}

/* From the second step to the third, where all is well. */
static void take_words(Page *page)
{
    RaInviteWords words;
    if (!ra_invite_what_take(page->step[WHAT], &words))
        return;
    ra_invite_words_clear(&page->errand.words);
    page->errand.words = words;
    ra_invite_password_set_lifetime(page->step[PASSWORD], words.lifetime);
    go(page, PASSWORD);
}

static void take_password(Page *page)
{
    RaSecret *password = ra_invite_password_take(page->step[PASSWORD], &page->errand.generated);
    if (password == NULL)
        return;
    ra_secret_unref(page->errand.password);
    page->errand.password = password;
    g_clear_pointer(&page->errand.file, g_free);
    if (page->errand.way == RA_INVITE_FILE)
        choose_file(page);
    else
        send_it(page);
}

static void forward(Page *page)
{
    switch (page->at) {
    case HOW:
        if (ra_invite_how_chosen(page->step[HOW], &page->errand.way)) {
            ra_invite_what_set_way(page->step[WHAT], page->errand.way);
            go(page, WHAT);
        }
        break;
    case WHAT:
        take_words(page);
        break;
    case PASSWORD:
        take_password(page);
        break;
    case RESULT:
        page->done(page->data);
        break;
    default:
        break;
    }
}

static void backward(Page *page)
{
    switch (page->at) {
    case LOADING:
    case HOW:
        page->done(page->data);
        break;
    case WHAT:
        go(page, HOW);
        break;
    case PASSWORD:
        go(page, WHAT);
        break;
    case RESULT:
        if (gtk_widget_get_visible(page->back)) {
            ra_invite_how_chosen(page->step[HOW], &page->errand.way); /* not a file "instead" */
            go(page, WHAT);
        }
        break;
    default:
        break;
    }
}

static void on_next(GtkButton *button, gpointer data)
{
    (void)button;
    forward(data);
}

static void on_enter(gpointer data)
{
    forward(data);
}

static void on_back(GtkButton *button, gpointer data)
{
    (void)button;
    backward(data);
}

static gboolean on_escape(GtkWidget *widget, GVariant *arguments, gpointer data)
{
    (void)widget, (void)arguments;
    backward(data);
    return TRUE;
}

static void add_escape(Page *page)
{
    GtkEventController *controller = gtk_shortcut_controller_new();
    gtk_shortcut_controller_add_shortcut(
        GTK_SHORTCUT_CONTROLLER(controller),
        gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, 0),
                         gtk_callback_action_new(on_escape, page, NULL)));
    gtk_widget_add_controller(page->page, controller);
}

static void build(Page *page)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/invite-page.ui");
    const struct {
        const char *id;
        GtkWidget **widget;
    } parts[] = {{"page", &page->page},   {"progress", &page->progress}, {"title", &page->title},
                 {"steps", &page->steps}, {"spinner", &page->spinner},   {"doing", &page->doing},
                 {"back", &page->back},   {"next", &page->next}};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        *parts[i].widget = GTK_WIDGET(gtk_builder_get_object(builder, parts[i].id));
    g_object_ref_sink(page->page);
    put(page, HOW, ra_invite_how_new(), "how");
    put(page, WHAT, ra_invite_what_new(on_enter, page), "what");
    put(page, PASSWORD, ra_invite_password_new(on_enter, page), "password");
    put(page, RESULT, ra_invite_result_new(on_again, on_save, page), "result");
    g_signal_connect(page->next, "clicked", G_CALLBACK(on_next), page);
    g_signal_connect(page->back, "clicked", G_CALLBACK(on_back), page);
    add_escape(page);
}

GtkWidget *ra_invite_page_new(RaAgentBus *agent, RaInviter *inviter, const RaInvitePreset *preset,
                              void (*done)(gpointer data), gpointer data)
{
    Page *page = g_new0(Page, 1);
    page->agent = agent;
    page->inviter = inviter;
    page->done = done;
    page->data = data;
    page->cancel = g_cancellable_new();
    page->replaced = g_ptr_array_new_with_free_func(g_free);
    if (preset != NULL) {
        page->preset_to = g_strdupv((GStrv)preset->to);
        page->preset_name = g_strdup(preset->name);
        page->preset_lifetime = preset->lifetime;
        if (preset->replaces != NULL)
            g_ptr_array_add(page->replaced, g_strdup(preset->replaces));
    }
    build(page);
    g_object_set_data_full(G_OBJECT(page->page), "ra-page", page, page_free);
    g_signal_connect(page->page, "destroy", G_CALLBACK(on_destroy), page);
    gtk_label_set_text(GTK_LABEL(page->doing), "");
    go(page, LOADING);
    ra_invite_page_update(page->page);
    ra_inviter_defaults(inviter, on_defaults, page);
    /* Floating, as widgets are that are made. */
    g_object_force_floating(G_OBJECT(page->page));
    return page->page;
}

void ra_invite_page_update(GtkWidget *widget)
{
    Page *page = page_of(widget);
    const gboolean watched = ra_agent_bus_watched(page->agent);
    ra_invite_password_set_watched(page->step[PASSWORD], watched);
    ra_invite_result_set_watched(page->step[RESULT], watched);
}
