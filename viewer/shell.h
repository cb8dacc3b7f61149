/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the panes and dialogs of the window have in common. The window owns it; it lives as long as
 * the window's RaUi. */
#pragma once

#include "viewer/choices.h"
#include "viewer/model.h"
#include "viewer/ui.h"

typedef struct _RaShell RaShell;
struct _RaShell {
    RaUi *ui;
    const RaModel *model; /* borrowed; an empty one once the window is going */
    RaActFunc act;
    gpointer data;
    RaChoices choices;              /* read freely, changed through ra_shell_choose() */
    void (*chosen)(RaShell *shell); /* the window's: `choices` are other ones */
    int busy;                       /* calls under way that may set the window going */
    void (*left)(RaShell *shell);   /* the window's: the last of them is over; may free SHELL */
    gboolean gone;                  /* the window is going: nothing is passed on any more */
};

/* Around code that acts more than once, or looks at the shell after it acted. */
void ra_shell_enter(RaShell *shell);
void ra_shell_leave(RaShell *shell); /* may free SHELL */
/* Passes ACT on; a line that comes back is announced. Afterwards the window may be going: touch
 * nothing that the model had before. FALSE if there was such a line. */
gboolean ra_shell_act(RaShell *shell, const RaAct *act);
/* Simple ones. */
gboolean ra_shell_do(RaShell *shell, RaActKind kind, gboolean flag);
/* Takes over CHOICES: they are shown at once and remembered. */
void ra_shell_choose(RaShell *shell, const RaChoices *choices);
