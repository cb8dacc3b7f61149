/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of inviting, by their widgets; ra-invite is played by a script that notes how it was
 * called. RA_PICTURES names a folder into which each step is drawn, RA_LOOK how ("large", "rtl",
 * "hc", between commas). */
#include "base/duration.h"
#include "base/error.h"
#include "host/app/invite-page-inner.h"
#include "host/app/spelling.h"
#include "tests/host-app/display.h"
#include "tests/host-app/stand-in.h"
#include "tests/host-app/tree.h"

#include <glib/gstdio.h>
#include <string.h>

enum { PATIENCE_SECONDS = 60 };

static const char *place;      /* the test's own folder */
static gboolean watched;       /* what the agent says */
static RaBusHost1 *agent_host; /* NULL: no agent */

/* The front's side, which is not built here. */
RaBusHost1 *ra_agent_bus_host(RaAgentBus *agent)
{
    (void)agent;
    return agent_host;
}

gboolean ra_agent_bus_watched(RaAgentBus *agent)
{
    (void)agent;
    return watched;
}

typedef struct {
    RaInviter *inviter;
    GtkWidget *page;
    GtkWindow *window;
    int done;
} Desk;

static char *in_place(const char *name)
{
    return g_build_filename(place, name, NULL);
}

static void write_file(const char *name, const char *text)
{
    g_autofree char *file = in_place(name);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static char *read_file(const char *name)
{
    g_autofree char *file = in_place(name);
    char *text = NULL;
    return g_file_get_contents(file, &text, NULL, NULL) ? text : g_strdup("");
}

#define WAY(usable, detail) \
    "{\"usable\":" usable ",\"reason\":\"absent\",\"why_not\":\"no\",\"detail\":" detail "}"
#define DEFAULTS_OF(more, smtp, client, file)                                                   \
    "{\"ok\":true,\"error\":null,\"enabled\":true,\"why_not\":null," more                       \
    "\"name\":\"Anna\",\"name_locked\":false,\"from\":\"anna@example.com\",\"lifetime\":3600,"  \
    "\"ways\":{\"smtp\":" smtp ",\"sendmail\":" WAY("false", "null") ",\"mail-client\":" client \
                                                                     ",\"file\":" file "}}"
#define DEFAULTS                                                                           \
    DEFAULTS_OF("\"to\":[\"help@example.com\"],\"to_locked\":false,\"from_locked\":false," \
                "\"lifetime_max\":2592000,\"control\":true,",                              \
                WAY("true", "\"mail.example.com\""), WAY("true", "\"Thunderbird\""),       \
                WAY("true", "null"))
#define LOCKED                                                                           \
    DEFAULTS_OF("\"to\":[\"help@example.com\"],\"to_locked\":true,\"from_locked\":true," \
                "\"lifetime_max\":3600,\"control\":false,",                              \
                WAY("true", "\"mail.example.com\""), WAY("false", "null"), WAY("false", "null"))
#define FILE_ONLY                                                                               \
    DEFAULTS_OF("\"to\":[],\"to_locked\":false,\"from_locked\":false,\"lifetime_max\":2592000," \
                "\"control\":true,",                                                            \
                WAY("false", "null"), WAY("false", "null"), WAY("true", "null"))

/* SENT, MORE: as in the report. */
#define OUTCOME_OF(ok, error, sent, more)                                                       \
    "{\"ok\":" ok ",\"error\":" error ",\"id\":\"0123456789abcdef\",\"sent\":" sent "," more    \
    "\"mail_program_means\":null,\"in_text\":false,\"start\":\"2026-11-21T09:00:00Z\",\"end\":" \
    "\"2026-11-21T10:00:00Z\",\"needs_password\":true,\"password\":null,\"listening\":true,"    \
    "\"not_listening_because\":null}"
#define NOT_BY_PROGRAM \
    "\"mail_program\":null,\"attached\":false,\"attachment\":null,\"saved\":null,"
#define SENT                           \
    OUTCOME_OF("true", "null", "true", \
               "\"to\":[\"help@example.com\"],\"refused\":[]," NOT_BY_PROGRAM)
#define FAILED                                                                                     \
    OUTCOME_OF("false", "{\"code\":10,\"name\":\"mail\",\"message\":\"cannot connect\"}", "false", \
               "\"to\":[\"help@example.com\"],\"refused\":[]," NOT_BY_PROGRAM)
#define PARTLY                                                                                 \
    OUTCOME_OF("false", "{\"code\":10,\"name\":\"mail\",\"message\":\"refused bob\"}", "true", \
               "\"to\":[\"help@example.com\",\"bob@example.com\"],\"refused\":[{\"address\":"  \
               "\"bob@example.com\",\"reason\":\"no such user\"}]," NOT_BY_PROGRAM)
#define HANDED                                                                                  \
    OUTCOME_OF("true", "null", "false",                                                         \
               "\"to\":[\"help@example.com\"],\"refused\":[],\"mail_program\":\"Thunderbird\"," \
               "\"attached\":false,\"attachment\":\"/x/Invitation.raticket\",\"saved\":null,")
#define SAVED                                                                       \
    OUTCOME_OF("true", "null", "false",                                             \
               "\"to\":[],\"refused\":[],\"mail_program\":null,\"attached\":false," \
               "\"attachment\":null,\"saved\":\"/x/Invitation.raticket\",")

static void answer_with(const char *outcome, int code)
{
    g_autofree char *number = g_strdup_printf("%d", code);
    write_file("outcome", outcome);
    write_file("code", number);
}

static void on_done(gpointer data)
{
    ((Desk *)data)->done++;
}

static gboolean on_late(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_CONTINUE;
}

static const char *shown_step(const Desk *desk)
{
    return gtk_stack_get_visible_child_name(GTK_STACK(app_find(desk->page, "steps")));
}

static void wait_for_step(const Desk *desk, const char *step)
{
    gboolean late = FALSE;
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_late, &late);
    while (!late && !g_str_equal(shown_step(desk), step))
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpstr(shown_step(desk), ==, step);
    g_source_remove(timer);
    app_idle();
}

