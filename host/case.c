/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/case.h"

#include "assist/clipboard.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "host/asking.h"

struct _RaCase {
    gint references;
    RaCaseSetting setting;
    RaFeatures features;
    gboolean native;
    char *helper;
    RaPort port;
    RaPeer *worker;     /* NULL: no link */
    RaSharing *sharing; /* NULL: no link */
    RaHistory *history;
    RaChat *chat;
    RaFiles *files;
    RaVoice *voice;
    RaVoiceState voice_before;
    RaClipboard *clipboard; /* NULL once it is closed */
    RaAsking *asking;       /* NULL once it is closed */
};

static void port_send(const RaIpcMessage *message, int fd, gpointer data)
{
    const RaCase *self = data;
    if (self->worker != NULL)
        ra_peer_send(self->worker, message, fd);
}

static guint port_queued(gpointer data)
{
    const RaCase *self = data;
    return self->worker != NULL ? ra_peer_queued(self->worker) : 0;
}

static void on_history(const RaHistoryEntry *entry, gpointer data)
{
    const RaCase *self = data;
    self->setting.events->history(entry, self->setting.data);
}

static void on_transfer(const RaTransfer *transfer, gpointer data)
{
    RaCase *self = data;
    if (transfer->state == RA_TRANSFER_OVER) {
        g_autofree char *text = ra_transfer_text(transfer);
        (void)ra_history_event(self->history, "%s", text);
    }
    self->setting.events->transfer(transfer, self->setting.data);
    if (self->asking != NULL)
        ra_asking_update(self->asking);
}

static void tell_voice(RaCase *self, const RaVoiceStatus *status)
{
    const RaVoiceState before = self->voice_before;
    self->voice_before = status->state;
    if (status->state == before)
        return;
    /* Who asks in vain all the time does not fill the history either. */
    const gboolean theirs = status->state == RA_VOICE_ASKED || before == RA_VOICE_ASKED;
    if (theirs && self->asking != NULL && !ra_asking_hears_voice(self->asking))
        return;
    if (before == RA_VOICE_ASKED && status->state == RA_VOICE_OFF && self->asking != NULL)
        ra_asking_voice_refused(self->asking);
    if (status->state == RA_VOICE_ASKING)
        ra_case_event(self, _("You asked %s to talk"), _("You asked your helper to talk"));
    else if (status->state == RA_VOICE_ASKED)
        ra_case_event(self, _("%s would like to talk"), _("Your helper would like to talk"));
    else if (status->state == RA_VOICE_ON)
        ra_case_event(self, _("You are talking with %s"), _("You are talking with your helper"));
    else if (before == RA_VOICE_ON)
        ra_case_tell(self, _("The talk is over"));
    else if (before == RA_VOICE_ASKING)
        ra_case_event(self, _("%s does not want to talk now"),
                      _("Your helper does not want to talk now"));
    else
        ra_case_tell(self, _("You did not want to talk"));
}

static void on_voice(const RaVoiceStatus *status, gpointer data)
{
    RaCase *self = data;
    if (self->sharing != NULL)
        ra_sharing_set_voice(self->sharing, status->state == RA_VOICE_ON, status->microphone_open);
    tell_voice(self, status);
    self->setting.events->changed(self->setting.data);
    if (self->asking != NULL)
        ra_asking_update(self->asking);
}

static void on_levels(guint ours, guint theirs, gpointer data)
{
    const RaCase *self = data;
    self->setting.events->levels(ours, theirs, self->setting.data);
}

RaCase *ra_case_new(const RaCaseSetting *setting, const RaCaseTerms *terms)
{
    static const RaFilesEvents files = {.changed = on_transfer};
    static const RaVoiceEvents voice = {.changed = on_voice, .levels = on_levels};
    RaCase *self = g_new0(RaCase, 1);
    RaSelection *selection = NULL;
    self->references = 1;
    self->setting = *setting;
    self->features = terms->features;
    self->native = terms->native;
    self->helper = g_strdup(terms->helper);
    self->port = (RaPort){.send = port_send, .queued = port_queued, .data = self};
    self->history = ra_history_new(terms->novice, terms->helper, on_history, self);
    self->chat = ra_chat_new(self->history, &self->port);
    self->files = ra_files_new(&self->port, terms->downloads, &files, self);
    self->voice = ra_voice_new(&self->port, &voice, self);
    if ((self->features & RA_FEATURE_CLIPBOARD) != 0 && setting->desktop->selection != NULL)
        selection = setting->desktop->selection(setting->desktop->data, NULL);
    self->clipboard = ra_clipboard_new(selection, &self->port);
    ra_clipboard_share(self->clipboard, selection != NULL);
    self->asking =
        ra_asking_new(setting->questions, terms->details, self->files, self->voice, self->history);
    return self;
}

