/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lasting sign that somebody watches or controls: a vtable beside
 * host/screen.h. On X11 a slim panel at the top of the screen that stays above everything, and a
 * frame around the screen while control is granted (host/x11-sign.h). */
#pragma once

#include "base/rights.h"

#include <glib.h>

typedef struct _RaSign RaSign;

typedef struct {
    void (*take_back)(gpointer data); /* "Stop control" was pressed */
    void (*end)(gpointer data);       /* "End session" was pressed */
} RaSignEvents;

typedef struct {
    /* Shows, or changes what is shown: WHO is safe to show, "" if unknown. */
    void (*show)(RaSign *sign, const char *who, RaRights rights);
    void (*hide)(RaSign *sign);
    void (*free)(RaSign *sign);
} RaSignClass;

struct _RaSign {
    const RaSignClass *class;
};

static inline void ra_sign_free(RaSign *sign)
{
    if (sign != NULL)
        sign->class->free(sign);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSign, ra_sign_free)
