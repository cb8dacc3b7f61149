/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/tnef.h"

#include "mailer/unpack/outlook-rtf.h"

#include <string.h>

/* Attributes (MS-OXTNEF 2.1.3.2), the type included. */
enum {
    ATT_FROM = 0x00008000,
    ATT_SUBJECT = 0x00018004,
    ATT_DATE_SENT = 0x00038005,
    ATT_BODY = 0x0002800C,
    ATT_DATA = 0x0006800F,
    ATT_TITLE = 0x00018010,
    ATT_TRANSPORT_NAME = 0x00069001,
    ATT_REND_DATA = 0x00069002,
    ATT_MAPI_PROPS = 0x00069003,
    ATT_ATTACHMENT = 0x00069005,
    ATT_CODE_PAGE = 0x00069007,
};

enum { SIGNATURE = 6, LEVEL_MESSAGE = 1, LEVEL_ATTACHMENT = 2, OBJECT_ID = 16 };

/* Bytes that are left. */
typedef struct {
    const guint8 *data;
    gsize size;
} Span;

/* Takes SIZE bytes, or what there is of them. TRUE if that is all of them. */
static gboolean cut(Span *from, gsize size, Span *out)
{
    const gsize n = MIN(size, from->size);
    *out = (Span){from->data, n};
    from->data += n;
    from->size -= n;
    return n == size;
}

/* A number of SIZE bytes, lowest first; 0 where there are not so many. */
static guint64 number(Span *from, gsize size)
{
    Span bytes;
    guint64 value = 0;
    if (!cut(from, size, &bytes))
        return 0;
    for (gsize i = size; i-- > 0;)
        value = value << 8 | bytes.data[i];
    return value;
}

typedef struct {
    guint level;
    guint32 id;
    Span value;
} Attribute;

/* FALSE at the end; *WHOLE becomes FALSE where that is not where it should be. */
static gboolean next_attribute(Span *left, Attribute *out, gboolean *whole)
{
    if (left->size == 0)
        return FALSE;
    if (left->size < 9) {
        *whole = FALSE;
        return FALSE;
    }
    Span checksum;
    out->level = (guint)number(left, 1);
    out->id = (guint32)number(left, 4);
    if (out->level != LEVEL_MESSAGE && out->level != LEVEL_ATTACHMENT) {
        *whole = FALSE;
        return FALSE;
    }
    const gboolean value = cut(left, (gsize)number(left, 4), &out->value);
    *whole = cut(left, 2, &checksum) && value && *whole;
    return TRUE;
}

typedef struct {
    RaMapi mapi;
    Span body, rtf, html, data;
    guint16 body_type, html_type;
    gboolean object; /* DATA is a message in TNEF */
} Item;

static gboolean is_variable(guint16 type)
{
    return type == RA_MAPI_STRING8 || type == RA_MAPI_STRING || type == RA_MAPI_BINARY ||
           type == RA_MAPI_OBJECT;
}

/* Bytes of a value of a fixed TYPE, with its padding; 0 for one that there is not. */
static gsize fixed_size(guint16 type)
{
    switch (type) {
    case RA_MAPI_INTEGER16:
    case RA_MAPI_INTEGER32:
    case 0x0004: /* a float */
    case 0x000A: /* an error */
    case 0x000B: /* yes or no */
        return 4;
    case 0x0005: /* a double */
    case 0x0006: /* money */
    case 0x0007: /* a date in days */
    case 0x0014: /* 64 bits */
    case RA_MAPI_TIME:
        return 8;
    case 0x0048: /* a GUID */
        return 16;
    default:
        return 0;
    }
}

static gboolean is_message(const Span *value)
{
    static const guint8 message[OBJECT_ID] = {0x07, 0x03, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00,
                                              0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46};
    return value->size > OBJECT_ID && memcmp(value->data, message, OBJECT_ID) == 0;
}

static void take_data(Item *item, guint16 type, Span value)
{
    if (type == RA_MAPI_BINARY) {
        item->data = value;
        item->object = FALSE;
    } else if (type == RA_MAPI_OBJECT && is_message(&value)) {
        item->data = (Span){value.data + OBJECT_ID, value.size - OBJECT_ID};
        item->object = TRUE;
    }
}

