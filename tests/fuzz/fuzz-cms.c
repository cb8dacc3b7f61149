/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever CMS message comes, opening it with a key and checking who signed it does no harm. */
#include "mailer/find/extract.h"
#include "mailer/sign/smime-scan.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *key, *ca;
    if (key == NULL) {
        const char *source = g_getenv("RA_SRCDIR") != NULL ? g_getenv("RA_SRCDIR") : ".";
        key = g_build_filename(source, "tests/mailer-open/smime/helper.pem", NULL);
        ca = g_build_filename(source, "tests/mailer-open/smime/ca.pem", NULL);
    }
    const RaExtractOptions options = {.key_file = key, .ca_file = ca};
    g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, &options, &error);
    g_assert_no_error(error);
    RaCmsForm form = RA_CMS_BINARY;
    (void)ra_cms_look((const char *)data, size, &form);
    g_autofree char *text = g_memdup2(size > 0 ? (const char *)data : "", MAX(size, 1));
    if (ra_cms_decode(text, size) > size)
        g_error("Decoding makes more of it");
    for (guint i = 0; i < extraction->found->len; i++) {
        const RaFound *found = extraction->found->pdata[i];
        g_autofree char *signer =
            found->signer != NULL ? ra_signer_describe(found->signer) : g_strdup("");
        if (!g_utf8_validate(signer, -1, NULL))
            g_error("The signer is not text");
    }
    return 0;
}
