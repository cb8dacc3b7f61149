/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The consent window as a program that the agent starts itself: with one end of a socketpair as its
 * descriptor RA_WINDOW_PROGRAM_FD and no other, and without what would load foreign code into it.
 */
#pragma once

#include <glib.h>

enum {
    RA_WINDOW_PROGRAM_FD = 3,             /* as --consent-fd says */
    RA_WINDOW_PROGRAM_LEAVE_SECONDS = 15, /* to end by itself, once it shall */
};

typedef struct _RaWindowProgram RaWindowProgram;

/* It is over, by itself: WELL with exit status 0, or because it had to be killed after
 * ra_window_program_stop(). From the main loop; the callee may free it. */
typedef void (*RaWindowProgramEnded)(gboolean well, gpointer data);

/* Starts PATH with FD, which is taken in any case. RA_ERROR_FAILED. */
RaWindowProgram *ra_window_program_new(const char *path, int fd, RaWindowProgramEnded ended,
                                       gpointer data, GError **error);
/* Its socket is closed: it is killed where it does not leave in time. */
void ra_window_program_stop(RaWindowProgram *program);
/* Does not wait for it, nor kill it: without its socket it leaves by itself. NULL is fine. */
void ra_window_program_free(RaWindowProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaWindowProgram, ra_window_program_free)

/* ENVIRONMENT without what loads foreign code into a program, opens it to others, or has it speak
 * in foreign words or on another display. Taken; the caller frees what is returned. */
char **ra_window_program_clean(char **environment);
