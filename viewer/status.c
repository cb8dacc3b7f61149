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
    if (status->paused)
        return g_strdup_printf("Connected to %s – %s has hidden the screen for now", status->name,
                               status->name);
    if (controls(status) && status->view_only)
        return g_strdup_printf("Connected to %s – Screen view only here", status->name);
    if (controls(status))
        return status->held
                   ? g_strdup_printf("Connected to %s – %s is using mouse and keyboard; wait a "
                                     "moment",
                                     status->name, status->name)
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
    if (status->state == 0)
        return g_strdup("");
    switch (status->state) {
    case RA_CONNECT_DIALLING:
        return g_strdup_printf("Connecting to %s…", status->name);
    case RA_CONNECT_WAITING:
        return g_strdup_printf("Waiting for %s to agree…", status->name);
    case RA_CONNECT_SHARING:
        return sharing_line(status);
    case RA_CONNECT_RESUMING:
        return g_strdup_printf("The connection to %s was lost – Reconnecting… (%u s)", status->name,
                               status->resuming);
    case RA_CONNECT_ENDED:
        break;
    }
    return g_strdup_printf("%s %s: %s", ended_words(status), status->name, status->reason);
}

char *ra_status_title(const RaStatus *status)
{
    const char *suffix = "";
    if (*status->name == '\0')
        return g_strdup("Remote Assistance");
    if (status->state == 0) /* the window asks */
        return g_strdup_printf("%s – Remote Assistance (invitation)", status->name);
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
    if (status->state == 0)
        return;
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
        *text = g_strdup_printf("Trying to reach %s's computer again, for %u seconds more.",
                                status->name, status->resuming);
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

char *ra_status_meter(guint32 in, guint32 delay)
{
    const double bits = 8.0 * in;
    GString *text = g_string_new(NULL);
    if (in == 0 && delay == 0)
        return g_string_free(text, FALSE);
    if (bits >= 9.95e6)
        g_string_printf(text, "%.0f Mbit/s", bits / 1e6);
    else if (bits >= 9.995e5)
        g_string_printf(text, "%.1f Mbit/s", bits / 1e6);
    else
        g_string_printf(text, "%.0f kbit/s", bits / 1e3);
    if (delay > 0)
        g_string_append_printf(text, " · %u ms", MAX(delay / 1000 + (delay % 1000 >= 500), 1));
    return g_string_free(text, FALSE);
}

char *ra_status_size(const RaView *view)
{
    return g_strdup_printf("%d × %d · %d %%", view->picture_width, view->picture_height,
                           ra_view_percent(view));
}
