/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/direct.h"

#include <SDL_syswm.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <xcb/shm.h>
#include <xcb/xcb.h>

struct _RaDirect {
    xcb_connection_t *x;
    xcb_window_t window;
    xcb_gcontext_t context;
    xcb_shm_seg_t segment; /* 0: no picture */
    guint16 width, height; /* of its memory, in pixels */
    xcb_get_input_focus_cookie_t sent;
};

static xcb_window_t find_window(SDL_Window *window)
{
#ifdef SDL_VIDEO_DRIVER_X11
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (SDL_GetWindowWMInfo(window, &info) && info.subsystem == SDL_SYSWM_X11)
        return (xcb_window_t)info.info.x11.window;
#else
    (void)window;
#endif
    return XCB_NONE;
}

/* Descriptors go through a local socket only. */
static gboolean is_local(xcb_connection_t *x)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof address;
    return getsockname(xcb_get_file_descriptor(x), (struct sockaddr *)&address, &size) == 0 &&
           address.ss_family == AF_UNIX;
}

static gboolean takes_descriptors(xcb_connection_t *x)
{
    const xcb_query_extension_reply_t *shm = xcb_get_extension_data(x, &xcb_shm_id);
    if (shm == NULL || !shm->present)
        return FALSE;
    xcb_shm_query_version_reply_t *version =
        xcb_shm_query_version_reply(x, xcb_shm_query_version(x), NULL);
    const gboolean good =
        version != NULL && (version->major_version > 1 ||
                            (version->major_version == 1 && version->minor_version >= 2));
    free(version);
    return good;
}

/* Are the window's pixels like the picture's? */
static gboolean is_alike(const RaDirect *direct, SDL_Window *window)
{
    const guint8 ours =
        G_BYTE_ORDER == G_LITTLE_ENDIAN ? XCB_IMAGE_ORDER_LSB_FIRST : XCB_IMAGE_ORDER_MSB_FIRST;
    xcb_get_geometry_reply_t *geometry =
        xcb_get_geometry_reply(direct->x, xcb_get_geometry(direct->x, direct->window), NULL);
    const gboolean alike = geometry != NULL && geometry->depth == 24 &&
                           SDL_GetWindowPixelFormat(window) == SDL_PIXELFORMAT_RGB888 &&
                           xcb_get_setup(direct->x)->image_byte_order == ours;
    free(geometry);
    return alike;
}

RaDirect *ra_direct_new(SDL_Window *window)
{
    const xcb_window_t id = find_window(window);
    if (id == XCB_NONE)
        return NULL;
    g_autoptr(RaDirect) direct = g_new0(RaDirect, 1);
    direct->window = id;
    direct->x = xcb_connect(NULL, NULL);
    if (xcb_connection_has_error(direct->x) != 0 || !is_local(direct->x) ||
        !takes_descriptors(direct->x) || !is_alike(direct, window))
        return NULL;
    const guint32 none = 0;
    direct->context = xcb_generate_id(direct->x);
    xcb_create_gc(direct->x, direct->context, id, XCB_GC_GRAPHICS_EXPOSURES, &none);
    return g_steal_pointer(&direct);
}

void ra_direct_free(RaDirect *direct)
{
    if (direct == NULL)
        return;
    xcb_disconnect(direct->x);
    g_free(direct);
}

gboolean ra_direct_set_picture(RaDirect *direct, const RaPicture *picture)
{
    if (direct->segment != 0)
        xcb_shm_detach(direct->x, direct->segment);
    direct->segment = 0;
    if (picture == NULL)
        return xcb_flush(direct->x) > 0;
    const gsize width = ra_picture_stride(picture) / 4;
    const int fd = fcntl(ra_picture_memory(picture), F_DUPFD_CLOEXEC, 3);
    if (fd < 0 || ra_picture_stride(picture) % 4 != 0 || width > G_MAXUINT16) {
        if (fd >= 0)
            close(fd);
        return FALSE;
    }
    const xcb_shm_seg_t segment = xcb_generate_id(direct->x);
    xcb_generic_error_t *refused =
        xcb_request_check(direct->x, xcb_shm_attach_fd_checked(direct->x, segment, fd, TRUE));
    if (refused == NULL && xcb_connection_has_error(direct->x) == 0) {
        direct->segment = segment;
        direct->width = (guint16)width;
        direct->height = (guint16)ra_picture_height(picture);
    }
    free(refused);
    return direct->segment != 0;
}

void ra_direct_put(RaDirect *direct, RaBox part, int x, int y)
{
    if (direct->segment != 0)
        xcb_shm_put_image(direct->x, direct->window, direct->context, direct->width, direct->height,
                          (guint16)part.x, (guint16)part.y, (guint16)part.width,
                          (guint16)part.height, (gint16)x, (gint16)y, 24, XCB_IMAGE_FORMAT_Z_PIXMAP,
                          FALSE, direct->segment, 0);
}

void ra_direct_send(RaDirect *direct)
{
    direct->sent = xcb_get_input_focus(direct->x);
    xcb_flush(direct->x);
}

gboolean ra_direct_wait(RaDirect *direct)
{
    xcb_get_input_focus_reply_t *reply = xcb_get_input_focus_reply(direct->x, direct->sent, NULL);
    gboolean good = reply != NULL;
    free(reply);
    /* Nothing is asked for, but all clients are told of another keyboard, and of errors. */
    for (xcb_generic_event_t *event; (event = xcb_poll_for_queued_event(direct->x)) != NULL;) {
        good &= event->response_type != 0;
        free(event);
    }
    return good;
}
