/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "bus/names.h"
#include "tests/host-app/stand-in.h"

#include <sys/socket.h>
#include <unistd.h>

static void test_properties(void)
{
    g_autoptr(StandIn) agent = stand_in_new();
    RaAgentLink *link = stand_in_link(agent);
    RaBusHost1 *host = ra_agent_link_host(link);
    RaBusConsent1 *consent = ra_agent_link_consent(link);
    g_assert_cmpstr(ra_bus_host1_get_state(host), ==, "listening");
    g_assert_cmpuint(g_variant_n_children(ra_bus_host1_get_questions(host)), ==, 0);
    g_assert_cmpuint(ra_bus_consent1_get_unread(consent), ==, 0);
    ra_bus_host1_set_state(stand_in_host(agent), "viewing");
    ra_bus_consent1_set_unread(stand_in_consent(agent), 3);
    stand_in_ask(agent, 5, "voice", stand_in_details("{'name': <'Ann'>}"));
    stand_in_settle_down(agent);
    g_assert_cmpstr(ra_bus_host1_get_state(host), ==, "viewing");
    g_assert_cmpuint(ra_bus_consent1_get_unread(consent), ==, 3);
    g_assert_cmpuint(g_variant_n_children(ra_bus_host1_get_questions(host)), ==, 1);
    stand_in_settle(agent, 5, "gone");
    stand_in_settle_down(agent);
    g_assert_cmpuint(g_variant_n_children(ra_bus_host1_get_questions(host)), ==, 0);
}

static void on_said(GObject *source, GAsyncResult *result, gpointer data)
{
    char **message = data;
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_bus_consent1_call_say_finish(RA_BUS_CONSENT1(source), result, &error));
    *message = ra_agent_link_message(error);
}

static gboolean is_told(gpointer data)
{
    return *(char **)data != NULL;
}

/* What the novice reads of an error: the agent's own line, made safe, or ours. */
static void test_messages(void)
{
    static const struct {
        const char *error, *message, *shown;
    } cases[] = {
        {"NotAllowed", "Press it once more", "Press it once more"},
        {"Failed", "One\nline\x1b[2J only", "One line [2J only"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(StandIn) agent = stand_in_new();
        g_autofree char *message = NULL;
        stand_in_refuse(agent, "Say", cases[i].error, cases[i].message);
        ra_bus_consent1_call_say(ra_agent_link_consent(stand_in_link(agent)), "hi", NULL, on_said,
                                 &message);
        stand_in_until(is_told, &message);
        g_assert_cmpstr(message, ==, cases[i].shown);
        g_assert_cmpstr(stand_in_last(agent, "Say"), ==, "('hi',)");
    }
    g_autoptr(GError) other = g_error_new(G_IO_ERROR, G_IO_ERROR_CLOSED, "The socket");
    g_autofree char *message = ra_agent_link_message(other);
    g_assert_cmpstr(message, ==, "Remote Assistance on this computer does not answer.");
}

static gboolean is_closed(gpointer data)
{
    return stand_in_is_closed(data);
}

static void test_closed(void)
{
    g_autoptr(StandIn) agent = stand_in_new();
    g_autofree char *message = NULL;
    RaBusConsent1 *consent = ra_agent_link_consent(stand_in_link(agent));
    g_assert_false(stand_in_is_closed(agent));
    stand_in_leave(agent);
    stand_in_until(is_closed, agent);
    ra_bus_consent1_call_say(consent, "hi", NULL, on_said, &message);
    stand_in_until(is_told, &message);
}

/* No agent at the other end: nobody, one who leaves, one who speaks something else. */
static void test_nobody(void)
{
    static const char *const says[] = {NULL, "", "HTTP/1.1 400 Bad Request\r\n\r\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(says); i++) {
        g_autoptr(GError) error = NULL;
        int pair[2];
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
        if (says[i] != NULL) {
            g_assert_cmpint(write(pair[0], says[i], strlen(says[i])), ==, strlen(says[i]));
            close(pair[0]);
        }
        g_assert_null(ra_agent_link_new(pair[1], NULL, NULL, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
        if (says[i] == NULL)
            close(pair[0]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agent-link/properties", test_properties);
    g_test_add_func("/agent-link/messages", test_messages);
    g_test_add_func("/agent-link/closed", test_closed);
    g_test_add_func("/agent-link/nobody", test_nobody);
    return g_test_run();
}
