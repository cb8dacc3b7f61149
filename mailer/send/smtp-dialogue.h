/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Follows an SMTP dialogue (RFC 5321) that libcurl holds, by the commands that it sends and the
 * lines that the server answers: libcurl tells that a message failed, but not which recipient was
 * refused, nor what the server said. libcurl sends one command and waits for its reply, so the
 * n-th RCPT's reply is the n-th recipient's. Pure: bytes in, facts out. Logins pass through, and
 * nothing of them is kept.
 */
#pragma once

#include <glib.h>

enum {
    RA_SMTP_LINE_MAX = 2048, /* bytes of a reply line that are looked at (RFC 5321: 512) */
    RA_SMTP_TEXT_MAX = 256,  /* characters of a reply that are kept */
};

/* How far the dialogue came: what was sent last. QUIT ends it, and what comes behind does not
 * count. */
typedef enum {
    RA_SMTP_CONNECTED, /* nothing: the server speaks first */
    RA_SMTP_HELLO,
    RA_SMTP_STARTTLS,
    RA_SMTP_LOGIN,
    RA_SMTP_SENDER,
    RA_SMTP_RECIPIENT,
    RA_SMTP_DATA,
    RA_SMTP_MESSAGE, /* the message itself */
} RaSmtpStage;

typedef struct {
    int code;   /* 0: no reply */
    char *text; /* what came with it, safe to show; NULL: no reply */
} RaSmtpReply;

typedef struct _RaSmtpDialogue RaSmtpDialogue;

RaSmtpDialogue *ra_smtp_dialogue_new(void);
void ra_smtp_dialogue_free(RaSmtpDialogue *dialogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSmtpDialogue, ra_smtp_dialogue_free)

/* One command as it is sent, with or without its line end. */
void ra_smtp_dialogue_command(RaSmtpDialogue *dialogue, const char *data, gsize size);
/* Bytes from the server, cut anywhere. */
void ra_smtp_dialogue_reply(RaSmtpDialogue *dialogue, const char *data, gsize size);

RaSmtpStage ra_smtp_dialogue_stage(const RaSmtpDialogue *dialogue);
/* The last complete reply, if it answers the last command. Borrowed. */
const RaSmtpReply *ra_smtp_dialogue_last(const RaSmtpDialogue *dialogue);
/* The reply to the RCPT of recipient I, from 0. Borrowed. */
const RaSmtpReply *ra_smtp_dialogue_recipient(const RaSmtpDialogue *dialogue, guint i);
/* A login was tried. */
gboolean ra_smtp_dialogue_logged_in(const RaSmtpDialogue *dialogue);
/* QUIT was sent. */
gboolean ra_smtp_dialogue_over(const RaSmtpDialogue *dialogue);
/* The server has taken the message. */
gboolean ra_smtp_dialogue_accepted(const RaSmtpDialogue *dialogue);
