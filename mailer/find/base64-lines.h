/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base64 as mail really has it (RFC 2045 6.8), taken piece by piece: whatever is no letter of the
 * alphabet is passed over (quote marks, blanks, junk), lines may have any length, and behind
 * padding it begins anew, as where two encoded texts were joined. Much faster than GMime's decoder,
 * which knows padding only at the end of what it is given.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint32 bits; /* of letters that make no whole byte yet */
    guint letters;
} RaBase64;

/* Decodes SIZE bytes into OUT, which has room for SIZE / 4 * 3 + 3. Returns the bytes written. */
gsize ra_base64_step(RaBase64 *state, const char *data, gsize size, char *out);
