/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happened in a session: who said what and when, and the events (control was given, a file
 * came, the link broke). Both programs keep one; it outlives the session and can be saved.
 */
#pragma once

#include <glib.h>

typedef enum { RA_HISTORY_ME, RA_HISTORY_THEM, RA_HISTORY_EVENT } RaHistoryWho;

enum {
    RA_HISTORY_ENTRIES_MAX = 20000, /* the oldest go first; a line says that some are missing */
};

typedef struct {
    guint number; /* from 1, in order */
    RaHistoryWho who;
    gint64 time;    /* seconds since 1970, UTC, by this computer's clock */
    char *text;     /* UTF-8, safe to show: ra_text_message(); several lines are possible */
    gboolean read;  /* THEM: a person has had it before their eyes */
    gboolean there; /* ME: the other end has it */
} RaHistoryEntry;

typedef struct _RaHistory RaHistory;

/* Called after each change: ENTRY is new or changed. */
typedef void (*RaHistoryFunc)(const RaHistoryEntry *entry, gpointer data);

/* ME and THEM are names, safe to show; "" gives "you" and "the other side". CHANGED may be NULL. */
RaHistory *ra_history_new(const char *me, const char *them, RaHistoryFunc changed, gpointer data);
void ra_history_free(RaHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaHistory, ra_history_free)

/* TEXT is cleaned here. Returns the entry's number. */
guint ra_history_add(RaHistory *history, RaHistoryWho who, const char *text);
G_GNUC_PRINTF(2, 3)
guint ra_history_event(RaHistory *history, const char *format, ...);
void ra_history_mark_there(RaHistory *history, guint number);
/* All that came so far has been seen. */
void ra_history_mark_read(RaHistory *history);
guint ra_history_unread(const RaHistory *history);
guint ra_history_length(const RaHistory *history);
/* INDEX from 0; borrowed until the next change. */
const RaHistoryEntry *ra_history_get(const RaHistory *history, guint index);
const char *ra_history_name(const RaHistory *history, RaHistoryWho who); /* "" for EVENT */

/* "2026-11-21 14:03:09  Anna: text", further lines indented; local time with the zone in the first
 * line. The caller's. */
char *ra_history_text(const RaHistory *history);
/* Writes that text to a new file, mode 0600, whole or not at all. RA_ERROR_FAILED where PATH exists
 * or cannot be written: nothing is lost then. */
gboolean ra_history_save(const RaHistory *history, const char *path, GError **error);
/* "Remote Assistance with Anna 2026-11-21 14.03.txt": fit for a file's name. The caller's. */
char *ra_history_file_name(const RaHistory *history);

/* Where links (http, https, mailto) lie in TEXT: pairs of byte offsets, start and end. Shown as
 * links, never opened by themselves. */
GArray *ra_history_links(const char *text); /* of gsize */
