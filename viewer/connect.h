/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One session as the viewer has it: dials the invitation's addresses, hands the sockets to the
 * worker, follows what the worker says. What the worker sends is not trusted: a message that the
 * state does not allow, what the novice's side did not offer, or a value that makes no sense, ends
 * the session.
 *
 * A link that breaks is dialled again for a minute, each try by a worker of its own, where the
 * novice's computer told how to come back (viewer/resume.h). Who leaves in order is never
 * redialled.
 */
#pragma once

#include "link/dial.h"
#include "session/worker.h"
#include "ticket/invitation.h"

enum {
    RA_CONNECT_SETTLE_SECONDS = 30, /* for handshakes still open when all addresses were tried */
    RA_CONNECT_TRY_SECONDS = 10,    /* for one try to come back */
};

typedef enum {
    RA_CONNECT_DIALLING = 1 << 0,
    RA_CONNECT_WAITING = 1 << 1,  /* the link is up: the novice is being asked */
    RA_CONNECT_SHARING = 1 << 2,  /* the screen is here */
    RA_CONNECT_ENDED = 1 << 3,    /* nothing follows */
    RA_CONNECT_RESUMING = 1 << 4, /* the link broke: it is dialled again */
} RaConnectState;

typedef struct _RaConnect RaConnect;

/* `ended` may free the RaConnect; the others may not. */
typedef struct {
    /* Not for ENDED; each second while RESUMING. */
    void (*state)(RaConnect *connect, RaConnectState state, gpointer data);
    /* A picture of this size; FD stays the caller's. FALSE: it cannot be used; the session ends
     * with ERROR, which is set. */
    gboolean (*screen)(RaConnect *connect, const RaIpcMessage *message, int fd, gpointer data,
                       GError **error);
    void (*changed)(RaConnect *connect, const RaIpcMessage *message, gpointer data);
    void (*cursor)(RaConnect *connect, const RaIpcMessage *message, gpointer data);
    void (*pointer)(RaConnect *connect, const RaIpcMessage *message, gpointer data);
    void (*rights)(RaConnect *connect, RaRights rights, gpointer data);
    /* The novice did not give control when asked. */
    void (*control_denied)(RaConnect *connect, gpointer data);
    /* What may be asked for; the first time on a link says also that the session runs, so that
     * ra_connect_send() works. */
    void (*features)(RaConnect *connect, guint32 features, gpointer data);
    /* RA_IPC_ASSIST (but FEATURES and RESUME), RA_IPC_SOUND, RA_IPC_CLIPBOARD with FD, which stays
     * the caller's, RA_IPC_METER. FALSE: it breaks the rules, the session ends. */
    gboolean (*message)(RaConnect *connect, const RaIpcMessage *message, int fd, gpointer data);
    /* Over. ERROR is NULL if we left; else its message is a line for a person, its code the exit
     * code. REASON ("they ended the session") is the short form. */
    void (*ended)(RaConnect *connect, const char *reason, const GError *error, gpointer data);
    /* All that had come was told: what changed can be shown. */
    void (*rest)(RaConnect *connect, gpointer data);
} RaConnectCallbacks;

/* What it stands on; ra_connect_parts is the real one, tests have another. */
typedef struct {
    RaWorker *(*worker_new)(RaWorkerRole role, const RaWorkerCallbacks *callbacks, gpointer data,
                            GError **error);
    void (*worker_free)(RaWorker *worker);
    void (*worker_send)(RaWorker *worker, const RaIpcMessage *message, int fd);
    guint (*worker_queued)(const RaWorker *worker);
    RaDialer *(*dialer_new)(const char *const *hosts, const char *proxy,
                            const RaDialerCallbacks *callbacks, gpointer data);
    void (*dialer_attempt_failed)(RaDialer *dialer, guint attempt);
    void (*dialer_free)(RaDialer *dialer);
    guint second_ms; /* milliseconds in a second of a redial: 1000 */
} RaConnectParts;
extern const RaConnectParts ra_connect_parts;

/* HELPER is the name that the novice is shown; PROXY as for ra_dialer_new(). Starts at once; no
 * callback comes before this returns. RA_ERROR_FAILED where no worker can be started,
 * RA_ERROR_UNREACHABLE for an invitation without addresses. */
RaConnect *ra_connect_new(RaInvitation *invitation, const char *helper, const char *proxy,
                          const RaConnectParts *parts, const RaConnectCallbacks *callbacks,
                          gpointer data, GError **error);
/* Says goodbye where somebody hears it. NULL is fine. */
void ra_connect_free(RaConnect *connect);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaConnect, ra_connect_free)

RaConnectState ra_connect_state(const RaConnect *connect);
RaRights ra_connect_rights(const RaConnect *connect);
/* RESUMING: seconds left; else 0. */
guint ra_connect_resuming(const RaConnect *connect);
/* The novice's name, cleaned. Borrowed. */
const char *ra_connect_name(const RaConnect *connect);

/* Each does nothing where the state or the rights do not allow it. */
void ra_connect_want_control(RaConnect *connect);
void ra_connect_return_control(RaConnect *connect);
void ra_connect_pointer(RaConnect *connect, guint16 x, guint16 y, guint16 buttons);
void ra_connect_key(RaConnect *connect, gboolean down, guint32 keysym, guint32 code);
/* Sends RA_IPC_ASSIST, RA_IPC_SOUND or RA_IPC_CLIPBOARD, if the session runs and what it belongs to
 * was offered. FD stays the caller's. */
void ra_connect_send(RaConnect *connect, const RaIpcMessage *message, int fd);
/* Messages that wait for the worker. */
guint ra_connect_queued(const RaConnect *connect);
/* Says goodbye; `ended` follows from the main loop, without an error. */
void ra_connect_leave(RaConnect *connect);
