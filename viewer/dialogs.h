/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's questions and pages. The window calls these; everything they do goes back through
 * the shell. */
#pragma once

#include "viewer/shell.h"

typedef struct _RaDialogs RaDialogs;

typedef enum {
    RA_PAGE_SEND_FILE, /* choose a file and offer it */
    RA_PAGE_SETTINGS,
    RA_PAGE_HELP,
    RA_PAGE_KEYS,         /* in control: keys that cannot be typed here */
    RA_PAGE_SAVE_HISTORY, /* choose a place and a name */
    RA_PAGE_OPEN_LINK,    /* TEXT is the whole address: shown, then opened or not */
} RaPage;

/* SHELL lives longer. */
RaDialogs *ra_dialogs_new(RaShell *shell);
void ra_dialogs_free(RaDialogs *dialogs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaDialogs, ra_dialogs_free)

/* These parts of the model are other ones: brings up, changes or takes away the prompt before the
 * connection, the question about a file that is offered, the one about talking. */
void ra_dialogs_update(RaDialogs *dialogs, RaModelPart parts);
void ra_dialogs_open(RaDialogs *dialogs, RaPage page, const char *text);
/* Files were dropped onto the window: asks, then offers them. PATHS ends with NULL. */
void ra_dialogs_drop(RaDialogs *dialogs, const char *const *paths);

/* The transfers: rows with progress and their buttons, newest first; hidden while there are none.
 * For the chat pane; kept up to date by ra_dialogs_update(). The caller's to add. */
RaWidget *ra_dialogs_transfers_new(RaDialogs *dialogs);
