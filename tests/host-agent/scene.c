/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/scene.h"

#include <string.h>

static void on_asked(const RaQuestion *question, gpointer data)
{
    const char *folder = NULL;
    Scene *f = data;
    g_autofree const char **to = NULL;
    f->question = question->number;
    f->kind = question->kind;
    g_free(f->name);
    g_free(f->to);
    g_assert_true(g_variant_lookup(question->details, "name", "s", &f->name));
    g_assert_true(g_variant_lookup(question->details, "to", "^a&s", &to));
    if (question->kind == RA_QUESTION_FILE) {
        g_assert_true(g_variant_lookup(question->details, "folder", "&s", &folder));
        g_assert_cmpstr(folder, ==, g_get_tmp_dir());
    }
    f->to = g_strdup(to[0]);
}

static void on_settled(const RaQuestion *question, RaOutcome outcome, gpointer data)
{
    Scene *f = data;
    g_assert_cmpuint(f->question, ==, question->number);
    f->question = 0;
    f->outcome = outcome;
}

static RaGoodbye on_admit(G_GNUC_UNUSED RaHelperSession *session, const char *invitation,
                          RaHelperSessionTerms *ret, gpointer data)
{
    static const char *const to[] = {"desk@example.org", NULL};
    Scene *f = data;
    g_assert_cmpstr(invitation, ==, IDENTITY);
    if (f->admit == RA_GOODBYE_UNKNOWN)
        *ret = (RaHelperSessionTerms){.rights = f->rights,
                                      .features = f->features,
                                      .recipients = to,
                                      .novice = "Nora",
                                      .downloads = g_get_tmp_dir()};
    return f->admit;
}

static RaHelperSession *on_resumes(const char *identity, gpointer data)
{
    Scene *f = data;
    g_autoptr(RaSecret) key =
        f->session != NULL ? ra_helper_session_resume_key(f->session, identity) : NULL;
    return key != NULL ? f->session : NULL;
}

static void on_began(G_GNUC_UNUSED RaHelperSession *session, gpointer data)
{
    ((Scene *)data)->began++;
}

static void on_changed(G_GNUC_UNUSED RaHelperSession *session, G_GNUC_UNUSED gpointer data)
{
}

static void on_ended(RaHelperSession *session, gpointer data)
{
    Scene *f = data;
    ra_helper_session_free(session);
    if (session == f->fresh) {
        f->fresh = NULL;
        return;
    }
    f->ended = TRUE;
    f->session = NULL;
}

static void on_note(const char *line, gpointer data)
{
    (void)data;
    g_test_message("%s", line);
}

static void on_history(const RaHistoryEntry *entry, gpointer data)
{
    Scene *f = data;
    if (entry->who != RA_HISTORY_EVENT)
        return;
    f->events++;
    g_free(f->last_event);
    f->last_event = g_strdup(entry->text);
}

static void on_transfer(G_GNUC_UNUSED const RaTransfer *transfer, G_GNUC_UNUSED gpointer data)
{
}

static void on_case_changed(G_GNUC_UNUSED gpointer data)
{
}

static void on_levels(G_GNUC_UNUSED guint ours, G_GNUC_UNUSED guint theirs,
                      G_GNUC_UNUSED gpointer data)
{
}

static const RaCaseEvents case_events = {on_history, on_transfer, on_case_changed, on_levels};

static const RaHelperSessionEvents session_events = {.admit = on_admit,
                                                     .resumes = on_resumes,
                                                     .began = on_began,
                                                     .changed = on_changed,
                                                     .ended = on_ended,
                                                     .ending = on_note,
                                                     .note = on_note};