RaCase *ra_case_ref(RaCase *self)
{
    self->references++;
    return self;
}

void ra_case_unref(RaCase *self)
{
    if (self == NULL || --self->references > 0)
        return;
    self->worker = NULL;
    self->sharing = NULL;
    g_clear_pointer(&self->asking, ra_asking_free);
    ra_clipboard_free(self->clipboard);
    ra_voice_free(self->voice);
    ra_files_free(self->files);
    ra_chat_free(self->chat);
    ra_history_free(self->history);
    g_free(self->helper);
    g_free(self);
}

void ra_case_link(RaCase *self, RaPeer *worker, RaSharing *sharing)
{
    self->worker = worker;
    self->sharing = sharing;
    if ((self->features & RA_FEATURE_CHAT) != 0)
        ra_chat_linked(self->chat);
    if ((self->features & RA_FEATURE_FILES) != 0)
        ra_files_linked(self->files);
    if ((self->features & RA_FEATURE_CLIPBOARD) != 0)
        ra_clipboard_linked(self->clipboard);
    ra_asking_set_linked(self->asking, TRUE);
}

void ra_case_unlink(RaCase *self)
{
    if (self->worker == NULL)
        return;
    ra_asking_set_linked(self->asking, FALSE);
    ra_clipboard_allow(self->clipboard, FALSE);
    self->worker = NULL;
    ra_voice_unlinked(self->voice);
    ra_files_unlinked(self->files);
    self->sharing = NULL;
}

void ra_case_close(RaCase *self)
{
    if (self->asking == NULL)
        return;
    ra_case_unlink(self);
    g_clear_pointer(&self->asking, ra_asking_free);
    g_clear_pointer(&self->clipboard, ra_clipboard_free);
    ra_files_end(self->files);
}

/* What the helper says */

static gboolean take_chat(RaCase *self, const RaAssist *message)
{
    return ra_chat_take(self->chat, message);
}

static gboolean take_file(RaCase *self, const RaAssist *message)
{
    return ra_files_take(self->files, message);
}

static gboolean take_voice(RaCase *self, const RaAssist *message)
{
    return ra_voice_take(self->voice, message);
}

static gboolean take_shared(RaCase *self, const RaAssist *message)
{
    const gboolean ok = ra_clipboard_take(self->clipboard, message);
    self->setting.events->changed(self->setting.data);
    return ok;
}

/* A question is not pointed at, and nothing is drawn that could cover one. */
static gboolean take_point(RaCase *self, const RaAssist *message)
{
    if (!ra_questions_hold_input(self->setting.questions))
        ra_sharing_point(self->sharing, message->point.x, message->point.y, message->point.phase);
    return TRUE;
}

static gboolean take_monitor(RaCase *self, const RaAssist *message)
{
    ra_sharing_choose(self->sharing, message->number);
    return TRUE;
}

/* What a helper may say while the screen is shared. Anything else breaks the rules. */
static const struct {
    RaAssistKind kind;
    guint feature; /* 0: always offered */
    gboolean (*take)(RaCase *self, const RaAssist *message);
} rules[] = {
    {RA_ASSIST_CHAT, RA_FEATURE_CHAT, take_chat},
    {RA_ASSIST_CHAT_SEEN, RA_FEATURE_CHAT, take_chat},
    {RA_ASSIST_FILE_OFFER, RA_FEATURE_FILES, take_file},
    {RA_ASSIST_FILE_ANSWER, RA_FEATURE_FILES, take_file},
    {RA_ASSIST_FILE_DATA, RA_FEATURE_FILES, take_file},
    {RA_ASSIST_FILE_TAKEN, RA_FEATURE_FILES, take_file},
    {RA_ASSIST_FILE_END, RA_FEATURE_FILES, take_file},
    {RA_ASSIST_FILE_CLOSE, RA_FEATURE_FILES, take_file},
    {RA_ASSIST_VOICE_WANT, RA_FEATURE_VOICE, take_voice},
    {RA_ASSIST_VOICE_ANSWER, RA_FEATURE_VOICE, take_voice},
    {RA_ASSIST_VOICE_MUTED, RA_FEATURE_VOICE, take_voice},
    {RA_ASSIST_VOICE_END, RA_FEATURE_VOICE, take_voice},
    {RA_ASSIST_CLIPBOARD_SHARED, RA_FEATURE_CLIPBOARD, take_shared},
    {RA_ASSIST_POINT, RA_FEATURE_POINT, take_point},
    {RA_ASSIST_MONITOR, 0, take_monitor},
};

static gboolean take_assist(RaCase *self, const RaAssist *message)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == message->kind)
            return (rules[i].feature & ~(guint)self->features) == 0 && rules[i].take(self, message);
    }
    return FALSE;
}

