/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Choosing files: by the desktop's own chooser (org.freedesktop.portal.FileChooser) where there is
 * one, else in the window (viewer/browser.h).
 */
#pragma once

#include "viewer/ui.h"

typedef enum {
    RA_CHOOSE_FILES,  /* one or more that are there */
    RA_CHOOSE_FOLDER, /* one that is there */
    RA_CHOOSE_NEW,    /* a file that is not there yet */
} RaChooseKind;

typedef struct {
    RaChooseKind kind;
    const char *title, *accept; /* "Send a File", "Send" */
    const char *folder;         /* where to begin; NULL: where it ended last, at first at home */
    const char *name;           /* NEW: proposed */
} RaChooseOptions;

/* PATHS ends with NULL and has at least one, absolute; NULL: nothing was chosen. */
typedef void (*RaChooseFunc)(const char *const *paths, gpointer data);

typedef struct _RaChooser RaChooser;

/* UI lives longer. USE_PORTAL: FALSE for the window's own chooser in any case. */
RaChooser *ra_chooser_new(RaUi *ui, gboolean use_portal);
void ra_chooser_free(RaChooser *chooser); /* NULL is fine; nothing is called any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaChooser, ra_chooser_free)

/* One at a time: FALSE while another one is open (nothing is called then). OPTIONS is copied. FUNC
 * is called once, from the main loop or an event. */
gboolean ra_chooser_open(RaChooser *chooser, const RaChooseOptions *options, RaChooseFunc func,
                         gpointer data);