static GtkWidget *part(const Desk *desk, const char *id)
{
    return app_find(desk->page, id);
}

static void click(const Desk *desk, const char *id)
{
    GtkWidget *button = part(desk, id);
    g_assert_true(gtk_widget_get_mapped(button));
    g_assert_true(gtk_widget_is_sensitive(button));
    g_signal_emit_by_name(button, "clicked");
    app_idle();
}

static void type(const Desk *desk, const char *id, const char *text)
{
    gtk_editable_set_text(GTK_EDITABLE(part(desk, id)), text);
}

static const char *text_of(const Desk *desk, const char *id)
{
    GtkWidget *widget = part(desk, id);
    return GTK_IS_LABEL(widget) ? gtk_label_get_text(GTK_LABEL(widget))
                                : gtk_editable_get_text(GTK_EDITABLE(widget));
}

static gboolean seen(const Desk *desk, const char *id)
{
    return gtk_widget_get_mapped(part(desk, id));
}

/* Whether the focus is in that widget. */
static gboolean focused(const Desk *desk, const char *id)
{
    GtkWidget *focus = gtk_window_get_focus(desk->window), *widget = part(desk, id);
    return focus != NULL && (focus == widget || gtk_widget_is_ancestor(focus, widget));
}

static const char *look(void)
{
    const char *wanted = g_getenv("RA_LOOK");
    return wanted != NULL ? wanted : "";
}

static void picture(const Desk *desk, const char *name)
{
    if (g_getenv("RA_PICTURES") == NULL)
        return;
    g_autofree char *file =
        g_strdup_printf("%s/%s%s%s.png", g_getenv("RA_PICTURES"), name, *look() ? "-" : "", look());
    app_picture(desk->window, file);
}

/* A page whose ra-invite answers --defaults with DEFAULTS; at its first step. */
static void desk_start(Desk *desk, const char *defaults, const RaInvitePreset *preset)
{
    g_autofree char *program = in_place("fake"), *calls = in_place("calls");
    const char *pictures = g_getenv("RA_PICTURES");
    g_unlink(calls);
    write_file("defaults", defaults);
    *desk = (Desk){.inviter = ra_inviter_new_for(program, 0)};
    desk->page = ra_invite_page_new(NULL, desk->inviter, preset, on_done, desk);
    g_assert_cmpstr(shown_step(desk), ==, "wait");
    desk->window = app_window(desk->page, pictures && *look() ? 1000 : 520, pictures ? 560 : 900);
    wait_for_step(desk, "how");
}

