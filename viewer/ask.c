/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/ask.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"

#include <gio/gio.h>

static const char windows[] =
    "Their computer has Windows: FreeRDP connects, in a window of its own. "
    "Ctrl+Alt+C there asks for control.";
static const char trust[] = "Connect only if you know this person and expected the invitation. "
                            "You will see their screen; they do not see yours.";

struct _RaAsk {
    RaAskOptions options;
    RaAskCallbacks callbacks;
    gpointer data;
    GPtrArray *offers;     /* of RaOffer, borrowed: those whose time it is */
    const RaOffer *chosen; /* one of them; NULL: none yet */
    guint wrong;           /* passwords */
    GError *error;         /* FAILED: what done() will hear */
    GCancellable *trying;  /* WORKING */
    guint tick;            /* a source, once a second */
    char *endings;         /* as last shown */
    RaPrompt prompt;       /* its texts are these: */
    char *name, *address, *expires, *message, *caution;
    GArray *choices; /* of RaPromptChoice */
};

/* Words. */

/* "in 42 minutes (14:05)". */
static char *expires_text(RaEither either, gint64 now)
{
    const gint64 end = ra_either_end(either), left = MAX(end - now, 0);
    g_autofree char *length =
        ra_duration_format(left < 2 * RA_MINUTE ? left : left / RA_MINUTE * RA_MINUTE);
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(end);
    const char *format = left < RA_DAY / 2 ? "%H:%M" : "%-d %B %Y, %H:%M";
    g_autofree char *moment = time != NULL ? g_date_time_format(time, format) : g_strdup("?");
    return g_strdup_printf("in %s (%s)", length, moment);
}

/* A name with brackets of its own could pretend to another address. */
static char *name_of(RaEither either)
{
    g_autofree char *bare = g_strdelimit(g_strdup(ra_either_name(either)), "<>", ' ');
    g_autofree char *name = ra_text_line(bare, RA_TEXT_NAME_MAX);
    return *name != '\0' ? g_steal_pointer(&name)
                         : ra_text_line(ra_either_address(either), RA_TEXT_NAME_MAX);
}

static char *or_somebody(char *name)
{
    if (*name != '\0')
        return name;
    g_free(name);
    return g_strdup("somebody");
}

static char *who_of(RaEither either)
{
    g_autofree char *name = or_somebody(name_of(either));
    g_autofree char *address = ra_text_line(ra_either_address(either), RA_TEXT_LINE_MAX);
    return *address != '\0' ? g_strdup_printf("%s <%s>", name, address) : g_steal_pointer(&name);
}

/* LINE as it stands in a window: "the key is wrong" becomes "The key is wrong." */
static char *sentence(const char *line)
{
    const gunichar first = g_utf8_get_char(line);
    char start[8] = "";
    start[g_unichar_to_utf8(g_unichar_toupper(first), start)] = '\0';
    const gboolean stop = g_str_has_suffix(line, ".") || g_str_has_suffix(line, "!");
    return *line == '\0' ? g_strdup("")
                         : g_strconcat(start, g_utf8_next_char(line), stop ? "" : ".", NULL);
}

/* The prompt. */

static void clear_choice(gpointer data)
{
    RaPromptChoice *choice = data;
    g_free(choice->who);
    g_free(choice->expires);
}

static void list_choices(RaAsk *ask)
{
    const gint64 now = ask->options.now();
    g_array_set_size(ask->choices, 0);
    for (guint i = 0; i < ask->offers->len; i++) {
        const RaOffer *offer = ask->offers->pdata[i];
        const RaPromptChoice choice = {who_of(offer->either), expires_text(offer->either, now)};
        g_array_append_val(ask->choices, choice);
    }
}

static void replace(char **text, char *with)
{
    g_free(*text);
    *text = with;
}

