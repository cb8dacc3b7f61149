/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a helper may do, or may ask for. Bits; the same numbers travel in tickets' sealed part
 * (by name), in the assistance messages and across the worker's socketpair. */
#pragma once

typedef enum {
    RA_RIGHT_VIEW = 1 << 0,
    RA_RIGHT_CONTROL = 1 << 1,
} RaRights;

#define RA_RIGHTS_ALL (RA_RIGHT_VIEW | RA_RIGHT_CONTROL)