static void desk_end(Desk *desk)
{
    gtk_window_destroy(desk->window);
    app_idle();
    ra_inviter_free(desk->inviter);
    app_idle();
}

/* From the start to the third step, with what the fields hold. */
static void go_to_password(const Desk *desk)
{
    click(desk, "next");
    g_assert_cmpstr(shown_step(desk), ==, "what");
    click(desk, "next");
    g_assert_cmpstr(shown_step(desk), ==, "password");
}

static void test_presets(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(part(&desk, "mail"))));
    g_assert_nonnull(strstr(text_of(&desk, "mail-words"), "mail.example.com"));
    g_assert_nonnull(strstr(text_of(&desk, "client-words"), "Thunderbird"));
    g_assert_cmpstr(text_of(&desk, "title"), ==, "Invite someone to help you");
    g_assert_true(focused(&desk, "mail"));
    picture(&desk, "1-how");
    click(&desk, "next");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "help@example.com");
    g_assert_cmpstr(text_of(&desk, "name"), ==, "Anna");
    g_assert_cmpstr(text_of(&desk, "from"), ==, "anna@example.com");
    g_assert_true(gtk_widget_is_sensitive(part(&desk, "to")));
    g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(part(&desk, "control"))));
    GtkDropDown *lifetime = GTK_DROP_DOWN(part(&desk, "lifetime"));
    g_assert_cmpuint(g_list_model_get_n_items(gtk_drop_down_get_model(lifetime)), ==, 5);
    g_assert_cmpuint(gtk_drop_down_get_selected(lifetime), ==, 1);
    g_assert_true(focused(&desk, "to"));
    picture(&desk, "2-what");
    desk_end(&desk);
    g_assert_cmpint(desk.done, ==, 0);
}

static void test_locked(void)
{
    Desk desk;
    static const char *const other[] = {"other@example.com", NULL};
    const RaInvitePreset preset = {.to = other, .lifetime = RA_DAY};
    desk_start(&desk, LOCKED, &preset);
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "client")));
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "file")));
    g_assert_cmpstr(text_of(&desk, "client-words"), ==,
                    "No mail program is set up on this computer.");
    picture(&desk, "1-how-locked");
    click(&desk, "next");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "help@example.com");
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "to")));
    g_assert_true(seen(&desk, "to-hint"));
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "from")));
    g_assert_false(seen(&desk, "control"));
    g_assert_true(seen(&desk, "rights-hint"));
    g_assert_true(focused(&desk, "message"));
    picture(&desk, "2-what-locked");
    click(&desk, "next");
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *calls = read_file("calls");
    g_assert_nonnull(strstr(calls, "\n--view-only\n"));
    g_assert_nonnull(strstr(calls, "\n--expires=3600s\n"));
    g_assert_null(strstr(calls, "other@example.com"));
    desk_end(&desk);
}

static void test_file_only(void)
{
    Desk desk;
    desk_start(&desk, FILE_ONLY, NULL);
    g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(part(&desk, "file"))));
    g_assert_true(focused(&desk, "file"));
    click(&desk, "next");
    g_assert_false(seen(&desk, "to"));
    g_assert_false(seen(&desk, "from"));
    g_assert_true(seen(&desk, "name"));
    click(&desk, "next");
    g_assert_cmpstr(gtk_button_get_label(GTK_BUTTON(part(&desk, "next"))), ==,
                    "_Save the invitation…");
    desk_end(&desk);
}

static void test_broken(void)
{
    Desk desk;
    desk_start(&desk, "Segmentation fault", NULL);
    g_assert_true(seen(&desk, "trouble"));
    g_assert_false(seen(&desk, "mail"));
    g_assert_false(seen(&desk, "next"));
    g_assert_true(focused(&desk, "back"));
    picture(&desk, "1-how-broken");
    click(&desk, "back");
    g_assert_cmpint(desk.done, ==, 1);
    desk_end(&desk);
}

