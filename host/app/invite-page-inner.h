/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of inviting, each a widget of its own that knows nothing of the others. */
#pragma once

#include "host/app/invite-page.h"

/* How it goes out. */
GtkWidget *ra_invite_how_new(void);
/* Says what can be used, and why the rest cannot. */
void ra_invite_how_fill(GtkWidget *step, const RaInviteDefaults *defaults);
/* There is nothing to choose from: DEFAULTS could not be had, by ERROR. */
void ra_invite_how_fail(GtkWidget *step, const GError *error);
/* FALSE: no way can be used. */
gboolean ra_invite_how_chosen(GtkWidget *step, RaInviteWay *ret);

/* Whom and what. */
typedef struct {
    GStrv to; /* never NULL; none for a file */
    char *name, *from, *message;
    gint64 lifetime; /* seconds */
    gboolean view_only;
} RaInviteWords;

void ra_invite_words_clear(RaInviteWords *words);
/* NEXT is called when Enter is pressed in a field. */
GtkWidget *ra_invite_what_new(void (*next)(gpointer data), gpointer data);
void ra_invite_what_fill(GtkWidget *step, const RaInviteDefaults *defaults,
                         const RaInvitePreset *preset);
/* Which fields there are depends on it. */
void ra_invite_what_set_way(GtkWidget *step, RaInviteWay way);
/* What stands in the fields, if it will do. Otherwise FALSE, RET untouched: it is told beside the
 * fields, and the first wrong one has the focus. The caller clears RET. */
gboolean ra_invite_what_take(GtkWidget *step, RaInviteWords *ret);

/* The password. */
GtkWidget *ra_invite_password_new(void (*next)(gpointer data), gpointer data);
/* A generated one is made anew where LIFETIME asks for more or fewer words. */
void ra_invite_password_set_lifetime(GtkWidget *widget, gint64 lifetime);
/* Somebody sees the screen. */
void ra_invite_password_set_watched(GtkWidget *widget, gboolean watched);
/* The password, or NULL where the one that was typed will not do: it has the focus then. The
 * caller unrefs it. */
RaSecret *ra_invite_password_take(GtkWidget *widget, gboolean *generated);

/* What became of it. */
typedef struct {
    RaInviteWay way;
    gboolean out; /* it is sent, saved, or shown by the mail program: to some at the least */
    const char *title;
    const char *what;            /* a sentence; a warning where it is not out */
    const char *const *warnings; /* sentences */
    const char *detail;          /* "": none */
    gint64 end;                  /* 0: none was made */
    gboolean can_retry, can_save;
    RaSecret *password;  /* generated, to be told; NULL: the novice chose it */
    gboolean needs_file; /* the file is to be handed over by the novice */
} RaInviteEnd;

GtkWidget *ra_invite_result_new(void (*again)(gpointer data), void (*save)(gpointer data),
                                gpointer data);
void ra_invite_result_fill(GtkWidget *step, const RaInviteEnd *end, gboolean watched);
/* After it is in sight: "Try again" takes the focus where nothing went out. */
void ra_invite_result_focus(GtkWidget *step);
/* One more sentence. */
void ra_invite_result_warn(GtkWidget *step, const char *warning);
void ra_invite_result_set_watched(GtkWidget *step, gboolean watched);

/* What OUTCOME of ra-invite, or ERROR of running it, means for the novice. The texts in RET belong
 * to TEXTS, which the caller frees. */
void ra_invite_end_of(RaInviteEnd *ret, GPtrArray *texts, const RaInviteOutcome *outcome,
                      const GError *error, const RaInviteOrder *order);

/* The file was chosen, and may be replaced: for the chooser, and for tests. */
void ra_invite_page_save(GtkWidget *widget, const char *file);
