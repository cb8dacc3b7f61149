/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/status.h"

static const char *ended_words(const RaStatus *status)
{
    return status->begun ? "Disconnected from" : "Not connected to";
}

static gboolean controls(const RaStatus *status)
{
    return status->state == RA_CONNECT_SHARING && (status->rights & RA_RIGHT_CONTROL) != 0;
}

static char *sharing_line(const RaStatus *status)
{
    if (controls(status))
        return status->view_only
                   ? g_strdup_printf("Connected to %s – Screen view only here", status->name)
                   : g_strdup_printf("Connected to %s – You are in control", status->name);
    if (status->asking)
        return g_strdup_printf("Connected to %s – Waiting for %s to let you take control…",
                               status->name, status->name);
    if (status->refused)
        return g_strdup_printf("Connected to %s – Screen view only; %s did not give control",
                               status->name, status->name);
    return g_strdup_printf("Connected to %s – Screen view only", status->name);
}

char *ra_status_line(const RaStatus *status)
{
    switch (status->state) {
    case RA_CONNECT_DIALLING:
        return g_strdup_printf("Connecting to %s…", status->name);
    case RA_CONNECT_WAITING:
        return g_strdup_printf("Waiting for %s to agree…", status->name);
    case RA_CONNECT_SHARING:
        return sharing_line(status);
    case RA_CONNECT_RESUMING:
        return g_strdup_printf("Connection to %s lost – Reconnecting…", status->name);
    case RA_CONNECT_ENDED:
        break;
    }
    return g_strdup_printf("%s %s: %s", ended_words(status), status->name, status->reason);
}

char *ra_status_title(const RaStatus *status)
{
    const char *suffix = "";
    switch (status->state) {
    case RA_CONNECT_DIALLING:
        suffix = " (connecting)";
        break;
    case RA_CONNECT_WAITING:
        suffix = " (waiting)";
        break;
    case RA_CONNECT_SHARING:
        suffix = controls(status) && !status->view_only ? " (in control)" : "";
        break;
    case RA_CONNECT_RESUMING:
        suffix = " (reconnecting)";
        break;
    case RA_CONNECT_ENDED:
        suffix = " (disconnected)";
        break;
    }
    return g_strdup_printf("%s – Remote Assistance%s", status->name, suffix);
}

void ra_status_panel(const RaStatus *status, char **heading, char **text, const char **button)
{
    *heading = *text = NULL;
    *button = "Cancel";
    switch (status->state) {
    case RA_CONNECT_DIALLING:
        *heading = g_strdup_printf("Connecting to %s…", status->name);
        *text = g_strdup("Looking for their computer.");
        break;
    case RA_CONNECT_WAITING:
        *heading = g_strdup_printf("Waiting for %s to agree…", status->name);
        *text = g_strdup("They are asked whether you may see their screen.");
        break;
    case RA_CONNECT_SHARING:
        break;
    case RA_CONNECT_RESUMING:
        *heading = g_strdup("The connection was lost");
        *text = g_strdup_printf("Trying to reach %s's computer again.", status->name);
        *button = "Disconnect";
        break;
    case RA_CONNECT_ENDED:
        *heading = g_strdup_printf("%s %s", ended_words(status), status->name);
        *text = g_strdup_printf("%s.", status->reason);
        if (g_ascii_islower((*text)[0])) /* it follows a colon elsewhere */
            (*text)[0] = g_ascii_toupper((*text)[0]);
        *button = "Close";
        break;
    }
}

char *ra_status_size(const RaView *view)
{
    return g_strdup_printf("%d × %d · %d %%", view->picture_width, view->picture_height,
                           ra_view_percent(view));
}
