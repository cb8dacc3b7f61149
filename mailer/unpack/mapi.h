/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Outlook knows of a message or of an attachment: the few properties that finding an
 * invitation needs (MS-OXPROPS), as both winmail.dat and .msg files have them. */
#pragma once

#include <glib.h>

enum {
    RA_MAPI_TEXT_MAX = 64 * 1024, /* bytes kept of one text */

    /* Property types (MS-OXCDATA 2.11.1). */
    RA_MAPI_INTEGER16 = 0x0002,
    RA_MAPI_INTEGER32 = 0x0003,
    RA_MAPI_OBJECT = 0x000D,
    RA_MAPI_STRING8 = 0x001E, /* in the message's code page */
    RA_MAPI_STRING = 0x001F,  /* UTF-16LE */
    RA_MAPI_TIME = 0x0040,    /* 100 ns since 1601 */
    RA_MAPI_BINARY = 0x0102,
    RA_MAPI_MULTIPLE = 0x1000, /* added to one of these: any number of values */

    /* Properties that are more than a text or a number. */
    RA_MAPI_BODY = 0x1000,
    RA_MAPI_RTF = 0x1009, /* MS-OXRTFCP */
    RA_MAPI_HTML = 0x1013,
    RA_MAPI_DATA = 0x3701, /* of an attachment */

    RA_MAPI_BY_VALUE = 1, /* PidTagAttachMethod */
    RA_MAPI_EMBEDDED = 5,
};

typedef enum {
    RA_MAPI_SUBJECT,
    RA_MAPI_HEADERS, /* PidTagTransportMessageHeaders */
    RA_MAPI_MESSAGE_ID,
    RA_MAPI_NAME, /* of whoever the message is from */
    RA_MAPI_ADDRESS,
    RA_MAPI_SENDER_NAME, /* of whoever sent it in their place */
    RA_MAPI_SENDER_ADDRESS,
    RA_MAPI_FILE_NAME,
    RA_MAPI_TYPE, /* media type of an attachment */
    RA_MAPI_TEXTS,
} RaMapiText;

typedef struct {
    struct {
        GByteArray *bytes; /* NULL: not there */
        gboolean wide;     /* UTF-16LE; otherwise in CODE_PAGE */
        guint rank;        /* of where it came from: the best one stays */
    } texts[RA_MAPI_TEXTS];
    guint32 code_page;      /* of 8-bit texts; 0: not said */
    guint32 html_code_page; /* of the HTML body; 0: not said */
    gint64 date;            /* seconds since 1970 UTC; 0: not said */
    guint date_rank;
    guint32 method; /* of an attachment; 0: not said */
} RaMapi;

void ra_mapi_clear(RaMapi *mapi);

/* Takes the value of the property ID, if it is one of those kept. */
void ra_mapi_take_text(RaMapi *mapi, guint16 id, guint16 type, const void *data, gsize size);
void ra_mapi_take_number(RaMapi *mapi, guint16 id, guint16 type, guint64 value);
/* TRUE for the ID of a text that is kept. */
gboolean ra_mapi_keeps(guint16 id);
/* The same for what has no property: TNEF's own attributes. RANK: 0 is the least. */
void ra_mapi_set(RaMapi *mapi, RaMapiText text, guint rank, gboolean wide, const void *data,
                 gsize size);

/* The charset's name for CODE_PAGE (MS-UCODEREF): "windows-1252". "" for 0. Caller frees. */
char *ra_mapi_charset(guint32 code_page);
/* The text in UTF-8; in its code page where CHARSET is not "" afterwards. NULL where there is
 * none, or it is empty. Without NULs and control characters but tabs and line ends. Caller frees.
 */
char *ra_mapi_get(const RaMapi *mapi, RaMapiText text, char **charset);
