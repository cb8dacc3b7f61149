/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/sharing.h"

enum { POINTER_QUEUE_MAX = 16 }; /* messages to the worker, above which the pointer waits */

struct _RaSharing {
    RaPeer *worker;
    const RaSharingEvents *events;
    gpointer data;
    char *who;
    RaScreen *screen;
    RaInput *input; /* NULL: view only */
    RaSign *sign;
    RaRights rights;
    gboolean begun, halted;
    gboolean damaged;
    guint16 pointer_x, pointer_y; /* the novice's */
    gboolean pointer_moved;       /* and the worker was not told */
    guint owed;                   /* WANT_PIXELS that the worker owes; 0: the frame is ours */
};

/* Fetches as soon as there is something and the frame is ours. */
static void pump(RaSharing *sharing)
{
    if (!sharing->begun || sharing->halted || sharing->owed > 0 || !sharing->damaged)
        return;
    RaIpcMessage pixels = {0};
    sharing->damaged = FALSE;
    if (!sharing->screen->class->fetch(sharing->screen, &pixels) || pixels.rects.n == 0)
        return;
    pixels.kind = RA_IPC_PIXELS;
    sharing->owed++;
    ra_peer_send(sharing->worker, &pixels, -1);
}

/* Only the last place counts: where the worker does not keep up, it hears of it later. */
static void send_pointer(RaSharing *sharing)
{
    if (!sharing->begun || sharing->halted || !sharing->pointer_moved ||
        ra_peer_queued(sharing->worker) > POINTER_QUEUE_MAX)
        return;
    RaIpcMessage pointer = {.kind = RA_IPC_POINTER};
    pointer.pointer.x = sharing->pointer_x;
    pointer.pointer.y = sharing->pointer_y;
    sharing->pointer_moved = FALSE;
    ra_peer_send(sharing->worker, &pointer, -1);
}

static void send_frame(RaSharing *sharing)
{
    RaIpcMessage frame = {0};
    const int fd = sharing->screen->class->frame(sharing->screen, &frame);
    if (fd < 0) /* nothing to show: the screen is gone, as lost() is about to say */
        return;
    frame.kind = RA_IPC_FRAME;
    sharing->owed++;
    sharing->damaged = TRUE;
    ra_peer_send(sharing->worker, &frame, fd);
}

static void on_damaged(gpointer data)
{
    RaSharing *sharing = data;
    sharing->damaged = TRUE;
    pump(sharing);
}

static void on_resized(gpointer data)
{
    RaSharing *sharing = data;
    if (sharing->begun && !sharing->halted)
        send_frame(sharing);
}

static void on_cursor(const RaIpcMessage *cursor, gpointer data)
{
    RaSharing *sharing = data;
    if (sharing->begun && !sharing->halted)
        ra_peer_send(sharing->worker, cursor, -1);
}

static void on_pointer(guint16 x, guint16 y, gpointer data)
{
    RaSharing *sharing = data;
    sharing->pointer_x = x;
    sharing->pointer_y = y;
    sharing->pointer_moved = TRUE;
    send_pointer(sharing);
}

static void on_lost(const GError *error, gpointer data)
{
    RaSharing *sharing = data;
    if (!sharing->halted)
        sharing->events->lost(error, sharing->data);
}

static void on_stop(gpointer data)
{
    RaSharing *sharing = data;
    if (!sharing->halted)
        sharing->events->stop(sharing->data);
}

static void on_end(gpointer data)
{
    RaSharing *sharing = data;
    if (!sharing->halted)
        sharing->events->end(sharing->data);
}

/* The novice may use mouse and keyboard beside the helper, as two people at one table do. */
static void on_novice_active(gpointer data)
{
    (void)data;
}

/* Input is left out where it cannot be had: the helper can still look. */
static void open_input(RaSharing *sharing, const RaDesktop *desktop)
{
    static const RaInputEvents events = {.escape = on_stop, .novice_active = on_novice_active};
    sharing->input = desktop->input(desktop->data, NULL);
    if (sharing->input != NULL &&
        !sharing->input->class->start(sharing->input, &events, sharing, NULL))
        g_clear_pointer(&sharing->input, ra_input_free);
}

RaSharing *ra_sharing_new(const RaDesktop *desktop, const char *who, RaPeer *worker,
                          const RaSharingEvents *events, gpointer data, GError **error)
{
    static const RaScreenEvents screen_events = {.damaged = on_damaged,
                                                 .resized = on_resized,
                                                 .cursor = on_cursor,
                                                 .pointer = on_pointer,
                                                 .lost = on_lost};
    static const RaSignEvents sign_events = {.take_back = on_stop, .end = on_end};
    g_autoptr(RaSharing) sharing = g_new0(RaSharing, 1);
    sharing->worker = worker;
    sharing->events = events;
    sharing->data = data;
    sharing->who = g_strdup(who);
    sharing->sign = desktop->sign(&sign_events, sharing, desktop->data, error);
    if (sharing->sign == NULL)
        return NULL;
    sharing->screen = desktop->screen(desktop->data, error);
    if (sharing->screen == NULL ||
        !sharing->screen->class->start(sharing->screen, &screen_events, sharing, error))
        return NULL;
    open_input(sharing, desktop);
    return g_steal_pointer(&sharing);
}

static gboolean free_now(gpointer data)
{
    RaSharing *sharing = data;
    ra_input_free(sharing->input);
    ra_sign_free(sharing->sign);
    ra_screen_free(sharing->screen);
    g_free(sharing->who);
    g_free(sharing);
    return G_SOURCE_REMOVE;
}

void ra_sharing_free(RaSharing *sharing)
{
    if (sharing == NULL || sharing->halted)
        return;
    sharing->halted = TRUE;
    if (sharing->input != NULL)
        sharing->input->class->release_all(sharing->input);
    if (sharing->sign != NULL)
        sharing->sign->class->hide(sharing->sign);
    if (sharing->screen != NULL && sharing->begun)
        sharing->screen->class->stop(sharing->screen);
    /* One of them may be calling: it is freed when that call is over. */
    (void)g_idle_add(free_now, sharing);
}

void ra_sharing_begin(RaSharing *sharing)
{
    sharing->begun = TRUE;
    ra_sharing_set_rights(sharing, RA_RIGHT_VIEW);
    send_frame(sharing);
    send_pointer(sharing);
}

gboolean ra_sharing_want_pixels(RaSharing *sharing)
{
    if (sharing->owed == 0)
        return FALSE;
    sharing->owed--;
    pump(sharing);
    send_pointer(sharing);
    return TRUE;
}

gboolean ra_sharing_has_input(const RaSharing *sharing)
{
    return sharing->input != NULL;
}

void ra_sharing_set_rights(RaSharing *sharing, RaRights rights)
{
    sharing->rights = rights;
    if ((rights & RA_RIGHT_CONTROL) == 0)
        ra_sharing_release_input(sharing);
    const RaSignState state = {.who = sharing->who, .rights = rights};
    sharing->sign->class->show(sharing->sign, &state);
}

void ra_sharing_inject(RaSharing *sharing, const RaIpcMessage *event)
{
    if (sharing->input != NULL && (sharing->rights & RA_RIGHT_CONTROL) != 0)
        sharing->input->class->inject(sharing->input, event);
}

void ra_sharing_release_input(RaSharing *sharing)
{
    if (sharing->input != NULL)
        sharing->input->class->release_all(sharing->input);
}