/* What is wrong is told at its field, which gets the focus; right again, it is gone. */
static void test_wrong(void)
{
    static const struct {
        const char *field, *text, *again;
    } cases[] = {
        {"to", "", "a@example.com"},
        {"to", "helpdesk", "helpdesk@example.com, b@example.com"},
        {"to", "a@example.com, b", "a@example.com; b@example.com"},
        {"to", "Ann <a@example.com>", "a@example.com"},
        {"to", "--smtp=x@y", "x@y.org"},
        {"to", "a@b@c", "a@b"},
        {"from", "", "me@example.com"},
        {"from", "me", "me@example.com"},
        {"from", "a@b.org, c@d.org", "a@b.org"},
        {"name", "  ", "Anna"},
        {"name", "=?utf-8?q?x?=", "Anna"},
        {"name",
         "Xy Annaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaanna"
         "annaannaannaannaannaannaannaannaannaannaannaanna",
         "Anna"},
    };
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s=%s", cases[i].field, cases[i].text);
        g_autofree char *wrong = g_strconcat(cases[i].field, "-wrong", NULL);
        type(&desk, cases[i].field, cases[i].text);
        gtk_widget_grab_focus(part(&desk, "message"));
        click(&desk, "next");
        g_assert_cmpstr(shown_step(&desk), ==, "what");
        g_assert_true(seen(&desk, wrong));
        g_assert_true(focused(&desk, cases[i].field));
        g_assert_true(gtk_test_accessible_has_state(GTK_ACCESSIBLE(part(&desk, cases[i].field)),
                                                    GTK_ACCESSIBLE_STATE_INVALID));
        if (i == 1)
            picture(&desk, "2-what-wrong");
        type(&desk, cases[i].field, cases[i].again);
        app_idle();
        g_assert_false(seen(&desk, wrong));
        click(&desk, "next");
        g_assert_cmpstr(shown_step(&desk), ==, "password");
        click(&desk, "back");
    }
    desk_end(&desk);
}

static void test_long_message(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(part(&desk, "message")));
    g_autofree char *near = g_strnfill(4095, 'x'), *over = g_strnfill(4097, 'x');
    g_assert_false(seen(&desk, "message-hint"));
    gtk_text_buffer_set_text(buffer, near, -1);
    app_idle();
    g_assert_cmpstr(text_of(&desk, "message-hint"), ==, "Room for 1 more character");
    gtk_text_buffer_set_text(buffer, over, -1);
    g_assert_cmpstr(text_of(&desk, "message-hint"), ==, "1 character too many");
    click(&desk, "next");
    g_assert_true(seen(&desk, "message-wrong"));
    g_assert_true(focused(&desk, "message"));
    gtk_text_buffer_set_text(buffer, "The printer is stuck.\n\nIt says \"E5\".", -1);
    app_idle();
    g_assert_false(seen(&desk, "message-hint"));
    click(&desk, "next");
    g_assert_cmpstr(shown_step(&desk), ==, "password");
    desk_end(&desk);
}

/* Another time, within the policy's maximum. */
static void test_lifetime(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    g_assert_false(seen(&desk, "amount"));
    gtk_drop_down_set_selected(GTK_DROP_DOWN(part(&desk, "lifetime")), 4);
    app_idle();
    g_assert_true(seen(&desk, "amount"));
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(part(&desk, "amount")), 31);
    gtk_drop_down_set_selected(GTK_DROP_DOWN(part(&desk, "unit")), 2);
    click(&desk, "next");
    g_assert_true(seen(&desk, "lifetime-wrong"));
    g_assert_true(focused(&desk, "amount"));
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(part(&desk, "amount")), 30);
    app_idle();
    g_assert_false(seen(&desk, "lifetime-wrong"));
    answer_with(SENT, 0);
    click(&desk, "next");
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *calls = read_file("calls");
    g_assert_nonnull(strstr(calls, "\n--expires=2592000s\n"));
    desk_end(&desk);
}

