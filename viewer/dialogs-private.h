/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the dialogs: what dialogs.c (their life), dialog-*.c (one kind each) and transfers.c
 * share. A dialog that closes is no longer in its field here before anything else happens, since
 * its memory may stay until the event is over.
 */
#pragma once

#include "viewer/chooser.h"
#include "viewer/dialog.h"
#include "viewer/dialogs.h"

typedef struct _RaTransfers RaTransfers;
typedef struct _RaSettingsPage RaSettingsPage;

struct _RaDialogs {
    RaShell *shell;
    RaChooser *chooser;
    RaTransfers *transfers; /* NULL: nobody asked for them */
    struct {
        RaWidget *card; /* NULL: nothing is asked */
        RaPromptKind kind;
        RaWidget *expires, *entry, *busy, *go, *list;
        char *message;   /* as shown beneath the password */
        GPtrArray *rows; /* CHOOSE: the labels that count down, borrowed */
    } prompt;
    struct {
        RaWidget *card, *place;
        guint handle;
        char *folder; /* NULL: Downloads */
    } offer;
    RaWidget *talk, *drop, *link, *help, *keys;
    char *address;            /* of `link` */
    char **dropped;           /* of `drop` */
    RaSettingsPage *settings; /* NULL: not open */
};

/* Closes *CARD, if there is one. */
void ra_dialogs_close(RaWidget **card);
/* "Maria", or "the other side": in a sentence. Borrowed. */
const char *ra_dialogs_name(const RaDialogs *dialogs);
/* A line "Expires  in 42 minutes": returns the label on the right. */
RaWidget *ra_dialogs_add_fact(RaWidget *card, const char *what, const char *text);
/* A quiet paragraph; returns the label. */
RaWidget *ra_dialogs_add_note(RaWidget *card, const char *text);

/* dialog-prompt.c */
void ra_prompt_update(RaDialogs *dialogs);
/* dialog-offer.c */
void ra_offer_update(RaDialogs *dialogs);
/* dialog-talk.c */
void ra_talk_update(RaDialogs *dialogs);
/* dialog-settings.c */
void ra_settings_open(RaDialogs *dialogs);
void ra_settings_update(RaDialogs *dialogs);
void ra_settings_close(RaDialogs *dialogs);
/* dialog-help.c */
void ra_help_open(RaDialogs *dialogs);
/* dialog-keys.c: only in control. */
void ra_keys_open(RaDialogs *dialogs);
void ra_keys_update(RaDialogs *dialogs);
/* dialog-link.c: ADDRESS is copied. */
void ra_link_open(RaDialogs *dialogs, const char *address);
/* dialog-send.c: asks about what was dropped; chooses what to send; saves the history. */
void ra_send_dropped(RaDialogs *dialogs, const char *const *paths);
void ra_send_choose(RaDialogs *dialogs);
void ra_save_history(RaDialogs *dialogs);

/* transfers.c: the widget is the caller's, the rest is freed with the dialogs. */
RaTransfers *ra_transfers_new(RaDialogs *dialogs, RaWidget **widget);
void ra_transfers_free(RaTransfers *transfers); /* NULL is fine; not the widget */
void ra_transfers_update(RaTransfers *transfers);
