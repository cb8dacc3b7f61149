/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a question says (doc/NOVICE.md, "The question"), in the novice's language. Pure. */
#pragma once

#include <glib.h>

typedef struct {
    char *title;
    char *proven, *address; /* address: "" where it is said already, or not known */
    char *says;
    GPtrArray *facts;  /* char *, by twos: "Name:", "report.pdf"; of a file, else empty */
    GPtrArray *powers; /* char *: what a yes lets them do, a line each */
    char *caution;     /* "": none */
} RaQuestionText;

/* WHAT and DETAILS as in Host1.Asked; NULL for a kind of question that is not known. What is
 * missing in DETAILS is left out. NOW: seconds since 1970 UTC. */
RaQuestionText *ra_question_text_new(const char *what, GVariant *details, gint64 now);
void ra_question_text_free(RaQuestionText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaQuestionText, ra_question_text_free)
/* What became of a question that was settled without the novice: HOW as in Host1.Settled. NULL
 * where there is nothing to say. The caller frees it. */
char *ra_question_text_settled(const char *how, GVariant *details);
