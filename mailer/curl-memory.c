/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/curl-memory.h"

#include <curl/curl.h>
#include <glib.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static void free_wiped(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

/* realloc() would leave a copy behind when it moves. */
static void *realloc_wiped(void *memory, size_t size)
{
    if (memory == NULL)
        return malloc(size);
    const size_t had = malloc_usable_size(memory);
    if (size <= had)
        return memory;
    void *grown = malloc(size);
    if (grown == NULL)
        return NULL;
    memcpy(grown, memory, had);
    free_wiped(memory);
    return grown;
}

void ra_curl_memory_init(void)
{
    static gsize ready;
    if (!g_once_init_enter(&ready))
        return;
    curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free_wiped, realloc_wiped, strdup, calloc);
    g_once_init_leave(&ready, 1);
}
