/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clipboard of the desktop, and when it is shared: only while control is granted, and while
 * both sides have it switched on. Then what is copied at one end can be pasted at the other: UTF-8
 * text, and pictures (PNG). Nothing that was copied before both conditions held is sent, and what
 * came from the other end is not sent back. Passwords that a password manager marks as secret
 * (x-kde-passwordManagerHint) stay here.
 */
#pragma once

#include "assist/port.h"

/* The platform's clipboard: a vtable. X11 through XCB (assist/clipboard-x11.h), SDL's in the viewer
 * elsewhere, memory in tests. */
typedef struct _RaSelection RaSelection;

typedef struct {
    /* Somebody else copied something: read it with read() if wanted. */
    void (*changed)(gpointer data);
    /* Answers read(): BYTES is the callee's to unref; NULL where there is nothing in that format
     * or it is too large. */
    void (*got)(RaClipboardFormat format, GBytes *bytes, gpointer data);
} RaSelectionEvents;

typedef struct {
    void (*watch)(RaSelection *selection, const RaSelectionEvents *events, gpointer data);
    /* Asks for what there is now: got() follows from the main loop, within two seconds, once, with
     * the best format there is (text before a picture). */
    void (*read)(RaSelection *selection);
    /* Takes the clipboard over with this. BYTES is referenced. */
    void (*set)(RaSelection *selection, RaClipboardFormat format, GBytes *bytes);
    void (*free)(RaSelection *selection);
} RaSelectionClass;

struct _RaSelection {
    const RaSelectionClass *class;
};

typedef struct _RaClipboard RaClipboard;

/* SELECTION is the clipboard's from now on (NULL: this desktop has none, all calls do nothing).
 * PORT is borrowed. Not shared, not allowed at first. */
RaClipboard *ra_clipboard_new(RaSelection *selection, const RaPort *port);
void ra_clipboard_free(RaClipboard *clipboard);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaClipboard, ra_clipboard_free)

/* Control is granted (or not any more). */
void ra_clipboard_allow(RaClipboard *clipboard, gboolean allowed);
/* Our side's switch; told to the other end. */
void ra_clipboard_share(RaClipboard *clipboard, gboolean shared);
gboolean ra_clipboard_shared(const RaClipboard *clipboard);
gboolean ra_clipboard_their_shared(const RaClipboard *clipboard);
/* RA_ASSIST_CLIPBOARD_SHARED, or RA_IPC_CLIPBOARD with its descriptor (borrowed). What comes while
 * it is not allowed is dropped. FALSE: it breaks the rules. */
gboolean ra_clipboard_take(RaClipboard *clipboard, const RaAssist *message);
gboolean ra_clipboard_take_content(RaClipboard *clipboard, const RaIpcMessage *message, int fd);
/* The session runs, for the first time or again. */
void ra_clipboard_linked(RaClipboard *clipboard);
