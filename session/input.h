/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came and waits to be consumed: one buffer that grows to what is needed. */
#pragma once

#include <glib.h>

/* All zero is an empty one. */
typedef struct {
    guint8 *bytes;
    gsize came, consumed, room; /* there, done with, allocated */
} RaInput;

void ra_input_clear(RaInput *input);
/* Room for SIZE bytes behind what came; add what was written there to `came`. It may hold a key:
 * what is moved or freed on the way is wiped. */
guint8 *ra_input_room(RaInput *input, gsize size);
/* WIPE: SIZE bytes that may hold a secret; pixels do not. */
void ra_input_consume(RaInput *input, gsize size, gboolean wipe);
