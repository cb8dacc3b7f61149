/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/service-error.h"

#include "base/error.h"
#include "bus/names.h"

static const char *name_of(const GError *error)
{
    if (error->domain != RA_ERROR)
        return RA_BUS_ERROR "Failed";
    switch (error->code) {
    case RA_ERROR_USAGE:
    case RA_ERROR_NO_TICKET:
        return RA_BUS_ERROR "NotFound";
    case RA_ERROR_FORBIDDEN:
        return RA_BUS_ERROR "NotAllowed";
    default:
        return RA_BUS_ERROR "Failed";
    }
}

void ra_service_return_error(GDBusMethodInvocation *invocation, const GError *error)
{
    g_dbus_method_invocation_return_dbus_error(invocation, name_of(error), error->message);
}

void ra_service_return_busy(GDBusMethodInvocation *invocation, const char *message)
{
    g_dbus_method_invocation_return_dbus_error(invocation, RA_BUS_ERROR "Busy", message);
}
