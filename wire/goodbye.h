/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a session ended or never began. The numbers travel; doc/PROTOCOL.md lists them. */
#pragma once

#include <glib.h>

typedef enum {
    RA_GOODBYE_UNKNOWN = 0,
    RA_GOODBYE_ENDED = 1,         /* a person ended the session */
    RA_GOODBYE_DECLINED = 2,      /* the novice said no */
    RA_GOODBYE_NO_ANSWER = 3,     /* the novice did not answer in time */
    RA_GOODBYE_BUSY = 4,          /* somebody else is helping already */
    RA_GOODBYE_EXPIRED = 5,       /* the invitation expired or was cancelled meanwhile */
    RA_GOODBYE_FORBIDDEN = 6,     /* policy */
    RA_GOODBYE_PROTOCOL = 7,      /* the other end broke the protocol */
    RA_GOODBYE_LINK = 8,          /* the connection broke */
    RA_GOODBYE_SHUTTING_DOWN = 9, /* the program or the desktop session is ending */
    RA_GOODBYE_NO_SCREEN = 10,    /* the screen cannot be captured */
    RA_GOODBYE_LAST = RA_GOODBYE_NO_SCREEN,
} RaGoodbye;

/* For the helper to read after "Disconnected from NAME: " and the like, for example "they ended
 * the session". A static string; unknown numbers give that of RA_GOODBYE_UNKNOWN. */
const char *ra_goodbye_text(RaGoodbye reason);
