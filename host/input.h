/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the helper's input goes, and how the novice's own ESC is noticed: a vtable beside
 * host/screen.h. The caller has checked that control is granted. */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef struct _RaInput RaInput;

typedef struct {
    /* ESC was pressed on a real keyboard (never an injected one). */
    void (*escape)(gpointer data);
    /* The novice used mouse or keyboard. */
    void (*novice_active)(gpointer data);
    /* The Pause key was pressed on a real keyboard: hide the screen, or show it again. May be NULL.
     */
    void (*pause)(gpointer data);
} RaInputEvents;

typedef struct {
    /* Starts to watch the novice's devices. */
    gboolean (*start)(RaInput *input, const RaInputEvents *events, gpointer data, GError **error);
    /* Takes RA_IPC_POINTER (inside the screen: cut to it otherwise) and RA_IPC_KEY_PRESS. From the
     * moment that ESC was pressed until escape() is called, nothing is injected. */
    void (*inject)(RaInput *input, const RaIpcMessage *event);
    /* Releases every key and button that was injected and is still down. */
    void (*release_all)(RaInput *input);
    void (*free)(RaInput *input);
} RaInputClass;

struct _RaInput {
    const RaInputClass *class;
};

static inline void ra_input_free(RaInput *input)
{
    if (input != NULL)
        input->class->free(input);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInput, ra_input_free)
