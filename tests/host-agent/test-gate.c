/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate's worker as a liar, and the agent around it. */
#include "tests/host-agent/tests.h"

#include "base/error.h"
#include "host/agent.h"
#include "link/listen.h"
#include "tests/host-agent/stage.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const RaIpcMessage *ask_key(FakeWorker *gate, const char *identity)
{
    RaIpcMessage want = {.kind = RA_IPC_WANT_KEY};
    g_strlcpy(want.identity.identity, identity, sizeof want.identity.identity);
    fake_worker_say(gate, &want);
    return fake_worker_last(gate, RA_IPC_KEY);
}

/* The key of the identity that is asked for, and nothing to whoever asks for another. */
static void test_keys(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    g_autofree char *other = stage_invite(&stage, RA_RIGHTS_ALL);
    FakeWorker *gate = stage_gate(&stage);
    const int fd = stage_connect(ra_agent_port(stage.agent));
    stage_await(gate, RA_IPC_CONNECTION, 1);
    g_assert_cmpstr(fake_worker_last(gate, RA_IPC_CONNECTION)->connection.peer, ==, "127.0.0.1");

    g_autoptr(RaStoreEntry) entry = ra_store_get(stage.store, id, NULL);
    RaSecret *key = ra_invitation_key(ra_store_entry_invitation(entry));
    const RaIpcMessage *answer = ask_key(gate, id);
    g_assert_true(answer->secret.known);
    g_assert_cmpstr(answer->secret.identity, ==, id);
    g_assert_cmpstr(answer->secret.name, ==, "Nora");
    g_assert_cmpint(memcmp(answer->secret.key, ra_secret_bytes(key), RA_IPC_KEY_SIZE), ==, 0);

    static const guint8 nothing[RA_IPC_KEY_SIZE] = {0};
    const char *const unknown[] = {"", "0", "00000000000000000000000000000000", "../../config"};
    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
        answer = ask_key(gate, unknown[i]);
        g_assert_false(answer->secret.known);
        g_assert_cmpint(memcmp(answer->secret.key, nothing, sizeof nothing), ==, 0);
    }
    g_assert_true(ra_agent_cancel(stage.agent, other, NULL));
    g_assert_false(ask_key(gate, other)->secret.known);
    g_assert_true(ask_key(gate, id)->secret.known);
    close(fd);
    stage_clear(&stage);
}

/* What ends a gate's worker at once. Another one takes its place, and no session begins. */
static void test_lies(void)
{
    enum { UNKNOWN_CONNECTION, NO_KEY, ASK, PIXELS, FAILED_UNKNOWN, KEY_FOR_NOBODY, DIES, LIES };
    for (guint lie = UNKNOWN_CONNECTION; lie < LIES; lie++) {
        Stage stage;
        g_test_message("lie %u", lie);
        stage_init(&stage, "");
        stage_start(&stage);
        g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
        FakeWorker *gate = stage_gate(&stage);
        RaIpcMessage message = {.kind = RA_IPC_AUTHENTICATED, .connection.id = 77777};
        if (lie != KEY_FOR_NOBODY) {
            close(stage_connect(ra_agent_port(stage.agent)));
            stage_await(gate, RA_IPC_CONNECTION, 1);
            if (lie != NO_KEY)
                (void)ask_key(gate, id);
        }
        if (lie == NO_KEY)
            message.connection.id = fake_worker_last(gate, RA_IPC_CONNECTION)->connection.id;
        else if (lie == ASK)
            message.kind = RA_IPC_ASK;
        else if (lie == PIXELS)
            message.kind = RA_IPC_WANT_PIXELS;
        else if (lie == FAILED_UNKNOWN)
            message.kind = RA_IPC_HANDSHAKE_FAILED;
        if (lie == KEY_FOR_NOBODY)
            (void)ask_key(gate, id);
        else if (lie == DIES)
            fake_worker_die(gate);
        else
            fake_worker_say(gate, &message);
        g_assert_null(gate->peer);
        g_assert_cmpuint(fake_worker_count(gate, RA_IPC_KEY), ==,
                         lie == NO_KEY || lie == KEY_FOR_NOBODY ? 0 : 1);
        g_assert_cmpint(ra_agent_state(stage.agent), ==, RA_AGENT_LISTENING);
        g_assert_cmpuint(stage.question, ==, 0);
        /* Its place is taken, and helpers can come. */
        const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
        while (stage_gate(&stage) == gate && g_get_monotonic_time() < end)
            g_main_context_iteration(NULL, TRUE);
        (void)stage_view(&stage, id);
        stage_clear(&stage);
    }
}

