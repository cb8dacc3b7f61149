/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files, and links in texts, as the other end gives them. */
#include "assist/file-name.h"
#include "assist/history.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

static void take_name(const char *text)
{
    g_autofree char *name = ra_file_name_clean(text);
    g_autofree char *again = ra_file_name_clean(name);
    g_autofree char *second = ra_file_name_numbered(name, 2);
    const char *const made[] = {name, second};
    for (gsize i = 0; i < G_N_ELEMENTS(made); i++) {
        g_assert(made[i][0] != '\0' && made[i][0] != '.' && made[i][0] != '-');
        g_assert(strlen(made[i]) <= RA_FILE_NAME_MAX && strchr(made[i], '/') == NULL);
        g_assert(ra_text_is_plain_line(made[i]));
    }
    g_assert(strcmp(name, again) == 0);
    (void)ra_file_name_can_run(name);
}

static void take_links(const char *text)
{
    g_autofree char *shown = ra_text_message(text, RA_TEXT_MESSAGE_MAX);
    g_autoptr(GArray) links = ra_history_links(shown);
    gsize before = 0;
    g_assert(links->len % 2 == 0);
    for (guint i = 0; i < links->len; i += 2) {
        const gsize start = g_array_index(links, gsize, i);
        const gsize end = g_array_index(links, gsize, i + 1);
        g_assert(before <= start && start < end && end <= strlen(shown));
        g_assert(g_utf8_validate(shown + start, (gssize)(end - start), NULL));
        before = end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_malloc(size + 1);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    take_name(text);
    take_links(text);
    (void)ra_file_head_can_run(data, MIN(size, RA_FILE_HEAD_SIZE));
    return 0;
}