/* MESSAGE is NULL where nothing went wrong; copied. */
static void set_prompt(RaAsk *ask, RaPromptKind kind, const char *message)
{
    const RaOffer *offer = ask->chosen;
    replace(&ask->message, g_strdup(message));
    if (offer != NULL) {
        replace(&ask->name, or_somebody(name_of(offer->either)));
        replace(&ask->address, ra_text_line(ra_either_address(offer->either), RA_TEXT_LINE_MAX));
        replace(&ask->expires, expires_text(offer->either, ask->options.now()));
        g_autofree char *warning = sentence(offer->warning);
        replace(&ask->caution, g_strconcat(warning, *warning != '\0' ? "\n" : "", trust,
                                           offer->either.msra != NULL ? "\n" : "",
                                           offer->either.msra != NULL ? windows : "", NULL));
    }
    if (kind == RA_PROMPT_CHOOSE)
        list_choices(ask);
    else
        g_array_set_size(ask->choices, 0);
    ask->prompt = (RaPrompt){.kind = kind,
                             .name = ask->name,
                             .address = ask->address,
                             .expires = ask->expires,
                             .message = ask->message,
                             .caution = ask->caution,
                             .choices = (const RaPromptChoice *)(gpointer)ask->choices->data,
                             .n_choices = ask->choices->len};
}

static void stop(RaAsk *ask)
{
    if (ask->tick != 0)
        g_source_remove(ask->tick);
    ask->tick = 0;
    if (ask->trying != NULL)
        g_cancellable_cancel(ask->trying);
    g_clear_object(&ask->trying);
}

/* Takes ERROR. Nothing more can be done but to tell it. */
static void fail(RaAsk *ask, GError *error)
{
    g_autofree char *line = sentence(error->message);
    stop(ask);
    g_clear_error(&ask->error);
    ask->error = error;
    set_prompt(ask, RA_PROMPT_FAILED, line);
}

/* FALSE: its time is over, the prompt says so. */
static gboolean still_valid(RaAsk *ask)
{
    GError *error = NULL;
    if (ra_either_check_time(ask->chosen->either, ask->options.now(), &error))
        return TRUE;
    fail(ask, error);
    return FALSE;
}

/* When each of those on show ends, in words. */
static char *endings(const RaAsk *ask)
{
    const gint64 now = ask->options.now();
    if (ask->chosen != NULL)
        return expires_text(ask->chosen->either, now);
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < ask->offers->len; i++) {
        const RaOffer *offer = ask->offers->pdata[i];
        g_autofree char *one = expires_text(offer->either, now);
        g_string_append(all, one);
    }
    return g_string_free(all, FALSE);
}

static gboolean on_tick(gpointer data)
{
    RaAsk *ask = data;
    if (ask->prompt.kind == RA_PROMPT_WORKING)
        return G_SOURCE_CONTINUE; /* what comes of it looks at the time again */
    if (ask->chosen != NULL && !still_valid(ask)) {
        ask->callbacks.changed(ask->data);
        return G_SOURCE_REMOVE;
    }
    char *now = endings(ask);
    if (g_strcmp0(now, ask->endings) != 0) {
        g_autofree char *message = g_strdup(ask->message);
        set_prompt(ask, ask->prompt.kind, message);
        ask->callbacks.changed(ask->data);
    }
    replace(&ask->endings, now);
    return G_SOURCE_CONTINUE;
}

/* The last word; ASK may be gone afterwards. */
static void finish(RaAsk *ask, RaOpened *opened, const GError *error)
{
    stop(ask);
    ask->prompt = (RaPrompt){.kind = RA_PROMPT_NONE};
    ask->callbacks.done(opened, error, ask->data);
}

/* Trying a password, or the key alone. */

typedef struct {
    RaEither either;
    RaSecret *password;
    char *key_file;
} Attempt;

static void attempt_free(gpointer data)
{
    Attempt *attempt = data;
    ra_either_clear(&attempt->either);
    ra_secret_unref(attempt->password);
    g_free(attempt->key_file);
    g_free(attempt);
}