/* A gate that dies as soon as it is started is not started again without end. */
static void test_back_off(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage_start(&stage);
    g_free(stage_invite(&stage, RA_RIGHTS_ALL));
    const gint64 end = g_get_monotonic_time() + 1500 * 1000;
    while (g_get_monotonic_time() < end) {
        fake_worker_die(stage_gate(&stage));
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    g_assert_cmpuint(stage.workers->len, >=, 2);
    g_assert_cmpuint(stage.workers->len, <=, 6);
    stage_clear(&stage);
}

/* Connections that a dead gate held count no longer: strangers cannot fill the listener up. */
static void test_settled(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage_start(&stage);
    g_free(stage_invite(&stage, RA_RIGHTS_ALL));
    for (guint round = 0; round < 2; round++) {
        FakeWorker *gate = stage_gate(&stage);
        int fds[RA_LISTENER_HALF_OPEN_ADDRESS_MAX + 1];
        for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
            fds[i] = stage_connect(ra_agent_port(stage.agent));
        stage_await(gate, RA_IPC_CONNECTION, RA_LISTENER_HALF_OPEN_ADDRESS_MAX);
        fake_settle();
        g_assert_cmpuint(fake_worker_count(gate, RA_IPC_CONNECTION), ==,
                         RA_LISTENER_HALF_OPEN_ADDRESS_MAX);
        if (round == 0) {
            RaIpcMessage failed = {.kind = RA_IPC_HANDSHAKE_FAILED};
            failed.connection.id = fake_worker_last(gate, RA_IPC_CONNECTION)->connection.id;
            fake_worker_say(gate, &failed);
            const int more = stage_connect(ra_agent_port(stage.agent));
            stage_await(gate, RA_IPC_CONNECTION, RA_LISTENER_HALF_OPEN_ADDRESS_MAX + 1);
            close(more);
            fake_worker_die(gate);
            while (stage_gate(&stage) == gate)
                g_main_context_iteration(NULL, TRUE);
        }
        for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
            close(fds[i]);
    }
    stage_clear(&stage);
}

/* One helper at a time; and an invitation that ends while its question is open. */
static void test_busy(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    FakeWorker *first = stage_helper(&stage, id, "Hanna");
    const guint question = stage.question;
    g_assert_cmpstr(ra_agent_helper(stage.agent), ==, "Hanna");
    FakeWorker *second = stage_helper(&stage, id, "Mallory");
    g_assert_cmpuint(stage.question, ==, question); /* not asked about the second */
    g_assert_cmpint(fake_worker_last(second, RA_IPC_ALLOW)->allow.reason, ==, RA_GOODBYE_BUSY);
    g_assert_cmpstr(ra_agent_helper(stage.agent), ==, "Hanna");
    fake_worker_say_kind(second, RA_IPC_ENDED);
    fake_settle();
    g_assert_cmpint(ra_agent_state(stage.agent), ==, RA_AGENT_ASKING);

    g_assert_true(ra_agent_cancel(stage.agent, id, NULL));
    g_assert_cmpuint(stage.question, ==, 0);
    g_assert_cmpint(fake_worker_last(first, RA_IPC_BYE)->ended.reason, ==, RA_GOODBYE_EXPIRED);
    fake_worker_say_kind(first, RA_IPC_ENDED);
    fake_settle();
    g_assert_cmpint(ra_agent_state(stage.agent), ==, RA_AGENT_IDLE); /* nobody can come */
    stage_clear(&stage);
}

/* A session goes on when its invitation is over, and the store says that it was used. */
static void test_used(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&stage, id);
    g_autoptr(RaStoreEntry) entry = ra_store_get(stage.store, id, NULL);
    g_assert_cmpint(ra_store_entry_state(entry), ==, RA_STORE_USED);
    g_assert_true(ra_agent_cancel(stage.agent, id, NULL));
    fake_settle();
    g_assert_cmpint(ra_agent_state(stage.agent), ==, RA_AGENT_VIEWING);
    ra_agent_end(stage.agent);
    g_assert_cmpint(fake_worker_last(worker, RA_IPC_BYE)->ended.reason, ==, RA_GOODBYE_ENDED);
    fake_settle();
    g_assert_cmpint(ra_agent_state(stage.agent), ==, RA_AGENT_IDLE);
    stage_clear(&stage);
}

