/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/mapi.h"

#include <string.h>

/* Which property fills which text. Of those that are there, the one with the highest rank does. */
static const struct {
    guint16 id;
    RaMapiText text;
    guint rank;
} kept[] = {
    {0x0037, RA_MAPI_SUBJECT, 2},        /* PidTagSubject */
    {0x007D, RA_MAPI_HEADERS, 1},        /* PidTagTransportMessageHeaders */
    {0x1035, RA_MAPI_MESSAGE_ID, 1},     /* PidTagInternetMessageId */
    {0x0042, RA_MAPI_NAME, 2},           /* PidTagSentRepresentingName */
    {0x5D02, RA_MAPI_ADDRESS, 3},        /* PidTagSentRepresentingSmtpAddress */
    {0x0065, RA_MAPI_ADDRESS, 2},        /* PidTagSentRepresentingEmailAddress */
    {0x0C1A, RA_MAPI_SENDER_NAME, 2},    /* PidTagSenderName */
    {0x5D01, RA_MAPI_SENDER_ADDRESS, 3}, /* PidTagSenderSmtpAddress */
    {0x0C1F, RA_MAPI_SENDER_ADDRESS, 2}, /* PidTagSenderEmailAddress */
    {0x3707, RA_MAPI_FILE_NAME, 4},      /* PidTagAttachLongFilename */
    {0x3704, RA_MAPI_FILE_NAME, 3},      /* PidTagAttachFilename */
    {0x3001, RA_MAPI_FILE_NAME, 2},      /* PidTagDisplayName */
    {0x370E, RA_MAPI_TYPE, 1},           /* PidTagAttachMimeTag */
};

void ra_mapi_clear(RaMapi *mapi)
{
    for (gsize i = 0; i < RA_MAPI_TEXTS; i++) {
        if (mapi->texts[i].bytes != NULL)
            g_byte_array_unref(mapi->texts[i].bytes);
    }
    *mapi = (RaMapi){0};
}

gboolean ra_mapi_keeps(guint16 id)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        if (kept[i].id == id)
            return TRUE;
    }
    return FALSE;
}

/* An address of Exchange's own ("/O=ACME/...") is none that a person knows. */
static gboolean is_useful(RaMapiText text, const guint8 *data, gsize size)
{
    const gboolean address = text == RA_MAPI_ADDRESS || text == RA_MAPI_SENDER_ADDRESS;
    return size > 0 && (!address || memchr(data, '@', size) != NULL);
}

void ra_mapi_set(RaMapi *mapi, RaMapiText text, guint rank, gboolean wide, const void *data,
                 gsize size)
{
    if (!is_useful(text, data, size) ||
        (mapi->texts[text].bytes != NULL && mapi->texts[text].rank >= rank))
        return;
    if (mapi->texts[text].bytes != NULL)
        g_byte_array_unref(mapi->texts[text].bytes);
    mapi->texts[text].bytes = g_byte_array_new();
    g_byte_array_append(mapi->texts[text].bytes, data, (guint)MIN(size, (gsize)RA_MAPI_TEXT_MAX));
    mapi->texts[text].wide = wide;
    mapi->texts[text].rank = rank;
}

void ra_mapi_take_text(RaMapi *mapi, guint16 id, guint16 type, const void *data, gsize size)
{
    const guint16 one = type & (guint16)~RA_MAPI_MULTIPLE;
    if (one != RA_MAPI_STRING && one != RA_MAPI_STRING8)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        if (kept[i].id == id)
            ra_mapi_set(mapi, kept[i].text, kept[i].rank, one == RA_MAPI_STRING, data, size);
    }
}

static void take_time(RaMapi *mapi, guint rank, guint64 value)
{
    enum { TICKS = 10 * 1000 * 1000 };
    const gint64 from_1601_to_1970 = G_GINT64_CONSTANT(11644473600);
    const gint64 date = (gint64)(value / TICKS) - from_1601_to_1970;
    if (date <= 0 || date >= G_GINT64_CONSTANT(253402300800) || mapi->date_rank >= rank)
        return; /* 1970 to 9999 */
    mapi->date = date;
    mapi->date_rank = rank;
}

