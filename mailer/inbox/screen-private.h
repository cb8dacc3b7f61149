/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the screen: what it knows (inbox-screen.c), what a key does (inbox-screen-keys.c), what
 * becomes of an act (inbox-screen-acts.c), and how it looks (inbox-screen-draw.c, the only one that
 * knows curses but for the terminal's beginning and end). */
#pragma once

#include "mailer/inbox/opening.h"
#include "mailer/inbox/row.h"
#include "mailer/inbox/screen.h"

typedef enum {
    RA_PAGE_LIST,
    RA_PAGE_DETAILS, /* of the selected case */
    RA_PAGE_HELP,
} RaPage;

typedef enum {
    RA_ASKED_NOTHING,
    RA_ASKED_FORCE_CLAIM, /* of `asked_id`, which somebody else has */
    RA_ASKED_OPEN,        /* of `asked_id`, about which there are warnings */
    RA_ASKED_QUIT,        /* sessions are open */
} RaAsked;

enum { RA_SCREEN_SEARCH_MAX = 60 }; /* characters */

typedef struct {
    const RaInboxPlan *plan;
    GMainLoop *loop;
    RaQueue *queue;
    GPtrArray *all;      /* of RaCase, as the queue has them */
    GPtrArray *rows;     /* those that are listed; borrowed from `all` */
    GPtrArray *opens;    /* of what was opened, under way: inbox-screen-acts.c */
    GHashTable *seconds; /* id to gint64: how long its sessions here were */
    GHashTable *over;    /* ids of sessions that have ended, which the mailbox may not know yet */
    GHashTable *waiting; /* ids of cases that could be opened when they were looked at last */
    guint telling;       /* replies under way */
    gint64 now;

    char *selected_id; /* NULL: none */
    guint selected;    /* its place in `rows` */
    gboolean touched;  /* a key was pressed */
    guint top;         /* the first row in sight */
    guint body;        /* rows in sight, as drawn last */
    RaRows which;
    GString *search;
    gboolean searching;       /* it is being typed */
    RaPage page, page_before; /* the latter is where help was asked for */
    guint scroll;             /* of the page, in lines */
    guint lines;              /* that can be scrolled, as drawn last */

    RaAsked asked;
    char *asked_id;
    char *question; /* clean */
    char *notice;   /* what happened last, clean; NULL: nothing */
    gboolean notice_bad;
    char *trouble; /* with the connection, clean; NULL: none */

    gboolean away;      /* ra-open has the terminal */
    gboolean leaving;   /* as soon as the replies are out */
    guint clock, input; /* sources: the next tick, keys; 0: none */
    gboolean colours;   /* the terminal's, and wanted */
    gboolean drawn;     /* a redraw is due */
} RaScreen;

/* inbox-screen.c */
void ra_screen_say(RaScreen *screen, gboolean bad, const char *format, ...) G_GNUC_PRINTF(3, 4);
void ra_screen_update(RaScreen *screen); /* rows and what is drawn, from the queue */
void ra_screen_list(RaScreen *screen);   /* the same from what it knows: filter, search, time */
void ra_screen_redraw(RaScreen *screen); /* soon */
void ra_screen_leave(RaScreen *screen);
/* The size of the terminal may be another one; all of it is painted again. */
void ra_screen_fit(void);
/* Gives the terminal away, and takes it back. */
void ra_screen_step_out(RaScreen *screen);
void ra_screen_step_in(RaScreen *screen);
RaCase *ra_screen_selected(const RaScreen *screen); /* borrowed; NULL: none */
RaCase *ra_screen_find(const RaScreen *screen, const char *id);

/* inbox-screen-keys.c. CODE: a key's of curses, not a character. */
void ra_screen_key(RaScreen *screen, guint key, gboolean code);

/* inbox-screen-acts.c */
void ra_screen_act(RaScreen *screen, RaCase *item, RaCaseAct act, gboolean force);
/* Claims it first where need be. */
void ra_screen_open(RaScreen *screen, RaCase *item);
/* Says once more in the mailbox which sessions are over, where that failed. */
void ra_screen_end_sessions(RaScreen *screen);
/* Tells the novices whose invitations have expired before our eyes, not those of old. */
void ra_screen_tell_expired(RaScreen *screen);
void ra_screen_opened_free(gpointer data); /* an element of `opens`; what it opened goes on */

/* inbox-screen-draw.c */
void ra_screen_colours(RaScreen *screen); /* once, after the terminal's beginning */
void ra_screen_draw(RaScreen *screen);