static void test_policy(void)
{
    g_autoptr(GError) error = NULL;
    guint16 port = 77;
    GStrv hosts = NULL;
    Stage stage;
    stage_init(&stage, "[Invitation]\nEnabled=false\n");
    stage_start(&stage);
    g_assert_false(ra_agent_prepare(stage.agent, &port, &hosts, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
    g_assert_cmpuint(port, ==, 77);
    g_assert_null(hosts);
    g_clear_error(&error);
    g_assert_false(ra_agent_register(stage.agent, "0123456789", &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
    g_assert_cmpint(ra_agent_state(stage.agent), ==, RA_AGENT_IDLE);
    stage_clear(&stage);

    stage_init(&stage, "[Invitation]\nAllowControl=false\n");
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&stage, id);
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    g_assert_cmpuint(stage.question, ==, 0);
    g_assert_cmpint(fake_worker_last(worker, RA_IPC_CONTROL_ANSWER)->allow.reason, ==,
                    RA_GOODBYE_FORBIDDEN);
    stage_clear(&stage);
}

/* When the program may leave. */
static void test_finished(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage.config.linger_seconds = 0;
    stage_start(&stage); /* --autostart with nothing to do */
    g_assert_true(stage.finished);
    stage_clear(&stage);

    stage_init(&stage, "");
    stage.config.linger_seconds = 0;
    stage.config.stay = TRUE;
    stage_start(&stage);
    g_assert_false(stage.finished);
    stage_clear(&stage);

    stage_init(&stage, "");
    stage.config.linger_seconds = 1;
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    const guint16 port = ra_agent_port(stage.agent);
    g_assert_cmpuint(ra_store_port(stage.store), ==, port);
    g_assert_true(ra_agent_cancel(stage.agent, id, NULL));
    fake_settle();
    g_assert_cmpuint(ra_agent_port(stage.agent), ==, 0);
    g_assert_false(stage.finished);
    fake_wait(&stage.finished);
    stage_clear(&stage);
}

static void test_shut_down(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage.config.stay = TRUE;
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&stage, id);
    ra_agent_shut_down(stage.agent);
    fake_settle();
    g_assert_false(stage.finished);
    g_assert_false(stage.desktop.shown);
    g_assert_cmpint(fake_worker_last(worker, RA_IPC_BYE)->ended.reason, ==,
                    RA_GOODBYE_SHUTTING_DOWN);
    fake_worker_say_kind(worker, RA_IPC_ENDED);
    fake_settle();
    g_assert_true(stage.finished);
    stage_clear(&stage);
}

typedef struct {
    RaAgent *agent;
    guint heard;
} Listener;

static void hear_once(const RaQuestion *question, gpointer data)
{
    (void)question;
    Listener *listener = data;
    listener->heard++;
    ra_agent_unwatch(listener->agent, listener);
}

/* Who stops to listen keeps nobody else from hearing. */
static void test_unwatch(void)
{
    static const RaAgentEvents once = {.asked = hear_once};
    Stage stage;
    stage_init(&stage, "");
    stage_start(&stage);
    Listener listeners[3];
    for (gsize i = 0; i < G_N_ELEMENTS(listeners); i++) {
        listeners[i] = (Listener){.agent = stage.agent};
        ra_agent_watch(stage.agent, &once, &listeners[i]);
    }
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    (void)stage_helper(&stage, id, "Hanna");
    for (gsize i = 0; i < G_N_ELEMENTS(listeners); i++)
        g_assert_cmpuint(listeners[i].heard, ==, 1);
    stage_clear(&stage);
}

/* What the administrator has set is not changed by an option. */
static void test_locked(void)
{
    static const struct {
        const char *policy;
        guint16 port;
        gboolean allowed;
    } cases[] = {
        {"[Link]\nPort=4000\n", 4001, FALSE},
        {"[Link]\nPort=4000\n", 4000, TRUE},
        {"[Link]\nPort=4000\n", 0, TRUE},
        {"[Link]\nListen=192.0.2.1;127.0.0.1\n", 4001, TRUE},
        {"[Link]\nListen=192.0.2.1\n", 0, FALSE}, /* the stage listens at 127.0.0.1 */
        {"[Link]\nListen=\n", 0, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Stage stage;
        g_autoptr(GError) error = NULL;
        stage_init(&stage, "[Link]\nPort=5000\nListen=127.0.0.1\n");
        g_autofree char *policy = g_build_filename(stage.dir, "policy.conf", NULL);
        g_autofree char *user = g_build_filename(stage.dir, "config", NULL);
        g_assert_true(g_file_set_contents(policy, cases[i].policy, -1, NULL));
        g_autoptr(RaSettings) settings = ra_settings_load(stage.dir, user, NULL);
        stage.config.settings = settings;
        stage.config.port = cases[i].port;
        g_autoptr(RaAgent) agent = ra_agent_new(&stage.config, &error);
        g_assert_true((agent != NULL) == cases[i].allowed);
        if (!cases[i].allowed)
            g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
        g_assert_cmpint(g_unlink(policy), ==, 0);
        g_clear_pointer(&agent, ra_agent_free);
        stage_clear(&stage);
    }
}

/* A helper with the resume identity of WORKER: the new session's worker. NULL: has no key. */
static FakeWorker *come_back(Stage *stage, const char *identity)
{
    FakeWorker *worker = stage_gate(stage);
    const int fd = stage_connect(ra_agent_port(stage->agent));
    stage_await(worker, RA_IPC_CONNECTION, 1);
    close(fd);
    if (!ask_key(worker, identity)->secret.known)
        return NULL;
    RaIpcMessage authenticated = {.kind = RA_IPC_AUTHENTICATED};
    authenticated.connection.id = fake_worker_last(worker, RA_IPC_CONNECTION)->connection.id;
    fake_worker_say(worker, &authenticated);
    RaIpcMessage ask = {.kind = RA_IPC_ASK, .ask.native = TRUE};
    g_strlcpy(ask.ask.identity, identity, sizeof ask.ask.identity);
    fake_worker_say(worker, &ask);
    fake_settle();
    return worker;
}

/* A broken link, with the whole agent around it: the key of the way back, the invitation that is
 * over meanwhile, a second helper, and the end. */
static void test_resume(void)
{
    Stage stage;
    stage_init(&stage, "");
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHTS_ALL);
    g_autofree char *other = stage_invite(&stage, RA_RIGHTS_ALL);
    FakeWorker *first = stage_view(&stage, id);
    const RaAssist *resume = fake_worker_last_assist(first, RA_ASSIST_RESUME);
    g_autofree char *identity = g_strdup(resume->resume.identity);
    fake_worker_die(first);
    g_assert_true(ra_agent_link_lost(stage.agent));
    g_assert_cmpint(ra_agent_state(stage.agent), ==, RA_AGENT_VIEWING);

    FakeWorker *second = stage_helper(&stage, other, "Hugo");
    g_assert_cmpuint(stage.question, ==, 0);
    g_assert_cmpint(fake_worker_last(second, RA_IPC_ALLOW)->allow.reason, ==, RA_GOODBYE_BUSY);
    g_assert_true(ra_agent_cancel(stage.agent, id, NULL));
    g_assert_true(ra_agent_cancel(stage.agent, other, NULL));
    fake_settle();
    g_assert_cmpuint(ra_agent_port(stage.agent), !=, 0); /* listens for the one who may come back */

    FakeWorker *back = come_back(&stage, identity);
    g_assert_nonnull(back);
    g_assert_true(fake_worker_last(back, RA_IPC_ALLOW)->allow.yes);
    g_assert_cmpuint(stage.question, ==, 0);
    g_assert_false(ra_agent_link_lost(stage.agent));
    g_assert_cmpstr(ra_agent_helper(stage.agent), ==, "Hanna");
    g_assert_null(come_back(&stage, identity)); /* the key was good for one return */

    /* The novice ends it: nobody comes back, and nobody is listened for. */
    g_autofree char *next =
        g_strdup(fake_worker_last_assist(back, RA_ASSIST_RESUME)->resume.identity);
    ra_agent_end(stage.agent);
    g_assert_null(come_back(&stage, next));
    fake_worker_say_kind(back, RA_IPC_ENDED);
    fake_settle();
    g_assert_cmpuint(ra_agent_port(stage.agent), ==, 0);
    g_assert_nonnull(ra_agent_case(stage.agent)); /* what was said stays */
    stage_clear(&stage);
}

static void test_session_policy(void)
{
    Stage stage;
    stage_init(&stage, "[Session]\nChat=false\nVoice=false\nPointing=no\n");
    stage_start(&stage);
    g_autofree char *id = stage_invite(&stage, RA_RIGHT_VIEW);
    FakeWorker *worker = stage_view(&stage, id);
    g_assert_cmpuint(fake_worker_last_assist(worker, RA_ASSIST_FEATURES)->features, ==,
                     RA_FEATURE_FILES | RA_FEATURE_CLIPBOARD);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_case_say(ra_agent_case(stage.agent), "hello", &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FORBIDDEN);
    stage_clear(&stage);
}

void add_gate_tests(void)
{
    g_test_add_func("/host/agent/resume", test_resume);
    g_test_add_func("/host/agent/session-policy", test_session_policy);
    g_test_add_func("/host/gate/keys", test_keys);
    g_test_add_func("/host/gate/lies", test_lies);
    g_test_add_func("/host/gate/back-off", test_back_off);
    g_test_add_func("/host/gate/settled", test_settled);
    g_test_add_func("/host/agent/busy", test_busy);
    g_test_add_func("/host/agent/used", test_used);
    g_test_add_func("/host/agent/policy", test_policy);
    g_test_add_func("/host/agent/locked", test_locked);
    g_test_add_func("/host/agent/finished", test_finished);
    g_test_add_func("/host/agent/unwatch", test_unwatch);
    g_test_add_func("/host/agent/shut-down", test_shut_down);
}
