/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two real workers, the test in the place of their programs. */
#pragma once

#include "link/link.h"
#include "session/worker.h"
#include "wire/rfb.h"

#define IDENTITY "00112233445566778899aabbccddeeff"
enum { WIDTH = 200, HEIGHT = 120, STRIDE = WIDTH * 4 }; /* of the host's frame */
extern const guint8 key[RA_LINK_KEY_SIZE];

/* A program's side of one worker. */
typedef struct {
    RaWorker *worker;
    GArray *got;      /* of RaIpcMessage, but RA_IPC_ASSIST; what they borrow is gone */
    GPtrArray *words; /* of GByteArray: the assistance messages that came, written anew */
    GArray *sound;    /* of gint16: all that was heard */
    int fd;           /* the last one that came */
    gboolean gone;
} Program;

void program_start(Program *program, RaWorkerRole role);
void program_stop(Program *program);
/* Takes a message of KIND that has come; FALSE if there is none. RET may be NULL. */
gboolean find(const Program *program, RaIpcKind kind, RaIpcMessage *ret);
/* Runs the main loop until a message of KIND has come, which is taken. */
RaIpcMessage expect(Program *program, RaIpcKind kind);
void expect_gone(Program *program);
/* Says an assistance message. */
void say(Program *program, const RaAssist *message);
/* Runs the main loop until an assistance message of KIND has come, which is taken out. The caller
 * frees. */
GByteArray *expect_word(Program *program, RaAssistKind kind);
/* Takes one of KIND that has come; NULL if there is none. */
GByteArray *find_word(Program *program, RaAssistKind kind);
/* Runs the main loop for a moment, for what should not come. */
void linger(void);

/* An end of the link in this process, to say what our own worker never would. */
typedef struct {
    RaLink *link;
    GByteArray *got; /* all that it was sent */
    gboolean over;   /* the host has closed */
} Liar;

void liar_handshake(Liar *liar, int fd, gboolean native);
void liar_say(Liar *liar, const void *bytes, gsize size);
void liar_encode(Liar *liar, const RaRfbClientMessage *message);
void liar_assist(Liar *liar, const RaAssist *message);
/* Runs the main loop, and reads what comes, for some milliseconds. */
void liar_listen(Liar *liar, guint milliseconds);
/* Until there are SIZE bytes in `got`; fails where they do not come. */
void liar_hear(Liar *liar, gsize size);
void liar_clear(Liar *liar);

/* The host's frame. */
typedef struct {
    int fd;
    guint8 *pixels;
} Frame;

void frame_make(Frame *frame, guint8 shade);
void frame_clear(Frame *frame);

void send_frame(Program *host, const Frame *frame);
void send_pixels(Program *host, RaRect rect);
void send_rights(Program *host, RaRights rights);
void send_allow(Program *host, gboolean yes, RaGoodbye reason);
/* Hands a connection to the host's worker and gives the other end of it. */
int connect_to(Program *host, guint32 id);
void introduce(Program *viewer, const char *identity, const guint8 *with_key);
void offer_socket(Program *viewer, guint32 attempt, int fd);
/* Both workers, up to the novice's question. */
void meet(Program *host, Program *viewer);
/* And on, to the first picture, which is returned: STRIDE * HEIGHT bytes, to be unmapped. */
const guint8 *show(Program *host, Program *viewer, const Frame *frame);
/* A host's program and a liar as its viewer, who lists N ENCODINGS, up to the running session. A
 * PAYLOAD_MAX of 0: a stock viewer, without ra/1. */
void meet_liar(Program *host, Liar *liar, const Frame *frame, guint32 payload_max,
               const gint32 *encodings, guint n);
/* Equal but for the byte that no colour uses. */
/* After one CHANGED at least. */
void wait_same_picture(Program *viewer, const guint8 *a, const guint8 *b);
void assert_same_picture(const guint8 *a, const guint8 *b);