/* How many labels large as words of a password are in sight. */
static guint words_seen(const Desk *desk)
{
    return app_count(desk->page, "ra-password");
}

static void test_password(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    g_assert_cmpuint(words_seen(&desk), ==, 4);
    picture(&desk, "3-password");
    g_autofree char *first = app_text(desk.page, "ra-password");
    click(&desk, "another");
    g_autofree char *second = app_text(desk.page, "ra-password");
    g_assert_cmpuint(words_seen(&desk), ==, 4);
    g_assert_cmpstr(first, !=, second);
    /* It is kept as long as it is long enough. */
    click(&desk, "back");
    click(&desk, "next");
    g_autofree char *same = app_text(desk.page, "ra-password");
    g_assert_cmpstr(second, ==, same);
    click(&desk, "back");
    gtk_drop_down_set_selected(GTK_DROP_DOWN(part(&desk, "lifetime")), 3);
    click(&desk, "next");
    g_assert_cmpuint(words_seen(&desk), ==, 5);
    GtkExpander *spelling = GTK_EXPANDER(app_of_type(desk.page, GTK_TYPE_EXPANDER));
    gtk_expander_set_expanded(spelling, TRUE);
    app_idle();
    picture(&desk, "3-password-spelled");
    /* Nobody but the novice sees it. */
    watched = TRUE;
    ra_invite_page_update(desk.page);
    app_idle();
    g_autofree char *none = app_text(desk.page, "ra-password");
    g_assert_cmpstr(none, ==, "");
    g_assert_false(gtk_widget_get_mapped(GTK_WIDGET(spelling)));
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "another")));
    picture(&desk, "3-password-watched");
    watched = FALSE;
    ra_invite_page_update(desk.page);
    app_idle();
    g_assert_cmpuint(words_seen(&desk), ==, 5);
    desk_end(&desk);
}

static void test_own_password(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    click(&desk, "choose");
    g_assert_true(focused(&desk, "own"));
    picture(&desk, "3-own");
    type(&desk, "own", "short");
    g_assert_cmpint((int)gtk_level_bar_get_value(GTK_LEVEL_BAR(part(&desk, "level"))), ==, 0);
    g_assert_nonnull(strstr(text_of(&desk, "strength"), "shorter"));
    click(&desk, "next");
    g_assert_cmpstr(shown_step(&desk), ==, "password");
    g_assert_true(focused(&desk, "own"));
    picture(&desk, "3-own-weak");
    type(&desk, "own", "tavibozukelirum Qm7");
    g_assert_cmpint((int)gtk_level_bar_get_value(GTK_LEVEL_BAR(part(&desk, "level"))), >, 50);
    picture(&desk, "3-own-strong");
    g_assert_false(gtk_text_get_visibility(
        GTK_TEXT(gtk_editable_get_delegate(GTK_EDITABLE(part(&desk, "own"))))));
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *given = read_file("password");
    g_assert_cmpstr(given, ==, "tavibozukelirum Qm7");
    g_autofree char *words = app_text(desk.page, "ra-password");
    g_assert_cmpstr(words, ==, "");
    picture(&desk, "5-sent-own");
    desk_end(&desk);
}

static void test_sent(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    type(&desk, "to", "help@example.com, bob@example.com");
    gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(part(&desk, "message"))),
                             "Help!\n", -1);
    click(&desk, "next");
    g_autofree char *before = app_text(desk.page, "ra-password");
    answer_with(SENT, 0);
    g_signal_emit_by_name(part(&desk, "next"), "clicked");
    g_assert_cmpstr(shown_step(&desk), ==, "wait");
    g_assert_false(
        gtk_widget_get_visible(part(&desk, "back"))); /* what is half sent is not taken back */
    picture(&desk, "4-sending");
    wait_for_step(&desk, "result");
    g_autofree char *calls = read_file("calls"), *message = read_file("message");
    g_autofree char *given = read_file("password"), *after = app_text(desk.page, "ra-password");
    static const char *const expected[] = {"\n--to=help@example.com\n", "\n--to=bob@example.com\n",
                                           "\n--from=anna@example.com\n", "\n--name=Anna\n",
                                           "\n--expires=3600s\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_nonnull(strstr(calls, expected[i]));
    g_assert_null(strstr(calls, "--view-only"));
    g_assert_cmpstr(message, ==, "Help!");
    g_assert_cmpstr(given, ==, before);
    g_assert_cmpstr(after, ==, before); /* it is told again */
    g_assert_cmpstr(text_of(&desk, "what"), ==, "The invitation was sent to help@example.com.");
    g_assert_true(seen(&desk, "after"));
    g_assert_false(seen(&desk, "again"));
    g_assert_false(seen(&desk, "back"));
    g_assert_false(focused(&desk, "next")); /* Enter, held too long, does not take it away */
    picture(&desk, "5-sent");
    watched = TRUE;
    ra_invite_page_update(desk.page);
    app_idle();
    g_autofree char *hidden = app_text(desk.page, "ra-password");
    g_assert_cmpstr(hidden, ==, "");
    watched = FALSE;
    click(&desk, "next");
    g_assert_cmpint(desk.done, ==, 1);
    desk_end(&desk);
}