static void opened_free(gpointer data)
{
    RaOpened *opened = data;
    if (opened != NULL)
        ra_opened_clear(opened);
    g_free(opened);
}

static void try_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    (void)source;
    (void)cancellable;
    Attempt *attempt = data;
    GError *error = NULL;
    RaOpened opened = {NULL, NULL};
    if (ra_opening_try(attempt->either, attempt->password, attempt->key_file, &opened, &error))
        g_task_return_pointer(task, g_memdup2(&opened, sizeof opened), opened_free);
    else
        g_task_return_error(task, error);
}

/* Takes ERROR. A password that was typed may be typed again. */
static void refused(RaAsk *ask, GError *error)
{
    const gboolean typed =
        ra_either_needs_password(ask->chosen->either) && ask->options.password == NULL;
    if (!typed || !g_error_matches(error, RA_ERROR, RA_ERROR_PASSWORD)) {
        fail(ask, error);
        return;
    }
    const guint left = RA_ASK_TRIES - ++ask->wrong;
    if (left == 0) {
        g_error_free(error);
        fail(ask, g_error_new(RA_ERROR, RA_ERROR_PASSWORD,
                              "the password was wrong %d times, or the invitation was altered: "
                              "ask %s for the password again, then open the invitation once more",
                              RA_ASK_TRIES, ask->name));
        return;
    }
    g_autofree char *line = sentence(error->message);
    g_autofree char *message =
        g_strdup_printf("%s %u more %s.", line, left, left == 1 ? "try" : "tries");
    g_error_free(error);
    set_prompt(ask, RA_PROMPT_PASSWORD, message);
}

static void on_tried(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    GError *error = NULL;
    RaOpened *opened = g_task_propagate_pointer(G_TASK(result), &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_error_free(error);
        return; /* DATA may be gone */
    }
    RaAsk *ask = data;
    g_clear_object(&ask->trying);
    if (opened != NULL && still_valid(ask)) {
        finish(ask, opened, NULL);
    } else {
        if (opened == NULL)
            refused(ask, error);
        ask->callbacks.changed(ask->data);
    }
    opened_free(opened);
}

/* PASSWORD is NULL where the ticket needs none. */
static void attempt(RaAsk *ask, RaSecret *password)
{
    Attempt *one = g_new0(Attempt, 1);
    one->either = ra_either_copy(ask->chosen->either);
    one->password = password != NULL ? ra_secret_ref(password) : NULL;
    one->key_file = g_strdup(ask->options.key_file);
    ask->trying = g_cancellable_new();
    g_autoptr(GTask) task = g_task_new(NULL, ask->trying, on_tried, ask);
    g_task_set_task_data(task, one, attempt_free);
    g_task_run_in_thread(task, try_in_thread);
    set_prompt(ask, RA_PROMPT_WORKING, NULL);
}

/* The steps. Each leaves the prompt of the next one, and calls nobody. */

static void to_password(RaAsk *ask)
{
    GError *error = NULL;
    const RaEither either = ask->chosen->either;
    if (either.msra != NULL)
        g_free(ra_freerdp_find(&error)); /* here it only matters whether there is one */
    if (error != NULL)
        fail(ask, error);
    else if (ra_either_needs_key(either) && ask->options.key_file == NULL)
        fail(ask, g_error_new(RA_ERROR, RA_ERROR_USAGE,
                              "this invitation is sealed to the help desk: open it there, or with "
                              "ra-open --key and the help desk's key"));
    else if (!ra_either_needs_password(either))
        attempt(ask, NULL);
    else if (ask->options.password != NULL)
        attempt(ask, ask->options.password);
    else
        set_prompt(ask, RA_PROMPT_PASSWORD, NULL);
}

static void to_connect(RaAsk *ask, const RaOffer *offer)
{
    ask->chosen = offer;
    if (!still_valid(ask))
        return;
    if (ask->options.yes)
        to_password(ask);
    else
        set_prompt(ask, RA_PROMPT_CONNECT, NULL);
}

