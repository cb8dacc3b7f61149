/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SMTP dialogues: lines with ">" before them are libcurl's, the others the server's. */
#include "mailer/send/smtp-dialogue.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_reply(const RaSmtpReply *reply)
{
    g_assert_cmpint(reply->code, >=, 0);
    g_assert_cmpint(reply->code, <, 1000);
    g_assert_true(reply->text == NULL || g_utf8_strlen(reply->text, -1) <= RA_SMTP_TEXT_MAX);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(RaSmtpDialogue) dialogue = ra_smtp_dialogue_new();
    const char *text = (const char *)data;
    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        const gsize n = end != NULL ? (gsize)(end - text) + 1 : size;
        if (*text == '>')
            ra_smtp_dialogue_command(dialogue, text + 1, n - 1);
        else
            ra_smtp_dialogue_reply(dialogue, text, n);
        text += n;
        size -= n;
    }
    check_reply(ra_smtp_dialogue_last(dialogue));
    for (guint i = 0; i < 4; i++)
        check_reply(ra_smtp_dialogue_recipient(dialogue, i));
    return 0;
}