/* The last call of ra-invite, a line for each argument. */
static char *last_call(void)
{
    g_autofree char *calls = read_file("calls");
    const char *start = g_strrstr(calls, "CALL\n");
    return g_strdup(start != NULL ? start : "");
}

static void test_again(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    answer_with(FAILED, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_assert_cmpstr(text_of(&desk, "what"), ==, "The mail could not be sent.");
    picture(&desk, "5-failed");
    gtk_expander_set_expanded(GTK_EXPANDER(part(&desk, "details")), TRUE);
    app_idle();
    g_assert_cmpstr(text_of(&desk, "detail"), ==, "cannot connect");
    g_assert_false(seen(&desk, "after"));
    g_assert_true(seen(&desk, "save"));
    g_assert_true(focused(&desk, "again"));
    picture(&desk, "5-failed-details");
    /* No second invitation is made. */
    click(&desk, "again");
    wait_for_step(&desk, "result");
    g_autofree char *again = last_call();
    g_assert_nonnull(strstr(again, "\n--resend=0123456789abcdef\n--to=help@example.com\n"));
    g_assert_null(strstr(again, "--password-file"));
    /* To another address neither. */
    click(&desk, "back");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "help@example.com");
    type(&desk, "to", "new@example.com");
    click(&desk, "next");
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *other = last_call();
    g_assert_nonnull(strstr(other, "\n--resend=0123456789abcdef\n--to=new@example.com\n"));
    /* As a file. */
    g_autofree char *file = in_place("x.raticket");
    g_autofree char *option = g_strdup_printf("\n--save=%s\n", file);
    answer_with(SAVED, 0);
    ra_invite_page_save(desk.page, file);
    wait_for_step(&desk, "result");
    g_autofree char *saved = last_call();
    g_assert_nonnull(strstr(saved, "\n--resend=0123456789abcdef\n"));
    g_assert_nonnull(strstr(saved, option));
    g_assert_nonnull(strstr(saved, "\n--force\n")); /* the chooser has asked */
    g_assert_nonnull(strstr(text_of(&desk, "what"), file));
    picture(&desk, "5-saved");
    desk_end(&desk);
}

