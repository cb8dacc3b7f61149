/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors as the bus sees them. */
#pragma once

#include <gio/gio.h>

/* Answers INVOCATION with org.remoteassistance.Error.NotFound, NotAllowed, Busy or Failed. */
void ra_service_return_error(GDBusMethodInvocation *invocation, const GError *error);
void ra_service_return_busy(GDBusMethodInvocation *invocation, const char *message);
