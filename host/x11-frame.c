/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-frame.h"

#include "base/error.h"
#include "host/x11-pixels.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xcb/shm.h>

enum {
    STRIP_BYTES = 1024 * 1024, /* fetched over the connection in one go */
    /* A request costs as much as this many pixels copied by the server (measured), so that
     * bands nearer to each other than that are fetched as one. */
    REQUEST_PIXELS = 120 * 1000,
};

struct _RaX11Frame {
    RaX11 *x11; /* borrowed */
    guint16 width, height;
    int fd;
    xcb_shm_seg_t segment; /* 0: the server does not write into it, but we do */
    xcb_pixmap_t pixmap;   /* the same memory, to be drawn on; 0: the server cannot */
    xcb_gcontext_t gc;     /* for that */
    guint8 *map;           /* our mapping, where we do */
    RaX11Pixels pixels;
};

static gsize frame_bytes(const RaX11Frame *frame)
{
    return (gsize)frame->width * frame->height * 4;
}

static gboolean allocate(RaX11Frame *frame, GError **error)
{
    frame->fd = memfd_create("remote-assistance-frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int failure = frame->fd < 0 ? errno : 0;
    /* All of it now: a lack of memory later would kill the writer in the middle of a write. */
    if (failure == 0)
        failure = posix_fallocate(frame->fd, 0, (off_t)frame_bytes(frame));
    if (failure == 0)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                "No memory for a picture of the screen (%zu MiB): %s", frame_bytes(frame) >> 20,
                g_strerror(failure));
    return FALSE;
}

static gboolean is_local(xcb_connection_t *xcb)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    return getsockname(xcb_get_file_descriptor(xcb), (struct sockaddr *)&address, &size) == 0 &&
           address.ss_family == AF_UNIX;
}

static gboolean has_shm_by_fd(xcb_connection_t *xcb)
{
    const xcb_query_extension_reply_t *shm = xcb_get_extension_data(xcb, &xcb_shm_id);
    if (shm == NULL || !shm->present || !is_local(xcb))
        return FALSE;
    xcb_shm_query_version_reply_t *version =
        xcb_shm_query_version_reply(xcb, xcb_shm_query_version(xcb), NULL);
    const gboolean good =
        version != NULL && (version->major_version > 1 ||
                            (version->major_version == 1 && version->minor_version >= 2));
    free(version);
    return good;
}

/* Gives the memory to the X server. It must happen before the seals, since the server maps it for
 * writing; a server at the other end of a forwarded socket refuses. */
static void attach(RaX11Frame *frame)
{
    xcb_connection_t *xcb = ra_x11_xcb(frame->x11);
    if (!ra_x11_pixels_are_ours(&frame->pixels) || !has_shm_by_fd(xcb))
        return;
    const int given = fcntl(frame->fd, F_DUPFD_CLOEXEC, 0); /* xcb closes it */
    if (given < 0)
        return;
    const xcb_shm_seg_t segment = xcb_generate_id(xcb);
    xcb_generic_error_t *refused =
        xcb_request_check(xcb, xcb_shm_attach_fd_checked(xcb, segment, given, FALSE));
    if (refused == NULL)
        frame->segment = segment;
    free(refused);
}

/* So that parts of rows can be copied. */
static void add_pixmap(RaX11Frame *frame)
{
    xcb_connection_t *xcb = ra_x11_xcb(frame->x11);
    const xcb_window_t root = ra_x11_root(frame->x11);
    const guint32 values[] = {XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, FALSE};
    const xcb_pixmap_t pixmap = xcb_generate_id(xcb);
    xcb_generic_error_t *refused = xcb_request_check(
        xcb,
        xcb_shm_create_pixmap_checked(xcb, pixmap, root, frame->width, frame->height,
                                      ra_x11_screen(frame->x11)->root_depth, frame->segment, 0));
    if (refused == NULL) {
        frame->pixmap = pixmap;
        frame->gc = xcb_generate_id(xcb);
        xcb_create_gc(xcb, frame->gc, root, XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES,
                      values);
    }
    free(refused);
}

/* What our own copying needs, where the server does not write. */
static gboolean map(RaX11Frame *frame, GError **error)
{
    void *memory = mmap(NULL, frame_bytes(frame), PROT_READ | PROT_WRITE, MAP_SHARED, frame->fd, 0);
    if (memory == MAP_FAILED) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The memory for the picture of the screen cannot be mapped: %s",
                    g_strerror(errno));
        return FALSE;
    }
    frame->map = memory;
    return TRUE;
}

RaX11Frame *ra_x11_frame_new(RaX11 *x11, guint16 width, guint16 height, GError **error)
{
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
    g_autoptr(RaX11Frame) frame = g_new0(RaX11Frame, 1);
    frame->x11 = x11;
    frame->width = width;
    frame->height = height;
    frame->fd = -1;
    if (!ra_x11_pixels_init(&frame->pixels, x11, error) || !allocate(frame, error))
        return NULL;
    attach(frame);
    if (frame->segment != 0)
        add_pixmap(frame);
    if (frame->segment == 0 && !map(frame, error))
        return NULL;
    if (fcntl(frame->fd, F_ADD_SEALS, seals) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The memory for the picture of the screen cannot be sealed: %s",
                    g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&frame);
}