void ra_mapi_take_number(RaMapi *mapi, guint16 id, guint16 type, guint64 value)
{
    if (id == 0x0039 && type == RA_MAPI_TIME) /* PidTagClientSubmitTime */
        take_time(mapi, 2, value);
    else if (id == 0x0E06 && type == RA_MAPI_TIME) /* PidTagMessageDeliveryTime */
        take_time(mapi, 1, value);
    else if (id == 0x3FFD && type == RA_MAPI_INTEGER32) /* PidTagMessageCodepage */
        mapi->code_page = (guint32)value;
    else if (id == 0x3FDE && type == RA_MAPI_INTEGER32) /* PidTagInternetCodepage */
        mapi->html_code_page = (guint32)value;
    else if (id == 0x3705 && type == RA_MAPI_INTEGER32) /* PidTagAttachMethod */
        mapi->method = (guint32)value;
}

char *ra_mapi_charset(guint32 code_page)
{
    static const struct {
        guint32 code_page;
        const char *charset;
    } names[] = {
        {0, ""},
        {874, "windows-874"},
        {932, "shift_jis"},
        {936, "gbk"},
        {949, "cp949"},
        {950, "big5"},
        {1200, "utf-16le"},
        {1201, "utf-16be"},
        {20127, "us-ascii"},
        {20866, "koi8-r"},
        {20932, "euc-jp"},
        {20936, "gb2312"},
        {21866, "koi8-u"},
        {50220, "iso-2022-jp"},
        {50221, "iso-2022-jp"},
        {50222, "iso-2022-jp"},
        {50225, "iso-2022-kr"},
        {51932, "euc-jp"},
        {51936, "gb2312"},
        {51949, "euc-kr"},
        {54936, "gb18030"},
        {65000, "utf-7"},
        {65001, "utf-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].code_page == code_page)
            return g_strdup(names[i].charset);
    }
    if (code_page >= 1250 && code_page <= 1258)
        return g_strdup_printf("windows-%u", code_page);
    if (code_page >= 28591 && code_page <= 28605)
        return g_strdup_printf("iso-8859-%u", code_page - 28590);
    return g_strdup_printf("cp%u", code_page);
}

/* Of TEXT: what no header may have goes. */
static char *without_controls(const char *text, gsize size)
{
    GString *out = g_string_sized_new(size);
    for (gsize i = 0; i < size && text[i] != '\0'; i++) {
        const guchar c = (guchar)text[i];
        if ((c >= ' ' && c != 0x7F) || c == '\t' || c == '\r' || c == '\n')
            g_string_append_c(out, text[i]);
    }
    return g_string_free(out, FALSE);
}

/* Half a surrogate pair, which only a broken or a cut text has, becomes a question mark. */
static char *from_wide(const GByteArray *bytes)
{
    GString *out = g_string_sized_new(bytes->len);
    for (guint i = 0; i + 1 < bytes->len; i += 2) {
        gunichar c = (gunichar)(bytes->data[i] | bytes->data[i + 1] << 8);
        if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes->len && bytes->data[i + 3] >> 2 == 0x37) {
            const gunichar low = (gunichar)(bytes->data[i + 2] | bytes->data[i + 3] << 8);
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        if (c == 0)
            break;
        g_string_append_unichar(out, c >= 0xD800 && c < 0xE000 ? '?' : c);
    }
    char *text = without_controls(out->str, out->len);
    g_string_free(out, TRUE);
    return text;
}

char *ra_mapi_get(const RaMapi *mapi, RaMapiText text, char **charset)
{
    const GByteArray *bytes = mapi->texts[text].bytes;
    if (bytes == NULL)
        return NULL;
    g_autofree char *value = mapi->texts[text].wide
                                 ? from_wide(bytes)
                                 : without_controls((const char *)bytes->data, bytes->len);
    if (*value == '\0')
        return NULL;
    *charset = mapi->texts[text].wide ? g_strdup("") : ra_mapi_charset(mapi->code_page);
    return g_steal_pointer(&value);
}
