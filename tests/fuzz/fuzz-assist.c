/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hello or assistance messages. First byte: 0 a hello, else who sends. What is decoded can be
 * written, and reads the same. */
#include "wire/assist.h"

#include <stdint.h>
#include <string.h>

static void take_hello(const uint8_t *data, size_t size)
{
    RaHello hello, again;
    gsize used, again_used;
    if (ra_hello_decode(data, size, &hello, &used) != RA_DECODE_OK)
        return;
    g_assert(used <= size);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert(ra_hello_write(&hello, bytes));
    g_assert(ra_hello_decode(bytes->data, bytes->len, &again, &again_used) == RA_DECODE_OK);
    g_assert(again_used == bytes->len && strcmp(hello.name, again.name) == 0 &&
             hello.version == again.version && hello.payload_max == again.payload_max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 0) {
        take_hello(data + 1, size - 1);
        return 0;
    }
    const RaAssistFrom from = data[0] & 1 ? RA_ASSIST_FROM_HELPER : RA_ASSIST_FROM_NOVICE;
    RaAssist message;
    gsize used = 0;
    for (size_t at = 1;
         ra_assist_decode(data + at, size - at, from, &message, &used) == RA_DECODE_OK;
         at += used) {
        g_assert(used > 0 && used <= size - at);
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        if (message.kind != RA_ASSIST_SKIPPED)
            g_assert(ra_assist_write(&message, from, bytes) && bytes->len == used);
    }
    return 0;
}
