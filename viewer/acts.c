/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the helper does in the window, as far as it concerns the session's modules. */
#include "base/error.h"
#include "viewer/session-private.h"

/* The line of ERROR, which is taken; NULL for none. */
static char *line_of(GError *error)
{
    g_autoptr(GError) owned = error;
    return owned != NULL ? g_strdup(owned->message) : NULL;
}

static char *act_say(RaSession *session, const RaAct *act)
{
    GError *error = NULL;
    if (session->over)
        return g_strdup("The session is over: nobody would read that.");
    (void)ra_chat_say(session->chat, act->text, &error);
    return line_of(error);
}

static char *act_read(RaSession *session, const RaAct *act)
{
    (void)act;
    if (ra_history_unread(session->model->history) > 0) {
        ra_history_mark_read(session->model->history);
        ra_session_tell(session, RA_MODEL_CHAT);
    }
    return NULL;
}

static char *act_save(RaSession *session, const RaAct *act)
{
    GError *error = NULL;
    (void)ra_history_save(session->model->history, act->text, &error);
    return line_of(error);
}

static char *act_send_file(RaSession *session, const RaAct *act)
{
    GError *error = NULL;
    if (session->over || (session->model->features & RA_FEATURE_FILES) == 0)
        return g_strdup("Files cannot be sent in this session.");
    (void)ra_files_offer(session->files, act->text, &error);
    return line_of(error);
}

static char *act_file_answer(RaSession *session, const RaAct *act)
{
    GError *error = NULL;
    (void)ra_files_answer(session->files, act->handle, act->flag, act->text, &error);
    return line_of(error);
}

static char *act_file_cancel(RaSession *session, const RaAct *act)
{
    ra_files_cancel(session->files, act->handle);
    return NULL;
}

static char *act_file_open(RaSession *session, const RaAct *act)
{
    GError *error = NULL;
    const RaTransfer *transfer = ra_files_get(session->files, act->handle);
    if (transfer != NULL)
        (void)ra_files_open(transfer, &error);
    return line_of(error);
}

static char *act_file_show(RaSession *session, const RaAct *act)
{
    GError *error = NULL;
    const RaTransfer *transfer = ra_files_get(session->files, act->handle);
    if (transfer != NULL)
        (void)ra_files_show(transfer, &error);
    return line_of(error);
}

static char *act_talk(RaSession *session, const RaAct *act)
{
    if (act->flag && (!session->linked || (session->model->features & RA_FEATURE_VOICE) == 0))
        return g_strdup("Talking is not possible in this session.");
    if (act->flag)
        ra_voice_ask(session->voice);
    else
        ra_voice_end(session->voice);
    return NULL;
}

static char *act_talk_answer(RaSession *session, const RaAct *act)
{
    ra_voice_answer(session->voice, act->flag, RA_GOODBYE_DECLINED);
    return NULL;
}

static char *act_mute(RaSession *session, const RaAct *act)
{
    ra_voice_mute(session->voice, act->flag);
    return NULL;
}

static char *act_quality(RaSession *session, const RaAct *act)
{
    if (act->number > RA_QUALITY_LAST || act->number == session->model->quality)
        return NULL;
    session->model->quality = (RaQuality)act->number;
    if (session->linked)
        ra_session_send_quality(session);
    ra_session_tell(session, RA_MODEL_CHOICES);
    return NULL;
}

static char *act_monitor(RaSession *session, const RaAct *act)
{
    const RaAssist message = {.kind = RA_ASSIST_MONITOR, .number = act->number};
    if (session->linked &&
        (act->number < session->model->monitors.n || act->number == RA_MONITOR_ALL))
        ra_port_send_assist(session->port, &message);
    return NULL;
}

static char *act_clipboard(RaSession *session, const RaAct *act)
{
    session->model->clipboard = act->flag;
    ra_clipboard_share(session->clipboard, act->flag);
    ra_session_tell(session, RA_MODEL_CHOICES);
    return NULL;
}

static char *act_point(RaSession *session, const RaAct *act)
{
    const RaAssist message = {.kind = RA_ASSIST_POINT,
                              .point = {act->point.x, act->point.y, act->point.phase}};
    if (session->linked && !session->model->paused)
        ra_port_send_assist(session->port, &message);
    return NULL;
}

static char *(*const acts[])(RaSession *session, const RaAct *act) = {
    [RA_ACT_SAY] = act_say,
    [RA_ACT_READ] = act_read,
    [RA_ACT_SAVE_HISTORY] = act_save,
    [RA_ACT_SEND_FILE] = act_send_file,
    [RA_ACT_FILE_ANSWER] = act_file_answer,
    [RA_ACT_FILE_CANCEL] = act_file_cancel,
    [RA_ACT_FILE_OPEN] = act_file_open,
    [RA_ACT_FILE_SHOW] = act_file_show,
    [RA_ACT_TALK] = act_talk,
    [RA_ACT_TALK_ANSWER] = act_talk_answer,
    [RA_ACT_MUTE] = act_mute,
    [RA_ACT_QUALITY] = act_quality,
    [RA_ACT_MONITOR] = act_monitor,
    [RA_ACT_CLIPBOARD] = act_clipboard,
    [RA_ACT_POINT] = act_point,
};

char *ra_session_act(RaSession *session, const RaAct *act)
{
    if (act->kind == RA_ACT_CONTROL)
        session->returned = !act->flag && session->control;
    if ((gsize)act->kind >= G_N_ELEMENTS(acts) || acts[act->kind] == NULL)
        return NULL;
    return acts[act->kind](session, act);
}
