/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "host/terminal-private.h"

#include <string.h>

/* A command. REPLY is what to show when it is done; may stay empty. */
typedef gboolean (*Command)(RaAgent *agent, const char *argument, GString *reply, GError **error);

static RaCase *find_case(RaAgent *agent, GError **error)
{
    RaCase *talk = ra_agent_case(agent);
    if (talk == NULL)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_UNREACHABLE, _("There is no session."));
    return talk;
}

/* For what gives the helper something: not where they may have typed it. */
static RaCase *case_by_hand(RaAgent *agent, GError **error)
{
    return ra_questions_by_hand(ra_agent_questions(agent), RA_ANSWER_TERMINAL, error)
               ? find_case(agent, error)
               : NULL;
}

static gboolean do_file(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    RaCase *talk = case_by_hand(agent, error);
    if (talk == NULL)
        return FALSE;
    g_autofree char *path = g_str_has_prefix(argument, "~/")
                                ? g_build_filename(g_get_home_dir(), argument + 2, NULL)
                                : g_strdup(argument);
    const guint handle = ra_case_send_file(talk, path, error);
    if (handle != 0)
        g_string_printf(reply, _("File %u is offered. /cancel %u takes it back."), handle, handle);
    return handle != 0;
}

static gboolean parse_number(const char *argument, guint *ret, GError **error)
{
    guint64 number = 0;
    if (g_ascii_string_to_unsigned(argument, 10, 1, G_MAXUINT, &number, NULL)) {
        *ret = (guint)number;
        return TRUE;
    }
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                        _("Give the number of the file, as /files shows it."));
    return FALSE;
}

static gboolean do_cancel(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    guint handle = 0;
    (void)reply;
    RaCase *talk = find_case(agent, error);
    return talk != NULL && parse_number(argument, &handle, error) &&
           ra_case_cancel_file(talk, handle, error);
}

static gboolean do_open(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    guint handle = 0;
    (void)reply;
    RaCase *talk = case_by_hand(agent, error);
    return talk != NULL && parse_number(argument, &handle, error) &&
           ra_case_open_file(talk, handle, error);
}

static gboolean do_folder(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    guint handle = 0;
    (void)reply;
    RaCase *talk = case_by_hand(agent, error);
    return talk != NULL && parse_number(argument, &handle, error) &&
           ra_case_show_file(talk, handle, error);
}

static gboolean do_files(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)argument;
    RaCase *talk = find_case(agent, error);
    if (talk == NULL)
        return FALSE;
    GPtrArray *list = ra_files_list(ra_case_files(talk));
    for (guint i = 0; i < list->len; i++) {
        const RaTransfer *transfer = g_ptr_array_index(list, i);
        g_autofree char *text = ra_transfer_text(transfer);
        g_string_append_printf(reply, "%s%u: %s", i > 0 ? "\n" : "", transfer->handle, text);
    }
    if (list->len == 0)
        g_string_assign(reply, _("There are no files yet."));
    return TRUE;
}

static gboolean do_talk(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)argument;
    RaCase *talk = find_case(agent, error);
    if (talk == NULL)
        return FALSE;
    const RaVoiceState state = ra_case_voice(talk)->state;
    const gboolean start = state != RA_VOICE_ON && state != RA_VOICE_ASKING;
    if (start && case_by_hand(agent, error) == NULL)
        return FALSE;
    if (!ra_case_talk(talk, start, error))
        return FALSE;
    if (start)
        g_string_assign(reply, _("Asked. /mute closes your microphone, /talk again ends it."));
    return TRUE;
}

static gboolean do_mute(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)argument;
    RaCase *talk = find_case(agent, error);
    if (talk == NULL)
        return FALSE;
    const gboolean mute = !ra_case_voice(talk)->muted;
    if (!mute && case_by_hand(agent, error) == NULL)
        return FALSE;
    if (!ra_case_mute(talk, mute, error))
        return FALSE;
    g_string_assign(reply, mute ? _("Your microphone is off. /mute again opens it.")
                                : _("Your microphone is open while you talk."));
    return TRUE;
}

static gboolean do_hide(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)argument, (void)reply;
    ra_agent_pause(agent, TRUE);
    return find_case(agent, error) != NULL;
}

static gboolean do_show(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)argument, (void)reply;
    if (case_by_hand(agent, error) == NULL)
        return FALSE;
    ra_agent_pause(agent, FALSE);
    return TRUE;
}

static gboolean do_stop(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)argument, (void)reply, (void)error;
    ra_agent_take_back_control(agent);
    return TRUE;
}

