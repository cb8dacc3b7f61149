/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/invite-desk.h"

#include <glib/gstdio.h>
#include <string.h>

enum { PATIENCE_SECONDS = 60 };

static char *place; /* the tests' own folder */
gboolean desk_watched;
RaBusHost1 *desk_agent_host;

/* Played here, in the place of host/app/agent-bus.c. */
RaBusHost1 *ra_agent_bus_host(RaAgentBus *agent)
{
    (void)agent;
    return desk_agent_host;
}

gboolean ra_agent_bus_watched(RaAgentBus *agent)
{
    (void)agent;
    return desk_watched;
}

char *in_place(const char *name)
{
    return g_build_filename(place, name, NULL);
}

static void write_file(const char *name, const char *text)
{
    g_autofree char *file = in_place(name);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

char *read_file(const char *name)
{
    g_autofree char *file = in_place(name);
    char *text = NULL;
    return g_file_get_contents(file, &text, NULL, NULL) ? text : g_strdup("");
}

void answer_with(const char *outcome, int code)
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

const char *shown_step(const Desk *desk)
{
    return gtk_stack_get_visible_child_name(GTK_STACK(app_find(desk->page, "steps")));
}

void wait_for_step(const Desk *desk, const char *step)
{
    gboolean late = FALSE;
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_late, &late);
    while (!late && !g_str_equal(shown_step(desk), step))
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpstr(shown_step(desk), ==, step);
    g_source_remove(timer);
    app_idle();
}

GtkWidget *part(const Desk *desk, const char *id)
{
    return app_find(desk->page, id);
}

void click(const Desk *desk, const char *id)
{
    GtkWidget *button = part(desk, id);
    g_assert_true(gtk_widget_get_mapped(button));
    g_assert_true(gtk_widget_is_sensitive(button));
    g_signal_emit_by_name(button, "clicked");
    app_idle();
}

void type(const Desk *desk, const char *id, const char *text)
{
    gtk_editable_set_text(GTK_EDITABLE(part(desk, id)), text);
}

const char *text_of(const Desk *desk, const char *id)
{
    GtkWidget *widget = part(desk, id);
    return GTK_IS_LABEL(widget) ? gtk_label_get_text(GTK_LABEL(widget))
                                : gtk_editable_get_text(GTK_EDITABLE(widget));
}

gboolean seen(const Desk *desk, const char *id)
{
    return gtk_widget_get_mapped(part(desk, id));
}

gboolean focused(const Desk *desk, const char *id)
{
    GtkWidget *focus = gtk_window_get_focus(desk->window), *widget = part(desk, id);
    return focus != NULL && (focus == widget || gtk_widget_is_ancestor(focus, widget));
}

static const char *look(void)
{
    const char *wanted = g_getenv("RA_LOOK");
    return wanted != NULL ? wanted : "";
}

void picture(const Desk *desk, const char *name)
{
    if (g_getenv("RA_PICTURES") == NULL)
        return;
    g_autofree char *file =
        g_strdup_printf("%s/%s%s%s.png", g_getenv("RA_PICTURES"), name, *look() ? "-" : "", look());
    app_picture(desk->window, file);
}

void desk_start(Desk *desk, const char *defaults, const RaInvitePreset *preset)
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

void desk_end(Desk *desk)
{
    gtk_window_destroy(desk->window);
    app_idle();
    ra_inviter_free(desk->inviter);
    app_idle();
}

void go_to_password(const Desk *desk)
{
    click(desk, "next");
    g_assert_cmpstr(shown_step(desk), ==, "what");
    click(desk, "next");
    g_assert_cmpstr(shown_step(desk), ==, "password");
}

char *last_call(void)
{
    g_autofree char *calls = read_file("calls");
    const char *start = g_strrstr(calls, "CALL\n");
    return g_strdup(start != NULL ? start : "");
}

void desks_open(void)
{
    static const char *const names[] = {"calls",    "password", "message",
                                        "defaults", "outcome",  "code"};
    place = g_dir_make_tmp("ra-invite-page-XXXXXX", NULL);
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

void desks_close(void)
{
    static const char *const names[] = {"calls",   "password", "message", "defaults",
                                        "outcome", "code",     "fake"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file = in_place(names[i]);
        g_unlink(file);
    }
    g_rmdir(place);
    g_free(place);
}

void desk_set_look(void)
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
