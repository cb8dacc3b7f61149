/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/stage.h"

#include "tests/host-agent/invite.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static RaPeer *start_worker(gpointer data, G_GNUC_UNUSED GError **error)
{
    Stage *stage = data;
    FakeWorker *worker = fake_worker_new();
    g_ptr_array_add(stage->workers, worker);
    return worker->peer;
}

static void on_asked(const RaQuestion *question, gpointer data)
{
    ((Stage *)data)->question = question->number;
}

static void on_settled(const RaQuestion *question, G_GNUC_UNUSED RaOutcome outcome, gpointer data)
{
    Stage *stage = data;
    if (stage->question == question->number)
        stage->question = 0;
}

static void on_note(const char *line, G_GNUC_UNUSED gpointer data)
{
    g_test_message("%s", line);
}

static void on_finished(gpointer data)
{
    ((Stage *)data)->finished = TRUE;
}

void stage_init(Stage *stage, const char *settings)
{
    static const char *const loopback[] = {"127.0.0.1", NULL};
    g_autoptr(GError) error = NULL;
    *stage = (Stage){0};
    stage->dir = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(stage->dir, "config", NULL);
    g_autofree char *store = g_build_filename(stage->dir, "invitations", NULL);
    g_assert_true(g_file_set_contents(file, settings, -1, NULL));
    stage->settings = ra_settings_load("/nonexistent", file, &error);
    g_assert_no_error(error);
    stage->store = ra_store_open(store, &error);
    g_assert_no_error(error);
    fake_desktop_init(&stage->desktop);
    stage->workers = g_ptr_array_new_with_free_func((GDestroyNotify)fake_worker_free);
    stage->config = (RaAgentConfig){.store = stage->store,
                                    .settings = stage->settings,
                                    .clock = &ra_clock_system,
                                    .desktop = &stage->desktop.desktop,
                                    .start_worker = start_worker,
                                    .worker_data = stage,
                                    .listen = loopback,
                                    .question_seconds = RA_QUESTION_SECONDS,
                                    .linger_seconds = RA_AGENT_LINGER_SECONDS};
}

void stage_start(Stage *stage)
{
    static const RaAgentEvents events = {
        .asked = on_asked, .settled = on_settled, .note = on_note, .finished = on_finished};
    g_autoptr(GError) error = NULL;
    stage->agent = ra_agent_new(&stage->config, &error);
    g_assert_no_error(error);
    ra_agent_watch(stage->agent, &events, stage);
    fake_settle();
}

void stage_clear(Stage *stage)
{
    g_clear_pointer(&stage->agent, ra_agent_free);
    fake_desktop_clear(&stage->desktop);
    g_ptr_array_unref(stage->workers);
    ra_store_free(stage->store);
    ra_settings_free(stage->settings);
    invite_remove(stage->dir);
    g_free(stage->dir);
}

char *stage_invite(Stage *stage, RaRights rights)
{
    g_autoptr(GError) error = NULL;
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    char *id = invite(stage->store, now, 3600, rights);
    g_assert_true(ra_agent_register(stage->agent, id, &error));
    g_assert_no_error(error);
    fake_settle();
    return id;
}

FakeWorker *stage_gate(const Stage *stage)
{
    g_assert_cmpuint(stage->workers->len, >, 0);
    return g_ptr_array_index(stage->workers, stage->workers->len - 1);
}

void stage_await(const FakeWorker *worker, RaIpcKind kind, guint n)
{
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (fake_worker_count(worker, kind) < n && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_cmpuint(fake_worker_count(worker, kind), >=, n);
}

int stage_connect(guint16 port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(connect(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    return fd;
}

FakeWorker *stage_helper(Stage *stage, const char *id, const char *name)
{
    FakeWorker *worker = stage_gate(stage);
    const int fd = stage_connect(ra_agent_port(stage->agent));
    stage_await(worker, RA_IPC_CONNECTION, 1);
    close(fd);
    RaIpcMessage want = {.kind = RA_IPC_WANT_KEY};
    g_strlcpy(want.identity.identity, id, sizeof want.identity.identity);
    fake_worker_say(worker, &want);
    g_assert_true(fake_worker_last(worker, RA_IPC_KEY)->secret.known);
    RaIpcMessage authenticated = {.kind = RA_IPC_AUTHENTICATED};
    authenticated.connection.id = fake_worker_last(worker, RA_IPC_CONNECTION)->connection.id;
    fake_worker_say(worker, &authenticated);
    g_assert_true(stage_gate(stage) != worker);
    RaIpcMessage ask = {.kind = RA_IPC_ASK, .ask.native = TRUE};
    g_strlcpy(ask.ask.identity, id, sizeof ask.ask.identity);
    g_strlcpy(ask.ask.name, name, sizeof ask.ask.name);
    fake_worker_say(worker, &ask);
    fake_settle();
    return worker;
}

FakeWorker *stage_view(Stage *stage, const char *id)
{
    FakeWorker *worker = stage_helper(stage, id, "Hanna");
    g_assert_cmpuint(stage->question, !=, 0);
    g_assert_true(ra_questions_answer(ra_agent_questions(stage->agent), stage->question, TRUE,
                                      RA_ANSWER_TERMINAL, NULL));
    fake_settle();
    g_assert_cmpint(ra_agent_state(stage->agent), ==, RA_AGENT_VIEWING);
    return worker;
}
