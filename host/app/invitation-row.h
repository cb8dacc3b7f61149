/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One invitation in the list: to whom, state, time left, and what can be done with it. */
#pragma once

#include <gtk/gtk.h>

typedef struct {
    char *id;
    GStrv to; /* safe to show; nobody: it was saved as a file */
    char *name;
    char *state; /* of Host1.List; of one whose time is up "expired", whatever the agent says */
    gint64 start, end;
    gboolean sent;
} RaInvitationFacts;

/* DICTIONARY as in Host1.List. NULL where it has no id. */
RaInvitationFacts *ra_invitation_facts_new(GVariant *dictionary);
void ra_invitation_facts_free(RaInvitationFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInvitationFacts, ra_invitation_facts_free)
/* A helper can use it at NOW, in seconds since 1970 UTC. */
gboolean ra_invitation_is_open(const RaInvitationFacts *facts, gint64 now);

typedef enum { RA_ROW_CANCEL, RA_ROW_SEND, RA_ROW_AGAIN } RaRowAct;
typedef void (*RaRowFunc)(GtkWidget *row, RaRowAct act, gpointer data);

/* A GtkListBoxRow. Takes FACTS. ACT: the novice asks for that. */
GtkWidget *ra_invitation_row_new(RaInvitationFacts *facts, RaRowFunc act, gpointer data);
/* Takes FACTS of the same invitation. */
void ra_invitation_row_set(GtkWidget *widget, RaInvitationFacts *facts);
const RaInvitationFacts *ra_invitation_row_facts(GtkWidget *row); /* borrowed */
/* Words and buttons as of NOW. */
void ra_invitation_row_update(GtkWidget *widget, gint64 now);
/* A line below: what became of an act. "": none. */
void ra_invitation_row_say(GtkWidget *widget, const char *line);
/* An act is under way: its buttons wait. */
void ra_invitation_row_set_busy(GtkWidget *widget, gboolean busy);
