/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ending.h"

void ra_ending_tell(RaChannel *channel, RaGoodbye reason, gboolean ours, const char *text)
{
    RaIpcMessage ended = {.kind = RA_IPC_ENDED};
    ended.ended.reason = reason;
    ended.ended.ours = ours;
    /* g_strlcpy() may cut a character in half, which the other side would refuse to read. */
    g_autofree char *whole = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), 60));
    g_strlcpy(ended.ended.text, whole, sizeof ended.ended.text);
    (void)ra_channel_send(channel, &ended, -1);
    ra_channel_flush(channel, RA_ENDING_FLUSH_SECONDS);
}
