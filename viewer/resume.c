/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/resume.h"

#include <string.h>

struct _RaResume {
    guint second_ms;
    char identity[RA_RESUME_IDENTITY_MAX + 1];
    RaSecret *key;   /* NULL: nothing was given */
    guint seconds;   /* for which it holds */
    gint64 deadline; /* 0: not broken */
    gint64 back;     /* when it ran again; 0: never broke */
    guint tries, refusals;
};

RaResume *ra_resume_new(guint second_ms)
{
    RaResume *resume = g_new0(RaResume, 1);
    resume->second_ms = second_ms;
    return resume;
}

void ra_resume_free(RaResume *resume)
{
    if (resume == NULL)
        return;
    ra_secret_unref(resume->key);
    g_free(resume);
}

void ra_resume_take(RaResume *resume, const RaAssist *message)
{
    g_clear_pointer(&resume->key, ra_secret_unref);
    resume->key = ra_secret_new_copy(message->resume.key, sizeof message->resume.key);
    g_strlcpy(resume->identity, message->resume.identity, sizeof resume->identity);
    resume->seconds = MIN(message->resume.seconds, RA_RESUME_SECONDS);
}

gboolean ra_resume_possible(const RaResume *resume)
{
    return resume->key != NULL;
}

void ra_resume_identity(const RaResume *resume, RaIpcMessage *message)
{
    g_strlcpy(message->secret.identity, resume->identity, sizeof message->secret.identity);
    memcpy(message->secret.key, ra_secret_bytes(resume->key), RA_IPC_KEY_SIZE);
}

static gint64 to_time(const RaResume *resume, guint seconds)
{
    return (gint64)seconds * resume->second_ms * 1000;
}

void ra_resume_broken(RaResume *resume, gint64 now)
{
    if (resume->deadline != 0)
        return; /* a try came to nothing */
    if (resume->back == 0 || now - resume->back >= to_time(resume, RA_RESUME_STEADY))
        resume->tries = 0;
    resume->refusals = 0;
    resume->deadline = now + to_time(resume, resume->seconds);
}

void ra_resume_back(RaResume *resume, gint64 now)
{
    resume->deadline = 0;
    resume->back = now;
}

guint ra_resume_left(const RaResume *resume, gint64 now)
{
    const gint64 second = to_time(resume, 1);
    return now >= resume->deadline ? 0 : (guint)((resume->deadline - now + second - 1) / second);
}

guint ra_resume_pause(RaResume *resume)
{
    static const guint pauses[] = {0, 1, 2, 4, 5};
    const guint index = MIN(resume->tries, (guint)G_N_ELEMENTS(pauses) - 1);
    resume->tries++;
    return pauses[index] * resume->second_ms;
}

gboolean ra_resume_refused(RaResume *resume)
{
    return ++resume->refusals >= RA_RESUME_REFUSALS;
}
