/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "NAME would like to talk." */
#include "viewer/dialogs-private.h"

enum { NO, YES };

static void on_answer(RaWidget *card, int id, gpointer data)
{
    (void)card;
    RaDialogs *dialogs = data;
    dialogs->talk = NULL;
    (void)ra_shell_do(dialogs->shell, RA_ACT_TALK_ANSWER, id == YES);
}

static void build(RaDialogs *dialogs)
{
    g_autofree char *title = g_strdup_printf("%s would like to talk", ra_dialogs_name(dialogs));
    dialogs->talk = ra_dialog_new(dialogs->shell->ui, RA_ICON_TALK, title, 0, on_answer, dialogs);
    (void)ra_dialog_add_text(dialogs->talk,
                             "If you agree, your microphone is switched on and you hear each "
                             "other. You can mute it, or stop talking, at any time.");
    RaWidget *no = ra_dialog_add_button(dialogs->talk, NO, "No",
                                        RA_ANSWER_DEFAULT | RA_ANSWER_CANCEL | RA_ANSWER_LATER);
    (void)ra_dialog_add_button(dialogs->talk, YES, "Talk", RA_ANSWER_LATER);
    ra_dialog_set_focus(dialogs->talk, no);
    ra_dialog_show(dialogs->talk);
}

void ra_talk_update(RaDialogs *dialogs)
{
    const gboolean asked = dialogs->shell->model->voice.state == RA_VOICE_ASKED;
    if (asked == (dialogs->talk != NULL))
        return;
    if (asked)
        build(dialogs);
    else
        ra_dialogs_close(&dialogs->talk); /* they gave up */
}
