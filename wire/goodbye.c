/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/goodbye.h"

static const char *const texts[] = {
    [RA_GOODBYE_UNKNOWN] = "no reason was given",
    [RA_GOODBYE_ENDED] = "they ended the session",
    [RA_GOODBYE_DECLINED] = "they declined the connection",
    [RA_GOODBYE_NO_ANSWER] = "nobody answered at their computer",
    [RA_GOODBYE_BUSY] = "somebody else is helping them already",
    [RA_GOODBYE_EXPIRED] = "the invitation has expired or was cancelled",
    [RA_GOODBYE_FORBIDDEN] = "a policy on their computer forbids it",
    [RA_GOODBYE_PROTOCOL] = "the two programs did not understand each other",
    [RA_GOODBYE_LINK] = "the connection was lost",
    [RA_GOODBYE_SHUTTING_DOWN] = "their computer or desktop session is shutting down",
    [RA_GOODBYE_NO_SCREEN] = "their screen cannot be shown",
};

const char *ra_goodbye_text(RaGoodbye reason)
{
    if ((gsize)reason >= G_N_ELEMENTS(texts))
        reason = RA_GOODBYE_UNKNOWN;
    return texts[reason];
}
