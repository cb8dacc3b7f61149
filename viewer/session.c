/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/session.h"

#include "base/text.h"
#include "viewer/session-private.h"

#include <string.h>

enum {
    MONITOR_NAME_MAX = 30, /* characters */
    IN_VAIN_MAX = 5,       /* questions of a kind that came to nothing, one after the other */
};

void ra_session_tell(RaSession *session, guint parts)
{
    session->changed(parts, session->data);
}

/* What the modules tell */

/* Whoever offers in vain all the time is not asked about any more. TRUE: it was refused. */
static gboolean turn_away_file(RaSession *session, const RaTransfer *transfer)
{
    if (!transfer->incoming)
        return FALSE;
    if (transfer->state == RA_TRANSFER_OVER && transfer->end == RA_FILE_DONE)
        session->files_in_vain = 0;
    else if (transfer->state == RA_TRANSFER_OVER && transfer->done == 0)
        session->files_in_vain++;
    else if (transfer->state == RA_TRANSFER_OFFERED && session->files_in_vain >= IN_VAIN_MAX)
        return ra_files_answer(session->files, transfer->handle, FALSE, NULL, NULL);
    return FALSE;
}

static gboolean turn_away_voice(RaSession *session, const RaVoiceStatus *status)
{
    const RaVoiceState before = session->model->voice.state;
    if (status->state == RA_VOICE_ON)
        session->talks_in_vain = 0;
    else if (status->state == RA_VOICE_OFF && before == RA_VOICE_ASKED)
        session->talks_in_vain++;
    if (status->state != RA_VOICE_ASKED || session->talks_in_vain < IN_VAIN_MAX)
        return FALSE;
    ra_voice_answer(session->voice, FALSE, RA_GOODBYE_DECLINED);
    return TRUE;
}

static void on_file(const RaTransfer *transfer, gpointer data)
{
    RaSession *session = data;
    if (turn_away_file(session, transfer))
        return; /* and was told */
    ra_session_told_file(session, transfer);
    session->model->transfers = ra_files_list(session->files);
    ra_session_tell(session, RA_MODEL_FILES);
}

static void on_voice(const RaVoiceStatus *status, gpointer data)
{
    RaSession *session = data;
    if (turn_away_voice(session, status))
        return;
    const RaVoiceStatus before = session->model->voice;
    session->model->voice = *status;
    if (status->state != RA_VOICE_ON)
        session->model->level_ours = session->model->level_theirs = 0;
    ra_session_told_voice(session, &before);
    ra_session_tell(session, RA_MODEL_VOICE | RA_MODEL_LEVELS);
}

static void on_levels(guint ours, guint theirs, gpointer data)
{
    RaSession *session = data;
    session->model->level_ours = ours;
    session->model->level_theirs = theirs;
    ra_session_tell(session, RA_MODEL_LEVELS);
}

RaSession *ra_session_new(const RaSessionOptions *options)
{
    static const RaFilesEvents files = {.changed = on_file};
    static const RaVoiceEvents voice = {.changed = on_voice, .levels = on_levels};
    RaSession *session = g_new0(RaSession, 1);
    session->port = options->port;
    session->model = options->model;
    session->name = g_strdup(options->name);
    session->changed = options->changed;
    session->data = options->data;
    session->told = g_hash_table_new(NULL, NULL);
    session->chat = ra_chat_new(options->model->history, options->port);
    session->files = ra_files_new(options->port, options->folder, &files, session);
    session->voice = ra_voice_new(options->port, &voice, session);
    session->clipboard = ra_clipboard_new(options->selection, options->port);
    ra_clipboard_share(session->clipboard, options->model->clipboard);
    session->model->transfers = ra_files_list(session->files);
    session->model->voice = *ra_voice_status(session->voice);
    return session;
}

void ra_session_free(RaSession *session)
{
    if (session == NULL)
        return;
    RaModel *model = session->model;
    ra_clipboard_free(session->clipboard);
    ra_voice_free(session->voice);
    ra_files_free(session->files);
    ra_chat_free(session->chat);
    model->transfers = NULL;
    model->voice = (RaVoiceStatus){0};
    model->level_ours = model->level_theirs = 0;
    model->features = 0;
    model->monitors.n = 0;
    g_hash_table_unref(session->told);
    g_free(session->name);
    g_free(session);
}

/* How it goes */

void ra_session_send_quality(RaSession *session)
{
    const RaAssist message = {.kind = RA_ASSIST_QUALITY, .quality = session->model->quality};
    ra_port_send_assist(session->port, &message);
}

void ra_session_features(RaSession *session, guint32 features)
{
    session->model->features = features;
    if (!session->linked) {
        session->linked = TRUE;
        ra_session_send_quality(session);
        ra_chat_linked(session->chat);
        ra_files_linked(session->files);
        ra_clipboard_linked(session->clipboard);
    }
    ra_session_tell(session, RA_MODEL_STATUS);
}

/* What holds for a link only. */
static void forget_link(RaSession *session)
{
    session->linked = FALSE;
    session->model->paused = session->model->held = FALSE;
    memset(&session->model->meter, 0, sizeof session->model->meter);
    ra_session_control(session, FALSE);
    ra_files_unlinked(session->files);
    ra_voice_unlinked(session->voice);
}

