/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a sealed ticket to an invitation, by what a person answers. */
#include "tests/viewer/tests.h"

#include "base/duration.h"
#include "base/error.h"
#include "viewer/ask.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char password[] = "four-odd-words-here";

static gint64 the_time;

static gint64 now(void)
{
    return the_time;
}

typedef struct {
    RaAsk *ask;
    RaInvitation *invitation;
    RaMsraCall *call;
    GError *error;
    guint done, changed;
} Case;

static void on_changed(gpointer data)
{
    ((Case *)data)->changed++;
}

static void on_done(RaOpened *opened, const GError *error, gpointer data)
{
    Case *one = data;
    one->done++;
    g_assert_true((opened != NULL) != (error != NULL));
    if (opened != NULL) {
        one->invitation = g_steal_pointer(&opened->invitation);
        one->call = g_steal_pointer(&opened->call);
        g_assert_true((one->invitation != NULL) != (one->call != NULL));
    } else
        one->error = g_error_copy(error);
}

/* The bytes of a ticket from AGO seconds ago that lasts an hour; sealing takes its time, so that
 * the usual one is made once. */
static GBytes *seal(const char *name, gint64 ago)
{
    static GBytes *usual;
    const gboolean is_usual = g_str_equal(name, "Maria") && ago == 60;
    const char *const hosts[] = {"192.0.2.1:3389", NULL};
    const gint64 start = the_time - ago;
    g_autoptr(GError) error = NULL;
    if (is_usual && usual != NULL)
        return g_bytes_ref(usual);
    g_autoptr(RaInvitation) invitation = ra_invitation_new(
        name, "maria@example.org", start, start + RA_HOUR, RA_RIGHTS_ALL, hosts, &error);
    g_assert_no_error(error);
    g_autoptr(RaSecret) secret = ra_secret_new_copy(password, strlen(password));
    GBytes *sealed = ra_ticket_seal(invitation, secret, NULL, &error);
    g_assert_no_error(error);
    if (is_usual)
        usual = g_bytes_ref(sealed); /* for the whole run */
    return sealed;
}

/* FROM and TO, of one length: altered in it. */
static RaTicket *make_ticket(const char *name, gint64 ago, const char *from, const char *to)
{
    gsize size;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) sealed = seal(name, ago);
    const char *data = g_bytes_get_data(sealed, &size);
    g_autofree char *text = g_strndup(data, size);
    char *place = from != NULL ? g_strstr_len(text, (gssize)size, from) : NULL;
    g_assert_true(from == NULL || place != NULL);
    if (place != NULL)
        memcpy(place, to, strlen(to));
    RaTicket *ticket = ra_ticket_parse(text, size, &error);
    g_assert_no_error(error);
    return ticket;
}

/* As ra-open hands it over; takes the tickets. */
static RaHandover *handover(RaTicket *first, RaTicket *second)
{
    RaHandover *made = ra_handover_new();
    ra_handover_add(made, (RaEither){.ticket = first}, "");
    ra_ticket_unref(first);
    if (second == NULL)
        return made;
    ra_handover_add(made, (RaEither){.ticket = second}, "");
    ra_ticket_unref(second);
    return made;
}

static void begin(Case *one, RaAskOptions options)
{
    static const RaAskCallbacks callbacks = {on_changed, on_done};
    *one = (Case){0};
    options.now = now;
    one->ask = ra_ask_new(&options, &callbacks, one);
    g_assert_cmpuint(one->changed + one->done, ==, 0);
}

static void end(Case *one)
{
    ra_ask_free(one->ask);
    ra_invitation_unref(one->invitation);
    ra_msra_call_free(one->call);
    g_clear_error(&one->error);
}

static RaPromptKind kind(const Case *one)
{
    return ra_ask_prompt(one->ask)->kind;
}

static gboolean act(Case *one, RaActKind what, gboolean flag, guint number)
{
    const RaAct made = {.kind = what, .flag = flag, .number = number};
    return ra_ask_act(one->ask, &made);
}

/* Waits while a password is tried. */
static void wait(Case *one)
{
    while (kind(one) == RA_PROMPT_WORKING)
        g_main_context_iteration(NULL, TRUE);
}

static gboolean in_memory(gsize address, const char *text)
{
    char there[64] = "";
    const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    const gboolean read = pread(memory, there, strlen(text), (off_t)address) > 0;
    close(memory);
    return read && memcmp(there, text, strlen(text)) == 0;
}

