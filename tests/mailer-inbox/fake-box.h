/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A box in memory, with messages that a test changes while a queue follows it. */
#pragma once

#include "mailer/inbox/box.h"

typedef struct {
    char *id;
    gint64 received;
    GBytes *bytes;
    RaMark *mark, *told; /* TOLD: as it was reported; NULL: not yet */
    gboolean gone;
} Mail;

typedef struct {
    RaBox parent;
    GMutex lock;
    GCond news;
    gboolean has_news, reset;
    GPtrArray *mails;     /* of Mail */
    GError *trouble;      /* of every call while it is set */
    const char *faster;   /* who changes a mark just before the next change; NULL: nobody */
    guint told_meanwhile; /* how often only "told" is changed just before */
    guint unreadable;     /* how often fetch fails for the mail "bad"; then it works */
    guint refreshes, fetches;
} Fake;

extern const RaBoxClass fake_class;

Fake *fake_new(void);
/* With the six messages "1" to "6": long, soon over, over, early, damaged, none. */
Fake *fake_full(void);
/* A new message; the box tells. */
void fake_add(Fake *fake, const char *id, gint64 received, const char *body);
Mail *fake_mail(const Fake *fake, const char *id); /* NULL where there is none */
void fake_set_mark(Mail *mail, RaMark *mark);      /* takes MARK */
void fake_signal(Fake *fake);                      /* with its lock held: there are news */

/* Invitations as text, to be made first. */
enum { LONG, SHORT, OVER, EARLY };
extern char *fake_armours[4];
void fake_make_armours(void);