static void take_value(Item *item, guint16 id, guint16 type, Span value)
{
    if (!is_variable(type)) {
        ra_mapi_take_number(&item->mapi, id, type, number(&value, MIN(value.size, 8)));
    } else if (id == RA_MAPI_BODY) {
        item->body = value;
        item->body_type = type;
    } else if (id == RA_MAPI_HTML) {
        item->html = value;
        item->html_type = type;
    } else if (id == RA_MAPI_RTF) {
        item->rtf = value;
    } else if (id == RA_MAPI_DATA) {
        take_data(item, type, value);
    } else {
        ra_mapi_take_text(&item->mapi, id, type, value.data, value.size);
    }
}

/* A named property's name (MS-OXTNEF 2.1.3.4): a GUID, then a number or a text. */
static gboolean skip_name(Span *left)
{
    Span skipped;
    (void)cut(left, OBJECT_ID, &skipped);
    if (number(left, 4) == 0)
        return cut(left, 4, &skipped);
    const gsize size = (gsize)number(left, 4);
    return size <= left->size && cut(left, size + (4 - size % 4) % 4, &skipped);
}

/* One property. FALSE where it is nonsense or cut short. */
static gboolean take_property(Item *item, Span *left)
{
    const guint16 tag = (guint16)number(left, 2), id = (guint16)number(left, 2);
    const guint16 type = tag & (guint16)~RA_MAPI_MULTIPLE;
    if (id >= 0x8000 && !skip_name(left))
        return FALSE;
    guint64 count = is_variable(type) || type != tag ? number(left, 4) : 1;
    for (gboolean taken = FALSE; count > 0; count--) {
        Span value, padding;
        if (left->size == 0)
            return FALSE;
        const gsize size = is_variable(type) ? (gsize)number(left, 4) : fixed_size(type);
        if (size == 0 && !is_variable(type))
            return FALSE;
        const gboolean whole = cut(left, size, &value);
        if (!taken && (whole || is_variable(type)) && id < 0x8000)
            take_value(item, id, type, value);
        taken = TRUE;
        if (!whole || !cut(left, (4 - size % 4) % 4, &padding))
            return left->size == 0 && whole;
    }
    return TRUE;
}

static gboolean take_properties(Item *item, Span left)
{
    for (guint64 count = number(&left, 4); count > 0; count--) {
        if (left.size < 4 || !take_property(item, &left))
            return FALSE;
    }
    return TRUE;
}

/* The length of a text that a NUL may end. */
static gsize text_size(const Span *value)
{
    return value->size > 0 ? strnlen((const char *)value->data, value->size) : 0;
}

/* attFrom, a triple (2.1.3.3.1): what it is, its size, those of the name and the address. */
static void take_from(Item *item, Span value)
{
    Span name, address;
    (void)number(&value, 4);
    const gsize name_size = (gsize)number(&value, 2), address_size = (gsize)number(&value, 2);
    (void)cut(&value, name_size, &name);
    (void)cut(&value, address_size, &address);
    if (address.size > 5 && g_ascii_strncasecmp((const char *)address.data, "SMTP:", 5) == 0)
        (void)number(&address, 5);
    ra_mapi_set(&item->mapi, RA_MAPI_SENDER_NAME, 1, FALSE, name.data, text_size(&name));
    ra_mapi_set(&item->mapi, RA_MAPI_SENDER_ADDRESS, 1, FALSE, address.data, text_size(&address));
}

/* Year, month, day, hour, minute, second (2.1.3.3.2), in UTC. */
static void take_date(Item *item, Span value)
{
    int parts[6];
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        parts[i] = (int)number(&value, 2);
    g_autoptr(GDateTime) time = parts[0] >= 1970 ? g_date_time_new_utc(parts[0], parts[1], parts[2],
                                                                       parts[3], parts[4], parts[5])
                                                 : NULL;
    if (time != NULL && item->mapi.date_rank == 0)
        item->mapi.date = g_date_time_to_unix(time);
}

/* What describes the message. */
static gboolean take_message_attribute(Item *item, const Attribute *attribute)
{
    Span value = attribute->value;
    switch (attribute->id) {
    case ATT_MAPI_PROPS:
        return take_properties(item, value);
    case ATT_FROM:
        take_from(item, value);
        break;
    case ATT_SUBJECT:
        ra_mapi_set(&item->mapi, RA_MAPI_SUBJECT, 1, FALSE, value.data, text_size(&value));
        break;
    case ATT_DATE_SENT:
        take_date(item, value);
        break;
    case ATT_BODY:
        if (item->body.size == 0) {
            item->body = value;
            item->body_type = RA_MAPI_STRING8;
        }
        break;
    case ATT_CODE_PAGE:
        if (item->mapi.code_page == 0)
            item->mapi.code_page = (guint32)number(&value, 4);
        break;
    default:
        break;
    }
    return TRUE;
}