static void begin(RaAsk *ask)
{
    const RaHandover *handover = ask->options.handover;
    const gint64 now = ask->options.now();
    if (handover->error != NULL) {
        fail(ask, g_error_copy(handover->error));
        return;
    }
    for (guint i = 0; i < handover->offers->len; i++) {
        RaOffer *offer = handover->offers->pdata[i];
        if (ra_either_check_time(offer->either, now, NULL))
            g_ptr_array_add(ask->offers, offer);
    }
    if (ask->offers->len > 1)
        set_prompt(ask, RA_PROMPT_CHOOSE, NULL);
    else /* one that is not valid says why */
        to_connect(ask, (ask->offers->len == 1 ? ask->offers : handover->offers)->pdata[0]);
}

RaAsk *ra_ask_new(const RaAskOptions *options, const RaAskCallbacks *callbacks, gpointer data)
{
    RaAsk *ask = g_new0(RaAsk, 1);
    ask->options = *options;
    ask->options.key_file = g_strdup(options->key_file);
    if (options->password != NULL)
        ra_secret_ref(options->password);
    if (options->now == NULL)
        ask->options.now = ra_moment_now;
    ask->callbacks = *callbacks;
    ask->data = data;
    ask->offers = g_ptr_array_new();
    ask->choices = g_array_new(FALSE, TRUE, sizeof(RaPromptChoice));
    g_array_set_clear_func(ask->choices, clear_choice);
    begin(ask);
    if (ask->prompt.kind != RA_PROMPT_FAILED)
        ask->tick = g_timeout_add_seconds(1, on_tick, ask);
    return ask;
}

void ra_ask_free(RaAsk *ask)
{
    if (ask == NULL)
        return;
    stop(ask);
    ra_handover_free(ask->options.handover);
    g_free((char *)ask->options.key_file);
    ra_secret_unref(ask->options.password);
    g_ptr_array_unref(ask->offers);
    g_array_unref(ask->choices);
    g_clear_error(&ask->error);
    g_free(ask->name);
    g_free(ask->address);
    g_free(ask->expires);
    g_free(ask->message);
    g_free(ask->caution);
    g_free(ask->endings);
    g_free(ask);
}

const RaPrompt *ra_ask_prompt(const RaAsk *ask)
{
    return &ask->prompt;
}

/* What the helper does. */

static void give_up(RaAsk *ask)
{
    g_autoptr(GError) error =
        ask->error != NULL ? g_error_copy(ask->error)
                           : g_error_new(RA_ERROR, RA_ERROR_DECLINED, "you chose not to connect");
    finish(ask, NULL, error);
}

static void take_password(RaAsk *ask, RaSecret *password)
{
    if (!still_valid(ask))
        return;
    if (password == NULL || ra_secret_size(password) == 0)
        set_prompt(ask, RA_PROMPT_PASSWORD, "Type the password that you were told by telephone.");
    else
        attempt(ask, password);
}

gboolean ra_ask_act(RaAsk *ask, const RaAct *act)
{
    const RaPromptKind kind = ask->prompt.kind;
    const gboolean no = act->kind == RA_ACT_CLOSE || act->kind == RA_ACT_DISCONNECT ||
                        (act->kind == RA_ACT_CONNECT && !act->flag);
    if (kind == RA_PROMPT_NONE)
        return FALSE;
    if (no) {
        give_up(ask);
        return TRUE;
    }
    if (act->kind == RA_ACT_CHOOSE && kind == RA_PROMPT_CHOOSE && act->number < ask->offers->len)
        to_connect(ask, ask->offers->pdata[act->number]);
    else if (act->kind == RA_ACT_CONNECT && kind == RA_PROMPT_CONNECT) {
        if (still_valid(ask))
            to_password(ask);
    } else if (act->kind == RA_ACT_PASSWORD && kind == RA_PROMPT_PASSWORD)
        take_password(ask, act->secret);
    else
        return FALSE;
    ask->callbacks.changed(ask->data);
    return TRUE;
}
