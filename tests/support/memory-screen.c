/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/memory-screen.h"

#include "base/error.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    RaScreen screen;
    const RaScreenEvents *events; /* NULL while stopped */
    gpointer data;
    GMainContext *context; /* of start() */
    GSource *source;       /* the next events, if any are due */
    guint16 width, height;
    guint32 *truth; /* what the test drew */
    int fd;         /* the frame */
    guint32 *frame;
    RaIpcMessage damage; /* an RA_IPC_PIXELS message */
    gboolean announced;  /* damaged() was called, fetch() was not */
    gboolean resized, cursor_changed, pointer_moved, lost;
    guint16 cursor_width, cursor_height;
    guint16 pointer_x, pointer_y;
    guint32 cursor_pixel;
    guint fetches;
} MemoryScreen;

static gsize frame_size(const MemoryScreen *self)
{
    return (gsize)self->width * self->height * 4;
}

static void free_frame(MemoryScreen *self)
{
    if (self->fd < 0)
        return;
    munmap(self->frame, frame_size(self));
    close(self->fd);
    self->fd = -1;
    g_clear_pointer(&self->truth, g_free);
}

static void new_frame(MemoryScreen *self, guint16 width, guint16 height)
{
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
    free_frame(self);
    self->width = width;
    self->height = height;
    self->truth = g_malloc0(frame_size(self));
    self->fd = memfd_create("memory-screen", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(ftruncate(self->fd, (off_t)frame_size(self)), ==, 0);
    self->frame = mmap(NULL, frame_size(self), PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);
    g_assert_true(self->frame != MAP_FAILED);
    g_assert_cmpint(fcntl(self->fd, F_ADD_SEALS, seals), ==, 0);
    self->damage.rects.n = 1;
    self->damage.rects.rect[0] = (RaRect){0, 0, width, height};
}

static void report_cursor(MemoryScreen *self)
{
    const gsize n = (gsize)self->cursor_width * self->cursor_height;
    g_autofree guint32 *pixels = g_new(guint32, MAX(n, 1));
    for (gsize i = 0; i < n; i++)
        pixels[i] = GUINT32_TO_LE(self->cursor_pixel);
    const RaIpcMessage message = {.kind = RA_IPC_CURSOR,
                                  .cursor = {.width = self->cursor_width,
                                             .height = self->cursor_height,
                                             .pixels = (const guint8 *)pixels}};
    self->events->cursor(&message, self->data);
}

/* Reports one event, and stays for more; the callback may free the screen. */
static gboolean report(gpointer data)
{
    MemoryScreen *self = data;
    if (self->lost) {
        g_autoptr(GError) error = g_error_new(RA_ERROR, RA_ERROR_FAILED, "the screen is gone");
        const RaScreenEvents *events = self->events;
        g_clear_pointer(&self->source, g_source_unref);
        self->events = NULL; /* nothing follows */
        events->lost(error, self->data);
        return G_SOURCE_REMOVE;
    }
    if (self->resized) {
        self->resized = FALSE;
        self->events->resized(self->data);
    } else if (self->cursor_changed) {
        self->cursor_changed = FALSE;
        report_cursor(self);
    } else if (self->pointer_moved) {
        self->pointer_moved = FALSE;
        self->events->pointer(self->pointer_x, self->pointer_y, self->data);
    } else if (self->damage.rects.n > 0 && !self->announced) {
        self->announced = TRUE;
        self->events->damaged(self->data);
    } else {
        g_clear_pointer(&self->source, g_source_unref);
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static void wake(MemoryScreen *self)
{
    if (self->events == NULL || self->source != NULL)
        return;
    self->source = g_idle_source_new();
    g_source_set_priority(self->source, G_PRIORITY_DEFAULT);
    g_source_set_callback(self->source, report, self, NULL);
    g_source_attach(self->source, self->context);
}

static gboolean start(RaScreen *screen, const RaScreenEvents *events, gpointer data,
                      G_GNUC_UNUSED GError **error)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    self->events = events;
    self->data = data;
    self->context = g_main_context_ref_thread_default();
    self->announced = FALSE;
    self->cursor_changed = self->pointer_moved = TRUE;
    self->damage.rects.n = 1;
    self->damage.rects.rect[0] = (RaRect){0, 0, self->width, self->height};
    wake(self);
    return TRUE;
}

static void stop(RaScreen *screen)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    if (self->source != NULL)
        g_source_destroy(self->source);
    g_clear_pointer(&self->source, g_source_unref);
    g_clear_pointer(&self->context, g_main_context_unref);
    self->events = NULL;
}

static int frame(RaScreen *screen, RaIpcMessage *ret)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    *ret = (RaIpcMessage){
        .kind = RA_IPC_FRAME,
        .frame = {.width = self->width, .height = self->height, .stride = self->width * 4u}};
    g_strlcpy(ret->frame.name, "memory", sizeof ret->frame.name);
    return self->fd;
}