static void give_part(RaOutlookMail *mail, const char *type, const char *charset,
                      const RaMapi *attachment, Span data)
{
    if (data.size == 0)
        return;
    ra_outlook_mail_part(mail, type, charset, attachment);
    ra_outlook_mail_push(mail, data.data, data.size);
    ra_outlook_mail_end_part(mail);
}

static gboolean give_bodies(RaOutlookMail *mail, const Item *item)
{
    const guint32 html_page =
        item->mapi.html_code_page != 0 ? item->mapi.html_code_page : item->mapi.code_page;
    g_autofree char *charset =
        ra_mapi_charset(item->body_type == RA_MAPI_STRING ? 1200 : item->mapi.code_page);
    g_autofree char *html_charset =
        ra_mapi_charset(item->html_type == RA_MAPI_STRING ? 1200 : html_page);
    give_part(mail, "text/plain", charset, NULL, item->body);
    give_part(mail, "text/html", html_charset, NULL, item->html);
    if (item->rtf.size == 0)
        return TRUE;
    RaOutlookRtf *rtf = ra_outlook_rtf_new(mail);
    ra_outlook_rtf_push(rtf, item->rtf.data, item->rtf.size);
    return ra_outlook_rtf_end(rtf);
}

static gboolean give_attachment(RaOutlookMail *mail, Item *item, guint32 code_page)
{
    gboolean whole = TRUE;
    if (item->mapi.code_page == 0)
        item->mapi.code_page = code_page;
    if (item->object && ra_tnef_is(item->data.data, item->data.size))
        whole = ra_tnef_unpack(mail, &item->mapi, item->data.data, item->data.size);
    else
        give_part(mail, "", "", &item->mapi, item->data);
    ra_mapi_clear(&item->mapi);
    *item = (Item){0};
    return whole;
}

/* attAttachRendData comes first of what belongs to an attachment (2.1.3.1). */
static gboolean give_attachments(RaOutlookMail *mail, Span left, guint32 code_page)
{
    Item item = {0};
    Attribute attribute;
    gboolean whole = TRUE;
    while (next_attribute(&left, &attribute, &whole) && !ra_outlook_mail_is_full(mail)) {
        if (attribute.level != LEVEL_ATTACHMENT)
            continue;
        if (attribute.id == ATT_REND_DATA)
            whole = give_attachment(mail, &item, code_page) && whole;
        else if (attribute.id == ATT_ATTACHMENT)
            whole = take_properties(&item, attribute.value) && whole;
        else if (attribute.id == ATT_DATA && !item.object)
            item.data = attribute.value;
        else if (attribute.id == ATT_TITLE || attribute.id == ATT_TRANSPORT_NAME)
            ra_mapi_set(&item.mapi, RA_MAPI_FILE_NAME, 1, FALSE, attribute.value.data,
                        text_size(&attribute.value));
    }
    return give_attachment(mail, &item, code_page) && whole;
}

gboolean ra_tnef_is(const guint8 *data, gsize size)
{
    return size >= SIGNATURE && memcmp(data, "\x78\x9F\x3E\x22", 4) == 0;
}

gboolean ra_tnef_unpack(RaOutlookMail *mail, const RaMapi *attachment, const guint8 *data,
                        gsize size)
{
    Span left = {data, size}, signature;
    (void)cut(&left, SIGNATURE, &signature);
    const Span start = left;
    Item item = {0};
    Attribute attribute;
    gboolean whole = TRUE;
    while (next_attribute(&left, &attribute, &whole)) {
        if (attribute.level == LEVEL_MESSAGE)
            whole = take_message_attribute(&item, &attribute) && whole;
    }
    if (ra_outlook_mail_open(mail, &item.mapi, attachment)) {
        whole = give_bodies(mail, &item) && whole;
        whole = give_attachments(mail, start, item.mapi.code_page) && whole;
        ra_outlook_mail_close(mail);
    }
    ra_mapi_clear(&item.mapi);
    return whole;
}
