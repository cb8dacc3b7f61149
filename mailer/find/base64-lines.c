/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/base64-lines.h"

enum { JUNK = 0x40, PAD = 0x80 };

/* The value of each letter, or JUNK or PAD. */
static const guint8 *alphabet(void)
{
    static guint8 values[256];
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        for (guint i = 0; i < 256; i++)
            values[i] = JUNK;
        for (guint8 i = 0; i < 26; i++) {
            values['A' + i] = i;
            values['a' + i] = 26 + i;
        }
        for (guint8 i = 0; i < 10; i++)
            values['0' + i] = 52 + i;
        values['+'] = 62;
        values['/'] = 63;
        values['='] = PAD;
        g_once_init_leave(&once, 1);
    }
    return values;
}

/* Two letters are one byte, three are two; a single one is nothing. */
static char *end_at_padding(RaBase64 *state, char *out)
{
    if (state->letters >= 2)
        *out++ = (char)(state->bits >> (state->letters == 2 ? 4 : 10));
    if (state->letters == 3)
        *out++ = (char)(state->bits >> 2);
    *state = (RaBase64){0};
    return out;
}

static char *put_three(char *out, guint32 bits)
{
    *out++ = (char)(bits >> 16);
    *out++ = (char)(bits >> 8);
    *out++ = (char)bits;
    return out;
}

gsize ra_base64_step(RaBase64 *state, const char *data, gsize size, char *out)
{
    const guint8 *values = alphabet();
    const guint8 *p = (const guint8 *)data, *end = p + size;
    char *start = out;
    while (p < end) {
        while (state->letters == 0 && end - p >= 4) { /* four letters in a row */
            const guint8 a = values[p[0]], b = values[p[1]], c = values[p[2]], d = values[p[3]];
            if (((a | b | c | d) & (JUNK | PAD)) != 0)
                break;
            out = put_three(out, (guint32)a << 18 | (guint32)b << 12 | (guint32)c << 6 | d);
            p += 4;
        }
        if (p == end)
            break;
        const guint8 value = values[*p++];
        if (value == PAD) {
            out = end_at_padding(state, out);
        } else if (value != JUNK) {
            state->bits = state->bits << 6 | value;
            if (++state->letters == 4) {
                out = put_three(out, state->bits);
                *state = (RaBase64){0};
            }
        }
    }
    return (gsize)(out - start);
}
