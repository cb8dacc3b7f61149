/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a helper whose link broke comes back: an identity and a key that the host made up and sent
 * over the link itself. Good for one return, and for RA_RESUME_SECONDS after the break; whoever
 * comes back with it gets the next one.
 */
#pragma once

#include "base/secret.h"
#include "wire/assist.h"

#include <glib.h>

#define RA_RESUME_PREFIX "r-" /* of each identity: an invitation's id never has it */

enum { RA_RESUME_SECONDS = 60 };

typedef struct _RaResume RaResume;

/* Fresh, from the kernel's random source. */
RaResume *ra_resume_new(void);
void ra_resume_free(RaResume *resume); /* wipes; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaResume, ra_resume_free)

const char *ra_resume_identity(const RaResume *resume); /* borrowed */
RaSecret *ra_resume_key(const RaResume *resume);        /* borrowed */
/* Fills in an RA_ASSIST_RESUME message, which the caller wipes with ra_assist_clear(). */
void ra_resume_write(const RaResume *resume, RaAssist *ret);
/* TRUE for what an identity to resume with looks like, whether there is such a one or not. */
gboolean ra_resume_is_identity(const char *identity);
