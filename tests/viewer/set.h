/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's dialogs without a window: drawn into memory, given events as SDL would give them. */
#pragma once

#include "viewer/dialogs.h"

typedef struct {
    RaUi *ui;
    RaShell shell;
    RaModel model;
    RaDialogs *dialogs;
    GString *log;               /* what the helper did, a word each */
    char *refuse;               /* the next act comes back with this line; NULL: it is fine */
    void (*then)(gpointer set); /* after each act; NULL: nothing */
    cairo_surface_t *surface;
    int width, height;
    gboolean typing; /* text can be typed now */
} Set;

void set_begin(Set *set, RaThemeKind theme, int width, int height, int scale);
void set_end(Set *set);

/* Draws all. Into $RA_TEST_PICTURES/NAME.png as well, where that is set. */
void set_draw(Set *set, const char *name);
/* The number of pixels that differ from what lies behind all dialogs. */
guint set_drawn(const Set *set);

void set_key(Set *set, guint32 key, guint mods);
void set_type(Set *set, const char *text);
/* Presses what has the focus, by the mouse. */
void set_click_focused(Set *set);
/* Runs the main loop. */
void set_wait(guint ms);
/* The log must be WANTED; empties it. */
void set_assert_log(Set *set, const char *wanted);

/* What the tests have in common. */

/* Light, 1280 x 720. */
void set_start(Set *set);
/* A prompt about Maria Novice. */
void set_prompt(Set *set, RaPromptKind kind, const char *message);
/* N files (one or two) are offered, the second one can run; their handles are 7 and 8. */
void set_offer(Set *set, guint n);
extern RaTransfer set_transfers[2];

/* A folder with "inner" (with "deep.txt" in it), two reports, one hidden and one evil file. */
typedef struct {
    char *root, *inner;
} Folder;
void folder_make(Folder *folder);
void folder_remove(Folder *folder);

void add_dialog_file_tests(void);
void add_dialog_look_tests(void);
