/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an RaSmtpServer means, worked out and checked: where to connect, and as whom. */
#pragma once

#include "mailer/send/send.h"

typedef struct {
    char *url;  /* for libcurl, without user */
    char *host; /* without brackets */
    guint16 port;
    char *user;         /* NULL: no login */
    gboolean tls_first; /* smtps */
    gboolean local;     /* on this computer: "localhost", or a loopback address */
} RaSmtpTarget;

/* RA_ERROR_USAGE as for ra_smtp_server_check(). */
RaSmtpTarget *ra_smtp_target_new(const RaSmtpServer *server, GError **error);
void ra_smtp_target_free(RaSmtpTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSmtpTarget, ra_smtp_target_free)
