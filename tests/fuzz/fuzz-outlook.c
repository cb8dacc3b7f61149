/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a document of Outlook's holds, making a message of it does no harm. */
#include "mailer/unpack/outlook-msg.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_MAX = 4 * 1024 * 1024 };

static gboolean count(const void *data, gsize size, gpointer user)
{
    gsize *sum = user;
    (void)data;
    *sum += size;
    return *sum < OUT_MAX;
}

static GLogWriterOutput keep_quiet(GLogLevelFlags level, const GLogField *fields, gsize n_fields,
                                   gpointer user)
{
    return level & G_LOG_LEVEL_ERROR ? g_log_writer_default(level, fields, n_fields, user)
                                     : G_LOG_WRITER_HANDLED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static gboolean quiet = FALSE;
    gsize sum = 0;
    if (!quiet)
        g_log_set_writer_func(keep_quiet, NULL, NULL);
    quiet = TRUE;
    RaOutlookMail *mail = ra_outlook_mail_new(count, &sum);
    if (ra_outlook_unpack(mail, data, size) == RA_OUTLOOK_WHOLE && size < 4)
        g_error("Nothing is no document");
    ra_outlook_mail_free(mail);
    return 0;
}