static gboolean fetch(RaScreen *screen, RaIpcMessage *ret)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    self->fetches++;
    if (self->lost)
        return FALSE;
    *ret = self->damage;
    for (guint i = 0; i < ret->rects.n; i++) {
        const RaRect r = ret->rects.rect[i];
        for (gsize y = r.y; y < (gsize)r.y + r.height; y++) {
            const gsize at = y * self->width + r.x;
            memcpy(self->frame + at, self->truth + at, r.width * 4u);
        }
    }
    self->damage.rects.n = 0;
    self->announced = FALSE;
    return TRUE;
}

static void free_screen(RaScreen *screen)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    stop(screen);
    free_frame(self);
    g_free(self);
}

RaScreen *ra_memory_screen_new(guint16 width, guint16 height)
{
    static const RaScreenClass class = {
        .start = start, .stop = stop, .frame = frame, .fetch = fetch, .free = free_screen};
    MemoryScreen *self = g_new0(MemoryScreen, 1);
    self->screen.class = &class;
    self->fd = -1;
    self->damage.kind = RA_IPC_PIXELS;
    new_frame(self, width, height);
    return &self->screen;
}

static RaRect cut(const MemoryScreen *self, RaRect rect)
{
    rect.x = MIN(rect.x, self->width);
    rect.y = MIN(rect.y, self->height);
    rect.width = (guint16)MIN(rect.width, self->width - rect.x);
    rect.height = (guint16)MIN(rect.height, self->height - rect.y);
    return rect;
}

static void damage(MemoryScreen *self, RaRect rect)
{
    if (rect.width == 0 || rect.height == 0)
        return;
    if (self->damage.rects.n == RA_IPC_RECTS_MAX) {
        self->damage.rects.n = 0;
        rect = (RaRect){0, 0, self->width, self->height};
    }
    self->damage.rects.rect[self->damage.rects.n++] = rect;
    wake(self);
}

void ra_memory_screen_fill(RaScreen *screen, RaRect rect, guint32 pixel)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    rect = cut(self, rect);
    for (gsize y = rect.y; y < (gsize)rect.y + rect.height; y++)
        for (gsize x = rect.x; x < (gsize)rect.x + rect.width; x++)
            self->truth[y * self->width + x] = GUINT32_TO_LE(pixel);
    damage(self, rect);
}

void ra_memory_screen_put(RaScreen *screen, RaRect rect, const guint32 *pixels)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    const RaRect inside = cut(self, rect);
    for (gsize y = 0; y < inside.height; y++)
        memcpy(self->truth + (inside.y + y) * self->width + inside.x, pixels + y * rect.width,
               inside.width * 4u);
    damage(self, inside);
}

const guint32 *ra_memory_screen_pixels(RaScreen *screen)
{
    return ((MemoryScreen *)screen)->truth;
}

void ra_memory_screen_resize(RaScreen *screen, guint16 width, guint16 height)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    new_frame(self, width, height);
    self->resized = TRUE;
    wake(self);
}

void ra_memory_screen_cursor(RaScreen *screen, guint16 width, guint16 height, guint32 pixel)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    self->cursor_width = width;
    self->cursor_height = height;
    self->cursor_pixel = pixel;
    self->cursor_changed = TRUE;
    wake(self);
}

void ra_memory_screen_point(RaScreen *screen, guint16 x, guint16 y)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    self->pointer_x = x;
    self->pointer_y = y;
    self->pointer_moved = TRUE;
    wake(self);
}

void ra_memory_screen_lose(RaScreen *screen)
{
    MemoryScreen *self = (MemoryScreen *)screen;
    self->lost = TRUE;
    wake(self);
}

guint ra_memory_screen_fetches(RaScreen *screen)
{
    return ((MemoryScreen *)screen)->fetches;
}