/* Types TEXT and waits for what comes of it; nothing of it stays in memory. */
static void type(Case *one, const char *text)
{
    RaSecret *secret = ra_secret_new_copy(text, strlen(text));
    const gsize address = (gsize)ra_secret_bytes(secret);
    const RaAct made = {.kind = RA_ACT_PASSWORD, .secret = secret};
    g_assert_true(*text == '\0' || in_memory(address, text));
    g_assert_true(ra_ask_act(one->ask, &made));
    ra_secret_unref(secret);
    wait(one);
    /* The thread that tried it may be the last to let go of it. */
    for (int i = 0; i < 200 && *text != '\0' && in_memory(address, text); i++) {
        g_usleep(5000);
        g_main_context_iteration(NULL, FALSE);
    }
    g_assert_false(*text != '\0' && in_memory(address, text));
}

static void test_opens(void)
{
    Case one;
    begin(&one, (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL)});
    const RaPrompt *prompt = ra_ask_prompt(one.ask);
    g_assert_cmpint(prompt->kind, ==, RA_PROMPT_CONNECT);
    g_assert_cmpstr(prompt->name, ==, "Maria");
    g_assert_cmpstr(prompt->address, ==, "maria@example.org");
    g_assert_true(g_str_has_prefix(prompt->expires, "in 59 minutes ("));
    g_assert_nonnull(prompt->caution);
    g_assert_null(prompt->message);
    /* Neither a password nor a choice answers the question. */
    g_autoptr(RaSecret) secret = ra_secret_new_copy(password, strlen(password));
    const RaAct early = {.kind = RA_ACT_PASSWORD, .secret = secret};
    g_assert_false(ra_ask_act(one.ask, &early));
    g_assert_false(act(&one, RA_ACT_CHOOSE, FALSE, 0));
    g_assert_false(act(&one, RA_ACT_SAY, TRUE, 0));
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_CONNECT);
    g_assert_true(act(&one, RA_ACT_CONNECT, TRUE, 0));
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_PASSWORD);
    g_assert_cmpuint(one.done, ==, 0);
    type(&one, password);
    g_assert_cmpuint(one.done, ==, 1);
    g_assert_nonnull(one.invitation);
    g_assert_cmpstr(ra_invitation_hosts(one.invitation)[0], ==, "192.0.2.1:3389");
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_NONE);
    g_assert_false(act(&one, RA_ACT_CLOSE, FALSE, 0));
    g_assert_cmpuint(one.done, ==, 1);
    end(&one);
}

static void test_wrong_three_times(void)
{
    Case one;
    begin(&one, (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL)});
    act(&one, RA_ACT_CONNECT, TRUE, 0);
    type(&one, "wrong-words-typed");
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_PASSWORD);
    g_assert_nonnull(strstr(ra_ask_prompt(one.ask)->message, "2 more tries."));
    type(&one, ""); /* is no try */
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_PASSWORD);
    type(&one, "wrong-words-typed");
    g_assert_nonnull(strstr(ra_ask_prompt(one.ask)->message, "1 more try."));
    type(&one, "wrong-words-typed");
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_FAILED);
    g_assert_nonnull(strstr(ra_ask_prompt(one.ask)->message, "wrong 3 times"));
    g_assert_cmpuint(one.done, ==, 0); /* until it was read */
    g_assert_false(act(&one, RA_ACT_CONNECT, TRUE, 0));
    g_assert_true(act(&one, RA_ACT_CLOSE, FALSE, 0));
    g_assert_cmpuint(one.done, ==, 1);
    g_assert_error(one.error, RA_ERROR, RA_ERROR_PASSWORD);
    end(&one);
}

static void test_wrong_then_right(void)
{
    Case one;
    begin(&one, (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL)});
    act(&one, RA_ACT_CONNECT, TRUE, 0);
    type(&one, "wrong-words-typed");
    type(&one, password);
    g_assert_nonnull(one.invitation);
    end(&one);
}

