/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What outlives a link, and some of it the session: what was said and what happened, files on
 * their way, talking, the clipboard. Acts on the assistance messages of the helper by a table of
 * (message, feature, handler) in case.c: one whose feature was not offered breaks the rules.
 *
 * Each file and each conversation that the helper would like has its own question (host/asking.h).
 */
#pragma once

#include "assist/chat.h"
#include "assist/files.h"
#include "assist/history.h"
#include "assist/voice.h"
#include "host/desktop.h"
#include "host/peer.h"
#include "host/questions.h"
#include "host/sharing.h"

typedef struct _RaCase RaCase;

typedef struct {
    void (*history)(const RaHistoryEntry *entry, gpointer data); /* new or changed */
    void (*transfer)(const RaTransfer *transfer, gpointer data);
    /* Voice, or whether the clipboard is shared. */
    void (*changed)(gpointer data);
    void (*levels)(guint ours, guint theirs, gpointer data);
} RaCaseEvents;

typedef struct {
    RaQuestions *questions;   /* borrowed until ra_case_close() */
    const RaDesktop *desktop; /* the same */
    const RaCaseEvents *events;
    gpointer data; /* both borrowed for as long as the case lives */
} RaCaseSetting;

typedef struct {
    const char *novice, *helper; /* names, safe to show, "" if unknown */
    RaFeatures features;         /* what is offered */
    gboolean native;             /* the helper's program knows assistance messages */
    const char *downloads;       /* where files go; NULL: the user's Downloads */
    GVariant *details;           /* a{sv}, of every question about this helper */
} RaCaseTerms;

/* All of TERMS is copied. */
RaCase *ra_case_new(const RaCaseSetting *setting, const RaCaseTerms *terms);
RaCase *ra_case_ref(RaCase *self);
void ra_case_unref(RaCase *self); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaCase, ra_case_unref)

/* There is a link, for the first time or again. Both are borrowed until ra_case_unlink(). The
 * helper's end has been told what is offered. */
void ra_case_link(RaCase *self, RaPeer *worker, RaSharing *sharing);
/* It is gone: nobody talks, the clipboard is not shared, files wait. */
void ra_case_unlink(RaCase *self);
/* The session is over. What was said and what came stays to be looked at. */
void ra_case_close(RaCase *self);

/* RA_IPC_ASSIST, RA_IPC_SOUND or RA_IPC_CLIPBOARD with its descriptor (borrowed). FALSE: it breaks
 * the rules, the session has to end. */
gboolean ra_case_take(RaCase *self, const RaIpcMessage *message, int fd);
/* The helper may use the desktop now (granted, and the screen is not hidden), or not any more: the
 * clipboard follows. */
void ra_case_set_control(RaCase *self, gboolean control);
/* For the history: NAMED with the helper's name for its "%s", or UNNAMED where that is not known.
 */
void ra_case_event(RaCase *self, const char *named, const char *unnamed);
void ra_case_tell(RaCase *self, const char *text); /* as it is */

/* What the novice does. RA_ERROR_UNREACHABLE where the session is over or the helper's program
 * cannot do it, RA_ERROR_FORBIDDEN where it is not offered; else as the modules of assist/ fail. */
gboolean ra_case_say(RaCase *self, const char *text, GError **error);
guint ra_case_send_file(RaCase *self, const char *path, GError **error); /* 0: failed */
gboolean ra_case_talk(RaCase *self, gboolean talk, GError **error);
gboolean ra_case_mute(RaCase *self, gboolean muted, GError **error);
gboolean ra_case_share_clipboard(RaCase *self, gboolean shared, GError **error);
/* These after the end, too. RA_ERROR_USAGE for a transfer that there is not. */
gboolean ra_case_cancel_file(RaCase *self, guint handle, GError **error);
gboolean ra_case_open_file(RaCase *self, guint handle, GError **error);
gboolean ra_case_show_file(RaCase *self, guint handle, GError **error);

/* All borrowed. */
RaFeatures ra_case_features(const RaCase *self);
RaHistory *ra_case_history(RaCase *self);
RaFiles *ra_case_files(RaCase *self);
const RaVoiceStatus *ra_case_voice(const RaCase *self);
gboolean ra_case_clipboard_shared(const RaCase *self); /* our side's switch */
gboolean ra_case_closed(const RaCase *self);
