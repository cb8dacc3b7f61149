/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two ends of file transfer, joined in memory, each with a folder of its own. */
#pragma once

#include "assist/files.h"

typedef struct _Pair Pair;

typedef struct {
    Pair *pair;
    RaFiles *files;
    char *folder;
    RaPort port;
    GQueue out;            /* of GBytes: what this end said and the other has not heard */
    gboolean accept;       /* says yes to every offer */
    gboolean broke_rules;  /* the other end said something that it may not */
    RaAssistKind dropping; /* messages of this kind are lost, 0: none */
    guint changes;
} End;

struct _Pair {
    End a, b;
    gboolean linked;
    guint64 said; /* messages that were heard */
};

Pair *pair_new(void);
void pair_free(Pair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)

void pair_link(Pair *pair);
/* What is on its way is lost. */
void pair_break(Pair *pair);
/* Runs both ends until nothing happens for a moment. */
void pair_settle(Pair *pair);
/* Runs both ends until this one's transfer is in STATE, or DONE bytes have come; fails after a
 * minute. */
void pair_wait(Pair *pair, End *end, guint handle, RaTransferState state);
void pair_wait_bytes(Pair *pair, End *end, guint handle, guint64 done);

/* A file of SIZE bytes, not all alike, in END's folder; the caller's path. */
char *pair_file(const End *end, const char *name, gsize size);
/* The newest transfer of END. */
const RaTransfer *pair_last(End *end);
void pair_assert_same_file(const char *path, const char *other);