void ra_session_unlinked(RaSession *session)
{
    if (session->broken)
        return;
    session->broken = TRUE;
    ra_history_event(session->model->history, "The connection broke");
    forget_link(session);
    ra_session_tell(session, RA_MODEL_STATUS);
}

void ra_session_end(RaSession *session, const char *reason)
{
    if (session->over)
        return;
    session->over = TRUE;
    forget_link(session);
    ra_files_end(session->files);
    ra_history_event(session->model->history, "The session is over: %s", reason);
    ra_session_tell(session, RA_MODEL_STATUS | RA_MODEL_FILES);
}

/* What comes. FALSE: it breaks the rules. */

static gboolean take_held(RaSession *session, const RaAssist *message)
{
    session->model->held = message->flag;
    ra_session_tell(session, RA_MODEL_STATUS);
    return TRUE;
}

static gboolean take_paused(RaSession *session, const RaAssist *message)
{
    if (session->model->paused != message->flag)
        ra_history_event(session->model->history,
                         message->flag ? "%s hid the screen" : "%s shows the screen again",
                         session->name);
    session->model->paused = message->flag;
    ra_session_tell(session, RA_MODEL_STATUS);
    return TRUE;
}

static gboolean take_chat(RaSession *session, const RaAssist *message)
{
    return ra_chat_take(session->chat, message);
}

static gboolean take_file(RaSession *session, const RaAssist *message)
{
    return ra_files_take(session->files, message);
}

static gboolean take_voice(RaSession *session, const RaAssist *message)
{
    return ra_voice_take(session->voice, message);
}

static gboolean take_shared(RaSession *session, const RaAssist *message)
{
    const gboolean ok = ra_clipboard_take(session->clipboard, message);
    session->model->their_clipboard = ra_clipboard_their_shared(session->clipboard);
    ra_session_tell(session, RA_MODEL_CHOICES);
    return ok;
}

static gboolean take_monitors(RaSession *session, const RaAssist *message)
{
    const guint n = message->monitors.n, current = message->monitors.current;
    if (n > RA_MONITORS_MAX || (current >= n && current != RA_MONITOR_ALL))
        return FALSE;
    session->model->monitors.n = n > 1 ? n : 0;
    session->model->monitors.current = current;
    for (guint i = 0; i < n; i++) {
        char *line = session->model->monitors.name[i];
        const char *end = NULL;
        g_autofree char *name = ra_text_line(message->monitors.monitor[i].name, MONITOR_NAME_MAX);
        g_snprintf(line, sizeof session->model->monitors.name[i], "%s%s%u × %u", name,
                   *name != '\0' ? ", " : "", message->monitors.monitor[i].width,
                   message->monitors.monitor[i].height);
        if (!g_utf8_validate(line, -1, &end)) /* cut in the middle of a character */
            line[end - line] = '\0';
    }
    ra_session_tell(session, RA_MODEL_MONITORS);
    return TRUE;
}

static const struct {
    RaAssistKind kind;
    gboolean (*take)(RaSession *session, const RaAssist *message);
} rules[] = {
    {RA_ASSIST_HELD, take_held},
    {RA_ASSIST_PAUSED, take_paused},
    {RA_ASSIST_CHAT, take_chat},
    {RA_ASSIST_CHAT_SEEN, take_chat},
    {RA_ASSIST_FILE_OFFER, take_file},
    {RA_ASSIST_FILE_ANSWER, take_file},
    {RA_ASSIST_FILE_DATA, take_file},
    {RA_ASSIST_FILE_TAKEN, take_file},
    {RA_ASSIST_FILE_END, take_file},
    {RA_ASSIST_FILE_CLOSE, take_file},
    {RA_ASSIST_VOICE_WANT, take_voice},
    {RA_ASSIST_VOICE_ANSWER, take_voice},
    {RA_ASSIST_VOICE_MUTED, take_voice},
    {RA_ASSIST_VOICE_END, take_voice},
    {RA_ASSIST_CLIPBOARD_SHARED, take_shared},
    {RA_ASSIST_MONITORS, take_monitors},
};

static gboolean take_assist(RaSession *session, const RaAssist *message)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (rules[i].kind == message->kind)
            return rules[i].take(session, message);
    return FALSE; /* the worker keeps the others to itself */
}

gboolean ra_session_take(RaSession *session, const RaIpcMessage *message, int fd)
{
    switch (message->kind) {
    case RA_IPC_ASSIST:
        return take_assist(session, &message->assist);
    case RA_IPC_SOUND:
        return ra_voice_take_sound(session->voice, message);
    case RA_IPC_CLIPBOARD:
        return ra_clipboard_take_content(session->clipboard, message, fd);
    case RA_IPC_METER:
        session->model->meter.in = message->meter.in;
        session->model->meter.out = message->meter.out;
        session->model->meter.delay = message->meter.delay;
        ra_session_tell(session, RA_MODEL_METER);
        return TRUE;
    default:
        return FALSE;
    }
}
