/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks in text that may hold an invitation: armour (ticket/armour.h), also quoted, and files as
 * uuencode puts them there ("begin 644 NAME" ... "end", POSIX uuencode). */
#pragma once

#include "mailer/find/extractor.h"
#include "ticket/armour.h"

typedef struct _RaBlocks RaBlocks;

/* PLACE is borrowed. */
RaBlocks *ra_blocks_new(RaExtractor *extractor, const RaPlace *place);
/* Takes text in a charset that contains ASCII. */
void ra_blocks_push(RaBlocks *blocks, const char *data, gsize size);
/* The end; frees. NULL is fine. */
void ra_blocks_end(RaBlocks *blocks);