static void test_partly(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    type(&desk, "to", "help@example.com,bob@example.com");
    click(&desk, "next");
    answer_with(PARTLY, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_assert_cmpstr(text_of(&desk, "what"), ==, "The invitation was sent to help@example.com.");
    g_autofree char *warnings = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_cmpstr(warnings, ==, "Not sent to bob@example.com: no such user");
    g_assert_true(seen(&desk, "after"));
    g_assert_true(seen(&desk, "again"));
    g_assert_false(seen(&desk, "save"));
    picture(&desk, "5-partly");
    click(&desk, "again");
    wait_for_step(&desk, "result");
    g_autofree char *call = last_call();
    g_assert_nonnull(strstr(call, "--to=bob@example.com\n"));
    g_assert_null(strstr(call, "--to=help@example.com\n"));
    desk_end(&desk);
}

#define UNHEARD                                                                                \
    "{\"ok\":true,\"error\":null,\"id\":\"0123456789abcdef\",\"sent\":true,"                   \
    "\"to\":[\"help@example.com\"],\"refused\":[]," NOT_BY_PROGRAM                             \
    "\"start\":\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:00:00Z\",\"listening\":false," \
    "\"not_listening_because\":\"there is no bus\"}"

/* Sent, but nobody listens: a warning, not a failure. */
static void test_unheard(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    answer_with(UNHEARD, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *warning = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_true(g_str_has_prefix(warning, "Nobody can connect yet"));
    gtk_expander_set_expanded(GTK_EXPANDER(part(&desk, "details")), TRUE);
    app_idle();
    g_assert_cmpstr(text_of(&desk, "detail"), ==, "there is no bus");
    g_assert_true(seen(&desk, "after"));
    g_assert_false(seen(&desk, "again"));
    picture(&desk, "5-unheard");
    desk_end(&desk);
}

static void test_mail_program(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(part(&desk, "client")), TRUE);
    go_to_password(&desk);
    answer_with(HANDED, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *call = last_call(), *warning = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_nonnull(strstr(call, "\n--mail-client\n"));
    g_assert_nonnull(strstr(text_of(&desk, "what"), "Thunderbird"));
    g_assert_nonnull(strstr(warning, "/x/Invitation.raticket"));
    picture(&desk, "5-mail-program");
    desk_end(&desk);
}

/* The old one goes when the new one is out, and not before; so does a new one that became useless.
 */
static void test_replaces(void)
{
    Desk desk;
    g_autoptr(StandIn) agent = stand_in_new();
    static const char *const to[] = {"ann@example.com", NULL};
    const RaInvitePreset preset = {
        .to = to, .name = "Anna N.", .lifetime = 20 * RA_MINUTE, .replaces = "feed"};
    agent_host = ra_agent_link_host(stand_in_link(agent));
    desk_start(&desk, DEFAULTS, &preset);
    click(&desk, "next");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "ann@example.com");
    g_assert_cmpstr(text_of(&desk, "name"), ==, "Anna N.");
    GtkDropDown *lifetime = GTK_DROP_DOWN(part(&desk, "lifetime"));
    g_assert_cmpuint(g_list_model_get_n_items(gtk_drop_down_get_model(lifetime)), ==, 6);
    g_assert_cmpuint(gtk_drop_down_get_selected(lifetime), ==, 1);
    click(&desk, "next");
    answer_with(FAILED, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_assert_cmpuint(stand_in_calls(agent, "Cancel"), ==, 0);
    click(&desk, "back");
    type(&desk, "name", "Somebody else"); /* sealed in it: another invitation is needed */
    click(&desk, "next");
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *call = last_call();
    g_assert_null(strstr(call, "--resend"));
    stand_in_wait(agent, "Cancel", 2);
    g_assert_cmpstr(stand_in_last(agent, "Cancel"), ==, "('0123456789abcdef',)");
    desk_end(&desk);
    agent_host = NULL;
}

/* Where no agent can be told the novice hears of it. */
static void test_stays(void)
{
    Desk desk;
    const RaInvitePreset preset = {.replaces = "feed"};
    desk_start(&desk, DEFAULTS, &preset);
    go_to_password(&desk);
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *warning = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_nonnull(strstr(warning, "could not be cancelled"));
    desk_end(&desk);
}

/* Enter goes on, Escape back; what was typed stays. */
static void test_keys(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    type(&desk, "to", "typed@example.com");
    g_signal_emit_by_name(part(&desk, "to"), "activate");
    app_idle();
    g_assert_cmpstr(shown_step(&desk), ==, "password");
    app_escape(desk.page);
    g_assert_cmpstr(shown_step(&desk), ==, "what");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "typed@example.com");
    app_escape(desk.page);
    g_assert_cmpstr(shown_step(&desk), ==, "how");
    g_assert_cmpint(desk.done, ==, 0);
    app_escape(desk.page);
    g_assert_cmpint(desk.done, ==, 1);
    desk_end(&desk);
}

/* On each step: every letter once, every field has a name. */
static void test_access(void)
{
    static const char *const fields[] = {"to", "message", "name", "from", "lifetime", "own"};
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    app_check_mnemonics(desk.page);
    click(&desk, "next");
    app_check_mnemonics(desk.page);
    click(&desk, "next");
    app_check_mnemonics(desk.page);
    click(&desk, "choose");
    app_check_mnemonics(desk.page);
    click(&desk, "generate");
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        g_assert_true(gtk_test_accessible_has_relation(GTK_ACCESSIBLE(part(&desk, fields[i])),
                                                       GTK_ACCESSIBLE_RELATION_LABELLED_BY));
    answer_with(FAILED, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    app_check_mnemonics(desk.page);
    desk_end(&desk);
}

/* The window is closed meanwhile. */
static void test_closed(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    answer_with(SENT, 0);
    click(&desk, "next");
    desk_end(&desk);
}

static void test_spelling(void)
{
    static const struct {
        const char *word, *spelled;
    } cases[] = {{"abz", "Alfa Bravo Zulu"}, {"X", "X-ray"}, {"", ""}, {"a1ü", "Alfa 1 ü"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *spelled = ra_spelling_of(cases[i].word);
        g_assert_cmpstr(spelled, ==, cases[i].spelled);
    }
}

static void prepare(void)
{
    static const char *const names[] = {"calls",    "password", "message",
                                        "defaults", "outcome",  "code"};
    g_autofree char *program = in_place("fake");
    g_autofree char *script = g_strdup_printf(
        "#!/bin/sh\ncd '%s' || exit 1\n{ echo CALL; printf '%%s\\n' \"$@\"; } >>calls\n"
        "case \"$*\" in *--defaults*) cat defaults; exit 0;; *--password-file*) cat >password;; "
        "esac\n"
        "case \"$*\" in *--message-file*) cat <&3 >message;; esac\n"
        "cat outcome\nread -r code <code\nexit \"$code\"\n",
        place);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        write_file(names[i], "");
    write_file("fake", script);
    g_assert_cmpint(g_chmod(program, 0700), ==, 0);
}

static void clean(void)
{
    static const char *const names[] = {"calls",   "password", "message", "defaults",
                                        "outcome", "code",     "fake"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file = in_place(names[i]);
        g_unlink(file);
    }
    g_rmdir(place);
}

static void set_look(void)
{
    GtkSettings *settings = gtk_settings_get_default();
    g_object_set(settings, "gtk-enable-animations", FALSE, NULL);
    if (strstr(look(), "large") != NULL)
        g_object_set(settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
    if (strstr(look(), "hc") != NULL)
        g_object_set(settings, "gtk-theme-name", "Default-hc", NULL);
    if (strstr(look(), "rtl") != NULL)
        gtk_widget_set_default_direction(GTK_TEXT_DIR_RTL);
}

int main(int argc, char **argv)
{
    g_autofree char *folder = g_dir_make_tmp("ra-invite-page-XXXXXX", NULL);
    place = folder;
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/invite/spelling", test_spelling);
    prepare();
    if (app_display_start("1024x1000")) {
        set_look();
        g_test_add_func("/invite/presets", test_presets);
        g_test_add_func("/invite/locked", test_locked);
        g_test_add_func("/invite/file-only", test_file_only);
        g_test_add_func("/invite/broken", test_broken);
        g_test_add_func("/invite/wrong", test_wrong);
        g_test_add_func("/invite/long-message", test_long_message);
        g_test_add_func("/invite/lifetime", test_lifetime);
        g_test_add_func("/invite/password", test_password);
        g_test_add_func("/invite/own-password", test_own_password);
        g_test_add_func("/invite/sent", test_sent);
        g_test_add_func("/invite/again", test_again);
        g_test_add_func("/invite/partly", test_partly);
        g_test_add_func("/invite/mail-program", test_mail_program);
        g_test_add_func("/invite/unheard", test_unheard);
        g_test_add_func("/invite/replaces", test_replaces);
        g_test_add_func("/invite/stays", test_stays);
        g_test_add_func("/invite/keys", test_keys);
        g_test_add_func("/invite/access", test_access);
        g_test_add_func("/invite/closed", test_closed);
    }
    const int status = g_test_run();
    app_display_stop();
    clean();
    return status;
}
