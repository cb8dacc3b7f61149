/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktop that a session shares: makes the three seams anew for each session. X11 is one
 * (host/x11.h), memory another for tests. */
#pragma once

#include "assist/clipboard.h"
#include "host/guard.h"
#include "host/input.h"
#include "host/pointing.h"
#include "host/screen.h"
#include "host/sign.h"

typedef struct {
    RaScreen *(*screen)(gpointer data, GError **error);
    /* Without input a session is view only. */
    RaInput *(*input)(gpointer data, GError **error);
    RaSign *(*sign)(const RaSignEvents *events, gpointer events_data, gpointer data,
                    GError **error);
    /* Where the helper points; may be NULL or fail: then there is none. */
    RaPointing *(*pointing)(gpointer data, GError **error);
    /* The desktop's clipboard; may be NULL or fail: then it is not shared. */
    RaSelection *(*selection)(gpointer data, GError **error);
    /* What is seen of how questions are answered; may be NULL or fail: then nothing can be injected
     * either that would have to be told from a person. */
    RaGuard *(*guard)(gpointer data, GError **error);
    gpointer data;
} RaDesktop;
