/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/session-calls.h"

struct _RaCalls {
    RaAgentLink *link;
    GCancellable *closed;
    void (*show)(const char *reason, gpointer data);
    gpointer data;
};

typedef struct {
    RaCalls *calls;
    RaCallFunc done;
    gpointer data;
} Call;

RaCalls *ra_calls_new(RaAgentLink *link, void (*show)(const char *reason, gpointer data),
                      gpointer data)
{
    RaCalls *calls = g_new0(RaCalls, 1);
    calls->link = link;
    calls->closed = g_cancellable_new();
    calls->show = show;
    calls->data = data;
    return calls;
}

void ra_calls_close(RaCalls *calls)
{
    g_cancellable_cancel(calls->closed);
}

void ra_calls_free(RaCalls *calls)
{
    if (calls == NULL)
        return;
    ra_calls_close(calls);
    g_object_unref(calls->closed);
    g_free(calls);
}

RaAgentLink *ra_calls_link(RaCalls *calls)
{
    return calls->link;
}

RaBusHost1 *ra_calls_host(RaCalls *calls)
{
    return ra_agent_link_host(calls->link);
}

RaBusConsent1 *ra_calls_consent(RaCalls *calls)
{
    return ra_agent_link_consent(calls->link);
}

/* After ra_calls_close() every result is "cancelled", and CALLS may be gone. */
static void on_done(GObject *proxy, GAsyncResult *result, gpointer data)
{
    g_autofree Call *call = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = g_dbus_proxy_call_finish(G_DBUS_PROXY(proxy), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    g_autofree char *reason = error != NULL ? ra_agent_link_message(error) : NULL;
    if (call->done != NULL)
        call->done(answer, reason, call->data);
    else
        call->calls->show(reason, call->calls->data);
}

void ra_calls_call(RaCalls *calls, gpointer proxy, const char *method, GVariant *arguments,
                   RaCallFunc done, gpointer data)
{
    g_autoptr(GVariant) held = arguments != NULL ? g_variant_ref_sink(arguments) : NULL;
    if (g_cancellable_is_cancelled(calls->closed))
        return;
    Call *call = g_new0(Call, 1);
    *call = (Call){calls, done, data};
    g_dbus_proxy_call(G_DBUS_PROXY(proxy), method, held, G_DBUS_CALL_FLAGS_NONE, -1, calls->closed,
                      on_done, call);
}

void ra_calls_show(RaCalls *calls, const char *reason)
{
    if (!g_cancellable_is_cancelled(calls->closed))
        calls->show(reason, calls->data);
}
