/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that the window shows, but for the picture: filled in by the session's side (viewer/app.c),
 * read by the window's. The window borrows one model for its whole life; after a change it is told
 * which parts are other ones. Text in it is safe to show.
 */
#pragma once

#include "assist/files.h"
#include "assist/history.h"
#include "assist/voice.h"
#include "viewer/status.h"

/* Parts, as bits. */
typedef enum {
    RA_MODEL_STATUS = 1 << 0, /* status, rights, features, paused, held */
    RA_MODEL_CHAT = 1 << 1,
    RA_MODEL_FILES = 1 << 2,
    RA_MODEL_VOICE = 1 << 3,
    RA_MODEL_LEVELS = 1 << 4,
    RA_MODEL_MONITORS = 1 << 5,
    RA_MODEL_CHOICES = 1 << 6, /* quality, clipboard */
    RA_MODEL_PROMPT = 1 << 7,
    RA_MODEL_METER = 1 << 8, /* each second while something comes: touches one line of text */
    RA_MODEL_ALL = (1 << 9) - 1,
} RaModelPart;

/* What is asked of the helper before there is a connection. */
typedef enum {
    RA_PROMPT_NONE,
    RA_PROMPT_CONNECT,  /* "Do you want to connect to NAME's computer now?" */
    RA_PROMPT_PASSWORD, /* the password that was told by telephone */
    RA_PROMPT_WORKING,  /* the password is being tried */
    RA_PROMPT_CHOOSE,   /* which of several invitations */
    RA_PROMPT_FAILED,   /* `message` says why nothing comes of it; only Close is left */
} RaPromptKind;

/* One invitation of several; owned by whoever fills the model. */
typedef struct {
    char *who, *expires;
} RaPromptChoice;

/* What stands between a ticket and its session (viewer/ask.h fills it in). */
typedef struct {
    RaPromptKind kind;
    const char *name, *address; /* of the novice, as the ticket says: not proven before it opens */
    const char *expires;        /* "in 42 minutes (14:05)" */
    const char *message;        /* what went wrong before, NULL if nothing did */
    const char *caution;        /* more to know: whom to trust, where it came from; or NULL */
    const RaPromptChoice *choices;
    guint n_choices; /* CHOOSE; else 0 */
} RaPrompt;

typedef struct {
    RaPrompt prompt;
    RaStatus status;
    guint32 features;       /* RA_FEATURE_*: what may be asked for */
    gboolean view_only;     /* the helper's own wish */
    gboolean paused;        /* the novice hid the screen */
    gboolean held;          /* our input waits: the novice's own hands are at work */
    guint resuming;         /* seconds left to come back after the link broke; 0: it did not */
    gboolean can_reconnect; /* over, but the same invitation may be dialled again */
    struct {
        guint32 in, out; /* bytes a second */
        guint32 delay;   /* microseconds there and back; all 0 while unknown */
    } meter;

    RaHistory *history;   /* borrowed */
    GPtrArray *transfers; /* of RaTransfer, borrowed, as ra_files_list() */
    RaVoiceStatus voice;
    guint level_ours, level_theirs; /* 0..100 */
    RaQuality quality;
    gboolean clipboard, their_clipboard; /* switched on */
    struct {
        guint n, current;               /* n 0: unknown or only one; RA_MONITOR_ALL */
        char name[RA_MONITORS_MAX][64]; /* "DP-1, 1920 × 1080" */
    } monitors;
} RaModel;

/* What the helper does in the window. Texts and secrets are borrowed for the call. */
typedef enum {
    RA_ACT_CLOSE, /* the window's close button */
    RA_ACT_DISCONNECT,
    RA_ACT_RECONNECT,    /* after the end, with the same invitation */
    RA_ACT_CONNECT,      /* answers the prompt: flag; FALSE gives up at any of them */
    RA_ACT_PASSWORD,     /* answers the prompt: secret */
    RA_ACT_CHOOSE,       /* answers the prompt: number, from 0 */
    RA_ACT_CONTROL,      /* flag: take it, or give it back */
    RA_ACT_SAY,          /* text */
    RA_ACT_READ,         /* the chat is before the helper's eyes */
    RA_ACT_SAVE_HISTORY, /* text: path of a new file */
    RA_ACT_SEND_FILE,    /* text: path */
    RA_ACT_FILE_ANSWER,  /* handle, flag, text: folder or NULL */
    RA_ACT_FILE_CANCEL,  /* handle */
    RA_ACT_FILE_OPEN,    /* handle */
    RA_ACT_FILE_SHOW,    /* handle: in its folder */
    RA_ACT_TALK,         /* flag: ask for it, or end it */
    RA_ACT_TALK_ANSWER,  /* flag */
    RA_ACT_MUTE,         /* flag */
    RA_ACT_QUALITY,      /* number: RaQuality */
    RA_ACT_MONITOR,      /* number: index or RA_MONITOR_ALL */
    RA_ACT_CLIPBOARD,    /* flag: shared */
    RA_ACT_POINT,        /* point: pixels of the picture */
    RA_ACT_POINTER,      /* pointer: input, in control only */
    RA_ACT_KEY,          /* key: input, in control only */
} RaActKind;

typedef struct {
    RaActKind kind;
    gboolean flag;
    guint handle, number;
    const char *text;
    RaSecret *secret;
    struct {
        guint16 x, y;
        RaPointPhase phase;
    } point;
    struct {
        guint16 x, y, buttons;
    } pointer;
    struct {
        gboolean down;
        guint32 keysym, code;
    } key;
} RaAct;

/* May free the window. An error that concerns only this act comes back as a line for the helper,
 * the caller's to free; NULL: fine. */
typedef char *(*RaActFunc)(const RaAct *act, gpointer data);
