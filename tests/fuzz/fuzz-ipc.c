/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message between program and worker; the first byte is its direction. What is decoded must be
 * encoded to the same bytes; where numbers of later times were dropped, to as many. */
#include "wire/ipc.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RaIpcMessage message;
    if (size == 0 || !ra_ipc_decode(&message, (RaIpcDirection)data[0], data + 1, size - 1))
        return 0;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert(ra_ipc_encode(&message, bytes));
    g_assert(bytes->len == size - 1);
    g_assert(message.kind == RA_IPC_ASSIST || memcmp(bytes->data, data + 1, size - 1) == 0);
    ra_ipc_message_clear(&message);
    return 0;
}
