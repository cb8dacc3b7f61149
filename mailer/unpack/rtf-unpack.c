/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/rtf-unpack.h"

#include "mailer/unpack/rtf-text.h"

#include <string.h>

enum { WINDOW = 4096, HEADER = 16, MAGIC_AT = 8 };

/* What the window holds before the first byte (MS-OXRTFCP 2.1.3.1.2). */
static const char first[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
G_STATIC_ASSERT(sizeof first - 1 == 207);

struct _RaRtf {
    RaRtfText *text;
    guint8 header[HEADER]; /* COMPSIZE, RAWSIZE, COMPTYPE, CRC */
    gsize header_size;
    gboolean plain, compressed; /* by COMPTYPE, once the header is there; neither: nonsense */
    gboolean over;              /* the mark at the end has come */
    char window[WINDOW];
    guint at;    /* in the window: where the next byte goes */
    guint flags; /* that are left, lowest first */
    guint n_flags;
    gboolean half; /* the first byte of a reference has come: */
    guint8 first_half;
    gsize given; /* bytes of RTF */
};

RaRtf *ra_rtf_new(RaRtfFunc func, gpointer user)
{
    RaRtf *rtf = g_new0(RaRtf, 1);
    rtf->text = ra_rtf_text_new(func, user);
    rtf->at = sizeof first - 1;
    memcpy(rtf->window, first, rtf->at);
    return rtf;
}

static void give(RaRtf *rtf, const char *data, gsize size)
{
    const gsize n = MIN(size, (gsize)RA_RTF_MAX - rtf->given);
    ra_rtf_text_push(rtf->text, data, n);
    rtf->given += n;
    rtf->over = rtf->over || rtf->given == RA_RTF_MAX;
}

static void put(RaRtf *rtf, char c)
{
    rtf->window[rtf->at] = c;
    rtf->at = (rtf->at + 1) % WINDOW;
    give(rtf, &c, 1);
}

/* 12 bits of place, 4 of length; the place that is written next ends it all. */
static void take_reference(RaRtf *rtf, guint8 second)
{
    guint from = (guint)rtf->first_half << 4 | second >> 4;
    if (from == rtf->at) {
        rtf->over = TRUE;
        return;
    }
    for (guint n = (second & 0xF) + 2; n > 0 && !rtf->over; n--) {
        put(rtf, rtf->window[from]);
        from = (from + 1) % WINDOW;
    }
}

static void take(RaRtf *rtf, guint8 byte)
{
    if (rtf->half) {
        rtf->half = FALSE;
        take_reference(rtf, byte);
        return;
    }
    if (rtf->n_flags == 0) {
        rtf->flags = byte;
        rtf->n_flags = 8;
        return;
    }
    const gboolean reference = rtf->flags & 1;
    rtf->flags >>= 1;
    rtf->n_flags--;
    if (reference) {
        rtf->half = TRUE;
        rtf->first_half = byte;
    } else {
        put(rtf, (char)byte);
    }
}

void ra_rtf_push(RaRtf *rtf, const guint8 *data, gsize size)
{
    const gsize head = MIN(size, HEADER - rtf->header_size);
    if (head > 0) {
        memcpy(rtf->header + rtf->header_size, data, head);
        rtf->header_size += head;
        data += head;
        size -= head;
    }
    if (rtf->header_size < HEADER)
        return;
    rtf->compressed = memcmp(rtf->header + MAGIC_AT, "LZFu", 4) == 0;
    rtf->plain = memcmp(rtf->header + MAGIC_AT, "MELA", 4) == 0;
    if (rtf->plain)
        give(rtf, (const char *)data, size);
    for (gsize i = 0; rtf->compressed && i < size && !rtf->over; i++)
        take(rtf, data[i]);
}

gboolean ra_rtf_end(RaRtf *rtf)
{
    if (rtf == NULL)
        return TRUE;
    /* Some writers leave the mark at the end out: RAWSIZE tells. */
    const gsize size = (gsize)rtf->header[4] | (gsize)rtf->header[5] << 8 |
                       (gsize)rtf->header[6] << 16 | (gsize)rtf->header[7] << 24;
    const gboolean whole = (rtf->plain || rtf->compressed) && (rtf->over || rtf->given >= size);
    ra_rtf_text_end(rtf->text);
    g_free(rtf);
    return whole;
}
