/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/resume.h"

#include <string.h>

enum { IDENTITY_BYTES = 16 }; /* random ones, in hexadecimal digits behind the prefix */

struct _RaResume {
    char identity[RA_RESUME_IDENTITY_MAX + 1];
    RaSecret *key;
};

RaResume *ra_resume_new(void)
{
    RaResume *resume = g_new0(RaResume, 1);
    g_autoptr(RaSecret) random = ra_secret_new_random(IDENTITY_BYTES);
    g_autoptr(GString) identity = g_string_new(RA_RESUME_PREFIX);
    for (guint i = 0; i < IDENTITY_BYTES; i++)
        g_string_append_printf(identity, "%02x", ra_secret_bytes(random)[i]);
    g_strlcpy(resume->identity, identity->str, sizeof resume->identity);
    resume->key = ra_secret_new_random(RA_RESUME_KEY_SIZE);
    return resume;
}

void ra_resume_free(RaResume *resume)
{
    if (resume == NULL)
        return;
    ra_secret_unref(resume->key);
    g_free(resume);
}

const char *ra_resume_identity(const RaResume *resume)
{
    return resume->identity;
}

RaSecret *ra_resume_key(const RaResume *resume)
{
    return resume->key;
}

void ra_resume_write(const RaResume *resume, RaAssist *ret)
{
    *ret = (RaAssist){.kind = RA_ASSIST_RESUME, .resume.seconds = RA_RESUME_SECONDS};
    g_strlcpy(ret->resume.identity, resume->identity, sizeof ret->resume.identity);
    memcpy(ret->resume.key, ra_secret_bytes(resume->key), RA_RESUME_KEY_SIZE);
}

gboolean ra_resume_is_identity(const char *identity)
{
    return g_str_has_prefix(identity, RA_RESUME_PREFIX);
}