void ra_x11_frame_free(RaX11Frame *frame)
{
    if (frame == NULL)
        return;
    if (frame->pixmap != 0) {
        xcb_free_gc(ra_x11_xcb(frame->x11), frame->gc);
        xcb_free_pixmap(ra_x11_xcb(frame->x11), frame->pixmap);
    }
    if (frame->segment != 0)
        xcb_shm_detach(ra_x11_xcb(frame->x11), frame->segment);
    if (frame->map != NULL)
        munmap(frame->map, frame_bytes(frame));
    if (frame->fd >= 0)
        close(frame->fd);
    g_free(frame);
}

int ra_x11_frame_fd(const RaX11Frame *frame)
{
    return frame->fd;
}

guint16 ra_x11_frame_width(const RaX11Frame *frame)
{
    return frame->width;
}

guint16 ra_x11_frame_height(const RaX11Frame *frame)
{
    return frame->height;
}

/* TRUE where less than half of what the bands hold is wanted. */
static gboolean is_narrow(const RaX11Frame *frame, const RaRegion *region, const RaBand *bands,
                          guint n)
{
    gsize rows = 0, pixels = 0;
    for (guint i = 0; i < n; i++)
        rows += bands[i].height;
    for (guint i = 0; i < region->n; i++)
        pixels += (gsize)region->rect[i].width * region->rect[i].height;
    return pixels * 2 < rows * frame->width;
}

/* On the server's side; what lies outside of its screen stays as it was. */
static gboolean copy_parts(RaX11Frame *frame, int x, int y, const RaRegion *region)
{
    xcb_connection_t *xcb = ra_x11_xcb(frame->x11);
    for (guint i = 0; i < region->n; i++) {
        const RaRect *part = &region->rect[i];
        xcb_copy_area(xcb, ra_x11_root(frame->x11), frame->pixmap, frame->gc, (gint16)(x + part->x),
                      (gint16)(y + part->y), (gint16)part->x, (gint16)part->y, part->width,
                      part->height);
    }
    ra_x11_sync(frame->x11);
    return xcb_connection_has_error(xcb) == 0;
}

/* Rows as wide as the frame come out as the frame holds them. All are asked for before the first
 * answer is waited for. */
static gboolean grab_shared(RaX11Frame *frame, int x, int y, const RaRegion *region)
{
    xcb_connection_t *xcb = ra_x11_xcb(frame->x11);
    RaBand bands[RA_IPC_RECTS_MAX];
    xcb_shm_get_image_cookie_t cookies[RA_IPC_RECTS_MAX];
    const guint n = ra_region_bands(region, REQUEST_PIXELS / frame->width, bands);
    if (frame->pixmap != 0 && is_narrow(frame, region, bands, n))
        return copy_parts(frame, x, y, region);
    for (guint i = 0; i < n; i++)
        cookies[i] =
            xcb_shm_get_image(xcb, ra_x11_root(frame->x11), (gint16)x, (gint16)(y + bands[i].y),
                              frame->width, bands[i].height, ~0u, XCB_IMAGE_FORMAT_Z_PIXMAP,
                              frame->segment, (guint32)bands[i].y * frame->width * 4);
    gboolean all = TRUE;
    for (guint i = n; i-- > 0;) { /* the last: then all have come */
        xcb_shm_get_image_reply_t *reply = xcb_shm_get_image_reply(xcb, cookies[i], NULL);
        all &= reply != NULL;
        free(reply);
    }
    return all;
}

static gboolean grab_strip(RaX11Frame *frame, int x, int y, RaRect strip)
{
    xcb_connection_t *xcb = ra_x11_xcb(frame->x11);
    xcb_get_image_reply_t *reply = xcb_get_image_reply(
        xcb,
        xcb_get_image(xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, ra_x11_root(frame->x11),
                      (gint16)(x + strip.x), (gint16)(y + strip.y), strip.width, strip.height, ~0u),
        NULL);
    if (reply == NULL)
        return FALSE;
    const gsize stride = ra_x11_pixels_stride(&frame->pixels, strip.width);
    const guint8 *row = xcb_get_image_data(reply);
    const gboolean whole = (gsize)xcb_get_image_data_length(reply) >= stride * strip.height;
    for (gsize i = 0; whole && i < strip.height; i++, row += stride) {
        const gsize at = ((strip.y + i) * frame->width + strip.x) * 4;
        ra_x11_pixels_convert(&frame->pixels, row, strip.width, frame->map + at);
    }
    free(reply);
    return whole;
}

static gboolean grab_over_connection(RaX11Frame *frame, int x, int y, const RaRegion *region)
{
    for (guint i = 0; i < region->n; i++) {
        RaRect rest = region->rect[i];
        while (rest.height > 0) {
            RaRect strip = rest;
            strip.height = (guint16)MIN(rest.height, MAX(STRIP_BYTES / 4 / rest.width, 1));
            if (!grab_strip(frame, x, y, strip))
                return FALSE;
            rest.y = (guint16)(rest.y + strip.height);
            rest.height = (guint16)(rest.height - strip.height);
        }
    }
    return TRUE;
}

gboolean ra_x11_frame_grab(RaX11Frame *frame, int x, int y, const RaRegion *region)
{
    if (frame->segment != 0)
        return grab_shared(frame, x, y, region);
    return grab_over_connection(frame, x, y, region);
}