/* A no at every step. */
static void test_no(void)
{
    static const struct {
        guint steps;
        RaAct no;
    } cases[] = {
        {0, {.kind = RA_ACT_CONNECT}}, {0, {.kind = RA_ACT_CLOSE}},
        {1, {.kind = RA_ACT_CONNECT}}, {1, {.kind = RA_ACT_DISCONNECT}},
        {2, {.kind = RA_ACT_CLOSE}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Case one;
        g_test_message("no %zu", i);
        begin(&one,
              (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL)});
        if (cases[i].steps > 0)
            act(&one, RA_ACT_CONNECT, TRUE, 0);
        if (cases[i].steps > 1) {
            g_autoptr(RaSecret) right = ra_secret_new_copy(password, strlen(password));
            const RaAct made = {.kind = RA_ACT_PASSWORD, .secret = right};
            g_assert_true(ra_ask_act(one.ask, &made));
            g_assert_cmpint(kind(&one), ==, RA_PROMPT_WORKING);
        }
        g_assert_true(ra_ask_act(one.ask, &cases[i].no));
        g_assert_cmpuint(one.done, ==, 1);
        g_assert_error(one.error, RA_ERROR, RA_ERROR_DECLINED);
        for (int turn = 0; turn < 100; turn++) { /* what the thread finds is for nobody */
            g_main_context_iteration(NULL, FALSE);
            g_usleep(cases[i].steps > 1 ? 10000 : 10);
        }
        g_assert_cmpuint(one.done, ==, 1);
        end(&one);
    }
}

/* Freed while the password is tried: nobody is called any more. */
static void test_freed_while_working(void)
{
    Case one;
    begin(&one, (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL)});
    act(&one, RA_ACT_CONNECT, TRUE, 0);
    g_autoptr(RaSecret) right = ra_secret_new_copy(password, strlen(password));
    const RaAct made = {.kind = RA_ACT_PASSWORD, .secret = right};
    g_assert_true(ra_ask_act(one.ask, &made));
    end(&one);
    for (int turn = 0; turn < 100; turn++) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(10000);
    }
    g_assert_cmpuint(one.done, ==, 0);
}

static gboolean on_time(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

static void test_expires(void)
{
    static const struct {
        guint steps;
    } cases[] = {{0}, {1}, {2}};
    const gint64 start = the_time;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Case one;
        gboolean late = FALSE;
        guint timer = 0;
        g_test_message("expired at step %u", cases[i].steps);
        the_time = start;
        begin(&one,
              (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL)});
        if (cases[i].steps > 0)
            act(&one, RA_ACT_CONNECT, TRUE, 0);
        the_time += RA_HOUR;
        if (cases[i].steps > 1)
            type(&one, password);
        else /* by itself */
            timer = g_timeout_add_seconds(4, on_time, &late);
        while (kind(&one) != RA_PROMPT_FAILED && !late && cases[i].steps < 2)
            g_main_context_iteration(NULL, TRUE);
        g_assert_cmpint(kind(&one), ==, RA_PROMPT_FAILED);
        g_assert_nonnull(strstr(ra_ask_prompt(one.ask)->message, "The invitation expired"));
        act(&one, RA_ACT_CLOSE, FALSE, 0);
        g_assert_error(one.error, RA_ERROR, RA_ERROR_EXPIRED);
        g_assert_null(one.invitation);
        if (timer != 0)
            g_source_remove(timer);
        end(&one);
    }
    the_time = start;
}

/* It ends while the password is being tried. */
static void test_expires_while_working(void)
{
    Case one;
    begin(&one, (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL)});
    act(&one, RA_ACT_CONNECT, TRUE, 0);
    g_autoptr(RaSecret) right = ra_secret_new_copy(password, strlen(password));
    const RaAct made = {.kind = RA_ACT_PASSWORD, .secret = right};
    g_assert_true(ra_ask_act(one.ask, &made));
    the_time += RA_HOUR;
    wait(&one);
    the_time -= RA_HOUR;
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_FAILED);
    g_assert_null(one.invitation);
    end(&one);
}

static void test_altered(void)
{
    Case one;
    begin(&one,
          (RaAskOptions){.handover = handover(make_ticket("Maria", 60, "Maria", "Mario"), NULL)});
    g_assert_cmpstr(ra_ask_prompt(one.ask)->name, ==, "Mario");
    act(&one, RA_ACT_CONNECT, TRUE, 0);
    for (int i = 0; i < RA_ASK_TRIES; i++)
        type(&one, password);
    g_assert_nonnull(strstr(ra_ask_prompt(one.ask)->message, "altered"));
    act(&one, RA_ACT_CLOSE, FALSE, 0);
    g_assert_error(one.error, RA_ERROR, RA_ERROR_PASSWORD);
    end(&one);
}

