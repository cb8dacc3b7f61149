/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the two windows but for inviting, as host-app/look.h looks at them. */
#include "host/app/companion.h"
#include "tests/host-app/display.h"
#include "tests/host-app/front-desk.h"
#include "tests/host-app/look.h"
#include "tests/host-app/talk.h"

#include <glib/gstdio.h>

/* Of no type: GIO loses memory when it reads its table of types again. */
static const char details[] =
    "{'name': <'" LOOK_NAME
    "'>, 'to': <['helpdesk@rechenzentrum.universitaet-beispielstadt.example']>,"
    " 'start': <int64 1795179780>, 'peer': <'2001:db8:1234:5678:9abc:def0:1234:5678'>,"
    " 'proof': <'password'>, 'control': <true>, 'file': <'Reisekostenabrechnung 2026.ods.sh'>,"
    " 'size': <uint64 1234567>, 'can-run': <true>,"
    " 'folder': <'/home/anna/Downloads'>}";

typedef struct {
    StandIn *agent;
    GtkApplication *application;
    RaCompanion *companion;
    GtkWindow *window;
    const Look *look;
} Scene;

static gboolean begin(Scene *scene, const Look *look)
{
    static const char *const features[] = {"control",   "chat",     "files", "voice",
                                           "clipboard", "pointing", NULL};
    if (!look_start(look))
        return FALSE;
    *scene = (Scene){.agent = stand_in_new(), .look = look};
    scene->application = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);
    ra_bus_consent1_set_features(stand_in_consent(scene->agent), features);
    scene->companion = ra_companion_new(scene->application, stand_in_link(scene->agent));
    g_autoptr(GListModel) windows = g_object_ref(gtk_window_get_toplevels());
    scene->window = g_list_model_get_item(windows, 0);
    g_object_unref(scene->window);
    return TRUE;
}

static void end(Scene *scene)
{
    ra_companion_free(scene->companion);
    stand_in_settle_down(scene->agent);
    g_object_unref(scene->application);
    stand_in_free(scene->agent);
}

static void check(Scene *scene, const char *page)
{
    stand_in_settle_down(scene->agent);
    look_check(scene->window, scene->look, page);
}

static void test_question(gconstpointer look)
{
    static const char *const kinds[] = {"connect", "control", "file", "voice"};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Scene scene;
        if (!begin(&scene, look))
            return;
        g_autofree char *page = g_strconcat("question-", kinds[i], NULL);
        stand_in_ask(scene.agent, i + 1, kinds[i], stand_in_details(details));
        stand_in_wait(scene.agent, "Shown", 1);
        check(&scene, page);
        end(&scene);
    }
}

static void set_session(Scene *scene, const char *state, gboolean paused, gboolean lost)
{
    RaBusHost1 *host = stand_in_host(scene->agent);
    ra_bus_host1_set_helper(host, LOOK_NAME);
    ra_bus_host1_set_paused(host, paused);
    ra_bus_host1_set_helper_lost(host, lost);
    ra_bus_host1_set_state(host, state);
    stand_in_settle_down(scene->agent);
}

static void test_session(gconstpointer look)
{
    Scene scene;
    if (!begin(&scene, look))
        return;
    RaBusConsent1 *consent = stand_in_consent(scene.agent);
    stand_in_reply(scene.agent, "History", talk_history(9));
    set_session(&scene, "viewing", FALSE, FALSE);
    check(&scene, "session-viewing");
    set_session(&scene, "controlling", FALSE, FALSE);
    ra_bus_consent1_set_clipboard_shared(consent, TRUE);
    ra_bus_consent1_set_voice(consent, talk_dict("{'state': <'on'>, 'microphone-open': <true>}"));
    check(&scene, "session-controlling");
    ra_bus_consent1_set_voice(consent, talk_dict("{'state': <'asking'>}"));
    set_session(&scene, "viewing", TRUE, FALSE);
    check(&scene, "session-hidden");
    set_session(&scene, "viewing", FALSE, TRUE);
    check(&scene, "session-lost");
    set_session(&scene, "listening", FALSE, FALSE);
    check(&scene, "summary");
    end(&scene);
}

static void test_gone(gconstpointer look)
{
    Scene scene;
    if (!begin(&scene, look))
        return;
    set_session(&scene, "viewing", FALSE, FALSE);
    ra_companion_agent_gone(scene.companion);
    look_check(scene.window, look, "gone");
    end(&scene);
}

static void set_invitations(DeskAgent *agent)
{
    static const struct {
        const char *state, *to;
        gboolean sent;
    } rows[] = {
        {"open", "anna.oberhuber@universitaet-beispielstadt.example,b@x.org,c@x.org", TRUE},
        {"used", "helpdesk@example.org", TRUE},
        {"open", "nobody@example.org", FALSE},
        {"open", "", TRUE},
        {"cancelled", "ann@example.org", TRUE},
    };
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_variant_builder_add_value(&builder,
                                    desk_invitation(rows[i].to, rows[i].state, rows[i].to,
                                                    now - 90000, now + 97000, rows[i].sent));
    g_clear_pointer(&agent->invitations, g_variant_unref);
    agent->invitations = g_variant_ref_sink(g_variant_builder_end(&builder));
    ra_bus_host1_emit_invitations_changed(agent->host1);
}

static void test_front(gconstpointer look)
{
    Desk desk = {0};
    if (!desk_start(TRUE) || !look_start(look))
        return;
    desk_agent_come(&desk.agent);
    desk_open_titled(&desk, "Jemanden um Hilfe bitten");
    GtkWindow *window = gtk_application_get_active_window(desk.front);
    look_check(window, look, "home");
    ra_bus_host1_set_state(desk.agent.host1, "controlling");
    ra_bus_host1_set_helper(desk.agent.host1, LOOK_NAME);
    desk_wait(desk.front, LOOK_NAME, TRUE);
    look_check(window, look, "home-session");
    g_action_group_activate_action(G_ACTION_GROUP(desk.front), "invitations", NULL);
    desk_wait(desk.front, "Sie haben noch niemanden eingeladen", TRUE);
    look_check(window, look, "invitations-none");
    set_invitations(&desk.agent);
    desk_wait(desk.front, "nobody@example.org", TRUE);
    look_check(window, look, "invitations");
    desk_stop(&desk);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("ra-look-XXXXXX", &error);
    g_assert_no_error(error);
    g_test_init(&argc, &argv, NULL);
    desk_begin(folder);
    look_add("front", test_front); /* first: it forks, and is to copy no other threads */
    look_add("question", test_question);
    look_add("session", test_session);
    look_add("gone", test_gone);
    const int result = g_test_run();
    app_display_stop();
    desk_end();
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    return result;
}
