/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/outlook-rtf.h"

#include "mailer/unpack/rtf-unpack.h"

struct _RaOutlookRtf {
    RaOutlookMail *mail;
    RaRtf *rtf;
    gboolean begun;
};

static void on_text(const char *text, gsize size, gboolean html, guint32 code_page, gpointer user)
{
    RaOutlookRtf *rtf = user;
    if (!rtf->begun) {
        g_autofree char *charset = ra_mapi_charset(code_page);
        ra_outlook_mail_part(rtf->mail, html ? "text/html" : "text/plain", charset, NULL);
        rtf->begun = TRUE;
    }
    ra_outlook_mail_push(rtf->mail, text, size);
}

RaOutlookRtf *ra_outlook_rtf_new(RaOutlookMail *mail)
{
    RaOutlookRtf *rtf = g_new0(RaOutlookRtf, 1);
    rtf->mail = mail;
    rtf->rtf = ra_rtf_new(on_text, rtf);
    return rtf;
}

void ra_outlook_rtf_push(RaOutlookRtf *rtf, const guint8 *data, gsize size)
{
    ra_rtf_push(rtf->rtf, data, size);
}

gboolean ra_outlook_rtf_end(RaOutlookRtf *rtf)
{
    const gboolean whole = ra_rtf_end(rtf->rtf);
    if (rtf->begun)
        ra_outlook_mail_end_part(rtf->mail);
    g_free(rtf);
    return whole;
}
