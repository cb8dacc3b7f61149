/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/sharing.h"

#include "host/bell.h"
#include "host/hands.h"

#include <unistd.h>

enum { POINTER_QUEUE_MAX = 16 }; /* messages to the worker, above which the pointer waits */

struct _RaSharing {
    const RaDesktop *desktop;
    RaPeer *worker; /* NULL while the link is lost */
    const RaSharingEvents *events;
    gpointer data;
    char *who;
    RaScreen *screen; /* NULL while the link is lost */
    RaHands *hands;   /* NULL: view only */
    RaSign *sign;
    RaSignState shown;
    RaPointing *pointing; /* made with the first point */
    gboolean no_pointing;
    gint64 points_since; /* monotonic: the second in which `points` are counted */
    guint points;
    guint monitor; /* that the helper chose */
    gboolean begun, halted;
    gboolean damaged;
    gboolean frame_due;           /* the size changed while the screen was hidden */
    RaIpcMessage cursor;          /* the last while the screen was hidden; its pixels are ours */
    guint16 pointer_x, pointer_y; /* the novice's */
    gboolean pointer_moved;       /* and the worker was not told */
    guint owed;                   /* WANT_PIXELS that the worker owes; 0: the frame is ours */
    RaBell *bell;                 /* on which it gives the frame back; NULL: by messages alone */
};

/* TRUE while there is somebody to send anything to. */
static gboolean linked(const RaSharing *sharing)
{
    return sharing->begun && !sharing->halted && sharing->worker != NULL;
}

/* TRUE while the helper may see the screen. */
static gboolean visible(const RaSharing *sharing)
{
    return linked(sharing) && !sharing->shown.paused;
}

/* TRUE if the frame is ours; else it will be heard when it is. */
static gboolean has_frame(RaSharing *sharing)
{
    const guint rings =
        sharing->owed > 0 && sharing->bell != NULL ? ra_bell_count(sharing->bell) : 0;
    if (rings > sharing->owed) {
        sharing->events->lied(sharing->data);
        return FALSE;
    }
    sharing->owed -= rings;
    if (sharing->bell != NULL)
        ra_bell_listen(sharing->bell, sharing->owed > 0);
    return sharing->owed == 0;
}

/* Fetches as soon as there is something and the frame is ours. */
static void pump(RaSharing *sharing)
{
    if (!visible(sharing) || !sharing->damaged || !has_frame(sharing))
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
    if (!visible(sharing) || !sharing->pointer_moved)
        return;
    if (ra_peer_queued(sharing->worker) > POINTER_QUEUE_MAX) {
        if (sharing->bell != NULL)
            ra_bell_listen(sharing->bell, sharing->owed > 0);
        return;
    }
    RaIpcMessage pointer = {.kind = RA_IPC_POINTER};
    pointer.pointer.x = sharing->pointer_x;
    pointer.pointer.y = sharing->pointer_y;
    sharing->pointer_moved = FALSE;
    ra_peer_send(sharing->worker, &pointer, -1);
}

/* Also while the screen is hidden: only a fetch puts something into a frame. */
static void send_frame(RaSharing *sharing)
{
    RaIpcMessage frame = {0};
    const int fd = sharing->screen->class->frame(sharing->screen, &frame);
    if (fd < 0) /* nothing to show: the screen is gone, as lost() is about to say */
        return;
    frame.kind = RA_IPC_FRAME;
    sharing->owed++;
    sharing->damaged = TRUE;
    sharing->frame_due = FALSE;
    ra_peer_send(sharing->worker, &frame, fd);
}

static void on_rung(gpointer data)
{
    RaSharing *sharing = data;
    (void)has_frame(sharing); /* what was rung is counted, so that it does not ring on */
    pump(sharing);
    send_pointer(sharing);
}

static void send_bell(RaSharing *sharing)
{
    const RaIpcMessage message = {.kind = RA_IPC_BELL};
    sharing->bell = ra_bell_new(on_rung, sharing);
    if (sharing->bell == NULL)
        return;
    const int end = ra_bell_take_end(sharing->bell);
    ra_peer_send(sharing->worker, &message, end);
    close(end);
}

static void send_monitors(RaSharing *sharing)
{
    RaIpcMessage message = {.kind = RA_IPC_ASSIST};
    if (!linked(sharing) || sharing->screen->class->monitors == NULL)
        return;
    sharing->screen->class->monitors(sharing->screen, &message.assist);
    message.assist.kind = RA_ASSIST_MONITORS;
    if (message.assist.monitors.n > 0)
        ra_peer_send(sharing->worker, &message, -1);
}

static void drop_cursor(RaSharing *sharing)
{
    g_free((guint8 *)sharing->cursor.cursor.pixels);
    sharing->cursor = (RaIpcMessage){0};
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
    ra_sharing_clear_points(sharing);
    if (visible(sharing))
        send_frame(sharing);
    else
        sharing->frame_due = TRUE;
}