static gboolean do_end(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)argument, (void)reply, (void)error;
    ra_agent_end(agent);
    return TRUE;
}

static gboolean do_save(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    RaCase *talk = find_case(agent, error);
    if (talk == NULL)
        return FALSE;
    RaHistory *history = ra_case_history(talk);
    g_autofree char *path =
        argument[0] == '\0' ? ra_history_file_name(history) : g_strdup(argument);
    if (!ra_history_save(history, path, error))
        return FALSE;
    g_autofree char *safe = ra_text_line(path, RA_TEXT_LINE_MAX);
    g_string_printf(reply, _("Saved to '%s'."), safe);
    return TRUE;
}

static gboolean do_clipboard(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    const gboolean on = g_str_equal(argument, "on");
    if (!on && !g_str_equal(argument, "off")) {
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                            _("Say /clipboard on or /clipboard off."));
        return FALSE;
    }
    RaCase *talk = on ? case_by_hand(agent, error) : find_case(agent, error);
    if (talk == NULL || !ra_case_share_clipboard(talk, on, error))
        return FALSE;
    g_string_assign(reply, on ? _("The clipboard is shared while the helper has control.")
                              : _("The clipboard is not shared."));
    return TRUE;
}

static gboolean do_help(RaAgent *agent, const char *argument, GString *reply, GError **error);

static const struct {
    const char *name;
    const char *argument; /* NULL: none; in brackets: may be left out */
    const char *help;
    Command command;
} commands[] = {
    {"/end", NULL, N_("ends the session"), do_end},
    {"/stop", NULL, N_("takes control back from the helper"), do_stop},
    {"/hide", NULL, N_("hides your screen from the helper"), do_hide},
    {"/show", NULL, N_("shows it again"), do_show},
    {"/file", N_("PATH"), N_("offers a file to the helper"), do_file},
    {"/files", NULL, N_("lists the files of this session"), do_files},
    {"/cancel", "N", N_("gives up file N"), do_cancel},
    {"/open", "N", N_("opens file N, which has come"), do_open},
    {"/folder", "N", N_("shows it in its folder"), do_folder},
    {"/talk", NULL, N_("asks the helper to talk; ends talking"), do_talk},
    {"/mute", NULL, N_("closes your microphone; opens it again"), do_mute},
    {"/clipboard", "on|off", N_("shares the clipboard while the helper has control"), do_clipboard},
    {"/save", N_("[FILE]"), N_("writes what was said and done to a new file"), do_save},
    {"/help", NULL, N_("shows this"), do_help},
};

static gboolean do_help(RaAgent *agent, const char *argument, GString *reply, GError **error)
{
    (void)agent, (void)argument, (void)error;
    g_string_assign(reply,
                    _("In a session, a line that does not begin with / goes to the helper."));
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        const char *takes = commands[i].argument != NULL ? _(commands[i].argument) : "";
        g_autofree char *usage = g_strdup_printf("%s %s", commands[i].name, takes);
        const int pad = (int)MAX(18 - g_utf8_strlen(usage, -1), 0);
        g_string_append_printf(reply, "\n  %s%*s %s", usage, pad, "", _(commands[i].help));
    }
    return TRUE;
}

/* The one that LINE begins with; NULL, and the argument is wrong or there is no such. */
static Command find_command(const char *line, const char **argument, GError **error)
{
    const gsize length = strcspn(line, " \t");
    *argument = line + length + strspn(line + length, " \t");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        const char *takes = commands[i].argument;
        if (strlen(commands[i].name) != length || strncmp(commands[i].name, line, length) != 0)
            continue;
        const gboolean given = (*argument)[0] != '\0';
        if ((takes == NULL && !given) || (takes != NULL && (given || takes[0] == '[')))
            return commands[i].command;
        /* Translators: a command, and what has to stand behind it */
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, _("It is used so: %s %s"), commands[i].name,
                    takes != NULL ? _(takes) : "");
        return NULL;
    }
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                        _("There is no such command: /help shows those that there are."));
    return NULL;
}

char *ra_terminal_command(RaAgent *agent, const char *line)
{
    g_autoptr(GString) reply = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    const char *argument = NULL;
    const Command command = find_command(line, &argument, &error);
    if (command != NULL)
        (void)command(agent, argument, reply, &error);
    if (error != NULL)
        return ra_text_line(error->message, RA_TEXT_LINE_MAX);
    return g_string_free(g_steal_pointer(&reply), FALSE);
}
