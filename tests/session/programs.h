/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two real workers, the test in the place of their programs. */
#pragma once

#include "link/link.h"
#include "session/worker.h"

#define IDENTITY "00112233445566778899aabbccddeeff"
enum { WIDTH = 200, HEIGHT = 120, STRIDE = WIDTH * 4 }; /* of the host's frame */
extern const guint8 key[RA_LINK_KEY_SIZE];

/* A program's side of one worker. */
typedef struct {
    RaWorker *worker;
    GArray *got; /* of RaIpcMessage */
    int fd;      /* the last one that came */
    gboolean gone;
} Program;

void program_start(Program *program, RaWorkerRole role);
void program_stop(Program *program);
/* Takes a message of KIND that has come; FALSE if there is none. RET may be NULL. */
gboolean find(const Program *program, RaIpcKind kind, RaIpcMessage *ret);
/* Runs the main loop until a message of KIND has come, which is taken. */
RaIpcMessage expect(Program *program, RaIpcKind kind);
void expect_gone(Program *program);
/* Runs the main loop for a moment, for what should not come. */
void linger(void);

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
/* Equal but for the byte that no colour uses. */
/* After one CHANGED at least. */
void wait_same_picture(Program *viewer, const guint8 *a, const guint8 *b);
void assert_same_picture(const guint8 *a, const guint8 *b);