/* A stock viewer sends its clipboard whenever it likes: nobody told it that it may not. */
static gboolean take_clipboard(RaCase *self, const RaIpcMessage *message, int fd)
{
    if ((self->features & RA_FEATURE_CLIPBOARD) == 0)
        return !self->native;
    return ra_clipboard_take_content(self->clipboard, message, fd);
}

gboolean ra_case_take(RaCase *self, const RaIpcMessage *message, int fd)
{
    if (self->worker == NULL)
        return FALSE;
    if (message->kind == RA_IPC_ASSIST)
        return take_assist(self, &message->assist);
    if (message->kind == RA_IPC_CLIPBOARD)
        return take_clipboard(self, message, fd);
    return message->kind == RA_IPC_SOUND && (self->features & RA_FEATURE_VOICE) != 0 &&
           ra_voice_take_sound(self->voice, message);
}

void ra_case_set_control(RaCase *self, gboolean control)
{
    if (self->clipboard != NULL)
        ra_clipboard_allow(self->clipboard, control);
}

void ra_case_event(RaCase *self, const char *named, const char *unnamed)
{
    g_autofree char *text = ra_text_named(self->helper, named, unnamed);
    ra_case_tell(self, text);
}

void ra_case_tell(RaCase *self, const char *text)
{
    (void)ra_history_event(self->history, "%s", text);
}

/* What the novice does */

static gboolean offered(const RaCase *self, RaFeatures feature, GError **error)
{
    if (self->asking == NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                    _("the session is over: nobody is there to take it"));
    else if ((self->features & feature) != 0)
        return TRUE;
    else if (!self->native)
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                    _("the helper's program shows the screen only: it cannot do that"));
    else
        g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                    _("that is switched off on this computer (Session in the settings)"));
    return FALSE;
}

gboolean ra_case_say(RaCase *self, const char *text, GError **error)
{
    return offered(self, RA_FEATURE_CHAT, error) && ra_chat_say(self->chat, text, error);
}

guint ra_case_send_file(RaCase *self, const char *path, GError **error)
{
    return offered(self, RA_FEATURE_FILES, error) ? ra_files_offer(self->files, path, error) : 0;
}

gboolean ra_case_talk(RaCase *self, gboolean talk, GError **error)
{
    if (!offered(self, RA_FEATURE_VOICE, error))
        return FALSE;
    if (self->worker == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_UNREACHABLE,
                    _("the connection is lost: wait until it is back"));
        return FALSE;
    }
    if (talk)
        ra_voice_ask(self->voice);
    else
        ra_voice_end(self->voice);
    return TRUE;
}

gboolean ra_case_mute(RaCase *self, gboolean muted, GError **error)
{
    if (!offered(self, RA_FEATURE_VOICE, error))
        return FALSE;
    ra_voice_mute(self->voice, muted);
    return TRUE;
}

gboolean ra_case_share_clipboard(RaCase *self, gboolean shared, GError **error)
{
    if (!offered(self, RA_FEATURE_CLIPBOARD, error))
        return FALSE;
    ra_clipboard_share(self->clipboard, shared);
    self->setting.events->changed(self->setting.data);
    return TRUE;
}

static const RaTransfer *find_transfer(RaCase *self, guint handle, GError **error)
{
    const RaTransfer *transfer = ra_files_get(self->files, handle);
    if (transfer == NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, _("there is no file with the number %u"),
                    handle);
    return transfer;
}

gboolean ra_case_cancel_file(RaCase *self, guint handle, GError **error)
{
    if (find_transfer(self, handle, error) == NULL)
        return FALSE;
    ra_files_cancel(self->files, handle);
    return TRUE;
}

gboolean ra_case_open_file(RaCase *self, guint handle, GError **error)
{
    const RaTransfer *transfer = find_transfer(self, handle, error);
    return transfer != NULL && ra_files_open(transfer, error);
}

gboolean ra_case_show_file(RaCase *self, guint handle, GError **error)
{
    const RaTransfer *transfer = find_transfer(self, handle, error);
    return transfer != NULL && ra_files_show(transfer, error);
}

RaFeatures ra_case_features(const RaCase *self)
{
    return self->features;
}

RaHistory *ra_case_history(RaCase *self)
{
    return self->history;
}

RaFiles *ra_case_files(RaCase *self)
{
    return self->files;
}

const RaVoiceStatus *ra_case_voice(const RaCase *self)
{
    return ra_voice_status(self->voice);
}

gboolean ra_case_clipboard_shared(const RaCase *self)
{
    return self->clipboard != NULL && ra_clipboard_shared(self->clipboard);
}

gboolean ra_case_closed(const RaCase *self)
{
    return self->asking == NULL;
}
