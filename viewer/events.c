/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens in a session, in words for its history. */
#include "viewer/session-private.h"

static RaHistory *history(RaSession *session)
{
    return session->model->history;
}

void ra_session_told_file(RaSession *session, const RaTransfer *transfer)
{
    const gpointer key = GUINT_TO_POINTER(transfer->handle);
    const gpointer state = GUINT_TO_POINTER(transfer->state + 1);
    if (transfer->state != RA_TRANSFER_OFFERED && transfer->state != RA_TRANSFER_OVER)
        return;
    if (g_hash_table_lookup(session->told, key) == state)
        return;
    g_hash_table_replace(session->told, key, state);
    if (transfer->state == RA_TRANSFER_OFFERED) {
        g_autofree char *size = g_format_size(transfer->size);
        if (transfer->incoming)
            ra_history_event(history(session), "%s would like to send you %s (%s)", session->name,
                             transfer->name, size);
        else
            ra_history_event(history(session), "You offered %s (%s)", transfer->name, size);
        return;
    }
    g_autofree char *text = ra_transfer_text(transfer);
    ra_history_event(history(session), "%s", text);
}

void ra_session_told_voice(RaSession *session, const RaVoiceStatus *before)
{
    const RaVoiceStatus *now = &session->model->voice;
    const char *name = session->name;
    if (now->state != before->state) {
        if (now->state == RA_VOICE_ASKING)
            ra_history_event(history(session), "You asked %s to talk", name);
        else if (now->state == RA_VOICE_ASKED)
            ra_history_event(history(session), "%s would like to talk", name);
        else if (now->state == RA_VOICE_ON)
            ra_history_event(history(session), "You are talking with %s", name);
        else if (before->state == RA_VOICE_ON)
            ra_history_event(history(session), "The talk is over");
        else if (now->refused)
            ra_history_event(history(session), "%s does not want to talk now", name);
        else
            ra_history_event(history(session), "The question about talking was withdrawn");
    }
    if (now->no_microphone && !before->no_microphone)
        ra_history_event(history(session), "There is no microphone here: %s cannot hear you", name);
    if (now->no_loudspeaker && !before->no_loudspeaker)
        ra_history_event(history(session), "There is no loudspeaker here: you cannot hear %s",
                         name);
}

void ra_session_sharing(RaSession *session)
{
    ra_history_event(history(session),
                     session->broken ? "The connection to %s is back" : "Connected to %s",
                     session->name);
    session->broken = FALSE;
}

void ra_session_control(RaSession *session, gboolean control)
{
    if (session->control == control)
        return;
    session->control = control;
    if (control)
        ra_history_event(history(session), "%s gave you control", session->name);
    else if (session->returned)
        ra_history_event(history(session), "You gave control back");
    else if (session->linked)
        ra_history_event(history(session), "%s took control back", session->name);
    session->returned = FALSE;
    ra_clipboard_allow(session->clipboard, control);
}

void ra_session_denied(RaSession *session)
{
    ra_history_event(history(session), "%s did not give you control", session->name);
}
