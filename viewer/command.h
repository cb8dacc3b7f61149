/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What buttons and shortcuts ask the window for. */
#pragma once

#include <glib.h>

typedef enum {
    RA_COMMAND_CONTROL, /* take it, or give it back */
    RA_COMMAND_SEND_FILE,
    RA_COMMAND_TALK, /* ask for it, or end it */
    RA_COMMAND_SETTINGS,
    RA_COMMAND_DISCONNECT,
    RA_COMMAND_HELP,
    RA_COMMAND_CHAT,    /* show the pane, or hide it */
    RA_COMMAND_MESSAGE, /* to the message box */
    RA_COMMAND_POINT,   /* switch the tool on or off */
    RA_COMMAND_KEYS,    /* those that cannot be typed */
    RA_COMMAND_MONITOR, /* the next one */
    RA_COMMAND_SCALE,
    RA_COMMAND_FULLSCREEN,
    RA_COMMAND_TOOLBAR, /* the keyboard to the toolbar */
    RA_COMMAND_SAVE_HISTORY,
    RA_COMMAND_RECONNECT,
    RA_COMMAND_CLOSE,
    RA_COMMAND_COUNT,
} RaCommand;

/* May set the window going. */
typedef void (*RaCommandFunc)(RaCommand command, gpointer data);
