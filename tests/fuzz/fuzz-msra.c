/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Microsoft's invitations, and the connection strings inside them (which begin with '1' or '2'
 * here), that no fuzzer would find behind their seal. */
#include "ticket/msra-internal.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_string(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    if (!g_utf8_validate(text, -1, NULL))
        return;
    RaMsraOpened *opened =
        data[0] == '1' ? ra_msra_read_string1(text, NULL) : ra_msra_read_string2(text, NULL);
    if (opened != NULL)
        g_assert_cmpuint(g_strv_length(opened->hosts) + g_strv_length(opened->uris), >, 0);
    ra_msra_opened_free(opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char guess[] = "48BJQ853X3B4";
    if (size > 0 && (data[0] == '1' || data[0] == '2')) {
        read_string(data, size);
        return 0;
    }
    (void)ra_msra_looks_like(data, size);
    g_autoptr(RaMsra) msra = ra_msra_parse(data, size, NULL);
    if (msra == NULL)
        return 0;
    g_assert_true(g_utf8_validate(ra_msra_name(msra), -1, NULL));
    g_autoptr(RaSecret) password = ra_secret_new_copy(guess, strlen(guess));
    g_autoptr(RaMsraOpened) opened = ra_msra_open(msra, password, NULL);
    g_autoptr(RaSecret) blob = ra_msra_expert_blob(msra, "Expert", password, NULL);
    g_assert_true(opened != NULL || ra_msra_version(msra) == 2);
    g_assert_true(blob != NULL || ra_msra_pass_stub(msra) == NULL);
    return 0;
}
