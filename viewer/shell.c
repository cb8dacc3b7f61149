/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/shell.h"

void ra_shell_enter(RaShell *shell)
{
    shell->busy++;
}

void ra_shell_leave(RaShell *shell)
{
    if (--shell->busy == 0 && shell->left != NULL)
        shell->left(shell);
}

gboolean ra_shell_act(RaShell *shell, const RaAct *act)
{
    if (shell->gone)
        return FALSE;
    ra_shell_enter(shell);
    g_autofree char *problem = shell->act(act, shell->data);
    if (problem != NULL && !shell->gone)
        ra_ui_announce(shell->ui, problem);
    ra_shell_leave(shell);
    return problem == NULL;
}

gboolean ra_shell_do(RaShell *shell, RaActKind kind, gboolean flag)
{
    return ra_shell_act(shell, &(RaAct){.kind = kind, .flag = flag});
}

void ra_shell_choose(RaShell *shell, const RaChoices *choices)
{
    shell->choices = *choices;
    if (!shell->gone)
        shell->chosen(shell);
}