static void on_cursor(const RaIpcMessage *cursor, gpointer data)
{
    RaSharing *sharing = data;
    if (visible(sharing)) {
        ra_peer_send(sharing->worker, cursor, -1);
        return;
    }
    drop_cursor(sharing);
    sharing->cursor = *cursor;
    sharing->cursor.cursor.pixels =
        g_memdup2(cursor->cursor.pixels, (gsize)cursor->cursor.width * cursor->cursor.height * 4);
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

static void on_monitors(gpointer data)
{
    send_monitors(data);
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

static void on_pause(gboolean paused, gpointer data)
{
    RaSharing *sharing = data;
    if (!sharing->halted)
        sharing->events->pause(paused, sharing->data);
}

static void on_pause_key(gpointer data)
{
    on_pause(!((RaSharing *)data)->shown.paused, data);
}

static void on_mute(gboolean muted, gpointer data)
{
    RaSharing *sharing = data;
    if (!sharing->halted)
        sharing->events->mute(muted, sharing->data);
}

static void on_chat(gpointer data)
{
    RaSharing *sharing = data;
    if (!sharing->halted)
        sharing->events->chat(sharing->data);
}

static void show_sign(RaSharing *sharing)
{
    if (!sharing->halted)
        sharing->sign->class->show(sharing->sign, &sharing->shown);
}

static void on_held(gboolean held, gpointer data)
{
    RaSharing *sharing = data;
    if (sharing->halted)
        return;
    sharing->shown.held = held;
    show_sign(sharing);
    sharing->events->held(held, sharing->data);
}

/* Input is left out where it cannot be had: the helper can still look. */
static gboolean open_screen(RaSharing *sharing, GError **error)
{
    static const RaScreenEvents screen_events = {.damaged = on_damaged,
                                                 .resized = on_resized,
                                                 .cursor = on_cursor,
                                                 .pointer = on_pointer,
                                                 .lost = on_lost,
                                                 .monitors = on_monitors};
    static const RaHandsEvents hands_events = {
        .escape = on_stop, .pause = on_pause_key, .held = on_held};
    g_autoptr(RaScreen) screen = sharing->desktop->screen(sharing->desktop->data, error);
    if (screen == NULL || !screen->class->start(screen, &screen_events, sharing, error))
        return FALSE;
    sharing->screen = g_steal_pointer(&screen);
    sharing->hands = ra_hands_new(sharing->desktop, &hands_events, sharing);
    return TRUE;
}

RaSharing *ra_sharing_new(const RaDesktop *desktop, const char *who, RaPeer *worker,
                          const RaSharingEvents *events, gpointer data, GError **error)
{
    static const RaSignEvents sign_events = {
        .take_back = on_stop, .end = on_end, .pause = on_pause, .mute = on_mute, .chat = on_chat};
    g_autoptr(RaSharing) sharing = g_new0(RaSharing, 1);
    sharing->desktop = desktop;
    sharing->worker = worker;
    sharing->events = events;
    sharing->data = data;
    sharing->monitor = RA_MONITOR_ALL;
    sharing->who = g_strdup(who);
    sharing->shown.who = sharing->who;
    sharing->sign = desktop->sign(&sign_events, sharing, desktop->data, error);
    if (sharing->sign == NULL || !open_screen(sharing, error))
        return NULL;
    return g_steal_pointer(&sharing);
}

static gboolean free_now(gpointer data)
{
    RaSharing *sharing = data;
    ra_hands_free(sharing->hands);
    ra_pointing_free(sharing->pointing);
    ra_sign_free(sharing->sign);
    ra_screen_free(sharing->screen);
    ra_bell_free(sharing->bell);
    drop_cursor(sharing);
    g_free(sharing->who);
    g_free(sharing);
    return G_SOURCE_REMOVE;
}

void ra_sharing_free(RaSharing *sharing)
{
    if (sharing == NULL || sharing->halted)
        return;
    sharing->halted = TRUE;
    if (sharing->hands != NULL)
        ra_hands_allow(sharing->hands, FALSE);
    ra_sharing_clear_points(sharing);
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
    send_bell(sharing);
    send_monitors(sharing);
    send_pointer(sharing);
}

void ra_sharing_lose_link(RaSharing *sharing)
{
    ra_sharing_clear_points(sharing);
    g_clear_pointer(&sharing->hands, ra_hands_free);
    sharing->screen->class->stop(sharing->screen);
    g_clear_pointer(&sharing->screen, ra_screen_free);
    drop_cursor(sharing);
    g_clear_pointer(&sharing->bell, ra_bell_free);
    sharing->worker = NULL;
    sharing->owed = 0;
    sharing->damaged = sharing->frame_due = sharing->pointer_moved = sharing->begun = FALSE;
    sharing->shown.rights = RA_RIGHT_VIEW;
    sharing->shown.held = FALSE;
    sharing->shown.lost = TRUE;
    show_sign(sharing);
}

gboolean ra_sharing_regain(RaSharing *sharing, RaPeer *worker, GError **error)
{
    if (!open_screen(sharing, error))
        return FALSE;
    if (sharing->monitor != RA_MONITOR_ALL && sharing->screen->class->choose != NULL)
        (void)sharing->screen->class->choose(sharing->screen, sharing->monitor);
    sharing->worker = worker;
    sharing->shown.lost = FALSE;
    return TRUE;
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
    return sharing->hands != NULL;
}

static void allow_hands(RaSharing *sharing)
{
    if (sharing->hands != NULL)
        ra_hands_allow(sharing->hands,
                       (sharing->shown.rights & RA_RIGHT_CONTROL) != 0 && !sharing->shown.paused);
}

void ra_sharing_set_rights(RaSharing *sharing, RaRights rights)
{
    sharing->shown.rights = rights;
    allow_hands(sharing);
    show_sign(sharing);
}

gboolean ra_sharing_inject(RaSharing *sharing, const RaIpcMessage *event)
{
    return sharing->hands != NULL && ra_hands_inject(sharing->hands, event);
}

void ra_sharing_drop_input(RaSharing *sharing, const RaIpcMessage *event)
{
    if (sharing->hands != NULL)
        ra_hands_drop(sharing->hands, event);
}

void ra_sharing_release_input(RaSharing *sharing)
{
    if (sharing->hands != NULL)
        ra_hands_release(sharing->hands);
}

void ra_sharing_set_paused(RaSharing *sharing, gboolean paused)
{
    if (sharing->shown.paused == paused)
        return;
    sharing->shown.paused = paused;
    ra_sharing_clear_points(sharing);
    allow_hands(sharing);
    show_sign(sharing);
    if (!visible(sharing))
        return;
    if (sharing->frame_due)
        send_frame(sharing);
    if (sharing->cursor.kind == RA_IPC_CURSOR)
        ra_peer_send(sharing->worker, &sharing->cursor, -1);
    drop_cursor(sharing);
    pump(sharing);
    send_pointer(sharing);
}

gboolean ra_sharing_paused(const RaSharing *sharing)
{
    return sharing->shown.paused;
}

void ra_sharing_set_voice(RaSharing *sharing, gboolean talking, gboolean microphone)
{
    if (sharing->shown.talking == talking && sharing->shown.microphone == microphone)
        return;
    sharing->shown.talking = talking;
    sharing->shown.microphone = microphone;
    show_sign(sharing);
}

void ra_sharing_set_chat(RaSharing *sharing, gboolean chat, guint unread)
{
    if (sharing->shown.chat == chat && sharing->shown.unread == unread)
        return;
    sharing->shown.chat = chat;
    sharing->shown.unread = unread;
    if (sharing->begun || sharing->shown.lost)
        show_sign(sharing);
}

/* The end of a stroke always counts: without it what is drawn would not fade. */
static gboolean too_many_points(RaSharing *sharing, RaPointPhase phase)
{
    const gint64 now = g_get_monotonic_time();
    if (now - sharing->points_since >= G_USEC_PER_SEC) {
        sharing->points_since = now;
        sharing->points = 0;
    }
    const guint max = phase == RA_POINT_END ? 2 * RA_SHARING_POINTS_MAX : RA_SHARING_POINTS_MAX;
    return ++sharing->points > max;
}

void ra_sharing_point(RaSharing *sharing, guint16 x, guint16 y, RaPointPhase phase)
{
    const RaDesktop *desktop = sharing->desktop;
    int left = 0, top = 0;
    if (!visible(sharing) || sharing->no_pointing || too_many_points(sharing, phase))
        return;
    if (sharing->pointing == NULL && desktop->pointing != NULL)
        sharing->pointing = desktop->pointing(desktop->data, NULL);
    sharing->no_pointing = sharing->pointing == NULL;
    if (sharing->no_pointing)
        return;
    if (sharing->screen->class->origin != NULL)
        sharing->screen->class->origin(sharing->screen, &left, &top);
    sharing->pointing->class->point(sharing->pointing, left, top, x, y, phase);
}

void ra_sharing_clear_points(RaSharing *sharing)
{
    if (sharing->pointing != NULL)
        sharing->pointing->class->clear(sharing->pointing);
}

void ra_sharing_choose(RaSharing *sharing, guint monitor)
{
    if (linked(sharing) && sharing->screen->class->choose != NULL &&
        sharing->screen->class->choose(sharing->screen, monitor))
        sharing->monitor = monitor;
}
