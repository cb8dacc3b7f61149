/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-open --json prints: one object, also for failures. Its fields are documented in
 * ra-open(1). */
#pragma once

#include "mailer/open/list.h"
#include "mailer/open/opening.h"

/* What came of a call; borrowed by ra_open_report(). */
typedef struct {
    const RaExtraction *extraction; /* NULL where the input could not be read */
    const GPtrArray *sorted;        /* of RaFound; NULL as above */
    guint chosen;                   /* number in SORTED, from 1; 0 where none was */
    gint64 now;
    RaOpened opened;     /* what came of it; both NULL unless it was opened */
    gboolean tried;      /* it was tried to open it */
    const char *saved;   /* the file that the ticket was saved to, or NULL */
    gboolean connecting; /* the viewer, or FreeRDP, is started next */
    const GError *error; /* NULL on success */
} RaOpenResult;

/* The object, with a line end. Caller frees. */
char *ra_open_report(const RaOpenResult *result);
