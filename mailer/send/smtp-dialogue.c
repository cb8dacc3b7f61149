/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/smtp-dialogue.h"

#include "base/text.h"

#include <string.h>

struct _RaSmtpDialogue {
    RaSmtpStage stage;
    gboolean logged_in;
    gboolean accepted;
    gboolean over;      /* QUIT was sent */
    GString *line;      /* of the server, not complete yet */
    GString *text;      /* of the reply so far */
    RaSmtpReply last;   /* to the last command */
    GArray *recipients; /* of RaSmtpReply */
};

static const RaSmtpReply no_reply;

static void clear_reply(gpointer data)
{
    RaSmtpReply *reply = data;
    g_clear_pointer(&reply->text, g_free);
    reply->code = 0;
}

RaSmtpDialogue *ra_smtp_dialogue_new(void)
{
    RaSmtpDialogue *dialogue = g_new0(RaSmtpDialogue, 1);
    dialogue->line = g_string_new(NULL);
    dialogue->text = g_string_new(NULL);
    dialogue->recipients = g_array_new(FALSE, TRUE, sizeof(RaSmtpReply));
    g_array_set_clear_func(dialogue->recipients, clear_reply);
    return dialogue;
}

void ra_smtp_dialogue_free(RaSmtpDialogue *dialogue)
{
    if (dialogue == NULL)
        return;
    g_string_free(dialogue->line, TRUE);
    g_string_free(dialogue->text, TRUE);
    clear_reply(&dialogue->last);
    g_array_unref(dialogue->recipients);
    g_free(dialogue);
}

static gboolean begins(const char *data, gsize size, const char *verb)
{
    return size >= strlen(verb) && g_ascii_strncasecmp(data, verb, strlen(verb)) == 0;
}

void ra_smtp_dialogue_command(RaSmtpDialogue *dialogue, const char *data, gsize size)
{
    static const struct {
        const char *verb;
        RaSmtpStage stage;
    } verbs[] = {
        {"EHLO", RA_SMTP_HELLO}, {"HELO", RA_SMTP_HELLO},  {"STARTTLS", RA_SMTP_STARTTLS},
        {"AUTH", RA_SMTP_LOGIN}, {"MAIL", RA_SMTP_SENDER}, {"RCPT", RA_SMTP_RECIPIENT},
        {"DATA", RA_SMTP_DATA},
    };
    dialogue->over = dialogue->over || begins(data, size, "QUIT");
    if (dialogue->over)
        return;
    clear_reply(&dialogue->last);
    /* The lines that go on after AUTH are anything at all, a verb too. */
    if (dialogue->stage == RA_SMTP_LOGIN && !begins(data, size, "MAIL FROM:") &&
        !begins(data, size, "AUTH "))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (begins(data, size, verbs[i].verb))
            dialogue->stage = verbs[i].stage;
    }
    if (dialogue->stage == RA_SMTP_LOGIN)
        dialogue->logged_in = TRUE;
    if (dialogue->stage == RA_SMTP_RECIPIENT)
        g_array_append_val(dialogue->recipients, no_reply);
}

static void take_reply(RaSmtpDialogue *dialogue, int code)
{
    clear_reply(&dialogue->last);
    dialogue->last.code = code;
    dialogue->last.text = ra_text_line(dialogue->text->str, RA_SMTP_TEXT_MAX);
    g_string_truncate(dialogue->text, 0);
    if (dialogue->stage == RA_SMTP_RECIPIENT) {
        RaSmtpReply *reply =
            &g_array_index(dialogue->recipients, RaSmtpReply, dialogue->recipients->len - 1);
        clear_reply(reply);
        reply->code = code;
        reply->text = g_strdup(dialogue->last.text);
    }
    if (dialogue->stage == RA_SMTP_DATA && code == 354) {
        dialogue->stage = RA_SMTP_MESSAGE;
        clear_reply(&dialogue->last); /* the message has no reply yet */
    } else if (dialogue->stage == RA_SMTP_MESSAGE && code / 100 == 2) {
        dialogue->accepted = TRUE;
    }
}

/* RFC 5321 4.2.1: three digits, "-" where more lines follow, text. */
static void take_line(RaSmtpDialogue *dialogue, const char *line)
{
    if (!g_ascii_isdigit(line[0]) || !g_ascii_isdigit(line[1]) || !g_ascii_isdigit(line[2]))
        return;
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (line[3] != '\0' && dialogue->text->len < RA_SMTP_LINE_MAX) {
        if (dialogue->text->len > 0)
            g_string_append_c(dialogue->text, ' ');
        g_string_append(dialogue->text, line + 4);
    }
    if (line[3] != '-')
        take_reply(dialogue, code);
}

void ra_smtp_dialogue_reply(RaSmtpDialogue *dialogue, const char *data, gsize size)
{
    for (gsize i = 0; i < size && !dialogue->over; i++) {
        if (data[i] == '\n') {
            take_line(dialogue, dialogue->line->str);
            g_string_truncate(dialogue->line, 0);
        } else if (data[i] != '\0' && data[i] != '\r' && dialogue->line->len < RA_SMTP_LINE_MAX) {
            g_string_append_c(dialogue->line, data[i]);
        }
    }
}

RaSmtpStage ra_smtp_dialogue_stage(const RaSmtpDialogue *dialogue)
{
    return dialogue->stage;
}

const RaSmtpReply *ra_smtp_dialogue_last(const RaSmtpDialogue *dialogue)
{
    return &dialogue->last;
}

const RaSmtpReply *ra_smtp_dialogue_recipient(const RaSmtpDialogue *dialogue, guint i)
{
    if (i >= dialogue->recipients->len)
        return &no_reply;
    return &g_array_index(dialogue->recipients, RaSmtpReply, i);
}

gboolean ra_smtp_dialogue_logged_in(const RaSmtpDialogue *dialogue)
{
    return dialogue->logged_in;
}

gboolean ra_smtp_dialogue_over(const RaSmtpDialogue *dialogue)
{
    return dialogue->over;
}

gboolean ra_smtp_dialogue_accepted(const RaSmtpDialogue *dialogue)
{
    return dialogue->accepted;
}
