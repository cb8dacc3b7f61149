/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The errors that every room reports, and the exit codes that every program gives for them.
 *
 * The message of an error is one line for a person: what is wrong, then what to do about it. Text
 * that came from outside goes into it only after ra_text_line() (base/text.h).
 */
#pragma once

#include <glib.h>

/* The values are exit codes, the same in every program; the manual pages list them. */
typedef enum {
    RA_ERROR_FAILED = 1,      /* anything else */
    RA_ERROR_USAGE = 2,       /* the call is wrong: an option, a value given by the user */
    RA_ERROR_NO_TICKET = 3,   /* no invitation was found */
    RA_ERROR_MALFORMED = 4,   /* an invitation or message that breaks its format */
    RA_ERROR_EXPIRED = 5,     /* expired, or not yet valid */
    RA_ERROR_PASSWORD = 6,    /* wrong password or key, or the ticket was altered */
    RA_ERROR_UNREACHABLE = 7, /* the other computer cannot be reached */
    RA_ERROR_DECLINED = 8,    /* declined, cancelled or ended by the other side */
    RA_ERROR_FORBIDDEN = 9,   /* forbidden by policy */
    RA_ERROR_MAIL = 10,       /* mail could not be sent */
} RaError;

#define RA_ERROR (ra_error_quark())
GQuark ra_error_quark(void);

/* The exit code for ERROR: its code in RA_ERROR, RA_ERROR_USAGE for G_OPTION_ERROR, else 1. */
int ra_error_exit_code(const GError *error);
