/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses that a ticket names. */
#pragma once

#include <glib.h>

/* ADVERTISE ("HOST", "HOST:PORT", an IPv6 address with or without brackets; PORT is added where
 * none is given), then OTHERS, each once, RA_INVITATION_HOSTS_MAX at the most. The caller frees
 * it. RA_ERROR_USAGE for what is no address. */
GStrv ra_invite_hosts(const char *const *advertise, guint16 port, const char *const *others,
                      GError **error);
