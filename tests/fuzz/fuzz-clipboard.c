/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has been copied. First byte: 0 Latin-1, else the content of an extended clipboard message.
 * Text that was read is valid, within its limit, and the same after another way there and back. */
#include "wire/clipboard.h"
#include "wire/rfb.h"

#include <stdint.h>
#include <string.h>

static void check_text(GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    g_assert(size <= RA_CLIPBOARD_TEXT_MAX && g_utf8_validate_len(data, size, NULL));
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (!ra_clip_write_provide(out, text))
        return;
    RaClip clip;
    g_assert(ra_clip_decode(out->data, out->len, &clip));
    g_assert(clip.action == RA_CLIP_PROVIDE && g_bytes_equal(clip.text, text));
    ra_clip_clear(&clip);
    g_autoptr(GBytes) latin1 = ra_clip_to_latin1(text);
    g_assert(g_bytes_get_size(latin1) <= MIN(size, (gsize)RA_RFB_CUT_TEXT_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RaClip clip;
    if (size == 0)
        return 0;
    if (data[0] == 0) {
        g_autoptr(GBytes) text = ra_clip_from_latin1(data + 1, size - 1);
        if (text != NULL)
            check_text(text);
    } else if (ra_clip_decode(data + 1, size - 1, &clip)) {
        if (clip.text != NULL)
            check_text(clip.text);
        ra_clip_clear(&clip);
    }
    return 0;
}
