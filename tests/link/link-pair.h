/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two ends of a link in one process, with the wire between them in the test's hands. */
#pragma once

#include "link/link.h"

#define PAIR_IDENTITY "0123456789abcdef0123456789abcdef"

/* A server's find_key: knows PAIR_IDENTITY alone, whose key is pair_key. DATA is a guint that
 * counts the questions, or NULL. */
extern const guint8 pair_key[RA_LINK_KEY_SIZE];
gboolean pair_find_key(const char *identity, guint8 *key, gpointer data);

/* A wire with a tap: what goes in at ends[0] comes out at ends[1], and the other way round,
 * whenever wire_carry() is called. */
typedef struct {
    int ends[2];         /* for the two links, which close them */
    int inner[2];        /* the tap's own */
    GByteArray *seen[2]; /* all that ends[i] has sent */
    gsize limit[2];      /* bytes of ends[i] that pass before its side is shut; G_MAXSIZE: all */
    gsize flip[2];       /* the byte of ends[i] that arrives altered; G_MAXSIZE: none */
} Wire;

void wire_init(Wire *wire);
void wire_clear(Wire *wire);
/* TRUE if any byte moved. */
gboolean wire_carry(Wire *wire);

/* Steps both until both have succeeded or failed. */
typedef struct {
    RaLinkStatus server, client;
    GError *server_error, *client_error;
} Outcome;
void pair_shake(Wire *wire, RaLink *server, RaLink *client, Outcome *outcome);
void outcome_clear(Outcome *outcome);
