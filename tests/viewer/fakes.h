/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker and a dialler that do nothing by themselves: the test speaks for them, and reads what
 * they were told. */
#pragma once

#include "viewer/connect.h"

extern const RaConnectParts fake_parts;

/* Forgets all; before each test. */
void fake_reset(void);
/* The next worker cannot be started. */
void fake_refuse_worker(void);

/* Kinds and fields of what the worker was sent, as text, one message a line; resets it. The caller
 * frees it. */
char *fake_take_sent(void);
gboolean fake_worker_alive(void);
gboolean fake_dialer_alive(void);
/* What the dialler was told about attempts: "failed 0 failed 2"; resets it. */
char *fake_take_dialled(void);

/* The worker says MESSAGE; FD (-1: none) is duplicated. */
void fake_says(const RaIpcMessage *message, int fd);
void fake_says_kind(RaIpcKind kind);
void fake_says_id(RaIpcKind kind, guint32 id);
void fake_says_attempt_failed(guint32 id, gboolean tls, const char *text);
void fake_says_ended(RaGoodbye reason, const char *text);
void fake_says_rights(RaRights rights);
void fake_says_assist(const RaAssist *assist);
void fake_says_features(guint32 features);
/* "r-...": how to come back within SECONDS, which have 20 ms here. */
void fake_says_resume(const char *identity, guint16 seconds);
/* A picture of this size in a sealed memfd, whose descriptor is returned: draw into it with
 * pwrite(). */
int fake_says_screen(guint16 width, guint16 height);
void fake_says_changed(guint16 x, guint16 y, guint16 width, guint16 height);
void fake_worker_dies(void);

void fake_connects(guint attempt, const char *host);
void fake_dial_fails(guint attempt, const char *host, const char *why);
void fake_exhausted(void);

/* A sealed memfd of SIZE zero bytes. The caller closes it. */
int fake_memfd(gsize size, int seals);
/* An invitation of "Maria" to two addresses. */
RaInvitation *fake_invitation(RaRights rights);
