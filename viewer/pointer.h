/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mouse pointer: the remote one's shape over the picture while in control, the system's
 * elsewhere. */
#pragma once

#include "viewer/ui.h"
#include "wire/ipc.h"

typedef struct _RaPointer RaPointer;

RaPointer *ra_pointer_new(void);
void ra_pointer_free(RaPointer *cursor); /* NULL is fine */
/* MESSAGE is RA_IPC_CURSOR; what it points to is copied. An empty shape becomes a small dot, since
 * the helper has to see where the pointer is. */
void ra_pointer_set_shape(RaPointer *cursor, const RaIpcMessage *message);
/* REMOTE: show the remote shape, in PERCENT of its size; else the system's. */
void ra_pointer_show(RaPointer *cursor, gboolean remote, int percent);
/* The helper's own shape, for where the remote one is not shown. */
void ra_pointer_set_own(RaPointer *cursor, RaPointerShape shape);
