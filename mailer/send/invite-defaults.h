/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a new invitation would be by the settings and the policy (ra-invite --defaults), for
 * programs that ask the novice first. Nothing is made, started or connected to. */
#pragma once

#include "base/settings.h"

/* Fields: ra-invite(1). Callers free what is returned; it ends with a line end. */
char *ra_invite_defaults_text(const RaSettings *settings);
char *ra_invite_defaults_json(const RaSettings *settings);
