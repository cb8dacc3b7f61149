/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/notice.h"

struct _RaNotice {
    GDBusConnection *bus;
};

RaNotice *ra_notice_new(GDBusConnection *bus, RaAgentLink *link, void (*present)(gpointer data),
                        gpointer data)
{
    RaNotice *notice = g_new0(RaNotice, 1);
    (void)link, (void)present, (void)data;
    notice->bus = g_object_ref(bus);
    return notice;
}

void ra_notice_free(RaNotice *notice)
{
    if (notice == NULL)
        return;
    g_object_unref(notice->bus);
    g_free(notice);
}
