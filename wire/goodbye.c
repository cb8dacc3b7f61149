/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/goodbye.h"

#include "base/i18n.h"

/* Only the novice's end translates them, where it shows them. */
static const char *const texts[] = {
    [RA_GOODBYE_UNKNOWN] = N_("no reason was given"),
    [RA_GOODBYE_ENDED] = N_("they ended the session"),
    [RA_GOODBYE_DECLINED] = N_("they declined the connection"),
    [RA_GOODBYE_NO_ANSWER] = N_("nobody answered at their computer"),
    [RA_GOODBYE_BUSY] = N_("somebody else is helping them already"),
    [RA_GOODBYE_EXPIRED] = N_("the invitation has expired or was cancelled"),
    [RA_GOODBYE_FORBIDDEN] = N_("a policy on their computer forbids it"),
    [RA_GOODBYE_PROTOCOL] = N_("the two programs did not understand each other"),
    [RA_GOODBYE_LINK] = N_("the connection was lost"),
    [RA_GOODBYE_SHUTTING_DOWN] = N_("their computer or desktop session is shutting down"),
    [RA_GOODBYE_NO_SCREEN] = N_("their screen cannot be shown"),
};

const char *ra_goodbye_text(RaGoodbye reason)
{
    if ((gsize)reason >= G_N_ELEMENTS(texts))
        reason = RA_GOODBYE_UNKNOWN;
    return texts[reason];
}
