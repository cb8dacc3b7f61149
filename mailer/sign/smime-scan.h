/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first look at a CMS message (RFC 5652), before OpenSSL reads it: what it is, and whether
 * reading it can cost more than its size. Pure. */
#pragma once

#include <glib.h>

typedef enum {
    RA_CMS_NONE,
    RA_CMS_SIGNED,     /* signed-data, RFC 5652 5 */
    RA_CMS_ENVELOPED,  /* enveloped-data, RFC 5652 6; authEnvelopedData, RFC 5083 */
    RA_CMS_COMPRESSED, /* compressed-data, RFC 3274 */
} RaCmsKind;

/* How it is written down. */
typedef enum {
    RA_CMS_BINARY, /* BER */
    RA_CMS_PEM,    /* RFC 7468 9, and older labels */
    RA_CMS_BASE64, /* without any mark */
} RaCmsForm;

enum {
    RA_CMS_HEAD = 256, /* bytes that ra_cms_look() needs */
    RA_CMS_ELEMENTS_MAX = 20000,
    RA_CMS_REST_MAX =
        1024 * 1024, /* bytes of all but the content: certificates, signatures, keys */
    RA_CMS_DEPTH_MAX = 64,
};

/* Judges how DATA begins. *FORM is set unless it is RA_CMS_NONE. */
RaCmsKind ra_cms_look(const char *data, gsize size, RaCmsForm *form);
/* The bytes of a message in FORM that is no BINARY, in place: returns how many there are. */
gsize ra_cms_decode(char *data, gsize size);
/* The size of the element of BER that DATA begins with; 0 where it is malformed, or outside the
 * limits. */
gsize ra_cms_measure(const guint8 *data, gsize size);
/* Reads an element's tag (a high one's first byte) and length; *AT moves behind them. FALSE where
 * they do not end before SIZE. *LENGTH is 0 where *INDEFINITE. */
gboolean ra_cms_read_head(const guint8 *data, gsize size, gsize *at, guint8 *tag, gsize *length,
                          gboolean *indefinite);