static void test_choice(void)
{
    Case one;
    begin(&one, (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL),
                                                    make_ticket("Boss <b@x>", 30, NULL, NULL))});
    const RaPrompt *prompt = ra_ask_prompt(one.ask);
    g_assert_cmpint(prompt->kind, ==, RA_PROMPT_CHOOSE);
    g_assert_cmpuint(prompt->n_choices, ==, 2);
    g_assert_cmpstr(prompt->choices[1].who, ==, "Boss b@x <maria@example.org>");
    g_assert_cmpstr(prompt->choices[0].who, ==, "Maria <maria@example.org>");
    g_assert_false(act(&one, RA_ACT_CHOOSE, FALSE, 2));
    g_assert_false(act(&one, RA_ACT_CONNECT, TRUE, 0));
    g_assert_true(act(&one, RA_ACT_CHOOSE, FALSE, 0));
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_CONNECT);
    g_assert_cmpstr(ra_ask_prompt(one.ask)->name, ==, "Maria");
    g_assert_cmpuint(ra_ask_prompt(one.ask)->n_choices, ==, 0);
    end(&one);
    /* Of several the only one whose time it is. */
    begin(&one, (RaAskOptions){.handover = handover(make_ticket("Old", 2 * RA_HOUR, NULL, NULL),
                                                    make_ticket("Maria", 30, NULL, NULL))});
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_CONNECT);
    g_assert_cmpstr(ra_ask_prompt(one.ask)->name, ==, "Maria");
    end(&one);
}

/* With --yes and --password-file nobody is asked; a wrong password is the end of it. */
static void test_unasked(void)
{
    static const struct {
        const char *password;
        int code; /* 0: it opens */
    } cases[] = {{password, 0}, {"wrong-words-in-file", RA_ERROR_PASSWORD}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Case one;
        g_autoptr(RaSecret) secret =
            ra_secret_new_copy(cases[i].password, strlen(cases[i].password));
        begin(&one, (RaAskOptions){.handover = handover(make_ticket("Maria", 60, NULL, NULL), NULL),
                                   .password = secret,
                                   .yes = TRUE});
        g_assert_cmpint(kind(&one), ==, RA_PROMPT_WORKING);
        wait(&one);
        g_assert_cmpint(one.invitation != NULL, ==, cases[i].code == 0);
        if (cases[i].code != 0) {
            g_assert_cmpint(kind(&one), ==, RA_PROMPT_FAILED);
            act(&one, RA_ACT_CLOSE, FALSE, 0);
            g_assert_error(one.error, RA_ERROR, cases[i].code);
        }
        end(&one);
    }
}

static void test_nothing_to_open(void)
{
    Case one;
    g_autoptr(GError) why =
        g_error_new(RA_ERROR, RA_ERROR_NO_TICKET, "no invitation was found in this");
    begin(&one, (RaAskOptions){.handover = ra_handover_new_error(why)});
    g_assert_cmpint(kind(&one), ==, RA_PROMPT_FAILED);
    g_assert_cmpstr(ra_ask_prompt(one.ask)->message, ==, "No invitation was found in this.");
    act(&one, RA_ACT_CONNECT, FALSE, 0);
    g_assert_error(one.error, RA_ERROR, RA_ERROR_NO_TICKET);
    end(&one);
}

void add_ask_tests(void)
{
    the_time = ra_moment_now();
    g_test_add_func("/ask/opens", test_opens);
    g_test_add_func("/ask/wrong-three-times", test_wrong_three_times);
    g_test_add_func("/ask/wrong-then-right", test_wrong_then_right);
    g_test_add_func("/ask/no", test_no);
    g_test_add_func("/ask/freed-while-working", test_freed_while_working);
    g_test_add_func("/ask/expires", test_expires);
    g_test_add_func("/ask/expires-while-working", test_expires_while_working);
    g_test_add_func("/ask/altered", test_altered);
    g_test_add_func("/ask/choice", test_choice);
    g_test_add_func("/ask/unasked", test_unasked);
    g_test_add_func("/ask/nothing-to-open", test_nothing_to_open);
}
