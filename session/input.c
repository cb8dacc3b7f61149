/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/input.h"

#include <string.h>

enum { ROOM_KEPT = 1024 * 1024 }; /* bytes of an empty buffer that are not given back */

void ra_input_clear(RaInput *input)
{
    if (input->came > 0)
        explicit_bzero(input->bytes, input->came);
    g_free(input->bytes);
    *input = (RaInput){0};
}

/* To the front; what it leaves behind there is wiped. */
static void move_to_front(RaInput *input)
{
    const gsize left = input->came - input->consumed;
    const gsize stays = MAX(left, input->consumed);
    memmove(input->bytes, input->bytes + input->consumed, left);
    explicit_bzero(input->bytes + stays, input->came - stays);
    input->came = left;
    input->consumed = 0;
}

guint8 *ra_input_room(RaInput *input, gsize size)
{
    /* Moving costs as much as was consumed at the most. */
    if (input->came + size > input->room && input->consumed > 0 &&
        input->consumed >= input->came - input->consumed)
        move_to_front(input);
    if (input->came + size > input->room) {
        RaInput old = *input;
        input->room = MAX(old.room * 2, old.came + size);
        input->bytes = g_malloc(input->room);
        if (old.came > 0)
            memcpy(input->bytes, old.bytes, old.came);
        ra_input_clear(&old);
    }
    return input->bytes + input->came;
}

void ra_input_consume(RaInput *input, gsize size, gboolean wipe)
{
    g_assert(size <= input->came - input->consumed);
    if (wipe && size > 0)
        explicit_bzero(input->bytes + input->consumed, size);
    input->consumed += size;
    if (input->consumed < input->came)
        return;
    input->came = input->consumed = 0;
    if (input->room > ROOM_KEPT)
        ra_input_clear(input);
}