void scene_set_up(Scene *f)
{
    static const RaQuestionsEvents events = {.asked = on_asked, .settled = on_settled};
    *f = (Scene){.rights = RA_RIGHTS_ALL, .features = RA_FEATURES_ALL};
    fake_clock_init(&f->clock);
    fake_desktop_init(&f->desktop);
    f->worker = fake_worker_new();
    f->questions = ra_questions_new(60, FALSE, &f->clock.clock, &events, f);
    f->setting = (RaHelperSessionSetting){.questions = f->questions,
                                          .desktop = &f->desktop.desktop,
                                          .clock = &f->clock.clock,
                                          .events = &session_events,
                                          .case_events = &case_events,
                                          .data = f};
    GHashTable *identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(identities, g_strdup(IDENTITY));
    f->session = ra_helper_session_new(f->worker->peer, "192.0.2.7", identities, &f->setting);
}

void scene_tear_down(Scene *f)
{
    g_clear_pointer(&f->session, ra_helper_session_free);
    g_clear_pointer(&f->fresh, ra_helper_session_free);
    ra_questions_free(f->questions);
    fake_desktop_clear(&f->desktop);
    fake_worker_free(f->worker);
    g_clear_pointer(&f->back, fake_worker_free);
    g_free(f->last_event);
    g_free(f->name);
    g_free(f->to);
}

void scene_ask(Scene *f, const char *identity, const char *name)
{
    RaIpcMessage ask = {.kind = RA_IPC_ASK, .ask.native = !f->stock};
    g_strlcpy(ask.ask.identity, identity, sizeof ask.ask.identity);
    g_strlcpy(ask.ask.name, name, sizeof ask.ask.name);
    fake_worker_say(f->worker, &ask);
}

void scene_answer(Scene *f, gboolean yes)
{
    g_assert_cmpuint(f->question, !=, 0);
    g_assert_true(ra_questions_answer(f->questions, f->question, yes, RA_ANSWER_TERMINAL, NULL));
    fake_clock_pass(&f->clock, 1); /* past the hold of input */
}

/* As far as STATE. */
void scene_go_to(Scene *f, RaHelperSessionState state)
{
    if (state >= RA_HELPER_SESSION_ASKING)
        scene_ask(f, IDENTITY, "Hanna");
    if (state >= RA_HELPER_SESSION_VIEWING) {
        scene_answer(f, TRUE);
        fake_settle(); /* the screen's first events */
    }
    if (state >= RA_HELPER_SESSION_REQUESTED)
        fake_worker_say_kind(f->worker, RA_IPC_WANT_CONTROL);
    if (state >= RA_HELPER_SESSION_CONTROLLING)
        scene_answer(f, TRUE);
    if (state == RA_HELPER_SESSION_BROKEN)
        fake_worker_die(f->worker);
    if (state == RA_HELPER_SESSION_LEAVING)
        ra_helper_session_leave(f->session, RA_GOODBYE_ENDED);
    g_assert_cmpint(ra_helper_session_state(f->session), ==, state);
}

guint scene_fetches(const Scene *f)
{
    return f->desktop.screens > 0 && f->session != NULL &&
                   ra_helper_session_state(f->session) < RA_HELPER_SESSION_LEAVING
               ? ra_memory_screen_fetches(f->desktop.screen)
               : 0;
}

const char *scene_resume_identity(const FakeWorker *worker)
{
    const RaAssist *resume = fake_worker_last_assist(worker, RA_ASSIST_RESUME);
    g_assert_nonnull(resume);
    return resume->resume.identity;
}

void scene_return(Scene *f, const char *identity)
{
    g_assert_null(f->fresh);
    if (f->back != NULL) { /* once more: that one is the session's now */
        fake_worker_free(f->worker);
        f->worker = f->back;
    }
    f->back = fake_worker_new();
    GHashTable *identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(identities, g_strdup(identity));
    f->fresh = ra_helper_session_new(f->back->peer, "192.0.2.8", identities, &f->setting);
    RaIpcMessage ask = {.kind = RA_IPC_ASK, .ask.native = !f->stock};
    g_strlcpy(ask.ask.identity, identity, sizeof ask.ask.identity);
    g_strlcpy(ask.ask.name, "Somebody else", sizeof ask.ask.name);
    fake_worker_say(f->back, &ask);
}
