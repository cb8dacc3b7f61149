/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the front needs of a desktop: a display, a private message bus with a stand-in for the
 * agent, and a stand-in for inviting, which has tests of its own. */
#pragma once

#include "bus/host1.h"
#include "host/app/invite-page.h"
#include "host/app/inviter.h"

#include <gtk/gtk.h>

/* Inviting, as the front sees it. */
struct _RaInviter {
    gboolean busy;
};
extern RaInviter desk_inviter;

typedef struct {
    int pages, freed;
    char *to, *replaces; /* of the preset; NULL: none */
    gint64 lifetime;
    void (*done)(gpointer data);
    gpointer data;
    char *resent; /* the id */
    RaInviteWay way;
    gboolean refuse;
} DeskInvited;
extern DeskInvited desk_invited;

typedef struct {
    GDBusConnection *bus;
    RaBusHost1 *host1;
    GVariant *invitations;
    guint name;
    int lists, shows;
    char *cancelled;
    gboolean refuses; /* to cancel */
} DeskAgent;

typedef struct {
    GtkApplication *front;
    DeskAgent agent;
} Desk;

/* At the start and the end of main(). FOLDER is for its files. */
void desk_begin(const char *folder);
void desk_end(void);

/* A new desktop; BUS FALSE: without a message bus, only before there was one. FALSE: there is no
 * display, the test has been marked as skipped. */
gboolean desk_start(gboolean bus);
/* The front, with its window open; and everything gone. */
void desk_open(Desk *desk);
/* The same where the first page says TITLE, in another language. */
void desk_open_titled(Desk *desk, const char *title);
void desk_stop(Desk *desk);

void desk_agent_come(DeskAgent *agent);
void desk_agent_leave(DeskAgent *agent);
/* D-Bus was asked to start one. */
gboolean desk_agent_was_started(void);
/* As Host1.List has one. TO: with commas between them. */
GVariant *desk_invitation(const char *id, const char *state, const char *to, gint64 start,
                          gint64 end, gboolean sent);
/* ONE (taken, may be NULL) and OLD others that have expired; tells the change. */
void desk_set_invitations(DeskAgent *agent, GVariant *one, int old);

/* A label in sight with TEXT in it, or NULL; the row of a list with such a one. */
GtkWidget *desk_shown(GtkApplication *front, const char *text);
GtkWidget *desk_row(GtkApplication *front, const char *text);
/* Runs the main loop until there is such a label in sight, or (THERE FALSE) none any more. */
GtkWidget *desk_wait(GtkApplication *front, const char *text, gboolean there);
void desk_wait_number(const int *number, int value);
/* Runs the main loop until it has nothing to do. */
void desk_settle(void);
/* Presses the button that TEXT stands on, once it is in sight. */
void desk_press(GtkApplication *front, const char *text);
