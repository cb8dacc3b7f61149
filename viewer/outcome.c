/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/outcome.h"

#include "base/text.h"

#include <string.h>

enum {
    LISTED_MAX = 4, /* addresses named in one error */
    WHY_MAX = 100,  /* characters of one address's reason */
};

RaFailure *ra_failure_new(const char *host, const char *why, gboolean tls)
{
    RaFailure *failure = g_new0(RaFailure, 1);
    failure->host = ra_text_line(host, RA_TEXT_NAME_MAX);
    failure->why = ra_text_line(why, WHY_MAX);
    failure->tls = tls;
    const gsize length = strlen(failure->why);
    if (length > 0 && failure->why[length - 1] == '.')
        failure->why[length - 1] = '\0';
    return failure;
}

void ra_failure_free(RaFailure *failure)
{
    g_free(failure->host);
    g_free(failure->why);
    g_free(failure);
}

/* "HOST: why; HOST: why"; the host only where the reason does not name it. */
static char *list_failures(GPtrArray *failures)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < failures->len && i < LISTED_MAX; i++) {
        const RaFailure *failure = g_ptr_array_index(failures, i);
        g_string_append(list, i > 0 ? "; " : "");
        if (strstr(failure->why, failure->host) == NULL)
            g_string_append_printf(list, "%s: ", failure->host);
        g_string_append(list, failure->why);
    }
    if (failures->len > LISTED_MAX)
        g_string_append_printf(list, "; and %u more", failures->len - LISTED_MAX);
    return g_string_free(list, FALSE);
}

GError *ra_outcome_unreached(const char *name, GPtrArray *failures)
{
    gboolean answered = FALSE;
    for (guint i = 0; i < failures->len; i++)
        answered |= ((const RaFailure *)g_ptr_array_index(failures, i))->tls;
    g_autofree char *list = list_failures(failures);
    if (answered)
        return g_error_new(RA_ERROR, RA_ERROR_PASSWORD,
                           "The computer at %s's address does not accept this invitation, which "
                           "may have been cancelled or have expired; ask for a new one. (%s)",
                           name, list);
    return g_error_new(RA_ERROR, RA_ERROR_UNREACHABLE,
                       "%s's computer cannot be reached; check that it is on and online. (%s)",
                       name, list);
}

/* The exit code of each reason. */
static RaError code_of(RaGoodbye reason)
{
    switch (reason) {
    case RA_GOODBYE_LINK:
        return RA_ERROR_UNREACHABLE;
    case RA_GOODBYE_FORBIDDEN:
        return RA_ERROR_FORBIDDEN;
    case RA_GOODBYE_EXPIRED:
        return RA_ERROR_EXPIRED;
    case RA_GOODBYE_UNKNOWN:
    case RA_GOODBYE_PROTOCOL:
    case RA_GOODBYE_NO_SCREEN:
        return RA_ERROR_FAILED;
    case RA_GOODBYE_ENDED:
    case RA_GOODBYE_DECLINED:
    case RA_GOODBYE_NO_ANSWER:
    case RA_GOODBYE_BUSY:
    case RA_GOODBYE_SHUTTING_DOWN:
        return RA_ERROR_DECLINED;
    }
    return RA_ERROR_FAILED;
}

char *ra_outcome_reason(const RaIpcMessage *message)
{
    g_autofree char *detail = ra_text_line(message->ended.text, RA_TEXT_LINE_MAX);
    const char *text = ra_goodbye_text(message->ended.reason);
    if (*detail == '\0' || strcmp(detail, text) == 0)
        return g_strdup(text);
    if (message->ended.reason == RA_GOODBYE_UNKNOWN)
        return g_steal_pointer(&detail);
    return g_strdup_printf("%s (%s)", text, detail);
}

GError *ra_outcome_ended(const char *name, const RaIpcMessage *message, gboolean begun)
{
    g_autofree char *reason = ra_outcome_reason(message);
    return g_error_new(RA_ERROR, (gint)code_of(message->ended.reason), "%s %s: %s",
                       begun ? "Disconnected from" : "Not connected to", name, reason);
}
